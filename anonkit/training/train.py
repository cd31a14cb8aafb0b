"""How is the model trained?"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit.detect.names import runs
from anonkit.detect.names.features import HASHED, SMALL, Knowledge, flatten, sources
from anonkit.detect.names.labels import encode
from anonkit.training import tables
from anonkit.training.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from anonkit.detect.names.model import Model
    from anonkit.training.sentences import Sentence

_TEMPLATES = [(s, o) for s, offsets in HASHED.items() for o in offsets] + [
    (s, o) for s, (offsets, _) in SMALL.items() for o in offsets
]
_BATCH = 2000
"""Runs whose attributes are made at once."""


def cut(sentence: Sentence) -> Iterable[tuple[str, list[tuple[int, int, str]]]]:
    """The runs of a sentence (see detect.names.runs) with their spans; a span across the edge of a run is cut."""
    data = sentence.text.encode("utf-8", "surrogatepass")
    for start_byte, end_byte in runs.find(data):
        start = len(data[:start_byte].decode("utf-8", "replace"))
        text = data[start_byte:end_byte].decode("utf-8", "replace")
        end = start + len(text)
        inner = [(max(a, start) - start, min(b, end) - start, k) for a, b, k in sentence.spans if a < end and b > start]
        yield text, inner


def train(
    known: tuple[Knowledge, Knowledge], sentences: Iterable[Sentence], settings: Settings, about: str, *, verbose: bool
) -> Model:
    """The model that crfsuite finds for `sentences`; `known` in training and when it is used (see knowledge)."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model")
        _fit(known[0], sentences, settings, file, verbose=verbose)
        return tables.model(known[1], _weights(file), settings, about)


def _fit(known: Knowledge, sentences: Iterable[Sentence], settings: Settings, file: str, *, verbose: bool) -> None:
    """Write what crfsuite finds to `file`. When this is left, its memory, which is the most by far, is free."""
    import pycrfsuite  # noqa: PLC0415  for training only

    trainer = pycrfsuite.Trainer(algorithm="l2sgd", verbose=verbose)
    labelled = _labelled(sentences)
    while batch := list(itertools.islice(labelled, _BATCH)):
        flat, starts = flatten(known.characters, [text for text, _ in batch])
        table = _attributes(known, flat)
        for (text, labels), start in zip(batch, starts.tolist(), strict=True):
            trainer.append([list(x) for x in zip(*(t[start : start + len(text)] for t in table), strict=True)], labels)
    trainer.set_params(
        {
            "c2": settings.c2,
            "max_iterations": settings.rounds,
            "feature.minfreq": settings.least,
            "feature.possible_transitions": True,
        }
    )
    trainer.train(file)


def _labelled(sentences: Iterable[Sentence]) -> Iterator[tuple[str, list[str]]]:
    """The runs and their labels; of those in which nothing is labelled each once."""
    seen: set[str] = set()
    for sentence in sentences:
        for text, spans in cut(sentence):
            if not spans and text in seen:
                continue
            seen.add(text)
            yield text, encode(len(text), spans)


def _weights(file: str) -> Any:  # noqa: ANN401  pycrfsuite has no types
    """What crfsuite wrote: the weights of attributes (state_features) and of transitions."""
    import pycrfsuite  # noqa: PLC0415  for training only

    tagger = pycrfsuite.Tagger()
    tagger.open(file)
    try:
        return tagger.info()
    finally:
        tagger.close()


def _attributes(known: Knowledge, flat: NDArray[np.uint16]) -> list[list[str]]:
    """For each template the attribute of each place of the flat text, as crfsuite wants them."""
    keys = {name: key.tolist() for name, key in sources(known, flat).items()}
    out = []
    for source, offset in _TEMPLATES:
        key = keys[source]
        moved = [0] * max(-offset, 0) + key[max(offset, 0) : len(key) + min(offset, 0)] + [0] * max(offset, 0)
        head = f"{source}{offset}:"
        out.append([head + format(k, "x") for k in moved])
    return out
