"""Which telephone numbers could stand in place of this one?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from anonkit.model import Parameter
from anonkit.transform.domains.member import DIGITS, Member, differ, numbered, spelled_in

# of 2026; 174 stands for the satellite numbers 1740 to 1749
_MOBILE_PREFIXES = (
    "130 131 132 133 134 135 136 137 138 139 145 146 147 148 149 150 151 152 153 155 156 157 158 159 162 165 166 167 "
    "170 171 172 173 174 175 176 177 178 180 181 182 183 184 185 186 187 188 189 190 191 192 193 195 196 197 198 199"
).split()
_MOBILE = re.compile(
    r"(?P<country>(?:00)?86)?"
    r"(?:(?P<prefix>1[0-9]{2})(?P<rest>[0-9]{8})"
    r"|(?P<network>1(?:064|410|44[01]|46[0-9]|48[0-9])|9[28])(?P<number>[0-9]{9}))"
)
_varied = differ(3)


def mobile(bare: str, parameters: Mapping[str, Parameter]) -> Member | None:
    """A number keeps its first three digits or not; those of the internet of things and of closed networks do."""
    parts = _MOBILE.fullmatch(bare)
    if parts is None:
        return None
    country = parts["country"] or ""

    def finish(text: str) -> str:
        return country + text

    prefix, rest = parts["prefix"], parts["rest"]
    if prefix is None:
        return numbered(parts["network"], parts["number"], _varied, finish)
    if prefix not in _MOBILE_PREFIXES:
        return None
    if parameters["keep_operator"]:
        return numbered(prefix, rest, _varied, finish)
    return spelled_in((prefix, *rest), (_MOBILE_PREFIXES, *[DIGITS] * len(rest)), _varied, finish)


_LANDLINE = re.compile(r"(?P<country>(?:00)?86)?(?P<area>0?(?:10|2[0-9]|[3-9][0-9]{2}))(?P<number>[2-9][0-9]{6,12})")
# of 2026 (ITU national numbering plan of China), without the 0 in front
_AREAS = frozenset(
    str(code)
    for first, last in (
        (10, 10), (20, 25), (27, 29), (310, 319), (335, 335), (349, 359), (370, 379), (391, 398), (410, 421),
        (427, 429), (431, 439), (451, 459), (464, 464), (467, 469), (470, 479), (482, 483), (510, 527), (530, 539),
        (543, 543), (546, 546), (550, 566), (570, 580), (591, 599), (631, 635), (660, 663), (668, 668), (691, 692),
        (701, 701), (710, 719), (722, 722), (724, 724), (728, 728), (730, 739), (743, 746), (750, 763), (766, 779),
        (790, 799), (811, 813), (816, 818), (825, 828), (830, 839), (851, 859), (870, 879), (881, 883), (886, 888),
        (891, 899), (901, 903), (906, 906), (908, 909), (911, 919), (930, 939), (941, 941), (943, 943), (951, 955),
        (970, 979), (990, 999),
    )
    for code in range(first, last + 1)
)  # fmt: skip
_LOCAL = re.compile("[2-9][0-9]{6,7}")
_LEADING = "23456789"
_RUNS = ("2345678", "23456789", "9876543", "98765432")
_DATE_LIKE = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def landline(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """A number keeps its area code, if it has one; an extension is changed with it."""
    parts = _LANDLINE.fullmatch(bare)
    if parts is not None and (area := parts["area"].removeprefix("0")) in _AREAS:
        before, number = bare[: parts.start("number")], parts["number"]
    elif _LOCAL.fullmatch(bare):
        before, number, area = "", bare, ""
    else:
        return None

    def fits(text: str) -> bool:
        return _subscriber(text.removeprefix(area), area)

    def finish(text: str) -> str:
        return before + text.removeprefix(area)

    alphabets = ((area,), _LEADING, *[DIGITS] * (len(number) - 1))
    return spelled_in((area, *number), alphabets, fits, finish)


def _subscriber(number: str, area: str) -> bool:
    """What the validators take for a number, with an area code or without."""
    if _DATE_LIKE.fullmatch(number):
        return False
    return len(set(number)) >= 2 if area else len(set(number)) >= 3 and number not in _RUNS  # noqa: PLR2004  as they do


_MACAU = "853"
_FREE_DIGITS, _FREE_DIGITS_IN_MACAU = 7, 6  # in Macau the digit before tells the network


def phone(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """A number of any country keeps that and its beginning; the last digits are changed."""
    number = bare.removeprefix("00")
    free = _FREE_DIGITS_IN_MACAU if number.startswith(_MACAU) else _FREE_DIGITS
    zeros = bare[: len(bare) - len(number)]

    def finish(text: str) -> str:
        return zeros + text

    return numbered(number[:-free], number[-free:], _varied, finish)
