"""How is the model trained, and put into a file?"""

from __future__ import annotations

import collections
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.detect.names import runs
from anonkit.detect.names.features import HASHED, REACH, SMALL, Knowledge, flatten, sources
from anonkit.detect.names.hashed import HashTable, tops, without_collisions
from anonkit.detect.names.labels import LABELS, PREVIOUS, encode
from anonkit.detect.names.model import HIGHEST, Model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from anonkit.training.sentences import Sentence

_BITS = 20
_FORBIDDEN = -(1 << 20)
_TEMPLATES = [(s, o) for s, offsets in HASHED.items() for o in offsets] + [
    (s, o) for s, (offsets, _) in SMALL.items() for o in offsets
]


@dataclass(frozen=True)
class Settings:
    """How crfsuite trains, and what is kept of it.

    Attributes:
        c2: L2 regularisation.
        least: how often a feature must be seen in training.
        rounds: of stochastic gradient descent over all sentences.
        smallest: hashed features all of whose weights are below this are left out, and
        most: no more of them than this are kept.
    """

    c2: float = 0.1
    least: int = 2
    rounds: int = 25
    smallest: float = 0.1
    most: int = 400_000


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
    import pycrfsuite  # noqa: PLC0415  for training only

    trainer = pycrfsuite.Trainer(algorithm="l2sgd", verbose=verbose)
    seen: set[str] = set()
    pending: list[tuple[str, list[str]]] = []

    def hand_over() -> None:
        flat, starts = flatten(known[0].characters, [text for text, _ in pending])
        table = _attributes(known[0], flat)
        for (text, labels), start in zip(pending, starts.tolist(), strict=True):
            trainer.append([list(x) for x in zip(*(t[start : start + len(text)] for t in table), strict=True)], labels)
        pending.clear()

    for sentence in sentences:
        for text, spans in cut(sentence):
            if not spans and text in seen:
                continue
            seen.add(text)
            pending.append((text, encode(len(text), spans)))
            if len(pending) == 2000:
                hand_over()
    if pending:
        hand_over()
    trainer.set_params(
        {
            "c2": settings.c2,
            "max_iterations": settings.rounds,
            "feature.minfreq": settings.least,
            "feature.possible_transitions": True,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model")
        trainer.train(file)
        del trainer
        tagger = pycrfsuite.Tagger()
        tagger.open(file)
        info = tagger.info()
        tagger.close()
    return _model(known[1], info, settings, about)


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


def _model(known: Knowledge, info: Any, settings: Settings, about: str) -> Model:  # noqa: ANN401  pycrfsuite has no types
    """The weights in tables, in whole units."""
    index = {label: i for i, label in enumerate(LABELS)}
    rows: dict[str, dict[int, dict[int, NDArray[np.float64]]]] = {s: collections.defaultdict(dict) for s in [*HASHED, *SMALL]}
    highest: dict[str, float] = collections.defaultdict(float)
    for (attribute, label), weight in info.state_features.items():
        head, _, key = attribute.partition(":")
        source, offset = head[0], int(head[1:])
        cell = rows[source][int(key, 16)].setdefault(offset, np.zeros(len(LABELS)))
        cell[index[label]] = weight
        highest[head] = max(highest[head], abs(weight))
    unit = int(HIGHEST / sum(highest.values()))
    hashed = [(source, key) for source in HASHED for key in rows[source]]
    importance = np.array([max(float(np.abs(w).max()) for w in rows[s][k].values()) for s, k in hashed])
    order = np.argsort(-importance, kind="stable")
    order = order[importance[order] >= settings.smallest][: settings.most]
    keys = np.array([hashed[i][1] for i in order], np.uint64)
    kept = without_collisions(keys, _BITS)
    # Rows of one source stand together, so that each source has tables of its own.
    chosen = sorted((hashed[order[i]][0], i) for i in kept.tolist())
    tables: dict[tuple[str, int], NDArray[np.int16]] = {}
    number = np.zeros(len(chosen), np.uint32)
    for source, offsets in HASHED.items():
        mine = [i for s, i in chosen if s == source]
        for offset in offsets:
            tables[source, offset] = np.zeros((len(mine) + 1, len(LABELS)), np.int16)
        for row, i in enumerate(mine, 1):
            for offset, weight in rows[source][int(keys[i])].items():
                tables[source, offset][row] = np.rint(weight * unit)
    slot_rows: dict[int, int] = {}
    for source in HASHED:
        for row, i in enumerate((i for s, i in chosen if s == source), 1):
            slot_rows[i] = row
    table = HashTable.of(tops(keys[[i for _, i in chosen]]), _BITS)
    number = np.array([slot_rows[i] for _, i in chosen], np.uint32)
    slots = table.slots.copy()
    filled = slots != 0
    mask = np.uint32((1 << 20) - 1)
    slots[filled] = (slots[filled] & ~mask) | number[(slots[filled] & mask) - 1]
    for source, (offsets, size) in SMALL.items():
        for offset in offsets:
            tables[source, offset] = np.zeros((size, len(LABELS)), np.int16)
            for key, cells in rows[source].items():
                if offset in cells:
                    tables[source, offset][key] = np.rint(cells[offset] * unit)
    transitions = np.full((len(LABELS), len(LABELS)), _FORBIDDEN, np.int32)
    for to, before in PREVIOUS.items():
        for label in before:
            weight = info.transitions.get((LABELS[label], LABELS[to]), 0.0)
            transitions[label, to] = round(weight * unit)
    weights = {name: np.ascontiguousarray(t).view(np.complex128).reshape(-1) for name, t in tables.items()}
    return Model(known, HashTable(_BITS, slots), weights, transitions, unit, about)
