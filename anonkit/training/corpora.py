"""Which labelled texts of others are there to learn from?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anonkit.training.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADDRESS_END = re.compile(r"[区县镇乡村路街巷弄号楼屯寨庄坊里]$")
_NO_ADDRESS = re.compile(r"(?:地|山|社|市|郊|城|辖|灾|景|战|园|林|牧|特)区$|[国洲]$")


def uner(file: Path) -> Iterator[Sentence]:
    """Sentences of Universal NER (IOB2 over words): https://www.universalner.org."""
    words: list[tuple[str, str]] = []
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        if not line.strip():
            if words:
                yield from _of_words(words)
            words = []
        elif not line.startswith("#"):
            _, word, label, *_ = line.split("\t")
            words.append((word, label))


def conll(file: Path) -> Iterator[Sentence]:
    """Sentences of one character and one label a line (BIO, BMES or BIOES; PER, LOC, ADDR, ORG and longer names of them)."""
    words: list[tuple[str, str]] = []
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        parts = line.split()
        if not parts:
            if words:
                yield from _of_words(words)
            words = []
        else:
            words.append((parts[0][0] if len(parts[0]) == 2 and parts[0][1].isdigit() else parts[0], parts[-1]))


def _of_words(words: list[tuple[str, str]]) -> Iterator[Sentence]:
    text = ""
    spans: list[tuple[int, int, str]] = []
    last = "O"
    for word, label in words:
        if text and text[-1].isascii() and word[0].isascii() and text[-1].isalnum() and word[0].isalnum():
            text += " "
        start = len(text)
        text += word
        mark, _, kind = label.partition("-")
        if mark in "BS" or (kind and not last.endswith(kind)):
            spans.append((start, len(text), kind))
        elif kind:
            spans[-1] = (spans[-1][0], len(text), kind)
        last = label
    kept = []
    for start, end, kind in spans:
        label = {"P": "PER", "O": "ORG", "G": "ADDR", "L": "ADDR", "A": "ADDR", "N": "PER"}.get(kind[:1].upper(), "")
        value = text[start:end]
        if label == "ADDR" and (not _ADDRESS_END.search(value) or _NO_ADDRESS.search(value)):
            continue
        if label and not kind.upper().endswith("NOM"):
            kept.append((start, end, label))
    yield Sentence(text, tuple(kept))


def marked(file: Path) -> Iterator[Sentence]:
    """Sentences with {person=...}, {address=...}, {org=...} in them, one a line; {{ and }} are braces."""
    import random  # noqa: PLC0415

    from anonkit.training.fillers import Fillers  # noqa: PLC0415
    from anonkit.training.sentences import read  # noqa: PLC0415

    none = Fillers(file.parent)
    for template in read(file):
        yield template.fill(none, random.Random(0))
