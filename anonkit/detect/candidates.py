"""Candidates: places that may be personal, as columns, and what is left of them where they overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonkit.detect.block import Ints, Mask

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Half-open byte ranges with the rule that found each and how sure it is; one row each."""

    start: Ints
    end: Ints
    rule: Ints
    confidence: Floats

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> Candidates:
        """The rows that `rows` (positions or a mask) selects."""
        return Candidates(self.start[rows], self.end[rows], self.rule[rows], self.confidence[rows])


def candidates(start: Ints, end: Ints, rule: int, confidence: float) -> Candidates:
    """Candidates of one rule, equally sure."""
    n = len(start)
    return Candidates(start, end, np.full(n, rule, np.int64), np.full(n, confidence))


def concatenate(parts: Sequence[Candidates]) -> Candidates:
    """All rows of `parts`, in their order."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = np.empty(0, np.int64)
        return Candidates(none, none, none, np.empty(0))
    return Candidates(
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.end for p in parts]),
        np.concatenate([p.rule for p in parts]),
        np.concatenate([p.confidence for p in parts]),
    )


def apart_from(found: Candidates, new: Candidates) -> Mask:
    """Which of the new candidates overlap none of those found."""
    # as many begin before its end as have ended where it starts
    apart: Mask = np.searchsorted(np.sort(found.start), new.end) == np.searchsorted(
        np.sort(found.end), new.start, "right"
    )
    return apart


def without_overlaps(found: Candidates, beats: Callable[[int, int], bool]) -> tuple[Candidates, Ints]:
    """Of overlapping rows only the winners; and where losers begin that no winner covers.

    found  sorted by start, of equal starts the longest first
    beats  tells of two rows that overlap whether the first beats the second. Among rows that overlap as a group, one
           that no other beats is kept, all that overlap it go, and so on.
    """
    if len(found) < 2:  # noqa: PLR2004
        return found, _NONE
    reach = np.maximum.accumulate(found.end)
    overlaps = found.start[1:] < reach[:-1]
    if not overlaps.any():
        return found, _NONE
    # a group: a first row that nothing before reaches, and the rows that overlap what went before in the group
    group = np.concatenate(([0], np.cumsum(~overlaps)))
    keep = np.ones(len(found), bool)
    sizes = np.bincount(group)
    firsts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    start, end = found.start, found.end
    for g in np.flatnonzero(sizes > 1).tolist():
        rows = list(range(firsts[g], firsts[g] + sizes[g]))
        keep[rows] = False
        for row in _winners(rows, start, end, beats):
            keep[row] = True
    winners, losers = found.take(keep), found.take(~keep)
    before = np.searchsorted(winners.start, losers.start, "right") - 1
    uncovered = (before < 0) | (winners.end[np.maximum(before, 0)] < losers.end)
    return winners, losers.start[uncovered]


_NONE = np.empty(0, np.int64)
_SMALL_GROUP = 48


def _winners(rows: list[int], start: Ints, end: Ints, beats: Callable[[int, int], bool]) -> list[int]:
    if len(rows) == 2:  # noqa: PLR2004  by far the most
        return [rows[0] if beats(rows[0], rows[1]) else rows[1]]
    kept: list[int] = []
    if len(rows) > _SMALL_GROUP:  # hardly a text: the longest first, in little more than linear time
        taken: list[tuple[int, int]] = []
        for row in sorted(rows, key=lambda r: int(start[r] - end[r])):
            span = (int(start[row]), int(end[row]))
            at = bisect_left(taken, span)
            if (at == 0 or taken[at - 1][1] <= span[0]) and (at == len(taken) or taken[at][0] >= span[1]):
                taken.insert(at, span)
                kept.append(row)
        return kept
    while rows:
        best = next((a for a in rows if not any(beats(b, a) for b in rows if b != a)), None)
        if best is None:
            best = max(rows, key=lambda r: int(end[r] - start[r]))
        kept.append(best)
        rows = [r for r in rows if r != best and (start[r] >= end[best] or end[r] <= start[best])]
    return kept
