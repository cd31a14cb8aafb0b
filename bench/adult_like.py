"""Which tables are anonymized? One made up in the shape of UCI Adult, Adult itself where a folder has it, large ones.

The made-up table has 30,162 rows and nine quasi-identifiers. Each row has a hidden standing; a column is a band of a
number that follows it more or less closely, with few values that are frequent and many that are rare. Hierarchies join
neighbouring values. No value means anything.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

Rows = tuple[tuple[str, ...], ...]
ROWS: Final = 30_162
SENSITIVE: Final = "occupation"


@dataclass(frozen=True, slots=True)
class Sample:
    """A table with its hierarchies, on disk and in memory.

    Attributes:
        name: what it is called in the results.
        frame: the table; all columns are quasi-identifiers.
        file: the same as a `;`-separated CSV file.
        hierarchies: of each column, one row a leaf: the value, then what it becomes at each level.
        files: the same as `;`-separated CSV files without header.
    """

    name: str
    frame: pd.DataFrame
    file: Path
    hierarchies: Mapping[str, Rows]
    files: Mapping[str, Path]

    @property
    def columns(self) -> list[str]:
        """The quasi-identifiers."""
        return list(self.frame.columns)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the made-up table.

    Attributes:
        joined: how many neighbours are joined at each level above the values, below the last, where all are.
        steep: how much rarer each value is than the one before, as the exponent of Zipf's law.
        follows: how closely it follows the hidden standing, from -1 to 1.
    """

    name: str
    size: int
    joined: tuple[int, ...]
    steep: float
    follows: float


_COLUMNS: Final = (
    _Column("sex", 2, (), 0.9, 0.3),
    _Column("age", 73, (5, 10, 20), 0.8, 0.8),
    _Column("group", 5, (), 2.6, 0.2),
    _Column("household", 7, (3,), 1.2, 0.7),
    _Column("education", 16, (4, 8), 1.4, 0.8),
    _Column("origin", 40, (10,), 3.0, 0.3),
    _Column("sector", 8, (4,), 2.4, 0.6),
    _Column("occupation", 14, (5,), 0.7, 0.8),
    _Column("income", 2, (), 1.2, 0.8),
)
_YOUNGEST: Final = 17


def made_up(folder: Path, seed: int) -> Sample:
    """The made-up table, written to a folder."""
    import pandas as pd

    random = np.random.default_rng(seed)
    standing = random.standard_normal(ROWS)
    data: dict[str, Any] = {}
    hierarchies: dict[str, Rows] = {}
    for column in _COLUMNS:
        number = column.follows * standing + (1 - column.follows**2) ** 0.5 * random.standard_normal(ROWS)
        share = (np.argsort(np.argsort(number)) + 0.5) / ROWS
        weights = 1.0 / np.arange(1, column.size + 1) ** column.steep
        codes = np.searchsorted(np.cumsum(weights / weights.sum()), share).clip(max=column.size - 1)
        is_age = column.name == "age"
        labels = [_YOUNGEST + n if is_age else f"{column.name}-{n + 1:02}" for n in range(column.size)]
        data[column.name] = np.array(labels)[codes]
        hierarchies[column.name] = tuple(
            (str(label), *(f"{column.name}-{n // width * width + 1:02}+{width}" for width in column.joined), "*")
            for n, label in enumerate(labels)
        )
    frame = pd.DataFrame(data)
    file, files = folder / "made-up.csv", {name: folder / f"made-up_hierarchy_{name}.csv" for name in hierarchies}
    frame.to_csv(file, sep=";", index=False)
    for name, path in files.items():
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";", lineterminator="\n").writerows(hierarchies[name])
    return Sample("made-up", read_table(file), file, hierarchies, files)


def adult(folder: Path) -> Sample:
    """Adult in the form that ARX ships it: adult.csv and hierarchies/adult_hierarchy_*.csv."""
    file = folder / "adult.csv"
    frame = read_table(file)
    files = {name: folder / "hierarchies" / f"adult_hierarchy_{name}.csv" for name in frame.columns}
    hierarchies = {}
    for name, path in files.items():
        with path.open(encoding="utf-8", newline="") as lines:
            hierarchies[name] = tuple(tuple(row) for row in csv.reader(lines, delimiter=";") if row)
    return Sample("Adult", frame, file, hierarchies, files)


def read_table(file: Path) -> pd.DataFrame:
    """A `;`-separated table, as a user of pandas reads it."""
    import pandas as pd

    return pd.read_csv(file, sep=";")


def large(sample: Sample, rows: int, noise: float, seed: int) -> tuple[pd.DataFrame, int]:
    """A large table: the sample again and again in another order, and how many distinct tuples it has.

    With probability `noise` a cell gets another value, drawn from its column.
    """
    import pandas as pd

    random = np.random.default_rng(seed)
    order = random.permutation(np.resize(np.arange(len(sample.frame)), rows))
    data = {}
    key: npt.NDArray[np.int64] = np.zeros(rows, np.int64)
    for name in sample.columns:
        codes, values = pd.factorize(sample.frame[name])
        taken = codes[order]
        if noise:
            where = np.flatnonzero(random.random(rows) < noise)
            taken[where] = codes[random.integers(0, len(codes), len(where))]
        data[name] = values.take(taken)
        key = key * len(values) + taken
    return pd.DataFrame(data), len(np.unique(key))
