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
_EDGE = b"\n" * max(GAP, TAIL)
_IS_DIGIT, _IS_AT, _IS_MARK = 1, 2, 3
_KIND = np.zeros(256, np.uint8)
_KIND[[*b"0123456789"]] = _IS_DIGIT
_KIND[ord("@")] = _IS_AT
_KIND[[*b"\r\n", *MARKS]] = _IS_MARK
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
    data = np.frombuffer(b"".join((_EDGE, block, _EDGE)), np.uint8)  # what looks around sees no end
    lead = _leads(data)
    stop = np.isin(_codes(data, lead), _STOPS)
    sentence = np.cumsum(stop)[~stop]
    lead = lead[~stop]
    if not lead.size:
        return []
    gap = np.diff(lead) - HAN_BYTES
    apart = (gap > GAP) | (np.diff(sentence) > 0)
    some = np.flatnonzero((gap > 0) & ~apart)
    apart[some] = _breaks(_rows(data, lead[some] + HAN_BYTES, GAP), gap[some])
    new = np.flatnonzero(apart) + 1
    if len(lead) > LONGEST and np.diff(new, prepend=0, append=len(lead)).max() > LONGEST:
        new = _not_too_long(data, lead, new)
    start = lead[np.concatenate(([0], new))]
    end = lead[np.concatenate((new, [len(lead)])) - 1] + HAN_BYTES
    return _with_tails(data, start, end)


def _rows(data: NDArray[np.uint8], start: NDArray[np.intp], width: int) -> NDArray[np.uint8]:
    """The bytes from each position on, `width` of them in a row."""
    return np.lib.stride_tricks.sliding_window_view(data, width)[start]


def _breaks(gaps: NDArray[np.uint8], length: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the gaps part a run: they hold a mark, or a value that is none of a sentence.

    Such a value is a number of NUMBER digits and more, or in a gap as long as that an @.
    """
    kind = _KIND[gaps]
    kind[np.arange(GAP) >= length[:, None]] = 0
    breaks: NDArray[np.bool_] = kind.max(axis=1, initial=0) == _IS_MARK
    wide = np.flatnonzero((length >= NUMBER) & ~breaks)
    kind = kind[wide]
    breaks[wide] = (np.count_nonzero(kind == _IS_DIGIT, axis=1) >= NUMBER) | (kind == _IS_AT).any(axis=1)
    return breaks


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


def _with_tails(data: NDArray[np.uint8], start: NDArray[np.intp], end: NDArray[np.intp]) -> list[tuple[int, int]]:
    """The runs, with the letters and digits that touch them; of the block, not of the `data` with its edges."""
    first, last = start.copy(), end.copy()
    after = np.flatnonzero(_IN_TAIL[data[end]])
    last[after] += _leading(_IN_TAIL[_rows(data, end[after], TAIL)])
    before = np.flatnonzero(_IN_TAIL[data[start - 1]])
    first[before] -= _leading(_IN_TAIL[_rows(data, start[before] - TAIL, TAIL)[:, ::-1]])
    escaped = data[first - 1] == ord("\\")  # \t and \u5f20 are no letters of the text
    first = np.where(escaped, start, first)
    first[1:] = np.maximum(first[1:], last[:-1])
    return list(zip((first - len(_EDGE)).tolist(), (last - len(_EDGE)).tolist(), strict=True))


def _leading(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many of each row are true before the first that is not."""
    count: NDArray[np.intp] = np.where(mask.all(axis=1), mask.shape[1], mask.argmin(axis=1))
    return count
