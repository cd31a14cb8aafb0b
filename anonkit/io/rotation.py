"""Which bytes of a growing log are still to be read, where it was rotated or truncated since the last look?

A file that was renamed stays open and is read to its end. What was written between two rotations that no look fell
between is in a rotated file beside it; the end of what copytruncate cut off is in the copy, if there was one.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from anonkit.io.streams import reading

_READ_BYTES = 1 << 20
_MARK_BYTES = 256
# clocks of file systems are coarse
_SLACK_S = 1.0
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".lz4")


class Growing:
    """An open file that is read on from where it was left."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb", buffering=0)
        self._position = 0
        self._first = self._last = b""  # of what was read, to know the file again
        facts = os.fstat(self._stream.fileno())
        self.identity = facts.st_dev, facts.st_ino

    def read(self) -> bytes | None:
        """What follows, nothing while there is no more; None once the file was truncated, even if it grew again."""
        if self._at(0, len(self._first)) != self._first:
            return None
        data = self._at(self._position - len(self._last), len(self._last) + _READ_BYTES)
        if not data.startswith(self._last):
            return None
        data = data[len(self._last) :]
        self._position += len(data)
        self._first = (self._first + data[:_MARK_BYTES])[:_MARK_BYTES]
        self._last = (self._last + data[-_MARK_BYTES:])[-_MARK_BYTES:]
        return data

    def goes_on_in(self, copy: Growing) -> bool:
        """Whether `copy` is one of this file before it was truncated; it is then read on from here."""
        copy._position, copy._first, copy._last = self._position, self._first, self._last
        last = copy._at(self._position - len(self._last), len(self._last))
        return last == self._last and copy._at(0, len(self._first)) == self._first

    def restart(self) -> None:
        """Read from the start again."""
        self._position, self._first, self._last = 0, b"", b""

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _at(self, position: int, size: int) -> bytes:
        self._stream.seek(position)
        return self._stream.read(size) or b""


class Log:
    """A path at which one file after the other grows. Raises InputError where the first cannot be read."""

    def __init__(self, path: str) -> None:
        self._name, self._path = path, Path(path)
        with reading(path):
            self._file = Growing(self._path)
        self._is_rotated = False
        self._known: dict[tuple[int, int], int] = {}
        self._folder_changed = 0.0
        self._look()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def news(self) -> Iterator[bytes | None]:
        """What was written since the last look, in order; None where a file ends and another one begins."""
        with reading(self._name):
            yield from self._written()
            successor = self._successor()
            if successor is None:
                self._look()
            elif not self._is_rotated:  # until the next look, so that who still holds the old file can let go of it
                successor.close()
            else:
                yield None
                yield from self._missed(successor.identity)
                self._file.close()
                self._file, successor = successor, None
                yield from self._written()
            self._is_rotated = successor is not None

    def _written(self) -> Iterator[bytes | None]:
        while (data := self._file.read()) != b"":
            if data is None:
                yield from self._end_of_copy()
                yield None
                self._file.restart()
            else:
                yield data

    def _successor(self) -> Growing | None:
        """The file at the path, where it is another one."""
        try:
            facts = self._path.stat()
            return Growing(self._path) if (facts.st_dev, facts.st_ino) != self._file.identity else None
        except OSError:  # between rename and creation
            return None

    def _look(self) -> None:
        """Remember which files are there now."""
        self._looked_at = time.time()
        with contextlib.suppress(OSError):
            changed = self._path.parent.stat().st_mtime
            if changed != self._folder_changed or changed > self._looked_at - _SLACK_S:
                self._known = {(facts.st_dev, facts.st_ino): facts.st_size for _, facts in self._beside()}
            self._folder_changed = changed

    def _missed(self, successor: tuple[int, int]) -> Iterator[bytes | None]:
        """What is in files that came and went since the last look; in the order in which they were finished."""
        known, looked_at = self._known, self._looked_at
        found = []
        self._look()
        for path, facts in self._beside():
            identity = facts.st_dev, facts.st_ino
            is_new = identity not in known or facts.st_size < known[identity]  # a number may be used again
            is_recent = facts.st_mtime >= looked_at - _SLACK_S
            if is_new and is_recent and identity not in (successor, self._file.identity):
                found.append((facts.st_mtime_ns, path))
        for _, path in sorted(found):
            with _opened(path) as missed:
                while missed and (data := missed.read()):
                    yield data
            yield None

    def _end_of_copy(self) -> Iterator[bytes]:
        """What was written before the file was truncated, and not read: from the copy, if one was made."""
        for path, facts in self._beside():
            if (facts.st_dev, facts.st_ino) == self._file.identity:
                continue
            with _opened(path) as copy:
                if copy and self._file.goes_on_in(copy):
                    while data := copy.read():
                        yield data
                    return

    def _beside(self) -> Iterator[tuple[Path, os.stat_result]]:
        """The files that may be this log, rotated: app.log.1, app.log-20240501, app-1.log, but nothing compressed."""
        stem, suffix = re.escape(self._path.stem), re.escape(self._path.suffix)
        rotated = re.compile(rf"{stem}{suffix}([.~_-].*)?|{stem}[._-]?\d[\d._-]*{suffix}", re.DOTALL)
        try:
            with os.scandir(self._path.parent) as entries:
                found = [e for e in entries if rotated.fullmatch(e.name) and not e.name.endswith(_PACKED)]
            facts = [(Path(e.path), e.stat()) for e in found if e.is_file()]
        except OSError:  # one went while we looked
            return
        yield from facts


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Growing | None]:
    """The file at `path`; None where it went or cannot be read."""
    try:
        file = Growing(path)
    except OSError:
        yield None
        return
    try:
        yield file
    finally:
        file.close()
