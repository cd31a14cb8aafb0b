"""How is a table made anonymous that does not fit in memory? Its distinct tuples are counted where it lies.

A histogram comes from DuckDB, from Spark, or from a table of counts; `search.solve` needs no more. The solution is then
applied batch by batch:

    histogram = histogram_from_duckdb(connection, ["age", "town"], {"age": Ages()}, query="SELECT * FROM people")
    solution = solve(histogram, k=20, limit=5_000)
    for table in recoded(connection.sql("SELECT * FROM people").to_arrow_reader(), histogram, solution):
        ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonkit.anonymity.columns import Encoded, Table, encode
from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import Histogram, counted
from anonkit.anonymity.leaves import leaves_of, placed
from anonkit.anonymity.release import Recoded, Release, positions
from anonkit.anonymity.solution import Solution
from anonkit.errors import UsageError
from anonkit.tables import data

if TYPE_CHECKING:
    from anonkit.model import Policy

Named = str | Sequence[str]


def histogram_from_counts(
    table: Any,  # noqa: ANN401  a table of pandas, Arrow or polars
    quasi: Named,
    count: str,
    hierarchies: Mapping[str, object] | None = None,
    *,
    sensitive: Named = (),
) -> Histogram:
    """The histogram of a table of counts: one row for each tuple (or several, which add up), with how often it occurs.

    table        of pandas, Arrow or polars
    quasi        the quasi-identifiers
    count        the column of counts: whole numbers, from 0
    hierarchies  by quasi-identifier, as `anonkit.anonymize` takes them; the others get a suggested one
    sensitive    columns of which the histogram tells the values as well, for l-diversity and t-closeness

    Raises UsageError for columns that are not there and counts that are none, HierarchyError for values not listed.
    """
    given = Table.of(table)
    names, further = _names(quasi), _names(sensitive)
    _check(names, further, hierarchies)
    counts = _counts(given, count)
    columns = [_encoded(given, name, counts) for name in names]
    leaves = [placed(name, (hierarchies or {}).get(name), one) for name, one in zip(names, columns, strict=True)]
    codes = tuple(own.leaf[one.codes] for own, one in zip(leaves, columns, strict=True))
    values = {name: _encoded(given, name, counts) for name in further}
    kept = counts > 0
    codes, counts = tuple(column[kept] for column in codes), counts[kept]
    return Histogram(
        tuple(names),
        tuple(own.hierarchy for own in leaves),
        counted(codes, weights=counts),
        {name: counted(codes, one.codes[kept].astype(np.int64), counts) for name, one in values.items()},
        {name: tuple(one.values) for name, one in values.items()},
    )


def histogram_from_duckdb(
    source: Any,  # noqa: ANN401  of DuckDB
    quasi: Named,
    hierarchies: Mapping[str, object] | None = None,
    *,
    sensitive: Named = (),
    query: str | None = None,
) -> Histogram:
    """The histogram of what DuckDB holds, counted there; only distinct tuples come into memory.

    source  a relation; or a connection, and `query` says of what
    others  as for `histogram_from_counts`

    Raises UsageError for columns that are not there, HierarchyError for values not listed.
    """
    relation = source if query is None else source.sql(query)
    if not hasattr(relation, "aggregate"):
        raise UsageError("DuckDB's tables are given as a relation, or as a connection with a query (query=...)")
    names = [*_names(quasi), *_names(sensitive)]
    _check_known(names, relation.columns)
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    counts = relation.aggregate(f"{quoted}, count(*) AS counted", quoted).to_arrow_table()
    return _of_grouped(counts, quasi, hierarchies, sensitive)


def histogram_from_spark(
    frame: Any,  # noqa: ANN401  a DataFrame of Spark
    quasi: Named,
    hierarchies: Mapping[str, object] | None = None,
    *,
    sensitive: Named = (),
) -> Histogram:
    """The histogram of a DataFrame of Spark, counted by its workers; only distinct tuples come to the driver.

    Parameters and errors are those of `histogram_from_counts`.
    """
    names = [*_names(quasi), *_names(sensitive)]
    _check_known(names, frame.columns)
    own = [f"c{number}" for number in range(len(names))]
    chosen = frame.select(*("`" + name.replace("`", "``") + "`" for name in names)).toDF(*own)
    grouped = chosen.groupBy(*own).count()
    counts = grouped.toArrow() if hasattr(grouped, "toArrow") else pa.Table.from_pandas(grouped.toPandas())
    return _of_grouped(counts, quasi, hierarchies, sensitive)


def recoded(
    batches: Iterable[pa.RecordBatch | pa.Table],
    histogram: Histogram,
    solution: Solution | None,
    *,
    policy: str | Policy = "anonymize",
) -> Iterator[pa.Table]:
    """Apply a solution to the rows of the table that the histogram was made of, batch by batch.

    Of each batch comes a table that is what `anonkit.anonymize` releases: quasi-identifiers at their levels, all other
    columns scrubbed by the policy, suppressed rows "*" or null. The types are those of the first one.

    Raises UsageError for batches without the columns, with rows of a class that the histogram does not have, and where
    there is no solution; HierarchyError for values that are not in the hierarchies. That a class has more or fewer rows
    than the histogram says is not seen: give it the same table.
    """
    if solution is None:
        raise UsageError("there is no solution to apply: ask for less, or let more rows be suppressed (limit)")
    applied = _Applied.of(histogram, solution)
    schema: pa.Schema | None = None
    for number, batch in enumerate(batches, 1):
        table = Table.of(pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch)
        if not table.rows:
            continue
        made = applied.release(table, policy).build()
        if schema is None:
            fields = [field.with_nullable(nullable=True) for field in made.schema]
            schema = pa.schema(fields, metadata=made.schema.metadata)
        try:
            yield made.cast(schema)
        except (pa.ArrowInvalid, ValueError):
            raise UsageError(
                f"batch {number:,} has columns or types that the first one has not; give all batches one schema"
            ) from None


@dataclass(frozen=True, slots=True, eq=False)
class _Applied:
    """A solution, ready to be applied.

    Attributes:
        histogram: of the table.
        levels: of the quasi-identifiers.
        classes: for each quasi-identifier, its code in each class.
        is_suppressed: which classes are suppressed.
    """

    histogram: Histogram
    levels: Levels
    classes: tuple[Codes, ...]
    is_suppressed: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, histogram: Histogram, solution: Solution) -> _Applied:
        """The classes of a solution, as the search saw them."""
        groups = solution.classes.groups
        every = np.ones(len(groups), np.bool_)
        codes = tuple(groups.codes(number, every) for number in range(len(solution.levels)))
        return cls(histogram, solution.levels, codes, solution.classes.fails)

    def release(self, table: Table, policy: str | Policy) -> Release:
        """What becomes of a part of the table."""
        histogram = self.histogram
        places = tuple(table.place(name) for name in histogram.names)
        columns = [encode(name, table.columns[place]) for name, place in zip(histogram.names, places, strict=True)]
        tuples = counted(tuple(column.codes for column in columns)).codes
        codes = tuple(
            hierarchy.codes[level][leaves_of(f'column "{name}"', hierarchy, column)[own]]
            for name, hierarchy, level, column, own in zip(
                histogram.names, histogram.hierarchies, self.levels, columns, tuples, strict=True
            )
        )
        labels = [hierarchy.labels[level] for hierarchy, level in zip(histogram.hierarchies, self.levels, strict=True)]
        told = tuple(own if level else None for own, level in zip(labels, self.levels, strict=True))
        return Release(
            table, places, tuple(columns), Recoded(tuples, self._fails(codes, labels), told, codes), None, policy
        )

    def _fails(self, codes: tuple[Codes, ...], labels: Sequence[Sequence[str | None]]) -> npt.NDArray[np.bool_]:
        """Which tuples are suppressed, by what they become."""
        sizes = [len(own) for own in labels]
        both = [np.concatenate(pair) for pair in zip(self.classes, codes, strict=True)]
        distinct = counted(tuple(both)).codes
        if len(distinct[0]) > len(self.is_suppressed):
            raise UsageError("there are rows that the histogram does not know; make it of the same table")
        return self.is_suppressed[positions(codes, self.classes, sizes)]


class _Weighted(Encoded):
    """A column of a table of counts."""

    def __init__(self, column: Encoded, weights: Codes) -> None:
        super().__init__(column.codes, column.size, column.listed)
        object.__setattr__(self, "_weights", weights)

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows of the table that was counted have each value."""
        sums = np.zeros(self.size, np.int64)
        np.add.at(sums, self.codes, self._weights)  # type: ignore[attr-defined]
        return sums


def _encoded(table: Table, name: str, counts: Codes) -> Encoded:
    return _Weighted(encode(name, table.columns[table.place(name)]), counts)


def _names(given: Named) -> list[str]:
    return [given] if isinstance(given, str) else list(dict.fromkeys(given))


def _check(quasi: Sequence[str], sensitive: Sequence[str], hierarchies: Mapping[str, object] | None) -> None:
    if not quasi:
        raise UsageError("quasi names no column; name the quasi-identifiers")
    for name in sensitive:
        if name in quasi:
            raise UsageError(f'column "{name}" cannot be sensitive and a quasi-identifier')
    for name in hierarchies or {}:
        if name not in quasi:
            raise UsageError(f'hierarchies name column "{name}", which is no quasi-identifier; add it to quasi')


def _check_known(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UsageError(f'the table has no column "{name}"; write columns as the table does')


def _counts(table: Table, name: str) -> Codes:
    column = data.table(table.whole).column(table.place(name))
    try:
        counts = pc.cast(column, pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        counts = None
    if (
        counts is None
        or not pa.types.is_integer(column.type)
        or counts.null_count
        or (len(counts) and pc.min(counts).as_py() < 0)
    ):
        raise UsageError(f'the counts in column "{name}" are whole numbers, from 0')
    made: Codes = counts.to_numpy()
    return made


def _of_grouped(
    counts: pa.Table, quasi: Named, hierarchies: Mapping[str, object] | None, sensitive: Named
) -> Histogram:
    """Of what GROUP BY gave: the columns in order, then how often. Names that are free are used for the count."""
    names = [*_names(quasi), *_names(sensitive)]
    count = "count"
    while count in names:
        count += "_"
    return histogram_from_counts(counts.rename_columns([*names, count]), quasi, count, hierarchies, sensitive=sensitive)
