"""In which parts may a table be cut, so that each may be released? All parts are cut at once; see mondrian.py."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.parts import Booleans, Floats, Tuples, begins_of, numbered, summed


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """What parts would fall into, each cut along one column.

    Attributes:
        tuples: the tuples, those of one part side by side.
        piece: the piece in which each lies.
        part: of each piece, the part that it is cut from.
        rows: of each piece.
        saved: of each piece, what is saved by telling its rows apart.
    """

    tuples: Codes
    piece: Codes
    part: Codes
    rows: Codes
    saved: Floats

    def __len__(self) -> int:
        return len(self.part)


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """The parts that may still be cut.

    Attributes:
        tuples: the tuples, those of one part side by side.
        starts: where those of each part begin.
        failed: by part and column, whether it cannot be cut along it.
        hopeless: by part and column, whether no part of it can be cut along it either.
    """

    tuples: Codes
    starts: Codes
    failed: Booleans
    hopeless: Booleans

    @classmethod
    def of(cls, part_of: Codes, columns: int, tuples: Codes | None = None) -> _Open:
        """Of tuples and the part of each; -1 for those in none."""
        order = np.argsort(part_of, kind="stable")
        order = order[np.count_nonzero(part_of < 0) :]
        starts = begins_of(part_of[order])
        nothing = np.zeros((len(starts), columns), np.bool_)
        return cls(order if tuples is None else tuples[order], starts, nothing, nothing)

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def of_tuples(self) -> Codes:
        """The part of each tuple."""
        return np.repeat(np.arange(len(self)), np.diff(np.append(self.starts, len(self.tuples))))

    def only(self, chosen: Booleans) -> _Open:
        """Those of the parts that are chosen."""
        sizes = np.diff(np.append(self.starts, len(self.tuples)))
        starts = np.cumsum(sizes[chosen]) - sizes[chosen]
        return _Open(self.tuples[np.repeat(chosen, sizes)], starts, self.failed[chosen], self.hopeless[chosen])


def cut(
    table: Tuples, weights: Sequence[float], limit: int, levels: Levels | None = None, until: float = math.inf
) -> tuple[Codes, int] | None:
    """Cut a table.

    weights  of the columns: they say which of two as wide ones is cut first, and what suppressing costs
    limit    how many rows may be suppressed
    levels   what to begin with: the classes of that node; without it the table as one part, or, where that may not be
             released, what is found by cutting it until parts may be
    until    when, by `time.perf_counter`, to leave it at what there is: parts that may be released

    Returns the part of each tuple, -1 where it is suppressed or of the population alone, and how many rows are
    suppressed; None where more than `limit` would have to be.
    """
    size = len(table.counts)
    if not table.counts.any():
        return np.full(size, -1), 0
    cutting = _Cutting(table, weights, limit)
    parts = _Open.of(_classes(table, levels), len(weights))
    may_go = _rows(table, parts) > 0
    parts = parts.only(may_go)
    holds = table.holds(parts.tuples, parts.of_tuples, len(parts))
    parts = parts.only(holds) if holds.any() or levels is not None else cutting.broken(parts)
    cutting.left -= int(table.counts.sum() - table.counts[parts.tuples].sum())
    if cutting.left < 0:
        return None
    while len(parts):
        parts = cutting.round(parts) if time.perf_counter() < until else cutting.put_aside(parts)
    return cutting.part_of, limit - cutting.left


def _classes(table: Tuples, levels: Levels | None) -> Codes:
    """Of each tuple its class at a node."""
    if levels is None:
        return np.zeros(len(table.counts), np.int64)
    codes = [axis.codes[level][own] for axis, level, own in zip(table.axes, levels, table.places, strict=True)]
    return numbered(codes, [axis.size for axis in table.axes])[0]


def _rows(table: Tuples, parts: _Open) -> Codes:
    """How many rows parts have."""
    return np.add.reduceat(table.counts[parts.tuples], parts.starts)


class _Cutting:
    """Cuts parts, round by round.

    Attributes:
        part_of: of each tuple, the part it came to lie in.
        left: how many rows may still be suppressed.
    """

    def __init__(self, table: Tuples, weights: Sequence[float], limit: int) -> None:
        self.part_of = np.full(len(table.counts), -1)
        self.left = limit
        self._table = table
        self._weights = weights
        self._has_empty = bool((table.counts == 0).any())
        self._finished = 0

    def broken(self, parts: _Open) -> _Open:
        """Parts that may be released, of such that may not: each is cut along the column that frees most rows.

        What is left over is suppressed, which may be all.
        """
        part_of, free = np.full(len(self.part_of), -1), 0
        while len(parts):
            ends = self._ends(parts)
            columns = [np.full(len(parts), column) for column in range(len(ends))]
            freed = np.stack([self._freed(self._pieces(parts, column, ends), len(parts)) for column in columns])
            widths = self._widths(ends)
            best = np.where(widths.T < 0, -1, freed)  # the widest of those that free as many
            column = np.where(best == best.max(axis=0), widths.T, -1.0).argmax(axis=0)
            pieces = self._pieces(parts, column, ends)
            holds = self._table.holds(pieces.tuples, pieces.piece, len(pieces))
            is_free = holds & (pieces.rows > 0)
            chosen = is_free[pieces.piece]
            part_of[pieces.tuples[chosen]] = free + pieces.piece[chosen]
            free += len(pieces)
            is_open = ~holds & (pieces.rows > self._table.k) & (np.bincount(pieces.part)[pieces.part] > 1)
            chosen = is_open[pieces.piece]
            parts = _Open.of(np.where(chosen, pieces.piece, -1), len(ends), pieces.tuples)
        return _Open.of(part_of, len(self._weights))

    def _freed(self, pieces: _Pieces, size: int) -> Codes:
        """Of each part, how many rows may be released if it is cut so."""
        holds = self._table.holds(pieces.tuples, pieces.piece, len(pieces))
        return summed(pieces.part, np.where(holds, pieces.rows, 0), size)

    def round(self, parts: _Open) -> _Open:
        """Cut each part once, if it can be; parts that cannot be cut at all are put aside."""
        ends = self._ends(parts)
        widths = np.where(parts.failed, -1.0, self._widths(ends))
        rows = _rows(self._table, parts)
        is_done = widths.max(axis=1) < 0
        if not self.left and not self._has_empty:
            is_done |= rows < 2 * self._table.k
        if is_done.any():
            self.put_aside(parts.only(is_done))
            parts, widths = parts.only(~is_done), widths[~is_done]
            ends = [(low[~is_done], high[~is_done]) for low, high in ends]
        if not len(parts):
            return parts
        column = widths.argmax(axis=1)
        pieces = self._pieces(parts, column, ends)
        is_range = np.zeros(len(parts), np.bool_)
        for number, (axis, (low, high)) in enumerate(zip(self._table.axes, ends, strict=True)):
            is_range |= (column == number) & axis.is_range(low, high)
        return self._next(parts, column, is_range, pieces, self._fates(pieces, len(parts)))

    def put_aside(self, parts: _Open) -> _Open:
        """These are not cut any more. Returns that there are no others."""
        self.part_of[parts.tuples] = self._finished + parts.of_tuples
        self._finished += len(parts)
        return parts.only(np.zeros(len(parts), np.bool_))

    def _ends(self, parts: _Open) -> list[tuple[Codes, Codes]]:
        """For each column the lowest and the highest place of each part."""
        ends = []
        for places in self._table.places:
            own = places[parts.tuples]
            ends.append((np.minimum.reduceat(own, parts.starts), np.maximum.reduceat(own, parts.starts)))
        return ends

    def _widths(self, ends: Sequence[tuple[Codes, Codes]]) -> Floats:
        """By part and column, the leaves that are told, as a weighted share; -1 where there is one value only."""
        widths = [
            np.where(low < high, weight * (axis.leaves(low, high) - 1) / max(axis.size - 1, 1), -1.0)
            for axis, weight, (low, high) in zip(self._table.axes, self._weights, ends, strict=True)
        ]
        return np.stack(widths, axis=1)

    def _pieces(self, parts: _Open, column: Codes, ends: Sequence[tuple[Codes, Codes]]) -> _Pieces:
        """What each part falls into if it is cut along its column."""
        table = self._table
        size = max(axis.size for axis in table.axes)
        of_tuples = parts.of_tuples
        key = of_tuples * size
        along = column[of_tuples]
        for number, places in enumerate(table.places):
            chosen = np.flatnonzero(along == number)
            key[chosen] += places[parts.tuples[chosen]]
        order = np.argsort(key, kind="stable")
        key, tuples = key[order], parts.tuples[order]
        at = begins_of(key)  # the distinct places of each part
        part, place = np.divmod(key[at], size)
        rows = np.add.reduceat(table.counts[tuples], at)
        begins = self._begins(part, place, rows, column, ends)
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(at)) - 1
        saved = self._saved(part[first], place[first], place[last], column, ends)
        own_rows = np.add.reduceat(rows, first)
        piece = np.repeat(np.cumsum(begins) - 1, np.diff(np.append(at, len(tuples))))
        return _Pieces(tuples, piece, part[first], own_rows, saved * own_rows)

    def _begins(
        self, part: Codes, place: Codes, rows: Codes, column: Codes, ends: Sequence[tuple[Codes, Codes]]
    ) -> Booleans:
        """Of the distinct places of parts, whether a piece begins there."""
        begins = np.ones(len(part), np.bool_)
        begins[1:] = part[1:] != part[:-1]
        along = column[part]
        is_halved, may_begin = np.zeros(len(part), np.bool_), np.zeros(len(part), np.bool_)
        for number, (axis, (low, high)) in enumerate(zip(self._table.axes, ends, strict=True)):
            chosen = np.flatnonzero(along == number)
            if not len(chosen):
                continue
            if axis.ranged:
                is_range = axis.is_range(low, high)[part[chosen]]
                band = axis.begins[axis.band, place[chosen[is_range]]]
                chosen, halved = chosen[~is_range], chosen[is_range]
                is_halved[halved] = True
                may_begin[halved[1:]] = band[1:] != band[:-1]
            level = np.maximum(axis.common(low, high) - 1, 0)[part[chosen]]
            child = axis.begins[level, place[chosen]]
            begins[chosen[1:]] |= child[1:] != child[:-1]
        if is_halved.any():
            begins |= is_halved & _halves(part, rows, may_begin)
        return begins

    def _saved(
        self, part: Codes, low: Codes, high: Codes, column: Codes, ends: Sequence[tuple[Codes, Codes]]
    ) -> Floats:
        """Of pieces, what each row saves against its part."""
        saved = np.zeros(len(part))
        along = column[part]
        for number, (axis, weight, whole) in enumerate(zip(self._table.axes, self._weights, ends, strict=True)):
            chosen = np.flatnonzero(along == number)
            before = axis.leaves(whole[0][part[chosen]], whole[1][part[chosen]])
            saved[chosen] = weight * (before - axis.leaves(low[chosen], high[chosen])) / max(axis.size - 1, 1)
        return saved

    def _fates(self, pieces: _Pieces, size: int) -> tuple[Codes, Booleans]:
        """Of each piece, with which one it is joined (-1: not released), and of each part whether it is cut."""
        table, part, number = self._table, pieces.part, np.arange(len(pieces))
        is_good = table.holds(pieces.tuples, pieces.piece, len(pieces))
        fate = np.where(pieces.rows > 0, number, -1)
        has_rows = is_good & (pieces.rows > 0)
        good = np.bincount(part[has_rows], minlength=size)
        is_whole = np.bincount(part[~is_good], minlength=size) == 0
        is_mixed = ~is_whole & (good > 0)
        pooled = ~is_good & is_mixed[part]
        if pooled.any():
            pool = np.full(size, len(pieces))
            np.minimum.at(pool, part[pooled], number[pooled])
            fate[pooled] = pool[part[pooled]]
            is_mixed = self._mended(pieces, fate, pooled, has_rows & is_mixed[part], is_mixed)
        is_cut = is_whole | is_mixed
        first = begins_of(part)
        fate = np.where(is_cut[part], fate, first[part])
        return fate, is_cut

    def _mended(self, pieces: _Pieces, fate: Codes, pooled: Booleans, good: Booleans, is_mixed: Booleans) -> Booleans:
        """See to parts of which some pieces may not be released; changes `fate`, returns which of them are cut."""
        part, size = pieces.part, len(is_mixed)
        ok = is_mixed & self._holds(pieces, pooled, size)
        if ok[is_mixed].all():
            return ok
        wanting = is_mixed & ~ok
        order = np.flatnonzero(good & wanting[part])
        order = order[np.lexsort((pieces.rows[order], part[order]))]
        smallest = order[begins_of(part[order])]
        is_several = np.bincount(part[order], minlength=size) > 1
        smallest = smallest[is_several[part[smallest]]]
        helped = pooled & wanting[part]
        helped[smallest] = True
        is_helped = np.zeros(size, np.bool_)
        is_helped[part[smallest]] = True
        is_helped &= self._holds(pieces, helped & is_helped[part], size)
        gain: Floats = np.bincount(part[order], pieces.saved[order], size).astype(np.float64)
        chosen = smallest[is_helped[part[smallest]]]
        gain[part[chosen]] = pieces.saved[chosen]
        lost = summed(part[pooled], pieces.rows[pooled], size)
        is_granted = self._granted(wanting, lost, gain)
        fate[pooled & is_granted[part]] = -1
        chosen = chosen[~is_granted[part[chosen]]]
        with_help = np.full(size, -1)
        with_help[part[chosen]] = chosen
        moved = pooled & (with_help[part] >= 0)
        fate[moved] = with_help[part[moved]]
        return ok | is_helped | is_granted

    def _holds(self, pieces: _Pieces, chosen: Booleans, size: int) -> Booleans:
        """Of each part, whether those of its pieces that are chosen may be released as one."""
        tuples = np.flatnonzero(chosen[pieces.piece])
        return self._table.holds(pieces.tuples[tuples], pieces.part[pieces.piece[tuples]], size)

    def _granted(self, wanting: Booleans, rows: Codes, gain: Floats) -> Booleans:
        """For which parts rows are suppressed: those that gain most for each, as far as the limit reaches."""
        granted = np.zeros(len(wanting), np.bool_)
        cost = rows * float(sum(self._weights))
        asking = np.flatnonzero(wanting & (gain > cost) & (rows <= self.left))
        asking = asking[np.argsort(-gain[asking] / rows[asking], kind="stable")]
        asking = asking[np.cumsum(rows[asking]) <= self.left]
        granted[asking] = True
        self.left -= int(rows[asking].sum())
        return granted

    def _next(
        self, parts: _Open, column: Codes, is_range: Booleans, pieces: _Pieces, fates: tuple[Codes, Booleans]
    ) -> _Open:
        """The parts of the next round."""
        fate, is_cut = fates
        large = np.bincount(pieces.part[pieces.rows >= self._table.k], minlength=len(parts))
        is_hopeless = ~is_cut & (large == 0) & ~is_range  # what is in one band is cut in another way
        number = np.arange(len(parts))
        hopeless, failed = parts.hopeless.copy(), parts.failed.copy()
        hopeless[number[is_hopeless], column[is_hopeless]] = True
        failed[number[~is_cut], column[~is_cut]] = True
        group = fate[pieces.piece]
        kept = np.flatnonzero(group >= 0)
        kept = kept[np.argsort(group[kept], kind="stable")]
        starts = begins_of(group[kept])
        parent = pieces.part[group[kept[starts]]]
        is_new = is_cut[parent][:, None]
        return _Open(pieces.tuples[kept], starts, np.where(is_new, hopeless[parent], failed[parent]), hopeless[parent])


def _halves(part: Codes, rows: Codes, may_begin: Booleans) -> Booleans:
    """Of the distinct places of parts, where the second half begins if the smaller one is to be largest."""
    starts = begins_of(part)
    ends = np.append(starts[1:], len(part)) - 1
    before = np.cumsum(rows) - rows
    left = before - before[starts][part]
    smaller = np.where(may_begin, np.minimum(left, (before + rows)[ends][part] - before), -1)
    smaller[starts] = -1
    is_best = np.flatnonzero((smaller >= 0) & (smaller == np.maximum.reduceat(smaller, starts)[part]))
    begins = np.zeros(len(part), np.bool_)
    begins[is_best[begins_of(part[is_best])]] = True
    return begins
