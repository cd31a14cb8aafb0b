"""`anonkit scrub`: replace what is found."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit import __version__
from anonkit.commands import options
from anonkit.errors import AnonkitError, InputError, UsageError
from anonkit.io import encodings, inputs, jobs, outputs, run, streams
from anonkit.io.texts import Options

if TYPE_CHECKING:
    from anonkit.io.workers import Workers
    from anonkit.linking.first_pass import FirstPass
    from anonkit.scrubber import Scrubber

FOUND_EXIT_CODE = 1


def scrub(arguments: Namespace, scrubber: Scrubber) -> int:
    """`anonkit scrub`."""
    encoding = encodings.named(arguments.encoding)
    if arguments.jobs is not None and arguments.jobs < 1:
        msg = "--jobs must be 1 or more"
        raise UsageError(msg)
    if arguments.follow:
        return _follow(arguments, scrubber, encoding)
    failures: list[AnonkitError] = []
    tasks = _tasks(arguments, scrubber, failures)
    _check_report(arguments.report, tasks)
    began = time.perf_counter()
    first = scrubber.first_pass()
    with contextlib.closing(first) if first is not None else nullcontext():
        if first is not None:
            _look_at_all(first, arguments, encoding, tasks)
            scrubber = scrubber.after(first)
        done = _run(arguments, scrubber, encoding, tasks, failures)
        kept = first.kept() if first is not None else {}
    counts: Counter[str] = sum((d.counts for d in done), Counter())
    if arguments.report:
        _report(arguments.report, scrubber, done, kept, time.perf_counter() - began)
    if not arguments.quiet:
        _summary(scrubber, counts, kept, len(done), check=arguments.check)
    for error in failures:
        print(f"anonkit: error: {error}", file=sys.stderr)
    if failures:
        return failures[0].exit_code
    return FOUND_EXIT_CODE if arguments.check and counts else 0


def _look_at_all(
    first: FirstPass, arguments: Namespace, encoding: encodings.Encoding, tasks: list[inputs.Task]
) -> None:
    """The first of two passes; the second reads all inputs again."""
    if any(task.source == streams.STDIN for task in tasks):
        msg = "a policy with `linked` reads its inputs twice; name files instead of stdin"
        raise UsageError(msg)
    with _progress(sum(_size(task.source) for task in tasks), quiet=arguments.quiet) as progress:
        options = Options(encoding, str, progress)
        for task in tasks:
            with contextlib.suppress(InputError):  # which the second pass tells
                run.scrub_file(first, inputs.Task(task.source, None), options, None)
    first.settle()


def _tasks(arguments: Namespace, scrubber: Scrubber, failures: list[AnonkitError]) -> list[inputs.Task]:
    if arguments.check:
        return [inputs.Task(source, None) for source, _ in inputs.expand(arguments.inputs, failures.append)]
    return inputs.tasks(
        arguments.inputs,
        out=arguments.output,
        out_dir=arguments.out_dir,
        in_place=arguments.in_place,
        rename=scrubber.scrub_name,
        failed=failures.append,
    )


def _check_report(report: str | None, tasks: list[inputs.Task]) -> None:
    """Refuse to write the report over an input or output."""
    paths = {os.path.realpath(p) for t in tasks for p in (t.source, t.target) if p and p != streams.STDIN}
    if report and report != streams.STDIN and os.path.realpath(report) in paths:
        msg = f"--report {report}: is an input or output of this run; name another file"
        raise UsageError(msg)


def _run(
    arguments: Namespace,
    scrubber: Scrubber,
    encoding: encodings.Encoding,
    tasks: list[inputs.Task],
    failures: list[AnonkitError],
) -> list[run.Done]:
    """Scrub all inputs; of several, one that fails does not keep the others."""
    sizes = [_size(t.source) for t in tasks]
    job_count = 1 if scrubber.counts else jobs.jobs_for(arguments.jobs, max(sizes, default=0))
    done: list[run.Done] = []
    with (
        _progress(sum(sizes), quiet=arguments.quiet) as progress,
        _workers(scrubber, job_count) as workers,
    ):
        options = Options(encoding, scrubber.scrub_name, progress)
        for task in tasks:
            try:
                if task.target not in (None, streams.STDIN):
                    _make_folder(str(task.target))
                done.append(run.scrub_file(scrubber, task, options, workers))
            except AnonkitError as error:
                if len(tasks) == 1 and not failures:
                    raise
                failures.append(error)
    return done


def _workers(scrubber: Scrubber, job_count: int) -> AbstractContextManager[Workers | None]:
    if job_count == 1:
        return nullcontext()
    from anonkit.io.workers import Workers  # noqa: PLC0415  only where there are any

    return Workers(scrubber, job_count)


def _follow(arguments: Namespace, scrubber: Scrubber, encoding: encodings.Encoding) -> int:
    if (
        len(arguments.inputs) != 1
        or arguments.inputs == [streams.STDIN]
        or arguments.in_place
        or arguments.out_dir
        or arguments.check
    ):
        msg = "--follow takes one file, and -o or stdout"
        raise UsageError(msg)
    if scrubber.policy.combination == "linked":
        msg = "a policy with `linked` reads its inputs twice, which --follow cannot"
        raise UsageError(msg)
    from anonkit.io import tail  # noqa: PLC0415  only here

    source = arguments.inputs[0]
    with streams.open_stream(source) as (_, head, kind, _poll):
        if head and kind.form != "text":
            msg = f"{source}: is {kind.name or 'compressed'}; --follow reads plain text"
            raise InputError(msg)
    if not arguments.output:
        with outputs.writing("stdout"):
            tail.follow(scrubber, source, sys.stdout.buffer.write, sys.stdout.buffer.flush, encoding=encoding)
        return 0
    outputs.refuse_same(source, arguments.output)
    with outputs.writing(arguments.output), Path(arguments.output).open("ab") as sink:
        tail.follow(scrubber, source, sink.write, sink.flush, encoding=encoding)
    return 0


def _make_folder(target: str) -> None:
    with outputs.writing(target):
        Path(target).parent.mkdir(parents=True, exist_ok=True)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size if path != streams.STDIN else 0
    except OSError:
        return 0


@contextmanager
def _progress(size: int, *, quiet: bool) -> Iterator[Callable[[int], object]]:
    """A progress bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _bytes: None
        return
    from tqdm import tqdm  # noqa: PLC0415  only on a terminal

    with tqdm(total=size or None, unit="B", unit_scale=True, leave=False, file=sys.stderr) as bar:
        yield bar.update


def _summary(scrubber: Scrubber, counts: Counter[str], kept: dict[str, int], file_count: int, *, check: bool) -> None:
    found = ", ".join(f"{entity} {n}" for entity, n in counts.most_common()) or "nothing found"
    verb = "would replace" if check else "replaced"
    what = f"{file_count} input{'s' if file_count != 1 else ''}"
    left = ", ".join(f"{entity} {n}" for entity, n in sorted(kept.items()))
    left = left and f"; kept, in no record with a direct identifier and linked to none: {left}"
    key = f", key {scrubber.key_id}" if scrubber.key_id else ""
    recipient = f" for {scrubber.recipient}" if scrubber.recipient else ""
    print(f"anonkit: policy {scrubber.policy.name}{key}{recipient}; {what}; {verb}: {found}{left}", file=sys.stderr)


def _report(path: str, scrubber: Scrubber, done: list[run.Done], kept: dict[str, int], seconds: float) -> None:
    import json  # noqa: PLC0415  only here

    content = {
        "anonkit": __version__,
        "policy": scrubber.policy.name,
        "promise": scrubber.policy.promise,
        **({"key": scrubber.key_id, "recipient": scrubber.recipient} if scrubber.key_id else {}),
        "seconds": round(seconds, 3),
        **({"kept_as_not_linked": dict(sorted(kept.items()))} if scrubber.policy.combination == "linked" else {}),
        "files": [
            {
                "file": scrubber.scrub_name(d.source),
                "bytes": d.bytes_in,
                "lines": d.lines,
                "counts": dict(sorted(d.counts.items())),
            }
            for d in done
        ],
    }
    _make_folder(path)
    with outputs.output(path) as out, outputs.writing(path):
        out.write(json.dumps(content, ensure_ascii=False, indent=1).encode(errors="backslashreplace") + b"\n")


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `scrub` to the commands."""
    scrub = commands.add_parser("scrub", epilog=options.EXIT_CODES,
                                formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    scrub.add_argument("inputs", nargs="+", metavar="INPUT", help=options.INPUTS)
    scrub.add_argument("-o", "--output", metavar="OUT", help="write here; one input without -o goes to stdout")
    scrub.add_argument("--out-dir", metavar="DIR", help="write every file below this folder, under its (scrubbed) name")
    scrub.add_argument("--in-place", action="store_true", help="replace the inputs themselves")
    scrub.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    scrub.add_argument("--follow", action="store_true", help="keep up with one growing or rotated file")
    scrub.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: up to 4 from 32 MB on)")
    scrub.add_argument("--report", metavar="FILE.json", help="write counts per file and entity here; never a value")
    scrub.add_argument("--key", metavar="KEY", help="FILE, env:NAME or cmd:COMMAND, for policies that need a key")
    scrub.add_argument("--recipient", metavar="NAME", help="who gets the result: two recipients cannot join theirs")
    scrub.add_argument("--field", action="append", default=[], metavar="PATH=ACTION",
                       help="keep, redact, label, mask ... a JSON path (user.name, items[*].sn) or key")  # fmt: skip
    scrub.add_argument("--quiet", action="store_true", help="no summary and no progress bar")
    options.add_encoding(scrub)
    options.add_detection(scrub)
    scrub.set_defaults(run=_scrub)


def _scrub(arguments: Namespace) -> int:
    scrubber = options.scrubber_of(arguments)
    try:
        return scrub(arguments, scrubber)
    finally:
        scrubber.close()
