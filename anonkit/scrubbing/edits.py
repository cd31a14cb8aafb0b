"""What is replaced in a text, and by what; and what two rounds of replacing come to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from anonkit.detect.block import Ints, Mask

_MANY = 4


@dataclass(frozen=True, slots=True)
class Edits:
    """Columns, one row an edit, sorted, not overlapping: [start, end) in bytes, number of the finding, replacement."""

    start: Ints
    end: Ints
    number: Ints
    texts: list[bytes]

    def __len__(self) -> int:
        return len(self.texts)

    def counts(self, entities: Sequence[str]) -> Counter[str]:
        """How many edits there are of each entity; the number of a finding is that of its entity here."""
        numbers: list[int] = np.bincount(self.number).tolist()
        return Counter({entities[number]: count for number, count in enumerate(numbers) if count})

    def spliced(self, text: bytes) -> bytes:
        """The text with the replacements in their places."""
        begins, ends = np.append(0, self.end), np.append(self.start, len(text))
        left = np.flatnonzero(begins < ends)
        if len(left) * _MANY < len(self):  # hardly anything is left of it: a column of numbers
            return b"".join(self._nearly_all(text, left.tolist()))
        parts = [b""] * (2 * len(begins) - 1)
        parts[::2] = [text[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
        parts[1::2] = self.texts
        return b"".join(parts)

    def _nearly_all(self, text: bytes, left: Sequence[int]) -> Iterator[bytes]:
        """The replacements, and before those with these numbers, ascending, what is left of the text there."""
        done = 0
        for row in left:
            yield from self.texts[done:row]
            yield text[self.end[row - 1] if row else 0 : self.start[row] if row < len(self) else len(text)]
            done = row
        yield from self.texts[done:]

    def at(self, positions: Ints) -> Ints:
        """Where positions that lie within no edit are in what these edits make."""
        sizes = np.array([len(t) for t in self.texts], np.int64)
        grown = np.concatenate(([0], np.cumsum(sizes - (self.end - self.start))))
        moved: Ints = positions + grown[np.searchsorted(self.end, positions, "right")]
        return moved

    def taken(self, rows: Ints | Mask) -> Edits:
        """Some of the edits."""
        keep = np.arange(len(self.texts))[rows]
        return Edits(self.start[keep], self.end[keep], self.number[keep], [self.texts[row] for row in keep.tolist()])

    def apart_from_written(self, second: Edits) -> Edits:
        """The second edits, of what these made, that touch nothing that these wrote."""
        begins, ends = self._made()
        wrote = ends > begins
        touched = np.searchsorted(begins[wrote], second.end) - np.searchsorted(ends[wrote], second.start, "right")
        return second.taken(touched <= 0)

    def origin(self, span: tuple[int, int]) -> tuple[int, int] | None:
        """Where a range of what these edits made was before; None where they made some of it."""
        begins, ends = self._made()
        row = int(np.searchsorted(ends, span[0], "right"))
        if row < int(np.searchsorted(begins, span[1])):
            return None
        shift = int(ends[row - 1] - self.end[row - 1]) if row else 0
        return span[0] - shift, span[1] - shift

    def _made(self) -> tuple[Ints, Ints]:
        """Where the replacements begin and end in what these edits made."""
        sizes = np.array([len(t) for t in self.texts], np.int64)
        grown = np.concatenate(([0], np.cumsum(sizes - (self.end - self.start))))[:-1]
        begins: Ints = self.start + grown
        return begins, begins + sizes

    def then(self, text: bytes, second: Edits) -> Edits:
        """One set of edits of `text` that comes to these, and then `second` of what they made of it.

        A second edit and the first ones that it touches become one, counted as the second.
        """
        if not len(second):
            return self
        first = list(zip(self.start.tolist(), self.end.tolist(), self.number.tolist(), self.texts, strict=True))
        made_begins, made_ends = self._made()
        begins, ends = made_begins.tolist(), made_ends.tolist()
        shift = [0, *(made_ends - self.end).tolist()]  # before each edit, and at the end
        made = self.spliced(text)
        rows: list[tuple[int, int, int, bytes]] = []
        done = 0  # of the first edits
        row = 0
        while row < len(second):
            low, last = int(second.start[row]), row
            left, right = bisect_left(ends, low), bisect_right(begins, int(second.end[row]))
            while last + 1 < len(second) and bisect_left(ends, int(second.start[last + 1])) < right:
                last += 1
                right = max(right, bisect_right(begins, int(second.end[last])))
            high = int(second.end[last])
            head = min(low, begins[left]) if left < right else low
            tail = max(high, ends[right - 1]) if left < right else high
            start = first[left][0] if left < right and head == begins[left] else head - shift[left]
            end = first[right - 1][1] if left < right and tail == ends[right - 1] else tail - shift[right]
            part = second.rows(row, last + 1, head).spliced(made[head:tail])
            rows += [*first[done:left], (start, end, int(second.number[row]), part)]
            done, row = right, last + 1
        rows += first[done:]
        places = np.array([r[:3] for r in rows], np.int64)
        return Edits(places[:, 0], places[:, 1], places[:, 2], [r[3] for r in rows])

    def rows(self, first: int, last: int, origin: int) -> Edits:
        """Some of the edits, of the text from `origin` on."""
        rows = slice(first, last)
        return Edits(self.start[rows] - origin, self.end[rows] - origin, self.number[rows], self.texts[rows])
