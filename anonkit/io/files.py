"""How are the raw bytes of a file, a pipe or a member of an archive read and written, and how do they fail?"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import IO, Any

from anonkit.errors import InputError, OutputError


class Source(io.RawIOBase):
    """A readable stream that can be peeked at and that fails with InputError, which names it."""

    def __init__(self, stream: IO[bytes] | io.RawIOBase, name: str, *, may_wait: bool = False) -> None:
        """`may_wait` says that reading may have to wait for a writer: a pipe or a terminal."""
        super().__init__()
        self._stream: Any = stream
        self._head = b""
        self._may_wait = may_wait
        self.name = name
        self.bytes_read = 0

    def readable(self) -> bool:
        """Say that this is an input, as the standard library asks."""
        return True

    def peek(self, size: int) -> bytes:
        """Return up to `size` bytes without consuming them; of a pipe what it holds now, but for an empty one."""
        while len(self._head) < size:
            chunk = bytearray(size - len(self._head))
            count = self._fill(memoryview(chunk))
            self._head += chunk[:count]
            if not count or not self.ready():
                break
        return self._head[:size]

    def skip(self, size: int) -> bytes:
        """Consume `size` bytes that were peeked at."""
        taken, self._head = self._head[:size], self._head[size:]
        self.bytes_read += len(taken)
        return taken

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  as in the standard library: any writable buffer
        """Fill a part of `buffer`; return its size in bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._head:
            taken = self._head[: len(view)]
            view[: len(taken)] = taken
            self._head = self._head[len(taken) :]
            count = len(taken)
        else:
            count = self._fill(view)
        self.bytes_read += count
        return count

    def ready(self) -> bool:
        """Say whether more can be read without waiting for a writer."""
        return not self._may_wait or bool(select.select([self._stream], [], [], 0)[0])

    def close(self) -> None:
        """Close the stream below."""
        if not self.closed:
            self._stream.close()
        super().close()

    def _fill(self, view: memoryview) -> int:
        try:
            return self._stream.readinto(view) or 0
        except OSError as error:
            raise unreadable(self.name, error) from None


class Sink(io.RawIOBase):
    """A writable stream that writes everything it is given and that fails with OutputError, which names it."""

    def __init__(self, stream: io.RawIOBase | None, name: str) -> None:
        """`stream` None throws away what is written, for a dry run."""
        super().__init__()
        self._stream = stream
        self.name = name
        self.bytes_written = 0

    def writable(self) -> bool:
        """Say that this is an output, as the standard library asks."""
        return True

    def fileno(self) -> int:
        """Return the descriptor below."""
        if self._stream is None:
            raise io.UnsupportedOperation
        return self._stream.fileno()

    def write(self, data: Any, /) -> int:  # noqa: ANN401  as in the standard library: any readable buffer
        """Write all of `data`; return its size in bytes."""
        view = memoryview(data).cast("B")
        size = len(view)
        written = 0
        try:
            while self._stream is not None and written < size:
                written += self._stream.write(view[written:]) or 0
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.name, error) from None
        finally:
            view.release()
        self.bytes_written += size
        return size


def open_source(path: str) -> Source:
    """Open a file, a named pipe or a device for reading; "-" is standard input. Raises InputError."""
    try:
        if path == "-":
            stream = io.FileIO(sys.stdin.fileno(), closefd=False)
        else:
            stream = io.FileIO(path)
        regular = os.path.isfile(path) if path != "-" else _is_regular(stream.fileno())
    except (OSError, ValueError, AttributeError) as error:
        raise unreadable(path, error) from None
    return Source(stream, display(path), may_wait=not regular)


def stdout_sink() -> Sink:
    """Return standard output as a sink that holds nothing back."""
    return Sink(io.FileIO(1, "wb", closefd=False), "standard output")


def display(path: str) -> str:
    """Return `path` as messages name it."""
    return "standard input" if path == "-" else path.encode("utf-8", "backslashreplace").decode()


def unreadable(name: str, error: Exception) -> InputError:
    """Return the error for an input that could not be read, with a remedy."""
    number = error.errno if isinstance(error, OSError) else None
    remedies = {
        errno.ENOENT: "no such file; check its name",
        errno.EACCES: "permission denied; make it readable for you",
        errno.EISDIR: "it is a folder; name a file",
        errno.EMFILE: "too many open files; raise the limit with ulimit -n",
    }
    reason = remedies.get(number or 0) or _reason(error)
    return InputError(f"{display(name)}: cannot be read: {reason}")


def unwritable(name: str, error: OSError) -> OutputError:
    """Return the error for an output that could not be written, with a remedy."""
    remedies = {
        errno.ENOSPC: "the disk is full; free some space and run again",
        errno.EDQUOT: "the disk quota is used up; free some space and run again",
        errno.EFBIG: "the file grew too large for its file system or for ulimit -f",
        errno.ENOENT: "its folder does not exist; create it first",
        errno.ENOTDIR: "a part of its path is not a folder; name another target",
        errno.EACCES: "permission denied; make its folder writable for you",
        errno.EPERM: "not permitted; name a target that you may write",
        errno.EROFS: "the file system is read-only; name a target elsewhere",
        errno.EISDIR: "it is a folder; use --out-dir for folders",
    }
    reason = remedies.get(error.errno or 0) or _reason(error)
    return OutputError(f"{display(name)}: cannot be written: {reason}")


def _reason(error: Exception) -> str:
    # The system's own words: never the message of another error, which may quote data.
    return os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else type(error).__name__


def _is_regular(descriptor: int) -> bool:
    import stat

    return stat.S_ISREG(os.fstat(descriptor).st_mode)
