"""Which quotes does a bare number in JSON need around it once it becomes text, at its own level of escape?

A quote of JSON in JSON has 1, 3, 7 ... backslashes before it, and those that the string ends in, twice each: the level
is the number of ones at the end of their number in binary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

_QUOTE, _SINGLE_QUOTE, _BACKSLASH, _COLON, _COMMA = b"\"'\\:,"
_ARRAY, _OBJECT = b"[{"
_BEFORE_ELEMENT = b"[,"
_LINE_BEGINS = 0
_MOST_BLANKS = 64
# behind a key, read backwards
_KEY = re.compile(rb"(?:[ \t]|[nrt]\\{1,7}){0,40}:(?:[ \t]|[nrt]\\{1,7}){0,20}([\"']\\{0,15}+)(?![\[{,: \t\n])")
_KEY_BYTES = 100
_ONLY_KEY = re.compile(rb"[ \t]*\"(?:[^\"\\]|\\.)*\"[ \t]*:[ \t]*")
_MOST_KEY_BYTES = 512
_SIGN = re.compile(rb"[\"\[\]{},:]")
_BLANKS = re.compile(rb"(?:[ \t]|\\+[nrt])*+")
# a bracket of JSON rather than of prose
_JSON = re.compile(rb"\[(?:[ \t]|\\{1,7}[nrt]){0,40}(?:[-0-9\"'\[\]{\\\r\n]|true|false|null)|\{[ \t]{0,40}[\"'}\\\r\n]")
_ELEMENT_ENDS = re.compile(rb"(?:[ \t]|\\{1,7}[nrt]){0,40}[,\]}\r\n]")
_JSON_ENDS = re.compile(rb"(?:[ \t]|\\{1,7}[nrt]){0,40}[\]},;]{0,40}(?:[ \t\r]|\\{1,7}[nrt]){0,40}(?:\n|\\{0,15}[\"'])")
# a line of an array that is printed over many lines, and how the next line begins
_ELEMENTS = re.compile(rb"[ \t]++[-0-9][-+0-9.eE, \t]*+[\]}, \t\r]*+\n([ \t]*+\]?)")


def key_quote(buffer: bytes, start: int) -> bytes:
    """The quote of the key whose value begins at `start`; nothing where no key with quotes stands before it.

    Nothing either where that quote, by what stands before it, may open a string that begins with a colon.
    """
    key = _KEY.match(buffer[start - 1 : max(0, start - _KEY_BYTES) : -1])
    return key[1][::-1] if key else b""


def is_line_of_elements(buffer: bytes, low: int) -> bool:
    """Whether the line at `low` is one of an array that is printed over many lines: indented numbers and commas.

    Without a comma behind it a number may be prose as well: then the array must close in the next line.
    """
    line = _ELEMENTS.match(buffer, low)
    if line is None:
        return False
    if buffer[low : line.start(1)].rstrip().endswith((b",", b"]", b"}")) or line[1].endswith(b"]"):
        return True
    block_ends = buffer.startswith(b"\n\n", line.start(1))
    return block_ends and buffer[max(0, low - 3) : low].rstrip().endswith((b",", b"["))


def is_element(buffer: bytes, start: int, end: int) -> bool:
    """Whether [start, end) is all that stands between commas, brackets or the ends of its line."""
    before = buffer[max(0, start - _MOST_BLANKS) : start].rstrip(b" \t")
    return before.endswith((b",", b"[", b"\n")) and _ELEMENT_ENDS.match(buffer, end) is not None


class _Bracket:
    """An open bracket, and the quote that what stands in it wants as an element: none in an object, or in prose.

    `rows` are the elements whose array stands alone, with no key before it: prose behind it takes their quotes back.
    """

    __slots__ = ("quote", "rows")

    def __init__(self, quote: bytes, rows: list[int] | None = None) -> None:
        self.quote = quote
        self.rows = rows


_NO_ARRAY, _PLAIN = _Bracket(b""), _Bracket(b'"')


class _Nesting:
    """What is open at a place of a line. Where no bracket is, in the line or in a string, there is prose."""

    def __init__(self) -> None:
        self.brackets: list[_Bracket] = []
        self._strings: list[tuple[int, int]] = []  # the level of each, and how many brackets are open around it
        self._around = 0  # how many brackets are open around the innermost string
        self._level = -1  # of the quotes in a bracket that stands in no string

    @property
    def in_prose(self) -> bool:
        return len(self.brackets) == self._around

    def meet_quote(self, level: int) -> bool:
        """Open a string (True), or close one, and with it all that is open within. In prose, a quote opens nothing."""
        strings = self._strings
        closed = -1
        while strings and strings[-1][0] >= level:
            closed, depth = strings.pop()
            del self.brackets[depth:]
        self._around = strings[-1][1] if strings else 0
        if closed == level or self.in_prose:
            return False
        if not strings and self._level > level:  # of the string that all of this stood in
            self.brackets.clear()
            self._level = -1
            return False
        if not strings:
            self._level = level
        strings.append((level, len(self.brackets)))
        self._around = len(self.brackets)
        return True

    def close_bracket(self) -> _Bracket | None:
        """Close the innermost bracket; it is returned where prose follows."""
        if self.in_prose:
            return None
        bracket = self.brackets.pop()
        if self.brackets:
            return bracket if self.in_prose else None
        self._level = -1
        return bracket


def value_quotes(buffer: bytes, low: int, high: int, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """For bare numbers in the line [low, high), ascending, the quotes that they want in an array or behind a key.

    Elsewhere they want none. One pass over the line, whatever the number of spans.
    """
    quotes = [b""] * len(spans)
    line = _Line(buffer, low)
    row, start = 0, spans[0][0]
    wait = False  # for what stands behind an array
    for sign in chain(_SIGN.finditer(buffer, low, high), (None,)):
        at = high if sign is None else sign.start()
        while start <= at:
            bracket = line.bracket_around(*spans[row])
            quotes[row] = bracket.quote
            if bracket.rows is not None:
                bracket.rows.append(row)
                wait = True
            row += 1
            start = spans[row][0] if row < len(spans) else high + 1
        if sign is None or (start > high and not wait):
            break
        if buffer[at] == _COMMA:
            line.sign, line.end = _COMMA, at + 1
        elif line.read(at):
            for taken_back in line.refused:
                quotes[taken_back] = b""
    return quotes


class _Line:
    """What is known of a line when it has been read up to a sign."""

    def __init__(self, buffer: bytes, low: int) -> None:
        self.sign, self.end = _LINE_BEGINS, low  # the last sign, and where it ends
        self.refused: list[int] = []  # rows of the array that closed last, if prose follows
        self._buffer, self._low = buffer, low
        self._nesting = _Nesting()
        self._quote = self._key = b""  # the last quote, and that of the key before the last colon
        self._opened = False  # whether the last quote opened a string

    def bracket_around(self, start: int, end: int) -> _Bracket:
        """What has [start, end), which begins before the next sign, as its element or as the value of its key."""
        buffer, nesting = self._buffer, self._nesting
        if not _is_blank(buffer, self.end, start) or not _ELEMENT_ENDS.match(buffer, end):
            return _NO_ARRAY
        if self.sign == _COLON:
            if not nesting.in_prose:
                return _Bracket(self._key)
            low = self._low
            return _PLAIN if start - low < _MOST_KEY_BYTES and _ONLY_KEY.fullmatch(buffer, low, start) else _NO_ARRAY
        return _NO_ARRAY if nesting.in_prose or self.sign not in _BEFORE_ELEMENT else nesting.brackets[-1]

    def read(self, at: int) -> bool:
        """Read on to the sign at `at`, but a comma; tells whether rows are `refused` for what follows it."""
        buffer, nesting = self._buffer, self._nesting
        sign = buffer[at]
        refused = False
        if sign == _QUOTE:
            level = 0
            if buffer[at - 1] == _BACKSLASH:
                between = buffer[self.end : at]
                slashes = len(between) - len(between.rstrip(b"\\"))
                level = (slashes & ~(slashes + 1)).bit_length()
            self._quote = b"\\" * ((1 << level) - 1) + b'"' if level else b'"'
            self._opened = nesting.meet_quote(level)
        elif sign == _COLON:
            key_ends = self.sign == _QUOTE and not self._opened and _is_blank(buffer, self.end, at)
            self._key = self._quote if key_ends else b""
            if not self._key and b"'" in buffer[at - 2 : at]:
                self._key = key_quote(buffer, at + 1)
        elif sign in (_ARRAY, _OBJECT):
            if not nesting.in_prose or _JSON.match(buffer, at):
                nesting.brackets.append(_NO_ARRAY if sign == _OBJECT else self._array(at))
        else:
            closed = nesting.close_bracket()
            if closed is not None and closed.rows and not _JSON_ENDS.match(buffer, at + 1):
                self.refused = closed.rows
                refused = True
        self.sign, self.end = sign, at + 1
        return refused

    def _array(self, at: int) -> _Bracket:
        """The array that opens at `at`."""
        buffer, nesting = self._buffer, self._nesting
        blank = _is_blank(buffer, self.end, at)
        if blank and self.sign == _COLON and self._key:
            return _Bracket(self._key)
        if not nesting.in_prose:
            return nesting.brackets[-1] if blank and self.sign in _BEFORE_ELEMENT else _NO_ARRAY
        if blank and self.sign == _LINE_BEGINS:
            return _Bracket(b'"', [])
        if blank and self.sign == _QUOTE and (self._opened or self.end == at):  # one level of escape further in
            return _Bracket(b"\\" * (2 * len(self._quote) - 1) + b'"', [])
        return _Bracket(b'"', []) if buffer[at - 1] == _SINGLE_QUOTE else _NO_ARRAY


def _is_blank(buffer: bytes, start: int, end: int) -> bool:
    return start == end or (end - start <= _MOST_BLANKS and _BLANKS.fullmatch(buffer, start, end) is not None)
