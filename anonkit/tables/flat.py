"""Which plain columns are in a column of any Arrow type? Structs by their paths, lists and maps by their elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types


@dataclass(frozen=True, slots=True)
class Flat:
    """A column without children.

    Attributes:
        name: the path to it, such as user.phone; what is in a list has the name of the list.
        values: its cells, of which a list has any number for a row.
        type: as it is called; lists as list<...>.
    """

    name: str
    values: pa.ChunkedArray
    type: str


def flattened(name: str, values: pa.ChunkedArray) -> Iterator[Flat]:
    """The plain columns of a column, in their order; dictionaries are spelt out."""
    return _flattened(name, values, "{}")


def _flattened(name: str, values: pa.ChunkedArray, type_: str) -> Iterator[Flat]:
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType) and not _is_plain(kind.storage_type):
        storages = [chunk.storage for chunk in values.chunks]
        yield from _flattened(name, pa.chunked_array(storages, kind.storage_type), type_)
    elif types.is_dictionary(kind):
        yield from _flattened(
            name, _each(values, pc.dictionary_decode, kind.value_type), type_.format("dictionary<{}>")
        )
    elif types.is_run_end_encoded(kind):
        yield from _flattened(name, _each(values, pc.run_end_decode, kind.value_type), type_)
    elif types.is_struct(kind):
        for number in range(kind.num_fields):
            field = kind.field(number)
            part = _each(values, lambda chunk, at=number: chunk.flatten()[at], field.type)
            yield from _flattened(f"{name}.{field.name}" if name else field.name, part, type_)
    elif types.is_map(kind):
        for part, of in (("keys", kind.key_type), ("items", kind.item_type)):
            yield from _flattened(
                name, _each(values, lambda chunk, at=part: _entries(chunk, at), of), type_.format("map<{}>")
            )
    elif _is_list(kind):
        yield from _flattened(name, _each(values, _elements, kind.value_type), type_.format("list<{}>"))
    elif types.is_union(kind):
        texts = [None if value is None else str(value) for value in values.to_pylist()]
        yield Flat(name, pa.chunked_array([pa.array(texts, pa.large_string())]), type_.format("union"))
    else:
        yield Flat(name, values, type_.format(kind))


def _each(values, function, kind) -> pa.ChunkedArray:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return pa.chunked_array([function(chunk) for chunk in values.chunks], kind)


def _elements(chunk: pa.Array) -> pa.Array:
    """What is in lists; what lies under a null or beside a slice is not."""
    return pc.list_flatten(chunk)


def _entries(chunk: pa.Array, part: str) -> pa.Array:
    kind = chunk.type
    entry = pa.struct([pa.field("key", kind.key_type), pa.field("value", kind.item_type)])
    pairs = _elements(chunk.cast(pa.list_(entry)))
    return pairs.field(0 if part == "keys" else 1)


def _is_list(kind: pa.DataType) -> bool:
    views = (types.is_list_view, types.is_large_list_view)
    return (
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or any(t(kind) for t in views)
    )


def _is_plain(kind: pa.DataType) -> bool:
    return not (types.is_nested(kind) or types.is_dictionary(kind) or types.is_run_end_encoded(kind))
