"""Where is a coordinate, to fewer digits, in the notation that it has?

Decimal degrees (31.491169), degrees, minutes and seconds (31°29′28″N), and degrees and minutes in one number as in
NMEA 0183 (3129.4702).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.(?P<decimals>[0-9]{1,18}))?", re.ASCII)
_DMS = re.compile(
    r"(?P<degrees>[0-9]{1,3})°(?:(?P<minutes>[0-9]{1,2})[′'](?:(?P<seconds>[0-9]{1,2}(?:\.[0-9]{1,6})?)(?:″|\"|''))?)?"
    r"(?P<side>[NSEW])",
    re.ASCII,
)
_OWN = re.compile(r"[0-9]{1,3}(?:\.(?P<decimals>[0-9]{1,4}))?°[NSEW]", re.ASCII)
_NMEA = re.compile(r"(?P<degrees>[0-9]{2,3})(?P<minutes>[0-5][0-9](?P<rest>\.[0-9]{1,8}))", re.ASCII)
_HALF_TURN = 180


def coarser(text: str, decimals: int) -> str | None:
    """Rounded to `decimals` decimals of a degree (0.1 is 11 km); None for what is no coordinate."""
    text = text.strip()
    own = _OWN.fullmatch(text)
    if own is not None:
        return text if len(own["decimals"] or "") <= decimals else _rounded(text[:-2], decimals) + text[-2:]
    degrees = _DEGREES.fullmatch(text)
    if degrees is not None and abs(Decimal(text)) <= _HALF_TURN:
        return text if len(degrees["decimals"] or "") <= decimals else _rounded(text, decimals)
    if parts := _DMS.fullmatch(text):
        value = Decimal(parts["degrees"]) + Decimal(parts["minutes"] or 0) / 60 + Decimal(parts["seconds"] or 0) / 3600
        return _rounded(value, decimals) + "°" + parts["side"]
    if parts := _NMEA.fullmatch(text):
        return _nmea(parts, decimals)
    return None


def _rounded(value: str | Decimal, decimals: int) -> str:
    return str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN))


def _nmea(parts: re.Match[str], decimals: int) -> str:
    """The nearest point of the grid of `decimals`, in whole degrees and minutes with the digits that they had."""
    value = Decimal(_rounded(Decimal(parts["degrees"]) + Decimal(parts["minutes"]) / 60, decimals))
    degrees = int(value)
    minutes = f"{(value - degrees) * 60:.{len(parts['rest']) - 1}f}".zfill(2 + len(parts["rest"]))
    return f"{degrees:0{len(parts['degrees'])}}{minutes}"
