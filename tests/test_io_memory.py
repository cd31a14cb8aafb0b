"""Are large tables read and written in small parts, and what happens when the disk is full?"""

import errno
import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from anonkit.io import outputs
from anonkit.io.tables import batches, parquet
from anonkit.io.tables import orc as orc_files
from anonkit.scrubber import Scrubber


@pytest.fixture(scope="module")
def scrubber():
    return Scrubber(only_finds=True)


class Watched(io.BytesIO):
    """Bytes that know how many of them were asked for at once."""

    most = 0

    def read(self, size=-1):
        data = super().read(size)
        self.most = max(self.most, len(data))
        return data


def test_a_large_row_group_is_never_read_at_once():
    memory = Watched()
    pq.write_table(pa.table({"x": np.random.default_rng(0).random(1_000_000)}), memory, row_group_size=1 << 30)
    assert pq.ParquetFile(memory).metadata.row_group(0).total_byte_size > 4 * parquet._BUFFER_BYTES
    memory.most = 0
    assert sum(part.num_rows for part in parquet.tables(memory, "x")) == 1_000_000
    assert memory.most < 2 * parquet._BUFFER_BYTES


def test_texts_that_come_again_and_again_are_read_in_parts_of_the_usual_size(monkeypatch):
    sizes = []
    monkeypatch.setattr(parquet, "slices", lambda batch: sizes.append(batch.nbytes) or (batch,))
    memory = io.BytesIO()
    pq.write_table(pa.table({"text": [f"{row % 3}" + "无" * 3000 for row in range(5000)]}), memory)
    assert sum(part.num_rows for part in parquet.tables(memory, "x")) == 5000
    assert max(sizes) < 2 * batches.SLICE_BYTES


def test_a_large_dictionary_does_not_cut_its_rows_into_small_parts():
    column = pa.array([f"{row}" + "无" * 300 for row in range(10_000)]).dictionary_encode()
    assert column.nbytes > 2 * batches.SLICE_BYTES
    assert len(list(batches.slices(pa.record_batch({"kind": column})))) == 1


def test_columns_of_numbers_count_as_what_they_take_as_text():
    batch = pa.record_batch({f"x{number}": np.zeros(10_000) for number in range(40)})
    assert batch.nbytes < batches.SLICE_BYTES < batches.size_bytes(batch)
    parts = list(batches.slices(batch))
    assert len(parts) > 1
    assert sum(part.num_rows for part in parts) == batch.num_rows


class Full(outputs.Nowhere):
    """A disk on which there is room for some bytes, or where somebody interrupts."""

    def __init__(self, room, error):
        super().__init__()
        self._room, self._error = room, error

    def write(self, data):
        self._room -= memoryview(data).nbytes
        if self._room < 0:
            raise self._error
        return super().write(data)


@pytest.mark.parametrize("room", [0, 5, 1000])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_an_orc_file_on_a_full_disk_does_not_end_the_process(scrubber, room, error):
    memory = io.BytesIO()
    orc.write_table(pa.table({"phone": [f"138{row:08d}" for row in range(2000)]}), memory)
    with pytest.raises(type(error)):
        orc_files.scrub(scrubber, memory, Full(room, error), "x")
