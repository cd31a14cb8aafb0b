"""Which tables does a workbook hold, for those who only look?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from anonkit.io.tables.xlsx import cells, names, opened
from anonkit.io.tables.xlsx.cells import Book, Cell, Reader
from anonkit.io.tables.xlsx.layout import Header, Layout
from anonkit.io.tables.xlsx.names import NO_SHEET, Sheet
from anonkit.io.tables.xlsx.package import Part, Workbook
from anonkit.io.tables.xlsx.texts import Names
from anonkit.tables.text import TextColumn

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_TABLE_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of a sheet, those without values left out.

    Attributes:
        name: of the sheet.
        first_row: the number of the first of the rows on the sheet, from 1 on.
        numbers: of all of the rows.
        columns: of text, null where a cell is empty; a column without a name has an empty one.
    """

    name: str
    first_row: int
    columns: tuple[TextColumn, ...]
    numbers: tuple[int, ...]


def tables(source: IO[bytes], name: str, scrubber: Scrubber | None = None) -> Iterator[Table]:
    """The cells of the sheets of a workbook, some rows at a time.

    What stands above the columns, with their names, is a table of its own, of columns without names. What lies outside
    of cells is not told.

    scrubber  tells whether what looks like a row of names holds findings; without it, such a row is one

    Raises InputError.
    """
    workbook = Workbook(source, name)
    with workbook.archive:
        book = opened.book(workbook)
        told = names.sheets(workbook)
        for part in workbook.of("sheet"):
            sheet = told.get(part.name, NO_SHEET)
            yield from _tables(workbook, book, part, sheet, opened.header(workbook, book, part, sheet, scrubber))


def _tables(workbook: Workbook, book: Book, part: Part, sheet: Sheet, header: Header) -> Iterator[Table]:
    """The rows of a sheet; where other names stand over the columns, another table begins."""
    numbers = Names()
    columns_of = Layout(sheet, header, numbers.number)
    reader = Reader(book)
    rows: list[list[Cell]] = []
    band: dict[int, int] = {}
    for kind, xml in cells.sections(workbook.chunks(part)):
        if kind != "rows":
            continue
        for cell in reader.cells(xml):
            if not rows or rows[-1][0].row != cell.row:
                here = columns_of.at(cell.row)
                if rows and (here is not band or len(rows) >= _TABLE_ROWS):
                    yield _table(sheet, rows, band, numbers)
                    rows = []
                band = here
                rows.append([])
            rows[-1].append(cell)
    if rows:
        yield _table(sheet, rows, band, numbers)


def _table(sheet: Sheet, rows: list[list[Cell]], band: dict[int, int], numbers: Names) -> Table:
    import pyarrow as pa  # noqa: PLC0415  only where tables are made

    known = numbers.all()
    texts: dict[int, list[bytes | None]] = {column: [None] * len(rows) for column in band}
    for at, row in enumerate(rows):
        for cell in row:
            texts.setdefault(cell.column, [None] * len(rows))[at] = cell.text or None
    columns = tuple(
        TextColumn(known[band.get(column, 0)].decode(), pa.array(values, pa.large_binary()).cast(pa.large_string()))
        for column, values in sorted(texts.items())
    )
    return Table(sheet.name.decode(), rows[0][0].row, columns, tuple(row[0].row for row in rows))
