"""How is an ORC file scrubbed? Stripe by stripe; the codec, its block size and the stride of the row index are kept.

A stripe is held in memory while it is scrubbed. Stripes are cut anew, at about the size that the largest had. Metadata
of the user cannot be written by pyarrow: it is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import orc

from anonkit.io.jobs import Tally
from anonkit.io.kinds import TABLE_NAMES
from anonkit.io.tables import batches
from anonkit.io.tables.batches import Sink, reading, slices
from anonkit.tables.plan import first_pass, scrubbed

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

KIND = TABLE_NAMES["orc"]

_LEAST_STRIPE_BYTES, _MOST_STRIPE_BYTES = 1 << 20, 64 << 20


def scrub(scrubber: Scrubber, source: Any, target: Any, name: str) -> Tally:  # noqa: ANN401  binary files
    """Scrub `source`, which can seek, into `target`. Raises InputError."""
    file = _opened(source, name)
    with reading(name, KIND):
        schema = file.schema
        size = max(_LEAST_STRIPE_BYTES, min(_MOST_STRIPE_BYTES, file.content_length // max(1, file.nstripes)))
        options = {
            "file_version": str(file.file_version),
            "compression": str(file.compression).lower(),
            "compression_block_size": int(file.compression_size),
            "row_index_stride": int(file.row_index_stride),
            "stripe_size": size,
        }
    plan = first_pass(scrubber, schema, lambda wanted: _parts(file, wanted, name))
    tally = Tally()
    sink = _PatientSink(target)
    with orc.ORCWriter(pa.PythonFile(sink, mode="w"), **options) as writer:
        is_written = False
        for part in _parts(file, None, name):
            new, counts = scrubbed(scrubber, plan, [part])
            tally.add(counts, new.num_rows)
            writer.write(pa.Table.from_batches([new]))
            sink.check()
            is_written = True
        if not is_written:
            writer.write(plan.schema.empty_table())
    sink.check()
    tally.add(plan.fields.counts, 0)
    return tally


class _PatientSink(Sink):
    """A sink that tells what went wrong when it is asked: an error within the writer of ORC ends the process."""

    def __init__(self, target: Any) -> None:  # noqa: ANN401  any writer
        super().__init__(target)
        self._error: BaseException | None = None

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        """Write all of `data`; nothing any more once something went wrong."""
        if self._error is None:
            try:
                return super().write(data)
            except BaseException as error:  # noqa: BLE001  an interruption, too, is raised by `check`
                self._error = error
        return memoryview(data).nbytes

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error is not None:
            raise self._error


def tables(source: Any, name: str) -> Iterator[pa.RecordBatch]:  # noqa: ANN401
    """The rows, in parts. Raises InputError."""
    yield from _parts(_opened(source, name), None, name)


def outside(scrubber: Scrubber, source: Any, name: str) -> Counter[str]:  # noqa: ANN401
    """How often what is replaced that is no cell and no name of a column. Raises InputError."""
    with reading(name, KIND):
        schema = _opened(source, name).schema
    return batches.outside(scrubber, schema)


def _opened(source: Any, name: str) -> orc.ORCFile:  # noqa: ANN401
    with reading(name, KIND):
        source.seek(0)
        return orc.ORCFile(pa.PythonFile(source, mode="r"))


def _parts(file: orc.ORCFile, wanted: Sequence[str] | None, name: str) -> Iterator[pa.RecordBatch]:
    names = file.schema.names
    is_plain = len(set(names)) == len(names) and not any("." in one for one in names)
    for number in range(file.nstripes):
        with reading(name, KIND):
            stripe = file.read_stripe(number, columns=list(wanted) if wanted is not None and is_plain else None)
            parts = stripe.to_batches() if isinstance(stripe, pa.Table) else [stripe]
        for batch in parts:
            yield from slices(batch)
