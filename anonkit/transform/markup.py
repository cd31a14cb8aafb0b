"""Which values stand in a URL, and which in XML, where a bracket must be written otherwise?

Values are asked for in their order, so that what stood before one is not read again for the next.
"""

from __future__ import annotations

import re

_LOOKBACK_BYTES = 2048
_URL = re.compile(rb"://|[A-Za-z0-9/_.-]\?[A-Za-z0-9_.\[\]%-]{1,64}=")
_URL_BYTES = 67
_URL_BORDER = re.compile(rb"[\s\"'<>\\^`{|}\x00-\x20]|\xef\xbc|\xe3\x80|\xe2\x80")
_ATTRIBUTE = re.compile(rb"=[ ]?(\"[^\"<>]*|'[^'<>]*)\Z")
_TEXT_NODE = re.compile(rb"[^<>\n]*</")
_TEXT_NODE_BYTES = 512
_EXCLAMATION = ord("!")


class Markup:
    """The URLs and the XML of a block."""

    def __init__(self, buffer: bytes) -> None:
        self._buffer = buffer
        self._asked, self._in_url = 0, False
        # a tag, how far it has been read, and which quote is open there
        self._tag, self._read, self._quote = -1, 0, b""

    def escaped(self, start: int, end: int, low: int, replacement: bytes) -> bytes:
        """`replacement` of [start, end) in the line at `low`, its brackets as a URL or XML wants them, if in one."""
        if b"<" not in replacement and b">" not in replacement:
            return replacement
        if self._stands_in_url(start, low):
            return replacement.replace(b"<", b"%3C").replace(b">", b"%3E").replace(b"#", b"%23")
        if self._stands_in_xml(start, end, low):
            return replacement.replace(b"<", b"&lt;").replace(b">", b"&gt;")
        return replacement

    def _stands_in_url(self, start: int, low: int) -> bool:
        buffer = self._buffer
        asked = max(low, self._asked, start - _LOOKBACK_BYTES)
        known = asked == self._asked and self._in_url
        self._asked = start
        if known and not _URL_BORDER.search(buffer, asked, start):
            return True
        first = max(low, asked - _URL_BYTES)
        word = max(first, buffer.rfind(b" ", first, start) + 1, buffer.rfind(b'"', first, start) + 1)
        begin = -1
        for url in _URL.finditer(buffer, word, start):
            begin = url.end()
        self._in_url = begin >= 0 and _URL_BORDER.search(buffer, begin, start) is None
        return self._in_url

    def _stands_in_xml(self, start: int, end: int, low: int) -> bool:
        buffer = self._buffer
        low = max(low, start - _LOOKBACK_BYTES)
        opened, closed = buffer.rfind(b"<", low, start), buffer.rfind(b">", low, start)
        if opened < 0:
            return False
        if opened > closed:  # within a tag: in an attribute, or in CDATA, where a bracket may stand
            return buffer[opened + 1 : opened + 2].isalpha() and self._stands_in_attribute(opened, start)
        return buffer[opened + 1] != _EXCLAMATION and bool(_TEXT_NODE.match(buffer, end, end + _TEXT_NODE_BYTES))

    def _stands_in_attribute(self, tag: int, start: int) -> bool:
        buffer = self._buffer
        read = tag
        if tag == self._tag:
            read = buffer.find(self._quote, self._read, start) if self._quote else self._read
            if read < 0:
                return True
        attribute = _ATTRIBUTE.search(buffer, read, start)
        self._tag, self._read = tag, start
        self._quote = attribute[1][:1] if attribute else b""
        return attribute is not None
