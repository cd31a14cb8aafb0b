"""Which of overlapping candidates wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anonkit.detect.block import Block, Ints
from anonkit.detect.candidates import Candidates, without_overlaps
from anonkit.detect.names.labels import ADDRESS
from anonkit.detect.names.runs import HAN
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.rules import Rule
from anonkit.detect.words import HOUSE_UNITS

_KEY_BYTES = 80
# what may be a part of an address that the model has not seen
_OF_ADDRESS = re.compile(
    (
        f"(?:[0-9A-Za-z]|一|二|三|四|五|六|七|八|九|十)(?:{'|'.join(HOUSE_UNITS)})"
        "|^ ?[#-]?[0-9]"
        "|园|苑|小区|大厦|广场|公寓|村|路|街|巷"
    ).encode()
)


def winners(block: Block, book: RuleBook, found: Candidates) -> tuple[Candidates, Ints]:
    """The candidates that no other beats, sorted, not overlapping; and where losers begin that no winner covers.

    The model of names beats a key whose value runs on into the sentence. What is to be scrubbed beats what is kept,
    and a value the name of a file that holds it; a check digit beats a key; then the longer wins, then the check
    digit, of one and the same range what is no quasi-identifier (a date of birth is no mere time), the pattern (of two
    with check digits the keyed one), the surer rule, the longer key, and the text itself over a decoded view of it.
    """
    found = _without_duplicates(book, found)
    start, end, rule = found.start, found.end, found.rule

    def place(row: int) -> _Place:
        return _Place(int(start[row]), int(end[row]), book.rule(int(rule[row])))

    def wins(one: int, other: int) -> bool:
        for reason in _reasons(block.buffer, place(one), place(other)):
            if reason:
                return reason > 0
        return (int(rule[one]), one) < (int(rule[other]), other)

    return without_overlaps(found, wins)


@dataclass(frozen=True, slots=True)
class _Place:
    """A range of the buffer, and the rule that found something there."""

    start: int
    end: int
    rule: Rule


def _reasons(buffer: bytes, one: _Place, other: _Place) -> Iterator[float]:
    """For `one` where above 0, for `other` where below; the first that is not 0 tells (see `winners`)."""
    a, b = one.rule, other.rule
    if a.card is b.card and bool(a.named_by_model) != bool(b.named_by_model) and one.start == other.start:
        name, keyed = (one, other) if a.named_by_model else (other, one)
        if _goes_too_far(buffer, a.card.entity, name.end, keyed.end):
            yield 1 if a.named_by_model else -1
    yield b.kept - a.kept
    if a.file_name != b.file_name:
        value_is_keyed = a.keyed if b.file_name else b.keyed
        yield 1 if b.file_name != value_is_keyed else -1
    if (a.checked and b.keyed) or (b.checked and a.keyed):
        yield 1 if a.checked else -1
    yield (one.end - one.start) - (other.end - other.start)
    yield a.checked - b.checked
    if (one.start, one.end) == (other.start, other.end):
        yield b.is_quasi - a.is_quasi
    if a.keyed != b.keyed:  # with a check digit, its key is one more reason for it
        yield 1 if (a.keyed if a.checked else b.keyed) else -1
    yield a.confidence - b.confidence
    if a.keyed and a.card is not b.card:
        yield _key_length(buffer, a, one.start) - _key_length(buffer, b, other.start)


def _goes_too_far(buffer: bytes, entity: str, model_end: int, keyed_end: int) -> bool:
    """Whether the value of a key takes more than the name or the address that the model sees at its beginning.

    收件人李娜电|话 does, in the middle of a sentence; the value of a key that ends with its quotes or its line does
    not.
    地址:文三路8号(已核实) does, wherever it ends, unless what follows may be a part of an address.
    """
    if model_end >= keyed_end:
        return False
    if entity == ADDRESS:
        return _OF_ADDRESS.search(buffer[model_end:keyed_end]) is None
    return buffer[keyed_end] >= HAN


def _without_duplicates(book: RuleBook, found: Candidates) -> Candidates:
    """Sorted; of candidates that take the same range the winner, where their rules alone tell it."""
    found = found.take(np.lexsort((book.rank_of_rule[found.rule], -found.end, found.start)))
    before, here = found.rule[:-1], found.rule[1:]
    same = (found.start[1:] == found.start[:-1]) & (found.end[1:] == found.end[:-1])
    by_rules = (book.ties_of_rule[before] != book.ties_of_rule[here]) | (
        book.card_of_rule[before] == book.card_of_rule[here]
    )
    names = book.rank_of_rule[found.rule] < 0
    return found.take(np.concatenate(([True], ~(same & by_rules & ~names[1:] & ~names[:-1])))) if len(found) else found


def _key_length(buffer: bytes, rule: Rule, start: int) -> int:
    key = rule.key_before.search(buffer[max(0, start - _KEY_BYTES) : start])
    return key.end() - key.start() if key else 0
