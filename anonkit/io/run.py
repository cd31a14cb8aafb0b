"""What happens to one file: recognised, scrubbed or scanned, and written where it belongs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from anonkit.errors import InputError, UsageError
from anonkit.io import containers, encodings, jobs, kinds, splice, streams
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.inputs import Task
from anonkit.io.jobs import Workers, Write
from anonkit.io.kinds import Form, Kind
from anonkit.io.lines import BUFFER_BYTES, Blocks
from anonkit.io.streams import Source
from anonkit.model import Finding


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read: the encoding ("auto" to detect it), how names are changed, and who is told of progress."""

    encoding: Encoding
    rename: Callable[[str], str]
    progress: Callable[[int], object] = lambda _bytes: None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one file: counts only."""

    source: str
    counts: Counter[str]
    bytes_in: int


def scrub_file(engine: Engine, task: Task, options: Options, workers: Workers | None) -> Done:
    """Scrub one input into its output. Raises InputError, OutputError, UsageError; then nothing has changed."""
    if task.target is None:
        return _scrub_stream(engine, task, options, workers, None)
    before = streams.fingerprint(task.source) if task.in_place else None
    if not task.in_place:
        streams.refuse_same(task.source, task.target)
    with streams.output(task.target, mode_of=task.source) as out:
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
        read = _Counted(stream, len(head), options.progress)
        if kind.form == "zip":
            counts = containers.scrub_zip(_seekable(stream), target, name, scrub, options.rename)
            return Done(name, counts, read.total)
        source, inner = _unpacked(read, head, kind, name, poll)
        is_tar = bool(inner) and containers.is_tar(inner)
        form = _output_form(task, kind, is_tar=is_tar)
        shown = "stdout" if task.target in (None, streams.STDIN) else str(task.target)
        with streams.writing(shown), streams.compressed(target, form, shown) as sink:
            if is_tar:
                counts = containers.scrub_tar(_Reader(source), sink, name, scrub, options.rename)
            else:
                counts = scrub(source, inner, sink.write)
        return Done(name, counts, read.total)


def _output_form(task: Task, kind: Kind, *, is_tar: bool) -> Form:
    """How the output is compressed: as the input; where the user names the output, as that name says."""
    form: Form = kind.form if kind.form not in ("text", "tar") else "text"
    if task.named and task.target not in (None, streams.STDIN) and not is_tar:
        return streams.compression_of(str(task.target), form)
    return form


def _unpacked(read: _Counted, head: bytes, kind: Kind, name: str, poll: int | None) -> tuple[Source, bytes]:
    """The text or tar in a file, decompressed, and its first bytes. Raises InputError for anything else."""
    _refuse_binary(kind, name)
    source = streams.decompressed(read, head, kind, name, poll)
    if kind.form in ("text", "tar"):
        return source, head
    buffer = bytearray(kinds.HEAD_BYTES)
    size = 0
    while size < len(buffer) and (more := source.readinto(memoryview(buffer)[size:])):
        size += more
    inner = bytes(buffer[:size])
    within = kinds.kind(inner) if inner else Kind("text")
    _refuse_binary(within, name)
    if within.form not in ("text", "tar"):
        msg = f"{name}: holds compressed data in compressed data; unpack it once and try again"
        raise InputError(msg)
    return Source(source, inner, name), inner


def _scrubber_of(engine: Engine, options: Options, workers: Workers | None) -> containers.Scrub:
    def scrub(source: Source, head: bytes, write: Write) -> Counter[str]:
        encoding = _encoding(options, head)
        if workers is not None:
            return workers.pump(source, encoding, write)
        return jobs.pump(engine, source, encoding, write)

    return scrub


def _encoding(options: Options, head: bytes) -> Encoding:
    return options.encoding if options.encoding != "auto" else encodings.detect(head)


def _refuse_binary(kind: Kind, name: str) -> None:
    if kind.form == "binary":
        msg = f"{name}: is {kind.name}, which is not text; anonkit reads text, .gz .zst .bz2 .xz, .zip and .tar"
        raise InputError(msg)


def _seekable(stream: Any) -> Any:  # noqa: ANN401
    if not stream.seekable():
        msg = "a .zip archive cannot be read from a pipe; name the file"
        raise UsageError(msg)
    return stream


def scan_file(engine: Engine, path: str, options: Options) -> Iterator[tuple[int, Finding, str]]:
    """The findings of a file: line (from 1), finding with columns in code points of its line (from 0), and the value.

    Raises InputError; archives are refused with UsageError.
    """
    name = "stdin" if path == streams.STDIN else path
    with streams.open_stream(path) as (stream, head, kind, poll):
        if kind.form != "zip":
            source, inner = _unpacked(_Counted(stream, len(head), options.progress), head, kind, name, poll)
        if kind.form == "zip" or containers.is_tar(inner):
            msg = f"{name}: archives can be scrubbed, not scanned; unpack it first"
            raise InputError(msg)
        encoding = _encoding(options, inner)
        blocks = Blocks(source, encoding, jobs.spans_of(engine, encoding), jobs.BLOCK_BYTES)
        buffer = bytearray(BUFFER_BYTES)
        line, column = 1, 0
        while (block := blocks.next(buffer)) is not None:
            original = bytes(memoryview(buffer)[block.start : block.end])
            utf8 = splice.utf8_copy(splice.copies(original, encoding)) if original else b""
            position = 0
            for finding in engine.locate(utf8, evidence=False):
                line, column = _advanced(line, column, utf8[position : finding.start])
                value = utf8[finding.start : finding.end].decode("utf-8", "replace")
                last = column + len(value)
                yield line, Finding(finding.entity, column, last, finding.confidence, finding.evidence), value
                column, position = last, finding.end
            line, column = _advanced(line, column, utf8[position:])


_LINE_END = re.compile(rb"\r\n|\n|\r")


def _advanced(line: int, column: int, passed: bytes) -> tuple[int, int]:
    """Line and column behind `passed`; a line feed, a carriage return or both end a line."""
    ends = _LINE_END.findall(passed)
    if not ends:
        return line, column + len(passed.decode("utf-8", "replace"))
    rest = passed[max(passed.rfind(b"\n"), passed.rfind(b"\r")) + 1 :]
    return line + len(ends), len(rest.decode("utf-8", "replace"))


class _Counted:
    """Counts what is read of a file, compressed as it may be."""

    def __init__(self, stream: Any, total: int, progress: Callable[[int], object]) -> None:  # noqa: ANN401
        self._stream, self.total, self._progress = stream, total, progress
        progress(total)

    def readinto(self, buffer: memoryview) -> int:
        size = int(self._stream.readinto(buffer) or 0)
        self.total += size
        self._progress(size)
        return size


class _Reader:
    """read() for a source, as tarfile wants it."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0:
            buffer = bytearray(min(size, 1 << 20))
            got = self._source.readinto(memoryview(buffer))
            if not got:
                break
            parts.append(bytes(buffer[:got]))
            size -= got
        return b"".join(parts)


class _Nowhere(io.RawIOBase):
    """Where --check writes to."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        return len(data)
