"""Which stretches of a block are worth the model's time? Those with Chinese characters, cut at sentences and lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP = 24
"""Bytes that may lie between two Chinese characters of a run: a word or a short number, but no hash."""
HAN = 0xE3
"""No Chinese character, nor any wide form, begins with a lower byte."""
_LAST_HAN, _WIDE = 0xE9, (0xEF, 0xBC, 0xBD)
_GOES_ON = np.zeros(256, np.bool_)
_GOES_ON[0x80:0xC0] = True  # bytes within a character of UTF-8
HAN_BYTES = 3
REACH_BYTES = GAP + HAN_BYTES
"""Chinese characters that begin no farther apart than this, counted from the first one's beginning, share a run."""
LONGEST = 300
"""Chinese characters of a run, the most: a sentence without an end is read in parts, in linear time."""
NUMBER = 9
"""Digits of a number that ends a run: a phone or an ID card is no part of a name, and makes every line another one."""
TAIL = 16
"""Letters and digits directly before and after that belong to a run: rooms, buildings, latin names."""
_STOPS = np.array([0xE38082, 0xEFBC81, 0xEFBC9F, 0xEFBC9B], np.uint32)  # 。！？；
_SIGNS = np.array([0xE38081, 0xEFBC8C, 0xEFBC9A, 0xE38080, 0xEFBC89, 0xE38091], np.uint32)  # 、 ， ： blank ） 】
MARKS = b"<>*"
"""Runs end there, as at line ends: what has been scrubbed stands between them, and it must not matter what it was."""
_MARK = re.compile(b"[" + re.escape(MARKS) + b"]")
_IN_TAIL = np.zeros(256, np.bool_)
_IN_TAIL[[*b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#-"]] = True
_IS_SIGN = ~_IN_TAIL
_IS_SIGN[0x80:] = False

FOLD = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"0" * 10 + b"A" * 26 + b"a" * 26
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
    stop = np.isin(_codes(data, lead), _STOPS)
    breaks = np.flatnonzero(_is_mark(data))
    if stop.any():
        breaks = np.sort(np.concatenate((breaks, lead[stop])))
        lead = lead[~stop]
    if not lead.size:
        return []
    order = np.searchsorted(breaks, lead)
    gap = np.diff(lead) - HAN_BYTES
    apart = (gap > GAP) | (np.diff(order) > 0)
    wide = np.flatnonzero((gap >= NUMBER) & ~apart)
    apart[wide] = _holds_other_value(data, lead[wide] + HAN_BYTES, gap[wide])
    new = np.flatnonzero(apart) + 1
    if len(lead) > LONGEST and np.diff(new, prepend=0, append=len(lead)).max() > LONGEST:
        new = _not_too_long(data, lead, new)
    start = lead[np.concatenate(([0], new))]
    end = lead[np.concatenate((new, [len(lead)])) - 1] + 3
    return _with_tails(data, start, end)


def _holds_other_value(data: NDArray[np.uint8], start: NDArray[np.intp], length: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the gaps hold a number of NUMBER digits and more, or an @: a value that is none of a sentence."""
    steps = np.arange(GAP)
    at = start[:, None] + steps
    inside = steps < length[:, None]
    gaps = data[np.minimum(at, len(data) - 1)]
    digits = ((gaps >= ord("0")) & (gaps <= ord("9")) & inside).sum(axis=1)
    other: NDArray[np.bool_] = (digits >= NUMBER) | ((gaps == ord("@")) & inside).any(axis=1)
    return other


def is_cut_off(block: bytes, start: int, end: int) -> bool:
    """Whether a run may have lost what stood beside it: a mark stands there, or one sign away, in its line.

    The text of an element of XML, before its </, has lost nothing.
    """
    after = block[end : end + 2]
    if after == b"</":
        return False
    before = block[max(start - 2, 0) : start].rpartition(b"\n")[2]
    return bool(_MARK.search(before) or _MARK.search(after.partition(b"\n")[0]))


def _not_too_long(data: NDArray[np.uint8], lead: NDArray[np.intp], new: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where runs begin but the first, as rows of `lead`, with cuts in those of more than LONGEST characters.

    A cut lies behind the last sign in reach, so that it goes through no name; where there is none in LONGEST
    characters, there is no sentence either.
    """
    # the text behind a sign: ASCII that is no part of a name or number stands before it, or a wide sign does
    later, before = lead[1:], lead[:-1]
    apart = later - before > HAN_BYTES
    ascii_sign = apart & (_IS_SIGN[data[later - 1]] | _IS_SIGN[data[before + HAN_BYTES]])
    may_cut = np.flatnonzero(ascii_sign | np.isin(_codes(data, before), _SIGNS)) + 1
    begins = np.concatenate(([0], new)).tolist()
    cuts = list(begins)
    for begin, end in zip(begins, [*begins[1:], len(lead)], strict=True):
        at = begin
        while end - at > LONGEST:
            last = int(np.searchsorted(may_cut, at + LONGEST, "right")) - 1
            at = int(may_cut[last]) if last >= 0 and may_cut[last] > at else at + LONGEST
            cuts.append(at)
    return np.sort(np.array(cuts, np.intp))[1:]


def _codes(data: NDArray[np.uint8], lead: NDArray[np.intp]) -> NDArray[np.uint32]:
    """The three bytes of each character, as one number."""
    code: NDArray[np.uint32] = data[lead].astype(np.uint32) << np.uint32(16)
    code |= data[lead + 1].astype(np.uint32) << np.uint32(8)
    code |= data[lead + 2]
    return code


def _leads(data: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Where a Chinese character or a wide form of three bytes begins."""
    at = np.flatnonzero(data >= HAN)
    at = at[at < len(data) - 2]
    byte = data[at]
    second = data[at + 1]
    wide = (byte == _WIDE[0]) & ((second == _WIDE[1]) | (second == _WIDE[2]))
    good = ((byte <= _LAST_HAN) | wide) & _GOES_ON[second] & _GOES_ON[data[at + 2]]
    leads: NDArray[np.intp] = at[good]
    return leads


def _is_mark(data: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where runs end; comparisons are faster than a table on all bytes of a block."""
    out: NDArray[np.bool_] = data == ord("\n")
    for byte in b"\r" + MARKS:
        np.logical_or(out, data == byte, out=out)
    return out


def _with_tails(data: NDArray[np.uint8], start: NDArray[np.intp], end: NDArray[np.intp]) -> list[tuple[int, int]]:
    """The runs, with the letters and digits that touch them."""
    first, last = start.copy(), end.copy()
    steps = np.arange(TAIL)
    after = np.flatnonzero(_IN_TAIL[data[np.minimum(end, len(data) - 1)]])
    if after.size:
        at = end[after, None] + steps
        last[after] += _leading(_IN_TAIL[data[np.minimum(at, len(data) - 1)]] & (at < len(data)))
    before = np.flatnonzero(_IN_TAIL[data[np.maximum(start - 1, 0)]])
    if before.size:
        at = start[before, None] - 1 - steps
        first[before] -= _leading(_IN_TAIL[data[np.maximum(at, 0)]] & (at >= 0))
        escaped = data[np.maximum(first - 1, 0)] == ord("\\")  # \t and \u5f20 are no letters of the text
        first = np.where(escaped, start, first)
    first[1:] = np.maximum(first[1:], last[:-1])
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _leading(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many of each row are true before the first that is not."""
    count: NDArray[np.intp] = np.where(mask.all(axis=1), mask.shape[1], mask.argmin(axis=1))
    return count
