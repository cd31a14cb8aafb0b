"""`anonkit anonymize`: make a table k-anonymous, and more, with the least loss."""

from __future__ import annotations

import argparse
import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from anonkit.commands import options
from anonkit.errors import UsageError
from anonkit.model import LossName, TableRule

if TYPE_CHECKING:
    from anonkit.io.anonymizing import Told
    from anonkit.io.formats import Format
    from anonkit.scrubber import Scrubber

_EPILOG = """Every row comes to look like K - 1 others in the quasi-identifiers, which are made coarser by their
hierarchies as little as can be; rows that nothing fits are suppressed. All other columns are scrubbed as the
policy says. What is not said here, the [table] of the policy says. The table is read into memory.

exit codes:
  0  done
  2  wrong use, a broken card, policy, key or hierarchy, or not possible with so few rows suppressed
  3  the input could not be read
  4  an output could not be written
  130  interrupted
"""


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `anonymize` to the commands."""
    command = commands.add_parser(
        "anonymize", epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    usual = TableRule()
    command.add_argument("input", metavar="FILE", help="CSV and the like, compressed too, Parquet, Arrow; - for stdin")
    command.add_argument("-o", "--output", metavar="OUT", help="write here; without, to stdout")
    command.add_argument("--quasi", action="append", type=options.names, metavar="A,B",
                         help="the quasi-identifiers (default: those that `anonkit profile` tells)")  # fmt: skip
    command.add_argument("--k", type=int, metavar="K",
                         help=f"how many rows look alike at least (default: {usual.k})")  # fmt: skip
    command.add_argument("--sensitive", action="append", type=options.names, metavar="A,B",
                         help="the columns that --l and --t are asked of")  # fmt: skip
    command.add_argument("--l", type=int, metavar="L", help="how many values of these every class has at least")
    command.add_argument("--t", type=float, metavar="T",
                         help="how far a class may be from their distribution in the table, 0 to 1")  # fmt: skip
    command.add_argument("--suppress", type=float, metavar="SHARE",
                         help=f"the share of rows that may be suppressed (default: {usual.suppress:g})")  # fmt: skip
    command.add_argument("--hierarchy", action="append", default=[], metavar="COLUMN=FILE",
                         help="CSV, ;-separated, no header, a row a value (default: suggested)")  # fmt: skip
    command.add_argument("--loss", choices=get_args(LossName), help=f"what is least (default: {usual.loss})")
    command.add_argument("--weight", action="append", default=[], metavar="COLUMN=X", help="how much its loss counts")
    command.add_argument("--subject", metavar="COLUMN",
                         help="count the distinct values of this column in place of rows; it is emptied")  # fmt: skip
    command.add_argument("--seconds", type=float, metavar="S",
                         help="how long to search; what is found then may not be proven the least")  # fmt: skip
    command.add_argument("--report", metavar="FILE.json|html", help="write here what it cost; never a value")
    command.add_argument("--key", metavar="KEY", help="FILE, env:NAME or cmd:COMMAND, for policies that need a key")
    command.add_argument("--recipient", metavar="NAME", help="who gets the result: two recipients cannot join theirs")
    command.add_argument("--field", action="append", default=[], metavar="COLUMN=ACTION",
                         help="keep, redact, label, mask ... a column that is no quasi-identifier")  # fmt: skip
    command.add_argument("--quiet", action="store_true", help="no summary")
    options.add_format(command, "--format", "--input-format")
    options.add_encoding(command)
    options.add_detection(command)
    options.add_names(command, learns=False, has_key=True)
    command.set_defaults(run=_anonymize)


def _anonymize(arguments: Namespace) -> int:
    scrubber = options.scrubber_of(arguments)
    try:
        return _run(arguments, scrubber)
    finally:
        scrubber.close()


def _run(arguments: Namespace, scrubber: Scrubber) -> int:
    from anonkit.commands import tasks  # noqa: PLC0415  keeps --help light
    from anonkit.io import encodings, inputs, run, streams  # noqa: PLC0415  as above
    from anonkit.io.anonymizing import Anonymizer  # noqa: PLC0415
    from anonkit.io.texts import Options  # noqa: PLC0415

    encoding = encodings.named(arguments.encoding)
    anonymizer = Anonymizer(scrubber, _rule(arguments, scrubber.policy.table or TableRule()), must_be_tables=True)
    if (number := len(inputs.expand([arguments.input]))) != 1:
        raise UsageError(f"{arguments.input}: {number} files; anonymize takes one, as rows are compared within it")
    (task,) = inputs.tasks(
        [arguments.input], out=arguments.output, out_dir=None, in_place=False, rename=scrubber.scrub_name
    )
    hierarchies = anonymizer.rule.hierarchies.values()
    tasks.check_report(arguments.report, [task.source, task.target, *hierarchies])
    if arguments.report == streams.STDIN == task.target:
        raise UsageError("the table and the report cannot both go to stdout; name a file for one of them")
    tasks.refuse_sources(arguments, scrubber.policy, [task.source, task.target, arguments.report])
    if any(os.path.realpath(file) == os.path.realpath(str(task.target)) for file in hierarchies):
        raise UsageError(f"{task.target}: is a hierarchy of this run, and no output; keep it apart from the data")
    form: Format = "csv" if arguments.input_format == "auto" else arguments.input_format
    tasks.make_folder(task.target)
    how = Options(encoding, scrubber.scrub_name, format=form, anonymizer=anonymizer)
    done = run.scrub_file(scrubber, task, how, None)
    if arguments.report:
        _report(arguments.report, scrubber, anonymizer.told, done.counts)
    if not arguments.quiet:
        found = ", ".join(f"{entity} {n}" for entity, n in done.counts.most_common()) or "nothing found"
        print(f"anonkit: policy {scrubber.policy.name}; replaced in other columns: {found}", file=sys.stderr)
        for told in anonymizer.told:
            print(f"anonkit: {told}", file=sys.stderr)
    return 0


def _rule(arguments: Namespace, said: TableRule) -> TableRule:
    """What the policy says, and the command in its place. Raises UsageError."""
    plain = ("k", "l", "t", "suppress", "loss", "subject", "seconds")
    given: dict[str, Any] = {name: value for name in plain if (value := getattr(arguments, name)) is not None}
    for name in ("quasi", "sensitive"):
        if (lists := getattr(arguments, name)) is not None:
            given[name] = tuple(dict.fromkeys(one for names in lists for one in names))
    if arguments.hierarchy:
        given["hierarchies"] = {**said.hierarchies, **_by_column("--hierarchy", "FILE", arguments.hierarchy)}
    if arguments.weight:
        weights = _by_column("--weight", "X", arguments.weight)
        try:
            given["weights"] = {**said.weights, **{column: float(text) for column, text in weights.items()}}
        except ValueError:
            raise UsageError("--weight COLUMN=X: X is a number above 0") from None
    rule = replace(said, **given)
    if rule.sensitive and rule.l is None and rule.t is None:
        raise UsageError("--sensitive alone asks for nothing; add --l, such as --l 3, or --t, such as --t 0.2")
    return rule


def _by_column(option: str, what: str, rules: list[str]) -> dict[str, str]:
    """What is written COLUMN=WHAT. Raises UsageError."""
    made = {}
    for rule in rules:
        column, sign, said = rule.partition("=")
        if not (column and sign and said):
            raise UsageError(f"{option} {rule!r}: write COLUMN={what}")
        made[column] = said
    return made


def _report(path: str, scrubber: Scrubber, told: list[Told], counts: Mapping[str, int]) -> None:
    """Write a page where the name ends so, else JSON. Raises OutputError."""
    from anonkit.commands import tasks  # noqa: PLC0415  as above

    if not path.lower().endswith((".html", ".htm")):
        content = {"counts": dict(sorted(counts.items())), "tables": [one.to_dict(scrubber.scrub_name) for one in told]}
        tasks.write_report(path, scrubber, content)
        return
    from html import escape  # noqa: PLC0415  for pages only

    from anonkit.io import outputs  # noqa: PLC0415  as above

    parts = [
        f"<h1>{escape(scrubber.scrub_name(one.name))}</h1>{one.report._repr_html_()}" for one in told if one.report
    ]
    page = _PAGE.format("\n".join(parts))
    tasks.make_folder(path)
    with outputs.output(path) as out, outputs.writing(path):
        out.write(page.encode(errors="backslashreplace"))


_PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>anonkit anonymize</title></head><body>
{}
</body></html>
"""
