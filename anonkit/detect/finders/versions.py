"""When are four numbers a version, not an address? What stands beside them tells."""

from __future__ import annotations

import functools
import re

import numpy as np
import numpy.typing as npt

from anonkit.detect.block import LETTERS, Block, Ints, Mask, table

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
_PRODUCT_BEFORE = re.compile(rb"([A-Za-z][A-Za-z0-9_./-]{0,32})([ :@~(_-])\Z")
# v1.2.3.4 -> 1.2.3.5; but 10.1.2.3 -> 10.1.2.4 are a connection
_VERSION_BEFORE = re.compile(
    "(?<![0-9A-Za-z])[vV]\\d{1,4}(?:\\.\\d{1,4}){1,3} {0,2}(?:->|=>|→|至|到) {0,2}\\Z".encode()
)
# JRO03C.WW_epad-10.4.3.9-20121106: the build of a device, by its date
_BUILD_BEFORE = re.compile(rb"[A-Za-z]_[A-Za-z]{1,16}-\Z")
_DATE_AFTER = re.compile(rb"-20\d\d[01]\d[0-3]\d(?![0-9])")
_SECTION = re.compile(rb"[ \t\xe3]{0,4}[\x80]{0,2}[\xe4-\xe9]")
_LINE_START = re.compile(rb"\n[ \t]*\Z")
_MOST_SECTIONS = 20
_SECTION_AFTER = ("节", "章", "条", "版")

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
_SLASH, _COLON, _PLUS, _SPACE = b"/:+ "


def versions(block: Block, start: Ints, end: Ints, private: Mask, small: Mask) -> Mask:
    """Which of the ranges of four numbers are versions; words such as "version" before them are the engine's business.

    private  which are addresses of private networks
    small    which hold no number that is larger than those of versions
    """
    raw, buffer = block.raw, block.buffer
    before, second, after = raw[start - 1], raw[start - 2], raw[end]
    named = _SEPARATOR[before] & (LETTERS[second] | _DIGIT_OR_SIGN[second])  # a product and its version
    section = _BLANK[after] & (raw[end + 1] >= _CJK_LEAD) & _BLANK[before]
    odd = _BEFORE_VERSION[before] | section | _AFTER_VERSION[after]
    named &= ~odd & ~private & (after != _COLON)
    found = np.zeros(len(start), bool)
    if named.any():
        kind = _named_before(block, start[named])
        found[named] = (kind == _PRODUCT) | (kind == _SERVICE) & small[named]
    for row in np.flatnonzero(_AFTER_ARROW[second] & (before == _SPACE)).tolist():
        found[row] |= _VERSION_BEFORE.search(buffer, int(start[row]) - _WORD_BYTES, int(start[row])) is not None
    for row in np.flatnonzero(odd).tolist():
        found[row] = _is_version(buffer, int(start[row]), int(end[row]), bool(private[row]))
    return found


def _named_before(block: Block, start: Ints) -> npt.NDArray[np.int8]:
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


def _is_version(buffer: bytes, start: int, end: int, private: bool) -> bool:  # noqa: FBT001
    if buffer[start - 1] == _PLUS:
        return True
    if buffer[start - 1] == _SLASH:
        word = _WORD_BEFORE_SLASH.match(buffer[start - 2 : max(start - 66, 0) : -1])
        if word is not None and buffer[end] != _COLON:  # host/10.1.2.3:8080 has a port
            return _PRODUCTS.match(word[0][::-1]) is not None or not private
    if _PACKAGE_AFTER.match(buffer, end):
        return True
    if _DATE_AFTER.match(buffer, end) and _BUILD_BEFORE.search(buffer, start - 24, start):
        return True
    if buffer[end] == _COLON or private:
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
