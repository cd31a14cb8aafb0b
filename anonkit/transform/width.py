"""How is full-width text, as values in Chinese texts may be written, made narrow, and ASCII full-width again?"""

from __future__ import annotations

import re

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_WIDE_SIGNS = frozenset(map(chr, _WIDE.values()))
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD))
_NARROW = {wide: code for code, wide in _WIDE.items()} | {0x3000: 0x20} | _INVISIBLE
_NOT_NARROW = re.compile("[" + "".join(map(chr, _NARROW)) + "]")


def narrow(text: str) -> str:
    """`text` with full-width characters in ASCII and without invisible ones."""
    return text.translate(_NARROW) if not text.isascii() and _NOT_NARROW.search(text) else text


def widened(text: str) -> str:
    """`text` with its ASCII signs, letters and digits full-width."""
    return text.translate(_WIDE)


def is_widened(text: str) -> bool:
    """Whether a full-width sign, letter or digit is in it."""
    return not text.isascii() and any(char in _WIDE_SIGNS for char in text)
