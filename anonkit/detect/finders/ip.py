"""IP addresses: four octets that are not a version, also in the names of hosts, and IPv6."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonkit.detect.block import DIGITS, LETTERS, Block, Ints, Mask, shifted, table, where
from anonkit.detect.context import fills_line
from anonkit.detect.finders import ipv6
from anonkit.detect.finders.base import Finder, Found, Trigger, found
from anonkit.detect.finders.email import NOT_TLDS
from anonkit.detect.finders.versions import versions

_OCTET = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_QUAD = rb"\d\.\d{1,3}\.\d{1,3}\.\d"
_LENGTH = re.compile(rb"/(?:3[0-2]|[12]?\d)(?![0-9A-Za-z])")
_V4_DASHED = rb"[^0-9A-Za-z](?:ip|ec2|host|node|vm)-" + _OCTET + rb"(?:-" + _OCTET + rb"){3}[^0-9A-Za-z]"
# an address within a provider's host name, such as dsl-static-059.45.101.203.example.net
_IN_HOST = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}")
_HOST_AFTER = re.compile(rb"\.(?:[A-Za-z][A-Za-z0-9-]{0,62}\.){1,5}([A-Za-z]{2,24})(?![A-Za-z0-9_.-])")
_DASHED = re.compile(rb"-(\d{1,3}(?:-\d{1,3}){3})\Z")
_Rows = list[tuple[int, int, float]]

_SURE = 0.95
_OCTETS = 256
# the numbers of versions are as small as this, the first of them smaller still
_MOST_IN_VERSION, _MOST_FIRST_IN_VERSION = 99, 29
_POINT = frozenset(b".")
_QUAD_BYTES, _RUN_BYTES = 15, 20
_DOTTED = table(b".0123456789")
_LETTER_I, _LETTER_P = table(b"iI"), table(b"pP")
_SLASH, _ZERO, _DOT = b"/0."


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    quads, dashed, colons = hits
    start, end, confidence = _v4(block, quads)
    more = found(_dashed(block.buffer, dashed) + ipv6.addresses(block.buffer, colons))
    return np.concatenate((start, more[0])), np.concatenate((end, more[1])), np.concatenate((confidence, more[2]))


def _quads(block: Block) -> Ints:
    """Behind the first digit of the second of four numbers between dots: what `_QUAD` tells, from bitmaps."""
    digits = block.run(DIGITS)
    dots = block.run(_POINT) & shifted(digits, -1) & shifted(digits, 1)
    for _ in range(2):  # the dot before another one that 1 to 3 digits part from it, and the dot before that
        dots &= shifted(dots, 2) | shifted(dots, 3) | shifted(dots, 4)
    return where(dots) + 2


def _v4(block: Block, ends: Ints) -> Found:
    buffer, raw = block.buffer, block.raw
    first, last = _runs(block, ends - 1)
    valid, private, small = octets(block, first, last)
    before, after = raw[first - 1], raw[last]
    ip = _LETTER_P[before] & _LETTER_I[raw[first - 2]] & ~LETTERS[raw[first - 3]]  # 客户端IP10.1.2.3
    valid &= ~(LETTERS[before] & ~ip | LETTERS[after])
    others = zip(first[~valid].tolist(), last[~valid].tolist(), strict=True)
    hosts = found([row for start, end in others for row in _in_host(buffer, start, end)])
    first, last, private, small = first[valid], last[valid], private[valid], small[valid]
    taken = ~versions(block, first, last, private, small)
    for row in np.flatnonzero(taken & (raw[first] == _ZERO) & (raw[first + 1] == _DOT)).tolist():
        taken[row] = _stands_alone(buffer, int(first[row]), int(last[row]))
    first, last = first[taken], last[taken]
    for row in np.flatnonzero(raw[last] == _SLASH).tolist():
        if length := _LENGTH.match(buffer, int(last[row])):
            last[row] = length.end()
    sure = np.full(len(first), _SURE)
    return np.concatenate((first, hosts[0])), np.concatenate((last, hosts[1])), np.concatenate((sure, hosts[2]))


def _runs(block: Block, at: Ints) -> tuple[Ints, Ints]:
    """Where the runs of digits and dots around the positions start and end, each once."""
    back = _DOTTED[block.behind(at, _RUN_BYTES)][:, ::-1]
    ahead = _DOTTED[block.ahead(at, _RUN_BYTES)]
    bounded = ~back.all(axis=1) & ~ahead.all(axis=1)
    first = (at - np.argmin(back, axis=1))[bounded]
    last = (at + np.argmin(ahead, axis=1))[bounded]
    new = np.concatenate(([True], np.diff(first) > 0)) if len(first) else np.empty(0, bool)
    first, last = first[new], last[new]
    return first, last - (block.raw[last - 1] == _DOT)  # without the full stop of a sentence


def octets(block: Block, start: Ints, end: Ints) -> tuple[Mask, Mask, Mask]:
    """Which ranges are four octets, without leading zeros.

    And which of them are private (RFC 1918) or loopback, and which as small as the numbers of a version.
    """
    length = np.minimum(end - start, _QUAD_BYTES + 1)
    text = block.ahead(start, _QUAD_BYTES + 1)
    inside = (np.uint16(1) << length.astype(np.uint16)) - np.uint16(1)
    dots = _bits(text == _DOT) & inside
    others = _bits((text - np.uint8(_ZERO) > 9) & (text != _DOT)) & inside  # noqa: PLR2004  digits are up to 9
    good = (length <= _QUAD_BYTES) & (others == 0) & (np.bitwise_count(dots) == 3)  # noqa: PLR2004  between four octets
    private, small = np.zeros(len(start), bool), np.zeros(len(start), bool)
    rows = np.flatnonzero(good)
    at = rows * text.shape[1]
    flat, dots, size = text.reshape(-1), dots[rows], length[rows]
    fits = np.ones(len(rows), np.bool_)
    is_small = np.ones(len(rows), np.bool_)
    values = []
    first = np.zeros(len(rows), np.int64)
    for _ in range(4):
        lowest = dots & (~dots + np.uint16(1))  # the next dot alone; 0 behind the last one
        last = np.where(lowest, np.bitwise_count(lowest - np.uint16(1)), size)
        dots ^= lowest
        digits = last - first
        behind = at + last
        ones, tens, hundreds = (flat[behind - place].astype(np.int16) - _ZERO for place in (1, 2, 3))
        value = ones + (digits > 1) * 10 * tens + (digits > 2) * 100 * hundreds  # noqa: PLR2004
        leading_zero = (digits > 1) & (flat[at + first] == _ZERO)
        fits &= (digits >= 1) & (digits <= 3) & (value < _OCTETS) & ~leading_zero  # noqa: PLR2004
        is_small &= value <= _MOST_IN_VERSION
        values.append(value)
        first = last + 1
    good[rows] = fits
    one, two = values[:2]
    private[rows] = (
        (one == 10) | (one == 127) | ((one == 192) & (two == 168)) | ((one == 172) & (two >= 16) & (two < 32))  # noqa: PLR2004
    )
    small[rows] = is_small & (one <= _MOST_FIRST_IN_VERSION)
    return good, private, small


def _bits(held: Mask) -> npt.NDArray[np.uint16]:
    """The sixteen answers of each row as the bits of a number, the first one as the lowest."""
    bits: npt.NDArray[np.uint16] = np.packbits(held, axis=1, bitorder="little").view("<u2")[:, 0]
    return bits


def _stands_alone(buffer: bytes, start: int, end: int) -> bool:
    """Whether an address that is nobody's (0.0.0.0) is at least what the line is about."""
    length = _LENGTH.match(buffer, end)
    return fills_line(buffer, start, length.end() if length else end)


def _dashed(buffer: bytes, ends: Ints) -> _Rows:
    rows: _Rows = []
    for end in ends.tolist():
        name = _DASHED.search(buffer, max(0, end - 24), end - 1)
        if name is not None:
            rows.append((*name.span(1), 0.8))
    return rows


def _in_host(buffer: bytes, start: int, end: int) -> _Rows:
    """Four numbers glued to the words of a host name."""
    host = _HOST_AFTER.match(buffer, end)
    if (
        host is None
        or host[1].lower() in NOT_TLDS
        or buffer[start - 1] == _DOT
        or not _IN_HOST.fullmatch(buffer, start, end)
    ):
        return []
    return [(start, end, 0.8)] if max(map(int, buffer[start:end].split(b"."))) < _OCTETS else []


IP = Finder(
    (
        Trigger(_QUAD, ends=_quads),
        Trigger(_V4_DASHED, caseless=True),
        Trigger(ipv6.IPV6, ends=ipv6.colons),
    ),
    _find,
)
