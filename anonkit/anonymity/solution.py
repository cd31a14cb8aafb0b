"""What did a solver find?"""

from __future__ import annotations

from dataclasses import dataclass, field

from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.judge import Classes


@dataclass(frozen=True, slots=True)
class Check:
    """A node that was looked at.

    Attributes:
        levels: of the quasi-identifiers.
        suppressed: how many rows would have to be suppressed.
        loss: what it would cost; None where more rows would be suppressed than may be.
    """

    levels: Levels
    suppressed: int
    loss: float | None


@dataclass(frozen=True, slots=True)
class Solution:
    """The best node of the lattice, and how sure that is.

    Attributes:
        levels: of the quasi-identifiers, in their order.
        suppressed: how many rows are suppressed.
        loss: as the loss asked for defines it.
        bound: no node costs less; equal to `loss` where the optimum is proven.
        checks: the nodes that were looked at, in order.
        nodes: how many nodes there are.
        seconds: how long the search took.
        classes: of the node, and which of them are suppressed.
    """

    levels: Levels
    suppressed: int
    loss: float
    bound: float
    checks: tuple[Check, ...]
    nodes: int
    seconds: float
    classes: Classes = field(repr=False, compare=False)

    @property
    def is_optimal(self) -> bool:
        """Whether no node of the lattice costs less."""
        return self.bound >= self.loss
