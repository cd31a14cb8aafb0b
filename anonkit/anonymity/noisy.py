"""How many are there in each group, told so that nobody can say whether one of them is in the table?

Noise is that of OpenDP (extra `anonkit[dp]`): the discrete Laplace distribution, drawn from the system's secure source
in whole numbers; no seed can be set. OpenDP itself tells what a noise and a threshold guarantee, and it is asked.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anonkit.anonymity.columns import Encoded, Table, encode
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import Cells, counted
from anonkit.errors import UsageError

_LARGEST = 1 << 52
"""The largest threshold that is tried."""


def noisy_counts(  # noqa: PLR0913  what a promise depends on
    table: Any,  # noqa: ANN401  of any package
    by: str | Sequence[str],
    epsilon: float,
    delta: float | None = None,
    *,
    subject: str | None = None,
    max_rows_per_subject: int = 1,
    keys: Mapping[str, Sequence[object]] | None = None,
    nonnegative: bool = False,
) -> Any:  # noqa: ANN401  of the same package
    """Count the rows of each group, with noise: (epsilon, delta)-differential privacy.

    table                 of pandas, Arrow or polars
    by                    the columns whose values make a group
    epsilon               above 0; the noise has about max_rows_per_subject / epsilon rows
    delta                 above 0 and below 1, where `keys` are not told: groups whose noisy count is below a threshold
                          are left out, as that there is a group tells something by itself; OpenDP vouches for 1e-15
                          and more
    subject               the column that tells whom a row is about; of each at most `max_rows_per_subject` rows count,
                          chosen by lot
    max_rows_per_subject  without `subject` the caller vouches for this number
    keys                  the values of each column of `by`, if they are known beforehand: every combination is counted,
                          0 as well, rows with other values are not, and delta is not needed (it is 0)
    nonnegative           whether a negative count becomes 0, which makes small counts too high on average

    Returns a table of the same package: the columns of `by`, in the order of their values, and `count` (int64).

    The guarantee: for two tables that differ in all rows of one subject (they are in one of them only), and any set of
    results, the probability of one is at most exp(epsilon) times that of the other, plus delta. Assumed is that `by`,
    `keys` and all numbers were not chosen by looking at the table; that all rows of a person have the same subject; and
    that the results of several calls are counted together: their epsilons and deltas add up. How long a call takes and
    what an error says is not covered. delta should be well below 1 / rows.

    Raises UsageError without OpenDP and for what does not go together.
    """
    _check(epsilon, delta, max_rows_per_subject, keys)
    dp = _opendp()
    given = Table.of(table)
    names = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    if not names:
        raise UsageError("by names no column; name those whose values make a group")
    columns = [encode(name, given.columns[given.place(name)]) for name in names]
    kept = _bounded(given, subject, max_rows_per_subject)
    cells = counted(tuple(column.codes[kept].astype(np.int64) for column in columns))
    if keys is None:
        released = _above_threshold(dp, columns, cells, epsilon, float(delta or 0), max_rows_per_subject)
    else:
        released = _of_keys(dp, _known(names, keys), (columns, cells), epsilon, max_rows_per_subject)
    if nonnegative:
        released = [(key, max(count, 0)) for key, count in released]
    released.sort(key=lambda row: [(value is None, type(value).__name__, _sortable(value)) for value in row[0]])
    count = "count"
    while count in names:
        count += "_"
    made = {name: [key[number] for key, _ in released] for number, name in enumerate(names)}
    return _built(given.package, made, count, [number for _, number in released])


def _check(epsilon: float, delta: float | None, rows: int, keys: object) -> None:
    if not _is_number(epsilon) or not 0 < epsilon < math.inf:
        raise UsageError("epsilon is a number above 0, such as 1.0")
    if keys is None and delta is None:
        raise UsageError(
            "groups that are not known beforehand need a delta, such as 1e-8; or tell the values of columns (keys=...)"
        )
    if delta is not None and (not _is_number(delta) or not (0 < delta < 1 or (delta == 0 and keys is not None))):
        raise UsageError("delta is a number above 0 and below 1, well below 1 / rows")
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise UsageError("max_rows_per_subject is a whole number from 1")


def _is_number(x: object) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def _opendp() -> Any:  # noqa: ANN401  a module without types
    try:
        import opendp.prelude as dp  # noqa: PLC0415  an extra
    except ImportError:
        raise UsageError("noisy counts need OpenDP: pip install 'anonkit[dp]'") from None
    dp.enable_features("contrib")  # where the discrete Laplace mechanism and its threshold live
    return dp


def _bounded(table: Table, subject: str | None, most: int) -> Codes:
    """The rows that count: of each subject so many at most, by lot, which depends on no other subject."""
    if subject is None:
        return np.arange(table.rows)
    column = encode(subject, table.columns[table.place(subject)])
    if None in column.values:
        raise UsageError(f'column "{subject}" has nulls; every row needs a subject')
    lots = np.random.default_rng().permutation(table.rows)
    order = lots[np.argsort(column.codes[lots], kind="stable")]
    ordered = column.codes[order]
    begins = np.searchsorted(ordered, ordered)
    kept: Codes = order[np.arange(table.rows) - begins < most]
    return kept


def _above_threshold(
    dp: Any,  # noqa: ANN401  as above
    columns: Sequence[Encoded],
    cells: Cells,
    epsilon: float,
    delta: float,
    rows: int,
) -> list[tuple[tuple[object, ...], int]]:
    """Noisy counts of the groups that there are, where they reach a threshold."""
    counts = dict(enumerate(cells.counts.tolist()))
    noisy = _thresholded(dp, epsilon, delta, rows)(counts)
    values = [column.values for column in columns]
    return [
        (tuple(own[int(codes[cell])] for own, codes in zip(values, cells.codes, strict=True)), int(count))
        for cell, count in noisy.items()
    ]


def _thresholded(dp: Any, epsilon: float, delta: float, rows: int) -> Any:  # noqa: ANN401  as above
    """The measurement with the least threshold of which OpenDP says that it is (epsilon, delta)-safe."""
    space = (
        dp.map_domain(dp.atom_domain(T="i64"), dp.atom_domain(T="i64")),
        dp.l01inf_distance(dp.absolute_distance(T="i64")),
    )
    distance = (rows, rows, rows)  # groups that a subject is in, rows of it in all, and in one group
    scale = _scale(dp, epsilon, rows)

    def measurement(threshold: int) -> Any:  # noqa: ANN401  as above
        return dp.m.make_laplace_threshold(*space, scale=scale, threshold=threshold)

    def is_safe(threshold: int) -> bool:
        spent_epsilon, spent_delta = measurement(threshold).map(distance)
        return bool(spent_epsilon <= epsilon and spent_delta <= delta)

    low, high = rows, rows + 1
    while not is_safe(high):
        low, high = high, high * 2
        if high > _LARGEST:
            raise UsageError("epsilon and delta are too small for noise that can be drawn; ask for more")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_safe(middle) else (middle, high)
    return measurement(high)


def _laplace(dp: Any, scale: float) -> Any:  # noqa: ANN401  as above
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    return dp.m.make_laplace(*space, scale=scale)


def _scale(dp: Any, epsilon: float, rows: int) -> float:  # noqa: ANN401  as above
    """The least scale of noise of which OpenDP says that it is epsilon-safe, to a rounding."""
    scale = rows / epsilon
    while not (math.isfinite(scale) and _laplace(dp, scale).map(rows) <= epsilon):
        if scale > _LARGEST:
            raise UsageError("epsilon is too small for noise that can be drawn; ask for more")
        scale = math.nextafter(scale, math.inf)
    return scale


def _of_keys(
    dp: Any,  # noqa: ANN401  as above
    known: Sequence[Sequence[object]],
    table: tuple[Sequence[Encoded], Cells],
    epsilon: float,
    rows: int,
) -> list[tuple[tuple[object, ...], int]]:
    """Noisy counts of all combinations of known values."""
    columns, cells = table
    values = [column.values for column in columns]
    counts = dict.fromkeys(itertools.product(*known), 0)
    for cell, count in enumerate(cells.counts.tolist()):
        key = tuple(own[int(codes[cell])] for own, codes in zip(values, cells.codes, strict=True))
        if key in counts:
            counts[key] += count
    if not counts:
        return []
    noisy = _laplace(dp, _scale(dp, epsilon, rows))(list(counts.values()))
    return [(key, int(count)) for key, count in zip(counts, noisy, strict=True)]


def _known(names: Sequence[str], keys: Mapping[str, Sequence[object]]) -> list[Sequence[object]]:
    for name in names:
        if name not in keys:
            raise UsageError(f'keys do not tell the values of column "{name}"')
    for name in keys:
        if name not in names:
            raise UsageError(f'keys tell values of column "{name}", which is not in by')
    return [list(dict.fromkeys(keys[name])) for name in names]


def _sortable(value: object) -> Any:  # noqa: ANN401  compared with values of the same type only
    return value if isinstance(value, int | float | str | bytes) else str(value)


def _built(package: str, columns: Mapping[str, list[object]], count: str, counts: list[int]) -> Any:  # noqa: ANN401
    """A table of the package; types are those of the released values, so that nothing is told of others."""
    if package == "pandas":
        import pandas as pd  # noqa: PLC0415  where a frame is given, pandas is there

        return pd.DataFrame({**columns, count: np.array(counts, np.int64)})
    if package == "polars":
        import polars as pl  # noqa: PLC0415  as above

        return pl.DataFrame({**columns, count: pl.Series(counts, dtype=pl.Int64)})
    import pyarrow as pa  # noqa: PLC0415  as above

    return pa.table({**columns, count: pa.array(counts, pa.int64())})
