"""Which characters of a text are hidden, if some at both ends may be shown?

Every character counts but separators, which stay where they are. A text of fewer characters than its form usually has
shows half of them at most; a longer one hides at least four. What hides a character counts as one, so that hiding
twice changes nothing.
"""

from __future__ import annotations

CHARACTERS = "*#_●■█×"
"""What may stand for a hidden character: none is a letter, a digit, a separator, or part of a syntax."""

LEAST_HIDDEN = 4
SEPARATORS = " -.·•・‧:/(),'@[]{}<>\t"
_HALF_UP_TO = 2 * LEAST_HIDDEN


def hidden(text: str, character: str, shown: str = "") -> str:
    """`text` with every character hidden but separators and those in `shown`; three of them where there are none."""
    result = stars(text, character, shown)
    return result if character in result else character * 3


def stars(text: str, character: str, shown: str = "") -> str:
    """The same for a part of a text, which may be nothing but separators."""
    return "".join(c if c in SEPARATORS or c in shown else character for c in text)


def ends_shown(text: str, character: str, first: int, last: int, *, usual: int = 0) -> str:
    """`text` with its first and last characters shown, others hidden.

    usual  from how many characters on the form is trusted, and first and last are shown in full
    """
    at = [i for i, c in enumerate(text) if c not in SEPARATORS]
    result = list(text)
    for place in hidden_places(len(at), first, last, usual=usual):
        result[at[place]] = character
    return "".join(result) if character in result else character * 3


def hidden_places(count: int, first: int, last: int, *, usual: int = 0) -> range:
    """Which of `count` characters are hidden then, from 0 on."""
    most = count - 1 if usual and count >= usual else _most_shown(count)
    first = min(first, most)
    return range(first, count - min(last, most - first))


def _most_shown(count: int) -> int:
    """Of `count` characters: half of few, all but four of many."""
    return count // 2 if count <= _HALF_UP_TO else count - LEAST_HIDDEN
