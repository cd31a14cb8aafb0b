"""Where are the cells of a sheet, and what is in them? The XML is read some rows at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from anonkit.io.tables.xlsx import markup, shared, styles
from anonkit.io.tables.xlsx.markup import Place, Stretch
from anonkit.io.tables.xlsx.names import column_number
from anonkit.io.tables.xlsx.shared import SharedStrings

Filling = Literal["shared", "text", "rich", "number", "date", "iso"]

_ROWS_BYTES = 1 << 20
_PREFIX = rb"(?:[^\s<>:/\"']+:)?"
_SHEET_DATA = re.compile(rb"<(" + _PREFIX + rb")sheetData(?=[\s/>])" + markup.ATTRIBUTES + rb">")
# the common form of a cell with a value; rows, and cells of every other form
_TOKEN = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]{1,9})")?>'
    rb"(?:<v>([^<]*)</v>|<is><t(?: xml:space=\"preserve\")?>([^<]*)</t></is>)</c>"
    rb"|<" + _PREFIX + rb"(row|c)(?=[\s/>])(" + markup.ATTRIBUTES + rb")>"
)
_END_BYTES = len(b"</c>")
_CELL_END = re.compile(rb"</" + _PREFIX + rb"c\s*>")
_ROW_NUMBER = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([0-9]{1,7})[\"']")


@dataclass(slots=True)
class Cell:
    """A cell that holds a value.

    Attributes:
        row, column: numbers, from 1 on.
        start, end: where its element lies, and `open_end` where its first tag ends.
        filling: how its value is told.
        text: its value as a reader sees it.
        low, high: where that is written, be it the number of a shared string; nowhere for a rich text.
        element_start, element_end: where the element with the value lies; nothing where there is none.
        string: the number of a shared string.
        formula: where its formula lies, if it has one.
    """

    row: int
    column: int
    start: int
    end: int
    open_end: int
    filling: Filling
    text: bytes
    low: int
    high: int
    element_start: int
    element_end: int
    string: int = -1
    formula: Place | None = None

    @property
    def value(self) -> Place:
        """Where the value is written."""
        return Place((Stretch(self.low, self.high),))

    @property
    def element(self) -> tuple[int, int]:
        """Where the element with the value lies."""
        return self.element_start, self.element_end


@dataclass(frozen=True, slots=True)
class Book:
    """What cells refer to: strings, which styles show dates, and where days are counted from."""

    strings: SharedStrings
    dates: list[bool] = field(default_factory=list)
    from_1904: bool = False

    def is_date(self, style: bytes | None) -> bool:
        """Whether numbers of a style are dates."""
        number = int(style) if style is not None and style.isdigit() else 0
        return number < len(self.dates) and self.dates[number]


def sections(chunks: Iterable[bytes]) -> Iterator[tuple[Literal["around", "rows"], bytes]]:
    """The XML of a sheet in order: what stands before the rows, the rows, some at a time, what comes behind them."""
    buffer = b""
    there = iter(chunks)
    for chunk in there:
        buffer += chunk
        opening = _SHEET_DATA.search(buffer)
        if opening is not None:
            break
    else:
        yield "around", buffer
        return
    if opening[0].endswith(b"/>"):
        yield "around", b"".join((buffer, *there))
        return
    yield "around", buffer[: opening.end()]
    end = re.compile(rb"</" + re.escape(opening[1]) + rb"sheetData\s*>")
    row = b"</" + opening[1] + b"row>"
    parts, size = [buffer[opening.end() :]], 0
    while True:
        chunk = next(there, b"")
        parts.append(chunk)
        size += len(chunk)
        if chunk and size < _ROWS_BYTES:
            continue
        buffer = b"".join(parts)
        closing = end.search(buffer)
        if closing is not None:
            yield "rows", buffer[: closing.start()]
            yield "around", b"".join((buffer[closing.start() :], *there))
            return
        cut = buffer.rfind(row)
        cut = cut + len(row) if cut >= 0 else 0
        if cut:
            yield "rows", buffer[:cut]
        parts, size = [buffer[cut:]], 0
        if not chunk:  # expat has seen the end tag: another prefix
            yield "rows", buffer[cut:]
            return


class Reader:
    """The cells of one sheet, block of rows after block of rows."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._row = 0
        self._columns: dict[bytes, int] = {}

    def cells(self, xml: bytes) -> Iterator[Cell]:
        """The cells in whole rows that hold a text or a number, or a formula; logical values and errors left out."""
        column = 0
        for match in _TOKEN.finditer(xml):
            if match[6] == b"row":
                number = _ROW_NUMBER.search(match[7])
                self._row = int(number[1]) if number is not None else self._row + 1
                column = 0
                continue
            cell = self._cell(xml, match, column + 1)
            if cell is None:
                column = self._column(match[1])
                continue
            column = cell.column
            if cell.text or cell.formula is not None:
                yield cell

    def at(self, xml: bytes, start: int) -> Cell | None:
        """The cell whose element begins there, read again; its row is not told."""
        match = _TOKEN.match(xml, start)
        return self._cell(xml, match, 0) if match is not None else None

    def _column(self, letters: bytes) -> int:
        return self._columns.get(letters) or self._columns.setdefault(letters, column_number(letters))

    def _cell(self, xml: bytes, match: re.Match[bytes], column: int) -> Cell | None:
        """A cell; None where one in the common form has nothing to be scrubbed."""
        letters, style, kind, raw, inline, _, _ = match.groups()
        if letters is None:
            return self._other(xml, match, column)
        start, end = match.span()
        row, column = self._row, self._column(letters)
        if raw is None:
            if not inline:
                return None
            low, high = match.span(5)
            at = xml.index(b">", start) + 1
            text = markup.decoded(inline)
            return Cell(row, column, start, end, at, "rich", text, low, high, at, end - _END_BYTES)
        low, high = match.span(4)
        at = low - _END_BYTES + 1
        if kind == b"s":
            texts = self._book.strings.texts
            string = int(raw) if raw.isdigit() else len(texts)
            if string >= len(texts) or not texts[string]:
                return None
            return Cell(row, column, start, end, at, "shared", texts[string], low, high, at, end - _END_BYTES, string)
        filling, text = self._read(kind, style, raw)
        return Cell(row, column, start, end, at, filling, text, low, high, at, end - _END_BYTES) if text else None

    def _read(self, kind: bytes | None, style: bytes | None, raw: bytes) -> tuple[Filling, bytes]:
        """What a value that is no shared string says; nothing for logical values and errors."""
        if kind is None or kind == b"n":
            raw = raw.strip()
            text = styles.number(raw)
            if self._book.is_date(style):
                try:
                    day = styles.iso(float(raw), from_1904=self._book.from_1904)
                except ValueError:
                    day = None
                if day is not None:
                    return "date", day
            return "number", text
        if kind == b"d":
            return "iso", markup.decoded(raw).strip()
        return "text", b"" if kind in (b"b", b"e") else markup.decoded(raw)

    def _other(self, xml: bytes, match: re.Match[bytes], column: int) -> Cell:
        """A cell in any form; it has no text where there is nothing to be scrubbed."""
        values = markup.values_of(xml, match.span(7))
        letters = values.get(b"r", b"").rstrip(b"0123456789")
        column = column_number(letters) if letters else column
        start, opened = match.span()
        cell = Cell(self._row, column, start, opened, opened, "text", b"", opened, opened, opened, opened)
        if match[7].endswith(b"/"):
            return cell
        closing = _CELL_END.search(xml, opened)
        if closing is None:
            return cell
        cell.end = closing.end()
        cell.element_start = cell.element_end = closing.start()
        kind = values.get(b"t")
        for name, element, content in _children(xml, opened, closing.start()):
            if name == b"f":
                cell.formula = Place((Stretch(*content),)) if content[1] > content[0] else None
            elif name == b"is":
                cell.filling = "rich"
                cell.element_start, cell.element_end = element
                cell.text = shared.rich(xml, *element)[0].text(xml)
            elif name == b"v":
                cell.low, cell.high = content
                cell.element_start, cell.element_end = element
                raw = xml[slice(*content)]
                if kind == b"s":
                    string = int(raw) if raw.strip().isdigit() else -1
                    if 0 <= string < len(self._book.strings.texts):
                        cell.filling, cell.string, cell.text = "shared", string, self._book.strings.texts[string]
                else:
                    cell.filling, cell.text = self._read(kind, values.get(b"s"), raw)
        return cell


def _children(xml: bytes, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int], tuple[int, int]]]:
    """The elements within a cell: their names, where they lie, and where what is in them lies."""
    depth = 0
    begun = content = 0
    inside = xml[start:end]
    for token in markup.tokens(inside):
        if token.kind == "open":
            if depth == 0:
                begun, content = start + token.start, start + token.end
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth == 0:
                yield token.name, (begun, start + token.end), (content, start + token.start)
