"""What is kept on disk between runs, and where?

The folder is 0700: what lies in it is trusted when it is read, and a folder that others could write to is not used.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_KEPT_FILES = 16


def read(name: str) -> bytes | None:
    """What was kept under `name`; None where there is nothing."""
    folder = _folder()
    if folder is None:
        return None
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return None
    with contextlib.suppress(OSError):
        os.utime(folder / name)  # what is in use is not the oldest
    return content


def keep(name: str, content: bytes) -> None:
    """Keep `content` under `name`, where there is a place for it.

    Of files with the same ending the one goes that was not read for longest.
    """
    folder = _folder()
    if folder is None:
        return
    import tempfile  # noqa: PLC0415  once in a while only

    ending = Path(name).suffix
    with contextlib.suppress(OSError):
        handle, temporary = tempfile.mkstemp(ending, dir=folder)  # so that what a killed process left goes in its turn
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            Path(temporary).replace(folder / name)
        finally:
            Path(temporary).unlink(missing_ok=True)
        by_age = sorted(folder.glob(f"*{ending}"), key=lambda p: p.stat().st_mtime)
        for old in by_age[:-_KEPT_FILES]:
            old.unlink(missing_ok=True)


def _folder() -> Path | None:
    """The folder, made if need be; None where there is none that only its owner can write to."""
    base = os.environ.get("ANONKIT_CACHE") or os.environ.get("XDG_CACHE_HOME")
    try:
        folder = Path(base) / "anonkit" if base else Path.home() / ".cache" / "anonkit"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.stat()
    except (OSError, RuntimeError):
        return None
    if hasattr(os, "getuid") and (facts.st_uid != os.getuid() or facts.st_mode & 0o022):
        return None
    return folder
