"""How is a Parquet file scrubbed? One row group after the other, in parts; what describes it is kept or made anew.

Kept: row groups (one that is larger in memory than WRITTEN_BYTES becomes several), the schema and its field ids, for
each column its codec, encoding, page index and whether it has statistics, the version of pages and of the format, and
metadata, scrubbed. Made anew: statistics, dictionaries, bloom filters. An order that is told of (sorting columns) is
kept where nothing was replaced in those columns. Not kept: encryption, and Thrift details such as the size of pages.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from anonkit.errors import InputError
from anonkit.io.jobs import Tally
from anonkit.io.kinds import TABLE_NAMES
from anonkit.io.tables import batches
from anonkit.io.tables.batches import SLICE_BYTES, Sink, gathered, read, reading, scrubbed_parts, size_bytes, slices
from anonkit.tables.plan import Plan, first_pass

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

KIND = TABLE_NAMES["parquet"]
_BUFFER_BYTES = 1 << 20
_MOST_ROWS = 1 << 14
_LEAST_ROWS = 1 << 6
_MAGIC_BYTES = 4
_ENCRYPTED = b"PARE"
_PAGE_V2 = b"\x15\x06"
"""How the header of a data page of version 2 begins: Thrift's compact form of field 1, a 32-bit integer, which is 3."""
_SECOND_SCHEMAS = (
    b"org.apache.spark.sql.parquet.row.metadata",
    b"parquet.avro.schema",
    b"avro.schema",
    b"iceberg.schema",
)
"""Where Spark, Hive and Iceberg keep the names and types of columns; without, they take those of the file."""

_ENCODINGS = ("DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT")


def scrub(scrubber: Scrubber, source: Any, target: Any, name: str) -> Tally:  # noqa: ANN401  binary files
    """Scrub `source`, which can seek, into `target`. Raises InputError."""
    file = _opened(source, name)
    plan = first_pass(
        scrubber,
        file.schema_arrow,
        lambda wanted: _first(file, wanted, name),
        also=_sorted_by(file),
    )
    tally = Tally()
    schema = _without_stale(plan)
    with reading(name, KIND):
        options = _options(file, source, plan, name)
    sink = pa.PythonFile(Sink(target), mode="w")
    with pq.ParquetWriter(sink, schema, **options) as writer:
        for group in _groups(file, None, name):
            for made in scrubbed_parts(scrubber, plan, group, tally):
                _write(writer, made, schema)
    tally.add(plan.fields.counts, 0)
    return tally


def tables(source: Any, name: str) -> Iterator[pa.RecordBatch]:  # noqa: ANN401
    """The rows, in parts. Raises InputError."""
    for group in _groups(_opened(source, name), None, name):
        for some in gathered(group):
            yield some[0] if len(some) == 1 else pa.concat_batches(some)


def outside(scrubber: Scrubber, source: Any, name: str) -> Counter[str]:  # noqa: ANN401
    """How often what is replaced that is no cell and no name of a column. Raises InputError."""
    return batches.outside(scrubber, _opened(source, name).schema_arrow)


def _opened(source: Any, name: str) -> pq.ParquetFile:  # noqa: ANN401
    with reading(name, KIND):
        source.seek(-_MAGIC_BYTES, io.SEEK_END)
        if source.read(_MAGIC_BYTES) == _ENCRYPTED:
            raise InputError(_encrypted(name))
        file = pa.PythonFile(source, mode="r")
        # an old timestamp of 96 bits may lie beyond the years that nanoseconds reach
        opened = pq.ParquetFile(
            file,
            buffer_size=_BUFFER_BYTES,
            pre_buffer=False,  # which would hold all of a row group
            coerce_int96_timestamp_unit="us",
        )
        groups = range(opened.num_row_groups)
        if len(opened.schema) and any(opened.metadata.row_group(group).column(0).file_path for group in groups):
            msg = f"{name}: sums up other Parquet files, with values of theirs; delete it, readers do without"
            raise InputError(msg)
        return opened


def _encrypted(name: str) -> str:
    return f"{name}: {KIND} that is encrypted; decrypt it first"


def _first(file: pq.ParquetFile, wanted: list[str], name: str) -> Iterator[pa.RecordBatch]:
    """The rows for the first pass. Names are not enough to ask for some of the columns where they are not plain."""
    names = file.schema_arrow.names
    is_plain = len(set(names)) == len(names) and not any("." in one for one in names)
    for group in _groups(file, wanted if is_plain else None, name):
        for some in gathered(group):
            yield some[0] if len(some) == 1 else pa.concat_batches(some)


def _groups(file: pq.ParquetFile, wanted: Sequence[str] | None, name: str) -> Iterator[Iterator[pa.RecordBatch]]:
    """Of each row group the rows, in small parts; of the wanted columns only."""
    least = _first_row_bytes(file, wanted, name)
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        row_bytes = max(1, least, group.total_byte_size // max(1, group.num_rows))
        yield _rows(file, number, max(_LEAST_ROWS, min(_MOST_ROWS, SLICE_BYTES // row_bytes)), wanted, name)


def _first_row_bytes(file: pq.ParquetFile, wanted: Sequence[str] | None, name: str) -> int:
    """The size of the first rows in memory, each: in the file a text that comes again may take a few bits."""
    with reading(name, KIND):
        first = next(file.iter_batches(_LEAST_ROWS, columns=wanted, use_threads=False), None)
    return 0 if first is None or not first.num_rows else size_bytes(first) // first.num_rows


def _rows(
    file: pq.ParquetFile, number: int, rows: int, wanted: Sequence[str] | None, name: str
) -> Iterator[pa.RecordBatch]:
    of_file = file.iter_batches(rows, row_groups=[number], columns=wanted, use_threads=False)
    for batch in read(of_file, name, KIND):
        yield from slices(batch)


def _without_stale(plan: Plan) -> pa.Schema:
    """The schema, without what other writers say about it a second time where that is not true any more."""
    schema, metadata = plan.schema, plan.schema.metadata
    if not metadata or schema.equals(plan.before):
        return schema
    return schema.with_metadata({key: value for key, value in metadata.items() if key not in _SECOND_SCHEMAS})


def _write(writer: pq.ParquetWriter, made: list[pa.RecordBatch], schema: pa.Schema) -> None:
    table = pa.Table.from_batches([batch.replace_schema_metadata(schema.metadata) for batch in made], schema)
    writer.write_table(table, row_group_size=max(1, table.num_rows))


def _sorted_by(file: pq.ParquetFile) -> set[str]:
    """The columns that the file says it is sorted by, each by the first name on its path."""
    leaves = {
        one.column_index
        for number in range(file.num_row_groups)
        for one in file.metadata.row_group(number).sorting_columns
    }
    paths = [file.schema.column(leaf).path for leaf in leaves]
    return {name for name in file.schema_arrow.names for path in paths if f"{path}.".startswith(f"{name}.")}


def _options(file: pq.ParquetFile, source: Any, plan: Plan, name: str) -> dict[str, Any]:  # noqa: ANN401
    """How the file is to be written, to be like the one that was read."""
    options = _of_schema(file)
    made = _written_schema(plan.schema, options)
    leaves = range(len(file.schema))
    if len(made) != len(leaves):
        raise InputError(f"{name}: {KIND} with columns that cannot be written as they are; write it anew")
    paths = [made.column(leaf).path for leaf in leaves]
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    if not groups:
        return options
    chunks = [[group.column(leaf) for group in groups] for leaf in leaves]
    same = [made.column(leaf).physical_type == file.schema.column(leaf).physical_type for leaf in leaves]
    has_dictionary = [any(_is_dictionary(chunk) for chunk in own) for own in chunks]
    options["compression"] = {path: _codec(own[0]) for path, own in zip(paths, chunks, strict=True)} or "NONE"
    options["use_dictionary"] = [path for path, has in zip(paths, has_dictionary, strict=True) if has] or False
    encodings = {
        path: encoding
        for path, own, has, fits in zip(paths, chunks, has_dictionary, same, strict=True)
        for encoding in _ENCODINGS
        if fits and not has and encoding in own[0].encodings
    }
    if encodings:
        options["column_encoding"] = encodings
    options["write_statistics"] = [
        path for path, own in zip(paths, chunks, strict=True) if any(chunk.is_stats_set for chunk in own)
    ] or False
    options["data_page_version"] = "2.0" if _has_pages_v2(source, [own[0] for own in chunks]) else "1.0"
    if any(getattr(chunk, "has_column_index", False) for own in chunks for chunk in own):
        options["write_page_index"] = True
    blooming = [
        path
        for path, own in zip(paths, chunks, strict=True)
        if getattr(own[0], "bloom_filter_offset", None) is not None
    ]
    if blooming:
        rows = max(group.num_rows for group in groups)
        options["bloom_filter_options"] = {path: {"ndv": max(1, rows)} for path in blooming}
    order = groups[0].sorting_columns
    if order and all(group.sorting_columns == order for group in groups) and not _sorted_by(file) & plan.touched:
        options["sorting_columns"] = order
    return options


def _of_schema(file: pq.ParquetFile) -> dict[str, Any]:
    """The options that tell how types are written."""
    columns = [file.schema.column(leaf) for leaf in range(len(file.schema))]
    decimals = [column for column in columns if str(column.logical_type).startswith("Decimal")]
    options: dict[str, Any] = {"store_schema": b"ARROW:schema" in (file.metadata.metadata or {})}
    if any(column.physical_type == "INT96" for column in columns):
        options["use_deprecated_int96_timestamps"] = True
    if any(".list.item" in column.path for column in columns):
        options["use_compliant_nested_type"] = False
    if any(column.physical_type in ("INT32", "INT64") for column in decimals):
        options["store_decimal_as_integer"] = True
    if file.metadata.format_version == "1.0":
        options["version"] = "1.0"
        made = _written_schema(file.schema_arrow, options)
        if _types(made) != _types(file.schema):  # it has types that pyarrow writes in version 2 only
            del options["version"]
    return options


def _types(schema: pq.ParquetSchema) -> list[tuple[str, str, str]]:
    columns = [schema.column(leaf) for leaf in range(len(schema))]
    return [(column.physical_type, str(column.logical_type), str(column.converted_type)) for column in columns]


def _written_schema(schema: pa.Schema, options: dict[str, Any]) -> pq.ParquetSchema:
    """What columns a file of this schema has."""
    memory = io.BytesIO()
    pq.ParquetWriter(memory, schema, **options).close()
    return pq.ParquetFile(memory).schema


def _codec(chunk: pq.ColumnChunkMetaData) -> str:
    codec = str(chunk.compression)
    return "NONE" if codec == "UNCOMPRESSED" else codec.split("_", maxsplit=1)[0]


def _is_dictionary(chunk: pq.ColumnChunkMetaData) -> bool:
    return any("DICTIONARY" in encoding for encoding in chunk.encodings)


def _has_pages_v2(source: Any, chunks: Sequence[pq.ColumnChunkMetaData]) -> bool:  # noqa: ANN401
    for chunk in chunks:
        source.seek(chunk.data_page_offset)
        if source.read(len(_PAGE_V2)) == _PAGE_V2:
            return True
    return False
