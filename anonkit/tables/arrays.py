"""Which Arrow columns stand for a pandas array, and what does the array become when they are scrubbed?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray
from pandas.api.types import infer_dtype

from anonkit.tables import objects, typed

if TYPE_CHECKING:
    from anonkit.detect.block import Ints
    from anonkit.scrubber import Scrubber

Array = Any
"""What `Series.array` is, or the numpy array in it."""
Values = Any
"""An Arrow array, chunked or not."""
_BYTES_OF_FLOATS = (4, 8)
_IS_ARROW_DTYPE = (pd.ArrowDtype, pd.StringDtype)


@dataclass(frozen=True, slots=True)
class Results:
    """What became of what was taken of an array.

    Attributes:
        columns: of each Arrow column.
        nested: of each object that was looked into.
        inner: of each array within.
    """

    columns: list[typed.Scrubbed]
    nested: list[Any]
    inner: list[Array]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is read of an array.

    Attributes:
        columns: Arrow columns of its length.
        nested: the objects in it that are looked into, each with its row.
        inner: arrays of other lengths: categories, what is stored of a sparse array.
        codes: for each row of the array, that of the first array within; None where nothing tells.
        made: the array from results in which something was replaced.
        is_arrow: whether the columns are the memory of the array, which is made anew where they come back tidied.
        hides: whether there is something under its nulls, so that it is made anew in any case.
        is_told: whether the first column tells in which rows objects must be looked into at all.
    """

    made: Callable[[Results], Array]
    columns: Sequence[Values] = ()
    nested: Sequence[tuple[int, Any]] = ()
    inner: Sequence[Array] = ()
    codes: Ints | None = None
    is_arrow: bool = False
    hides: bool = False
    is_told: bool = False


def scrub(scrubber: Scrubber, arrays: Sequence[tuple[str, Array]]) -> tuple[list[Array], Counter[str]]:
    """Scrub arrays of equally many rows, each with the name of what it fills; the rows are records.

    An array in which nothing was replaced is the one that came in.
    """
    all_taken = [taken(array) for _, array in arrays]
    counts: Counter[str] = Counter()
    columns = [
        typed.Column(name, values) for (name, _), one in zip(arrays, all_taken, strict=True) for values in one.columns
    ]
    scrubbed = typed.scrub(scrubber, columns) if columns else []
    made = []
    done = 0
    for (name, array), one in zip(arrays, all_taken, strict=True):
        own = scrubbed[done : done + len(one.columns)]
        done += len(one.columns)
        looked_into = [(row, x) for row, x in one.nested if not one.is_told or own[0].touched[row]]
        nested, found = objects.scrub(scrubber, name, looked_into)
        counts.update(found)
        inner = []
        for part in one.inner:
            (new,), found = scrub(scrubber, [(name, part)])
            counts.update(found)
            inner.append(new)
        for column in () if one.is_told else own:
            counts.update(column.counts)
        is_same = (
            not one.hides
            and not any(column.touched.any() for column in own)
            and not (one.is_arrow and any(_values(c) is not v for c, v in zip(own, one.columns, strict=True)))
            and all(new is old for new, (_, old) in zip(nested, looked_into, strict=True))
            and all(new is old for new, old in zip(inner, one.inner, strict=True))
        )
        made.append(array if is_same else one.made(Results(own, nested, inner)))
    return made, counts


def bare(array: Array) -> Array:
    """The array itself, or the numpy array that it wraps."""
    # text that pandas keeps as Python objects is of a subclass
    return array.to_numpy() if type(array) is pd.arrays.NumpyExtensionArray else array


def taken(array: Array) -> Taken:
    """What is read of an array of any kind."""
    dtype = array.dtype
    if isinstance(dtype, np.dtype):
        return _of_numpy(array) if isinstance(array, np.ndarray) else _of_times(array)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _of_times(array)
    if isinstance(dtype, pd.CategoricalDtype):
        return _of_categories(array)
    if isinstance(dtype, pd.SparseDtype):
        return _of_sparse(array)
    if isinstance(dtype, pd.PeriodDtype | pd.IntervalDtype):
        return _of_printed(array)
    if isinstance(dtype, _IS_ARROW_DTYPE):
        return _of_text(array) if _is_python_text(dtype) else _of_arrow(array)
    if isinstance(getattr(dtype, "numpy_dtype", None), np.dtype):
        return _of_masked(array)
    return _of_others(array)


def _values(scrubbed: typed.Scrubbed) -> Values:
    return scrubbed.values  # noqa: PD011  of Arrow, not of pandas


def _nothing(array: Array) -> Taken:
    return Taken(lambda _: array)


def _is_python_text(dtype: Any) -> bool:  # noqa: ANN401  pandas has no types
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "python"


def _of_numpy(array: Array) -> Taken:
    if array.dtype.kind == "O":
        return _of_objects(array, array)
    if array.dtype.kind not in "iuf":
        return _nothing(array)
    native = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if native.dtype.kind == "f" and native.dtype.itemsize not in _BYTES_OF_FLOATS:
        native = native.astype(np.float64)
    before = pa.array(np.ascontiguousarray(native), from_pandas=True)

    def made(results: Results) -> Array:
        values = _whole(_values(results.columns[0]))
        if values.type != before.type:
            return _as_text(values)
        if array.dtype.kind in "iu" and values.null_count:
            nullable = pd.array([], f"{'U' * (array.dtype.kind == 'u')}Int{8 * array.dtype.itemsize}").dtype
            return nullable.__from_arrow__(values)
        new = array.copy()
        rows = np.flatnonzero(results.columns[0].touched)
        new[rows] = values.take(pa.array(rows)).to_numpy(zero_copy_only=False)
        return new

    return Taken(made, (before,))


def _whole(values: Values) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _as_text(values: pa.Array) -> Array:
    """A pandas array of text, of the kind that pandas makes of str."""
    dtype = pd.Series(["a"]).dtype
    if isinstance(dtype, pd.StringDtype):
        return dtype.__from_arrow__(values.cast(pa.large_string()))
    return values.to_numpy(zero_copy_only=False)


def _of_objects(array: Array, values: np.ndarray[Any, Any]) -> Taken:
    """Python objects, `values`, in an array that can be copied and set."""
    kind = infer_dtype(values, skipna=True)
    if kind in ("empty", "boolean"):
        return _nothing(array)
    if kind == "mixed" and (lists := _of_lists(values)) is not None:
        return _of_cells_of_lists(array, values, lists)
    nested: list[tuple[int, Any]] = []
    column = _of_str(values) if kind == "string" else _of_dates(values) if kind == "date" else None
    if column is None:
        texts: list[bytes | None] = [None] * len(values)
        for row, x in enumerate(values):
            # columns of text know no dates: these are looked at one by one
            texts[row] = None if objects.is_nested(x) or objects.is_day(x) else objects.text_of(x)
            if texts[row] is None and x is not None:
                nested.append((row, x))
        column = pa.array(texts, pa.large_binary())

    def made(results: Results) -> Array:
        scrubbed = results.columns[0]
        new = array.copy()
        rows = np.flatnonzero(scrubbed.touched)
        for row, text in zip(rows.tolist(), _values(scrubbed).take(pa.array(rows)).to_pylist(), strict=True):
            new[row] = objects.with_text(values[row], _as_bytes(text))
        for (row, _), x in zip(nested, results.nested, strict=True):
            _put(new, row, x)
        return new

    return Taken(made, (column,), nested)


def _of_lists(values: np.ndarray[Any, Any]) -> Values | None:
    """Lists, tuples and arrays as an Arrow column, if what they hold is all text, all numbers or all bytes."""
    first = next((x for x in values if x is not None and not isinstance(x, float)), None)
    if not isinstance(first, list | tuple | np.ndarray):
        return None
    try:
        column = pa.array(values, from_pandas=True)
    except (UnicodeEncodeError, pa.ArrowException, OverflowError, TypeError, ValueError):
        return None
    kind = column.type
    if not pa.types.is_list(kind):
        return None
    kind = kind.value_type
    is_plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or kind in (pa.string(), pa.binary())
    return column if is_plain else None


def _of_cells_of_lists(array: Array, values: np.ndarray[Any, Any], column: Values) -> Taken:
    """Lists that are the same in Arrow, where it is told at full speed which of them must be looked into."""
    nested = [(row, x) for row, x in enumerate(values) if objects.is_nested(x)]

    def made(results: Results) -> Array:
        new = array.copy()
        rows = np.flatnonzero(results.columns[0].touched).tolist()
        for row, x in zip(rows, results.nested, strict=True):
            _put(new, row, x)
        return new

    return Taken(made, (column,), nested, is_told=True)


def _put(array: Array, row: int, x: object) -> None:
    """Set an element that may be a sequence."""
    if isinstance(array, np.ndarray):
        cell = np.empty((), object)
        cell[()] = x
        array[row] = cell if isinstance(x, np.ndarray) and x.ndim == 0 else x
    else:
        array[row] = x


def _of_str(values: np.ndarray[Any, Any]) -> Values | None:
    """Text as an Arrow column; None where it holds half a surrogate pair, which UTF-8 has no bytes for."""
    try:
        return pa.array(values, pa.large_string(), from_pandas=True)
    except (UnicodeEncodeError, pa.ArrowInvalid, pa.ArrowTypeError):
        return None


def _of_dates(values: np.ndarray[Any, Any]) -> Values | None:
    """Dates without a time of day as an Arrow column."""
    if any(isinstance(x, dt.datetime) and x is not pd.NaT for x in values):
        return None
    return pa.array(values, pa.date32(), from_pandas=True)


def _as_bytes(result: str | bytes | dt.date | None) -> bytes:
    """The text of what Arrow has for a result."""
    if result is None:
        return b""
    text = result.isoformat() if isinstance(result, dt.date) else result
    return text.encode() if isinstance(text, str) else text


def _of_text(array: Array) -> Taken:
    """Text that pandas keeps as Python objects."""
    return _of_objects(array, array.to_numpy(object))


def _of_arrow(array: Array) -> Taken:
    dtype = array.dtype
    values = array.__arrow_array__()

    def made(results: Results) -> Array:
        new = _values(results.columns[0])
        if isinstance(dtype, pd.StringDtype) or new.type == values.type:
            return dtype.__from_arrow__(new)
        return pd.ArrowDtype(new.type).__from_arrow__(new)

    return Taken(made, (values,), is_arrow=True)


def _of_masked(array: Array) -> Taken:
    if array.dtype.kind not in "iuf":
        return _nothing(array)
    hidden = array.isna()
    values = array.__arrow_array__()
    hides = bool(hidden.any()) and bool((array._data[hidden] != 1).any())  # noqa: SLF001  what lies under a mask
    if hides:
        # what lies there is no value, but goes along where the array is stored
        values = pa.chunked_array([pa.array(array.to_numpy(array.dtype.numpy_dtype, na_value=1), mask=hidden)])

    def made(results: Results) -> Array:
        new = _values(results.columns[0])
        return array.dtype.__from_arrow__(new) if new.type == values.type else _as_text(_whole(new))

    return Taken(made, (values,), hides=hides)


def _of_times(array: Array) -> Taken:
    """Dates with times, with or without a time zone, whose local time is read; spans of time hold nothing."""
    if array.dtype.kind != "M":
        return _nothing(array)
    zone = getattr(array.dtype, "tz", None)
    local = array.tz_localize(None) if zone is not None else array
    before = pa.array(local.to_numpy(), from_pandas=True)

    def made(results: Results) -> Array:
        scrubbed = results.columns[0]
        if _values(scrubbed).type != before.type:
            return _as_text(_whole(_values(scrubbed)))
        rows = np.flatnonzero(scrubbed.touched)
        dates = pd.DatetimeIndex(_values(scrubbed).take(pa.array(rows)).to_numpy(zero_copy_only=False))
        if zone is not None:
            dates = dates.tz_localize(zone, ambiguous=np.zeros(len(dates), bool), nonexistent="shift_forward")
        new = array.copy()
        new[rows] = dates.as_unit(array.unit).array
        return new

    return Taken(made, (before,))


def _of_categories(array: Array) -> Taken:
    categories = bare(array.categories.array)
    codes = np.asarray(array.codes)

    def made(results: Results) -> Array:
        kept, new = merged(results.inner[0])
        return pd.Categorical.from_codes(remapped(codes, kept), categories=pd.Index(new), ordered=array.ordered)

    return Taken(made, inner=(categories,), codes=codes)


def merged(values: Array) -> tuple[Ints, Any]:
    """For each of the values its number among those that are different, -1 where there is none, and these values."""
    numbers, different = pd.factorize(pd.Series(values, dtype=values.dtype, copy=False))
    return np.asarray(numbers, np.int64), pd.Index(different, dtype=values.dtype)


def remapped(codes: Ints, numbers: Ints) -> Ints:
    """Codes of what was numbered anew; -1, no value, stays so."""
    return np.append(numbers, -1)[codes] if len(codes) else codes


def _of_sparse(array: Array) -> Taken:
    stored = array.sp_values
    fill = np.empty(1, object)
    fill[0] = array.fill_value

    def made(results: Results) -> Array:
        values, (new_fill,) = results.inner
        values = values if isinstance(values, np.ndarray) else np.asarray(values, object)
        fits = isinstance(new_fill, type(array.fill_value))
        dense = np.full(len(array), new_fill, values.dtype if fits else object)
        dense[array.sp_index.to_int_index().indices] = values
        return pd.arrays.SparseArray(dense, fill_value=new_fill, dtype=pd.SparseDtype(dense.dtype, new_fill))

    return Taken(made, inner=(stored, fill))


def _of_printed(array: Array) -> Taken:
    """Periods and intervals, which become text where something in their text is replaced."""
    codes, different = pd.factorize(array)
    texts = pa.array([str(one) for one in different], pa.large_string())
    column = texts.take(pa.array(codes, mask=codes < 0))
    return Taken(lambda results: _as_text(_whole(_values(results.columns[0]))), (column,))


def _of_others(array: Array) -> Taken:
    """Arrays of other packages: what Python objects they hold."""
    if not isinstance(array, ExtensionArray):
        return _nothing(array)
    values = np.asarray(array.astype(object), object)
    inside = _of_objects(values, values)

    def made(results: Results) -> Array:
        new = inside.made(results)
        try:
            return type(array)._from_sequence(new, dtype=array.dtype)  # noqa: SLF001  how pandas makes them
        except (TypeError, ValueError):
            return new

    return Taken(made, inside.columns, inside.nested)


def seen(array: Array) -> Values:
    """The array as one Arrow column of its length, to be looked at: values, or texts of Python objects."""
    own = taken(array)
    if own.codes is not None:
        return seen(own.inner[0]).take(pa.array(own.codes, mask=own.codes < 0))
    if not own.columns and not own.inner:
        return _unread(array)
    if own.inner:
        return seen(np.asarray(array))
    if len(own.columns) == 1 and not own.nested and own.columns[0].type != pa.large_binary():
        return own.columns[0]
    values = array if isinstance(array, np.ndarray) else array.astype(object)
    return pa.array([_printed(x) for x in values], pa.large_string())


def _unread(array: Array) -> Values:
    """What is not read, such as truth values; nulls where Arrow has no such type."""
    try:
        return pa.array(array, from_pandas=True)
    except (pa.ArrowException, TypeError):
        return pa.nulls(len(array))


def _printed(x: object) -> str | None:
    if objects.is_nested(x):
        return str(x).encode("utf-8", "replace").decode()
    text = objects.text_of(x)
    return None if text is None else text.decode("utf-8", "replace")
