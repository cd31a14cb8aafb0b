"""`anonkit recognizers`: the catalogue of cards."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from anonkit import catalog
from anonkit.errors import UsageError

if TYPE_CHECKING:
    from anonkit.model import Recognizer


def list_cards(arguments: Namespace) -> int:
    """`anonkit recognizers list`."""
    for card in catalog.load(arguments.cards, examples=False):
        print(f"{card.entity:<16} {card.default:<9} {card.class_:<13} {card.title} / {card.title_en}")
    return 0


def show_card(arguments: Namespace) -> int:
    """`anonkit recognizers show`."""
    cards = [c for c in catalog.load(arguments.cards) if c.entity == arguments.entity]
    if not cards:
        msg = f"unknown entity {arguments.entity!r}; `anonkit recognizers list` shows the known ones"
        raise UsageError(msg)
    for card in cards:
        _show(card)
    return 0


def _show(card: Recognizer) -> None:
    print(f"{card.entity}: {card.title} / {card.title_en} ({card.source})")
    print(f"  class {card.class_}; sensitive: {', '.join(card.sensitive) or 'no'}; by default {card.default}")
    for reference in card.references:
        print(f"  see {reference}")
    for number, match in enumerate(card.matches, 1):
        how = f"keys {', '.join(match.keys)}" if match.keys else f"pattern {match.pattern}"
        print(
            f"  {number}. {how}"
            + (f"; validator {match.validator}" if match.validator else "")
            + ("; whole line" if match.whole else "")
        )
    if card.finder:
        print(f"  finder {card.finder}")
    for example in card.examples:
        print(
            f"  e.g. {example.text}  ->  {', '.join(example.find) or 'nothing'}"
            + (f" ({example.why})" if example.why else "")
        )


def test_cards(arguments: Namespace) -> int:
    """`anonkit recognizers test`."""
    from anonkit.examples import failures  # noqa: PLC0415  loads the engine

    cards, failed = failures(arguments.cards)
    for sentence in failed:
        print(sentence)
    print(f"{len(cards)} cards, {sum(len(c.examples) for c in cards)} examples, {len(failed)} failed")
    return UsageError.exit_code if failed else 0
