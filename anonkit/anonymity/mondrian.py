"""How is a table made anonymous where each region of it is made only as coarse as it must be? Local recoding.

The table is cut in parts, and parts in smaller ones, as long as every part may be released (LeFevre, DeWitt,
Ramakrishnan 2006, Mondrian, strict partitioning). All parts are cut at once, round by round, each along the column in
which it is widest that has not been tried in vain:

ordered       in two, between the values where the smaller half is largest (the median, if no value is frequent);
categorical   in what lies below its lowest common value of the hierarchy. What may not be released by itself stays
              together as a part of the common value; if this part may not be released either, it gets the smallest of
              the others, or its rows are suppressed, if that is likely to cost less and the limit lets it.

A part is labelled, column by column, with the lowest value of the hierarchy that all of it has, or from lowest to
highest value of an ordered column. Where rows may be suppressed the table is cut both with and without, and the better
one is taken. It is never worse than the table with nothing told.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.cuts import cut
from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.anonymity.histogram import Histogram
from anonkit.anonymity.judge import Classes
from anonkit.anonymity.losses import Loss, Separable, loss_of
from anonkit.anonymity.parts import Axis, Parts, Table, numbered, summed


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
        bound: no full-domain generalisation costs less; None where nobody looked.
        seconds: how long it took.
    """

    classes: Codes
    labels: tuple[tuple[str | None, ...], ...]
    codes: tuple[Codes, ...]
    spans: tuple[Codes, ...]
    sizes: Codes
    suppressed: int
    loss: float
    bound: float | None
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
    bound: float | None = None,
) -> Recoding | None:
    """Cut the table in classes as small as the models allow; see the module.

    histogram  the table
    k          the least number of rows of a class that is released
    criteria   what else must hold of such a class; of classes that look the same it must hold together if it holds of
               each, as it does for all models of criteria.py
    limit      how many rows may be suppressed
    loss       one of losses.NAMES; what is reported. Only weights change how the table is cut
    weights    of the quasi-identifiers, in their order
    ordered    the quasi-identifiers whose leaves have an order: numbers and ISO dates their own, others as listed
    bound      what `search.solve` proved, to be handed on

    Returns None where more rows than `limit` would have to be suppressed, whatever is done. Raises UsageError for a
    loss or weights that are wrong.
    """
    started = time.perf_counter()
    leaves = tuple(Hierarchy(one.labels[:1], one.codes[:1]) for one in histogram.hierarchies)
    priced = loss_of(loss, replace(histogram, hierarchies=leaves), k, weights)  # no bounds of a lattice of any size
    axes = [
        Axis.of(hierarchy, _ranks(hierarchy) if name in ordered else None)
        for name, hierarchy in zip(histogram.names, histogram.hierarchies, strict=True)
    ]
    table = Table.of(histogram, k, criteria, axes)
    shares = [1.0] * len(axes) if weights is None else list(weights)
    price = _Price(priced, histogram, is_entropy=loss == "entropy")
    found = [_recoding(table, cut(table, shares, most), price) for most in sorted({0, limit})]
    kept = [one for one in found if one is not None]
    if not kept:
        return None
    best = min(kept, key=lambda one: one.loss)
    return replace(best, bound=bound, seconds=time.perf_counter() - started)


def _recoding(table: Table, found: tuple[Codes, int] | None, price: _Price) -> Recoding | None:
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
    loss = price.of(told, part_of, sizes, suppressed)
    return Recoding(classes, tuple(one.labels for one in told), codes, spans, sizes, suppressed, loss, None, 0.0)


def _ranks(hierarchy: Hierarchy) -> Codes:
    """The order of the leaves: of numbers and of dates their own, if all are such; nulls last."""
    leaves = hierarchy.labels[0]
    values = [label for label in leaves if label is not None]
    keys: dict[str, float] = {}
    for read in (_number, _moment, None):
        try:
            keys = {label: read(label) if read else place for place, label in enumerate(values)}
        except ValueError:
            continue
        break
    ranks = np.empty(len(leaves), np.int64)
    ranks[sorted(range(len(leaves)), key=lambda leaf: _rank(keys, leaves[leaf]))] = np.arange(len(leaves))
    return ranks


def _rank(keys: Mapping[str, float], label: str | None) -> tuple[bool, float]:
    return (label is None, 0.0 if label is None else keys[label])


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


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
        codes = [known.setdefault(axis.label(*divmod(end, axis.size)), len(known)) for end in ends.tolist()]
        return cls(axis, low, high, tuple(known), np.array(codes, np.int64)[number])


@dataclass(frozen=True, slots=True, eq=False)
class _Price:
    """What recoded tables cost."""

    loss: Loss
    histogram: Histogram
    is_entropy: bool

    def of(self, told: Sequence[_Told], part_of: Codes, sizes: Codes, suppressed: int) -> float:
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
        classes = Classes((), Parts(nothing, nothing, nothing), counts, fails, fails, fails, 0)
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
