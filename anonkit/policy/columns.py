"""What stands in a column, by what a policy says of it and by what its name says?

A claim does not beat a name: `phone`, said to be an organisation, is judged as a mobile number all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonkit.model import Action, Recognizer

UNSAID = Recognizer("FIELD", "", "", "quasi", 0)
"""What stands in a column of which nothing is known."""

_INDEX = re.compile(r"\[(?:\*|[0-9]+)\]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")


def said(action: Action, cards: Sequence[Recognizer]) -> list[Recognizer]:
    """The cards of the entity that an action says a column holds."""
    return [card for card in cards if card.entity == action.target]


def named(column: str, cards: Sequence[Recognizer]) -> list[Recognizer]:
    """The cards that have the last name of a path among their keys, as detection would: userPhone is a phone."""
    words = [word.casefold() for word in _WORD.findall(_INDEX.sub("", column).rsplit(".", 1)[-1])]
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    ends = {"".join(words[start:]) for start in range(len(words))}
    whole = "".join(words)
    return [
        card
        for card in cards
        if any(
            _bare(key) in ends if key.startswith("*") else _bare(key) == whole for m in card.matches for key in m.keys
        )
    ]


def _bare(key: str) -> str:
    return "".join(sign for sign in key.casefold() if sign.isalnum())
