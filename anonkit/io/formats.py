"""Which table does a file hold, if it holds one: by its name and by how it begins?

What a name promises, the content must keep: else it is text.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from anonkit.errors import UsageError
from anonkit.io import splice
from anonkit.io.kinds import HEAD_BYTES, OLD_OFFICE, Kind, Table

if TYPE_CHECKING:
    from anonkit.io.delimited import Dialect
    from anonkit.io.encodings import Encoding

Format = Literal["auto", "text", "csv", "tsv", "psv", "hive"]
FORMATS: tuple[Format, ...] = ("auto", "text", "csv", "tsv", "psv", "hive")

# The likely ones first; one that somebody asked for need not be looked for
_BY_NAME = {"csv": b",;\t|\x01^", "tsv": b"\t,;|\x01^", "tab": b"\t,;|\x01^", "psv": b"|,;\t\x01^"}
_ASKED = {"csv": b",;\t|\x01^", "tsv": b"\t", "psv": b"|", "hive": b"\x01"}
_ENDING = re.compile(
    r"\.(csv|tsv|tab|psv)(?:[.-](?:gz|bz2|xz|zst|zstd|bak|old|orig|part|tmp|\d{1,8}))*\Z", re.IGNORECASE
)
_LOG = re.compile(r"\.log(?:[.-]\w+)*\Z", re.IGNORECASE)


def dialect_of(head: bytes, encoding: Encoding, name: str, asked: Format) -> Dialect | None:
    """The dialect of a text that begins with `head`; None where it is to be read as plain text.

    name   of the file, or of the member of an archive
    asked  what the user says it is
    """
    delimiters = _delimiters(head, name, asked)
    if delimiters is None:
        return None
    from anonkit.io import dialects  # noqa: PLC0415  only for tables

    is_whole = len(head) < HEAD_BYTES
    utf8 = splice.utf8_copy(splice.copies(head, encoding)) if head else b""
    return dialects.sniff(utf8, delimiters, is_whole=is_whole, is_asked=asked != "auto")


def table_of(kind: Kind, stream: Any) -> Table | None:  # noqa: ANN401  any binary file
    """The binary table that a file of this kind holds, None if it holds none; a workbook of Excel is a zip archive."""
    if kind.name == OLD_OFFICE:
        return "xlsx"  # which tells an encrypted workbook from an old one
    if kind.form != "zip":
        return kind.table
    if not stream.seekable():  # which an archive needs as well
        return None
    import zipfile  # noqa: PLC0415  only for archives

    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return "xlsx" if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names) else None


@contextlib.contextmanager
def opened_table(table: Table, stream: Any, name: str) -> Iterator[tuple[Any, io.BufferedIOBase]]:  # noqa: ANN401
    """The module anonkit.io.tables.* that reads such tables, and what it reads, from its first byte.

    stream  the file; it stays open

    Raises UsageError where the stream cannot seek.
    """
    if not stream.seekable():
        msg = f"{name}: a binary table cannot be read from a pipe; name the file"
        raise UsageError(msg)
    import importlib  # noqa: PLC0415  pyarrow and the like are loaded for such tables only

    module = importlib.import_module(f"anonkit.io.tables.{table}")
    stream.seek(0)
    source = stream if isinstance(stream, io.BufferedIOBase) else io.BufferedReader(stream)
    try:
        yield module, source
    finally:
        if source is not stream:
            source.detach()


def may_be_table(name: str, asked: Format) -> bool:
    """Whether it takes a look at some lines to know; plain text from a pipe need not wait for them."""
    return asked != "text" and (asked != "auto" or _ENDING.search(name) is not None)


def _delimiters(head: bytes, name: str, asked: Format) -> bytes | None:
    if asked != "auto":
        return _ASKED.get(asked)
    ending = _ENDING.search(name)
    if ending:
        return _BY_NAME[ending[1].lower()]
    return b"\x01" if b"\x01" in head and not _LOG.search(name) else None
