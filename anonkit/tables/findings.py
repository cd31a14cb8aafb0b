"""Where is what in the arrays of pandas? Positions, entities and confidences, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from anonkit.tables import arrays, objects, typed
from anonkit.tables.fields import Fields
from anonkit.tables.text import TextColumn, find_in_columns

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
    if pa.types.is_nested(values.type) or pa.types.is_run_end_encoded(values.type):
        return in_objects(scrubber, name, [(row, x) for row, x in enumerate(values.to_pylist()) if x is not None])
    texts = typed.texts(values)
    found = find_in_columns(scrubber, [TextColumn(name, texts)])
    if not len(found.row):
        return []
    cells = np.unique(found.row)
    read = dict(zip(cells.tolist(), texts.take(pa.array(cells)).to_pylist(), strict=True))
    columns = (found.row, found.start, found.end, found.entity, found.confidence)
    return [
        Row(name, row, number, *_points(_bytes(read[row]), start, end), confidence)
        for row, start, end, number, confidence in zip(*(column.tolist() for column in columns), strict=True)
    ]


def in_objects(scrubber: Scrubber, name: str, nested: Iterable[tuple[int, Any]]) -> list[Row]:
    """What is found in Python objects, each with its row."""
    return [
        Row(of, row, place.number, *_points(text, place.start, place.end), place.confidence)
        for of, row, text, place in objects.find(scrubber, name, list(nested))
    ]


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


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
        for name, values in zip(x.schema.names, x.columns, strict=True):
            findings.rows += in_values(scrubber, name, values)
        in_names(scrubber, x.schema.names, findings)
    else:
        msg = f"anonkit scans tables, batches, readers and arrays of Arrow, not {type(x).__name__}"
        raise TypeError(msg)
    return pa.table(findings.columns())


def in_names(scrubber: Scrubber, names: Iterable[str], into: Findings) -> None:
    """Put in what is found in names of columns."""
    for name in names:
        found = in_values(scrubber, "", pa.array([name], pa.string()))
        into.rows += [one._replace(column=name, row=-1) for one in found]
