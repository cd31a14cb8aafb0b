"""What is found in one file, and where?"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from anonkit.io import formats, jobs, outputs, splice, streams
from anonkit.io.cell_engine import CellEngine, Place
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BUFFER_BYTES, Blocks
from anonkit.io.streams import Source
from anonkit.io.texts import Counted, Options, Reader, is_tar, unpacked
from anonkit.model import Evidence, Finding

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.io.cell_engine import CellScrubber
    from anonkit.io.delimited import Dialect
    from anonkit.io.kinds import Table
    from anonkit.scrubber import Scrubber
    from anonkit.tables.typed import Found


@dataclass(frozen=True, slots=True)
class Row:
    """One finding.

    Attributes:
        line: from 1; in a binary table the number of the record.
        finding: with positions in code points of its line, from 0; in a binary table of its cell.
        value: what was found.
        column: the name of its column in a table, empty where there is none.
        record: the number of its record in a table, from 1; 0 in the header and outside of cells, None where there is
            no table.
    """

    line: int
    finding: Finding
    value: str
    column: str = ""
    record: int | None = None


def scan_file(engine: Engine, path: str, options: Options) -> Generator[tuple[str, Iterator[Row]], None, None]:
    """The texts in a file, each to be read before the next: its name in an archive, else "", and its findings.

    The sheets of a workbook count as texts; what is replaced outside of cells has no name, no column and no row.

    Raises InputError.
    """
    name = "stdin" if path == streams.STDIN else path
    with streams.open_stream(path) as (stream, head, kind, poll):
        table = formats.table_of(kind, stream) if options.format != "text" else None
        if table is not None:
            with contextlib.closing(_parts_of_table(cast("Scrubber", engine), table, stream, name)) as parts:
                for part, found in parts:
                    with contextlib.closing(found):
                        yield part, found
            return
        if kind.form == "zip":
            from anonkit.io import containers  # noqa: PLC0415  only for archives

            members = containers.zip_texts(stream, name)
        else:
            source, inner = unpacked(Counted(stream, len(head), options.progress), head, kind, name, poll)
            if is_tar(inner):
                from anonkit.io import containers  # noqa: PLC0415

                members = containers.tar_texts(Reader(source), name)
            else:
                members = iter([("", source, inner)])
        for member, text, begin in members:
            with contextlib.closing(_rows(engine, text, *options.begun(text, begin, member or name))) as found:
                yield member, found


def _parts_of_table(
    scrubber: Scrubber,
    table: Table,
    stream: Any,  # noqa: ANN401  any file
    name: str,
) -> Generator[tuple[str, Generator[Row, None, None]], None, None]:
    """The sheets of a workbook by their names, or all of another binary table, and what is found in them.

    What is replaced outside of cells comes last. Raises InputError, UsageError.
    """
    counts: Counter[str] = Counter()
    with formats.opened_table(table, stream, name) as (module, source):
        if table == "xlsx":
            for sheet, parts in itertools.groupby(module.tables(source, name, scrubber), lambda part: str(part.name)):
                yield sheet, _in_sheet(scrubber, parts, counts)
        else:
            yield "", _in_batches(scrubber, module.tables(source, name), counts)
        source.seek(0)
        if hasattr(module, "outside"):
            outside = module.outside(scrubber, source, name)
        else:  # what repeats cells is known only once these are scrubbed
            outside = module.scrub(scrubber, source, outputs.Nowhere(), name).counts - counts
        if outside:
            yield "", (_outside(entity) for entity, times in outside.items() for _ in range(times))


def _outside(entity: str) -> Row:
    return Row(0, Finding(entity, 0, 0, 1.0, Evidence("", "")), "", "", 0)


def _in_sheet(scrubber: Scrubber, parts: Iterable[Any], counts: Counter[str]) -> Generator[Row, None, None]:
    """What is found in the tables of a sheet, which are added to the counts."""
    from anonkit.tables import typed  # noqa: PLC0415  loads pyarrow

    for part in parts:
        columns = [typed.Column(column.name, column.values) for column in part.columns]
        for found in typed.find(scrubber, columns):
            yield _row(scrubber, found, part.numbers[found.row], counts)


def _in_batches(
    scrubber: Scrubber, parts: Iterable[pa.RecordBatch], counts: Counter[str]
) -> Generator[Row, None, None]:
    """What is found in batches and the names of their columns, which is added to the counts."""
    from anonkit.tables import findings, typed  # noqa: PLC0415  loads pyarrow

    first = 0
    for number, part in enumerate(parts):
        names = part.schema.names
        if not number:
            for one in findings.in_names_of(scrubber, names):
                entity = scrubber.entities[one.entity]
                counts[entity] += 1
                yield Row(0, Finding(entity, one.start, one.end, one.confidence, Evidence("", "")), "", one.column, 0)
        columns = [typed.Column(name, values) for name, values in zip(names, part.columns, strict=True)]
        for found in typed.find(scrubber, columns):
            yield _row(scrubber, found, first + found.row + 1 if found.row >= 0 else 0, counts)
        first += part.num_rows


def _row(scrubber: Scrubber, found: Found, number: int, counts: Counter[str]) -> Row:
    """A finding in the row with this number, which is added to the counts."""
    entity = scrubber.entities[found.entity]
    counts[entity] += 1
    finding = Finding(entity, *found.points(), round(found.confidence, 3), Evidence("", ""))
    return Row(number, finding, found.value(), found.name, number)


def _rows(engine: Engine, source: Source, encoding: Encoding, dialect: Dialect | None) -> Generator[Row, None, None]:
    cells = CellEngine(cast("CellScrubber", engine), dialect) if dialect is not None else None
    blocks = Blocks(source, encoding, jobs.spans_of(cells or engine, encoding), dialect=dialect)
    buffer = bytearray(BUFFER_BYTES)
    line, column = 1, 0
    records = 0
    while (block := blocks.next(buffer)) is not None:
        data = bytes(memoryview(buffer)[: block.length])
        runs = splice.copies(data, encoding)
        utf8 = splice.utf8_copy(runs)
        position, end = splice.to_copy(runs, block.start), splice.to_copy(runs, block.end)
        found, count = _found(engine, utf8) if cells is None else cells.places(utf8)
        for place in found:
            finding = place.finding
            if not position <= finding.start < end:  # in the context, which is part of another block
                continue
            line, column = _advanced(line, column, utf8[position : finding.start])
            position = finding.start
            value = utf8[position : finding.end].decode("utf-8", "replace")
            last = column + len(value)
            here = Finding(finding.entity, column, last, finding.confidence, finding.evidence)
            if cells is None:
                yield Row(line, here, value)
            else:
                name = place.column.decode("utf-8", "replace")
                yield Row(line, here, value, name, records + place.record if place.record else 0)
        line, column = _advanced(line, column, utf8[position:end])
        records += count


def _found(engine: Engine, utf8: bytes) -> tuple[list[Place], int]:
    """The findings in plain text, which has no columns and no records."""
    return [Place(finding, b"", 0) for finding in engine.locate(utf8, evidence=False)], 0


_LINE_END = re.compile(rb"\r\n|\n|\r")


def _advanced(line: int, column: int, passed: bytes) -> tuple[int, int]:
    """Line and column behind `passed`; a line feed, a carriage return or both end a line."""
    ends = _LINE_END.findall(passed)
    if not ends:
        return line, column + len(passed.decode("utf-8", "replace"))
    rest = passed[max(passed.rfind(b"\n"), passed.rfind(b"\r")) + 1 :]
    return line + len(ends), len(rest.decode("utf-8", "replace"))
