"""`anonkit restore`: put back what a key encrypted."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit.errors import AnonkitError, UsageError

if TYPE_CHECKING:
    from anonkit.io import run
    from anonkit.keys.key import Key
    from anonkit.model import Policy
    from anonkit.restoring.columns import Columns
    from anonkit.restoring.tokens import Restorer


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `restore` to the commands."""
    restore = commands.add_parser("restore")
    restore.add_argument("inputs", nargs="*", metavar="INPUT", help="files, globs, folders (recursive), - for stdin")
    restore.add_argument("-o", "--output", metavar="OUT", help="write here; one input without -o goes to stdout")
    restore.add_argument("--out-dir", metavar="DIR", help="write every file below this folder, under its name")
    restore.add_argument("--in-place", action="store_true", help="replace the inputs themselves")
    restore.add_argument("--key", required=True, metavar="KEY", help="a key file, env:NAME or cmd:COMMAND")
    restore.add_argument("--recipient", metavar="NAME", help="whose copy it is")
    restore.add_argument("--policy", metavar="NAME|FILE",
                         help="restore the columns, too, where this policy uses fpe, ip_prefix or shift")  # fmt: skip
    restore.add_argument("--cards", type=Path, metavar="DIR", help="a folder of your own cards that the policy names")
    restore.add_argument("--value", metavar="TOKEN", help="print this one value, and record that it was asked for")
    restore.add_argument("--record", metavar="FILE", help="where that is recorded (default: KEYFILE.requests.jsonl)")
    restore.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: up to 4 from 32 MB on)")
    restore.add_argument("--encoding", default="auto", metavar="NAME", help="utf-16-le or utf-16-be where not told")
    restore.add_argument("--quiet", action="store_true", help="no summary")
    restore.set_defaults(run=_restore)


def _restore(arguments: Namespace) -> int:
    from anonkit.commands import tasks  # noqa: PLC0415  keeps --help light
    from anonkit.keys import references  # noqa: PLC0415

    if bool(arguments.inputs) == (arguments.value is not None):
        msg = "anonkit restore takes inputs, or --value TOKEN"
        raise UsageError(msg)
    tasks.check_jobs(arguments.jobs)
    key = references.load(arguments.key)
    try:
        restorer = _restorer(arguments, key)
        return _files(arguments, restorer) if arguments.value is None else _value(arguments, restorer)
    finally:
        key.wipe()


def _restorer(arguments: Namespace, key: Key) -> Restorer:
    from anonkit.restoring.tokens import Restorer  # noqa: PLC0415

    if not arguments.policy:
        return Restorer(key, arguments.recipient or "")
    policy = _policy(arguments.policy, arguments.cards)
    recipient = policy.recipient if arguments.recipient is None else arguments.recipient
    return Restorer(key, recipient, _columns(policy, key, recipient, arguments.cards))


def _policy(name: str, cards: Path | None) -> Policy:
    from anonkit import catalog  # noqa: PLC0415
    from anonkit.policy import files  # noqa: PLC0415

    return files.load(name, catalog.load(cards, examples=False))


def _columns(policy: Policy, key: Key, recipient: str, cards: Path | None) -> Columns | None:
    """The columns of a policy; says what nobody can check."""
    from anonkit.restoring.columns import Columns  # noqa: PLC0415

    columns = Columns(policy, key, recipient, cards)
    if columns.is_empty:
        return None
    print("anonkit: columns without tags: nothing tells whether this is the key they were made with", file=sys.stderr)
    return columns


def _value(arguments: Namespace, restorer: Restorer) -> int:
    from anonkit.commands import tasks  # noqa: PLC0415
    from anonkit.restoring import request  # noqa: PLC0415

    text = sys.stdin.read() if arguments.value == "-" else arguments.value
    tasks.refuse_key(arguments.key, [arguments.record])
    print(request.value(restorer, text.strip(), request.record_of(arguments.key, arguments.record)))
    return 0


def _files(arguments: Namespace, restorer: Restorer) -> int:
    from anonkit.commands import tasks  # noqa: PLC0415
    from anonkit.io import encodings, inputs, jobs  # noqa: PLC0415
    from anonkit.io.texts import Options  # noqa: PLC0415
    from anonkit.restoring.files import restore_file  # noqa: PLC0415

    options = Options(encodings.named(arguments.encoding), _same)
    failures: list[AnonkitError] = []
    todo = inputs.tasks(
        arguments.inputs,
        out=arguments.output,
        out_dir=arguments.out_dir,
        in_place=arguments.in_place,
        rename=_same,
        failed=failures.append,
    )
    tasks.refuse_key(arguments.key, [path for task in todo for path in (task.source, task.target)])
    job_count = jobs.jobs_for(arguments.jobs, max((tasks.size_bytes(task.source) for task in todo), default=0))
    with tasks.workers(restorer, job_count) as workers:

        def restore(task: inputs.Task) -> run.Done:
            tasks.make_folder(task.target)
            return restore_file(restorer, task, options, workers)

        done = tasks.each(todo, failures, restore)
    if not arguments.quiet:
        _summary(sum((d.counts for d in done), Counter()), len(done))
    return tasks.exit_code(failures)


def _same(name: str) -> str:
    return name


def _summary(counts: Counter[str], file_count: int) -> None:
    from anonkit.restoring.tokens import LEFT  # noqa: PLC0415

    left = Counter({entity.removeprefix(LEFT): n for entity, n in counts.items() if entity.startswith(LEFT)})
    mine = Counter({entity: n for entity, n in counts.items() if not entity.startswith(LEFT)})
    what = f"{file_count} input{'s' if file_count != 1 else ''}"
    said = f"restored {_told(mine)}" if mine else "no tagged values; nothing to restore"
    of_others = f"; left {_told(left)} of other keys or recipients" if left else ""
    print(f"anonkit: {what}; {said}{of_others}", file=sys.stderr)


def _told(counts: Counter[str]) -> str:
    return f"{counts.total()} ({', '.join(f'{entity} {n}' for entity, n in counts.most_common())})"
