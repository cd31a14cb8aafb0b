"""Which cells of bytes are text in another encoding than UTF-8, and what do they become?

These are rare, so that each is scrubbed on its own: it is read as UTF-8 and keeps its encoding. Bytes that are text in
no encoding are scanned as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonkit.detect.cells import Cells
from anonkit.io import encodings, splice
from anonkit.io.encodings import Encoding
from anonkit.model import Edit
from anonkit.tables.leaves import is_bytes, is_text

if TYPE_CHECKING:
    from anonkit.detect.candidates import Candidates
    from anonkit.io.engine import Engine, OriginalOf
    from anonkit.scrubber import Scrubber


def cells(values: pa.Array) -> dict[int, Encoding]:
    """The rows of text or bytes that are in another encoding, with their encodings."""
    wide = values.cast(pa.large_binary())
    try:
        wide.cast(pa.large_string())
        if is_text(values.type) or not _has_nul(wide):
            return {}
    except pa.ArrowInvalid:
        pass
    found: dict[int, Encoding] = {}
    for row, cell in enumerate(wide.to_pylist()):
        if cell and (b"\0" in cell or not encodings.is_utf8(cell)):
            encoding = encodings.detect(cell)
            if encoding != "auto" or any(name != "utf-8" for _, _, name in encodings.of_lines(cell)):
                found[row] = encoding
    return found


def _has_nul(values: pa.Array) -> bool:
    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return False
    at = np.frombuffer(offsets, np.int64)
    first, last = int(at[values.offset]), int(at[values.offset + len(values)])
    return not np.frombuffer(data, np.uint8)[first:last].all()


def without(values: pa.Array, rows: dict[int, Encoding]) -> pa.Array:
    """The values, null in these rows."""
    gone = np.zeros(len(values), np.bool_)
    gone[list(rows)] = True
    wide = values.cast(pa.large_binary())
    return pc.if_else(pa.array(gone), pa.scalar(None, pa.large_binary()), wide)


def scrubbed(
    scrubber: Scrubber, name_at: Callable[[int], str], values: pa.Array, rows: dict[int, Encoding]
) -> tuple[dict[int, bytes], list[tuple[int, str, int]]]:
    """The cells in these rows in which something was replaced, and how often what was replaced: row, entity, count.

    name_at  what fills the cell in a row
    """
    made: dict[int, bytes] = {}
    replaced: list[tuple[int, str, int]] = []
    for row, encoding in rows.items():
        engine = cast("Engine", _CellEngine(scrubber, name_at(row).encode("utf-8", "surrogatepass")))
        cell = values[row].cast(pa.large_binary()).as_py()
        new, counts = splice.scrub(engine, cell, encoding)
        if counts:
            made[row] = new
            replaced += [(row, entity, count) for entity, count in counts.items()]
    return made, replaced


def found(
    scrubber: Scrubber, name_at: Callable[[int], str], values: pa.Array, rows: dict[int, Encoding]
) -> Iterator[tuple[int, bytes, Candidates]]:
    """The cells in these rows as UTF-8, and what is found in them."""
    for row, encoding in rows.items():
        utf8 = splice.utf8_copy(splice.copies(values[row].cast(pa.large_binary()).as_py(), encoding))
        yield row, utf8, scrubber.find_in_cells(utf8, _one_cell(utf8, name_at(row).encode("utf-8", "surrogatepass")))


def _one_cell(utf8: bytes, name: bytes) -> Cells:
    whole, first = np.array([len(utf8)], np.int64), np.zeros(1, np.int64)
    return Cells(first, whole, first, first, (name,))


def put_back(values: pa.Array, before: pa.Array, rows: dict[int, Encoding], made: dict[int, bytes]) -> pa.Array:
    """Scrubbed values with the cells in these rows in their places, of the type before."""
    new = [made.get(row, before[row].cast(pa.large_binary()).as_py()) for row in rows]
    gone = np.zeros(len(values), np.bool_)
    gone[list(rows)] = True
    wide = pc.replace_with_mask(values.cast(pa.large_binary()), pa.array(gone), pa.array(new, pa.large_binary()))
    return of_type(wide, before.type)


def of_type(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Bytes as what a type calls them: text that is no UTF-8 stays what it was."""
    if is_bytes(kind):
        return values.cast(kind)
    wide = pa.Array.from_buffers(pa.large_string(), len(values), values.buffers(), offset=values.offset)
    return wide.cast(kind)


class _CellEngine:
    """An engine for one cell of a column."""

    def __init__(self, scrubber: Scrubber, name: bytes) -> None:
        self._scrubber, self._name = scrubber, name

    def edits(self, utf8: bytes, original_of: OriginalOf | None = None) -> list[Edit]:
        """What is replaced in a cell."""
        edits = self._scrubber.edits_of_cells(utf8, _one_cell(utf8, self._name), original_of)
        places = zip(edits.start.tolist(), edits.end.tolist(), edits.number.tolist(), edits.texts, strict=True)
        return [Edit(start, end, text, self._scrubber.entities[number]) for start, end, number, text in places]

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """A cell, scrubbed."""
        edits = self.edits(utf8)
        parts, done = [], 0
        for edit in edits:
            parts += [utf8[done : edit.start], edit.replacement]
            done = edit.end
        return b"".join([*parts, utf8[done:]]), dict(Counter(edit.entity for edit in edits))
