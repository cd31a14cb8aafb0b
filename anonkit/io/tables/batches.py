"""What do all binary table files need: errors in one sentence, parts of bounded size, a place to write to?"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from anonkit.errors import AnonkitError, InputError
from anonkit.tables.plan import Plan, scrubbed

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.io.jobs import Tally
    from anonkit.scrubber import Scrubber

SLICE_BYTES = 4 << 20
"""Of the cells that go through the engine in one call; some copies of them are held meanwhile."""

WRITTEN_BYTES = 64 << 20
"""In memory, of a row group or record batch that is written at once."""

_CELL_BYTES = 16
"""What a cell takes beside its bytes."""

_Part = TypeVar("_Part")


@contextlib.contextmanager
def reading(name: str, kind: str) -> Iterator[None]:
    """Turn what goes wrong while a file is read into InputError.

    kind  what the file is, such as "a Parquet file"

    What the reader says is not told: it may quote values.
    """
    try:
        yield
    except AnonkitError:
        raise
    except (NotImplementedError, MemoryError):
        msg = f"{name}: {kind} with a type or a codec that cannot be read here; write it anew with common ones"
        raise InputError(msg) from None
    except Exception:  # noqa: BLE001  each codec has errors of its own
        msg = f"{name}: {kind} that is damaged or cut off; get the file again"
        raise InputError(msg) from None


def read(parts: Iterable[_Part], name: str, kind: str) -> Iterator[_Part]:
    """The parts, where only what goes wrong while they are read becomes InputError, not what is done with them."""
    with reading(name, kind):
        there = iter(parts)
    while True:
        with reading(name, kind):
            part = next(there, _END)
        if part is _END:
            return
        yield part


_END: Any = object()


def slices(batch: pa.RecordBatch, most_bytes: int = SLICE_BYTES) -> Iterator[pa.RecordBatch]:
    """The rows of a batch in parts of about as many bytes, one row at least; the batch itself where it has no rows."""
    count = max(1, -(-size_bytes(batch) // most_bytes))
    step = max(1, -(-batch.num_rows // count))
    if step >= batch.num_rows:
        yield batch
        return
    for first in range(0, batch.num_rows, step):
        part = batch.slice(first, step)
        # of rows that differ much in size a part may be too large still
        yield from slices(part, most_bytes) if step > 1 and size_bytes(part) > 2 * most_bytes else (part,)


def gathered(batches: Iterable[pa.RecordBatch], most_bytes: int = SLICE_BYTES) -> Iterator[list[pa.RecordBatch]]:
    """Batches in groups of about as many bytes."""
    group: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        own = size_bytes(batch)
        if group and size + own > most_bytes:
            yield group
            group, size = [], 0
        group.append(batch)
        size += own
    if group:
        yield group


def scrubbed_parts(
    scrubber: Scrubber, plan: Plan, batches: Iterable[pa.RecordBatch], tally: Tally
) -> Iterator[list[pa.RecordBatch]]:
    """Batches that are one part of a file, scrubbed: as they are to be written, at once as far as memory allows.

    An empty list where there are no batches. What is replaced is added to the tally.
    """
    made: list[pa.RecordBatch] = []
    size = 0
    for some in gathered(batches):
        batch, counts = scrubbed(scrubber, plan, some)
        tally.add(counts, batch.num_rows)
        if made and size + batch.nbytes > WRITTEN_BYTES:
            yield made
            made, size = [], 0
        made.append(batch)
        size += batch.nbytes
    yield made


def outside(scrubber: Scrubber, schema: pa.Schema) -> Counter[str]:
    """How often what is replaced in a schema, but for the names of its columns."""
    from anonkit.tables import findings  # noqa: PLC0415  loads pandas

    found = findings.Findings(scrubber)
    findings.outside(scrubber, schema, found)
    return Counter(scrubber.entities[one.entity] for one in found.rows)


def size_bytes(batch: pa.RecordBatch) -> int:
    """About what the cells of a batch take when they are worked on. Dictionaries, which no slice divides, do not count.

    Numbers are longer as text than they are in memory.
    """
    own: int = batch.nbytes
    if any("dictionary<" in str(kind) for kind in batch.schema.types):
        own = sum(column.nbytes for column in batch.columns if "dictionary<" not in str(column.type))
    own += _CELL_BYTES * batch.num_rows * batch.num_columns
    return own


class Sink:
    """A file for writers that ask where they are, over one that may not know: a pipe, a stream that compresses."""

    closed = False

    def __init__(self, target: Any) -> None:  # noqa: ANN401  any writer
        self._target, self._written = target, 0

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        """Write all of `data`."""
        view = memoryview(data)
        self._target.write(view)
        self._written += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        """How many bytes were written."""
        return self._written

    def flush(self) -> None:
        """Nothing: the one who opened the target flushes it."""

    def close(self) -> None:
        """Nothing: the one who opened the target closes it."""

    def seekable(self) -> bool:
        """Never: what is written stays."""
        return False

    def readable(self) -> bool:
        """Never."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True
