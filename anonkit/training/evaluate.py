"""How good is a model on labelled sentences?"""

from __future__ import annotations

import collections
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names.decode import segments, spans, viterbi
from anonkit.detect.names.features import flatten
from anonkit.detect.names.labels import B_ADDR, B_ORG, B_PER
from anonkit.training.train import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anonkit.detect.names.model import Model
    from anonkit.training.sentences import Sentence

_KIND = {B_PER: "PER", B_ADDR: "ADDR", B_ORG: "ORG"}


@dataclass
class Score:
    """Counts of one label."""

    gold: int = 0
    found: int = 0
    right: int = 0
    leaked: int = 0
    false: int = 0

    @property
    def f1(self) -> float:
        """Strict F1 of spans."""
        return 2 * self.right / (self.gold + self.found) if self.gold + self.found else 0.0


def predict(model: Model, texts: list[str], margin: float) -> list[list[tuple[int, int, str]]]:
    """The spans of each text."""
    flat, starts = flatten(model.known.characters, texts)
    scores = model.scores(flat)
    labels = viterbi(scores, segments(flat, scores, model.transitions, int(margin * model.unit)), model.transitions)
    out: list[list[tuple[int, int, str]]] = [[] for _ in texts]
    for start, end, label, _ in zip(*(x.tolist() for x in spans(labels, scores, model.transitions)), strict=True):
        which = int(np.searchsorted(starts, start, "right")) - 1
        out[which].append((start - int(starts[which]), end - int(starts[which]), _KIND[label]))
    return out


def score(model: Model, sentences: Iterable[Sentence], margin: float = 10.0) -> tuple[dict[str, Score], list[str]]:
    """The counts of each label, and the lines that are wrong, with what is."""
    counts: dict[str, Score] = collections.defaultdict(Score)
    wrong = []
    pairs = [pair for sentence in sentences for pair in cut(sentence)]
    predicted = predict(model, [text for text, _ in pairs], margin)
    for (text, gold), found in zip(pairs, predicted, strict=True):
        covered = {i for a, b, _ in found for i in range(a, b)}
        touched = {i for a, b, _ in gold for i in range(a, b)}
        for start, end, kind in gold:
            counts[kind].gold += 1
            counts[kind].leaked += any(i not in covered for i in range(start, end))
        for span in found:
            counts[span[2]].found += 1
            counts[span[2]].right += span in gold
            counts[span[2]].false += not any(i in touched for i in range(span[0], span[1]))
        missing = [f"-{k}:{text[a:b]}" for a, b, k in gold if (a, b, k) not in found]
        extra = [f"+{k}:{text[a:b]}" for a, b, k in found if (a, b, k) not in gold]
        if missing or extra:
            wrong.append(f"{text}  {' '.join(missing + extra)}")
    return counts, wrong
