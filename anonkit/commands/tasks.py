"""What do commands share that go through files: one after the other, with workers, a report and failures?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from anonkit import __version__
from anonkit.detect.names import sources
from anonkit.errors import AnonkitError, UsageError
from anonkit.io import outputs
from anonkit.io.streams import STDIN

if TYPE_CHECKING:
    from argparse import Namespace

    from anonkit.io.engine import Engine
    from anonkit.io.formats import Format
    from anonkit.io.workers import Workers
    from anonkit.model import Policy
    from anonkit.scrubber import Scrubber

_Item = TypeVar("_Item")
_Done = TypeVar("_Done")


def check_jobs(jobs: int | None) -> None:
    """Raise UsageError for what is no number of processes."""
    if jobs is not None and jobs < 1:
        msg = "--jobs must be 1 or more"
        raise UsageError(msg)


def check_report(report: str | None, paths: Iterable[str | None]) -> None:
    """Raise UsageError where the report would be written over one of the inputs and outputs `paths`."""
    taken = {os.path.realpath(path) for path in paths if path and path != STDIN}
    if report and report != STDIN and os.path.realpath(report) in taken:
        msg = f"--report {report}: is an input or output of this run; name another file"
        raise UsageError(msg)


def refuse_key(reference: str | None, paths: Iterable[str | None]) -> None:
    """Raise UsageError where the file of the key is one of the inputs and outputs `paths`: it would be lost."""
    if reference is None or reference.startswith(("env:", "cmd:")):
        return
    key = os.path.realpath(reference)
    for path in paths:
        if path and path != STDIN and os.path.realpath(path) == key:
            msg = f"{path}: is the key itself, which is no input or output; keep keys apart from the data"
            raise UsageError(msg)


def refuse_sources(arguments: Namespace, policy: Policy, paths: Sequence[str | None]) -> None:
    """Raise UsageError where a run would read or write over what it works with: keys, lists and models of names.

    paths  the inputs and outputs
    """
    refuse_key(arguments.key or policy.key, paths)
    refuse_key(arguments.names_key, paths)
    taken = {os.path.realpath(path) for path in paths if path and path != STDIN}
    for file in (*arguments.names_list, *sources.files(policy.names)):
        if os.path.realpath(file) in taken:
            msg = f"{file}: is a list or a model of names of this run, and no input or output; keep it apart from them"
            raise UsageError(msg)


def each(items: Sequence[_Item], failures: list[AnonkitError], do: Callable[[_Item], _Done]) -> list[_Done]:
    """What `do` gives for each item; of several, one that fails does not keep the others.

    failures  gets what they fail with; an only item raises it
    """
    done: list[_Done] = []
    for item in items:
        try:
            done.append(do(item))
        except AnonkitError as error:
            if len(items) == 1 and not failures:
                raise
            failures.append(error)
    return done


def exit_code(failures: Sequence[AnonkitError]) -> int:
    """Tell what failed; returns what the command exits with, 0 where nothing did."""
    for error in failures:
        print(f"anonkit: error: {error}", file=sys.stderr)
    return failures[0].exit_code if failures else 0


def size_bytes(source: str) -> int:
    """The size of an input; 0 where nobody knows it before it is read."""
    try:
        return Path(source).stat().st_size if source != STDIN else 0
    except OSError:
        return 0


def workers(engine: Engine, count: int) -> AbstractContextManager[Workers | None]:
    """Processes that do what `engine` does; none where one is enough."""
    if count == 1:
        return nullcontext()
    from anonkit.io.workers import Workers  # noqa: PLC0415  only where there are any

    return Workers(engine, count)


def format_for(asked: Format, policy: Policy) -> Format:
    """How inputs are read: a policy with `linked` sees text only, as values are linked by their lines."""
    return "text" if policy.combination == "linked" else asked


def make_folder(target: str | None) -> None:
    """Make the folder that an output goes to. Raises OutputError."""
    if target is None or target == STDIN:
        return
    with outputs.writing(target):
        Path(target).parent.mkdir(parents=True, exist_ok=True)


def write_report(path: str, scrubber: Scrubber, content: dict[str, Any]) -> None:
    """Write a report as JSON, with the version and the policy before `content`. Raises OutputError."""
    import json  # noqa: PLC0415  only here

    policy = scrubber.policy
    whole = {"anonkit": __version__, "policy": policy.name, "promise": policy.promise, **content}
    make_folder(path)
    with outputs.output(path) as out, outputs.writing(path):
        out.write(json.dumps(whole, ensure_ascii=False, indent=1).encode(errors="backslashreplace") + b"\n")
