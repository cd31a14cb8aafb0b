"""`anonkit names`: make hashed lists of names. Nothing here prints one."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import Any


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `names` to the commands."""
    actions = commands.add_parser("names").add_subparsers(metavar="ACTION", required=True)
    hashing = actions.add_parser("hash", help="make a list from which nobody reads the names, and which finds them")
    hashing.add_argument("list", type=Path, metavar="NAMES.txt",
                         help="one name a line, UTF-8 or GB18030; behind a tab ADDRESS or ORGANIZATION")  # fmt: skip
    hashing.add_argument("-o", "--output", required=True, metavar="OUT.names", help="write the hashed list here")
    hashing.add_argument("--key", metavar="KEY", help="FILE, env:NAME or cmd:COMMAND; without one the names are hashed "
                         "under a salt in the file, and whoever has the file can try names")  # fmt: skip
    hashing.set_defaults(run=_hash)


def _hash(arguments: Namespace) -> int:
    from anonkit.commands import tasks  # noqa: PLC0415  keeps --help light
    from anonkit.detect.names import hashed_list, lists  # noqa: PLC0415
    from anonkit.io import outputs  # noqa: PLC0415

    tasks.refuse_key(arguments.key, [str(arguments.list), arguments.output])
    remedy = "write the hashed list into another file, and keep the names where nobody reads them"
    outputs.refuse_same(str(arguments.list), arguments.output, remedy)
    names = lists.read_plain(arguments.list)
    key = None
    if arguments.key is not None:
        from anonkit.keys import references  # noqa: PLC0415  only with a key

        key = references.load(arguments.key)
    content = hashed_list.hashed(names, key)
    with outputs.output(arguments.output) as out, outputs.writing(arguments.output):
        out.write(content)
    if arguments.output != "-":
        under = "a salt in the file: whoever has it can try names" if key is None else f"key {key.id}"
        print(f"{arguments.output}: {len(names)} names, hashed under {under}")
    return 0
