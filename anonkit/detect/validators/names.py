"""Is this a person's name, and how much of it?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

import re

from anonkit.detect.words import (
    BEGIN_NO_NAME,
    NAME_OF_ORGANISATION,
    NOT_FIRST_IN_GLUED_NAMES,
    NOT_HANDLES,
    NOT_LAST_IN_NAMES,
    NOT_NAMES,
)

_CJK_RUN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf][\x80-\xbf]){1,10}")
_CJK_SIGNS = frozenset(c.encode() for c in "：＝【「『（“‘《、，。为是叫→")
_TITLES = frozenset(t.encode() for t in "先女老经主总医")


def chinese_name(value: bytes) -> bool:
    """A Chinese name as a field holds it: no common word that begins with a family name, nor its beginning."""
    return value not in NOT_NAMES and value[:6] not in BEGIN_NO_NAME


def trim_name(value: bytes, before: bytes, following: bytes) -> int:
    """How many bytes of `value` are the name, 0 for none, given the bytes on both sides.

    李娜 of 收件人李娜已签收: a third character that is a word of grammar, with more text glued to it, is none of the
    name. 和密码 of 用户名和密码错误 is no name, nor is 华为技 of 联系人：华为技术有限公司.
    """
    run = _CJK_RUN.match(following)
    if run is None or following[:3] in _TITLES:
        return len(value)
    if any(mark in run[0] for mark in NAME_OF_ORGANISATION):
        return 0
    if before[-1:] >= b"\x80" and before[-3:] not in _CJK_SIGNS and value[:3] in NOT_FIRST_IN_GLUED_NAMES:
        return 0
    if len(value) == 9 and value[6:] in NOT_LAST_IN_NAMES:
        return 6
    return len(value)


def latin_name(value: bytes) -> bool:
    """A name in Latin letters: no word of a program."""
    return len(value) >= 3 and value.lower() not in NOT_HANDLES
