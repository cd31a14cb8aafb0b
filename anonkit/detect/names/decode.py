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
_INNER = {B_PER: (I_PER, E_PER), B_ADDR: (I_ADDR,), B_ORG: (I_ORG,)}
_OPEN, _CHOICE_BITS = 4, 2
# The rows of the decoder: a beginning or O may follow the open labels, and each inside one of two labels.
_ROWS = np.array([B_PER, B_ADDR, B_ORG, O, E_PER, I_ADDR, I_ORG, I_PER])
_TO_OPEN, _FROM_OPEN, _INSIDE = slice(0, 4), slice(3, 7), slice(4, 8)
_BEGIN_OF = np.array([0, 1, 2, 0])
_INSIDE_OF = np.array([7, 5, 6, 7])
_AT_END = slice(3, 7)  # an entity may not end right where it has begun
_LAST_OPEN = _FROM_OPEN.stop - 1


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
    """The stretches of a flat text where a label other than O comes within `margin` of O, less what is O for sure.

    Each begins where an entity may begin: within `margin` of O, when what it costs to begin is counted. Of it those
    parts are left in which some entity is worth as much as O in its place.
    """
    over = scores.T.astype(np.int32, order="C")
    over -= over[O].copy()
    begin = np.full(len(flat), _LOW)
    for label in _INNER:
        np.maximum(begin, over[label] + (transitions[O, label] - transitions[O, O]), out=begin)
    inside = over[E_PER].copy()
    for label in (I_PER, I_ADDR, I_ORG):
        np.maximum(inside, over[label], out=inside)
    text = flat != PAD
    may_begin = (begin > -margin) & text
    start, end = _stretches(may_begin | ((inside > -margin) & text))
    begins = np.append(np.flatnonzero(may_begin), len(flat))
    start = begins[np.searchsorted(begins, start)]
    some = start < end
    near = _within(start[some], end[some], len(flat))
    near &= _may_be_worth_it(over, transitions)
    start, end = _stretches(near)
    order = np.argsort(start - end, kind="stable")
    return Segments(start[order], (end - start)[order])


def _stretches(held: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and end of the stretches that are held; not the first character nor the last."""
    edges = np.flatnonzero(held[1:] != held[:-1]) + 1
    return edges[::2], edges[1::2]


def _within(start: NDArray[np.int64], end: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Which of `size` characters lie in the stretches."""
    change = np.zeros(size, np.int8)
    change[start] = 1
    change[end] -= 1
    return np.cumsum(change, dtype=np.int8).view(np.bool_)


def _may_be_worth_it(over: NDArray[np.int32], transitions: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which characters lie in a stretch that, as an entity of some kind, may be worth as much as O or more.

    A labelling with an entity that is worth less is not the best: with O in its place it would be worth more. An entity
    is worth at most its first character as a beginning, the others as the better inside, the steps between, and the
    best way in and out, all as compared with O. So with sums up to each character, one is in such a stretch if the
    best beginning up to it and the best end from it on are worth enough together.

    Args:
        over: by how much each label outscores O at each character: (labels, characters).
        transitions: [from, to], in the unit of the scores.
    """
    steps = transitions.astype(np.int64)
    before, after = (O, E_PER, I_ADDR, I_ORG), (O, *_INNER)
    worth = np.zeros(over.shape[1], np.bool_)
    for begin, inner in _INNER.items():
        last = inner[-1]
        most = max(int(steps[one, other]) for one in inner for other in inner)  # the best step within
        way = max(int(steps[one, begin] - steps[one, O]) for one in before)
        way += max(int(steps[begin, other]) for other in inner) - most
        way += max(int(steps[last, other] - steps[O, other]) for other in after)
        inside = over[inner[0]]
        for label in inner[1:]:
            inside = np.maximum(inside, over[label])
        total = np.cumsum(inside + (most - int(steps[O, O])), dtype=np.int64)
        best = np.maximum.accumulate(over[begin] - total)
        best += np.maximum.accumulate(total[::-1])[::-1]
        worth |= best >= -way
    return worth


def viterbi(scores: NDArray[np.int16], where: Segments, transitions: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The best labels of each character of the flat text; O outside the stretches."""
    labels = np.zeros(len(scores), np.uint8)
    if not where.start.size:
        return labels
    longest = int(where.length[0])
    alive = np.searchsorted(-where.length, -np.arange(longest), side="left").tolist()  # stretches longer than t
    firsts = [0, *np.cumsum(alive).tolist()]
    # All first characters of stretches, then all second ones, and so on; one row for each label.
    places = np.concatenate([where.start[:n] + t for t, n in enumerate(alive)])
    score = scores[places].T.astype(np.int32, order="C")[_ROWS]
    steps = transitions[_ROWS[:, None], _ROWS]
    # Which of the open labels was the best is kept in the lowest bits: of equal ones the first.
    to_open = (steps[_FROM_OPEN, _TO_OPEN] << _CHOICE_BITS) + np.arange(_OPEN - 1, -1, -1, dtype=np.int32)[:, None]
    to_open = to_open[:, :, None]
    inside = np.arange(_INSIDE.start, _INSIDE.stop)
    from_begin, from_inside = steps[_BEGIN_OF, inside][:, None], steps[_INSIDE_OF, inside][:, None]
    best_open = np.empty((_OPEN, len(places)), np.int32)
    goes_on = np.empty((len(inside), len(places)), np.bool_)
    # The weight of the best labelling up to a character, by its label. Before a stretch stands O.
    now = score[:, : alive[0]] + steps[3][:, None]
    now[_INSIDE] = _LOW
    last = now.copy()
    for t in range(1, longest):
        n, low, high = alive[t], firsts[t], firsts[t + 1]
        if n < now.shape[1]:
            last[:, n : now.shape[1]] = now[:, n:]
            now = now[:, :n]
        best = ((now[_FROM_OPEN] << _CHOICE_BITS)[:, None] + to_open).max(axis=0, out=best_open[:, low:high])
        left, right = now.take(_BEGIN_OF, axis=0), now.take(_INSIDE_OF, axis=0)
        left += from_begin
        right += from_inside
        np.greater(right, left, out=goes_on[:, low:high])
        now = score[:, low:high]
        now[_TO_OPEN] += best >> _CHOICE_BITS
        now[_INSIDE] += np.maximum(left, right, out=left)
    last[:, : now.shape[1]] = now
    # After a stretch stands O: it may not end within an entity that has begun only.
    last[_AT_END] += steps[_AT_END, 3][:, None]
    row = last[_AT_END].argmax(axis=0)
    row += _AT_END.start
    back = np.empty((len(LABELS), len(places)), np.uint8)
    np.subtract(_LAST_OPEN, best_open & (_OPEN - 1), out=back[_TO_OPEN], casting="unsafe")
    back[_INSIDE] = np.where(goes_on, _INSIDE_OF[:, None], _BEGIN_OF[:, None])
    rows = np.empty(len(places), np.intp)
    which = np.arange(alive[0])
    for t in range(longest - 1, 0, -1):
        n, low = alive[t], firsts[t]
        rows[low : low + n] = row[:n]
        row[:n] = back[row[:n], which[:n] + low]
    rows[: alive[0]] = row
    labels[places] = _ROWS[rows]
    return labels


def spans(
    flat_labels: NDArray[np.uint8], scores: NDArray[np.int16], transitions: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The entities that labels mean: start, end (half-open), the label of the beginning, and the evidence.

    The evidence is by how much their labels outscore O in their place, in the unit of the scores. The labels are
    such as may follow each other, with O before and after them.
    """
    at = np.flatnonzero(flat_labels)
    label = flat_labels[at].astype(np.intp)
    first = np.flatnonzero((label >= B_PER) & (label <= B_ORG))
    start = at[first]
    if not first.size:
        return start, start, flat_labels[start], start
    here = scores[at].astype(np.int64)
    gain = here[np.arange(len(at)), label] - here[:, O]
    before = flat_labels[at - 1].astype(np.intp)
    steps = transitions.astype(np.int64)
    gain += steps[before, label] - steps[O, O]
    gain[first] += steps[O, O] - steps[before[first], O]
    last = np.append(first[1:], len(at)) - 1
    end = at[last] + 1
    after = flat_labels[end].astype(np.intp)
    evidence = np.add.reduceat(gain, first) + steps[label[last], after] - steps[O, after]
    return start, end, flat_labels[start], evidence
