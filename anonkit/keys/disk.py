"""How do the few small files beside a key get onto the disk whole, and off it again?"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from anonkit.errors import KeyFileError

FOR_OWNER, FOR_ALL_TO_READ = 0o600, 0o644
_NEWLY_MADE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)


def write_new(path: Path, content: bytes, mode: int = FOR_OWNER) -> None:
    """Write a file that did not exist, with a mode that no umask widens; raises FileExistsError.

    What fails leaves nothing.
    """
    handle = os.open(path, _NEWLY_MADE, FOR_OWNER)
    is_whole = False
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            if mode != FOR_OWNER:
                path.chmod(mode)  # a umask counts for what is made, not for this
            os.fsync(out.fileno())
        is_whole = True
    finally:
        if not is_whole:
            path.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until nobody else rotates or destroys a key file, and keep others from it meanwhile.

    The lock is on the file itself: it goes with the process that holds it, and leaves nothing behind. Who waited for a
    file that was replaced meanwhile waits for the new one. Raises OSError where there is none (any more).
    """
    if os.name != "posix":
        yield
        return
    import fcntl  # noqa: PLC0415  not on Windows

    while True:
        handle = _opened(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(handle), path.stat()):
                yield
                return
        finally:
            os.close(handle)


def _opened(path: Path) -> int:
    """For writing where that is allowed: a lock on NFS needs it."""
    try:
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except PermissionError:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def shred(path: Path, header: bytes) -> None:
    """Overwrite a file and delete it; until it is gone it begins with `header`, by which it can be told."""
    with contextlib.suppress(PermissionError):
        path.chmod(FOR_OWNER)  # its owner may have made it read-only
    with path.open("r+b", buffering=0) as out:
        size = os.fstat(out.fileno()).st_size
        for _ in range(2):
            out.seek(0)
            out.write((header + os.urandom(size))[:size])
            os.fsync(out.fileno())
    path.unlink()
    sync_folder(path.parent)


def take_owner(new: Path, old: Path) -> None:
    """Where root writes for somebody, the file stays theirs."""
    if os.name == "posix" and os.geteuid() == 0:
        facts = old.stat()
        os.chown(new, facts.st_uid, facts.st_gid)


def sync_folder(folder: Path) -> None:
    """Have what was made, renamed and deleted in a folder survive a loss of power, where the system can.

    As io/outputs.py does: commands for keys load nothing of io.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def reporting(path: str | Path, what: str) -> Iterator[None]:
    """Turn what the system refuses into KeyFileError, but for a file that exists."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        msg = f"{path}: {what} ({error.strerror}); check the folder, its space and its permissions"
        raise KeyFileError(msg) from None
