"""`anonkit profile`: say what each column of a table holds, in what role, and what a policy does to it."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from anonkit.commands import options
from anonkit.errors import UsageError

if TYPE_CHECKING:
    from anonkit.tables.attributes import Role
    from anonkit.tables.profile import Profile

_EPILOG = """Roles: direct identifier, linkable, quasi-identifier, sensitive, free text, possible identifier, harmless.
No value of the table is shown. The table is read into memory.

exit codes:
  0  done
  2  wrong use, or a broken card or policy
  3  the input could not be read
  4  the page could not be written
  130  interrupted
"""


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `profile` to the commands."""
    profile = commands.add_parser(
        "profile", epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    profile.add_argument(
        "input", metavar="FILE", help="CSV and the like, Parquet (a folder, too), Arrow, ORC, Avro, Excel; - for stdin"
    )
    shown = profile.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print JSON instead of a table")
    shown.add_argument("--html", metavar="OUT", help="write a page here instead; - for stdout")
    profile.add_argument("--role", action="append", default=[], metavar="COLUMN=ROLE",
                         help="the role of a column that you know; repeatable")  # fmt: skip
    profile.add_argument("--rows", type=int, metavar="N",
                         help="rows in which entities are looked for, taken evenly (default: 100000)")  # fmt: skip
    options.add_detection(profile)
    options.add_names(profile, learns=False)
    profile.set_defaults(run=_profile)


def _profile(arguments: Namespace) -> int:
    from anonkit import catalog  # noqa: PLC0415  keeps --help light
    from anonkit.io.streams import STDIN  # noqa: PLC0415
    from anonkit.policy import files  # noqa: PLC0415
    from anonkit.tables import reading  # noqa: PLC0415
    from anonkit.tables.profile import profile  # noqa: PLC0415

    roles = _roles(arguments.role)
    if arguments.html is not None and arguments.input != STDIN:
        from anonkit.io import outputs  # noqa: PLC0415  only where a page is written

        outputs.refuse_same(arguments.input, arguments.html, "name another file for the page")
    # a scrubber that only finds labels all; what is told is what the policy itself would do
    policy = files.load(arguments.policy, catalog.load(arguments.cards, examples=False))
    scrubber = options.scrubber_of(arguments)
    name = scrubber.scrub_name("stdin" if arguments.input == STDIN else arguments.input)
    told: list[tuple[str, Profile]] = []
    for read in reading.read(arguments.input, name):
        title = f"{name}!{scrubber.scrub_name(read.name)}" if read.name else name
        told.append((title, profile(scrubber, read.table, roles, arguments.rows, policy)))
        if read.left_out:
            print(f"anonkit: {title}: {read.left_out} rows with too many or too few cells left out", file=sys.stderr)
    _show(told, arguments)
    return 0


def _roles(rules: list[str]) -> dict[str, Role]:
    """Roles written COLUMN=ROLE. Raises UsageError."""
    from anonkit.tables.attributes import Role  # noqa: PLC0415  keeps --help light

    roles = {}
    for rule in rules:
        column, sign, role = rule.rpartition("=")
        if not sign or not column:
            msg = f"--role {rule!r}: write COLUMN=ROLE, where ROLE is one of {', '.join(r.value for r in Role)}"
            raise UsageError(msg)
        roles[column] = Role.of(role)
    return roles


def _show(told: list[tuple[str, Profile]], arguments: Namespace) -> None:
    from anonkit.tables import profile_page  # noqa: PLC0415  as above

    if arguments.html is not None:
        from anonkit.io import outputs  # noqa: PLC0415  only where a page is written

        with outputs.output(arguments.html) as out, outputs.writing(arguments.html):
            out.write(profile_page.page(told).encode(errors="backslashreplace"))
        return
    if arguments.json:
        import json  # noqa: PLC0415  only where it is asked for

        from anonkit import __version__  # noqa: PLC0415  as above

        tables = [{"table": title, **one.to_dict()} for title, one in told]
        print(json.dumps({"anonkit": __version__, "tables": tables}, ensure_ascii=False, indent=1))
        return
    print("\n\n".join(f"{profile_page.printable(title)}: {one}" for title, one in told) or "no table")
