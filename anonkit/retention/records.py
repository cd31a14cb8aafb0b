"""Which bytes of a text are one record, and on which day was it made?

A table has one record a row, as its header says, quoted line ends included. In any other text a line of JSON is a
record, and so is a line that begins with a time; other lines belong to the record above, as a stack trace does.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from anonkit.errors import InputError
from anonkit.io import encodings
from anonkit.io.encodings import Encoding
from anonkit.io.lines import Input
from anonkit.retention import columns
from anonkit.retention.times import UNDATED, Clock, newest

_CHUNK_BYTES = 1 << 20
_MOST_LINE_BYTES = 256 << 20
_MOST_ROW_LINES = 1000
NO_RECORD = 1 << 40
"""The day of what is no record, such as a header: it is held for ever."""


Piece = tuple[int | None, bytes, int]
"""A part of a text: the day of its record (None where it is not known), its bytes (whole lines, as they are in the
text), and 1 where a record begins, 0 where one goes on."""

Line = tuple[bytes, bytes]
"""A line in its own bytes, and in UTF-8."""


def pieces(source: Input, encoding: Encoding, name: str, clock: Clock) -> Iterator[Piece]:
    """All of a text, in order: the bytes of the pieces, one after the other, are the text.

    Raises InputError for a line of more than 256 MB, which nothing could be said about.
    """
    lines = _lines(source, encoding, name)
    for line in lines:
        text = line[1]
        if not text.strip():
            yield None, line[0], 0
            continue
        header = None if clock.of_line(text) is not None or _json(text) is not None else columns.header(text)
        if header is None:
            yield from _log(itertools.chain([line], lines), clock)
        else:
            yield NO_RECORD, line[0], 0
            yield from _table(lines, header, clock)


def _log(lines: Iterable[Line], clock: Clock) -> Iterator[Piece]:
    day: int | None = None
    above = ""  # what the record above is: text, json, or nothing yet
    for data, text in lines:
        if text[:1] in _BEGIN_JSON:
            is_json, own = _json_day(text, clock, after_json=above == "json")
            if is_json and (own is not None or above != "text"):
                # A payload printed below its record is not older than that.
                day = newest((own, day)) if above == "text" else own
                above = "text" if above == "text" else "json"
                yield day, data, 1
                continue
        own = clock.of_line(text)
        if own is not None:
            day = None if own == UNDATED else own
            above = "text"
            yield day, data, 1
        else:
            yield day, data, 0 if above or not text.strip() else 1


_BEGIN_JSON = frozenset((b"{", b"["))


def _json_day(text: bytes, clock: Clock, *, after_json: bool) -> tuple[bool, int | None]:
    """Whether a line is a record of JSON, and its day. One that is cut off is a record where the one above was."""
    fields = _json(text)
    if fields is None:
        return after_json and text.startswith(b"{"), None
    return True, newest(clock.of_value(value) for key, value in fields.items() if columns.is_time(key))


def _json(text: bytes) -> dict[str, Any] | None:
    """The object on a line, which may be a row of an array; None where there is none."""
    body = text.strip(b"[], \t\r\n")
    if not (body.startswith(b"{") and body.endswith(b"}")):
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _table(lines: Iterable[Line], header: columns.Header, clock: Clock) -> Iterator[Piece]:
    row: list[Line] = []  # a row whose quotes are still open
    day: int | None = None
    is_first = True
    for line in lines:
        data, text = line
        if row and (len(row) >= _MOST_ROW_LINES or header.is_row(text, clock)):
            # A stray quote must not make one old record of all that follows.
            yield from ((None, part[0], 1) for part in row)
            row = []
        if not row and text.count(b'"') % 2 == 0:
            if text.strip():
                is_first, day = False, header.day(text, clock)
                yield day, data, 1
            else:
                yield NO_RECORD if is_first else day, data, 0
            continue
        row.append(line)
        if len(row) > 1 and text.count(b'"') % 2:
            is_first, day = False, header.day(b"".join(part[1] for part in row), clock)
            yield day, b"".join(part[0] for part in row), 1
            row = []
    yield from ((None, part[0], 1) for part in row)


def _lines(source: Input, encoding: Encoding, name: str) -> Iterator[Line]:
    for data in _whole_lines(source, encoding, name):
        originals = _split(data, encoding)
        if encoding == "utf-8" or (encoding == "auto" and encodings.is_utf8(data)):
            yield from zip(originals, originals, strict=True)
        else:
            yield from ((line, _in_utf8(line, encoding)) for line in originals)


def _whole_lines(source: Input, encoding: Encoding, name: str) -> Iterator[bytes]:
    """The text in parts of whole lines; only the last may end inside one."""
    rest, searched = bytearray(), 0
    buffer = bytearray(_CHUNK_BYTES)
    while size := source.readinto(memoryview(buffer)) or 0:
        rest += memoryview(buffer)[:size]
        cut = encodings.last_line_end(rest, encoding, searched, len(rest))
        if cut > 0:
            yield bytes(memoryview(rest)[:cut])
            rest, searched = rest[cut:], 0
        elif len(rest) > _MOST_LINE_BYTES:
            msg = f"{name}: has a line of more than 256 MB, which was left as it is; split the file into lines"
            raise InputError(msg)
        else:
            # the last character may be half of CRLF, or half a code unit
            searched = max(0, len(rest) // 2 * 2 - 2)
    if rest:
        yield bytes(rest)


_UTF16_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def _split(data: bytes, encoding: Encoding) -> list[bytes]:
    if not encoding.startswith("utf-16"):
        return data.splitlines(keepends=True)
    whole = len(data) // 2 * 2
    text = data[:whole].decode(encoding, "surrogatepass")
    lines = [line.encode(encoding, "surrogatepass") for line in _UTF16_LINE.findall(text)]
    return [*lines, data[whole:]] if whole < len(data) else lines


def _in_utf8(line: bytes, encoding: Encoding) -> bytes:
    if encoding.startswith("utf-16"):
        return line.decode(encoding, "ignore").lstrip("\ufeff").encode("utf-8", "ignore")
    if encoding == "auto":
        if encodings.decodes(line, "utf-8"):
            return line
        encoding = "gb18030"
    return line if line.isascii() else line.decode(encoding, "replace").encode()
