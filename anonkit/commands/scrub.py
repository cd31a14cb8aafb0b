"""`anonkit scrub`: replace what is found."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit.commands import options, tasks
from anonkit.errors import AnonkitError, InputError, UsageError
from anonkit.io import encodings, inputs, jobs, kinds, outputs, partitions, run, streams
from anonkit.io.anonymizing import Anonymizer
from anonkit.io.texts import Options

if TYPE_CHECKING:
    from anonkit.linking.first_pass import FirstPass
    from anonkit.scrubber import Scrubber

FOUND_EXIT_CODE = 1


def scrub(arguments: Namespace, scrubber: Scrubber) -> int:
    """`anonkit scrub`."""
    encoding = encodings.named(arguments.encoding)
    tasks.check_jobs(arguments.jobs)
    if arguments.follow:
        return _follow(arguments, scrubber, encoding)
    failures: list[AnonkitError] = []
    began = time.perf_counter()
    learnt: int | None = None
    if arguments.learn_names:
        scrubber, learnt = _learn(arguments, scrubber, encoding)
    todo = _tasks(arguments, scrubber, failures)
    paths = [path for task in todo for path in (task.source, task.target)]
    tasks.check_report(arguments.report, paths)
    tasks.refuse_sources(arguments, scrubber.policy, [*paths, arguments.report])
    first = scrubber.first_pass()
    with contextlib.closing(first) if first is not None else nullcontext():
        if first is not None:
            _look_at_all(first, arguments, encoding, todo)
            scrubber = scrubber.after(first)
        rule = scrubber.policy.table
        anonymizer = None if rule is None or first is not None else Anonymizer(scrubber, rule)
        done = _run(arguments, scrubber, encoding, todo, failures, anonymizer)
        kept = first.kept() if first is not None else {}
    counts: Counter[str] = sum((d.counts for d in done), Counter())
    if arguments.check or arguments.out_dir:
        names = [name for _, name in inputs.expand(arguments.inputs, lambda _error: None)]
        counts += partitions.counted(names, partitions.treat(scrubber))
    if arguments.report:
        _report(arguments.report, scrubber, done, kept, learnt, anonymizer, time.perf_counter() - began)
    if arguments.field and not failures:
        _warn_of_fields(arguments, scrubber, encoding, todo, counts)
    if not arguments.quiet:
        _summary(arguments, scrubber, counts, kept, learnt, len(done))
    told = [] if anonymizer is None else anonymizer.told
    for one in [] if arguments.quiet else told:
        print(f"anonkit: {one}", file=sys.stderr)
    would_change = bool(counts) or any(one.is_changed for one in told)
    return tasks.exit_code(failures) or (FOUND_EXIT_CODE if arguments.check and would_change else 0)


def _look_at_all(first: FirstPass, arguments: Namespace, encoding: encodings.Encoding, todo: list[inputs.Task]) -> None:
    """The first of two passes; the second reads all inputs again."""
    if any(task.source == streams.STDIN for task in todo):
        msg = "a policy with `linked` reads its inputs twice; name files instead of stdin"
        raise UsageError(msg)
    with _progress(sum(tasks.size_bytes(task.source) for task in todo), quiet=arguments.quiet) as progress:
        how = Options(encoding, str, progress)
        for task in todo:
            with contextlib.suppress(InputError):  # which the second pass tells
                run.scrub_file(first, inputs.Task(task.source, None), how, None)
    first.settle()


def _learn(arguments: Namespace, scrubber: Scrubber, encoding: encodings.Encoding) -> tuple[Scrubber, int]:
    """The first of two passes, for names; the second reads all inputs again, and tells what cannot be read."""
    from anonkit.commands import learning  # noqa: PLC0415  only where it is asked for

    sources = [source for source, _ in inputs.expand(arguments.inputs, lambda _error: None)]
    with _progress(sum(map(tasks.size_bytes, sources)), quiet=arguments.quiet) as progress:
        return learning.learnt(arguments, scrubber, sources, Options(encoding, str, progress))


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
        left_out=lambda path: print(f"note: {path}: left out, it sums up other files", file=sys.stderr),
        treat=partitions.treat(scrubber),
    )


def _run(
    arguments: Namespace,
    scrubber: Scrubber,
    encoding: encodings.Encoding,
    todo: list[inputs.Task],
    failures: list[AnonkitError],
    anonymizer: Anonymizer | None,
) -> list[run.Done]:
    """Scrub all inputs; of several, one that fails does not keep the others."""
    sizes = [tasks.size_bytes(task.source) for task in todo]
    shared = [size for task, size in zip(todo, sizes, strict=True) if not _is_large_table(task.source, size)]
    job_count = 1 if scrubber.counts or not shared else jobs.jobs_for(arguments.jobs, max(shared))
    with (
        _progress(sum(sizes), quiet=arguments.quiet) as progress,
        tasks.workers(scrubber, job_count) as workers,
    ):
        form = tasks.format_for(arguments.input_format, scrubber.policy)
        how = Options(encoding, scrubber.scrub_name, progress, form, anonymizer)

        def one(task: inputs.Task) -> run.Done:
            tasks.make_folder(task.target)
            return run.scrub_file(scrubber, task, how, workers)

        return tasks.each(todo, failures, one)


def _is_large_table(source: str, size: int) -> bool:
    """Whether an input is a binary table, for which no workers are needed: they would cost memory for nothing."""
    if size < jobs.PARALLEL_FROM_BYTES or not Path(source).is_file():
        return False
    with contextlib.suppress(OSError), Path(source).open("rb") as stream:
        return kinds.kind(stream.read(kinds.HEAD_BYTES)).table is not None
    return False


def _warn_of_fields(
    arguments: Namespace,
    scrubber: Scrubber,
    encoding: encodings.Encoding,
    todo: list[inputs.Task],
    counts: Counter[str],
) -> None:
    """Tell of what --field names that no column of the tables is called, if nothing was replaced as such a field."""
    from anonkit import fields  # noqa: PLC0415  only where fields are named
    from anonkit.io import column_names  # noqa: PLC0415  as above

    rules = [rule for rule in fields.parse(arguments.field) if not counts[rule.entity]]
    how = Options(encoding, scrubber.scrub_name, format=tasks.format_for(arguments.input_format, scrubber.policy))
    if not rules or any(task.source == streams.STDIN for task in todo):
        return
    told: set[str] = set()
    for task in todo:
        names = column_names.of_file(task.source, how)
        if names is None:
            return
        told |= names
    for rule in rules:
        if not any(fields.of_column(name.encode("utf-8", "replace"), [rule]) for name in told):
            print(f"note: --field {rule.path}: no column has this name; write it as the table does", file=sys.stderr)


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
    if arguments.learn_names:
        msg = "--learn-names reads its inputs twice, which --follow cannot; leave one of them out"
        raise UsageError(msg)
    if scrubber.policy.combination == "linked":
        msg = "a policy with `linked` reads its inputs twice, which --follow cannot"
        raise UsageError(msg)
    from anonkit.io import formats, tail  # noqa: PLC0415  only here

    source = arguments.inputs[0]
    if formats.may_be_table(source, arguments.input_format):
        msg = f"{source}: --follow reads lines, not tables; give --format text to have it read as a log"
        raise UsageError(msg)
    tasks.refuse_sources(arguments, scrubber.policy, [source, arguments.output])
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


@contextmanager
def _progress(size: int, *, quiet: bool) -> Iterator[Callable[[int], object]]:
    """A progress bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _bytes: None
        return
    from tqdm import tqdm  # noqa: PLC0415  only on a terminal

    with tqdm(total=size or None, unit="B", unit_scale=True, leave=False, file=sys.stderr) as bar:
        yield bar.update


def _summary(
    arguments: Namespace,
    scrubber: Scrubber,
    counts: Counter[str],
    kept: dict[str, int],
    learnt: int | None,
    file_count: int,
) -> None:
    found = ", ".join(f"{entity} {n}" for entity, n in counts.most_common()) or "nothing found"
    verb = "would replace" if arguments.check else "replaced"
    less = [f"--entities {','.join(arguments.entities)}"] if arguments.entities else []
    less += [f"--skip {','.join(arguments.skip)}"] if arguments.skip else []
    less += [f"--threshold {arguments.threshold:g}"] if arguments.threshold is not None else []
    limits = f" with {' '.join(less)}" if less else ""
    what = f"{file_count} input{'s' if file_count != 1 else ''}"
    left = ", ".join(f"{entity} {n}" for entity, n in sorted(kept.items()))
    left = left and f"; kept, in no record with a direct identifier and linked to none: {left}"
    names = "" if learnt is None else f"; names learnt from keys: {learnt}"
    key = f", key {scrubber.key_id}" if scrubber.key_id else ""
    recipient = f" for {scrubber.recipient}" if scrubber.recipient else ""
    print(
        f"anonkit: policy {scrubber.policy.name}{limits}{key}{recipient}; {what}; {verb}: {found}{left}{names}",
        file=sys.stderr,
    )


def _report(
    path: str,
    scrubber: Scrubber,
    done: list[run.Done],
    kept: dict[str, int],
    learnt: int | None,
    anonymizer: Anonymizer | None,
    seconds: float,
) -> None:
    content = {
        **({"key": scrubber.key_id, "recipient": scrubber.recipient} if scrubber.key_id else {}),
        "seconds": round(seconds, 3),
        **({"kept_as_not_linked": dict(sorted(kept.items()))} if scrubber.policy.combination == "linked" else {}),
        **({"names_learnt": learnt} if learnt is not None else {}),
        "files": [
            {
                "file": scrubber.scrub_name(d.source),
                "bytes": d.bytes_in,
                "lines": d.lines,
                "counts": dict(sorted(d.counts.items())),
            }
            for d in done
        ],
        **({"tables": [one.to_dict(scrubber.scrub_name) for one in anonymizer.told]} if anonymizer else {}),
    }
    tasks.write_report(path, scrubber, content)


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
    options.add_format(scrub, "--format", "--input-format")
    options.add_encoding(scrub)
    options.add_detection(scrub)
    options.add_names(scrub, learns=True, has_key=True)
    scrub.set_defaults(run=_scrub)


def _scrub(arguments: Namespace) -> int:
    scrubber = options.scrubber_of(arguments)
    try:
        return scrub(arguments, scrubber)
    finally:
        scrubber.close()
