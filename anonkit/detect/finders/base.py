"""What a finder is: code that finds what no single pattern can say, called at the hits of its triggers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from anonkit.detect.block import Block, Ints
from anonkit.detect.candidates import Floats


@dataclass(frozen=True, slots=True)
class Trigger:
    """A cheap expression; only where its matches end is told.

    `ends` tells the same from the bitmaps of a large block, where that is faster.
    """

    regex: bytes
    caseless: bool = False
    ends: Callable[[Block], Ints] | None = None


# where values start and end in the buffer, and how sure the finder is
Found = tuple[Ints, Ints, Floats]


@dataclass(frozen=True, slots=True)
class Finder:
    """Triggers, and a function of (block, ends of the hits of each trigger) that looks closer."""

    triggers: tuple[Trigger, ...]
    find: Callable[[Block, Sequence[Ints]], Found]


def found(rows: Sequence[tuple[int, int, float]]) -> Found:
    """What was found one by one, as columns."""
    if not rows:
        none = np.empty(0, np.int64)
        return none, none, np.empty(0)
    start, end, confidence = zip(*rows, strict=True)
    return np.array(start, np.int64), np.array(end, np.int64), np.array(confidence)
