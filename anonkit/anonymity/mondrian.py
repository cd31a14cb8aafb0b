"""How is a table made anonymous where each region of it is made only as coarse as it must be? Local recoding.

The table is cut in parts, and parts in smaller ones, as long as every part may be released (LeFevre, DeWitt,
Ramakrishnan 2006, Mondrian, strict partitioning). All parts are cut at once, round by round, each along the column in
which it is widest that has not been tried in vain:

numbers, dates  in two, between the bands of the hierarchy where the smaller half is largest (the median, if no band is
                frequent); what lies in one band as follows;
categories      in what lies below its lowest common value of the hierarchy. What may not be released by itself stays
                together as a part of the common value; if this part may not be released either, it gets the smallest of
                the others, or its rows are suppressed, if that is likely to cost less and the limit lets it.

A part is labelled, column by column, with the lowest value of the hierarchy that all of it has, or from one band to
another: the lowest and the highest number of a part may be those of one person, and are not told.

It begins with the table as one part, or, where that may not be released, with what may be after some cuts; where rows
may be suppressed it is cut both with and without. Where the lattice is small it also begins with the classes of its
optimum, so that the result is never worse than that. The best one is taken.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.cuts import cut
from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.anonymity.histogram import Histogram
from anonkit.anonymity.judge import Classes
from anonkit.anonymity.losses import Loss, Separable, loss_of
from anonkit.anonymity.parts import Axis, PartCells, Tuples, numbered, summed
from anonkit.anonymity.search import solve
from anonkit.errors import UsageError

SMALL_LATTICE = 20_000
"""With so many nodes at most the optimum is a place to begin: it is found in well under a second mostly."""


@dataclass(frozen=True, slots=True, eq=False)
class Recoding:
    """A table in which the classes have values of different levels.

    Attributes:
        classes: of each distinct tuple, in the order of `Histogram.cells`, its class; -1 where it is suppressed.
        labels: for each quasi-identifier its generalised values; None is a null.
        codes: for each quasi-identifier, which of its labels each class has.
        spans: for each quasi-identifier, how many leaves lie under what each class has.
        sizes: the rows of each class.
        suppressed: how many rows are suppressed.
        loss: as the loss asked for defines it.
        seconds: how long it took.
    """

    classes: Codes
    labels: tuple[tuple[str | None, ...], ...]
    codes: tuple[Codes, ...]
    spans: tuple[Codes, ...]
    sizes: Codes
    suppressed: int
    loss: float
    seconds: float


def recode(  # noqa: PLR0913  what search.solve is asked, and the order
    histogram: Histogram,
    *,
    k: int,
    criteria: Sequence[Criterion] = (),
    limit: int = 0,
    loss: str = "normalised",
    weights: Sequence[float] | None = None,
    ordered: Collection[str] = (),
    seconds: float | None = None,
) -> Recoding | None:
    """Cut the table in classes as small as the models allow; see the module.

    histogram  the table
    k          the least number of rows of a class that is released
    criteria   what else must hold of such a class; of classes that look the same it must hold together if it holds of
               each, as it does for all models of criteria.py
    limit      how many rows may be suppressed
    loss       one of losses.NAMES; what is reported. Only weights change how the table is cut
    weights    of the quasi-identifiers, in their order
    ordered    the quasi-identifiers of which ranges are told if their leaves are numbers or ISO dates
    seconds    when to leave it at the parts that there are by then

    Returns None where more rows than `limit` would have to be suppressed by all that was tried: always so if models are
    monotone (see `Criterion`) and there is no recoding. Raises UsageError for a loss or weights that are wrong.
    """
    started = time.perf_counter()
    price = _Price.of(histogram, k, loss, weights)
    axes = [
        Axis.of(hierarchy, is_ordered=name in ordered)
        for name, hierarchy in zip(histogram.names, histogram.hierarchies, strict=True)
    ]
    table = Tuples.of(histogram, k, criteria, axes)
    shares = [1.0] * len(axes) if weights is None else list(weights)
    begins: list[tuple[Levels | None, int]] = [(None, most) for most in sorted({0, limit})]
    if histogram.rows and histogram.nodes <= SMALL_LATTICE:
        levels = _optimum(histogram, k, criteria, limit, loss, weights, seconds)
        begins += [(levels, limit)] if levels is not None else []
    best: Recoding | None = None
    for number, (levels, most) in enumerate(begins, 1):
        until = math.inf if seconds is None else started + seconds * number / len(begins)
        made = _recoding(table, cut(table, shares, most, levels, until), price)
        if made is not None and (best is None or made.loss < best.loss):
            best = made
    return best and replace(best, seconds=time.perf_counter() - started)


def _optimum(
    histogram: Histogram,
    k: int,
    criteria: Sequence[Criterion],
    limit: int,
    loss: str,
    weights: Sequence[float] | None,
    seconds: float | None,
) -> Levels | None:
    """The best node of the lattice, of those that a third of the time suffices for; None where there is none."""
    try:
        found = solve(
            histogram,
            k=k,
            criteria=criteria,
            limit=limit,
            loss=loss,
            weights=weights,
            seconds=None if seconds is None else seconds / 3,
        )
    except UsageError:  # time was up before one was found
        return None
    return None if found is None else found.levels


def _recoding(table: Tuples, found: tuple[Codes, int] | None, price: _Price) -> Recoding | None:
    """What a table that is cut is like."""
    if found is None:
        return None
    part_of, suppressed = found
    told = [_Told.of(axis, places, part_of) for axis, places in zip(table.axes, table.places, strict=True)]
    part_of = part_of[table.own]
    class_of, first = numbered([one.codes for one in told], [max(len(one.labels), 1) for one in told])
    codes = tuple(one.codes[first] for one in told)  # parts that look the same are one class
    spans = tuple(one.axis.leaves(one.low, one.high)[first] for one in told)
    classes = np.where(part_of >= 0, np.append(class_of, -1)[part_of], -1)
    sizes = summed(classes[classes >= 0], price.histogram.cells.counts[classes >= 0], len(codes[0]))
    loss = price.asked(told, part_of, sizes, suppressed)
    return Recoding(classes, tuple(one.labels for one in told), codes, spans, sizes, suppressed, loss, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What is told of a quasi-identifier.

    Attributes:
        axis: the quasi-identifier.
        low: of each part the first place on the line,
        high: and the last one.
        labels: the generalised values, each once.
        codes: of each part, which of them it has.
    """

    axis: Axis
    low: Codes
    high: Codes
    labels: tuple[str | None, ...]
    codes: Codes

    @classmethod
    def of(cls, axis: Axis, places: Codes, part_of: Codes) -> _Told:
        """Of tuples, their place on the line and their part; -1 for those that are in none."""
        size = int(part_of.max(initial=-1)) + 1
        low, high = np.full(size, axis.size), np.full(size, -1)
        chosen = part_of >= 0
        np.minimum.at(low, part_of[chosen], places[chosen])
        np.maximum.at(high, part_of[chosen], places[chosen])
        ends, number = np.unique(low * axis.size + high, return_inverse=True)
        known: dict[str | None, int] = {}
        codes = [known.setdefault(label, len(known)) for label in axis.labels(*np.divmod(ends, axis.size))]
        return cls(axis, low, high, tuple(known), np.array(codes, np.int64)[number])


@dataclass(frozen=True, slots=True, eq=False)
class _Price:
    """What recoded tables cost."""

    loss: Loss
    histogram: Histogram
    is_entropy: bool

    @classmethod
    def of(cls, histogram: Histogram, k: int, loss: str, weights: Sequence[float] | None) -> _Price:
        """By the loss of that name. Raises UsageError as `recode` does."""
        is_separable = loss not in ("discernibility", "class-size")  # others do not look at columns
        leaves = tuple(Hierarchy(one.labels[:1], one.codes[:1]) for one in histogram.hierarchies if is_separable)
        one_node = replace(histogram, hierarchies=leaves)  # no bounds of a lattice of any size
        return cls(loss_of(loss, one_node, k, weights), histogram, loss == "entropy")

    def asked(self, told: Sequence[_Told], part_of: Codes, sizes: Codes, suppressed: int) -> float:
        """The loss of one, of what is told of its columns, the part of each tuple, and the rows of its classes."""
        if isinstance(self.loss, Separable):
            cells = self.histogram.cells
            spent = [
                (self._bits(one, codes, part_of) if self.is_entropy else self._leaves(one, part_of))
                for one, codes in zip(told, cells.codes, strict=True)
            ]
            return self.loss.shown(self.loss.cost_of(spent))
        counts = np.append(sizes, suppressed) if suppressed else sizes
        fails = np.arange(len(counts)) == len(sizes)
        nothing = np.empty(0, np.int64)
        classes = Classes((), PartCells(nothing, nothing, nothing), counts, fails, fails, fails, 0)
        return self.loss.shown(self.loss.cost(classes))

    def _leaves(self, told: _Told, part_of: Codes) -> float:
        """How many leaves lie under the values of a column, over all rows."""
        leaves = np.append(told.axis.leaves(told.low, told.high), told.axis.size)  # the last one: suppressed
        return float(leaves[part_of] @ self.histogram.cells.counts)

    def _bits(self, told: _Told, codes: Codes, part_of: Codes) -> float:
        """How many bits are not told of the values of a column, over all rows."""
        axis, counts = told.axis, self.histogram.cells.counts
        at = summed(axis.place[codes], counts, axis.size)
        under = np.append(axis.rows(told.low, told.high, at), counts.sum())
        return float(counts @ np.log2(under[part_of] / at[axis.place[codes]]))
