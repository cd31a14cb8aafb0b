"""Compiles the expressions of all cards into one Vectorscan database, and keeps it in a cache on disk.

The cache belongs to one library version and one processor: both are in its name. Its folder is 0700, since a
serialized database is trusted when it is loaded; a folder that others could write to is not used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import hyperscan

from anonkit.errors import CardError

CASELESS = hyperscan.HS_FLAG_CASELESS
_CACHED_FILES = 16


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of the database; its position in the list is its id."""

    regex: bytes
    flags: int
    origin: str  # card file and match, for errors


def open_database(digest: str, expressions: Callable[[], Sequence[Expression]]) -> hyperscan.Database:
    """The compiled database: from the cache, else compiled and put there.

    digest       of everything that `expressions` depends on; they are only asked for where the cache has nothing
    Raises CardError for an expression that Vectorscan does not take.
    """
    folder = _cache_folder()
    path = folder / f"{_name(digest)}.hsdb" if folder else None
    if path is not None:
        with contextlib.suppress(OSError, hyperscan.HyperscanError):
            database = hyperscan.loadb(path.read_bytes(), hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            return database
    database = compile_database(expressions())
    if folder is not None and path is not None:
        with contextlib.suppress(OSError):
            _store(folder, path, hyperscan.dumpb(database))
    return database


def compile_database(expressions: Sequence[Expression]) -> hyperscan.Database:
    """Compile `expressions`; raises CardError that names the card of a refused one."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[e.regex for e in expressions],
            ids=list(range(len(expressions))),
            flags=[e.flags for e in expressions],
        )
    except hyperscan.HyperscanError:
        _blame(expressions)
        raise
    return database


def _blame(expressions: Sequence[Expression]) -> None:
    for expression in expressions:
        try:
            hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK).compile(
                expressions=[expression.regex], ids=[0], flags=[expression.flags]
            )
        except hyperscan.HyperscanError as error:
            msg = f"{expression.origin}: Vectorscan refuses the expression ({error}); simplify it"
            raise CardError(msg) from None


def _name(digest: str) -> str:
    facts = (digest, metadata.version("hyperscan"), _processor())
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32]


def _processor() -> str:
    with contextlib.suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(("flags", "Features")):
                return platform.machine() + line
    return platform.machine() + platform.processor()


def _cache_folder() -> Path | None:
    """The cache's folder, made if need be; None where there is none that only its owner can write to."""
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


def _store(folder: Path, path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(temporary).replace(path)
    by_age = sorted(folder.glob("*.hsdb"), key=lambda p: p.stat().st_mtime)
    for old in by_age[:-_CACHED_FILES]:
        old.unlink(missing_ok=True)
