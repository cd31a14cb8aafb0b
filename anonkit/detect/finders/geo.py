"""Pairs of coordinates within China's box, in either order, exact to four decimals (about ten metres) or more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from anonkit.detect.block import DIGITS, Block, Ints, shifted, table, where
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_PAIR = re.compile(
    rb"(?<![0-9.])(\d{1,3}\.\d{4,15})(?:[ \t]?(?:,|;|\||/|%2[Cc]|\xef\xbc\x8c)[ \t]?|[ \t])(\d{1,3}\.\d{4,15})"
)
_PAIR_BYTES = 44
# with a slash between them, two numbers are a place only where a word says so
_PLACE = re.compile(
    "(?i)(?:位置|坐标|定位|经纬度|经度|纬度|gps|location|position|coord[a-z]*|lat[a-z]*|lng|lon[a-z]*)[^0-9\n]*\\Z".encode()
)
_PLACE_BYTES = 32
_POINT = frozenset(b".")
_DECIMALS = 4
_LOWER = table(b"abcdefghijklmnopqrstuvwxyz")
_LONGITUDES = (73.0, 136.0)
_LATITUDES = (3.0, 54.0)


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    buffer = block.buffer
    rows: list[tuple[int, int, float]] = []
    for hit in hits[0].tolist():  # somewhere in the second number
        pairs = _PAIR.finditer(buffer, max(0, hit - _PAIR_BYTES), hit + _PAIR_BYTES)
        pair = next((p for p in pairs if p.start() < hit <= p.end() and p.end(1) < hit), None)
        if pair is None:
            continue
        start, end = pair.span()
        if (
            buffer[start - 1 : start].isalnum()
            or buffer[start - 1] in b".-"
            or buffer[end : end + 1].isalnum()
            or _in_list(buffer, start, end)
            or (b"/" in pair[0] and not _PLACE.search(buffer, max(0, start - _PLACE_BYTES), start))
        ):
            continue
        one, two = float(pair[1]), float(pair[2])
        if (_within(one, _LONGITUDES) and _within(two, _LATITUDES)) or (
            _within(one, _LATITUDES) and _within(two, _LONGITUDES)
        ):
            rows += [(*pair.span(1), 0.8), (*pair.span(2), 0.8)]
    return found(rows)


def _pairs(block: Block) -> Ints:
    """Where the fourth decimal of the second of two numbers may end."""
    points = where(block.run(_POINT) & shifted(block.run(DIGITS, _DECIMALS), 1))
    gaps = np.diff(points)
    near = np.flatnonzero((gaps > _DECIMALS) & (gaps < _PAIR_BYTES))
    # between the numbers stand signs and blanks, or %2C: no letters of a key
    between = block.ahead(points[near], _PAIR_BYTES)
    keys = (_LOWER[between] & (np.arange(_PAIR_BYTES) < gaps[near, None])).sum(axis=1)
    ends: Ints = points[near + 1][keys <= 1] + 1 + _DECIMALS
    return ends


def _in_list(buffer: bytes, start: int, end: int) -> bool:
    """Whether more numbers stand beside the pair: then it is a vector."""
    before = buffer[max(0, start - 2) : start].rstrip(b" ")
    after = buffer[end : end + 3].lstrip(b" ")
    return (before.endswith(b",") and buffer[start - 2 : start - 1] not in b"]\"'") or (
        after[:1] == b"," and after[1:].lstrip(b" ")[:1].isdigit()
    )


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


_TRIGGER = rb"\.\d{4,15}(?:[ \t]?(?:,|;|\||/|%2[Cc]|\xef\xbc\x8c)[ \t]?|[ \t])\d{1,3}\.\d{4}"
GEO_PAIR = Finder((Trigger(_TRIGGER, ends=_pairs),), _find)
