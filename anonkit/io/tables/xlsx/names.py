"""Which names of sheets, tables, columns and ranges hold personal values, and what are they called instead?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anonkit.io.tables.xlsx import formulas, markup
from anonkit.io.tables.xlsx.formulas import Renames
from anonkit.io.tables.xlsx.package import Workbook
from anonkit.io.tables.xlsx.texts import Names, Texts, edits_of, hold_findings

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_MOST_SHEET_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[^\w.\\?]")
_RANGE = re.compile(rb"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_FILTER = b"_xlnm._FilterDatabase"


@dataclass(frozen=True, slots=True)
class Area:
    """A range of cells: numbers of the first and last column and row, from 1 on."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a sheet.

    Attributes:
        area: with the header.
        columns: the names of its columns, from the left.
        has_header: whether its first row has them, too.
    """

    area: Area
    columns: tuple[bytes, ...]
    has_header: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the workbook tells of it: `filter_row` is the row that its filter stands in, 0 if there is none."""

    name: bytes
    filter_row: int
    tables: tuple[Table, ...]


NO_SHEET = Sheet(b"", 0, ())


def column_number(letters: bytes) -> int:
    """The number of a column, from 1 on."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def area(reference: bytes) -> Area | None:
    """The range that a reference such as A1:B2, or the first of several, is."""
    match = _RANGE.match(reference)
    if match is None:
        return None
    left, top = column_number(match[1]), int(match[2])
    return Area(left, top, column_number(match[3] or match[1]), int(match[4] or match[2]))


def sheets(workbook: Workbook) -> dict[str, Sheet]:
    """What the workbook tells of its sheets, by the names of their parts."""
    found: dict[str, Sheet] = {}
    for book in workbook.rooted("workbook"):
        xml = workbook.read(book)
        relations = workbook.relations(book)
        filters = _filters(xml)
        for place in markup.element(xml, b"sheet"):
            values = markup.values_of(xml, place)
            related = relations.get(values.get(b"id", b"").decode())
            if related is None or related.target not in workbook.parts:
                continue
            part = workbook.parts[related.target]
            name = values.get(b"name", b"")
            tables = [
                _table(workbook.read(workbook.parts[relation.target]))
                for relation in workbook.relations(part).values()
                if relation.kind == "table" and relation.target in workbook.parts
            ]
            found[part.name] = Sheet(name, filters.get(name, 0), tuple(t for t in tables if t is not None))
    return found


def is_from_1904(workbook: Workbook) -> bool:
    """Whether the days of dates are counted from 1904 on."""
    for book in workbook.rooted("workbook"):
        xml = workbook.read(book)
        for place in markup.element(xml, b"workbookPr"):
            return markup.values_of(xml, place).get(b"date1904", b"0") in (b"1", b"true")
    return False


def renames(workbook: Workbook, scrubber: Scrubber, counts: Counter[str]) -> Renames:
    """The names that hold findings, and what they become: each is still another one."""
    of_sheets, of_words, of_columns = [], [], []
    for part in workbook.parts.values():
        if part.root in ("workbook", "externalLink"):
            xml = workbook.read(part)
            of_sheets += [*_attributes(xml, b"sheet", b"name"), *_attributes(xml, b"sheetName", b"val")]
            of_words += list(_attributes(xml, b"definedName", b"name"))
        elif part.root == "table":
            xml = workbook.read(part)
            of_words += [*_attributes(xml, b"table", b"displayName"), *_attributes(xml, b"table", b"name")]
            of_columns += list(_attributes(xml, b"tableColumn", b"name"))
    return Renames(
        _changed(of_sheets, scrubber, counts, _sheet_name),
        _columns(of_columns, scrubber, counts),
        {old.lower(): new for old, new in _changed(of_words, scrubber, counts, _word).items()},
    )


def _sheet_name(scrubber: Scrubber, name: str, number: int) -> str:
    suffix = f"-{number}" if number > 1 else ""
    return scrubber.scrub_name(name)[: _MOST_SHEET_NAME - len(suffix)] + suffix


def _word(scrubber: Scrubber, name: str, number: int) -> str:
    suffix = f"_{number}" if number > 1 else "_"  # never a reference to a cell, as QQ1 would be
    return _NOT_IN_A_NAME.sub("_", scrubber.scrub_name(name)) + suffix


def _changed(names: Iterable[bytes], scrubber: Scrubber, counts: Counter[str], made: _Made) -> dict[bytes, bytes]:
    distinct = list(dict.fromkeys(names))
    texts = _plain(distinct)
    edits_of(scrubber, texts, Names(), counts)
    taken = {name.decode().lower() for name in distinct}
    new: dict[bytes, bytes] = {}
    for row in sorted(hold_findings(scrubber, texts, Names())):
        number = 1
        while (name := made(scrubber, distinct[row].decode(), number)).lower() in taken:
            number += 1
        taken.add(name.lower())
        new[distinct[row]] = name.encode()
    return new


def _columns(names: Iterable[bytes], scrubber: Scrubber, counts: Counter[str]) -> dict[bytes, bytes]:
    """Columns are called what the cells of the header become, with numbers where two became one."""
    distinct = list(dict.fromkeys(names))
    taken = {name.lower() for name in distinct}
    new: dict[bytes, bytes] = {}
    for row, edits in edits_of(scrubber, _plain(distinct), Names(), counts).items():
        name = new[distinct[row]] = unlike(markup.replaced(distinct[row], edits) or b"_", taken)
        taken.add(name.lower())
    return new


def unlike(name: bytes, taken: set[bytes]) -> bytes:
    """The name, or with a number where it is taken, in lower case, already."""
    candidate, number = name, 1
    while candidate.lower() in taken:
        number += 1
        candidate = b"%b (%d)" % (name, number)
    return candidate


def _plain(names: list[bytes]) -> Texts:
    return Texts(names, [0] * len(names), list(range(len(names))))


def _attributes(xml: bytes, name: bytes, attribute: bytes) -> Iterator[bytes]:
    for place in markup.element(xml, name):
        value = markup.values_of(xml, place).get(attribute)
        if value:
            yield value


def _table(xml: bytes) -> Table | None:
    place = next(markup.element(xml, b"table"), None)
    if place is None:
        return None
    values = markup.values_of(xml, place)
    found = area(values.get(b"ref", b""))
    if found is None:
        return None
    return Table(found, tuple(_attributes(xml, b"tableColumn", b"name")), values.get(b"headerRowCount", b"1") != b"0")


def _filters(xml: bytes) -> dict[bytes, int]:
    """The row of the filter of each sheet that has one."""
    found: dict[bytes, int] = {}
    is_filter = False
    for token in markup.tokens(xml):
        if token.name == b"definedName":
            is_filter = token.kind == "open" and markup.values_of(xml, token.attributes).get(b"name") == _FILTER
        elif token.kind == "text" and is_filter:
            reference = formulas.reference(markup.decoded(xml[token.start : token.end]))
            if reference is not None:
                found[reference[0]] = reference[2]
    return found


if TYPE_CHECKING:
    from collections.abc import Callable

    _Made = Callable[[Scrubber, str, int], str]
