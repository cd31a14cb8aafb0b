"""How does --follow keep up with a file that grows, is rotated or truncated?

Half a line is half a phone number: the tail without a newline is held back until its newline comes, or until the file
is rotated, truncated or the run ends.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from anonkit.io import encodings, splice
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
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
        self._encoding: Encoding | None = None
        self._held: list[bytes] = []
        self._is_open = True

    def feed(self, data: bytes) -> None:
        """Take what comes next in the file."""
        if self._encoding is None:
            self._encoding = encodings.detect(data) if self._asked == "auto" else self._asked
        newline, unit = encodings.line_ends(self._encoding)[0], encodings.unit_bytes(self._encoding)
        if unit > 1:  # a newline may be half in what is held
            data, self._held = b"".join((*self._held, data)), []
        end = data.rfind(newline) + len(newline)
        self._held.append(data)
        if end >= len(newline) and end % unit == 0:
            whole = b"".join(self._held)
            rest = len(data) - end
            self._held = [whole]  # all of it, for who is interrupted now
            self._emit(whole[: len(whole) - rest])
            self._held = [whole[len(whole) - rest :]]

    def end(self) -> None:
        """The file ends here, and another may begin."""
        held, self._held = b"".join(self._held), []
        if held and self._is_open:
            self._emit(held)
        self._encoding = None

    def _emit(self, data: bytes) -> None:
        text, found = splice.scrub(self._engine, data, self._encoding or "auto")
        self._is_open = False  # where the reader has gone, nothing more is written
        self._write(text)
        self._flush()
        self._is_open = True
        self.counts.update(found)
