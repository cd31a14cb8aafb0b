"""How well are people, addresses and organisations found in labelled texts, and by whom?"""

from __future__ import annotations

import json
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from anonkit.detect.names.labels import ENTITIES
from anonkit.training import corpora, evaluate
from anonkit.training.evaluate import Score, Span
from anonkit.training.fillers import Fillers
from anonkit.training.sentences import Sentence

ROOT: Final = Path(__file__).resolve().parent.parent
_OF_POSSEG: Final = {"nr": "PERSON", "nrfg": "PERSON", "nrt": "PERSON", "ns": "ADDRESS", "nt": "ORGANIZATION"}

Finder = Callable[[Sequence[str]], list[list[Span]]]
"""Spans of each text: start, end (half-open, code points), entity; others than names count for what they cover."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A labelled set; `note` says what a reader must know of it."""

    name: str
    read: Callable[[], list[Sentence]]
    note: str = ""


def sets(data: Path, own: Sequence[str]) -> list[Texts]:
    """The sets that are there: the public ones in `data`, the lines of the repository, and NAME=FILE of `own`."""
    found = [
        Texts("UNER GSDSimp test", lambda: list(corpora.uner(data / "uner" / "test.iob2"))),
        Texts("UNER PUD", lambda: list(corpora.uner(data / "uner" / "pud.iob2")), "the model was trained with it"),
        Texts("Weibo NER test, names", lambda: list(corpora.conll(data / "weibo" / "test.conll"))),
    ]
    found = [one for one, file in zip(found, ("uner/test.iob2", "uner/pud.iob2", "weibo/test.conll"), strict=True)
             if (data / file).is_file()]  # fmt: skip
    for file in sorted((ROOT / "tests" / "data" / "names").glob("*.txt")):
        found.append(Texts(f"{file.stem} (repository)", partial(_marked, file)))
    for one in own:
        name, _, path = one.partition("=")
        found.append(Texts(name, partial(_own, Path(path))))
    return found


def _marked(file: Path) -> list[Sentence]:
    return list(corpora.marked(file))


def _own(file: Path) -> list[Sentence]:
    """The sentences of a file in any form that `anonkit train-names` reads, or in that of CLUENER."""
    with file.open(encoding="utf-8-sig") as lines:
        first = lines.readline()
    if not first.startswith("{") or not isinstance(json.loads(first).get("label"), dict):
        return corpora.own(file, Fillers(file.parent), "")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "cluener.jsonl"
        entries = [json.loads(line) for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
        copy.write_text("".join(json.dumps(_of_cluener(entry)) + "\n" for entry in entries), encoding="utf-8")
        return list(corpora.json_lines(copy))


def _of_cluener(entry: dict[str, Any]) -> dict[str, Any]:
    """CLUENER says {"label": {"name": {"VALUE": [[first, last], ...]}}}; its addresses go up to countries."""
    spans = [
        [first, last + 1, "LOC" if label == "address" else label]
        for label, values in entry["label"].items()
        for places in values.values()
        for first, last in places
    ]
    return {"text": entry["text"], "spans": spans}


def anonkit_whole() -> Finder:
    """Return anonkit.scan: rules and model together."""
    import anonkit

    scrubber = anonkit.Scrubber(only_finds=True)
    names = set(ENTITIES.values())

    def find(texts: Sequence[str]) -> list[list[Span]]:
        spans = [(f.start, f.end, f.entity) for f in anonkit.scan("\n".join(texts))]
        return _by_text(texts, [s for s in spans if s[2] in names or not scrubber.keeps(s[2])])

    return find


def model_alone() -> Finder:
    """Return the shipped model without any rule."""
    from anonkit.detect.names.model import shipped

    return lambda texts: evaluate.find(shipped(), texts)


def posseg() -> Finder:
    """Return jieba.posseg alone: each word that it calls a person (nr), a place (ns) or an organisation (nt)."""
    import logging

    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.ERROR)

    def find(texts: Sequence[str]) -> list[list[Span]]:
        out = []
        for text in texts:
            spans, at = [], 0
            for pair in jieba.posseg.cut(text):
                if pair.flag in _OF_POSSEG:
                    spans.append((at, at + len(pair.word), _OF_POSSEG[pair.flag]))
                at += len(pair.word)
            out.append(spans)
        return out

    return find


FINDERS: Final[dict[str, Callable[[], Finder]]] = {
    "anonkit": anonkit_whole,
    "model alone": model_alone,
    "jieba.posseg": posseg,
}


def _by_text(texts: Sequence[str], spans: Sequence[Span]) -> list[list[Span]]:
    """Spans of the joined texts, each where it stands in its own text."""
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    out: list[list[Span]] = [[] for _ in texts]
    for start, end, entity in spans:
        which = bisect_right(starts, start) - 1
        out[which].append((start - starts[which], end - starts[which], entity))
    return out


def score(sentences: Sequence[Sentence], find: Finder) -> dict[str, Score]:
    """The counts of each entity."""
    texts = [" ".join(s.text.splitlines()) if len(s.text.splitlines()) > 1 else s.text for s in sentences]
    return evaluate.count(sentences, find(texts))
