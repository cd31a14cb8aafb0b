"""What only appears when the findings beside it are taken away? Scrubbing twice would find it, so we look again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anonkit.detect.block import ALNUM, PAD_BYTES, Block, Bytes, Ints, Mask, distinct, table
from anonkit.detect.candidates import Candidates, apart_from, concatenate
from anonkit.detect.names.runs import HAN, HAN_BYTES, IN_TAIL, REACH_BYTES, TAIL
from anonkit.detect.overlaps import winners
from anonkit.detect.rule_book import RuleBook

_NONE = np.empty(0, np.int64)
_MOST_ROUNDS = 4
# what stands in for a finding when its neighbours are looked at again: like a label, but no label's letters
_LESS, _MASK, _GREATER = b"<_>"
_PERCENT, _BACKSLASH, _AND = b"%\\&"
# signs beside a finding that may belong to a value which its neighbour hid
_MAY_END_VALUE, _MAY_BEGIN_VALUE = ALNUM | table(b")]"), ALNUM | table(b"([+")
_BEGINS_ESCAPE = table(b"ux")
_WIDE_LEAD, _WIDE_MIDDLE = 0xEF, 0xBC
_IN_WIDE_VALUE = table(b"\x88\x89\x8b" + bytes(range(0x90, 0x9A)) + bytes(range(0xA1, 0xBB)))  # （ ） ＋ 0-9 A-Z
# an escape that may spell a part of a Chinese character: %E8, %25E8, \u5F20, \xE8, &#24352;
_SPELLS_HAN = ((_PERCENT, b"eE2", b"3456789"), (_BACKSLASH, b"uUxX", b"3456789eE"), (_AND, b"#", b"xX0123456789"))
# the escapes of what may stand between take no more than \uXXXX for each byte
_ESCAPED_REACH = 6 * REACH_BYTES


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a block, with the findings masked.

    Attributes:
        block: the lines.
        low, high: where they lie in the block that they are from.
        begins: where they begin in `block`.
    """

    block: Block
    low: Ints
    high: Ints
    begins: Ints

    def inside(self, positions: Ints) -> Ints:
        """Those of the positions in the whole block that lie in these lines, as positions of `block`."""
        which = np.searchsorted(self.low, positions, "right") - 1
        held = (which >= 0) & (positions < self.high[which])
        return positions[held] + (self.begins - self.low)[which[held]]

    def moved(self, found: Candidates) -> Candidates:
        """What was found in `block`, where it stands in the whole block."""
        shift = (self.low - self.begins)[np.searchsorted(self.begins, found.start, "right") - 1]
        return Candidates(found.start + shift, found.end + shift, found.rule, found.confidence)


def with_glued(
    block: Block, book: RuleBook, found: Candidates, lost: Ints, look: Callable[[Block], Candidates]
) -> Candidates:
    """The findings, and those that only appear when others, glued to them, are taken away.

    In `13812345678abc@x.cn` the address ends what the number's neighbour forbids, and an address that ran into an
    identity number lost to it; scrubbing twice would find them.

    Args:
        block, book: what the findings are from.
        found: sorted, not overlapping.
        lost: where candidates began that lost to a winner which does not cover them.
        look: finds all candidates in some lines.
    """
    raw = block.raw
    for _ in range(_MOST_ROUNDS):
        if not len(found):
            break
        before, after = raw[found.start - 1], raw[found.end]
        escape = (after == _BACKSLASH) & _BEGINS_ESCAPE[raw[found.end + 1]]
        glued = np.flatnonzero(_MAY_END_VALUE[before] | _MAY_BEGIN_VALUE[after] | escape | _wide(raw, found))
        if not glued.size and not lost.size:
            break
        part = masked(block, found, np.concatenate((found.start[glued], lost)))
        lost = _NONE
        new = part.moved(winners(part.block, book, look(part.block))[0])
        apart = apart_from(found, new)
        if not apart.any():
            break
        found = _sorted(concatenate([found, new.take(apart)]))
    return found


def with_more_names(
    block: Block, book: RuleBook, found: Candidates, escapes: Ints, look: Callable[[Block, Ints], Candidates]
) -> Candidates:
    """The findings, and the names that their source only sees when findings near them are taken away.

    Args:
        block, book: what the findings are from.
        found: sorted, not overlapping.
        escapes: positions of escapes, one or more in each line that has any.
        look: finds the names in some lines, and in the view of the lines with the escapes.
    """
    if not len(found) or (block.buffer.isascii() and not escapes.size):
        return found
    gone = found.take(~book.kept[found.rule])
    at = gone.start[_near_han(block, gone) | _near_escaped_han(block, gone, escapes)]
    for _ in range(_MOST_ROUNDS):
        if not at.size:
            break
        part = masked(block, gone, at)
        new = part.moved(look(part.block, part.inside(escapes)))
        # as everywhere, what is to be scrubbed beats what is kept
        new = new.take(apart_from(gone, new) & ~book.kept[new.rule])
        if not len(new):
            break
        new, _ = winners(block, book, new)
        found = _sorted(concatenate([found.take(~book.kept[found.rule] | apart_from(new, found)), new]))
        gone = found.take(~book.kept[found.rule])
        at = new.start
    return found


def masked(block: Block, found: Candidates, positions: Ints, newlines: Ints | None = None) -> Part:
    """The lines that hold the positions, with the findings masked.

    newlines  where lines end; all newlines unless told
    """
    newlines = block.newlines if newlines is None else newlines
    lines = distinct(np.searchsorted(newlines, positions))
    low, high = newlines[lines - 1] + 1, newlines[lines] + 1
    begins = np.concatenate(([0], np.cumsum(high - low)[:-1]))
    buffer = block.buffer
    text = b"".join([buffer[first:last] for first, last in zip(low.tolist(), high.tolist(), strict=True)])
    which, inside = _in_ranges(np.searchsorted(found.start, low), np.searchsorted(found.start, high))
    start, end = found.start[inside], found.end[inside]
    if (end > high[which]).any():  # a finding of several lines, in a cell: they are one line
        held = np.searchsorted(found.start, newlines, "right") > np.searchsorted(found.end, newlines, "right")
        return masked(block, found, positions, newlines[~held])
    shift = (begins - low)[which]
    start, end = start + shift, end + shift
    out = np.frombuffer(text, np.uint8).copy()
    out[_in_ranges(start, end)[1]] = _MASK
    out[start], out[end - 1] = _LESS, _GREATER
    return Part(Block(out.tobytes()), low, high, PAD_BYTES + begins)


def _in_ranges(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Of each number that lies in one of the ranges, one after the other: which range, and the number."""
    counts = high - low
    ends = np.cumsum(counts)
    which = np.repeat(np.arange(len(low)), counts)
    return which, np.arange(len(which)) + (low - ends + counts)[which]


def _sorted(found: Candidates) -> Candidates:
    return found.take(np.argsort(found.start, kind="stable"))


def _near_han(block: Block, found: Candidates) -> Mask:
    """Which of the findings may stand in a run, or touch it: Chinese characters that are in none are so near.

    Such a one holds Chinese, or lies in a gap between Chinese characters, or where letters and digits that touch one
    go on. A run that no finding touches says the same without the findings.
    """
    start, end = found.start, found.end
    han = np.concatenate(([-1], np.flatnonzero(block.raw >= HAN), [len(block)]))
    first, last = np.searchsorted(han, start), np.searchsorted(han, end)
    before, after = han[first - 1], han[last]
    low = np.maximum(start - (TAIL + HAN_BYTES), np.concatenate(([0], end[:-1])))
    high = np.minimum(end + TAIL + 1, np.concatenate((start[1:], [len(block)])))
    near: Mask = (before >= low) | (after < high)
    rows = np.flatnonzero(near & (first == last) & (after - before > REACH_BYTES))
    back = _tails(block.behind(start[rows], TAIL)[:, ::-1])
    ahead = _tails(block.ahead(end[rows], TAIL))
    near[rows] = (start[rows] - back <= before[rows] + HAN_BYTES) | (end[rows] + ahead >= after[rows])
    return near


def _tails(beside: Bytes) -> Ints:
    """How many bytes of each row, from the finding on, are letters and digits that may belong to a run."""
    in_tail = IN_TAIL[beside]
    return np.where(in_tail.all(axis=1), TAIL, np.argmin(in_tail, axis=1))


def _near_escaped_han(block: Block, found: Candidates, escapes: Ints) -> Mask:
    """The same of Chinese characters that are spelt in escapes."""
    if not escapes.size:
        return np.zeros(len(found), np.bool_)
    raw = block.raw
    spelt = []
    for byte, first, second in _SPELLS_HAN:
        at = block.positions(byte)
        spelt.append(at[table(first)[raw[at + 1]] & table(second)[raw[at + 2]]])
    han = np.sort(np.concatenate(spelt))
    low = np.searchsorted(han, found.start - _ESCAPED_REACH)
    near: Mask = low < np.searchsorted(han, found.end + _ESCAPED_REACH)
    return near


def _wide(raw: Bytes, found: Candidates) -> Mask:
    """Beside which findings full-width digits, letters or brackets stand."""
    start, end = found.start, found.end
    before = (raw[start - 3] == _WIDE_LEAD) & (raw[start - 2] == _WIDE_MIDDLE) & _IN_WIDE_VALUE[raw[start - 1]]
    after = (raw[end] == _WIDE_LEAD) & (raw[end + 1] == _WIDE_MIDDLE) & _IN_WIDE_VALUE[raw[end + 2]]
    wide: Mask = before | after
    return wide
