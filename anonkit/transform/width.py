"""How is ASCII written in full-width characters, as values in Chinese texts may be? The inverse of `narrow`."""

from __future__ import annotations

_WIDE = {code - 0xFEE0: code for code in range(0xFF01, 0xFF5F)}


def widened(text: str) -> str:
    """`text` with its ASCII signs, letters and digits full-width."""
    return text.translate(_WIDE)


def is_widened(text: str) -> bool:
    """Whether a full-width sign, letter or digit is in it."""
    return not text.isascii() and any(char in _WIDE_SIGNS for char in text)


_WIDE_SIGNS = frozenset(map(chr, _WIDE.values()))
