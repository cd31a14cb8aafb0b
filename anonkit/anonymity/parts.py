"""Where do the tuples of a table lie, and may a part of them be released? What is cut by cuts.py.

Each quasi-identifier is a line on which its leaves stand; a part is told by its ends on each line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.grouping import Groups, Levels
from anonkit.anonymity.hierarchy import SUPPRESSED, Codes, Hierarchy
from anonkit.anonymity.histogram import Cells, Histogram

Booleans = npt.NDArray[np.bool_]

_MOST = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A quasi-identifier as a line: its leaves stand so that what lies under one value of the hierarchy is together.

    Attributes:
        hierarchy: whose leaves stand on the line.
        is_ordered: whether the line has a meaning of its own, so that it may be cut anywhere.
        place: where each leaf stands.
        leaf: which leaf stands at each place.
        codes: for each level, the code at each place.
        begins: for each level, the first place with the code of each place.
        has_null: whether the last place of an ordered line is that of nulls, which lie in no range.
    """

    hierarchy: Hierarchy
    is_ordered: bool
    place: Codes
    leaf: Codes
    codes: Codes
    begins: Codes
    has_null: bool

    @classmethod
    def of(cls, hierarchy: Hierarchy, ranks: Codes | None) -> Axis:
        """The line of a hierarchy, in the order of `ranks` of its leaves (nulls last), else in its own."""
        leaf = np.lexsort(hierarchy.codes) if ranks is None else np.argsort(ranks, kind="stable")
        place = np.empty_like(leaf)
        place[leaf] = np.arange(len(leaf))
        codes = np.stack([level[leaf] for level in hierarchy.codes])
        begins = np.empty_like(codes)
        for level, labels in enumerate(hierarchy.labels):
            first = np.full(len(labels), len(leaf))
            np.minimum.at(first, codes[level], np.arange(len(leaf)))
            begins[level] = first[codes[level]]
        has_null = ranks is not None and None in hierarchy.position
        return cls(hierarchy, ranks is not None, place, leaf, codes, begins, has_null)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.leaf)

    def common(self, low: Codes, high: Codes) -> Codes:
        """The lowest level at which both places have the same code; the height where there is none."""
        level = np.full(len(low), len(self.codes))
        for number in range(len(self.codes) - 1, -1, -1):
            level[self.codes[number][low] == self.codes[number][high]] = number
        return level

    def is_range(self, low: Codes, high: Codes) -> Booleans:
        """Whether values from one place to the other are told as a range."""
        if not self.is_ordered:
            return np.zeros(len(low), np.bool_)
        return (high < self.size - 1) | (low == high) if self.has_null else np.ones(len(low), np.bool_)

    def leaves(self, low: Codes, high: Codes) -> Codes:
        """How many leaves lie under what is told of values from one place to the other."""
        under = self._under(low, high, self.hierarchy.leaves, self.size)
        return np.where(self.is_range(low, high), high - low + 1, under)

    def rows(self, low: Codes, high: Codes, at: Codes) -> Codes:
        """How many rows of the table do, if so many lie at each place."""
        by_code = [
            summed(codes, at, len(labels)) for codes, labels in zip(self.codes, self.hierarchy.labels, strict=True)
        ]
        under = self._under(low, high, by_code, int(at.sum()))
        running = np.concatenate((np.zeros(1, np.int64), np.cumsum(at)))
        return np.where(self.is_range(low, high), running[high + 1] - running[low], under)

    def _under(self, low: Codes, high: Codes, by_code: Sequence[Codes], every: int) -> Codes:
        level = self.common(low, high)
        under = np.full(len(low), every)
        for number, sums in enumerate(by_code):
            chosen = level == number
            under[chosen] = sums[self.codes[number][low[chosen]]]
        return under

    def label(self, low: int, high: int) -> str | None:
        """What is told of values from one place to the other: a value of the hierarchy, or both ends."""
        place = np.array([low]), np.array([high])
        if self.is_range(*place)[0]:
            for codes, labels in zip(self.codes, self.hierarchy.labels, strict=True):
                code = int(codes[low])
                if high - low + 1 == np.count_nonzero(codes[low : high + 1] == code) == np.count_nonzero(codes == code):
                    return labels[code]
            ends = [str(self.hierarchy.labels[0][self.leaf[end]]) for end in (low, high)]
            return ("/" if any("-" in end for end in ends) else "-").join(ends)
        level = int(self.common(*place)[0])
        return self.hierarchy.labels[level][int(self.codes[level][low])] if level < len(self.codes) else SUPPRESSED


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The cells of parts, as criteria want to see them (`Groups`)."""

    counts: Codes
    values: Codes
    starts: Codes

    @classmethod
    def of(cls, parts: Codes, values: Codes, counts: Codes) -> Parts:
        """Of cells, each with its part and its value; the same value of the same part is one cell."""
        size = int(values.max(initial=0)) + 1
        key = parts * size + values
        order = np.argsort(key, kind="stable")
        key = key[order]
        begins = begins_of(key)
        part, value = np.divmod(key[begins], size)
        return cls(np.add.reduceat(counts[order], begins) if len(begins) else begins, value, begins_of(part))

    def codes(self, column: int, chosen: Booleans) -> Codes:
        """Parts lie at no level: criteria do not ask for this."""
        raise NotImplementedError

    def coarser(self, old: Levels, new: Levels) -> Groups:
        """As above."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The distinct tuples of a table, and of the population where there is one.

    Attributes:
        k: the least number of rows of a part that is released.
        criteria: what else must hold of it.
        axes: the quasi-identifiers.
        counts: the rows of each tuple; 0 for those that only the population has.
        places: for each quasi-identifier, where on its line each tuple lies.
        own: which tuples the cells of the histogram are.
        further: by name, the tuple of each of those cells, and the cells.
    """

    k: int
    criteria: Sequence[Criterion]
    axes: Sequence[Axis]
    counts: Codes
    places: Sequence[Codes]
    own: Codes
    further: Mapping[str, tuple[Codes, Cells]]

    @classmethod
    def of(cls, histogram: Histogram, k: int, criteria: Sequence[Criterion], axes: Sequence[Axis]) -> Table:
        """Of a histogram."""
        names = sorted({criterion.of for criterion in criteria} - {""})
        every = [histogram.cells, *(histogram.further[name] for name in names)]
        columns = [np.concatenate([cells.codes[column] for cells in every]) for column in range(len(axes))]
        number, first = numbered(columns, [axis.size for axis in axes])
        ends = np.cumsum([len(cells.counts) for cells in every])
        own, *owners = np.split(number, ends[:-1])
        counts = summed(own, histogram.cells.counts, len(first))
        places = [axis.place[codes[first]] for axis, codes in zip(axes, columns, strict=True)]
        further = {name: (owner, histogram.further[name]) for name, owner in zip(names, owners, strict=True)}
        return cls(max(k, 1), criteria, axes, counts, places, own, further)

    def holds(self, tuples: Codes, parts: Codes, size: int) -> Booleans:
        """Of `size` parts whether they may be released; `parts` says of each of the tuples in which it lies.

        A part without rows may: there is nothing to release.
        """
        rows = summed(parts, self.counts[tuples], size)
        holds: Booleans = (rows >= self.k) | (rows == 0)
        if not self.criteria:
            return holds
        asked = holds & (rows > 0)
        number = np.where(asked, np.cumsum(asked) - 1, -1)[parts]
        seen: dict[str, Parts] = {}
        part_of = np.full(len(self.counts), -1)
        part_of[tuples] = number
        for criterion in self.criteria:
            if criterion.of not in seen:
                seen[criterion.of] = self._parts(criterion.of, part_of)
            holds[asked] &= criterion.holds(seen[criterion.of])
        return holds

    def _parts(self, name: str, part_of: Codes) -> Parts:
        if name:
            owner, cells = self.further[name]
            parts, counts, values = part_of[owner], cells.counts, cells.values
        else:
            parts, counts, values = part_of, self.counts, None
        chosen = np.flatnonzero(parts >= 0)
        values = np.zeros(len(chosen), np.int64) if values is None else values[chosen]
        return Parts.of(parts[chosen], values, counts[chosen])


def begins_of(ordered: Codes) -> Codes:
    """Where in an ordered array a new value begins."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(ordered), 1), np.bool_), ordered[1:] != ordered[:-1])))


def summed(groups: Codes, weights: Codes, size: int) -> Codes:
    """Whole sums by group."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, groups, weights)
    return sums


def numbered(columns: Sequence[Codes], sizes: Sequence[int]) -> tuple[Codes, Codes]:
    """The number of each tuple, the same for the same, and where each number stands first. `sizes`: codes are below."""
    key, distinct = np.zeros(len(columns[0]), np.int64), 1
    for codes, size in zip(columns, sizes, strict=True):
        if distinct * size >= _MOST:
            known, key = np.unique(key, return_inverse=True)
            distinct = len(known)
        key = key * size + codes
        distinct *= size
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return number.astype(np.int64), first
