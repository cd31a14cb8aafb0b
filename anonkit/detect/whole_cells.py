"""Which cells of a table are one plain value each? Most cells of columns of phones: they need no look of their own.

A cell that is the eleven digits of a mobile number, and nothing else, is found as the other such cells of its column
are: as a whole, by the same rule, equally sure. What the name of the column, the policy and the rules make of it does
not depend on the digits. So the engine looks at some of them, and the others are as those. That holds for values that
no other rule takes as a whole, and for the cards that come with anonkit; tests compare all keys of these cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from anonkit.detect.block import DIGITS, PAD_BYTES, Block, Ints, Mask, distinct, table
from anonkit.detect.candidates import Candidates, concatenate
from anonkit.detect.cells import Cells
from anonkit.detect.engine import Engine, Findings
from anonkit.detect.finders.ip import octets
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.vectors import YES, bank_card, cn_id_card, cn_mobile, luhn, uscc

# fewer cells of a column that are alike, or fewer in all, are as quickly looked at
_LEAST_ALIKE, _LEAST = 64, 256
_MOST_SHOWN = 8
# kinds of values, by which the engine cannot tell their cells apart: of identity cards, by what else they prove
_MOBILE, _IPV4, _ID_CARD = 1, 2, 16
_ENDS_IN_X, _IS_LUHN, _IS_USCC, _IS_BANK_CARD = 1, 2, 4, 8
_KINDS: Final = 32
_MOBILE_BYTES, _ID_CARD_BYTES = 11, 18
_LEAST_IPV4_BYTES, _MOST_IPV4_BYTES = 7, 15
_DIGIT = table(DIGITS)
_DOT, _ZERO, _X, _SMALL_X = b".0Xx"


@dataclass(frozen=True, slots=True)
class _Alike:
    """The numbers of cells of one column with one kind of value, and the entity that these are of."""

    rows: Ints
    entity: str

    @property
    def shown(self) -> Ints:
        """Those at which the engine looks: some of all parts of the block."""
        return self.rows[distinct(np.linspace(0, len(self.rows) - 1, _MOST_SHOWN).astype(np.int64))]


@dataclass(frozen=True, slots=True)
class _Part:
    """A block of cells without some of them; a position from `cuts` on was `shifts` bytes further on in the whole."""

    block: Block
    cells: Cells
    cuts: Ints
    shifts: Ints

    def moved(self, positions: Ints) -> Ints:
        """Where positions in this block are in the whole one."""
        moved: Ints = positions + self.shifts[np.searchsorted(self.cuts, positions, "right")]
        return moved


def find(engine: Engine, block: Block, threshold: float, rules: frozenset[int] | None, cells: Cells) -> Findings:
    """What `Engine.find` finds in a block of cells."""
    wanted = _wanted(engine.book, threshold, rules)
    alike = list(_alike(cells, _kinds(block, cells), wanted)) if len(cells) >= _LEAST else []
    if sum(len(group.rows) for group in alike) < _LEAST:
        return engine.find(block, threshold, rules, cells)
    skipped = np.zeros(len(cells), np.bool_)
    for group in alike:
        skipped[group.rows] = True
        skipped[group.shown] = False
    part = _without(block, cells, skipped)
    seen = engine.find(part.block, threshold, rules, part.cells)
    rest = seen.found
    found = [Candidates(part.moved(rest.start), part.moved(rest.end), rest.rule, rest.confidence)]
    for group in alike:
        as_shown = _as_shown(engine.book, found[0], cells, group, skipped)
        if as_shown is None:
            return engine.find(block, threshold, rules, cells)
        found.append(as_shown)
    all_found = concatenate(found)
    in_order = all_found.take(np.argsort(all_found.start, kind="stable"))
    return Findings(block, in_order, part.moved(seen.statements))


def _wanted(book: RuleBook, threshold: float, rules: frozenset[int] | None) -> frozenset[str]:
    """The entities of which rules without keys are sure enough."""
    return frozenset(
        rule.card.entity
        for number, rule in enumerate(book.rules)
        if not rule.keyed and rule.confidence >= threshold and (rules is None or number in rules)
    )


def _kinds(block: Block, cells: Cells) -> Ints:
    """The kind of the value that each cell is; 0 for none."""
    raw, start, end = block.raw, cells.start, cells.end
    length = end - start
    kinds = np.zeros(len(cells), np.int64)
    rows = np.flatnonzero(length == _MOBILE_BYTES)
    kinds[rows[cn_mobile(block, start[rows], end[rows]) == YES]] = _MOBILE
    rows = np.flatnonzero(length == _ID_CARD_BYTES)
    rows = rows[cn_id_card(block, start[rows], end[rows]) == YES]
    last = raw[end[rows] - 1]
    rows, last = rows[last != _SMALL_X], last[last != _SMALL_X]
    of_card = _ID_CARD + (last == _X) * _ENDS_IN_X
    for check, flag in ((luhn, _IS_LUHN), (uscc, _IS_USCC), (bank_card, _IS_BANK_CARD)):
        of_card += (check(block, start[rows], end[rows]) == YES) * flag
    kinds[rows] = of_card
    dotted = (raw[start + 1] == _DOT) | (raw[start + 2] == _DOT) | (raw[start + 3] == _DOT)
    rows = np.flatnonzero(dotted & (length >= _LEAST_IPV4_BYTES) & (length <= _MOST_IPV4_BYTES))
    rows = rows[_DIGIT[raw[start[rows]]] & (raw[start[rows]] != _ZERO) & _DIGIT[raw[end[rows] - 1]]]
    valid, _, small = octets(block, start[rows], end[rows])
    kinds[rows[valid & ~small]] = _IPV4
    return kinds


def _alike(cells: Cells, kinds: Ints, wanted: frozenset[str]) -> Iterator[_Alike]:
    """The cells of a column that are alike, where they are many."""
    rows = np.flatnonzero(kinds)
    group = cells.column[rows] * _KINDS + kinds[rows]
    order = np.argsort(group, kind="stable")
    rows, group = rows[order], group[order]
    edges = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        entity = _entity(int(group[low]) % _KINDS)
        if high - low >= _LEAST_ALIKE and entity in wanted:
            yield _Alike(rows[low:high], entity)


def _entity(kind: int) -> str:
    if kind >= _ID_CARD:
        return "CN_ID_CARD"
    return "CN_MOBILE" if kind == _MOBILE else "IP_ADDRESS"


def _without(block: Block, cells: Cells, skipped: Mask) -> _Part:
    """A block without some cells, each with the newline behind it."""
    start, end = cells.start[skipped], cells.end[skipped] + 1
    apart = start[1:] != end[:-1]
    start, end = start[np.append(True, apart)], end[np.append(apart, True)]
    removed = np.concatenate(([0], np.cumsum(end - start)))
    buffer = block.buffer
    lows = [PAD_BYTES, *end.tolist()]
    highs = [*start.tolist(), len(buffer) - PAD_BYTES]
    text = b"".join([buffer[low:high] for low, high in zip(lows, highs, strict=True)])
    kept = cells.taken(np.flatnonzero(~skipped))
    kept = kept.moved(lambda positions: positions - removed[np.searchsorted(start, positions, "right")])
    return _Part(Block(text), kept, start - removed[:-1], removed)


def _as_shown(book: RuleBook, found: Candidates, cells: Cells, group: _Alike, skipped: Mask) -> Candidates | None:
    """What is found in the cells that were skipped, as in those that were not; None where these are no such values."""
    shown = group.shown
    at = np.searchsorted(found.start, cells.start[shown])
    if not len(found) or at[-1] >= len(found):
        return None
    rule, confidence = int(found.rule[at[0]]), float(found.confidence[at[0]])
    is_whole = (found.start[at] == cells.start[shown]) & (found.end[at] == cells.end[shown])
    is_same = (found.rule[at] == rule) & (found.confidence[at] == confidence)
    if not (is_whole & is_same).all() or book.rule(rule).card.entity != group.entity:
        return None
    rows = group.rows[skipped[group.rows]]
    size = len(rows)
    return Candidates(cells.start[rows], cells.end[rows], np.full(size, rule), np.full(size, confidence))
