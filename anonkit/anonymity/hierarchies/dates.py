"""In which hour, month, year or decade is a date or time?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from anonkit.anonymity.hierarchies.values import rising, texts_of
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.errors import HierarchyError
from anonkit.transform import dates
from anonkit.transform.width import narrow

_YEAR, _LONGEST = 4, 19
_STEPS: dict[str, Callable[[str], str]] = {
    "minute": lambda key: key[:16],
    "hour": lambda key: key[:13],
    "day": lambda key: key[:10],
    "month": lambda key: key[:7],
    "quarter": lambda key: key if len(key) == _YEAR else f"{key[:4]}-Q{(int(key[5:7]) + 2) // 3}",
    "year": lambda key: key[:4],
    "five years": lambda key: _years(key, 5),
    "decade": lambda key: _years(key, 10),
}
"""What is left of `2024-02-29T08:30:05` at each level, the finest first."""
LEVELS = tuple(_STEPS)
_LENGTHS = {16: "minute", 13: "hour", 10: "day", 7: "month", _YEAR: "year"}
_TIME_OF_DAY = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ISO = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:[ T]({_TIME_OF_DAY})(?:\.[0-9]{{1,9}})?(?:[+-][0-9:]{{4,9}})?)?", re.ASCII
)
"""What `text_of` writes, of any year."""
_YEAR_ALONE = re.compile(r"((?:18|19|20)[0-9]{2})年?", re.ASCII)
_MINUTES = re.compile(r"[:时点]?([0-5][0-9])(?:[:分]?([0-5][0-9]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates and times: minute, hour, day, month, quarter, year, five years, decade (ISO 8601; quarters as `2024-Q1`).

    Reads dates as anonkit does (`anonkit.transform.dates`): ISO, digits alone, 2024年2月29日, names of months, times
    since 1970 (UTC), and years alone. A value that says no day keeps what it says until its level. What is no date
    becomes `(other)` from level 1 on. Labels are Chinese (2024年2月) where all dates are.

    Attributes:
        levels: which, of `LEVELS`, in this order; without it those that are coarser than the finest value.
    """

    levels: Sequence[str] | None = None

    def __post_init__(self) -> None:
        places = [LEVELS.index(level) if level in LEVELS else -1 for level in self.levels or ()]
        if self.levels is not None and (not places or -1 in places or places != sorted(set(places))):
            raise HierarchyError(f"levels of dates are some of {', '.join(LEVELS)}, the finest first")

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        leaves = texts_of(values)
        keys = {leaf: key_of(leaf) for leaf in leaves}
        known = [key for key in keys.values() if key is not None]
        levels = self.levels or _coarser(known)
        is_chinese = bool(known) and all("年" in leaf for leaf, key in keys.items() if key is not None)
        write = _chinese if is_chinese else str
        return rising(leaves, keys.__getitem__, [_STEPS[level] for level in levels], [write] * len(levels))


def key_of(text: str) -> str | None:
    """What a text says of a time, as ISO 8601 to the second at most: `2024`, `2024-02`, `2024-02-29T08:30`."""
    if iso := _ISO.fullmatch(text):
        try:
            day = date.fromisoformat(iso[1]).isoformat()
        except ValueError:
            return None
        return f"{day}T{iso[2]}" if iso[2] else day
    text = narrow(text).strip()
    if alone := _YEAR_ALONE.fullmatch(text):
        return alone[1]
    written = dates.read(text)
    if written is None:
        return None
    if written.ticks_a_day:
        seconds = int(text) % written.ticks_a_day * dates.DAY_S // written.ticks_a_day
        return f"{written.day.isoformat()}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if not written.has_day:
        return f"{written.day:%Y-%m}"
    day = written.day.isoformat()
    if "hour" not in written.fields:
        return day
    rest = _MINUTES.match(text, written.fields["hour"][1])
    behind = "".join(f":{part}" for part in rest.groups() if part) if rest else ""
    return f"{day}T{int(written.part('hour')):02}{behind}"


def _coarser(keys: Sequence[str]) -> tuple[str, ...]:
    """The levels above the finest key; its own level too, where it is written in several ways."""
    longest = max(map(len, keys), default=10)
    at = 0 if longest == _LONGEST else LEVELS.index(_LENGTHS[longest])
    is_told_apart = longest == _LONGEST or len(set(keys)) < len(keys)
    return LEVELS[at if is_told_apart else at + 1 :]


def _years(key: str, how_many: int) -> str:
    first = int(key[:4]) // how_many * how_many
    return f"{first:04}-{first + how_many - 1:04}"


_PARTS = re.compile(
    r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<last>[0-9]{4})"
    r"|-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?P<time>T.*)?)?)?"
)


def _chinese(key: str) -> str:
    """2024年2月29日08:30, 2024年第1季度, 2020-2024年."""
    parts = _PARTS.fullmatch(key)
    if parts is None:
        return key
    if parts["last"]:
        return f"{key}年"
    label = f"{parts['year']}年"
    label += f"第{parts['quarter']}季度" if parts["quarter"] else ""
    label += f"{int(parts['month'])}月" if parts["month"] else ""
    label += f"{int(parts['day'])}日" if parts["day"] else ""
    time = (parts["time"] or "")[1:]
    return label + (f"{time}时" if time and ":" not in time else time)
