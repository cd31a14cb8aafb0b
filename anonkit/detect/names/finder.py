"""Where are people, addresses and organisations in a block, and how sure is that?

What the model says of a run depends on nothing but the run, so each distinct run is read once, and remembered.
"""

from __future__ import annotations

import functools
import re
from bisect import insort
from itertools import chain, compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from anonkit.detect.names import edges, runs
from anonkit.detect.names.decode import segments, spans, viterbi
from anonkit.detect.names.features import REACH, flatten
from anonkit.detect.names.labels import B_ADDR, B_PER, ENTITY_OF, PERSON
from anonkit.detect.names.latin import is_name
from anonkit.detect.names.lexicon import lists_of
from anonkit.detect.names.model import shipped
from anonkit.unpicklable import Unpicklable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from anonkit.detect.names.model import Model

_MARGIN = 8.0
"""Natural logarithm of odds: where every other label is so much less likely than O, nothing is looked for."""
_BATCH = 60_000
"""Half the bytes that are read at once: enough for the steps of the decoder to be few, and a few MB of memory."""
_MASKED = ord("*")
# what a mask leaves of a number plate behind the sign of its province: BD****5, B·1***5
_MASKED_PLATE = re.compile(rb"[A-Z](?:[ -]|[\xc2\xe2\xe3][\x80-\xbf]{1,2})?[A-Z0-9]?\*{3}")
_HAN_BYTES = 3
_CAPITAL = np.isin(np.arange(256), np.arange(ord("A"), ord("Z") + 1))
SURE = 0.95
"""Beside what has been scrubbed: less context, so only what is clear, and scrubbing twice changes nothing."""
SURE_TITLED = 0.9
"""Of a family name with a title that the model does not see."""
_LONGEST_KNOWN = 400
_CLEAR = 30.0  # logarithm of odds, the most that is told apart
_WIDER_FROM = (0x80, 0x800, 0x10000)  # code points that take one byte more of UTF-8
_BROKEN = range(0xDC80, 0xDD00)  # what stands for bytes that are no UTF-8
MOST_KNOWN = 50_000
"""Runs that are remembered; then all are forgotten."""


class Name(NamedTuple):
    """A person, an address or an organisation; a tuple, since thousands are made in each block.

    Attributes:
        start, end: bytes of the run, or of the block; half-open.
        entity: PERSON, ADDRESS or ORGANIZATION.
        confidence: 0..1.
    """

    start: int
    end: int
    entity: str
    confidence: float


class Names(Unpicklable):
    """The model with its memory: a bounded one, of this process, of runs whose digits and letters are folded.

    Threads need no lock: what a run says is the same whoever reads it, and a memory that is full is replaced.
    """

    def __init__(self, load: Callable[[], Model]) -> None:
        """Remembers nothing yet; the model is read when there is something for it to read."""
        self._load = load
        self._known: dict[bytes, tuple[Name, ...]] = {}

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position."""
        first, last = runs.where(block)
        if not first.size:
            return []
        ranges = zip(first.tolist(), last.tolist(), strict=True)
        # no run holds the end of a line
        keys = b"\n".join([block[start:end] for start, end in ranges]).translate(runs.FOLD).split(b"\n")
        found = list(map(self._known.get, keys))
        if None in found:
            new = dict.fromkeys(key for key, names in zip(keys, found, strict=True) if names is None)
            answers = self._read(list(new))
            found = [answers[key] if names is None else names for key, names in zip(keys, found, strict=True)]
            self._remember(answers)
        some = [names for names in found if names]
        if not some:
            return []
        run = np.repeat(np.flatnonzero(list(map(bool, found))), list(map(len, some)))
        low, high, entity, confidence = zip(*chain.from_iterable(some), strict=True)
        start, end = first[run] + np.array(low), first[run] + np.array(high)
        data = np.frombuffer(block, np.uint8)
        # what a mask has left of a name; no run holds one
        behind = data[np.minimum(end, len(data) - 1)]
        counts = (data[np.maximum(start - 1, 0)] != _MASKED) & (behind != _MASKED)
        for row in np.flatnonzero(counts & (end - start == _HAN_BYTES) & _CAPITAL[behind]).tolist():
            counts[row] = _MASKED_PLATE.match(block, int(end[row])) is None
        doubtful = (data[start] < _WIDER_FROM[0]) | (np.array(confidence) < SURE)
        places = zip(start.tolist(), end.tolist(), entity, confidence, strict=True)
        names = list(map(Name._make, places))
        for row in np.flatnonzero(counts & doubtful).tolist():
            is_cut_off = names[row].confidence < SURE and runs.is_cut_off(
                block, int(first[run[row]]), int(last[run[row]])
            )
            counts[row] = not is_cut_off and _counts(block, names[row])
        return names if counts.all() else list(compress(names, counts.tolist()))

    def _remember(self, answers: dict[bytes, tuple[Name, ...]]) -> None:
        if len(self._known) + len(answers) > MOST_KNOWN:
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


def _counts(block: bytes, name: Name) -> bool:
    """Whether what is a name in a run is one in this block: what is by its form may not be by its letters."""
    value = block[name.start : name.end]
    return not value.isascii() or (name.entity == PERSON and is_name(value.decode()))


def read(model: Model, keys: list[bytes]) -> list[tuple[Name, ...]]:
    """What the model finds in each run of UTF-8 bytes."""
    texts = [key.decode("utf-8", "surrogateescape") for key in keys]
    flat, starts = flatten(model.known.characters, texts)
    scores = model.scores(flat)
    labels = viterbi(scores, segments(flat, scores, model.transitions, int(_MARGIN * model.unit)), model.transitions)
    start, end, label, evidence = spans(labels, scores, model.transitions)
    which = starts.searchsorted(start, "right") - 1
    whole = "\0" * REACH + ("\0" * REACH).join((*texts, ""))  # places in it are those in the flat text
    points = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
    lists = lists_of(model.known.lexicon, flat, start, end)
    sure = np.round(1 / (1 + np.exp(-np.clip(evidence / model.unit, -_CLEAR, _CLEAR))), 4)
    # most are where the model has seen them
    unlike = np.where(label == B_PER, ~edges.are_exact(sure, lists, points, (start, end)), label == B_ADDR)
    for row in np.flatnonzero(unlike).tolist():
        text, base = texts[which[row]], int(starts[which[row]])
        first, last = int(start[row]) - base, int(end[row]) - base
        entity = ENTITY_OF[int(label[row])]
        if entity == PERSON and sure[row] < edges.least(text, first, last, int(lists[row])):
            end[row] = start[row]
        else:
            first, last = edges.exact(entity, text, first, last)
            start[row], end[row] = first + base, last + base
    some = start < end
    byte = np.concatenate(([0], np.cumsum(_widths(points))))
    begins = byte[starts]
    before = begins[which[some]]
    columns = (which[some], byte[start[some]] - before, byte[end[some]] - before, label[some], sure[some])
    found: list[list[Name]] = [[] for _ in keys]
    for run, low, high, kind, confidence in zip(*(column.tolist() for column in columns), strict=True):
        found[run].append(Name(low, high, ENTITY_OF[kind], confidence))
    for first, last in edges.titled(whole):
        run = int(starts.searchsorted(first, "right")) - 1
        at, to = (int(byte[place] - begins[run]) for place in (first, last))
        if all(to <= name.start or name.end <= at for name in found[run]):
            insort(found[run], Name(at, to, PERSON, SURE_TITLED))
    return [tuple(names) for names in found]


def _widths(points: NDArray[np.uint32]) -> NDArray[np.int64]:
    """How many bytes of UTF-8 each code point takes; what stands for a broken byte takes one."""
    widths = np.ones(len(points), np.int64)
    for least in _WIDER_FROM:
        widths += points >= least
    widths[(points >= _BROKEN[0]) & (points <= _BROKEN[-1])] = 1
    return widths


@functools.cache
def names() -> Names:
    """The shipped model with its memory."""
    return Names(shipped)
