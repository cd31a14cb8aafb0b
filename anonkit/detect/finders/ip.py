"""IP addresses: four octets that are not a version, and IPv6 in all its spellings (RFC 4291, RFC 5952, RFC 4007)."""

from __future__ import annotations

import re
import socket

import numpy as np

from anonkit.detect.candidates import Bytes, Ints
from anonkit.detect.context import fills_line
from anonkit.detect.finders.email import NOT_TLDS
from anonkit.detect.finders.base import Finder, Found, Trigger

_OCTET = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_V4 = rb"[^0-9A-Za-z.+]" + _OCTET + rb"(?:\." + _OCTET + rb"){3}(?:/(?:3[0-2]|[12]?\d))?[^0-9A-Za-z]"
_V4_DASHED = rb"[^0-9A-Za-z](?:ip|ec2|host|node|vm)-" + _OCTET + rb"(?:-" + _OCTET + rb"){3}[^0-9A-Za-z]"
# an address within a provider's host name, such as dsl-static-059.45.101.203.example.net
_IN_HOST = rb"[A-Za-z-]\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\.[A-Za-z]"
_HOST_AFTER = re.compile(rb"\.(?:[A-Za-z][A-Za-z0-9-]{0,62}\.){1,5}([A-Za-z]{2,24})(?![A-Za-z0-9_.-])")
_WORD_BEFORE_SLASH = re.compile(rb"[0-9A-Za-z_.-]{1,64}")
# a word and a slash before four numbers: a product and its version, or a host and its address (Java prints both)
_PRODUCTS = re.compile(
    rb"(?i)(?:chrome|chromium|firefox|safari|opera|version|edge?|edg[ai]?|opr|os|msie|trident|gecko|applewebkit|mobile|"
    rb"[a-z]*browser[0-9.]*|[a-z]*player|[a-z]*client|[a-z]*sdk|nss|curl|wget|openssl|okhttp|java|jdk|python[a-z-]*|"
    rb"go-http-client|micromessenger|weibo|dingtalk|alipay\w*|lark|qq|tim|netfront|presto|build|release|coolnovo|iron|"
    rb"maxthon|ucweb|blackberry\w*|nokia\w*|samsung\S*|lg\S*|htc\S*|mot\S*|sony\S*|mqqbrowser|android|ios|ipad|iphone|"
    rb"windows|linux|darwin|cfnetwork|mysql|redis|nginx|apache|tomcat|kafka|app)\Z"
)
_SECTION_AFTER = ("节", "章", "条", "版")

_SURE = 0.95
_OCTETS = 256
_HEX_RUN = re.compile(rb"[0-9A-Fa-f:.]{1,64}")
_ZONE = re.compile(rb"%[0-9A-Za-z][0-9A-Za-z._-]{0,15}(?![0-9A-Za-z%])")
_PREFIX = re.compile(rb"/(?:12[0-8]|1[01]\d|[1-9]?\d)(?![0-9A-Za-z])")
_MAPPED = re.compile(rb"[0-9A-Fa-f:]*:\d{1,3}(?:\.\d{1,3}){3}\Z")
_LEADING_ZERO = re.compile(rb"[:.]0\d")
_LONG_GROUP = 3


def _find(buffer: bytes, trigger: int, starts: Ints, ends: Ints) -> Found:
    if trigger == 0:
        return _v4(buffer, starts, ends)
    if trigger == 1:
        return _dashed(buffer, starts, ends)
    if trigger == 2:  # noqa: PLR2004  the third trigger
        return _in_host(buffer, starts, ends)
    return _v6(buffer, ends)


def _v4(buffer: bytes, starts: Ints, ends: Ints) -> Found:
    raw: Bytes = np.frombuffer(buffer, np.uint8)
    # an address with and without a prefix length ends twice
    first, last = starts + 1, ends - 1
    order = np.lexsort((-last, first))
    first, last = first[order], last[order]
    longest = np.ones(len(first), bool)
    longest[1:] = first[1:] != first[:-1]
    first, last = first[longest], last[longest]
    goes_on = (raw[last] == 46) & _is_digit(raw[np.minimum(last + 1, len(raw) - 1)])  # noqa: PLR2004  a fifth number
    first, last = first[~goes_on], last[~goes_on]
    # the engine looks for words such as "version" before; here are the slash of a product and the sign of a section
    doubtful = (raw[first - 1] == _SLASH) | _SECTION[raw[last]] | (raw[first] == _ZERO)
    found = [(s, e, _SURE) for s, e in zip(first[~doubtful].tolist(), last[~doubtful].tolist(), strict=True)]
    for start, end in zip(first[doubtful].tolist(), last[doubtful].tolist(), strict=True):
        if not _is_version(buffer, start, end) and (buffer[start : start + 2] != b"0." or fills_line(buffer, start, end)):
            found.append((start, end, _SURE))
    return found


def _is_digit(raw: Bytes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (raw >= 48) & (raw <= 57)  # noqa: PLR2004


def _table(members: bytes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    table = np.zeros(256, bool)
    table[list(members)] = True
    return table


_SECTION = _table(b"\xe7\xe8\xe6")
_SLASH, _ZERO, _COLON = b"/0:"


def _is_version(buffer: bytes, start: int, end: int) -> bool:
    if buffer[start - 1] == _SLASH:
        word = _WORD_BEFORE_SLASH.match(buffer[start - 2 : max(start - 66, 0) : -1])
        if word is not None and buffer[end] != _COLON:  # host/10.1.2.3:8080 has a port
            return _PRODUCTS.match(word[0][::-1]) is not None or not _is_private(buffer[start:end])
    return buffer[end : end + 3].decode(errors="replace") in _SECTION_AFTER


def _is_private(address: bytes) -> bool:
    return address.startswith((b"10.", b"192.168.", b"127.")) or (
        address.startswith(b"172.") and 16 <= int(address.split(b".")[1]) <= 31  # noqa: PLR2004  RFC 1918
    )


def _dashed(buffer: bytes, starts: Ints, ends: Ints) -> Found:
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        found.append((buffer.index(b"-", start + 1) + 1, end - 1, 0.8))
    return found


def _in_host(buffer: bytes, starts: Ints, ends: Ints) -> Found:
    found = []
    for start, end in zip((starts + 1).tolist(), (ends - 2).tolist(), strict=True):
        host = _HOST_AFTER.match(buffer, end)
        if host is not None and host[1].lower() not in NOT_TLDS and max(map(int, buffer[start:end].split(b"."))) < _OCTETS:
            found.append((start, end, 0.8))
    return found


def _v6(buffer: bytes, ends: Ints) -> Found:
    found: Found = []
    done = 0
    for hit in ends.tolist():
        if hit <= done:
            continue
        run_back = _HEX_RUN.match(buffer[hit - 1 : max(hit - 66, 0) : -1])
        start = hit - (run_back.end() if run_back else 0)
        run = _HEX_RUN.match(buffer, start)
        if run is None:
            continue
        done = run.end()
        address = _whole_address(buffer, start, run.end())
        if address is not None:
            found.append((*address, _SURE))
    return found


def _whole_address(buffer: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The address in the run of hex digits, colons and dots at [start, end), without the syntax around it."""
    if buffer[start] == 58 and buffer[start + 1] != 58 and not _at_line_start(buffer, start):  # noqa: PLR2004  key:fe80::1
        start += 1
    elif buffer[start - 1 : start].isalnum() or buffer[start - 1] in b"_.":
        return None
    whole = fills_line(buffer, start, end)
    if buffer[end - 1] == 46 and not whole:  # noqa: PLR2004  the full stop of a sentence
        end -= 1
    elif buffer[end - 1] == 58 and buffer[end - 2] != 58 and buffer[end] in b" \t" and not whole:  # noqa: PLR2004
        end -= 1
    if buffer[end : end + 1].isalnum() or buffer[end] == 95:  # noqa: PLR2004
        return None
    text = buffer[start:end]
    if not _is_v6(text):
        return None
    zone = _ZONE.match(buffer, end)
    if zone is not None:
        end = zone.end()
    elif buffer[end] == 37:  # noqa: PLR2004
        return None
    prefix = _PREFIX.match(buffer, end)
    end = prefix.end() if prefix else end
    if buffer[end : end + 1].isalnum() or not (fills_line(buffer, start, end) or _convincing(text, prefix is not None)):
        return None
    return start, end


def _at_line_start(buffer: bytes, start: int) -> bool:
    return buffer[start - 1] in b"\n\r"


def _is_v6(text: bytes) -> bool:
    if b"." in text and (not _MAPPED.match(text) or _LEADING_ZERO.search(text[text.rfind(b":") :])):
        return False
    try:
        socket.inet_pton(socket.AF_INET6, text.decode("ascii"))
    except (OSError, UnicodeDecodeError):
        return False
    return True


def _convincing(text: bytes, has_prefix: bool) -> bool:  # noqa: FBT001
    """Whether the text is an address even within other text: not a C++ name, a slice or a time."""
    if text == b"::1" or b"." in text:
        return True
    groups = [g for g in text.split(b":") if g]
    if not groups or (not any(c in b"0123456789" for c in text) and len(groups) < _LONG_GROUP):
        return False
    if len(groups) == 8 and all(len(g) == 2 for g in groups):  # noqa: PLR2004  an EUI-64
        return False
    return has_prefix or len(groups) >= _LONG_GROUP or max(len(g) for g in groups) >= _LONG_GROUP


IP = Finder(
    (
        Trigger(_V4, som=True),
        Trigger(_V4_DASHED, som=True, caseless=True),
        Trigger(_IN_HOST, som=True),
        Trigger(rb"::|(?:[0-9A-Fa-f]{1,4}:){7}|(?:[0-9A-Fa-f]{1,4}:){6}\d{1,3}\."),
    ),
    _find,
)
