"""Which text, or which archive of texts, does a file hold?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anonkit.errors import InputError
from anonkit.io import compression, encodings, formats, kinds
from anonkit.io.encodings import Encoding
from anonkit.io.formats import Format
from anonkit.io.kinds import Kind
from anonkit.io.streams import Source

if TYPE_CHECKING:
    from anonkit.io.anonymizing import Anonymizer
    from anonkit.io.delimited import Dialect


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read.

    Attributes:
        encoding: "auto" to detect it.
        rename: how names are changed.
        progress: is told how many bytes more were read.
        format: which tables are read as such: none with "text".
        anonymizer: makes tables anonymous; None where their cells are scrubbed one by one.
    """

    encoding: Encoding
    rename: Callable[[str], str]
    progress: Callable[[int], object] = lambda _bytes: None
    format: Format = "text"
    anonymizer: Anonymizer | None = None

    def encoding_of(self, head: bytes) -> Encoding:
        """The encoding of a text that begins with `head`."""
        return self.encoding if self.encoding != "auto" else encodings.detect(head)

    def begun(self, source: Source, head: bytes, name: str) -> tuple[Encoding, Dialect | None]:
        """The encoding of a text that begins with `head`, and its dialect where it is delimited text."""
        if formats.may_be_table(name, self.format):
            head = source.begun(_LINES_TO_LOOK_AT)
        encoding = self.encoding_of(head)
        return encoding, None if self.format == "text" else formats.dialect_of(head, encoding, name, self.format)


_LINES_TO_LOOK_AT = 3


def is_tar(head: bytes) -> bool:
    """Whether decompressed bytes begin a tar archive."""
    return bool(head) and kinds.kind(head).form == "tar"


def unpacked(read: Counted, head: bytes, kind: Kind, name: str, poll: int | None) -> tuple[Source, bytes]:
    """The text or tar in a file, decompressed, and its first bytes. Raises InputError for anything else."""
    _refuse_binary(kind, name)
    source = compression.decompressed(read, head, kind, name, poll)
    if kind.form in ("text", "tar"):
        return source, head
    buffer = bytearray(kinds.HEAD_BYTES)
    size = 0
    while size < len(buffer) and (more := source.readinto(memoryview(buffer)[size:])):
        size += more
    inner = bytes(buffer[:size])
    within = kinds.kind(inner) if inner else Kind("text")
    if within.table is not None:
        msg = f"{name}: holds {within.name}; unpack it first: anonkit reads such tables as files of their own"
        raise InputError(msg)
    _refuse_binary(within, name)
    if within.form not in ("text", "tar"):
        msg = f"{name}: holds compressed data in compressed data; unpack it once and try again"
        raise InputError(msg)
    return Source(source, inner, name), inner


def _refuse_binary(kind: Kind, name: str) -> None:
    if kind.form == "binary":
        msg = f"{name}: is {kind.name}, which is not text; anonkit reads text, .gz .zst .bz2 .xz, .zip and .tar"
        raise InputError(msg)


class Counted:
    """Counts what is read of a file, compressed as it may be."""

    def __init__(self, stream: Any, total: int, progress: Callable[[int], object]) -> None:  # noqa: ANN401
        self._stream, self.total, self._progress = stream, total, progress
        progress(total)

    def readinto(self, buffer: memoryview) -> int:
        """Fill a part of `buffer`; 0 at the end."""
        size = int(self._stream.readinto(buffer) or 0)
        self.total += size
        self._progress(size)
        return size


class Reader:
    """read() for a source, as tarfile wants it."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        parts = []
        while size > 0:
            buffer = bytearray(min(size, 1 << 20))
            got = self._source.readinto(memoryview(buffer))
            if not got:
                break
            parts.append(bytes(buffer[:got]))
            size -= got
        return b"".join(parts)
