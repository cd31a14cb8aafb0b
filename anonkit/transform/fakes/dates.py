"""On which other day could somebody have been born, written in the same way?"""

from __future__ import annotations

import re
from datetime import date

from anonkit.transform.dates import DAY_S, MONTHS, Written, read
from anonkit.transform.fakes.draws import Draws

_FIRST_DAY = date(1950, 1, 1).toordinal()
_DAYS = date(2010, 1, 1).toordinal() - _FIRST_DAY
_CHINA_BEFORE_UTC = 8 * 3600
_FIRST_CLOCK_DAY = date(1975, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
_CLOCK_DAYS = date(2001, 1, 1).toordinal() - date(1975, 1, 1).toordinal()


def birth_date(text: str, draws: Draws) -> str | None:
    """A day from 1950 to 2009 in the same form; a time of day becomes zeros, a zone stays. None for what is no date.

    Times since 1970 become those of a day from 1975 to 2000, so that their digits tell which they are; midnight in
    China, as clients send it.
    """
    written = read(text)
    if written is None:
        return None
    if written.ticks_a_day:
        seconds = (_FIRST_CLOCK_DAY + draws.below(_CLOCK_DAYS)) * DAY_S - _CHINA_BEFORE_UTC
        return str(seconds * (written.ticks_a_day // DAY_S))
    day = date.fromordinal(_FIRST_DAY + draws.below(_DAYS))
    has_name = "name" in written.fields
    if not has_name and written.fields["month"] < written.fields["year"]:
        # day and month pass as either; the first is drawn last, whichever it is
        first, second = 1 + draws.below(len(MONTHS)), day.month
        is_day_first = written.fields["day"] < written.fields["month"]
        day = day.replace(month=second if is_day_first else first, day=first if is_day_first else second)
    return _at_midnight(written).on(day, padded=False if has_name else None)


def _at_midnight(written: Written) -> Written:
    if "hour" not in written.fields:
        return written
    start = written.fields["hour"][0]
    end = written.fields.get("zone", (len(written.text), 0))[0]
    text = written.text[:start] + re.sub("[0-9]", "0", written.text[start:end]) + written.text[end:]
    return Written(text, written.day, written.fields)
