"""Is this a person's name, and how much of it?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

import re

from anonkit.detect.words import (
    BEGIN_NO_NAME,
    FIELDS_BEHIND_NAMES,
    NAME_OF_ORGANISATION,
    NOT_FIRST_IN_GLUED_NAMES,
    NOT_HANDLES,
    NOT_LAST_IN_ANY_NAME,
    NOT_LAST_IN_NAMES,
    NOT_NAMES,
)

_CJK_RUN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf][\x80-\xbf]){1,10}")
_CJK_SIGNS = frozenset(c.encode() for c in "：＝【「『（“‘《、，。为是叫→")
# behind these a value is delimited: what stands there is a name as a whole, or none
_DELIMITERS = (b'"', b"'", b"`", b"=")
_TITLES = frozenset(t.encode() for t in "先女老经主总医")


def chinese_name(value: bytes) -> bool:
    """A Chinese name as a field holds it: no common word that begins with a family name, nor its beginning."""
    return value not in NOT_NAMES and value[:6] not in BEGIN_NO_NAME and value[-3:] not in NOT_LAST_IN_ANY_NAME


def name_no_word(value: bytes) -> bool:
    """A Chinese name as the value of a key that things have as well: no word at all, but for those known as names."""
    if not chinese_name(value):
        return False
    from anonkit.detect.names.model import shipped  # noqa: PLC0415  the word lists lie in its file

    return not shipped().known.is_word(value.decode("utf-8", "replace"))


def trim_name(value: bytes, before: bytes, following: bytes) -> int:
    """How many bytes of `value` are the name, 0 for none, given the bytes on both sides.

    李娜 of 收件人李娜已签收: a third character that is a word of grammar, with more text glued to it, is none of the
    name. 和密码 of 用户名和密码错误 is no name, nor is 华为技 of 联系人：华为技术有限公司, nor is 金龙鱼 of
    "金龙鱼调和油".
    """
    run = _CJK_RUN.match(following)
    if run is None or following[:3] in _TITLES:
        return len(value)
    if any(mark in run[0] for mark in NAME_OF_ORGANISATION):
        return 0
    if before[-1:] >= b"\x80" and before[-3:] not in _CJK_SIGNS and value[:3] in NOT_FIRST_IN_GLUED_NAMES:
        return 0
    if len(value) == 9 and (value[6:] in NOT_LAST_IN_NAMES or value[6:] + following[:3] in FIELDS_BEHIND_NAMES):
        return 6
    goes_on = following[:3] in NOT_LAST_IN_NAMES or following[:6] in FIELDS_BEHIND_NAMES
    return len(value) if goes_on or before[-1:] not in _DELIMITERS else 0


def latin_name(value: bytes) -> bool:
    """A name in Latin letters: no word of a program."""
    return len(value) >= 3 and value.lower() not in NOT_HANDLES
