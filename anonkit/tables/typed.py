"""How are columns of any Arrow type scrubbed? As texts; what was scrubbed is of the type again where it fits.

A column of numbers or dates in which something was replaced keeps its type where every replacement is a value of it or
nothing at all (then it is null); otherwise it becomes text, and what was not touched is its plain text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from anonkit.errors import UsageError
from anonkit.tables import leaves
from anonkit.tables.fields import Fields
from anonkit.tables.foreign import cells as foreign_cells
from anonkit.tables.foreign import found as found_foreign
from anonkit.tables.foreign import put_back, without
from anonkit.tables.foreign import scrubbed as foreign_scrubbed
from anonkit.tables.text import ScrubbedColumn, TextColumn, find_in_columns, scrub_columns
from anonkit.tables.trees import Fate, Leaf, Lift, Rows, Trees

if TYPE_CHECKING:
    from anonkit.detect.block import Ints, Mask
    from anonkit.io.encodings import Encoding
    from anonkit.scrubber import Scrubber

Fates = list[list[Fate]]
"""Of each column, what becomes of its leaves."""

_PIECE_BYTES = 1 << 26
_LEAST_PIECE_ROWS = 1 << 10
_BYTES_OF_ENTRY = 64
_UNCHANGED = Fate()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, which tells what fills its cells (empty where there is none), and its values."""

    name: str
    values: pa.Array | pa.ChunkedArray


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What became of a column.

    Attributes:
        values: of the same length, chunked if they were; the values that came in where nothing was replaced.
        touched: for each row, whether something in it was replaced.
        counts: the number of replacements of each entity; an entry of a dictionary counts once for each row it is in.
        has_new_nulls: whether values are null now that were not.
    """

    values: pa.Array | pa.ChunkedArray
    touched: Mask
    counts: Counter[str]
    has_new_nulls: bool = False


def scrub(
    scrubber: Scrubber, columns: Sequence[Column], fates: Fates | None = None, fields: Fields | None = None
) -> list[Scrubbed]:
    """Scrub columns of equally many rows; the rows are records.

    fates   what becomes of the types, if these columns are a part of others
    fields  who scrubs the names of fields; a new one unless told

    Raises UsageError for a policy that cannot treat cells, for a type that cannot be taken apart, and where a leaf has
    a worse fate than was told.
    """
    names = fields or Fields(scrubber)
    trees = [Trees(column.name, names.scrubbed) for column in columns]
    try:
        for piece in _pieces(columns):
            rows = Rows(len(piece[0]))
            for tree, values in zip(trees, piece, strict=True):
                tree.add(values, rows)
        counts = _scrub_leaves(scrubber, trees)
        return [
            _put_together(column, tree, count, None if fates is None else fates[number])
            for number, (column, tree, count) in enumerate(zip(columns, trees, counts, strict=True))
        ]
    except pa.ArrowNotImplementedError as error:
        raise UsageError("a column has a type that cannot be scrubbed; cast it to one that is less nested") from error


@dataclass(frozen=True, slots=True)
class Found:
    """A finding.

    Attributes:
        column: the number of the column.
        name: of what the text fills: that of the column, or the path to a leaf of it.
        row: -1 for an entry of a dictionary that no row has.
        text: of the value, as UTF-8, which is told of no others.
        start, end: half-open, in bytes of the text.
        entity: number, as `Scrubber.entities` has them.
        confidence: 0..1.
    """

    column: int
    name: str
    row: int
    text: bytes
    start: int
    end: int
    entity: int
    confidence: float

    def points(self) -> tuple[int, int]:
        """Where it is in code points."""
        first = len(self.text[: self.start].decode("utf-8", "replace"))
        return first, first + len(self.value())

    def value(self) -> str:
        """What was found."""
        return self.text[self.start : self.end].decode("utf-8", "replace")


def find(scrubber: Scrubber, columns: Sequence[Column]) -> Iterator[Found]:
    """What is found in columns of equally many rows, kept entities included, in the leaves that `scrub` scrubs.

    What is in an entry of a dictionary is told for each row that has it.

    Raises UsageError as `scrub` does.
    """
    trees = [Trees(column.name, list) for column in columns]
    try:
        first, firsts = 0, []
        for piece in _pieces(columns):
            rows = Rows(len(piece[0]))
            for tree, values in zip(trees, piece, strict=True):
                tree.add(values, rows)
            firsts.append(first)
            first += rows.count
        yield from _found_in(scrubber, trees, firsts)
    except pa.ArrowNotImplementedError as error:
        raise UsageError("a column has a type that cannot be scanned; cast it to one that is less nested") from error


def _found_in(scrubber: Scrubber, trees: Sequence[Trees], firsts: Sequence[int]) -> Iterator[Found]:
    """Findings in trees whose nodes begin with these rows."""
    of_leaf: dict[int, list[tuple[int, Lift]]] = {}  # entries may be shared by several nodes
    groups: dict[int, list[tuple[int, Leaf]]] = {}
    for number, tree in enumerate(trees):
        for first, node in zip(firsts, tree.nodes, strict=True):
            for leaf, lift in node.lifts():
                if leaf.is_done:  # has no text
                    continue
                if id(leaf) not in of_leaf:
                    groups.setdefault(id(leaf.rows), []).append((number, leaf))
                of_leaf.setdefault(id(leaf), []).append((first, lift))
    for group in groups.values():
        found = _found_in_group(scrubber, [leaf for _, leaf in group])
        for (number, leaf), places in zip(group, found, strict=True):
            yield from _in_rows(number, leaf, places, of_leaf[id(leaf)])


_Place = tuple[int, bytes, int, int, int, float]
"""The value, its text, start and end, entity, confidence."""


def _found_in_group(scrubber: Scrubber, group: Sequence[Leaf]) -> list[list[_Place]]:
    """What is found in each of some leaves of the same rows."""
    texts, foreign, columns = _text_columns(group)
    places: list[list[_Place]] = [[] for _ in group]
    found = find_in_columns(scrubber, columns)
    of_rows = (found.column, found.row, found.start, found.end, found.entity, found.confidence)
    for column, row, start, end, entity, confidence in zip(*(one.tolist() for one in of_rows), strict=True):
        text = texts[column][row].as_py()
        utf8 = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        places[column].append((row, utf8, start, end, entity, confidence))
    for number, (leaf, one, rows) in enumerate(zip(group, texts, foreign, strict=True)):
        for row, utf8, inside in found_foreign(scrubber, leaf.path.at, one, rows):
            of_row = (inside.start, inside.end, inside.rule, inside.confidence)
            places[number] += [(row, utf8, *place) for place in zip(*(x.tolist() for x in of_row), strict=True)]
    return places


def _in_rows(column: int, leaf: Leaf, places: list[_Place], lifts: list[tuple[int, Lift]]) -> Iterator[Found]:
    values = np.array([place[0] for place in places], np.int64)
    unused = set(range(len(places)))
    for first, lift in lifts if places else ():
        for which, row in zip(*(one.tolist() for one in lift(values)), strict=True):
            unused.discard(which)
            yield Found(column, leaf.path.name, first + row, *places[which][1:])
    for which in sorted(unused):
        yield Found(column, leaf.path.name, -1, *places[which][1:])


def fates(scrubber: Scrubber, columns: Sequence[Column]) -> Fates:
    """What becomes of the leaves of columns that are no text."""
    names = Fields(scrubber)
    trees = [Trees(column.name, names.scrubbed) for column in columns]
    for piece in _pieces(columns):
        rows = Rows(len(piece[0]))
        for tree, values in zip(trees, piece, strict=True):
            tree.add(values, rows)
    _scrub_leaves(scrubber, trees, only_typed=True)
    return [tree.fates() for tree in trees]


def leaf_count(kind: pa.DataType) -> int:
    """How many leaves arrays of a type have."""
    return len(_leaves_of(kind))


def stays(kind: pa.DataType) -> bool:
    """Whether scrubbed values of a type are always of the type: it has text only, and what is never touched."""
    return all(leaf.is_text or leaf.is_done for leaf in _leaves_of(kind))


def _leaves_of(kind: pa.DataType) -> list[Leaf]:
    tree = Trees("", list)
    tree.add(pa.nulls(0, kind), Rows(0))
    return list(tree.nodes[0].leaves())


def texts(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The text of each value of a type without children, or of a dictionary of such; null where there is none."""
    if isinstance(values, pa.ChunkedArray):
        chunks = [texts(chunk) for chunk in values.chunks]
        if not chunks:
            return pa.array([], pa.large_string())
        wide = pa.large_binary() if leaves.is_bytes(chunks[0].type) else pa.large_string()
        return pa.concat_arrays([chunk.cast(wide) for chunk in chunks])
    if pa.types.is_dictionary(values.type):
        entries = texts(values.dictionary)
        return entries.take(values.indices)
    if isinstance(values.type, pa.BaseExtensionType) and not leaves.is_uuid(values.type):
        return texts(values.storage)
    if not leaves.reads(values.type):
        return pa.nulls(len(values), pa.string())
    return leaves.read(values)


def _pieces(columns: Sequence[Column]) -> Iterator[list[pa.Array]]:
    """The columns by ranges of rows, each of a size that is good to work with."""
    if not columns:
        return
    first = columns[0].values
    waiting = [(0, len(first))] if len(first) else []
    if not waiting:
        yield [_one(column.values) for column in columns]
    while waiting:
        low, high = waiting.pop()
        is_whole = high - low == len(first)
        parts = [column.values if is_whole else column.values.slice(low, high - low) for column in columns]
        if high - low > _LEAST_PIECE_ROWS and sum(map(_size_bytes, parts)) > _PIECE_BYTES:
            middle = (low + high) // 2
            waiting += [(middle, high), (low, middle)]
            continue
        yield [_one(part) for part in parts]


def _one(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if values.num_chunks == 1:
        return values.chunk(0)
    if not values.num_chunks:
        return pa.nulls(0, values.type)
    if pa.types.is_dictionary(values.type):
        values = values.unify_dictionaries()
    return pa.concat_arrays(values.chunks)


def _size_bytes(values: pa.Array | pa.ChunkedArray) -> int:
    """About how large values are. A dictionary does not get smaller with fewer rows."""
    if "dictionary<" in str(values.type):
        return _BYTES_OF_ENTRY * len(values)
    return int(values.nbytes)


def _scrub_leaves(scrubber: Scrubber, trees: Sequence[Trees], *, only_typed: bool = False) -> list[Counter[str]]:
    counts: list[Counter[str]] = [Counter() for _ in trees]
    for nodes in zip(*(tree.nodes for tree in trees), strict=True):
        of_rows: dict[int, list[tuple[int, Leaf]]] = {}
        for number, node in enumerate(nodes):
            for leaf in node.leaves():
                if not leaf.is_done and not (only_typed and leaf.is_text):
                    of_rows.setdefault(id(leaf.rows), []).append((number, leaf))
        for group in of_rows.values():
            found = _scrub_group(scrubber, [leaf for _, leaf in group])
            for (number, _), count in zip(group, found, strict=True):
                counts[number] += count
    return counts


def _scrub_group(scrubber: Scrubber, group: Sequence[Leaf]) -> list[Counter[str]]:
    """Scrub leaves of the same rows, and count what was replaced in each."""
    texts, foreign, columns = _text_columns(group)
    counts: list[Counter[str]] = []
    for leaf, one, rows, made in zip(group, texts, foreign, scrub_columns(scrubber, columns), strict=True):
        values = pa.concat_arrays(made.values.chunks) if isinstance(made.values, pa.ChunkedArray) else made.values
        # an entry of a dictionary that no row has was replaced all the same
        uses = np.ones(len(one), np.int64) if leaf.uses is None else np.maximum(leaf.uses, 1)
        count = made.counts if leaf.uses is None else _weighed(scrubber, made, uses)
        if rows:
            new, replaced = foreign_scrubbed(scrubber, leaf.path.at, one, rows)
            values = put_back(values, one, rows, new)
            made.touched[list(new)] = True
            for row, entity, times in replaced:
                count[entity] += times * int(uses[row])
        leaf.take(values, made.touched)
        counts.append(count)
    return counts


def _text_columns(group: Sequence[Leaf]) -> tuple[list[pa.Array], list[dict[int, Encoding]], list[TextColumn]]:
    """The texts of leaves, which of these are in another encoding, and the others as columns for the engine."""
    texts = [leaf.texts() for leaf in group]
    foreign = [
        foreign_cells(one) if leaf.is_text or leaves.is_bytes(one.type) else {}
        for leaf, one in zip(group, texts, strict=True)
    ]
    columns = [
        TextColumn(leaf.path, without(one, rows) if rows else one, leaf.is_days)
        for leaf, one, rows in zip(group, texts, foreign, strict=True)
    ]
    return texts, foreign, columns


def _weighed(scrubber: Scrubber, made: ScrubbedColumn, uses: Ints) -> Counter[str]:
    weights = np.bincount(made.number, uses[made.row], len(scrubber.entities))
    counts: Counter[str] = Counter()
    for number in np.flatnonzero(weights).tolist():
        counts[scrubber.entities[number]] += int(weights[number])
    return counts


def _put_together(column: Column, tree: Trees, counts: Counter[str], told: list[Fate] | None) -> Scrubbed:
    own = tree.fates()
    if told is not None and any(mine.or_(other) != other for mine, other in zip(own, told, strict=True)):
        raise UsageError("the batches are not those that the plan was made of; make the plan from the same batches")
    settled = told or own
    touched = np.concatenate([node.touched() for node in tree.nodes]) if tree.nodes else np.empty(0, np.bool_)
    made = [node.made(iter(settled)) for node in tree.nodes]
    if all(new is old for new, old in zip(made, tree.arrays, strict=True)):
        return Scrubbed(column.values, touched, counts)
    has_new_nulls = any(node.has_new_nulls for node in tree.nodes)
    if isinstance(column.values, pa.ChunkedArray):
        return Scrubbed(pa.chunked_array(made), touched, counts, has_new_nulls)
    return Scrubbed(made[0] if len(made) == 1 else pa.concat_arrays(made), touched, counts, has_new_nulls)
