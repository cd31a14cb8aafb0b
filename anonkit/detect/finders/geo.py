"""Pairs of coordinates within China's box, in either order, exact to four decimals (about ten metres) or more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from anonkit.detect.block import DIGITS, NEWLINE, Block, Ints, shifted, table, where
from anonkit.detect.finders.base import Finder, Found, Trigger, found
from anonkit.detect.validators.places import latitude, longitude

_NUMBER = rb"\d{1,3}\.\d{4,15}"
_BETWEEN = rb"(?:[ \t]?(?:,|;|\||/|%2[Cc]|\xef\xbc\x8c)[ \t]?|[ \t])"
# the second number is only looked at, since it may begin the next pair
_PAIR = re.compile(rb"(?<![0-9.])(" + _NUMBER + b")(?=(" + _BETWEEN + b")(" + _NUMBER + b"))")
_PAIR_BYTES = 44
# N31.491169 E120.312345: anywhere on the globe
_DIRECTED = re.compile(rb"(?<![0-9A-Za-z])[NS] ?(\d{1,2}\.\d{4,10})[, ]{1,2}[EW] ?(1?\d{1,2}\.\d{4,10})(?![0-9A-Za-z])")
# with a slash between them, or with more numbers beside, two numbers are a place only where a word says so
_PLACE = re.compile(
    "(?i)(?:位置|坐标|定位|经纬度|经度|纬度|轨迹|gps|(?<!al)location|position|coord(?:s|inates?)?"
    "|(?<![a-z])(?:lat(?:lng|lon|long|itude)?|lng(?:lat)?|lon(?:g|lat|gitude)?)|(?:point|linestring|polygon) ?(?=\\())"
    "[^0-9A-Za-z\n]*\\Z".encode()
)
_PLACE_BYTES = 32
# what may stand between a pair of which a word speaks and the next one
_NEXT = re.compile(rb"[-0-9.,;| \t()\[\]]{1,32}")
_NEXT_BYTES = 32
# values of their own beside a pair, no numbers of a vector: phones, cards, IPv4 and MAC addresses
_VALUE = (
    rb"(?:\d{11,12}|\d{14,19}|\d{17}[Xx]|0\d{2,3}-\d{7,8}"
    rb"|\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})"
)
_VALUE_BEFORE = re.compile(rb"(?<![0-9A-Za-z.:-])" + _VALUE + rb", ?\Z")
_VALUE_AFTER = re.compile(rb" ?, ?" + _VALUE + rb"(?![0-9A-Za-z.:-])")
_VALUE_BYTES = 24
_POINT = frozenset(b".")
_DECIMALS = 4
_LOWER = table(b"abcdefghijklmnopqrstuvwxyz")
_SURENESS = 0.8
_LONGITUDES = (73.0, 136.0)
_LATITUDES = (3.0, 54.0)


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    buffer = block.buffer
    rows: list[tuple[int, int, float]] = []
    placed = 0  # the end of the last pair of which a word speaks
    for hit in hits[0].tolist():  # somewhere in the second number
        low = max(0, hit - _PAIR_BYTES)
        pairs = _PAIR.finditer(buffer, low, hit + _PAIR_BYTES)
        pair = next((p for p in pairs if p.end(2) < hit <= p.end(3)), None)
        if pair is None:
            directed = next((d for d in _DIRECTED.finditer(buffer, low, hit + _PAIR_BYTES) if d.end() >= hit), None)
            if directed is not None and latitude(directed[1]) and longitude(directed[2]):
                rows += [(*directed.span(1), _SURENESS), (*directed.span(2), _SURENESS)]
            continue
        start, end = pair.start(1), pair.end(3)
        if buffer[start - 1 : start].isalnum() or buffer[start - 1] in b".-" or buffer[end : end + 1].isalnum():
            continue
        one, two = float(pair[1]), float(pair[3])
        if not (
            (_within(one, _LONGITUDES) and _within(two, _LATITUDES))
            or (_within(one, _LATITUDES) and _within(two, _LONGITUDES))
        ):
            continue
        if b"/" in pair[2] or _in_list(buffer, start, end):
            if not _PLACE.search(buffer, max(0, start - _PLACE_BYTES), start) and not (
                placed and _NEXT.fullmatch(buffer, max(placed, start - _NEXT_BYTES - 1), start)
            ):
                continue
            placed = end
        rows += [(*pair.span(1), _SURENESS), (*pair.span(3), _SURENESS)]
    return found(sorted(set(rows)))


def _pairs(block: Block) -> Ints:
    """Where the fourth decimal of the second of two numbers may end."""
    points = where(block.run(_POINT) & shifted(block.run(DIGITS, _DECIMALS), 1))
    gaps = np.diff(points)
    near = np.flatnonzero((gaps > _DECIMALS) & (gaps < _PAIR_BYTES))
    # between the numbers stand signs and blanks, or %2C: no letters of a key
    between = block.ahead(points[near], _PAIR_BYTES)
    inside = np.arange(_PAIR_BYTES) < gaps[near, None]
    keys = (_LOWER[between] & inside).sum(axis=1)
    in_line = ~((between == NEWLINE) & inside).any(axis=1)
    ends: Ints = points[near + 1][in_line & (keys <= 1)] + 1 + _DECIMALS
    return ends


def _in_list(buffer: bytes, start: int, end: int) -> bool:
    """Whether more numbers stand beside the pair: then it is a vector."""
    before = buffer[max(0, start - 2) : start].rstrip(b" ")
    after = buffer[end : end + 3].lstrip(b" ")
    if (
        before.endswith(b",")
        and buffer[start - 2 : start - 1] not in b"]\"'"
        and not _VALUE_BEFORE.search(buffer, max(0, start - _VALUE_BYTES), start)
    ):
        return True
    return after[:1] == b"," and after[1:].lstrip(b" ")[:1].isdigit() and not _VALUE_AFTER.match(buffer, end)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


_TRIGGER = rb"\.\d{4,15}(?:" + _BETWEEN + rb"|[, ]{1,2}[EW] ?)\d{1,3}\.\d{4}"
GEO_PAIR = Finder((Trigger(_TRIGGER, ends=_pairs),), _find)
