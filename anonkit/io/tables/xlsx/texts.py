"""How do the texts of a workbook go through the engine? Many at once, each with what stands over it as its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.cells import Cells
from anonkit.io.tables.xlsx.formulas import Renames
from anonkit.io.tables.xlsx.markup import Replacement

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_BLOCK_BYTES = 1 << 21


class Names:
    """The names of columns, and what else tells what fills a text, by number; 0 is none."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {b"": 0}

    def number(self, name: bytes) -> int:
        """The number of a name."""
        return self._numbers.setdefault(name, len(self._numbers))

    def all(self) -> tuple[bytes, ...]:
        """The names by number."""
        return tuple(self._numbers)


@dataclass(slots=True)
class Desk:
    """What all parts of a workbook are scrubbed with.

    Attributes:
        scrubber: what finds and replaces.
        names: of columns, in all parts.
        renames: the names that change.
        counts: of entities so far.
        told: what cells, whose whole text was replaced, have become, by that text: caches repeat cells.
        record: the number of the last record.
    """

    scrubber: Scrubber
    names: Names = field(default_factory=Names)
    renames: Renames = field(default_factory=Renames)
    counts: Counter[str] = field(default_factory=Counter)
    told: dict[bytes, bytes] = field(default_factory=dict)
    record: int = 0

    def edits(self, texts: Texts) -> dict[int, list[Replacement]]:
        """What is replaced in texts, by their numbers, in bytes of the text."""
        return edits_of(self.scrubber, texts, self.names, self.counts)

    def next_record(self) -> int:
        """The number of another record."""
        self.record += 1
        return self.record


@dataclass(slots=True)
class Texts:
    """Texts that go through the engine together: UTF-8, the numbers of their names, and of their records, ascending."""

    texts: list[bytes] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)

    def add(self, text: bytes, name: int, record: int) -> int:
        """Add a text; returns its number."""
        self.texts.append(text)
        self.names.append(name)
        self.records.append(record)
        return len(self.texts) - 1

    def clear(self) -> None:
        """Let go of all."""
        self.texts, self.names, self.records = [], [], []


def edits_of(scrubber: Scrubber, texts: Texts, names: Names, counts: Counter[str]) -> dict[int, list[Replacement]]:
    """What is replaced in texts, by their numbers, in bytes of the text; adds to the counts of entities."""
    found: dict[int, list[Replacement]] = {}
    for first, block, cells in _blocks(texts, names):
        edits = scrubber.edits_of_cells(block, cells)
        if not len(edits):
            continue
        which = cells.of(edits.start)
        at = cells.start[which]
        rows = zip(
            (which + first).tolist(), (edits.start - at).tolist(), (edits.end - at).tolist(), edits.texts, strict=True
        )
        for number, start, end, text in rows:
            found.setdefault(number, []).append((start, end, text))
        for number, count in enumerate(np.bincount(edits.number).tolist()):
            if count:
                counts[scrubber.entities[number]] += count
    return found


def hold_findings(scrubber: Scrubber, texts: Texts, names: Names) -> set[int]:
    """The numbers of the texts that hold findings, kept entities left out."""
    found: set[int] = set()
    for first, block, cells in _blocks(texts, names):
        here = scrubber.find_in_cells(block, cells)
        here = here.take(~scrubber.kept[here.rule])
        found.update((cells.of(here.start) + first).tolist())
    return found


def _blocks(texts: Texts, names: Names) -> Iterator[tuple[int, bytes, Cells]]:
    """The texts, some records at a time: the number of the first, and the cells."""
    if not texts.texts:
        return
    sizes = np.fromiter(map(len, texts.texts), np.int64, len(texts.texts))
    records = np.array(texts.records, np.int64)
    columns = np.array(texts.names, np.int64)
    keys = names.all()
    ends = np.cumsum(sizes + 1)
    # a record is not cut: what becomes of a value may depend on who it speaks of
    cuts = np.append(np.flatnonzero(np.diff(records)) + 1, len(records))
    first = 0
    while first < len(records):
        before = int(ends[first - 1]) if first else 0
        most = int(np.searchsorted(ends, before + _BLOCK_BYTES, "right"))
        cut = int(np.searchsorted(cuts, most, "right")) - 1
        last = int(cuts[cut]) if cut >= 0 and cuts[cut] > first else int(cuts[np.searchsorted(cuts, first, "right")])
        end = ends[first:last] - before - 1
        cells = Cells(end - sizes[first:last], end, columns[first:last], records[first:last], keys)
        yield first, b"\n".join(texts.texts[first:last]) + b"\n", cells
        first = last
