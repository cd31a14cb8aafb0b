"""Which administrative division is this, by its code or by its name, today's or an abolished one? (GB/T 2260)

divisions.tsv has the codes from 1980 to 2023 and where the abolished ones went; make_divisions.py says where from.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anonkit import address_levels
from anonkit.anonymity.hierarchies.values import OTHER

_NO_CITY = frozenset(("市辖区", "县"))
_DIRECT = "直辖"
_PEOPLES = (
    "(?:(?:蒙古|回|藏|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|土|仫佬|羌|布朗|撒拉|毛南|仡佬"
    "|怒|保安|独龙|普米|各)族|蒙古|哈萨克|柯尔克孜|维吾尔|塔吉克|锡伯|达斡尔|鄂温克|鄂伦春|裕固)"
)
_SUFFIX = re.compile(f"(?:{_PEOPLES}*(?:族)?自治[县州区旗]|特别行政区|地区|特区|[省市盟县区旗])\\Z")
_NATION = re.compile("(?:中华人民共和国|中国)[ ,]*")
_BLANK = re.compile("[ ,]*")
_SUFFIX_OF_REGION = re.compile("(?:壮族|回族|维吾尔)?自治区\\Z")
# A short name is none of a division before these: 北京路, 南京东路, 吉林市 (no province), 朝阳区 (no city), 海南自治州.
_NO_PLACE_BEFORE = re.compile("[东西南北中]?[一二三四五]?(?:路|街|大道|巷|弄)|[市区县旗镇乡村州盟]|.{1,6}自治州")
_LONGEST, _LONGEST_UNKNOWN = 15, 8


@dataclass(frozen=True, slots=True)
class Place:
    """A county or part of it, by full names: 浙江省, 杭州市, 西湖区. Empty from where nothing is said.

    Attributes:
        rest: what an address says behind them.
    """

    province: str
    city: str = ""
    county: str = ""
    rest: str = ""

    @property
    def names(self) -> tuple[str, str, str]:
        """The three levels, the widest first."""
        return self.province, self.city, self.county


@dataclass(frozen=True, slots=True)
class Divisions:
    """The table.

    Attributes:
        names: of all codes, those of their last year.
        went: for abolished codes the county, or the city, that they belong to now.
        provinces, cities, counties: the codes that a name may have; of abolished ones those that they went to.
    """

    names: Mapping[str, str]
    went: Mapping[str, str]
    provinces: Mapping[str, tuple[str, ...]]
    cities: Mapping[str, tuple[str, ...]]
    counties: Mapping[str, tuple[str, ...]]

    def of_code(self, code: str) -> Place | None:
        """The division of six digits; None if there was no such province. Unknown parts are called `(other)`."""
        to = self.went.get(code, code)
        province = self.names.get(to[:2] + "0000")
        if province is None:
            return None
        if to[2:] == "0000":
            return Place(province, province if self._is_city(to) else "")
        city = self.names.get(self.went.get(to[:4] + "00", to[:4] + "00"), OTHER)
        city = province if city in _NO_CITY else city
        county = "" if code[4:] == "00" else self.names.get(code if to[4:] == "00" else to, OTHER)
        return Place(province, county if _DIRECT in city else city, county)

    def of_address(self, text: str) -> Place | None:
        """The division that a text names from its beginning on; None where it names none.

        Names are full or short ones (浙江杭州西湖区); levels that are left out are told where only one is possible.
        What is in no table is told by its suffix.
        """
        start = _NATION.match(text)
        at = start.end() if start else 0
        code, at = self._named(self.provinces, text, at, "")
        is_city = bool(code) and self._is_city(code)
        city, at = self._named(self.cities, text, at, code[:2])
        code = city or (code[:2] + "0100" if is_city else code)
        is_known = bool(code) and code[2:] != "0000"
        county, at = self._named(self.counties, text, at, code[:2] if is_city or not is_known else code[:4])
        place = self.of_code(county or code) if county or code else Place("")
        if place is None or county:
            return place and Place(*place.names, text[at:])
        return _by_suffix(text, at, place)

    def _is_city(self, code: str) -> bool:
        """Whether the province of a code is a municipality."""
        return self.names.get(code[:2] + "0100") in _NO_CITY

    def _named(self, names: Mapping[str, tuple[str, ...]], text: str, at: int, within: str) -> tuple[str, int]:
        """The only code of the longest name at a place that lies within another; empty if there is none."""
        blank = _BLANK.match(text, at)
        start = blank.end() if blank else at
        for end in range(min(len(text), start + _LONGEST), start + 1, -1):
            codes = names.get(text[start:end])
            if codes is None:
                continue
            is_full = any(self.names[code] == text[start:end] for code in codes) or text[end - 1] in "省市区县旗州盟"
            if not is_full and _NO_PLACE_BEFORE.match(text, end):
                continue
            inside = [code for code in codes if code.startswith(within)]
            if len(inside) == 1:
                return inside[0], end
        return "", at


def _by_suffix(text: str, at: int, place: Place) -> Place | None:
    """With the city and the county that the rest of a text names by its suffixes; free text is taken for neither."""
    if not place.province:
        return None
    ends = address_levels.levels(text)
    city, county = place.city, ""
    if not city and at < ends.city <= at + _LONGEST_UNKNOWN:
        city, at = text[at : ends.city].strip(" ,"), ends.city
    if at < ends.district <= at + _LONGEST_UNKNOWN:
        county, at = text[at : ends.district].strip(" ,"), ends.district
    return Place(place.province, city, county, text[at:])


def short(name: str) -> str:
    """A division without what it is: 杭州, 恩施 of 恩施土家族苗族自治州; whole where one character would be left."""
    core = (_SUFFIX_OF_REGION if name.endswith("自治区") else _SUFFIX).sub("", name)
    return core if len(core) > 1 else name


@functools.cache
def divisions() -> Divisions:
    """The table, read once."""
    names: dict[str, str] = {}
    went: dict[str, str] = {}
    text = Path(__file__).with_name("divisions.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        code, name, *now = line.split("\t")
        names[code] = name
        went.update((code, to) for to in now)
    levels: tuple[defaultdict[str, dict[str, None]], ...] = (defaultdict(dict), defaultdict(dict), defaultdict(dict))
    for code, name in names.items():
        level = 0 if code[2:] == "0000" else 1 if code[4:] == "00" else 2
        to = went.get(code, code)
        if name in _NO_CITY or (level == 2 and to[4:] == "00") or _DIRECT in name:  # noqa: PLR2004  the level of counties
            continue
        levels[level][name][to] = None
        if level < 2:  # noqa: PLR2004  as above
            levels[level][short(name)][to] = None
    return Divisions(names, went, *({name: tuple(codes) for name, codes in level.items()} for level in levels))
