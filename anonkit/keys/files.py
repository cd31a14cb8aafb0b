"""How is a key read from a file, written to one, and destroyed?

A key file is TOML, for its owner alone (0600): a table `[[key]]` for each generation, the newest last.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import stat
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from anonkit.errors import KeyFileError
from anonkit.keys import disk, tombstones
from anonkit.keys.key import SECRET_BYTES, Generation

_HEADER = b"# anonkit key"
_ADVICE = b": keep it secret, keep a backup; whoever has it can restore what was made with it\n"
_MOST_BYTES = 1 << 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FILE_REMEDY = "put its backup back, or make one with `anonkit keys new FILE`"
_TIME = re.compile(r"[0-9TZ:.+-]{0,40}")
_BARE = re.compile(r"[0-9A-Fa-f]{64}|[A-Za-z0-9+/_-]{43}=?")
# shortened, split over lines, or as a whole file
_LIKE_A_KEY = re.compile(r"[0-9A-Fa-f\s]{32,}|[A-Za-z0-9+/_\s-]{40,}={0,2}\s*|.*\[\[key\]\].*", re.DOTALL)


def read(path: str | Path) -> tuple[Generation, ...]:
    """The generations in a key file, the newest last.

    Raises KeyFileError where there is none, or it is broken, destroyed, or open to others.
    """
    generations = parse(_content(path, open_to_others=False), str(path))
    tombstones.refuse_destroyed(Path(path), generations)
    return generations


def parse(content: bytes, name: str, remedy: str = _FILE_REMEDY) -> tuple[Generation, ...]:
    """The generations that the text of a key file, or a bare secret in base64 or hexadecimal, holds.

    name    what errors call it
    remedy  what they say to do

    Raises KeyFileError, which says nothing of the content.
    """
    text = content.decode("utf-8-sig", "replace").strip()
    try:
        if _BARE.fullmatch(text):
            return (Generation(_secret(text)),)
        tables = tomllib.loads(text)["key"]
        generations = tuple(Generation(_secret(table["secret"]), table["created"]) for table in tables)
        is_as_written = bool(generations) and all(
            generation.id == table["id"] and _TIME.fullmatch(generation.created)
            for generation, table in zip(generations, tables, strict=True)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, KeyFileError):
        is_as_written = False
    if not is_as_written:
        msg = f"{name}: is no key, or was changed; {remedy}"
        raise KeyFileError(msg)
    return generations


def refuse_material(text: str) -> None:
    """Raise KeyFileError, without showing it, where what should say where a key is looks like a key itself.

    Paths look alike: one whose folder there is is none.
    """
    is_path = os.sep in text and os.path.isdir(os.path.dirname(text))  # noqa: PTH112, PTH120  Path refuses some texts
    if _LIKE_A_KEY.fullmatch(text) and not is_path:
        msg = (
            "--key: there is nothing at this place, which is not shown, since it looks like a key itself; "
            "put the key into a file, and name that"
        )
        raise KeyFileError(msg)


def _secret(text: str) -> bytearray:
    is_hexadecimal = len(text) == 2 * SECRET_BYTES
    return bytearray(
        binascii.unhexlify(text) if is_hexadecimal else base64.b64decode(_padded(text), b"-_", validate=True)
    )


def _padded(text: str) -> str:
    return text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4)


def create(path: str | Path) -> Generation:
    """Make a new key in a new file. Raises KeyFileError where something stands there, or nothing can be written."""
    generation = _made()
    try:
        with disk.reporting(path, "cannot be written"):
            disk.write_new(Path(path), _text([generation]))
    except FileExistsError:
        msg = f"{path}: exists and was not touched; give another name, or use `anonkit keys rotate`"
        raise KeyFileError(msg) from None
    return generation


def rotate(path: str | Path) -> Generation:
    """Add a generation to a key file, in one step: from then on it makes what is new. Raises KeyFileError."""
    _content(path, open_to_others=False)  # says what is wrong with it better than a lock can
    real, temporary = _real(path)
    generation = _made()
    with disk.reporting(path, "cannot be rotated"), disk.locked(real):
        generations = read(path)
        _shred_left(temporary)
        try:
            disk.write_new(temporary, _text([*generations, generation]))
            disk.take_owner(temporary, real)
            temporary.replace(real)
        except BaseException:
            _shred_left(temporary)
            raise
        disk.sync_folder(real.parent)
    return generation


def destroy(path: str | Path) -> tuple[str, ...]:
    """Overwrite and delete a key file, and leave a tombstone; returns the ids of what is gone. Raises KeyFileError.

    What was interrupted is finished, and a backup that was put back is destroyed as well. What a file system or a disk
    keeps of old blocks, and backups elsewhere, are out of its reach.
    """
    _ids_to_destroy(path)
    real, temporary = _real(path)
    with disk.reporting(path, "cannot be destroyed"), disk.locked(real):
        ids = _ids_to_destroy(path)
        tombstones.bury(real, ids, now())  # before the key goes, so that no interruption leaves neither
        _shred_left(temporary)
        disk.shred(real, _HEADER)
        if Path(path).is_symlink():
            Path(path).unlink()
    return ids


def _real(path: str | Path) -> tuple[Path, Path]:
    """The file itself, and the one that takes its place when it is rotated."""
    real = Path(os.path.realpath(path))
    return real, real.with_name(f".{real.name}.rotating")


def _shred_left(temporary: Path) -> None:
    """What a rotation that crashed left holds all generations. Only who holds the lock may do this."""
    with contextlib.suppress(FileNotFoundError):
        disk.shred(temporary, _HEADER)


def _ids_to_destroy(path: str | Path) -> tuple[str, ...]:
    content = _content(path, open_to_others=True)
    try:
        return tuple(generation.id for generation in parse(content, str(path)))
    except KeyFileError:
        ids = tuple(tombstones.of(Path(os.path.realpath(path))))
        if ids and content.startswith(_HEADER):  # what an interrupted `destroy` leaves once it has overwritten the rest
            return ids
        raise


def is_key_file(path: Path) -> bool:
    """Whether a file begins as key files do."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def now() -> str:
    """The time, in UTC, as key files and records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _made() -> Generation:
    return Generation(bytearray(os.urandom(SECRET_BYTES)), now())


def _text(generations: Sequence[Generation]) -> bytes:
    return _HEADER + _ADVICE + b"".join(
        b'\n[[key]]\nid = "%b"\ncreated = "%b"\nsecret = "%b"\n' % (g.id.encode(), g.created.encode(), g.secret_text())
        for g in generations
    )  # fmt: skip


def _content(path: str | Path, *, open_to_others: bool) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        refuse_material(str(path))
        msg = f"{path}: no such key file; make one with `anonkit keys new FILE`"
        times = tombstones.of(Path(path))
        if times:
            msg = f"{path}: was destroyed at {max(times.values())}; what was made with it cannot be restored"
        raise KeyFileError(msg) from None
    except ValueError:
        msg = "the path of the key file holds a NUL byte; check it"
        raise KeyFileError(msg) from None
    except OSError as error:
        refuse_material(str(path))  # a whole file is too long for a name
        msg = f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        raise KeyFileError(msg) from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or not 0 < facts.st_size <= _MOST_BYTES:
            msg = f"{path}: is no key file; make one with `anonkit keys new FILE`"
            raise KeyFileError(msg)
        if os.name == "posix" and not open_to_others:
            _refuse_open(path, facts)
        with disk.reporting(path, "cannot be read"):
            return os.read(handle, _MOST_BYTES)
    finally:
        os.close(handle)


def _refuse_open(path: str | Path, facts: os.stat_result) -> None:
    if facts.st_mode & _OTHERS:
        msg = f"{path}: others can read this key; run `chmod 600 {path}`, and rotate it if somebody may have"
        raise KeyFileError(msg)
    if os.geteuid() not in (0, facts.st_uid) and facts.st_uid != 0:
        msg = f"{path}: this key belongs to another user; use one of your own"
        raise KeyFileError(msg)
