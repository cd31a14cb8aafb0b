"""The syntax that a replacement must keep: JSON and SQL numbers get quotes, URLs and XML get their own brackets.

All positions are those of a padded block (see detect.block).
"""

from __future__ import annotations

import re

import numpy as np

from anonkit.detect.block import NEWLINE, Block, Ints, Mask, is_in, table

_LOOKBACK_BYTES = 2048
_URL_START = re.compile(rb"://|[A-Za-z0-9/_.-]\?[A-Za-z0-9_.\[\]%-]{1,64}=")
_ESCAPED_QUOTE = re.compile(rb"\\{0,9}\"")
_ATTRIBUTE = re.compile(rb"=[ ]?(?:\"[^\"<>]*|'[^'<>]*)\Z")
_TEXT_NODE = re.compile(rb"[^<>\n]*</")
_TEXT_NODE_BYTES = 512
_URL_BORDER = re.compile(rb"[\s\"'<>\\^`{|}\x00-\x20]|\xef\xbc|\xe3\x80|\xe2\x80")
_BARE_VALUE = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z|\[.*\]\Z", re.DOTALL)
_JSON_KEY = re.compile(rb"[ \t]{0,4}:[ \t]{0,4}([\"']\\{0,9})")
_BRACKET_SIGN = re.compile(rb"[\[\]{}]")
_NO_BRACKETS = bytes.maketrans(b"[]{}", b"    ")
_SQL = re.compile(
    rb"(?i)\b(?:insert|replace)\s+into\b|\bupdate\b.{1,200}\bset\b|\b(?:where|and|or)\s+[`\"\w.]{1,64}\s*(?:=|in\s*\()|\bvalues\s*\("
)
_SQL_BEFORE = re.compile(rb"[=(,<>][ \t]{0,4}\Z|\b(?:in|like)\s*\([ \t]{0,2}\Z")


_COLON, _SPACE, _BRACKET, _COMMA, _QUESTION_MARK, _QUOTE, _BACKSLASH = b': [,?"\\'
_QUOTES = table(b"\"'")
_BEFORE_SPACE = table(b":, \n")
_BEGINS_NUMBER = table(b"0123456789[-")
_AFTER_NUMBER = table(b',}]) \t\r\n;\\"')
_BEFORE_SQL_NUMBER = table(b"=(,<> ")


def suspects(block: Block, start: Ints, end: Ints, statements: Ints) -> tuple[Mask, Mask]:
    """A quick look at the neighbours: which findings may be bare numbers, and which may stand in a URL or in XML.

    There a label as such would break the syntax.

    statements  where words of SQL statements end
    """
    raw = block.raw
    before, second, after, first = raw[start - 1], raw[start - 2], raw[end], raw[start]
    number = _AFTER_NUMBER[after] & _BEGINS_NUMBER[first]
    json = ((before == _COLON) & _QUOTES[second]) | (before == _BRACKET) | (before == _COMMA)
    json |= (before == _SPACE) & _BEFORE_SPACE[second]
    bare: Mask = number & json
    if len(statements):
        line = np.searchsorted(block.newlines, start)
        with_statement = np.searchsorted(block.newlines, statements)
        bare |= number & _BEFORE_SQL_NUMBER[before] & is_in(line, with_statement)
    bracketed = np.zeros(len(start), bool)
    for marks in (block.positions(_QUESTION_MARK), block.sequences(b"://")):
        if len(marks):
            bracketed |= _in_word_with(block, start, marks)
    tags = np.concatenate((block.sequences(b"</"), block.sequences(b"/>")))
    if len(tags):
        bracketed |= is_in(np.searchsorted(block.newlines, start), np.searchsorted(block.newlines, tags))
    return bare, bracketed


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


def after_json_key(block: Block, start: Ints) -> Mask:
    """Which starts stand right behind a key of JSON with plain quotes, and the colon."""
    before = block.behind(start, 3)
    found: Mask = (before[:, 2] == _COLON) & (before[:, 1] == _QUOTE) & (before[:, 0] != _BACKSLASH)
    return found


def quoted(buffer: bytes, start: int, end: int, replacement: bytes) -> bytes:
    """`replacement` of what may be a bare number at [start, end), in the quotes that JSON or SQL want around text."""
    quote = _number_quote(_before(buffer, start)) if _BARE_VALUE.match(buffer[start:end]) else b""
    return quote + replacement + quote


def escaped(buffer: bytes, start: int, end: int, replacement: bytes) -> bytes:
    """`replacement` of [start, end), its brackets as a URL or XML wants them, where it stands in one."""
    if b"<" not in replacement and b">" not in replacement:
        return replacement
    before = _before(buffer, start)
    if _in_url(before):
        return replacement.replace(b"<", b"%3C").replace(b">", b"%3E")
    if _in_xml(before, buffer, end):
        return replacement.replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return replacement


def _before(buffer: bytes, start: int) -> bytes:
    """What stands before `start` in its line."""
    low = max(0, start - _LOOKBACK_BYTES)
    return buffer[buffer.rfind(b"\n", low, start) + 1 or low : start]


def _number_quote(before: bytes) -> bytes:
    """The quote that a bare JSON or SQL number needs when it becomes text; nothing elsewhere."""
    key = _JSON_KEY.match(before[:-24:-1])  # read backwards
    if key:
        return key[1][::-1]
    if before.rstrip(b" \t")[-1:] in (b"[", b","):
        quote = _array_quote(before)
        if quote:
            return quote
    if not before.strip() and before:  # an element of an array that is printed over many lines
        return b'"'
    if before[-1:] in b"=(,<> \t" and _SQL_BEFORE.search(before[-16:]) and _SQL.search(before):
        return b"'"
    return b""


def _array_quote(before: bytes) -> bytes:
    """The quote of an element of the JSON array that is open where `before` ends; nothing where there is none."""
    depth = 0
    for sign in reversed(list(_BRACKET_SIGN.finditer(_without_brackets_in_strings(before)))):
        if sign[0] in b"]}":
            depth += 1
        elif depth:
            depth -= 1
        elif sign[0] == b"{":
            return b""
        elif not (outside := before[: sign.start()].rstrip(b" \t")).endswith((b"[", b",")):
            in_string = before.count(b'"', sign.end()) % 2
            return b"" if in_string else _quote_within(outside)
    return b""


def _without_brackets_in_strings(before: bytes) -> bytes:
    """`before` with blanks for the brackets in those of its strings that are closed again, at any level of escape."""
    text = bytearray(before)
    opened: list[tuple[int, int]] = []  # how many backslashes the quotes of open strings have, and where they stand
    for quote in _ESCAPED_QUOTE.finditer(before):
        backslashes = len(quote[0]) - 1
        while opened and opened[-1][0] > backslashes:
            opened.pop()
        if opened and opened[-1][0] == backslashes:
            start = opened.pop()[1]
            text[start : quote.start()] = text[start : quote.start()].translate(_NO_BRACKETS)
        else:
            opened.append((backslashes, quote.end()))
    return bytes(text)


def _quote_within(before: bytes) -> bytes:
    """The quote within an array that begins where `before` ends."""
    if before.endswith(b"\n") or not before:
        return b'"'
    quotes = _ESCAPED_QUOTE.findall(before[-200:])
    if before.endswith((b'"', b"'")):  # an array in a string: one level of escape further in
        depth = len(quotes[-1]) - 1 if before.endswith(b'"') and quotes else 0
        return b"\\" * (2 * depth + 1) + b'"'
    if before.endswith(b":") and before[:-1].rstrip(b" \t")[-1:] in (b'"', b"'"):
        return quotes[-1] if quotes else b'"'
    return b""


def _in_url(before: bytes) -> bool:
    word = before[max(before.rfind(b" "), before.rfind(b'"')) + 1 :]
    if b"?" not in word and b"://" not in word:
        return False
    starts = list(_URL_START.finditer(word))
    return bool(starts) and _URL_BORDER.search(word, starts[-1].end()) is None


def _in_xml(before: bytes, buffer: bytes, end: int) -> bool:
    opened, closed = before.rfind(b"<"), before.rfind(b">")
    if opened > closed:  # within a tag: in an attribute, or in CDATA, where a bracket may stand
        return before[opened + 1 : opened + 2].isalpha() and _ATTRIBUTE.search(before, opened) is not None
    return (
        opened >= 0
        and _TEXT_NODE.match(buffer, end, end + _TEXT_NODE_BYTES) is not None
        and before[opened + 1 : opened + 2] != b"!"
    )
