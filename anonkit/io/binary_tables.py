"""How is the table of a Parquet or Arrow file read as a whole, and another one written in its place?

Kept: the kind of file, its codec, for Parquet the size of row groups, metadata. What other writers say of the types of
columns is left out where these change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anonkit.io.kinds import Table
from anonkit.io.tables import ipc, parquet
from anonkit.io.tables.batches import Sink, reading

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_ROWS = 1 << 20
"""Of a row group or batch, where the file that was read has larger ones or none."""


def read(kind: Table, source: Any, name: str) -> pa.Table:  # noqa: ANN401  a binary file
    """All of a file that can seek. Raises InputError."""
    if kind == "parquet":
        return pa.Table.from_batches(list(parquet.tables(source, name)), parquet._opened(source, name).schema_arrow)  # noqa: SLF001  our own
    return pa.Table.from_batches(list(ipc.tables(source, name)), ipc._schema(source, name))  # noqa: SLF001  as above


def write(kind: Table, table: pa.Table, source: Any, target: Any, name: str) -> None:  # noqa: ANN401  as above
    """Write a table as the file `source` is written. Raises InputError where that cannot be told."""
    sink = pa.PythonFile(Sink(target), mode="w")
    if kind == "parquet":
        _write_parquet(table, parquet._opened(source, name), sink, name)  # noqa: SLF001  as above
        return
    with reading(name, ipc.KIND):
        is_file, codec = ipc._is_file(source), ipc._codec(source)  # noqa: SLF001  as above
    options = pa.ipc.IpcWriteOptions(compression=codec, unify_dictionaries=is_file)
    with (pa.ipc.new_file if is_file else pa.ipc.new_stream)(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=_ROWS)


def _write_parquet(table: pa.Table, before: pq.ParquetFile, sink: Any, name: str) -> None:  # noqa: ANN401  a file of Arrow
    import pyarrow.parquet as pq  # noqa: PLC0415  its types alone are needed above

    with reading(name, parquet.KIND):
        groups = [before.metadata.row_group(number) for number in range(before.num_row_groups)]
        rows = max((group.num_rows for group in groups), default=_ROWS)
        codec = parquet._codec(groups[0].column(0)) if groups and groups[0].num_columns else "SNAPPY"  # noqa: SLF001  as above
    if [field.type for field in table.schema] != [field.type for field in before.schema_arrow]:
        metadata = {
            key: value
            for key, value in (table.schema.metadata or {}).items()
            if key not in parquet._SECOND_SCHEMAS  # noqa: SLF001  as above
        }
        table = table.replace_schema_metadata(metadata or None)
    pq.write_table(table, sink, compression=codec, row_group_size=max(1, min(rows, _ROWS)))
