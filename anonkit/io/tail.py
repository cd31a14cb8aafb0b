"""How does --follow keep up with a file that grows, is rotated or truncated?

Half a line is half a phone number: the tail without a line end is held back until its line end comes, or until the
file is rotated, truncated or the run ends. A line of more than 4 MiB is cut as in any other file.
"""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Callable

from anonkit.io import encodings, jobs, splice
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BUFFER_BYTES, Blocks
from anonkit.io.rotation import Log

POLL_S = 0.2


def follow(
    engine: Engine, path: str, write: Callable[[bytes], object], flush: Callable[[], object], *, encoding: Encoding,
    stop: Callable[[], bool] = lambda: False,
) -> Counter[str]:  # fmt: skip
    """Scrub `path` as it grows, until `stop` says so or KeyboardInterrupt; the held tail is written at the end."""
    log = Log(path)
    lines = _Lines(engine, write, flush, encoding)
    try:
        while True:
            is_last = stop()
            for data in log.news():
                if data is None:
                    lines.end()
                else:
                    lines.feed(data)
            if is_last:
                break
            time.sleep(POLL_S)
    finally:
        lines.end()
        log.close()
    return lines.counts


class _Lines:
    """Scrubs whole lines as they come, and holds back the half one."""

    def __init__(
        self, engine: Engine, write: Callable[[bytes], object], flush: Callable[[], object], asked: Encoding
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._engine, self._write, self._flush, self._asked = engine, write, flush, asked
        self._buffer = bytearray(BUFFER_BYTES)
        self._file: _File | None = None
        self._is_open = True

    def feed(self, data: bytes) -> None:
        """Take what comes next in the file."""
        if self._file is None:
            encoding = encodings.detect(data) if self._asked == "auto" else self._asked
            self._file = _File(self._engine, encoding)
        self._file.fed.add(data)
        self._emit_blocks(self._file)

    def end(self) -> None:
        """The file ends here, and another may begin."""
        if self._file is not None and self._is_open:
            self._file.fed.is_complete = True
            self._emit_blocks(self._file)
        self._file = None

    def _emit_blocks(self, file: _File) -> None:
        file.go_back()  # where the last call was interrupted, what it had read was not written
        while (block := file.blocks.next(self._buffer, wait=False)) is not None:
            data = bytes(memoryview(self._buffer)[: block.length])
            text, found = splice.scrub(self._engine, data, file.encoding, block.start, block.end)
            self._is_open = False  # where the reader has gone, nothing more is written
            self._write(text)
            self._flush()
            file.go_on()
            self._is_open = True
            self.counts.update(found)
        file.go_on()


class _File:
    """One file as it comes, block by block, and where it stood before the block that is being written."""

    def __init__(self, engine: Engine, encoding: Encoding) -> None:
        self.encoding = encoding
        self.fed = _Fed(encodings.unit_bytes(encoding))
        self.blocks = Blocks(self.fed, encoding, jobs.spans_of(engine, encoding), may_drop=not engine.is_restorable)
        self.go_on()

    def go_on(self) -> None:
        """All blocks so far are written."""
        self._written = copy.copy(self.blocks), self.fed.position

    def go_back(self) -> None:
        """Stand where all blocks before were written."""
        blocks, self.fed.position = self._written
        self.blocks = copy.copy(blocks)


class _Fed:
    """What was read of a file: a source for which nobody waits, and which gives whole code units until it is complete.

    position  how many bytes of the file were given
    """

    def __init__(self, unit_bytes: int) -> None:
        self.position = 0
        self.is_complete = False
        self._unit = unit_bytes
        self._data, self._base = b"", 0

    def add(self, data: bytes) -> None:
        """Take what comes next."""
        self._data, self._base = self._data[self.position - self._base :] + data, self.position

    def readinto(self, buffer: memoryview) -> int:
        start = self.position - self._base
        data = self._data[start : start + min(len(buffer), self._left())]
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)

    def ready(self) -> bool:
        return self.is_complete or self._left() > 0

    def _left(self) -> int:
        left = self._base + len(self._data) - self.position
        return left if self.is_complete else left // self._unit * self._unit
