"""What kind of file begins with these bytes: text, compressed, an archive, or something that text tools break?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anonkit.io import encodings

HEAD_BYTES = 64 * 1024

Form = Literal["text", "gz", "bz2", "xz", "zst", "zip", "tar", "binary"]
Table = Literal["parquet", "ipc", "orc", "avro", "xlsx"]


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of a file; for a binary one its common name, and which table it is, if it is one that can be read."""

    form: Form
    name: str = ""
    table: Table | None = None


_COMPRESSED: tuple[tuple[bytes, Form], ...] = (
    (b"\x1f\x8b\x08", "gz"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
)

TABLE_NAMES: dict[Table, str] = {
    "parquet": "a Parquet file",
    "ipc": "an Arrow file",
    "orc": "an ORC file",
    "avro": "an Avro file",
    "xlsx": "a workbook of Excel",
}
OLD_OFFICE = "an old Office document"
"""Or a workbook that is encrypted: only what reads workbooks can tell."""

# Those that cannot be read, as they are encrypted or too old, too: what reads such tables says why.
_TABLES: tuple[tuple[bytes, Table], ...] = (
    (b"PAR1", "parquet"),
    (b"Obj\x01", "avro"),
    (b"ORC", "orc"),
    (b"ARROW1\0\0", "ipc"),
    (b"FEA1\0\0\0\0", "ipc"),
)
_ENCRYPTED_PARQUET, _SURE_HEAD = b"PARE", 32

_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "an ELF program"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xca\xfe\xba\xbe", "a Java class or Mach-O program"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"!<arch>\n", "an ar archive"),
    (b"MSCF\0\0\0\0", "a cabinet archive"),
    (b"\x1f\x9d", "a compress (.Z) file"),
    (b"\x04\x22\x4d\x18", "an LZ4 file"),
    (b"\xff\x06\0\0sNaPpY", "a Snappy file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\0asm", "a WebAssembly module"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC file"),
    (b"ID3", "an MP3 file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture"),
    (b"\xa1\xb2\xc3\xd4", "a packet capture"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture"),
    (b"\xff\xfe\0\0", "UTF-32 text"),
    (b"\0\0\xfe\xff", "UTF-32 text"),
)

# what a stream of Arrow begins with: this, and the size of a schema
_ARROW_MESSAGE = b"\xff\xff\xff\xff"
_MOST_SCHEMA_BYTES = 1 << 24

# Control characters that text does not hold; NUL is counted apart, tab, line ends, form feed and escape are text.
_CONTROL = bytes(set(range(1, 32)) - {7, 8, 9, 10, 11, 12, 13, 27})
_SURE_BYTES = 32
# Between the cells of Hive's text files, and within them.
_OF_HIVE = (b"\x01", b"\x02", b"\x03")


def kind(head: bytes) -> Kind:
    """Return the kind of a file that begins with `head` (64 KiB, or the whole file if it is shorter)."""
    for magic, form in _COMPRESSED:
        if head.startswith(magic):
            return Kind(form)
    if head[:3] == b"BZh" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return Kind("bz2")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Kind("zip")
    if head[257:262] == b"ustar":
        return Kind("tar")
    table = _table(head)
    if table is not None:
        return Kind("binary", TABLE_NAMES[table], table)
    name = _binary_name(head)
    return Kind("binary", name) if name else Kind("text")


def _table(head: bytes) -> Table | None:
    for magic, table in _TABLES:
        if head.startswith(magic) and not (magic.isalnum() and _is_plain(head)):
            return table
    if head.startswith(_ENCRYPTED_PARQUET) and not _is_plain(head[:_SURE_HEAD]):
        return "parquet"
    if head.startswith(_ARROW_MESSAGE) and 0 < int.from_bytes(head[4:8], "little") < _MOST_SCHEMA_BYTES:
        return "ipc"
    return None


def _binary_name(head: bytes) -> str:
    for magic, name in _BINARY:
        # A log may begin with "ORC" or "ID3" as a word: letters alone are no proof.
        if head.startswith(magic) and not (magic.isalnum() and _is_plain(head)):
            return name
    if head.startswith(b"MZ") and b"\0\0\0" in head[:64]:
        return "a Windows program"
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP", b"AVI "):
        return "an image, sound or video"
    if head[4:8] == b"ftyp":
        return "an image, sound or video"
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05") and head[-1:] != b"\n":
        return "a Python pickle"
    if encodings.unit_bytes(encodings.detect(head)) == 1 and _looks_binary(head):
        return "binary data"
    return ""


def _is_plain(head: bytes) -> bool:
    return len(head.translate(None, _CONTROL + b"\0")) == len(head)


def _looks_binary(head: bytes) -> bool:
    # A log that was truncated under its writer begins with a hole of NUL bytes: it is text still.
    head = head.lstrip(b"\0")
    if len(head) < _SURE_BYTES:
        return False
    control = len(head) - len(head.translate(None, _CONTROL))
    if head.count(0) == 0 and b"\n" in head:
        control -= sum(map(head.count, _OF_HIVE))
    return head.count(0) * 10 > len(head) or control * 16 > len(head)
