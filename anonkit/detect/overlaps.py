"""Which of overlapping candidates wins."""

from __future__ import annotations

import re

import numpy as np

from anonkit.detect.block import Block, Ints
from anonkit.detect.candidates import Candidates, without_overlaps
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.rules import Rule

_KEY_BYTES = 80
_HAN = 0xE3
# what may be a part of an address that the model has not seen
_OF_ADDRESS = re.compile("[0-9A-Za-z-]|号|栋|幢|楼|室|层|座|单元|村|组|路|街".encode())


def winners(block: Block, book: RuleBook, found: Candidates) -> tuple[Candidates, Ints]:
    """The candidates that no other beats, sorted, not overlapping; and where losers begin that no winner covers.

    What is to be scrubbed beats what is kept, and a value the name of a file that holds it; a check digit beats a
    key; the model of names beats a key whose value runs on into the sentence; then the longer wins, then the check digit, the pattern (of two with check digits the keyed one), the longer
    key, and the text itself over a decoded view of it.
    """
    found = _without_duplicates(book, found)
    start, end, rule = found.start, found.end, found.rule

    def wins(one: int, other: int) -> bool:
        a, b = book.rule(int(rule[one])), book.rule(int(rule[other]))
        if a.card is b.card and a.of_model != b.of_model and start[one] == start[other]:
            model, keyed = (one, other) if a.of_model else (other, one)
            if _goes_too_far(block.buffer, int(end[model]), int(end[keyed])):
                return a.of_model
        if a.kept != b.kept:
            return b.kept
        if a.file_name != b.file_name:
            return b.file_name if not (a if b.file_name else b).keyed else not b.file_name
        if (a.checked and b.keyed) or (b.checked and a.keyed):
            return a.checked
        more = int(end[one] - start[one]) - int(end[other] - start[other])
        if more:
            return more > 0
        if a.checked != b.checked:
            return a.checked
        if a.keyed != b.keyed:  # with a check digit, its key is one more reason for it
            return a.keyed if a.checked else b.keyed
        if a.confidence != b.confidence:
            return a.confidence > b.confidence
        if a.keyed and a.card is not b.card:
            more = _key_length(block.buffer, a, int(start[one])) - _key_length(block.buffer, b, int(start[other]))
            if more:
                return more > 0
        return (int(rule[one]), one) < (int(rule[other]), other)

    return without_overlaps(found, wins)


def _goes_too_far(buffer: bytes, model_end: int, keyed_end: int) -> bool:
    """Whether the value of a key takes more of a sentence than the name that the model sees at its beginning.

    收件人李娜电|话 does. What ends with its quotes or its line does not, nor does what goes on with the number of a
    house.
    """
    return model_end < keyed_end and buffer[keyed_end] >= _HAN and not _OF_ADDRESS.search(buffer, model_end, keyed_end)


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
