"""Which stretches of a block are worth the model's time? Those with Chinese characters, cut at sentences and lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP = 24
"""Bytes that may lie between two Chinese characters of a run: a phone number or an ID card, but no hash."""
TAIL = 16
"""Letters and digits directly before and after that belong to a run: rooms, buildings, latin names."""
_BEFORE = re.compile(rb"[0-9A-Za-z#-]{1,%d}\Z" % TAIL)
_AFTER = re.compile(rb"[0-9A-Za-z#-]{1,%d}" % TAIL)
_STOPS = np.array([0xE38082, 0xEFBC81, 0xEFBC9F, 0xEFBC9B], np.uint32)  # 。！？；
MARKS = b"<>*"
_MARKS = np.zeros(256, np.bool_)
_MARKS[[0x0A, 0x0D, *MARKS]] = True
"""Lines end there, and what has been scrubbed stands between them: it must not matter what it was."""

FOLD = bytes(
    ord("0") if 0x30 <= b <= 0x39 else ord("a") if 0x61 <= b <= 0x7A else ord("A") if 0x41 <= b <= 0x5A else b
    for b in range(256)
)
"""For bytes.translate: what the model cannot tell apart becomes the same."""


def find(block: bytes) -> list[tuple[int, int]]:
    """Start and end, in bytes, of the runs of a block of UTF-8; they do not overlap."""
    if block.isascii():
        return []
    data = np.frombuffer(block, np.uint8)
    lead = _leads(data)
    if not lead.size:
        return []
    code = (data[lead].astype(np.uint32) << 16) | (data[lead + 1].astype(np.uint32) << 8) | data[lead + 2]
    stop = np.isin(code, _STOPS)
    breaks = np.sort(np.concatenate((np.flatnonzero(np.take(_MARKS, data)), lead[stop])))
    lead = lead[~stop]
    if not lead.size:
        return []
    order = np.searchsorted(breaks, lead)
    new = np.flatnonzero((np.diff(lead) > GAP + 3) | (np.diff(order) > 0)) + 1
    first = np.concatenate(([0], new))
    final = np.concatenate((new, [len(lead)])) - 1
    return _with_tails(block, lead[first].tolist(), (lead[final] + 3).tolist())


def _leads(data: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Where a Chinese character or a wide form of three bytes begins."""
    at = np.flatnonzero(data >= 0xE3)
    at = at[at < len(data) - 2]
    byte = data[at]
    second = data[at + 1]
    wide = (byte == 0xEF) & ((second == 0xBC) | (second == 0xBD))
    good = ((byte <= 0xE9) | wide) & (second >> 6 == 2) & (data[at + 2] >> 6 == 2)
    return at[good]


def _with_tails(block: bytes, starts: list[int], ends: list[int]) -> list[tuple[int, int]]:
    """The runs, with the letters and digits that touch them."""
    out: list[tuple[int, int]] = []
    floor = 0
    for start, end in zip(starts, ends, strict=True):
        before = _BEFORE.search(block, max(floor, start - TAIL), start)
        after = _AFTER.match(block, end)
        out.append((before.start() if before else start, floor := after.end() if after else end))
    return out
