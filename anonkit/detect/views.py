r"""Decoded views: text behind escapes, read once more in the clear, with a way back to the original positions.

A view is built only for lines in which a trigger fired. One pass undoes one level of every escape (percent, \uXXXX,
\xNN, HTML entities, full-width, zero-width, terminal colours, \n before a value); a view is scanned like any block,
so an escape within an escape is undone by the view of the view, to `MAX_DEPTH`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_DEPTH = 3
_CHUNK_BYTES = 1 << 16
_OVERLAP_BYTES = 1 << 10

# Each fires about once a run of escapes.
TRIGGERS: tuple[bytes, ...] = (
    rb"(?:[^%][^%][^%]|\n[^%\n]{0,2})%[0-9A-Fa-f]{2}",
    rb"(?:[^0-9a-fA-F]|[0-9a-fA-F]{5}|[^0-9a-fA-Fu][0-9a-fA-F]{1,4})\\u[0-9a-fA-F]{4}",
    rb"(?:[^0-9a-fA-F]|[0-9a-fA-F]{3}|[^0-9a-fA-Fx][0-9a-fA-F]{1,2})\\x[0-9a-fA-F]{2}",
    rb"&(?:#[0-9xX]|quot;|lt;|gt;|nbsp;|apos;)",
    rb"\xef\xbc[\x90-\x99][^\xef]|\xef\xbc[\x90-\x99]\xef\xbc[^\x90-\x99]|\xef\xbc\xa0",
    rb"[0-9]\xef(?:\xbc\xb8|\xbd\x98)|[0-9A-Za-z]\xef\xbc\x8e[A-Za-z]",
    rb"\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad",
    rb"\x1b\[[0-9;]{0,12}[mK]",
    rb"\\[nrtbf](?:[0-9+(]|[0-9A-Fa-f]{2}[:-]|[A-Z]\d)",
)

_ESCAPES = re.compile(
    rb"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    rb"|(?P<uni>(?:\\{1,9}u[0-9a-fA-F]{4})+)"
    rb"|(?P<hex>(?:\\{1,9}x[0-9a-fA-F]{2})+)"
    rb"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|quot|lt|gt|amp|nbsp|apos);)"
    rb"|(?P<wide>\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]|\xe3\x80\x80)"
    rb"|(?P<zero>(?:\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad)+)"
    rb"|(?P<colour>\x1b\[[0-9;]{0,12}[mK])"
    rb"|(?P<control>\\{1,9}[nrtbf](?=[0-9A-Za-z+(]))"
)
_NAMED = {b"&quot;": b'"', b"&lt;": b"<", b"&gt;": b">", b"&amp;": b"&", b"&nbsp;": b" ", b"&apos;": b"'"}
_UNIT = {"percent": re.compile(rb"%[0-9A-Fa-f]{2}"), "uni": re.compile(rb"\\+u[0-9a-fA-F]{4}"),
         "hex": re.compile(rb"\\+x[0-9a-fA-F]{2}")}  # fmt: skip


@dataclass(slots=True)
class View:
    """Decoded text, and where each stretch of it comes from.

    parts, size       the text in pieces, and its length
    starts, origins   the stretches: from text[starts[i]] on, bytes come one by one from buffer[origins[i]] ...
    lines             where each line, or stretch of a long one, begins: in the text, and in the buffer
    units             (start, end) in the text and (start, end) in the buffer of each decoded character
    """

    size: int = 0
    parts: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)
    unit_starts: list[int] = field(default_factory=list)
    units: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def text(self) -> bytes:
        """The decoded text."""
        return b"".join(self.parts)

    def put(self, text: bytes, origin: int) -> None:
        """Append text that stands in the buffer at `origin`."""
        self.starts.append(self.size)
        self.origins.append(origin)
        self.parts.append(text)
        self.size += len(text)

    def put_character(self, character: bytes, start: int, end: int) -> None:
        """Append a character that the escapes at [start, end) of the buffer spell."""
        self.unit_starts.append(self.size)
        self.units.append((self.size, self.size + len(character), start, end))
        self.parts.append(character)
        self.size += len(character)

    def origin(self, start: int, end: int) -> tuple[int, int] | None:
        """The range of the buffer that [start, end) comes from, in whole escapes; None if not in one piece."""
        low = max(bisect_right(self.unit_starts, start) - 1, 0)
        if low < len(self.units) and self.units[low][1] <= start and self.units[low][0] < start:
            low += 1
        touched = self.units[low : bisect_left(self.unit_starts, end)]
        touched = [u for u in touched if u[1] > start or u[0] > start]
        if not touched:
            begin, stop = self._plain(start), self._plain(end - 1) + 1
            return (begin, stop) if stop - begin == end - start else None
        first, last = touched[0], touched[-1]
        begin = first[2] if first[0] <= start else self._plain(start)
        stop = last[3] if last[1] >= end else self._plain(end - 1) + 1
        return (begin, stop) if begin < stop else None

    def _plain(self, at: int) -> int:
        stretch = bisect_right(self.starts, at) - 1
        return self.origins[stretch] + at - self.starts[stretch]


def decoded(buffer: bytes, positions: Iterable[int]) -> View:
    """The lines of `buffer` in which the trigger `positions` lie, each ending in a newline."""
    view = View()
    done = -1
    for position in positions:
        if position >= done:
            start, done = _stretch(buffer, position, done)
            view.lines.append((view.size, start))
            _decode_stretch(buffer, start, done, view)
            view.put(b"\n", done)
    return view


def _stretch(buffer: bytes, position: int, done: int) -> tuple[int, int]:
    """The line around `position`; of a very long line, a chunk with some overlap."""
    low = max(0, position - _CHUNK_BYTES)
    start = buffer.rfind(b"\n", low, position) + 1 or low
    end = buffer.find(b"\n", position, position + _CHUNK_BYTES)
    if end < 0:
        end = min(len(buffer), position + _CHUNK_BYTES)
    return max(start, done - _OVERLAP_BYTES if done > start else start), end


def _decode_stretch(buffer: bytes, start: int, end: int, view: View) -> None:
    at = start
    for escape in _ESCAPES.finditer(buffer, start, end):
        kind = escape.lastgroup or ""
        if escape.start() > at:
            view.put(buffer[at : escape.start()], at)
        at = escape.end()
        if kind in _UNIT:
            for character, first, last in _characters(buffer, escape, kind):
                view.put_character(character, first, last)
        else:
            view.put_character(_single(kind, escape[0]), escape.start(), escape.end())
    if at < end:
        view.put(buffer[at:end], at)


def _single(kind: str, escape: bytes) -> bytes:
    if kind == "wide":
        code = ord(escape.decode())
        return b" " if code == 0x3000 else chr(code - 0xFEE0).encode()  # noqa: PLR2004  ideographic space
    if kind == "zero":
        return b""
    if kind == "entity":
        if escape[1:2] != b"#":
            return _NAMED[escape]
        digits = escape[2:-1]
        code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
        return _character(code)
    return b" "  # a colour or a control character: a border between words


def _character(code: int) -> bytes:
    if code in (10, 13) or not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:  # noqa: PLR2004
        return b" "
    return chr(code).encode()


def _characters(buffer: bytes, run: re.Match[bytes], kind: str) -> list[tuple[bytes, int, int]]:
    """The characters of a run of escapes, each with the range of the escapes that spell it."""
    units = [(m.start(), m.end()) for m in _UNIT[kind].finditer(buffer, run.start(), run.end())]
    if kind == "uni":
        codes = [int(buffer[last - 4 : last], 16) for _, last in units]
        return _utf16(codes, units)
    raw = bytes(int(buffer[last - 2 : last], 16) for _, last in units)
    return _utf8(raw, units)


def _utf16(codes: list[int], units: list[tuple[int, int]]) -> list[tuple[bytes, int, int]]:
    found = []
    i = 0
    while i < len(codes):
        code, width = codes[i], 1
        if 0xD800 <= code < 0xDC00 and i + 1 < len(codes) and 0xDC00 <= codes[i + 1] < 0xE000:  # noqa: PLR2004
            code, width = 0x10000 + ((code - 0xD800) << 10) + codes[i + 1] - 0xDC00, 2
        found.append((_character(code), units[i][0], units[i + width - 1][1]))
        i += width
    return found


def _utf8(raw: bytes, units: list[tuple[int, int]]) -> list[tuple[bytes, int, int]]:
    found = []
    i = 0
    while i < len(raw):
        lead = raw[i]
        width = 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4  # noqa: PLR2004  UTF-8 lead bytes
        character = raw[i : i + width]
        if width > 1 and (len(character) < width or not all(0x80 <= b < 0xC0 for b in character[1:])):  # noqa: PLR2004
            width, character = 1, raw[i : i + 1]
        if character in (b"\n", b"\r"):
            character = b" "
        found.append((character, units[i][0], units[i + width - 1][1]))
        i += width
    return found
