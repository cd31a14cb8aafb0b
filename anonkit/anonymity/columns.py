"""Which distinct values does a column have, and which of them does each row have?

Whatever package a table is of, a column becomes one array of numbers: text by Arrow's dictionaries, which are fast and
leave the other threads alone, the rest by what its package has for it. Two values that a released table would tell
apart are two values: 1 and "1" in a column of objects. Nulls and NaN are one value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from anonkit.errors import UsageError
from anonkit.tables.data import package

Ints = npt.NDArray[np.int32]
Values = Any
"""A column of any package: an array of pandas, an array of Arrow (chunked or not), a series of polars."""

_ROWS_FOR_THREADS = 200_000
_OF_ONE_KIND = ("integer", "floating", "boolean", "decimal", "date", "datetime", "datetime64", "timedelta", "bytes")


@dataclass(frozen=True, eq=False, repr=False)
class Encoded:
    """A column as numbers.

    Attributes:
        codes: the number of each row's value, from 0.
        size: how many values there are; each occurs.
        listed: makes the values, in their order; a null is None.
    """

    codes: Ints
    size: int
    listed: Callable[[], list[object]]

    @cached_property
    def values(self) -> list[object]:
        """The distinct values, None for nulls."""
        return self.listed()

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows have each value."""
        return np.bincount(self.codes, minlength=self.size)

    @cached_property
    def first(self) -> npt.NDArray[np.int64]:
        """The first row with each value."""
        rows = np.empty(self.size, np.int64)
        rows[self.codes[::-1]] = np.arange(len(self.codes) - 1, -1, -1)
        return rows


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """A table of any package, column by column.

    Attributes:
        whole: the table: a DataFrame of pandas or polars, a table of Arrow.
        package: of which it is.
        names: the labels of the columns, as they are.
        columns: arrays of pandas, chunked arrays of Arrow, series of polars.
        rows: how many there are.
        form: as what it came: "" for a table, "lazy" for a LazyFrame, "batch" for a batch of Arrow.
    """

    whole: Any
    package: str
    names: tuple[Any, ...]
    columns: tuple[Values, ...]
    rows: int
    form: str = ""

    @classmethod
    def of(cls, x: Any) -> Table:  # noqa: ANN401  a table of any package
        """A DataFrame of pandas, a table, batch or reader of Arrow, a DataFrame or LazyFrame of polars.

        Raises TypeError for other things.
        """
        root, form = package(x), ""
        if root == "polars" and hasattr(x, "collect"):
            x, form = x.collect(), "lazy"
        elif root == "pyarrow" and hasattr(x, "read_next_batch"):
            x = x.read_all()
        elif isinstance(x, pa.RecordBatch):
            x, form = pa.Table.from_batches([x]), "batch"
        if root is None or len(getattr(x, "shape", ())) != 2:  # noqa: PLR2004  rows and columns
            msg = f"anonkit anonymizes tables of pandas, pyarrow and polars, not {type(x).__name__}"
            raise TypeError(msg)
        if root == "pandas":
            from anonkit.tables.arrays import bare  # noqa: PLC0415  where a frame is given, pandas is there

            columns = [bare(x.iloc[:, number].array) for number in range(x.shape[1])]
            return cls(x, root, tuple(x.columns), tuple(columns), len(x))
        columns = x.get_columns() if root == "polars" else x.columns
        names = x.columns if root == "polars" else x.column_names
        return cls(x, root, tuple(names), tuple(columns), x.shape[0], form)

    def place(self, name: object) -> int:
        """Which column has this name. Raises UsageError where none has, or several have."""
        found = [number for number, one in enumerate(self.names) if type(one) is type(name) and one == name]
        found = found or [number for number, one in enumerate(self.names) if one == name]
        if not found:
            raise UsageError(f'the table has no column "{name}"; write columns as the table does')
        if len(found) > 1:
            raise UsageError(f'{len(found)} columns are called "{name}"; rename them, so that one can be named')
        return found[0]


def encode_all(columns: Sequence[tuple[str, Values]]) -> list[Encoded]:
    """Encode columns, each with its name, by as many threads as there are cores where the table is large.

    Raises UsageError for columns whose values are lists or structs.
    """
    if not columns or len(columns[0][1]) < _ROWS_FOR_THREADS:
        return [encode(name, column) for name, column in columns]
    with ThreadPoolExecutor(min(len(columns), os.cpu_count() or 1)) as threads:
        return list(threads.map(lambda one: encode(*one), columns))


def encode(name: str, column: Values) -> Encoded:
    """Encode a column. Raises UsageError, as above."""
    root = package(column)
    try:
        if root == "polars":
            return _of_polars(column)
        return _of_arrow(column) if root == "pyarrow" else _of_pandas(column)
    except (TypeError, pa.ArrowNotImplementedError):  # no value that could be looked up
        raise UsageError(
            f'column "{name}" holds lists, structs or objects that cannot be compared; leave it out or make it text'
        ) from None


def order_of(column: Values) -> list[object] | None:
    """The order that the type of a column gives its values, each once; None where it gives none."""
    root = package(column)
    if root == "pyarrow":
        if not types.is_dictionary(column.type) or not column.type.ordered:
            return None
        return list(dict.fromkeys(_taken_apart(column)[1].to_pylist()))
    kind: Any = column.dtype
    if root == "polars":
        return list(kind.categories.to_list()) if str(kind).startswith("Enum") else None
    if hasattr(kind, "categories"):
        return list(kind.categories) if kind.ordered else None
    arrow = getattr(kind, "pyarrow_dtype", None)
    return None if arrow is None or not types.is_dictionary(arrow) else order_of(pa.array(column))


def _of_arrow(column: Values) -> Encoded:
    kind = column.type
    if types.is_nested(kind):
        raise TypeError
    if isinstance(kind, pa.BaseExtensionType):
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        made = _of_arrow(pa.chunked_array([chunk.storage for chunk in chunks], kind.storage_type))
        return Encoded(made.codes, made.size, lambda: column.take(pa.array(made.first)).to_pylist())
    if types.is_dictionary(kind):
        return _of_dictionary(column)
    if types.is_null(kind):
        return _nulls(len(column))
    if types.is_float16(kind):
        return _of_arrow(column.cast(pa.float32()))
    if kind in (pa.string_view(), pa.binary_view()):
        return _of_arrow(column.cast(pa.large_string() if kind == pa.string_view() else pa.large_binary()))
    indices, values = _taken_apart(column.dictionary_encode())
    has_null = bool(len(indices)) and int(indices.min()) < 0
    if has_null:
        indices = np.where(indices < 0, np.int32(len(values)), indices)
    made = Encoded(indices, len(values) + has_null, lambda: [*values.to_pylist(), *([None] * has_null)])
    return _with_one_null(made) if types.is_floating(kind) and pc.any(pc.is_nan(values)).as_py() else made


def _taken_apart(column: Values) -> tuple[Ints, pa.Array]:
    """Indices and values of a column of dictionaries, all of whose chunks get the same one."""
    if isinstance(column, pa.ChunkedArray):
        chunks = column.unify_dictionaries().chunks
        if not chunks:
            return np.empty(0, np.int32), pa.array([], column.type.value_type)
        indices = pa.chunked_array([chunk.indices for chunk in chunks]).combine_chunks()
        return _numbers(indices), chunks[0].dictionary
    return _numbers(column.indices), column.dictionary


def _numbers(indices: Values) -> Ints:
    """Indices, -1 where there is none."""
    whole = indices.combine_chunks() if isinstance(indices, pa.ChunkedArray) else indices
    if whole.null_count:
        whole = pc.fill_null(whole.cast(pa.int32()), -1)
    # its buffer, as `to_numpy` would import pandas
    _, data = whole.cast(pa.int32()).buffers()
    numbers: Ints = np.frombuffer(data, np.int32, len(whole), 4 * whole.offset) if data else np.empty(0, np.int32)
    return numbers


def _of_dictionary(column: Values) -> Encoded:
    indices, dictionary = _taken_apart(column)
    return _through(indices, _of_arrow(dictionary))


def _through(indices: Ints, inner: Encoded) -> Encoded:
    """What rows have, that have values of another column by their number, or none (-1). Values may be unused."""
    values = [*inner.values, None]
    codes = np.append(inner.codes, np.int32(inner.size))[indices]  # -1 is the last one, a null
    null = next((number for number, value in enumerate(values) if value is None), inner.size)
    codes[codes == inner.size] = null
    return _only_used(codes, values)


def _only_used(codes: Ints, values: list[object]) -> Encoded:
    used = np.flatnonzero(np.bincount(codes, minlength=len(values)))
    number = np.zeros(len(values), np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    return Encoded(number[codes], len(used), lambda: [values[one] for one in used])


def _none(value: Any) -> Any:  # noqa: ANN401  any value
    """The value; None for what is not a number."""
    return None if value != value else value  # noqa: PLR0124  NaN


def _with_one_null(made: Encoded) -> Encoded:
    """Where several values mean that there is none, they become one."""
    values = [_none(value) for value in made.values]
    nulls = np.array([value is None for value in values])
    number = np.arange(len(values), dtype=np.int32)
    number[nulls] = np.flatnonzero(nulls)[0]
    return _only_used(number[made.codes], values)


def _nulls(rows: int) -> Encoded:
    return Encoded(np.zeros(rows, np.int32), int(rows > 0), lambda: [None] * (rows > 0))


def _of_polars(column: Values) -> Encoded:
    name = str(column.dtype)
    if name == "Object":
        return _of_objects(column.to_list())
    return _of_arrow((column.cast(str) if name in ("Int128", "UInt128") else column).to_arrow())


def _of_pandas(column: Values) -> Encoded:
    import pandas as pd  # noqa: PLC0415  where one is given, it is there

    dtype = column.dtype
    if isinstance(dtype, pd.ArrowDtype | pd.StringDtype) and getattr(column, "_pa_array", None) is not None:
        return _of_arrow(column._pa_array)  # noqa: SLF001  nothing is copied
    if isinstance(dtype, pd.StringDtype):
        return _of_arrow(pa.array(column, pa.large_string(), from_pandas=True))
    if isinstance(dtype, pd.CategoricalDtype):
        return _through(column.codes.astype(np.int32), _of_pandas(dtype.categories.array))
    if dtype.kind == "O":
        return _of_pandas_objects(np.asarray(column, object), pd)
    codes, values = pd.factorize(column, use_na_sentinel=True)
    return _of_factors(codes, list(values))


def _of_factors(codes: npt.NDArray[np.int64], values: list[object]) -> Encoded:
    """Of what pandas makes: -1 is a null."""
    values = [_none(value) if isinstance(value, float | np.floating) else value for value in values]
    numbers = codes.astype(np.int32)
    if not (numbers < 0).any():
        made = Encoded(numbers, len(values), lambda: values)
    else:
        numbers[numbers < 0] = len(values)
        made = Encoded(numbers, len(values) + 1, lambda: [*values, None])
    return _with_one_null(made) if sum(value is None for value in made.listed()) > 1 else made


def _of_pandas_objects(values: npt.NDArray[Any], pd: Any) -> Encoded:  # noqa: ANN401  the module
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind == "empty":
        return _nulls(len(values))
    if kind == "string":
        try:
            return _of_arrow(pa.array(values, pa.large_string(), from_pandas=True))
        except (UnicodeError, pa.ArrowInvalid):  # what is no Unicode
            pass
    if kind in _OF_ONE_KIND:
        codes, distinct = pd.factorize(values, use_na_sentinel=True)
        return _of_factors(codes, list(distinct))
    return _of_objects([None if x is pd.NA or x is pd.NaT else x for x in values.tolist()])


def _of_objects(objects: Sequence[Any]) -> Encoded:
    """Objects of different types: those of different types are different. Raises TypeError for those without a hash."""
    known: dict[object, int] = {}
    values: list[object] = []
    codes = np.empty(len(objects), np.int32)
    for row, value in enumerate(objects):
        is_null = value is None or (isinstance(value, float | np.floating) and value != value)  # noqa: PLR0124  NaN
        key = None if is_null else (type(value), value)
        number = known.setdefault(key, len(values))
        if number == len(values):
            values.append(None if is_null else value)
        codes[row] = number
    return Encoded(codes, len(values), lambda: values)
