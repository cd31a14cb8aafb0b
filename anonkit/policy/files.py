"""Where do policies come from: by name from those that come with anonkit, else from a file?"""

from __future__ import annotations

import contextlib
import functools
import stat
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from anonkit import cache
from anonkit.errors import PolicyError
from anonkit.model import Policy, Recognizer
from anonkit.policy import parse

BUILTINS = (
    "anonymize", "deidentify", "mask", "share-affiliate", "share-partner", "transfer", "public", "retention",
    "shutdown",
)  # fmt: skip
SCHEMA = Path(__file__).parent / "policy.schema.json"
"""The JSON Schema of policy files, which schema.py makes and a test holds against it."""

_MOST_BYTES = 4 << 20
_FOLDER = Path(__file__).parent / "builtin"


def load(name_or_path: str, cards: Sequence[Recognizer]) -> Policy:
    """The built-in policy of this name, else the one in this file.

    cards  what the entities and lists of sensitive information are looked up in

    Raises PolicyError, which names file, line and remedy.
    """
    if name_or_path in BUILTINS:
        return parse.policy(_builtin(name_or_path), name_or_path, cards, str(_place(name_or_path)))
    from anonkit.policy import check  # noqa: PLC0415  with pydantic, which built-in policies do without

    path = Path(name_or_path)
    return check.load(text(name_or_path), path.stem, cards, str(path))


def text(name_or_path: str) -> str:
    """What is written in a policy, comments and all; raises PolicyError."""
    if not name_or_path.strip():
        msg = f"no policy is named; known are {', '.join(BUILTINS)}, or name a file"
        raise PolicyError(msg)
    path = _place(name_or_path) if name_or_path in BUILTINS else Path(name_or_path)
    try:
        return _content(path).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        msg = f"{path}: is not UTF-8 text; save it as UTF-8"
        raise PolicyError(msg) from None
    except FileNotFoundError:
        raise PolicyError(_unknown(name_or_path)) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file name"
        msg = f"{path}: cannot be read ({why}); check the name and its permissions"
        raise PolicyError(msg) from None


def _content(path: Path) -> bytes:
    """The bytes of a file; a device or a pipe may never end, and is not read. Raises PolicyError, OSError."""
    facts = path.stat()
    if stat.S_ISDIR(facts.st_mode):
        msg = f"{path}: is a folder; name the policy file in it"
        raise PolicyError(msg)
    if not stat.S_ISREG(facts.st_mode):
        msg = f"{path}: is no file but a device or a pipe; write the policy into a file, and name that"
        raise PolicyError(msg)
    if facts.st_size > _MOST_BYTES:
        msg = f"{path}: is larger than {_MOST_BYTES >> 20} MB, and no policy is; name another file"
        raise PolicyError(msg)
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)


def is_builtin(policy: Policy) -> bool:
    """Whether this is a built-in policy as it was loaded, nothing in it changed since."""
    if policy.name not in BUILTINS or policy.source != str(_place(policy.name)):
        return False
    said = parse.policy(_builtin(policy.name), policy.name, (), policy.source)
    sensitive = policy.classes.get("sensitive")
    listed = {e: action for e, action in policy.entities.items() if e not in said.entities and action == sensitive}
    return {**listed, **said.entities} == policy.entities and all(
        getattr(policy, f.name) == getattr(said, f.name) for f in fields(Policy) if f.name != "entities"
    )


def _place(name: str) -> Path:
    return _FOLDER / f"{name}.toml"


@functools.cache
def _builtin(name: str) -> Mapping[str, Any]:
    """What a built-in policy says; the tests have checked it. Kept as JSON, which is read faster than TOML."""
    import hashlib  # noqa: PLC0415  a Policy made in Python needs none of these
    import json  # noqa: PLC0415

    written = text(name)
    kept_as = hashlib.sha256(written.encode()).hexdigest()[:32] + ".policy.json"
    kept = cache.read(kept_as)
    if kept is not None:
        with contextlib.suppress(ValueError):
            return dict(json.loads(kept))
    import tomllib  # noqa: PLC0415

    said = tomllib.loads(written)
    cache.keep(kept_as, json.dumps(said).encode())
    return said


def _unknown(name: str) -> str:
    if name.endswith(".toml") or "/" in name or "\\" in name:
        return f"{name}: there is no such policy file; check the path"
    import difflib  # noqa: PLC0415  for errors only

    near = difflib.get_close_matches(name, BUILTINS, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(BUILTINS)}, or name a file"
    return f"unknown policy {name!r}; {hint}"
