"""Finds all candidates of a block, and decides which of them are findings; lines do not depend on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonkit.detect import patterns, views
from anonkit.detect.attributes import attributes, piped
from anonkit.detect.block import HEX, PAD_BYTES, Block, Bytes, Ints, Mask, is_in, table
from anonkit.detect.candidates import Candidates, candidates, concatenate
from anonkit.detect.finders.base import Found
from anonkit.detect.numbers import numbers
from anonkit.detect.overlaps import winners
from anonkit.detect.rules import Kind, RuleBook, rule_book
from anonkit.detect.scan import Key, Scanner
from anonkit.detect.second_look import CHAIN_BYTES, weighed
from anonkit.detect.statements import inserted
from anonkit.detect.values import values
from anonkit.model import Evidence, Recognizer

THRESHOLD = 0.5
_NONE = np.empty(0, np.int64)
_MOST_ROUNDS = 4
# what stands in for a finding when its neighbours are looked at again: like a label, but no label's letters
_LESS, _MASK, _GREATER = b"<_>"
_EVIDENCE_BYTES = 128
_POSITION_BITS = 40
_PERCENT, _BACKSLASH, _U = b"%\\u"
_HEX = table(HEX)
# signs beside a finding that may belong to a value which its neighbour hid
_MAY_END_VALUE = table(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz)]")
_MAY_BEGIN_VALUE = table(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz([+")
_BEGINS_ESCAPE = table(b"ux")
_WIDE_LEAD, _WIDE_MIDDLE = 0xEF, 0xBC


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a block: sorted, not overlapping, positions in the padded buffer.

    A rule number beyond the last rule stands for the rule that many rules before, found in a decoded view.
    `statements` tells where words of SQL statements end.
    """

    block: Block
    found: Candidates
    statements: Ints


class _Sorter:
    """Collects the candidates of a block: the sure ones, and those that want a second look."""

    def __init__(self, book: RuleBook, block: Block, threshold: float) -> None:
        self.book, self.block, self.threshold = book, block, threshold
        self.sure: list[Candidates] = []
        self.doubtful: list[Candidates] = []
        self.escaped: list[Candidates] = []  # what begins with the digits of an escape

    def put_found(self, index: int, found: Found) -> None:
        """What a finder found."""
        start, end, confidence = found
        if len(start):
            self._put(index, Candidates(start, end, np.full(len(start), index, np.int64), confidence))

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
        found = Candidates(start, end, rule, self.book.confidence_of_rule[rule])
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
            found = concatenate([found, weighed(self.block, self.book, doubtful, found, self.threshold)])
        for escaped in self.escaped:
            found = concatenate([found, escaped.take(_apart(found, escaped))])
        return found

    def _put(self, index: int, found: Candidates) -> None:
        # what begins with the digits of %XX is rather read in the decoded view, but for LIKE '%13812345678%'
        raw = self.block.raw
        before, first, second = raw[found.start - 1], raw[found.start], raw[found.start + 1]
        escaped = ((before == _PERCENT) & _HEX[first] | (before == _BACKSLASH) & (first == _U)) & _HEX[second]
        rule = self.book.rules[index]
        if escaped.any():
            if rule.confidence >= self.threshold:
                self.escaped.append(found.take(escaped))
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


class Engine:
    """The compiled cards. Immutable; safe in threads (one scan at a time) and across fork."""

    def __init__(self, cards: Sequence[Recognizer]) -> None:
        self.book: RuleBook = rule_book(cards)
        self.scanner = Scanner(self.book)

    def find(
        self, block: Block, threshold: float = THRESHOLD, rules: frozenset[int] | None = None, *, overlaps: bool = False
    ) -> Findings:
        """The findings of a block of UTF-8 lines.

        rules     only candidates of these rules count; all if None
        overlaps  give all candidates, overlapping as they are
        """
        found, statements = self._find(block, threshold, rules, 0)
        if not overlaps:
            found = self._with_neighbours(block, *winners(block, self.book, found), threshold, rules)
        return Findings(block, found, statements)

    def evidence(self, findings: Findings, row: int) -> Evidence:
        """Why the candidate in `row` was taken."""
        found = findings.found
        number, start = int(found.rule[row]), int(found.start[row])
        rule = self.book.rule(number)
        # the words stand in a short window
        low = max(0, start - _EVIDENCE_BYTES)
        floor = max(0, int(found.end[row - 1]) - low) if row else 0
        window = findings.block.buffer[low : int(found.end[row])]
        words = self.book.words[rule.card_index].weigh(window, start - low, floor)[1]
        view = "decoded" if number >= len(self.book.rules) else ""
        return Evidence(rule.card.source, rule.name, rule.validator_name or None, words, view)

    def _find(
        self, block: Block, threshold: float, rules: frozenset[int] | None, depth: int
    ) -> tuple[Candidates, Ints]:
        """All candidates that are sure enough, overlapping as they are; and where words of SQL statements end."""
        book = self.book
        sorter = _Sorter(book, block, threshold)
        statements = named = _NONE
        triggers: list[Ints] = []
        keys: list[tuple[int, Ints]] = []
        finders: dict[int, list[Ints]] = {}
        for action, ends in self.scanner.hits(block):
            kind, rule = action.kind, book.rules[action.rule]
            if kind is Kind.VIEW:
                triggers.append(ends - 1)
            elif kind is Kind.STATEMENT:
                statements = ends
            elif kind is Kind.ATTRIBUTE:
                named = ends
            elif kind is Kind.DIGITS:
                for index, first, last in numbers(block, book, ends, rules):
                    sorter.put(index, first, last)
            elif rules is not None and action.rule not in rules:
                continue
            elif kind is Kind.KEYED:
                keys.append((action.rule, ends - 1))
            elif rule.finder is not None:
                finders.setdefault(action.rule, [_NONE] * len(rule.finder.triggers))[action.trigger] = ends
            else:
                look = patterns.around if kind is Kind.TRIGGER else patterns.ending_at
                sorter.put(action.rule, *look(block, book, rule, ends))
        for index, hits in finders.items():
            finder = book.rules[index].finder
            if finder is not None:
                sorter.put_found(index, finder.find(block, hits))
        keys += self._named(block, inserted(block.buffer, statements.tolist()), rules)
        keys += self._named(block, attributes(block, named), rules)
        keys += self._named(block, piped(block), rules)
        self._put_values(block, keys, sorter)
        self._put_lines(block, rules, sorter)
        if triggers and depth < views.MAX_DEPTH:
            sorter.sure += self._in_view(block, np.concatenate(triggers), threshold, rules, depth)
        return sorter.result(), statements

    def _named(
        self, block: Block, values_of: Mapping[bytes, list[int]], rules: frozenset[int] | None
    ) -> list[tuple[int, Ints]]:
        """The rules whose keys stand apart from their values, and where the values begin."""
        at: dict[Key, list[int]] = {}
        for name, positions in values_of.items():
            for position in positions:
                at.setdefault((name, block.buffer[position]), []).append(position)
        return [
            (rule, np.array(at[key], np.int64))
            for key, known in self.scanner.rules_of_keys(at).items()
            for rule in known
            if rules is None or rule in rules
        ]

    def _put_values(self, block: Block, keys: list[tuple[int, Ints]], sorter: _Sorter) -> None:
        """The values of the keys whose separators end at the positions."""
        if not keys:
            return
        at = np.sort(np.concatenate([(number << _POSITION_BITS) + positions for number, positions in keys]))
        at = at[np.append(True, at[1:] != at[:-1])]
        rule, position = at >> _POSITION_BITS, at & ((1 << _POSITION_BITS) - 1)
        new = ~sorter.taken(rule, position)
        sorter.put_keyed(*values(block, self.book, rule[new], position[new]))

    def _put_lines(self, block: Block, rules: frozenset[int] | None, sorter: _Sorter) -> None:
        """What fills its line and so needs no key."""
        for action, lines in self.scanner.short_lines(block):
            if rules is None or action.rule in rules:
                rule = self.book.rules[action.rule]
                sorter.put_whole(action.rule, *patterns.filling(block, self.book, rule, lines))

    def _with_neighbours(
        self, block: Block, found: Candidates, lost: Ints, threshold: float, rules: frozenset[int] | None
    ) -> Candidates:
        """The findings, and those that only appear when others, glued to them, are taken away.

        In `13812345678abc@x.cn` the address ends what the number's neighbour forbids, and an address that ran into an
        identity number lost to it; scrubbing twice would find them.

        lost  where candidates began that lost to a winner which does not cover them
        """
        raw = block.raw
        for _ in range(_MOST_ROUNDS):
            if not len(found):
                break
            before, after = raw[found.start - 1], raw[found.end]
            escape = (after == _BACKSLASH) & _BEGINS_ESCAPE[raw[found.end + 1]]
            glued = np.flatnonzero(_MAY_END_VALUE[before] | _MAY_BEGIN_VALUE[after] | escape | _wide(raw, found))
            if not glued.size and not lost.size:
                break
            masked = raw.copy()
            for start, end in zip(found.start.tolist(), found.end.tolist(), strict=True):
                masked[start:end] = _MASK
            masked[found.start], masked[found.end - 1] = _LESS, _GREATER
            newlines = block.newlines
            lines = np.unique(np.searchsorted(newlines, np.concatenate((found.start[glued], lost))))
            lost = _NONE
            more: list[Candidates] = []
            for line in lines.tolist():
                low, high = int(newlines[line - 1]) + 1, int(newlines[line])
                part = Block(masked[low:high].tobytes())
                of_line, _ = self._find(part, threshold, rules, 0)
                new, _ = winners(part, self.book, of_line)
                shift = low - PAD_BYTES
                more.append(Candidates(new.start + shift, new.end + shift, new.rule, new.confidence))
            new = concatenate(more)
            apart = _apart(found, new)
            if not apart.any():
                break
            found = concatenate([found, new.take(apart)])
            found = found.take(np.argsort(found.start, kind="stable"))
        return found

    def _in_view(
        self, block: Block, triggers: Ints, threshold: float, rules: frozenset[int] | None, depth: int
    ) -> list[Candidates]:
        """What is found in the decoded view of the lines with triggers, at its place in the block."""
        view = views.decoded(block.buffer, np.sort(triggers).tolist())
        decoded = Block(view.text)
        found, _ = self._find(decoded, threshold, rules, depth + 1)
        found, _ = winners(decoded, self.book, found)
        rows = []
        n = len(self.book.rules)
        columns = (found.start - PAD_BYTES, found.end - PAD_BYTES, found.rule, found.confidence)
        for start, end, number, confidence in zip(*(c.tolist() for c in columns), strict=True):
            origin = view.origin(start, end)
            if origin is not None:
                rows.append((*origin, number % n + n, confidence))
        if not rows:
            return []
        start, end, number, confidence = (np.array(c) for c in zip(*rows, strict=True))
        return [Candidates(start, end, number, confidence)]


def _wide(raw: Bytes, found: Candidates) -> Mask:
    """Beside which findings full-width characters stand."""
    before = (raw[found.start - 3] == _WIDE_LEAD) & (raw[found.start - 2] == _WIDE_MIDDLE)
    wide: Mask = before | (raw[found.end] == _WIDE_LEAD) & (raw[found.end + 1] == _WIDE_MIDDLE)
    return wide


def _apart(found: Candidates, new: Candidates) -> Mask:
    """Which of the new candidates overlap none of those found."""
    # as many begin before its end as have ended where it starts
    apart: Mask = np.searchsorted(np.sort(found.start), new.end) == np.searchsorted(
        np.sort(found.end), new.start, "right"
    )
    return apart
