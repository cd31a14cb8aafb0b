"""What is left of a value when it is made coarser: a network, a month, a district, a band of numbers?

What cannot be read becomes the label of its entity. A value that is as coarse already stays what it is, so that doing
it twice changes nothing.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from anonkit.address_levels import levels
from anonkit.model import Parameter
from anonkit.transform.base import Operation, Reversal, Subject, Transform
from anonkit.transform.coordinates import coarser
from anonkit.transform.dates import Written, read
from anonkit.transform.label import label_of
from anonkit.transform.networks import network
from anonkit.transform.parameters import IDENTIFIERS, choice, integer
from anonkit.transform.plain import by_value
from anonkit.transform.user_agents import family
from anonkit.transform.width import narrow

Coarser = Callable[[str], str | None]
Parameters = Mapping[str, Parameter]

_DEFAULTS: dict[str, Parameter] = {
    "to": "",  # year for DATE_OF_BIRTH, day for TIMESTAMP, city for ADDRESS
    "prefix_v4": 16,  # bits
    "prefix_v6": 32,  # bits
    "decimals": 1,  # of degrees
    "band": 10_000,
    "band_years": 10,
    "this_year": 0,  # from which age counts; 0 for the year in which the policy is read
}
_OLDEST_BAND = 90  # years: few are older, so all of them are one band (45 CFR 164.514(b)(2)(i)(C))
_OLDEST = 130


def _ip(parameters: Parameters) -> Coarser:
    v4 = integer(parameters, "prefix_v4", 16, low=0, high=31)
    v6 = integer(parameters, "prefix_v6", 32, low=0, high=127)
    return lambda text: network(text, v4, v6)


def _coordinate(parameters: Parameters) -> Coarser:
    decimals = integer(parameters, "decimals", 1, low=0, high=3)
    return lambda text: coarser(text, decimals)


def _address(parameters: Parameters) -> Coarser:
    to = choice(parameters, "to", "city", ("district", "city", "province"))

    def prefix(text: str) -> str | None:
        ends = levels(text.strip())
        end = {"district": ends.district, "city": ends.city, "province": ends.province}[to]
        return text.strip()[:end] or None

    return prefix


def _agent(_parameters: Parameters) -> Coarser:
    return family


_BIRTH_LEVELS = ("month", "year", "decade", "age_band")
_TIME_LEVELS = ("hour", "day", "month", "year", "decade")
_YEAR = re.compile(r"((?:18|19|20)[0-9]{2})(年?)")
_DECADE = re.compile(r"(?P<tens>(?:18|19|20)[0-9])0-(?P=tens)9|(?:18|19|20)[0-9]0年代")
_AGES = re.compile(r"(?:[0-9]{1,3}-[0-9]{1,3}|[0-9]{2}\+)岁?")


def _birth(parameters: Parameters) -> Coarser:
    to = choice(parameters, "to", "year", _BIRTH_LEVELS)
    band = integer(parameters, "band_years", 10, low=2, high=50)
    this_year = integer(parameters, "this_year", 0, low=0, high=9999) or time.gmtime().tm_year
    if to != "age_band":
        return _dates(to)

    def age_band(text: str) -> str | None:
        if _AGES.fullmatch(text):
            return text
        year = _year(text)
        return None if year is None else _band_of_age(this_year - year, band, "岁" if "年" in text else "")

    return age_band


def _band_of_age(age: int, band: int, unit: str) -> str | None:
    """Ages by years alone, since the day is what is taken away."""
    if not 0 <= age <= _OLDEST:
        return None
    low = age // band * band
    return f"{low}-{low + band - 1}{unit}" if low + band <= _OLDEST_BAND else f"{_OLDEST_BAND // band * band}+{unit}"


def _timestamp(parameters: Parameters) -> Coarser:
    return _dates(choice(parameters, "to", "day", _TIME_LEVELS))


def _year(text: str) -> int | None:
    if alone := _YEAR.fullmatch(text):
        return int(alone[1])
    written = read(text)
    return written.day.year if written else None


def _dates(to: str) -> Coarser:
    def coarse(text: str) -> str | None:
        text = text.strip()
        if to in ("year", "decade") and (year := _year(text)) is not None:
            sign = "年" if "年" in text else ""
            return f"{year}{sign}" if to == "year" else _decade(year, sign)
        if to == "decade" and _DECADE.fullmatch(text):
            return text
        written = read(text)
        return _UP_TO[to](written) if written is not None and to in _UP_TO else None

    return coarse


def _decade(year: int, sign: str) -> str:
    return f"{year // 10 * 10}年代" if sign else f"{year // 10 * 10}-{year // 10 * 10 + 9}"


def _month(written: Written) -> str:
    """In the format of the value: 2024-02, 2024年2月, 202402, 02/2024, Feb 2024; 2023-11 for times since 1970."""
    if written.ticks_a_day:
        return f"{written.day:%Y-%m}"
    year, _ = written.fields["year"]
    month, end = written.fields.get("month") or written.fields["name"]
    if year < month:
        return written.text[:end] + ("月" if written.text[end : end + 1] == "月" else "")
    return written.text[month:end] + written.text[year - 1] + written.part("year")


def _day(written: Written) -> str | None:
    if written.ticks_a_day:
        return written.day.isoformat()
    if not written.has_day:
        return None
    ends = [end for field, (_, end) in written.fields.items() if field not in ("hour", "zone")]
    return written.text[: max(ends)] + ("日" if written.text[max(ends) : max(ends) + 1] == "日" else "")


def _hour(written: Written) -> str | None:
    if written.ticks_a_day:
        hour = int(written.text) % written.ticks_a_day * 24 // written.ticks_a_day
        return f"{written.day.isoformat()}T{hour:02}Z"
    if "hour" not in written.fields:
        return None
    end = written.fields["hour"][1]
    sign = written.text[end : end + 1]
    return written.text[:end] + (sign if sign in ("时", "点") else "") + written.part("zone")


_UP_TO: dict[str, Callable[[Written], str | None]] = {"month": _month, "day": _day, "hour": _hour}

_NUMBER = re.compile(
    r"(?P<before>[¥￥$€]|CNY ?|RMB ?|USD ?)?(?P<number>[+-]?[0-9][0-9,]*(?:\.[0-9]+)?)(?P<after> ?[元%万]{0,2})"
)
_BAND = re.compile(
    r"(?P<before>[¥￥$€]|CNY ?|RMB ?|USD ?)?(?P<low>-?[0-9]+)~(?P<high>-?[0-9]+)(?P<after> ?[元%万]{0,2})"
)


def _number(parameters: Parameters) -> Coarser:
    """`10000~19999` for 12345.60: from a multiple of the band to below the next one."""
    band = integer(parameters, "band", 10_000, low=2, high=10**15)

    def numbers(text: str) -> str | None:
        text = text.strip()
        own = _BAND.fullmatch(text)
        if own is not None and int(own["low"]) % band == 0 and int(own["high"]) - int(own["low"]) == band - 1:
            return text
        match = _NUMBER.fullmatch(text)
        if match is None:
            return None
        try:
            low = math.floor(Decimal(match["number"].replace(",", ""))) // band * band
        except (InvalidOperation, OverflowError, ValueError):
            return None
        return f"{match['before'] or ''}{low}~{low + band - 1}{match['after']}"

    return numbers


_OF: dict[str, Callable[[Parameters], Coarser]] = {
    "IP_ADDRESS": _ip,
    "GEO_COORDINATE": _coordinate,
    "ADDRESS": _address,
    "USER_AGENT": _agent,
    "DATE_OF_BIRTH": _birth,
    "TIMESTAMP": _timestamp,
}


def _rule(entity: str, parameters: Parameters) -> Coarser:
    if entity in IDENTIFIERS:
        raise ValueError(f"nothing is coarser than {entity} and useful; take label, mask or pseudonym")
    return _OF.get(entity, _number)(parameters)


def _build(subject: Subject) -> Transform:
    coarse = _rule(subject.entity, subject.parameters)
    label = label_of(subject)

    def generalised(text: str) -> str | bytes:
        result = coarse(narrow(text))
        return label if result is None else result

    return by_value(generalised, remember=True, label=label)


_DAYS = {"hour": 3600.0, "day": 86_400.0, "month": 30.0, "year": 365.0, "decade": 3652.0}


def _candidates(entity: str, parameters: Parameters) -> float | None:
    """How many values have the same result: addresses, days (seconds for hours and days), sixth decimals, numbers."""
    if entity == "IP_ADDRESS":
        return 2.0 ** (32 - integer(parameters, "prefix_v4", 16, low=0, high=31))
    if entity == "GEO_COORDINATE":
        return 10.0 ** (6 - integer(parameters, "decimals", 1, low=0, high=3))
    if entity == "DATE_OF_BIRTH":
        to = choice(parameters, "to", "year", _BIRTH_LEVELS)
        return 365.0 * integer(parameters, "band_years", 10, low=2, high=50) if to == "age_band" else _DAYS[to]
    if entity == "TIMESTAMP":
        to = choice(parameters, "to", "day", _TIME_LEVELS)
        return _DAYS[to] * (86_400 if to in ("month", "year", "decade") else 1)
    return float(integer(parameters, "band", 10_000, low=2, high=10**15)) if entity not in _OF else None


def _reversal(entity: str, parameters: Parameters) -> Reversal:
    candidates = _candidates(entity, parameters)
    return Reversal("search", None if candidates is None else math.log2(candidates), consistent=True)


GENERALISE = Operation(
    "generalise",
    "networks, months, years, districts, families of browsers and bands in place of exact values",
    _DEFAULTS,
    _reversal,
    _build,
)
