"""How are archives scrubbed: member by member, into an archive of the same kind?"""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import IO, Any

from anonkit.errors import InputError
from anonkit.io import kinds
from anonkit.io.kinds import Kind
from anonkit.io.streams import Source, reading

Scrub = Callable[[Source, bytes, Any], Counter[str]]
"""Scrubs a source, whose first bytes are given, into a function that writes."""
Rename = Callable[[str], str]
_SPOOL_BYTES = 8 << 20


def is_tar(head: bytes) -> bool:
    """Whether decompressed bytes begin a tar archive."""
    return kinds.kind(head).form == "tar"


def scrub_zip(stream: Any, out: IO[bytes], name: str, scrub: Scrub, rename: Rename) -> Counter[str]:  # noqa: ANN401
    """Scrub a zip archive into another; raises InputError."""
    counts: Counter[str] = Counter()
    seekable = stream if stream.seekable() else io.BytesIO(stream.read())
    seekable.seek(0)
    try:
        with zipfile.ZipFile(seekable) as source, zipfile.ZipFile(out, "w") as target:
            unused = _Unused(rename)
            for info in source.infolist():
                if info.flag_bits & 1:
                    msg = f"{name}: a member is encrypted; unpack it with its password first"
                    raise InputError(msg)
                renamed = zipfile.ZipInfo(unused(info.filename), info.date_time)
                renamed.compress_type, renamed.external_attr = info.compress_type, info.external_attr
                if info.is_dir():
                    target.writestr(renamed, b"")
                    continue
                with source.open(info) as member:
                    with reading(name):
                        head = member.read(kinds.HEAD_BYTES)
                    if head:
                        _refuse_binary(kinds.kind(head), name)
                    with target.open(renamed, "w", force_zip64=True) as written:
                        counts.update(scrub(Source(_Readinto(member), head, name), head, written.write))
    except (zipfile.BadZipFile, NotImplementedError):
        msg = f"{name}: the zip archive is damaged or of an unknown kind; get the file again"
        raise InputError(msg) from None
    return counts


def scrub_tar(stream: Any, out: IO[bytes], name: str, scrub: Scrub, rename: Rename) -> Counter[str]:  # noqa: ANN401
    """Scrub a tar archive, decompressed, into another; raises InputError."""
    counts: Counter[str] = Counter()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as source, tarfile.open(fileobj=out, mode="w|") as target:
            unused = _Unused(rename)
            for member in source:
                member.name = unused(member.name)
                member.uname = member.gname = ""  # login names
                member.linkname = "/".join(rename(p) for p in member.linkname.split("/"))
                member.pax_headers = {
                    k: v for k, v in member.pax_headers.items() if k not in ("path", "linkpath", "size")
                }
                content = source.extractfile(member) if member.isfile() else None
                if content is None:
                    target.addfile(member)
                    continue
                head = content.read(kinds.HEAD_BYTES)
                if head:
                    _refuse_binary(kinds.kind(head), name)
                with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:  # a header needs the size first
                    counts.update(scrub(Source(_Readinto(content), head, name), head, spool.write))
                    member.size = spool.tell()
                    spool.seek(0)
                    target.addfile(member, spool)
    except tarfile.TarError:
        msg = f"{name}: the tar archive is damaged or cut off; get the file again"
        raise InputError(msg) from None
    return counts


class _Unused:
    """New names for members, part by part, with -2, -3, ... where two became one."""

    def __init__(self, rename: Rename) -> None:
        self._rename = rename
        self._taken: set[str] = set()

    def __call__(self, name: str) -> str:
        renamed = "/".join(self._rename(part) for part in name.split("/"))
        candidate, number = renamed, 1
        while candidate in self._taken:
            number += 1
            stem, dot, ending = renamed.rstrip("/").rpartition("/")[2].partition(".")
            folder = renamed.rpartition("/")[0]
            candidate = f"{folder}/" * bool(folder) + f"{stem}-{number}{dot}{ending}"
        if not renamed.endswith("/"):
            self._taken.add(candidate)
        return candidate


def _refuse_binary(kind: Kind, name: str) -> None:
    if kind.form != "text":
        what = kind.name or f"a {kind.form} file"
        msg = f"{name}: a member is {what}, which is not text; take it out of the archive first"
        raise InputError(msg)


class _Readinto:
    """readinto for a stream that may lack it."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401
        self._stream = stream

    def readinto(self, buffer: memoryview) -> int:
        data = self._stream.read(min(len(buffer), 1 << 20))
        buffer[: len(data)] = data
        return len(data)
