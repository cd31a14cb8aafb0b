"""How are arrays of nested types taken apart into leaves, and put together again from what became of them?

Structs, lists, maps, dictionaries, unions and run-ends are branches; what lies under a null, beside a slice or between
lists is dropped. A leaf is named by the path to it: user.phone; what is in a list has the name of the list, and a
value of a map that of its key.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from anonkit.detect.block import Ints, Mask
from anonkit.tables import leaves, map_keys
from anonkit.tables.paths import Path

Names = Callable[[Sequence[pa.Field]], list[pa.Field]]
"""What becomes of the fields of a struct or a union: their names and metadata are data too."""

Lift = Callable[[Ints], tuple[Ints, Ints]]
"""In which rows are values of a leaf? For each such row, which of the values it is, and the row."""


class Rows:
    """Rows that leaves have in common: records, whose values belong together."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a leaf, in all parts of a column alike: it turns into text, or values of it go."""

    is_text: bool = False
    has_new_nulls: bool = False

    def or_(self, other: Fate) -> Fate:
        """What both together come to."""
        return Fate(self.is_text or other.is_text, self.has_new_nulls or other.has_new_nulls)


class Node(ABC):
    """An array, or a part of one."""

    has_new_nulls = False

    @abstractmethod
    def leaves(self) -> Iterator[Leaf]:
        """The leaves; arrays of one type have equally many."""

    @abstractmethod
    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        """The leaves, and where their values are in the rows of this array."""

    @abstractmethod
    def made(self, fates: Iterator[Fate]) -> pa.Array:
        """The array that the scrubbed leaves make, each of which has its fate."""

    @abstractmethod
    def touched(self) -> Mask:
        """For each row, whether something in it was replaced."""


class Leaf(Node):
    """Values without children.

    uses  how many cells of the column each value stands for, where that is not one
    """

    def __init__(self, path: Path, values: pa.Array, rows: Rows, uses: Ints | None, *, may_go: bool = True) -> None:
        self.path, self.values, self.rows, self.uses = path, values, rows, uses
        self.fate = Fate()
        self.is_done = not leaves.reads(values.type)
        self._may_go = may_go
        self._touched: Mask = np.zeros(len(values), np.bool_)
        self._texts: pa.Array | None = None
        self._new: pa.Array | None = None

    @property
    def is_text(self) -> bool:
        """Whether the values are text or bytes, which scrubbing leaves of their type."""
        return leaves.is_text(self.values.type) or leaves.is_bytes(self.values.type)

    @property
    def is_days(self) -> bool:
        """Whether the values are dates, or times with dates."""
        return leaves.is_days(self.values.type)

    def texts(self) -> pa.Array:
        """What the values read as."""
        return leaves.read(self.values)

    def take(self, texts: pa.Array, touched: Mask) -> None:
        """Take in the scrubbed texts."""
        self.is_done = True
        self._touched = touched
        if not touched.any():
            return
        self._new = leaves.written(self.values, texts, touched)
        has_new_nulls = self._new is not None and self._new.null_count > self.values.null_count
        if has_new_nulls and not self._may_go:
            self._new, has_new_nulls = None, False
        self.fate = Fate(self._new is None, has_new_nulls)
        if self._new is None:
            self._texts = texts

    def leaves(self) -> Iterator[Leaf]:
        """Itself."""
        yield self

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        """Itself, whose values are its rows."""
        yield self, lambda values: (np.arange(len(values)), values)

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        """The values, or their texts if that is their fate."""
        fate = next(fates)
        self.has_new_nulls = fate.has_new_nulls and not fate.is_text
        if not fate.is_text:
            return leaves.tidy(self.values if self._new is None else self._new)
        kind = leaves.text_type(self.values.type)
        texts = self.texts() if self._texts is None and self._new is None else self._texts
        if texts is None:
            texts = leaves.read(self._new)
            if texts.null_count > self.values.null_count:  # what went is an empty text now
                gone = pc.and_(texts.is_null(), self.values.is_valid())
                texts = pc.if_else(gone, pa.scalar("", pa.string()).cast(texts.type), texts)
        return leaves.tidy(texts.cast(kind))

    def touched(self) -> Mask:
        """For each value, whether something in it was replaced."""
        return self._touched


class _Struct(Node):
    def __init__(self, path: Path, values: pa.Array, rows: Rows, uses: Ints | None, within: _Within) -> None:
        self._values, self._within = values, within
        fields = [values.type.field(number) for number in range(values.type.num_fields)]
        self._fields = fields
        self._children = [
            within.node(path.below(field.name), child, rows, uses)
            for field, child in zip(fields, values.flatten(), strict=True)
        ]

    def leaves(self) -> Iterator[Leaf]:
        for child in self._children:
            yield from child.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        for child in self._children:
            yield from child.lifts()

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        children = [child.made(fates) for child in self._children]
        fields = _retyped(self._within.names(self._fields), children, self._children)
        mask = leaves.validity(self._values)
        return pa.Array.from_buffers(pa.struct(fields), len(self._values), [mask], children=children)

    def touched(self) -> Mask:
        found: Mask = np.zeros(len(self._values), np.bool_)
        for child in self._children:
            found |= child.touched()
        return found


class _List(Node):
    """Lists of any kind, and maps, whose entries are structs."""

    def __init__(self, path: Path, values: pa.Array, uses: Ints | None, within: _Within) -> None:
        self._values, self._within = values, within
        self._field = values.type.value_field
        self._size = values.type.list_size if types.is_fixed_size_list(values.type) else 0
        if types.is_fixed_size_list(values.type):
            self._lengths: Ints = np.full(len(values), self._size, np.int64)
            items = values.values.slice(values.offset * self._size, len(values) * self._size)
            if values.null_count:
                there = np.packbits(np.repeat(~leaves.nulls(values), self._size), bitorder="little")
                kind = pa.struct([self._field])
                # flattened, what is null in a struct is null in its children too
                held = pa.Array.from_buffers(kind, len(items), [pa.py_buffer(there)], children=[items])
                (items,) = held.flatten()
        else:
            self._lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy().astype(np.int64)
            items = values.flatten()
        if uses is not None:
            uses = np.repeat(uses, self._lengths)
        self._items = within.node(path.repeated(self._lengths), items, Rows(len(items)), uses)

    def leaves(self) -> Iterator[Leaf]:
        return self._items.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        return _in_lists(self._items, self._lengths)

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        items = self._items.made(fates)
        (field,) = _retyped(self._within.names([self._field]), [items], [self._items])
        kind, mask = self._values.type, leaves.validity(self._values)
        if types.is_fixed_size_list(kind):
            return pa.Array.from_buffers(pa.list_(field, self._size), len(self._values), [mask], children=[items])
        offsets = np.concatenate(([0], np.cumsum(self._lengths)))
        for is_kind, make, width in _LISTS:
            if is_kind(kind):
                buffers = [mask, pa.py_buffer(offsets.astype(width))]
                if make in (pa.list_view, pa.large_list_view):
                    buffers = [
                        mask,
                        pa.py_buffer(offsets[:-1].astype(width)),
                        pa.py_buffer(self._lengths.astype(width)),
                    ]
                return pa.Array.from_buffers(make(field), len(self._values), buffers, children=[items])
        raise AssertionError(kind)

    def touched(self) -> Mask:
        parents = np.repeat(np.arange(len(self._values)), self._lengths)
        found: Mask = np.bincount(parents[self._items.touched()], minlength=len(self._values)) > 0
        return found


_LISTS = (
    (types.is_list, pa.list_, np.int32),
    (types.is_large_list, pa.large_list, np.int64),
    (types.is_list_view, pa.list_view, np.int32),
    (types.is_large_list_view, pa.large_list_view, np.int64),
)


class _Map(Node):
    """Maps: lists of keys and values."""

    def __init__(self, path: Path, values: pa.Array, uses: Ints | None, within: _Within) -> None:
        self._values, self._within = values, within
        kind = values.type
        keys, items = values.keys, values.items
        entries = pa.StructArray.from_arrays([keys, items], fields=[kind.key_field, kind.item_field])
        as_lists = pa.Array.from_buffers(
            pa.list_(entries.type), len(values), values.buffers()[:2], offset=values.offset, children=[entries]
        )
        flat = as_lists.flatten()
        self._lengths: Ints = pc.fill_null(pc.list_value_length(as_lists), 0).to_numpy().astype(np.int64)
        rows = Rows(len(flat))
        if uses is not None:
            uses = np.repeat(uses, self._lengths)
        self._before = flat.field(0)
        path = path.repeated(self._lengths)
        self._keys = within.node(path, self._before, rows, uses, may_go=False)
        self._items = within.node(path.with_keys(self._before), flat.field(1), rows, uses)

    def leaves(self) -> Iterator[Leaf]:
        yield from self._keys.leaves()
        yield from self._items.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        yield from _in_lists(self._keys, self._lengths)
        yield from _in_lists(self._items, self._lengths)

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        keys, items = self._keys.made(fates), self._items.made(fates)
        touched = self._keys.touched()
        if touched.any():
            keys = map_keys.apart(self._before, keys, touched, self._parents())
        kind = self._values.type
        fields = self._within.names([kind.key_field, kind.item_field])
        key, item = _retyped(fields, [keys, items], [self._keys, self._items])
        entries = pa.StructArray.from_arrays([keys, items], fields=[key, item])
        offsets = np.concatenate(([0], np.cumsum(self._lengths))).astype(np.int32)
        buffers = [leaves.validity(self._values), pa.py_buffer(offsets)]
        made_kind = pa.map_(key, item, keys_sorted=kind.keys_sorted)
        return pa.Array.from_buffers(made_kind, len(self._values), buffers, children=[entries])

    def touched(self) -> Mask:
        touched = self._parents()[self._keys.touched() | self._items.touched()]
        found: Mask = np.bincount(touched, minlength=len(self._values)) > 0
        return found

    def _parents(self) -> Ints:
        return np.repeat(np.arange(len(self._values)), self._lengths)


class _Entries:
    """The entries of a dictionary, which several arrays may share."""

    def __init__(self, path: Path, values: pa.Array, within: _Within, *, may_go: bool) -> None:
        self.uses: Ints = np.zeros(len(values), np.int64)
        self.node = within.node(path, values, Rows(len(values)), self.uses, may_go=may_go)
        self._made: tuple[pa.Array, pa.Array | None] | None = None
        self._kind = values.type

    def made(self, fates: Iterator[Fate]) -> tuple[pa.Array, pa.Array | None]:
        """The entries, each once, and for each entry of before which of them it is now; None where all stay."""
        mine = [next(fates) for _ in self.node.leaves()]
        if self._made is None:
            entries = self.node.made(iter(mine))
            if self.node.touched().any() or entries.type != self._kind:
                self._made = _distinct(entries)
            else:
                self._made = entries, None
        return self._made


def _distinct(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    try:
        encoded = values.dictionary_encode()
    except pa.ArrowNotImplementedError:  # entries that are lists or views: unlike each other, for all that is known
        return values, pa.array(np.arange(len(values)), mask=leaves.nulls(values))
    return encoded.dictionary, encoded.indices


class _Dictionary(Node):
    def __init__(self, path: Path, values: pa.Array, uses: Ints | None, within: _Within, *, may_go: bool) -> None:
        self._values = values
        self._entries = within.entries(path, values.dictionary, may_go=may_go)
        self._valid = values.indices.is_valid().to_numpy(zero_copy_only=False)
        # what lies under a null may be no index
        self._indices: Ints = pc.fill_null(values.indices, 0).to_numpy().astype(np.int64)
        weights = None if uses is None else uses[self._valid]
        counted = np.bincount(self._indices[self._valid], weights, len(values.dictionary)).astype(np.int64)
        self._entries.uses += counted

    def leaves(self) -> Iterator[Leaf]:
        return self._entries.node.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        for leaf, lift in self._entries.node.lifts():
            yield leaf, _by_entry(lift, np.where(self._valid, self._indices, -1))

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        entries, now = self._entries.made(fates)
        self.has_new_nulls = self._entries.node.has_new_nulls
        kind = self._values.type
        indices = self._values.indices
        if now is not None:
            at = pa.array(self._indices, mask=~self._valid)
            indices = now.take(at).cast(kind.index_type)
        return pa.DictionaryArray.from_arrays(indices, entries, ordered=kind.ordered)

    def touched(self) -> Mask:
        entries = self._entries.node.touched()
        if not len(entries):
            return np.zeros(len(self._values), np.bool_)
        found: Mask = entries[self._indices] & self._valid
        return found


class _Extension(Node):
    def __init__(self, kind: pa.DataType, storage: Node) -> None:
        self._kind, self._storage = kind, storage

    def leaves(self) -> Iterator[Leaf]:
        return self._storage.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        return self._storage.lifts()

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        storage = self._storage.made(fates)
        self.has_new_nulls = self._storage.has_new_nulls
        if storage.type != self._kind.storage_type:
            return storage
        return pa.ExtensionArray.from_storage(self._kind, storage)

    def touched(self) -> Mask:
        return self._storage.touched()


class _RunEnds(Node):
    def __init__(self, path: Path, values: pa.Array, rows: Rows, uses: Ints | None, within: _Within) -> None:
        self._run_ends = values.type.run_end_type
        self._decoded = within.node(path, pc.run_end_decode(values), rows, uses)

    def leaves(self) -> Iterator[Leaf]:
        return self._decoded.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        return self._decoded.lifts()

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        return pc.run_end_encode(self._decoded.made(fates), run_end_type=self._run_ends)

    def touched(self) -> Mask:
        return self._decoded.touched()


class _Union(Node):
    def __init__(self, path: Path, values: pa.Array, rows: Rows, uses: Ints | None, within: _Within) -> None:
        self._values, self._within = values, within
        kind = values.type
        self._is_sparse = kind.mode == "sparse"
        self._fields = [kind.field(number) for number in range(kind.num_fields)]
        _, codes, *offsets = values.buffers()[: 2 if self._is_sparse else 3]
        rows_of = slice(values.offset, values.offset + len(values))
        self._codes = np.frombuffer(codes, np.int8)[rows_of] if len(values) else np.empty(0, np.int8)
        self._at = np.arange(len(values), dtype=np.int32)
        if offsets and len(values):
            self._at = np.frombuffer(offsets[0], np.int32)[rows_of]
        self._children: list[Node] = []
        for number, field in enumerate(self._fields):
            child = values.field(number)
            own = rows if self._is_sparse else Rows(len(child))
            used = np.flatnonzero(self._codes == kind.type_codes[number])
            inside = path if self._is_sparse else path.moved(used, self._at[used].astype(np.int64), len(child))
            # what fills a branch is what fills the union: the names of branches are mostly those of types
            inside = inside if inside.is_named else inside.below(field.name)
            self._children.append(within.node(inside, child, own, uses if self._is_sparse else None))

    def leaves(self) -> Iterator[Leaf]:
        for child in self._children:
            yield from child.leaves()

    def lifts(self) -> Iterator[tuple[Leaf, Lift]]:
        for code, child in zip(self._values.type.type_codes, self._children, strict=True):
            at: Ints = np.where(self._codes == code, self._at, -1).astype(np.int64)
            for leaf, lift in child.lifts():
                yield leaf, _by_entry(lift, at)

    def made(self, fates: Iterator[Fate]) -> pa.Array:
        children = [child.made(fates) for child in self._children]
        names = [field.name for field in self._within.names(self._fields)]
        kind = self._values.type
        if self._is_sparse:
            return pa.UnionArray.from_sparse(pa.array(self._codes), children, names, kind.type_codes)
        return pa.UnionArray.from_dense(pa.array(self._codes), pa.array(self._at), children, names, kind.type_codes)

    def touched(self) -> Mask:
        found: Mask = np.zeros(len(self._values), np.bool_)
        for code, child in zip(self._values.type.type_codes, self._children, strict=True):
            rows = np.flatnonzero(self._codes == code)
            found[rows] = child.touched()[self._at[rows]]
        return found


def _in_lists(items: Node, lengths: Ints) -> Iterator[tuple[Leaf, Lift]]:
    """The leaves of what is in lists of these lengths, and in which lists their values are."""
    parents = np.repeat(np.arange(len(lengths)), lengths)

    def within(lift: Lift) -> Lift:
        def lifted(values: Ints) -> tuple[Ints, Ints]:
            which, items = lift(values)
            return which, parents[items]

        return lifted

    for leaf, lift in items.lifts():
        yield leaf, within(lift)


def _by_entry(lift: Lift, of_rows: Ints) -> Lift:
    """Where values of entries are in rows that have these entries, -1 for none: once in every row that has it."""

    def lifted(values: Ints) -> tuple[Ints, Ints]:
        which, entries = lift(values)
        order = np.argsort(of_rows, kind="stable")
        low = np.searchsorted(of_rows, entries, "left", sorter=order)
        count = np.searchsorted(of_rows, entries, "right", sorter=order) - low
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(which, count), order[np.repeat(low, count) + within]

    return lifted


class _Within:
    """What the arrays of one column have in common.

    names  of fields, scrubbed
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self._entries: dict[tuple[object, ...], _Entries] = {}

    def entries(self, path: Path, values: pa.Array, *, may_go: bool) -> _Entries:
        """The entries of a dictionary, once for all arrays that share it."""
        buffers = tuple(0 if buffer is None else buffer.address for buffer in values.buffers())
        key = (path.name, may_go, values.offset, len(values), buffers)
        if key not in self._entries:
            self._entries[key] = _Entries(path, values, self, may_go=may_go)
        return self._entries[key]

    def node(self, path: Path, values: pa.Array, rows: Rows, uses: Ints | None, *, may_go: bool = True) -> Node:
        """An array as a tree."""
        kind = values.type
        if isinstance(kind, pa.BaseExtensionType) and not leaves.is_uuid(kind):
            if kind.extension_name == "arrow.bool8":
                return Leaf(path, values, rows, uses)
            return _Extension(kind, self.node(path, values.storage, rows, uses, may_go=may_go))
        if types.is_struct(kind):
            return _Struct(path, values, rows, uses, self)
        if types.is_map(kind):
            return _Map(path, values, uses, self)
        if types.is_fixed_size_list(kind) or any(is_kind(kind) for is_kind, _, _ in _LISTS):
            return _List(path, values, uses, self)
        if types.is_dictionary(kind):
            return _Dictionary(path.plain(), values, uses, self, may_go=may_go)
        if types.is_run_end_encoded(kind):
            return _RunEnds(path, values, rows, uses, self)
        if types.is_union(kind):
            return _Union(path, values, rows, uses, self)
        return Leaf(path, values, rows, uses, may_go=may_go)


class Trees:
    """The arrays of a column as trees."""

    def __init__(self, name: str, names: Names) -> None:
        self._path, self._within = Path(name), _Within(names)
        self.nodes: list[Node] = []
        self.arrays: list[pa.Array] = []

    def add(self, values: pa.Array, rows: Rows) -> None:
        """One more array of the column."""
        self.arrays.append(values)
        self.nodes.append(self._within.node(self._path, values, rows, None))

    def fates(self) -> list[Fate]:
        """What becomes of each leaf: what becomes of it in any of the arrays."""
        found: list[Fate] = []
        for node in self.nodes:
            own = [leaf.fate for leaf in node.leaves()]
            found = [one.or_(other) for one, other in zip(found, own, strict=True)] if found else own
        return found


def _retyped(fields: Sequence[pa.Field], arrays: Sequence[pa.Array], nodes: Sequence[Node]) -> list[pa.Field]:
    """Fields of the types that their arrays have now; what lost values may be null."""
    return [
        field.with_type(array.type).with_nullable(field.nullable or node.has_new_nulls)
        for field, array, node in zip(fields, arrays, nodes, strict=True)
    ]
