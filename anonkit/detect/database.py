"""Compiles the expressions of all cards into one Vectorscan database, and keeps it in a cache on disk.

What is kept belongs to one library version and one processor: both are in its name.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import hyperscan

from anonkit import cache
from anonkit.errors import CardError

CASELESS = hyperscan.HS_FLAG_CASELESS


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
    name = f"{_name(digest)}.hsdb"
    if (kept := cache.read(name)) is not None:
        with contextlib.suppress(hyperscan.HyperscanError):
            database = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            return database
    database = compile_database(expressions())
    cache.keep(name, hyperscan.dumpb(database))
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
    facts = (digest, getattr(hyperscan, "__version__", ""), _processor())
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32]


def _processor() -> str:
    with contextlib.suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(("flags", "Features")):
                return platform.machine() + line
    return platform.machine() + platform.processor()
