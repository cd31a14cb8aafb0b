"""Which identity cards, passports and number plates could stand in place of this one?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from anonkit.model import Parameter
from anonkit.transform.domains.member import DIGITS, Alphabet, Member, differ, numbered, spelled_in

_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_FIRST_DAY = date(1900, 1, 1).toordinal()
_DAYS = date(2025, 12, 31).toordinal() - _FIRST_DAY + 1
_ID_CARD = re.compile("(?P<region>[0-9]{6})(?P<day>[0-9]{8})(?P<sequence>[0-9]{3})[0-9Xx]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


class _Days:
    """The days from 1900 to 2025 as yyyymmdd. The end is fixed: it must not move with the clock."""

    def index(self, symbol: str, /) -> int:
        day = date(int(symbol[:4]), int(symbol[4:6]), int(symbol[6:])).toordinal() - _FIRST_DAY
        if not 0 <= day < _DAYS:
            raise ValueError("a day outside of the domain")
        return day

    def __getitem__(self, at: int, /) -> str:
        return f"{date.fromordinal(_FIRST_DAY + at):%Y%m%d}"

    def __len__(self) -> int:
        return _DAYS


def id_card(bare: str, parameters: Mapping[str, Parameter]) -> Member | None:
    """18 digits with the right check digit (GB 11643-1999); 15 digits, Hong Kong, Macau and Taiwan have no domain."""
    parts = _ID_CARD.fullmatch(bare)
    if parts is None or _checked(bare[:-1]) != bare.upper():
        return None
    region = parts["region"]
    at = 1 if region[0] == "9" else 0  # the permanent residence card of a foreigner: the province is behind the 9
    before, province, rest = region[:at], region[at : at + 2], region[at + 2 :]
    if province not in _PROVINCES:
        return None
    alphabets: list[Alphabet] = [(before,), (province,), (rest,)]
    symbols = [before, province, rest]
    if not parameters["keep_region"]:
        alphabets[1:] = [_PROVINCES, *[DIGITS] * len(rest)]
        symbols[2:] = rest
    symbols += [parts["day"], *parts["sequence"]]
    alphabets += [_Days(), *[DIGITS] * 3]
    return spelled_in(symbols, alphabets, differ(1), _checked)


def _checked(text: str) -> str:
    """With the check digit of ISO 7064 MOD 11-2."""
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=True))
    return text + _CHECK[total % len(_CHECK)]


_TRAVEL_DOCUMENT = re.compile("(?P<kind>[A-Za-z]{1,2}|1[45](?=[0-9]{7}$)|)(?P<number>[0-9]{6,10})")


def travel_document(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """Passports and permits keep the letters in front, or the 14 and 15 of old ones, that tell their kind."""
    parts = _TRAVEL_DOCUMENT.fullmatch(bare)
    return parts and numbered(parts["kind"], parts["number"], differ(3))


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SIGNS = _LETTERS + DIGITS
# behind the province (GA 36-2018): the number, and a kind that is kept
_PLATES = tuple(
    (re.compile(number + kind), alphabets)
    for number, kind, alphabets in (
        ("([A-HJ-NP-Z][A-HJ-NP-Z0-9]{5})", "()", (_LETTERS, *[_SIGNS] * 5)),
        ("([A-HJ-NP-Z][A-HJ-NP-Z0-9]{4})", "([挂学警港澳领试超])", (_LETTERS, *[_SIGNS] * 4)),
        ("([A-HJ-NP-Z][A-HJK][A-HJ-NP-Z0-9][0-9]{4})", "()", (_LETTERS, "ABCDEFGHJK", _SIGNS, *[DIGITS] * 4)),
        ("([A-HJ-NP-Z][0-9]{5})", "([DF])", (_LETTERS, *[DIGITS] * 5)),
    )
)
_LEAST_DIGITS, _MOST_LETTERS = 2, 3  # on the road no plate has more than two letters behind that of its city


def plate(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """A plate keeps its province, its kind, and how usual its mix of letters and digits is."""
    upper = bare.upper()
    if bare not in (upper, bare.lower()):
        return None
    known = ((pattern.fullmatch(upper, 1), alphabets) for pattern, alphabets in _PLATES)
    parts, alphabets = next((form for form in known if form[0]), (None, ()))
    if parts is None:
        return None
    number, kind = parts.groups()
    province = upper[0]
    is_usual = _letters(number) <= _MOST_LETTERS

    def fits(text: str) -> bool:
        letters = _letters(text) - 1 - len(kind)  # but for the province and the kind
        return (letters <= _MOST_LETTERS) == is_usual and len(number) - letters >= _LEAST_DIGITS

    return spelled_in(
        (province, *number, kind), ((province,), *alphabets, (kind,)), fits, str if bare == upper else str.lower
    )


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
