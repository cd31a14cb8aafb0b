"""Which address could somebody else have, written to the same level?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from anonkit.transform.fakes.accounts import same_classes
from anonkit.transform.fakes.draws import Draws
from anonkit.transform.fakes.lists import lists

_HAN = "[\u3400-\u9fff]"
_CITY, _DISTRICT = "自治州|地区|市|盟", "自治县|开发区|新区|区|县|旗"
_ROAD = (
    "村民委员会|居委会|大道|大街|街道|胡同|路|街|道|巷|弄|里|大厦|广场|小区|社区|花园|公寓|家园|新村|工业园|园区"
    "|镇|乡|村|苑|园|城|庄|湾|府|邨|屯|组"
)
# the nearest mark of a place, and the name before it
_NAMED = re.compile(rf"{_HAN}{{1,8}}?(?:(?P<city>{_CITY})|(?P<district>{_DISTRICT})|(?P<road>{_ROAD}))")
# what counts houses and rooms, and what stands between: it says nothing
_KEPT = re.compile(r"号楼|号院|单元|[号栋幢座楼层室房铺附第之]|[^0-9A-Za-z\u3400-\u9fff]+")
_WORDS = frozenset(
    "room rm no unit floor f fl building bldg block road rd street st avenue ave lane district city province county "
    "town village china north south east west".split()
)
_WORD = re.compile(r"[A-Za-z]{3,}(?![0-9])")
_REST = re.compile(rf"[0-9A-Za-z]+|{_HAN}")
_KINDS = re.compile("壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市")


class Places(NamedTuple):
    """What addresses are drawn from, and what roads are called: after cities, districts and families."""

    provinces: Sequence[str]
    municipalities: Sequence[str]
    short_provinces: Sequence[str]
    cities: Sequence[str]
    districts: Sequence[str]
    roads: Sequence[str]


@cache
def places() -> Places:
    """The lists of Chinese addresses; none of their cities is a banner (盟), which is written behind its name."""
    known = lists()
    short = [_KINDS.sub("", name) for name in known.provinces]
    cities = [city for city in known.cities if not city.endswith("盟")]
    return Places(
        provinces=[name for name in known.provinces if not name.endswith("市")],
        municipalities=[name for name in known.provinces if name.endswith("市")],
        short_provinces=short,
        cities=[city for city in cities if city not in short],
        districts=known.districts,
        roads=[*cities, *known.districts],
    )


def address(text: str, draws: Draws) -> str | None:
    """Another province, city, district, road, and other numbers, where the address has them; its marks stay."""
    return "".join(_parts(text, draws)) or None


def _parts(text: str, draws: Draws) -> Iterator[str]:
    known = places()
    at = 0
    for list_ in (known.municipalities, known.provinces, known.short_provinces, known.cities):
        first = next((name for name in list_ if text.startswith(name, at)), "")
        if first:
            yield draws.one(list_)
            at += len(first)
            if text.startswith("市", at):
                yield "市"
                at += 1
    while at < len(text):
        part = next(found for form in (_KEPT, _NAMED, _WORD, _REST) if (found := form.match(text, at)))
        yield _other(part, known, draws)
        at = part.end()


def _other(part: re.Match[str], known: Places, draws: Draws) -> str:
    if part.re is _KEPT or part[0].lower() in _WORDS:
        return part[0]
    if part.re is _WORD:
        return draws.one(lists().latin_families)
    if part.re is _REST:
        return same_classes(part[0], draws)
    level = part.lastgroup or "road"
    list_ = {"city": known.cities, "district": known.districts, "road": known.roads}[level]
    return draws.one(list_) + part[level]
