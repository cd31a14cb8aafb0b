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
_OPEN, _CHOICE_BITS = 4, 2
_TO_OPEN = np.array([O, B_PER, B_ADDR, B_ORG])
# The others, and the two that may stand before each.
_INSIDE = np.array([I_PER, E_PER, I_ADDR, I_ORG])
_BEGIN_OF = np.array([B_PER, B_PER, B_ADDR, B_ORG])
_INSIDE_OF = np.array([I_PER, I_PER, I_ADDR, I_ORG])


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
    alive = np.searchsorted(-where.length, -np.arange(longest), side="left").tolist()  # stretches longer than t
    # One row for each label: the weight of the best labelling up to a character, by its label.
    # Before a stretch stands O.
    now = scores[where.start].T.astype(np.int32, order="C") + transitions[O][:, None]
    now[_INSIDE] = _LOW
    last = now.copy()
    came: list[NDArray[np.uint8]] = []
    # Which of the open labels was the best is kept in the lowest bits: of equal ones the first.
    to_open = (transitions[_FROM_OPEN][:, _TO_OPEN] << _CHOICE_BITS) + np.arange(_OPEN - 1, -1, -1)[:, None]
    to_open = to_open.astype(np.int32)[:, :, None]
    from_begin = transitions[_BEGIN_OF, _INSIDE][:, None]
    from_inside = transitions[_INSIDE_OF, _INSIDE][:, None]
    for t in range(1, longest):
        n = alive[t]
        if n < now.shape[1]:
            last[:, n : now.shape[1]] = now[:, n:]
            now = now[:, :n]
        best = ((now[_FROM_OPEN] << _CHOICE_BITS)[:, None] + to_open).max(axis=0)
        left, right = now[_BEGIN_OF] + from_begin, now[_INSIDE_OF] + from_inside
        back = np.empty((len(LABELS), n), np.uint8)
        back[_TO_OPEN] = (_OPEN - 1) - (best & (_OPEN - 1))
        back[_INSIDE] = np.where(right > left, _INSIDE_OF[:, None], _BEGIN_OF[:, None])
        came.append(back)
        now = scores[where.start[:n] + t].T.astype(np.int32, order="C")
        now[_TO_OPEN] += best >> _CHOICE_BITS
        now[_INSIDE] += np.maximum(left, right)
    last[:, : now.shape[1]] = now
    # After a stretch stands O: it may not end within an entity that has begun only.
    last += transitions[:, O][:, None]
    last[[B_PER, B_ADDR, B_ORG, I_PER]] = _LOW
    label = last.argmax(axis=0).astype(np.uint8)
    rows = np.arange(len(label))
    for t in range(longest - 1, -1, -1):
        n = alive[t]
        labels[where.start[:n] + t] = label[:n]
        if t:
            label[:n] = came[t - 1][label[:n], rows[:n]]
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
