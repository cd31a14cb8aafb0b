"""Which equivalence classes may be released? The privacy models, each a question asked of all classes of a node at once.

A model sees the cells of a node (`Groups`): for each class the values of one further column and how often they occur.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.grouping import Groups
from anonkit.anonymity.hierarchy import Codes, Hierarchy
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Cells, Histogram

Holds = npt.NDArray[np.bool_]
"""Of each class whether a model holds."""


class Criterion(Protocol):
    """A privacy model, ready to be asked of a table.

    Attributes:
        of: which cells it is asked of: "" for rows, else a name in `Histogram.further`.
        is_monotone: whether a class in which it holds keeps it when joined with any other, and one in which it fails
            consists of classes in which it fails. Only such models tell of a node what holds of finer ones.
    """

    of: str
    is_monotone: bool

    def holds(self, groups: Groups) -> Holds:
        """Of each class, in order, whether it holds."""
