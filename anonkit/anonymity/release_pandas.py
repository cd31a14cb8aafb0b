"""How is a DataFrame of pandas released?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import types

from anonkit.anonymity import release_arrow
from anonkit.anonymity.hierarchy import SUPPRESSED
from anonkit.anonymity.release import Column, Release
from anonkit.tables import frames

Array = Any
"""What `Series.array` is, or the numpy array in it."""
_PLAIN = (str, bytes, bool, int, float, date, time, timedelta, Decimal, np.generic, type(None))


def build(release: Release) -> pd.DataFrame:
    """The released frame, of the same class; its index stays, scrubbed, and so do attrs that are plain data."""
    frame: pd.DataFrame = release.table.whole
    scrubber, gone = release.scrubber, release.suppressed
    quasi = release.columns()
    blank = frame.copy(deep=False)
    blank.attrs = {key: value for key, value in frame.attrs.items() if _is_plain(key) and _is_plain(value)}
    done: dict[int, Array] = {place: released(release.table.columns[place], column) for place, column in quasi.items()}
    if release.subject is not None:
        done[release.subject] = taken(release.table.columns[release.subject], np.full(len(frame), -1))
    for place, array in enumerate(release.table.columns):
        if place not in done and gone.any():
            _set(blank, place, taken(array, np.where(gone, -1, np.arange(len(frame)))))
    nothing = pd.Categorical.from_codes(np.full(len(frame), -1, np.int8), categories=pd.Index([], dtype=object))
    for place in done:
        _set(blank, place, nothing)
    made, _ = frames.scrub(scrubber, blank)
    for place, array in done.items():
        _set(made, place, array)
    return made


def _set(frame: pd.DataFrame, place: int, array: Array) -> None:
    frame.isetitem(place, pd.Series(array, index=frame.index, dtype=array.dtype, copy=False))


def released(before: Array, column: Column) -> Array:
    """A quasi-identifier: text, or of its own type where it keeps its values."""
    if column.labels is not None:
        return _of_text(column.text())
    values, codes = before.take(column.first), column.codes
    if isinstance(before, pd.Categorical):
        return _of_categories(values, codes)
    if isinstance(before, np.ndarray) and before.dtype == object:
        return _with_sign(values)[codes]  # -1 is the last one
    if _is_text(before):
        plain = pa.array(values, from_pandas=True)
        whole = pa.concat_arrays([*getattr(plain, "chunks", [plain]), pa.array([SUPPRESSED], plain.type)])
        return before.dtype.__from_arrow__(whole.take(pa.array(codes % len(whole))))
    return taken(values, codes)


def _with_sign(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    made = np.empty(len(values) + 1, object)
    made[:-1] = values
    made[-1] = SUPPRESSED
    return made


def _of_text(values: pa.Array) -> Array:
    """A pandas array of text, of the kind that pandas makes of str."""
    dtype = pd.Series(["a"]).dtype
    if isinstance(dtype, pd.StringDtype):
        return dtype.__from_arrow__(values)
    return values.to_numpy(zero_copy_only=False)


def _of_categories(values: pd.Categorical, codes: npt.NDArray[Any]) -> pd.Categorical:
    """Categories that are used, in their order; where they are text the sign of what is suppressed is the last one."""
    categories = values.categories
    is_text = isinstance(categories.dtype, pd.StringDtype) or categories.dtype == object
    if is_text and (codes < 0).any():
        values = values.add_categories([SUPPRESSED]) if SUPPRESSED not in categories else values
        sign = values.categories.get_loc(SUPPRESSED)
        own = np.append(values.codes, sign)[codes]
        values = pd.Categorical.from_codes(own, dtype=values.dtype)
        return values.remove_unused_categories()
    return taken(values, codes)


def taken(values: Array, codes: npt.NDArray[Any]) -> Array:
    """The values with these numbers, none for -1, of a type that can be without; nothing is left of the others."""
    made = _taken(values, codes, has_gone=bool((codes < 0).any()))
    return made.remove_unused_categories() if isinstance(made, pd.Categorical) else made


def _taken(values: Array, codes: npt.NDArray[Any], *, has_gone: bool) -> Array:
    if not has_gone:
        return values.take(codes)
    if isinstance(values, np.ndarray):
        kind = values.dtype.kind
        if kind in "iu":
            native = values.astype(values.dtype.newbyteorder("="))
            return pd.array(native, f"{'U' * (kind == 'u')}Int{8 * native.itemsize}").take(codes, allow_fill=True)
        if kind == "b":
            return pd.array(values, "boolean").take(codes, allow_fill=True)
        if not len(values):
            return np.full(len(codes), np.nan, values.dtype)
        made = values[np.maximum(codes, 0)]
        made[codes < 0] = None if kind == "O" else np.nan
        return made
    dtype = values.dtype
    if isinstance(dtype, pd.ArrowDtype) or (isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"):
        return dtype.__from_arrow__(release_arrow.taken(pa.array(values, from_pandas=True), codes))
    return values.take(codes, allow_fill=True)


def _is_text(array: Array) -> bool:
    dtype = array.dtype
    if isinstance(dtype, pd.ArrowDtype):
        kind = dtype.pyarrow_dtype
        return bool(types.is_string(kind) or types.is_large_string(kind))
    if isinstance(dtype, pd.StringDtype):
        return True
    return bool(dtype.kind == "O" and pd.api.types.infer_dtype(array, skipna=True) == "string")


def _is_plain(value: object) -> bool:
    """Whether it is data that can be looked through: not a table or another object that may keep what was there."""
    if isinstance(value, Mapping):
        return isinstance(value, dict) and all(_is_plain(key) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_plain, value))
    return isinstance(value, _PLAIN)
