"""Where do the tuples of a table lie, and may a part of them be released? What is cut by cuts.py.

Each quasi-identifier is a line on which its leaves stand; a part is told by its ends on each line. What is told of
numbers and dates is a value of the hierarchy, or a range from one of its bands to another: the lowest and the highest
value of a part are each of one row, perhaps, so that they are not told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.grouping import Groups, Levels
from anonkit.anonymity.hierarchies.bands import number_in
from anonkit.anonymity.hierarchy import SUPPRESSED, Codes, Hierarchy
from anonkit.anonymity.histogram import Cells, Histogram

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_MOST = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A quasi-identifier as a line: its leaves stand so that what lies under one value of the hierarchy is together.

    Where they stand depends on the hierarchy's labels alone, not on how it lists them.

    Attributes:
        hierarchy: whose leaves stand on the line.
        place: where each leaf stands.
        codes: for each level, the code at each place.
        begins: for each level, the first place with the code of each place.
        ranged: how many places, from the first on, have an order, so that ranges of them may be told; 0 for categories.
        band: the level whose values ranges begin and end with: an end that is a value of the table would tell it.
        ends: of each place that has an order, the last place of its band.
        is_dates: whether these are dates.
    """

    hierarchy: Hierarchy
    place: Codes
    codes: Codes
    begins: Codes
    ranged: int
    band: int
    ends: Codes
    is_dates: bool

    @classmethod
    def of(cls, hierarchy: Hierarchy, *, is_ordered: bool) -> Axis:
        """The line of a hierarchy, in the order of numbers or dates if that is asked for and its values nest in it."""
        read = _values(hierarchy.labels[0]) if is_ordered else None
        if read is not None:
            values, is_dates = read
            leaf = np.lexsort((_label_ranks(hierarchy.labels[0]), values))  # what is none, NaN, stands last
            made = cls._standing(hierarchy, leaf, int(np.isfinite(values).sum()), is_dates=is_dates)
            if made is not None:
                return made
        ranks = [_label_ranks(labels)[codes] for labels, codes in zip(hierarchy.labels, hierarchy.codes, strict=True)]
        place, codes, begins = _stood(hierarchy, np.lexsort(ranks))
        return cls(hierarchy, place, codes, begins, 0, 0, np.empty(0, np.int64), is_dates=False)

    @classmethod
    def _standing(cls, hierarchy: Hierarchy, leaf: Codes, ranged: int, *, is_dates: bool) -> Axis | None:
        """A line of leaves that have an order, or None where values of the hierarchy do not nest in it."""
        place, codes, begins = _stood(hierarchy, leaf)
        band = 0
        for level, own in enumerate(codes):
            heads = begins_of(own[:ranged])
            if len(heads) != len(np.unique(own[:ranged])):
                return None
            if not band and level and len(heads) * 2 <= ranged and not np.isin(own[ranged:], own[:ranged]).any():
                band, first = level, heads
        if not band or len(first) == 1:
            return None
        lasts = np.append(first[1:], ranged) - 1
        ends = np.repeat(lasts, np.diff(np.append(first, ranged)))
        return cls(hierarchy, place, codes, begins, ranged, band, ends, is_dates=is_dates)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.place)

    def common(self, low: Codes, high: Codes) -> Codes:
        """The lowest level at which both places have the same code; the height where there is none."""
        level = np.full(len(low), len(self.codes))
        for number in range(len(self.codes) - 1, -1, -1):
            level[self.codes[number][low] == self.codes[number][high]] = number
        return level

    def is_range(self, low: Codes, high: Codes) -> Booleans:
        """Whether values from one place to the other are told as a range: from one band to another."""
        if not self.ranged:
            return np.zeros(len(low), np.bool_)
        bands = self.codes[self.band]
        told: Booleans = (high < self.ranged) & (bands[low] != bands[high])
        return told

    def leaves(self, low: Codes, high: Codes) -> Codes:
        """How many leaves lie under what is told of values from one place to the other."""
        return self._under(low, high, self.hierarchy.leaves, np.arange(self.size + 1))

    def rows(self, low: Codes, high: Codes, at: Codes) -> Codes:
        """How many rows of the table do, if so many lie at each place."""
        by_code = [
            summed(codes, at, len(labels)) for codes, labels in zip(self.codes, self.hierarchy.labels, strict=True)
        ]
        return self._under(low, high, by_code, np.concatenate((np.zeros(1, np.int64), np.cumsum(at))))

    def _under(self, low: Codes, high: Codes, by_code: Sequence[Codes], running: Codes) -> Codes:
        """Of sums by level and code, and of running ones by place."""
        level = self.common(low, high)
        under = np.full(len(low), running[-1])
        for number, sums in enumerate(by_code):
            chosen = level == number
            under[chosen] = sums[self.codes[number][low[chosen]]]
        chosen = self.is_range(low, high)
        if chosen.any():
            under[chosen] = running[self.ends[high[chosen]] + 1] - running[self.begins[self.band][low[chosen]]]
        return under

    def labels(self, low: Codes, high: Codes) -> list[str | None]:
        """What is told of values from one place to the other: a value of the hierarchy, or a range of bands."""
        level = self.common(low, high)
        is_range = self.is_range(low, high)
        told: list[str | None] = [SUPPRESSED] * len(low)
        for number, (codes, labels) in enumerate(zip(self.codes, self.hierarchy.labels, strict=True)):
            chosen = np.flatnonzero(level == number)
            own = codes[low[chosen]]
            is_range[chosen] &= self.leaves(low[chosen], high[chosen]) < self.hierarchy.leaves[number][own]
            for part, code in zip(chosen.tolist(), own.tolist(), strict=True):
                told[part] = labels[code]
        names, bands = self.hierarchy.labels[self.band], self.codes[self.band]
        for part in np.flatnonzero(is_range).tolist():
            told[part] = _between(str(names[bands[low[part]]]), str(names[bands[high[part]]]), is_dates=self.is_dates)
        return told


def _stood(hierarchy: Hierarchy, leaf: Codes) -> tuple[Codes, Codes, Codes]:
    """Of leaves in the order in which they stand: `place`, `codes` and `begins` of an axis."""
    place = np.empty_like(leaf)
    place[leaf] = np.arange(len(leaf))
    codes = np.stack([level[leaf] for level in hierarchy.codes])
    begins = np.empty_like(codes)
    for level, labels in enumerate(hierarchy.labels):
        first = np.full(len(labels), len(leaf))
        np.minimum.at(first, codes[level], np.arange(len(leaf)))
        begins[level] = first[codes[level]]
    return place, codes, begins


def _label_ranks(labels: Sequence[str | None]) -> Codes:
    """The place of each label among them, in the order of text; a null last."""
    ranks = np.empty(len(labels), np.int64)
    ranks[sorted(range(len(labels)), key=lambda code: (labels[code] is None, labels[code] or ""))] = np.arange(
        len(labels)
    )
    return ranks


def _values(leaves: Sequence[str | None]) -> tuple[Floats, bool] | None:
    """Leaves as numbers, or as seconds, and whether these are dates; NaN for those that are none.

    None where not half of them are one or the other.
    """
    for read in (_number, _moment):
        values = np.array([math.nan if leaf is None else read(leaf) for leaf in leaves], np.float64)
        if np.isfinite(values).sum() * 2 > len(leaves):
            return values, read is _moment
    return None


def _number(text: str) -> float:
    number = number_in(text, "岁")
    return math.nan if number is None else float(number)


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_SPAN = re.compile(r"(?P<low>-?[0-9.]+)(?P<unit>[^0-9.~-]*)(?:(?P<to>[-~])(?P<high>-?[0-9.]+)(?P=unit))?")
_HALF_OPEN = re.compile(r"\[(?P<low>[^,\]]+), (?P<high>[^,\[]+)\)(?P<unit>.*)")


def _between(first: str, last: str, *, is_dates: bool) -> str:
    """From a band to another, as bands of numbers are written (see `Bands`), else with a slash (ISO 8601)."""
    if not is_dates and (start := _SPAN.fullmatch(first)) and last.endswith(f"+{start['unit']}"):
        return f"{start['low']}+{start['unit']}"
    for form in () if is_dates else (_SPAN, _HALF_OPEN):
        low, high = form.fullmatch(first), form.fullmatch(last)
        if not low or not high or low["unit"] != high["unit"]:
            continue
        unit = low["unit"]
        if form is _HALF_OPEN:
            return f"[{low['low']}, {high['high']}){unit}"
        begin, end = low["low"], high["high"] or high["low"]
        return f"{begin}{unit}{'~' if begin.startswith('-') else '-'}{end}{unit}"
    return f"{first}/{last}"


@dataclass(frozen=True, slots=True, eq=False)
class PartCells:
    """The cells of parts, as criteria want to see them (`Groups`)."""

    counts: Codes
    values: Codes
    starts: Codes

    @classmethod
    def of(cls, parts: Codes, values: Codes, counts: Codes) -> PartCells:
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
class Tuples:
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
    def of(cls, histogram: Histogram, k: int, criteria: Sequence[Criterion], axes: Sequence[Axis]) -> Tuples:
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
        seen: dict[str, PartCells] = {}
        part_of = np.full(len(self.counts), -1)
        part_of[tuples] = number
        for criterion in self.criteria:
            if criterion.of not in seen:
                seen[criterion.of] = self._parts(criterion.of, part_of)
            holds[asked] &= criterion.holds(seen[criterion.of])
        return holds

    def _parts(self, name: str, part_of: Codes) -> PartCells:
        if name:
            owner, cells = self.further[name]
            parts, counts, values = part_of[owner], cells.counts, cells.values
        else:
            parts, counts, values = part_of, self.counts, None
        chosen = np.flatnonzero(parts >= 0)
        values = np.zeros(len(chosen), np.int64) if values is None else values[chosen]
        return PartCells.of(parts[chosen], values, counts[chosen])


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
