"""How is a DataFrame of polars released? Column by column, through Arrow."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from anonkit.anonymity import release_arrow
from anonkit.anonymity.hierarchy import SUPPRESSED
from anonkit.anonymity.release import Column, Release
from anonkit.tables import polars_frames


def build(release: Release) -> pl.DataFrame:
    """The released frame."""
    scrubber, gone = release.scrubber, release.suppressed
    quasi = release.columns()
    before: tuple[pl.Series, ...] = release.table.columns
    done = {place: released(before[place], column) for place, column in quasi.items()}
    if release.subject is not None:
        column = before[release.subject]
        done[release.subject] = pl.Series(column.name, [None] * len(column), dtype=column.dtype)
    blank = []
    for place, column in enumerate(before):
        if place in done:
            blank.append(pl.Series(column.name, [None] * len(column), dtype=pl.Null))
        else:
            blank.append(_taken(column, np.where(gone, -1, np.arange(len(column)))) if gone.any() else column)
    made, _ = polars_frames.scrub(scrubber, pl.DataFrame(blank))
    columns = [
        done[place].alias(column.name) if place in done else column for place, column in enumerate(made.get_columns())
    ]
    return pl.DataFrame(columns) if columns else release.table.whole.clone()


def released(before: pl.Series, column: Column) -> pl.Series:
    """A quasi-identifier: text, or of its own type where it keeps its values."""
    if column.labels is not None:
        return _of_text(before.name, column.text())
    values = before.gather(column.first)
    if isinstance(before.dtype, pl.Object):
        items = [*values.to_list(), SUPPRESSED]
        return pl.Series(before.name, [items[code] for code in column.codes.tolist()], dtype=pl.Object)
    if isinstance(before.dtype, pl.String | pl.Categorical | pl.Enum):
        texts = [*values.cast(pl.String).to_list(), SUPPRESSED]
        made = _of_text(before.name, pa.array(texts, pa.large_string()).take(pa.array(column.codes % len(texts))))
        return _of_type(made, before.dtype)
    return _taken(values, column.codes)


def _of_text(name: str, values: pa.Array) -> pl.Series:
    return pl.Series(name, pl.from_arrow(values), dtype=pl.String)


def _of_type(texts: pl.Series, kind: Any) -> pl.Series:  # noqa: ANN401  a type of polars
    """Text as categories, those alone that are used; those of an Enum in their order."""
    if isinstance(kind, pl.Enum):
        used = set(texts.drop_nulls().unique().to_list())
        known = [category for category in kind.categories.to_list() if category in used]
        return texts.cast(pl.Enum([*known, *sorted(used - set(known))]))
    return texts.cast(kind)


def _taken(values: pl.Series, codes: npt.NDArray[Any]) -> pl.Series:
    """The values with these numbers, null for -1; nothing is left of the others."""
    kind = values.dtype
    if isinstance(kind, pl.Object):
        items = [*values.to_list(), None]
        return pl.Series(values.name, [items[code] for code in codes.tolist()], dtype=pl.Object)
    if isinstance(kind, pl.Categorical | pl.Enum):
        return _of_type(_taken(values.cast(pl.String), codes), kind)
    if str(kind) in ("Int128", "UInt128"):
        return values.gather(pl.Series(np.maximum(codes, 0))).set(pl.Series(codes < 0), None)
    made = pl.Series(values.name, pl.from_arrow(release_arrow.taken(values.to_arrow(), codes)))
    return made if made.dtype == kind else made.cast(kind)
