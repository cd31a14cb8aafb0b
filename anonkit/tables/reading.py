"""Which tables are in a file: delimited text, Parquet, Arrow, ORC, Avro, Excel? As Arrow tables, all in memory."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anonkit.errors import InputError
from anonkit.io import formats, kinds, streams
from anonkit.io.compression import decompressed
from anonkit.io.formats import table_of
from anonkit.io.kinds import Kind, Table
from anonkit.io.tables.batches import reading

if TYPE_CHECKING:
    from anonkit.io.delimited import Dialect

NULLS = ["", "\\N"]
"""What cells hold that hold nothing, as in `delimited.parsed`."""

_MOST_WRONG = 0.5


@dataclass(frozen=True, slots=True)
class Read:
    """A table of a file.

    Attributes:
        name: of the sheet; empty where a file holds one table.
        table: all of it.
        left_out: how many rows were not read, as they have more or fewer cells than the others.
        first_left_out: the first of them, counted from 1, where that is known.
    """

    name: str
    table: pa.Table
    left_out: int = 0
    first_left_out: int | None = None


def read(path: str, shown: str) -> list[Read]:
    """The tables of a file; of a folder the Parquet files in it, as one.

    shown  the name that errors tell

    Raises InputError.
    """
    if Path(path).is_dir():
        from pyarrow import dataset  # noqa: PLC0415  only for folders

        with reading(shown, "a folder of Parquet files"):
            return [Read("", dataset.dataset(path, format="parquet", partitioning="hive").to_table())]
    with streams.open_stream(path) as (stream, head, first, poll):
        kind, source = first, stream
        if first.form not in ("binary", "zip") or not stream.seekable():
            source = io.BytesIO(_all(_begun(stream, head, first, shown, poll)))
            kind = kinds.kind(source.getvalue()[: kinds.HEAD_BYTES])
        table = table_of(kind, source)
        if table is None and kind.form != "text":
            what = kind.name or f"a {kind.form} archive"
            msg = f"{shown}: {what}, which is no table; name a CSV, Parquet, Arrow, ORC, Avro or Excel file"
            raise InputError(msg)
        source.seek(0)
        return [_delimited(source.getvalue(), path, shown)] if table is None else _binary(table, source, shown)


def _begun(stream: Any, head: bytes, kind: Kind, shown: str, poll: int | None) -> streams.Source:  # noqa: ANN401
    """What is in a file, unpacked."""
    if kind.form in ("binary", "zip"):
        return streams.Source(stream, head, shown, poll)
    return decompressed(stream, head, kind, shown, poll)


def _all(source: streams.Source) -> bytes:
    """What is left to read of a stream."""
    whole, buffer = bytearray(), memoryview(bytearray(1 << 20))
    while size := source.readinto(buffer):
        whole += buffer[:size]
    return bytes(whole)


def _delimited(data: bytes, path: str, shown: str) -> Read:
    from anonkit.io import dialects, encodings, splice  # noqa: PLC0415  only for text

    if not data.strip():
        return Read("", pa.table({}))
    utf8 = splice.utf8_copy(splice.copies(data, encodings.detect(data[: kinds.HEAD_BYTES])))
    utf8 = utf8.decode("utf-8", "replace").removeprefix("\ufeff").encode()
    head = utf8[: kinds.HEAD_BYTES]
    is_whole = len(head) == len(utf8)
    # as it is scrubbed, if it is scrubbed as a table; else any table that it may be
    dialect = formats.dialect_of(head, "utf-8", path, "auto")
    if dialect is None:
        is_asked = formats.may_be_table(path, "auto")
        dialect = dialects.sniff(head, dialects.ANY_DELIMITER, is_whole=is_whole, is_asked=is_asked)
    if dialect is None:
        raise InputError(f"{shown}: holds no table; name a CSV, Parquet, Arrow, ORC, Avro or Excel file")
    return cells(utf8, dialect, shown)


def cells(utf8: bytes, dialect: Dialect, shown: str) -> Read:
    """The table that delimited text is, all of its cells as they are written; titles and header are no rows of it.

    Columns without a name are numbered. Raises InputError.
    """
    from pyarrow import csv  # noqa: PLC0415  only for text

    left_out: list[int | None] = []

    def leave_out(row: Any) -> str:  # noqa: ANN401  of pyarrow
        left_out.append(row.number)
        return "skip"

    body = _behind(utf8, dialect.unnamed)
    names = [name.decode("utf-8", "replace") for name in dialect.names]
    if not body.strip():
        return Read("", pa.table([pa.nulls(0, pa.string()) for _ in names], names=names))
    parse = csv.ParseOptions(
        delimiter=dialect.delimiter.decode(),
        quote_char=dialect.quote.decode() or False,
        escape_char=dialect.escape.decode() or False,
        newlines_in_values=bool(dialect.quote),
        invalid_row_handler=leave_out,
    )
    with reading(shown, "delimited text"):
        # all cells as they are written: 0138 is no number
        plain = csv.ConvertOptions(null_values=NULLS, strings_can_be_null=True, quoted_strings_can_be_null=True)
        count = len(names) or _width(csv, body, parse)
        columns = [f"f{number}" for number in range(count)]
        plain.column_types = dict.fromkeys(columns, pa.string())
        options = csv.ReadOptions(column_names=columns, use_threads=False, block_size=max(1 << 24, _longest(body)))
        left_out.clear()  # what was left out where columns were counted
        table = csv.read_csv(io.BytesIO(body), options, parse, plain)
    number = len(left_out)
    if number > _MOST_WRONG * (number + table.num_rows):
        msg = f"{shown}: most rows have not as many cells as the table has columns; name a file that is one table"
        raise InputError(msg)
    whole = table.rename_columns(names or [f"column {n}" for n in range(1, count + 1)])
    return Read("", whole, number, left_out[0] if left_out else None)


def _behind(text: bytes, lines: tuple[bytes, ...]) -> bytes:
    """The text behind its titles and its header."""
    at = 0
    for line in lines:
        found = text.find(line, at)
        if found >= 0:
            at = found + len(line)
    return text[at:].lstrip(b"\r\n")


def _width(csv: Any, body: bytes, parse: Any) -> int:  # noqa: ANN401  modules and options of pyarrow
    options = csv.ReadOptions(autogenerate_column_names=True, block_size=max(1 << 20, _longest(body)))
    with csv.open_csv(io.BytesIO(body), options, parse) as reader:
        return len(reader.schema)


def _longest(body: bytes) -> int:
    """More than the longest row is likely to have, in bytes."""
    return min(len(body) + 1, 1 << 26)


def _binary(table: Table, source: Any, shown: str) -> list[Read]:  # noqa: ANN401  any binary file
    """The tables of a file, as they are read to be scanned. Raises InputError, UsageError."""
    module = importlib.import_module(f"anonkit.io.tables.{table}")
    if table == "xlsx":
        parts = module.tables(source, shown)
        return [one for name, of in groupby(parts, lambda part: str(part.name)) for one in _of_sheet(name, of)]
    batches = list(module.tables(source, shown))
    return [Read("", pa.Table.from_batches(batches) if batches else pa.table({}))]


def _of_sheet(name: str, parts: Iterable[Any]) -> Iterator[Read]:
    """The tables of a sheet: one for each run of rows under the same names. Columns without one are numbered."""
    from anonkit.io.tables.xlsx.layout import HEADER_ROWS  # noqa: PLC0415  for workbooks only

    runs: list[tuple[bool, pa.Table]] = []
    for names, run in groupby(parts, lambda part: tuple(column.name for column in part.columns)):
        told = [name or f"column {number}" for number, name in enumerate(names, 1)]
        tables = [pa.table([column.values for column in part.columns], names=told) for part in run]
        runs.append((any(names), pa.concat_tables(tables)))
    for (is_named, table), (is_next_named, _) in pairwise([*runs, (False, None)]):
        # over names, without any of its own, stands the row of these, and titles
        is_header = not is_named and is_next_named
        rows = (0 if table.num_rows <= HEADER_ROWS else table.num_rows - 1) if is_header else table.num_rows
        if rows:
            yield Read(name, table.slice(0, rows))
