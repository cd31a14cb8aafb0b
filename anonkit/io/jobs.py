"""How does text flow through the engine, block by block?"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from anonkit.io import encodings, splice
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BLOCK_BYTES, BUFFER_BYTES, Blocks, Input

if TYPE_CHECKING:
    from anonkit.io.cell_engine import CellScrubber
    from anonkit.io.delimited import Dialect

PARALLEL_FROM_BYTES = 32_000_000
_MOST_JOBS = 64

Write = Callable[[bytes | memoryview], object]


@dataclass(slots=True)
class Tally:
    """What a text held: the number of replacements per entity, and of lines."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: int = 0

    def add(self, counts: Mapping[str, int], lines: int) -> None:
        """Add what another part of the text held."""
        for entity, number in counts.items():
            self.counts[entity] += number
        self.lines += lines


def spans_of(engine: Engine, encoding: Encoding) -> Callable[[bytes], list[tuple[int, int]]]:
    """Where a long line must not be cut."""
    return lambda data: [(e.start, e.end) for e in splice.edits(engine, data, encoding)]


def engine_for(engine: Engine, dialect: Dialect | None) -> Engine:
    """The engine for delimited text of a dialect; for other text it is the one that there is."""
    if dialect is None:
        return engine
    from anonkit.io.cell_engine import CellEngine  # noqa: PLC0415  only for tables

    return CellEngine(cast("CellScrubber", engine), dialect)


def pump(engine: Engine, source: Input, encoding: Encoding, write: Write, dialect: Dialect | None = None) -> Tally:
    """Scrub all of `source` into `write`; returns what it held."""
    tally = Tally()
    engine = engine_for(engine, dialect)
    blocks = Blocks(source, encoding, spans_of(engine, encoding), may_drop=not engine.is_restorable, dialect=dialect)
    buffer = bytearray(BUFFER_BYTES)
    while (block := blocks.next(buffer)) is not None:
        data = bytes(memoryview(buffer)[: block.length])
        text, found = splice.scrub(engine, data, encoding, block.start, block.end)
        write(text)
        tally.add(found, encodings.count_line_ends(data, encoding, block.start, block.end))
    tally.lines += blocks.ended_inside_a_line
    return tally


def jobs_for(asked: int | None, size_bytes: int) -> int:
    """How many worker processes to use.

    As asked, but no more than there are blocks; else one a core, four at most, from 32 MB on.
    """
    if not hasattr(os, "fork"):
        return 1
    if asked is not None:
        blocks = size_bytes // BLOCK_BYTES + 1 if size_bytes else _MOST_JOBS  # of a pipe the size is not known
        return max(1, min(asked, _MOST_JOBS, blocks))
    return min(4, os.cpu_count() or 1) if size_bytes >= PARALLEL_FROM_BYTES else 1
