"""How long is the model trained, and what is kept of it?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How crfsuite trains, and what is kept of it.

    Attributes:
        c2: L2 regularisation.
        least: how often a feature must be seen in training.
        rounds: of stochastic gradient descent over all sentences.
        smallest: hashed features all of whose weights are below this are left out.
        recall: natural logarithm of odds that a person's beginning gets on top: a leak is worse than a false alarm.
        most: how many hashed features are kept, the weightiest first.
    """

    c2: float = 0.1
    least: int = 2
    rounds: int = 25
    smallest: float = 0.03
    recall: float = 1.0
    most: int = 400_000
