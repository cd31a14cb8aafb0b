"""In which town, county, city and province does an address lie, or a code of a division?"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from anonkit.anonymity.hierarchies.division_table import divisions
from anonkit.anonymity.hierarchies.values import rising, texts_of
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.transform.width import narrow

_CODE = re.compile(r"[1-9][0-9](?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{3}(?:[0-9]{3})?)?)?)?", re.ASCII)
_TOWN_DIGITS, _COUNTY_DIGITS = 9, 6
_NAMED = "[^\\W0-9A-Za-z_]"
_STREET = re.compile(
    f"[ ,]*(?P<name>{_NAMED}{{1,6}}?(?:街道|镇|乡|苏木|大道|大街|路|街|巷|弄|胡同|村|(?:小|社|新|园)区|花园|苑)(?!口))"
)
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Chinese addresses: street, town or estate, then county, city, province, by their full names (GB/T 2260).

    Reads an address from its beginning on, with full names and short ones; an abolished county counts as the one that
    it went to, and levels that are left out are told where only one is possible (义乌市 lies in 浙江省 金华市). What
    does not begin with a division becomes `(other)` from level 1 on, so that free text gives nothing away. Numbers of
    houses are gone at level 1. Levels that no value names are left out.
    """

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        leaves = texts_of(values)
        keys = {leaf: _address(leaf) for leaf in leaves}
        widths = _widths(keys.values())
        return rising(leaves, keys.__getitem__, [_within(width) for width in widths], [_joined] * len(widths))


@dataclass(frozen=True, slots=True)
class Divisions:
    """Codes of administrative divisions (GB/T 2260, GB/T 10114): of 12, 9 or 6 digits, or fewer.

    Levels: town (where codes have 12 digits), county, city, province, by name where it is known: 浙江省 杭州市 西湖区.
    Codes from 1980 to 2023 are known; an abolished one counts as the county that it went to, or keeps its name in the
    city that it went to. A level is left out where it tells apart all that the values do. An unknown county of a known
    city is `浙江省 杭州市 (other)`; what is no code of a province becomes `(other)` from level 1 on.
    """

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        leaves = texts_of(values)
        keys = {leaf: _code(leaf) for leaf in leaves}
        widths = _widths(keys.values())
        return rising(leaves, keys.__getitem__, [_within(width) for width in widths], [_joined] * len(widths))


def _widths(keys: Collection[_Key | None]) -> list[int]:
    """Of the levels that are coarser than the values: how many names each keeps."""
    known = [key for key in keys if key is not None]
    finest = max((place + 1 for place in range(4) if any(key[place] for key in known)), default=1)
    is_told_apart = len(set(known)) == len(known) and finest > 1
    return list(range(finest - is_told_apart, 0, -1))


def _within(width: int) -> Callable[[_Key], _Key | None]:
    def cut(key: _Key) -> _Key | None:
        return key[:width] if any(key[:width]) else None

    return cut


def _joined(key: _Key) -> str:
    """Names with blanks between, once where a city is its own province; `…` for one that is left out before others."""
    last = max((place for place, name in enumerate(key) if name), default=0)
    named = [name or "…" for name in key[: last + 1]]
    return " ".join(name for place, name in enumerate(named) if not place or name == "…" or name != named[place - 1])


def _address(leaf: str) -> _Key | None:
    text = narrow(leaf).strip()
    place = divisions().of_address(text)
    if place is None:
        return None
    street = _STREET.match(place.rest) if place.city else None
    return (*place.names, street["name"] if street else "")


def _code(leaf: str) -> _Key | None:
    code = narrow(leaf).strip()
    if not _CODE.fullmatch(code):
        return None
    place = divisions().of_code(code[:_COUNTY_DIGITS].ljust(_COUNTY_DIGITS, "0"))
    if place is None:
        return None
    town = code[:_TOWN_DIGITS]
    is_town = len(code) >= _TOWN_DIGITS and not town.endswith("000")
    return (*place.names, f"{town}***" if is_town else "")


def is_known_code(text: str) -> bool:
    """Whether the table has the county, or whatever a code of 6, 9 or 12 digits says."""
    code = narrow(text).strip()
    return bool(_CODE.fullmatch(code)) and len(code) >= _COUNTY_DIGITS and code[:_COUNTY_DIGITS] in divisions().names


def names_division(text: str) -> bool:
    """Whether a text begins with a division that is named in full or short."""
    return divisions().of_address(narrow(text).strip()) is not None
