"""How are batches scrubbed one after the other, where the schema must be known before the first is written?

A first pass looks at the columns that are no text: whether their values still fit their type is known at the end only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import types

from anonkit.tables import leaves, typed
from anonkit.tables.fields import Fields
from anonkit.tables.trees import Fate, Rows, Trees

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

BatchesOf = Callable[[list[str]], Iterable[pa.RecordBatch]]
"""All batches, with the columns of these names only, or with more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a table.

    Attributes:
        before: its schema.
        schema: as it will be: names, types and metadata.
        fates: of each column, what becomes of its leaves.
        touched: names of columns, among those looked at, in which something is replaced.
        clean: numbers of columns in which nothing is, so that they are not looked at again.
        names: who scrubs the names of fields.
    """

    before: pa.Schema
    schema: pa.Schema
    fates: typed.Fates
    touched: frozenset[str]
    clean: frozenset[int]
    names: Fields


def first_pass(
    scrubber: Scrubber, schema: pa.Schema, batches_of: BatchesOf, also: AbstractSet[str] = frozenset()
) -> Plan:
    """The plan for all batches.

    also  names of columns of which is to be told whether something is replaced in them, text or not

    Raises UsageError where the policy cannot treat cells.
    """
    names = Fields(scrubber)
    fates = [_no_fates(field) for field in schema]
    watched = [number for number, field in enumerate(schema) if field.name in also or _may_change(field)]
    flat = [number for number in watched if _is_flat(schema.field(number).type)]
    nested = [number for number in watched if number not in flat]
    touched: set[int] = set()
    batches = batches_of([schema.field(number).name for number in watched]) if watched else ()
    for batch in batches:
        at = _places(schema, batch.schema)
        made = typed.scrub(scrubber, [_column(schema, batch, number, at) for number in flat], None, names)
        for number, one in zip(flat, made, strict=True):
            if one.touched.any():
                touched.add(number)
                own = Fate(one.values.type != schema.field(number).type, one.has_new_nulls)
                fates[number] = [own.or_(fates[number][0])]
        columns = [_column(schema, batch, number, at) for number in nested]
        for number, found in zip(nested, typed.fates(scrubber, columns), strict=True):
            fates[number] = [one.or_(other) for one, other in zip(found, fates[number], strict=True)]
        looked = [number for number in nested if schema.field(number).name in also]
        for number, one in zip(
            looked, typed.scrub(scrubber, [_column(schema, batch, n, at) for n in looked], None, names), strict=True
        ):
            if one.touched.any():
                touched.add(number)
    clean = frozenset(flat) - touched
    made_schema = _schema(scrubber, schema, fates, names)
    return Plan(schema, made_schema, fates, frozenset(schema.field(n).name for n in touched), clean, names)


def scrubbed(scrubber: Scrubber, plan: Plan, batches: Sequence[pa.RecordBatch]) -> tuple[pa.RecordBatch, Counter[str]]:
    """Batches that lie one behind the other, scrubbed, as one, and the number of replacements of each entity."""
    batch = batches[0] if len(batches) == 1 else pa.concat_batches(batches)
    todo = [number for number in range(batch.num_columns) if number not in plan.clean]
    columns = [typed.Column(plan.before.field(number).name, batch.column(number)) for number in todo]
    made = typed.scrub(scrubber, columns, [plan.fates[number] for number in todo], plan.names)
    counts: Counter[str] = Counter()
    arrays = [
        leaves.tidy(batch.column(number)) if number in plan.clean else None for number in range(batch.num_columns)
    ]
    for number, one in zip(todo, made, strict=True):
        counts.update(one.counts)
        arrays[number] = one.values
    if not arrays:
        return batch.replace_schema_metadata(plan.schema.metadata), counts
    return pa.RecordBatch.from_arrays(arrays, schema=plan.schema), counts


def _places(schema: pa.Schema, here: pa.Schema) -> list[int] | None:
    """Where the columns lie in batches that have some of them only; None where all are there."""
    if len(schema) == len(here):
        return None
    return [here.get_field_index(field.name) for field in schema]


def _column(schema: pa.Schema, batch: pa.RecordBatch, number: int, at: list[int] | None) -> typed.Column:
    return typed.Column(schema.field(number).name, batch.column(number if at is None else at[number]))


def _is_flat(kind: pa.DataType) -> bool:
    return not types.is_nested(kind) and not types.is_dictionary(kind) and not isinstance(kind, pa.BaseExtensionType)


def _leaves_of(field: pa.Field) -> Trees:
    tree = Trees(field.name, list)
    tree.add(_none(field.type), Rows(0))
    return tree


def _no_fates(field: pa.Field) -> list[Fate]:
    return _leaves_of(field).fates()


def _may_change(field: pa.Field) -> bool:
    """Whether the type of a column may change: whether it holds values that have a text and are none."""
    return any(not (leaf.is_text or leaf.is_done) for node in _leaves_of(field).nodes for leaf in node.leaves())


def _none(kind: pa.DataType) -> pa.Array:
    return pa.array([], kind) if not types.is_run_end_encoded(kind) else pa.nulls(0, kind)


def _schema(scrubber: Scrubber, schema: pa.Schema, fates: typed.Fates, names: Fields) -> pa.Schema:
    columns = [typed.Column(field.name, _none(field.type)) for field in schema]
    made = typed.scrub(scrubber, columns, fates, names)
    fields = [
        field.with_type(one.values.type).with_nullable(field.nullable or one.has_new_nulls)
        for field, one in zip(names.scrubbed(list(schema)), made, strict=True)
    ]
    return pa.schema(fields, None if schema.metadata is None else names.metadata(schema.metadata))
