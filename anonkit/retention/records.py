"""Which bytes of a text are one record, and on which day was it made?

A table has one record a row, as its header says, quoted line ends included. In any other text a line is a record, but
for those that clearly go on with the record above, as a stack trace does. Where there is a doubt a record has no day,
or the younger of two: then it is held.
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
from anonkit.retention import columns, shown
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
        is_record = clock.of_line(text) is not None or _json(text) is not None or shown.SQL.match(text)
        header = None if is_record else columns.header(text)
        if header is None:
            yield from _log(itertools.chain([line], lines), clock)
        else:
            yield NO_RECORD, line[0], 0
            yield from _table(lines, header, clock)


_GOES_ON = re.compile(
    rb"[ \t]|\xe3\x80\x80|at |Caused by|Suppressed:|\.\.\.|[\]})]|Traceback \(|Exception in thread "
    rb"|(?:During handling of|The above exception)|(?:[\w$]{1,80}+\.){1,12}+[\w$]{0,80}(?:Exception|Error|Throwable)\b"
)
# as Python ends what a stack trace began
_ENDS_TRACE = re.compile(rb"\w{1,80}(?:Exception|Error|Exit|Interrupt)(?:: |\s*\Z)")


def _log(lines: Iterable[Line], clock: Clock) -> Iterator[Piece]:
    day: int | None = None
    dated: int | None = None  # the last day that was known
    above = ""  # what the record above is: text, json, sql, or nothing yet
    is_inside = False  # whether the line above went on with a record
    for data, text in lines:
        is_json = False
        if text[:1] in _BEGIN_JSON:
            is_json, own = _json_day(text, clock, after_json=above == "json")
        if is_json:
            # A payload printed below its record is not older than that.
            day = newest((own, day)) if above == "text" and own is not None else own
            above, begins = "text" if above == "text" else "json", 1
        elif (own := clock.of_record(text)) is not None:
            day = None if own == UNDATED else own
            above, begins = "text", 1
        elif not text.strip():
            begins = 0
        elif above and (_GOES_ON.match(text) or (is_inside and _ENDS_TRACE.match(text))):
            day, begins = _going_on(day, text, clock), 0
        else:
            above = "sql" if shown.SQL.match(text) or (above == "sql" and shown.SQL_ROW.match(text)) else "text"
            day, begins = _of_other(text, clock, dated, is_sql=above == "sql"), 1
        is_inside = begins == 0
        dated = dated if day is None else day
        yield day, data, begins


def _going_on(day: int | None, text: bytes, clock: Clock) -> int | None:
    """The day of a record with a line more."""
    if day is None:
        clock.note(clock.shown(text))
        return None
    return newest((day, clock.shown(text, 0, day)))


def _of_other(text: bytes, clock: Clock, dated: int | None, *, is_sql: bool) -> int | None:
    """The day of a line that does not begin with a time that is known, and goes on with nothing."""
    day = clock.shown(text)
    lead = next((lead for lead in shown.LEADS if lead.pattern.match(text)), None)
    if day is None or not (shown.SQL_MOMENT.search(text) if is_sql else lead):
        clock.note(day)
        return None
    # It may be a part of the record above, which is never made older.
    return newest((day, dated)) if lead is not None and lead.is_doubtful else day


_BEGIN_JSON = frozenset((b"{", b"["))


def _json_day(text: bytes, clock: Clock, *, after_json: bool) -> tuple[bool, int | None]:
    """Whether a line is a record of JSON, and its day. One that is cut off is a record where the one above was.

    The times on its top level say that it has a day, any other time that it is younger.
    """
    fields = _json(text)
    if fields is None:
        if is_cut_off := after_json and text.startswith(b"{"):
            clock.note(clock.shown(text))
        return is_cut_off, None
    day: int | None = None
    is_unread = False
    for key, value in fields.items():
        if columns.is_like_time(key):
            own = clock.of_value(value)
            if own is None:
                is_unread = is_unread or _is_unread(value, is_known=columns.is_time(key))
            elif day is None or own > day:
                day = own
    if b"\\" in text or columns.may_hold_births(text):
        text = json.dumps(_without_births(fields), ensure_ascii=False).encode("utf-8", "surrogatepass")
    later = clock.shown(text) if day is None else clock.shown(text, 0, day)
    if day is None or is_unread:
        clock.note(newest((day, later)))
        return True, None
    return True, day if later is None else later


def _is_unread(value: object, *, is_known: bool) -> bool:
    if isinstance(value, dict | list):
        return is_known and bool(value)
    return value is not None and columns.is_unread_cell(str(value).encode("utf-8", "surrogatepass"), is_known=is_known)


def _without_births(value: Any) -> Any:  # noqa: ANN401  any JSON
    if isinstance(value, dict):
        return {key: _without_births(inner) for key, inner in value.items() if not columns.is_birth(key)}
    return [_without_births(inner) for inner in value] if isinstance(value, list) else value


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
