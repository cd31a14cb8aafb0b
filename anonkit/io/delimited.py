"""Where are the cells of delimited text: CSV, TSV, Hive's text files?

The cells are not copied out: in a copy of the text, delimiters and enclosing quotes become newlines, so that each cell
lies on lines of its own and the engine can scan all of them at once. Where a quote inside a cell is written twice, or
behind a backslash, the copy has it once, and knows the way back.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anonkit.detect.block import Bytes, Ints, Mask, table
from anonkit.detect.cells import Cells
from anonkit.io import encodings, splice
from anonkit.io.encodings import Buffer, Encoding

_FEED, _RETURN, _BLANK, _SHARP = b"\n\r #"
_BEFORE_RECORD = b"\n\r" + codecs.BOM_UTF8[-1:]
_NULL = b"\\N"
_MOST_STRAY_QUOTES = 8
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How a delimited text is written. Delimiter, quote and escape are bytes of ASCII, empty where there is none.

    Attributes:
        quote: what may enclose a cell; inside of it, it is written twice.
        escape: what takes its meaning from the byte behind it.
        inner: bytes that separate the parts of a cell, such as \x02 and \x03 in Hive's text files.
        blank_before_quote: whether one blank may stand between a delimiter and a quote.
        quotes_texts: whether all cells are quoted but for numbers.
        names: of the columns, as UTF-8; none where there is no header.
        unnamed: the records, without their line ends, whose cells do not belong to the columns: the header, titles.
    """

    delimiter: bytes
    quote: bytes = b'"'
    escape: bytes = b""
    inner: bytes = b""
    blank_before_quote: bool = False
    quotes_texts: bool = False
    names: tuple[bytes, ...] = ()
    unnamed: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """Delimited text as cells.

    Attributes:
        text: the copy in which they lie on lines of their own.
        cells: those that hold something and do not stand for null.
        is_quoted: which of them stand in quotes.
        is_odd: which of them are none of the dialect's: comments, or with something behind their closing quote.
        is_alone: which of them are the only ones of their records.
        removed: positions in the original of what the copy has not, ascending.
        record: the number of the record of each cell, from 1; blank ones do not count; 0 for header and comments.
        record_count: of all of the text.
    """

    text: bytes
    cells: Cells
    is_quoted: Mask
    is_odd: Mask
    is_alone: Mask
    removed: Ints
    record: Ints
    record_count: int

    def original(self, positions: Ints) -> Ints:
        """Where positions in the copy are in the text."""
        if not self.removed.size:
            return positions
        shifts = self.removed - np.arange(len(self.removed))
        moved: Ints = positions + np.searchsorted(shifts, positions)
        return moved


@dataclass(frozen=True, slots=True)
class _Structure:
    """Positions, ascending: what separates cells and records, and the quotes that enclose cells.

    `closers` has the quote that closes what each of the openers opens; `removed` what only serves to write a quote.
    `open_from` is where a quote opens that is never closed, -1 if none does.
    """

    separators: Ints
    openers: Ints
    closers: Ints
    removed: Ints
    open_from: int = -1


def parsed(text: bytes, dialect: Dialect) -> Parsed:
    """The cells of whole records of UTF-8."""
    raw = _raw(text)
    structure = _structure(text, raw, dialect)
    rows = _rows(raw, structure.separators, dialect)
    is_comment = _comments(raw, rows, dialect)
    if is_comment.any():
        at = structure.separators
        within = (raw[at] == dialect.delimiter[0]) & is_comment[rows.row[:-1]]
        structure = _Structure(at[~within], structure.openers, structure.closers, structure.removed)
        rows = _rows(raw, structure.separators, dialect)
    out = raw.copy()
    out[structure.separators] = _FEED
    start, end = rows.start.copy(), rows.end.copy()
    is_quoted, is_closed = _unquote(structure, dialect, start, end)
    out[start[is_quoted] - 1] = _FEED
    out[end[is_closed]] = _FEED
    is_row = np.bincount(rows.row, (rows.end > rows.start) | (rows.column > 0)) > 0
    is_unnamed = _unnamed(text, rows, dialect) | is_comment
    is_record = is_row & ~is_unnamed
    column = np.where(is_unnamed[rows.row], len(dialect.names), np.minimum(rows.column, len(dialect.names)))
    is_odd = is_comment[rows.row] | (is_quoted & ~is_closed)
    is_alone = (rows.column[rows.last] == 0)[rows.row]
    keep = np.flatnonzero(end > start)
    if _NULL in text:
        keep = keep[~_is_null(raw, start[keep], end[keep])]
    start, end, row = start[keep], end[keep], rows.row[keep]
    removed = structure.removed
    if removed.size:
        is_kept = np.ones(len(out), np.bool_)
        is_kept[removed] = False
        out = out[is_kept]
        start, end = (positions - np.searchsorted(removed, positions) for positions in (start, end))
    cells = Cells(start, end, column[keep], row, (*dialect.names, b""))
    number = np.where(is_record, np.cumsum(is_record), 0)
    marks = is_quoted[keep], is_odd[keep], is_alone[keep]
    return Parsed(out.tobytes(), cells, *marks, removed, number[row], int(number.max(initial=0)))


def _is_null(raw: Bytes, start: Ints, end: Ints) -> Mask:
    """Which cells hold what stands for null and nothing else."""
    found: Mask = (end - start == len(_NULL)) & (raw[start] == _NULL[0]) & (raw[end - 1] == _NULL[1])
    return found


def records(text: bytes, dialect: Dialect, most: int) -> Iterator[tuple[bytes, list[tuple[bytes, bool, bool]]]]:
    """The first records of a text that are not blank, as they are, each with its cells.

    A cell is what it holds, whether it stands in quotes, and whether something stands behind the closing one.
    """
    raw = _raw(text)
    structure = _structure(text, raw, dialect)
    rows = _rows(raw, structure.separators, dialect)
    start, end = rows.start.copy(), rows.end.copy()
    is_quoted, is_closed = _unquote(structure, dialect, start, end)
    removed = set(structure.removed.tolist())
    limit = np.searchsorted(rows.row, rows.first.size)
    done = cell = 0
    while cell < limit and done < most:
        last = cell
        while last + 1 < limit and rows.row[last + 1] == rows.row[cell]:
            last += 1
        low, high = int(rows.start[cell]), int(rows.end[last])
        if high > low:
            found: list[tuple[bytes, bool, bool]] = []
            for one in range(cell, last + 1):
                if one > cell and rows.column[one] == rows.column[one - 1]:
                    continue  # a part of a cell, or nothing between the halves of a line end
                first, behind = int(start[one]), int(end[one])
                value = text[first:behind]
                if removed:
                    value = bytes(text[at] for at in range(first, behind) if at not in removed)
                found.append((value, bool(is_quoted[one]), bool(is_quoted[one] and not is_closed[one])))
            line = text[low:high].rstrip(b"\r")
            if line:
                done += 1
                yield line, found
        cell = last + 1


def last_record_end(data: Buffer, encoding: Encoding, dialect: Dialect, start: int, end: int) -> int:
    """Where the last whole record of `data[start:end]` ends, in which a record begins; -1 if none does.

    As `encodings.last_line_end`, but that line ends inside of quotes are none.
    """
    last = encodings.last_line_end(data, encoding, start, end)
    if last < 0 or (not dialect.escape and (not dialect.quote or data.find(dialect.quote, start, end) < 0)):
        return last
    text = bytes(memoryview(data)[start:end])
    if splice.is_utf8(text, encoding):
        found = _last_end(text, dialect)
        return start + found if found >= 0 else -1
    runs = splice.copies(text, encoding)
    found = _last_end(splice.utf8_copy(runs), dialect)
    return start + splice.to_original(runs, [found])[0][0] if found >= 0 else -1


def _last_end(text: bytes, dialect: Dialect) -> int:
    raw = _raw(text)
    structure = _structure(text, raw, dialect, goes_on=True)
    at = structure.separators
    if structure.open_from >= 0:
        at = at[at < structure.open_from]
    feeds = at[raw[at] == _FEED]
    if len(feeds):
        return int(feeds[-1]) + 1
    returns = at[(raw[at] == _RETURN) & (at < len(text) - 1)]
    return int(returns[-1]) + 1 if len(returns) else -1


@dataclass(frozen=True, slots=True)
class _Rows:
    """All cells, empty ones and parts of cells too; `first` has the number of the first cell of each row."""

    start: Ints
    end: Ints
    row: Ints
    column: Ints
    first: Ints

    @property
    def last(self) -> Ints:
        """The number of the last cell of each row."""
        return np.append(self.first[1:], len(self.row)) - 1


def _raw(text: bytes) -> Bytes:
    """The bytes of a text; a byte order mark is no part of the first cell."""
    raw: Bytes = np.frombuffer(text, np.uint8)
    if text.startswith(codecs.BOM_UTF8):
        raw = raw.copy()
        raw[: len(codecs.BOM_UTF8)] = _FEED
    return raw


def _rows(raw: Bytes, separators: Ints, dialect: Dialect) -> _Rows:
    start = np.concatenate(([0], separators + 1))
    end = np.append(separators, len(raw))
    kind = raw[separators]
    ends = kind == _FEED
    returns = np.flatnonzero(kind == _RETURN)
    if len(returns):
        behind = np.minimum(separators[returns] + 1, len(raw) - 1)
        ends[returns] = raw[behind] != _FEED
        ends[returns] |= separators[returns] + 1 == len(raw)
    row = np.concatenate(([0], np.cumsum(ends)))
    first = np.concatenate(([0], np.flatnonzero(ends) + 1))
    passed = np.concatenate(([0], np.cumsum(kind == dialect.delimiter[0])))
    return _Rows(start, end, row, passed - passed[first[row]], first)


def _comments(raw: Bytes, rows: _Rows, dialect: Dialect) -> Mask:
    """Which rows are comments: they begin with # and have not as many cells as the table has columns."""
    found = np.zeros(len(rows.first), np.bool_)
    begin = rows.start[rows.first]
    at = np.flatnonzero(raw[np.minimum(begin, len(raw) - 1)] == _SHARP) if len(raw) else _NONE
    if not dialect.names or dialect.names[0].startswith(b"#") or not len(at):
        return found
    found[at] = (rows.column[rows.last[at]] + 1 != len(dialect.names)) & (begin[at] < rows.end[rows.first[at]])
    return found


def _unnamed(text: bytes, rows: _Rows, dialect: Dialect) -> Mask:
    """Which rows are the header, or titles before it, wherever they are repeated."""
    found = np.zeros(len(rows.first), np.bool_)
    begin = rows.start[rows.first]
    for line in dialect.unnamed:
        for match in re.finditer(re.escape(line) + rb"(?![^\r\n])", text):
            at = match.start()
            if at == 0 or text[at - 1] in _BEFORE_RECORD:
                number = int(np.searchsorted(begin, at))
                if number < len(begin) and begin[number] == at:
                    found[number] = True
    return found


def _unquote(structure: _Structure, dialect: Dialect, start: Ints, end: Ints) -> tuple[Mask, Mask]:
    """Take the enclosing quotes from the cells; which have one at their start, and which at their end, too."""
    is_quoted = np.zeros(len(start), np.bool_)
    is_closed = np.zeros(len(start), np.bool_)
    if not len(structure.openers):
        return is_quoted, is_closed
    begins = structure.openers
    which = np.searchsorted(start, begins, "right") - 1
    if dialect.blank_before_quote:
        near = begins - start[which] == 1
        start[which[near]] = begins[near]
    good = start[which] == begins
    which, closers = which[good], structure.closers[good]
    is_quoted[which] = True
    is_closed[which] = closers == end[which] - 1
    start[is_quoted] += 1
    end[is_closed] -= 1
    return is_quoted, is_closed


def _structure(text: bytes, raw: Bytes, dialect: Dialect, *, goes_on: bool = False) -> _Structure:
    """`goes_on` tells that the text does: what is open at its end may be closed there, and is looked at no further."""
    wanted = raw == dialect.delimiter[0]
    for byte in b"\n\r" + dialect.quote + dialect.inner:
        if byte in (_FEED, *dialect.quote) or bytes((byte,)) in text:
            wanted |= raw == byte
    escapes, escaped = _escapes(raw, dialect)
    if len(escaped):
        wanted[escaped] = False
    at = np.flatnonzero(wanted)
    if not dialect.quote or dialect.quote not in text:
        return _Structure(at, _NONE, _NONE, escapes)
    is_quote = raw[at] == dialect.quote[0]
    if not is_quote.any():
        return _Structure(at, _NONE, _NONE, escapes)
    quotes = at[is_quote]
    even = _in_pairs(raw, dialect, quotes)
    if even is not None and (goes_on or even[3] < 0):
        openers, closers, removed, open_from = even
        is_inside = (np.cumsum(is_quote) & 1).astype(np.bool_)
        separators = at[~is_inside & ~is_quote]
    else:
        openers, closers, removed, open_from = _one_by_one(raw, dialect, escaped)
        at = at[~is_quote]
        which = np.searchsorted(openers, at) - 1
        is_inside = (which >= 0) & (at < closers[np.maximum(which, 0)]) if len(openers) else np.zeros(len(at), np.bool_)
        separators = at[~is_inside]
    if len(escapes):
        removed = np.sort(np.concatenate((removed, escapes)))
    return _Structure(separators, openers, closers, removed, open_from)


def _escapes(raw: Bytes, dialect: Dialect) -> tuple[Ints, Ints]:
    """Which escapes only serve to write what is behind them, and the positions that are behind any escape."""
    if not dialect.escape:
        return _NONE, _NONE
    at = np.flatnonzero(raw == dialect.escape[0])
    if not len(at):
        return _NONE, _NONE
    begins = np.flatnonzero(np.diff(at, prepend=-2) != 1)  # of runs of escapes
    within = np.arange(len(at)) - np.repeat(begins, np.diff(np.append(begins, len(at))))
    active = at[(within & 1 == 0) & (at + 1 < len(raw))]
    behind = active + 1
    special = table(dialect.escape + dialect.quote + dialect.delimiter)[raw[behind]]
    return active[special], behind


def _in_pairs(raw: Bytes, dialect: Dialect, quotes: Ints) -> tuple[Ints, Ints, Ints, int] | None:
    """Openers, closers, what is written for nothing, and where a quote is left open; None where quotes are no pairs.

    They are where all quotes stand at the borders of cells or twice, as programs write them.
    """
    opening, closing = quotes[::2], quotes[1::2]
    is_bound = table(dialect.delimiter + dialect.inner + b"\n\r")
    before = np.where(opening > 0, raw[opening - 1], _FEED)
    is_second = np.zeros(len(opening), np.bool_)
    is_second[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    good = is_bound[before] | is_second
    if dialect.blank_before_quote:
        second = np.where(opening > 1, raw[opening - 2], _FEED)
        good |= (before == _BLANK) & is_bound[second]
    if not good.all():
        return None
    behind = closing + 1
    after = np.where(behind < len(raw), raw[np.minimum(behind, len(raw) - 1)], _FEED)
    is_first = np.zeros(len(closing), np.bool_)
    is_first[: len(opening) - 1] = is_second[1:]
    if not (is_bound[after] | is_first).all():
        return None
    openers, closers = opening[~is_second], closing[~is_first]
    open_from = int(openers[-1]) if len(openers) > len(closers) else -1
    return openers[: len(closers)], closers, closing[is_first], open_from


def _one_by_one(raw: Bytes, dialect: Dialect, escaped: Ints) -> tuple[Ints, Ints, Ints, int]:
    """The same where quotes stand in the middle of cells, one cell in quotes after the other.

    A quote that is never closed is a stray one, and opens nothing.
    """
    if len(escaped):  # what is behind an escape is no quote
        raw = raw.copy()
        raw[escaped] = ord("x")
    text = raw.tobytes()
    pattern = _quoted_cell(dialect)
    openers: list[int] = []
    closers: list[int] = []
    removed: list[int] = []
    open_from = -1
    at = 0
    for _ in range(_MOST_STRAY_QUOTES):
        stray = -1
        for cell in pattern.finditer(text, at):
            if cell["close"] is None:
                stray = cell.start()
                break
            openers.append(cell.start())
            closers.append(cell.end() - 1)
            inside = text.find(dialect.quote, cell.start() + 1, cell.end() - 1)
            while inside >= 0:
                removed.append(inside)
                inside = text.find(dialect.quote, inside + 2, cell.end() - 1)
        if stray < 0:
            break
        open_from = stray if open_from < 0 else open_from
        at = stray + 1
    return (*(np.array(column, np.int64) for column in (openers, closers, removed)), open_from)  # type: ignore[return-value]


@functools.lru_cache(maxsize=32)
def _quoted_cell(dialect: Dialect) -> re.Pattern[bytes]:
    quote = re.escape(dialect.quote)
    bound = b"".join(b"\\x%02x" % byte for byte in dialect.delimiter + dialect.inner + b"\n\r")
    begins = rb"(?<![^%b]%b)" % (bound, quote)
    if dialect.blank_before_quote:
        begins = rb"(?:%b|(?<=[%b] %b))" % (begins, bound, quote)
    return re.compile(rb"%b%b[^%b]*+(?:%b[^%b]*+)*+(?P<close>%b)?" % (quote, begins, quote, quote * 2, quote, quote))
