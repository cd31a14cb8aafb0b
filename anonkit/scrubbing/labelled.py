"""How does text read in which earlier results stand as plain labels, and where was each of them?

A tagged value holds letters and digits that could be taken for something personal. So the search reads `<CN_MOBILE>`
in its place, which it knows to leave alone, and what it finds is put back to its place in the text as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anonkit.detect.block import PAD_BYTES, Ints
from anonkit.detect.candidates import Candidates

_A, _Z = b"AZ"
_OPENINGS = ((b"<",), (b"%3C", b"%3c"), (b"&lt;",), (b"\\u003c", b"\\u003C"))
_CHINESE = 0xE4
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Labelled:
    """The text with labels, and the results that they stand for; positions are those of padded blocks.

    first, last   where the labels are in `text`
    ends, shifts  from `ends` on, a position of `text` was `shifts` bytes further on
    """

    text: bytes
    first: Ints
    last: Ints
    shifts: Ints

    def without_results(self, found: Candidates) -> Candidates:
        """The findings that neither lie in an earlier result nor cut one; those that hold one and more are findings."""
        first, last = self.first, self.last
        begun = np.searchsorted(first, found.start)
        touched = np.searchsorted(first, found.end) - np.searchsorted(last, found.start, "right")
        inside = np.searchsorted(last, found.end, "right") - begun
        next_ = np.minimum(begun, len(first) - 1)
        is_one = (found.start == first[next_]) & (found.end == last[next_])
        return found.take((touched == inside) & ~is_one)

    def original(self, found: Candidates) -> Candidates:
        """The findings at their places in the text as it is."""
        start = found.start + self.shifts[np.searchsorted(self.last, found.start, "right")]
        end = found.end + self.shifts[np.searchsorted(self.last, found.end, "right")]
        return Candidates(start, end, found.rule, found.confidence)

    def at(self, positions: Ints) -> Ints:
        """Where positions of the text as it is are in the text with labels; none of them lies within a result."""
        ends = self.last + self.shifts[1:]
        moved: Ints = positions - self.shifts[np.searchsorted(ends, positions, "right")]
        return moved


def labelled(utf8: bytes, result_at: Callable[[bytes, int], tuple[int, bytes] | None]) -> Labelled | None:
    """`utf8` with labels in place of earlier results; None where there are none, which is told quickly.

    result_at  where the result that begins at a bracket ends, and the label that it stands for; None for what only
               looks like a result, or is a label already
    """
    parts: list[bytes] = []
    first: list[int] = []
    last: list[int] = []
    shifts = [0]
    at = size = 0
    for opening in openings(utf8):
        result = result_at(utf8, opening) if opening >= at else None
        if result is None:
            continue
        end, label = result
        parts += (utf8[at:opening], label)
        size += opening - at
        first.append(size + PAD_BYTES)
        size += len(label)
        last.append(size + PAD_BYTES)
        at = end
        shifts.append(at - size)
    if not first:
        return None
    parts.append(utf8[at:])
    return Labelled(b"".join(parts), *(np.array(column, np.int64) for column in (first, last, shifts)))


def openings(utf8: bytes) -> list[int]:
    r"""Where a bracket of ours may open, ascending: `<`, `%3C`, `&lt;` or `\u003c`, before a letter."""
    raw = np.frombuffer(utf8, np.uint8)
    found = []
    for spellings in _OPENINGS:
        if spellings[0][0] not in utf8:
            continue
        first = np.flatnonzero(raw == spellings[0][0])
        for opening in spellings:
            at = first[first < len(raw) - len(opening)]
            for offset, byte in enumerate(opening[1:], 1):
                at = at[raw[at + offset] == byte]
            following = raw[at + len(opening)]
            found.append(at[((following >= _A) & (following <= _Z)) | (following >= _CHINESE)])
    ascending: list[int] = np.sort(np.concatenate([_NONE, *found])).tolist()
    return ascending
