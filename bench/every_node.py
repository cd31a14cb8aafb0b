"""What is the optimum? Each node of the lattice is looked at, with plain numpy and nothing of anonkit.

Slow and without ideas, so that it judges what a solver finds, and shows what it saves.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from bench.adult_like import Rows

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LOSSES: Final = ("normalised", "normalised-mean", "discernibility", "class-size")
_DIGITS: Final = 1e10
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of a table: `l` is distinct l-diversity, `t` t-closeness with equal distance; 0 for neither."""

    k: int
    suppress: float
    l: int = 0  # noqa: E741  the name that the papers gave it
    t: float = 0.0

    @property
    def has_sensitive(self) -> bool:
        """Whether a sensitive column is needed."""
        return bool(self.l or self.t)

    def __str__(self) -> str:
        models = [f"k={self.k}", *([f"l={self.l}"] if self.l else []), *([f"t={self.t:g}"] if self.t else [])]
        return f"{', '.join(models)}; {self.suppress:.0%}"


@dataclass(frozen=True, slots=True)
class Optimum:
    """A node, what it costs, and how many rows it suppresses."""

    loss: float
    suppressed: int
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tuples:
    """The distinct tuples of quasi-identifiers, and of these with a sensitive value.

    Attributes:
        codes: for each quasi-identifier and level the code of each tuple.
        leaves: for each quasi-identifier and level how many leaves lie under each code.
        counts: rows of each tuple.
        of: the tuple of each pair with a sensitive value.
        sensitive: the sensitive value of each pair.
        pairs: rows of each pair.
    """

    codes: list[list[Ints]]
    leaves: list[list[Ints]]
    counts: Ints
    of: Ints
    sensitive: Ints
    pairs: Ints

    @classmethod
    def count(cls, frame: pd.DataFrame, hierarchies: Mapping[str, Rows], sensitive: str | None) -> Tuples:
        """Count the rows of a table."""
        quasi = [name for name in frame.columns if name != sensitive]
        key: Ints = np.zeros(len(frame), np.int64)
        for name in quasi:
            position = {row[0]: number for number, row in enumerate(hierarchies[name])}
            key = key * len(position) + frame[name].astype(str).map(position).to_numpy(np.int64)
        distinct, of, counts = np.unique(key, return_inverse=True, return_counts=True)
        value = np.zeros(len(frame), np.int64)
        if sensitive is not None:
            value = np.unique(frame[sensitive].astype(str), return_inverse=True)[1]
        pairs, rows = np.unique(of * (value.max() + 1) + value, return_counts=True)
        codes, leaves = [], []
        for name in reversed(quasi):
            distinct, leaf = np.divmod(distinct, len(hierarchies[name]))
            levels = [np.unique(level, return_inverse=True)[1] for level in zip(*hierarchies[name], strict=True)]
            codes.insert(0, [level[leaf] for level in levels])
            leaves.insert(0, [np.bincount(level) for level in levels])
        return cls(codes, leaves, counts, *np.divmod(pairs, value.max() + 1), rows)

    @property
    def nodes(self) -> Iterator[tuple[int, ...]]:
        """All of them."""
        return itertools.product(*(range(len(levels)) for levels in self.codes))


def optima(tuples: Tuples, asked: Sequence[tuple[Case, str]]) -> list[Optimum | None]:
    """For each case and loss the best node: least loss, then fewest suppressed rows; None where there is none."""
    best: list[Optimum | None] = [None] * len(asked)
    for levels in tuples.nodes:
        for number, found in enumerate(evaluated(tuples, levels, asked)):
            before = best[number]
            if found is not None and (before is None or _is_better(found, before)):
                best[number] = found
    return best


def _is_better(one: Optimum, than: Optimum) -> bool:
    if abs(one.loss - than.loss) > _ROUNDING * max(1.0, than.loss):
        return one.loss < than.loss
    return one.suppressed < than.suppressed


def evaluated(tuples: Tuples, levels: tuple[int, ...], asked: Iterable[tuple[Case, str]]) -> list[Optimum | None]:
    """What a node costs, for each case and loss; None where it suppresses too much."""
    key: Ints = np.zeros(len(tuples.counts), np.int64)
    for codes, leaves, level in zip(tuples.codes, tuples.leaves, levels, strict=True):
        key = key * len(leaves[level]) + codes[level]
    _, first, class_of = np.unique(key, return_index=True, return_inverse=True)
    counts = np.bincount(class_of, tuples.counts).astype(np.int64)
    spans = [
        leaves[level][codes[level][first]]
        for codes, leaves, level in zip(tuples.codes, tuples.leaves, levels, strict=True)
    ]
    sizes = [len(leaves[0]) for leaves in tuples.leaves]
    kept_by: dict[Case, Flags] = {}
    found: list[Optimum | None] = []
    for case, loss in asked:
        if case not in kept_by:
            kept_by[case] = _kept(tuples, class_of, counts, case)
        kept = kept_by[case]
        suppressed = int(counts[~kept].sum())
        is_feasible = suppressed <= math.floor(case.suppress * counts.sum())
        cost = _loss(loss, counts, kept, spans, sizes) if is_feasible else 0.0
        found.append(Optimum(cost, suppressed, levels) if is_feasible else None)
    return found


def _kept(tuples: Tuples, class_of: Ints, counts: Ints, case: Case) -> Flags:
    """Which classes are released."""
    kept = counts >= case.k
    if not case.has_sensitive:
        return kept
    width = int(tuples.sensitive.max()) + 1
    cells = np.bincount(class_of[tuples.of] * width + tuples.sensitive, tuples.pairs, len(counts) * width)
    table = cells.reshape(len(counts), width)
    if case.l:
        kept &= np.count_nonzero(table, axis=1) >= case.l
    if case.t:
        shares = table.sum(axis=0) / table.sum()
        kept &= np.abs(table / counts[:, None] - shares).sum(axis=1) / 2 <= case.t + _ROUNDING
    return kept


def _loss(name: str, counts: Ints, kept: Flags, spans: Sequence[Ints], sizes: Sequence[int]) -> float:
    rows, released = int(counts.sum()), counts[kept]
    suppressed = rows - int(released.sum())
    if name == "discernibility":
        return float(released @ released) + float(rows) * suppressed
    if name == "class-size":
        return rows / (len(released) + (suppressed > 0))
    losses = []
    for span, size in zip(spans, sizes, strict=True):
        told = (int(released @ span[kept]) + suppressed * size - rows) / (rows * (size - 1))
        losses.append(math.floor(max(told, 0.0) * _DIGITS) / _DIGITS)
    if name == "normalised-mean":
        return sum(losses) / len(losses)
    return math.exp(sum(math.log1p(loss) for loss in losses) / len(losses)) - 1
