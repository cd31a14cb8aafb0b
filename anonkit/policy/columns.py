"""What stands in a column, by what a policy says of it and by what its name says?

A claim does not beat a name: `phone`, said to be an organisation, is judged as a mobile number all the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from anonkit import catalog
from anonkit.detect.cells import spellings
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
    whole, ends = _spelt(column)

    def is_named(key: str) -> bool:
        bare = _bare(key)
        if not key.isascii():
            return whole.endswith(bare)  # no words are told apart in Chinese
        return bare in ends if key.startswith("*") else bare == whole

    return [card for card in cards if any(is_named(key) for match in card.matches for key in match.keys)]


def _spelt(column: str) -> tuple[str, set[str]]:
    """The last name of a path without signs and numbers at its end, and what it ends in, word by word."""
    words = [word.casefold() for word in _WORD.findall(_INDEX.sub("", column).rsplit(".", 1)[-1])]
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return "".join(words), {"".join(words[start:]) for start in range(len(words))}


def is_key(column: str) -> bool:
    """Whether a name is a key of some card that comes with anonkit: 姓名, userPhone. Faster than `named`."""
    whole, ends = _spelt(spellings(column.encode("utf-8", "replace"))[-1].decode("utf-8", "replace"))
    exact, suffixes, chinese = _keys()
    return whole in exact or not ends.isdisjoint(suffixes) or (not column.isascii() and whole.endswith(chinese))


@functools.cache
def _keys() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    """The keys of all cards: those that are whole names, those that may end one, and those in Chinese."""
    keys = {key for card in catalog.load(examples=False) for match in card.matches for key in match.keys}
    latin = {key for key in keys if key.isascii()}
    suffixes = {_bare(key) for key in latin if key.startswith("*")}
    return (
        frozenset(_bare(key) for key in latin),
        frozenset(suffixes),
        tuple({_bare(key) for key in keys - latin if key[-1].isalnum()}),
    )


def _bare(key: str) -> str:
    return "".join(sign for sign in key.casefold() if sign.isalnum())
