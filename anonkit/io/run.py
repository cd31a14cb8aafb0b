"""What happens to one file that is scrubbed, from its first byte to the output in its place?"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anonkit.errors import InputError, UsageError
from anonkit.io import compression, formats, jobs, outputs, streams
from anonkit.io.compression import compression_of
from anonkit.io.engine import Engine
from anonkit.io.inputs import Task
from anonkit.io.jobs import Tally, Write
from anonkit.io.kinds import Form, Kind, Table
from anonkit.io.streams import Source
from anonkit.io.texts import Counted, Options, Reader, is_tar, unpacked

if TYPE_CHECKING:
    from anonkit.io.containers import Scrub
    from anonkit.io.workers import Workers


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one file: counts only."""

    source: str
    counts: Counter[str]
    bytes_in: int
    lines: int


def scrub_file(engine: Engine, task: Task, options: Options, workers: Workers | None) -> Done:
    """Scrub one input into its output. Raises InputError, OutputError, UsageError; then nothing has changed."""
    if task.target is None:
        return _scrub_stream(engine, task, options, workers, None)
    before = streams.fingerprint(task.source) if task.in_place else None
    if not task.in_place:
        outputs.refuse_same(task.source, task.target)
    with outputs.output(task.target, mode_of=task.source) as out:
        done = _scrub_stream(engine, task, options, workers, out)
        if before is not None and streams.fingerprint(task.source) != before:
            msg = f"{task.source}: changed while it was read; it was left as it is, try again"
            raise InputError(msg)
    return done


def _scrub_stream(engine: Engine, task: Task, options: Options, workers: Workers | None, out: Any) -> Done:  # noqa: ANN401
    name = "stdin" if task.source == streams.STDIN else task.source
    target: Any = out if out is not None else _Nowhere()
    with streams.open_stream(task.source) as (stream, head, kind, poll):
        scrub = _scrubber_of(engine, options, workers)
        read = Counted(stream, len(head), options.progress)
        table = formats.table_of(kind, stream)
        if table is not None and options.format == "text":
            msg = f"{name}: is a binary table, no text; leave --format text out, or take a policy without `linked`"
            raise UsageError(msg)
        if table is not None:
            tally = _scrub_table(engine, table, stream, target, name)
            options.progress(size := _size(stream))
            return Done(name, tally.counts, size, tally.lines)
        if kind.form == "zip":
            from anonkit.io import containers  # noqa: PLC0415  only for archives

            tally = containers.scrub_zip(stream, target, name, scrub, options.rename)
            return Done(name, tally.counts, read.total, tally.lines)
        source, inner = unpacked(read, head, kind, name, poll)
        shown = "stdout" if task.target in (None, streams.STDIN) else str(task.target)
        form = _output_form(task, kind, tar=is_tar(inner))
        with outputs.writing(shown), compression.compressed(target, form, shown) as sink:
            if is_tar(inner):
                from anonkit.io import containers  # noqa: PLC0415

                tally = containers.scrub_tar(Reader(source), sink, name, scrub, options.rename)
            else:
                tally = scrub(source, inner, sink.write, name)
        return Done(name, tally.counts, read.total, tally.lines)


def _scrub_table(engine: Engine, table: Table, stream: Any, target: Any, name: str) -> Tally:  # noqa: ANN401
    """Scrub a binary table. Raises InputError, UsageError."""
    if not stream.seekable():
        msg = f"{name}: a binary table cannot be read from a pipe; name the file"
        raise UsageError(msg)
    if not hasattr(engine, "edits_of_cells"):
        msg = f"{name}: is a binary table, of which this run needs the text; convert it to CSV first"
        raise UsageError(msg)
    import importlib  # noqa: PLC0415  pyarrow and the like are loaded for such tables only

    module = importlib.import_module(f"anonkit.io.tables.{table}")
    stream.seek(0)
    source = stream if isinstance(stream, io.BufferedIOBase) else io.BufferedReader(stream)
    try:
        tally: Tally = module.scrub(engine, source, _Sink(target), name)
    finally:
        if source is not stream:
            source.detach()
    return tally


def _size(stream: Any) -> int:  # noqa: ANN401
    return int(stream.seek(0, io.SEEK_END))


def _output_form(task: Task, kind: Kind, *, tar: bool) -> Form:
    """How the output is compressed: as the input; where the user names the output, as that name says."""
    form: Form = kind.form if kind.form not in ("text", "tar") else "text"
    return compression_of(str(task.target), form, is_tar=tar) if task.named else form


def _scrubber_of(engine: Engine, options: Options, workers: Workers | None) -> Scrub:
    def scrub(source: Source, head: bytes, write: Write, name: str) -> Tally:
        encoding, dialect = options.begun(source, head, name)
        if dialect is None:  # as those take it who restore
            return workers.pump(source, encoding, write) if workers else jobs.pump(engine, source, encoding, write)
        if workers is not None:
            return workers.pump(source, encoding, write, dialect)
        return jobs.pump(engine, source, encoding, write, dialect)

    return scrub


class _Sink(io.RawIOBase):
    """Writes on to a target, and knows how much it was: writers of tables ask for that, and pipes cannot tell."""

    def __init__(self, target: Any) -> None:  # noqa: ANN401
        super().__init__()
        self._target, self._size = target, 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        with memoryview(data) as view:
            size = view.nbytes
        self._target.write(data)
        self._size += size
        return size

    def tell(self) -> int:
        return self._size


class _Nowhere(io.RawIOBase):
    """Where --check writes to."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        return len(data)
