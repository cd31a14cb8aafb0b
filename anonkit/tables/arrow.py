"""How are Arrow tables, batches, streams and arrays scrubbed, with their schemas and all that these carry along?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from anonkit.tables import plan, schema, typed
from anonkit.tables.fields import Fields
from anonkit.tables.typed import Column

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_Rows = TypeVar("_Rows", pa.Table, pa.RecordBatch)
_Arrow = TypeVar("_Arrow", pa.Table, pa.RecordBatch, pa.RecordBatchReader, pa.ChunkedArray, pa.Array)


def scrub(scrubber: Scrubber, x: _Arrow) -> tuple[_Arrow, Counter[str]]:
    """Scrub a table, a batch, a reader of batches, an array or a chunked array; the counts are those of entities.

    A reader is read as it is asked for, and its counts grow with it, where all its columns are text; otherwise it is
    read at once, because whether a column of numbers becomes text is known at its end only.

    Raises UsageError for a policy that cannot treat cells and for types that cannot be scrubbed.
    """
    if isinstance(x, pa.Table | pa.RecordBatch):
        return scrub_table(scrubber, x)
    if isinstance(x, pa.RecordBatchReader):
        return _scrub_reader(scrubber, x)
    if isinstance(x, pa.Array | pa.ChunkedArray):
        column = typed.scrub(scrubber, [Column("", x)])[0]
        return column.values, column.counts
    msg = f"anonkit scrubs tables, batches, readers and arrays of Arrow, not {type(x).__name__}"
    raise TypeError(msg)


def scrub_table(scrubber: Scrubber, table: _Rows) -> tuple[_Rows, Counter[str]]:
    """A table, or a batch, without personal values in cells, names and metadata, and the number of replacements."""
    fields = Fields(scrubber)
    made: list[typed.Scrubbed] = typed.scrub(scrubber, _columns(table.schema.names, table.columns), fields=fields)
    new = schema.scrubbed(table.schema, made, fields)
    counts = _total([*(column.counts for column in made), fields.counts])
    if not made:
        return table.replace_schema_metadata(new.metadata), counts
    return type(table).from_arrays([column.values for column in made], schema=new), counts


def scan(scrubber: Scrubber, x: _Arrow) -> pa.Table:
    """What is found in what Arrow holds; see `anonkit.scan`."""
    from anonkit.tables import findings  # noqa: PLC0415  with pandas, which nothing else here needs

    return findings.in_arrow(scrubber, x)


def table(x: _Arrow) -> pa.Table:
    """What Arrow holds, as a table to be looked at; a reader is read."""
    if isinstance(x, pa.Array | pa.ChunkedArray):
        return pa.table({"": x})
    if isinstance(x, pa.RecordBatchReader):
        return x.read_all()
    return pa.Table.from_batches([x]) if isinstance(x, pa.RecordBatch) else x


def _scrub_reader(scrubber: Scrubber, reader: pa.RecordBatchReader) -> tuple[pa.RecordBatchReader, Counter[str]]:
    if not all(typed.stays(field.type) for field in reader.schema):
        whole, counts = scrub_table(scrubber, reader.read_all())
        return whole.to_reader(), counts
    made = plan.first_pass(scrubber, reader.schema, lambda _: ())
    counts = Counter(made.fields.counts)

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            new, found = plan.scrubbed(scrubber, made, [batch])
            counts.update(found)
            yield new

    return pa.RecordBatchReader.from_batches(made.schema, batches()), counts


def _columns(names: Sequence[str], values: Sequence[pa.Array | pa.ChunkedArray]) -> list[Column]:
    return [Column(name, column) for name, column in zip(names, values, strict=True)]


def _total(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total
