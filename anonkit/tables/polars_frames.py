"""How are polars frames and series scrubbed and scanned? Through Arrow, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from anonkit.tables import objects, typed
from anonkit.tables.fields import Fields
from anonkit.tables.findings import Findings, in_names, in_objects, in_values

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.scrubber import Scrubber

_WIDE = (pl.Int128, pl.UInt128)


def scrub(scrubber: Scrubber, x: Any) -> tuple[Any, Counter[str]]:  # noqa: ANN401  frames and series
    """Scrub a frame or a series; returns one of the same type, and the number of replacements.

    A lazy frame is collected: whether a column of numbers becomes text is known at its end only.

    Raises UsageError for a policy that cannot treat cells, TypeError for other objects of polars.
    """
    if isinstance(x, pl.LazyFrame):
        made, counts = scrub(scrubber, x.collect())
        return made.lazy(), counts
    fields = Fields(scrubber)
    if isinstance(x, pl.Series):
        (new,), counts = _scrub(scrubber, [x])
        (name,) = fields.names([x.name])
        return (new if name == x.name else new.alias(name)), counts + fields.counts
    if isinstance(x, pl.DataFrame):
        columns, counts = _scrub(scrubber, x.get_columns())
        names = fields.names(x.columns)
        if not columns:
            return x.clone(), counts
        made = [one if one.name == name else one.alias(name) for one, name in zip(columns, names, strict=True)]
        return pl.DataFrame(made), counts + fields.counts
    msg = f"anonkit scrubs a DataFrame, Series or LazyFrame of polars, not {type(x).__name__}"
    raise TypeError(msg)


def _scrub(scrubber: Scrubber, columns: Sequence[pl.Series]) -> tuple[list[pl.Series], Counter[str]]:
    """Series of equally many rows; the same ones where nothing was replaced."""
    made = list(columns)
    counts: Counter[str] = Counter()
    plain: list[int] = []
    for row, one in enumerate(columns):
        if isinstance(one.dtype, pl.Object):
            made[row], found = _of_objects(scrubber, one)
            counts.update(found)
        elif isinstance(one.dtype, pl.Enum | pl.Categorical):
            made[row], found = _of_categories(scrubber, one)
            counts.update(found)
        else:
            plain.append(row)
    before = [typed.Column(columns[row].name, _to_arrow(columns[row])) for row in plain]
    for row, old, new in zip(plain, before, typed.scrub(scrubber, before), strict=True):
        counts.update(new.counts)
        if new.values is not old.values:
            made[row] = _of_arrow(new.values, old.values, columns[row])
    return made, counts


def _to_arrow(one: pl.Series) -> pa.Array:
    """The series in Arrow, which has no integers of 128 bits: these are there as text."""
    return (one.cast(pl.String) if one.dtype in _WIDE else one).to_arrow()


def _of_arrow(values: pa.Array, before: pa.Array, old: pl.Series) -> pl.Series:
    new = pl.Series(old.name, pl.from_arrow(values))
    if values.type != before.type or new.dtype == old.dtype:
        return new
    if old.dtype in _WIDE:
        new = new.replace("", None)
    try:
        return new.cast(old.dtype)
    except pl.exceptions.PolarsError:
        return new  # text in place of integers, and lists of an Enum whose categories are others now


def _of_objects(scrubber: Scrubber, one: pl.Series) -> tuple[pl.Series, Counter[str]]:
    before = one.to_list()
    made, counts = objects.scrub(scrubber, one.name, list(enumerate(before)))
    if all(new is old for new, old in zip(made, before, strict=True)):
        return one, counts
    return pl.Series(one.name, made, dtype=pl.Object), counts


def _of_categories(scrubber: Scrubber, one: pl.Series) -> tuple[pl.Series, Counter[str]]:
    """Categories that become equal are one; those that no row has are scrubbed too, and are gone if they may be."""
    kind = one.dtype
    if isinstance(kind, pl.Enum):
        categories, codes = kind.categories, one.to_physical()
    else:
        categories = one.cast(pl.String).unique(maintain_order=True).drop_nulls()
        numbers = {text: number for number, text in enumerate(categories.to_list())}
        codes = one.cast(pl.String).replace_strict(numbers, return_dtype=pl.UInt32)
    (new,) = typed.scrub(scrubber, [typed.Column(one.name, categories.to_arrow())])
    if not new.touched.any():
        return one, new.counts
    texts = pl.Series(one.name, pl.from_arrow(new.values))
    counts = new.counts
    if isinstance(kind, pl.Enum):
        kind = pl.Enum(texts.unique(maintain_order=True))
    return texts.gather(codes.cast(pl.UInt32)).cast(kind).alias(one.name), counts


def scan(scrubber: Scrubber, x: Any) -> pl.DataFrame:  # noqa: ANN401  frames and series
    """What is found in a frame or a series; see `anonkit.scan`."""
    if isinstance(x, pl.LazyFrame):
        x = x.collect()
    if not isinstance(x, pl.DataFrame | pl.Series):
        msg = f"anonkit scans a DataFrame, Series or LazyFrame of polars, not {type(x).__name__}"
        raise TypeError(msg)
    columns = x.get_columns() if isinstance(x, pl.DataFrame) else [x]
    findings = Findings(scrubber)
    for one in columns:
        if isinstance(one.dtype, pl.Object):
            findings.rows += in_objects(scrubber, one.name, list(enumerate(one.to_list())))
        else:
            is_category = isinstance(one.dtype, pl.Enum | pl.Categorical)
            findings.rows += in_values(scrubber, one.name, _to_arrow(one.cast(pl.String) if is_category else one))
    in_names(scrubber, [one.name for one in columns], findings)
    made = findings.columns()
    return pl.DataFrame(
        {name: values.tolist() if values.dtype == np.dtype(object) else values for name, values in made.items()},
        schema_overrides={"column": pl.String, "entity": pl.String},
    )


def table(x: Any) -> pa.Table:  # noqa: ANN401  frames and series
    """A frame or a series as a table of Arrow, to be looked at."""
    if isinstance(x, pl.Series):
        x = x.to_frame()
    return (x.collect() if isinstance(x, pl.LazyFrame) else x).to_arrow()
