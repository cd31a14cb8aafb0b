"""Which of many is drawn for a value? The same one every time, as the key says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from anonkit.model import CipherName
from anonkit.transform.digests import KeyedHash

_T = TypeVar("_T")
_LEAST_LEFT = 1 << 64


class Draws:
    """Numbers that follow from a key and a value: those of an HMAC, taken as one large number.

    As long as 64 bits and more of it are left, a draw from n is fair to within n / 2**64; then the next block of the
    HMAC, with a higher count, goes on.
    """

    def __init__(self, block: Callable[[int], int]) -> None:
        self._block = block
        self._count, self._left = 0, 0

    def below(self, size: int) -> int:
        """A number from 0 to size - 1."""
        if self._left < _LEAST_LEFT:
            self._left = self._block(self._count)
            self._count += 1
        self._left, drawn = divmod(self._left, size)
        return drawn

    def one(self, of: Sequence[_T]) -> _T:
        """One of several."""
        return of[self.below(len(of))]


def drawer(key: bytes, cipher: CipherName) -> Callable[[str, int], Draws]:
    """From a value and the number of the attempt to its draws, with HMAC-SHA-256, or HMAC-SM3 beside SM4."""
    keyed = KeyedHash(cipher, key)

    def draws(value: str, attempt: int) -> Draws:
        text = value.encode()

        def block(count: int) -> int:
            return int.from_bytes(keyed.digest(b"%d.%d." % (attempt, count) + text))

        return Draws(block)

    return draws
