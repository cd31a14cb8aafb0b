"""What is in the cells of plain columns: what is found in them, how many values there are, what they look like?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from anonkit.tables import leaves, typed
from anonkit.tables.attributes import Values
from anonkit.tables.flat import Flat
from anonkit.tables.text import TextColumn, find_in_columns

if TYPE_CHECKING:
    from anonkit.detect.block import Ints
    from anonkit.scrubber import Scrubber

_SLICE_ROWS = 1 << 16
_LOOKED_AT = 5000
_MOST_CHARACTERS = 200
_FILLS = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in the cells of a column that were looked at.

    texts     their text, null where there is none or it is blank
    found     by number of a finding: in how many cells it is, and how many it fills
    any_of    sets of numbers that occur together in a cell, and in how many
    """

    texts: pa.Array
    found: Mapping[int, tuple[int, int]]
    any_of: Mapping[frozenset[int], int]


def seen(scrubber: Scrubber, columns: Sequence[Flat]) -> list[Seen]:
    """What is found in columns; those with equally many cells go through the engine together."""
    texts = [_texts(column.values) for column in columns]
    groups: dict[int, list[int]] = {}
    for number, cells in enumerate(texts):
        groups.setdefault(len(cells), []).append(number)
    tallies = [_Tally() for _ in columns]
    for size, numbers in groups.items():
        for first in range(0, size, _SLICE_ROWS):
            parts = [TextColumn(columns[n].name, texts[n].slice(first, _SLICE_ROWS)) for n in numbers]
            for number, tally in zip(numbers, _tallies(scrubber, parts), strict=True):
                tallies[number].add(tally)
    return [Seen(cells, tally.found, tally.any_of) for cells, tally in zip(texts, tallies, strict=True)]


class _Tally:
    """Counts of findings in a column."""

    def __init__(self) -> None:
        self.found: dict[int, tuple[int, int]] = {}
        self.any_of: dict[frozenset[int], int] = {}

    def add(self, other: _Tally) -> None:
        """Take in those of other rows."""
        for number, (cells, filled) in other.found.items():
            before = self.found.get(number, (0, 0))
            self.found[number] = before[0] + cells, before[1] + filled
        for together, count in other.any_of.items():
            self.any_of[together] = self.any_of.get(together, 0) + count


def _tallies(scrubber: Scrubber, columns: Sequence[TextColumn]) -> Iterator[_Tally]:
    found = find_in_columns(scrubber, columns)
    # numbers of the same entity count as one
    first: dict[str, int] = {}
    same = np.array([first.setdefault(entity, number) for number, entity in enumerate(scrubber.entities)], np.int64)
    entity = same[found.entity]
    for number, column in enumerate(columns):
        tally = _Tally()
        mine = found.column == number
        if mine.any():
            sizes = _sizes(column.values)
            pairs, which = np.unique(np.stack((found.row[mine], entity[mine])), axis=1, return_inverse=True)
            covered = np.bincount(which.ravel(), (found.end - found.start)[mine])
            fills = covered >= _FILLS * sizes[pairs[0]]
            for one in np.unique(pairs[1]).tolist():
                here = pairs[1] == one
                tally.found[one] = int(here.sum()), int((here & fills).sum())
            _count_together(tally, pairs)
        yield tally


def _count_together(tally: _Tally, pairs: Ints) -> None:
    edges = np.flatnonzero(np.diff(pairs[0], prepend=-1))
    alone = np.diff(np.append(edges, pairs.shape[1])) == 1
    numbers, counts = np.unique(pairs[1][edges[alone]], return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        tally.any_of[frozenset((number,))] = count
    ends = np.append(edges, pairs.shape[1])[1:]
    for start, end in zip(edges[~alone].tolist(), ends[~alone].tolist(), strict=True):
        together = frozenset(pairs[1][start:end].tolist())
        tally.any_of[together] = tally.any_of.get(together, 0) + 1


def _sizes(values: pa.Array) -> Ints:
    sizes: Ints = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
    return sizes


def _texts(values: pa.ChunkedArray) -> pa.Array:
    """The text of each cell; null where there is none, or it is blank."""
    chunks = [_texts_of(chunk) for chunk in values.chunks]
    texts = pa.concat_arrays(chunks) if chunks else pa.nulls(0, pa.large_string())
    blank = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(texts)), 0)
    return pc.if_else(pc.fill_null(blank, fill_value=True), pa.scalar(None, texts.type), texts)


def _texts_of(values: pa.Array) -> pa.Array:
    kind = values.type
    if _has_plain_text(kind):
        return values.cast(pa.large_string())
    texts = typed.texts(values)
    return _of_bytes(texts) if leaves.is_bytes(texts.type) else texts.cast(pa.large_string())


def _has_plain_text(kind: pa.DataType) -> bool:
    return bool(types.is_boolean(kind) or types.is_time(kind) or types.is_duration(kind))


def _of_bytes(values: pa.Array) -> pa.Array:
    """Bytes that are text as text; others with what is none of it replaced."""
    try:
        return values.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        texts = [None if value is None else value.decode("utf-8", "replace") for value in values.to_pylist()]
        return pa.array(texts, pa.large_string())


@dataclass(frozen=True, slots=True)
class Counted:
    """Of all cells of a column: how many have a value, how many values there are and occur once, and their span."""

    present: int
    distinct: int
    once: int
    span: int | None


def counted(values: pa.ChunkedArray) -> Counted:
    """How many values there are in all cells of a plain column; blank ones are none."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        values = pa.chunked_array([chunk.storage for chunk in values.chunks], kind.storage_type)
    elif leaves.is_text(kind) or leaves.is_bytes(kind):
        values = values.cast(pa.large_string() if leaves.is_text(kind) else pa.large_binary())
        values = _without_blank(values)
    if types.is_null(values.type):
        return Counted(0, 0, 0, None)
    counts = pc.value_counts(values.drop_null())
    each = counts.field(1).to_numpy(zero_copy_only=False)
    return Counted(int(each.sum()), len(each), int((each == 1).sum()), _span(counts.field(0)))


def _without_blank(values: pa.ChunkedArray) -> pa.ChunkedArray:
    short = pc.equal(pc.binary_length(values), 0)
    if leaves.is_text(values.type):
        short = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(values)), 0)
    return values.filter(pc.invert(pc.fill_null(short, fill_value=True)))


def _span(values: pa.Array) -> int | None:
    if leaves.is_text(values.type) and len(values):
        if not pc.all(pc.match_substring_regex(values, r"^[0-9]{1,18}$")).as_py():
            return None
        values = values.cast(pa.int64())
    if not types.is_integer(values.type) or not len(values):
        return None
    ends = pc.min_max(values).as_py()
    return int(ends["max"]) - int(ends["min"]) + 1


def values(texts: pa.Array) -> Values:
    """Different values and how often each occurs, some thousands at most, from the whole length."""
    if texts.null_count == len(texts):
        return Values((), ())
    there = texts.drop_null()
    if len(there) > 4 * _LOOKED_AT:
        there = there.take(pa.array(np.linspace(0, len(there) - 1, 4 * _LOOKED_AT).astype(np.int64)))
    counts = pc.value_counts(pc.utf8_slice_codeunits(there, 0, _MOST_CHARACTERS))
    if len(counts) > _LOOKED_AT:
        counts = counts.take(pa.array(np.linspace(0, len(counts) - 1, _LOOKED_AT).astype(np.int64)))
    return Values(counts.field(0).to_pylist(), counts.field(1).to_pylist())


def length(texts: pa.Array) -> int:
    """The median length of texts, in characters; 0 where there is none."""
    lengths = pc.utf8_length(texts.drop_null())
    return int(np.median(lengths.to_numpy(zero_copy_only=False))) if len(lengths) else 0
