"""Where do province, city and district end in a Chinese address?

By the suffixes of administrative units (GB/T 2260: 省, 自治区, 市, 地区, 自治州, 盟, 区, 县, 旗), not by a gazetteer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MUNICIPALITIES = "北京|天津|上海|重庆"
_REGIONS = "内蒙古自治区|内蒙古|广西壮族自治区|广西|西藏自治区|西藏|宁夏回族自治区|宁夏|新疆维吾尔自治区|新疆"
_PROVINCES = "|".join(
    "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西".split()
    + "甘肃 青海 台湾".split()
)
_SPECIAL = "香港特别行政区|香港|澳门特别行政区|澳门"
# What stands in a name of a unit: no street, number or building, but for 路南区, 道里区, 街 nowhere.
_IN_NAME = "[^\\W0-9A-Za-z_路街道巷村弄号栋幢室]"
_NAME = f"[路道]?{_IN_NAME}{{1,11}}?"
_GAP = "[ ,]?"
_NATION = re.compile(f"(?:中华人民共和国|中国)?{_GAP}")
_PROVINCE = re.compile(f"(?:{_MUNICIPALITIES})市|(?:{_REGIONS}|{_SPECIAL})|(?:{_PROVINCES})省?")
_IS_MUNICIPALITY = re.compile(f"(?:{_MUNICIPALITIES}|香港|澳门)")
_CITY = re.compile(f"{_GAP}{_NAME}(?:自治州|地区|盟|(?<![超夜菜集门花])市)")
# not those of 小区, 社区, 园区 (but 工业园区 is one), 校区, 厂区, 街区
_DISTRICT = re.compile(
    f"{_GAP}(?:工业园区|{_NAME}(?:(?<![小社园校厂院营街景片])区|工业园区|县|旗|(?<![超夜菜集门花])市))"
)


@dataclass(frozen=True, slots=True)
class Levels:
    """Where each level ends in the text, in code points; 0 where it is not named."""

    province: int = 0
    city: int = 0
    district: int = 0


def levels(address: str) -> Levels:
    """The levels that an address names from its beginning on; a municipality is province and city."""
    start = _NATION.match(address)
    at = start.end() if start else 0
    province = city = district = 0
    if found := _PROVINCE.match(address, at):
        at = province = found.end()
        if _IS_MUNICIPALITY.match(found[0]):
            city = province
    if not city and (found := _CITY.match(address, at)):
        at = city = found.end()
    if found := _DISTRICT.match(address, at):
        district = found.end()
    return Levels(province, city, district)
