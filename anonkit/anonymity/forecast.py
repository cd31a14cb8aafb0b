"""What will a node that nobody has looked at be like? A guess, from the nodes that were.

How many rows are suppressed, as the logarithm of the odds, is close to a sum of what each column's level contributes;
so is the logarithm of how coarse the classes are. The sums are fitted by ridge regression on the nodes seen so far;
what the levels of a column have in common is the entropy of its values.
"""

from __future__ import annotations

import math

import numpy as np

from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.histogram import Histogram
from anonkit.anonymity.losses import Floats, added

_RIDGE = 0.5
_WIDTH = (4.0, 1.0)
_SPREAD = 0.6  # a logistic function of this scale is close to a normal distribution of scale 1
_NEAR = 256  # nodes


class Forecast:
    """Learns from nodes; see the module."""

    def __init__(self, histogram: Histogram) -> None:
        self._rows = histogram.rows
        self._ends = np.cumsum((0, *histogram.heights))
        self._entropies = np.concatenate([_entropies(histogram, column) for column in range(len(histogram.names))])
        self._nodes = np.zeros((256, int(self._ends[-1]) + 2))
        self._targets = np.zeros((256, 2))
        self._number = 0

    def learn(self, levels: Levels, suppressed: int, coarseness: float) -> None:
        """A node was looked at: so many rows are suppressed, and all coarser nodes cost so much."""
        if self._number == len(self._nodes):
            self._nodes = np.concatenate((self._nodes, np.zeros_like(self._nodes)))
            self._targets = np.concatenate((self._targets, np.zeros_like(self._targets)))
        chosen = self._ends[:-1] + np.array(levels)
        node = self._nodes[self._number]
        node[chosen] = 1.0
        node[-2:] = self._entropies[chosen].sum(), 1.0
        self._targets[self._number] = self._log_odds(suppressed), math.log(max(coarseness, 1e-9))
        self._number += 1

    def suppresses_more(self, rows: float) -> Floats:
        """For each node, how likely more rows than that are suppressed."""
        return self._is_above(0, self._log_odds(rows))

    def is_coarser(self, coarseness: float) -> Floats:
        """For each node, how likely all coarser ones cost more than that."""
        return self._is_above(1, math.log(max(coarseness, 1e-9)))

    def _is_above(self, target: int, edge: float) -> Floats:
        targets = self._targets[: self._number, target]
        distance = np.abs(targets - edge)
        chosen = np.argsort(distance, kind="stable")[:_NEAR]
        nodes, targets = self._nodes[chosen], targets[chosen]
        weights = np.exp(distance[chosen] / -_WIDTH[target])  # what is far from the edge tells little of what is near
        weighted = nodes * weights[:, None]
        ridge = np.diag([_RIDGE] * (nodes.shape[1] - 2) + [1e-6] * 2)
        fitted = np.linalg.solve(weighted.T @ nodes + ridge, weighted.T @ targets)
        errors = nodes @ fitted - targets
        spread = _SPREAD * math.sqrt(float(weights @ errors**2) / float(weights.sum())) + 0.01
        parts = fitted[:-2] + fitted[-2] * self._entropies
        guess = added([parts[a:b] for a, b in zip(self._ends[:-1], self._ends[1:], strict=True)])
        likely: Floats = 1.0 / (1.0 + np.exp(np.clip((edge - fitted[-1] - guess) / spread, -50, 50)))
        return likely

    def _log_odds(self, rows: float) -> float:
        """With half a row added on both sides, so that none and all are numbers, too."""
        rows = min(max(rows, 0.0), self._rows)
        return math.log((rows + 0.5) / (self._rows - rows + 0.5))


def _entropies(histogram: Histogram, column: int) -> Floats:
    """Of the values of a column at each level, in nats."""
    hierarchy, codes = histogram.hierarchies[column], histogram.cells.codes[column]
    found = []
    for level in hierarchy.codes:
        shares = np.bincount(level[codes], histogram.cells.counts) / max(histogram.rows, 1)
        shares = shares[shares > 0]
        found.append(-float(shares @ np.log(shares)) if len(shares) else 0.0)
    return np.array(found)
