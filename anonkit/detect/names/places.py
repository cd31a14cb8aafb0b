"""Which places are addresses? Those that are named from district or road level down."""

from __future__ import annotations

import re

from anonkit.address_levels import levels

_OF_HOUSE = "号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|户"
_ROAD = re.compile(
    r"\w(?:路|街|巷|弄|胡同|大道|街道|镇|乡|村|屯|社区|小区|园区|新区|花园|家园|公寓|大厦|大楼|广场)"
    rf"|[0-9０-９一二三四五六七八九十A-Za-z](?:{_OF_HOUSE})"
)
_HOUSE = re.compile(rf"(?:[0-9０-９一二三四五六七八九十百A-Za-z-]{{1,8}}(?:{_OF_HOUSE})){{1,6}}")


def is_address(place: str) -> bool:
    """Whether a place is named from district or road level down: a bare city or province is nobody's address."""
    return levels(place).district > 0 or _ROAD.search(place) is not None


def house_end(text: str, at: int) -> int:
    """Where the number of a house ends that begins in a text at a place; the place itself where there is none."""
    house = _HOUSE.match(text, at)
    return house.end() if house else at
