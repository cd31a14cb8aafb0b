"""Which classes of a node are suppressed, and how many rows are so at every finer node as well?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.criteria import Criterion, Distance
from anonkit.anonymity.grouping import Grouping, Groups, Levels
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import Histogram


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The equivalence classes of a node, and which of them are not released.

    Attributes:
        levels: the node.
        groups: its classes.
        counts: the rows of each class.
        fails: which classes are suppressed.
        fails_below: which of them are suppressed, whole, at every finer node as well.
        fails_k: which of those because they are smaller than k.
        below: how many rows are suppressed at every finer node, at least.
    """

    levels: Levels
    groups: Groups
    counts: Codes
    fails: npt.NDArray[np.bool_]
    fails_below: npt.NDArray[np.bool_]
    fails_k: npt.NDArray[np.bool_]
    below: int

    def rows(self, chosen: npt.NDArray[np.bool_]) -> int:
        """How many rows the chosen classes have."""
        return int(self.counts[chosen].sum())


class Judge:
    """Judges the classes of one table at any node."""

    def __init__(self, histogram: Histogram, k: int, criteria: Sequence[Criterion]) -> None:
        self._k = k
        self._criteria = criteria
        self._grouping = Grouping(histogram.hierarchies, histogram.cells)
        asked = {criterion.of for criterion in criteria}
        self._further = {name: Grouping(histogram.hierarchies, histogram.further[name]) for name in asked}

    def classes(self, levels: Levels) -> Classes:
        """The classes of a node."""
        groups = self._grouping.at(levels)
        counts = groups.counts
        fails_k = counts < self._k
        fails_below, fails = fails_k, fails_k
        needed = None
        for criterion in self._criteria:
            cells = self._further[criterion.of].at(levels)
            failing = ~criterion.holds(cells)
            fails = fails | failing
            if criterion.is_monotone:
                fails_below = fails_below | failing
            elif isinstance(criterion, Distance) and (fewest := criterion.fewest_suppressed(cells)) is not None:
                needed = fewest if needed is None else np.maximum(needed, fewest)
        below = np.where(fails_below, counts, 0 if needed is None else needed)
        return Classes(levels, groups, counts, fails, fails_below, fails_k, int(below.sum()))
