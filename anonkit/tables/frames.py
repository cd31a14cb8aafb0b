"""How are pandas frames, series and indexes scrubbed and scanned, with their names, levels and attributes?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from anonkit.tables import arrays, objects
from anonkit.tables.arrays import Array, bare
from anonkit.tables.fields import Fields
from anonkit.tables.findings import Findings, find
from anonkit.tables.naming import apart

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_MOST_ROWS = 10**8
"""Up to here a range of numbers that follow each other, without a name, numbers rows: of the part of a file, say."""
_COPIES_ON_WRITE = int(pd.__version__.partition(".")[0]) >= 3  # noqa: PLR2004  from pandas 3 on


def scrub(scrubber: Scrubber, x: Any) -> tuple[Any, Counter[str]]:  # noqa: ANN401  pandas has no types
    """Scrub a frame, a series or an index; returns one of the same type, and the number of replacements.

    Raises UsageError for a policy that cannot treat cells, TypeError for other objects of pandas.
    """
    names = _Names(scrubber)
    if isinstance(x, pd.DataFrame):
        made, counts = _frame(scrubber, x, names)
    elif isinstance(x, pd.Series):
        made, counts = _series(scrubber, x, names)
    elif isinstance(x, pd.Index):
        made, counts = _index(scrubber, x, names)
    else:
        msg = f"anonkit scrubs a DataFrame, Series or Index of pandas, not {type(x).__name__}"
        raise TypeError(msg)
    return made, counts + names.counts


def label_name(label: object) -> str:
    """The name that a label is for what fills its column; that of labels of several levels is a path."""
    if isinstance(label, tuple):
        return ".".join(name for one in label if (name := label_name(one)))
    if isinstance(label, str):
        return label
    return "" if label is None or label is pd.NA or label != label else str(label)  # noqa: PLR0124  NaN


class _Names:
    """Scrubs labels as plain text, counting what it replaces."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._fields = Fields(scrubber)
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> Counter[str]:
        """The number of replacements of each entity."""
        return self._counts + self._fields.counts

    def scrubbed(self, labels: Sequence[Any]) -> list[Any]:
        """Labels, the same object each where nothing was replaced; str as the names of Arrow columns are."""
        made = list(labels)
        rows = [row for row, label in enumerate(labels) if type(label) is str]
        texts = [labels[row] for row in rows]
        for row, old, new in zip(rows, texts, map(self._fields.text, texts), strict=True):
            made[row] = old if new == old else new
        others = [(row, label) for row, label in enumerate(labels) if type(label) is not str]
        found, counts = objects.scrub(self._scrubber, "", others)
        self._counts.update(counts)
        for (row, _), new in zip(others, found, strict=True):
            made[row] = new
        return made


def _frame(scrubber: Scrubber, frame: pd.DataFrame, names: _Names) -> tuple[pd.DataFrame, Counter[str]]:
    before = [bare(frame.iloc[:, number].array) for number in range(frame.shape[1])]
    cells = [(label_name(label), array) for label, array in zip(frame.columns, before, strict=True)]
    own = _aligned(frame.index)
    made, counts = arrays.scrub(scrubber, [*cells, *own])
    new = frame.copy(deep=not _COPIES_ON_WRITE)
    for number, (old, array) in enumerate(zip(before, made[: len(before)], strict=True)):
        if array is not old:
            column = pd.Series(array, index=frame.index, dtype=array.dtype, copy=False)
            new.isetitem(number, column)
    index, more = _new_index(scrubber, frame.index, own, made[len(before) :], names)
    counts += more
    columns, more = _labels(scrubber, frame.columns, names)
    counts += more
    if index is not frame.index:
        new.index = index
    if columns is not frame.columns:
        new.columns = columns
    counts += _attrs(scrubber, frame, new)
    return new, counts


def _series(scrubber: Scrubber, series: pd.Series, names: _Names) -> tuple[pd.Series, Counter[str]]:
    before = bare(series.array)
    own = _aligned(series.index)
    (array, *new_own), counts = arrays.scrub(scrubber, [(label_name(series.name), before), *own])
    if array is before:
        new = series.copy(deep=not _COPIES_ON_WRITE)
    else:
        new = series._constructor(array, index=series.index, dtype=array.dtype, copy=False)  # noqa: SLF001  of subclasses
        new = new.__finalize__(series)
    index, more = _new_index(scrubber, series.index, own, new_own, names)
    if index is not series.index:
        new.index = index
    (name,) = names.scrubbed([series.name])
    new.name = name
    return new, counts + more + _attrs(scrubber, series, new)


def _attrs(scrubber: Scrubber, before: pd.DataFrame | pd.Series, new: pd.DataFrame | pd.Series) -> Counter[str]:
    """Scrub what is noted of a frame."""
    if not before.attrs:
        return Counter()
    (attrs,), counts = objects.scrub(scrubber, "", [(0, before.attrs)])
    if attrs is not before.attrs:
        new.attrs = attrs
    return counts


def _aligned(index: pd.Index) -> list[tuple[str, Array]]:
    """The values of an index, to be scrubbed along with the columns beside it; those of levels are not."""
    if isinstance(index, pd.MultiIndex) or _numbers_rows(index):
        return []
    return [(label_name(index.name), bare(index.array))]


def _numbers_rows(index: pd.Index) -> bool:
    """Whether an index numbers rows: 0, 1, 2 ..., or a part of it; pandas makes ranges of evenly spaced phones too."""
    if not isinstance(index, pd.RangeIndex) or index.step != 1:
        return False
    return index.start == 0 or (index.name is None and index.start > 0 and index.stop <= _MOST_ROWS)


def _index(scrubber: Scrubber, index: pd.Index, names: _Names) -> tuple[pd.Index, Counter[str]]:
    own = _aligned(index)
    made, counts = arrays.scrub(scrubber, own)
    new, more = _new_index(scrubber, index, own, made, names)
    return new, counts + more


def _new_index(
    scrubber: Scrubber, index: pd.Index, own: Sequence[tuple[str, Array]], made: Sequence[Array], names: _Names
) -> tuple[pd.Index, Counter[str]]:
    """The index with scrubbed levels, or values if it has no levels, and names; the same one where all stays.

    own, made  its values before, and what became of them; none of levels
    """
    if isinstance(index, pd.MultiIndex):
        new, counts = _levels(scrubber, index)
    else:
        counts = Counter()
        new = index
        if made and made[0] is not own[0][1]:
            new = pd.Index(made[0], dtype=made[0].dtype, name=index.name)
    old_names = list(index.names)
    new_names = names.scrubbed(old_names)
    if any(one is not other for one, other in zip(old_names, new_names, strict=True)):
        new = new.set_names(new_names)
    return new, counts


def _levels(scrubber: Scrubber, index: pd.MultiIndex) -> tuple[pd.MultiIndex, Counter[str]]:
    levels, counts = [], Counter[str]()
    for name, level in zip(index.names, index.levels, strict=True):
        own = [(label_name(name), array) for _, array in _aligned(level)]
        made, found = arrays.scrub(scrubber, own)
        counts += found
        is_same = not made or made[0] is own[0][1]
        levels.append(level if is_same else pd.Index(made[0], dtype=made[0].dtype, name=name))
    return _with_levels(index, levels), counts


def _with_levels(index: pd.MultiIndex, made: Sequence[pd.Index]) -> pd.MultiIndex:
    """The index with other levels, in which values that are the same now are one."""
    if all(new is old for new, old in zip(made, index.levels, strict=True)):
        return index
    levels, codes = [], []
    for new, old, code in zip(made, index.levels, index.codes, strict=True):
        if new is old:
            levels.append(old)
            codes.append(np.asarray(code))
        else:
            numbers, different = arrays.merged(new.array)
            levels.append(different)
            codes.append(arrays.remapped(np.asarray(code), numbers))
    return pd.MultiIndex(levels=levels, codes=codes, names=index.names, verify_integrity=False)


def _labels(scrubber: Scrubber, labels: pd.Index, names: _Names) -> tuple[pd.Index, Counter[str]]:
    """Labels of columns, as plain text; those that change and become equal are told apart."""
    if isinstance(labels, pd.MultiIndex):
        of_levels = [_flat_labels(scrubber, level, names) for level in labels.levels]
        new = _with_levels(labels, [level for level, _ in of_levels])
        counts = sum((found for _, found in of_levels), Counter[str]())
    else:
        new, counts = _flat_labels(scrubber, labels, names)
    if new is not labels:
        new = _apart(labels, new)
    before = list(labels.names)
    made = names.scrubbed(before)
    is_same = all(one is other for one, other in zip(before, made, strict=True))
    return (new if is_same else new.set_names(made)), counts


def _flat_labels(scrubber: Scrubber, labels: pd.Index, names: _Names) -> tuple[pd.Index, Counter[str]]:
    if _numbers_rows(labels):
        return labels, Counter()
    if labels.dtype == object or isinstance(labels.dtype, pd.StringDtype):
        before = list(labels)
        made = names.scrubbed(before)
        if all(one is other for one, other in zip(before, made, strict=True)):
            return labels, Counter()
        return pd.Index(_objects(made), dtype=labels.dtype, name=labels.name), Counter()
    array = bare(labels.array)
    (new,), counts = arrays.scrub(scrubber, [("", array)])
    return (labels if new is array else pd.Index(new, dtype=new.dtype, name=labels.name)), counts


def _apart(before: pd.Index, after: pd.Index) -> pd.Index:
    """The labels after: those that changed and are not the only ones of their kind get numbers."""
    if after.is_unique:
        return after
    old, new = list(before), list(after)
    made = apart(old, [one if _equal(one, other) else other for one, other in zip(old, new, strict=True)])
    if isinstance(after, pd.MultiIndex):
        return pd.MultiIndex.from_tuples(made, names=after.names)
    dtype = object if isinstance(after.dtype, pd.CategoricalDtype) else after.dtype
    return pd.Index(_objects(made), dtype=dtype, name=after.name)


def _equal(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))


def _objects(items: Sequence[Any]) -> np.ndarray[Any, Any]:
    made = np.empty(len(items), object)
    for row, item in enumerate(items):
        made[row] = item
    return made


def scan(scrubber: Scrubber, x: Any) -> pd.DataFrame:  # noqa: ANN401  pandas has no types
    """What is found in a frame, a series or an index, kept entities included: one row a finding, sorted by place.

    Columns: column (its name, scrubbed), row (its position, 0 the first; -1 for what stands in no row: the name of a
    column, a category that is not used, attrs), entity, start and end (half-open, in code points of the text of the
    cell, or of what is nested in it), confidence.
    """
    findings = Findings(scrubber)
    for name, array in named(x):
        find(scrubber, name, array, findings)
    for label in _all_labels(x):
        find(scrubber, "", _objects([label]), findings, label_name(label), row=-1)
    if attrs := getattr(x, "attrs", None):
        find(scrubber, "", _objects([attrs]), findings, "", row=-1)
    return pd.DataFrame(findings.columns())


def named(x: Any) -> Iterator[tuple[str, Array]]:  # noqa: ANN401  pandas has no types
    """The arrays of an object of pandas, each with its name: columns, then indexes, level by level."""
    if isinstance(x, pd.DataFrame):
        for number, label in enumerate(x.columns):
            yield label_name(label), bare(x.iloc[:, number].array)
    elif isinstance(x, pd.Series):
        yield label_name(x.name), bare(x.array)
    elif not isinstance(x, pd.Index):
        msg = f"anonkit scans a DataFrame, Series or Index of pandas, not {type(x).__name__}"
        raise TypeError(msg)
    index = x if isinstance(x, pd.Index) else x.index
    if isinstance(index, pd.MultiIndex):
        for name, level, codes in zip(index.names, index.levels, index.codes, strict=True):
            yield label_name(name), pd.Categorical.from_codes(codes, categories=level)
    elif not _numbers_rows(index):
        yield label_name(index.name), bare(index.array)


def _all_labels(x: Any) -> list[Any]:  # noqa: ANN401  pandas has no types
    if isinstance(x, pd.DataFrame):
        return [*x.columns, *x.columns.names, *x.index.names]
    return [*x.names] if isinstance(x, pd.Index) else [x.name, *x.index.names]


def table(x: Any) -> pa.Table:  # noqa: ANN401  pandas has no types
    """The columns of an object of pandas, and its indexes, as a table of Arrow to be looked at.

    What Python objects hold is there as their texts.
    """
    columns = [(name, arrays.seen(array)) for name, array in named(x)]
    return pa.Table.from_arrays([values for _, values in columns], [name for name, _ in columns])
