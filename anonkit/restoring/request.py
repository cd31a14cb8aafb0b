"""How is one value given back to whoever asks for it, so that it stays known that it was asked for?"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from anonkit.errors import OutputError, TokenError, UsageError
from anonkit.keys import files, references
from anonkit.restoring.tokens import Restorer, as_text
from anonkit.transform import token

RECORD = ".requests.jsonl"


def record_of(key: str, record: str | None) -> Path:
    """The file that requests are recorded in: as told, or beside the key file. Raises UsageError where neither is."""
    if record:
        return Path(record)
    if references.is_file(key):
        return Path(key + RECORD)
    msg = "--value with a key that is no file needs --record FILE, where requests are recorded"
    raise UsageError(msg)


def value(restorer: Restorer, text: str, record: Path) -> str:
    """The value of the one token that `text` is, recorded before it is given.

    Raises TokenError where it is no token of this key and recipient, OutputError where it cannot be recorded.
    """
    complete = token.ENCRYPTED.fullmatch(text.strip("\"'\\").encode("utf-8", "surrogatepass"))
    if complete is None:
        msg = "--value is no complete tagged value of the form <ENTITY:TAG:BODY>; copy all of it, brackets included"
        raise TokenError(msg)
    generation = restorer.generation_of(complete["tag"])
    if generation is None:
        msg = "--value: was not made with this key for this recipient; check --key and --recipient"
        raise TokenError(msg)
    held = restorer.opened(complete)
    if held is None:
        msg = "--value: was changed after it was made; copy it from an unchanged file"
        raise TokenError(msg)
    name = b":".join(complete.group("entity", "tag", "body"))
    digest = hashlib.sha256(name).hexdigest()  # of a token, which is a secret to nobody
    entity = complete["entity"].decode()
    _append(record, {"time": files.now(), "key": generation, "entity": entity, "token_sha256": digest})
    return as_text(held)


def _append(path: Path, entry: dict[str, str]) -> None:
    line = json.dumps(entry).encode() + b"\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            written = os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        written = 0
        why = error.strerror
    else:
        why = "the disk is full"
    if written != len(line):
        msg = f"{path}: the request cannot be recorded ({why}), so that the value is not shown; see to it first"
        raise OutputError(msg)
