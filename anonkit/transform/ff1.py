"""How is a number enciphered so that it stays within its domain? FF1 of NIST SP 800-38G.

FF1 is a Feistel network of ten rounds over strings of numerals; its round function is a CBC-MAC of a block cipher, AES
or SM4. Domains under a million are refused, as Revision 1 of the publication wants: in small ones enough pairs of
values and results give all the others away. FF3 was withdrawn by NIST and is not here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from anonkit.transform.blocks import BLOCK_BYTES, Blocks

LEAST_DOMAIN = 1_000_000
_ROUNDS = 10
_MOST_RADIX = 1 << 16
_RADICES = (10, 16)


class Ff1:
    """FF1 for strings of `length` numerals of one radix (2 to 65,536), under one key and tweak.

    A string is the number that it writes, its first numeral the highest. ValueError where there are fewer than two
    numerals or radix ** length is under a million.
    """

    __slots__ = ("_blocks", "_high", "_left", "_low", "_rounds", "_size_bytes", "length", "radix")

    def __init__(self, blocks: Blocks, radix: int, length: int, tweak: bytes = b"") -> None:
        if not 2 <= radix <= _MOST_RADIX or length < 2 or radix**length < LEAST_DOMAIN:  # noqa: PLR2004  of the standard
            raise ValueError(f"FF1 is only safe over {LEAST_DOMAIN:,} values and more; take more characters into it")
        self._blocks, self.radix, self.length = blocks, radix, length
        shorter = length // 2
        self._high: int = radix**shorter
        self._low: int = radix ** (length - shorter)
        half_bytes = ((self._low - 1).bit_length() + 7) // 8
        self._size_bytes = 4 * ((half_bytes + 3) // 4) + 4
        header = b"\x01\x02\x01%b\x0a%c" % (radix.to_bytes(3), shorter % 256)
        header += length.to_bytes(4) + len(tweak).to_bytes(4)
        text = header + tweak + bytes(-(len(tweak) + half_bytes + 1) % BLOCK_BYTES)
        # The MAC of what is the same in all rounds; what is left of it stands in the blocks with round and half.
        whole = len(text) // BLOCK_BYTES * BLOCK_BYTES
        left_bytes = (len(text) - whole + 1 + half_bytes) // BLOCK_BYTES * BLOCK_BYTES
        self._left = left_bytes
        first = int.from_bytes(text[whole:]) << 8 * (half_bytes + 1)
        state = int.from_bytes(self._mac(bytes(BLOCK_BYTES), text[:whole]))
        first ^= state << 8 * (left_bytes - BLOCK_BYTES)
        self._rounds = tuple(first ^ number << 8 * half_bytes for number in range(_ROUNDS))

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds its key and is not pickled")

    def encrypt(self, numerals: Sequence[int]) -> list[int]:
        """The numerals enciphered, as many as came in."""
        return self._numerals(self.encrypt_number(self._number(numerals)))

    def decrypt(self, numerals: Sequence[int]) -> list[int]:
        """The numerals that `encrypt` gave these for."""
        return self._numerals(self.decrypt_number(self._number(numerals)))

    def encrypt_number(self, number: int) -> int:
        """The same for the number, 0 <= number < radix ** length, that the numerals write."""
        high, low = divmod(number, self._low)
        pick, rounds = self._picked, self._rounds
        for even in range(0, _ROUNDS, 2):
            high = (high + pick(rounds[even] ^ low)) % self._high
            low = (low + pick(rounds[even + 1] ^ high)) % self._low
        return high * self._low + low

    def decrypt_number(self, number: int) -> int:
        """The number that `encrypt_number` gave this one for."""
        high, low = divmod(number, self._low)
        pick, rounds = self._picked, self._rounds
        for even in range(_ROUNDS - 2, -1, -2):
            low = (low - pick(rounds[even + 1] ^ high)) % self._low
            high = (high - pick(rounds[even] ^ low)) % self._high
        return high * self._low + low

    def _picked(self, text: int) -> int:
        """The round function: the number y of the standard for the last blocks of its text."""
        if self._left == BLOCK_BYTES:
            mac = self._blocks(text.to_bytes(BLOCK_BYTES))
        else:
            mac = self._mac(bytes(BLOCK_BYTES), text.to_bytes(self._left))
        if self._size_bytes <= BLOCK_BYTES:
            return int.from_bytes(mac[: self._size_bytes])
        start = int.from_bytes(mac)
        more = b"".join(
            (start ^ count).to_bytes(BLOCK_BYTES) for count in range(1, -(-self._size_bytes // BLOCK_BYTES))
        )
        return int.from_bytes((mac + self._blocks(more))[: self._size_bytes])

    def _mac(self, state: bytes, text: bytes) -> bytes:
        for at in range(0, len(text), BLOCK_BYTES):
            block = int.from_bytes(state) ^ int.from_bytes(text[at : at + BLOCK_BYTES])
            state = self._blocks(block.to_bytes(BLOCK_BYTES))
        return state

    def _number(self, numerals: Sequence[int]) -> int:
        if len(numerals) != self.length or not all(0 <= numeral < self.radix for numeral in numerals):
            raise ValueError(f"this cipher is made for {self.length} numerals from 0 to {self.radix - 1}")
        number = 0
        for numeral in numerals:
            number = number * self.radix + numeral
        return number

    def _numerals(self, number: int) -> list[int]:
        numerals = []
        for _ in range(self.length):
            number, numeral = divmod(number, self.radix)
            numerals.append(numeral)
        return numerals[::-1]


class Permutation:
    """A keyed permutation of the numbers 0 to size - 1, for any size from a million on.

    Where size is a power of 10 or 16, it is FF1 with this radix. Else it is FF1 over an even number of numerals of the
    least radix that holds the size, and a result beyond it is enciphered again until it lies within ("cycle walking",
    Black and Rogaway 2002), which keeps it a permutation. Such a radix overshoots by less than 2 %, so that the walk
    hardly ever takes a second step.
    """

    __slots__ = ("_cipher", "size")

    def __init__(self, blocks: Blocks, size: int, tweak: bytes = b"") -> None:
        if size < LEAST_DOMAIN:
            raise ValueError(f"FF1 is only safe over {LEAST_DOMAIN:,} values and more; take more characters into it")
        self.size = size
        self._cipher = Ff1(blocks, *_numeral_system(size), tweak)

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds its key and is not pickled")

    def encrypt(self, number: int) -> int:
        """Where the permutation takes a number, 0 <= number < size."""
        self._check(number)
        number = self._cipher.encrypt_number(number)
        while number >= self.size:
            number = self._cipher.encrypt_number(number)
        return number

    def decrypt(self, number: int) -> int:
        """The number that the permutation takes to this one."""
        self._check(number)
        number = self._cipher.decrypt_number(number)
        while number >= self.size:
            number = self._cipher.decrypt_number(number)
        return number

    def _check(self, number: int) -> None:
        if not 0 <= number < self.size:
            raise ValueError(f"this permutation is one of the numbers 0 to {self.size - 1}")


def _numeral_system(size: int) -> tuple[int, int]:
    """Radix and length for a size: radix ** length >= size, with as little to spare as can be."""
    for radix in _RADICES:
        length = 0
        while radix**length < size:
            length += 1
        if radix**length == size:
            return radix, length
    length = 2
    while (_MOST_RADIX - 1) ** length < size:
        length += 2
    return bisect_left(range(_MOST_RADIX), size, key=lambda radix: int(radix**length)), length
