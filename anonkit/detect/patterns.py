"""Self-evident patterns: what exactly stands where an expression of the first look has hit."""

from __future__ import annotations

import re

import numpy as np

from anonkit.detect.block import ALNUM, DIGITS, HEX, NEWLINE, Block, Ints, Mask, table
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.rules import Rule

_DOT = ord(".")
_DIGIT, _HEX, _MARK = table(DIGITS), table(HEX), table(b":-")
# of a wide pattern the trigger ends at most this far behind where the pattern begins
_WIDE_BYTES, _TRIGGER_BYTES = 256, 80


def ending_at(block: Block, book: RuleBook, rule: Rule, ends: Ints) -> tuple[Ints, Ints]:
    """The values of a pattern of which some end, with the right neighbour, at `ends`."""
    if rule.span_in_match is not None:
        first, last = rule.span_in_match
        return _held(block, book, rule, ends - rule.width + first, ends - rule.width + last)
    buffer, search = block.buffer, rule.pattern.search
    spans: list[tuple[int, int]] = []
    # a value lies in one line: what stands in the lines before need not be looked at
    newlines = block.newlines
    lines = newlines[np.searchsorted(newlines, ends - 1) - 1]
    for low, end in zip(np.maximum(lines, ends - rule.width).tolist(), ends.tolist(), strict=True):
        match = search(buffer, low, end)
        while match is not None and match.end() < end:  # an earlier value in the window
            match = search(buffer, match.start() + 1, end)
        if match is not None:
            spans.append(value_span(match))
    return _longest(*_held(block, book, rule, *_columns(spans)))


def around(block: Block, book: RuleBook, rule: Rule, ends: Ints) -> tuple[Ints, Ints]:
    """The values of a pattern around the ends of its trigger."""
    buffer, search, width = block.buffer, rule.pattern.search, rule.width
    back = width if width <= _WIDE_BYTES else _TRIGGER_BYTES
    spans: list[tuple[int, int]] = []
    first, last = 0, -1
    for end in ends.tolist():
        if end - back <= first and end <= last:  # within the match before, and it would be found again
            continue
        match = search(buffer, max(0, end - back), end + width)
        while match is not None and match.end() <= end - 1:
            match = search(buffer, match.start() + 1, end + width)
        if match is not None and match.start() < end:
            first, last = match.span()
            spans.append(value_span(match))
    return _longest(*_held(block, book, rule, *_columns(spans)))


def filling(block: Block, book: RuleBook, rule: Rule, lines: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The values of a pattern that fill one of the lines, which begin and end there."""
    start, end = lines
    if rule.whole_width is not None:
        # a line as wide as the value is the value: most that only look like one are told apart at once
        wide = np.flatnonzero(end - start == rule.whole_width)
        keep = np.ones(len(start), np.bool_)
        keep[wide] = book.may_be_valid(block, rule.validator_name, start[wide], end[wide])
        start, end = start[keep], end[keep]
    match = rule.whole_pattern.match
    ranges = zip((start - 1).tolist(), (end + 1).tolist(), strict=True)
    spans = [found.span(1) for first, last in ranges if (found := match(block.buffer, first, last)) is not None]
    start, end = _columns(spans)
    good = book.valid(block, rule.validator_name, start, end)
    return start[good], end[good]


def value_span(match: re.Match[bytes]) -> tuple[int, int]:
    """The value within a match: what a group inside the pattern took, else the whole pattern (group 1)."""
    for group in range(2, match.re.groups + 1):
        if match.start(group) >= 0:
            return match.span(group)
    return match.span(1)


def _held(block: Block, book: RuleBook, rule: Rule, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Of what a pattern took, the values: in one line, with no decimals behind, and valid."""
    raw = block.raw
    good = ~block.holds(NEWLINE, start, end)
    boundary = rule.match.boundary if rule.match else "none"
    if boundary == "dotted":
        good &= (raw[end] != _DOT) | ~_DIGIT[raw[end + 1]]
    elif boundary == "word":
        good &= ~_are_decimals(block, start, end)
    elif boundary == "octets":  # do the pairs of hex digits go on, then they are something longer
        after = _MARK[raw[end]] & _HEX[raw[end + 1]] & _HEX[raw[end + 2]] & ~ALNUM[raw[end + 3]]
        before = _MARK[raw[start - 1]] & _HEX[raw[start - 2]] & _HEX[raw[start - 3]] & ~ALNUM[raw[start - 4]]
        # but for the digits of an address: ...:5E-10.1.2.3
        good &= ~after | (raw[end + 3] == _DOT) & _DIGIT[raw[end + 4]]
        good &= ~before | (raw[start - 4] == _DOT) & _DIGIT[raw[start - 5]]
    start, end = start[good], end[good]
    good = book.valid(block, rule.validator_name, start, end)
    return start[good], end[good]


def _are_decimals(block: Block, start: Ints, end: Ints) -> Mask:
    """Which values are the digits behind a point, as in 0.8617504122403 or 940.86...; after 1. and 12. it is a list."""
    raw = block.raw
    behind = (raw[start - 1] == _DOT) & _DIGIT[raw[start]] & _DIGIT[raw[end - 1]]
    one = (raw[start - 2] == ord("0")) & ~_DIGIT[raw[start - 3]]
    more = _DIGIT[raw[start - 2]] & _DIGIT[raw[start - 3]] & _DIGIT[raw[start - 4]]
    rows = np.flatnonzero(behind & (one | more))
    found = np.zeros(len(start), np.bool_)
    found[rows] = [block.buffer[first:last].isdigit() for first, last in zip(start[rows], end[rows], strict=True)]
    return found


def _longest(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Of values that begin at the same place the longest."""
    if len(start) < 2:  # noqa: PLR2004
        return start, end
    order = np.lexsort((end, start))
    start, end = start[order], end[order]
    last = np.append(start[1:] != start[:-1], True)
    return start[last], end[last]


def _columns(spans: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    both = np.array(spans, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
