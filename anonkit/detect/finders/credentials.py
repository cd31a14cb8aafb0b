"""Credentials of a URL (RFC 3986, section 3.2.1), and private keys that are printed over several lines (RFC 7468).

Of a private key every line between BEGIN and END is found by itself, so that the text keeps its lines. Each half of a
key is known by its own end: it does not matter whether the border of a block parts them. Whoever hands over single
lines hands over no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
_BEGIN_BYTES = 60
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
    lines |= {span for end in ends.tolist() for span in _lines_before(buffer, end)}
    return found(rows + [(*span, _SURE) for span in sorted(lines)])


def _userinfo(buffer: bytes, end: int) -> Iterator[_Span]:
    """What stands between the scheme and the @ that ends at `end`."""
    start = buffer.rfind(b"://", 0, end) + 3
    userinfo = buffer[start : end - 1]
    if not userinfo.endswith(b":") and not userinfo.startswith((b"<", b"$", b"%3C", b"{")):
        yield start, end - 1


def _lines_after(buffer: bytes, begin: int) -> Iterator[_Span]:
    """The lines of the body behind a BEGIN that ends at `begin`, as far as they are there."""
    at = buffer.find(b"\n", begin, begin + 16) + 1
    for _ in range(_MOST_HEADERS if at else 0):
        header = _HEADER.match(buffer, at)
        if header is None:
            break
        at = header.end()
    while at and (line := _BODY.match(buffer, at)) is not None:
        at = line.end()
        if len(line[1]) < _FULL_LINE_BYTES and not _is_last(buffer, at):
            return
        yield line.span(1)


def _is_last(buffer: bytes, at: int) -> bool:
    """Whether END, or nothing more of the block, stands at `at`."""
    return _END_FOLLOWS.match(buffer, at) is not None or not buffer[at : at + PAD_BYTES].strip(b"\r\n")


def _lines_before(buffer: bytes, end: int) -> list[_Span]:
    """The lines of the body before an END that ends at `end`, as far as they are there."""
    lines: list[_Span] = []
    stop = buffer.rfind(b"\n", 0, end) + 1
    while stop > PAD_BYTES:
        start = buffer.rfind(b"\n", max(0, stop - _BODY_BYTES), stop - 1) + 1
        line = _BODY.fullmatch(buffer, start, stop) if start else None
        if line is None or (len(lines) >= _MOST_SHORT and len(line[1]) < _FULL_LINE_BYTES):
            break
        lines.append(line.span(1))
        stop = start
    # a short line alone may be a word, unless nothing else is there to tell
    above = buffer[stop - _BEGIN_BYTES : stop - 1].rpartition(b"\n")[2]
    is_key = stop <= PAD_BYTES or b"-----BEGIN" in above
    return lines if is_key or any(last - first >= _FULL_LINE_BYTES for first, last in lines) else []


CREDENTIALS = Finder(
    (Trigger(_URL, caseless=True), Trigger(b"-----BEGIN" + _KEY), Trigger(b"-----END" + _KEY)),
    _find,
)
