"""Which linkable and quasi values count as personal: those that stand with a direct one, or are linked to one?

`combination = "linked"` looks at all records first. A record (a line) with a direct identifier is personal; so is one
that shares a linkable value with a personal record; and every linkable or quasi value of a personal record is personal
wherever it stands. Quasi values make no record personal: half a log has the same user agent.

Values are kept as keyed hashes of 64 bits, under a key of this run: of a billion values two share one with a
probability of 3 %, and then one too many counts as personal. What does not fit in memory goes to temporary files
without a name, positions and hashes only.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO

import numpy as np
import numpy.typing as npt

from anonkit.detect.block import Ints, Mask

Hashes = npt.NDArray[np.uint64]
_IN_MEMORY = 1 << 22
_CHUNK_ROWS = 1 << 18
_MOST_RUNS = 8
_MOST_PASSES = 16
_ROW = np.dtype([("record", np.int64), ("hash", np.uint64), ("joins", np.bool_)])


class Hasher:
    """Hashes values under a key that nobody else has and that is never written."""

    def __init__(self) -> None:
        self._key = os.urandom(32)

    def __repr__(self) -> str:
        return "Hasher()"

    def hashes(self, entity: str, values: Sequence[str]) -> Hashes:
        """A hash for each of the values of an entity."""
        person = entity.encode()[:16]
        key = self._key
        digests = [
            blake2b(v.encode("utf-8", "surrogatepass"), digest_size=8, key=key, person=person).digest() for v in values
        ]
        return np.frombuffer(b"".join(digests), np.uint64)

    def digest(self, text: bytes) -> bytes:
        """What tells one text from another."""
        return blake2b(text, digest_size=16, key=self._key).digest()


class HashSet:
    """A set of hashes: sorted runs, in memory as long as they are few, then in a temporary file."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []
        self._new: list[Hashes] = []
        self._size = 0

    def add(self, hashes: Hashes) -> None:
        """Take in more."""
        self._new.append(np.unique(hashes))
        self._size += len(hashes)
        if self._size >= _IN_MEMORY:
            self._settle()

    def contains(self, hashes: Hashes) -> Mask:
        """Which of the hashes are in the set."""
        if self._new:
            self._settle()
        found = np.zeros(len(hashes), bool)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
            found |= run[at] == hashes
        return found

    def _settle(self) -> None:
        run = np.unique(np.concatenate(self._new))
        self._new, self._size = [], 0
        if not len(run):
            return
        self._runs.append(run)
        if len(self._runs) >= _MOST_RUNS:
            total = sum(len(r) for r in self._runs)
            merged = np.concatenate(self._runs) if total <= _IN_MEMORY else _on_disk(self._runs, total)
            merged.sort()
            self._runs = [merged]


def _on_disk(runs: Sequence[Hashes], total: int) -> Hashes:
    with tempfile.TemporaryFile(prefix="anonkit-") as file:
        file.truncate(total * 8)
        merged: Hashes = np.memmap(file, np.uint64, "r+", shape=(total,))
    at = 0
    for run in runs:
        merged[at : at + len(run)] = run
        at += len(run)
    return merged


@dataclass(frozen=True, slots=True)
class Records:
    """The findings of a block, sorted by record.

    record     the number of the record of each
    is_direct  whether it is direct, or always personal for another reason
    joins      whether it makes records personal that share it (linkable, not quasi)
    hashes     of the values that are not direct; anything for the others
    """

    record: Ints
    is_direct: Mask
    joins: Mask
    hashes: Hashes


class Links:
    """Takes in all records, and then tells which values are personal."""

    def __init__(self) -> None:
        self._personal = HashSet()
        self._open: IO[bytes] = tempfile.TemporaryFile(prefix="anonkit-")  # noqa: SIM115  lives as long as this
        self._records = 0

    def add(self, records: Records) -> None:
        """Take in the records of a block."""
        if not len(records.record):
            return
        _, record = np.unique(records.record, return_inverse=True)
        with_direct = np.zeros(int(record.max()) + 1, bool)
        with_direct[record[records.is_direct]] = True
        personal = with_direct[record]
        self._personal.add(records.hashes[personal])
        # a record that nothing joins to others stays as it is; one value alone makes no other personal
        joining = np.zeros(len(with_direct), bool)
        joining[record[records.joins]] = True
        rest = joining[record] & ~personal & (np.bincount(record)[record] > 1)
        rows = np.empty(int(rest.sum()), _ROW)
        rows["record"], rows["hash"], rows["joins"] = (
            record[rest] + self._records,
            records.hashes[rest],
            records.joins[rest],
        )
        self._open.write(rows.tobytes())
        self._records += len(with_direct)

    def settle(self) -> None:
        """Follow the links, once all records are in.

        Each pass follows them as far as they go within what is read at once. What chains of links from one such part
        to the next leave over after the last pass counts as personal, so that the time stays linear.
        """
        for _ in range(_MOST_PASSES):
            if not self._pass():
                break
        else:
            for rows in self._chunks():
                self._personal.add(rows["hash"])
        self._open.close()

    def _pass(self) -> bool:
        """Follow the links within each part that is read at once; tells whether any was found."""
        left: IO[bytes] = tempfile.TemporaryFile(prefix="anonkit-")  # noqa: SIM115  takes the place of the other
        found = False
        for rows in self._chunks():
            rest, more = self._followed(rows)
            found |= more
            left.write(rest.tobytes())
        self._open.close()
        self._open = left
        return found

    def _chunks(self) -> Iterator[npt.NDArray[np.void]]:
        """The records that are not known to be personal, whole ones, many at a time."""
        self._open.seek(0)
        size = _CHUNK_ROWS * _ROW.itemsize
        rest = np.empty(0, _ROW)
        is_last = False
        while not is_last:
            read = self._open.read(size)
            rows = np.concatenate((rest, np.frombuffer(read, _ROW)))
            is_last = len(read) < size
            whole = len(rows) if is_last else int(np.searchsorted(rows["record"], rows["record"][-1]))
            rest = rows[whole:]
            if whole:
                yield rows[:whole]

    def _followed(self, rows: npt.NDArray[np.void]) -> tuple[npt.NDArray[np.void], bool]:
        """The records of a chunk that are not personal; and whether any became so."""
        starts = rows["joins"] & self._personal.contains(rows["hash"])
        if not starts.any():
            return rows, False
        _, record = np.unique(rows["record"], return_inverse=True)
        _, value = np.unique(rows["hash"], return_inverse=True)
        joins = rows["joins"]
        is_personal = _reached(record[joins], value[joins], record[starts], int(record.max()) + 1)[record]
        self._personal.add(rows["hash"][is_personal])
        return rows[~is_personal], True

    def are_personal(self, hashes: Hashes) -> Mask:
        """Which of the values, by their hashes, count as personal."""
        return self._personal.contains(hashes)


def _reached(record: Ints, value: Ints, starts: Ints, count: int) -> Mask:
    """Which of `count` records share values, through others, with those that it starts from; rows pair both."""
    values_of = _grouped(record, value, count)
    records_of = _grouped(value, record, int(value.max(initial=-1)) + 1)
    is_reached = np.zeros(count, bool)
    is_reached[starts] = True
    followed = bytearray(len(records_of))
    stack = np.flatnonzero(is_reached).tolist()
    reached = set(stack)
    while stack:
        for shared in values_of[stack.pop()]:
            if not followed[shared]:
                followed[shared] = 1
                new = [other for other in records_of[shared] if other not in reached]
                reached.update(new)
                stack += new
    is_reached[list(reached)] = True
    return is_reached


def _grouped(key: Ints, member: Ints, count: int) -> list[list[int]]:
    """The members of each key."""
    order = np.argsort(key, kind="stable")
    ends = np.searchsorted(key[order], np.arange(count), "right").tolist()
    members = member[order].tolist()
    return [members[first:last] for first, last in zip([0, *ends[:-1]], ends, strict=True)]
