"""Runs the examples of cards: a card proves itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from anonkit import catalog
from anonkit.model import Recognizer
from anonkit.scrubber import Scrubber


def failures(cards_dir: Path | None = None) -> tuple[Sequence[Recognizer], list[str]]:
    """The cards of a folder (of all shipped ones, if None) and a sentence for each example that fails."""
    cards = [c for c in catalog.load(cards_dir) if cards_dir is None or (cards_dir / c.source).exists()]
    failed = []
    for card in cards:
        scrubber = Scrubber(cards_dir, entities=[card.entity])
        for number, example in enumerate(card.examples, 1):
            found = tuple(example.text[f.start : f.end] for f in scrubber.scan(example.text))
            if found != example.find:
                failed.append(
                    f"{card.source}: [[example]] {number} expects {list(example.find)}, the engine found {list(found)}"
                )
        if not any(e.find for e in card.examples) or all(e.find for e in card.examples):
            failed.append(f"{card.source}: a card needs an example with a hit and a near miss")
    return cards, failed
