"""The syntax that a replacement must keep: JSON and SQL numbers get quotes, URLs and XML get their own brackets.

All positions are those of a padded block (see detect.engine).
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from anonkit.detect.candidates import Bytes, Ints

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
_SQL = re.compile(
    rb"(?i)\b(?:insert|replace)\s+into\b|\bupdate\b.{1,200}\bset\b|\b(?:where|and|or)\s+[`\"\w.]{1,64}\s*(?:=|in\s*\()|\bvalues\s*\("
)
_SQL_BEFORE = re.compile(rb"[=(,<>][ \t]{0,4}\Z|\b(?:in|like)\s*\([ \t]{0,2}\Z")


_NEWLINE, _QUOTE, _COLON, _AMPERSAND, _LESS, _GREATER, _EQUALS, _SPACE = b'\n":&<>= '
_DIGIT_0, _DIGIT_9, _BRACKET, _MINUS, _COMMA, _APOSTROPHE = b"09[-,'"


def _table(members: bytes) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, bool)
    table[list(members)] = True
    return table


_AFTER_NUMBER = _table(b',}]) \t\r\n;\\"')
_BEFORE_SQL_NUMBER = _table(b"=(,<> ")


def suspects(buffer: bytes, start: Ints, end: Ints, statements: Ints) -> npt.NDArray[np.bool_]:
    """A quick look at the neighbours: which findings may stand where a label as such would break the syntax.

    statements  where words of SQL statements end
    """
    raw: Bytes = np.frombuffer(buffer, np.uint8)
    before, after, first = raw[start - 1], raw[end], raw[start]
    second = raw[np.maximum(start - 2, 0)]
    number = _AFTER_NUMBER[after] & (
        ((first >= _DIGIT_0) & (first <= _DIGIT_9)) | (first == _BRACKET) | (first == _MINUS)
    )
    json = (
        (before == _COLON) & ((second == _QUOTE) | (second == _APOSTROPHE)) | (before == _BRACKET) | (before == _COMMA)
    )
    json |= (before == _SPACE) & ((second == _COLON) | (second == _COMMA) | (second == _SPACE) | (second == _NEWLINE))
    suspicious: npt.NDArray[np.bool_] = number & json
    newlines = None
    if len(statements):
        newlines = np.flatnonzero(raw == _NEWLINE)
        suspicious |= number & _BEFORE_SQL_NUMBER[before] & _same_line(newlines, start, statements)
    urls = _positions(buffer, b"?") + _positions(buffer, b"://") + _positions(buffer, b"</") + _positions(buffer, b"/>")
    if urls:
        newlines = np.flatnonzero(raw == _NEWLINE) if newlines is None else newlines
        suspicious |= _same_line(newlines, start, np.array(urls, np.int64))
    return suspicious


def _same_line(newlines: Ints, start: Ints, marks: Ints) -> npt.NDArray[np.bool_]:
    """Which starts lie in a line that holds a mark."""
    return np.isin(np.searchsorted(newlines, start), np.unique(np.searchsorted(newlines, marks)))


def _positions(buffer: bytes, needle: bytes) -> list[int]:
    found = []
    at = buffer.find(needle)
    while at >= 0:
        found.append(at)
        at = buffer.find(needle, at + 1)
    return found


def fit(buffer: bytes, start: int, end: int, replacement: bytes) -> bytes:
    """`replacement` as it must be written at [start, end) so that the syntax around it holds."""
    low = max(0, start - _LOOKBACK_BYTES)
    low = buffer.rfind(b"\n", low, start) + 1 or low
    before = buffer[low:start]
    if _BARE_VALUE.match(buffer[start:end]):
        quote = _number_quote(before)
        if quote:
            return quote + replacement + quote
    if b"<" not in replacement and b">" not in replacement:
        return replacement
    if _in_url(before):
        return replacement.replace(b"<", b"%3C").replace(b">", b"%3E")
    if _in_xml(before, buffer, end):
        return replacement.replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return replacement


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
    for sign in reversed(list(_BRACKET_SIGN.finditer(before))):
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
