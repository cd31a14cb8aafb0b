"""`anonkit recognizers`: the catalogue of cards."""

from __future__ import annotations

import argparse
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from anonkit.commands import options
from anonkit.errors import UsageError

if TYPE_CHECKING:
    from anonkit.model import Recognizer


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `recognizers` to the commands."""
    actions = commands.add_parser("recognizers").add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all cards, a line each")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="one entity's cards")
    show.add_argument("entity")
    show.set_defaults(run=_show)
    test = actions.add_parser("test", help="run the examples of the cards (of --cards alone, where given)")
    test.set_defaults(run=_test)
    for action in (listing, show, test):
        options.add_cards(action)


def _list(arguments: Namespace) -> int:
    from anonkit import catalog  # noqa: PLC0415  keeps --help light

    for card in catalog.load(arguments.cards, examples=False):
        print(f"{card.entity:<16} {card.default:<9} {card.class_:<13} {card.title} / {card.title_en}")
    return 0


def _show(arguments: Namespace) -> int:
    from anonkit import catalog  # noqa: PLC0415

    cards = [c for c in catalog.load(arguments.cards) if c.entity == arguments.entity]
    if not cards:
        msg = f"unknown entity {arguments.entity!r}; `anonkit recognizers list` shows the known ones"
        raise UsageError(msg)
    for card in cards:
        _print(card)
    return 0


def _print(card: Recognizer) -> None:
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


def _test(arguments: Namespace) -> int:
    from anonkit.examples import failures  # noqa: PLC0415  loads the engine

    cards, failed = failures(arguments.cards)
    for sentence in failed:
        print(sentence)
    print(f"{len(cards)} cards, {sum(len(c.examples) for c in cards)} examples, {len(failed)} failed")
    return UsageError.exit_code if failed else 0
