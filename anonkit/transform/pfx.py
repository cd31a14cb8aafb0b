"""How is an address enciphered so that equal prefixes stay equal? ipcrypt-pfx of draft-denis-ipcrypt.

Each bit is flipped or not, as a pseudorandom function of the bits before it says: the exclusive or of two block
ciphers under two keys, which is a better function than the one cipher of Crypto-PAn (Xu and others, ICNP 2002), with
the same result: addresses that share n bits, and not the next, give addresses that do. AES-128 twice as published, or
SM4 in its place.
"""

from __future__ import annotations

from functools import lru_cache

from anonkit.transform.blocks import BLOCK_BYTES, Blocks

BITS = 128
V4_BITS = 32
V4_START = BITS - V4_BITS
_V4_MAPPED = 0xFFFF << V4_BITS
_PIECE_BITS = 16
_MOST_PIECES = 1 << 16
_TO_BIT = bytes(48 + byte % 2 for byte in range(256))  # b"0" or b"1": the last bit


class PrefixCipher:
    """Enciphers addresses of 128 bits under two keys; an IPv4 address is ::ffff:a.b.c.d, of which 96 bits stay.

    What the 16 bits of a piece are flipped by is kept for the last 65,536 pieces: addresses of a log share most.
    """

    def __init__(self, first: Blocks, second: Blocks) -> None:
        self._first, self._second = first, second
        self._piece = lru_cache(_MOST_PIECES)(self._flips)

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds its key and is not pickled")

    def encrypt(self, address: int, start: int = 0) -> int:
        """The address with the bits from `start` on enciphered."""
        flips = 0
        for at in range(start - start % _PIECE_BITS, BITS, _PIECE_BITS):
            left = BITS - _PIECE_BITS - at
            flips |= self._piece(at, address >> left + 1) << left
        return address ^ flips & (1 << BITS - start) - 1

    def decrypt(self, address: int, start: int = 0) -> int:
        """The address that `encrypt` gave this one for."""
        prefix = address >> BITS - start
        for at in range(start, BITS):
            block = (1 << at | prefix).to_bytes(BLOCK_BYTES)
            flip = self._first(block)[-1] ^ self._second(block)[-1]
            prefix = prefix << 1 | (address >> BITS - 1 - at ^ flip) & 1
        return prefix

    def encrypt_v4(self, address: int) -> int:
        """The same for 32 bits."""
        return self.encrypt(_V4_MAPPED | address, V4_START) & (1 << V4_BITS) - 1

    def decrypt_v4(self, address: int) -> int:
        """The same for 32 bits."""
        return self.decrypt(_V4_MAPPED | address, V4_START) & (1 << V4_BITS) - 1

    def _flips(self, at: int, known: int) -> int:
        """Which of the 16 bits from `at` on are flipped; `known` are the bits up to the last of them.

        A block holds a prefix with a one before it (draft-denis-ipcrypt, "pad_prefix").
        """
        blocks = b"".join(
            (1 << at + bit | known >> _PIECE_BITS - 1 - bit).to_bytes(BLOCK_BYTES) for bit in range(_PIECE_BITS)
        )
        last = slice(BLOCK_BYTES - 1, None, BLOCK_BYTES)
        both = int.from_bytes(self._first(blocks)[last]) ^ int.from_bytes(self._second(blocks)[last])
        return int(both.to_bytes(_PIECE_BITS).translate(_TO_BIT), 2)
