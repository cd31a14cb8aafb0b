"""How do columns of text go through the engine? Many cells at once, as one text, and never a Python call a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonkit.detect.cells import Cells
from anonkit.scrubbing.edits import Edits
from anonkit.tables import days, repeats
from anonkit.tables.paths import Path

if TYPE_CHECKING:
    from anonkit.detect.block import Ints, Mask
    from anonkit.detect.candidates import Candidates
    from anonkit.scrubber import Scrubber

BLOCK_BYTES = 1 << 21
_MOST_CHUNK_BYTES = 1 << 30
"""Of a chunk that is made, so that offsets of 32 bits suffice."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of text, or a part of one.

    Attributes:
        name: of the column, which tells what fills its cells (empty where there is none), or the path to them.
        values: an Arrow array of any type of text or bytes (UTF-8), nulls among them.
        is_days: whether the values were dates or times by their type.
    """

    name: str | Path
    values: pa.Array
    is_days: bool = False

    @property
    def path(self) -> Path:
        """The path to the cells."""
        return Path(self.name) if isinstance(self.name, str) else self.name


@dataclass(frozen=True, slots=True)
class ScrubbedColumn:
    """What became of a column.

    Attributes:
        values: of the same type and length; the array that came in where nothing was replaced.
        touched: for each row, whether something was replaced.
        counts: the number of replacements of each entity.
        row, number: of each replacement, the row and the number of the entity, as `Scrubber.entities` has them.
    """

    values: pa.Array | pa.ChunkedArray
    touched: Mask
    counts: Counter[str]
    row: Ints
    number: Ints


@dataclass(frozen=True, slots=True)
class FoundInColumns:
    """What was found in columns, one row each.

    Attributes:
        column, row: numbers of the column and of the row.
        start, end: half-open, in bytes of the cell.
        entity: numbers of entities, as `Scrubber.entities` has them.
        confidence: 0..1.
    """

    column: Ints
    row: Ints
    start: Ints
    end: Ints
    entity: Ints
    confidence: np.ndarray[tuple[int], np.dtype[np.float64]]


def scrub_columns(scrubber: Scrubber, columns: Sequence[TextColumn]) -> list[ScrubbedColumn]:
    """Scrub columns of equally many rows; the rows are records.

    Raises UsageError where the policy cannot treat cells.
    """
    made: dict[int, ScrubbedColumn] = {}
    for number, column, codes in _folded(scrubber, columns):
        made[number] = _unfolded(scrubber.entities, columns[number], _scrubbed(scrubber, [column])[0], codes)
    others = [number for number in range(len(columns)) if number not in made]
    made |= zip(others, _scrubbed(scrubber, [columns[number] for number in others]), strict=True)
    return [made[number] for number in range(len(columns))]


def _folded(scrubber: Scrubber, columns: Sequence[TextColumn]) -> Iterator[tuple[int, TextColumn, Ints]]:
    """The columns with few different values, by number: with these, and which of them each row has."""
    for number, column in enumerate(columns):
        if scrubber.goes_by_value and column.path.of_value is None:
            wide = column.values.cast(_wide(column.values.type))
            if (folded := repeats.folded(wide)) is not None:
                yield number, replace(column, values=folded[0]), folded[1]


def _unfolded(entities: Sequence[str], column: TextColumn, made: ScrubbedColumn, codes: Ints) -> ScrubbedColumn:
    """What became of a column, of which the different values became what was made."""
    touched = made.touched[codes]
    which, rows = repeats.rows_with(codes, made.row)
    number = made.number[which]
    counts = Counter(entities[one] for one in number.tolist())
    values = column.values
    if made.touched.any():
        new = pa.concat_arrays(made.values.chunks) if isinstance(made.values, pa.ChunkedArray) else made.values
        values = repeats.unfolded(new, codes, column.values.type, _MOST_CHUNK_BYTES)
    return ScrubbedColumn(values, touched, counts, rows, number)


def _scrubbed(scrubber: Scrubber, columns: Sequence[TextColumn]) -> list[ScrubbedColumn]:
    bytes_of = [_Bytes.of(column.values) for column in columns]
    made: list[_Made] = [_Made(len(column.values)) for column in columns]
    for block in _blocks([column.path for column in columns], bytes_of):
        edits = days.edits(scrubber, block.text, block.cells, _is_day(columns, block))
        for number, (one, new) in enumerate(zip(bytes_of, made, strict=True)):
            new.add(scrubber, one, block, number, edits)
    return [
        ScrubbedColumn(new.array(column.values), new.touched, new.counts, *new.replaced())
        for column, new in zip(columns, made, strict=True)
    ]


def find_in_columns(scrubber: Scrubber, columns: Sequence[TextColumn]) -> FoundInColumns:
    """What is found in columns of equally many rows, kept entities included, by column and row within blocks."""
    parts: list[FoundInColumns] = []
    is_folded = np.zeros(len(columns), np.bool_)
    for number, column, codes in _folded(scrubber, columns):
        is_folded[number] = True
        found = _found(scrubber, [column])
        which, rows = repeats.rows_with(codes, found.row)
        at = np.full(len(rows), number)
        places = found.start[which], found.end[which], found.entity[which], found.confidence[which]
        parts.append(FoundInColumns(at, rows, *places))
    others = np.flatnonzero(~is_folded)
    found = _found(scrubber, [columns[number] for number in others.tolist()])
    parts.append(replace(found, column=others[found.column]))
    return _joined(parts)


def _found(scrubber: Scrubber, columns: Sequence[TextColumn]) -> FoundInColumns:
    parts: list[FoundInColumns] = []
    for block in _blocks([column.path for column in columns], [_Bytes.of(column.values) for column in columns]):
        found = days.found(scrubber, block.text, block.cells, _is_day(columns, block))
        if len(found):
            parts.append(_in_cells(block, found))
    return _joined(parts)


def _joined(parts: Sequence[FoundInColumns]) -> FoundInColumns:
    if not parts:
        none = np.empty(0, np.int64)
        return FoundInColumns(none, none, none, none, none, np.empty(0))
    names = FoundInColumns.__slots__
    return FoundInColumns(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _is_day(columns: Sequence[TextColumn], block: _Block) -> Mask | None:
    of_columns = np.array([column.is_days for column in columns], np.bool_)
    return np.repeat(of_columns, block.rows) if of_columns.any() else None


def _in_cells(block: _Block, found: Candidates) -> FoundInColumns:
    cells = block.cells
    which = cells.of(found.start)
    start = cells.start[which]
    return FoundInColumns(
        which // block.rows, cells.row[which], found.start - start, found.end - start, found.rule, found.confidence
    )


@dataclass(frozen=True, slots=True)
class _Bytes:
    """The bytes of a column: those of row i are data[offsets[i]:offsets[i + 1]], none where there is no value.

    Attributes:
        values: the same as an array of large text or large bytes without nulls.
    """

    data: np.ndarray[tuple[int], np.dtype[np.uint8]]
    offsets: Ints
    values: pa.Array

    @staticmethod
    def of(values: pa.Array) -> _Bytes:
        values = values.cast(_wide(values.type))
        if values.null_count:
            # what lies under a null may be anything
            values = pc.fill_null(values, pa.scalar("" if _is_text(values.type) else b"", values.type))
        _, offsets, data = values.buffers()
        where = (
            np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
            if len(values)
            else _NO_ROWS
        )
        return _Bytes(np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8), where, values)

    def lines(self, first: int, last: int) -> bytes:
        """Some of the values, with newlines between."""
        some = self.values.slice(first, last - first)
        as_one = pa.ListArray.from_arrays(pa.array([0, len(some)], pa.int32()), some)
        joined: pa.Buffer = pc.binary_join(as_one, pa.scalar(b"\n", some.type))[0].as_buffer()
        return bytes(joined)


_NO_ROWS = np.zeros(1, np.int64)


def _wide(kind: pa.DataType) -> pa.DataType:
    return pa.large_string() if _is_text(kind) else pa.large_binary()


def _is_text(kind: pa.DataType) -> bool:
    return kind in (pa.string(), pa.large_string(), pa.string_view())


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows of all columns in one text, column after column: those from `first` to before `last`."""

    text: bytes
    cells: Cells
    first: int
    last: int

    def cells_of(self, column: int) -> slice:
        """Which of the cells are those of a column."""
        return slice(column * self.rows, (column + 1) * self.rows)

    @property
    def rows(self) -> int:
        """How many cells there are of each column."""
        return self.last - self.first


def _blocks(paths: Sequence[Path], columns: Sequence[_Bytes]) -> Iterator[_Block]:
    rows = len(columns[0].offsets) - 1 if columns else 0
    keys: list[bytes] = []
    numbers: list[Ints] = []  # of the names of the cells of each column
    for path in paths:
        own = (path.name,) if path.of_value is None else path.names
        of_rows = np.zeros(rows, np.int64) if path.of_value is None else path.of_value
        numbers.append(of_rows + len(keys))
        keys += [name.encode("utf-8", "surrogatepass") for name in own]
    # where the bytes of all columns up to a row end, and the newlines
    total = sum((column.offsets - column.offsets[0] for column in columns), np.arange(rows + 1) * len(columns))
    first = 0
    while first < rows:
        last = max(first + 1, int(np.searchsorted(total, total[first] + BLOCK_BYTES, "right")) - 1)
        texts, starts, ends = [], [], []
        base = 0
        for column in columns:
            offsets = column.offsets[first : last + 1]
            texts.append(column.lines(first, last))
            at = base + offsets - offsets[0] + np.arange(last - first + 1)
            starts.append(at[:-1])
            ends.append(at[1:] - 1)
            base = int(at[-1])
        numbers_here, keys_here = np.concatenate([of_rows[first:last] for of_rows in numbers]), tuple(keys)
        if len(keys) > len(columns):  # keys of maps, of which there may be any number
            used, numbers_here = np.unique(numbers_here, return_inverse=True)
            keys_here = tuple(keys[number] for number in used.tolist())
        cells = Cells(
            np.concatenate(starts),
            np.concatenate(ends),
            numbers_here,
            np.tile(np.arange(first, last), len(columns)),
            keys_here,
        )
        yield _Block(b"\n".join(texts) + b"\n", cells, first, last)
        first = last


class _Made:
    """What a column becomes, block by block."""

    def __init__(self, rows: int) -> None:
        self.touched: Mask = np.zeros(rows, np.bool_)
        self.counts: Counter[str] = Counter()
        self._rows: list[Ints] = []
        self._numbers: list[Ints] = []
        self._parts: list[bytes] = []
        self._sizes: list[Ints] = []

    def add(self, scrubber: Scrubber, column: _Bytes, block: _Block, number: int, edits: Edits) -> None:
        """Take in what the edits of a block make of the column with this number."""
        own = block.cells_of(number)
        start, end = block.cells.start[own], block.cells.end[own]
        low, high = np.searchsorted(edits.start, (start[0], end[-1] + 1)).tolist()
        offsets = column.offsets[block.first : block.last + 1]
        data = column.data[offsets[0] : offsets[-1]].tobytes()
        sizes = np.diff(offsets)
        if low < high:
            texts = edits.texts[low:high]
            cell = np.searchsorted(start, edits.start[low:high], "right") - 1
            # in the column's own bytes no newline stands before each value but the first
            shift = start[0] + cell
            here = Edits(edits.start[low:high] - shift, edits.end[low:high] - shift, edits.number[low:high], texts)
            grown = np.fromiter(map(len, texts), np.int64, len(texts)) - (here.end - here.start)
            data = here.spliced(data)
            sizes = sizes + np.bincount(cell, grown, len(sizes)).astype(np.int64)
            self.touched[block.first + cell] = True
            self._rows.append(block.first + cell)
            self._numbers.append(here.number)
            self.counts += here.counts(scrubber.entities)
        self._parts.append(data)
        self._sizes.append(sizes)

    def replaced(self) -> tuple[Ints, Ints]:
        """The row of each replacement, and the number of its entity."""
        none = np.empty(0, np.int64)
        return np.concatenate([none, *self._rows]), np.concatenate([none, *self._numbers])

    def array(self, before: pa.Array) -> pa.Array | pa.ChunkedArray:
        """The column as an array of the type that it had."""
        if not self.touched.any():
            return before
        chunks: list[pa.Array] = []
        parts: list[bytes] = []
        sizes: list[Ints] = []
        done = size = 0
        for part, of_rows in zip(self._parts, self._sizes, strict=True):
            if size + len(part) > _MOST_CHUNK_BYTES and parts:
                chunks.append(_array(parts, sizes, before, done))
                done += len(chunks[-1])
                parts, sizes, size = [], [], 0
            parts.append(part)
            sizes.append(of_rows)
            size += len(part)
        chunks.append(_array(parts, sizes, before, done))
        return chunks[0] if len(chunks) == 1 else pa.chunked_array(chunks)


def _array(parts: list[bytes], sizes: list[Ints], before: pa.Array, first: int) -> pa.Array:
    """Values one behind the other, of the type of the array before, and null where that is from row `first` on."""
    rows = np.concatenate(sizes)
    offsets = np.concatenate(([0], np.cumsum(rows)))
    kind = pa.large_string() if _is_text(before.type) else pa.large_binary()
    made = pa.Array.from_buffers(kind, len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(parts))])
    if before.null_count:
        made = pc.if_else(before.slice(first, len(rows)).is_null(), pa.scalar(None, kind), made)
    return made.cast(before.type)
