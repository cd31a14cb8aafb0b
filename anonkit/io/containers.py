"""How are archives read, member by member, and scrubbed into an archive of the same kind?"""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from anonkit.errors import InputError, UsageError
from anonkit.io import kinds
from anonkit.io.jobs import Tally
from anonkit.io.kinds import Kind
from anonkit.io.streams import Source, reading

Scrub = Callable[[Source, bytes, Any, str], Tally]
"""Scrubs a source, whose first bytes are given, into a function that writes; with its name."""
Rename = Callable[[str], str]
_SPOOL_BYTES = 8 << 20


def zip_texts(stream: Any, name: str) -> Iterator[tuple[str, Source, bytes]]:  # noqa: ANN401
    """The members of a zip archive, each to be read before the next: name, text, its first bytes; raises InputError."""
    with _whole(name), zipfile.ZipFile(_from_the_start(stream)) as source:
        for info, text, head in _zip_members(source, name):
            if text is not None:
                yield info.filename, text, head


def tar_texts(stream: Any, name: str) -> Iterator[tuple[str, Source, bytes]]:  # noqa: ANN401
    """The same for the regular files in a tar archive, decompressed."""
    with _whole(name), tarfile.open(fileobj=stream, mode="r|") as source:
        for member, text, head in _tar_members(source, name):
            if text is not None:
                yield member.name, text, head


def scrub_zip(stream: Any, out: IO[bytes], name: str, scrub: Scrub, rename: Rename) -> Tally:  # noqa: ANN401
    """Scrub a zip archive into another; raises InputError."""
    tally, unused = Tally(), _Unused(rename)
    with _whole(name), zipfile.ZipFile(_from_the_start(stream)) as source, zipfile.ZipFile(out, "w") as target:
        for info, text, head in _zip_members(source, name):
            renamed = zipfile.ZipInfo(unused(info.filename), info.date_time)
            renamed.compress_type, renamed.external_attr = info.compress_type, info.external_attr
            if text is None:
                target.writestr(renamed, b"")
                continue
            with target.open(renamed, "w", force_zip64=True) as written:
                held = scrub(text, head, written.write, info.filename)
            tally.add(held.counts, held.lines)
    return tally


_KEPT_PAX_HEADERS = ("mtime", "atime", "ctime", "uid", "gid")


def scrub_tar(stream: Any, out: IO[bytes], name: str, scrub: Scrub, rename: Rename) -> Tally:  # noqa: ANN401
    """Scrub a tar archive, decompressed, into another; raises InputError."""
    tally, unused = Tally(), _Unused(rename)
    with (
        _whole(name),
        tarfile.open(fileobj=stream, mode="r|") as source,
        tarfile.open(fileobj=out, mode="w|") as target,
    ):
        for member, text, head in _tar_members(source, name):
            within = member.name
            member.name = unused(within)
            member.uname = member.gname = ""  # login names
            member.linkname = "/".join(rename(p) for p in member.linkname.split("/"))
            # times and the like; comments and extended attributes may say anything
            member.pax_headers = {k: v for k, v in member.pax_headers.items() if k in _KEPT_PAX_HEADERS}
            if text is None:
                target.addfile(member)
                continue
            with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:  # a header needs the size first
                held = scrub(text, head, spool.write, within)
                tally.add(held.counts, held.lines)
                member.size = spool.tell()
                spool.seek(0)
                target.addfile(member, spool)
    return tally


def _zip_members(source: zipfile.ZipFile, name: str) -> Iterator[tuple[zipfile.ZipInfo, Source | None, bytes]]:
    for info in source.infolist():
        if info.flag_bits & 1:
            msg = f"{name}: a member is encrypted; unpack it with its password first"
            raise InputError(msg)
        if info.is_dir():
            yield info, None, b""
            continue
        with source.open(info) as member:
            yield info, *_begun(member, name)


def _tar_members(source: tarfile.TarFile, name: str) -> Iterator[tuple[tarfile.TarInfo, Source | None, bytes]]:
    for member in source:
        content = source.extractfile(member) if member.isfile() else None
        if content is None:
            yield member, None, b""
        else:
            yield member, *_begun(content, name)


def _begun(member: Any, name: str) -> tuple[Source, bytes]:  # noqa: ANN401
    """A member's text and its first bytes; raises InputError where it is no text."""
    with reading(name):
        head = member.read(kinds.HEAD_BYTES)
    if head:
        _refuse_binary(kinds.kind(head), name)
    return Source(_Member(member, name), head, name), head


def _refuse_binary(kind: Kind, name: str) -> None:
    if kind.table is not None:
        msg = f"{name}: a member is {kind.name}; unpack it first: anonkit reads such tables as files of their own"
        raise InputError(msg)
    if kind.form != "text":
        what = kind.name or f"a {kind.form} file"
        msg = f"{name}: a member is {what}, which is not text; take it out of the archive first"
        raise InputError(msg)


def _from_the_start(stream: Any) -> Any:  # noqa: ANN401
    if not stream.seekable():
        msg = "a .zip archive cannot be read from a pipe; name the file"
        raise UsageError(msg)
    stream.seek(0)
    return stream


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Turn what is wrong with an archive into InputError."""
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError):
        msg = f"{name}: the zip archive is damaged or of an unknown kind; get the file again"
        raise InputError(msg) from None
    except tarfile.TarError:
        msg = f"{name}: the tar archive is damaged or cut off; get the file again"
        raise InputError(msg) from None


class _Unused:
    """New names for members, part by part, with -2, -3, ... where two became one."""

    def __init__(self, rename: Rename) -> None:
        self._rename = rename
        self._taken: dict[str, int] = {}  # with the last number that was given for it

    def __call__(self, name: str) -> str:
        renamed = "/".join(self._rename(part) for part in name.split("/"))
        candidate, number = renamed, self._taken.get(renamed, 1)
        while candidate in self._taken:
            number += 1
            stem, dot, ending = renamed.rstrip("/").rpartition("/")[2].partition(".")
            folder = renamed.rpartition("/")[0]
            candidate = f"{folder}/" * bool(folder) + f"{stem}-{number}{dot}{ending}"
        if not renamed.endswith("/"):
            self._taken[candidate] = 1
            self._taken[renamed] = number
        return candidate


class _Member:
    """readinto for a member, which may lack it; what is wrong with the archive is an InputError."""

    def __init__(self, stream: Any, name: str) -> None:  # noqa: ANN401
        self._stream, self._name = stream, name

    def readinto(self, buffer: memoryview) -> int:
        with _whole(self._name):
            data = self._stream.read(min(len(buffer), 1 << 20))
        buffer[: len(data)] = data
        return len(data)
