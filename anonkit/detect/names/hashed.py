"""How is a sequence of characters looked up, for a whole block at once?

A key of 64 bits names the sequence. A table has one slot for each of the upper bits of a product of the key and a
check of a few more bits; two keys that share a slot cannot both be in it, so the maker of a table puts the more
important first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_STEP_ONE, _SPREAD_ONE, _WORD = int(_STEP), int(_SPREAD), (1 << 64) - 1
_CHECK_BITS = 12
_NUMBER_BITS = 20
MOST = (1 << _NUMBER_BITS) - 1
"""The highest number that a slot can hold."""


def longer(keys: NDArray[np.uint64], numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The keys of sequences one character longer: that of a sequence and its next character."""
    out = keys * _STEP
    out += numbers
    return out


def longer_one(key: int, number: int) -> int:
    """The same of one key, without arrays."""
    return (key * _STEP_ONE + number) & _WORD


@dataclass(frozen=True)
class HashTable:
    """Keys to numbers from 1 on; 0 is a key that is not there.

    Attributes:
        bits: the logarithm of the number of slots.
        slots: check << 20 | number.
    """

    bits: int
    slots: NDArray[np.uint32]

    @classmethod
    def of(cls, tops: NDArray[np.uint32], bits: int, numbers: NDArray[np.integer] | None = None) -> HashTable:
        """The table of keys known by their tops (see `tops`), no two of which share a slot.

        Args:
            tops: of the keys.
            bits: the logarithm of the number of slots.
            numbers: of each key, 1 to MOST; several keys may have the same. By default 1, 2, 3 and so on.

        Raises:
            ValueError: a number does not fit into a slot.
        """
        if numbers is None:
            numbers = np.arange(1, len(tops) + 1, dtype=np.int64)
        if numbers.size and not 1 <= int(numbers.min()) <= int(numbers.max()) <= MOST:
            raise ValueError(f"a hash table holds numbers from 1 to {MOST}")
        slots = np.zeros(1 << bits, np.uint32)
        check = (tops >> np.uint32(32 - bits - _CHECK_BITS)) & np.uint32((1 << _CHECK_BITS) - 1)
        slots[tops >> np.uint32(32 - bits)] = check << np.uint32(_NUMBER_BITS) | numbers.astype(np.uint32)
        return cls(bits, slots)

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """The number of each key; 0 where it is none."""
        found, differs = self._looked_up(keys)
        found &= np.uint32(MOST)
        found *= differs <= MOST
        return found

    def found(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
        """Which of the keys may be there, and their numbers, of which some may be 0; for where few are."""
        found, differs = self._looked_up(keys)
        at = np.flatnonzero(differs <= MOST)
        return at, found[at] & np.uint32(MOST)

    def _looked_up(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """What is in the slot of each key; and by what it differs from the key, above MOST unless it is there."""
        product = keys * _SPREAD
        slot = (product >> np.uint64(64 - self.bits)).view(np.int64)  # the type of indices: no copy is made
        found = np.take(self.slots, slot, mode="clip")
        product >>= np.uint64(32 - self.bits)  # the check where it stands in a slot; what is below counts for none
        differs = product.astype(np.uint32)
        differs ^= found
        return found, differs

    def find_one(self, key: int) -> int:
        """The same of one key, without arrays: the values of fields are asked for one by one."""
        top = (key * _SPREAD_ONE & _WORD) >> 32
        found = int(self.slots[top >> (32 - self.bits)])
        same = found >> _NUMBER_BITS == (top >> (32 - self.bits - _CHECK_BITS)) & ((1 << _CHECK_BITS) - 1)
        return found & MOST if same else 0


def tops(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The upper 32 bits of the products: what of a key is stored."""
    return ((keys * _SPREAD) >> np.uint64(32)).astype(np.uint32)


def without_collisions(keys: NDArray[np.uint64], bits: int) -> NDArray[np.intp]:
    """Which of the keys, the more important first, get a slot of their own; in order."""
    _, first = np.unique(tops(keys) >> np.uint32(32 - bits), return_index=True)
    return np.sort(first)
