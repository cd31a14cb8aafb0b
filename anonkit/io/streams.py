"""How is one file read: opened, its first bytes looked at, and what goes wrong told in one sentence?"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anonkit.errors import InputError
from anonkit.io import kinds
from anonkit.io.kinds import Kind

STDIN = "-"
_LINE_ENDS = (b"\n", b"\r")


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

    def begun(self, line_ends: int) -> bytes:
        """The first bytes, none of which were read yet, with so many line ends as far as there are any.

        Raises InputError.
        """
        while 0 < len(self._head) < kinds.HEAD_BYTES and sum(map(self._head.count, _LINE_ENDS)) < line_ends:
            buffer = bytearray(kinds.HEAD_BYTES - len(self._head))
            with reading(self._name):
                size = self._stream.readinto(memoryview(buffer)) or 0
            if not size:
                break
            self._head += bytes(buffer[:size])
        return self._head

    def ready(self) -> bool:
        """Whether more can be read without waiting for another process."""
        if self._head or self._poll is None:
            return True
        import select  # noqa: PLC0415  only for pipes

        return bool(select.select([self._poll], [], [], 0)[0])


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what goes wrong while reading `name` into InputError."""
    try:
        yield
    except _damage():
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


def _damage() -> tuple[type[Exception], ...]:
    """What damaged data raises; asked for only once something was raised, as few files are compressed."""
    import gzip  # noqa: PLC0415
    import lzma  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    return EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError


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


def fingerprint(path: str) -> tuple[int, int, int, int]:
    """What changes when a file does: device, inode, size and time of change. Raises InputError."""
    with reading(path):
        facts = Path(path).stat()
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns
