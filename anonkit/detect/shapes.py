r"""Shapes: expressions without a word in them, such as `[ -]\d{4}[ -]\d{4}`, looked for in bitmaps of the whole block.

Vectorscan is fast where an expression holds a literal that is rare. One of classes alone keeps an automaton busy at
every digit of the log; as a handful of operations on bitmaps it costs a fraction of that.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np

from anonkit.detect.block import DIGITS, Bitmap, Block, ByteSet, Ints, distinct, holds_at, shifted, table, where
from anonkit.detect.expressions import members_of

_MOST_ALTERNATIVES = 9
_LONGEST_BYTES = 40
_LITERAL_BYTES = 3
# bitmaps are combined as long as a larger share of the positions may be left; then the positions are looked at
_RARE = 5e-4
# how often a byte stands in logs, roughly, and how often one of the same class follows
_COMMON = dict.fromkeys(b"0123456789", 0.03) | dict.fromkeys(b"abcdefghijklmnopqrstuvwxyz", 0.015)
_COMMON |= {ord(" "): 0.07, ord("-"): 0.025, ord(":"): 0.025, ord("."): 0.025, ord("@"): 0.0005}
_UNCOMMON = 0.004
_STICKY = 0.7
_MOST_CHEAP = 2
_ALL = frozenset(range(256))

_Run = tuple[ByteSet, int]
_Sequence = tuple[ByteSet, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Alternatives of fixed length, each a sequence of (class of bytes, how many of them)."""

    alternatives: tuple[tuple[_Run, ...], ...]

    def ends(self, block: Block) -> Ints:
        """Where matches end, ascending."""
        found = [_ends(block, runs) for runs in self.alternatives]
        return found[0] if len(found) == 1 else distinct(np.concatenate(found))


def shape(regex: bytes) -> Shape | None:
    """The shape of `regex`; None where it has none: a literal, an open repeat, or too many alternatives."""
    sequences = _sequences(_parser.parse(regex))
    if sequences is None or any(len(s) > _LONGEST_BYTES or _has_literal(s) for s in sequences):
        return None
    return Shape(tuple(_runs(s) for s in dict.fromkeys(sequences)))


def _ends(block: Block, runs: tuple[_Run, ...]) -> Ints:
    length = sum(count for _, count in runs)
    offsets = list(itertools.accumulate((count for _, count in runs), initial=0))
    rarest = sorted(range(len(runs)), key=lambda i: (_is_costly(runs[i][0]), _share(runs[i])))
    share, used = 1.0, 0
    bitmap: Bitmap | None = None
    while used < len(runs) and share > _RARE:
        one = shifted(block.run(*runs[rarest[used]]), offsets[rarest[used]])
        bitmap = one if bitmap is None else bitmap & one
        share *= _share(runs[rarest[used]])
        used += 1
    start = np.empty(0, np.int64) if bitmap is None else where(bitmap)
    start = start[start <= len(block) - length]
    for i in rarest[used:]:
        members, count = runs[i]
        if block.has_run(members, count):
            start = start[holds_at(block.run(members, count), start + offsets[i])]
        else:
            start = start[table(members)[block.ahead(start + offsets[i], count)].all(axis=1)]
    return start + length


def _is_costly(members: ByteSet) -> bool:
    """Whether a class is better looked up at the positions that are left: no bitmap that other shapes share."""
    return len(members) > _MOST_CHEAP and members != DIGITS and members != _ALL - DIGITS


@functools.lru_cache(maxsize=1024)
def _share(run: _Run) -> float:
    """At about what share of the positions of a log a run begins; a digit or letter is likely followed by another."""
    members, count = run
    once = min(sum(_COMMON.get(byte, _UNCOMMON) for byte in members), 1.0)
    return float(once * max(once, _STICKY) ** (count - 1))


def _runs(sequence: _Sequence) -> tuple[_Run, ...]:
    return tuple((members, len(list(group))) for members, group in itertools.groupby(sequence))


def _has_literal(sequence: _Sequence) -> bool:
    """Whether bytes in a row are given one by one: a word, for which Vectorscan is the better tool."""
    lengths = (len(list(group)) for single, group in itertools.groupby(sequence, lambda s: len(s) == 1) if single)
    return max(lengths, default=0) >= _LITERAL_BYTES


def _sequences(items: Any) -> list[_Sequence] | None:  # noqa: ANN401  sre's own untyped tree
    """All sequences of classes that the parsed expression stands for; None if there are too many."""
    found: list[_Sequence] = [()]
    for op, arg in items:
        parts = _choices(op, arg)
        if parts is None or len(found) * len(parts) > _MOST_ALTERNATIVES:
            return None
        found = [before + part for before in found for part in parts]
    return found


def _choices(op: Any, arg: Any) -> list[_Sequence] | None:  # noqa: ANN401
    if op is sre.LITERAL:
        return [(frozenset((arg,)),)]
    if op is sre.NOT_LITERAL:
        return [(_ALL - {arg},)]
    if op is sre.IN:
        return [(frozenset(members_of(arg)),)]
    if op is sre.SUBPATTERN:
        return _sequences(arg[3])
    if op is sre.BRANCH:
        return _either([_sequences(branch) for branch in arg[1]])
    if op is sre.MAX_REPEAT:
        return _repeated(_sequences(arg[2]), arg[0], arg[1])
    return None


def _either(branches: list[list[_Sequence] | None]) -> list[_Sequence] | None:
    sequences = [sequence for branch in branches for sequence in branch or [()]]
    if any(branch is None for branch in branches) or len(sequences) > _MOST_ALTERNATIVES:
        return None
    if all(len(s) == 1 for s in sequences):  # classes side by side are one class
        return [(frozenset().union(*(s[0] for s in sequences)),)]
    return sequences


def _repeated(once: list[_Sequence] | None, low: int, high: int) -> list[_Sequence] | None:
    if once is None or high > _LONGEST_BYTES or len(once) ** high * (high - low + 1) > _MOST_ALTERNATIVES:
        return None
    return [
        tuple(itertools.chain.from_iterable(choice))
        for count in range(low, high + 1)
        for choice in itertools.product(once, repeat=count)
    ]
