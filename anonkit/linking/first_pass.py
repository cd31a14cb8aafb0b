"""What does the first of two passes remember of the inputs: which values are linked, and where the findings were?

The second pass reads the same blocks and need not search them again. What is remembered lies in temporary files
without a name: positions, numbers of rules and keyed hashes, no values.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from typing import IO

import numpy as np

from anonkit.detect.block import PAD_BYTES, Ints, Mask, distinct, table
from anonkit.detect.candidates import Candidates
from anonkit.io.engine import Looker
from anonkit.linking.links import Hasher, Hashes, Links, Records
from anonkit.model import EntityClass
from anonkit.scrubbing.search import Found, Search
from anonkit.transform.plain import plain
from anonkit.transform.spelling import canonical

_ROW = np.dtype([("start", np.int32), ("end", np.int32), ("rule", np.int16), ("hash", np.uint64)])
_LINKABLE: frozenset[EntityClass] = frozenset(("linkable", "quasi"))
# a line of a stack trace, or of JSON that is printed over many lines
_GOES_ON = table(b" \t}])")
# a record of this size may be a piece of one: what else was in it is not known
_WHOLE_RECORD_BYTES = 2 << 20


class FirstPass(Looker):
    """An engine that looks at all inputs and changes nothing; `settle` it, then ask `found`, and `close` it.

    entities, classes  of each number of a finding; a class is None for what is always personal
    """

    def __init__(self, search: Search, entities: Sequence[str], classes: Sequence[EntityClass | None]) -> None:
        self._search, self._entities = search, entities
        self._is_linkable: Mask = np.array([c in _LINKABLE for c in classes], bool)
        self._joins: Mask = np.array([c == "linkable" for c in classes], bool)
        self._is_direct: Mask = np.array([c is None or c == "direct" for c in classes], bool)
        self._hasher, self._links = Hasher(), Links()
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="anonkit-")  # noqa: SIM115  lives as long as this
        self._places: dict[bytes, tuple[int, int, int]] = {}  # of a block: offset, findings, words of statements

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Look at whole lines of UTF-8; they come back as they are."""
        found = self._search.find(utf8)
        hashes = self._hashes(found)
        self._links.add(self._records(found, hashes))
        rows = np.empty(len(found.found), _ROW)
        rows["start"], rows["end"], rows["rule"] = found.found.start, found.found.end, found.found.rule
        rows["hash"] = hashes
        place = self._file.tell()
        self._file.write(rows.tobytes() + found.statements.tobytes())
        self._places[self._hasher.digest(utf8)] = place, len(rows), len(found.statements)
        return utf8, {}

    def settle(self) -> None:
        """Follow the links, once all inputs were seen."""
        self._file.flush()
        self._links.settle()

    def close(self) -> None:
        """Forget where the findings were."""
        self._file.close()

    def found(self, utf8: bytes) -> tuple[Found, Mask]:
        """What is found in a block of the inputs, and which of it counts as personal."""
        known = self._places.get(self._hasher.digest(utf8))
        if known is None:  # cut otherwise than in the first pass
            found = self._search.find(utf8)
            hashes = self._hashes(found)
            return found, self._are_personal(found.found, hashes) | self._beside_direct(found)
        place, count, statements = known
        size = count * _ROW.itemsize
        read = os.pread(self._file.fileno(), size + 8 * statements, place)
        rows = np.frombuffer(read[:size], _ROW)
        start, end, number = (rows[name].astype(np.int64) for name in ("start", "end", "rule"))
        candidates = Candidates(start, end, number, np.ones(count))
        block, earlier = self._search.read(utf8)
        found = Found(block, candidates, np.frombuffer(read[size:], np.int64), earlier)
        return found, self._are_personal(candidates, rows["hash"])

    def kept(self) -> dict[str, int]:
        """How many values of each entity count as not personal."""
        counts: Counter[str] = Counter()
        for place, count, _ in self._places.values():
            rows = np.frombuffer(os.pread(self._file.fileno(), count * _ROW.itemsize, place), _ROW)
            number = rows["rule"].astype(np.int64)
            left = self._is_linkable[number] & ~self._links.are_personal(rows["hash"])
            for entity in map(self._entities.__getitem__, number[left].tolist()):
                counts[entity] += 1
        return dict(counts)

    def _are_personal(self, found: Candidates, hashes: Hashes) -> Mask:
        personal: Mask = ~self._is_linkable[found.rule] | self._links.are_personal(hashes)
        return personal

    def _beside_direct(self, found: Found) -> Mask:
        records = self._records(found, np.zeros(len(found.found), np.uint64))
        personal: Mask = np.isin(records.record, records.record[records.is_direct])
        return personal

    def _records(self, found: Found, hashes: Hashes) -> Records:
        """The findings by record: a line, with those below it that are indented or close a bracket."""
        block, number = found.block, found.found.rule
        newlines = block.newlines
        goes_on = _GOES_ON[block.raw[newlines[:-1] + 1]]
        record_of_line = np.cumsum(~goes_on, dtype=np.int64)
        line: Ints = np.searchsorted(newlines, found.found.start)
        record: Ints = record_of_line[line - 1]
        # what began in the block before, and what may be a piece of a line, is taken to hold a direct identifier
        is_open: Mask = (record == record_of_line[PAD_BYTES - 1]) & goes_on[PAD_BYTES - 1]
        is_open |= newlines[line] - newlines[line - 1] > _WHOLE_RECORD_BYTES
        return Records(record, self._is_direct[number] | is_open, self._joins[number], hashes)

    def _hashes(self, found: Found) -> Hashes:
        """Hashes of the linkable and quasi values, zero for all others."""
        number, buffer = found.found.rule, found.block.buffer
        hashes = np.zeros(len(number), np.uint64)
        linkable = self._is_linkable[number]
        for one in distinct(number[linkable]).tolist():
            rows = np.flatnonzero(linkable & (number == one))
            entity = self._entities[one]
            spans = zip(found.found.start[rows].tolist(), found.found.end[rows].tolist(), strict=True)
            values = [canonical(plain(buffer[start:end]), entity) for start, end in spans]
            hashes[rows] = self._hasher.hashes(entity, values)
        return hashes
