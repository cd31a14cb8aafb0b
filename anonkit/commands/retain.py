"""`anonkit retain`: say what must be held, what is due and what is overdue; anonymize what is due."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from anonkit.commands import options
from anonkit.errors import AnonkitError, UsageError

if TYPE_CHECKING:
    from anonkit.io.texts import Options
    from anonkit.retention.apply import Applied
    from anonkit.retention.periods import Periods
    from anonkit.scrubber import Scrubber

_STDIN = "-"
_DUE_EXIT_CODE = 1
_EPILOG = """A record is held until it is older than the policy's hold_days, due after that, overdue after overdue_days.
Records without a time count as the youngest record of their file. Times without a zone are read as UTC.

exit codes:
  0  done
  1  --check: something is due that was not anonymized yet
  2  wrong use, or a broken policy
  3  an input could not be read, or was left as it is: it changed meanwhile, or is open for writing
  4  an output could not be written
  130  interrupted
"""


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `retain` to the commands."""
    retain = commands.add_parser(
        "retain", epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    retain.add_argument("inputs", nargs="+", metavar="INPUT", help=options.INPUTS)
    retain.add_argument("--policy", default="retention", metavar="NAME|FILE",
                        help="a policy with [retention] periods (default: retention)")  # fmt: skip
    retain.add_argument("--kind", default="log", metavar="KIND", help="which of its periods (default: log)")
    retain.add_argument("--now", metavar="DATE", help="the day that ages are counted to (default: today, in UTC)")
    retain.add_argument("--apply", action="store_true", help="anonymize what is due, in place; the rest is not touched")
    retain.add_argument("--check", action="store_true", help="exit 1 if something is due that --apply would change")
    retain.add_argument("--format", choices=("table", "jsonl"), default="table", help="a table, or an object a text")
    retain.add_argument("--report", metavar="FILE.json", help="write counts per file here; never a value")
    options.add_encoding(retain)
    options.add_cards(retain)
    retain.set_defaults(run=_retain)


def _retain(arguments: Namespace) -> int:
    from anonkit import catalog  # noqa: PLC0415  keeps --help light
    from anonkit.commands import tasks  # noqa: PLC0415
    from anonkit.io import encodings, inputs  # noqa: PLC0415
    from anonkit.io.texts import Options  # noqa: PLC0415
    from anonkit.policy import files  # noqa: PLC0415
    from anonkit.retention import apply  # noqa: PLC0415
    from anonkit.retention.periods import periods  # noqa: PLC0415
    from anonkit.scrubber import Scrubber  # noqa: PLC0415

    if arguments.apply and arguments.check:
        msg = "use one of --apply and --check"
        raise UsageError(msg)
    if _STDIN in arguments.inputs and (arguments.apply or arguments.check):
        msg = "--apply and --check need files; stdin has no place, and is read once"
        raise UsageError(msg)
    # All that can be wrong with the policy is told before a key is asked for.
    policy = files.load(arguments.policy, catalog.load(arguments.cards, examples=False))
    of_kind = periods(policy, arguments.kind, _today(arguments.now, is_applied=arguments.apply))
    scrubber = Scrubber(arguments.cards, policy, only_finds=not (arguments.apply or arguments.check))
    try:
        failures: list[AnonkitError] = []
        sources = [source for source, _ in inputs.expand(arguments.inputs, failures.append)]
        tasks.check_report(arguments.report, sources)
        how = Options(encodings.named(arguments.encoding), scrubber.scrub_name)
        done = tasks.each(
            sources,
            failures,
            lambda source: (
                apply.apply_file(scrubber, source, how, of_kind)
                if arguments.apply
                else _plan(source, scrubber, how, of_kind, check=arguments.check)
            ),
        )
    finally:
        scrubber.close()
    _print(arguments.format, done, of_kind, scrubber.scrub_name)
    if arguments.report:
        _report(arguments, done, of_kind, scrubber)
    if arguments.apply:
        _summary(done, scrubber, arguments.kind)
    is_due = arguments.check and any(applied.changed for applied in done)
    return tasks.exit_code(failures) or (_DUE_EXIT_CODE if is_due else 0)


def _plan(source: str, scrubber: Scrubber, options: Options, of_kind: Periods, *, check: bool) -> Applied:
    """What is due in a file, and with `check`, whether --apply would change it."""
    from anonkit.retention import apply, plan  # noqa: PLC0415

    plans = tuple(plan.plan_file(source, options, of_kind))
    return apply.Applied(plans, Counter(), changed=check and apply.is_open(scrubber, source, options, of_kind, plans))


def _today(said: str | None, *, is_applied: bool) -> int:
    """The day that ages are counted to. Raises UsageError where held records would be anonymized by one to come."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from anonkit.retention import times  # noqa: PLC0415

    if said is None:
        return times.today()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        msg = f"--now {said!r} is no date; write it as 2024-05-01"
        raise UsageError(msg) from None
    day = times.day_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if day > times.today():
        if is_applied:
            msg = f"--now {said} is still to come, and --apply would anonymize what must be held; leave it out"
            raise UsageError(msg)
        print(f"anonkit: warning: --now {said} is still to come; less is due today", file=sys.stderr)
    return day


def _print(form: str, done: list[Applied], of_kind: Periods, rename: Callable[[str], str]) -> None:
    from anonkit.retention import tell  # noqa: PLC0415

    plans = [plan for applied in done for plan in applied.plans]
    if form == "jsonl":
        import json  # noqa: PLC0415

        for plan in plans:
            print(json.dumps(tell.as_object(plan, rename), ensure_ascii=False))
    elif plans:
        print("\n".join(tell.table(plans, of_kind, rename)))


def _report(arguments: Namespace, done: list[Applied], of_kind: Periods, scrubber: Scrubber) -> None:
    from anonkit.commands import tasks  # noqa: PLC0415
    from anonkit.retention import tell  # noqa: PLC0415
    from anonkit.retention.times import as_date  # noqa: PLC0415

    content = {
        "kind": of_kind.kind,
        "hold_days": of_kind.hold_days,
        "overdue_days": of_kind.overdue_days,
        "today": as_date(of_kind.today).isoformat(),
        "applied": arguments.apply,
        "files": [
            tell.as_object(plan, scrubber.scrub_name)
            | ({"changed": a.changed, "replaced": dict(sorted(a.replaced.items()))} if arguments.apply else {})
            for a in done
            for plan in a.plans
        ],
    }
    tasks.write_report(arguments.report, scrubber, content)


def _summary(done: list[Applied], scrubber: Scrubber, kind: str) -> None:
    replaced: Counter[str] = sum((a.replaced for a in done), Counter())
    found = ", ".join(f"{entity} {n}" for entity, n in replaced.most_common()) or "nothing"
    changed = sum(a.changed for a in done)
    records = sum(plan.late.records for a in done if a.changed for plan in a.plans)
    print(
        f"anonkit: policy {scrubber.policy.name}, kind {kind}; {changed} of {len(done)} files changed; "
        f"{records} records due in them; replaced: {found}",
        file=sys.stderr,
    )
