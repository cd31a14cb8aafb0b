"""Which dates does a text show, wherever they stand in it?

They never make a record older than its own time says, only younger: what closes later is held from then on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anonkit.retention.forms import CELLS, MONTHS

# Each expression begins with a byte or two that `re` looks for as fast as memchr: lines without them cost little.
_MONTH = rb"(?:0?[1-9]|1[0-2])"
_DAY = rb"(?:0?[1-9]|[12]\d|3[01])"
_SEPARATOR = rb"(?:[-/.]|\\+/|%2[Ff])"
YEAR = re.compile(
    rb"20(?<!\d20)\d\d(?:"
    rb"(?P<ymd>" + _SEPARATOR + _MONTH + _SEPARATOR + _DAY + rb"(?!\d)"
    + r"| ?年 ?".encode() + _MONTH + r" ?月 ?".encode() + _DAY + rb"(?!\d)"
    rb"|(?<=\[20\d\d), ?" + _MONTH + rb", ?" + _DAY + rb"(?!\d))"  # [2026, 11, 20, 10, 0], as Jackson writes
    rb"|(?P<basic>(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3})?)?(?!\d)"
    rb"|(?P<last>(?<=[-/., ]20\d\d)(?!\d)))"
)  # fmt: skip
_NAME = rb"(?P<mon>" + "|".join(MONTHS).encode() + rb")[a-z]{0,6}\.?"
_CLOCK = rb"(?:[ T]\d\d?:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: [AP]M)?(?: [A-Z]{2,5}| [+-]\d{4})?)?"
BEFORE_YEAR = re.compile(
    rb"(?:(?<!\d)(?P<one>\d\d?)(?P<s>[-/.])(?P<other>\d\d?)(?P=s)"
    rb"|(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?[-/ .]{0,2}(?i:" + _NAME + rb")[-/ ,]{1,2}"
    rb"|\b(?i:(?P<name>" + "|".join(MONTHS).encode() + rb")[a-z]{0,6}\.?)[- ]{1,2}(?P<of_month>\d\d?)(?:st|nd|rd|th)?"
    + _CLOCK + rb",? )\Z"
)  # fmt: skip
BEFORE_YEAR_BYTES = 50
EPOCH = re.compile(rb"1(?<![\d.]1)\d{9}(?:\d{3}|\d{6})?(?!\d)")
NO_YEAR = re.compile(
    rb":(?:(?<=[A-Z][a-z]{2} [ \d]\d \d\d:)|(?<=[ \[(>|,]\d\d-\d\d \d\d:)(?<!\d\d\d\d-\d\d-\d\d \d\d:))[0-5]\d:[0-5]\d"
)
NO_YEAR_BYTES = 10
DIGITS = re.compile(rb"\d+")
ZONED = CELLS["iso"]


@dataclass(frozen=True, slots=True)
class Lead:
    """How a line may begin that no form of forms.py knows, and whether it may be a part of the record above."""

    pattern: re.Pattern[bytes]
    is_doubtful: bool


_MOMENT = rb"(?:20\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]20\d\d)[ T]{1,2}\d\d?:\d\d"
LEADS = (
    Lead(re.compile(rb"(?:\xef\xbb\xbf)?[\[(\"']?\d\d?[-/.]\d\d?[-/.]20\d\d[ T,]{1,2}\d\d?:\d\d"), is_doubtful=False),
    # 1795000000 phone=..., uid|INFO|2026-..., http-nio-1 2026-..., host1 app: 2026-...
    Lead(
        re.compile(
            rb"\[?1\d{9}(?:\d{3})?(?:\.\d{1,9})?[\]\s,|:]"
            rb"|(?:[^|\r\n]{0,60}+\|){1,6}? ?" + _MOMENT +
            rb"|(?=\S{0,60}[\d\[])[^\s|]{1,60}+ (?:[^\s]{1,60}: )?[\[(]?" + _MOMENT
        ),
        is_doubtful=True,
    ),
)  # fmt: skip
SQL = re.compile(rb"\s*(?i:insert|replace|update)\s")
SQL_ROW = re.compile(rb"\s*\(")
SQL_MOMENT = re.compile(rb"20\d\d-\d\d?-\d\d?[ T]\d\d?:\d\d")
