"""What does a solver need to know of the columns of a table? Rows are counted here, and no solver sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from anonkit.anonymity.columns import Encoded, Table, encode
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Cells, Histogram, Numbers, counted
from anonkit.anonymity.leaves import Placed
from anonkit.tables import data

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber


def histogram(
    names: Sequence[str],
    columns: Sequence[Encoded],
    leaves: Sequence[Placed],
    sensitive: Mapping[str, Encoded],
    subject: Encoded | None = None,
    population: Sequence[Encoded] = (),
) -> tuple[Histogram, tuple[Codes, ...]]:
    """The histogram of a table, and its tuples by the numbers of the values in `columns`.

    names       of the quasi-identifiers
    columns     these, encoded
    leaves      their hierarchies, and the leaf of each value
    sensitive   by name
    subject     who counts, in place of rows
    population  the quasi-identifiers of the population
    """
    rows = tuple(column.codes for column in columns)
    plain = counted(rows)
    with_subjects = None if subject is None else counted(rows, subject.codes)
    further: dict[str, Cells] = {}
    pairs: dict[str, Codes] = {}
    if with_subjects is not None:
        further[SUBJECTS] = _placed(with_subjects, [one.leaf for one in leaves])
    for name, column in sensitive.items():
        values: Numbers = column.codes
        if subject is not None:
            values, pairs[name] = _paired(subject, column)
        further[name] = _placed(counted(rows, values), [one.leaf for one in leaves])
    cells = _placed(plain, [one.leaf for one in leaves])
    if population:
        others = _placed(
            counted(tuple(column.codes for column in population)),
            [one.population for one in leaves if one.population is not None],
        )
        further[POPULATION] = _beside(cells, others)
    labels = {name: tuple(column.values) for name, column in sensitive.items()}
    hierarchies = tuple(one.hierarchy for one in leaves)
    return Histogram(tuple(names), hierarchies, cells, further, labels, pairs), plain.codes


def as_released(scrubber: Scrubber, name: str, table: Table, place: int, column: Encoded) -> Encoded:
    """A column, encoded, in which values that are the same when they are released are one.

    These are equal values, such as 1 and 1.0, and those that scrubbing makes equal, such as two telephone numbers. Each
    stands for the first of them. Raises UsageError where the policy cannot treat the column.
    """
    scrubbed, _ = data.scrub(scrubber, _rows_of(table, place, column.first))
    released = encode(name, Table.of(scrubbed).columns[0])
    known: dict[object, int] = {}
    of_released = [known.setdefault(value, len(known)) for value in released.values]
    number = np.array(of_released, np.int32)[released.codes]
    if len(known) == column.size:
        return column
    firsts = np.unique(number, return_index=True)[1]
    return Encoded(number[column.codes], len(known), lambda: [column.values[first] for first in firsts])


def _rows_of(table: Table, place: int, rows: Codes) -> Any:  # noqa: ANN401  of the package of the table
    """A table of one column, with these rows."""
    if table.package == "pandas":
        made = table.whole.iloc[rows, [place]].reset_index(drop=True)
        made.attrs = {}
        return made
    if table.package == "pyarrow":
        return table.whole.select([place]).take(pa.array(rows))
    return table.whole[:, [place]][rows]


def _placed(cells: Cells, leaves: Sequence[Codes]) -> Cells:
    """Cells by their leaves."""
    return Cells(
        tuple(leaf[codes] for leaf, codes in zip(leaves, cells.codes, strict=True)), cells.counts, cells.values
    )


def _paired(subject: Encoded, column: Encoded) -> tuple[Codes, Codes]:
    """For each row the number of its subject and its value together, and which value each pair has."""
    key = subject.codes.astype(np.int64) * column.size + column.codes
    pairs, numbers = np.unique(key, return_inverse=True)
    return numbers.astype(np.int64), pairs % column.size


def _beside(table: Cells, population: Cells) -> Cells:
    """Cells of the table (1) and of the population (0), in which a tuple may stand twice: two values share a leaf."""
    codes = tuple(np.concatenate(both) for both in zip(table.codes, population.codes, strict=True))
    values = np.repeat(np.array([1, 0]), [len(table.counts), len(population.counts)])
    return counted(codes, values, np.concatenate((table.counts, population.counts)))
