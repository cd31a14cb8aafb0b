"""What happens to one file that is scrubbed, from its first byte to the output in its place?"""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
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
    target: Any = out if out is not None else outputs.Nowhere()
    with streams.open_stream(task.source) as (stream, head, kind, poll):
        scrub = _scrubber_of(engine, options, workers)
        read = Counted(stream, len(head), options.progress)
        table = formats.table_of(kind, stream)
        if table is not None and options.format == "text":
            msg = (
                f"{name}: is a binary table; only text is read with `linked`, --format text and restore: make it a CSV"
            )
            raise UsageError(msg)
        if table is not None:
            with _at_once(task, target) as whole:
                tally = _scrub_table(engine, table, stream, whole, name, options)
            options.progress(size := _size(stream))
            return Done(name, tally.counts, size, tally.lines)
        if kind.form == "zip":
            from anonkit.io import containers  # noqa: PLC0415  only for archives

            with _at_once(task, target) as whole:
                tally = containers.scrub_zip(stream, whole, name, scrub, options.rename)
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


def _scrub_table(engine: Engine, table: Table, stream: Any, target: Any, name: str, options: Options) -> Tally:  # noqa: ANN401
    """Scrub a binary table, or make it anonymous. Raises InputError, UsageError."""
    if options.anonymizer is not None and (made := options.anonymizer.binary(table, stream, target, name)) is not None:
        return made
    if not hasattr(engine, "edits_of_cells"):
        msg = f"{name}: is a binary table, of which this run needs the text; convert it to CSV first"
        raise UsageError(msg)
    with formats.opened_table(table, stream, name) as (module, source):
        tally: Tally = module.scrub(engine, source, target, name)
    return tally


@contextlib.contextmanager
def _at_once(task: Task, target: Any) -> Iterator[Any]:  # noqa: ANN401
    """Where to write a file that tells at its end what is in it: `target` gets it when all is there, else nothing.

    A file that is renamed into its place at the end can be written directly; stdout, devices and FIFOs cannot: those
    who write such files end them where an error stops them, and a table with fewer rows looks like a whole one.
    """
    if task.target is None or (task.target != streams.STDIN and not _is_special(Path(task.target))):
        yield target
        return
    import shutil  # noqa: PLC0415  only for such files
    import tempfile  # noqa: PLC0415  as above

    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:
        yield spool
        spool.seek(0)
        shutil.copyfileobj(spool, target, _COPY_BYTES)


_SPOOL_BYTES, _COPY_BYTES = 8 << 20, 1 << 20


def _is_special(path: Path) -> bool:
    """Whether it is there and no file: a device, a FIFO."""
    return path.exists() and not path.is_file()


def _size(stream: Any) -> int:  # noqa: ANN401
    return int(stream.seek(0, io.SEEK_END))


def _output_form(task: Task, kind: Kind, *, tar: bool) -> Form:
    """How the output is compressed: as the input; where the user names the output, as that name says."""
    form: Form = kind.form if kind.form not in ("text", "tar") else "text"
    return compression_of(str(task.target), form, is_tar=tar) if task.named else form


def _scrubber_of(engine: Engine, options: Options, workers: Workers | None) -> Scrub:
    def scrub(source: Source, head: bytes, write: Write, name: str) -> Tally:
        encoding, dialect = options.begun(source, head, name)
        if options.anonymizer is not None:
            if dialect is not None:
                return options.anonymizer.delimited(source, encoding, dialect, write, name)
            options.anonymizer.refuse_text(name)
        if dialect is None:  # as those take it who restore
            return workers.pump(source, encoding, write) if workers else jobs.pump(engine, source, encoding, write)
        if workers is not None:
            return workers.pump(source, encoding, write, dialect)
        return jobs.pump(engine, source, encoding, write, dialect)

    return scrub
