"""A block of lines as bytes and as bitmaps: what every part of the search looks at.

Newlines stand before and after the text, `PAD_BYTES` of them, so that every neighbour and every short window exists.
Positions are those of this padded buffer.

A bitmap says for each position whether a byte of some class stands there, 64 positions a word. Bytes are compared, and
bitmaps combined, many at a time; look-ups in a table are made one by one, so tables serve a few thousand rows.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Bitmap = npt.NDArray[np.uint64]
ByteSet = frozenset[int]

PAD_BYTES = 64
NEWLINE = 10
_PADDING = b"\n" * PAD_BYTES
_ALL = frozenset(range(256))
_WORD_BITS = 64

DIGITS: ByteSet = frozenset(b"0123456789")
HEX: ByteSet = DIGITS | frozenset(b"ABCDEFabcdef")


class Block:
    """A padded block. What is asked of it is computed once, when it is asked for."""

    def __init__(self, text: bytes) -> None:
        fill = -len(text) % _WORD_BITS
        self.buffer = b"".join((_PADDING, text, _PADDING, b"\n" * fill))
        self.raw: Bytes = np.frombuffer(self.buffer, np.uint8)
        self._runs: dict[tuple[ByteSet, int], Bitmap] = {}
        self._positions: dict[int, Ints] = {}

    def __len__(self) -> int:
        return len(self.buffer)

    def run(self, members: ByteSet, count: int = 1) -> Bitmap:
        """At which positions `count` bytes of `members` begin."""
        key = (members, count)
        known = self._runs.get(key)
        if known is None:
            if count == 1:
                known = self._class(members)
            else:
                first = count // 2
                known = self.run(members, first) & shifted(self.run(members, count - first), first)
            self._runs[key] = known
        return known

    def has_run(self, members: ByteSet, count: int) -> bool:
        """Whether `run` has been computed already."""
        return (members, count) in self._runs

    def positions(self, byte: int) -> Ints:
        """Where `byte` stands, ascending."""
        known = self._positions.get(byte)
        if known is None:
            known = self._positions[byte] = np.flatnonzero(self.raw == byte)
        return known

    def sequences(self, needle: bytes) -> Ints:
        """Where `needle`, of two bytes and more, stands, ascending; faster than bytes.find for such short ones."""
        if any(needle[i : i + 1] not in self.buffer for i in range(len(needle))):
            return np.empty(0, np.int64)
        found = self.run(frozenset(needle[:1]))
        for i in range(1, len(needle)):
            found = found & shifted(self.run(frozenset(needle[i : i + 1])), i)
        return where(found)

    @property
    def newlines(self) -> Ints:
        """Where lines end; the padding is newlines too."""
        return self.positions(NEWLINE)

    def ahead(self, start: Ints, width: int) -> Bytes:
        """The `width` bytes from each start on, one row each; `width` is at most PAD_BYTES."""
        return _windows(self.raw, width)[start]

    def behind(self, end: Ints, width: int) -> Bytes:
        """The `width` bytes before each end, one row each; `width` is at most PAD_BYTES."""
        return _windows(self.raw, width)[end - width]

    def holds(self, byte: int, start: Ints, end: Ints) -> Mask:
        """In which of the ranges [start, end) `byte` stands."""
        return between(self.positions(byte), start, end)

    def _class(self, members: ByteSet) -> Bitmap:
        others = _ALL - members
        if self.has_run(others, 1):
            return ~self.run(others)
        ranges, complement = _ranges(members), _ranges(others)
        if len(complement) < len(ranges):
            return ~self.run(others)
        # functions, not operators: those look for a temporary array to reuse, which takes longer than the work
        found: Mask | None = None
        for low, high in ranges:
            if low == high:
                one = np.equal(self.raw, low)
            else:
                shift = np.subtract(self.raw, np.uint8(low))
                one = np.less_equal(shift, np.uint8(high - low), out=shift.view(np.bool_))
            found = one if found is None else np.logical_or(found, one, out=found)
        if found is None:
            found = np.zeros(len(self.raw), np.bool_)
        return np.packbits(found, bitorder="little").view(np.uint64)


def shifted(bitmap: Bitmap, distance: int) -> Bitmap:
    """For each position, what the bitmap says `distance` positions further on, or, where negative, before."""
    words, bits = divmod(distance, _WORD_BITS)
    if words == 0 and bits:
        found = bitmap >> np.uint64(bits)
        found[:-1] |= bitmap[1:] << np.uint64(_WORD_BITS - bits)
        return found
    found = np.zeros_like(bitmap)
    size = len(bitmap)
    low, high = max(0, -words), min(size, size - words)
    if high > low:
        found[low:high] = bitmap[low + words : high + words] >> np.uint64(bits)
    if bits:
        low, high = max(0, -words - 1), min(size, size - words - 1)
        found[low:high] |= bitmap[low + words + 1 : high + words + 1] << np.uint64(_WORD_BITS - bits)
    return found


def holds_at(bitmap: Bitmap, positions: Ints) -> Mask:
    """What the bitmap says at each of the positions."""
    held: Mask = (bitmap[positions >> 6] >> (positions & 63).astype(np.uint64)) & np.uint64(1) != 0
    return held


def between(positions: Ints, start: Ints, end: Ints) -> Mask:
    """In which of the ranges [start, end) one of the ascending positions lies."""
    held: Mask = np.searchsorted(positions, start) < np.searchsorted(positions, end)
    return held


def is_in(values: Ints, known: Ints) -> Mask:
    """Which of the values are among the known ones."""
    if not len(known):
        return np.zeros(len(values), bool)
    known = np.sort(known)
    found: Mask = known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
    return found


def distinct(values: Ints) -> Ints:
    """The values, each once, ascending; numpy's `unique` would load a package of 10 ms for it."""
    values = np.sort(values)
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def where(bitmap: Bitmap) -> Ints:
    """The positions at which a bitmap holds, ascending."""
    words = np.flatnonzero(bitmap != 0)
    if not len(words):
        return words
    within = np.flatnonzero(np.unpackbits(bitmap[words].view(np.uint8), bitorder="little").view(bool))
    positions: Ints = words[within >> 6] * _WORD_BITS + (within & 63)
    return positions


@functools.lru_cache(maxsize=512)
def table(members: bytes | ByteSet) -> Mask:
    """For each of the 256 bytes, whether it is one of `members`."""
    found = np.zeros(256, bool)
    found[list(members)] = True
    found.setflags(write=False)  # whoever asks for the same class gets the same table
    return found


def _windows(raw: Bytes, width: int) -> Bytes:
    # what sliding_window_view gives, at a tenth of its price
    return np.ndarray((len(raw) - width + 1, width), np.uint8, raw, 0, (1, 1))


LETTERS = table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
ALNUM = LETTERS | table(DIGITS)


@functools.lru_cache(maxsize=1024)
def _ranges(members: ByteSet) -> tuple[tuple[int, int], ...]:
    """`members` as inclusive ranges."""
    found: list[tuple[int, int]] = []
    for byte in sorted(members):
        if found and byte == found[-1][1] + 1:
            found[-1] = (found[-1][0], byte)
        else:
            found.append((byte, byte))
    return tuple(found)
