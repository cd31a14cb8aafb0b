"""What does a caller ask for? The privacy models as one writes them in a call, and what they mean for a table.

The models themselves, and the papers that define them, are in criteria.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import index
from typing import Any, Protocol, SupportsFloat, SupportsIndex, TypeVar, runtime_checkable

import numpy as np

from anonkit.anonymity import criteria
from anonkit.anonymity.criteria import Criterion, Sensitive
from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Histogram
from anonkit.anonymity.leaves import leaf_of
from anonkit.errors import HierarchyError, UsageError

_Kind = TypeVar("_Kind")


@runtime_checkable
class Diversity(Protocol):
    """A kind of l-diversity."""

    def diversity(self, column: Sensitive) -> Criterion:
        """The criterion for a sensitive column."""


@runtime_checkable
class Closeness(Protocol):
    """A kind of t-closeness."""

    def closeness(self, column: Sensitive, labels: Sequence[object]) -> Criterion:
        """The criterion for a sensitive column whose values stand for `labels`. Raises UsageError."""


@dataclass(frozen=True, slots=True)
class KMap:
    """k-map: every released row looks like at least `k` rows of `population`, a table with the quasi-identifiers."""

    k: int
    population: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        _whole("k of KMap", self.k)


@dataclass(frozen=True, slots=True)
class Presence:
    """delta-presence: of the rows of `population` that look alike, a share from `low` to `high` is in the table."""

    low: float
    high: float
    population: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        low, high = _share("low of Presence", self.low), _share("high of Presence", self.high)
        if low > high:
            raise UsageError("low of Presence is above high: swap them")


@dataclass(frozen=True, slots=True)
class DistinctL:
    """Distinct l-diversity: `l` values at least of the sensitive column in every class. `l=3` means this."""

    l: int  # noqa: E741  the name that the papers gave it

    def __post_init__(self) -> None:
        _whole("l of DistinctL", self.l)

    def diversity(self, column: Sensitive) -> Criterion:
        """The criterion for a sensitive column."""
        return criteria.Distinct(column, index(self.l))


@dataclass(frozen=True, slots=True)
class EntropyL:
    """Entropy l-diversity: the entropy of the sensitive column in every class is that of `l` even values at least."""

    l: float  # noqa: E741  the name that the papers gave it

    def __post_init__(self) -> None:
        if not 1 <= _number("l of EntropyL", self.l) < math.inf:
            raise UsageError("l of EntropyL is a number from 1")

    def diversity(self, column: Sensitive) -> Criterion:
        """The criterion for a sensitive column."""
        return criteria.Entropy(column, float(self.l))


@dataclass(frozen=True, slots=True)
class RecursiveL:
    """Recursive (c, l)-diversity: the commonest value is rarer than `c` times all from the `l`-th commonest on."""

    c: float
    l: int  # noqa: E741  the name that the papers gave it

    def __post_init__(self) -> None:
        _whole("l of RecursiveL", self.l)
        if not 0 < _number("c of RecursiveL", self.c) < math.inf:
            raise UsageError("c of RecursiveL is a number above 0")

    def diversity(self, column: Sensitive) -> Criterion:
        """The criterion for a sensitive column."""
        return criteria.Recursive(column, float(self.c), index(self.l))


@dataclass(frozen=True, slots=True)
class EqualT:
    """t-closeness where any two values are as far apart as any others. `t=0.2` means this."""

    t: float

    def __post_init__(self) -> None:
        _share("t of EqualT", self.t)

    def closeness(self, column: Sensitive, labels: Sequence[object]) -> Criterion:  # noqa: ARG002  of no importance here
        """The criterion for a sensitive column."""
        return criteria.EqualDistance(column, float(self.t))


@dataclass(frozen=True, slots=True)
class OrderedT:
    """t-closeness where values lie on a line, each one step from the next.

    `order` lists the values. Without it they have the order of their type (an ordered Categorical of pandas, an ordered
    dictionary of Arrow, an Enum of polars), else numbers and dates are sorted by size and text by its characters. Nulls
    come last where the order does not name them.
    """

    t: float
    order: Sequence[object] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _share("t of OrderedT", self.t)
        if isinstance(self.order, str):
            raise UsageError("order of OrderedT is a list of values")
        if self.order is not None and len({_key(value) for value in self.order}) < len(self.order):
            raise UsageError("order of OrderedT names a value twice")

    def closeness(self, column: Sensitive, labels: Sequence[object]) -> Criterion:
        """The criterion for a sensitive column. Raises UsageError where the order lacks values."""
        keys = [_key(label) for label in labels]
        order = sorted(set(keys)) if self.order is None else [_key(value) for value in self.order]
        if _NULL in keys and _NULL not in order:
            order.append(_NULL)
        place = {key: number for number, key in enumerate(order)}
        unknown = [key not in place for key in keys]
        if any(unknown):
            raise UsageError(
                f'order of OrderedT lacks {sum(unknown)} of the values of column "{column.of}"'
                f" ({_rows(column, unknown)} rows): name all of them"
            )
        return criteria.OrderedDistance(
            column, float(self.t), np.array([place[key] for key in keys], np.int64), len(order)
        )


@dataclass(frozen=True, slots=True)
class HierarchicalT:
    """t-closeness where values are as far apart as the level of `hierarchy` at which they become the same.

    `hierarchy` may be whatever `hierarchies` of the call may hold for a column.
    """

    t: float
    hierarchy: object = field(repr=False)

    def __post_init__(self) -> None:
        _share("t of HierarchicalT", self.t)

    def closeness(self, column: Sensitive, labels: Sequence[object]) -> Criterion:
        """The criterion for a sensitive column. Raises HierarchyError where the hierarchy lacks values."""
        if not isinstance(self.hierarchy, Hierarchy):
            raise UsageError(f'hierarchy of HierarchicalT for column "{column.of}" was not read')
        values = [None if _key(label) == _NULL else label for label in labels]
        hierarchy = self.hierarchy.with_null() if None in values else self.hierarchy
        leaves = np.array([leaf_of(hierarchy.position, value) for value in values], np.int64)
        unknown = (leaves < 0).tolist()
        if any(unknown):
            raise HierarchyError(
                f'the hierarchy of column "{column.of}" lacks {sum(unknown)} of its values'
                f" ({_rows(column, unknown)} rows): add them"
            )
        levels = criteria.HierarchicalDistance.below_root(hierarchy, leaves)
        return criteria.HierarchicalDistance(column, float(self.t), levels)


@dataclass(frozen=True, slots=True)
class Demands:
    """What a call asks for, checked.

    Attributes:
        k: how many rows, or subjects where there are some, a class has at least; 1 where k-map asks in its place.
        map_k: how many rows of the population; None without k-map.
        presence: the shares of the population that may be in the table.
        population: the table that k-map and delta-presence ask for.
        diversities: what is asked of each sensitive column.
        closenesses: the same.
        sensitive: all sensitive columns, each once.
    """

    k: int
    map_k: int | None = None
    presence: tuple[float, float] | None = None
    population: object = field(default=None, repr=False)
    diversities: Mapping[str, Diversity] = field(default_factory=dict)
    closenesses: Mapping[str, Closeness] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()

    def criteria(self, histogram: Histogram) -> list[Criterion]:
        """For a table, whose `further` has the sensitive columns and, where asked for, POPULATION. Raises UsageError.

        Subjects count where `further` has SUBJECTS.
        """
        found: list[Criterion] = []
        if SUBJECTS in histogram.further:
            found.append(criteria.Subjects(self.k))
        if self.map_k is not None:
            found.append(criteria.InPopulation(self.map_k))
        if self.presence is not None:
            found.append(criteria.ShareOfPopulation(*self.presence))
        missing = {POPULATION} if self.population is not None else set()
        missing = (missing | {*self.diversities, *self.closenesses}) - {*histogram.further}
        if missing:
            raise ValueError("the histogram lacks cells that a model is asked of")
        if SUBJECTS in histogram.further and not {*self.diversities, *self.closenesses} <= {*histogram.pairs}:
            raise ValueError("where subjects count, the cells of sensitive columns are pairs")
        columns = {name: Sensitive.column(histogram, name) for name in (*self.diversities, *self.closenesses)}
        found += [kind.diversity(columns[name]) for name, kind in self.diversities.items()]
        for name, kind in self.closenesses.items():
            column = columns[name]
            found.append(kind.closeness(column, histogram.value_labels.get(name, range(len(column.totals)))))
        return found


def demands_of(
    k: int | KMap = 5,
    l: object = None,  # noqa: E741  the name that the papers gave it
    t: object = None,
    delta: Presence | None = None,
    sensitive: str | Iterable[str] | None = None,
) -> Demands:
    """What the arguments of a call ask for.

    k          how many rows a class has at least, or KMap
    l          DistinctL, EntropyL, RecursiveL, a whole number for DistinctL; or those by column
    t          EqualT, OrderedT, HierarchicalT, a number for EqualT; or those by column
    delta      Presence
    sensitive  the columns that l and t are asked of, where these do not name them

    Raises UsageError.
    """
    if delta is not None and not isinstance(delta, Presence):
        raise UsageError("delta is a Presence(low, high, population)")
    if isinstance(k, KMap) and delta is not None and k.population is not delta.population:
        raise UsageError("KMap and Presence are asked of one population: give both the same table")
    named = _columns(sensitive)
    diversities = _by_column("l", l, named, _diversity)
    closenesses = _by_column("t", t, named, _closeness)
    population = k.population if isinstance(k, KMap) else None if delta is None else delta.population
    return Demands(
        k=1 if isinstance(k, KMap) else _whole("k", k),
        map_k=index(k.k) if isinstance(k, KMap) else None,
        presence=None if delta is None else (float(delta.low), float(delta.high)),
        population=population,
        diversities=diversities,
        closenesses=closenesses,
        sensitive=named or tuple(dict.fromkeys((*diversities, *closenesses))),
    )


def criteria_for(
    histogram: Histogram,
    k: int | KMap = 5,
    l: object = None,  # noqa: E741  the name that the papers gave it
    t: object = None,
    delta: Presence | None = None,
    sensitive: str | Iterable[str] | None = None,
) -> list[Criterion]:
    """`demands_of` these arguments, for a table."""
    return demands_of(k, l, t, delta, sensitive).criteria(histogram)


def _columns(sensitive: str | Iterable[str] | None) -> tuple[str, ...]:
    names = (sensitive,) if isinstance(sensitive, str) else tuple(sensitive or ())
    return tuple(dict.fromkeys(names))


def _by_column(
    what: str, asked: object, named: tuple[str, ...], kind_of: Callable[[object], _Kind]
) -> dict[str, _Kind]:
    if asked is None:
        return {}
    if isinstance(asked, Mapping):
        unknown = [name for name in asked if named and name not in named]
        if unknown:
            raise UsageError(f'{what} names column "{unknown[0]}", which `sensitive` does not: add it there')
        return {name: kind_of(kind) for name, kind in asked.items()}
    if not named:
        raise UsageError(f"{what} is asked of a sensitive column: name it with `sensitive`")
    kind = kind_of(asked)
    return dict.fromkeys(named, kind)


def _diversity(asked: object) -> Diversity:
    if isinstance(asked, Diversity):
        return asked
    if isinstance(asked, SupportsIndex) and not isinstance(asked, bool):
        return DistinctL(_whole("l", asked))
    raise UsageError("l is a whole number, DistinctL, EntropyL or RecursiveL, or these by column")


def _closeness(asked: object) -> Closeness:
    if isinstance(asked, Closeness):
        return asked
    if isinstance(asked, SupportsFloat) and not isinstance(asked, bool):
        return EqualT(_share("t", asked))
    raise UsageError("t is a number from 0 to 1, EqualT, OrderedT or HierarchicalT, or these by column")


def _whole(what: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, SupportsIndex) or index(value) < 1:
        raise UsageError(f"{what} is a whole number from 1")
    return index(value)


def _number(what: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        raise UsageError(f"{what} is a number")
    return float(value)


def _share(what: str, value: object) -> float:
    number = _number(what, value)
    if not 0 <= number <= 1:
        raise UsageError(f"{what} is a number from 0 to 1")
    return number


_Key = tuple[int, str, Any]
_NULL: _Key = (3, "", 0)


def _key(label: object) -> _Key:
    """By what a value is sorted and found: numbers by size, then other things, like dates, then text, then nulls."""
    if label is None or label != label:  # noqa: PLR0124  what is not a number is no null, but as empty
        return _NULL
    if isinstance(label, str):
        return (2, "", label)
    if isinstance(label, SupportsFloat):
        return (0, "", label)
    return (1, type(label).__name__, label)


def _rows(column: Sensitive, chosen: Sequence[bool]) -> int:
    totals: Codes = column.totals[np.array(chosen)]
    return int(totals.sum())
