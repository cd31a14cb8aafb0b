"""On which other day could somebody have been born, written in the same way?"""

from __future__ import annotations

import re
from datetime import date

from anonkit.transform.fakes.draws import Draws

_FIRST_DAY = date(1950, 1, 1).toordinal()
_DAYS = date(2010, 1, 1).toordinal() - _FIRST_DAY
_MONTHS = "January February March April May June July August September October November December".split()
_NAMES = "|".join(month[:3] for month in _MONTHS)
_YEAR, _MONTH, _DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_TIME = "(?P<time>[T ][0-9:.]{4,16})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_DAY_FIRST = re.compile(rf"{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}")
_FORMS = (
    _DAY_FIRST,
    *(
        re.compile(form, re.IGNORECASE)
        for form in (
            "(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?",
            rf"{_YEAR}[-/.年 ]{_MONTH}(?:[-/.月 ]{_DAY})?[日号月]?{_TIME}",
            rf"(?P<name>(?:{_NAMES})[a-z]{{0,6}})\.? {_DAY},? {_YEAR}",
            rf"{_DAY} (?P<name>(?:{_NAMES})[a-z]{{0,6}})\.? {_YEAR}",
        )
    ),
)
_CLOCK = re.compile("-?[0-9]{9,13}")
_SECONDS_A_DAY = 86_400
_CHINA_BEFORE_UTC = 8 * 3600
_FIRST_CLOCK_DAY = date(1975, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
_CLOCK_DAYS = date(2001, 1, 1).toordinal() - date(1975, 1, 1).toordinal()
_MILLISECOND_DIGITS = 11
_MONTHS_A_YEAR = len(_MONTHS)
_SHORT_NAME = 3


def birth_date(text: str, draws: Draws) -> str | None:
    """A day from 1950 to 2009 in the same form; a time of day becomes zeros, a zone stays.

    Seconds and milliseconds since 1970 become those of a day from 1975 to 2000, so that their digits tell which they
    are; midnight in China, as clients send it.
    """
    form = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    if form is not None:
        return _written(form, _FIRST_DAY + draws.below(_DAYS), draws)
    if not _CLOCK.fullmatch(text):
        return None
    seconds = (_FIRST_CLOCK_DAY + draws.below(_CLOCK_DAYS)) * _SECONDS_A_DAY - _CHINA_BEFORE_UTC
    return str(seconds * 1000 if len(text.removeprefix("-")) >= _MILLISECOND_DIGITS else seconds)


def _written(form: re.Match[str], ordinal: int, draws: Draws) -> str:
    """The day in the places of the old one; where the day comes first, or the month, both pass as either."""
    day = date.fromordinal(ordinal)
    if form.re is _DAY_FIRST:
        day = day.replace(day=1 + draws.below(_MONTHS_A_YEAR))
    parts = {name: part for name, part in form.groupdict().items() if part}
    digits = 1 if "name" in parts or any(len(parts.get(name, "00")) == 1 for name in ("month", "day")) else 2
    name = _MONTHS[day.month - 1]
    write = {
        "year": f"{day.year}",
        "month": f"{day.month:0{digits}d}",
        "day": f"{day.day:0{digits}d}",
        "name": name if len(parts.get("name", "")) > _SHORT_NAME else name[:_SHORT_NAME],
        "time": re.sub("[0-9]", "0", parts.get("time", "")),
    }
    text = form[0]
    for part in sorted(parts, key=form.start, reverse=True):
        text = text[: form.start(part)] + write[part] + text[form.end(part) :]
    return text
