"""Collects the candidates of a block: those that are sure, and those that want a second look."""

from __future__ import annotations

import numpy as np

from anonkit.detect.block import HEX, Block, Ints, Mask, is_in, table
from anonkit.detect.candidates import Candidates, apart_from, candidates, concatenate
from anonkit.detect.cells import Cells
from anonkit.detect.finders.base import Found
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.second_look import CHAIN_BYTES, weighed

_POSITION_BITS = 40
_PERCENT, _BACKSLASH, _U = b"%\\u"
_HEX = table(HEX)
_HEX_VALUE = np.array([int(chr(b), 16) if b in HEX else 0 for b in range(256)])
# nobody escapes letters and digits, nor control characters; the lead of a UTF-8 character is followed by another escape
_SELDOM_ESCAPED = ~table(frozenset(b for b in range(0x20, 0x7F) if not chr(b).isalnum()))
_NONE = np.empty(0, np.int64)


class Collector:
    """Collects the candidates of a block: the sure ones, and those that want a second look."""

    def __init__(self, book: RuleBook, block: Block, threshold: float, cells: Cells | None = None) -> None:
        self.book, self.block, self.threshold, self.cells = book, block, threshold, cells
        self.sure: list[Candidates] = []
        self.doubtful: list[Candidates] = []
        self.escaped: list[Candidates] = []  # what begins with the digits of an escape

    def put_found(self, index: int, found: Found) -> None:
        """What a finder found."""
        start, end, confidence = found
        if len(start):
            self._put(index, Candidates(start, end, np.full(len(start), index, np.int64), confidence))

    def put_names(self, found: Candidates) -> None:
        """What the sources of names found, each as sure as it says: no word before a name speaks against it."""
        self.sure.append(found)

    def put(self, index: int, start: Ints, end: Ints) -> None:
        """What a pattern matched."""
        if len(start):
            self._put(index, candidates(start, end, index, self.book.rules[index].confidence))

    def put_whole(self, index: int, start: Ints, end: Ints) -> None:
        """What fills its line: no word stands before it."""
        confidence = self.book.rules[index].confidence
        if len(start) and confidence >= self.threshold:
            self.sure.append(candidates(start, end, index, confidence))

    def put_keyed(self, start: Ints, end: Ints, rule: Ints) -> None:
        """The values of keys: what stands before them is their key, and no word against them."""
        self.put_judged(Candidates(start, end, rule, self.book.confidence_of_rule[rule]))

    def put_judged(self, found: Candidates) -> None:
        """What needs no look at the words before it, if it is sure enough by itself."""
        sure = found.confidence >= self.threshold
        self.sure.append(found.take(sure))
        if not sure.all():
            self.doubtful.append(found.take(~sure))

    def taken(self, rule: Ints, position: Ints) -> Mask:
        """Of the positions of keys' values, those where a surer rule of the same card has found one already."""
        cards = self.book.card_of_rule
        known = np.concatenate([_NONE, *((cards[c.rule] << _POSITION_BITS) + c.start for c in self.sure)])
        return is_in((cards[rule] << _POSITION_BITS) + position, known)

    def result(self) -> Candidates:
        """The candidates that are sure enough, once those that were not have been weighed."""
        found = concatenate(self.sure)
        if self.doubtful:
            doubtful = concatenate(self.doubtful)
            found = concatenate([found, weighed(self.block, self.book, doubtful, found, self.threshold, self.cells)])
        for escaped in self.escaped:
            found = concatenate([found, escaped.take(apart_from(found, escaped))])
        return found

    def _put(self, index: int, found: Candidates) -> None:
        # what begins with the digits of %XX is rather read in the decoded view, but for LIKE '%13812345678%'
        raw = self.block.raw
        before, first, second = raw[found.start - 1], raw[found.start], raw[found.start + 1]
        escaped = ((before == _PERCENT) & _HEX[first] | (before == _BACKSLASH) & (first == _U)) & _HEX[second]
        rule = self.book.rules[index]
        if escaped.any():
            code = _HEX_VALUE[first] << 4 | _HEX_VALUE[second]
            if rule.confidence >= self.threshold:
                self.escaped.append(found.take(escaped & (before == _PERCENT) & _SELDOM_ESCAPED[code]))
            found = found.take(~escaped)
        if rule.confidence < self.threshold:
            self.doubtful.append(found)
            return
        near = self.book.words[rule.card_index].may_speak_against(self.block, found.start)
        if near.any():  # and what follows closely
            near[1:] |= near[:-1] & (found.start[1:] - found.end[:-1] <= CHAIN_BYTES)
            self.doubtful.append(found.take(near))
            found = found.take(~near)
        self.sure.append(found)
