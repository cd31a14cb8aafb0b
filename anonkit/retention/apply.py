"""How is what is due anonymized in its place, while what must be held stays as it is, byte for byte?"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from anonkit.errors import InputError, UsageError
from anonkit.io import compression, jobs, outputs, splice, streams
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BLOCK_BYTES, LONG_LINE_BYTES
from anonkit.io.streams import Source
from anonkit.io.texts import Counted, Options, unpacked
from anonkit.model import Edit
from anonkit.retention.periods import Periods
from anonkit.retention.plan import Plan, clock_of, plan_file, texts
from anonkit.retention.records import Piece, pieces


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done to a file: what was planned for it, what was replaced (by entity), whether it changed."""

    plans: tuple[Plan, ...]
    replaced: Counter[str]
    changed: bool


class _NothingToDo(Exception):  # noqa: N818  no error: it leaves the output unwritten
    pass


def apply_file(engine: Engine, path: str, options: Options, periods: Periods) -> Applied:
    """Anonymize what is due in a file, in its place; mode and times of the file stay.

    A file in which nothing is due, or nothing of what is due is left to anonymize, is not touched.
    Raises InputError, OutputError, UsageError; then nothing has changed.
    """
    with streams.reading(path):
        if Path(path).exists() and not Path(path).is_file():
            msg = f"{path}: is no regular file, which cannot be replaced; name one that is"
            raise UsageError(msg)
    before = streams.fingerprint(path)
    plans = tuple(plan_file(path, options, periods))
    if not any(plan.is_due for plan in plans):
        return Applied(plans, Counter(), changed=False)
    if any(plan.member for plan in plans):
        msg = f"{path}: is an archive, in which nothing is replaced; unpack it, and apply to the files"
        raise InputError(msg)
    with streams.reading(path):
        has_other_names = Path(path).stat().st_nlink > 1
    if has_other_names:
        msg = f"{path}: has hard links, under which the original would stay; delete the other names, or copy the file"
        raise InputError(msg)
    with contextlib.suppress(_NothingToDo), outputs.output(path, mode_of=path) as out:
        replaced, changed = _rewrite(engine, path, options, periods, plans[0], out)
        _refuse_writers(path)
        if streams.fingerprint(path) != before:
            msg = f"{path}: changed while it was read; it was left as it is, try again"
            raise InputError(msg)
        if not changed:
            raise _NothingToDo
        _keep_times(path, out)
        return Applied(plans, replaced, changed=True)
    return Applied(plans, Counter(), changed=False)


def is_open(engine: Engine, path: str, options: Options, periods: Periods, plans: tuple[Plan, ...]) -> bool:
    """Whether there is something that `apply_file` would anonymize, in archives too. Raises InputError."""
    if not any(plan.is_due for plan in plans):
        return False
    for plan, (_, source, head) in zip(plans, texts(path, options), strict=True):
        encoding = options.encoding_of(head)
        found = pieces(source, encoding, path, clock_of(path))
        windows = _windows(found, periods, plan)
        if plan.is_due and any(_treated(engine, w, encoding)[0] != b"".join(d for _, d in w) for w in windows):
            return True
    return False


def _rewrite(
    engine: Engine, path: str, options: Options, periods: Periods, plan: Plan, out: IO[bytes]
) -> tuple[Counter[str], bool]:
    """Write the text of a file into `out`, compressed as it was: what was replaced, and whether anything changed."""
    replaced: Counter[str] = Counter()
    changed = False
    with streams.open_stream(path) as (stream, head, kind, poll):
        source, inner = unpacked(Counted(stream, len(head), options.progress), head, kind, path, poll)
        encoding = options.encoding_of(inner)
        form = "text" if kind.form == "tar" else kind.form
        with outputs.writing(path), compression.compressed(out, form, path) as sink:
            for window in _windows(pieces(source, encoding, path, clock_of(path)), periods, plan):
                treated, found = _treated(engine, window, encoding)
                sink.write(treated)
                replaced.update(found)
                changed = changed or treated != b"".join(data for _, data in window)
    return replaced, changed


Window = list[tuple[bool, bytes]]
"""Parts of a text that follow each other: whether they are due, and their bytes."""


def _windows(found: Iterable[Piece], periods: Periods, plan: Plan) -> Iterator[Window]:
    """The text in windows of about a block, neighbours of a kind together."""
    window: Window = []
    parts: list[bytes] = []
    size = 0
    was_due = False
    due_days: dict[int | None, bool] = {None: plan.undated_is != "hold"}
    for day, data, begins in found:
        due = due_days.get(day)
        if due is None:
            due = due_days[day] = periods.state(day) != "hold"
        is_full = size >= BLOCK_BYTES and (begins or size >= LONG_LINE_BYTES)
        if parts and (due != was_due or is_full):
            window.append((was_due, b"".join(parts)))
            parts = []
        if is_full:
            yield window
            window, size = [], 0
        was_due = due
        parts.append(data)
        size += len(data)
    if parts:
        yield [*window, (was_due, b"".join(parts))]


def _treated(engine: Engine, window: Window, encoding: Encoding) -> tuple[bytes, dict[str, int]]:
    """A window with what is due in it scrubbed, and what was replaced, by entity.

    All that is due is scrubbed at once, as a call for each of a thousand rows would take a thousand times as long.
    """
    runs = [data for due, data in window if due]
    scrubbed, counts = _scrubbed_runs(engine, runs, encoding)
    rest = iter(scrubbed)
    return b"".join(next(rest) if due else data for due, data in window), counts


def _scrubbed_runs(engine: Engine, runs: list[bytes], encoding: Encoding) -> tuple[list[bytes], dict[str, int]]:
    if len(runs) > 1 and sum(map(len, runs)) <= 2 * LONG_LINE_BYTES:
        edits = splice.edits(engine, b"".join(runs), encoding)
        scrubbed = _edited(runs, edits)
        if scrubbed is not None:
            return scrubbed, dict(Counter(edit.entity for edit in edits))
    counts: Counter[str] = Counter()
    scrubbed = []
    for data in runs:
        text, found = _scrubbed(engine, data, encoding)
        scrubbed.append(text)
        counts.update(found)
    return scrubbed, dict(counts)


def _edited(runs: list[bytes], edits: list[Edit]) -> list[bytes] | None:
    """The runs with the edits of all of them together; None where an edit lies across two of them."""
    done: list[bytes] = []
    start = taken = 0
    for data in runs:
        end, at = start + len(data), start
        parts: list[bytes] = []
        while taken < len(edits) and edits[taken].start < end:
            edit = edits[taken]
            if edit.end > end:
                return None
            parts += (data[at - start : edit.start - start], edit.replacement)
            at = edit.end
            taken += 1
        parts.append(data[at - start :])
        done.append(b"".join(parts))
        start = end
    return done


def _scrubbed(engine: Engine, data: bytes, encoding: Encoding) -> tuple[bytes, dict[str, int]]:
    if len(data) <= 2 * LONG_LINE_BYTES:
        return splice.scrub(engine, data, encoding)
    out = io.BytesIO()
    tally = jobs.pump(engine, Source(io.BytesIO(data), b"", ""), encoding, out.write)
    return out.getvalue(), dict(tally.counts)


def _keep_times(path: str, out: IO[bytes]) -> None:
    """Give the output the times of the file: they say the year of records that name none."""
    out.flush()
    facts = Path(path).stat()
    if os.utime in os.supports_fd:
        os.utime(out.fileno(), ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _refuse_writers(path: str) -> None:
    """Raise InputError where another process has the file open for writing: what it writes next would be lost.

    Linux tells that by refusing a read lease (fcntl(2)); elsewhere, and on file systems without leases, nothing does.
    """
    try:
        import fcntl  # noqa: PLC0415  not on Windows

        lease = fcntl.F_SETLEASE
    except (ImportError, AttributeError):
        return
    in_main = threading.current_thread() is threading.main_thread()
    # Whoever opens the file just now breaks the lease, which is told by a signal that would end us.
    handler = signal.signal(signal.SIGIO, signal.SIG_IGN) if in_main else None
    try:
        with Path(path).open("rb") as stream:
            fcntl.fcntl(stream, lease, fcntl.F_RDLCK)
            fcntl.fcntl(stream, lease, fcntl.F_UNLCK)
    except BlockingIOError:
        msg = f"{path}: is open for writing in another program; it was left as it is, rotate it first"
        raise InputError(msg) from None
    except OSError:
        return
    finally:
        if in_main:
            signal.signal(signal.SIGIO, handler)
