"""Do one's own cards make less of what is personal than it is?

A policy keeps organisations. A card that calls a mobile number one would have all of them kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from anonkit.model import Match, Recognizer
from anonkit.policy.lines import KeyPath
from anonkit.policy.promises import Ruling


def organisations(cards: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    """Warnings of own cards that say organisation of what is found as personal otherwise."""
    own = _own([card for card in cards if card.class_ == "organisation"])
    personal = [card for card in cards if card.class_ != "organisation"]
    for card in own:
        taken = next((other.entity for other in personal if any(_takes(match, other) for match in card.matches)), None)
        if taken is not None:
            why = f"takes values of {taken} for organisations, which are kept"
            sentence = f"{card.source or card.entity}: {why}; give it another class, or make it find less"
            yield ("classes", "organisation"), Ruling(is_refusal=False, sentence=sentence)


def _own(cards: Sequence[Recognizer]) -> list[Recognizer]:
    from anonkit import catalog  # noqa: PLC0415  the types of a policy need none

    shipped = set(catalog.load(examples=False))
    return [card for card in cards if replace(card, examples=()) not in shipped]


def _takes(match: Match, card: Recognizer) -> bool:
    """Whether one way of finding has a key of a personal card, or takes its examples or values like them."""
    from anonkit import catalog  # noqa: PLC0415  as above
    from anonkit.policy.samples import samples  # noqa: PLC0415  for own cards only

    if {key.lstrip("*").casefold() for key in match.keys} & {
        k.lstrip("*").casefold() for m in card.matches for k in m.keys
    }:
        return True
    regex = re.compile(catalog.regex_bytes(match.pattern or match.value or "(?!)"))
    values = {value for example in card.examples for value in example.find} | set(samples().get(card.entity, ()))
    return any(regex.fullmatch(value.encode()) for value in values)
