"""How is one file written, so that it stands in its place only when it is complete?"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from anonkit.errors import OutputError, UsageError
from anonkit.io.streams import STDIN


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
        handle, name = _temporary(path)
    done = False
    try:
        with writing(target), os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            _take_mode(name, path, mode_of)
            os.fsync(out.fileno())
        with writing(target):
            name.replace(path)
            done = True
            _sync_folder(path.parent)
    finally:
        if not done:
            name.unlink(missing_ok=True)


def _temporary(path: Path) -> tuple[int, Path]:
    """A new file beside `path`, for its owner alone; the module tempfile takes longer to load than a line to scrub."""
    name = path.with_name(f".{path.name[:40]}.{os.urandom(6).hex()}.part")
    return os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), name


def _take_mode(temporary: Path, path: Path, mode_of: str | None) -> None:
    if mode_of is not None and mode_of != STDIN:
        facts = Path(mode_of).stat()
        with contextlib.suppress(OSError):
            os.chown(temporary, facts.st_uid, facts.st_gid)
        temporary.chmod(stat.S_IMODE(facts.st_mode))
    elif path.exists():
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))
    else:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refuse_same(source: str, target: str, remedy: str = "use --in-place to replace it") -> None:
    """Raise UsageError where `target` is the file `source`."""
    with contextlib.suppress(OSError):
        if STDIN not in (source, target) and Path(source).samefile(target):
            msg = f"{target}: is the input itself; {remedy}"
            raise UsageError(msg)


class Nowhere(io.RawIOBase):
    """A file of which nothing is kept but its size."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self._size = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        """Count the bytes."""
        with memoryview(data) as view:
            self._size += view.nbytes
            return view.nbytes

    def tell(self) -> int:
        """How many bytes were written."""
        return self._size
