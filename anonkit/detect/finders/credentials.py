"""Credentials of a URL (RFC 3986, section 3.2.1), and private keys that are printed over several lines (RFC 7468).

Of a private key every line between BEGIN and END is found by itself, so that the text keeps its lines. Each half of a
key is known by its own end: it does not matter whether the border of a block parts them. Whoever hands over single
lines hands over no key. A key in one line, as an escape or a blank for each end of a line makes it, is found with its
BEGIN and its END. No line is looked at twice from the same side, so that time does not grow faster than the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from anonkit.detect.block import PAD_BYTES, Block, Ints
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_SURE = 0.95
_URL = rb"[a-z0-9+]://[^ \t\r\n/@\"'<>?#]{1,64}:[^ \t\r\n/@\"'<>?#]{1,128}@"
_KEY = rb" [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
# a line of the body, all but the last of which are 60 characters long at least; =abcd is the sum of a PGP key
_BODY = re.compile(rb"[ \t]{0,16}([A-Za-z0-9+/]{1,4096}={0,2}|=[A-Za-z0-9+/]{4})[ \t]{0,16}\r?\n")
_BODY_BYTES = 4200
_FULL_LINE_BYTES = 60
# the last line, and that before the sum
_MOST_SHORT = 2
# a short line that is hardly a word: 16 characters with both cases and a digit, or filled up with =
_LOOKS_LIKE_BASE64 = re.compile(rb"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9]).{16}|.*=\Z")
_BEGIN_BYTES = 60
_IN_LINE_BYTES = 8192
_IN_LINE = re.compile(
    rb"(?:[A-Za-z0-9+/= :,]|-(?!----)|\\{1,8}[nr]){16,%d}(?:-----END[A-Z ]{1,20}PRIVATE KEY(?: BLOCK)?-----)?"
    % _IN_LINE_BYTES
)
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]{16}")
# Proc-Type: 4,ENCRYPTED and the like, and an empty line
_HEADER = re.compile(rb"[ \t]{0,16}(?:[A-Z][A-Za-z-]{2,20}: [^\n]{1,200})?\r?\n")
_MOST_HEADERS = 8
_END_FOLLOWS = re.compile(rb"[ \t]{0,16}(?:=[A-Za-z0-9+/]{4}\r?\n[ \t]{0,16})?-----END ")

_Span = tuple[int, int]


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    urls, begins, ends = hits
    buffer = block.buffer
    rows = [(*span, 0.9) for end in urls.tolist() for span in _userinfo(buffer, end)]
    lines = {span for begin in begins.tolist() for span in _lines_after(buffer, begin)}
    newlines = block.newlines
    ends_of_lines_above = newlines[np.unique(np.searchsorted(newlines, ends)) - 1] + 1
    lines |= {span for stop in ends_of_lines_above.tolist() for span in _lines_above(buffer, stop)}
    lines |= set(_in_line(buffer, begins))
    return found(rows + [(*span, _SURE) for span in sorted(lines)])


def _userinfo(buffer: bytes, end: int) -> Iterator[_Span]:
    """What stands between the scheme and the @ that ends at `end`."""
    start = buffer.rfind(b"://", 0, end) + 3
    userinfo = buffer[start : end - 1]
    if not userinfo.endswith(b":") and not userinfo.startswith((b"<", b"$", b"%3C", b"{")):
        yield start, end - 1


def _in_line(buffer: bytes, begins: Ints) -> Iterator[_Span]:
    """Keys that stand in one line with their BEGIN, which ends at one of `begins`."""
    done = 0
    for begin in begins.tolist():
        body = _IN_LINE.match(buffer, begin) if begin >= done else None
        if body is not None:
            done = body.end()
            if _BASE64_RUN.search(buffer, begin, done):
                yield buffer.rindex(b"-----BEGIN", 0, begin), done


def _lines_after(buffer: bytes, begin: int) -> Iterator[_Span]:
    """The lines of the body behind a BEGIN that ends at `begin`, as far as they are there."""
    at = buffer.find(b"\n", begin, begin + 16) + 1
    for _ in range(_MOST_HEADERS if at else 0):
        header = _HEADER.match(buffer, at)
        if header is None:
            break
        at = header.end()
    beside_full = False
    while at and (line := _BODY.match(buffer, at)) is not None:
        at = line.end()
        if len(line[1]) < _FULL_LINE_BYTES:
            has_end = _END_FOLLOWS.match(buffer, at) is not None
            is_last = has_end or not buffer[at : at + PAD_BYTES].strip(b"\r\n")
            if not (is_last and (has_end or beside_full or _LOOKS_LIKE_BASE64.match(line[1]))):
                return
        else:
            beside_full = True
        yield line.span(1)


def _lines_above(buffer: bytes, stop: int) -> list[_Span]:
    """The lines of the body above the line of an END, which begins at `stop`, as far as they are there."""
    lines: list[_Span] = []
    while stop > PAD_BYTES:
        start = buffer.rfind(b"\n", max(0, stop - _BODY_BYTES), stop - 1) + 1
        line = _BODY.fullmatch(buffer, start, stop) if start else None
        if line is None or (len(lines) >= _MOST_SHORT and len(line[1]) < _FULL_LINE_BYTES):
            break
        lines.append(line.span(1))
        stop = start
    # short lines alone may be words, unless BEGIN stands right above
    above = buffer[stop - _BEGIN_BYTES : stop - 1].rpartition(b"\n")[2]
    if b"-----BEGIN" in above or any(last - first >= _FULL_LINE_BYTES for first, last in lines):
        return lines
    return [(first, last) for first, last in lines if _LOOKS_LIKE_BASE64.match(buffer[first:last])]


CREDENTIALS = Finder(
    (Trigger(_URL, caseless=True), Trigger(b"-----BEGIN" + _KEY), Trigger(b"-----END" + _KEY)),
    _find,
)
