"""How is a workbook of Excel (.xlsx, .xlsm, .xltx) scrubbed with all its formats, and which tables does it hold?

Texts are replaced in the XML of its parts; all else stays as it is, and a part without findings byte for byte. Pictures
are kept and not looked into, but for the thumbnail of a workbook with findings, which shows its cells. What cannot be
looked into (macros, embedded objects, data models) is refused.

A formula stays, with what is found in its literals replaced; what it puts together from several cells that are no
findings is replaced in its result only, and comes back when it is calculated again.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from anonkit.io.jobs import Tally
from anonkit.io.tables.xlsx import cells, formulas, layout, names, package, pivot, settings, styles
from anonkit.io.tables.xlsx import sheet as sheet_rows
from anonkit.io.tables.xlsx.cells import Book, Cell, Reader
from anonkit.io.tables.xlsx.layout import Header, Layout
from anonkit.io.tables.xlsx.loose import Loose, Where
from anonkit.io.tables.xlsx.names import Sheet, column_number
from anonkit.io.tables.xlsx.package import Part, Workbook
from anonkit.io.tables.xlsx.shared import SharedStrings
from anonkit.io.tables.xlsx.sheet import SheetScrubber
from anonkit.io.tables.xlsx.texts import Desk, Names, Texts, hold_findings
from anonkit.tables.text import TextColumn

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_SPOOL_BYTES = 8 << 20
_TABLE_ROWS = 50_000
_NO_SHEET = Sheet(b"", 0, ())


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of a sheet, those without values left out.

    Attributes:
        name: of the sheet.
        first_row: the number of the first of the rows on the sheet, from 1 on.
        columns: of text, null where a cell is empty; a column without a name has an empty one.
    """

    name: str
    first_row: int
    columns: tuple[TextColumn, ...]


def scrub(scrubber: Scrubber, source: IO[bytes], target: IO[bytes], name: str) -> Tally:
    """Scrub a workbook into another. Rows are those with values, of all sheets.

    Raises InputError, naming the file, where it is damaged or holds what cannot be looked into, and UsageError for a
    policy that cannot treat cells.
    """
    workbook = Workbook(source, name)
    run = _Run(workbook, scrubber)
    with workbook.archive, tempfile.TemporaryDirectory() as folder:
        made = run.parts(folder)
        with zipfile.ZipFile(target, "w") as written:
            for info in workbook.archive.infolist():
                if info.filename in run.gone:
                    continue
                _copy(workbook, info, made.get(info.filename), written)
    return Tally(run.desk.counts, run.rows)


def tables(source: IO[bytes], name: str, scrubber: Scrubber | None = None) -> Iterator[Table]:
    """The cells of the sheets of a workbook, some rows at a time.

    What stands above the columns, with their names, is a table of its own, of columns without names. What lies outside
    of cells is not told.

    scrubber  tells whether what looks like a row of names holds findings; without it, such a row is one

    Raises InputError.
    """
    workbook = Workbook(source, name)
    with workbook.archive:
        book = _book(workbook)
        told = names.sheets(workbook)
        for part in workbook.of("sheet"):
            sheet = told.get(part.name, _NO_SHEET)
            yield from _tables(workbook, book, part, sheet, _header(workbook, book, part, sheet, scrubber))


class _Run:
    """Scrubs the parts of one workbook."""

    def __init__(self, workbook: Workbook, scrubber: Scrubber) -> None:
        self._workbook = workbook
        self.desk = desk = Desk(scrubber)
        self._book = _book(workbook)
        self._sheets = names.sheets(workbook)
        desk.renames = names.renames(workbook, scrubber, desk.counts)
        self._layouts = {
            part.name: self._layout(part, self._sheets.get(part.name, _NO_SHEET)) for part in workbook.of("sheet")
        }
        self._by_name = {
            sheet.name: self._layouts[part] for part, sheet in self._sheets.items() if part in self._layouts
        }
        self.rows = 0
        self.gone: frozenset[str] = frozenset()

    def parts(self, folder: str) -> dict[str, str | bytes]:
        """By their names: the parts that changed, or the files in the folder that hold them."""
        made: dict[str, str | bytes] = {}
        for number, part in enumerate(self._workbook.of("sheet")):
            path = f"{folder}/{number}"
            if self._sheet(part, path):
                made[part.name] = path
        if self.desk.told:
            for number, part in enumerate(self._workbook.of("sheet")):
                path = f"{folder}/{number}"
                if self._repeated(path):
                    made[part.name] = path
        for part in self._workbook.of("strings"):
            xml = self._book.strings.settle(self.desk.scrubber, self.desk.names, self.desk.counts, self.desk.told)
            if xml is not None:
                made[part.name] = xml
            break
        for part in self._workbook.parts.values():
            if part.kind in ("xml", "cache", "records", "settings") or (
                part.kind == "strings" and part.name not in made
            ):
                before = self._workbook.read(part)
                after = self._other(part, before)
                if after is not before and after != before:
                    made[part.name] = after
        if self.desk.counts:
            self.gone = frozenset(p.name for p in self._workbook.parts.values() if package.is_thumbnail(p))
        for part in self._workbook.of("relationships", "types"):
            before = self._workbook.read(part)
            after = (
                Loose(self.desk, part.root, gone=self.gone).scrub(before) if part.kind == "relationships" else before
            )
            if after != before:
                made[part.name] = after
        return made

    def _layout(self, part: Part, sheet: Sheet) -> Layout:
        header = _header(self._workbook, self._book, part, sheet, self.desk.scrubber)
        return Layout(sheet, header, self.desk.names.number)

    def _sheet(self, part: Part, path: str) -> bool:
        """Scrub a sheet into a file; whether anything changed."""
        sheet, layout_ = self._sheets.get(part.name, _NO_SHEET), self._layouts[part.name]
        scrubber = SheetScrubber(self.desk, self._book, sheet, layout_)
        around = Loose(self.desk, part.root, _where(layout_))
        changed = part.has_extras
        with open(path, "wb") as out:  # noqa: PTH123  a path of our own
            for kind, xml in cells.sections(self._workbook.chunks(part)):
                after = scrubber.scrub(xml) if kind == "rows" else around.scrub(xml)
                changed |= after != xml
                out.write(after)
        self.rows += scrubber.rows
        return changed

    def _repeated(self, path: str) -> bool:
        """Look again at what repeats cells, of which all are known now, in a sheet that was scrubbed into a file."""
        changed = False
        again = path + ".again"
        with open(path, "rb") as source, open(again, "wb") as out:  # noqa: PTH123  paths of our own
            for _, xml in cells.sections(iter(lambda: source.read(package.CHUNK_BYTES), b"")):
                after = sheet_rows.repeated(self.desk, xml)
                changed |= after is not xml
                out.write(after)
        Path(again).replace(path)
        return changed

    def _other(self, part: Part, xml: bytes) -> bytes:
        if part.kind == "settings":
            return settings.scrub(self.desk, xml)
        if part.kind == "cache":
            xml = pivot.scrub_cache(self.desk, xml)
        elif part.kind == "records":
            return pivot.scrub_records(self.desk, xml, self._fields(part))
        own = part.name.lower().startswith("customxml/") and "props" not in part.name.lower()
        return Loose(self.desk, part.root, self._where, own=own).scrub(xml)

    def _fields(self, records: Part) -> list[bytes]:
        for cache in self._workbook.of("cache"):
            if any(relation.target == records.name for relation in self._workbook.relations(cache).values()):
                return pivot.fields(self._workbook.read(cache))
        return []

    def _where(self, reference: bytes) -> int:
        """The name of the column that a reference with the name of a sheet begins in."""
        found = formulas.reference(reference)
        if found is None or found[0] not in self._by_name:
            return 0
        return self._by_name[found[0]].at(found[2]).get(column_number(found[1]), 0)


def _where(columns: Layout) -> Where:
    def where(reference: bytes) -> int:
        found = names.area(reference)
        return columns.at(found.top).get(found.left, 0) if found is not None else 0

    return where


def _book(workbook: Workbook) -> Book:
    strings = workbook.of("strings")
    sheets_of = workbook.rooted("styleSheet")
    return Book(
        SharedStrings(b"".join(workbook.chunks(strings[0])) if strings else b""),
        styles.date_styles(workbook.read(sheets_of[0])) if sheets_of else [],
        names.is_from_1904(workbook),
    )


def _header(workbook: Workbook, book: Book, part: Part, sheet: Sheet, scrubber: Scrubber | None) -> Header:
    """The names of the columns of a sheet, from its first rows."""
    reader = Reader(book)
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


def _copy(workbook: Workbook, info: zipfile.ZipInfo, made: str | bytes | None, target: zipfile.ZipFile) -> None:
    """Write a part, as it was or as it was made, at the same place with the same time and compression."""
    new = zipfile.ZipInfo(info.filename, info.date_time)
    new.compress_type, new.external_attr, new.create_system = info.compress_type, info.external_attr, info.create_system
    if info.is_dir():
        target.writestr(new, b"")
        return
    with target.open(new, "w", force_zip64=info.file_size > 1 << 30) as out:
        if isinstance(made, bytes):
            out.write(made)
        elif made is not None:
            with open(made, "rb") as stream:  # noqa: PTH123  a path of our own
                while data := stream.read(package.CHUNK_BYTES):
                    out.write(data)
        else:
            with workbook.reading(), workbook.archive.open(info) as part:
                while data := part.read(package.CHUNK_BYTES):
                    out.write(data)


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
    return Table(sheet.name.decode(), rows[0][0].row, columns)


__all__ = ["Table", "scrub", "tables"]
