"""On which day was this record made?

Days are those of UTC, counted from 1970-01-01. A time without a zone is read as UTC: in China, and everywhere east of
Greenwich, a record then seems some hours younger than it is, and is held so much longer, never shorter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from anonkit.retention import forms

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
# Before 2000 a clock was not set, after 2099 a number is no time.
_FIRST, _LAST = date(2000, 1, 1).toordinal() - _EPOCH, date(2099, 12, 31).toordinal() - _EPOCH
_MONTHS = {name.encode(): number for number, name in enumerate(forms.MONTHS, 1)}
_MOST_OFFSET_MINUTES = 14 * 60
_QUARTER_MINUTES = 15
_HEAD_BYTES = 700
_MEMO_ENTRIES = 50_000
_YEARS_TO_A_LEAP_DAY = 9
_UNITS = (1, 1000, 1_000_000, 1_000_000_000)  # seconds, ms, us, ns: their ranges do not meet
_DIGITS_OF_A_DAY, _DIGITS_OF_A_SECOND = 8, 14
_MOST_DIGITS = 19

UNDATED = -1
"""The day of a time that cannot be true: 30 February, or 1970 on a device whose clock was not set."""

Groups = dict[str, bytes | None]


def today() -> int:
    """The day that it is, in UTC."""
    return datetime.now(UTC).toordinal() - _EPOCH


def day_of(moment: datetime) -> int:
    """The day of a time with a zone, in UTC."""
    return math.floor(moment.timestamp() / _DAY_S)


def as_date(day: int) -> date:
    """The date of a day."""
    return date.fromordinal(day + _EPOCH)


class Clock:
    """Reads the times of one text.

    latest  the day on which the text was last written to, which says the year where a time has none: the last one
            in which the date is not later than a day after `latest`. A text that spans more than a year seems
            younger than it is, and is held longer.
    """

    def __init__(self, latest: int) -> None:
        self._latest = as_date(latest) + timedelta(days=1)
        self._form = forms.FORMS[0].name
        # A line before, up to a byte behind its date, and its day: a line that begins so has the same day, unless a
        # zone follows where that line had none.
        self._prefix, self._same, self._zone_at = b"\n", UNDATED, 0
        self._cells: dict[bytes, int | None] = {}
        self._days: dict[tuple[str, tuple[bytes | None, ...]], int | None] = {}

    def of_line(self, line: bytes) -> int | None:
        """The day of the time that a line of UTF-8 begins with; UNDATED for an impossible one, None for none."""
        if line[:1] in _BLANKS:  # a part of the record above
            return None
        # Most lines of a text have the day of the line before, nearly all have its form.
        if line.startswith(self._prefix):
            at = self._zone_at
            if not at or (line[at : at + 1] in _AFTER_TIME and line[at + 1 : at + 2] not in _BEGIN_ZONE):
                return self._same
        match = _LINES[self._form].match(line, 0, _HEAD_BYTES)
        if match is None:
            found = _ANY.match(line, 0, _HEAD_BYTES)
            if found is None:
                return None
            form = str(found.lastgroup)
            match = _LINES[form].match(line, 0, _HEAD_BYTES)
            if match is None:  # pragma: no cover  the same expression has just matched
                return None
            self._form = form
        day = self._remembered(self._form, match)
        if day is None:
            return UNDATED
        if self._form != "access":  # whose lines begin with an address
            self._remember_prefix(line, match, day)
        return day

    def _remember_prefix(self, line: bytes, match: re.Match[bytes], day: int) -> None:
        names = match.re.groupindex
        if "epoch" in names or match["day"] is None or ("zone" in names and match["zone"]):
            return
        end = max(match.end(name) for name in ("year", "month", "mon", "day") if name in names)
        zone_at = match.end() if "zone" in names else 0
        if line[end : end + 1].isdigit() or 0 < zone_at <= end or end > _MOST_PREFIX_BYTES:
            return
        self._prefix, self._same, self._zone_at = line[: end + 1], day, zone_at

    def of_cell(self, cell: bytes) -> int | None:
        """The day that a cell or a field holds, as text or as a number of seconds, ms, us or ns since 1970."""
        if len(cell) > _MOST_CELL_BYTES:
            return None
        try:
            return self._cells[cell]
        except KeyError:
            pass
        if len(self._cells) >= _MEMO_ENTRIES:
            self._cells.clear()
        day = self._cells[cell] = self._of_new_cell(cell)
        return day

    def _of_new_cell(self, cell: bytes) -> int | None:
        cell = cell.strip(b" \t\r\n\"'")
        if cell.isdigit():
            return self._of_digits(cell)
        for name, pattern in forms.CELLS.items():
            match = pattern.match(cell, 0, _HEAD_BYTES)
            if match is not None:
                return self._remembered(name, match)
        try:
            return _of_epoch(float(cell))
        except ValueError:
            return None

    def of_value(self, value: object) -> int | None:
        """The day that a value of JSON holds; MongoDB's {"$date": ...} too."""
        if isinstance(value, str):
            return self.of_cell(value.encode("utf-8", "surrogatepass"))
        if isinstance(value, bool):
            return None
        if isinstance(value, int):
            return self._of_digits(b"%d" % value) if value > 0 else None
        if isinstance(value, float):
            return _of_epoch(value)
        if isinstance(value, dict) and len(value) == 1:
            key, inner = next(iter(value.items()))
            return self.of_value(inner) if key in ("$date", "$numberLong") else None
        return None

    def _of_digits(self, digits: bytes) -> int | None:
        if len(digits) in (_DIGITS_OF_A_DAY, _DIGITS_OF_A_SECOND) and digits.startswith(b"20"):
            return _of_date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        return _of_epoch(int(digits)) if len(digits) <= _MOST_DIGITS else None

    def _remembered(self, form: str, match: re.Match[bytes]) -> int | None:
        key = form, match.groups()
        try:
            return self._days[key]
        except KeyError:
            pass
        if len(self._days) >= _MEMO_ENTRIES:
            self._days.clear()
        day = self._days[key] = self._day(match.groupdict())
        return day

    def _day(self, said: Groups) -> int | None:
        if epoch := said.get("epoch"):
            return _of_epoch(float(epoch))
        month = _MONTHS[said["mon"] or b""] if said.get("mon") else int(said["month"] or 0)
        day_of_month = int(said["day"] or 0)
        if year := said.get("year"):
            day = _of_date(int(year), month, day_of_month)
        elif short := said.get("yy"):
            day = _of_date(2000 + int(short), month, day_of_month)
        else:
            day = self._of_no_year(month, day_of_month)
        return day if day is None else day + _days_to_utc(said)

    def _of_no_year(self, month: int, day_of_month: int) -> int | None:
        for year in range(self._latest.year, self._latest.year - _YEARS_TO_A_LEAP_DAY, -1):
            day = _of_date(year, month, day_of_month)
            if day is not None and as_date(day) <= self._latest:
                return day
        return None


def newest(days: Iterable[int | None]) -> int | None:
    """The newest of the days that there are: a record with several times is held by the last of them."""
    return max((day for day in days if day is not None), default=None)


def _of_date(year: int, month: int, day: int) -> int | None:
    try:
        found = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def _of_epoch(number: float) -> int | None:
    for unit in _UNITS:
        day = number / unit / _DAY_S
        if _FIRST <= day < _LAST + 1:
            return int(day)
    return None


def _days_to_utc(said: Groups) -> int:
    """How many days UTC is ahead of the date as written: -1, 0 or 1."""
    zone = (said.get("zone") or b"").strip()
    if zone[:1] not in (b"+", b"-") or not said.get("hour"):
        return 0
    digits = zone[1:].replace(b":", b"")
    offset = 60 * int(digits[:2]) + int(digits[2:] or 0)
    if offset > _MOST_OFFSET_MINUTES or offset % _QUARTER_MINUTES:
        return 0
    if zone[:1] == b"-":
        offset = -offset
    return (60 * int(said["hour"] or 0) + int(said["minute"] or 0) - offset) // (24 * 60)


_AFTER_TIME = b' ]|)"\t'
_BEGIN_ZONE = b"+-ZUG"
_MOST_PREFIX_BYTES = _MOST_CELL_BYTES = 64
_BLANKS = b" \t\r\n"
_LINES = forms.LINES
_ANY = forms.any_line()
