"""In which parts may a table be cut, so that each may be released? All parts are cut at once; see mondrian.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.grouping import Groups, Levels
from anonkit.anonymity.hierarchy import SUPPRESSED, Codes, Hierarchy
from anonkit.anonymity.histogram import Cells, Histogram

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_MOST = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A quasi-identifier as a line: its leaves stand so that what lies under one value of the hierarchy is together.

    Attributes:
        hierarchy: whose leaves stand on the line.
        is_ordered: whether the line has a meaning of its own, so that it may be cut anywhere.
        place: where each leaf stands.
        leaf: which leaf stands at each place.
        codes: for each level, the code at each place.
        begins: for each level, the first place with the code of each place.
        has_null: whether the last place of an ordered line is that of nulls, which lie in no range.
    """

    hierarchy: Hierarchy
    is_ordered: bool
    place: Codes
    leaf: Codes
    codes: Codes
    begins: Codes
    has_null: bool

    @classmethod
    def of(cls, hierarchy: Hierarchy, ranks: Codes | None) -> Axis:
        """The line of a hierarchy, in the order of `ranks` of its leaves (nulls last), else in its own."""
        leaf = np.lexsort(hierarchy.codes) if ranks is None else np.argsort(ranks, kind="stable")
        place = np.empty_like(leaf)
        place[leaf] = np.arange(len(leaf))
        codes = np.stack([level[leaf] for level in hierarchy.codes])
        begins = np.empty_like(codes)
        for level, labels in enumerate(hierarchy.labels):
            first = np.full(len(labels), len(leaf))
            np.minimum.at(first, codes[level], np.arange(len(leaf)))
            begins[level] = first[codes[level]]
        has_null = ranks is not None and None in hierarchy.position
        return cls(hierarchy, ranks is not None, place, leaf, codes, begins, has_null)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.leaf)

    def common(self, low: Codes, high: Codes) -> Codes:
        """The lowest level at which both places have the same code; the height where there is none."""
        level = np.full(len(low), len(self.codes))
        for number in range(len(self.codes) - 1, -1, -1):
            level[self.codes[number][low] == self.codes[number][high]] = number
        return level

    def is_range(self, low: Codes, high: Codes) -> Booleans:
        """Whether values from one place to the other are told as a range."""
        if not self.is_ordered:
            return np.zeros(len(low), np.bool_)
        return (high < self.size - 1) | (low == high) if self.has_null else np.ones(len(low), np.bool_)

    def leaves(self, low: Codes, high: Codes) -> Codes:
        """How many leaves lie under what is told of values from one place to the other."""
        under = self._under(low, high, self.hierarchy.leaves, self.size)
        return np.where(self.is_range(low, high), high - low + 1, under)

    def rows(self, low: Codes, high: Codes, at: Codes) -> Codes:
        """How many rows of the table do, if so many lie at each place."""
        by_code = [
            summed(codes, at, len(labels)) for codes, labels in zip(self.codes, self.hierarchy.labels, strict=True)
        ]
        under = self._under(low, high, by_code, int(at.sum()))
        running = np.concatenate((np.zeros(1, np.int64), np.cumsum(at)))
        return np.where(self.is_range(low, high), running[high + 1] - running[low], under)

    def _under(self, low: Codes, high: Codes, by_code: Sequence[Codes], every: int) -> Codes:
        level = self.common(low, high)
        under = np.full(len(low), every)
        for number, sums in enumerate(by_code):
            chosen = level == number
            under[chosen] = sums[self.codes[number][low[chosen]]]
        return under

    def label(self, low: int, high: int) -> str | None:
        """What is told of values from one place to the other: a value of the hierarchy, or both ends."""
        place = np.array([low]), np.array([high])
        if self.is_range(*place)[0]:
            for codes, labels in zip(self.codes, self.hierarchy.labels, strict=True):
                code = int(codes[low])
                if high - low + 1 == np.count_nonzero(codes[low : high + 1] == code) == np.count_nonzero(codes == code):
                    return labels[code]
            ends = [str(self.hierarchy.labels[0][self.leaf[end]]) for end in (low, high)]
            return ("/" if any("-" in end for end in ends) else "-").join(ends)
        level = int(self.common(*place)[0])
        return self.hierarchy.labels[level][int(self.codes[level][low])] if level < len(self.codes) else SUPPRESSED


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The cells of parts, as criteria want to see them (`Groups`)."""

    counts: Codes
    values: Codes
    starts: Codes

    @classmethod
    def of(cls, parts: Codes, values: Codes, counts: Codes) -> Parts:
        """Of cells, each with its part and its value; the same value of the same part is one cell."""
        size = int(values.max(initial=0)) + 1
        key = parts * size + values
        order = np.argsort(key, kind="stable")
        key = key[order]
        begins = begins_of(key)
        part, value = np.divmod(key[begins], size)
        return cls(np.add.reduceat(counts[order], begins) if len(begins) else begins, value, begins_of(part))

    def codes(self, column: int, chosen: Booleans) -> Codes:
        """Parts lie at no level: criteria do not ask for this."""
        raise NotImplementedError

    def coarser(self, old: Levels, new: Levels) -> Groups:
        """As above."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The distinct tuples of a table, and of the population where there is one.

    Attributes:
        k: the least number of rows of a part that is released.
        criteria: what else must hold of it.
        axes: the quasi-identifiers.
        counts: the rows of each tuple; 0 for those that only the population has.
        places: for each quasi-identifier, where on its line each tuple lies.
        own: which tuples the cells of the histogram are.
        further: by name, the tuple of each of those cells, and the cells.
    """

    k: int
    criteria: Sequence[Criterion]
    axes: Sequence[Axis]
    counts: Codes
    places: Sequence[Codes]
    own: Codes
    further: Mapping[str, tuple[Codes, Cells]]

    @classmethod
    def of(cls, histogram: Histogram, k: int, criteria: Sequence[Criterion], axes: Sequence[Axis]) -> Table:
        """Of a histogram."""
        names = sorted({criterion.of for criterion in criteria} - {""})
        every = [histogram.cells, *(histogram.further[name] for name in names)]
        columns = [np.concatenate([cells.codes[column] for cells in every]) for column in range(len(axes))]
        number, first = numbered(columns, [axis.size for axis in axes])
        ends = np.cumsum([len(cells.counts) for cells in every])
        own, *owners = np.split(number, ends[:-1])
        counts = summed(own, histogram.cells.counts, len(first))
        places = [axis.place[codes[first]] for axis, codes in zip(axes, columns, strict=True)]
        further = {name: (owner, histogram.further[name]) for name, owner in zip(names, owners, strict=True)}
        return cls(max(k, 1), criteria, axes, counts, places, own, further)

    def holds(self, tuples: Codes, parts: Codes, size: int) -> Booleans:
        """Of `size` parts whether they may be released; `parts` says of each of the tuples in which it lies.

        A part without rows may: there is nothing to release.
        """
        rows = summed(parts, self.counts[tuples], size)
        holds: Booleans = (rows >= self.k) | (rows == 0)
        if not self.criteria:
            return holds
        asked = holds & (rows > 0)
        number = np.where(asked, np.cumsum(asked) - 1, -1)[parts]
        seen: dict[str, Parts] = {}
        part_of = np.full(len(self.counts), -1)
        part_of[tuples] = number
        for criterion in self.criteria:
            if criterion.of not in seen:
                seen[criterion.of] = self._parts(criterion.of, part_of)
            holds[asked] &= criterion.holds(seen[criterion.of])
        return holds

    def _parts(self, name: str, part_of: Codes) -> Parts:
        if name:
            owner, cells = self.further[name]
            parts, counts, values = part_of[owner], cells.counts, cells.values
        else:
            parts, counts, values = part_of, self.counts, None
        chosen = np.flatnonzero(parts >= 0)
        values = np.zeros(len(chosen), np.int64) if values is None else values[chosen]
        return Parts.of(parts[chosen], values, counts[chosen])


def begins_of(ordered: Codes) -> Codes:
    """Where in an ordered array a new value begins."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(ordered), 1), np.bool_), ordered[1:] != ordered[:-1])))


def summed(groups: Codes, weights: Codes, size: int) -> Codes:
    """Whole sums by group."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, groups, weights)
    return sums


def numbered(columns: Sequence[Codes], sizes: Sequence[int]) -> tuple[Codes, Codes]:
    """The number of each tuple, the same for the same, and where each number stands first. `sizes`: codes are below."""
    key, distinct = np.zeros(len(columns[0]), np.int64), 1
    for codes, size in zip(columns, sizes, strict=True):
        if distinct * size >= _MOST:
            known, key = np.unique(key, return_inverse=True)
            distinct = len(known)
        key = key * size + codes
        distinct *= size
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return number.astype(np.int64), first


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
class _Parts:
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

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def of_tuples(self) -> Codes:
        """The part of each tuple."""
        return np.repeat(np.arange(len(self)), np.diff(np.append(self.starts, len(self.tuples))))

    def only(self, chosen: Booleans) -> _Parts:
        """Those of the parts that are chosen."""
        sizes = np.diff(np.append(self.starts, len(self.tuples)))
        starts = np.cumsum(sizes[chosen]) - sizes[chosen]
        return _Parts(self.tuples[np.repeat(chosen, sizes)], starts, self.failed[chosen], self.hopeless[chosen])


def cut(table: Table, weights: Sequence[float], limit: int) -> tuple[Codes, int] | None:
    """Cut a table. `weights` of the columns say which of two as wide ones is cut first, and what suppressing costs.

    Returns the part of each tuple, -1 where it is suppressed or of the population alone, and how many rows are
    suppressed; None where the table as one part may not be released and has more rows than may be suppressed.
    """
    size = len(table.counts)
    rows = int(table.counts.sum())
    nowhere = np.full(size, -1)
    if not rows:
        return nowhere, 0
    everything = np.zeros(size, np.int64)
    if not table.holds(np.arange(size), everything, 1)[0]:
        return (nowhere, rows) if rows <= limit else None
    cutting = _Cutting(table, weights, limit)
    nothing = np.zeros((1, len(weights)), np.bool_)
    parts = _Parts(np.arange(size), np.zeros(1, np.int64), nothing, nothing)
    while len(parts):
        parts = cutting.round(parts)
    return cutting.part_of, limit - cutting.left


class _Cutting:
    """Cuts parts, round by round.

    Attributes:
        part_of: of each tuple, the part it came to lie in.
        left: how many rows may still be suppressed.
    """

    def __init__(self, table: Table, weights: Sequence[float], limit: int) -> None:
        self.part_of = np.full(len(table.counts), -1)
        self.left = limit
        self._table = table
        self._weights = weights
        self._has_empty = bool((table.counts == 0).any())
        self._finished = 0

    def round(self, parts: _Parts) -> _Parts:
        """Cut each part once, if it can be; parts that cannot be cut at all are put aside."""
        ends = self._ends(parts)
        widths = np.where(parts.failed, -1.0, self._widths(ends))
        rows = np.add.reduceat(self._table.counts[parts.tuples], parts.starts)
        is_done = widths.max(axis=1) < 0
        if not self.left and not self._has_empty:
            is_done |= rows < 2 * self._table.k
        if is_done.any():
            self._put_aside(parts.only(is_done))
            parts, widths = parts.only(~is_done), widths[~is_done]
            ends = [(low[~is_done], high[~is_done]) for low, high in ends]
        if not len(parts):
            return parts
        column = widths.argmax(axis=1)
        pieces = self._pieces(parts, column, ends)
        return self._next(parts, column, pieces, self._fates(pieces, len(parts)))

    def _put_aside(self, parts: _Parts) -> None:
        self.part_of[parts.tuples] = self._finished + parts.of_tuples
        self._finished += len(parts)

    def _ends(self, parts: _Parts) -> list[tuple[Codes, Codes]]:
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

    def _pieces(self, parts: _Parts, column: Codes, ends: Sequence[tuple[Codes, Codes]]) -> _Pieces:
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
        halves = _halves(part, rows)
        for number, (axis, (low, high)) in enumerate(zip(self._table.axes, ends, strict=True)):
            chosen = np.flatnonzero(along == number)
            if axis.is_ordered:
                begins[chosen] |= halves[chosen]
                continue
            level = np.maximum(axis.common(low, high) - 1, 0)[part[chosen]]
            child = axis.begins[level, place[chosen]]
            begins[chosen[1:]] |= child[1:] != child[:-1]
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

    def _next(self, parts: _Parts, column: Codes, pieces: _Pieces, fates: tuple[Codes, Booleans]) -> _Parts:
        """The parts of the next round."""
        fate, is_cut = fates
        large = np.bincount(pieces.part[pieces.rows >= self._table.k], minlength=len(parts))
        is_line = np.array([axis.is_ordered for axis in self._table.axes])[column]
        is_hopeless = ~is_cut & (large < np.where(is_line, 2, 1))
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
        return _Parts(pieces.tuples[kept], starts, np.where(is_new, hopeless[parent], failed[parent]), hopeless[parent])


def _halves(part: Codes, rows: Codes) -> Booleans:
    """Of the distinct places of parts, where the second half begins if the smaller one is to be largest."""
    starts = begins_of(part)
    ends = np.append(starts[1:], len(part)) - 1
    running = np.cumsum(rows)
    left = running - (running[starts] - rows[starts])[part]
    smaller = np.minimum(left, left[ends][part] - left)
    smaller[ends] = -1
    is_best = np.flatnonzero(smaller == np.maximum.reduceat(smaller, starts)[part])
    begins = np.zeros(len(part) + 1, np.bool_)
    begins[is_best[begins_of(part[is_best])] + 1] = True
    return begins[:-1]
