"""The values of keys, of a whole block at once: from where a key's separator ends to the value, if it is one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np

from anonkit.detect.block import ALNUM, NEWLINE, PAD_BYTES, Block, Ints, Mask, between, table
from anonkit.detect.keyed import MAX_VALUE_BYTES, array_values, is_no_value, is_our_label, whole_number, whole_parameter
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.rules import LONG_VALUE_BYTES, Rule, ValueRun

_COPULAS = frozenset(c.encode() for c in "为是叫")
_BEGINS_COPULA = table(bytes(c[0] for c in _COPULAS))
_IS_KEY = re.compile(rb"\\{0,9}[\"'][ \t]?:")
_PAIR = re.compile(rb"[A-Za-z_][A-Za-z0-9_.-]*=(?!=)")
_PARAMETER = re.compile(rb"[?&][A-Za-z0-9_.\[\]%-]{1,64}\Z")
_COLON, _EQUALS, _SPACE, _TAB, _BACKSLASH, _STAR, _PERCENT, _PLUS = b":= \t\\*%+"
_BEFORE_EXPONENT = table(b"eE")
_QUOTE = table(b"\"'")
_BEFORE_NEXT = table(b",\"'\\")
_SEPARATES = table(b":= ")
_OPENS = table(b"[(")
_OPENING_BYTES = 8
# what a label, or the escape of one, before a value or in place of it begins with
_BEGINS_LABEL = table(b"<>%&")
_LABEL_BYTES = 20
# the first bytes of words such as null and none, and of longer ones such as your_password and ${...}
_MAY_BE_NO_VALUE = table(b"nNtTfFuUeErRmMhH")
_MAY_BEGIN_NO_VALUE = table(b"yYmMtT(<%&$#{[")
_NO_VALUE_BYTES = 10
_POSITION_BITS = 40
_PARAMETER_BYTES = 65
# from so many values on it pays to look at all of them at once
_MANY = 300


def values(block: Block, book: RuleBook, rule: Ints, position: Ints) -> tuple[Ints, Ints, Ints]:
    """Where values start and end, and the rules whose keys they have.

    rule, position  the key's rule, and where its separator has ended; sorted by rule, then by position
    """
    position, rule = _without_copulas(block, position, rule)
    start, end = _extents(block, book, rule, position)
    rows = np.flatnonzero(end > start)
    start, end, rule = start[rows], end[rows], rule[rows]
    end = _whole_numbers(block, start, end)
    rows = np.flatnonzero(~_within_another(start, end, rule) & ~_is_next_key(block, start, end))
    start, end, rule = start[rows], end[rows], rule[rows]
    more = list(_more_of_arrays(block, book, start, end, rule))
    good = ~_behind_label(block, start)
    good[good] = judged(block, book, start[good], end[good], rule[good])
    start, end, rule = start[good], end[good], rule[good]
    end = with_rest_of_parameter(block, book, start, end, rule)
    if not more:
        return start, end, rule
    extra = np.array(more, np.int64)
    extra = extra[judged(block, book, extra[:, 0], extra[:, 1], extra[:, 2])]
    return (
        np.concatenate((start, extra[:, 0])),
        np.concatenate((end, extra[:, 1])),
        np.concatenate((rule, extra[:, 2])),
    )


def with_rest_of_parameter(block: Block, book: RuleBook, start: Ints, end: Ints, rule: Ints) -> Ints:
    """Where secrets end that stand behind a literal `=`: what is escaped there, a %26 as well, ends no parameter."""
    rows = np.flatnonzero(
        (block.raw[end] == _PERCENT) & (block.raw[start - 1] == _EQUALS) & book.of_keyed_secrets[rule]
    )
    if not rows.size:
        return end
    whole = end.copy()
    reach = 0
    for row in rows[np.argsort(end[rows], kind="stable")].tolist():
        if end[row] > reach:  # else it ends where the one before does
            reach = whole_parameter(block.buffer, int(end[row]))
        whole[row] = reach
    return whole


def _whole_numbers(block: Block, start: Ints, end: Ints) -> Ints:
    """Where values end, with the exponents that belong to them."""
    rows = np.flatnonzero((block.raw[end] == _PLUS) & _BEFORE_EXPONENT[block.raw[end - 1]])
    for row in rows.tolist():
        end[row] = whole_number(block.buffer, int(start[row]), int(end[row]))
    return end


def judged(block: Block, book: RuleBook, start: Ints, end: Ints, rule: Ints) -> Mask:
    """Which ranges hold a value that the rule's validator takes, and that does not say that there is none."""
    good = ~book.may_break(rule)
    rows = np.flatnonzero(~good)
    good[rows] = ~block.holds(NEWLINE, start[rows], end[rows])
    first = block.raw[start]
    doubtful = _MAY_BEGIN_NO_VALUE[first] | (_MAY_BE_NO_VALUE[first] & (end - start <= _NO_VALUE_BYTES))
    masks = block.positions(_STAR)
    if len(masks):
        doubtful |= between(masks, start, end)
    buffer = block.buffer
    rows = np.flatnonzero(doubtful & good)
    good[rows] = [not is_no_value(value) for value in _texts(buffer, start[rows], end[rows])]
    kind = book.validator_of_rule[rule]
    for number in np.flatnonzero(np.bincount(kind[good])).tolist():
        name = book.validators[number]
        if not name:
            continue
        rows = np.flatnonzero((kind == number) & good)
        good[rows] = book.valid(block, name, start[rows], end[rows])
    return good


def _texts(buffer: bytes, start: Ints, end: Ints) -> list[bytes]:
    return [buffer[first:last] for first, last in zip(start.tolist(), end.tolist(), strict=True)]


def _without_copulas(block: Block, position: Ints, rule: Ints) -> tuple[Ints, Ints]:
    """地址为...: what follows the copula is told of, too."""
    rows = np.flatnonzero(_BEGINS_COPULA[block.raw[position]])
    copula = [text in _COPULAS for text in _texts(block.buffer, position[rows], position[rows] + 3)]
    keep = np.ones(len(position), bool)
    keep[rows[copula]] = False
    return position[keep], rule[keep]


def _extents(block: Block, book: RuleBook, rule: Ints, position: Ints) -> tuple[Ints, Ints]:
    """Where the values that begin at the positions start and end; the same where there is none."""
    buffer = block.buffer
    start: list[int] = position.tolist()
    end = start.copy()
    limits = (position + LONG_VALUE_BYTES).tolist()
    edges = np.flatnonzero(np.diff(rule, prepend=-1, append=-1)).tolist()
    for low, high in itertools.pairwise(edges):
        one = book.rules[rule[low]]
        if high - low >= _MANY and one.value_run is not None:
            end[low:high], far = _run_ends(block, one.value_run, position[low:high])
            _take_in_order(buffer, one, start, end, [low + row for row in far])
            continue
        matches = map(one.value_match, itertools.repeat(buffer), start[low:high], limits[low:high])
        end[low:high] = [0 if match is None else match.end() for match in matches]
        for row in _to_be_trimmed(block, one, low, end[low:high]):
            match = one.value_match(buffer, start[row], limits[row])
            if match is not None:
                start[row], end[row] = _trimmed(buffer, one, match)
        if one.value_is_long:
            _take_in_order(buffer, one, start, end, [row for row in range(low, high) if end[row] >= limits[row]])
    return np.array(start, np.int64), np.array(end, np.int64)


def _take_in_order(buffer: bytes, rule: Rule, start: list[int], end: list[int], rows: Iterable[int]) -> None:
    """Where long values end; what begins within one is not looked at, or time would grow faster than the text."""
    last = 0
    for row in rows:
        at = start[row]
        end[row] = at
        match = rule.value_match(buffer, at, at + MAX_VALUE_BYTES) if at >= last else None
        if match is not None:
            start[row], end[row] = _trimmed(buffer, rule, match)
            last = end[row]


def _run_ends(block: Block, run: ValueRun, position: Ints) -> tuple[list[int], list[int]]:
    """Where values end that are runs of one class, all at once; and the rows of which that cannot be told so."""
    width = min(PAD_BYTES, run.most + 1)
    text = block.ahead(position, width)
    inside = run.inside[text]
    length = np.argmin(inside, axis=1)
    if (run.last != run.inside).any():  # what may not end a value is cut off
        ends = run.last[text] & (np.arange(width) < length[:, None])
        length = np.where(ends.any(axis=1), width - np.argmax(ends[:, ::-1], axis=1), 0)
    # with a letter or digit behind, the value would be a part of a word
    whole = ~ALNUM[block.raw[position + length]] | ~ALNUM[block.raw[position + length - 1]]
    odd = inside.all(axis=1) | (length > run.most) | ~whole
    length[(length < run.least) | ~run.first[text[:, 0]]] = 0
    return (position + length).tolist(), np.flatnonzero(odd).tolist()


def _to_be_trimmed(block: Block, rule: Rule, first: int, end: list[int]) -> list[int]:
    """Of the rows from the first on, whose matches end there, those that may be more than a value."""
    if rule.value_in_group:
        return list(range(first, first + len(end)))
    if rule.trimmer is None:
        return []
    rows: list[int] = (first + np.flatnonzero(table(rule.trimmer.before)[block.raw[end]])).tolist()
    return rows


def _trimmed(buffer: bytes, rule: Rule, match: re.Match[bytes]) -> tuple[int, int]:
    at, last = match.span(match.lastindex or 0)
    if rule.trimmer is not None:
        last = at + rule.trimmer.cut(match[0], buffer[at - 3 : at], buffer[last : last + 30])
    return at, last


def _within_another(start: Ints, end: Ints, rule: Ints) -> Mask:
    """Which values begin within one of the same rule that begins before them."""
    if not len(start):
        return np.empty(0, bool)
    reach = np.maximum.accumulate(rule << _POSITION_BITS | end)
    within: Mask = np.concatenate(([False], (rule << _POSITION_BITS | start)[1:] < reach[:-1]))
    return within


def _is_next_key(block: Block, start: Ints, end: Ints) -> Mask:
    """Which ranges are no values, but what follows an empty one, mostly the next key.

    `"phone": "mobile": ...`, `password= uid=0`, `password="" x`.
    """
    raw = block.raw
    after, second, third = raw[end], raw[end + 1], raw[end + 2]
    quoted = _QUOTE[after]
    found = quoted & ((second == _COLON) | (((second == _SPACE) | (second == _TAB)) & (third == _COLON)))
    for row in np.flatnonzero((after == _BACKSLASH) & (_QUOTE[second] | (second == _BACKSLASH))).tolist():
        found[row] = _IS_KEY.match(block.buffer, int(end[row])) is not None
    behind_blank = raw[start - 1] == _SPACE
    found |= behind_blank & _QUOTE[raw[start - 2]] & (raw[start - 3] == raw[start - 2]) & _SEPARATES[raw[start - 4]]
    key: Mask = found | ((after == _EQUALS) & behind_blank)
    for row in np.flatnonzero(behind_blank & (raw[start - 2] == _EQUALS) & ~key).tolist():
        first, last = int(start[row]), int(end[row])
        pair = _PAIR.match(block.buffer, first, last)
        # base64 ends in = as well
        key[row] = pair is not None and (pair.end() < last or (last - first) % 4 != 0)
        key[row] |= in_query(block.buffer, first - 2)  # an empty parameter ends the URL
    return key


def in_query(buffer: bytes, equals: int) -> bool:
    """Whether the `=` is that of a parameter of a URL."""
    return _PARAMETER.search(buffer, max(0, equals - _PARAMETER_BYTES), equals) is not None


def _behind_label(block: Block, start: Ints) -> Mask:
    """Before which starts stands a label, where the key should be."""
    found = np.asarray(_BEGINS_LABEL[block.behind(start, _LABEL_BYTES)].any(axis=1))
    for row in np.flatnonzero(found).tolist():
        found[row] = is_our_label(block.buffer, int(start[row]))
    return found


def _more_of_arrays(block: Block, book: RuleBook, start: Ints, end: Ints, rule: Ints) -> Iterator[tuple[int, int, int]]:
    """Where a value is the first of an array: the others."""
    first = _BEFORE_NEXT[block.raw[end]] & _OPENS[block.behind(start, _OPENING_BYTES)].any(axis=1)
    for row in np.flatnonzero(first).tolist():
        at = int(start[row])
        opening = block.buffer[at - _OPENING_BYTES : at].rpartition(b"\n")[2]
        if b"[" in opening or b"(" in opening:
            number = int(rule[row])
            for value in array_values(block.buffer, int(end[row]), book.rules[number].value_match):
                yield (*value, number)
