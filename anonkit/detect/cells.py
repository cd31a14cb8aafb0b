"""Cells of a table: each is a text of its own, and the name of its column is the key of what fills it.

The cells lie in one text, each on lines of its own, so that the engine scans many of them at once and none sees its
neighbours.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.block import DIGITS, LETTERS, PAD_BYTES, Block, Ints, Mask, distinct, table
from anonkit.detect.candidates import Candidates, Floats
from anonkit.detect.context import WINDOW_BYTES
from anonkit.detect.keyed import is_no_value
from anonkit.detect.values import judged, values
from anonkit.detect.words import NOT_PASSWORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from anonkit.detect.rule_book import RuleBook
    from anonkit.detect.scan import Key, Scanner

_BLANK = table(b" \t\r\n\v\f")
_BYTES = 256
_A_LETTER = ord("a")
_LEAST_PASSWORD_BYTES = 3
_ASCII_SIGN = re.compile(rb"[0-9A-Za-z]")
_MOST_BLANKS = 64
_NONE = np.empty(0, np.int64)
_REMARK = re.compile(r"(?:[ \t]*(?:\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】|[*:：])|[ _-]?[0-9]{1,2})\Z")


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the cells of a table lie in a text. A newline, or an end of the text, stands on both sides of each.

    Attributes:
        start, end: of each cell, in bytes of the text: ascending, half-open.
        column: of each cell, the number of its column.
        row: of each cell, the number of the record that it belongs to.
        names: of each column, as UTF-8; empty where there is none.
    """

    start: Ints
    end: Ints
    column: Ints
    row: Ints
    names: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.start)

    def moved(self, at: Callable[[Ints], Ints]) -> Cells:
        """The same cells in another text; `at` tells where positions of this one are there."""
        return replace(self, start=at(self.start), end=at(self.end))

    def padded(self) -> Cells:
        """The same cells in the buffer of a block."""
        return self.moved(lambda positions: positions + PAD_BYTES)

    def taken(self, rows: Ints) -> Cells:
        """Some of the cells."""
        return replace(self, start=self.start[rows], end=self.end[rows], column=self.column[rows], row=self.row[rows])

    def of(self, positions: Ints) -> Ints:
        """The number of the cell that each of the positions lies in; -1 before the first."""
        found: Ints = np.searchsorted(self.start, positions, "right") - 1
        return found

    def row_at(self, positions: Ints) -> Ints:
        """The record that each of the positions belongs to."""
        rows: Ints = self.row[np.maximum(self.of(positions), 0)]
        return rows

    def named(self) -> Ints:
        """The numbers of the cells that are not empty, of columns with names."""
        has_name = np.array([bool(name) for name in self.names], bool)
        return np.flatnonzero(has_name[self.column] & (self.end > self.start))


def in_view(cells: Cells, view_at: Ints, lines: Ints, size: int) -> Cells | None:
    """The cells of a block that begin at some of its lines, where these lines were copied to; None if none does.

    view_at  where the lines begin in the copy, ascending
    lines    where they begin in the block
    size     of the copy, in bytes
    """
    which = np.minimum(np.searchsorted(cells.start, lines), len(cells) - 1)
    rows = np.flatnonzero(cells.start[which] == lines)
    if not rows.size:  # the lines are later ones of cells
        return None
    ends = np.append(view_at[1:], size) - 1
    return replace(cells.taken(which[rows]), start=view_at[rows], end=ends[rows])


def keys(
    block: Block, book: RuleBook, scanner: Scanner, cells: Cells, rules: frozenset[int] | None, sure: Candidates
) -> tuple[Ints, Ints]:
    """The rules that have the names of columns for keys, and where cells begin that are to be looked at; one row each.

    sure  what was found already: a value with a check digit that fills its cell beats what a key makes of it
    """
    proved = _proved(book, cells, sure)
    begun = _begun(block, cells)
    rule: list[Ints] = []
    start: list[Ints] = []
    rules_of = scanner.rules_of_keys({*begun, *((name, _A_LETTER) for name, _ in begun)})
    for key in begun:
        # a password may begin with any sign
        of_passwords = [number for number in rules_of[key[0], _A_LETTER] if book.of_passwords[number]]
        for number in dict.fromkeys([*rules_of[key], *of_passwords]):
            if rules is None or number in rules:
                at = begun[key] if book.rules[number].checked else begun[key][~proved[cells.of(begun[key])]]
                rule.append(np.full(len(at), number, np.int64))
                start.append(at)
    return np.concatenate([_NONE, *rule]), np.concatenate([_NONE, *start])


def keyed(block: Block, book: RuleBook, cells: Cells, rule: Ints, start: Ints) -> Candidates:
    """What fills cells, or begins them, of columns with keys for names; as `keys` gives them."""
    is_secret = book.of_keyed_secrets[rule]
    found = (
        _whole(block, book, cells, rule[is_secret], start[is_secret]),
        _parts(block, book, cells, rule[~is_secret], start[~is_secret]),
    )
    first, last, number = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return Candidates(first, last, number, book.confidence_of_rule[number])


def _proved(book: RuleBook, cells: Cells, sure: Candidates) -> Mask:
    """Which cells are filled by a value with a check digit, of what is scrubbed."""
    found = np.zeros(len(cells), np.bool_)
    rows = np.flatnonzero(book.of_proved[sure.rule])
    which = cells.of(sure.start[rows])
    fills = (cells.start[which] == sure.start[rows]) & (cells.end[which] == sure.end[rows])
    found[which[fills]] = True
    return found


def raised(book: RuleBook, cells: Cells, card: Ints, start: Ints) -> Floats:
    """By how much the names of columns raise the confidence of candidates of these cards, near where cells begin.

    A word against a value speaks of what stands right before it in a text: in a name it says nothing.
    """
    which = cells.of(start)
    found = np.zeros(len(start))
    rows = np.flatnonzero((which >= 0) & (start - cells.start[which] < WINDOW_BYTES))
    columns = len(cells.names)
    kind = card[rows] * columns + cells.column[which[rows]]
    kinds = distinct(kind)
    pairs = (divmod(one, columns) for one in kinds.tolist())
    changes = [max(0.0, book.words[word].of_name(cells.names[column])) for word, column in pairs]
    found[rows] = np.array(changes)[np.searchsorted(kinds, kind)]
    return found


def spoken_for(book: RuleBook, scanner: Scanner, cells: Cells, card: int, start: Ints) -> Mask:
    """Which of the positions lie in columns whose names speak for a card: a key of it, or a word of its context.

    What has no name, as a header that is missing or the index of a frame, says nothing.
    """
    column = cells.column[np.maximum(cells.of(start), 0)]
    names = {number: cells.names[number] for number in distinct(column).tolist() if cells.names[number]}
    rules_of = scanner.rules_of_keys({(one, n) for name in names.values() for one in spellings(name) for n in DIGITS})
    of_card = {key for (key, _), rules in rules_of.items() if (book.card_of_rule[list(rules)] == card).any()}
    says = np.zeros(len(cells.names), np.bool_)
    for number, name in names.items():
        says[number] = book.words[card].of_name(name) > 0 or not of_card.isdisjoint(spellings(name))
    found: Mask = says[column]
    return found


@functools.lru_cache(maxsize=1024)
def spellings(name: bytes) -> tuple[bytes, ...]:
    """The name of a column, and what it is without remarks and numbers: 手机号码(必填), phone_2."""
    bare = name.decode("utf-8", "surrogateescape").strip()
    while (less := _REMARK.sub("", bare)) not in ("", bare):
        bare = less
    found = bare.encode("utf-8", "surrogateescape")
    return (name,) if found == name else (name, found)


def _begun(block: Block, cells: Cells) -> dict[Key, Ints]:
    """By name of column and first byte: where what is in the cells begins, behind blanks."""
    rows = cells.named()
    start, end = cells.start[rows], cells.end[rows]
    for _ in range(_MOST_BLANKS):
        is_blank = _BLANK[block.raw[start]] & (start < end)
        if not is_blank.any():
            break
        start = start + is_blank
    is_filled = start < end
    rows, start = rows[is_filled], start[is_filled]
    kind = cells.column[rows] * _BYTES + block.raw[start]
    order = np.argsort(kind, kind="stable")
    rows, start, kind = rows[order], start[order], kind[order]
    edges = np.flatnonzero(np.diff(kind, prepend=-1, append=-1))
    begun: dict[Key, list[Ints]] = {}
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        column, first = divmod(int(kind[low]), _BYTES)
        for name in spellings(cells.names[column]):
            begun.setdefault((name, first), []).append(start[low:high])
    return {key: np.sort(np.concatenate(starts)) for key, starts in begun.items()}


def _whole(block: Block, book: RuleBook, cells: Cells, rule: Ints, start: Ints) -> tuple[Ints, Ints, Ints]:
    """Secrets: a cell of such a column is one as a whole, whatever signs it holds."""
    end = _without_blanks(block, start, cells.end[cells.of(start)])
    rows = np.flatnonzero(end > start)
    good = judged(block, book, start[rows], end[rows], rule[rows])
    for row in np.flatnonzero(~good & book.of_passwords[rule[rows]]).tolist():
        good[row] = _may_be_password(block.buffer[start[rows[row]] : end[rows[row]]])
    rows = rows[good]
    return start[rows], end[rows], rule[rows]


def _may_be_password(value: bytes) -> bool:
    """Whether a cell of a column of passwords holds one: anything but a remark, since no syntax stands around it."""
    if len(value) < _LEAST_PASSWORD_BYTES or is_no_value(value) or value.lower() in NOT_PASSWORDS:
        return False
    return value.isascii() or _ASCII_SIGN.search(value) is not None


def _parts(block: Block, book: RuleBook, cells: Cells, rule: Ints, start: Ints) -> tuple[Ints, Ints, Ints]:
    """Other values. A word with other words behind it is the first of a sentence, and none."""
    order = np.lexsort((start, rule))
    start, end, rule = values(block, book, rule[order], start[order])
    last = cells.end[cells.of(start)]
    raw = block.raw
    goes_on = (end < last) & (raw[end] == ord(" ")) & LETTERS[raw[end + 1]] & LETTERS[raw[end - 1]]
    good = ~(goes_on & book.takes_words[rule])
    return start[good], np.minimum(end, last)[good], rule[good]


def _without_blanks(block: Block, start: Ints, end: Ints) -> Ints:
    """Where ranges end, less the blanks at their ends."""
    end = end.copy()
    rows = np.arange(len(end))
    while rows.size:
        rows = rows[(end[rows] > start[rows]) & _BLANK[block.raw[end[rows] - 1]]]
        end[rows] -= 1
    return end
