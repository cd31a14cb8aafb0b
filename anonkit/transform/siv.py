"""How are many values enciphered so that the same value gives the same bytes, and a change is noticed?

Deterministic authenticated encryption in the SIV mode of RFC 5297: a MAC over the value (S2V, made of CMACs) is the
start of the counter under which it is enciphered, and what restoring checks. Over AES the mode is the library's. Over
SM4, for which it has none, the mode is made here of its SM4 for whole blocks, of many values at once: one after the
other they would cost six times as much. Tests hold that construction, over AES, against RFC 5297 and the library's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hmac import compare_digest

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.cmac import CMAC
from numpy.typing import NDArray

from anonkit.errors import TokenError
from anonkit.model import CipherName
from anonkit.transform.blocks import BLOCK_BYTES, BlockAlgorithm, blocks_of

KEY_BYTES: dict[CipherName, int] = {"aes": 64, "sm4": 32}
"""What keys for Siv have: one half for the MAC, the other for the cipher (AES-256, or SM4, which has 128 bits)."""

# Longer values, and few of a length, are cheaper one after the other (python -m bench.transforms).
_MOST_BLOCKS = 16
_LEAST_VALUES = 16
_MOST_VALUES = 1024  # at once, which stay in the processor's cache
_REDUCTION = 0x87  # of dbl, RFC 5297, section 2.3
_WITHOUT_CARRIES = (1 << 128) - 1 ^ (1 << 63 | 1 << 31)  # of the counter, section 2.5
_WRONG = "a tagged value belongs to another key, or was changed after it was made."

_Bytes = NDArray[np.uint8]


class Siv:
    """Enciphers values of one key: 16 bytes of synthetic IV, and as many bytes as the value has.

    key  as many bytes as `KEY_BYTES` says; ValueError for others

    The same value gives the same bytes, so who sees two knows whether they are equal, and how long they are. Any thread
    may use it.
    """

    __slots__ = ("decrypt", "encrypt_many")

    encrypt_many: Callable[[Sequence[bytes]], list[bytes]]
    """What each value gives, in their order."""
    decrypt: Callable[[bytes], bytes]
    """The value that gave these bytes; raises TokenError where no value did under this key."""

    def __init__(self, cipher: CipherName, key: bytes) -> None:
        if len(key) != KEY_BYTES[cipher]:
            raise ValueError(f"{cipher} in the SIV mode wants a key of {KEY_BYTES[cipher]} bytes.")
        mode = AesSiv(key) if cipher == "aes" else BlockSiv(algorithms.SM4, key)
        self.encrypt_many, self.decrypt = mode.encrypt_many, mode.decrypt

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds its key and is not pickled.")


class AesSiv:
    """The library's mode."""

    __slots__ = ("_mode",)

    def __init__(self, key: bytes) -> None:
        self._mode = AESSIV(key)

    def encrypt_many(self, values: Sequence[bytes]) -> list[bytes]:
        """What each value gives, in their order."""
        encrypt = self._mode.encrypt
        return [encrypt(value, None) for value in values]

    def decrypt(self, data: bytes) -> bytes:
        """The value that gave these bytes; raises TokenError where no value did under this key."""
        try:
            return self._mode.decrypt(data, None)
        except InvalidTag:
            raise TokenError(_WRONG) from None


class BlockSiv:
    """The mode over any cipher with blocks of 16 bytes.

    algorithm   takes half of the key
    associated  bytes that the values are bound to (the associated data of RFC 5297)
    """

    __slots__ = ("_cipher_key", "_first", "_last", "_mac", "_mac_key", "_of_short")

    def __init__(
        self,
        algorithm: Callable[[bytes], BlockAlgorithm],
        key: bytes,
        associated: Iterable[bytes] = (),
    ) -> None:
        half = len(key) // 2
        self._mac_key, self._cipher_key = algorithm(key[:half]), algorithm(key[half:])
        self._mac = CMAC(self._mac_key)
        start = int.from_bytes(self._cmac(bytes(BLOCK_BYTES)))
        for data in associated:
            start = _doubled(start) ^ int.from_bytes(self._cmac(data))
        subkey = _doubled(int.from_bytes(blocks_of(self._mac_key)(bytes(BLOCK_BYTES))))
        self._first = start.to_bytes(BLOCK_BYTES)
        self._of_short = _doubled(start).to_bytes(BLOCK_BYTES)
        # for a last block that is whole, and for one that is padded (NIST SP 800-38B)
        self._last = _array([subkey, _doubled(subkey)])

    def encrypt_many(self, values: Sequence[bytes]) -> list[bytes]:
        """What each value gives, in their order."""
        rows_of: dict[int, list[int]] = defaultdict(list)
        for row, value in enumerate(values):
            rows_of[(len(value) + BLOCK_BYTES - 1) // BLOCK_BYTES].append(row)
        results = [b""] * len(values)
        for blocks, rows in rows_of.items():
            for first in range(0, len(rows), _MOST_VALUES):
                part = rows[first : first + _MOST_VALUES]
                group = [values[row] for row in part]
                at_once = 0 < blocks <= _MOST_BLOCKS and len(group) >= _LEAST_VALUES
                enciphered = self._at_once(group, blocks) if at_once else map(self._one, group)
                for row, result in zip(part, enciphered, strict=True):
                    results[row] = result
        return results

    def decrypt(self, data: bytes) -> bytes:
        """The value that gave these bytes; raises TokenError where no value did under this key."""
        iv = data[:BLOCK_BYTES]
        value = self._counter(iv, data[BLOCK_BYTES:])
        if not compare_digest(self._vector(value), iv):
            raise TokenError(_WRONG)
        return value

    def _one(self, value: bytes) -> bytes:
        iv = self._vector(value)
        return iv + self._counter(iv, value)

    def _vector(self, value: bytes) -> bytes:
        """The synthetic IV of a value: S2V of RFC 5297, section 2.4."""
        if len(value) < BLOCK_BYTES:
            padded = (value + b"\x80").ljust(BLOCK_BYTES, b"\0")
            return self._cmac(_xor(self._of_short, padded))
        last = len(value) - BLOCK_BYTES
        return self._cmac(value[:last], _xor(self._first, value[last:]))

    def _counter(self, iv: bytes, data: bytes) -> bytes:
        start = (int.from_bytes(iv) & _WITHOUT_CARRIES).to_bytes(BLOCK_BYTES)
        return Cipher(self._cipher_key, modes.CTR(start)).encryptor().update(data)

    def _cmac(self, *parts: bytes) -> bytes:
        mac = self._mac.copy()
        for part in parts:
            mac.update(part)
        return mac.finalize()

    def _at_once(self, values: list[bytes], blocks: int) -> list[bytes]:
        """The same for values that fill as many blocks, the last one whole or in part."""
        count, width = len(values), blocks * BLOCK_BYTES
        sizes = np.fromiter(map(len, values), np.int64, count)
        joined = np.frombuffer(b"".join(value.ljust(width, b"\0") for value in values), np.uint8)
        joined = joined.reshape(count, width)
        iv = self._vectors(joined, sizes)
        stream = self._streams(iv, blocks)
        results = np.concatenate((iv, joined ^ stream), axis=1).tobytes()
        width += BLOCK_BYTES
        return [
            results[at : at + BLOCK_BYTES + size]
            for at, size in zip(range(0, count * width, width), sizes.tolist(), strict=True)
        ]

    def _vectors(self, values: _Bytes, sizes: NDArray[np.int64]) -> _Bytes:
        count, width = values.shape
        text = values.copy()
        rows = np.arange(count)
        padded = np.flatnonzero(sizes < width)
        text[padded, sizes[padded]] = 0x80
        if width == BLOCK_BYTES:
            # Short values are padded by S2V, and the result is a whole block for the MAC.
            start = _array([int.from_bytes(self._first), int.from_bytes(self._of_short)])
            text ^= start[(sizes < width).astype(np.int64)] ^ self._last[0]
        else:
            at = (sizes - BLOCK_BYTES)[:, None] + np.arange(BLOCK_BYTES)
            text[rows[:, None], at] ^= np.frombuffer(self._first, np.uint8)
            text[:, -BLOCK_BYTES:] ^= self._last[(sizes < width).astype(np.int64)]
        # One call of the cipher for all first blocks, one for all second ones, and so on; of a cipher that no other
        # thread has, since so many blocks let others run
        encipher = blocks_of(self._mac_key)
        state = np.zeros((count, BLOCK_BYTES), np.uint8)
        for first in range(0, width, BLOCK_BYTES):
            mixed = encipher((state ^ text[:, first : first + BLOCK_BYTES]).tobytes())
            state = np.frombuffer(mixed, np.uint8).reshape(count, BLOCK_BYTES)
        return state

    def _streams(self, iv: _Bytes, blocks: int) -> _Bytes:
        """What the values are combined with: the blocks of the counters, enciphered."""
        counters = np.repeat(iv & _array([_WITHOUT_CARRIES]), blocks, axis=0)
        # a counter ends in 31 bits of the IV: a few more blocks carry no further
        ends = counters[:, -4:].copy().view(">u4")
        ends += np.tile(np.arange(blocks, dtype=">u4"), len(iv))[:, None]
        counters[:, -4:] = ends.view(np.uint8)
        stream = np.frombuffer(blocks_of(self._cipher_key)(counters.tobytes()), np.uint8)
        return stream.reshape(len(iv), blocks * BLOCK_BYTES)


def _doubled(block: int) -> int:
    """`block` times x in GF(2^128)."""
    carry = block >> 127
    return (block << 1) & ((1 << 128) - 1) ^ carry * _REDUCTION


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(BLOCK_BYTES)


def _array(blocks: Iterable[int]) -> _Bytes:
    return np.frombuffer(b"".join(block.to_bytes(BLOCK_BYTES) for block in blocks), np.uint8).reshape(-1, BLOCK_BYTES)
