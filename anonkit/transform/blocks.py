"""How are whole blocks enciphered, each on its own, by AES or SM4? What the other ciphers here are made of."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from anonkit.model import CipherName

BLOCK_BYTES = 16

BlockAlgorithm = algorithms.AES | algorithms.SM4
Blocks = Callable[[bytes], bytes]
"""Whole blocks in, each enciphered on its own (ECB)."""


def block_cipher(name: CipherName, key: bytes) -> Blocks:
    """AES (16, 24 or 32 bytes of key) or SM4 (16, GB/T 32907), as `blocks_of` has it."""
    return blocks_of(algorithms.SM4(key) if name == "sm4" else algorithms.AES(key))


def blocks_of(algorithm: BlockAlgorithm) -> Blocks:
    """The cipher with its key schedule done once.

    Threads may share one as long as what is handed in at once stays under 2,048 bytes: from there on `cryptography`
    lets other threads run, and it fails if one of them comes back to it.
    """
    blocks: Blocks = Cipher(algorithm, modes.ECB()).encryptor().update  # noqa: S305  ECB as the building block it is
    return blocks
