"""Which cells become one equivalence class at a node of the lattice, and how many rows are in it?

A table of classes is one sorted array of integers: the codes of the quasi-identifiers in fields of bits, the value of
the further column, the count. So a coarser table is a sum, a sort, and one pass. Where the bits do not suffice the
codes are kept side by side, which is slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.anonymity.histogram import Cells

Levels = tuple[int, ...]
"""A node of the lattice: the level of each quasi-identifier."""

KEPT = 16_000_000
"""How many classes are remembered, over all nodes: 8 bytes each."""
KEPT_NODES = 512
"""Of how many nodes classes are remembered: to search among them costs, too."""
SMALL = 3_000
"""Classes: from a table of so many it goes to a node in one step."""
_BITS = 63


class Groups(Protocol):
    """The cells of a node, those of one class side by side, the classes in the order of their codes."""

    @property
    def counts(self) -> Codes:
        """How often each cell occurs."""

    @property
    def values(self) -> Codes:
        """The value of each cell in the further column."""

    @property
    def starts(self) -> Codes:
        """Where the cells of each class begin."""

    def codes(self, column: int, chosen: npt.NDArray[np.bool_]) -> Codes:
        """The codes of a quasi-identifier, at its level, of the cells that are chosen."""

    def __len__(self) -> int:
        """How many cells there are."""

    def coarser(self, old: Levels, new: Levels) -> Groups:
        """The cells of a coarser node; `old` are the levels of this one."""


class Grouping:
    """The classes of one table at any node; see the module. Nodes asked for before help with later ones."""

    def __init__(self, hierarchies: Sequence[Hierarchy], cells: Cells) -> None:
        self._root: Groups = _Packed.root(hierarchies, cells) or _Wide.root(hierarchies, cells)
        self._kept: list[Groups] = [self._root]
        self._levels = np.zeros((len(hierarchies), 64), np.int16)
        self._sizes = np.full(64, len(self._root))
        self._total = len(self._root)
        self._order = sorted(range(len(hierarchies)), key=lambda column: -hierarchies[column].size)

    def at(self, levels: Levels) -> Groups:
        """The classes of a node, made of the smallest table that is fine enough.

        From a large table it goes in steps, the columns with most values first: what they leave serves other nodes.
        """
        base = self._base(levels)
        groups = self._kept[base]
        now = self._levels[:, base].tolist()
        while tuple(now) != levels:
            old = tuple(now)
            open_columns = [column for column in self._order if now[column] != levels[column]]
            chosen = open_columns if len(groups) <= SMALL else open_columns[: (len(open_columns) + 1) // 2]
            for column in chosen:
                now[column] = levels[column]
            groups = groups.coarser(old, tuple(now))
            self._keep(tuple(now), groups)
        return groups

    def _base(self, levels: Levels) -> int:
        number = len(self._kept)
        is_finer = np.ones(number, np.bool_)
        for kept, level in zip(self._levels, levels, strict=True):
            is_finer &= kept[:number] <= level
        return int(np.where(is_finer, self._sizes[:number], np.iinfo(np.int64).max).argmin())

    def _keep(self, levels: Levels, groups: Groups) -> None:
        number = len(self._kept)
        if self._total + len(groups) > KEPT or number >= KEPT_NODES:
            return
        if number == len(self._sizes):
            self._levels = np.concatenate((self._levels, np.zeros_like(self._levels)), axis=1)
            self._sizes = np.concatenate((self._sizes, np.zeros_like(self._sizes)))
        self._kept.append(groups)
        self._levels[:, number] = levels
        self._sizes[number] = len(groups)
        self._total += len(groups)


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Where in a number the codes lie.

    Attributes:
        hierarchies: of the quasi-identifiers.
        shifts: how far up each quasi-identifier's code lies.
        masks: the bits of each code, not shifted.
        value_bits: of the value of the further column, above the count; 0 where there is none.
        count_bits: of the count, which lies lowest.
        steps: what is added to go from a level to another one, by code at the old level; made when asked for.
    """

    hierarchies: tuple[Hierarchy, ...]
    shifts: tuple[int, ...]
    masks: tuple[int, ...]
    value_bits: int
    count_bits: int
    steps: dict[tuple[int, int, int], Codes]

    def step(self, column: int, old: int, new: int) -> Codes:
        """What is added to a number when a quasi-identifier goes from level `old` to `new`."""
        known = self.steps.get((column, old, new))
        if known is None:
            fine, coarse = (self.hierarchies[column].codes[level] for level in (old, new))
            known = np.zeros(self.masks[column] + 1, np.int64)
            known[fine] = (coarse - fine) << self.shifts[column]
            self.steps[column, old, new] = known
        return known


@dataclass(frozen=True, slots=True, eq=False)
class _Packed:
    """Cells as sorted numbers: codes, value, count, from the highest bit down."""

    layout: _Layout
    numbers: Codes

    @classmethod
    def root(cls, hierarchies: Sequence[Hierarchy], cells: Cells) -> _Packed | None:
        """The cells as they are, or None where 63 bits do not suffice."""
        value_bits = 0 if cells.values is None else _bits(cells.values.max(initial=0))
        count_bits = _bits(cells.counts.sum())
        bits = [_bits(hierarchy.size - 1) for hierarchy in hierarchies]
        if sum(bits) + value_bits + count_bits > _BITS:
            return None
        ends = np.cumsum(bits[::-1])[::-1].tolist()
        shifts = tuple(end - size + value_bits + count_bits for end, size in zip(ends, bits, strict=True))
        masks = tuple((1 << size) - 1 for size in bits)
        layout = _Layout(tuple(hierarchies), shifts, masks, value_bits, count_bits, {})
        numbers = cells.counts.astype(np.int64)
        if cells.values is not None:
            numbers |= cells.values << count_bits
        for codes, shift in zip(cells.codes, shifts, strict=True):
            numbers |= codes << shift
        numbers.sort()
        return cls(layout, numbers)

    def coarser(self, old: Levels, new: Levels) -> _Packed:
        layout, numbers = self.layout, self.numbers
        moved = numbers
        for column, (fine, coarse) in enumerate(zip(old, new, strict=True)):
            if fine != coarse:
                code = (numbers >> layout.shifts[column]) & layout.masks[column]
                moved = moved + layout.step(column, fine, coarse)[code]
        moved.sort()
        starts = _starts(moved >> layout.count_bits)
        mask = (1 << layout.count_bits) - 1
        counts = np.add.reduceat(moved & mask, starts) if len(starts) else starts
        return _Packed(layout, (moved[starts] & ~mask) | counts)

    @property
    def counts(self) -> Codes:
        return self.numbers & ((1 << self.layout.count_bits) - 1)

    @property
    def values(self) -> Codes:
        return (self.numbers >> self.layout.count_bits) & ((1 << self.layout.value_bits) - 1)

    @property
    def starts(self) -> Codes:
        return _starts(self.numbers >> (self.layout.count_bits + self.layout.value_bits))

    def codes(self, column: int, chosen: npt.NDArray[np.bool_]) -> Codes:
        return (self.numbers[chosen] >> self.layout.shifts[column]) & self.layout.masks[column]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class _Wide:
    """Cells as arrays side by side, in the order of the codes, then of the value."""

    hierarchies: tuple[Hierarchy, ...]
    columns: tuple[Codes, ...]
    counts: Codes
    values: Codes
    starts: Codes

    @classmethod
    def root(cls, hierarchies: Sequence[Hierarchy], cells: Cells) -> _Wide:
        values = np.zeros(len(cells.counts), np.int64) if cells.values is None else cells.values
        return _Wide._grouped(tuple(hierarchies), cells.codes, cells.counts, values)

    @staticmethod
    def _grouped(hierarchies: tuple[Hierarchy, ...], columns: tuple[Codes, ...], counts: Codes, values: Codes) -> _Wide:
        number = np.zeros(len(counts), np.int64)
        distinct = 1
        for codes in columns:
            rank = int(codes.max(initial=0)) + 1
            if distinct * rank >= 1 << _BITS:
                number = np.unique(number, return_inverse=True)[1].astype(np.int64)
                distinct = int(number.max(initial=0)) + 1
            number = number * rank + codes
            distinct *= rank
        _, classes = np.unique(number, return_inverse=True)
        order = np.lexsort((values, classes))
        classes, values = classes[order], values[order]
        first = np.ones(len(order), np.bool_)
        first[1:] = (classes[1:] != classes[:-1]) | (values[1:] != values[:-1])
        begins = np.flatnonzero(first)
        chosen = order[begins]
        return _Wide(
            hierarchies,
            tuple(codes[chosen] for codes in columns),
            np.add.reduceat(counts[order], begins) if len(begins) else begins,
            values[begins],
            _starts(classes[begins]),
        )

    def coarser(self, old: Levels, new: Levels) -> _Wide:
        columns = []
        for hierarchy, codes, fine, coarse in zip(self.hierarchies, self.columns, old, new, strict=True):
            step = np.zeros(len(hierarchy.labels[fine]), np.int64)
            step[hierarchy.codes[fine]] = hierarchy.codes[coarse]
            columns.append(codes if fine == coarse else step[codes])
        return _Wide._grouped(self.hierarchies, tuple(columns), self.counts, self.values)

    def codes(self, column: int, chosen: npt.NDArray[np.bool_]) -> Codes:
        return self.columns[column][chosen]

    def __len__(self) -> int:
        return len(self.counts)


def _bits(largest: int | np.int64) -> int:
    return max(1, int(largest).bit_length())


def _starts(ordered: Codes) -> Codes:
    """Where in an ordered array a new value begins."""
    if not len(ordered):
        return np.empty(0, np.int64)
    begins = np.flatnonzero(ordered[1:] != ordered[:-1])
    begins += 1
    return np.concatenate((np.zeros(1, np.int64), begins))
