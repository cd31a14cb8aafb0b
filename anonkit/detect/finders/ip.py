"""IP addresses: four octets that are not a version, and IPv6 in all its spellings (RFC 4291, RFC 5952, RFC 4007)."""

from __future__ import annotations

import functools
import re
import socket
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonkit.detect.block import DIGITS, Block, Ints, Mask, shifted, table, where
from anonkit.detect.context import fills_line
from anonkit.detect.finders.base import Finder, Found, Trigger, found
from anonkit.detect.finders.email import NOT_TLDS

_OCTET = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_QUAD = rb"\d\.\d{1,3}\.\d{1,3}\.\d"
_V4 = re.compile(_OCTET + rb"(?:\." + _OCTET + rb"){3}")
_LENGTH = re.compile(rb"/(?:3[0-2]|[12]?\d)(?![0-9A-Za-z])")
_V4_DASHED = rb"[^0-9A-Za-z](?:ip|ec2|host|node|vm)-" + _OCTET + rb"(?:-" + _OCTET + rb"){3}[^0-9A-Za-z]"
# an address within a provider's host name, such as dsl-static-059.45.101.203.example.net
_IN_HOST = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}")
_HOST_AFTER = re.compile(rb"\.(?:[A-Za-z][A-Za-z0-9-]{0,62}\.){1,5}([A-Za-z]{2,24})(?![A-Za-z0-9_.-])")
_DASHED = re.compile(rb"-(\d{1,3}(?:-\d{1,3}){3})\Z")
_WORD_BEFORE_SLASH = re.compile(rb"[0-9A-Za-z_.-]{1,64}")
# a word and a slash before four numbers: a product and its version, or a host and its address (Java prints both)
_PRODUCTS = re.compile(
    rb"(?i)(?:chrome|chromium|firefox|safari|opera|version|edge?|edg[ai]?|opr|os|msie|trident|gecko|applewebkit|mobile|"
    rb"[a-z]*browser[0-9.]*|[a-z]*player|[a-z]*client|[a-z]*sdk|nss|curl|wget|openssl|okhttp|java|jdk|python[a-z-]*|"
    rb"go-http-client|micromessenger|weibo|dingtalk|alipay\w*|lark|qq|tim|netfront|presto|build|release|coolnovo|iron|"
    rb"maxthon|ucweb|blackberry\w*|nokia\w*|samsung\S*|lg\S*|htc\S*|mot\S*|sony\S*|mqqbrowser|android|ios|ipad|iphone|"
    rb"windows|linux|darwin|cfnetwork)\Z"
)
# spring-core-5.3.9.4.jar, 1.2.3.4-beta: the name of a package goes on
_PACKAGE_AFTER = re.compile(
    rb"(?i)[.](?:jar|war|tar|tgz|gz|zip|whl|so|rpm|deb|exe|dll|apk|ipa|pkg|msi|dmg|el\d|x86|amd64|arm|final|release)(?![a-z])"
    rb"|[-_.](?:beta|alpha|rc|snapshot|release|final|ga|m|sp|build|jre|android|stable|lts)(?![a-z])"
)
# Products that are named before their version with a blank. Servers are not among them: `nginx: 1.2.3.4 - -` is an
# access line behind a syslog tag. Glued with a colon or dash (nginx:1.2.3.4, python-3.8.10.1) they are.
_BLANK_PRODUCTS = re.compile(
    rb"(?i)(?:openssl|netty|dotnet|jdk|jre|openjdk|golang|chrome|firefox|gcc|glibc|maven|gradle|fastjson|log4j|"
    rb"harmonyos|miui|emui|lib(?!rar|ert)[a-z][a-z0-9_.]*)\Z"
)
_GLUED_PRODUCTS = re.compile(
    _BLANK_PRODUCTS.pattern.removesuffix(rb")\Z")
    + rb"|python|java|spring[a-z-]*|mysql-connector[a-z-]*|nginx|tomcat|jetty|undertow|dubbo|android|ios)\Z"
)
# Software that has addresses as well: behind its name only numbers as small as those of versions are one.
_SERVICES = re.compile(
    rb"(?i)(?:mysql|mariadb|redis|postgres(?:ql)?|mongo(?:db)?|elasticsearch|kibana|hive|hbase|kafka|zookeeper|hadoop|"
    rb"spark|flink|rails|ruby|php|node|npm|python|java|numpy|pandas|opencv[a-z-]*|tensorflow|torch|ios|android|windows|"
    rb"macos|bios|nginx|tomcat|jetty|docker|etcd|rabbitmq|nacos|dubbo|com\.[a-z]{2,20}\.[a-z.]{2,20})\Z"
)
_MOST_IN_VERSION, _MOST_FIRST_IN_VERSION = 99, 29
_PRODUCT_BEFORE = re.compile(rb"([A-Za-z][A-Za-z0-9_./-]{0,32})([ :@~(_-])\Z")
# v1.2.3.4 -> 1.2.3.5; but 10.1.2.3 -> 10.1.2.4 are a connection
_VERSION_BEFORE = re.compile("(?<![0-9A-Za-z])[vV]\\d{1,4}(?:\\.\\d{1,4}){1,3} {0,2}(?:->|=>|→|至|到) {0,2}\\Z".encode())
# JRO03C.WW_epad-10.4.3.9-20121106: the build of a device, by its date
_BUILD_BEFORE = re.compile(rb"[A-Za-z]_[A-Za-z]{1,16}-\Z")
_DATE_AFTER = re.compile(rb"-20\d\d[01]\d[0-3]\d(?![0-9])")
_SECTION = re.compile(rb"[ \t\xe3]{0,4}[\x80]{0,2}[\xe4-\xe9]")
_LINE_START = re.compile(rb"\n[ \t]*\Z")
_MOST_SECTIONS = 20
_SECTION_AFTER = ("节", "章", "条", "版")

_Rows = list[tuple[int, int, float]]

_SURE = 0.95
_OCTETS = 256
_EUI64_GROUPS = 8
_HEX_RUN = re.compile(rb"[0-9A-Fa-f:.]{1,64}")
_ZONE = re.compile(rb"%[0-9A-Za-z][0-9A-Za-z._-]{0,15}(?![0-9A-Za-z%])")
_PREFIX = re.compile(rb"/(?:12[0-8]|1[01]\d|[1-9]?\d)(?![0-9A-Za-z])")
_MAPPED = re.compile(rb"[0-9A-Fa-f:]*:\d{1,3}(?:\.\d{1,3}){3}\Z")
_LEADING_ZERO = re.compile(rb"[:.]0\d")
_LONG_GROUP = 3
_TIME = re.compile(rb"[\d:]*")


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    quads, dashed, colons = hits
    start, end, confidence = _v4(block, quads)
    more = found(_dashed(block.buffer, dashed) + _v6(block.buffer, colons))
    return np.concatenate((start, more[0])), np.concatenate((end, more[1])), np.concatenate((confidence, more[2]))


def _quads(block: Block) -> Ints:
    """Behind the first digit of the second of four numbers between dots: what `_QUAD` tells, from bitmaps."""
    digits = block.run(DIGITS)
    dots = block.run(_POINT) & shifted(digits, -1) & shifted(digits, 1)
    for _ in range(2):  # the dot before another one that 1 to 3 digits part from it, and the dot before that
        dots &= shifted(dots, 2) | shifted(dots, 3) | shifted(dots, 4)
    return where(dots) + 2


def _colons(block: Block) -> Ints:
    """Behind two colons side by side, and behind the fourth of at least six with 1 to 4 bytes between each two."""
    colons = block.run(_COLONS)
    pairs = where(colons & shifted(colons, 1)) + 2
    # colons behind which two more follow: those of a time of day do not
    followed = colons
    for _ in range(2):
        followed = colons & (shifted(followed, 2) | shifted(followed, 3) | shifted(followed, 4) | shifted(followed, 5))
    positions = where(followed)
    near = np.diff(positions) <= _GROUP_BYTES + 1
    row = near[:-2] & near[1:-1] & near[2:] if len(near) > 2 else near[:0]  # noqa: PLR2004  three gaps, four colons
    return np.concatenate((pairs, positions[3:][row] + 1))


def _v4(block: Block, ends: Ints) -> Found:
    buffer, raw = block.buffer, block.raw
    # the run of digits and dots around a digit of it
    at = ends - 1
    back = _DOTTED[block.behind(at, _RUN_BYTES)][:, ::-1]
    ahead = _DOTTED[block.ahead(at, _RUN_BYTES)]
    bounded = ~back.all(axis=1) & ~ahead.all(axis=1)
    first = (at - np.argmin(back, axis=1))[bounded]
    last = (at + np.argmin(ahead, axis=1))[bounded]
    new = np.concatenate(([True], np.diff(first) > 0)) if len(first) else np.empty(0, bool)
    first, last = first[new], last[new]
    last = last - (raw[last - 1] == _DOT)  # the full stop of a sentence
    valid, private, small = _octets(block, first, last)
    before, after = raw[first - 1], raw[last]
    ip = _LETTER_P[before] & _LETTER_I[raw[first - 2]] & ~_LETTER[raw[first - 3]]  # 客户端IP10.1.2.3
    valid &= ~(_LETTER[before] & ~ip | _LETTER[after])
    rows: list[tuple[int, int, float]] = []
    for start, end in zip(first[~valid].tolist(), last[~valid].tolist(), strict=True):
        rows += _in_host(buffer, start, end)
    first, last, before, after, private, small = (c[valid] for c in (first, last, before, after, private, small))
    # the engine looks for words such as "version" before; here are the slash of a product and the sign of a section
    second = raw[first - 2]
    named = _SEPARATOR[before] & (_LETTER[second] | _DIGIT_OR_SIGN[second])  # a product and its version
    section = _BLANK[after] & (raw[last + 1] >= _CJK_LEAD) & _BLANK[before]
    odd = _BEFORE_VERSION[before] | section | _AFTER_VERSION[after] | (raw[first] == _ZERO)
    named &= ~odd & ~private & (after != _COLON)
    taken = np.ones(len(first), bool)
    if named.any():
        kind = _behind_product(block, first[named])
        taken[named] = ~((kind == _PRODUCT) | (kind == _SERVICE) & small[named])
    for row in np.flatnonzero(_AFTER_ARROW[second] & (before == _SPACE)).tolist():
        taken[row] &= _VERSION_BEFORE.search(buffer, int(first[row]) - _WORD_BYTES, int(first[row])) is None
    for row in np.flatnonzero(odd).tolist():
        start, end = int(first[row]), int(last[row])
        taken[row] = not (
            _is_version(buffer, start, end)
            or (buffer[start : start + 2] == b"0." and not _stands_alone(buffer, start, end))
        )
    for row in np.flatnonzero(after == _SLASH).tolist():
        if length := _LENGTH.match(buffer, int(last[row])):
            last[row] = length.end()
    more = found(rows)
    first, last = np.concatenate((first[taken], more[0])), np.concatenate((last[taken], more[1]))
    return first, last, np.concatenate((np.full(int(taken.sum()), _SURE), more[2]))


def _octets(block: Block, start: Ints, end: Ints) -> tuple[Mask, Mask, Mask]:
    """Which ranges hold four octets, without leading zeros.

    And which of them are private (RFC 1918) or loopback, and which as small as the numbers of a version.
    """
    length = end - start
    text = block.ahead(start, _QUAD_BYTES)
    dots = (text == _DOT) & (np.arange(_QUAD_BYTES) < length[:, None])
    good = (length <= _QUAD_BYTES) & (dots.sum(axis=1) == 3)  # noqa: PLR2004  dots between four octets
    private, small = np.zeros(len(start), bool), np.zeros(len(start), bool)
    rows = np.flatnonzero(good)
    # where each octet begins, and the dot, or what follows the last, behind it
    dot = np.nonzero(dots[rows])[1].reshape(-1, 3) + start[rows, None]
    first = np.column_stack((start[rows], dot + 1))
    last = np.column_stack((dot, end[rows]))
    digits = last - first
    ones, tens, hundreds = (block.raw[last - place].astype(np.int64) - _ZERO for place in (1, 2, 3))
    value = ones + np.where(digits > 1, 10 * tens, 0) + np.where(digits > 2, 100 * hundreds, 0)  # noqa: PLR2004
    leading_zero = (digits > 1) & (block.raw[first] == _ZERO)
    fits = (digits >= 1) & (digits <= 3) & (value < _OCTETS) & ~leading_zero  # noqa: PLR2004
    good[rows] = fits.all(axis=1)
    one, two = value[:, 0], value[:, 1]
    private[rows] = (
        (one == 10) | (one == 127) | ((one == 192) & (two == 168)) | ((one == 172) & (two >= 16) & (two < 32))  # noqa: PLR2004
    )
    small[rows] = (one <= _MOST_FIRST_IN_VERSION) & (value <= _MOST_IN_VERSION).all(axis=1)
    return good, private, small


def _behind_product(block: Block, start: Ints) -> npt.NDArray[np.int8]:
    """Behind the word for what each start stands, with a sign between; asked once for each word."""
    word = _WORD_CLASS[block.behind(start - 1, _WORD_BYTES)][:, ::-1]
    length = np.where(word.all(axis=1), _WORD_BYTES, np.argmin(word, axis=1))
    words = (block.buffer[s:e] for s, e in zip((start - 1 - length).tolist(), start.tolist(), strict=True))
    return np.fromiter(map(_kind_of, words), np.int8, len(start))


@functools.lru_cache(maxsize=4096)
def _kind_of(word: bytes) -> int:
    """What a word, with the sign behind it, names: a product before its version, software that has addresses too."""
    product = _PRODUCT_BEFORE.search(word)
    if product is not None:
        products = _BLANK_PRODUCTS if product[2] in b" (" else _GLUED_PRODUCTS
        name = product[1].rpartition(b"/")[2]
        if products.match(name):
            return _PRODUCT
        if _SERVICES.match(name):
            return _SERVICE
    return _PRODUCT if word.endswith((b"v=", b"V=")) and not word[-3:-2].isalnum() else 0


def _stands_alone(buffer: bytes, start: int, end: int) -> bool:
    """Whether an address that is nobody's (0.0.0.0) is at least what the line is about."""
    length = _LENGTH.match(buffer, end)
    return fills_line(buffer, start, length.end() if length else end)


_POINT, _COLONS = frozenset(b"."), frozenset(b":")
_GROUP_BYTES = 4
_QUAD_BYTES = 15
_WORD_BYTES = 39
_WORD_CLASS = table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-")
_BEFORE_VERSION = table(b"/+")
_SEPARATOR = table(b" :@~-=(_")
_AFTER_ARROW = table(b">\x92\xb3\xb0")  # the last bytes of ->, →, 至 and 到
_PRODUCT, _SERVICE = 1, 2
_BLANK = table(b" \t\n\xe3")
_DIGIT_OR_SIGN = table(b"0123456789 ")
_CJK_LEAD = 0xE3
_AFTER_VERSION = table(b"\xe7\xe8\xe6.-_")
_DOTTED = table(b".0123456789")
_LETTER = table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_LETTER_I, _LETTER_P = table(b"iI"), table(b"pP")
_SLASH, _ZERO, _COLON, _DOT, _PLUS, _SPACE = b"/0:.+ "
_RUN_BYTES = 20
_GREATER = 62
_LABEL_BEFORE = re.compile(rb"<[A-Z][A-Z0-9_]*>\Z")


def _is_version(buffer: bytes, start: int, end: int) -> bool:
    if buffer[start - 1] == _PLUS:
        return True
    if buffer[start - 1] == _SLASH:
        word = _WORD_BEFORE_SLASH.match(buffer[start - 2 : max(start - 66, 0) : -1])
        if word is not None and buffer[end] != _COLON:  # host/10.1.2.3:8080 has a port
            return _PRODUCTS.match(word[0][::-1]) is not None or not _is_private(buffer[start:end])
    if _PACKAGE_AFTER.match(buffer, end):
        return True
    if _DATE_AFTER.match(buffer, end) and _BUILD_BEFORE.search(buffer, start - 24, start):
        return True
    if buffer[end] == _COLON or _is_private(buffer[start:end]):
        return False
    before = buffer[max(0, start - 40) : start]
    if _kind_of(before) == _PRODUCT:
        return True
    if (
        _SECTION.match(buffer, end)
        and _LINE_START.search(before)
        and max(map(int, buffer[start:end].split(b"."))) <= _MOST_SECTIONS
    ):
        return True
    return buffer[end : end + 3].decode(errors="replace") in _SECTION_AFTER


def _is_private(address: bytes) -> bool:
    return address.startswith((b"10.", b"192.168.", b"127.")) or (
        address.startswith(b"172.") and 16 <= int(address.split(b".")[1]) <= 31  # noqa: PLR2004  RFC 1918
    )


def _dashed(buffer: bytes, ends: Ints) -> _Rows:
    rows: _Rows = []
    for end in ends.tolist():
        name = _DASHED.search(buffer, max(0, end - 24), end - 1)
        if name is not None:
            rows.append((*name.span(1), 0.8))
    return rows


def _in_host(buffer: bytes, start: int, end: int) -> _Rows:
    """Four numbers glued to the words of a host name."""
    host = _HOST_AFTER.match(buffer, end)
    if (
        host is None
        or host[1].lower() in NOT_TLDS
        or buffer[start - 1] == _DOT
        or not _IN_HOST.fullmatch(buffer, start, end)
    ):
        return []
    return [(start, end, 0.8)] if max(map(int, buffer[start:end].split(b"."))) < _OCTETS else []


def _v6(buffer: bytes, ends: Ints) -> _Rows:
    rows: _Rows = []
    done = 0
    for hit in np.sort(ends).tolist():
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
            rows.append((*address, _SURE))
    return rows


def _whole_address(buffer: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The address in the run of hex digits, colons and dots at [start, end), without the syntax around it."""
    if buffer[start] == 58 and buffer[start + 1] != 58 and not _at_line_start(buffer, start):  # noqa: PLR2004  key:fe80::1
        start += 1
    elif buffer[start - 1 : start].isalnum() or buffer[start - 1] in b"_.":
        return None
    if buffer[start - 1] == _GREATER and _LABEL_BEFORE.search(buffer, max(0, start - 40), start):
        return None  # glued to a finding, as which it was not seen either
    whole = fills_line(buffer, start, end)
    full_stop = buffer[end - 1] == _DOT
    colon = buffer[end - 1] == _COLON and buffer[end - 2] != _COLON and buffer[end] in b" \t"
    if full_stop or (colon and not whole):
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
    groups = text.split(b":")
    if len(groups) == _EUI64_GROUPS and all(len(group) == 2 for group in groups):  # noqa: PLR2004  an EUI-64
        return None
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
    longest = max(len(g) for g in groups)
    if longest < _LONG_GROUP and (text.isdigit() or not any(c in b"0123456789" for c in text) or _TIME.fullmatch(text)):
        return False
    return has_prefix or len(groups) >= _LONG_GROUP or longest >= _LONG_GROUP


IP = Finder(
    (
        Trigger(_QUAD, ends=_quads),
        Trigger(_V4_DASHED, caseless=True),
        Trigger(rb"::|(?:[0-9A-Fa-f]{1,4}:){7}|(?:[0-9A-Fa-f]{1,4}:){6}\d{1,3}\.", ends=_colons),
    ),
    _find,
)
