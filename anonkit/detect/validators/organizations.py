"""Is this the name or the number of an organisation?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from operator import mul

from anonkit.detect.words import ORGANISATION_MARKS

_USCC_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = bytes(max(0, _USCC_ALPHABET.find(bytes((b,)))) for b in range(256))
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc(value: bytes) -> bool:
    """Unified social credit identifier of an organisation, 18 characters, mod 31 (GB 32100-2015)."""
    if len(value) != 18:
        return False
    code = value.upper()
    total: int = sum(map(mul, code.translate(_USCC_VALUE), _USCC_WEIGHTS))
    return _USCC_ALPHABET[-total % 31] == code[17]


def organization(value: bytes) -> bool:
    """A name of an organisation: it ends in the word for its kind."""
    return len(value) >= 8 and value.endswith(ORGANISATION_MARKS)
