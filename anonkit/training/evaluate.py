"""How good is a model, or anything else that finds names, on labelled sentences?"""

from __future__ import annotations

import collections
import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anonkit.detect.engine import THRESHOLD
from anonkit.detect.names.finder import Names
from anonkit.detect.names.labels import ENTITIES

if TYPE_CHECKING:
    from anonkit.detect.names.model import Model
    from anonkit.training.sentences import Sentence

Span = tuple[int, int, str]
"""Start, end (half-open, characters of a text), entity."""
_KEPT = ENTITIES["ORG"]
_BREAKS = str.maketrans("\r\n", "  ")


@dataclass(slots=True)
class Score:
    """Counts of one entity.

    Attributes:
        gold: entities that are marked.
        found: findings.
        right: findings that are exactly an entity.
        leaked: entities of which a character stays.
        false: findings that touch nothing that is marked.
    """

    gold: int = 0
    found: int = 0
    right: int = 0
    leaked: int = 0
    false: int = 0

    @property
    def precision(self) -> float:
        """Share of the findings that are exactly an entity, 0..1."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the entities that are exactly found, 0..1."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Strict F1 of spans, 0..1."""
        return 2 * self.right / (self.gold + self.found) if self.gold + self.found else 0.0


def score(model: Model, sentences: Sequence[Sentence]) -> dict[str, Score]:
    """The counts of each entity, of what scrubbing would find with this model and no rule."""
    return count(sentences, find(model, [sentence.text for sentence in sentences]))


def find(model: Model, texts: Iterable[str]) -> list[list[Span]]:
    """What scrubbing would find with this model and no rule in each text, every text being a line."""
    lines = [text.translate(_BREAKS).encode("utf-8", "surrogatepass") for text in texts]
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]
    found: list[list[Span]] = [[] for _ in lines]
    for name in Names(lambda: model).find(b"\n".join(lines)):
        if name.confidence >= THRESHOLD:
            which = bisect_right(starts, name.start) - 1
            start, end = (
                len(lines[which][: at - starts[which]].decode("utf-8", "surrogatepass"))
                for at in (name.start, name.end)
            )
            found[which].append((start, end, name.entity))
    return found


def count(sentences: Iterable[Sentence], found: Iterable[Sequence[Span]]) -> dict[str, Score]:
    """The counts of each entity, from what was found in each sentence.

    An organisation is kept by default, so that it hides no person: what is found as one covers organisations only.
    Findings of other entities, such as phone numbers, count for what they cover.
    """
    scores: dict[str, Score] = collections.defaultdict(Score)
    for sentence, spans in zip(sentences, found, strict=True):
        gold = [(start, end, ENTITIES[label]) for start, end, label in sentence.spans]
        touched = _places(gold)
        covered = _places(spans)
        hidden = _places(span for span in spans if span[2] != _KEPT)
        for start, end, entity in gold:
            scores[entity].gold += 1
            scores[entity].leaked += not (covered if entity == _KEPT else hidden).issuperset(range(start, end))
        for span in spans:
            if span[2] in ENTITIES.values():
                of_entity = scores[span[2]]
                of_entity.found += 1
                of_entity.right += span in gold
                of_entity.false += touched.isdisjoint(range(span[0], span[1]))
    return scores


def _places(spans: Iterable[Span]) -> set[int]:
    return {place for start, end, _ in spans for place in range(start, end)}
