"""Which equivalence classes may be released? The privacy models, each asked of all classes of a node at once.

A model sees the cells of a node (`Groups`): for each class the values of one further column and how often they occur.
Memory and time follow the number of cells, never classes times values.

    k-anonymity         Sweeney, "k-anonymity: a model for protecting privacy" (2002); asked by the solver itself
    k-map               Sweeney, "Computational disclosure control" (2001), chapter 6: `InPopulation`
    l-diversity         Machanavajjhala, Kifer, Gehrke, Venkitasubramaniam, "l-diversity: privacy beyond k-anonymity"
                        (2007): `Distinct`, `Entropy`, `Recursive`
    t-closeness         Li, Li, Venkatasubramanian, "t-closeness: privacy beyond k-anonymity and l-diversity" (2007):
                        `EqualDistance`, `OrderedDistance`, `HierarchicalDistance`
    delta-presence      Nergiz, Atzori, Clifton, "Hiding the presence of individuals from shared databases" (2007):
                        `ShareOfPopulation`
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.grouping import Groups
from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Histogram

Holds = npt.NDArray[np.bool_]
"""Of each class whether a model holds."""

Floats = npt.NDArray[np.float64]

_TOLERANCE = 1e-12
"""What sums of floats may be off by: a threshold that is met exactly is met."""
_ROWS = 1e-6
"""Of a row: what a number of rows that is computed as a float may be off by."""


class Criterion(Protocol):
    """A privacy model, ready to be asked of a table.

    Attributes:
        of: which cells it is asked of, by their name in `Histogram.further`.
        is_monotone: whether a class in which it holds keeps it when joined with any other, and one in which it fails
            consists of classes in which it fails. Only such models tell of a node what holds of finer ones.
    """

    @property
    def of(self) -> str:
        """See above."""

    @property
    def is_monotone(self) -> bool:
        """See above."""

    def holds(self, groups: Groups) -> Holds:
        """Of each class with rows, in order, whether it holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How the values of a sensitive column are spread over the classes of a node: cells, those of a class side by side.

    Attributes:
        values: the number of each cell's value; in a class each stands once, in ascending order.
        counts: how many rows (or subjects) of the class have it.
        starts: where the cells of each class begin.
    """

    values: Codes
    counts: Codes
    starts: Codes

    def summed(self, cells: Floats) -> Floats:
        """The sum over the cells of each class."""
        return np.add.reduceat(cells, self.starts) if len(self.starts) else np.empty(0)

    @property
    def classes(self) -> Codes:
        """The number of each cell's class."""
        sizes = np.diff(np.append(self.starts, len(self.values)))
        return np.repeat(np.arange(len(self.starts)), sizes)

    @property
    def shares(self) -> Floats:
        """Of each cell, which part of its class it is."""
        counts = self.counts.astype(np.float64)
        shares: Floats = counts / self.summed(counts)[self.classes]
        return shares

    def joined(self, codes: Codes) -> Spread:
        """With other numbers for the values, some of which become the same."""
        size = int(codes.max(initial=0)) + 1
        key = self.classes * size + codes[self.values]
        order = np.argsort(key, kind="stable")
        return _summed_up(key[order], self.counts[order], size)


def _summed_up(key: Codes, counts: Codes, size: int) -> Spread:
    """Cells of a sorted key, class times `size` plus value, in which some stand more than once."""
    if not len(key):
        return Spread(key, counts, key)
    begins = _begins(key)
    classes, values = np.divmod(key[begins], size)
    return Spread(values, np.add.reduceat(counts, begins), _begins(classes))


def _begins(ordered: Codes) -> Codes:
    """Where in an ordered array, not empty, a new value begins."""
    return np.flatnonzero(np.concatenate((np.ones(1, np.bool_), ordered[1:] != ordered[:-1])))


@dataclass(frozen=True, slots=True, eq=False)
class Sensitive:
    """A sensitive column of a table.

    Attributes:
        of: the name of its cells in `Histogram.further`.
        totals: how many rows (or subjects) of the whole table, suppressed ones among them, have each value.
        pairs: where subjects count, the cells tell pairs of a subject and a value apart: of each pair, which value.
    """

    of: str
    totals: Codes
    pairs: Codes | None = None

    @classmethod
    def column(cls, histogram: Histogram, name: str) -> Sensitive:
        """The column of that name in `Histogram.further`."""
        cells, pairs = histogram.further[name], histogram.pairs.get(name)
        if cells.values is None:
            raise ValueError("the cells of a sensitive column have values")
        if pairs is not None:
            return cls(name, np.bincount(pairs[np.unique(cells.values)]), pairs)
        totals = np.zeros(int(cells.values.max(initial=-1)) + 1, np.int64)
        np.add.at(totals, cells.values, cells.counts)
        return cls(name, totals)

    @property
    def shares(self) -> Floats:
        """Which part of the table each value is."""
        shares: Floats = self.totals / max(int(self.totals.sum()), 1)
        return shares

    def spread(self, groups: Groups) -> Spread:
        """Its values by class."""
        if self.pairs is None:
            return Spread(groups.values, groups.counts, groups.starts)
        values = groups.values
        return Spread(values, np.ones(len(values), np.int64), groups.starts).joined(self.pairs)


@dataclass(frozen=True, slots=True, eq=False)
class _OfSensitive:
    """A model of a sensitive column."""

    column: Sensitive

    is_monotone: ClassVar[bool] = False

    @property
    def of(self) -> str:
        return self.column.of


@dataclass(frozen=True, slots=True, eq=False)
class Distinct(_OfSensitive):
    """Distinct l-diversity: a class has at least `l` values (Machanavajjhala et al. 2007).

    Monotone: a join has all the values of its parts.
    """

    l: int  # noqa: E741  the name that the paper gave it

    is_monotone: ClassVar[bool] = True

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        spread = self.column.spread(groups)
        return np.diff(np.append(spread.starts, len(spread.values))) >= self.l


@dataclass(frozen=True, slots=True, eq=False)
class Entropy(_OfSensitive):
    """Entropy l-diversity: the entropy of a class is at least log(l) (Machanavajjhala et al. 2007).

    A class in which it holds may lose it by a join with one in which it does not: not monotone under suppression.
    """

    l: float  # noqa: E741  the name that the paper gave it

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        spread = self.column.spread(groups)
        shares = spread.shares
        entropies = -spread.summed(shares * np.log(shares))
        return entropies >= math.log(self.l) - _TOLERANCE


@dataclass(frozen=True, slots=True, eq=False)
class Recursive(_OfSensitive):
    """Recursive (c, l)-diversity: r1 < c (rl + ... + rm) in a class (Machanavajjhala et al. 2007).

    r1 to rm are how often the values of the class occur, in descending order: one with fewer than l values fails. Not
    monotone under suppression: a join with a class of one value makes r1 as large as it likes.
    """

    c: float
    l: int  # noqa: E741  the name that the paper gave it

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        spread = self.column.spread(groups)
        classes = spread.classes
        order = np.lexsort((-spread.counts, classes))
        descending = spread.counts[order].astype(np.float64)
        place = np.arange(len(order)) - spread.starts[classes]
        rest = spread.summed(np.where(place >= self.l - 1, descending, 0.0))
        return descending[spread.starts] < self.c * rest * (1 - _TOLERANCE)


@dataclass(frozen=True, slots=True, eq=False)
class Distance(_OfSensitive):
    """t-closeness: the distance of a class to the table is at most t (Li et al. 2007).

    The table's distribution is that of all rows, suppressed ones among them. No kind of t-closeness is monotone under
    suppression.
    """

    t: float

    def distances(self, groups: Groups) -> Floats:
        """Of each class how far it is from the table, from 0 to 1."""
        raise NotImplementedError

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        return self.distances(groups) <= self.t + _TOLERANCE

    def fewest_suppressed(self, groups: Groups) -> Codes | None:
        """Of each class how many of its rows any finer node suppresses at least; None where that is not known.

        A distance is convex: that of a class is at most the mean of those of its parts, t for what is released and 1
        for the rest. Subjects do not add up over parts.
        """
        if self.column.pairs is not None or self.t >= 1:
            return None
        spread = self.column.spread(groups)
        share = (self.distances(groups) - self.t) / (1 - self.t)
        return np.ceil(np.maximum(share, 0.0) * spread.summed(spread.counts.astype(np.float64)) - _ROWS).astype(
            np.int64
        )


@dataclass(frozen=True, slots=True, eq=False)
class EqualDistance(Distance):
    """t-closeness with the equal distance: half the L1 distance of a class to the table (Li et al. 2007)."""

    def distances(self, groups: Groups) -> Floats:
        """Of each class how far it is from the table."""
        return _half_l1(self.column.spread(groups), self.column.shares)


def _half_l1(spread: Spread, table: Floats) -> Floats:
    """Of each class the sum of what its shares are above those of the table: half the sum of all differences."""
    return spread.summed(np.maximum(spread.shares - table[spread.values], 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class HierarchicalDistance(Distance):
    """t-closeness with the hierarchical distance (Li et al. 2007).

    The distance of two values is the level at which they become the same, divided by the one at which all do. The cost
    of a node of the hierarchy, its height times the smaller one of what its children have too much and too little,
    adds up to the mean over the levels below the root of the half L1 distances there.

    Attributes:
        levels: for each level below the root, the code of each value; the values themselves are the first.
    """

    levels: tuple[Codes, ...]

    @staticmethod
    def below_root(hierarchy: Hierarchy, leaves: Codes) -> tuple[Codes, ...]:
        """`levels` of a hierarchy, for values that are these of its leaves. A top that is not one value gets a root."""
        return tuple(
            codes[leaves] for codes, labels in zip(hierarchy.codes, hierarchy.labels, strict=True) if len(labels) > 1
        )

    def distances(self, groups: Groups) -> Floats:
        """Of each class how far it is from the table."""
        spread = self.column.spread(groups)
        distances = np.zeros(len(spread.starts))
        for codes in self.levels:
            distances += _half_l1(spread.joined(codes), np.bincount(codes, self.column.shares).astype(np.float64))
        return distances / max(len(self.levels), 1)


@dataclass(frozen=True, slots=True, eq=False)
class OrderedDistance(Distance):
    """t-closeness with the ordered distance (Li et al. 2007).

    The sum over the places of an order of how far what a class has up to there is from what the table has up to there,
    divided by the places but one.

    Attributes:
        places: the place of each value in the order, from 0.
        size: how many places there are, also such that no row has.
    """

    places: Codes
    size: int

    def distances(self, groups: Groups) -> Floats:
        """Of each class how far it is from the table."""
        spread = self.column.spread(groups).joined(self.places)
        if self.size < 2:  # noqa: PLR2004  one value lies nowhere else
            return np.zeros(len(spread.starts))
        return self._summed_differences(spread) / (self.size - 1)

    def _summed_differences(self, spread: Spread) -> Floats:
        """Of each class, the sum over all places.

        From one cell to the next the class has the same, the table ever more: two sums, around where it has as much.
        """
        if not len(spread.starts):
            return np.empty(0)
        table = np.zeros(self.size, np.int64)
        np.add.at(table, self.places, self.column.totals)
        table = np.cumsum(table)
        rows = max(int(table[-1]), 1)
        sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(table)))  # whole numbers: nothing is rounded
        begins, starts, classes = spread.values, spread.starts, spread.classes
        ends = np.append(begins[1:], self.size)
        ends[starts[1:] - 1] = self.size
        running = np.cumsum(spread.counts)
        sizes = np.diff(running[np.append(starts[1:], len(running)) - 1], prepend=0)
        share = (running - (np.cumsum(sizes) - sizes)[classes]) / sizes[classes]
        middle = np.clip(np.searchsorted(table / rows, share), begins, ends)
        below = share * (middle - begins) - (sums[middle] - sums[begins]) / rows
        above = (sums[ends] - sums[middle]) / rows - share * (ends - middle)
        first: Floats = sums[begins[starts]] / rows
        return spread.summed(below + above) + first


@dataclass(frozen=True, slots=True, eq=False)
class Subjects:
    """k-anonymity of subjects: the rows of a class are of at least `k` of them (Sweeney 2002: each row is a person).

    Monotone: a join has all the subjects of its parts.
    """

    k: int

    of: ClassVar[str] = SUBJECTS
    is_monotone: ClassVar[bool] = True

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        return np.diff(np.append(groups.starts, len(groups))) >= self.k


@dataclass(frozen=True, slots=True, eq=False)
class InPopulation:
    """k-map: at least `k` rows of the population look like those of a class (Sweeney 2001).

    Monotone: a join has all the rows of its parts.
    """

    k: int

    of: ClassVar[str] = POPULATION
    is_monotone: ClassVar[bool] = True

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        _, population = _in_population(groups)
        return population >= self.k


@dataclass(frozen=True, slots=True, eq=False)
class ShareOfPopulation:
    """delta-presence: of the population's rows that look like a class, a share from `low` to `high` is in the table.

    Nergiz et al. (2007). A class that the population does not know is not released. Not monotone: a join with a class
    that is wholly in the table may be above.
    """

    low: float
    high: float

    of: ClassVar[str] = POPULATION
    is_monotone: ClassVar[bool] = False

    def holds(self, groups: Groups) -> Holds:
        """Of each class whether it holds."""
        rows, population = _in_population(groups)
        shares = np.divide(rows, population, out=np.full(len(rows), math.inf), where=population > 0)
        holds: Holds = (shares >= self.low - _TOLERANCE) & (shares <= self.high + _TOLERANCE)
        return holds


def _in_population(groups: Groups) -> tuple[Codes, Codes]:
    """Of each class with rows of the table: how many, and how many rows of the population."""
    starts, counts, is_row = groups.starts, groups.counts, groups.values == 1
    if not len(starts):
        return starts, starts
    rows = np.add.reduceat(np.where(is_row, counts, 0), starts)
    population = np.add.reduceat(np.where(is_row, 0, counts), starts)
    return rows[rows > 0], population[rows > 0]
