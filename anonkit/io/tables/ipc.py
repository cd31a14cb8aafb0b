"""How is an Arrow IPC file or stream scrubbed? Record batch by record batch, each compressed as it was.

Kept: the format (file or stream), record batches (one that is larger than WRITTEN_BYTES becomes several), the codec,
metadata of the schema, of batches and of the file, scrubbed. A batch is held in memory while it is scrubbed, as the
format has no smaller part.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anonkit.errors import InputError
from anonkit.io.jobs import Tally
from anonkit.io.kinds import TABLE_NAMES
from anonkit.io.tables import batches
from anonkit.io.tables.batches import Sink, read, reading, scrubbed_parts, slices
from anonkit.tables.fields import Fields
from anonkit.tables.plan import first_pass

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

KIND = TABLE_NAMES["ipc"]
_FILE, _FILE_BYTES = b"ARROW1", 8
_FEATHER_V1 = b"FEA1"
_CODECS = {0: "lz4", 1: "zstd"}
_RECORD_BATCH, _DICTIONARY_BATCH = 3, 2

_Batch = tuple[pa.RecordBatch, Mapping[bytes, bytes] | None]


def scrub(scrubber: Scrubber, source: Any, target: Any, name: str) -> Tally:  # noqa: ANN401  binary files
    """Scrub `source`, which can seek, into `target`. Raises InputError."""
    schema = _schema(source, name)
    plan = first_pass(
        scrubber, schema, lambda _wanted: (part for batch, _ in _batches(source, name) for part in slices(batch))
    )
    tally = Tally()
    with reading(name, KIND):
        is_file = _is_file(source)
        options = pa.ipc.IpcWriteOptions(compression=_codec(source))
        about = _about(source) if is_file else None
    sink = pa.PythonFile(Sink(target), mode="w")
    if is_file:
        # a file has one dictionary for all batches of a column, unless it says what comes to it
        scrubbed_about = None if about is None else plan.fields.metadata(about)
        writer = pa.ipc.new_file(sink, plan.schema, options=options, metadata=scrubbed_about)
    else:
        writer = pa.ipc.new_stream(sink, plan.schema, options=options)
    with writer:
        for batch, custom in _batches(source, name):
            own = None if custom is None else plan.fields.metadata(dict(custom))
            for made in scrubbed_parts(scrubber, plan, slices(batch), tally):
                _write(writer, made, own)
    tally.add(plan.fields.counts, 0)
    return tally


def tables(source: Any, name: str) -> Iterator[pa.RecordBatch]:  # noqa: ANN401
    """The rows, in parts. Raises InputError."""
    for batch, _ in _batches(source, name):
        yield from slices(batch)


def outside(scrubber: Scrubber, source: Any, name: str) -> Counter[str]:  # noqa: ANN401
    """How often what is replaced that is no cell and no name of a column. Raises InputError."""
    fields = Fields(scrubber)
    for _, custom in _batches(source, name):
        fields.metadata(dict(custom or {}))
    with reading(name, KIND):
        fields.metadata((_about(source) if _is_file(source) else None) or {})
    return fields.counts + batches.outside(scrubber, _schema(source, name))


def _write(writer: Any, made: list[pa.RecordBatch], custom: Mapping[bytes, bytes] | None) -> None:  # noqa: ANN401
    batch = made[0] if len(made) == 1 else pa.concat_batches(made)
    writer.write_batch(batch, custom_metadata=custom)


def _is_file(source: Any) -> bool:  # noqa: ANN401
    source.seek(0)
    return bool(source.read(len(_FILE)) == _FILE)


def _opened(source: Any, name: str) -> Any:  # noqa: ANN401
    with reading(name, KIND):
        source.seek(0)
        if source.read(len(_FEATHER_V1)) == _FEATHER_V1:
            raise InputError(f"{name}: a Feather file of version 1, which is not read; write it anew as version 2")
        is_file = _is_file(source)
        source.seek(0)
        file = pa.PythonFile(source, mode="r")
        return pa.ipc.open_file(file) if is_file else pa.ipc.open_stream(file)


def _schema(source: Any, name: str) -> pa.Schema:  # noqa: ANN401
    with reading(name, KIND):
        return _opened(source, name).schema


def _about(source: Any) -> dict[bytes, bytes] | None:  # noqa: ANN401
    """The metadata of a file as a whole, where pyarrow knows of such."""
    source.seek(0)
    found = getattr(pa.ipc.open_file(pa.PythonFile(source, mode="r")), "metadata", None)
    return dict(found) if found else None


def _batches(source: Any, name: str) -> Iterator[_Batch]:  # noqa: ANN401
    """The record batches and the metadata that each carries."""
    reader = _opened(source, name)
    of_source = _of_file(reader) if hasattr(reader, "num_record_batches") else _of_stream(reader)
    for batch, custom in read(of_source, name, KIND):
        with reading(name, KIND):
            batch.validate(full=True)
        yield batch, custom


def _of_file(reader: Any) -> Iterator[_Batch]:  # noqa: ANN401
    for number in range(reader.num_record_batches):
        yield reader.get_batch_with_custom_metadata(number)


def _of_stream(reader: Any) -> Iterator[_Batch]:  # noqa: ANN401
    while True:
        try:
            found = reader.read_next_batch_with_custom_metadata()
        except StopIteration:
            return
        yield found


def _codec(source: Any) -> str | None:  # noqa: ANN401
    """How the batches are compressed, as the first that is says; pyarrow does not tell it, so the message is read."""
    source.seek(_FILE_BYTES if _is_file(source) else 0)
    for message in _messages(source):
        codec = _codec_of(message.metadata.to_pybytes())
        if codec is not None:
            return codec
        if message.type == "record batch":
            return None
    return None


def _messages(source: Any) -> Iterator[Any]:  # noqa: ANN401  a binary file
    """The messages from here on, as far as they can be read: those of files of polars begin elsewhere."""
    try:
        yield from pa.MessageReader.open_stream(pa.PythonFile(source, mode="r"))
    except (OSError, pa.ArrowInvalid):
        return


def _codec_of(message: bytes) -> str | None:
    """The codec in a message, a FlatBuffer (Message.fbs): Message.header, perhaps .data, .compression.codec."""
    root = struct.unpack_from("<I", message, 0)[0]
    kind_at = _field(message, root, 1)
    header_at = _field(message, root, 2)
    if not kind_at or not header_at:
        return None
    kind, header = message[kind_at], _table(message, header_at)
    if kind == _DICTIONARY_BATCH:
        data_at = _field(message, header, 1)
        header = _table(message, data_at) if data_at else 0
    elif kind != _RECORD_BATCH:
        return None
    compression_at = _field(message, header, 3) if header else 0
    if not compression_at:
        return None
    codec_at = _field(message, _table(message, compression_at), 0)
    return _CODECS.get(message[codec_at] if codec_at else 0)


def _field(message: bytes, table: int, number: int) -> int:
    """Where a field of a table lies; 0 where it is not there."""
    entries = table - struct.unpack_from("<i", message, table)[0]
    at = 4 + 2 * number
    if at >= struct.unpack_from("<H", message, entries)[0]:
        return 0
    offset = int(struct.unpack_from("<H", message, entries + at)[0])
    return table + offset if offset else 0


def _table(message: bytes, at: int) -> int:
    return at + int(struct.unpack_from("<I", message, at)[0])
