"""What does another pipeline find in a block, in our terms?

It reads the same runs of text as our model, but as they are. What it says of a run depends on nothing but the run, so
each distinct run is read once, and remembered under a keyed digest: no text is kept.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence

from anonkit.detect.names import runs
from anonkit.detect.names.finder import MOST_KNOWN, SURE, Name
from anonkit.detect.names.labels import ADDRESS, FOREIGN
from anonkit.detect.names.locks import ForkLock
from anonkit.detect.names.pipeline_engines import Read, Span
from anonkit.detect.names.places import house_end, is_address

_LONGEST = 1_000
"""Code points of a piece; sentences are shorter, and pipelines refuse or cut off what is much longer."""
_CUT = re.compile(r"[^\w\s-]\s*(?=\w)|\s(?=\S)")
_INVALID = re.compile("[\ud800-\udfff]")


class PipelineSource:
    """A pipeline with its memory, a bounded one of this process."""

    def __init__(self, read: Read) -> None:
        """Remembers nothing yet."""
        self._read = read
        self._known: dict[bytes, tuple[Name, ...]] = {}
        self._key = secrets.token_bytes(16)
        self._lock = ForkLock()

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position; all runs that are new are read in one call."""
        where = runs.find(block)
        if not where:
            return []
        keys = [self._digest(block[start:end]) for start, end in where]
        with self._lock:  # pipelines are not safe in threads
            new = {key: span for key, span in zip(keys, where, strict=True) if key not in self._known}
            texts = [block[start:end].decode("utf-8", "surrogateescape") for start, end in new.values()]
            answers = dict(zip(new, self._answers(texts), strict=True)) if new else {}
            known = {key: self._known[key] for key in keys if key not in answers}
            if len(self._known) + len(answers) > MOST_KNOWN:
                self._known = {}
            self._known.update(answers)
        found: list[Name] = []
        for (start, end), key in zip(where, keys, strict=True):
            least = SURE if runs.is_cut_off(block, start, end) else 0.0
            found += (
                Name(start + name.start, start + name.end, name.entity, name.confidence)
                for name in (answers[key] if key in answers else known[key])
                if name.confidence >= least
            )
        return found

    def _digest(self, run: bytes) -> bytes:
        return hashlib.blake2b(run, digest_size=16, key=self._key).digest()

    def _answers(self, texts: Sequence[str]) -> Iterator[tuple[Name, ...]]:
        """The names in each text, positions in its bytes."""
        pieces = [(number, first, last) for number, text in enumerate(texts) for first, last in _pieces(text)]
        read = self._read([_INVALID.sub("\ufffd", texts[number][first:last]) for number, first, last in pieces])
        spans: list[list[Span]] = [[] for _ in texts]
        for (number, first, _), found in zip(pieces, read, strict=True):
            spans[number] += [Span(first + s.start, first + s.end, s.label, s.score) for s in found]
        for text, of_text in zip(texts, spans, strict=True):
            yield tuple(_names(text, of_text))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where a text is cut that is too long: behind a sign, if there is one."""
    start = 0
    while len(text) - start > _LONGEST:
        signs = [sign.end() for sign in _CUT.finditer(text, start + _LONGEST // 2, start + _LONGEST)]
        end = signs[-1] if signs else start + _LONGEST
        yield start, end
        start = end
    yield start, len(text)


def _names(text: str, spans: Sequence[Span]) -> Iterator[Name]:
    """What counts of what a pipeline found."""
    for start, end, entity, score in _joined(text, spans):
        value = text[start:end]
        left, right = len(value) - len(value.lstrip()), len(value.rstrip())
        if right <= left or (entity == ADDRESS and not is_address(value)):
            continue
        low = len(text[: start + left].encode("utf-8", "surrogateescape"))
        high = low + len(value[left:right].encode("utf-8", "surrogateescape"))
        yield Name(low, high, entity, round(min(max(score, 0.0), 1.0), 4))


def _joined(text: str, spans: Sequence[Span]) -> list[tuple[int, int, str, float]]:
    """The spans with labels that count; places that touch are one, with the number of the house behind them."""
    joined: list[tuple[int, int, str, float]] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        entity = FOREIGN.get(span.label.upper())
        if entity is None:
            continue
        start, end, score = span.start, span.end, span.score
        if entity == ADDRESS:
            if joined and joined[-1][1] == start and joined[-1][2] == entity:
                start, _, _, before = joined.pop()
                score = min(score, before)
            end = house_end(text, end) if is_address(text[start:end]) else end
        joined.append((start, end, entity, score))
    return joined
