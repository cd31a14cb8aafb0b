"""The second look: of candidates that are not sure by themselves, those that the words before them make so."""

from __future__ import annotations

import re

import numpy as np

from anonkit.detect.block import Block, is_in
from anonkit.detect.candidates import Candidates
from anonkit.detect.context import LOWER
from anonkit.detect.rules import RuleBook

# "version 1.2.3.4 upgraded to 2.0.0.1": what was said against the first value goes for the second
CHAIN_BYTES = 24
_CHAIN = re.compile("(?i)(?:to|->|=>|→|至|到|升级|and|or|,|~)[ \t]{0,2}v?\\Z".encode())
_SPAN = 1 << 31


def weighed(block: Block, book: RuleBook, doubtful: Candidates, sure: Candidates, threshold: float) -> Candidates:
    """Of the doubtful candidates those that their context makes sure enough."""
    # what a surer rule of the same card takes as it is needs no second look
    cards = book.card_of_rule
    rivals = sure.take(np.isin(cards[sure.rule], cards[np.unique(doubtful.rule)], kind="table"))
    doubtful = doubtful.take(~is_in(doubtful.start * _SPAN + doubtful.end, rivals.start * _SPAN + rivals.end))
    doubtful = doubtful.take(np.lexsort((doubtful.end, doubtful.start)))
    sure_ends = np.concatenate(([0], np.sort(sure.end)))
    floors = sure_ends[np.searchsorted(sure_ends, doubtful.start, "right") - 1].tolist()
    keep: list[int] = []
    confidence = doubtful.confidence.tolist()
    buffer = block.buffer
    floor = 0
    refused = -CHAIN_BYTES - 1
    spans = zip(doubtful.start.tolist(), doubtful.end.tolist(), doubtful.rule.tolist(), strict=True)
    for row, (start, end, number) in enumerate(spans):
        rule = book.rules[number]
        words = book.words[rule.card_index]
        if rule.confidence >= threshold:
            change = words.against_at(buffer, start)
        else:
            change, _ = words.weigh(buffer, start, max(floor if floor <= start else 0, floors[row]))
        if 0 < start - refused <= CHAIN_BYTES and _CHAIN.search(buffer[refused:start]):
            change -= LOWER
        sure_now = min(1.0, confidence[row] + change)
        if sure_now >= threshold:
            keep.append(row)
            confidence[row] = sure_now
            floor = end
        elif change < 0:
            refused = end
    rows = np.array(keep, np.int64)
    return Candidates(doubtful.start, doubtful.end, doubtful.rule, np.array(confidence)).take(rows)
