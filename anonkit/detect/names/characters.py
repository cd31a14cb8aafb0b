"""What is a character to the model: a number, and what is known of it?

Digits are one character, so are small and so are capital letters, wide forms are narrow, and traditional characters
are simplified ones: what the model cannot tell apart needs no second look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PAD = 0  # between runs
UNKNOWN = 1  # a Chinese character that training never saw
OTHER = 2  # anything else that it never saw
FIRST = 3
_PLANE = 0x10000
_WIDE = range(0xFF01, 0xFF5F)  # of the signs, digits and letters of ASCII
_ASCII = 0x80

# What a character may be, told from the lists of the trainer; 0..15.
(
    T_PAD, T_DIGIT, T_SMALL, T_CAPITAL, T_SPACE, T_OPEN, T_CLOSE, T_LIST, T_STOP, T_DOT, T_SIGN, T_HAN, T_SURNAME,
    T_NUMERAL, T_PLACE, T_FOREIGN,
) = range(16)  # fmt: skip


@dataclass(frozen=True)
class Characters:
    """The numbers of characters and what is known of each.

    Attributes:
        number: of each code point of the basic plane.
        kind: T_... of each number.
        surname: 0 (none) .. 3 (frequent), of each number.
        given: log odds of the first and of the second character of a given name, 0..5 each, of each number: (n, 2).
        alone: bits of the word lists that the character alone is in (see lexicon), of each number.
    """

    number: NDArray[np.uint16]
    kind: NDArray[np.uint8]
    surname: NDArray[np.uint8]
    given: NDArray[np.uint8]
    alone: NDArray[np.uint32]

    def numbers(self, text: str) -> NDArray[np.uint16]:
        """The number of each character of `text`."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        if points.size and points.max() >= _PLANE:
            points = np.where(points >= _PLANE, 0xFFFF, points)
        return np.take(self.number, points)


def number_table(known: str, simplified: Mapping[str, str]) -> NDArray[np.uint16]:
    """The number of each code point: the characters of `known` in their order from FIRST on.

    Args:
        known: the characters that have a number of their own, folded ones only (see `fold`).
        simplified: traditional character to simplified character.
    """
    table = np.full(_PLANE, OTHER, np.uint16)
    table[0] = PAD
    table[0x3400:0xA000] = UNKNOWN
    for number, character in enumerate(known, FIRST):
        table[ord(character)] = number
    for point in range(_PLANE):
        character = chr(point)
        folded = fold(character, simplified)
        if folded != character:
            table[point] = table[ord(folded)]
    return table


def fold(character: str, simplified: Mapping[str, str]) -> str:
    """The character that stands for all of its kind."""
    point = ord(character)
    if point in _WIDE:
        point -= _WIDE[0] - ord("!")
        character = chr(point)
    if point < _ASCII:
        if character.isdigit():
            return "0"
        if character.isalpha():
            return "a" if character.islower() else "A"
        return " " if character.isspace() else character
    if character in "\u00a0\u3000\u2002\u2003\u2009":
        return " "
    if character in "·•・‧∙⋅":
        return "·"
    return simplified.get(character, character)
