"""How is one file read and written: decompressed, compressed again, and put in its place only when it is complete?"""

from __future__ import annotations

import bz2
import contextlib
import errno
import gzip
import io
import lzma
import os
import select
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from anonkit.errors import InputError, OutputError, UsageError
from anonkit.io import kinds
from anonkit.io.kinds import Form, Kind

STDIN = "-"
_SUFFIXES: dict[str, Form] = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst"}
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError)


class Source:
    """A stream that has given its first bytes already, and turns what goes wrong into InputError."""

    def __init__(self, stream: Any, head: bytes, name: str, poll: int | None = None) -> None:  # noqa: ANN401  any reader
        self._stream, self._head, self._name, self._poll = stream, head, name, poll

    def readinto(self, buffer: memoryview) -> int:
        """Fill a part of `buffer`; 0 at the end. Raises InputError."""
        if self._head:
            size = min(len(buffer), len(self._head))
            buffer[:size] = self._head[:size]
            self._head = self._head[size:]
        else:
            with reading(self._name):
                size = self._stream.readinto(buffer) or 0
        return size

    def ready(self) -> bool:
        """Whether more can be read without waiting for another process."""
        if self._head or self._poll is None:
            return True
        return bool(select.select([self._poll], [], [], 0)[0])


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what goes wrong while reading `name` into InputError."""
    try:
        yield
    except _DAMAGE:
        msg = f"{name}: the compressed data is damaged or cut off; get the file again"
        raise InputError(msg) from None
    except OSError as error:
        if "data" in str(error).lower() and error.errno is None:  # bz2 and zstandard say it so
            msg = f"{name}: the compressed data is damaged or cut off; get the file again"
        else:
            msg = (
                f"{name}: cannot be read ({error.strerror or type(error).__name__}); check the path and its permissions"
            )
        raise InputError(msg) from None


@contextlib.contextmanager
def open_stream(path: str) -> Iterator[tuple[Any, bytes, Kind, int | None]]:
    """Open a file or stdin: the stream, its first bytes, what kind of file they begin, and what to poll.

    Raises InputError.
    """
    if path == STDIN:
        stream: Any = sys.stdin.buffer.raw if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer
        head = _head(stream, "stdin")
        yield stream, head, kinds.kind(head), stream.fileno()
        return
    with reading(path):
        stream = Path(path).open("rb", buffering=0)  # noqa: SIM115  closed below
    with stream:
        head = _head(stream, path)
        mode = os.fstat(stream.fileno()).st_mode
        yield stream, head, kinds.kind(head), None if stat.S_ISREG(mode) else stream.fileno()


def _head(stream: Any, name: str) -> bytes:  # noqa: ANN401
    """The first bytes; of a pipe what has come so far, but enough to know a compressed file."""
    with reading(name):
        head = stream.read(kinds.HEAD_BYTES) or b""
        while 0 < len(head) < _LEAST_HEAD and (more := stream.read(kinds.HEAD_BYTES)):
            head += more
    return bytes(head)


_LEAST_HEAD = 8
_ZSTD_BYTES = 1 << 10


def decompressed(stream: Any, head: bytes, kind: Kind, name: str, poll: int | None) -> Source:  # noqa: ANN401
    """A source of the text in `stream`, whose first bytes are `head`. Raises InputError."""
    if kind.form in ("text", "tar"):
        return Source(stream, head, name, poll)
    whole = io.BufferedReader(_Rejoined(head, stream), 1 << 18)
    with reading(name):
        if kind.form == "gz":
            return Source(gzip.GzipFile(fileobj=whole), b"", name)
        if kind.form == "bz2":
            return Source(bz2.BZ2File(whole), b"", name)
        if kind.form == "xz":
            return Source(lzma.LZMAFile(whole), b"", name)
    zstandard = _zstandard(name, InputError)
    return Source(_Zstd(whole, zstandard), b"", name)


class _Rejoined(io.RawIOBase):
    """A stream with the bytes in front that were read from it already."""

    def __init__(self, head: bytes, stream: Any) -> None:  # noqa: ANN401
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        if self._head:
            size = min(len(buffer), len(self._head))
            buffer[:size] = self._head[:size]
            self._head = self._head[size:]
            return size
        return self._stream.readinto(buffer) or 0


class _Zstd:
    """Reads zstandard frame by frame, so that a frame that is cut off is noticed; its errors are EOFError."""

    def __init__(self, stream: Any, zstandard: Any) -> None:  # noqa: ANN401  a buffered reader
        self._stream, self._zstandard = stream, zstandard
        self._frame: Any = None
        self._ready = memoryview(b"")

    def readinto(self, buffer: memoryview) -> int:
        while not self._ready:
            data = self._stream.read1(_ZSTD_BYTES)  # a little unpacks to a lot
            if not data:
                if self._frame is not None and not self._frame.eof:
                    raise EOFError
                return 0
            parts = []
            while data:
                if self._frame is None or self._frame.eof:
                    self._frame = self._zstandard.ZstdDecompressor().decompressobj()
                try:
                    parts.append(self._frame.decompress(data))
                except self._zstandard.ZstdError:
                    raise EOFError from None
                data = self._frame.unused_data if self._frame.eof else b""
            self._ready = memoryview(b"".join(parts))
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def _zstandard(name: str, error: Callable[[str], Exception]) -> Any:  # noqa: ANN401
    try:
        import zstandard  # noqa: PLC0415  optional
    except ImportError:
        msg = f"{name}: reading and writing .zst needs the package zstandard; pip install 'anonkit[zstd]'"
        raise error(msg) from None
    return zstandard


def compression_of(target: str, source: Form) -> Form:
    """How the output is compressed: as its name says, else as the input was."""
    named = _SUFFIXES.get(Path(target).suffix.lower())
    if named is not None:
        return named
    return "text" if Path(target).suffix and target != STDIN and source in _SUFFIXES.values() else source


@contextlib.contextmanager
def compressed(raw: IO[bytes], form: Form, name: str) -> Iterator[IO[bytes]]:
    """A stream that writes into `raw`, compressed."""
    if form == "gz":
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6) as out:
            yield out  # type: ignore[misc]
    elif form == "bz2":
        with bz2.BZ2File(raw, "wb") as out:
            yield out
    elif form == "xz":
        with lzma.LZMAFile(raw, "wb") as out:
            yield out
    elif form == "zst":
        with _zstandard(name, OutputError).ZstdCompressor().stream_writer(raw, closefd=False) as out:
            yield out
    else:
        yield raw


@contextlib.contextmanager
def writing(name: str) -> Iterator[None]:
    """Turn what goes wrong while writing `name` into OutputError; a closed pipe stays what it is."""
    try:
        yield
    except (BrokenPipeError, InterruptedError):
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full; free some space" if full else f"{error.strerror}; check the folder and its permissions"
        msg = f"{name}: cannot be written: {why}; nothing was changed"
        raise OutputError(msg) from None


@contextlib.contextmanager
def output(target: str, *, mode_of: str | None = None) -> Iterator[IO[bytes]]:
    """Where `target` is written: a temporary file beside it, renamed over it when all is there.

    target    a path, or "-" for stdout; devices and FIFOs are written directly
    mode_of   a file whose permissions the output gets

    Raises OutputError. Where the block fails, what stood at `target` stays as it was.
    """
    if target == STDIN:
        with writing("stdout"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    if not target:
        msg = "-o has no name; give a path, or - for stdout"
        raise UsageError(msg)
    path = Path(target)
    with writing(target):
        is_file = path.is_file() or not path.exists()
    if not is_file:
        if path.is_dir():
            msg = f"{target}: is a folder; name a file, or use --out-dir"
            raise UsageError(msg)
        with writing(target), path.open("wb") as out:
            yield out
        return
    path = Path(os.path.realpath(path))  # a link stays a link
    with writing(target):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    done = False
    try:
        with writing(target), os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            _take_mode(name, path, mode_of)
            os.fsync(out.fileno())
        with writing(target):
            Path(name).replace(path)
            done = True
            _sync_folder(path.parent)
    finally:
        if not done:
            Path(name).unlink(missing_ok=True)


def _take_mode(temporary: str, path: Path, mode_of: str | None) -> None:
    if mode_of is not None and mode_of != STDIN:
        facts = Path(mode_of).stat()
        with contextlib.suppress(OSError):
            os.chown(temporary, facts.st_uid, facts.st_gid)
        Path(temporary).chmod(stat.S_IMODE(facts.st_mode))
    elif path.exists():
        Path(temporary).chmod(stat.S_IMODE(path.stat().st_mode))
    else:
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refuse_same(source: str, target: str) -> None:
    """Raise UsageError where `target` is the file `source`."""
    with contextlib.suppress(OSError):
        if STDIN not in (source, target) and Path(source).samefile(target):
            msg = f"{target}: is the input itself; use --in-place to replace it"
            raise UsageError(msg)


def fingerprint(path: str) -> tuple[int, int, int, int]:
    """What changes when a file does: device, inode, size and time of change. Raises InputError."""
    with reading(path):
        facts = Path(path).stat()
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns
