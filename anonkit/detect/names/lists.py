"""Which names stand in a file that the caller has made?

A list of names is a text file, UTF-8 or GB18030, one name a line, with the kind of thing behind a tab where it is no
person; or a hashed list, from which nobody reads the names (hashed_list.py).
"""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from anonkit.detect.names import hashed_list
from anonkit.detect.names.exact import ExactNames
from anonkit.detect.names.labels import KIND_OF, PERSON, SHORTEST
from anonkit.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from anonkit.detect.names.hashed_list import HashedNames
    from anonkit.keys.key import Key

MOST_CHARACTERS = 100
_MOST_BYTES = 256 << 20
_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_list(path: Path, key: Key | None = None) -> ExactNames | HashedNames:
    """The names in a file: a plain list, or a hashed one.

    key  what a hashed list was made with, where it was made with a key

    Raises UsageError, which names file, line and remedy, and no name.
    """
    content = _content(path)
    if hashed_list.is_hashed(content):
        return hashed_list.parsed(content, str(path), key)
    return ExactNames.of(parsed(content, str(path)))


def read_plain(path: Path) -> dict[str, str]:
    """The names in a plain list, and the entity of each. Raises UsageError, as `read_list`."""
    content = _content(path)
    if hashed_list.is_hashed(content):
        msg = f"{path}: is hashed already; name the list of names that it was made from"
        raise UsageError(msg)
    return parsed(content, str(path))


def parsed(content: bytes, source: str) -> dict[str, str]:
    """The names in the text of a plain list, and the entity of each.

    source  what errors call it

    Raises UsageError, as `read_list`.
    """
    names: dict[str, str] = {}
    for number, line in enumerate(_LINE_END.split(_text(content, source)), 1):
        name, _, entity = (part.strip() for part in line.strip().partition("\t"))
        if not name or name.startswith("#"):
            continue
        entity = entity or PERSON
        wrong = _wrong(name, entity)
        if wrong is not None:
            msg = f"{source}, line {number}: {wrong}"
            raise UsageError(msg)
        names[name] = entity
    if not names:
        msg = f"{source}: holds no names; write one a line, or leave the list out"
        raise UsageError(msg)
    return names


def _wrong(name: str, entity: str) -> str | None:
    """Why a line is not taken, and the remedy."""
    if entity not in KIND_OF:
        return f"behind the tab stands none of {', '.join(KIND_OF)}; correct it, or take it out for PERSON"
    if _CONTROL.search(name):
        return "holds a control character; save the list as plain text, one name a line"
    if len(name) < SHORTEST:
        return "a name of one character would be found everywhere; write the whole name, or take the line out"
    if not any(map(str.isalpha, name)):
        return "a name without a letter would be found in numbers; write the whole name, or take the line out"
    if len(name) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS} characters; write one name a line"
    return None


def _text(content: bytes, source: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    msg = f"{source}: is neither UTF-8 nor GB18030 text; save it as UTF-8"
    raise UsageError(msg)


def _content(path: Path) -> bytes:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            msg = f"{path}: is no file; write the names into a file, and name that"
            raise UsageError(msg)
        if facts.st_size > _MOST_BYTES:
            msg = f"{path}: is larger than {_MOST_BYTES >> 20} MB; split the list"
            raise UsageError(msg)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file name"
        msg = f"{path}: cannot be read ({why}); check the path and its permissions"
        raise UsageError(msg) from None
