"""Plain numbers: all rules for a run of at least eleven digits look at the same runs, thousands at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anonkit.detect.block import ALNUM, DIGITS, Block, Ints, table
from anonkit.detect.expressions import DIGIT_RUN_DIGITS
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.rules import Rule
from anonkit.detect.vectors import digit_runs

_DOT, _LOWER_X, _CASE, _ZERO = b".x\x200"
_DIGIT = table(DIGITS)


def numbers(block: Block, book: RuleBook, ends: Ints, rules: frozenset[int] | None) -> Iterator[tuple[int, Ints, Ints]]:
    """For each rule for plain numbers, its index and where what it takes starts and ends.

    ends   behind the eleventh digit of each run
    rules  only these; all if None
    """
    raw = block.raw
    start, end = digit_runs(block, ends - DIGIT_RUN_DIGITS)
    before, after, second, third = raw[start - 1], raw[end], raw[end + 1], raw[end + 2]
    alone = ~ALNUM[before] & ~ALNUM[after]
    as_float = (after == _DOT) & (second == _ZERO) & ~ALNUM[third] & (third != _DOT)  # 13912345678.0
    whole = alone & (before != _DOT) & ((after != _DOT) | ~_DIGIT[second] | as_float)  # no decimals
    ends_in_x = ~ALNUM[before] & ((after | _CASE) == _LOWER_X) & ~ALNUM[second]
    lengths = end - start
    first = raw[start]
    for index, (low, high) in book.number_rules:
        rule = book.rules[index]
        if (rules is not None and index not in rules) or rule.match is None:
            continue
        fits = (lengths >= low) & (lengths <= high) & rule.begins[first]
        fits &= whole if rule.match.boundary in ("dotted", "token") else alone
        rows = np.flatnonzero(fits)
        stop = end[rows]
        if rule.ends_in_x and (with_x := np.flatnonzero(ends_in_x & (lengths + 1 == high))).size:
            rows, stop = np.concatenate((rows, with_x)), np.concatenate((stop, end[with_x] + 1))
            order = np.argsort(start[rows], kind="stable")
            rows, stop = rows[order], stop[order]
        if rows.size:
            good = _checked(block, book, rule, start[rows], stop)
            rows, stop = rows[good], stop[good]
            yield index, start[rows], stop + 2 * as_float[rows]


def _checked(block: Block, book: RuleBook, rule: Rule, start: Ints, end: Ints) -> Ints:
    """The rows of the numbers that the rule's pattern and validator take."""
    rows = np.arange(len(start))
    if not rule.pattern_is_checked:
        rows = np.flatnonzero(book.may_be_valid(block, rule.validator_name, start, end))
        matches, buffer = rule.plain_pattern.fullmatch, block.buffer
        spans = zip(start[rows].tolist(), end[rows].tolist(), strict=True)
        rows = rows[np.array([matches(buffer, first, last) is not None for first, last in spans], np.bool_)]
    return rows[book.valid(block, rule.validator_name, start[rows], end[rows])]
