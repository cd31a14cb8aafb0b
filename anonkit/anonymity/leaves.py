"""Which hierarchy does a column get, and which of its leaves is each of its values?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from anonkit.anonymity.columns import Encoded
from anonkit.anonymity.hierarchies import Ages, Bands, Dates, Ordered, suggested, text_of
from anonkit.anonymity.hierarchies.files import Categories
from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.errors import HierarchyError, UsageError
from anonkit.tables.data import package

_Made = TypeVar("_Made", Hierarchy, Categories)
_ORDERED = (Ages, Bands, Dates, Ordered)
_NUMBERS = (int, float, Decimal, np.integer, np.floating, date)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Placed:
    """A quasi-identifier with its hierarchy.

    Attributes:
        hierarchy: with a leaf for each value of the column, nulls too if there are some.
        leaf: of each distinct value of the column.
        population: of each distinct value of the column of the population, if there is one.
        why: why it is this hierarchy, in words, where it was suggested; empty where it was given.
        is_ordered: whether its leaves have an order of their own, such as that of numbers.
    """

    hierarchy: Hierarchy
    leaf: Codes
    population: Codes | None
    why: str
    is_ordered: bool


def placed(name: str, given: object, column: Encoded, population: Encoded | None = None) -> Placed:
    """The leaves of a column.

    given  a Hierarchy, the path of a CSV file, a table with a column a level, a builder; None for one that is suggested

    Raises HierarchyError where a value is not listed, which tells how many there are but none of them, and UsageError
    for what is no hierarchy.
    """
    every = [*column.values, *(population.values if population is not None else ())]
    known = [value for value in every if value is not None]
    given, why = (given, "") if given is not None else _suggested(name, known, column)
    hierarchy = hierarchy_of(name, given, known)
    if len(known) < len(every):
        hierarchy = hierarchy.with_null()
    leaf = leaves_of(f'column "{name}"', hierarchy, column)
    others = None
    if population is not None:
        others = leaves_of(f'column "{name}" of the population', hierarchy, population)
    hierarchy, leaf = _told_apart(hierarchy, leaf, column.values)
    is_ordered = isinstance(given, _ORDERED) or (bool(known) and all(isinstance(value, _NUMBERS) for value in known))
    return Placed(hierarchy, leaf, others, why, is_ordered)


def hierarchy_of(name: str, given: object, values: Sequence[object]) -> Hierarchy:
    """What is given for a column, as a hierarchy of these values, None not among them. Raises as `placed` does."""
    if isinstance(given, Hierarchy):
        return given
    if isinstance(given, str | Path):
        return Categories.from_csv(given).hierarchy
    if package(given) is not None:
        return _named(name, Categories.from_table, given).hierarchy
    if isinstance(given, Categories):
        return given.hierarchy
    if not hasattr(given, "over") or isinstance(given, type):
        raise UsageError(
            f'the hierarchy of column "{name}" is a path, a table, a Hierarchy or a builder such as Ages(), not '
            f"{type(given).__name__}"
        )
    over: Callable[[Any], Hierarchy] = given.over
    return _named(name, over, values)


def _named(name: str, make: Callable[[Any], _Made], given: object) -> _Made:
    """What is made, with the column's name in errors."""
    try:
        return make(given)
    except HierarchyError as error:
        raise HierarchyError(f'hierarchy of column "{name}": {error}') from None


def _suggested(name: str, known: list[object], column: Encoded) -> tuple[object, str]:
    if not known:
        return Hierarchy.from_rows([(None, "*")]), "no values"
    counts = [int(n) for n, value in zip(column.counts, column.values, strict=True) if value is not None]
    return suggested(name, known, [*counts, *([1] * (len(known) - len(counts)))])


def leaves_of(where: str, hierarchy: Hierarchy, column: Encoded) -> Codes:
    """The leaf of each value. Raises HierarchyError."""
    position = hierarchy.position
    leaf = np.fromiter((leaf_of(position, value) for value in column.values), np.int64, column.size)
    missing = leaf < 0
    if missing.any():
        values, rows = int(missing.sum()), int(column.counts[missing].sum())
        raise HierarchyError(
            f"the hierarchy of {where} lacks {values:,} of its {column.size:,} values ({rows:,} rows);"
            " add a row for each"
        )
    return leaf


def leaf_of(position: Mapping[str | None, int], value: object) -> int:
    """Where a value stands: by its text, else as its type prints it, truths also as in JSON; -1 for nowhere."""
    if value is None:
        return position[None]
    text = text_of(value)
    if text in position:
        return position[text]
    return position.get(str(value), position.get(text.lower() if text in ("True", "False") else text, -1))


def _told_apart(hierarchy: Hierarchy, leaf: Codes, values: Sequence[object]) -> tuple[Hierarchy, Codes]:
    """With a leaf of its own for each value, as a released table tells 1 and "1" apart."""
    if len(np.unique(leaf)) == len(leaf):
        return hierarchy, leaf
    leaf = leaf.copy()
    seen: set[int] = set()
    labels = dict.fromkeys(hierarchy.labels[0])
    twins: list[int] = []
    for number, value in enumerate(values):
        own = int(leaf[number])
        if own in seen:
            leaf[number] = hierarchy.size + len(twins)
            twins.append(own)
            name = f"{hierarchy.labels[0][own]} ({type(value).__name__})"
            labels[name if name not in labels else f"{name} {len(labels)}"] = None
        seen.add(own)
    codes = [np.append(level, level[twins]) for level in hierarchy.codes]
    codes[0] = np.arange(len(labels))
    return Hierarchy((tuple(labels), *hierarchy.labels[1:]), tuple(codes)), leaf
