"""What happens to one file that is scrubbed, from its first byte to the output in its place?"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anonkit.errors import InputError
from anonkit.io import compression, jobs, outputs, streams
from anonkit.io.compression import compression_of
from anonkit.io.engine import Engine
from anonkit.io.inputs import Task
from anonkit.io.jobs import Tally, Write
from anonkit.io.kinds import Form, Kind
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
                tally = scrub(source, inner, sink.write)
        return Done(name, tally.counts, read.total, tally.lines)


def _output_form(task: Task, kind: Kind, *, tar: bool) -> Form:
    """How the output is compressed: as the input; where the user names the output, as that name says."""
    form: Form = kind.form if kind.form not in ("text", "tar") else "text"
    return compression_of(str(task.target), form, is_tar=tar) if task.named else form


def _scrubber_of(engine: Engine, options: Options, workers: Workers | None) -> Scrub:
    def scrub(source: Source, head: bytes, write: Write) -> Tally:
        encoding = options.encoding_of(head)
        if workers is not None:
            return workers.pump(source, encoding, write)
        return jobs.pump(engine, source, encoding, write)

    return scrub


class _Nowhere(io.RawIOBase):
    """Where --check writes to."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        return len(data)
