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
HAN_BYTES = 3
REACH_BYTES = GAP + HAN_BYTES
"""Chinese characters that begin no farther apart than this, counted from the first one's beginning, share a run."""
LONGEST = 300
"""Chinese characters of a run, the most: a sentence without an end is read in parts, in linear time."""
NUMBER = 9
"""Digits of a number that ends a run: a phone or an ID card is no part of a name, and makes every line another one."""
TAIL = 16
"""Letters and digits directly before and after that belong to a run: rooms, buildings, latin names."""
_STOPS = tuple(sign.encode() for sign in "。！？；")
_WIDE_LEAD = bytes(_WIDE[:1])
_LEADS = -64  # 0xC0 as a signed number: no byte from here on goes on with a character
_SIGNS = np.array([0xE38081, 0xEFBC8C, 0xEFBC9A, 0xE38080, 0xEFBC89, 0xE38091], np.uint32)  # 、 ， ： blank ） 】
MARKS = b"<>*"
"""Runs end there, as at line ends: what has been scrubbed stands between them, and it must not matter what it was."""
_MARK = re.compile(b"[" + re.escape(MARKS) + b"]")
_PIECE = 1 << 18
_EDGE = b"\n" * (max(GAP, TAIL) + 1)
_WORD_BYTES = 8
_NOWHERE = np.empty(0, np.intp)
_IS_DIGIT, _IS_MARK = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
_IS_DIGIT[[*b"0123456789"]] = True
_IS_MARK[[*b"\r\n", *MARKS]] = True
IN_TAIL = np.zeros(256, np.bool_)
IN_TAIL[[*b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#-"]] = True
"""For each byte, whether it may be one of those."""
_IS_SIGN = ~IN_TAIL
_IS_SIGN[0x80:] = False

FOLD = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"0" * 10 + b"A" * 26 + b"a" * 26
)
"""For bytes.translate: what the model cannot tell apart becomes the same."""


def find(block: bytes) -> list[tuple[int, int]]:
    """Start and end, in bytes, of the runs of a block of UTF-8; they do not overlap."""
    start, end = where(block)
    return list(zip(start.tolist(), end.tolist(), strict=True))


def where(block: bytes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The same, the starts and the ends."""
    if block.isascii():
        return _NOWHERE, _NOWHERE
    # what looks around sees no end; the engine's blocks have such edges
    edge = 0 if block.startswith(_EDGE) and block.endswith(_EDGE) else len(_EDGE)
    data = np.frombuffer(b"".join((_EDGE, block, _EDGE)) if edge else block, np.uint8)
    start, end, stops = _stretches(data)
    if not start.size:
        return _NOWHERE, _NOWHERE
    gap = start[1:] - end[:-1]
    apart = gap > GAP
    if stops.size:
        apart |= np.diff(np.searchsorted(stops, start)) > 0
    some = np.flatnonzero(~apart)
    apart[some] = _breaks(data, end[some], gap[some])
    start = start[np.concatenate(([True], apart))]
    end = end[np.concatenate((apart, [True]))]
    if (end - start).max() > LONGEST * HAN_BYTES:
        start, end = _not_too_long(data, start, end)
    first, last = _with_tails(data, start, end)
    return first - edge, last - edge


def _stretches(data: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Start and end of the stretches of Chinese characters and wide forms; and the signs between that end sentences.

    All on bytes: the positions of characters, of which dense text has a third as many, take longer. And in pieces that
    stay in the processor's cache.
    """
    inside, stops = np.zeros(len(data), np.bool_), np.zeros(len(data), np.bool_)
    for low in range(0, len(data) - 2, _PIECE):
        piece = data[low : low + _PIECE + 2]
        if piece.max() < HAN:
            continue
        text = piece.tobytes()
        is_character = _begins_character(piece, has_wide=_WIDE_LEAD in text)
        stops_here = [stop for stop in _STOPS if stop[:1] in text]  # of a longer needle Python makes heavy weather
        if stops_here:
            is_stop = _is_stop(piece, stops_here)
            stops[low : low + len(is_stop)] = is_stop
            is_character ^= is_stop
        for offset in range(HAN_BYTES):
            inside[low + offset : low + offset + len(is_character)] |= is_character
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    return edges[::2], edges[1::2], np.flatnonzero(stops)


def _begins_character(data: NDArray[np.uint8], *, has_wide: bool = True) -> NDArray[np.bool_]:
    """Where a Chinese character or a wide form of three bytes begins, but for the last two bytes."""
    first, second = data[:-2], data[1:-1]
    begins = (first - np.uint8(HAN)) <= _LAST_HAN - HAN
    if has_wide:
        begins |= (first == _WIDE[0]) & ((second == _WIDE[1]) | (second == _WIDE[2]))
    goes_on = data.view(np.int8) < _LEADS  # as signed numbers, the bytes within a character are the lowest
    begins &= goes_on[1:-1]
    begins &= goes_on[2:]
    return begins


def _is_stop(data: NDArray[np.uint8], stops: list[bytes]) -> NDArray[np.bool_]:
    """Where one of the signs begins, each of three bytes, but for the last two bytes."""
    found = np.zeros(len(data) - 2, np.bool_)
    for first, second, third in stops:
        found |= (data[:-2] == first) & (data[1:-1] == second) & (data[2:] == third)
    return found


def _breaks(data: NDArray[np.uint8], start: NDArray[np.intp], length: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the gaps part a run: they hold a mark, or a value that is none of a sentence.

    Such a value is a number of NUMBER digits and more, or in a gap as long as that an @.
    """
    breaks = np.zeros(len(start), np.bool_)
    rows = np.flatnonzero(length < NUMBER)  # most gaps are short
    breaks[rows] = _any(_IS_MARK[_ahead(data, start[rows], length[rows], _WORD_BYTES)])
    rows = np.flatnonzero(length >= NUMBER)
    if rows.size:
        inside = _ahead(data, start[rows], length[rows], GAP)
        breaks[rows] = _any(_IS_MARK[inside] | (inside == ord("@"))) | (_IS_DIGIT[inside].sum(axis=1) >= NUMBER)
    return breaks


def _ahead(data: NDArray[np.uint8], start: NDArray[np.intp], length: NDArray[np.intp], width: int) -> NDArray[np.uint8]:
    """The bytes from each start on, one row each; 0 behind the length of the row, which is at most `width`."""
    windows = np.ndarray((len(data) - width + 1, width), np.uint8, data, 0, (1, 1))
    inside = windows[start]
    inside *= np.arange(width) < length[:, None]
    return inside


def _any(held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """In which rows something is held; their width is a multiple of _WORD_BYTES."""
    words = held.view(np.uint64)
    found: NDArray[np.bool_] = words[:, 0] != 0
    for column in range(1, words.shape[1]):
        found |= words[:, column] != 0
    return found


def is_cut_off(block: bytes, start: int, end: int) -> bool:
    """Whether a run may have lost what stood beside it: a mark stands there, or one sign away, in its line.

    The text of an element of XML, before its </, has lost nothing.
    """
    after = block[end : end + 2]
    if after == b"</":
        return False
    before = block[max(start - 2, 0) : start].rpartition(b"\n")[2]
    return bool(_MARK.search(before) or _MARK.search(after.partition(b"\n")[0]))


def _not_too_long(
    data: NDArray[np.uint8], start: NDArray[np.intp], end: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Start and end of the runs, with cuts in those of more than LONGEST characters.

    A cut lies behind the last sign in reach, so that it goes through no name; where there is none in LONGEST
    characters, there is no sentence either.
    """
    starts, ends = start.tolist(), end.tolist()
    for row in np.flatnonzero(end - start > LONGEST * HAN_BYTES).tolist():
        lead = start[row] + _leads(data[start[row] : end[row]])
        at = 0
        # the text behind a sign: ASCII that is no part of a name or number stands before it, or a wide sign does
        later, before = lead[1:], lead[:-1]
        apart = later - before > HAN_BYTES
        ascii_sign = apart & (_IS_SIGN[data[later - 1]] | _IS_SIGN[data[before + HAN_BYTES]])
        may_cut = np.flatnonzero(ascii_sign | np.isin(_codes(data, before), _SIGNS)) + 1
        while len(lead) - at > LONGEST:
            last = int(np.searchsorted(may_cut, at + LONGEST, "right")) - 1
            at = int(may_cut[last]) if last >= 0 and may_cut[last] > at else at + LONGEST
            starts.append(int(lead[at]))
            ends.append(int(lead[at - 1]) + HAN_BYTES)
    return np.sort(np.array(starts, np.intp)), np.sort(np.array(ends, np.intp))


def _codes(data: NDArray[np.uint8], lead: NDArray[np.intp]) -> NDArray[np.uint32]:
    """The three bytes of each character, as one number."""
    code: NDArray[np.uint32] = data[lead].astype(np.uint32) << np.uint32(16)
    code |= data[lead + 1].astype(np.uint32) << np.uint32(8)
    code |= data[lead + 2]
    return code


def _leads(data: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Where a Chinese character or a wide form begins."""
    return np.flatnonzero(_begins_character(data))


def _with_tails(
    data: NDArray[np.uint8], start: NDArray[np.intp], end: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Start and end of the runs with the letters and digits that touch them."""
    last = end + _touching(data, end, 1)
    first = start - _touching(data, start - 1, -1)
    escaped = data[first - 1] == ord("\\")  # \t and \u5f20 are no letters of the text
    first = np.where(escaped, start, first)
    first[1:] = np.maximum(first[1:], last[:-1])
    return first, last


def _touching(data: NDArray[np.uint8], start: NDArray[np.intp], step: int) -> NDArray[np.intp]:
    """How many letters and digits there are from each position on, TAIL at most; backwards where `step` is -1."""
    count = np.zeros(len(start), np.intp)
    rows = np.flatnonzero(IN_TAIL[data[start]])
    for length in range(1, TAIL + 1):
        count[rows] = length
        rows = rows[IN_TAIL[data[start[rows] + step * length]]]
        if not rows.size:
            break
    return count
