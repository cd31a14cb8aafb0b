"""What does a solver need to know of the columns of a table? Rows are counted here, and no solver sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from anonkit.anonymity.columns import Encoded
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Cells, Histogram, Numbers, counted
from anonkit.anonymity.leaves import Placed


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
