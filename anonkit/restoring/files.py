"""How are files restored, so that nothing is written unless every token in them is in order?

Text goes through once, into a file that takes its place when all of it is restored. What cannot be taken back (stdout)
and what holds many texts (archives) is read once for a look, and again.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from anonkit.errors import TokenError
from anonkit.io import encodings, run, splice, streams
from anonkit.io.encodings import Encoding
from anonkit.io.inputs import Task
from anonkit.io.jobs import Tally, Write, spans_of
from anonkit.io.lines import BUFFER_BYTES, Blocks, Input
from anonkit.io.outputs import writing
from anonkit.io.run import Done
from anonkit.io.texts import Options
from anonkit.restoring.tokens import Restorer, broken, bytes_of, is_broken, refuse_foreign

if TYPE_CHECKING:
    from anonkit.io.workers import Workers


def restore_file(restorer: Restorer, task: Task, options: Options, workers: Workers | None) -> Done:
    """Restore one input into its output.

    Raises TokenError where a token was changed or cut off, or where there are tokens and all of them are of other keys
    or recipients; InputError and OutputError as for scrubbing. Then nothing has changed, and nothing was written.
    """
    with _on_disk(task) as (on_disk, name):
        if _is_written_once_complete(on_disk):
            return _run(restorer, on_disk, options, _Checking(restorer, name, workers))
        look = _Checking(restorer, name, workers, may_be_foreign=True)
        _run(restorer, Task(on_disk.source, None), replace(options, progress=lambda _bytes: None), look)
        refuse_foreign(look.counts, name)
        return _run(restorer, on_disk, options, _Checking(restorer, name, workers, may_be_foreign=True))


def _is_written_once_complete(task: Task) -> bool:
    """Whether nothing of an output is seen before all of its input was read as one text."""
    with streams.open_stream(task.source) as (_, _head, kind, _poll):
        is_text = kind.form == "text"
    target = task.target
    is_file = target not in (None, streams.STDIN) and (not Path(str(target)).exists() or Path(str(target)).is_file())
    return is_text and is_file


@contextmanager
def _on_disk(task: Task) -> Iterator[tuple[Task, str]]:
    """The task and the name of its input; stdin is put into a file of our own, to be read as often as is needed."""
    if task.source != streams.STDIN:
        yield task, task.source
        return
    with writing("a temporary file"), tempfile.TemporaryDirectory(prefix="anonkit-") as folder:
        path = Path(folder, "stdin")
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        yield replace(task, source=str(path)), "stdin"


def _run(restorer: Restorer, task: Task, options: Options, checking: _Checking) -> Done:
    try:
        return run.scrub_file(restorer, task, options, cast("Workers", checking))
    except _BrokenSomewhereError:
        pass
    alone = _Checking(restorer, checking.name, None, may_be_foreign=True)
    run.scrub_file(restorer, Task(task.source, None), options, cast("Workers", alone))
    msg = f"{checking.name}: changed while it was read; nothing was restored, try again"
    raise TokenError(msg)


class _BrokenSomewhereError(Exception):
    """A worker met a token that was changed or cut off; it does not know in which line."""


class _Checking:
    """Restores text after text as `Workers` do, with workers or without, and lets nothing pass that is not in order."""

    def __init__(self, restorer: Restorer, name: str, workers: Workers | None, *, may_be_foreign: bool = False) -> None:
        self._restorer, self.name, self._workers, self._may_be_foreign = restorer, name, workers, may_be_foreign
        self.counts: Counter[str] = Counter()

    def pump(self, source: Input, encoding: Encoding, write: Write) -> Tally:
        """As `jobs.pump`; raises TokenError."""
        encoding = bytes_of(encoding)
        if self._workers is None:
            tally = self._alone(source, encoding, write)
        else:
            tally = self._workers.pump(source, encoding, write)
            if any(map(is_broken, tally.counts)):
                raise _BrokenSomewhereError
        self.counts.update(tally.counts)
        if not self._may_be_foreign:
            refuse_foreign(tally.counts, self.name)
        return tally

    def _alone(self, source: Input, encoding: Encoding, write: Write) -> Tally:
        tally = Tally()
        blocks = Blocks(source, encoding, spans_of(self._restorer, encoding), may_drop=False)
        buffer = bytearray(BUFFER_BYTES)
        while (block := blocks.next(buffer)) is not None:
            data = bytes(memoryview(buffer)[: block.length])
            text, found = splice.scrub(self._restorer, data, encoding, block.start, block.end)
            if any(map(is_broken, found)):
                for edit in splice.edits(self._restorer, data, encoding):
                    if is_broken(edit.entity) and block.start <= edit.start < block.end:
                        before = encodings.count_line_ends(data, encoding, block.start, edit.start)
                        raise broken(edit.entity, self.name, tally.lines + before + 1)
            write(text)
            tally.add(found, encodings.count_line_ends(data, encoding, block.start, block.end))
        tally.lines += blocks.ended_inside_a_line
        return tally
