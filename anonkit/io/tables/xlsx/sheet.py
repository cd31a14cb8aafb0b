"""What becomes of the cells of a sheet, some rows at a time?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from anonkit.io.tables.xlsx import formulas, markup, shared, styles
from anonkit.io.tables.xlsx.cells import Book, Cell, Filling, Reader
from anonkit.io.tables.xlsx.layout import Layout
from anonkit.io.tables.xlsx.markup import Place, Replacement, Stretch
from anonkit.io.tables.xlsx.names import Sheet
from anonkit.io.tables.xlsx.texts import Desk, Texts

_TYPE = re.compile(rb"\s(?:t)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_PREFIX = re.compile(rb"<((?:[^\s<>:/\"']+:)?)")

_REPEATS = re.compile(
    rb"<(?:[^\s<>:/\"']+:)?(?:f|formula[12]?)(?:\s" + markup.ATTRIBUTES + rb")?>(?P<formula>[^<]+)</"
    rb"|<(?:[^\s<>:/\"']+:)?(?:filter|customFilter)\s[^<>]*?\bval=\"(?P<value>[^\"]*)\""
)
_TEXTS = ("shared", "text", "rich")
_BETWEEN_COMMAS = re.compile(rb"[^,]+")


@dataclass(slots=True)
class _Edited:
    """What is replaced in a cell: in its value, and in its formula, both as edits of the decoded text."""

    value: list[Replacement] = field(default_factory=list)
    formula: list[Replacement] = field(default_factory=list)


@dataclass(slots=True)
class _Seen:
    """The cells of some rows, by number.

    Where they begin is kept rather than the cells: objects by the million would keep the garbage collector busy.

    Attributes:
        starts: where their elements begin.
        strings: the numbers of shared strings, -1 for others.
        fillings: how their values are told.
        formulas: the cells that have one.
    """

    starts: list[int] = field(default_factory=list)
    strings: list[int] = field(default_factory=list)
    fillings: list[Filling] = field(default_factory=list)
    formulas: dict[int, Cell] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        """Note a cell."""
        self.starts.append(cell.start)
        self.strings.append(cell.string)
        self.fillings.append(cell.filling)


class SheetScrubber:
    """Scrubs the rows of one sheet; `rows` is how many it saw."""

    def __init__(self, desk: Desk, book: Book, sheet: Sheet, layout: Layout) -> None:
        self._desk, self._book, self._layout = desk, book, layout
        self._reader = Reader(book)
        self._fixed = _headers(sheet, desk.renames.columns)
        self.rows = 0

    def scrub(self, xml: bytes) -> bytes:
        """Whole rows, scrubbed; the same bytes where nothing changed."""
        seen = _Seen()
        edited = self._edited(xml, seen)
        self._claim(seen, edited)
        edits: list[Replacement] = []
        for number, made in edited.items():
            cell = seen.formulas.get(number) or self._reader.at(xml, seen.starts[number])
            if cell is not None:
                edits += self._rewritten(xml, cell, made)
        return markup.replaced(xml, edits) if edits else xml

    def _edited(self, xml: bytes, seen: _Seen) -> dict[int, _Edited]:
        """By the numbers of cells: what is replaced in those where something is. Also notes which cells there are."""
        desk, texts = self._desk, Texts()
        add = texts.add
        owners: list[int] = []
        literals: dict[int, tuple[int, bytes]] = {}  # by number of text: where it begins in the formula, its quotes
        band: dict[int, int] = {}
        row = -1
        edited: dict[int, _Edited] = {}
        for number, cell in enumerate(self._reader.cells(xml)):
            seen.add(cell)
            if cell.row != row:
                row = cell.row
                self.rows += 1
                desk.next_record()
                band = self._layout.at(row)
            name = band.get(cell.column, 0)
            fixed = self._fixed.get((row, cell.column)) if self._fixed else None
            if fixed is not None:
                edited[number] = _Edited([(0, len(cell.text), fixed)])
            elif cell.text:
                add(cell.text, name, desk.record)
                owners.append(number)
            if cell.formula is not None:
                seen.formulas[number] = cell
                formula = cell.formula.text(xml)
                if not cell.text and formulas.is_constant(formula):  # what it would come to
                    cell.text = formulas.strung(formula)
                    add(cell.text, name, desk.record)
                    owners.append(number)
                for start, end, quote in formulas.literals(formula):
                    literals[add(formula[start:end], name, desk.record)] = start, quote
                    owners.append(number)
                renamed = formulas.renamed(formula, desk.renames) if desk.renames else []
                if renamed:
                    edited.setdefault(number, _Edited()).formula += renamed
        for text, edits in desk.edits(texts).items():
            number = owners[text]
            here = edited.setdefault(number, _Edited())
            if text in literals:
                start, quote = literals[text]
                changes = formulas.literal(texts.texts[text], quote, edits)
                here.formula = _besides(here.formula, [(start + a, start + b, new) for a, b, new in changes])
            else:
                here.value = edits
                if seen.fillings[number] in _TEXTS:
                    _tell(desk, texts.texts[text], edits)
        return edited

    def _claim(self, seen: _Seen, edited: dict[int, _Edited]) -> None:
        """Say which strings stay as they are for some cell; a cell that must have another number is edited."""
        texts, claims = self._book.strings.texts, self._book.strings.claims
        for number, string in enumerate(seen.strings):
            if string < 0 or number in edited:
                continue
            claimed = claims[string]
            if claimed is None:
                claims[string] = texts[string]
            elif claimed != texts[string]:
                edited[number] = _Edited()

    def _rewritten(self, xml: bytes, cell: Cell, made: _Edited) -> Iterator[Replacement]:
        """The edits of the XML of a cell."""
        if cell.filling == "shared":
            new = self._book.strings.number(cell.string, made.value)
            if new != cell.string:
                yield cell.low, cell.high, str(new).encode()
        elif made.value and cell.element_end > cell.element_start:
            yield from self._value(xml, cell, made.value)
        if cell.formula is not None:
            before = cell.formula.text(xml)
            after = _formula(before, cell.text, made)
            if after != before:
                yield from cell.formula.spliced(xml, [(0, len(before), after)])

    def _value(self, xml: bytes, cell: Cell, edits: list[Replacement]) -> Iterator[Replacement]:
        if cell.filling == "text":
            yield from cell.value.spliced(xml, edits)
            return
        if cell.filling == "rich":
            yield *cell.element, shared.rewritten(xml, *cell.element, edits)
            return
        text = markup.replaced(cell.text, edits)
        same = _same_kind(cell, text, from_1904=self._book.from_1904)
        if same is not None:
            yield from cell.value.spliced(xml, [(0, len(cell.value.text(xml)), same)])
            return
        tag = _TYPE.sub(b"", xml[cell.start : cell.open_end])
        prefix = _prefix(tag)
        written = markup.encoded(text)
        if cell.formula is not None:
            yield cell.start, cell.open_end, tag[:-1] + b' t="str">'
            yield *cell.element, b"<%bv>%b</%bv>" % (prefix, written, prefix)
        elif not text:
            yield cell.start, cell.open_end, tag
            yield *cell.element, b""
        else:
            yield cell.start, cell.open_end, tag[:-1] + b' t="inlineStr">'
            space = b"" if text == text.strip() else b' xml:space="preserve"'
            values = {b"p": prefix, b"s": space, b"t": written}
            yield *cell.element, b"<%(p)bis><%(p)bt%(s)b>%(t)b</%(p)bt></%(p)bis>" % values


def repeated(desk: Desk, xml: bytes) -> bytes:
    """The XML with what repeats the text of a cell, in formulas and filters, as that cell is now."""
    told = desk.told
    edits: list[Replacement] = []
    for match in _REPEATS.finditer(xml):
        group = "formula" if match["formula"] is not None else "value"
        quote = b'"' if group == "value" else b""
        place = Place((Stretch(*match.span(group)),), quote)
        text = place.text(xml)
        if group == "value":
            if text in told:
                edits += place.spliced(xml, [(0, len(text), told[text])])
            continue
        changes = [
            (first, last, new.replace(mark, mark * 2))
            for start, end, mark in formulas.literals(text)
            if mark == b'"'
            for first, last in _in_list(text, start, end)
            if (new := told.get(text[first:last])) is not None
        ]
        edits += place.spliced(xml, changes)
    return markup.replaced(xml, edits) if edits else xml


def _in_list(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A literal, or what stands between its commas."""
    yield from (part.span() for part in _BETWEEN_COMMAS.finditer(text, start, end))


def _headers(sheet: Sheet, columns: dict[bytes, bytes]) -> dict[tuple[int, int], bytes]:
    """By row and column: the cells that name the columns of tables, which must be called as their tables say."""
    return {
        (table.area.top, at): columns[name]
        for table in sheet.tables
        if table.has_header
        for at, name in enumerate(table.columns, table.area.left)
        if name in columns
    }


def _tell(desk: Desk, text: bytes, edits: list[Replacement]) -> None:
    """Remember what became of a text that was replaced as a whole."""
    start, end, new = edits[0]
    if (start, end) == (0, len(text)) and not text.isdigit():
        desk.told[text] = new


def _same_kind(cell: Cell, text: bytes, *, from_1904: bool) -> bytes | None:
    """How the cell says a result that is a number or a date as the value was; None where it is neither."""
    if cell.filling == "date":
        return styles.serial(text, from_1904=from_1904)
    if cell.filling == "iso":
        return text if styles.serial(text, from_1904=False) is not None else None
    return text if formulas.NUMBER.fullmatch(text) else None


def _formula(before: bytes, value: bytes, made: _Edited) -> bytes:
    """What becomes of a formula.

    Where calculating it again would bring back what was found in its value, it is that value's replacement instead:
    one whose parts are told apart ("138"&"12345678"), or whose literals were no findings by themselves.
    """
    after = markup.replaced(before, made.formula)
    old = [before[start:end] for start, end, _ in formulas.literals(before)]
    new = [after[start:end] for start, end, _ in formulas.literals(after)]
    constant = formulas.is_constant(before)
    for start, end, _ in made.value:
        found = value[start:end]
        if any(found in one for one in new) or (constant and not any(found in one for one in old)):
            return formulas.string(markup.replaced(value, made.value))
    return after


def _besides(there: list[Replacement], more: list[Replacement]) -> list[Replacement]:
    """Edits with others that touch none of them."""
    return [*there, *((a, b, new) for a, b, new in more if all(b <= start or a >= end for start, end, _ in there))]


def _prefix(tag: bytes) -> bytes:
    match = _PREFIX.match(tag)
    return match[1] if match is not None else b""
