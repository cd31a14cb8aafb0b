"""Which day does a text name, in which format, and how is another day written in the same format?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_SHORT = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}

_YEAR = r"(?P<year>(?:18|19|20)[0-9]{2})"
_NAME = r"(?P<name>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})"
_HOURS = (
    r"(?P<hour>[0-9]{1,2})(?:[:时点](?:[0-9]{1,2}(?:[:分](?:[0-9]{1,2}秒?(?:[.,][0-9]{1,9})?)?)?)?)?"
    r"(?P<zone> ?(?:Z|[+-][0-9]{2}:?[0-9]{2}|UTC|GMT|CST))?"
)
_COMPACT_TIME = r"(?:[T ]?(?P<hour>[0-9]{2})[0-9]{4}(?:\.?[0-9]{3})?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_TIME = rf"(?:[T ] ?{_HOURS})?"
_FORMATS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_YEAR}(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<day>[0-9]{{1,2}}){_TIME}",
        rf"{_YEAR}[-/.](?P<month>[0-9]{{1,2}})",
        rf"{_YEAR}年(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})[日号](?:[T ]?{_HOURS})?",
        rf"{_YEAR}年(?P<month>[0-9]{{1,2}})月",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_COMPACT_TIME}",
        rf"{_YEAR}(?P<month>[0-9]{{2}})",
        rf"(?P<day>[0-9]{{1,2}})(?P<sign>[-/])(?P<month>[0-9]{{1,2}})(?P=sign){_YEAR}{_TIME}",
        rf"(?P<month>[0-9]{{1,2}})(?P<sign>[-/])(?P<day>[0-9]{{1,2}})(?P=sign){_YEAR}{_TIME}",
        rf"(?P<day>[0-9]{{1,2}})/{_NAME}/{_YEAR}:{_HOURS}",
        rf"{_NAME}\.? (?P<day>[0-9]{{1,2}}),? {_YEAR}{_TIME}",
        rf"(?P<day>[0-9]{{1,2}}) {_NAME}\.? {_YEAR}{_TIME}",
    )
)
_FIELDS = ("year", "month", "name", "day", "hour", "zone")

_EPOCH = re.compile(r"-?[0-9]{9,16}")
DAY_S = 86_400
_UNIX = date(1970, 1, 1)
# by number of digits: seconds, milliseconds, microseconds in a day
_UNITS = {9: DAY_S, 10: DAY_S, 11: DAY_S * 1000, 12: DAY_S * 1000, 13: DAY_S * 1000, 16: DAY_S * 1_000_000}
_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_LAST_HOUR = 24


@dataclass(frozen=True, slots=True)
class Written:
    """A day as a text has it.

    day           its first possible day where the text names a month only
    fields        where year, month (a number) or name (of a month), day, hour and zone stand in the text
    ticks_a_day   for times since 1970, which have no fields: how many of their units make a day
    """

    text: str
    day: date
    fields: Mapping[str, tuple[int, int]]
    ticks_a_day: int = 0

    @property
    def has_day(self) -> bool:
        """Whether the text names a day, not only a month."""
        return bool(self.ticks_a_day) or "day" in self.fields

    def part(self, field: str) -> str:
        """A field as it is written; empty where there is none."""
        start, end = self.fields.get(field, (0, 0))
        return self.text[start:end]

    def moved(self, days: int) -> str | None:
        """The text with a day that is `days` later, in the same format; None where the calendar ends.

        May is taken for a month that is written short.
        """
        if self.ticks_a_day:
            return str(int(self.text) + days * self.ticks_a_day)
        try:
            return self.on(self.day + timedelta(days))
        except OverflowError:
            return None

    def on(self, day: date, *, padded: bool | None = None) -> str:
        """The text with another day, in the same format; not for times since 1970.

        padded  whether month and day have two digits; as in the text, if nothing is said
        """
        if padded is None:
            padded = all(len(self.part(field)) != 1 for field in ("month", "day"))
        digits = 2 if padded else 1
        name = MONTHS[day.month - 1]
        others = {
            "year": f"{day.year:04}",
            "month": f"{day.month:0{digits}}",
            "day": f"{day.day:0{digits}}",
            "name": name if self.part("name") in MONTHS and self.part("name") != "May" else name[:3],
        }
        text = self.text
        for field, (start, end) in sorted(self.fields.items(), key=lambda item: -item[1][0]):
            text = text[:start] + others.get(field, text[start:end]) + text[end:]
        return text


def read(text: str) -> Written | None:
    """The day of a text; None where it is in no known format, or is no day of the calendar.

    Years first, 年月日, digits alone, names of months, day/month/year (month/day/year where only that can be), with a
    time and zone behind them; seconds (9 or 10 digits), milliseconds and microseconds since 1970, days in UTC.
    """
    for pattern in _FORMATS:
        match = pattern.fullmatch(text)
        written = _written(match) if match else None
        if written is not None:
            return written
    return _since_1970(text) if _EPOCH.fullmatch(text) else None


def _written(match: re.Match[str]) -> Written | None:
    groups = match.groupdict()
    month = _SHORT[groups["name"][:3].lower()] if groups.get("name") else int(groups["month"])
    if int(groups.get("hour") or 0) > _LAST_HOUR:
        return None
    try:
        day = date(int(groups["year"]), month, int(groups.get("day") or 1))
    except ValueError:
        return None
    return Written(match.string, day, {field: match.span(field) for field in _FIELDS if groups.get(field)})


def _since_1970(text: str) -> Written | None:
    ticks_a_day = _UNITS.get(len(text.lstrip("-")))
    if ticks_a_day is None:
        return None
    try:
        day = _UNIX + timedelta(int(text) // ticks_a_day)
    except OverflowError:
        return None
    return Written(text, day, {}, ticks_a_day) if _FIRST_YEAR <= day.year < _LAST_YEAR else None
