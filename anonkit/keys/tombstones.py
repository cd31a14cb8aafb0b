"""Which keys were destroyed, and how does it stay known?

A key that was destroyed leaves a tombstone beside it, `FILE.destroyed`, with ids and times and no secret. All who use
the folder may read it: should a backup of the file be put back, by whomever, it is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from anonkit.errors import KeyFileError
from anonkit.keys import disk
from anonkit.keys.key import Generation

_ENDING = ".destroyed"


def destroyed(folder: Path) -> dict[str, str]:
    """When each key was destroyed of which a tombstone stands in `folder`: time by id.

    Raises OSError where it cannot be listed, KeyFileError for a tombstone that cannot be read: it may forbid a key.
    """
    times: dict[str, str] = {}
    for tombstone in sorted(folder.iterdir()):
        if tombstone.name.endswith(_ENDING):
            times |= _read(tombstone)
    return times


def of(path: Path) -> dict[str, str]:
    """When each key was destroyed that stood at `path`: time by id. Raises KeyFileError as `destroyed`."""
    return _read(Path(f"{path}{_ENDING}"))


def refuse_destroyed(path: Path, generations: Sequence[Generation]) -> None:
    """Raise KeyFileError where a tombstone in the folder of a key file, or of what it links to, is of its key.

    In a folder that may be entered but not listed, only the tombstone of that very file can be found.
    """
    times: dict[str, str] = {}
    for place in (path, Path(os.path.realpath(path))):
        times |= of(place)
        with disk.reporting(path, "cannot be held against what was destroyed"), contextlib.suppress(PermissionError):
            times |= destroyed(place.parent)
    for generation in generations:
        if generation.id in times:
            when = times[generation.id]
            msg = (
                f"{path}: key {generation.id} was destroyed at {when}; make a new key, and run "
                "`anonkit keys destroy` on this copy, too"
            )
            raise KeyFileError(msg)


def bury(real: Path, ids: Sequence[str], time: str) -> None:
    """Write the tombstone of the key file `real`, beside what it said before. Raises OSError, KeyFileError."""
    times = of(real)
    for id_ in ids:
        times.setdefault(id_, time)
    content = json.dumps({"destroyed": [{"id": id_, "time": then} for id_, then in times.items()]}, indent=1)
    temporary = real.with_name(f".{real.name}{_ENDING}.{os.urandom(6).hex()}")
    try:
        disk.write_new(temporary, content.encode() + b"\n", disk.FOR_ALL_TO_READ)
        temporary.replace(f"{real}{_ENDING}")
    finally:
        temporary.unlink(missing_ok=True)
    disk.sync_folder(real.parent)


def _read(tombstone: Path) -> dict[str, str]:
    try:
        content = json.loads(tombstone.read_bytes())
        return {str(entry["id"]): str(entry["time"]) for entry in content["destroyed"]}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        msg = f"{tombstone}: is broken; it says which keys were destroyed: put its backup back, or use another folder"
        raise KeyFileError(msg) from None
