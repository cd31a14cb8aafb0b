"""Which labels fit best together, and how sure is that? Integers all the way, ties to the first label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names.characters import PAD
from anonkit.detect.names.labels import B_ADDR, B_ORG, B_PER, E_PER, FORBIDDEN, I_ADDR, I_ORG, I_PER, LABELS, O

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOW = np.int32(16 * FORBIDDEN)
"""Of a label that cannot be here: lower than what a forbidden transition makes of any score."""
_FROM_OPEN = slice(0, 4)  # O, E-PER, I-ADDR, I-ORG
_TO_OPEN = np.array([O, B_PER, B_ADDR, B_ORG])
_INSIDE = ((I_PER, B_PER, I_PER), (E_PER, B_PER, I_PER), (I_ADDR, B_ADDR, I_ADDR), (I_ORG, B_ORG, I_ORG))
"""Label, and the two that may stand before it."""


@dataclass(frozen=True)
class Segments:
    """Stretches of a flat text that are decoded for themselves: what lies between is O for sure.

    Attributes:
        start, length: of each stretch, the longest first.
    """

    start: NDArray[np.int64]
    length: NDArray[np.int64]


def segments(
    flat: NDArray[np.uint16], scores: NDArray[np.int16], transitions: NDArray[np.int32], margin: int
) -> Segments:
    """The stretches of a flat text where a label other than O comes within `margin` of O.

    Each begins where an entity may begin: within `margin` of O, when what it costs to begin is counted.
    """
    outside = scores[:, O].astype(np.int32) - margin
    begin = np.full(len(flat), _LOW)
    for label in (B_PER, B_ADDR, B_ORG):
        np.maximum(begin, scores[:, label] + (transitions[O, label] - transitions[O, O]), out=begin)
    inside = scores[:, E_PER].astype(np.int32)
    for label in (I_PER, I_ADDR, I_ORG):
        np.maximum(inside, scores[:, label], out=inside)
    may_begin = (begin > outside) & (flat != PAD)
    open_ = (may_begin | (inside > outside)) & (flat != PAD)
    edges = np.flatnonzero(np.diff(open_.astype(np.int8), prepend=0, append=0))
    start, end = edges[::2], edges[1::2]
    begins = np.append(np.flatnonzero(may_begin), len(flat))
    start = begins[np.searchsorted(begins, start)]
    some = start < end
    start, end = start[some], end[some]
    order = np.argsort(start - end, kind="stable")
    return Segments(start[order], (end - start)[order])


def viterbi(scores: NDArray[np.int16], where: Segments, transitions: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The best labels of each character of the flat text; O outside the stretches."""
    labels = np.zeros(len(scores), np.uint8)
    if not where.start.size:
        return labels
    longest = int(where.length[0])
    count = len(where.start)
    alive = np.searchsorted(-where.length, -np.arange(longest), side="left")  # stretches longer than t
    came: list[NDArray[np.uint8]] = []
    last = np.zeros((count, len(LABELS)), np.int32)
    # Before a stretch stands O.
    first = np.take(scores, where.start, axis=0).astype(np.int32) + transitions[O]
    first[:, [I_PER, E_PER, I_ADDR, I_ORG]] = _LOW
    last[:] = first
    now = first
    to_open = transitions[_FROM_OPEN][:, _TO_OPEN]
    for t in range(1, longest):
        n = int(alive[t])
        if n < len(now):
            last[n : len(now)] = now[n:]
            now = now[:n]
        step = now[:, _FROM_OPEN, None] + to_open
        choice = step.argmax(axis=1)
        after = np.empty((n, len(LABELS)), np.int32)
        after[:, _TO_OPEN] = step.max(axis=1)
        back = np.empty((n, len(LABELS)), np.uint8)
        came.append(back)
        back[:, _TO_OPEN] = choice
        for label, a, b in _INSIDE:
            left = now[:, a] + transitions[a, label]
            right = now[:, b] + transitions[b, label]
            better = right > left
            after[:, label] = np.where(better, right, left)
            back[:, label] = np.where(better, b, a)
        after += np.take(scores, where.start[:n] + t, axis=0)
        now = after
    last[: len(now)] = now
    # After a stretch stands O: it may not end within an entity that has begun only.
    last += transitions[:, O]
    last[:, [B_PER, B_ADDR, B_ORG, I_PER]] = _LOW
    label = last.argmax(axis=1).astype(np.uint8)
    rows = np.arange(count)
    for t in range(longest - 1, -1, -1):
        n = int(alive[t])
        labels[where.start[:n] + t] = label[:n]
        if t:
            label[:n] = came[t - 1][rows[:n], label[:n]]
    return labels


def spans(
    flat_labels: NDArray[np.uint8], scores: NDArray[np.int16], transitions: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The entities that labels mean: start, end (half-open), the label of the beginning, and the evidence.

    The evidence is by how much their labels outscore O in their place, in the unit of the scores.
    """
    labels = flat_labels.astype(np.int64)
    start = np.flatnonzero((labels >= B_PER) & (labels <= B_ORG))
    goes_on = (labels == I_PER) | (labels == E_PER) | (labels == I_ADDR) | (labels == I_ORG)
    at = np.where(goes_on, len(labels), np.arange(len(labels)))
    after = np.minimum.accumulate(at[::-1])[::-1]
    end = after[start + 1]
    gain = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0].astype(np.int64) - scores[:, O]
    step = transitions[labels[:-1], labels[1:]].astype(np.int64)
    gain[1:] += step - transitions[O, O]
    gain[start] += transitions[O, O] - transitions[labels[start - 1], O]
    total = np.concatenate(([0], np.cumsum(gain)))
    leaving = transitions[labels[end - 1], labels[end]].astype(np.int64) - transitions[O, labels[end]]
    return start, end, flat_labels[start], total[end] - total[start] + leaving
