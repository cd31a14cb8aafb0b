"""How are batches scrubbed one after the other, where the schema must be known before the first is written?

A first pass looks at the columns that are no text: whether their values still fit their type is known at the end only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import types

from anonkit.tables import leaves, typed
from anonkit.tables import schema as schemas
from anonkit.tables.fields import Fields
from anonkit.tables.trees import Fate

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

BatchesOf = Callable[[list[str]], Iterable[pa.RecordBatch]]
"""All batches, with the columns of these names only, or with more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a table.

    Attributes:
        before, schema: its schema, and that of the scrubbed table: names, types and metadata.
        fates: what becomes of each leaf of each column, in all batches alike.
        fields: who scrubbed the names and metadata, and how often something was replaced in them.
        touched: names of columns, among those looked at, in which something is replaced.
        clean: numbers of columns in which nothing is, so that they are not looked at again.
    """

    before: pa.Schema
    schema: pa.Schema
    fates: typed.Fates
    fields: Fields
    touched: frozenset[str]
    clean: frozenset[int]


def first_pass(
    scrubber: Scrubber, schema: pa.Schema, batches_of: BatchesOf, also: AbstractSet[str] = frozenset()
) -> Plan:
    """The plan for all batches.

    also  names of columns of which is to be told whether something is replaced in them, text or not

    Raises UsageError where the policy cannot treat cells.
    """
    names = Fields(scrubber)
    fates = [[Fate()] * typed.leaf_count(field.type) for field in schema]
    watched = [number for number, field in enumerate(schema) if field.name in also or not typed.stays(field.type)]
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
    names_touched = frozenset(schema.field(number).name for number in touched)
    fields = Fields(scrubber)
    none = [typed.Column(field.name, pa.nulls(0, field.type)) for field in schema]
    made = [
        replace(one, has_new_nulls=any(leaf.has_new_nulls for leaf in fate))
        for one, fate in zip(typed.scrub(scrubber, none, fates, fields), fates, strict=True)
    ]
    new = schemas.scrubbed(schema, made, fields)
    return Plan(schema, new, fates, fields, names_touched, clean)


def scrubbed(scrubber: Scrubber, plan: Plan, batches: Sequence[pa.RecordBatch]) -> tuple[pa.RecordBatch, Counter[str]]:
    """Batches that lie one behind the other, scrubbed, as one, and the number of replacements of each entity."""
    batch = batches[0] if len(batches) == 1 else pa.concat_batches(batches)
    todo = [number for number in range(batch.num_columns) if number not in plan.clean]
    columns = [typed.Column(plan.before.field(number).name, batch.column(number)) for number in todo]
    made = typed.scrub(scrubber, columns, [plan.fates[number] for number in todo], plan.fields)
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
