"""How is an Avro file scrubbed? Block by block, as columns; the codec, the blocks and the scrubbed schema stay.

Numbers and dates in which something was replaced become strings if the result is no such value: that is known after a
first pass. A block is held in memory while it is scrubbed.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anonkit.errors import InputError, UsageError
from anonkit.io.jobs import Tally
from anonkit.io.kinds import TABLE_NAMES
from anonkit.io.tables.avro_schema import LOGICAL, Node, Renamer, parsed
from anonkit.io.tables.batches import Sink, read, reading
from anonkit.tables import typed
from anonkit.tables.fields import Fields
from anonkit.tables.trees import Fate

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

KIND = TABLE_NAMES["avro"]

_MOST_RECORDS = 1 << 13
_MOST_BYTES = 4 << 20
_NEVER_BYTES = 1 << 40
"""Blocks end where they ended in the input, not after so many bytes."""

_PACKAGES = {"snappy": "cramjam", "zstandard": "backports.zstd", "lz4": "lz4"}
_ARROW = {
    "int": pa.int64(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "bytes": pa.binary(),
}
_UTC = pa.timestamp("us", "UTC")
_DIGITS = 38
"""Of a decimal number of 128 bits."""

_Take = Callable[[Any, int], None]
_Make = Callable[[Any, int], Any]


def scrub(scrubber: Scrubber, source: Any, target: Any, name: str) -> Tally:  # noqa: ANN401  binary files
    """Scrub `source`, which can seek, into `target`. Raises InputError, and UsageError without fastavro."""
    opened = _opened(source, name)  # first of all, as it tells who is without fastavro
    from fastavro.write import Writer  # noqa: PLC0415  an extra

    fields = Fields(scrubber)
    renamer = Renamer(scrubber, fields)
    with reading(name, KIND):
        root, every = parsed(json.loads(opened.metadata["avro.schema"]))
    columns = _Columns(scrubber, root, renamer, name)
    for group in _groups(opened, name):
        columns.look_at([record for block in group for record in block])
    renamer.settle(every)
    opened = _opened(source, name)
    about = {key: value for key, value in opened.metadata.items() if not key.startswith("avro.")}
    scrubbed = fields.metadata({key.encode(): value.encode() for key, value in about.items()})
    metadata = {key.decode(): value.decode() for key, value in scrubbed.items()}
    schema = renamer.written(root)
    sink: Any = Sink(target)
    writer = Writer(sink, schema, opened.codec, sync_interval=_NEVER_BYTES, metadata=metadata)
    tally = Tally()
    for group in _groups(opened, name):
        made = iter(columns.scrubbed([record for block in group for record in block], tally.counts))
        for block in group:
            for _ in block:
                writer.write(next(made))
            writer.dump()
            tally.lines += len(block)
    writer.flush()
    tally.add(fields.counts, 0)
    return tally


def tables(source: Any, name: str) -> Iterator[pa.RecordBatch]:  # noqa: ANN401
    """The rows, in parts; unions of more than a type and null as text. Raises InputError, UsageError."""
    opened = _opened(source, name)
    with reading(name, KIND):
        root, _ = parsed(json.loads(opened.metadata["avro.schema"]))
        kind, shown = _shown(root, ())
    for group in _groups(opened, name):
        records = [shown(record) for block in group for record in block]
        with reading(name, KIND):
            rows = pa.array(records, kind)
        if root.kind == "record":
            yield pa.RecordBatch.from_struct_array(rows)
        else:
            yield pa.RecordBatch.from_arrays([rows], [""])


def _opened(source: Any, name: str) -> Any:  # noqa: ANN401
    try:
        from fastavro import block_reader  # noqa: PLC0415  an extra
    except ImportError:
        msg = f'{name}: Avro files need fastavro; pip install "anonkit[avro]"'
        raise UsageError(msg) from None
    with reading(name, KIND):
        source.seek(0)
        # named types in unions are told by name, so that they are written as what they were
        return block_reader(source, return_record_name=True, return_named_type=True)


def _groups(opened: Any, name: str) -> Iterator[list[list[Any]]]:  # noqa: ANN401
    """The records of blocks, some blocks at a time."""
    group: list[list[Any]] = []
    size = count = 0
    for block in read(opened, name, KIND):
        try:
            with reading(name, KIND):
                records = list(block)
        except InputError:
            package = _PACKAGES.get(opened.codec)
            if package is not None and not _is_there(package):
                msg = f"{name}: is compressed with {opened.codec}; pip install {package}"
                raise UsageError(msg) from None
            raise
        group.append(records)
        size += len(block.bytes_.getvalue())
        count += len(records)
        if count >= _MOST_RECORDS or size >= _MOST_BYTES:
            yield group
            group, size, count = [], 0, 0
    if group:
        yield group


def _is_there(package: str) -> bool:
    from importlib.util import find_spec  # noqa: PLC0415  only where something failed

    try:
        return find_spec(package) is not None
    except ImportError:  # the package that it is a part of is not there
        return False


class _Scope:
    """Rows that leaves have in common: the records of the file, the items of a list."""

    def __init__(self) -> None:
        self.rows = self._at = 0
        self.leaves: list[_Leaf] = []

    def add(self) -> int:
        """One more row; its number."""
        for leaf in self.leaves:
            leaf.values.append(None)
        self.rows += 1
        return self.rows - 1

    def next(self) -> int:
        """The number of the next row, when rows are put together again."""
        self._at += 1
        return self._at - 1

    def clear(self) -> None:
        """Forget all rows."""
        self.rows = self._at = 0
        for leaf in self.leaves:
            leaf.values, leaf.made = [], []


class _Leaf:
    """The values of a type at a place."""

    def __init__(self, name: str, node: Node | None) -> None:
        self.name, self.node = name, node
        self.kind = pa.string() if node is None else _arrow(node)
        self.values: list[Any] = []
        self.made: list[Any] = []

    def array(self) -> pa.Array:
        """The values as Arrow has them."""
        return pa.array(self.values, self.kind)

    def take(self, value: Any, row: int) -> None:  # noqa: ANN401
        """Take in the value of a row."""
        self.values[row] = str(value) if isinstance(value, uuid.UUID) else value

    def make(self, value: Any, row: int) -> Any:  # noqa: ANN401
        """What the value of a row has become; the value itself where it stays."""
        made = self.made[row]
        return value if made is _STAYS else made


_STAYS: Any = object()


class _Columns:
    """The records of blocks as columns, and back."""

    def __init__(self, scrubber: Scrubber, root: Node, renamer: Renamer, name: str) -> None:
        self._scrubber, self._renamer, self._name = scrubber, renamer, name
        self._scopes: list[_Scope] = []
        self._building: dict[int, tuple[_Scope, list[tuple[_Take, _Make]]]] = {}
        self._root = self._scope()
        self._take, self._make = self._node(root, root.path, self._root)

    def look_at(self, records: Sequence[Any]) -> None:
        """The first pass: what becomes of values that are no text."""
        self._fill(records)
        for scope in self._scopes:
            leaves = [leaf for leaf in scope.leaves if leaf.node is not None and not typed.stays(leaf.kind)]
            if not leaves or not scope.rows:
                continue
            columns = self._arrays(leaves)
            for leaf, fates in zip(leaves, typed.fates(self._scrubber, columns), strict=True):
                assert leaf.node is not None  # noqa: S101  for mypy
                leaf.node.fate = leaf.node.fate.or_(fates[0])

    def scrubbed(self, records: Sequence[Any], counts: Counter[str]) -> list[Any]:
        """The records, scrubbed; adds to `counts`."""
        self._fill(records)
        for scope in self._scopes:
            if not scope.leaves or not scope.rows:
                continue
            columns = self._arrays(scope.leaves)
            fates = [[Fate() if leaf.node is None else leaf.node.fate] for leaf in scope.leaves]
            for leaf, fate, one in zip(scope.leaves, fates, typed.scrub(self._scrubber, columns, fates), strict=True):
                counts.update(one.counts)
                new = one.values.to_pylist()
                stays = [not touched for touched in one.touched.tolist()]
                if fate[0].is_text:
                    leaf.made = new
                else:
                    leaf.made = [_STAYS if stay else value for value, stay in zip(new, stays, strict=True)]
        return [self._make(record, self._root.next()) for record in records]

    def _arrays(self, leaves: Sequence[_Leaf]) -> list[typed.Column]:
        with reading(self._name, KIND):  # a value may not be of the type that the schema tells
            return [typed.Column(leaf.name, leaf.array()) for leaf in leaves]

    def _fill(self, records: Sequence[Any]) -> None:
        for scope in self._scopes:
            scope.clear()
        for record in records:
            self._take(record, self._root.add())

    def _scope(self) -> _Scope:
        scope = _Scope()
        self._scopes.append(scope)
        return scope

    def _leaf(self, name: str, node: Node | None, scope: _Scope) -> _Leaf:
        leaf = _Leaf(name, node)
        scope.leaves.append(leaf)
        return leaf

    def _node(self, node: Node, path: str, scope: _Scope) -> tuple[_Take, _Make]:
        """How a value of a type is taken apart, and put together again."""
        if node.is_leaf:
            leaf = self._leaf(path, node, scope)
            return leaf.take, leaf.make
        if node.kind == "enum":
            return _ignore, lambda value, _row: node.symbols[value]
        if node.kind == "record":
            return self._record(node, path, scope)
        if node.kind == "union":
            return self._union(node, path, scope)
        if node.kind in ("array", "map"):
            return self._many(node, path)
        return _ignore, _same

    def _record(self, node: Node, path: str, scope: _Scope) -> tuple[_Take, _Make]:
        if id(node) in self._building:  # a record within itself: its rows are those of the outer one's scope
            within, parts = self._building[id(node)]
            return (
                lambda value, _row: parts[0][0](value, within.add()),
                lambda value, _row: parts[0][1](value, within.next()),
            )
        holds_itself = _holds(node, node, set())
        own = self._scope() if holds_itself else scope
        made: list[tuple[_Take, _Make]] = []
        if holds_itself:
            self._building[id(node)] = own, made
        parts = [
            self._node(part, f"{path}.{name}" if path else name, own)
            for name, part in zip(node.fields, node.parts, strict=True)
        ]
        takes = [(name, take) for name, (take, _) in zip(node.fields, parts, strict=True) if take is not _ignore]
        names = self._renamer.fields_of(node)
        makes = [(old, new, make) for old, new, (_, make) in zip(node.fields, names, parts, strict=True)]

        def take(value: Any, row: int) -> None:  # noqa: ANN401
            for name, one in takes:
                one(value[name], row)

        def make(value: Any, row: int) -> Any:  # noqa: ANN401
            return {new: one(value[old], row) for old, new, one in makes}

        if not holds_itself:
            return take, make
        made.append((take, make))
        del self._building[id(node)]
        return lambda value, _row: take(value, own.add()), lambda value, _row: make(value, own.next())

    def _union(self, node: Node, path: str, scope: _Scope) -> tuple[_Take, _Make]:
        self._refuse_twice(node)
        parts = [(part, *self._node(part, path, scope)) for part in node.parts]
        # of two that values may be of, double is looked at before float, which has fewer digits
        parts.sort(key=lambda found: found[0].kind == "float")
        kinds = Counter(part.kind for part in node.parts if not part.name)
        new_names = {part.name: self._renamer.name_of(part) for part in node.parts if part.name}

        def branch(value: Any) -> tuple[tuple[Node, _Take, _Make], bool]:  # noqa: ANN401
            """The branch of a value, and whether its name tells it."""
            found = [one for one in parts if _is_of(one[0], value)]
            if not found:
                raise InputError(f"{self._name}: {KIND} that is damaged or cut off; get the file again")
            return found[0], len(found) == 1 and kinds[found[0][0].kind] <= 1

        def take(value: Any, row: int) -> None:  # noqa: ANN401
            if value is not None:
                (part, one, _), _ = branch(value)
                one(value[1] if part.name else value, row)

        def make(value: Any, row: int) -> Any:  # noqa: ANN401
            if value is None:
                return None
            (part, _, one), is_sure = branch(value)
            made = one(value[1] if part.name else value, row)
            if part.fate.is_text or made is None:
                return made
            # named, as fastavro takes the first branch that a value could be of: 5 for a date
            return (new_names[part.name] if part.name else part.kind, made) if is_sure else made

        return take, make

    def _refuse_twice(self, node: Node) -> None:
        """Avro allows a type once in a union. Twice with and without a logical type works where that without is first.

        fastavro would write bytes as a decimal number, or a moment as one of fewer digits.
        """
        seen: set[str] = set()
        for part in node.parts:
            if not part.name and part.kind in seen:
                msg = f"{self._name}: {KIND} with a union that holds a type twice; write it anew with one of each"
                raise InputError(msg)
            if part.logical:
                seen.add(part.kind)

    def _many(self, node: Node, path: str) -> tuple[_Take, _Make]:
        """Lists, and maps, whose keys are text."""
        scope = self._scope()
        keys = self._leaf(path, None, scope)
        take_one, make_one = self._node(node.parts[0], path, scope)

        def take_list(value: Any, _row: int) -> None:  # noqa: ANN401
            for one in value:
                take_one(one, scope.add())

        def make_list(value: Any, _row: int) -> Any:  # noqa: ANN401
            return [make_one(one, scope.next()) for one in value]

        def take_map(value: Any, _row: int) -> None:  # noqa: ANN401
            for key, one in value.items():
                row = scope.add()
                keys.take(key, row)
                take_one(one, row)

        def make_map(value: Any, _row: int) -> Any:  # noqa: ANN401
            made: dict[str, Any] = {}
            for key, one in value.items():
                row = scope.next()
                new = free = keys.make(key, row)
                number = 1
                while free in made:  # two that became the same
                    number += 1
                    free = f"{new}_{number}"
                made[free] = make_one(one, row)
            return made

        return (take_list, make_list) if node.kind == "array" else (take_map, make_map)


def _ignore(_value: Any, _row: int) -> None:  # noqa: ANN401
    """Nothing is looked for in such values."""


def _same(value: Any, _row: int) -> Any:  # noqa: ANN401
    return value


def _holds(node: Node, other: Node, seen: set[int]) -> bool:
    """Whether a type lies within another."""
    for part in node.parts:
        if part is other:
            return True
        if id(part) not in seen:
            seen.add(id(part))
            if _holds(part, other, seen):
                return True
    return False


def _arrow(node: Node) -> pa.DataType | None:
    """The type that Arrow has values as; None where it must be seen from them."""
    logical = node.logical
    if logical == "date":
        return pa.date32()
    if logical.startswith("timestamp-"):
        return _UTC
    if logical.startswith("local-timestamp-"):
        return pa.timestamp("us")
    if logical.startswith("time-"):
        return pa.time64("us")
    if logical == "uuid":
        return pa.string()
    if logical == "decimal":
        precision, scale = int(node.raw.get("precision", _DIGITS)), int(node.raw.get("scale", 0))
        return pa.decimal128(precision, scale) if precision <= _DIGITS else pa.decimal256(precision, scale)
    return pa.binary(node.raw["size"]) if node.kind == "fixed" else _ARROW[node.kind]


_CLASSES: dict[str, type] = {
    "boolean": bool,
    "int": int,
    "long": int,
    "float": float,
    "double": float,
    "string": str,
    "bytes": bytes,
    "array": list,
    "map": dict,
}


def _is_of(node: Node, value: Any) -> bool:  # noqa: ANN401
    """Whether a value is of a branch of a union: of its class, as a moment is a date too for Python, and True a 1."""
    if isinstance(value, tuple):
        return bool(node.name == value[0])
    if type(value) is not (LOGICAL[node.kind, node.logical] if node.logical else _CLASSES.get(node.kind)):
        return False
    return not isinstance(value, dt.datetime) or (value.tzinfo is None) == node.logical.startswith("local-")


def _shown(  # noqa: PLR0911  one a kind of type
    node: Node, within: tuple[Node, ...]
) -> tuple[pa.DataType, Callable[[Any], Any]]:
    """How values are shown as Arrow's: the type, and what makes such a value."""
    if node in within:
        return pa.string(), lambda value: None if value is None else json.dumps(value, default=str, ensure_ascii=False)
    if node.kind == "record":
        parts = [_shown(part, (*within, node)) for part in node.parts]
        kind = pa.struct([(name, one) for name, (one, _) in zip(node.fields, parts, strict=True)])
        makes = [(name, make) for name, (_, make) in zip(node.fields, parts, strict=True)]
        return kind, lambda value: {name: make(value[name]) for name, make in makes}
    if node.kind in ("array", "map"):
        kind, make = _shown(node.parts[0], (*within, node))
        if node.kind == "array":
            return pa.list_(kind), lambda value: [make(one) for one in value]
        return pa.map_(pa.string(), kind), lambda value: [(key, make(one)) for key, one in value.items()]
    if node.kind == "union":
        rest = [part for part in node.parts if part.kind != "null"]
        if len(rest) == 1:
            kind, make = _shown(rest[0], (*within, node))
            return kind, lambda value: None if value is None else make(value[1] if rest[0].name else value)
        return pa.string(), lambda value: None if value is None else _text(value)
    if node.kind == "null":
        return pa.null(), lambda value: value
    if node.kind == "boolean":
        return pa.bool_(), lambda value: value
    if node.kind == "enum":
        return pa.string(), lambda value: value
    if node.logical == "uuid":
        return pa.string(), str
    return _arrow(node), lambda value: value


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, tuple):
        value = value[1]
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
