"""What a finder is: code that finds what no single pattern can say, called at the hits of its triggers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anonkit.detect.candidates import Ints


@dataclass(frozen=True, slots=True)
class Trigger:
    """A cheap expression; only where its matches end is told."""

    regex: bytes
    caseless: bool = False


Found = list[tuple[int, int, float]]  # start and end in bytes, and a confidence


@dataclass(frozen=True, slots=True)
class Finder:
    """Triggers, and a function of (buffer, number of the trigger, ends of its hits) that looks closer.

    The buffer begins and ends with a newline that is not part of the text.
    """

    triggers: tuple[Trigger, ...]
    find: Callable[[bytes, int, Ints], Found]
