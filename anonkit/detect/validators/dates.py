"""Is this a day, and can somebody have been born on it?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

import functools
import time

MONTH_DAYS = frozenset(
    b"%02d%02d" % (month, day)
    for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)
    for day in range(1, days + 1)
)
OLDEST = b"18500101"


@functools.cache
def latest() -> bytes:
    """One year from today as yyyymmdd: clocks are wrong, nobody is born later than that."""
    return time.strftime("%Y%m%d", time.gmtime(time.time() + 366 * 86400)).encode()


def real_date(day: bytes) -> bool:
    """Whether yyyymmdd is a day of the calendar on which a person now alive, or dead, can have been born."""
    if day[4:] not in MONTH_DAYS or not OLDEST <= day <= latest():
        return False
    if day[4:] != b"0229":
        return True
    year = int(day[:4])
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_FIRST_SECOND = -2_208_988_800  # 1900
_NOT_DIGIT_TO_BLANK = bytes(b if 48 <= b <= 57 else 32 for b in range(256))


def birth_date(value: bytes) -> bool:
    """Year, month and perhaps day, as numbers in this order or the other way round, with or without separators.

    `1990-07-12`, `19900712`, `1990年7月12日`, `1990.7`, `07/12/1990`, with a time behind the day or none; seconds since
    1970, or 11 digits of milliseconds.
    """
    is_written = value.isdigit() and len(value) in (6, 8, 14)
    if not is_written and len(value) > 8 and value.removeprefix(b"-").isdigit():
        return _FIRST_SECOND < int(value) // (1 if len(value.removeprefix(b"-")) < 11 else 1000) < time.time()
    spread = b"%b %b %b" % (value[:4], value[4:6], value[6:8]) if is_written else value.translate(_NOT_DIGIT_TO_BLANK)
    parts = spread.split()[:3]
    year_last = bool(parts) and len(parts[0]) != 4
    if year_last:
        parts.reverse()
    if len(parts) < 2 or len(parts[0]) != 4:
        return False
    year, month = parts[0], parts[1].zfill(2)
    day = parts[2].zfill(2) if len(parts) > 2 and parts[2] else b"01"
    return real_date(year + month + day) or (year_last and real_date(year + day + month))
