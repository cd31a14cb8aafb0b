"""How does text flow through the engine, block by block, in this process or in several?

Workers are forked (the start method is stated: a scrubber need not be pickled, and a key would not leave memory). The
parent reads straight into shared memory, workers scrub there and put the result into shared memory, and the parent
writes it out in order: data is never pickled, and memory stays bounded by two slots a worker.
"""

from __future__ import annotations

import contextlib
import mmap
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any, Self

from anonkit.errors import InputError
from anonkit.io import splice
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BUFFER_BYTES, Blocks, Input

BLOCK_BYTES = 2 << 20
_SLOTS_A_WORKER = 2
_RESULT_BYTES = 2 * BUFFER_BYTES
PARALLEL_FROM_BYTES = 32_000_000
_MOST_JOBS = 64

Write = Callable[[bytes | memoryview], object]


def spans_of(engine: Engine, encoding: Encoding) -> Callable[[bytes], list[tuple[int, int]]]:
    """Where a long line must not be cut."""
    return lambda data: [(e.start, e.end) for e in splice.edits(engine, data, encoding)]


def pump(engine: Engine, source: Input, encoding: Encoding, write: Write) -> Counter[str]:
    """Scrub all of `source` into `write`; returns the number of replacements per entity."""
    counts: Counter[str] = Counter()
    blocks = Blocks(source, encoding, spans_of(engine, encoding), BLOCK_BYTES)
    buffer = bytearray(BUFFER_BYTES)
    while (block := blocks.next(buffer)) is not None:
        data = bytes(memoryview(buffer)[: block.length])
        text, found = splice.scrub(engine, data, encoding, block.start, block.end)
        write(text)
        counts.update(found)
    return counts


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


class Workers:
    """Forked processes that scrub; used as a context manager, for any number of files.

    Raises InputError where a worker dies.
    """

    def __init__(self, engine: Engine, jobs: int) -> None:
        self._engine = engine
        slots = jobs * _SLOTS_A_WORKER
        self._inputs = [mmap.mmap(-1, BUFFER_BYTES) for _ in range(slots)]
        self._outputs = [mmap.mmap(-1, _RESULT_BYTES) for _ in range(slots)]
        context = multiprocessing.get_context("fork")
        self._pipes: list[Connection[Any, Any]] = []
        self._processes = []
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=self._work, args=(theirs, [*self._pipes, ours]), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes:
            with contextlib.suppress(OSError):
                pipe.close()
        for process in self._processes:
            process.kill()
            process.join()

    def _work(self, requests: Connection[Any, Any], of_the_parent: list[Connection[Any, Any]]) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the parent ends its workers itself
        for pipe in of_the_parent:
            pipe.close()
        with contextlib.suppress(EOFError, OSError):
            while True:
                slot, start, end, length, encoding = requests.recv()
                try:
                    text, counts = splice.scrub(self._engine, self._inputs[slot][:length], encoding, start, end)
                except Exception:  # noqa: BLE001  its message could hold a value: the parent says that a worker died
                    os._exit(1)
                if len(text) <= _RESULT_BYTES:
                    self._outputs[slot][: len(text)] = text
                    requests.send((slot, len(text), counts))
                else:  # far more text than was read: by the pipe
                    requests.send((slot, -1, counts))
                    requests.send_bytes(text)

    def pump(self, source: Input, encoding: Encoding, write: Write) -> Counter[str]:
        """As `pump`, with the workers. Results are written in order, in this process."""
        counts: Counter[str] = Counter()
        blocks = Blocks(source, encoding, spans_of(self._engine, encoding), BLOCK_BYTES)
        free = list(range(len(self._inputs)))
        idle = list(self._pipes) * _SLOTS_A_WORKER
        pending: list[int] = []  # slots in the order of the input
        done: dict[int, memoryview | bytes] = {}
        more = True
        while more or pending:
            while more and free and idle:
                slot = free[-1]
                block = blocks.next(self._inputs[slot])
                if block is None:
                    more = False
                    break
                free.pop()
                pending.append(slot)
                self._send(idle.pop(0), (slot, block.start, block.end, block.length, encoding))
            if not pending:
                break
            for pipe in wait(self._pipes):
                slot, text, found = self._receive(pipe)  # type: ignore[arg-type]
                done[slot] = text
                counts.update(found)
                idle.append(pipe)  # type: ignore[arg-type]
            while pending and pending[0] in done:
                slot = pending.pop(0)
                text = done.pop(slot)
                write(text)
                if isinstance(text, memoryview):
                    text.release()
                free.append(slot)
        return counts

    def _send(self, pipe: Connection[Any, Any], request: tuple[Any, ...]) -> None:
        try:
            pipe.send(request)
        except OSError:
            raise _died() from None

    def _receive(self, pipe: Connection[Any, Any]) -> tuple[int, memoryview | bytes, dict[str, int]]:
        try:
            slot, size, found = pipe.recv()
            return slot, pipe.recv_bytes() if size < 0 else memoryview(self._outputs[slot])[:size], found
        except (EOFError, OSError):
            raise _died() from None


def _died() -> InputError:
    return InputError("a worker process died, perhaps for lack of memory; try again with --jobs 1")
