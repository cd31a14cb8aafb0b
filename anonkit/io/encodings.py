"""Which encoding is a file in, and where may its bytes be cut?"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator
from typing import Literal

from anonkit.errors import UsageError

Buffer = bytes | bytearray | mmap.mmap
Encoding = Literal["auto", "utf-8", "gb18030", "big5hkscs", "latin-1", "utf-16-le", "utf-16-be"]
"""`auto` is UTF-8 in which a line that does not decode may be GB18030; the others are Python codec names."""

_BYTE_ORDER_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "auto"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# GBK, GB2312 and cp936 are read as GB18030, which contains them; `utf-16` without a mark is little-endian.
_NAMES: dict[str, Encoding] = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "iso8859-1": "latin-1",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}

# Bytes that separate values in logs and are never the second byte of a character in GB18030 or Big5.
_DELIMITERS = b' \t,;"'


def named(name: str) -> Encoding:
    """Return the encoding that a user names, such as `GBK` or `utf-16`. Raises UsageError for any other."""
    if name.lower() == "auto":
        return "auto"
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if codec == "utf-16":
        codec = "utf-16-le"
    if codec not in _NAMES:
        known = "auto, utf-8, gb18030, gbk, gb2312, big5, latin-1, utf-16, utf-16-le or utf-16-be"
        msg = f"--encoding {name!r} is not supported: use {known}"
        raise UsageError(msg)
    return _NAMES[codec]


def detect(head: bytes) -> Encoding:
    """Return the encoding of a file that begins with `head`: by its mark, else by where its NUL bytes are."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    return _utf16_by_nuls(head) or "auto"


def unit_bytes(encoding: Encoding) -> int:
    """Return the size of a code unit, in bytes."""
    return 2 if encoding.startswith("utf-16") else 1


def delimiters(encoding: Encoding) -> tuple[bytes, ...]:
    """Return the code units that separate values, and at which text can be cut between characters."""
    if encoding == "utf-16-le":
        return tuple(bytes((byte, 0)) for byte in _DELIMITERS)
    if encoding == "utf-16-be":
        return tuple(bytes((0, byte)) for byte in _DELIMITERS)
    return tuple(bytes((byte,)) for byte in _DELIMITERS)


def line_ends(encoding: Encoding) -> tuple[bytes, bytes]:
    """Return how a line feed and a carriage return are written."""
    if encoding == "utf-16-le":
        return b"\n\0", b"\r\0"
    if encoding == "utf-16-be":
        return b"\0\n", b"\0\r"
    return b"\n", b"\r"


def find(data: Buffer, mark: bytes, start: int, end: int) -> int:
    """As data.find, of a code unit, at the places of code units."""
    place = data.find(mark, start, end)
    while place % len(mark) and place >= 0:
        place = data.find(mark, place + 1, end)
    return place


def rfind(data: Buffer, mark: bytes, start: int, end: int) -> int:
    """As data.rfind, of a code unit, at the places of code units."""
    place = data.rfind(mark, start, end)
    while place % len(mark) and place >= 0:
        place = data.rfind(mark, start, place + len(mark) - 1)
    return place


def last_line_end(data: Buffer, encoding: Encoding, start: int, end: int) -> int:
    """Return where the last whole line of `data[start:end]` ends, -1 if none does.

    A line ends with its line feed; where there is none, with a carriage return that cannot be half of CRLF.
    """
    feed, carriage_return = line_ends(encoding)
    place = rfind(data, feed, start, end)
    if place < 0:
        place = rfind(data, carriage_return, start, max(start, end - len(carriage_return)))
    return place + len(feed) if place >= 0 else -1


def count_line_ends(data: bytes, encoding: Encoding, start: int = 0, end: int | None = None) -> int:
    """Count the line ends of `data[start:end]`; a line feed, a carriage return or both end a line."""
    import numpy as np  # noqa: PLC0415  five times as fast as bytes.count, and loaded by the engine

    if unit_bytes(encoding) == 2:  # noqa: PLR2004  UTF-16
        data = data[start:end].decode(encoding, "replace").encode("utf-8", "replace")
        start, end = 0, None
    end = len(data) if end is None else end
    feed = np.frombuffer(data, np.uint8, end - start, start) == _FEED
    if data.find(b"\r", start, end) < 0:
        return int(np.count_nonzero(feed))
    carriage_return = np.frombuffer(data, np.uint8, end - start, start) == _RETURN
    feed[1:] &= ~carriage_return[:-1]
    return int(np.count_nonzero(feed) + np.count_nonzero(carriage_return))


_FEED, _RETURN = b"\n\r"


def whole_characters(data: bytes, encoding: Encoding) -> int:
    """Return the length of the longest beginning of `data` that does not end inside a character."""
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "auto" else encoding)("replace")
    decoder.decode(data)
    return len(data) - len(decoder.getstate()[0])


def is_utf8(data: bytes) -> bool:
    """Say whether all of `data` is valid UTF-8."""
    return data.isascii() or _utf8_until(data, 0) == len(data)


def of_lines(data: bytes) -> Iterator[tuple[int, int, Encoding]]:
    """Yield runs of whole lines in one encoding, as start, end and encoding: UTF-8, valid or damaged, or GB18030."""
    start = at = 0
    encoding: Encoding = "utf-8"
    while at < len(data):
        if encoding == "utf-8":  # on, in one step, to the next line that needs a look
            at = _line_start(data, at, _utf8_until(data, at))
        line = _line_at(data, at)
        if not line.isascii():
            found: Encoding = "gb18030" if _is_gb18030(line) else "utf-8"
            if found != encoding and at > start:
                yield start, at, encoding
                start = at
            encoding = found
        at += len(line)
    yield start, len(data), encoding


def decodes(data: bytes, encoding: str) -> bool:
    """Say whether `data` is valid in `encoding`, which contains ASCII."""
    if data.isascii():
        return True
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# Decoding is the fastest check there is, in pieces that stay in the processor's cache: twice as fast as at once.
_LEAST_PIECE_BYTES, _MOST_PIECE_BYTES = 1 << 10, 1 << 16
_MOST_CONTINUATIONS = 3


def _utf8_until(data: bytes, at: int) -> int:
    """Return how far `data` is valid UTF-8 from `at` on: all of it, or to where a damaged character begins."""
    view, piece_bytes = memoryview(data), _LEAST_PIECE_BYTES  # small at first: an error copies its piece
    while at < len(data):
        end = at + piece_bytes
        for _ in range(_MOST_CONTINUATIONS):
            if end < len(data) and data[end] & 0xC0 == 0x80:  # noqa: PLR2004  inside a character
                end -= 1
        try:
            str(view[at:end], "utf-8")
        except UnicodeDecodeError as error:
            return at + error.start
        at, piece_bytes = min(end, len(data)), min(2 * piece_bytes, _MOST_PIECE_BYTES)
    return len(data)


_LINE = re.compile(rb"[^\r\n]*(?:\r\n?|\n)?")


def _line_at(data: bytes, at: int) -> bytes:
    line = _LINE.match(data, at)
    return line.group() if line else b""


def _line_start(data: bytes, low: int, at: int) -> int:
    if at == len(data):
        return at
    return max(low, data.rfind(b"\n", low, at) + 1, data.rfind(b"\r", low, at) + 1)


def _is_gb18030(line: bytes) -> bool:
    """Say whether a line is GB18030. A line of UTF-8 that lost some bytes often decodes as GB18030 too: count."""
    if decodes(line, "utf-8"):
        return False
    if not decodes(line, "gb18030"):
        # Neither: the encoding that explains more of the line.
        damaged = line.decode("gb18030", "replace").count("\ufffd")
        if damaged * 4 > len(line.decode("gb18030", "ignore").translate(_NO_ASCII)):
            return False
    text = line.decode("utf-8", "replace")
    # pairs of GBK often look like UTF-8 of two bytes, hardly ever like a Chinese character of three
    damaged = text.count("\ufffd")
    good = len(text.encode().translate(None, _NO_LEAD_OF_THREE)) - damaged
    return good <= damaged


_NO_ASCII = dict.fromkeys(range(128))
_NO_LEAD_OF_THREE = bytes(range(0xE0))


def _utf16_by_nuls(head: bytes) -> Encoding | None:
    """Say whether `head` is UTF-16 without a mark: NUL bytes on one side of the pairs only, and real line ends."""
    head = head[: len(head) // 2 * 2]
    even, odd = head[::2].count(0), head[1::2].count(0)
    nuls_on_one_side = max(even, odd) >= max(2, len(head) // 100) and min(even, odd) * 20 <= max(even, odd)
    if not nuls_on_one_side:
        return None
    encoding: Encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = head.decode(encoding, "replace")
    mostly_latin = max(even, odd) * 4 >= len(head)
    if text.count("\ufffd") > 1 or not (mostly_latin or "\n" in text or "\r" in text):
        return None
    return encoding if mostly_latin or _is_like_chinese(text) else None


_BYTE_BITS = 8
_LETTERS = frozenset(range(0x20, 0x7F))
# Chinese characters, their punctuation, and full-width forms, by their high bytes
_CHINESE = frozenset((0x20, 0x30, 0xFF, *range(0x4E, 0xA0)))


def _is_like_chinese(text: str) -> bool:
    """Whether text that was read as UTF-16 is: two letters of ASCII, or a character of GBK, are a unit as well.

    Then many units are no Chinese, or all of them are spelled by two letters, as only half of the Chinese ones are.
    """
    high = [ord(char) >> _BYTE_BITS for char in text if ord(char) >> _BYTE_BITS]
    low = [ord(char) & 0xFF for char in text if ord(char) >> _BYTE_BITS]
    foreign = sum(byte not in _CHINESE for byte in high)
    letters = sum(first in _LETTERS and second in _LETTERS for first, second in zip(high, low, strict=True))
    return foreign * 10 <= len(high) and letters * 10 < len(high) * 9
