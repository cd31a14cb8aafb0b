"""Finds all candidates of a block, and decides which of them are findings; lines do not depend on each other."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonkit.detect import cells as table_cells
from anonkit.detect import neighbours, patterns, views
from anonkit.detect.attributes import attributes, piped
from anonkit.detect.block import PAD_BYTES, Block, Ints, distinct
from anonkit.detect.candidates import Candidates, concatenate
from anonkit.detect.cells import Cells
from anonkit.detect.collector import Collector
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
_EVIDENCE_BYTES = 128
_POSITION_BITS = 40
_UNWANTED = -1


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a block: sorted, positions in the padded buffer; overlapping only where that was asked for.

    A rule number beyond the last rule stands for the rule that many rules before, found in a decoded view.
    `statements` tells where words of SQL statements end.
    """

    block: Block
    found: Candidates
    statements: Ints


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look at a block gives.

    Attributes:
        found: all candidates that are sure enough, overlapping as they are.
        statements: where words of SQL statements end.
        escapes: positions of escapes, one or more in each line with any.
    """

    found: Candidates
    statements: Ints
    escapes: Ints


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
        self,
        block: Block,
        threshold: float = THRESHOLD,
        rules: frozenset[int] | None = None,
        cells: Cells | None = None,
        *,
        overlaps: bool = False,
    ) -> Findings:
        """The findings of a block of UTF-8 lines.

        rules     only candidates of these rules count; all if None
        cells     where cells of a table lie in the block, if it is one of cells: the names of columns are their keys
        overlaps  give all candidates, overlapping as they are
        """
        look = self._find(block, threshold, rules, 0, cells)
        found = look.found
        if overlaps:
            found = found.take(np.lexsort((found.end, found.start)))
        else:
            found, lost = winners(block, self.book, found)
            found = neighbours.with_glued(
                block, self.book, found, lost, lambda part: self._find(part, threshold, rules, 0).found
            )
            if not isinstance(self._source, Sources) or self._source.may_find:
                found = neighbours.with_more_names(
                    block, self.book, found, look.escapes, lambda part, at: self._find_names(part, at, threshold, rules)
                )
        return Findings(block, found, look.statements)

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
        self, block: Block, threshold: float, rules: frozenset[int] | None, depth: int, cells: Cells | None = None
    ) -> _Look:
        """All candidates of a block, those in its decoded views too."""
        book = self.book
        collector = Collector(book, block, threshold, cells)
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
        if cells is not None:
            sure = concatenate(collector.sure)
            named_rule, start = table_cells.keys(block, book, self.scanner, cells, rules, sure)
            new = ~collector.taken(named_rule, start)
            collector.put_judged(table_cells.keyed(block, book, cells, named_rule[new], start[new]))
        self._put_lines(block, rules, collector, cells)
        collector.put_names(self._names(block.buffer, threshold, rules))
        escapes = np.sort(np.concatenate(triggers)) if triggers else _NONE
        if escapes.size and depth < views.MAX_DEPTH:
            collector.sure += self._in_view(block, escapes, threshold, rules, depth, cells)
        return _Look(collector.result(), statements, escapes)

    def _find_names(self, block: Block, escapes: Ints, threshold: float, rules: frozenset[int] | None) -> Candidates:
        """What the sources of names find in some lines, and in the views of the lines with the escapes."""
        found = [self._names(block.buffer, threshold, rules)]
        if escapes.size:
            of_names = frozenset(self.book.rule_of_name.values())
            found += self._in_view(block, escapes, threshold, of_names if rules is None else rules & of_names, 0)
        return concatenate(found)

    def _names(self, buffer: bytes, threshold: float, rules: frozenset[int] | None) -> Candidates:
        """The people, addresses and organisations that the sources of names find in a text."""
        wanted = {entity: rule for entity, rule in self.book.rule_of_name.items() if rules is None or rule in rules}
        names = self._source.find(buffer) if wanted else ()
        if not names:
            return concatenate([])
        start, end, entity, confidence = zip(*names, strict=True)
        rule = np.array([wanted.get(one, _UNWANTED) for one in entity])
        found = Candidates(np.array(start), np.array(end), rule, np.array(confidence))
        return found.take((found.rule != _UNWANTED) & (found.confidence >= threshold))

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

    def _put_lines(self, block: Block, rules: frozenset[int] | None, collector: Collector, cells: Cells | None) -> None:
        """What fills its line and so needs no key; a bare number in a table needs one, or a word in its place."""
        for action, (start, end) in self.scanner.short_lines(block):
            if rules is None or action.rule in rules:
                rule = self.book.rules[action.rule]
                if cells is not None and self.book.of_bare_numbers[action.rule]:
                    named = table_cells.spoken_for(self.book, self.scanner, cells, rule.card_index, start)
                    start, end = start[named], end[named]  # noqa: PLW2901  fewer of them
                collector.put_whole(action.rule, *patterns.filling(block, self.book, rule, (start, end)))

    def _in_view(
        self,
        block: Block,
        escapes: Ints,
        threshold: float,
        rules: frozenset[int] | None,
        depth: int,
        cells: Cells | None = None,
    ) -> list[Candidates]:
        """What is found in the decoded view of the lines with the escapes (ascending), at its place in the block."""
        view = views.decoded(block.buffer, escapes.tolist())
        decoded = Block(view.text)
        if cells is not None:
            copied, lines = (np.array(column, np.int64) for column in zip(*view.lines, strict=True))
            cells = table_cells.in_view(cells, copied, lines, view.size)
            cells = None if cells is None else cells.padded()
        found, _ = winners(decoded, self.book, self._find(decoded, threshold, rules, depth + 1, cells).found)
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
