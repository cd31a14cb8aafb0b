"""What does a value become, step by step, when it is made coarser? One table of levels for each quasi-identifier.

The form is that of ARX: one row a leaf value, one column a level, from the value itself to what is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from anonkit.errors import HierarchyError

Codes = npt.NDArray[np.int64]

SUPPRESSED = "*"
"""What stands for a value of which nothing is told."""


@dataclass(frozen=True, slots=False, eq=False, repr=False)
class Hierarchy:
    """A generalisation hierarchy: level 0 is the value, each level a coarsening of the one before.

    Attributes:
        labels: for each level, the generalised values, each once; None is a null. Level 0 holds the leaves.
        codes: for each level, which of its labels each leaf has, in the order of the leaves.
    """

    labels: tuple[tuple[str | None, ...], ...]
    codes: tuple[Codes, ...]

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[str | None]]) -> Hierarchy:
        """Of one row a leaf: the value, then what it becomes at each level.

        Raises HierarchyError where rows differ in length, a value has two rows that differ, or two values that are the
        same at one level are not the same at the next; the message tells the number of the row, from 1, and no value.
        """
        kept: dict[str | None, tuple[str | None, ...]] = {}
        width = None
        for number, row in enumerate(rows, 1):
            line = tuple(row)
            width = width or len(line)
            if not line or len(line) != width:
                raise HierarchyError(f"row {number} has {len(line)} levels, the rows before have {width}")
            if kept.setdefault(line[0], line) != line:
                raise HierarchyError(f"row {number} has a value that stands in a row before, with other levels")
        if not kept:
            raise HierarchyError("there is no row")
        return cls.from_levels(list(zip(*kept.values(), strict=True)))

    @classmethod
    def from_levels(cls, levels: Sequence[Sequence[str | None]]) -> Hierarchy:
        """Of one sequence a level, each with a label for every leaf; the leaves are distinct. Raises HierarchyError."""
        labels: list[tuple[str | None, ...]] = []
        codes: list[Codes] = []
        for number, level in enumerate(levels):
            known: dict[str | None, int] = {}
            codes.append(np.array([known.setdefault(label, len(known)) for label in level], np.int64))
            labels.append(tuple(known))
            if number:
                _check_coarsens(codes[-2], codes[-1], number)
        if len(labels[0]) != len(codes[0]):
            raise HierarchyError("a value stands there twice")
        return cls(tuple(labels), tuple(codes))

    def __repr__(self) -> str:
        return f"<Hierarchy: {self.size:,} leaves, {self.height:,} levels>"

    @property
    def height(self) -> int:
        """How many levels there are, the values themselves among them."""
        return len(self.codes)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.codes[0])

    @cached_property
    def leaves(self) -> tuple[Codes, ...]:
        """For each level, how many leaves lie under each of its labels."""
        return tuple(
            np.bincount(codes, minlength=len(labels)) for labels, codes in zip(self.labels, self.codes, strict=True)
        )

    @cached_property
    def position(self) -> Mapping[str | None, int]:
        """Which leaf a value is."""
        return {label: number for number, label in enumerate(self.labels[0])}

    def with_null(self) -> Hierarchy:
        """With a leaf for nulls, which stays a null up to where everything is the same."""
        if None in self.position:
            return self
        levels = [[labels[code] for code in codes] for labels, codes in zip(self.labels, self.codes, strict=True)]
        for number, (labels, level) in enumerate(zip(self.labels, levels, strict=True)):
            is_top = number > 0 and len(labels) == 1 and labels == self.labels[-1]
            level.append(labels[0] if is_top else None)
        return Hierarchy.from_levels(levels)


def _check_coarsens(fine: Codes, coarse: Codes, number: int) -> None:
    """What is the same at one level is the same at the next."""
    first = np.full(int(fine.max()) + 1, -1)
    first[fine[::-1]] = coarse[::-1]
    wrong = np.flatnonzero(first[fine] != coarse)
    if len(wrong):
        raise HierarchyError(
            f"level {number} is not a coarsening of level {number - 1}: row {int(wrong[0]) + 1} has the same value as a"
            " row before there, but another one here"
        )
