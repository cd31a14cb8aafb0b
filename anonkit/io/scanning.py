"""What is found in one file, and where?"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from anonkit.errors import UsageError
from anonkit.io import formats, jobs, splice, streams
from anonkit.io.cell_engine import CellEngine, Place
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BUFFER_BYTES, Blocks
from anonkit.io.streams import Source
from anonkit.io.texts import Counted, Options, Reader, is_tar, unpacked
from anonkit.model import Evidence, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from anonkit.io.cell_engine import CellScrubber
    from anonkit.io.delimited import Dialect
    from anonkit.io.kinds import Table
    from anonkit.scrubber import Scrubber
    from anonkit.tables.text import TextColumn


@dataclass(frozen=True, slots=True)
class Row:
    """One finding.

    Attributes:
        line: from 1; in a binary table the number of the record.
        finding: with positions in code points of its line, from 0; in a binary table of its cell.
        value: what was found.
        column: the name of its column in a table, empty where there is none.
        record: the number of its record in a table, from 1; 0 in the header, None where there is no table.
    """

    line: int
    finding: Finding
    value: str
    column: str = ""
    record: int | None = None


def scan_file(engine: Engine, path: str, options: Options) -> Iterator[tuple[str, Iterator[Row]]]:
    """The texts in a file, each to be read before the next: its name in an archive, else "", and its findings.

    Raises InputError.
    """
    name = "stdin" if path == streams.STDIN else path
    with streams.open_stream(path) as (stream, head, kind, poll):
        table = formats.table_of(kind, stream) if options.format != "text" else None
        if table is not None:
            yield "", _rows_of_table(engine, table, stream, name)
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
            yield member, _rows(engine, text, *options.begun(text, begin, member or name))


def _rows_of_table(engine: Engine, table: Table, stream: Any, name: str) -> Iterator[Row]:  # noqa: ANN401
    """The findings in a binary table. Raises InputError, UsageError."""
    if not stream.seekable():
        msg = f"{name}: a binary table cannot be read from a pipe; name the file"
        raise UsageError(msg)
    import importlib  # noqa: PLC0415  pyarrow and the like are loaded for such tables only

    import pyarrow as pa  # noqa: PLC0415  as above

    from anonkit.tables import findings  # noqa: PLC0415  as above

    scrubber = cast("Scrubber", engine)
    module = importlib.import_module(f"anonkit.io.tables.{table}")
    stream.seek(0)
    source = stream if isinstance(stream, io.BufferedIOBase) else io.BufferedReader(stream)
    first = 0
    try:
        for part in module.tables(source, name):
            if table == "xlsx":  # each sheet counts its own rows
                yield from _in_columns(scrubber, part.columns, part.first_row)
                continue
            for found in findings.in_arrow(scrubber, pa.Table.from_batches([part])).to_pylist():
                # names of columns come with every part
                if found["row"] >= 0 or not first:
                    row = first + found["row"] + 1
                    finding = Finding(
                        found["entity"], found["start"], found["end"], found["confidence"], Evidence("", "")
                    )
                    yield Row(row, finding, _value(part, found), found["column"], row)
            first += part.num_rows
    finally:
        if source is not stream:
            source.detach()


def _value(part: pa.RecordBatch, found: dict[str, Any]) -> str:
    """What was found; of columns with others in them it is not told."""
    from anonkit.tables import typed  # noqa: PLC0415  loads pyarrow

    at = part.schema.get_all_field_indices(found["column"])
    if len(at) != 1 or found["row"] < 0:
        return ""
    text = typed.texts(part.column(at[0]).slice(found["row"], 1))[0].as_py()
    return str(text)[found["start"] : found["end"]] if isinstance(text, str) else ""


def _in_columns(scrubber: Scrubber, columns: Sequence[TextColumn], first: int) -> Iterator[Row]:
    """What is found in columns of text, whose first row has this number."""
    from anonkit.tables import text  # noqa: PLC0415  loads pyarrow

    found = text.find_in_columns(scrubber, columns)
    of_rows = (found.column, found.row, found.start, found.end, found.entity, found.confidence)
    for column, row, start, end, number, confidence in zip(*(c.tolist() for c in of_rows), strict=True):
        cell = str(columns[column].values[row].as_py()).encode("utf-8", "surrogatepass")
        low, value = _code_points(cell[:start]), cell[start:end].decode("utf-8", "replace")
        finding = Finding(scrubber.entities[number], low, low + len(value), round(confidence, 3), Evidence("", ""))
        yield Row(first + row, finding, value, columns[column].name, first + row)


def _code_points(utf8: bytes) -> int:
    return len(utf8.decode("utf-8", "replace"))


def _rows(engine: Engine, source: Source, encoding: Encoding, dialect: Dialect | None) -> Iterator[Row]:
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
