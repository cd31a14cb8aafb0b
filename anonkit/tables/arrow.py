"""How are Arrow tables, batches, streams and arrays scrubbed, with their schemas and all that these carry along?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from anonkit.errors import UsageError
from anonkit.tables import pandas_schema, typed
from anonkit.tables.fields import Fields
from anonkit.tables.trees import Fate
from anonkit.tables.typed import Column, Fates, Scrubbed

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_Arrow = TypeVar("_Arrow", pa.Table, pa.RecordBatch, pa.RecordBatchReader, pa.ChunkedArray, pa.Array)
_PANDAS = b"pandas"
_EXTENSION = b"ARROW:extension:"


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the columns of a stream, known before its first batch is scrubbed.

    Attributes:
        before, schema: of the stream as it is, and of the scrubbed one.
        fates: what becomes of each leaf of each column.
        fields: who scrubbed the names and metadata, and how often something was replaced in them.
    """

    before: pa.Schema
    schema: pa.Schema
    fates: Fates
    fields: Fields


def scrub(scrubber: Scrubber, x: _Arrow) -> tuple[_Arrow, Counter[str]]:
    """Scrub a table, a batch, a reader of batches, an array or a chunked array; the counts are those of entities.

    A reader is read as it is asked for, and its counts grow with it, where all its columns are text; otherwise it is
    read at once, because whether a column of numbers becomes text is known at its end only.

    Raises UsageError for a policy that cannot treat cells and for types that cannot be scrubbed.
    """
    if isinstance(x, pa.Table):
        return scrub_table(scrubber, x)
    if isinstance(x, pa.RecordBatch):
        return scrub_batch(scrubber, x)
    if isinstance(x, pa.RecordBatchReader):
        return _scrub_reader(scrubber, x)
    if isinstance(x, pa.Array | pa.ChunkedArray):
        (made,) = typed.scrub(scrubber, [Column("", x)])
        return made.values, made.counts
    msg = f"anonkit scrubs tables, batches, readers and arrays of Arrow, not {type(x).__name__}"
    raise TypeError(msg)


def scrub_table(scrubber: Scrubber, table: pa.Table) -> tuple[pa.Table, Counter[str]]:
    """A table without personal values in its cells, its names and its metadata, and the number of replacements."""
    fields = Fields(scrubber)
    made = typed.scrub(scrubber, _columns(table.schema, table.columns), fields=fields)
    schema = _schema(table.schema, made, fields)
    counts = _total([*(column.counts for column in made), fields.counts])
    if not made:
        return table.replace_schema_metadata(schema.metadata), counts
    return pa.Table.from_arrays([column.values for column in made], schema=schema), counts


def scrub_batch(scrubber: Scrubber, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Counter[str]]:
    """As `scrub_table`, of one batch."""
    fields = Fields(scrubber)
    made = typed.scrub(scrubber, _columns(batch.schema, batch.columns), fields=fields)
    schema = _schema(batch.schema, made, fields)
    counts = _total([*(column.counts for column in made), fields.counts])
    if not made:
        return batch.replace_schema_metadata(schema.metadata), counts
    return pa.RecordBatch.from_arrays([column.values for column in made], schema=schema), counts


def plan(scrubber: Scrubber, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Plan:
    """What becomes of the columns of batches of a schema; only what is no text is looked at.

    batches  may be without the columns that `needs_plan` does not name, in any order
    """
    names = schema.names
    fates: list[list[Fate]] = [[Fate() for _ in range(typed.leaf_count(field.type))] for field in schema]
    if len(set(names)) < len(names):
        msg = "two columns have the same name; give them different ones"
        raise UsageError(msg)
    for batch in batches:
        rows = [names.index(name) for name in batch.schema.names]
        found = typed.fates(scrubber, _columns(batch.schema, batch.columns))
        for row, own in zip(rows, found, strict=True):
            fates[row] = [one.or_(other) for one, other in zip(fates[row], own, strict=True)]
    return planned(scrubber, schema, fates)


def planned(scrubber: Scrubber, schema: pa.Schema, fates: Fates) -> Plan:
    """The plan for a stream whose leaves have these fates."""
    fields = Fields(scrubber)
    none = [Column(field.name, pa.nulls(0, field.type)) for field in schema]
    made = typed.scrub(scrubber, none, fates, fields)
    return Plan(schema, _schema(schema, made, fields), fates, fields)


def needs_plan(schema: pa.Schema) -> list[str]:
    """The names of the columns that may not be of their type when they are scrubbed."""
    return [field.name for field in schema if not typed.stays(field.type)]


def scrub_batches(
    scrubber: Scrubber, batches: Iterable[pa.RecordBatch], plan: Plan, counts: Counter[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Scrub batches as planned, one after the other.

    counts  is added to as they go: the number of replacements of each entity in cells

    Raises UsageError where the plan was made of other batches.
    """
    for batch in batches:
        made = typed.scrub(scrubber, _columns(batch.schema, batch.columns), plan.fates, plan.fields)
        if counts is not None:
            counts.update(_total([column.counts for column in made]))
        if not made:
            yield batch.replace_schema_metadata(plan.schema.metadata)
            continue
        yield pa.RecordBatch.from_arrays([column.values for column in made], schema=plan.schema)


def _scrub_reader(scrubber: Scrubber, reader: pa.RecordBatchReader) -> tuple[pa.RecordBatchReader, Counter[str]]:
    if needs_plan(reader.schema):
        table, counts = scrub_table(scrubber, reader.read_all())
        return table.to_reader(), counts
    made = plan(scrubber, reader.schema, ())
    counts = Counter(made.fields.counts)
    return pa.RecordBatchReader.from_batches(made.schema, scrub_batches(scrubber, reader, made, counts)), counts


def _columns(schema: pa.Schema, values: Sequence[pa.Array | pa.ChunkedArray]) -> list[Column]:
    return [Column(name, column) for name, column in zip(schema.names, values, strict=True)]


def _total(counts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _schema(before: pa.Schema, made: Sequence[Scrubbed], fields: Fields) -> pa.Schema:
    """The schema of scrubbed columns."""
    old = [before.field(number) for number in range(len(before.names))]
    new = [
        _field(field, column.values.type, has_new_nulls=column.has_new_nulls)
        for field, column in zip(fields.scrubbed(old), made, strict=True)
    ]
    metadata = before.metadata
    if metadata:
        rest = {key: value for key, value in metadata.items() if key != _PANDAS}
        scrubbed = fields.metadata(rest)
        if _PANDAS in metadata:
            has_new_nulls = [column.has_new_nulls for column in made]
            scrubbed[_PANDAS] = pandas_schema.scrubbed(metadata[_PANDAS], old, new, has_new_nulls, fields)
        metadata = scrubbed
    return pa.schema(new, metadata=metadata)


def _field(field: pa.Field, kind: pa.DataType, *, has_new_nulls: bool) -> pa.Field:
    if kind != field.type and field.metadata:
        # an extension type that nobody registered is told by metadata, and holds for the storage type only
        rest = {key: value for key, value in field.metadata.items() if not key.startswith(_EXTENSION)}
        field = field.with_metadata(rest) if rest else field.remove_metadata()
    return field.with_type(kind).with_nullable(field.nullable or has_new_nulls)
