"""Is this a place, or the plate of a vehicle?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

import re

from anonkit.detect.words import PLACE_MARKS


def plate(value: bytes) -> bool:
    """Number plate (GA 36): behind the province at least two digits; I and O are in none."""
    rest = value[3:]
    return sum(map(rest.count, b"0123456789")) >= 2 and b"I" not in rest.upper() and b"O" not in rest.upper()


def longitude(value: bytes) -> bool:
    """Degrees of longitude, -180 to 180, not 0."""
    return _degrees_within(value, 180.0)


def latitude(value: bytes) -> bool:
    """Degrees of latitude, -90 to 90, not 0."""
    return _degrees_within(value, 90.0)


def _degrees_within(value: bytes, limit: float) -> bool:
    try:
        return 0.0 < abs(float(value)) <= limit
    except ValueError:
        return False


def address(value: bytes) -> bool:
    """A postal address: two different marks of a place (province to room number) at least, or one and a number.

    改为江苏省... is none: the address begins behind the verb, where it is looked for as well.
    """
    if _VERB.match(value):
        return False
    marks = len(set(_PLACE_MARK.findall(value)))
    return marks >= 2 or (marks == 1 and _DIGIT.search(value) is not None)


_PLACE_MARK = re.compile(b"|".join(map(re.escape, PLACE_MARKS)))
_DIGIT = re.compile(rb"[0-9]")
_VERB = re.compile("(?:改|变更|修改|更新|更改|换)(?:为|成|到|至)|改(?!则)".encode())  # 改则 is a county


def trim_address(value: bytes, before: bytes, following: bytes) -> int:  # noqa: ARG001  as all trimmers
    """An address without the next key: 收货地址:... 联系电话|:0371-..."""
    if following[:1] in (b":", b"=") or following[:3] in ("：".encode(), "＝".encode()):
        cut = max(value.rfind(b" "), value.rfind(b","), value.rfind("，".encode()))
        return cut if cut > 0 else len(value)
    return len(value)
