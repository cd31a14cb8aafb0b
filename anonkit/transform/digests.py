"""How are many values hashed, with a key or without, by SHA-256 or SM3?

SM3 is that of GB/T 32905-2016. Both come from `cryptography`: not every Python's own OpenSSL has SM3, and copying a
keyed state costs half of what `hmac.digest` does.
"""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from anonkit.model import CipherName

NAMES: dict[CipherName, str] = {"aes": "sha256", "sm4": "sm3"}
"""What the hash function of each suite is called."""


class KeyedHash:
    """HMAC (RFC 2104) with SHA-256, or with SM3 for the suite of SM4; any thread may use it."""

    __slots__ = ("_keyed",)

    def __init__(self, cipher: CipherName, key: bytes) -> None:
        self._keyed = HMAC(key, algorithm(cipher))

    def __reduce__(self) -> str:
        raise TypeError("a keyed hash holds its key and is not pickled.")

    def digests(self, values: Iterable[bytes]) -> list[bytes]:
        """The 32 bytes of each value."""
        keyed = self._keyed
        results = []
        for value in values:
            state = keyed.copy()
            state.update(value)
            results.append(state.finalize())
        return results

    def digest(self, value: bytes) -> bytes:
        """The same for one."""
        return self.digests((value,))[0]


def digests(cipher: CipherName, values: Iterable[bytes]) -> list[bytes]:
    """The 32 bytes of each value, without a key."""
    empty = hashes.Hash(algorithm(cipher))
    results = []
    for value in values:
        state = empty.copy()
        state.update(value)
        results.append(state.finalize())
    return results


def algorithm(cipher: CipherName) -> hashes.HashAlgorithm:
    """SM3 in the suite of SM4, else SHA-256."""
    return hashes.SM3() if cipher == "sm4" else hashes.SHA256()
