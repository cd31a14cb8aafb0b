"""How many rows have which quasi-identifiers? All that a solver needs to know of a table, however many rows it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.hierarchy import Codes, Hierarchy

Numbers = npt.NDArray[np.signedinteger[Any]]
"""Codes of any width."""
SUBJECTS = "\0subjects"
"""The name, in `Histogram.further`, of the cells that tell subjects apart."""
POPULATION = "\0population"
"""The name, in `Histogram.further`, of the cells that tell rows of the table (1) from rows of the population (0)."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cells:
    """Distinct tuples of quasi-identifiers, each perhaps with a value of one further column, and how often they occur.

    Attributes:
        codes: for each quasi-identifier the leaf of each cell, an array of shape (cells,).
        counts: how often each cell occurs, at least once.
        values: the number of each cell's value in the further column, if there is one.
    """

    codes: tuple[Codes, ...]
    counts: Codes
    values: Codes | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Histogram:
    """The distinct tuples of quasi-identifiers of a table.

    Attributes:
        names: of the quasi-identifiers.
        hierarchies: of the quasi-identifiers, in the same order.
        cells: how many rows have each tuple.
        further: cells with the values of a further column: for a sensitive one under its name (see `pairs` where
            subjects count), SUBJECTS (which subjects), POPULATION (1: in the table, 0: of the population).
        value_labels: what the values of a sensitive column stand for, under its name.
        pairs: where subjects count, under the name of a sensitive column: the values of its cells in `further` then
            tell pairs of a subject and a value apart (a subject counts once in a class for each value, and numbers of
            subjects do not add up), and this says of each pair which value it has, as numbered in `value_labels`.
    """

    names: tuple[str, ...]
    hierarchies: tuple[Hierarchy, ...]
    cells: Cells
    further: Mapping[str, Cells] = field(default_factory=dict)
    value_labels: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    pairs: Mapping[str, Codes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Histogram: {self.rows:,} rows, {len(self.cells.counts):,} tuples, {self.nodes:,} nodes>"

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return int(self.cells.counts.sum())

    @property
    def heights(self) -> tuple[int, ...]:
        """How many levels each quasi-identifier has."""
        return tuple(hierarchy.height for hierarchy in self.hierarchies)

    @property
    def nodes(self) -> int:
        """How many combinations of levels there are."""
        product = 1
        for height in self.heights:
            product *= height
        return product


def counted(codes: tuple[Numbers, ...], values: Numbers | None = None, weights: Codes | None = None) -> Cells:
    """Count rows by their codes (and values); each array has one element a row, `weights` says how often it counts."""
    columns = codes if values is None else (*codes, values)
    if not len(columns[0]):
        empty = np.empty(0, np.int64)
        return Cells(tuple(empty for _ in codes), empty, None if values is None else empty)
    ranks = [int(column.max()) + 1 for column in columns]
    key, sizes = columns[0].astype(np.int64), ranks[0]
    was_renumbered = False
    for column, rank in zip(columns[1:], ranks[1:], strict=True):
        if sizes * rank >= 1 << 62:  # too many for one number: numbered anew, which keeps the order
            distinct, key = np.unique(key, return_inverse=True)
            sizes, was_renumbered = len(distinct), True
        key = key * rank + column
        sizes *= rank
    if weights is None and not was_renumbered:
        key.sort()
        starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        counts = np.diff(np.append(starts, len(key)))
        return _taken_apart(key[starts], ranks, counts, has_values=values is not None)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    counts = np.bincount(inverse) if weights is None else _summed(inverse, weights, len(first))
    taken = [column[first].astype(np.int64) for column in columns]
    return Cells(tuple(taken[: len(codes)]), counts, None if values is None else taken[-1])


def _taken_apart(keys: Codes, ranks: list[int], counts: Codes, *, has_values: bool) -> Cells:
    columns = []
    for rank in reversed(ranks[1:]):
        keys, column = np.divmod(keys, rank)
        columns.append(column)
    columns.append(keys)
    columns.reverse()
    return Cells(tuple(columns[:-1]), counts, columns[-1]) if has_values else Cells(tuple(columns), counts)


def _summed(groups: Codes, weights: Codes, size: int) -> Codes:
    """Sums by group, exact also where a float would not be."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, groups, weights)
    return sums
