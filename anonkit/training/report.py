"""What does a model score on templates that it has not seen, on those that it has, and on texts of others?"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit.detect.names.labels import ENTITIES
from anonkit.training import corpora, recipe
from anonkit.training.evaluate import Score, score
from anonkit.training.fillers import Fillers

if TYPE_CHECKING:
    from anonkit.detect.names.model import Model
    from anonkit.training.sentences import Sentence


@dataclass(frozen=True)
class Row:
    """The score of one entity on one set of texts."""

    texts: str
    entity: str
    score: Score


def rows(model: Model, data: Path, seed: int, held_out: Collection[str]) -> Iterator[Row]:
    """The scores of `model`, which was trained with this seed and without these families.

    Raises:
        InputError: a file of `data` is missing or broken.
    """
    values = Fillers(data)
    for family in sorted(recipe.families(), key=lambda name: (name not in held_out, name)):
        held = family in held_out
        # Lines without a slot are the same in training: they would only tell that they were learnt.
        lines = [line for line in recipe.templates(family) if held or recipe.has_slot(line)]
        numbers = random.Random(f"{seed} other fillings of {family}")
        filled = list(recipe.filled(lines, values, numbers, 1))
        yield from _rows(model, f"{family} ({'held out' if held else 'other fillings'})", filled)
    yield from _rows(model, "UNER GSDSimp test", list(corpora.uner(data / "uner" / "test.iob2")))
    weibo = [data / "weibo" / f"{name}.conll" for name in ("dev", "test")]
    found = [sentence for file in weibo if file.is_file() for sentence in corpora.conll(file)]
    if found:
        yield from _rows(model, "Weibo NER dev and test, names", found)


def _rows(model: Model, name: str, sentences: Sequence[Sentence]) -> Iterator[Row]:
    scores = score(model, sentences)
    for entity in ENTITIES.values():
        yield Row(name, entity, scores.get(entity, Score()))


def table(found: Iterator[Row]) -> Iterator[str]:
    """The lines of a table: strict F1 of spans, leak as the share of entities of which a character stays."""
    yield f"{'texts':<34} {'entity':<12} {'n':>6} {'F1':>6} {'leak':>6} {'false':>6}"
    for row in found:
        n = row.score.gold
        leak = f"{row.score.leaked / n:.3f}" if n else "-"
        f1 = f"{row.score.f1:.3f}" if n else "-"
        yield f"{row.texts:<34} {row.entity:<12} {n:>6} {f1:>6} {leak:>6} {row.score.false:>6}"
