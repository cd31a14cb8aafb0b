"""In which order are the parts of a workbook scrubbed, and how is it put together again?

Cells come first, since what else there is repeats them; sheets are kept in files until all parts are done.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from anonkit.io.jobs import Tally
from anonkit.io.tables.xlsx import cells, formulas, names, opened, package, pivot, settings, sheet
from anonkit.io.tables.xlsx.layout import Layout
from anonkit.io.tables.xlsx.loose import Loose, Where
from anonkit.io.tables.xlsx.names import NO_SHEET, Sheet, column_number
from anonkit.io.tables.xlsx.package import Part, PartKind, Workbook
from anonkit.io.tables.xlsx.sheet import SheetScrubber
from anonkit.io.tables.xlsx.texts import Desk

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber


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


class _Run:
    """Scrubs the parts of one workbook."""

    def __init__(self, workbook: Workbook, scrubber: Scrubber) -> None:
        self._workbook = workbook
        self.desk = desk = Desk(scrubber)
        self._book = opened.book(workbook)
        self._sheets = names.sheets(workbook)
        desk.renames = names.renames(workbook, scrubber, desk.counts)
        self._layouts = {
            part.name: self._layout(part, self._sheets.get(part.name, NO_SHEET)) for part in workbook.of("sheet")
        }
        self._by_name = {
            sheet.name: self._layouts[part] for part, sheet in self._sheets.items() if part in self._layouts
        }
        self._in_records: dict[str, frozenset[int]] = {}
        self.rows = 0
        self.gone: frozenset[str] = frozenset()

    def parts(self, folder: str) -> dict[str, str | bytes]:
        """By their names: the parts that changed, or the files in the folder that hold them."""
        made: dict[str, str | bytes] = {**self._sheet_files(folder)}
        for part in self._workbook.of("strings")[:1]:
            xml = self._book.strings.settle(self.desk.scrubber, self.desk.names, self.desk.counts, self.desk.told)
            if xml is not None:
                made[part.name] = xml
        kinds: tuple[PartKind, ...] = ("strings", "records", "cache", "xml", "settings")
        for part in sorted(self._workbook.of(*kinds), key=lambda part: kinds.index(part.kind)):
            if part.name not in made:
                self._take(made, part, self._other)
        if self.desk.counts:
            self.gone = frozenset(p.name for p in self._workbook.parts.values() if package.is_thumbnail(p))
        for part in self._workbook.of("relationships"):
            self._take(made, part, lambda part, xml: Loose(self.desk, part.root, gone=self.gone).scrub(xml))
        return made

    def _take(self, made: dict[str, str | bytes], part: Part, scrubbed: Callable[[Part, bytes], bytes]) -> None:
        before = self._workbook.read(part)
        after = scrubbed(part, before)
        if after != before:
            made[part.name] = after

    def _sheet_files(self, folder: str) -> dict[str, str]:
        """The files that hold the sheets that changed."""
        made: dict[str, str] = {}
        for number, part in enumerate(self._workbook.of("sheet")):
            path = f"{folder}/{number}"
            if self._sheet(part, path):
                made[part.name] = path
        if self.desk.told:
            for number, part in enumerate(self._workbook.of("sheet")):
                path = f"{folder}/{number}"
                if self._repeated(path):
                    made[part.name] = path
        return made

    def _layout(self, part: Part, sheet: Sheet) -> Layout:
        header = opened.header(self._workbook, self._book, part, sheet, self.desk.scrubber)
        return Layout(sheet, header, self.desk.names.number)

    def _sheet(self, part: Part, path: str) -> bool:
        """Scrub a sheet into a file; whether anything changed."""
        sheet, layout_ = self._sheets.get(part.name, NO_SHEET), self._layouts[part.name]
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
                after = sheet.repeated(self.desk, xml)
                changed |= after is not xml
                out.write(after)
        Path(again).replace(path)
        return changed

    def _other(self, part: Part, xml: bytes) -> bytes:
        if part.kind == "records":
            xml, self._in_records[part.name] = pivot.scrub_records(self.desk, xml, self._fields(part))
            return xml
        if part.kind == "settings":
            return settings.scrub(self.desk, xml)
        if part.kind == "cache":
            of = [self._in_records.get(r.target, frozenset()) for r in self._workbook.relations(part).values()]
            xml = pivot.scrub_cache(self.desk, xml, frozenset().union(*of))
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
