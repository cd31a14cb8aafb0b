"""How does --follow keep up with a file that grows, is rotated or truncated?

Half a line is half a phone number: the tail without a newline is held back until its newline comes, or until the file
is rotated, truncated or the run ends. A renamed or deleted file is read to its end before the new one is opened.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO

from anonkit.io import encodings, splice
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.streams import reading

POLL_S = 0.2
_READ_BYTES = 1 << 20


def follow(
    engine: Engine, path: str, write: Callable[[bytes], object], flush: Callable[[], object], *, encoding: Encoding,
    stop: Callable[[], bool] = lambda: False,
) -> Counter[str]:  # fmt: skip
    """Scrub `path` as it grows, until `stop` says so or KeyboardInterrupt; the held tail is written at the end."""
    counts: Counter[str] = Counter()
    tail = b""
    with reading(path):
        stream: IO[bytes] = Path(path).open("rb", buffering=0)  # noqa: SIM115  changes hands on rotation
    asked = encoding
    writes = True

    def emit(data: bytes) -> None:
        nonlocal writes
        text, found = splice.scrub(engine, data, encoding)
        writes = False  # where the reader has gone, nothing more is written
        write(text)
        flush()
        writes = True
        counts.update(found)

    begun = False
    try:
        while True:
            with reading(path):
                data = stream.read(_READ_BYTES) or b""
            if data:
                if not begun and asked == "auto":
                    encoding = encodings.detect(data)
                begun = True
                newline, unit = encodings.line_ends(encoding)[0], encodings.unit_bytes(encoding)
                tail += data
                cut = tail.rfind(newline) + len(newline)
                if cut >= len(newline) and cut % unit == 0:
                    emit(tail[:cut])
                    tail = tail[cut:]
                continue
            if stop():
                break
            replacement = _replacement(path, stream)
            if replacement is not None:
                if tail:
                    emit(tail)
                    tail = b""
                if replacement is not stream:
                    stream.close()
                stream = replacement
                begun = False
                continue
            time.sleep(POLL_S)
    finally:
        if tail and writes:
            emit(tail)
        stream.close()
    return counts


def _replacement(path: str, stream: IO[bytes]) -> IO[bytes] | None:
    """The stream to go on with where the file was rotated or truncated; None where it just waits."""
    here = os.fstat(stream.fileno())
    if here.st_size < stream.tell():  # copytruncate
        stream.seek(0)
        return stream
    try:
        there = Path(path).stat()
    except OSError:
        return None  # between rename and creation
    if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino):
        return None
    try:
        return Path(path).open("rb", buffering=0)
    except OSError:
        return None
