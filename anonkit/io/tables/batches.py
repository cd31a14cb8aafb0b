"""What do all binary table files need: errors in one sentence, parts of bounded size, a place to write to?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from anonkit.errors import AnonkitError, InputError

if TYPE_CHECKING:
    import pyarrow as pa

SLICE_BYTES = 8 << 20
"""Of the cells that go through the engine in one call; some copies of them are held meanwhile."""

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
    count = max(1, -(-batch.nbytes // most_bytes))
    step = max(1, -(-batch.num_rows // count))
    if step >= batch.num_rows:
        yield batch
        return
    for first in range(0, batch.num_rows, step):
        part = batch.slice(first, step)
        # of rows that differ much in size a part may be too large still
        yield from slices(part, most_bytes) if part.nbytes > 2 * most_bytes and step > 1 else (part,)


def gathered(batches: Iterable[pa.RecordBatch], most_bytes: int = SLICE_BYTES) -> Iterator[list[pa.RecordBatch]]:
    """Batches in groups of about as many bytes."""
    group: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if group and size + batch.nbytes > most_bytes:
            yield group
            group, size = [], 0
        group.append(batch)
        size += batch.nbytes
    if group:
        yield group


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
