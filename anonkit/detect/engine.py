"""Finds all candidates of a block, and decides which of them are findings; lines do not depend on each other."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonkit.detect import patterns, views
from anonkit.detect.attributes import attributes, piped
from anonkit.detect.block import ALNUM, PAD_BYTES, Block, Bytes, Ints, Mask, distinct, table
from anonkit.detect.candidates import Candidates, apart_from, concatenate
from anonkit.detect.collector import Collector
from anonkit.detect.finders.base import Found
from anonkit.detect.finders.base import found as rows_found
from anonkit.detect.names.sources import Source, Sources
from anonkit.detect.numbers import numbers
from anonkit.detect.overlaps import winners
from anonkit.detect.rule_book import RuleBook, rule_book
from anonkit.detect.rules import Kind
from anonkit.detect.scan import Key, Scanner
from anonkit.detect.statements import inserted
from anonkit.detect.values import values, with_rest_of_parameter
from anonkit.model import Evidence, Recognizer

THRESHOLD = 0.5
_NONE = np.empty(0, np.int64)
_MOST_ROUNDS = 4
# what stands in for a finding when its neighbours are looked at again: like a label, but no label's letters
_LESS, _MASK, _GREATER = b"<_>"
_EVIDENCE_BYTES = 128
# names are read with what stands so near (detect.names.runs.GAP, and a character)
_NAME_GAP = 27
_HAN = 0xE3
_POSITION_BITS = 40
_BACKSLASH = ord("\\")
# signs beside a finding that may belong to a value which its neighbour hid
_MAY_END_VALUE, _MAY_BEGIN_VALUE = ALNUM | table(b")]"), ALNUM | table(b"([+")
_BEGINS_ESCAPE = table(b"ux")
_WIDE_LEAD, _WIDE_MIDDLE = 0xEF, 0xBC
_IN_WIDE_VALUE = table(b"\x88\x89\x8b" + bytes(range(0x90, 0x9A)) + bytes(range(0xA1, 0xBB)))  # （ ） ＋ 0-9 A-Z


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a block: sorted, positions in the padded buffer; overlapping only where that was asked for.

    A rule number beyond the last rule stands for the rule that many rules before, found in a decoded view.
    `statements` tells where words of SQL statements end.
    """

    block: Block
    found: Candidates
    statements: Ints


class Engine:
    """The compiled cards. Immutable but for what it remembers; safe in threads and across fork."""

    def __init__(self, cards: Sequence[Recognizer]) -> None:
        self.book: RuleBook = rule_book(cards)
        self.scanner = Scanner(self.book)
        self._source: Source = Sources()

    def with_names(self, source: Source) -> Engine:
        """The same engine, which takes the people, addresses and organisations from another source."""
        other = copy.copy(self)
        other._source = source  # noqa: SLF001  our own
        return other

    def with_lists(self, lists: Sequence[Source]) -> Engine:
        """The same engine, which finds the names of lists besides."""
        from anonkit.detect.names.joined import WithLists  # noqa: PLC0415  for lists only

        return self.with_names(WithLists(self._source, lists))

    def find(
        self, block: Block, threshold: float = THRESHOLD, rules: frozenset[int] | None = None, *, overlaps: bool = False
    ) -> Findings:
        """The findings of a block of UTF-8 lines.

        rules     only candidates of these rules count; all if None
        overlaps  give all candidates, overlapping as they are
        """
        found, statements = self._find(block, threshold, rules, 0)
        if overlaps:
            found = found.take(np.lexsort((found.end, found.start)))
        else:
            found = self._with_neighbours(block, *winners(block, self.book, found), threshold, rules)
            found = self._with_more_names(block, found, threshold, rules)
        return Findings(block, found, statements)

    def evidence(self, findings: Findings, row: int) -> Evidence:
        """Why the candidate in `row` was taken."""
        found = findings.found
        number, start = int(found.rule[row]), int(found.start[row])
        rule = self.book.rule(number)
        # the words stand in a short window
        low = max(0, start - _EVIDENCE_BYTES)
        before = found.end[:row][found.end[:row] <= start]
        floor = max(0, int(before.max()) - low) if len(before) else 0
        window = findings.block.buffer[low : int(found.end[row])]
        words = self.book.words[rule.card_index].weigh(window, start - low, floor)[1]
        view = "decoded" if number >= len(self.book.rules) else ""
        return Evidence(rule.card.source, rule.name, rule.validator_name or None, words, view)

    def _find(
        self, block: Block, threshold: float, rules: frozenset[int] | None, depth: int
    ) -> tuple[Candidates, Ints]:
        """All candidates that are sure enough, overlapping as they are; and where words of SQL statements end."""
        book = self.book
        collector = Collector(book, block, threshold)
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
                    collector.put(index, first, last)
            elif rules is not None and action.rule not in rules:
                continue
            elif kind is Kind.KEYED:
                keys.append((action.rule, ends - 1))
            elif rule.finder is not None:
                finders.setdefault(action.rule, [_NONE] * len(rule.finder.triggers))[action.trigger] = ends
            else:
                look = patterns.around if kind is Kind.TRIGGER else patterns.ending_at
                collector.put(action.rule, *look(block, book, rule, ends))
        for index, hits in finders.items():
            finder = book.rules[index].finder
            if finder is not None:
                collector.put_found(index, finder.find(block, hits))
        keys += self._named(block, inserted(block.buffer, statements.tolist()), rules)
        keys += self._named(block, attributes(block, named), rules)
        keys += self._named(block, piped(block), rules)
        self._put_values(block, keys, collector)
        self._put_lines(block, rules, collector)
        for index, names in self._names(block.buffer, threshold, rules).items():
            collector.put_found(index, names)
        if triggers and depth < views.MAX_DEPTH:
            collector.sure += self._in_view(block, np.concatenate(triggers), threshold, rules, depth)
        return collector.result(), statements

    def _names(self, buffer: bytes, threshold: float, rules: frozenset[int] | None) -> dict[int, Found]:
        """The people, addresses and organisations that the sources of names find in a text, by their rules."""
        wanted = {entity: rule for entity, rule in self.book.of_model.items() if rules is None or rule in rules}
        if not wanted:
            return {}
        rows: dict[int, list[tuple[int, int, float]]] = {}
        for name in self._source.find(buffer):
            rule = wanted.get(name.entity)
            if rule is not None and name.confidence >= threshold:
                rows.setdefault(rule, []).append((name.start, name.end, name.confidence))
        return {rule: rows_found(found) for rule, found in rows.items()}

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

    def _put_values(self, block: Block, keys: list[tuple[int, Ints]], collector: Collector) -> None:
        """The values of the keys whose separators end at the positions."""
        if not keys:
            return
        at = distinct(np.concatenate([(number << _POSITION_BITS) + positions for number, positions in keys]))
        rule, position = at >> _POSITION_BITS, at & ((1 << _POSITION_BITS) - 1)
        new = ~collector.taken(rule, position)
        collector.put_keyed(*values(block, self.book, rule[new], position[new]))

    def _put_lines(self, block: Block, rules: frozenset[int] | None, collector: Collector) -> None:
        """What fills its line and so needs no key."""
        for action, lines in self.scanner.short_lines(block):
            if rules is None or action.rule in rules:
                rule = self.book.rules[action.rule]
                collector.put_whole(action.rule, *patterns.filling(block, self.book, rule, lines))

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
            part, low, begins = _masked(block, found, np.concatenate((found.start[glued], lost)))
            lost = _NONE
            of_lines, _ = self._find(part, threshold, rules, 0)
            new, _ = winners(part, self.book, of_lines)
            new = _moved(new, low, begins)
            apart = apart_from(found, new)
            if not apart.any():
                break
            found = concatenate([found, new.take(apart)])
            found = found.take(np.argsort(found.start, kind="stable"))
        return found

    def _with_more_names(
        self, block: Block, found: Candidates, threshold: float, rules: frozenset[int] | None
    ) -> Candidates:
        """The findings, and the names that the model only sees when findings near them are taken away."""
        if not len(found) or block.buffer.isascii():
            return found
        gone = found.take(~self.book.kept[found.rule])
        behind, ahead = block.behind(gone.start, _NAME_GAP), block.ahead(gone.end, _NAME_GAP)
        look = gone.start[(behind >= _HAN).any(1) | (ahead >= _HAN).any(1)]
        for _ in range(_MOST_ROUNDS):
            if not look.size:
                break
            part, low, begins = _masked(block, gone, look)
            names = self._names(part.buffer, threshold, rules)
            parts = [Candidates(s, e, np.full(len(s), rule, np.int64), c) for rule, (s, e, c) in names.items()]
            new = concatenate(parts)
            new = _moved(new.take(np.argsort(new.start, kind="stable")), low, begins)
            # as everywhere, what is to be scrubbed beats what is kept
            new = new.take(apart_from(gone, new) & ~self.book.kept[new.rule])
            found = concatenate([found.take(~self.book.kept[found.rule] | apart_from(new, found)), new])
            found = found.take(np.argsort(found.start, kind="stable"))
            gone = found.take(~self.book.kept[found.rule])
            look = new.start
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
        end = with_rest_of_parameter(block, self.book, start, end, number)
        return [Candidates(start, end, number, confidence)]


def _masked(block: Block, found: Candidates, positions: Ints) -> tuple[Block, Ints, Ints]:
    """The lines that hold the positions, with the findings masked; where they begin in the block, and in the new one."""
    newlines = block.newlines
    lines = distinct(np.searchsorted(newlines, positions))
    low, high = newlines[lines - 1] + 1, newlines[lines] + 1
    begins = np.concatenate(([0], np.cumsum(high - low)[:-1]))
    buffer = block.buffer
    text = b"".join([buffer[first:last] for first, last in zip(low.tolist(), high.tolist(), strict=True)])
    which = np.searchsorted(low, found.start, "right") - 1
    inside = (which >= 0) & (found.start < high[which])
    shift = (begins - low)[which[inside]]
    start, end = found.start[inside] + shift, found.end[inside] + shift
    change = np.zeros(len(text) + 1, np.int8)
    change[start] += 1
    change[end] -= 1
    masked = np.frombuffer(text, np.uint8).copy()
    masked[np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)] = _MASK
    masked[start], masked[end - 1] = _LESS, _GREATER
    return Block(masked.tobytes()), low, PAD_BYTES + begins


def _moved(found: Candidates, low: Ints, begins: Ints) -> Candidates:
    """What was found in a block of some lines, where it stands in the block that they are from."""
    shift = (low - begins)[np.searchsorted(begins, found.start, "right") - 1]
    return Candidates(found.start + shift, found.end + shift, found.rule, found.confidence)


def _wide(raw: Bytes, found: Candidates) -> Mask:
    """Beside which findings full-width digits, letters or brackets stand."""
    start, end = found.start, found.end
    before = (raw[start - 3] == _WIDE_LEAD) & (raw[start - 2] == _WIDE_MIDDLE) & _IN_WIDE_VALUE[raw[start - 1]]
    after = (raw[end] == _WIDE_LEAD) & (raw[end + 1] == _WIDE_MIDDLE) & _IN_WIDE_VALUE[raw[end + 2]]
    wide: Mask = before | after
    return wide
