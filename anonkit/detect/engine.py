"""Finds all candidates of a block in one scan of one database, and decides which of them are findings.

Positions inside are those of the padded block: a newline stands before and after the text, so that every neighbour
exists. What is found in a line never depends on other lines.
"""

from __future__ import annotations

import re
import threading
from array import array
from collections.abc import Callable, Sequence

import hyperscan
import numpy as np

from anonkit.detect import views
from anonkit.detect.candidates import Candidates, Ints, candidates, concatenate, longest_per_start, without_overlaps
from anonkit.detect.context import LOWER, fills_line
from anonkit.detect.database import open_database
from anonkit.detect.keyed import MAX_VALUE_BYTES, array_values, is_our_label
from anonkit.detect.rules import Kind, Rule, RuleBook, rule_book
from anonkit.detect.statements import insert_rows
from anonkit.detect.vectors import ASK, VECTORS, YES
from anonkit.model import Evidence, Recognizer

THRESHOLD = 0.5
_AGAINST_GAP_BYTES = 16
# "version 1.2.3.4 upgraded to 2.0.0.1": what was said against the first value goes for the second
_CHAIN_BYTES = 24
_CHAIN = re.compile("(?i)(?:to|->|=>|→|至|到|升级|and|or|,|~)[ \t]{0,2}v?\\Z".encode())
_SPAN = 1 << 31
_GREATER, _EQUALS, _SPACE = b">= "
_BEFORE_NEXT = frozenset(b",\"'\\ ")
_CROSSING = (b"[^", b"\\s", b"\\S", b"\\W", b"\\D")


class Engine:
    """The compiled cards. Immutable; safe in threads (one scan at a time) and across fork."""

    def __init__(self, cards: Sequence[Recognizer]) -> None:
        self.book: RuleBook = rule_book(cards)
        self.database: hyperscan.Database = open_database(self.book.digest, self.book.expressions)
        self._lock = threading.Lock()
        # twice: a rule number beyond the last rule is that rule in a decoded view
        self._card_of_rule = np.array([r.card_index for r in self.book.rules] * 2, np.int64)

    @staticmethod
    def pad(block: bytes) -> bytes:
        """The block as it is scanned."""
        return b"\n" + block + b"\n"

    def find(
        self, block: bytes, threshold: float = THRESHOLD, rules: frozenset[int] | None = None
    ) -> tuple[Candidates, Ints]:
        """The findings of a block of UTF-8 lines: sorted, not overlapping; and where words of SQL statements end.

        Positions are in bytes of the block.

        rules  only candidates of these rules count; all if None
        A rule number beyond the last rule stands for the rule that many rules before, found in a decoded view.
        """
        found, statements = self._find(self.pad(block), threshold, rules, 0)
        return Candidates(found.start - 1, found.end - 1, found.rule, found.confidence), statements

    def rule(self, number: int) -> Rule:
        """The rule that a candidate names."""
        return self.book.rules[number % len(self.book.rules)]

    def evidence(self, block: bytes, found: Candidates, row: int) -> Evidence:
        """Why the candidate in `row` of what `find` gave was taken."""
        number = int(found.rule[row])
        rule = self.rule(number)
        floor = int(found.end[row - 1]) + 1 if row else 0
        words = self.book.words[rule.card_index].weigh(self.pad(block), int(found.start[row]) + 1, floor)[1]
        validator = rule.match.validator if rule.match else None
        view = "decoded" if number >= len(self.book.rules) else ""
        return Evidence(rule.card.source, rule.name, validator, words, view)

    # ------------------------------------------------------------------ the scan

    def _hits(self, buffer: bytes) -> tuple[Ints, Ints, Ints]:
        """Expression numbers, starts and ends of all hits, sorted by expression."""
        collected = array("q")
        append = collected.append

        def on_hit(number: int, start: int, end: int, _flags: int, _context: object) -> None:
            append(number)
            append(start)
            append(end)

        with self._lock:
            self.database.scan(buffer, match_event_handler=on_hit)
        table = np.frombuffer(collected, np.int64).reshape(-1, 3)
        order = np.argsort(table[:, 0], kind="stable")
        table = table[order]
        return table[:, 0], table[:, 1], table[:, 2]

    def _find(self, buffer: bytes, threshold: float, rules: frozenset[int] | None, depth: int) -> tuple[Candidates, Ints]:
        numbers, starts, ends = self._hits(buffer)
        if not len(numbers):
            return concatenate([]), numbers
        statements = numbers[:0]
        raw = np.frombuffer(buffer, np.uint8)
        sure: list[Candidates] = []
        doubtful: list[Candidates] = []
        against: dict[int, Ints] = {}
        triggers: list[Ints] = []
        edges = np.flatnonzero(np.diff(numbers, prepend=-1, append=-1)).tolist()
        for low, high in reversed(list(zip(edges[:-1], edges[1:], strict=True))):
            action = self.book.actions[int(numbers[low])]
            hit_starts, hit_ends = starts[low:high], ends[low:high]
            if action.kind is Kind.VIEW:
                triggers.append(hit_ends - 1)
            elif action.kind is Kind.STATEMENT:
                statements = hit_ends
            elif action.kind is Kind.AGAINST:
                against[action.rule] = hit_ends
            elif rules is None or action.rule in rules:
                self._at_hits(buffer, raw, action.rule, action.kind, action.trigger, hit_starts, hit_ends, against, threshold, sure, doubtful)
        if triggers and depth < views.MAX_DEPTH:
            view = views.decode(buffer, np.unique(np.concatenate(triggers)).tolist())
            sure += self._in_view(view, threshold, rules, depth)
        if len(statements) and depth == 0 and (rows := insert_rows(buffer, statements.tolist())) is not None:
            sure += self._in_view(rows, threshold, rules, depth)
        found = concatenate(sure)
        if doubtful:
            found = concatenate([found, self._weighed(buffer, concatenate(doubtful), found, threshold)])
        return without_overlaps(found, self._beats(buffer, found)), statements

    def _at_hits(  # noqa: PLR0913  the columns of a scan
        self, buffer: bytes, raw: np.ndarray, number: int, kind: Kind, trigger: int, starts: Ints, ends: Ints,
        against: dict[int, Ints], threshold: float, sure: list[Candidates], doubtful: list[Candidates],
    ) -> None:  # fmt: skip
        rule = self.book.rules[number]
        if kind is Kind.FINDER:
            rows = rule.finder.find(buffer, trigger, starts, ends) if rule.finder is not None else []
            start, end, sureness = (np.array(c) for c in zip(*rows, strict=True)) if rows else (ends[:0],) * 3
            found = Candidates(start, end, np.full(len(start), number, np.int64), sureness)
            self._sort_out(rule, found, against, threshold, sure, doubtful)
            return
        if kind is Kind.KEYED:
            start, end = self._keyed(buffer, rule, ends)
        else:
            start, end = self._pattern(buffer, raw, rule, starts, ends)
        if not len(start):
            return
        found = candidates(start, end, number, rule.confidence)
        if rule.match is not None and rule.match.whole or rule.confidence < threshold:
            doubtful.append(found)
            return
        self._sort_out(rule, found, {} if kind is Kind.KEYED else against, threshold, sure, doubtful)

    @staticmethod
    def _sort_out(  # noqa: PLR0913
        rule: Rule, found: Candidates, against: dict[int, Ints], threshold: float,
        sure: list[Candidates], doubtful: list[Candidates],
    ) -> None:  # fmt: skip
        """Put the candidates near a word that speaks against them with the doubtful ones, the others with the sure."""
        words = against.get(rule.card_index)
        if not len(found):
            return
        if words is None:
            sure.append(found)
            return
        before = np.searchsorted(words, found.start, "right") - 1
        near = (before >= 0) & (found.start - words[before] <= _AGAINST_GAP_BYTES)
        if near.any():  # and what follows closely
            near[1:] |= near[:-1] & (found.start[1:] - found.end[:-1] <= _CHAIN_BYTES)
        sure.append(found.take(~near))
        if near.any():
            doubtful.append(found.take(near))

    def _pattern(self, buffer: bytes, raw: np.ndarray, rule: Rule, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
        match = rule.match
        assert match is not None  # noqa: S101  a pattern's rule has its match
        padded = match.boundary != "none"
        start, end = longest_per_start(starts + padded, ends - padded)
        if match.boundary == "dotted":
            following = raw[np.minimum(end + 1, len(raw) - 1)]
            goes_on = (raw[end] == 46) & (following >= 48) & (following <= 57)  # noqa: PLR2004  "." and a digit
            start, end = start[~goes_on], end[~goes_on]
        crossing = any(c in (match.pattern or "").encode() for c in _CROSSING)
        if match.validator is None and not crossing:
            return start, end
        vector = VECTORS.get(match.validator or "")
        verdicts = vector(raw, start, end) if vector is not None else np.full(len(start), ASK, np.int8)
        if crossing:
            verdicts[verdicts == YES] = ASK
        accepts = rule.accepts
        for row in np.flatnonzero(verdicts == ASK).tolist():
            value = buffer[start[row] : end[row]]
            verdicts[row] = accepts(value) and b"\n" not in value
        good = verdicts == YES
        return start[good], end[good]

    def _keyed(self, buffer: bytes, rule: Rule, ends: Ints) -> tuple[Ints, Ints]:
        match, judge = rule.value_match, rule.judge
        start: list[int] = []
        end: list[int] = []
        last = -1
        for at in (ends - 1).tolist():
            if at < last:
                continue
            found = match(buffer, at, at + MAX_VALUE_BYTES)
            if found is None:
                continue
            last = found.end()
            if buffer[last] == _EQUALS and buffer[at - 1] == _SPACE:  # "logname= uid=0": the next key, not a value
                continue
            if judge(found[0]) and (buffer[at - 1] != _GREATER or not is_our_label(buffer, at)):
                start.append(at)
                end.append(last)
            if buffer[last] in _BEFORE_NEXT and (b"[" in buffer[at - 8 : at] or b"(" in buffer[at - 8 : at]):
                for first, last in array_values(buffer, last, match):  # noqa: B020
                    if judge(buffer[first:last]):
                        start.append(first)
                        end.append(last)
        return np.array(start, np.int64), np.array(end, np.int64)

    # ------------------------------------------------------------------ the second look

    def _weighed(self, buffer: bytes, doubtful: Candidates, sure: Candidates, threshold: float) -> Candidates:
        """Of the doubtful candidates those that their context, or an otherwise empty line, makes sure enough."""
        # what a surer rule takes as it is needs no second look
        rivals = sure.take(np.isin(self._card_of_rule[sure.rule], self._card_of_rule[np.unique(doubtful.rule)]))
        doubtful = doubtful.take(~np.isin(doubtful.start * _SPAN + doubtful.end, rivals.start * _SPAN + rivals.end))
        order = np.lexsort((doubtful.end, doubtful.start))
        doubtful = doubtful.take(order)
        sure_ends = np.sort(sure.end)
        floors = sure_ends[np.searchsorted(sure_ends, doubtful.start, "right") - 1].tolist() if len(sure) else [0] * len(doubtful)
        keep: list[int] = []
        confidence = doubtful.confidence.copy()
        floor = refused = 0
        for row, (start, end, number) in enumerate(zip(doubtful.start.tolist(), doubtful.end.tolist(), doubtful.rule.tolist(), strict=True)):
            rule = self.book.rules[number]
            if rule.match is not None and rule.match.whole:
                if fills_line(buffer, start, end) and rule.confidence >= threshold:
                    keep.append(row)
                continue
            before = floors[row]
            floor_here = max(floor if floor <= start else 0, before if before <= start else 0)
            change, _ = self.book.words[rule.card_index].weigh(buffer, start, floor_here)
            if 0 < start - refused <= _CHAIN_BYTES and _CHAIN.search(buffer[refused:start]):
                change -= LOWER
            confidence[row] = min(1.0, confidence[row] + change)
            if confidence[row] >= threshold:
                keep.append(row)
                floor = end
            elif change < 0:
                refused = end
        return Candidates(doubtful.start, doubtful.end, doubtful.rule, confidence).take(np.array(keep, np.int64))

    def _in_view(
        self, view: views.View, threshold: float, rules: frozenset[int] | None, depth: int
    ) -> list[Candidates]:
        """What is found in a view, at its place in the buffer."""
        found, _ = self._find(b"\n" + view.text, threshold, rules, depth + 1)
        rows = []
        n = len(self.book.rules)
        columns = (found.start - 1, found.end - 1, found.rule, found.confidence)
        for start, end, number, confidence in zip(*(c.tolist() for c in columns), strict=True):
            origin = view.origin(start, end)
            if origin is not None:
                rows.append((*origin, number % n + n, confidence))
        if not rows:
            return []
        start, end, number, confidence = (np.array(c) for c in zip(*rows, strict=True))
        return [Candidates(start, end, number, confidence)]

    def _beats(self, buffer: bytes, found: Candidates) -> Callable[[int, int], bool]:
        """Which of two overlapping candidates wins.

        What is to be scrubbed beats what is kept, and a value the name of a file that holds it; a check digit beats a
        key; then the longer wins, then the check digit, the pattern, the longer key, and the text itself over a
        decoded view of it.
        """

        def beats(one: int, other: int) -> bool:
            a, b = self.rule(int(found.rule[one])), self.rule(int(found.rule[other]))
            if a.kept != b.kept:
                return b.kept
            if a.file_name != b.file_name:
                return b.file_name if not (a if b.file_name else b).keyed else not b.file_name
            if a.checked and b.keyed or b.checked and a.keyed:
                return a.checked
            more = (found.end[one] - found.start[one]) - (found.end[other] - found.start[other])
            if more:
                return bool(more > 0)
            if a.checked != b.checked:
                return a.checked
            if a.keyed != b.keyed:
                return b.keyed
            if a.confidence != b.confidence:
                return a.confidence > b.confidence
            if a.keyed and a.card is not b.card:
                more = self._key_length(buffer, a, int(found.start[one])) - self._key_length(buffer, b, int(found.start[other]))
                if more:
                    return more > 0
            return (int(found.rule[one]), one) < (int(found.rule[other]), other)

        return beats

    @staticmethod
    def _key_length(buffer: bytes, rule: Rule, start: int) -> int:
        key = rule.key_before.search(buffer[max(0, start - 80) : start])
        return key.end() - key.start() if key else 0
