"""Where are people, addresses and organisations in a block, and how sure is that?

What the model says of a run depends on nothing but the run, so each distinct run is read once, and remembered.
"""

from __future__ import annotations

import functools
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names import runs
from anonkit.detect.names.decode import segments, spans, viterbi
from anonkit.detect.names.features import REACH, flatten
from anonkit.detect.names.labels import ENTITY_OF
from anonkit.detect.names.latin import is_name
from anonkit.detect.names.model import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from anonkit.detect.names.model import Model

_MARGIN = 8.0
"""Natural logarithm of odds: where every other label is so much less likely than O, nothing is looked for."""
_BATCH = 40_000
"""Characters that are read at once: more do not fit into the processor's cache."""
_SURE = 0.95
"""Beside what has been scrubbed: less context, so only what is clear, and scrubbing twice changes nothing."""
_LONGEST_KNOWN = 400
_MOST_KNOWN = 50_000


@dataclass(frozen=True, slots=True)
class Name:
    """A person, an address or an organisation.

    Attributes:
        start, end: bytes of the run, or of the block; half-open.
        entity: PERSON, ADDRESS or ORGANIZATION.
        confidence: 0..1.
    """

    start: int
    end: int
    entity: str
    confidence: float


class Names:
    """The model with its memory: a bounded one, of this process, of runs whose digits and letters are folded."""

    def __init__(self, load: Callable[[], Model]) -> None:
        """Remembers nothing yet; the model is read when there is something for it to read."""
        self._load = load
        self._known: dict[bytes, tuple[Name, ...]] = {}
        self._lock = threading.Lock()

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position."""
        where = runs.find(block)
        if not where:
            return []
        folded = block.translate(runs.FOLD)
        keys = [folded[start:end] for start, end in where]
        known = self._known
        new = list(dict.fromkeys(key for key in keys if key not in known))
        answers = self._read(new) if new else {}
        out = []
        for (start, end), key in zip(where, keys, strict=True):
            found = known.get(key)
            if found is None:
                found = answers.get(key, ())
            if found:
                cut_off = runs.is_cut_off(block, start, end)
                for name in found:
                    here = Name(start + name.start, start + name.end, name.entity, name.confidence)
                    if (not cut_off or name.confidence >= _SURE) and _may_be(block[here.start : here.end], name.entity):
                        out.append(here)
        self._remember(answers)
        return out

    def _remember(self, answers: dict[bytes, tuple[Name, ...]]) -> None:
        with self._lock:
            if len(self._known) + len(answers) > _MOST_KNOWN:
                self._known = {}
            self._known.update((key, names) for key, names in answers.items() if len(key) <= _LONGEST_KNOWN)

    def _read(self, keys: list[bytes]) -> dict[bytes, tuple[Name, ...]]:
        """What the model finds in each run."""
        model = self._load()
        answers: dict[bytes, tuple[Name, ...]] = {}
        batch: list[bytes] = []
        size = 0
        for key in keys:
            batch.append(key)
            size += len(key) // 2
            if size > _BATCH:
                answers.update(zip(batch, read(model, batch), strict=True))
                batch, size = [], 0
        if batch:
            answers.update(zip(batch, read(model, batch), strict=True))
        return answers


def _may_be(value: bytes, entity: str) -> bool:
    """Whether what the model took by its form may be it by its letters."""
    if not value.isascii():
        return True
    return entity == "PERSON" and is_name(value.decode())


def read(model: Model, keys: list[bytes]) -> Iterable[tuple[Name, ...]]:
    """What the model finds in each run of UTF-8 bytes."""
    texts = [key.decode("utf-8", "surrogateescape") for key in keys]
    flat, starts = flatten(model.known.characters, texts)
    scores = model.scores(flat)
    labels = viterbi(scores, segments(flat, scores, model.transitions, int(_MARGIN * model.unit)), model.transitions)
    found: dict[int, list[Name]] = {}
    offsets = np.concatenate(([0], np.cumsum(_widths("\0" * REACH + ("\0" * REACH).join(texts)))))
    start, end, label, evidence = spans(labels, scores, model.transitions)
    for which, first, last, kind, gain in zip(
        (starts.searchsorted(start, "right") - 1).tolist(),
        start.tolist(),
        end.tolist(),
        label.tolist(),
        evidence.tolist(),
        strict=True,
    ):
        base = int(offsets[starts[which]])
        low, high = int(offsets[first]) - base, int(offsets[last]) - base
        confidence = 1 / (1 + math.exp(-max(min(gain / model.unit, 30.0), -30.0)))
        found.setdefault(which, []).append(Name(low, high, ENTITY_OF[kind], round(confidence, 4)))
    return [tuple(found.get(i, ())) for i in range(len(keys))]


def _widths(text: str) -> NDArray[np.int64]:
    """How many bytes of UTF-8 each character takes; what stands for a broken byte takes one."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    widths = 1 + (points >= 0x80).astype(np.int64) + (points >= 0x800) + (points >= 0x10000)
    widths[(points >= 0xDC80) & (points <= 0xDCFF)] = 1
    return widths


@functools.cache
def names() -> Names:
    """The shipped model with its memory."""
    return Names(shipped)
