"""What does a node cost, and what does a node that was looked at tell of the nodes above and below it?

Each loss keeps a lower bound for every node of the lattice, and raises it with every node that is looked at. The
definitions:

normalised       For each quasi-identifier with n leaves, S is the sum over rows of the leaves under the generalised
                 value, n for a suppressed row; v = (S - N) / (N (n - 1)) for N rows, at least 0, floored to ten digits.
                 The loss is the geometric mean over the quasi-identifiers of 1 + v, minus 1.
normalised-mean  The plain mean of v.
discernibility   The sum of squared sizes of the released classes, and N for each suppressed row (Bayardo and Agrawal
                 2005).
entropy          The non-uniform entropy of Gionis and Tassa (2009) in bits: the sum over all cells of
                 -log2 P(value | generalised value), with the frequencies of the table as it came; what is suppressed
                 is generalised to everything.
class-size       Rows for each class, the suppressed rows together being one (LeFevre, DeWitt, Ramakrishnan 2006).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.histogram import Histogram
from anonkit.anonymity.judge import Classes
from anonkit.errors import UsageError

Floats = npt.NDArray[np.float64]
NAMES = ("normalised", "normalised-mean", "discernibility", "entropy", "class-size")
_DIGITS = 10**10


class Loss(Protocol):
    """One of the losses, for one table.

    Attributes:
        bounds: for each node of the lattice a number that its cost does not go below.
        rounding: by how much two costs that are the same may differ, relative to 1.
        coarsens: whether the bounds do not tell from the beginning what coarser nodes cost at least.
    """

    rounding: float
    coarsens: bool

    @property
    def bounds(self) -> Floats:
        """See above."""

    def cost(self, classes: Classes) -> float:
        """What a node costs, in the unit of `bounds`."""

    def learn(self, classes: Classes) -> float:
        """Raise bounds above and below; returns what all coarser nodes cost at least, where `coarsens` is true."""

    def reach(self, best: float) -> float:
        """With how many suppressed rows a node and all finer ones cost more than `best` for sure."""

    def shown(self, cost: float) -> float:
        """The loss that a cost stands for."""


def loss_of(name: str, histogram: Histogram, k: int, weights: Sequence[float] | None = None) -> Loss:
    """The loss of that name for a table; `weights` has one number a quasi-identifier. Raises UsageError."""
    if name in ("discernibility", "class-size"):
        if weights is not None:
            raise UsageError(f'the loss "{name}" does not look at single columns: leave the weights away')
        return (Discernibility if name == "discernibility" else ClassSize)(histogram, k)
    shares = [1.0] * len(histogram.names) if weights is None else list(weights)
    if any(not 0 <= share < math.inf for share in shares) or not sum(shares):
        raise UsageError("weights are numbers from 0, not all of them 0")
    if name not in NAMES:
        raise UsageError(f'there is no loss "{name}"; there are {", ".join(NAMES)}')
    scores = [_entropies, _leaves][name != "entropy"](histogram)
    shares = shares if name == "entropy" else [share / sum(shares) for share in shares]
    return Separable(histogram, scores, shares, name)


def down(levels: Levels) -> tuple[slice, ...]:
    """The part of a lattice that is a node and all finer ones."""
    return tuple(slice(0, level + 1) for level in levels)


def up(levels: Levels) -> tuple[slice, ...]:
    """The part of a lattice that is a node and all coarser ones."""
    return tuple(slice(level, None) for level in levels)


def added(columns: Sequence[Floats]) -> Floats:
    """For each node the sum of what each column contributes at its level."""
    total = columns[0]
    for column in columns[1:]:
        total = np.add.outer(total, column)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the values of a column cost, in whole leaves or in bits.

    Attributes:
        totals: by level, what the column costs if no row is suppressed.
        extra: by level and code, how much more a row costs if it is suppressed.
        offset: what is taken away from a total.
        unit: what a total is then divided by; 0 where the column can cost nothing.
    """

    totals: Floats
    extra: tuple[Floats, ...]
    offset: float
    unit: float


def _leaves(histogram: Histogram) -> list[Scores]:
    made = []
    for hierarchy, codes in zip(histogram.hierarchies, histogram.cells.codes, strict=True):
        rows = np.bincount(codes, histogram.cells.counts, hierarchy.size)
        totals = [float(rows @ leaves[level]) for leaves, level in zip(hierarchy.leaves, hierarchy.codes, strict=True)]
        extra = tuple((hierarchy.size - leaves).astype(np.float64) for leaves in hierarchy.leaves)
        number = float(histogram.rows)
        made.append(Scores(np.array(totals), extra, number, number * (hierarchy.size - 1)))
    return made


def _entropies(histogram: Histogram) -> list[Scores]:
    made = []
    for hierarchy, codes in zip(histogram.hierarchies, histogram.cells.codes, strict=True):
        leaves = np.bincount(codes, histogram.cells.counts, hierarchy.size).astype(np.float64)
        sums = [np.bincount(level, leaves).astype(np.float64) for level in hierarchy.codes]
        own = float(_bits_of(leaves, leaves).sum())
        totals = [
            float(_bits_of(leaves, rows[level]).sum()) - own for rows, level in zip(sums, hierarchy.codes, strict=True)
        ]
        extra = tuple(math.log2(max(histogram.rows, 1)) - np.log2(np.maximum(rows, 1)) for rows in sums)
        made.append(Scores(np.array(totals), extra, 0.0, 1.0))
    return made


def _bits_of(rows: Floats, among: Floats) -> Floats:
    """Rows times the binary logarithm of the rows they are among."""
    return rows * np.log2(np.maximum(among, 1))


class Separable:
    """A loss that adds up over columns: each row costs what its values cost, and most where it is suppressed."""

    rounding = 1e-13
    coarsens = False

    def __init__(self, histogram: Histogram, scores: Sequence[Scores], shares: Sequence[float], name: str) -> None:
        self._scores = scores
        self._shares = shares
        self._name = name
        self._rows = histogram.rows

    @cached_property
    def bounds(self) -> Floats:
        """See Loss; made when asked for: with more than 64 columns there is a price, but no array of nodes."""
        return added([self._priced(column, score.totals) for column, score in enumerate(self._scores)])

    def _priced(self, column: int, totals: Floats) -> Floats:
        """What a column contributes to the cost, for sums of what its rows cost."""
        score = self._scores[column]
        if not score.unit:
            return np.zeros_like(totals)
        part = np.maximum((totals - score.offset) / score.unit, 0.0)
        if self._name != "entropy":
            part = np.floor(part * _DIGITS) / _DIGITS
        if self._name == "normalised":
            part = np.log1p(part)
        return part * self._shares[column]

    def cost_of(self, totals: Sequence[float]) -> float:
        """What a table costs whose rows cost that much, by column, each at a level of its own (local recoding)."""
        if self._name == "entropy":
            return float(sum(self._priced(column, np.array([total]))[0] for column, total in enumerate(totals)))
        cost = 0.0
        for score, share, total in zip(self._scores, self._shares, totals, strict=True):
            above = max(int(total) - int(score.offset), 0)  # whole leaves: the floor is that of the fraction
            part = above * _DIGITS // int(score.unit) / _DIGITS if score.unit else 0.0
            cost += share * (math.log1p(part) if self._name == "normalised" else part)
        return cost

    def _more(self, classes: Classes, chosen: npt.NDArray[np.bool_]) -> list[float]:
        """By column, what it costs that the chosen classes are suppressed."""
        counts = classes.counts[chosen]
        return [
            float(counts @ score.extra[level][classes.groups.codes(column, chosen)])
            for column, (score, level) in enumerate(zip(self._scores, classes.levels, strict=True))
        ]

    def cost(self, classes: Classes) -> float:
        """See Loss."""
        more = self._more(classes, classes.fails)
        levels = zip(self._scores, classes.levels, more, strict=True)
        return self.cost_of([float(score.totals[level]) + extra for score, level, extra in levels])

    def learn(self, classes: Classes) -> float:
        """Rows that are suppressed here are so at finer nodes, where their values cost less than here at most."""
        if not classes.fails_below.any():
            return 1.0
        more = self._more(classes, classes.fails_below)
        finer = [
            self._priced(column, score.totals[: level + 1] + extra)
            for column, (score, level, extra) in enumerate(zip(self._scores, classes.levels, more, strict=True))
        ]
        part = self.bounds[down(classes.levels)]
        np.maximum(part, added(finer), out=part)
        return 1.0

    def reach(self, best: float) -> float:  # noqa: ARG002  the bounds tell it better
        """See Loss."""
        return math.inf

    def shown(self, cost: float) -> float:
        """See Loss."""
        return math.expm1(cost) if self._name == "normalised" else cost


class Discernibility:
    """See the module.

    Of what is too small for k at a node some is joined into classes of k rows or more at coarser ones, the rest is
    suppressed and costs N a row: at least as many rows as at any node that is coarser still.
    """

    rounding = 0.0
    coarsens = True

    def __init__(self, histogram: Histogram, k: int) -> None:
        self._rows = histogram.rows
        self._k = max(min(k, histogram.rows), 1)
        self._squares = np.full(histogram.heights, float(self._k * histogram.rows))  # k for each row is the least
        self._small = np.zeros(histogram.heights)
        self.bounds = self._squares.copy()

    def cost(self, classes: Classes) -> float:
        """See Loss."""
        kept = classes.counts[~classes.fails]
        return int(kept @ kept) + self._rows * classes.rows(classes.fails)  # whole numbers: nothing is rounded

    def learn(self, classes: Classes) -> float:
        """See Loss."""
        above, below = up(classes.levels), down(classes.levels)
        squares, small = self._squares[above], self._small[below]
        large = classes.counts[~classes.fails_k].astype(np.float64)
        least = float(large @ large) + self._k * classes.rows(classes.fails_k)
        np.maximum(squares, least, out=squares)
        np.maximum(small, classes.rows(classes.fails_k), out=small)
        for part in (above, below):
            bounds = self.bounds[part]
            np.maximum(bounds, self._squares[part] + self._small[part] * (self._rows - self._k), out=bounds)
        return least

    def reach(self, best: float) -> float:
        """See Loss."""
        return (best - self._k * self._rows) / max(self._rows - self._k, 1)

    def shown(self, cost: float) -> float:
        """See Loss."""
        return cost


class ClassSize:
    """See the module.

    A class that is released at a coarser node holds a class that is released here, or k rows at least of those that are
    not. Of these as many are never released as at any node that is coarser still.
    """

    rounding = 0.0
    coarsens = True

    def __init__(self, histogram: Histogram, k: int) -> None:
        self._rows = histogram.rows
        self._k = max(k, 1)
        self._room = np.full(histogram.heights, float(histogram.rows))  # rows for classes of k rows each
        self._small = np.zeros(histogram.heights)
        self.bounds = np.full(histogram.heights, self._each(histogram.rows // self._k + 1))

    def _each(self, classes: float) -> float:
        return self._rows / max(classes, 1)

    def cost(self, classes: Classes) -> float:
        """See Loss."""
        return self._each(int((~classes.fails).sum()) + bool(classes.fails.any()))

    def learn(self, classes: Classes) -> float:
        """See Loss."""
        above, below = up(classes.levels), down(classes.levels)
        room, small = self._room[above], self._small[below]
        rows = int((~classes.fails).sum()) * self._k + classes.rows(classes.fails)
        np.minimum(room, rows, out=room)
        np.maximum(small, classes.rows(classes.fails_below), out=small)
        for part in (above, below):
            bounds = self.bounds[part]
            number = np.floor((self._room[part] - self._small[part]) / self._k) + 1
            np.maximum(bounds, self._rows / np.maximum(number, 1), out=bounds)
        return self._each(rows // self._k + 1)

    def reach(self, best: float) -> float:
        """See Loss."""
        return self._rows - self._k * (self._rows / best - 1) if best else 0.0

    def shown(self, cost: float) -> float:
        """See Loss."""
        return cost
