"""How do several processes share the work on one file?

Workers are forked (the start method is stated: a scrubber need not be pickled, and a key would not leave memory). The
parent reads straight into shared memory, workers scrub there and put the result into shared memory, and the parent
writes it out in order: data is never pickled, and memory stays bounded by a few slots a worker.
"""

from __future__ import annotations

import contextlib
import mmap
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Self

from anonkit.errors import InputError
from anonkit.io import encodings, splice
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.jobs import Tally, Write, engine_for, spans_of
from anonkit.io.lines import BUFFER_BYTES, Blocks, Input

if TYPE_CHECKING:
    from anonkit.io.delimited import Dialect

_QUEUED_A_WORKER = 2
_SLOTS_A_WORKER = 3  # more than are queued: a block that takes long holds up the writing, not the other workers
_RESULT_BYTES = 2 * BUFFER_BYTES


class Workers:
    """Forked processes that scrub; used as a context manager, for any number of files.

    Raises InputError where a worker dies, and from then on for every file.
    """

    def __init__(self, engine: Engine, jobs: int) -> None:
        self._engine = engine
        self._are_broken = False
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
            encoding: Encoding
            while True:
                request = requests.recv()
                if isinstance(request, _File):
                    encoding, engine = request.encoding, engine_for(self._engine, request.dialect)
                    continue
                slot, start, end, length = request
                try:
                    data = self._inputs[slot][:length]
                    text, counts = splice.scrub(engine, data, encoding, start, end)
                    lines = encodings.count_line_ends(data, encoding, start, end)
                except Exception:  # noqa: BLE001  its message could hold a value: the parent says that a worker died
                    os._exit(1)
                if len(text) <= _RESULT_BYTES:
                    self._outputs[slot][: len(text)] = text
                    requests.send((slot, len(text), counts, lines))
                else:  # far more text than was read: by the pipe
                    requests.send((slot, -1, counts, lines))
                    requests.send_bytes(text)

    def pump(self, source: Input, encoding: Encoding, write: Write, dialect: Dialect | None = None) -> Tally:
        """As `jobs.pump`, with the workers. Results are written in order, in this process."""
        if self._are_broken:
            raise _died()
        asked = _Asked()
        try:
            return self._pump(source, encoding, write, dialect, asked)
        except Exception:
            self._drain(asked)
            raise
        except BaseException:  # who is interrupted does not wait
            self._are_broken = True
            raise

    def _pump(self, source: Input, encoding: Encoding, write: Write, dialect: Dialect | None, asked: _Asked) -> Tally:
        tally = Tally()
        spans = spans_of(engine_for(self._engine, dialect), encoding)
        blocks = Blocks(source, encoding, spans, may_drop=not self._engine.is_restorable, dialect=dialect)
        for worker in self._pipes:
            self._send(worker, _File(encoding, dialect))
        free = list(range(len(self._inputs)))
        idle = list(self._pipes) * _QUEUED_A_WORKER
        more = True
        while more or asked.slots:
            while more and free and idle:
                slot = free[-1]
                block = blocks.next(self._inputs[slot], wait=not asked.slots)
                if block is None:  # at the end, or because an answer should not wait for the next line
                    more = not blocks.ended
                    break
                free.pop()
                asked.slots.append(slot)
                self._send(idle.pop(0), (slot, block.start, block.end, block.length))
            if not asked.slots:
                break
            for pipe in wait(self._pipes):
                found, lines = self._receive(pipe, asked)  # type: ignore[arg-type]
                tally.add(found, lines)
                idle.append(pipe)  # type: ignore[arg-type]
            while asked.slots and asked.slots[0] in asked.answers:
                text = asked.answers[asked.slots[0]]
                write(text)
                free.append(asked.take())
        tally.lines += blocks.ended_inside_a_line
        return tally

    def _drain(self, asked: _Asked) -> None:
        """Wait for the answers that are still to come: the next file must not get them."""
        while len(asked.answers) < len(asked.slots) and not self._are_broken:
            for pipe in wait(self._pipes):
                with contextlib.suppress(InputError):  # the first error is told
                    self._receive(pipe, asked)  # type: ignore[arg-type]
        while asked.slots and not self._are_broken:
            asked.take()

    def _send(self, pipe: Connection[Any, Any], request: _File | tuple[int, ...]) -> None:
        try:
            pipe.send(request)
        except OSError:
            self._are_broken = True
            raise _died() from None

    def _receive(self, pipe: Connection[Any, Any], asked: _Asked) -> tuple[dict[str, int], int]:
        self._are_broken = True  # should half an answer come
        try:
            slot, size, found, lines = pipe.recv()
            asked.answers[slot] = pipe.recv_bytes() if size < 0 else memoryview(self._outputs[slot])[:size]
        except (EOFError, OSError):
            raise _died() from None
        self._are_broken = False
        return found, lines


@dataclass(frozen=True, slots=True)
class _File:
    """What workers are told of a file before its blocks."""

    encoding: Encoding
    dialect: Dialect | None


class _Asked:
    """What the workers were asked for one file and have not given to its output: slots in order, and answers."""

    def __init__(self) -> None:
        self.slots: list[int] = []
        self.answers: dict[int, memoryview | bytes] = {}

    def take(self) -> int:
        """Let go of the first answer; its slot is free then."""
        slot = self.slots.pop(0)
        text = self.answers.pop(slot)
        if isinstance(text, memoryview):
            text.release()
        return slot


def _died() -> InputError:
    return InputError("a worker process died, perhaps for lack of memory; try again with --jobs 1")
