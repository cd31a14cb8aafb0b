"""On which day was this record made?

Days are those of UTC, counted from 1970-01-01. A time without a zone is read as UTC: in China, and everywhere east of
Greenwich, a record then seems some hours younger than it is, and is held so much longer, never shorter.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from anonkit.retention import forms, shown

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

    `of_undated` is the youngest day that `note` was told: of what records show whose own time is not known.
    """

    def __init__(self, latest: int) -> None:
        self._latest = as_date(latest) + timedelta(days=1)
        self._last = latest + 1
        self.of_undated: int | None = None
        self._end = 0  # of the time that the last line begins with
        self._form = forms.FORMS[0].name
        # A line before, up to a byte behind its date, and its day: a line that begins so has the same day, unless a
        # zone follows where that line had none.
        self._prefix, self._same, self._zone_at = b"\n", UNDATED, 0
        self._prefix_end, self._is_short = 0, False  # where that date ends, and whether it has no year
        self._cells: dict[bytes, int | None] = {}
        self._days: dict[tuple[str, tuple[bytes | None, ...]], int | None] = {}
        self._shown: dict[bytes, int | None] = {}
        # How seconds since 1970 begin from a day on, up to `_last`: lines without these digits need no closer look.
        self._since, self._digits = UNDATED, _first_digits(UNDATED, self._last)

    def note(self, day: int | None) -> None:
        """Remember a day that a record shows whose own time is not known."""
        self.of_undated = newest((self.of_undated, day))

    def of_record(self, line: bytes) -> int | None:
        """As `of_line`, but as young as the youngest day that the line shows behind its time."""
        day = self.of_line(line)
        if day is None:
            return None
        end = self._end
        if day == self._since and self._digits not in line and _YEAR(line, end) is None and _NO_YEAR(line, end) is None:
            return day  # what nearly all lines do; the rest of this is slower
        later = self.shown(line, end, day)
        if later is None:
            return day
        if day == UNDATED:
            self.note(later)
            return UNDATED
        return max(day, later)

    def shown(self, text: bytes, start: int = 0, known: int = UNDATED) -> int | None:
        """The youngest day that UTF-8 shows from `start` on; None for none, or none after the day that is `known`.

        Numbers may be ids: one that would be a time later than the text was written is none.
        """
        day = known
        hit = _YEAR(text, start)
        while hit is not None:
            day = max(day, self._of_hit(text, hit, day))
            hit = _YEAR(text, hit.end())
        if known != self._since:
            self._since, self._digits = known, _first_digits(known, self._last)
        if self._digits in text and _SECONDS(text, start) is not None:
            day = max(day, self._of_epochs(text, start))
        hit = _NO_YEAR(text, start)
        while hit is not None:
            at = self._of_short(text[max(0, hit.start() - shown.NO_YEAR_BYTES) : hit.start()])
            day = day if at is None else max(day, at)
            hit = _NO_YEAR(text, hit.end())
        return day if day > known else None

    def _of_epochs(self, text: bytes, start: int) -> int:
        days = (_of_epoch(int(hit[0])) for hit in shown.EPOCH.finditer(text, start))
        return max((day for day in days if day is not None and day <= self._last), default=UNDATED)

    def _of_hit(self, text: bytes, hit: re.Match[bytes], known: int) -> int:
        begin = hit.start() if hit["last"] is None else max(0, hit.start() - shown.BEFORE_YEAR_BYTES)
        window = text[begin : hit.end()]
        try:
            day = self._shown[window]
        except KeyError:
            if len(self._shown) >= _MEMO_ENTRIES:
                self._shown.clear()
            day = self._shown[window] = self._youngest(window, hit)
        if day is None or (hit["basic"] and day > self._last):
            return UNDATED
        end = hit.end()
        # A zone moves the day by one at most, and only one with a minus moves it on.
        if hit["ymd"] and (day > known or (day == known and b"-" in text[end : end + _MOST_CLOCK_BYTES])):
            zoned = shown.ZONED.match(text, hit.start(), hit.start() + _HEAD_BYTES)
            if zoned is not None:
                return self._remembered("iso", zoned) or day
        return day

    def _youngest(self, window: bytes, hit: re.Match[bytes]) -> int | None:
        """The day of a hit; where day and month may be told apart in two ways, the younger that is not to come."""
        year = int(hit[0][:4])
        if hit["basic"]:
            return _of_date(year, int(hit["basic"][:2]), int(hit["basic"][2:]))
        if hit["ymd"]:
            month, day = [int(n) for n in shown.DIGITS.findall(hit["ymd"].replace(b"%2", b""))][:2]
            return _of_date(year, month, day)
        found = shown.BEFORE_YEAR.search(window[:-4])
        if found is None:
            return None
        if found["one"]:
            one, other = int(found["one"]), int(found["other"])
            days = [d for d in (_of_date(year, one, other), _of_date(year, other, one)) if d is not None]
            return newest([d for d in days if d <= self._last] or days)
        name = found["mon"] or found["name"]
        return _of_date(year, _MONTHS[name.title()], int(found["day"] or found["of_month"]))

    def _of_short(self, date: bytes) -> int | None:
        """The day of `Nov 20 10` or `11-20 10`, which name no year."""
        words = date.replace(b"-", b" ").split()
        if words[-3][-2:].isdigit():
            return self._of_no_year(int(words[-3][-2:]), int(words[-2]))
        month = _MONTHS.get(words[-3][-3:])
        return None if month is None else self._of_no_year(month, int(words[-2]))

    def of_line(self, line: bytes) -> int | None:
        """The day of the time that a line of UTF-8 begins with; UNDATED for an impossible one, None for none."""
        if line[:1] in _BLANKS:  # a part of the record above
            return None
        # Most lines of a text have the day of the line before, nearly all have its form.
        if line.startswith(self._prefix):
            at = self._zone_at
            if not at or (line[at : at + 1] in _AFTER_TIME and line[at + 1 : at + 2] not in _BEGIN_ZONE):
                self._end = self._prefix_end
                if self._is_short and line[self._end + 3 : self._end + 7 : 3] == b"::":
                    self._end += _CLOCK_BYTES
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
        self._end = match.end()
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
        self._prefix_end, self._is_short = end, "year" not in names or match["year"] is None

    def of_cell(self, cell: bytes) -> int | None:
        """The day that a cell or a field holds, as text or as a number of seconds, ms, us or ns since 1970."""
        if len(cell) > _MOST_CELL_BYTES:
            return self.shown(cell)
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
                return newest((self._remembered(name, match), self.shown(cell, match.end())))
        try:
            return _of_epoch(float(cell))
        except ValueError:
            return self.shown(cell)

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
            if key in ("$date", "$numberLong"):
                return self.of_value(inner)
        return self.shown(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) if value else None

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


def _first_digits(first: int, last: int) -> bytes:
    """How the seconds since 1970 of all these days begin."""
    if last < first or first < _TEN_DIGITS:
        return b"1"
    least, most = str(first * _DAY_S), str((last + 1) * _DAY_S)
    same = next((i for i, (a, b) in enumerate(zip(least, most, strict=True)) if a != b), len(least))
    return least[:same].encode()


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
_YEAR, _SECONDS, _NO_YEAR = shown.YEAR.search, shown.EPOCH.search, shown.NO_YEAR.search
_TEN_DIGITS = 10**9 // _DAY_S + 1
_CLOCK_BYTES, _MOST_CLOCK_BYTES = len(" 10:00:00"), len(" 10:00:00.123456789 -")
