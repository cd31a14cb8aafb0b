"""Which numbers in cells are dates, and which ones?"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from anonkit.io.tables.xlsx import markup

# numbers of formats that need no definition, those for Chinese among them (ECMA-376 part 1, 18.8.30)
_BUILT_IN_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58))
_NO_FIELDS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General|E[+-]', re.IGNORECASE)
_FIELD = re.compile("[yde]", re.IGNORECASE)
_DAY_SECONDS = 86_400
_LAST_SERIAL = 2_958_466
_LEAP_BUG = 60
"""1900 is a leap year for Excel, so that days before the 60th are one less."""
_ISO = re.compile(rb"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2})?\Z")
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001  cells have no time zone
_FIRST_OF_1904 = datetime(1904, 1, 1)  # noqa: DTZ001  as above


def date_styles(xml: bytes) -> list[bool]:
    """For each style of cells, whether its numbers are shown as dates."""
    own: dict[int, bool] = {}
    found: list[bool] = []
    within = False
    for token in markup.tokens(xml):
        if token.name == b"cellXfs":
            within = token.kind == "open"
        elif token.kind not in ("open", "empty"):
            continue
        elif token.name == b"numFmt":
            values = markup.values_of(xml, token.attributes)
            own[_number(values.get(b"numFmtId"))] = _is_date(values.get(b"formatCode", b"").decode())
        elif token.name == b"xf" and within:
            number = _number(markup.values_of(xml, token.attributes).get(b"numFmtId"))
            found.append(own.get(number, number in _BUILT_IN_DATES))
    return found


def iso(serial: float, *, from_1904: bool) -> bytes | None:
    """The date of a number, with the time if there is one; None where it is none."""
    if not 1 <= serial < _LAST_SERIAL:
        return None
    days, seconds = divmod(round(serial * _DAY_SECONDS), _DAY_SECONDS)
    first = _FIRST_OF_1904 if from_1904 else _FIRST
    day = first + timedelta(days=days + (days < _LEAP_BUG and not from_1904), seconds=seconds)
    return (day.isoformat() if seconds else day.date().isoformat()).encode()


def serial(text: bytes, *, from_1904: bool) -> bytes | None:
    """The number of a date that `iso` might give; None where it is none."""
    match = _ISO.match(text)
    if match is None:
        return None
    try:
        when = datetime.fromisoformat(text.decode())
    except ValueError:
        return None
    days = (when - (_FIRST_OF_1904 if from_1904 else _FIRST)) / timedelta(days=1)
    if not from_1904 and days <= _LEAP_BUG:
        days -= 1
    if days < 1:
        return None
    return repr(int(days) if days == int(days) else days).encode()


def number(raw: bytes) -> bytes:
    """A number as a reader shows it: whole ones without a point or an exponent, others with as few digits as needed."""
    if raw.isdigit():
        return raw
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(value):
        return raw
    return (str(int(value)) if value == int(value) else repr(value)).encode()


def _is_date(code: str) -> bool:
    return _FIELD.search(_NO_FIELDS.sub("", code)) is not None


def _number(value: bytes | None) -> int:
    return int(value) if value is not None and value.isdigit() else 0
