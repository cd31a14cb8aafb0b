"""Where do the names of a list stand in a block, however many there are?

A name can begin at a character that is not ASCII, or where a word begins. Which of these places are worth a look is
told by the first three and the first six bytes there, for all places at once: what a list says of such a beginning is
asked once and remembered, in a table of a fixed size. What is left is compared as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from anonkit.detect.block import ALNUM, Bytes, Ints, Mask, distinct
from anonkit.detect.names.finder import Name

HEADS = (2, 3, 6)
"""Bytes: of the beginnings that a list is asked for; a name is looked for behind the longest that fits into it."""
_MEMO_BITS = {2: 12, 3: 16, 6: 18}
_PAD = bytes(8)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_FIRST_OTHER, _FIRST_LEAD = 0x80, 0xC0
# Letters that are not ASCII and stand in words with gaps between them: Latin, Greek, Cyrillic, Armenian (U+00C0-U+057F)
_LEAD_OF_LETTER = range(0xC3, 0xD6)


_Keys = npt.NDArray[np.uint64]


class Book(Protocol):
    """A list of names in UTF-8, to be asked."""

    @property
    def lengths(self) -> frozenset[tuple[bool, int]]:
        """The lengths of its names in bytes, each with whether their first byte is ASCII."""

    def begins(self, head: bytes) -> bool:
        """Whether `head` is one of the `heads` of its names."""

    def lengths_behind(self, head: bytes) -> Sequence[int]:
        """The lengths in bytes, the longest first, of names whose longest head this may be."""

    def entity(self, name: bytes) -> str | None:
        """What the name is (PERSON, ADDRESS, ORGANIZATION); None where it is not in the list."""


class Matcher:
    """Finds the names of a book. Remembers what the book says of beginnings: a bounded memory, of this process."""

    def __init__(self, book: Book) -> None:
        """Remembers nothing yet."""
        self._book = book
        self._memos = {size: _Memo(size) for size in HEADS}
        self._ascii = by_head(length for is_ascii, length in book.lengths if is_ascii)
        self._other = by_head(length for is_ascii, length in book.lengths if not is_ascii)
        self._first = np.array([byte < _FIRST_OTHER and book.begins(bytes([byte])) for byte in range(256)], bool)

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position, with confidence 1.

        Names that overlap one another and are the same kind of thing are one; other overlaps stay.
        """
        if not self._ascii and block.isascii():
            return []
        data = block + _PAD
        raw = np.frombuffer(data, np.uint8)
        spans: list[tuple[int, int, str]] = []
        if self._other:
            spans += self._at(data, np.flatnonzero(raw >= _FIRST_LEAD), self._other)
        if self._ascii:
            spans += self._at(data, _word_starts(raw, self._first), self._ascii)
        return _united(spans)

    def _at(self, data: bytes, starts: Ints, by_head: dict[int, tuple[int, ...]]) -> list[tuple[int, int, str]]:
        """The names that begin at the places."""
        heads = np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))[starts]
        spans: list[tuple[int, int, str]] = []
        for size, lengths in by_head.items():
            good = self._memos[size].holds(heads & np.uint64((1 << 8 * size) - 1), self._book.begins)
            if lengths:
                spans += self._compared(data, starts[good].tolist(), size)
            if size > HEADS[0]:  # what is longer begins with one of these
                starts, heads = np.take(starts, good), np.take(heads, good)
        return spans

    def _compared(self, data: bytes, starts: list[int], size: int) -> list[tuple[int, int, str]]:
        """The names that begin at the places."""
        spans = []
        entity_of, lengths_behind = self._book.entity, self._book.lengths_behind
        for start in starts:
            for length in lengths_behind(data[start : start + size]):
                entity = entity_of(data[start : start + length])
                if entity is not None and not _cuts_a_word(data, start, start + length):
                    spans.append((start, start + length, entity))
        return spans


class _Memo:
    """What a book has said of beginnings of one size: a table whose slots hold the last that fell into each."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._shift = np.uint64(64 - _MEMO_BITS[size])
        self._slots = np.zeros(1 << _MEMO_BITS[size], np.uint64)  # beginning << 8 | whether a name begins so

    def holds(self, keys: _Keys, begins: Callable[[bytes], bool]) -> Ints:
        """Where the beginnings, as numbers, stand that the book knows."""
        slots = self._slots_of(keys)
        said = np.take(self._slots, slots)
        new = np.flatnonzero(np.not_equal(said >> np.uint64(8), keys))
        said &= np.uint64(1)
        if new.size:
            asked = distinct(keys[new].view(np.int64)).view(np.uint64)
            answers = [begins(key.to_bytes(self._size, "little")) for key in asked.tolist()]
            answered = asked << np.uint64(8) | np.array(answers, np.uint64)
            self._slots[self._slots_of(asked)] = answered
            said[new] = answered[np.searchsorted(asked, keys[new])] & np.uint64(1)
        return np.flatnonzero(said)

    def _slots_of(self, keys: _Keys) -> Ints:
        slots: Ints = (keys * _SPREAD >> self._shift).view(np.int64)
        return slots


def heads(name: bytes) -> list[bytes]:
    """The beginnings of a name that a book of it must know: of HEADS, and one byte of ASCII."""
    first = [name[:1]] if name[0] < _FIRST_OTHER else []
    return first + ([name[:size] for size in HEADS[1:] if size <= len(name)] or [name])


def by_head(lengths: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For the size of each head that is looked at, ascending, the lengths behind it, the longest first."""
    lengths = sorted(set(lengths), reverse=True)
    out = {}
    for size, following in zip(HEADS, (*HEADS[1:], None), strict=True):
        of_size = tuple(n for n in lengths if n >= size and (following is None or n < following))
        if of_size or (size > HEADS[0] and any(n >= size for n in lengths)):
            out[size] = of_size
    return out


def _word_starts(raw: Bytes, first: Mask) -> Ints:
    """Where one of the bytes `first` stands, but for letters and digits behind letters and digits."""
    at = np.flatnonzero(np.take(first, raw))
    inside = ALNUM[raw[at]] & ALNUM[raw[at - 1]]
    inside[:1] &= at[:1] > 0
    return at[~inside]


def _cuts_a_word(data: bytes, start: int, end: int) -> bool:
    """Whether a letter or digit of an alphabet stands at an edge of the name, with another beside it."""
    return (_begins_letter(data, start) and _ends_letter(data, start)) or (
        _ends_letter(data, end) and _begins_letter(data, end)
    )


def _begins_letter(data: bytes, at: int) -> bool:
    """Whether a letter or digit of an alphabet begins there."""
    return bool(ALNUM[data[at]]) or data[at] in _LEAD_OF_LETTER


def _ends_letter(data: bytes, at: int) -> bool:
    """Whether a letter or digit of an alphabet ends there."""
    if not at:
        return False
    before = data[at - 1]
    return bool(ALNUM[before]) or (before >= _FIRST_OTHER and at > 1 and data[at - 2] in _LEAD_OF_LETTER)


def _united(spans: Sequence[tuple[int, int, str]]) -> list[Name]:
    """The spans as names, sorted; those of one entity that overlap are one."""
    out: list[Name] = []
    last: dict[str, int] = {}
    for start, end, entity in sorted(spans):
        row = last.get(entity)
        if row is not None and start < out[row].end:
            out[row] = Name(out[row].start, max(end, out[row].end), entity, 1.0)
        else:
            last[entity] = len(out)
            out.append(Name(start, end, entity, 1.0))
    return out
