"""Which node of the lattice costs least, and is that proven?

Of each node there is a lower bound of its cost (losses.py). A node that suppresses too much rules out all finer ones,
and every node that is looked at raises bounds above and below it. The search ends when no bound is below the best cost.
Which node to look at next is a guess (forecast.py): the one that is likely to rule out most. The guess decides how
long it takes, never what is found.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.forecast import Forecast
from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.histogram import Histogram
from anonkit.anonymity.judge import Classes, Judge
from anonkit.anonymity.losses import down, loss_of, up
from anonkit.anonymity.solution import Check, Solution
from anonkit.errors import UsageError

_TOLERANCE = 1e-9  # relative to 1: a bound that is so little above the best cost is not above it
_LIKELY = 0.5  # nodes that are expected to rule out less are not looked at for that
_MEMORY = 0.9  # of how often forecasts hit: about the last ten count
_LARGE = 100_000  # tuples: from here a node costs more than a forecast
_AT_ONCE = (4, 5, 16)  # nodes for one forecast: of large tables, of others, and where bounds grow on both sides


def solve(
    histogram: Histogram,
    *,
    k: int,
    criteria: Sequence[Criterion] = (),
    limit: int = 0,
    loss: str = "normalised",
    weights: Sequence[float] | None = None,
    seconds: float | None = None,
) -> Solution | None:
    """Find the node that costs least, among those that suppress at most `limit` rows.

    histogram  the table
    k          the least number of rows of a class that is released
    criteria   what else must hold of such a class
    limit      how many rows may be suppressed
    loss       one of losses.NAMES
    weights    of the quasi-identifiers, in their order
    seconds    when to stop with the best that was found by then; `bound` tells how much better another one may be

    Of nodes that cost the same it is the one that suppresses fewest rows, then the one with the fewest levels in all,
    then the first. Returns None where every node suppresses more. Raises UsageError for a wrong loss or
    weights, and where time is up before one was found.
    """
    return _Search(histogram, k, criteria, limit, loss, weights).run(seconds)


class _Search:
    def __init__(
        self,
        histogram: Histogram,
        k: int,
        criteria: Sequence[Criterion],
        limit: int,
        loss: str,
        weights: Sequence[float] | None,
    ) -> None:
        self._limit = limit
        self._rows = histogram.rows
        self._heights = histogram.heights
        self._loss = loss_of(loss, histogram, k, weights)
        self._judge = Judge(histogram, k, criteria)
        self._forecast = Forecast(histogram)
        for column, level in _idle_levels(histogram):
            self._loss.bounds[(slice(None),) * column + (level,)] = math.inf
        self._unseen = np.ones(self._heights, np.bool_)
        self._most = np.full(self._heights, histogram.rows)  # suppressed rows, as finer nodes tell
        size = 0 if len(histogram.cells.counts) > _LARGE else 2 if self._loss.coarsens else 1
        self._trust = 1.0
        self._at_once = _AT_ONCE[size]
        self._checks: list[Check] = []
        self._best = math.inf
        self._chosen: _Rank | None = None
        self._classes: Classes  # of the chosen node

    def run(self, seconds: float | None) -> Solution | None:
        """Look at nodes until none is left that could be better, or time is up."""
        started = time.perf_counter()
        self._look(tuple(height - 1 for height in self._heights))
        while self._is_open().any():
            for levels in self._next():
                if seconds is not None and time.perf_counter() - started > seconds:
                    if self._chosen is None:
                        raise UsageError(f"{seconds:g} seconds were too short to find a solution; give it more")
                    return self._solution(started)
                if self._is_worth_it(levels):
                    self._try(levels)
        return self._solution(started)

    def _try(self, levels: Levels) -> None:
        """Look at a node; one that cannot be the best itself shows how well the forecast knows what is ruled out."""
        is_guess = self._loss.bounds[levels] > self._ceiling()
        before = np.count_nonzero(self._is_open()) if is_guess else 0
        self._look(levels)
        if is_guess:
            self._trust = _MEMORY * self._trust + (1 - _MEMORY) * (np.count_nonzero(self._is_open()) < before)

    def _solution(self, started: float) -> Solution | None:
        if self._chosen is None:
            return None
        cost, suppressed, _, levels = self._chosen
        bound = min(cost, float(self._loss.bounds.min()) if self._is_open().any() else cost)
        return Solution(
            levels=levels,
            suppressed=suppressed,
            loss=self._loss.shown(cost),
            bound=self._loss.shown(bound),
            checks=tuple(self._checks),
            nodes=self._loss.bounds.size,
            seconds=time.perf_counter() - started,
            classes=self._classes,
        )

    def _ceiling(self) -> float:
        """Up to which bound a node may still be the one."""
        return self._best + _TOLERANCE * max(1.0, abs(self._best)) if math.isfinite(self._best) else np.finfo(float).max

    def _is_open(self) -> npt.NDArray[np.bool_]:
        return self._loss.bounds <= self._ceiling()

    def _is_worth_it(self, levels: Levels) -> bool:
        """Whether a node may be the best, or may rule out one that may."""
        ceiling = self._ceiling()
        bounds = self._loss.bounds
        return self._unseen[levels] and bool(
            (bounds[down(levels)] <= ceiling).any() or (bounds[up(levels)] <= ceiling).any()
        )

    def _look(self, levels: Levels) -> None:
        """Make the classes of a node, and learn from them."""
        classes = self._judge.classes(levels)
        suppressed, below = classes.rows(classes.fails), classes.below
        bounds = self._loss.bounds
        cost = None
        coarseness = self._loss.learn(classes) if below <= self._limit or self._loss.coarsens else 1.0
        if below > self._limit:
            bounds[down(levels)] = math.inf
        if suppressed <= self._limit:
            cost = self._loss.cost(classes)
            rank = (cost, suppressed, sum(levels), levels)
            if self._chosen is None or _is_better(rank, self._chosen, self._loss.rounding):
                self._chosen, self._classes = rank, classes
            self._best = min(self._best, cost)
            if not suppressed:
                bounds[up(levels)] = math.inf  # the same rows, and no value finer: none costs less
        bounds[levels] = math.inf
        self._unseen[levels] = False
        most = self._most[up(levels)]
        np.minimum(most, below, out=most)
        self._checks.append(Check(levels, suppressed, None if cost is None else self._loss.shown(cost)))
        self._forecast.learn(levels, below, coarseness)

    def _next(self) -> Iterator[Levels]:
        """What is likely to be best, and what is likely to rule out most; the lowest bound where that is little."""
        is_open = self._is_open()
        reach = min(float(self._limit), self._loss.reach(self._best) if math.isfinite(self._best) else math.inf)
        too_fine = self._forecast.suppresses_more(reach)
        promise = np.where(is_open & (too_fine < _LIKELY), self._loss.bounds, math.inf)
        yield _node(int(promise.argmin()), self._heights)
        score = too_fine * _counted(is_open, forward=True) * (self._most > reach)
        if self._loss.coarsens and math.isfinite(self._best):
            too_coarse = self._forecast.is_coarser(self._best)
            np.maximum(score, too_coarse * _counted(is_open, forward=False), out=score)
        score *= self._unseen * self._trust
        np.maximum(score, is_open, out=score)  # a node that is looked at is ruled out itself at least
        for _ in range(self._at_once):
            levels = _node(int(score.argmax()), self._heights)
            if score[levels] < _LIKELY:
                break
            yield levels
            score[down(levels)] = 0.0  # what this one is there to rule out
            score[up(levels)] = 0.0
        else:
            return
        yield _node(int(self._loss.bounds.argmin()), self._heights)


_Rank = tuple[float, int, int, Levels]
"""What nodes are compared by: cost, suppressed rows, how many levels in all, and the node itself."""


def _is_better(rank: _Rank, than: _Rank, rounding: float) -> bool:
    """Whether a node comes before another one; costs that differ by as little as `rounding` are the same."""
    if abs(rank[0] - than[0]) > rounding * max(1.0, abs(than[0])):
        return rank[0] < than[0]
    return rank[1:] < than[1:]


def _idle_levels(histogram: Histogram) -> Iterator[tuple[int, int]]:
    """Columns and levels that join no values of table or population: the level below gives the same and tells more."""
    cells = (histogram.cells, *histogram.further.values())
    for column, hierarchy in enumerate(histogram.hierarchies):
        seen = np.unique(np.concatenate([one.codes[column] for one in cells]))
        distinct = [len(np.unique(codes[seen])) for codes in hierarchy.codes]
        yield from ((column, level) for level in range(1, len(distinct)) if distinct[level] == distinct[level - 1])


def _counted(is_open: npt.NDArray[np.bool_], *, forward: bool) -> npt.NDArray[np.int32]:
    """For each node, how many open ones are as fine or finer; or as coarse or coarser."""
    counts = is_open.astype(np.int32)
    for axis, height in enumerate(counts.shape):
        layers = np.moveaxis(counts, axis, 0)
        steps = range(1, height) if forward else range(height - 2, -1, -1)
        for level in steps:
            layers[level] += layers[level - 1 if forward else level + 1]
    return counts


def _node(index: int, heights: Sequence[int]) -> Levels:
    return tuple(int(level) for level in np.unravel_index(index, heights))
