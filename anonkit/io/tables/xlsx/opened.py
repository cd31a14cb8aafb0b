"""What must be known of a workbook before its cells are read: its strings and styles, and the names of columns?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonkit.io.tables.xlsx import cells, layout, names, styles
from anonkit.io.tables.xlsx.cells import Book, Cell, Reader
from anonkit.io.tables.xlsx.layout import Header
from anonkit.io.tables.xlsx.names import Sheet
from anonkit.io.tables.xlsx.package import Part, Workbook
from anonkit.io.tables.xlsx.shared import SharedStrings
from anonkit.io.tables.xlsx.texts import Names, Texts, hold_findings

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber


def book(workbook: Workbook) -> Book:
    """What the cells of a workbook refer to."""
    strings = workbook.of("strings")
    sheets_of = workbook.rooted("styleSheet")
    return Book(
        SharedStrings(b"".join(workbook.chunks(strings[0])) if strings else b""),
        styles.date_styles(workbook.read(sheets_of[0])) if sheets_of else [],
        names.is_from_1904(workbook),
    )


def header(workbook: Workbook, told: Book, part: Part, sheet: Sheet, scrubber: Scrubber | None) -> Header:
    """The names of the columns of a sheet, from its first rows."""
    reader = Reader(told)
    first: list[Cell] = []
    rows = 0
    last = max(layout.HEADER_ROWS, sheet.filter_row)
    for kind, xml in cells.sections(workbook.chunks(part)):
        if kind != "rows":
            continue
        for cell in reader.cells(xml):
            rows += not first or cell.row != first[-1].row
            if rows > last:
                break
            first.append(cell)
        if rows > last:
            break

    def hold(texts: list[bytes]) -> bool:
        if scrubber is None:
            return False
        return bool(hold_findings(scrubber, Texts(texts, [0] * len(texts), list(range(len(texts)))), Names()))

    return layout.header(first, sheet, hold)
