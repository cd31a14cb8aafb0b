"""How is a hierarchy read that somebody wrote, in a CSV file or a table? As in ARX: a row a leaf, a column a level."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from anonkit.anonymity.hierarchies.values import text_of, texts_of
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.errors import HierarchyError, InputError
from anonkit.tables import data

_ROW = re.compile(r"row ([0-9]+)")
_DELIMITERS = ";,\t|"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Categories:
    """A hierarchy that lists its leaves.

    Attributes:
        hierarchy: as it was read.
        source: where it is from, for messages.
    """

    hierarchy: Hierarchy
    source: str = "the hierarchy"

    @classmethod
    def from_csv(cls, path: str | Path, delimiter: str = ";") -> Categories:
        """From a CSV file without a header, in UTF-8, UTF-16 with a mark, or GB18030; empty lines are left out.

        Raises HierarchyError, which names the line and tells no value, and InputError where the file cannot be read.
        """
        rows, lines = _rows(path, delimiter)
        if not rows:
            raise HierarchyError(f"{path}: there is no row; a hierarchy has one for each value")
        if len(rows[0]) == 1 and any(sign in rows[0][0] for sign in _DELIMITERS):
            raise HierarchyError(
                f"{path}: line {lines[0]} has one level only; say what splits its levels by delimiter="
            )
        try:
            return cls(Hierarchy.from_rows(rows), str(path))
        except HierarchyError as error:
            said = _ROW.sub(lambda row: f"line {lines[int(row[1]) - 1]}", str(error))
            raise HierarchyError(f"{path}: {said}") from None

    @classmethod
    def from_table(cls, table: Any) -> Categories:  # noqa: ANN401  of pandas, pyarrow or polars
        """From a table of pandas (its index is left out), pyarrow or polars: one column a level, whatever its name.

        Raises HierarchyError, which names the row, and TypeError for what is no table.
        """
        levels = _levels(table)
        if not levels or not levels[0]:
            raise HierarchyError("the table of a hierarchy has no row; it has one for each value, and a column a level")
        rows = dict.fromkeys(zip(*levels, strict=True))
        return cls(Hierarchy.from_rows(rows))

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`; leaves that do not occur follow. Raises HierarchyError where values are not listed."""
        own = self.hierarchy
        texts = texts_of(values)
        missing = sum(text not in own.position for text in texts)
        if missing:
            raise HierarchyError(
                f"{self.source} lacks {missing:,} of {len(texts):,} values of its column; add a row for each"
            )
        order = [own.position[text] for text in texts]
        seen = set(order)
        order += [place for place in range(own.size) if place not in seen]
        leaves = tuple(own.labels[0][place] for place in order)
        codes = tuple(level[order] for level in own.codes[1:])
        return Hierarchy((leaves, *own.labels[1:]), (np.arange(own.size), *codes))


def _rows(path: str | Path, delimiter: str) -> tuple[list[tuple[str, ...]], list[int]]:
    """The rows, each once, and the numbers of their lines."""
    rows: dict[tuple[str, ...], int] = {}
    reader = csv.reader(io.StringIO(_text(Path(path)), newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if row:
                rows.setdefault(tuple(row), reader.line_num)
    except csv.Error:
        raise HierarchyError(f"{path}: line {reader.line_num} is no line of a CSV file; look at its quotes") from None
    return list(rows), list(rows.values())


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; check the path and its permissions") from None
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise HierarchyError(f"{path}: is neither UTF-8 nor GB18030; save it as UTF-8")


def _levels(table: Any) -> list[list[str | None]]:  # noqa: ANN401  of pandas, pyarrow or polars
    """The texts of each column; None for what is missing."""
    package = data.package(table)
    shape: tuple[int, ...] = getattr(table, "shape", ())
    if package is None or len(shape) != 2:  # noqa: PLR2004  rows and columns
        raise TypeError(f"a hierarchy is a table of pandas, pyarrow or polars, not {type(table).__name__}")
    columns: Iterable[Iterable[object]]
    if package == "pandas":
        whole = table.astype(object)
        columns = (whole.iloc[:, place].where(table.iloc[:, place].notna(), None) for place in range(shape[1]))
    elif package == "pyarrow":
        columns = (table.column(place).to_pylist() for place in range(shape[1]))
    else:
        columns = (table.to_series(place).to_list() for place in range(shape[1]))
    return [[None if value is None else text_of(value) for value in column] for column in columns]
