"""Finds all candidates of a block in one scan of one database, and decides which of them are findings.

Positions inside are those of the padded block: a newline stands before and after the text, so that every neighbour
exists. What is found in a line never depends on other lines.
"""

from __future__ import annotations

import re
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import hyperscan  # noqa: TC002  typing alone, but rules import it anyway
import numpy as np
import numpy.typing as npt

from anonkit.detect import views
from anonkit.detect.candidates import Bytes, Candidates, Ints, candidates, concatenate, without_overlaps
from anonkit.detect.context import LOWER
from anonkit.detect.database import open_database
from anonkit.detect.expressions import DIGIT_RUN_DIGITS
from anonkit.detect.keyed import MAX_VALUE_BYTES, array_values, is_our_label
from anonkit.detect.rules import Kind, Rule, RuleBook, rule_book
from anonkit.detect.statements import insert_rows
from anonkit.detect.vectors import ASK, NO, VECTORS, YES, digit_runs
from anonkit.model import Evidence, Recognizer

THRESHOLD = 0.5
_NONE = np.empty(0, np.int64)
# "version 1.2.3.4 upgraded to 2.0.0.1": what was said against the first value goes for the second
_CHAIN_BYTES = 24
_CHAIN = re.compile("(?i)(?:to|->|=>|→|至|到|升级|and|or|,|~)[ \t]{0,2}v?\\Z".encode())
_SPAN = 1 << 31
# what stands in for a finding when its neighbours are looked at again: like a label, but no label's letters
_MOST_ROUNDS = 4
_LESS, _MASK, _GREATER = b"<_>"
_COPULAS = frozenset(c.encode() for c in "为是叫")
_EVIDENCE_BYTES = 128
_IS_KEY = re.compile(rb"\\{0,9}[\"'][ \t]?:")
# a hit is kept as one number: its expression's above the position where it ends
_END_BITS = 36
_END_MASK = (1 << _END_BITS) - 1
_EQUALS, _SPACE, _NEWLINE, _DOT, _LOWER_X, _CASE, _ZERO = b"= \n.x\x200"
# what a label before a value, or a label in place of one, ends or begins with
_MAY_END_LABEL = frozenset(b"><C;\"'` \t[({\\bu") | frozenset(range(0x80, 0xC0))
_BEFORE_NEXT = frozenset(b",\"'\\")
_QUOTES = frozenset(b"\"'\\")
# a trigger ends at most this far behind where its pattern begins
_TRIGGER_BYTES = 80
_LEAST_WHOLE_BYTES, _MOST_WHOLE_BYTES = 6, 64
_BYTE = np.arange(256)
_DIGIT = (_BYTE >= 48) & (_BYTE <= 57)  # noqa: PLR2004  0 to 9
_HEX = _DIGIT | (_BYTE >= 65) & (_BYTE <= 70) | (_BYTE >= 97) & (_BYTE <= 102)  # noqa: PLR2004  A to F, a to f
_PERCENT, _BACKSLASH, _U = b"%\\u"
_ALNUM = _DIGIT | (_BYTE >= 65) & (_BYTE <= 90) | (_BYTE >= 97) & (_BYTE <= 122)  # noqa: PLR2004  A to Z, a to z


class _Sorter:
    """Collects the candidates of a block: the sure ones, and those that want a second look."""

    def __init__(self, book: RuleBook, raw: Bytes, threshold: float) -> None:
        self.book, self.raw, self.threshold = book, raw, threshold
        self.sure: list[Candidates] = []
        self.doubtful: list[Candidates] = []

    def put_found(self, index: int, rows: Sequence[tuple[int, int, float]]) -> None:
        """What a finder found."""
        if rows:
            start, end, confidence = (np.array(c) for c in zip(*rows, strict=True))
            self._put(index, Candidates(start, end, np.full(len(start), index, np.int64), confidence))

    def put(self, index: int, start: Ints, end: Ints) -> None:
        """What a pattern matched."""
        if len(start):
            self._put(index, candidates(start, end, index, self.book.rules[index].confidence))

    def put_keyed(self, index: int, start: Ints, end: Ints) -> None:
        """The values of keys: what stands before them is their key, and no word against them."""
        if len(start):
            confidence = self.book.rules[index].confidence
            (self.sure if confidence >= self.threshold else self.doubtful).append(
                candidates(start, end, index, confidence)
            )

    def not_taken(self, rule: Rule, positions: Ints) -> Ints:
        """Of the positions of a key's values those where no surer rule of the same card has found one already."""
        taken = [c.start for c in self.sure if self.book.rules[int(c.rule[0])].card is rule.card]
        return positions[~np.isin(positions, np.concatenate(taken))] if taken else positions

    def _put(self, index: int, found: Candidates) -> None:
        # what begins with the digits of %XX is read in the decoded view
        raw = self.raw
        escaped = (raw[found.start - 1] == _PERCENT) & _HEX[raw[found.start]] & _HEX[raw[found.start + 1]]
        escaped |= (raw[found.start - 1] == _BACKSLASH) & (raw[found.start] == _U) & _HEX[raw[found.start + 1]]
        if escaped.any():
            found = found.take(~escaped)
            if not len(found):
                return
        rule = self.book.rules[index]
        if rule.confidence < self.threshold:
            self.doubtful.append(found)
            return
        words = self.book.words[rule.card_index]
        if not words.against:
            self.sure.append(found)
            return
        near = words.may_speak_against(self.raw, found.start)
        if near.any():  # and what follows closely
            near[1:] |= near[:-1] & (found.start[1:] - found.end[:-1] <= _CHAIN_BYTES)
            self.doubtful.append(found.take(near))
            found = found.take(~near)
        if len(found):
            self.sure.append(found)


def _opens_array(buffer: bytes, at: int) -> bool:
    """Whether the value at `at` is the first of an array."""
    opening = buffer[max(0, at - 8) : at].rpartition(b"\n")[2]
    return b"[" in opening or b"(" in opening


def _apart(found: Candidates, new: Candidates) -> npt.NDArray[np.bool_]:
    """Which of the new candidates overlap none of those found."""
    after = np.searchsorted(found.end, new.start, "right")
    apart: npt.NDArray[np.bool_] = (after == len(found)) | (found.start[np.minimum(after, len(found) - 1)] >= new.end)
    return apart


def _columns(found: dict[int, int]) -> tuple[Ints, Ints]:
    return np.array(list(found), np.int64), np.array(list(found.values()), np.int64)


class Engine:
    """The compiled cards. Immutable; safe in threads (one scan at a time) and across fork."""

    def __init__(self, cards: Sequence[Recognizer]) -> None:
        self.book: RuleBook = rule_book(cards)
        self.database: hyperscan.Database = open_database(self.book.digest, self.book.expressions)
        self.whole_database: hyperscan.Database | None = None
        if self.book.whole_actions:
            self.whole_database = open_database(self.book.digest + "-whole", self.book.whole_expressions)
        self._number_rules = [(i, r.digit_lengths) for i, r in enumerate(self.book.rules) if r.digit_lengths]
        self._lock = threading.Lock()
        # twice: a rule number beyond the last rule is that rule in a decoded view
        self._card_of_rule = np.array([r.card_index for r in self.book.rules] * 2, np.int64)

    @staticmethod
    def pad(block: bytes) -> bytes:
        """The block as it is scanned."""
        return b"\n" + block + b"\n"

    def find(
        self, block: bytes, threshold: float = THRESHOLD, rules: frozenset[int] | None = None, *, overlaps: bool = False
    ) -> tuple[Candidates, Ints]:
        """The findings of a block of UTF-8 lines: sorted, not overlapping; and where words of SQL statements end.

        Positions are in bytes of the block.

        rules     only candidates of these rules count; all if None
        overlaps  give all candidates, overlapping as they are
        A rule number beyond the last rule stands for the rule that many rules before, found in a decoded view.
        """
        buffer = self.pad(block)
        found, statements = self._find(buffer, threshold, rules, 0)
        if not overlaps:
            winners, lost = without_overlaps(found, self._beats(buffer, found))
            found = self._with_neighbours(buffer, winners, lost, threshold, rules)
        return Candidates(found.start - 1, found.end - 1, found.rule, found.confidence), statements

    def rule(self, number: int) -> Rule:
        """The rule that a candidate names."""
        return self.book.rules[number % len(self.book.rules)]

    def evidence(self, block: bytes, found: Candidates, row: int) -> Evidence:
        """Why the candidate in `row` of what `find` gave was taken."""
        number = int(found.rule[row])
        rule = self.rule(number)
        floor = int(found.end[row - 1]) + 1 if row else 0
        # the words stand in a short window: pad no more than that
        low = max(0, int(found.start[row]) - _EVIDENCE_BYTES)
        window = self.pad(block[low : int(found.end[row])])
        words = self.book.words[rule.card_index].weigh(window, int(found.start[row]) - low + 1, max(0, floor - low))[1]
        validator = rule.match.validator if rule.match else None
        view = "decoded" if number >= len(self.book.rules) else ""
        return Evidence(rule.card.source, rule.name, validator, words, view)

    # ------------------------------------------------------------------ the scan

    def _hits(self, database: hyperscan.Database, buffer: bytes) -> Iterator[tuple[int, Ints]]:
        """For each expression that hit, its number and where its hits end, ascending."""
        collected = array("q")
        append = collected.append

        def on_hit(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            append(number << _END_BITS | end)

        with self._lock:
            database.scan(buffer, match_event_handler=on_hit)
        hits = np.sort(np.frombuffer(collected, np.int64))
        numbers, ends = hits >> _END_BITS, hits & _END_MASK
        edges = np.flatnonzero(np.diff(numbers, prepend=-1, append=-1)).tolist()
        for low, high in pairwise(edges):
            yield int(numbers[low]), ends[low:high]

    def _find(
        self, buffer: bytes, threshold: float, rules: frozenset[int] | None, depth: int
    ) -> tuple[Candidates, Ints]:
        """All candidates that are sure enough, overlapping as they are; and where words of SQL statements end."""
        raw = np.frombuffer(buffer, np.uint8)
        sorter = _Sorter(self.book, raw, threshold)
        self._find_whole_lines(buffer, raw, rules, sorter)
        statements = _NONE
        triggers: list[Ints] = []
        for number, ends in self._hits(self.database, buffer):
            action = self.book.actions[number]
            kind = action.kind
            if kind is Kind.VIEW:
                triggers.append(ends - 1)
            elif kind is Kind.STATEMENT:
                statements = ends
            elif kind is Kind.DIGITS:
                self._numbers(buffer, raw, ends - DIGIT_RUN_DIGITS, rules, sorter)
            elif rules is None or action.rule in rules:
                rule = self.book.rules[action.rule]
                if kind is Kind.KEYED:
                    sorter.put_keyed(action.rule, *self._keyed(buffer, rule, sorter.not_taken(rule, ends - 1)))
                elif kind is Kind.PATTERN or kind is Kind.WEAK:
                    sorter.put(action.rule, *self._pattern(buffer, rule, ends))
                elif kind is Kind.TRIGGER:
                    sorter.put(action.rule, *self._around(buffer, rule, ends))
                elif rule.finder is not None:
                    sorter.put_found(action.rule, rule.finder.find(buffer, action.trigger, ends))
        if depth < views.MAX_DEPTH:
            view = views.View()
            if triggers:
                views.decode(buffer, np.unique(np.concatenate(triggers)).tolist(), view)
            if depth == 0:
                insert_rows(buffer, statements.tolist(), view)
            if view.size:
                sorter.sure += self._in_view(view, threshold, rules, depth)
        found = concatenate(sorter.sure)
        if sorter.doubtful:
            found = concatenate([found, self._weighed(buffer, concatenate(sorter.doubtful), found, threshold)])
        return found, statements

    def _with_neighbours(
        self, buffer: bytes, found: Candidates, lost: Ints, threshold: float, rules: frozenset[int] | None
    ) -> Candidates:
        """The findings, and those that only appear when others, glued to them, are taken away.

        In `13812345678abc@x.cn` the address ends what the number's neighbour forbids, and an address that ran into an
        identity number lost to it; scrubbing twice would find them.

        lost  where candidates began that lost to a winner which does not cover them
        """
        for _ in range(_MOST_ROUNDS):
            if not len(found):
                break
            raw = np.frombuffer(buffer, np.uint8)
            glued = np.flatnonzero(_ALNUM[raw[found.start - 1]] | _ALNUM[raw[found.end]])
            if not glued.size and not lost.size:
                break
            masked = raw.copy()
            for start, end in zip(found.start.tolist(), found.end.tolist(), strict=True):
                masked[start:end] = _MASK
                masked[start], masked[end - 1] = _LESS, _GREATER
            newlines = np.flatnonzero(raw == _NEWLINE)
            lines = np.unique(np.searchsorted(newlines, np.concatenate((found.start[glued], lost))))
            lost = _NONE
            more: list[Candidates] = []
            for line in lines.tolist():
                low, high = int(newlines[line - 1]), int(newlines[line])
                part = masked[low : high + 1].tobytes()
                candidates_of_line, _ = self._find(part, threshold, rules, 0)
                new, _ = without_overlaps(candidates_of_line, self._beats(part, candidates_of_line))
                more.append(Candidates(new.start + low, new.end + low, new.rule, new.confidence))
            new = concatenate(more)
            apart = _apart(found, new)
            if not apart.any():
                break
            found = concatenate([found, new.take(apart)])
            found = found.take(np.argsort(found.start, kind="stable"))
        return found

    def _find_whole_lines(self, buffer: bytes, raw: Bytes, rules: frozenset[int] | None, sorter: _Sorter) -> None:
        """What fills a short line needs no key: one more scan, of the short lines only."""
        if self.whole_database is None:
            return
        newlines = np.flatnonzero(raw == _NEWLINE)
        lengths = np.diff(newlines) - 1
        short = np.flatnonzero((lengths >= _LEAST_WHOLE_BYTES) & (lengths <= _MOST_WHOLE_BYTES))
        if not len(short):
            return
        starts = newlines[short] + 1
        lines = (
            b"\n"
            + b"\n\n".join([buffer[s : s + n] for s, n in zip(starts.tolist(), lengths[short].tolist(), strict=True)])
            + b"\n"
        )
        offsets = np.concatenate(([1], 1 + np.cumsum(lengths[short] + 2)))
        for number, ends in self._hits(self.whole_database, lines):
            index = self.book.whole_actions[number].rule
            if rules is not None and index not in rules:
                continue
            rule = self.book.rules[index]
            found: list[tuple[int, int]] = []
            for row in np.unique(np.searchsorted(offsets, ends - 2, "right") - 1).tolist():
                at = int(starts[row])
                match = rule.whole_pattern.match(buffer, at - 1, at + int(lengths[short[row]]) + 1)
                if match is not None and rule.accepts(match[1]):
                    found.append(match.span(1))
            if found and rule.confidence >= sorter.threshold:
                table = np.array(found, np.int64)
                sorter.sure.append(candidates(table[:, 0], table[:, 1], index, rule.confidence))

    def _numbers(self, buffer: bytes, raw: Bytes, start: Ints, rules: frozenset[int] | None, sorter: _Sorter) -> None:
        """All rules for plain numbers, at the runs of digits that begin at `start`."""
        start, end = digit_runs(raw, start)
        before, after, second = raw[start - 1], raw[end], raw[np.minimum(end + 1, len(raw) - 1)]
        alone = ~_ALNUM[before] & ~_ALNUM[after]
        third = raw[np.minimum(end + 2, len(raw) - 1)]
        as_float = (after == _DOT) & (second == _ZERO) & ~_ALNUM[third] & (third != _DOT)  # 13912345678.0
        whole = alone & (before != _DOT) & ((after != _DOT) | ~_DIGIT[second] | as_float)  # no decimals
        ends_in_x = ~_ALNUM[before] & ((after | _CASE) == _LOWER_X) & ~_ALNUM[second]
        lengths = end - start
        for index, (low, high) in self._number_rules:
            rule = self.book.rules[index]
            if (rules is not None and index not in rules) or rule.match is None:
                continue
            fits = (lengths >= low) & (lengths <= high) & rule.begins[raw[start]]
            fits &= whole if rule.match.boundary in ("dotted", "token") else alone
            rows = np.flatnonzero(fits)
            stop = end[rows]
            if rule.ends_in_x and (with_x := np.flatnonzero(ends_in_x & (lengths + 1 == high))).size:
                rows, stop = np.concatenate((rows, with_x)), np.concatenate((stop, end[with_x] + 1))
            if rows.size:
                first, last = self._checked(buffer, raw, rule, start[rows], stop)
                sorter.put(index, first, last + 2 * as_float[np.searchsorted(start, first)])

    def _checked(self, buffer: bytes, raw: Bytes, rule: Rule, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """The numbers that the rule's pattern and validator take."""
        validator = rule.match.validator if rule.match else None
        vector = VECTORS.get(validator or "")
        verdicts = vector(raw, start, end) if vector is not None else np.full(len(start), ASK, np.int8)
        matches, accepts = rule.plain_pattern.fullmatch, rule.accepts
        for row in np.flatnonzero(verdicts != NO).tolist():
            first, last = int(start[row]), int(end[row])
            if verdicts[row] == ASK:
                verdicts[row] = matches(buffer, first, last) is not None and accepts(buffer[first:last])
            elif not rule.vector_is_enough:
                verdicts[row] = matches(buffer, first, last) is not None
        good = verdicts == YES
        return start[good], end[good]

    def _pattern(self, buffer: bytes, rule: Rule, ends: Ints) -> tuple[Ints, Ints]:
        """The values of a pattern of which some end, with the right neighbour, at `ends`."""
        search, width = rule.pattern.search, rule.width
        found: dict[int, int] = {}
        for end in ends.tolist():
            match = search(buffer, max(0, end - width), end)
            while match is not None and match.end() < end:  # an earlier value in the window
                match = search(buffer, match.start() + 1, end)
            if match is not None and self._holds(buffer, rule, match):
                first, last = value_span(match)
                found[first] = max(last, found.get(first, 0))
        return _columns(found)

    def _around(self, buffer: bytes, rule: Rule, ends: Ints) -> tuple[Ints, Ints]:
        """The values of a pattern around the ends of its trigger."""
        search, width = rule.pattern.search, rule.width
        back = min(width, _TRIGGER_BYTES)
        found: dict[int, int] = {}
        done = -1
        for end in ends.tolist():
            if end <= done:
                continue
            match = search(buffer, max(0, end - back), end + width)
            while match is not None and match.end() <= end - 1:
                match = search(buffer, match.start() + 1, end + width)
            if match is not None and match.start() < end and self._holds(buffer, rule, match):
                first, done = value_span(match)
                found[first] = done
        return _columns(found)

    @staticmethod
    def _holds(buffer: bytes, rule: Rule, match: re.Match[bytes]) -> bool:
        """Whether a match of a pattern is a value: in one line, with no decimals behind, and valid."""
        first, last = value_span(match)
        value = buffer[first:last]
        if b"\n" in value or not rule.accepts(value):
            return False
        if rule.match is not None and rule.match.boundary == "octets" and _more_octets(buffer, first, last):
            return False
        goes_on = buffer[last] == _DOT and buffer[last + 1 : last + 2].isdigit()
        return not (goes_on and rule.match is not None and rule.match.boundary == "dotted")

    def _keyed(self, buffer: bytes, rule: Rule, positions: Ints) -> tuple[Ints, Ints]:
        match, judge, trim = rule.value_match, rule.judge, rule.trim
        start: list[int] = []
        end: list[int] = []
        last = -1
        for position in positions.tolist():
            if (
                position < last or buffer[position : position + 3] in _COPULAS
            ):  # 地址为...: what follows it is told of, too
                continue
            found = match(buffer, position, position + MAX_VALUE_BYTES)
            if found is None:
                continue
            at, last = found.span(found.lastindex or 0)
            if trim is not None:
                last = at + trim(found[0], buffer[max(0, at - 3) : at], buffer[last : last + 30])
                if last == at:
                    continue
            if buffer[last] in _QUOTES and _IS_KEY.match(buffer, last):  # the next key of an object
                continue
            if buffer[last] == _EQUALS and buffer[at - 1] == _SPACE:  # "logname= uid=0": the next key, not a value
                continue
            if judge(buffer[at:last]) and not (buffer[at - 1] in _MAY_END_LABEL and is_our_label(buffer, at)):
                start.append(at)
                end.append(last)
            if buffer[last] in _BEFORE_NEXT and _opens_array(buffer, at):
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
        floors = (
            sure_ends[np.searchsorted(sure_ends, doubtful.start, "right") - 1].tolist()
            if len(sure)
            else [0] * len(doubtful)
        )
        keep: list[int] = []
        confidence = doubtful.confidence.copy()
        floor = 0
        refused = -_CHAIN_BYTES - 1
        for row, (start, end, number) in enumerate(
            zip(doubtful.start.tolist(), doubtful.end.tolist(), doubtful.rule.tolist(), strict=True)
        ):
            rule = self.book.rules[number]
            if rule.confidence >= threshold:
                change = self.book.words[rule.card_index].against_at(buffer, start)
            else:
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
        text = b"\n" + view.text
        found, _ = self._find(text, threshold, rules, depth + 1)
        found, _ = without_overlaps(found, self._beats(text, found))
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
            if (a.checked and b.keyed) or (b.checked and a.keyed):
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
                more = self._key_length(buffer, a, int(found.start[one])) - self._key_length(
                    buffer, b, int(found.start[other])
                )
                if more:
                    return more > 0
            return (int(found.rule[one]), one) < (int(found.rule[other]), other)

        return beats

    @staticmethod
    def _key_length(buffer: bytes, rule: Rule, start: int) -> int:
        key = rule.key_before.search(buffer[max(0, start - 80) : start])
        return key.end() - key.start() if key else 0


_MORE = re.compile(rb"[:-][0-9A-Fa-f]{2}(?![0-9A-Za-z])")
_MORE_BEFORE = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{2}[:-]\Z")


def _more_octets(buffer: bytes, start: int, end: int) -> bool:
    """Whether the pairs of hex digits go on beside [start, end): then they are something longer."""
    return _MORE.match(buffer, end) is not None or _MORE_BEFORE.search(buffer, start - 4, start) is not None


def value_span(match: re.Match[bytes]) -> tuple[int, int]:
    """The value within a match: what a group inside the pattern took, else the whole pattern (group 1)."""
    for group in range(2, match.re.groups + 1):
        if match.start(group) >= 0:
            return match.span(group)
    return match.span(1)
