"""The syntax that a replacement must keep: JSON and SQL numbers get quotes, URLs and XML get their own brackets.

All positions are those of a padded block (see detect.block).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

import numpy as np

from anonkit.detect.block import NEWLINE, Block, Ints, Mask, between, is_in, table
from anonkit.detect.candidates import Candidates
from anonkit.detect.values import in_query
from anonkit.transform import json_syntax, sql_syntax, token
from anonkit.transform.markup import Markup

_LOOKBACK_BYTES = 2048
# a number, several of them, an array, or another literal of JSON
_BARE_VALUE = re.compile(
    rb"-?\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+(?:[ \t]*+,[ \t]*+-?\d++(?:\.\d++)?+)*+\Z|\[.*\]\Z|(?:true|false|null)\Z",
    re.DOTALL,
)
# with nothing in a bare value's place, what comes next would be the value of its key
_SEPARATOR = re.compile("(?:[=:]|：)[ \t]?\\Z".encode())
_SEPARATOR_BYTES = 4
_EMPTY = b'""'
# what may take a bare value's place as it is
_LITERAL = re.compile(rb"-?(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?\d++)?+|true|false|null")
_COLON, _BRACKET, _QUESTION_MARK, _QUOTE, _BACKSLASH, _MINUS = b':[?"\\-'
_QUOTES = table(b"\"'")
_BLANK = table(b" \t")
_BEFORE_ELEMENT = table(b"[,")
_BEFORE_BLANK = table(b":,[ \t\n")
_ESCAPED_BLANK = table(b"nrt")
_BEFORE_ARRAY = table(b":,[\"'\n")
_DIGIT = table(b"0123456789")
_BEGINS_VALUE = table(b"0123456789[-tfn")
_AFTER_VALUE = table(b',}]) \t\r\n;\\"')
_BEFORE_STRING = table(b"[{,: \t\n\\")
_BETWEEN_ELEMENTS = (b",", b", ")
_MOST_BLANKS = 40
_BEFORE_SQL_NUMBER = table(b"=(,<> ")


def fitted(
    block: Block, found: Candidates, statements: Ints, replacements: list[bytes], *, may_stay_bare: bool = False
) -> tuple[Candidates, list[bytes]]:
    """The findings and their replacements as the syntax around them wants them.

    A number that becomes text gets quotes, and takes its minus in.

    statements     where words of SQL statements end
    may_stay_bare  whether a replacement may be a number itself, which needs no quotes, or nothing
    """
    replacements = list(replacements)
    start = _with_minus(block, found)
    bare, bracketed = _suspects(block, start, found.end, statements)
    if may_stay_bare:
        rows = np.flatnonzero(bare)
        bare[rows] = [_LITERAL.fullmatch(replacements[row]) is None for row in rows.tolist()]
    for row, first, last in _spans(bare & _after_json_key(block, start), start, found.end):
        if block.buffer[first:last].isdigit():
            replacements[row] = _quoted(replacements[row], b'"', b"")
            bare[row] = bracketed[row] = False
    rows = np.flatnonzero(bare)
    if len(rows):
        quotes = _quotes(block, start[rows], found.end[rows], statements)
        quoted = rows[[quote != b"" for quote in quotes]]
        bracketed[quoted] = False
        signed = start < found.start
        for row, quote in zip(rows.tolist(), quotes, strict=True):
            if quote:
                sign = b"-" if signed[row] and replacements[row] else b""
                replacements[row] = _quoted(replacements[row], quote, sign)
        if signed[quoted].any():
            widened = found.start.copy()
            widened[quoted] = start[quoted]
            found = replace(found, start=widened)
    if may_stay_bare:
        for row, text in enumerate(replacements):
            if not text and _BLANK[block.raw[found.end[row]]] and _leaves_key(block.buffer, int(start[row])):
                replacements[row] = _EMPTY
    if bracketed.any():
        markup = Markup(block.buffer)
        lows = _lines(block, found.start[bracketed])[0].tolist()
        for (row, first, last), low in zip(_spans(bracketed, found.start, found.end), lows, strict=True):
            replacements[row] = markup.escaped(first, last, low, replacements[row])
    return found, replacements


def _leaves_key(buffer: bytes, start: int) -> bool:
    """Whether the value at `start` has a key with a separator, and is no parameter of a URL."""
    separator = _SEPARATOR.search(buffer, start - _SEPARATOR_BYTES, start)
    return separator is not None and not in_query(buffer, separator.start())


def _quoted(replacement: bytes, quote: bytes, sign: bytes) -> bytes:
    """A replacement in the quotes that its value did not have; what can be restored tells that they were added."""
    if token.ENCRYPTED.match(replacement):
        if quote.endswith(b'"'):  # for readers of JSON the same character, at this level of escape
            replacement = quote[:-1] + b"\\u003c" + replacement[1:]
        else:  # in SQL there is no other way to write it
            replacement = replacement[:-1] + token.ADDED_QUOTES + b">"
    return quote + sign + replacement + quote


def _suspects(block: Block, start: Ints, end: Ints, statements: Ints) -> tuple[Mask, Mask]:
    """A quick look at the neighbours: which findings may be bare values, and which may stand in a URL or in XML.

    There a label as such would break the syntax.
    """
    raw = block.raw
    before, second, after, first = raw[start - 1], raw[start - 2], raw[end], raw[start]
    value = _AFTER_VALUE[after] & _BEGINS_VALUE[first]
    json = ((before == _COLON) & _QUOTES[second]) | _BEFORE_ELEMENT[before]
    json |= _BLANK[before] & (_BEFORE_BLANK[second] | (_ESCAPED_BLANK[second] & (raw[start - 3] == _BACKSLASH)))
    json |= _ESCAPED_BLANK[before] & (second == _BACKSLASH)
    bare: Mask = value & json
    if len(statements):
        bare |= value & _BEFORE_SQL_NUMBER[before] & _in_line_with(block, start, statements)
    bracketed = np.zeros(len(start), bool)
    for marks in (block.positions(_QUESTION_MARK), block.sequences(b"://")):
        if len(marks):
            bracketed |= _in_word_with(block, start, marks)
    tags = np.concatenate((block.sequences(b"</"), block.sequences(b"/>")))
    if len(tags):
        bracketed |= _in_line_with(block, start, tags)
    return bare, bracketed


def _quotes(block: Block, start: Ints, end: Ints, statements: Ints) -> list[bytes]:
    """For what may be bare values, ascending: the quotes that JSON or SQL wants around them as text, or none."""
    buffer, raw = block.buffer, block.raw
    before = raw[start - 1]
    quotes, unknown = _near_keys(block, start, end)
    low, high = _lines(block, start)
    opens = block.positions(_BRACKET)
    before_opens = raw[opens - 1]
    opens = opens[_BEFORE_ARRAY[before_opens] | _BLANK[before_opens] | _ESCAPED_BLANK[before_opens]]
    blank = _BLANK[before] | _ESCAPED_BLANK[before]
    in_json = unknown & (_BEFORE_ELEMENT[before] | blank) & between(opens, low, start)
    # a key whose quote may as well open a string: only its line tells
    for row, first, _ in _spans(unknown & ~_BEFORE_ELEMENT[before], start, end):
        in_json[row] |= buffer[first - _MOST_BLANKS : first].rstrip(b" \t\\nrt").endswith(b":")
    for first, last, rows in _by_line(in_json, low, high):
        spans = list(zip(start[rows].tolist(), end[rows].tolist(), strict=True))
        for row, quote in zip(rows, json_syntax.value_quotes(buffer, first, last, spans), strict=True):
            quotes[row] = quote
            unknown[row] = not quote
    for first, _, rows in _by_line(unknown & _BLANK[raw[low]], low, high):
        if json_syntax.is_line_of_elements(buffer, first):
            for row in rows:
                if json_syntax.is_element(buffer, int(start[row]), int(end[row])):
                    quotes[row] = b'"'
                    unknown[row] = False
    if len(statements):
        in_sql = unknown & _BEFORE_SQL_NUMBER[before] & _in_line_with(block, start, statements)
        for first, _, rows in _by_line(in_sql, low, high):
            for row, is_bare in zip(rows, sql_syntax.stand_bare(buffer, first, start[rows].tolist()), strict=True):
                quotes[row] = b"'" if is_bare else b""
    return quotes


def _near_keys(block: Block, start: Ints, end: Ints) -> tuple[list[bytes], Mask]:
    """The quotes of bare values of keys and in arrays of keys, where a look at the key tells; and where it does not.

    What is no bare value has no quotes and needs no other look.
    """
    buffer, before = block.buffer, block.raw[start - 1]
    quotes: list[bytes] = []
    unknown = np.zeros(len(start), bool)
    of_key = (before == _COLON) | _BLANK[before] | _ESCAPED_BLANK[before]
    ended, of_array = 0, b""  # the value before, and the quotes in its array
    for row, (first, last) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        quote = b""
        if _BARE_VALUE.match(buffer, first, last):
            if not (of_array and buffer[ended:first] in _BETWEEN_ELEMENTS):
                opened = buffer[first - 1] == _BRACKET
                of_array = json_syntax.key_quote(buffer, first - 1) if opened else b""
            quote = of_array or (json_syntax.key_quote(buffer, first) if of_key[row] else b"")
            unknown[row] = not quote
            ended = last
        quotes.append(quote)
    return quotes, unknown


def _with_minus(block: Block, found: Candidates) -> Ints:
    """Where the findings start, those that are numbers with the minus that stands before them."""
    start = found.start
    minus = (block.raw[start - 1] == _MINUS) & _DIGIT[block.raw[start]]
    minus[1:] &= found.end[:-1] < start[1:]
    signed: Ints = start - minus
    return signed


def _after_json_key(block: Block, start: Ints) -> Mask:
    """Which starts stand right behind a key of JSON with plain quotes, and the colon."""
    before = block.behind(start, 3)
    found: Mask = (before[:, 2] == _COLON) & (before[:, 1] == _QUOTE) & ~_BEFORE_STRING[before[:, 0]]
    return found


def _in_line_with(block: Block, start: Ints, marks: Ints) -> Mask:
    """Which starts stand in a line with a mark."""
    return is_in(np.searchsorted(block.newlines, start), np.searchsorted(block.newlines, marks))


def _in_word_with(block: Block, start: Ints, marks: Ints) -> Mask:
    """Before which starts, with no blank or quote between, a mark stands."""
    before = np.searchsorted(marks, start) - 1
    mark = np.where(before >= 0, marks[np.maximum(before, 0)], -_LOOKBACK_BYTES - 1)
    found = np.zeros(len(start), bool)
    rows = np.flatnonzero(start - mark <= _LOOKBACK_BYTES)
    rows = rows[~block.holds(NEWLINE, mark[rows], start[rows])]
    for row, first, last in zip(rows.tolist(), mark[rows].tolist(), start[rows].tolist(), strict=True):
        found[row] = block.buffer.find(b" ", first, last) < 0 and block.buffer.find(b'"', first, last) < 0
    return found


def _lines(block: Block, start: Ints) -> tuple[Ints, Ints]:
    """Where the lines of the starts begin and end."""
    newlines = block.newlines
    line = np.searchsorted(newlines, start)
    return newlines[line - 1] + 1, newlines[line]


def _spans(rows: Mask, start: Ints, end: Ints) -> Iterator[tuple[int, int, int]]:
    """The numbers of the rows of a mask, with their starts and ends."""
    return zip(np.flatnonzero(rows).tolist(), start[rows].tolist(), end[rows].tolist(), strict=True)


def _by_line(rows: Mask, low: Ints, high: Ints) -> Iterator[tuple[int, int, list[int]]]:
    """The rows of a mask, by the lines that they stand in."""
    for (first, last), group in groupby(_spans(rows, low, high), key=itemgetter(1, 2)):
        yield first, last, [row for row, _, _ in group]
