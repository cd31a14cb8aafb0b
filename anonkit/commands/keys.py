"""`anonkit keys`: make, look at, rotate and destroy keys. None of it prints one."""

from __future__ import annotations

import argparse
import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit.errors import KeyFileError, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anonkit.keys.key import Generation


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `keys` to the commands."""
    actions = commands.add_parser("keys").add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser("new", help="make a key in a new file, for its owner alone")
    new.set_defaults(run=_new)
    listing = actions.add_parser("list", help="the key files in a folder, and what was destroyed there")
    listing.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="default: this one")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="the ids of a key, newest last")
    show.add_argument("key", metavar="KEY", help="a key file, env:NAME or cmd:COMMAND")
    show.add_argument("--recipient", metavar="NAME", help="the ids in tags for this recipient, too")
    show.set_defaults(run=_show)
    rotate = actions.add_parser("rotate", help="add a generation: it makes what is new, the old ones still restore")
    rotate.set_defaults(run=_rotate)
    destroy = actions.add_parser("destroy", help="overwrite and delete a key: what was made with it stays as it is")
    destroy.add_argument("--yes", action="store_true", help="do not ask")
    destroy.set_defaults(run=_destroy)
    for action in (new, rotate, destroy):
        action.add_argument("file", metavar="FILE")


def _new(arguments: Namespace) -> int:
    from anonkit.keys import files  # noqa: PLC0415  keeps other commands light

    _require_file(arguments.file, "made")
    try:
        generation = files.create(arguments.file)
    except KeyFileError as error:
        if isinstance(error.__context__, OSError) and not isinstance(error.__context__, FileExistsError):
            raise OutputError(str(error)) from None  # a folder that is missing, a disk that is full
        raise
    print(f"{arguments.file}: new key {generation.id}; keep a backup: without it nothing can be restored")
    return 0


def _list(arguments: Namespace) -> int:
    from anonkit.keys import files, tombstones  # noqa: PLC0415

    folder = Path(arguments.folder)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        msg = f"{folder}: is no folder that you can list; name the one that holds the key files"
        raise UsageError(msg)
    for path in sorted(folder.iterdir()):
        if files.is_key_file(path):
            try:
                print(f"{path}: {_ids(files.read(path))}")
            except KeyFileError as error:
                print(error)
    for key_id, time in tombstones.destroyed(folder).items():
        print(f"{key_id} was destroyed at {time}")
    return 0


def _show(arguments: Namespace) -> int:
    from anonkit.keys import references  # noqa: PLC0415

    for generation in references.load(arguments.key).generations:
        made = f", made {generation.created}" if generation.created else ""
        tagged = "" if arguments.recipient is None else f", in tags {generation.tag_id(arguments.recipient)}"
        print(f"{generation.id}{made}{tagged}")
    return 0


def _rotate(arguments: Namespace) -> int:
    from anonkit.keys import files  # noqa: PLC0415

    _require_file(arguments.file, "rotated")
    generation = files.rotate(arguments.file)
    print(f"{arguments.file}: new generation {generation.id}; the older ones still restore what they made")
    return 0


def _destroy(arguments: Namespace) -> int:
    from anonkit.keys import files  # noqa: PLC0415

    _require_file(arguments.file, "destroyed")
    if not arguments.yes:
        _ask(arguments.file)
    ids = files.destroy(arguments.file)
    print(f"{arguments.file}: destroyed {', '.join(ids)}; what was made with it cannot be restored any more")
    return 0


def _require_file(name: str, what: str) -> None:
    """Raise KeyFileError where a key is named that lies in no file."""
    from anonkit.keys import references  # noqa: PLC0415

    if not references.is_file(name):
        kind = name.partition(":")[0]
        msg = f"{kind}: keys are {what} where they are kept; name a key file, or do it there"
        raise KeyFileError(msg)


def _ask(name: str) -> None:
    """Raise UsageError unless somebody at a terminal types the file's name."""
    if sys.stdin is None or not sys.stdin.isatty():
        msg = f"{name}: was not destroyed; say --yes where nobody can be asked"
        raise UsageError(msg)
    print(f"What was made with this key can never be restored again. Type {name} to destroy it: ", end="", flush=True)
    if sys.stdin.readline().strip() != name:
        msg = f"{name}: was not destroyed; nothing was changed"
        raise UsageError(msg)


def _ids(generations: Sequence[Generation]) -> str:
    newest = generations[-1]
    older = ", ".join(generation.id for generation in generations[:-1])
    made = f", made {newest.created}" if newest.created else ""
    return f"{newest.id}{made}" + (f"; older: {older}" if older else "")
