"""How is a stream cut into blocks of whole lines, when one line may be larger than memory?

A block is about 2 MiB and ends after a line feed or, where there is none, after a lone carriage return. A line of more
than 4 MiB is cut inside: after white space, a comma, a semicolon or a quote, and never inside a finding. To know that,
64 KiB on both sides of the cut are scanned; the pieces carry text from both sides as context, so that the key of a
value is seen although it lies before the cut. A finding that fills a whole piece and goes on (an image of many MiB in
base64) is replaced once, and what follows up to its next delimiter is dropped with it; where results are to be
restored, it is an error.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from anonkit.errors import InputError
from anonkit.io import encodings
from anonkit.io.encodings import Encoding

if TYPE_CHECKING:
    from anonkit.io.delimited import Dialect

BLOCK_BYTES = 1 << 21
LONG_LINE_BYTES = 4 << 20
CONTEXT_BYTES = 64 << 10
BUFFER_BYTES = LONG_LINE_BYTES + 2 * CONTEXT_BYTES

Buffer = bytearray | mmap.mmap
Spans = Callable[[bytes], list[tuple[int, int]]]
"""Where the findings of these bytes are; sorted, not overlapping."""


class Input(Protocol):
    """What blocks are read from."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a part of `buffer`, return its size in bytes, 0 at the end."""

    def ready(self) -> bool:
        """Say whether more can be read without waiting for whoever writes it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block is `buffer[start:end]`; what lies before it and after it, up to `length`, is context."""

    start: int
    end: int
    length: int


class Blocks:
    """Reads `source` block by block into buffers of the caller, of BUFFER_BYTES each.

    spans     called with a part of a line that is too long, to learn where it must not be cut
    may_drop  whether the rest of a finding that is larger than a piece of a line may go
    dialect   of delimited text, whose records may go over several lines: blocks are whole records then

    Raises InputError for such a finding where nothing may go.
    """

    def __init__(
        self,
        source: Input,
        encoding: Encoding,
        spans: Spans,
        block_bytes: int = BLOCK_BYTES,
        *,
        may_drop: bool = True,
        dialect: Dialect | None = None,
    ) -> None:
        self._source = source
        self._encoding = encoding
        self._spans = spans
        self._block_bytes = block_bytes
        self._unit = encodings.unit_bytes(encoding)
        self._feed, self._return = encodings.line_ends(encoding)
        self._delimiters = encodings.delimiters(encoding)
        self._rest = b""  # read, but not yet part of a block; its first `_context` bytes were
        self._context = 0
        self._searched = 0  # up to there `_rest` holds no line end
        self._dropping = False
        self._may_drop = may_drop
        self._dialect = dialect
        self.ended = False  # the source has no more
        self.ended_inside_a_line = False  # as far as blocks were given

    def next(self, buffer: Buffer, *, wait: bool = True) -> Block | None:
        """Put the next block into `buffer` and say where it is; None at the end of the source.

        wait  if not, None as well where a whole line would have to be waited for; `ended` tells the one from the other
        """
        with memoryview(buffer) as view:
            start, size = self._context, len(self._rest)
            view[:size] = self._rest
            limit = size + self._block_bytes
            searched = max(start, self._searched)
            self._searched = 0
            while True:
                if (size > start or not wait) and not self._source.ready():
                    cut = self._last_end(buffer, start, searched, size)
                    if cut > start:
                        return self._cut(view, start, cut, size)
                    if not wait:
                        self._rest, self._context = bytes(view[:size]), start
                        self._searched = max(start, size - self._unit)
                        return None
                size = self._read(view, size, min(limit, BUFFER_BYTES))
                if self.ended:
                    self._rest, self._context = b"", 0
                    if size <= start:
                        return None
                    last = bytes(view[max(start, size - self._unit) : size])
                    self.ended_inside_a_line = last not in (self._feed, self._return)
                    return Block(start, size, size)
                cut = self._last_end(buffer, start, searched, size)
                self.ended_inside_a_line = cut <= start
                if cut > start:
                    return self._cut(view, start, cut, size)
                if size - start >= LONG_LINE_BYTES:
                    if self._dialect is not None:  # a quote that nothing closes
                        cut = encodings.last_line_end(buffer, self._encoding, start, size)
                        if cut > start:
                            return self._cut(view, start, cut, size)
                    return self._cut_line(buffer, view, start, size)
                searched = max(start, size - self._unit)  # the last character may be half of CRLF
                limit = size + max(self._block_bytes, size)

    def _last_end(self, buffer: Buffer, start: int, searched: int, size: int) -> int:
        """Where the last whole line, or record, ends that may be given; up to `searched` no line ends."""
        if self._dialect is None:
            return encodings.last_line_end(buffer, self._encoding, searched, size)
        from anonkit.io import delimited  # noqa: PLC0415  only for tables

        return delimited.last_record_end(buffer, self._encoding, self._dialect, start, size)

    def _read(self, view: memoryview, size: int, limit: int) -> int:
        """Read on until `limit`, the end, or until the writer lets us wait; return the new size."""
        while size + self._unit <= limit:
            count = self._read_units(view[size:limit])
            if not count:
                self.ended = True
                break
            if self._dropping:
                count = self._drop(view, size, count)
            size += count
            if not self._source.ready():
                break
        return size

    def _read_units(self, view: memoryview) -> int:
        """Read whole code units, but for the last one of a damaged file; return the size in bytes."""
        view = view[: len(view) // self._unit * self._unit]
        count = self._source.readinto(view) or 0
        if count % self._unit:
            count += self._source.readinto(view[count : count + 1]) or 0
        return count

    def _drop(self, view: memoryview, at: int, count: int) -> int:
        """Remove the rest of a finding that was replaced already: everything up to a delimiter or line end."""
        data = bytes(view[at : at + count])
        marks = (*self._delimiters, self._feed, self._return)
        end = min((place for mark in marks if (place := encodings.find(data, mark, 0, count)) >= 0), default=-1)
        if end < 0:
            return 0
        self._dropping = False
        view[at : at + count - end] = data[end:]
        return count - end

    def _cut(self, view: memoryview, start: int, cut: int, size: int, context: int = 0, ahead: int = 0) -> Block:
        self._rest = bytes(view[cut - context : size])
        self._context = context
        return Block(start, cut, cut + ahead)

    def _cut_line(self, buffer: Buffer, view: memoryview, start: int, size: int) -> Block:
        """Cut inside a line: after its last delimiter, and before a finding that lies across."""
        last = size - CONTEXT_BYTES
        delimiter = max(encodings.rfind(buffer, mark, start, last) for mark in self._delimiters)
        if delimiter >= 0:
            cut = delimiter + self._unit
            low = cut - self._context_before(buffer, 0, cut)
            across = self._across(bytes(view[low : cut + CONTEXT_BYTES]), cut - low)
            look_at_all = across is not None and (across[0] == 0 or low + across[0] <= start)
            if across is not None and not look_at_all:
                cut = low + across[0]
        else:
            cut = start + encodings.whole_characters(bytes(view[start:last]), self._encoding)
            look_at_all = True
        # No delimiter, or a finding that may be longer than the window, whose edges are then not its own.
        across = self._across(bytes(view[:size]), cut) if look_at_all else None
        if across is not None and across[0] > start:
            cut = across[0]
        elif across is not None:
            cut = across[1]
            self._dropping = cut == size
            if self._dropping and not self._may_drop:
                msg = "a value of more than 3 MB cannot be restored later; use a policy with labels for it"
                raise InputError(msg)
        context = self._context_before(buffer, start, cut)
        return self._cut(view, start, cut, size, context, min(size - cut, CONTEXT_BYTES))

    def _across(self, data: bytes, cut: int) -> tuple[int, int] | None:
        return next(((start, end) for start, end in self._spans(data) if start < cut < end), None)

    def _context_before(self, buffer: Buffer, start: int, cut: int) -> int:
        """Return how many bytes before `cut` are read as context: from a delimiter on, where there is one."""
        low = max(start, cut - CONTEXT_BYTES)
        places = (encodings.find(buffer, mark, low, cut) for mark in self._delimiters)
        return cut - min((place for place in places if place >= 0), default=low)
