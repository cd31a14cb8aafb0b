"""The second look: of candidates that are not sure by themselves, those that the words before them make so."""

from __future__ import annotations

import re

import numpy as np

from anonkit.detect.block import Block, Ints, is_in
from anonkit.detect.candidates import Candidates
from anonkit.detect.cells import Cells, raised
from anonkit.detect.context import LOWER
from anonkit.detect.rule_book import RuleBook

# "version 1.2.3.4 upgraded to 2.0.0.1": what was said against the first value goes for the second
CHAIN_BYTES = 24
_CHAIN = re.compile("(?i)(?:to|->|=>|→|至|到|升级|and|or|,|~)[ \t]{0,2}v?\\Z".encode())
_LENGTH_BITS, _CARD_BITS = 16, 12


def weighed(
    block: Block, book: RuleBook, doubtful: Candidates, sure: Candidates, threshold: float, cells: Cells | None = None
) -> Candidates:
    """Of the doubtful candidates those that their context makes sure enough; of cells, the names of columns are one."""
    # what a surer rule of the same card takes as it is needs no second look
    doubtful = doubtful.take(~is_in(_places(book, doubtful), _places(book, sure)))
    doubtful = doubtful.take(np.lexsort((doubtful.end, doubtful.start)))
    start, end = doubtful.start.tolist(), doubtful.end.tolist()
    rules = [book.rules[number] for number in doubtful.rule.tolist()]
    words = [book.words[rule.card_index] for rule in rules]
    buffer = block.buffer
    own = doubtful.confidence
    weak = own < threshold
    against = [not is_weak and w.against_at(buffer, at) for w, at, is_weak in zip(words, start, weak, strict=True)]
    change = np.where(against, -LOWER, 0.0)
    refused = np.array(against, bool)
    # in order: what counts only with a context word, which may not speak of a value before, and what follows closely
    sure_ends = np.concatenate(([0], np.sort(sure.end)))
    floors = sure_ends[np.searchsorted(sure_ends, doubtful.start, "right") - 1].tolist()
    close = np.concatenate(([False], doubtful.start[1:] - np.maximum.accumulate(doubtful.end)[:-1] <= CHAIN_BYTES))
    in_order = weak | close
    kept_before = np.concatenate(([0], np.maximum.accumulate(np.where(in_order | refused, 0, doubtful.end))))
    named = np.zeros(len(start))
    if cells is not None and weak.any():
        named[weak] = raised(book, cells, book.card_of_rule[doubtful.rule[weak]], doubtful.start[weak])
    kept = 0
    for row in np.flatnonzero(in_order).tolist():
        if weak[row]:
            last = max(kept, int(kept_before[row]))
            change[row] = words[row].weigh(buffer, start[row], max(floors[row], last if last <= start[row] else 0))[0]
            change[row] = change[row] or named[row]
        before = row - 1
        while before >= 0 and not refused[before] and start[row] - end[before] <= CHAIN_BYTES:
            before -= 1
        if before >= 0 and refused[before] and 0 < start[row] - end[before] <= CHAIN_BYTES:
            between = buffer[end[before] : start[row]]
            change[row] -= LOWER if b"\n" not in between and _CHAIN.search(between) else 0.0
        if own[row] + change[row] >= threshold:
            kept = max(kept, end[row])
        refused[row] = change[row] < 0 and own[row] + change[row] < threshold
    confidence = np.minimum(1.0, own + change)
    return Candidates(doubtful.start, doubtful.end, doubtful.rule, confidence).take(confidence >= threshold)


def _places(book: RuleBook, found: Candidates) -> Ints:
    """Card, start and length of candidates in one number each; of lengths the longest are taken for one."""
    length = np.minimum(found.end - found.start, (1 << _LENGTH_BITS) - 1)
    places: Ints = (found.start << _LENGTH_BITS | length) << _CARD_BITS | book.card_of_rule[found.rule]
    return places
