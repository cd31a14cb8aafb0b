"""What becomes of strings that many cells share, when what they become depends on the cell?

A string keeps its number for the first thing that a cell makes of it; what other cells make of it comes behind all.
So what holds a finding stays only where a cell, in a column of another name, has it as something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anonkit.io.tables.xlsx import markup
from anonkit.io.tables.xlsx.markup import Place, Replacement, Stretch
from anonkit.io.tables.xlsx.texts import Names, Texts, edits_of

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_ITEM = re.compile(
    rb"<si><t(?: xml:space=\"preserve\")?>(?P<plain>[^<]*)</t></si>"
    rb"|<(?:[^\s<>:/\"']+:)?si(?=[\s/>])(?P<attributes>" + markup.ATTRIBUTES + rb")>"
)
_PLAIN = re.compile(rb"<(?:si|is)><t(?: xml:space=\"preserve\")?>([^<]*)</t></(?:si|is)>\Z")
_END = re.compile(rb"</(?:[^\s<>:/\"']+:)?si\s*>")
_COUNT = re.compile(rb"\buniqueCount\s*=\s*[\"'](\d+)[\"']")
_LAST = re.compile(rb"</(?:[^\s<>:/\"']+:)?sst\s*>\s*\Z")


class SharedStrings:
    """The strings of a workbook, in memory; `texts` are as a reader sees them."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self.texts: list[bytes] = []
        self._spans: list[tuple[int, int]] = []
        at = 0
        while (match := _ITEM.search(xml, at)) is not None:
            at = match.end()
            plain = match["plain"]
            if plain is not None:
                self.texts.append(markup.decoded(plain))
            elif match["attributes"].endswith(b"/"):
                self.texts.append(b"")
            else:
                closing = _END.search(xml, at)
                at = closing.end() if closing is not None else len(xml)
                self.texts.append(rich(xml, match.start(), at)[0].text(xml))
            self._spans.append((match.start(), at))
        self.claims: list[bytes | None] = [None] * len(self.texts)
        """What the string of each number has become so far, once a cell has asked."""
        self._items: dict[int, bytes] = {}
        self._numbers: dict[tuple[int, bytes], int] = {}
        self._more: list[bytes] = []

    def number(self, string: int, edits: list[Replacement]) -> int:
        """The number of what edits make of a string."""
        text = self.texts[string]
        new = markup.replaced(text, edits) if edits else text
        if self.claims[string] is None:
            self.claims[string] = new
            if edits:
                self._items[string] = self._item(string, edits)
        if self.claims[string] == new:
            return string
        known = self._numbers.get((string, new))
        if known is None:
            known = self._numbers[string, new] = len(self.texts) + len(self._more)
            self._more.append(self._item(string, edits))
        return known

    def settle(self, scrubber: Scrubber, names: Names, counts: Counter[str], told: dict[bytes, bytes]) -> bytes | None:
        """The XML after all cells have asked; None where nothing changed. What no cell has is scrubbed for itself.

        told  what cells with these texts have become, which a string that no cell has any more may repeat
        """
        unused = [number for number, claim in enumerate(self.claims) if claim is None]
        texts = Texts([self.texts[n] for n in unused], [0] * len(unused), list(range(len(unused))))
        found = edits_of(scrubber, texts, names, counts)
        for row, number in enumerate(unused):
            text = self.texts[number]
            if row in found:
                self._items[number] = self._item(number, found[row])
            elif text in told:
                self._items[number] = self._item(number, [(0, len(text), told[text])])
        edits = [(*self._spans[number], item) for number, item in self._items.items()]
        edits += self._phonetic(scrubber, names, counts)
        if not edits and not self._more:
            return None
        return self._with_more(markup.replaced(self._xml, edits))

    def _item(self, number: int, edits: list[Replacement]) -> bytes:
        start, end = self._spans[number]
        return rewritten(self._xml, start, end, edits)

    def _phonetic(self, scrubber: Scrubber, names: Names, counts: Counter[str]) -> list[Replacement]:
        """Strings that stay, without how they are read where that holds a finding."""
        if b"rPh" not in self._xml:
            return []
        texts = Texts()
        spans: list[tuple[int, int]] = []
        for number, (start, end) in enumerate(self._spans):
            if number not in self._items and b"rPh" in self._xml[start:end]:
                for first, last in rich(self._xml, start, end)[1]:
                    texts.add(_text_within(self._xml, first, last), 0, len(spans))
                    spans.append((first, last))
        return [(*spans[row], b"") for row in edits_of(scrubber, texts, names, counts)]

    def _with_more(self, xml: bytes) -> bytes:
        """The XML with what came behind the last string, and their number."""
        if not self._more:
            return xml
        last = _LAST.search(xml)
        if last is None:  # cells refer to strings that are not there
            return xml
        xml = xml[: last.start()] + b"".join(self._more) + xml[last.start() :]
        total = str(len(self.texts) + len(self._more)).encode()
        count = _COUNT.search(xml, 0, self._spans[0][0])
        return xml if count is None else xml[: count.start(1)] + total + xml[count.end(1) :]


def rich(xml: bytes, start: int, end: int) -> tuple[Place, list[tuple[int, int]]]:
    """Where the text of an item lies, run by run, and the elements that say how it is read aloud."""
    plain = _PLAIN.match(xml, start, end)
    if plain is not None:
        return Place((Stretch(*plain.span(1)),)), []
    stretches: list[Stretch] = []
    phonetic: list[tuple[int, int]] = []
    opened = -1
    within_text = False
    item = xml[start:end]
    for token in markup.tokens(item):
        if token.name in (b"rPh", b"phoneticPr"):
            if token.kind == "empty":
                phonetic.append((start + token.start, start + token.end))
            elif token.kind == "open":
                opened = token.start
            else:
                phonetic.append((start + opened, start + token.end))
                opened = -1
        elif token.name == b"t":
            within_text = token.kind == "open"
        elif token.kind == "text" and within_text and opened < 0:
            stretches.append(Stretch(start + token.start, start + token.end))
    return markup.joined(stretches), phonetic


def rewritten(xml: bytes, start: int, end: int, edits: Sequence[Replacement]) -> bytes:
    """An item with its text edited; how it is read aloud goes, and blanks at the ends of runs are kept."""
    place, phonetic = rich(xml, start, end)
    made = [*place.spliced(xml, edits), *((first, last, b"") for first, last in phonetic)]
    item = markup.replaced(xml[start:end], [(first - start, last - start, new) for first, last, new in made])
    return _BLANK_AT_AN_END.sub(rb"<\1t xml:space=\"preserve\">", item)


_BLANK_AT_AN_END = re.compile(rb"<((?:[^\s<>:/\"']+:)?)t>(?=\s|[^<]*\s<)")


def _text_within(xml: bytes, start: int, end: int) -> bytes:
    part = xml[start:end]
    return b"".join(markup.decoded(part[t.start : t.end]) for t in markup.tokens(part) if t.kind == "text")
