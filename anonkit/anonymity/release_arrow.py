"""How is a table of Arrow released?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from anonkit.anonymity.hierarchy import SUPPRESSED
from anonkit.anonymity.release import Column, Release
from anonkit.tables import data, leaves, pandas_schema
from anonkit.tables.fields import Fields

_PANDAS = b"pandas"
Mask = npt.NDArray[np.bool_]


def build(release: Release) -> pa.Table:
    """The released table, with scrubbed metadata."""
    return counted(release)[0]


def counted(release: Release) -> tuple[pa.Table, Counter[str]]:
    """The same, and the number of replacements in what is no quasi-identifier."""
    before: pa.Table = release.table.whole
    scrubber, gone = release.scrubber, release.suppressed
    quasi = release.columns()
    blank = []
    for place, column in enumerate(before.columns):
        if place in quasi or place == release.subject:
            blank.append(pa.nulls(len(column), pa.string()))
        else:
            blank.append(masked(column, gone))
    metadata = before.schema.metadata or {}
    fields = [
        pa.field(field.name, column.type, nullable=True, metadata=field.metadata)
        for field, column in zip(before.schema, blank, strict=True)
    ]
    rest = {key: value for key, value in metadata.items() if key != _PANDAS}
    made, counts = data.scrub(scrubber, pa.Table.from_arrays(blank, schema=pa.schema(fields, metadata=rest)))
    columns = list(made.columns)
    for place, column in quasi.items():
        columns[place] = released(before.column(place), column)
    if release.subject is not None:
        columns[release.subject] = pa.nulls(before.num_rows, before.schema.field(release.subject).type)
    return _assembled(before, made.schema, columns, scrubber), counts


def _assembled(before: pa.Table, scrubbed: pa.Schema, columns: list[Any], scrubber: Any) -> pa.Table:  # noqa: ANN401
    """A table of columns, with names and metadata that were scrubbed."""
    old = [before.schema.field(place) for place in range(before.num_columns)]
    new = []
    for place, column in enumerate(columns):
        nullable = old[place].nullable or column.null_count > 0
        field = scrubbed.field(place).with_type(column.type).with_nullable(nullable)
        new.append(field if column.type == old[place].type or not field.metadata else field.remove_metadata())
    metadata = dict(scrubbed.metadata or {})
    known = before.schema.metadata or {}
    if _PANDAS in known:
        has_nulls = [column.null_count > 0 for column in columns]
        metadata[_PANDAS] = pandas_schema.scrubbed(known[_PANDAS], old, new, has_nulls, Fields(scrubber))
    return pa.Table.from_arrays(columns, schema=pa.schema(new, metadata=metadata or None))


def released(before: Any, column: Column) -> Any:  # noqa: ANN401  a column of Arrow
    """A quasi-identifier: text, or of its own type where it keeps its values."""
    if column.labels is not None:
        return column.text().cast(pa.string()) if _fits(column) else column.text()
    values = before.take(pa.array(column.first))
    kind = before.type
    inner = kind.value_type if types.is_dictionary(kind) else kind
    if not _is_text(inner):
        return taken(values, column.codes)
    plain = _decoded(values) if types.is_dictionary(kind) else _whole(values)
    whole = pa.concat_arrays([plain.cast(pa.large_string()), pa.array([SUPPRESSED], pa.large_string())])
    texts = whole.take(pa.array(column.codes % len(whole)))
    return _of_type(texts, kind)


def _fits(column: Column) -> bool:
    longest = max((len(label.encode()) for label in column.labels or () if label), default=1)
    return longest * len(column.codes) < 1 << 30


def taken(values: Any, codes: npt.NDArray[Any]) -> Any:  # noqa: ANN401  a column of Arrow
    """The values with these numbers, null for -1; only what is used is left of a dictionary."""
    indices = pa.array(np.maximum(codes, 0), mask=codes < 0)
    return _compact(_tidy(values.take(indices)))


def masked(column: Any, gone: Mask) -> Any:  # noqa: ANN401  as above
    """A column without its values in these rows."""
    return taken(column, np.where(gone, -1, np.arange(len(column)))) if gone.any() else column


def _tidy(values: Any) -> Any:  # noqa: ANN401  as above
    whole = _whole(values)
    kind = whole.type
    return whole if types.is_nested(kind) or types.is_dictionary(kind) else leaves.tidy(whole)


def _compact(values: Any) -> Any:  # noqa: ANN401  as above
    kind = values.type
    if types.is_dictionary(kind):
        return _of_type(_decoded(values), kind, values)
    return pa.array(values.to_pylist(), kind) if _has_dictionary(kind) else values


def _has_dictionary(kind: pa.DataType) -> bool:
    """Whether there are dictionaries within, which keep what no row has."""
    inner = [kind.field(number).type for number in range(kind.num_fields)] if types.is_nested(kind) else []
    return any(types.is_dictionary(one) or _has_dictionary(one) for one in inner)


def _of_type(plain: Any, kind: pa.DataType, before: Any = None) -> Any:  # noqa: ANN401  as above
    """Plain values as the type has them, dictionaries with what is used, in the order that it had before."""
    if not types.is_dictionary(kind):
        return plain.cast(kind)
    encoded = plain.cast(kind.value_type).dictionary_encode()
    dictionary, indices = encoded.dictionary, encoded.indices
    if kind.ordered and before is not None and len(dictionary):
        old = pc.index_in(dictionary, before.dictionary).to_numpy(zero_copy_only=False)
        order = np.argsort(old, kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        dictionary = dictionary.take(pa.array(order))
        indices = pa.array(place).take(indices)
    return pa.DictionaryArray.from_arrays(indices.cast(kind.index_type), dictionary, ordered=kind.ordered)


def _decoded(values: Any) -> Any:  # noqa: ANN401  as above
    return _whole(values).dictionary_decode()


def _whole(values: Any) -> Any:  # noqa: ANN401  as above
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _is_text(kind: pa.DataType) -> bool:
    return leaves.is_text(kind)
