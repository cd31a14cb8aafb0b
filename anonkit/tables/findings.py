"""Where is what in the arrays of pandas? Positions, entities and confidences, never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from anonkit.tables import arrays, arrow, objects, typed
from anonkit.tables.fields import Fields

if TYPE_CHECKING:
    from anonkit.detect.block import Ints
    from anonkit.scrubber import Scrubber


class Row(NamedTuple):
    """A finding: its column, row, number of the entity, place in code points, half-open, and confidence, 0..1."""

    column: str
    row: int
    entity: int
    start: int
    end: int
    confidence: float


@dataclass(slots=True)
class Findings:
    """What was found so far."""

    scrubber: Scrubber
    rows: list[Row] = field(default_factory=list)

    def count(self, counts: Mapping[str, int]) -> None:
        """Put in what is in no cell and in no name of a column: without a column, a row and a place."""
        numbers = {entity: number for number, entity in enumerate(self.scrubber.entities)}
        for entity, times in counts.items():
            self.rows += [Row("", -1, numbers[entity], 0, 0, 1.0)] * times

    def columns(self) -> dict[str, Any]:
        """The findings as columns, sorted by row within their columns."""
        name = Fields(self.scrubber).text
        order = {one: number for number, one in enumerate(dict.fromkeys(one.column for one in self.rows))}
        rows = sorted(self.rows, key=lambda one: (order[one.column], one.row, one.start, one.end))
        new = {one: name(one) for one in order}
        entities = self.scrubber.entities
        return {
            "column": np.array([new[row[0]] for row in rows], object),
            "row": np.array([row[1] for row in rows], np.int64),
            "entity": np.array([entities[row[2]] for row in rows], object),
            "start": np.array([row[3] for row in rows], np.int64),
            "end": np.array([row[4] for row in rows], np.int64),
            "confidence": np.array([row[5] for row in rows], np.float64).round(3),
        }


def find(
    scrubber: Scrubber, name: str, array: arrays.Array, into: Findings, said: str | None = None, row: int | None = None
) -> None:
    """Put in what is found in an array.

    name  of what it fills
    said  the name that findings get, if not that
    row   the row that they get, if not their own
    """
    found = _found(scrubber, name, arrays.taken(array))
    into.rows += [
        one._replace(column=one.column if said is None else said, row=one.row if row is None else row) for one in found
    ]


def _found(scrubber: Scrubber, name: str, taken: arrays.Taken) -> list[Row]:
    rows: list[Row] = []
    for values in () if taken.is_told else taken.columns:
        rows += in_values(scrubber, name, values)
    rows += in_objects(scrubber, name, taken.nested)
    for number, part in enumerate(taken.inner):
        inside = _found(scrubber, name, arrays.taken(part))
        rows += _spread(inside, None if number else taken.codes)
    return rows


def _spread(rows: Iterable[Row], codes: Ints | None) -> list[Row]:
    """Findings in categories, in the rows that have them."""
    found = list(rows)
    if codes is None or not found:
        return [one._replace(row=-1) for one in found]
    order = np.argsort(codes, kind="stable")
    made: list[Row] = []
    for one in found:
        low, high = np.searchsorted(codes, (one.row, one.row + 1), sorter=order).tolist()
        made += [one._replace(row=at) for at in order[low:high].tolist()] or [one._replace(row=-1)]
    return made


def in_values(scrubber: Scrubber, name: str, values: arrays.Values) -> list[Row]:
    """What is found in Arrow values."""
    return _rows(scrubber, [typed.Column(name, values)])


def _rows(scrubber: Scrubber, columns: Sequence[typed.Column]) -> list[Row]:
    found = typed.find(scrubber, columns)
    return [Row(one.name, one.row, one.entity, *one.points(), one.confidence) for one in found]


def in_objects(scrubber: Scrubber, name: str, nested: Iterable[tuple[int, Any]]) -> list[Row]:
    """What is found in Python objects, each with its row."""
    return [
        Row(of, row, place.number, *_points(text, place.start, place.end), place.confidence)
        for of, row, text, place in objects.find(scrubber, name, list(nested))
    ]


def _points(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Bytes as code points."""
    first = len(text[:start].decode("utf-8", "replace"))
    return first, first + len(text[start:end].decode("utf-8", "replace"))


def in_arrow(scrubber: Scrubber, x: Any) -> pa.Table:  # noqa: ANN401  a table, a batch, an array, a reader
    """What is found in what Arrow holds; see `anonkit.scan`."""
    if isinstance(x, pa.RecordBatchReader):
        x = x.read_all()
    findings = Findings(scrubber)
    if isinstance(x, pa.Array | pa.ChunkedArray):
        findings.rows += in_values(scrubber, "", x)
    elif isinstance(x, pa.Table | pa.RecordBatch):
        columns = [typed.Column(name, values) for name, values in zip(x.schema.names, x.columns, strict=True)]
        findings.rows += _rows(scrubber, columns)
        in_names(scrubber, x.schema.names, findings)
        outside(scrubber, x.schema, findings)
    else:
        msg = f"anonkit scans tables, batches, readers and arrays of Arrow, not {type(x).__name__}"
        raise TypeError(msg)
    return pa.table(findings.columns())


def in_names(scrubber: Scrubber, names: Iterable[str], into: Findings) -> None:
    """Put in what is found in names of columns."""
    into.rows += in_names_of(scrubber, names)


def in_names_of(scrubber: Scrubber, names: Iterable[str]) -> list[Row]:
    """What is found in names of columns."""
    return [
        one._replace(column=name, row=-1)
        for name in names
        for one in in_values(scrubber, "", pa.array([name], pa.string()))
    ]


def outside(scrubber: Scrubber, schema: pa.Schema, into: Findings) -> None:
    """Put in what is replaced in metadata of a schema and in names of fields in columns; where it is, is not told."""
    nothing = [pa.nulls(0, one.type) for one in schema]
    _, counts = arrow.scrub_table(scrubber, pa.Table.from_arrays(nothing, schema=schema))
    counts -= Counter(scrubber.entities[one.entity] for one in in_names_of(scrubber, schema.names))
    into.count(counts)
