"""Which parts does a workbook have, and can all of them be looked into?"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Literal

from anonkit.errors import InputError
from anonkit.io import kinds
from anonkit.io.tables.xlsx import markup

PartKind = Literal["sheet", "strings", "cache", "records", "relationships", "types", "xml", "image", "settings"]

CHUNK_BYTES = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP_ENDINGS = (".xml", ".rels", ".vml", ".svg")
_IMAGE_ENDINGS = tuple(".png .jpg .jpeg .gif .bmp .tif .tiff .emf .wmf .wdp .ico .webp".split())
_ROOTS: dict[str, PartKind] = {
    "worksheet": "sheet",
    "macrosheet": "sheet",
    "sst": "strings",
    "pivotCacheDefinition": "cache",
    "pivotCacheRecords": "records",
    "Relationships": "relationships",
    "Types": "types",
}
_SETTINGS = re.compile(r"(?i)(?:printerSettings|customProperty)\d*\.bin\Z")
_THUMBNAIL = re.compile(r"(?i)docProps/thumbnail\.\w+\Z")
_UNKNOWN = (
    (re.compile(r"(?i)(?:\A|/)vba\w*\.bin\Z"), "macros", "save it as .xlsx, which has none"),
    (re.compile(r"(?i)(?:\A|/)(?:workbook|sheet\d+)\.bin\Z"), "sheets in the format of .xlsb", "save it as .xlsx"),
    (re.compile(r"(?i)(?:\A|/)embeddings/"), "an embedded object", "delete it in Excel and save the workbook"),
    (re.compile(r"(?i)(?:\A|/)activeX/"), "a control", "delete it in Excel and save the workbook"),
    (re.compile(r"(?i)(?:\A|/)model/"), "a data model", "remove it in Excel and save the workbook"),
    (re.compile(r"(?i)(?:\A|/)_xmlsignatures/"), "a signature", "remove it in Excel and save the workbook"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a workbook.

    Attributes:
        name: its path in the archive.
        kind: what it holds.
        root: the name of the outermost element, without prefix; empty where it is no XML.
        has_extras: whether there are comments, CDATA or instructions in its XML.
    """

    name: str
    kind: PartKind
    root: str = ""
    has_extras: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: `kind` is the last word of its type, `target` the name of a part."""

    kind: str
    target: str


class Workbook:
    """The parts of a workbook, all of which were found to be readable; raises InputError, naming the file."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self.name = name
        _refuse_ole(source, name)
        with self.reading():
            self.archive = zipfile.ZipFile(source)
            infos = self.archive.infolist()
            if len({info.filename for info in infos}) < len(infos):
                raise InputError(f"{name}: holds two parts of the same name; open it with Excel and save it again")
            self.parts = {info.filename: self._checked(info) for info in infos if not info.is_dir()}
        roots = {part.root for part in self.parts.values()}
        if "workbook" not in roots:
            raise InputError(f"{name}: is a zip archive, but no workbook of Excel; name it .zip, or get the file again")

    def of(self, *wanted: PartKind) -> list[Part]:
        """The parts of some kinds, in their order."""
        return [part for part in self.parts.values() if part.kind in wanted]

    def rooted(self, root: str) -> list[Part]:
        """The parts with this outermost element."""
        return [part for part in self.parts.values() if part.root == root]

    def read(self, part: Part) -> bytes:
        """All of a part."""
        with self.reading():
            return self.archive.read(part.name)

    def chunks(self, part: Part) -> Iterator[bytes]:
        """A part, piece by piece; as a whole where comments must be taken away first."""
        if part.has_extras:
            yield markup.without_extras(self.read(part))
            return
        with self.reading(), self.archive.open(part.name) as stream:
            while data := stream.read(CHUNK_BYTES):
                yield data

    def relations(self, part: Part) -> dict[str, Relation]:
        """What a part refers to within the workbook, by the ids of the references."""
        folder, base = posixpath.split(part.name)
        found = self.parts.get(posixpath.join(folder, "_rels", base + ".rels"))
        if found is None:
            return {}
        related = {}
        xml = self.read(found)
        for place in markup.element(xml, b"Relationship"):
            values = {key.decode(): value.decode() for key, value in markup.values_of(xml, place).items()}
            if values.get("TargetMode", "Internal") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, values.get("Target", ""))).lstrip("/")
                related[values.get("Id", "")] = Relation(values.get("Type", "").rpartition("/")[2], target)
        return related

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what is wrong with the archive into InputError."""
        try:
            yield
        except (zipfile.BadZipFile, EOFError, OSError, zlib.error):
            raise InputError(f"{self.name}: the workbook is damaged or cut off; get the file again") from None
        except (NotImplementedError, RuntimeError):
            raise InputError(
                f"{self.name}: parts of it are encrypted or packed in an unknown way; save it again with Excel"
            ) from None

    def _checked(self, info: zipfile.ZipInfo) -> Part:
        name = info.filename
        for pattern, what, remedy in _UNKNOWN:
            if pattern.search(name) and not name.lower().endswith((".rels", *_IMAGE_ENDINGS)):
                raise InputError(f"{self.name}: holds {what}, which cannot be looked into; {remedy}")
        with self.archive.open(info) as stream:
            head = stream.read(kinds.HEAD_BYTES)
            ending = posixpath.splitext(name)[1].lower()
            if ending == ".vml":  # which Excel itself writes as HTML at times, with tags that do not end
                while stream.read(CHUNK_BYTES):
                    pass
                return Part(name, "xml", "xml")
            if ending in _MARKUP_ENDINGS or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                check = markup.Check(self.name)
                check.feed(head)
                while data := stream.read(CHUNK_BYTES):
                    check.feed(data)
                check.feed(b"", is_last=True)
                return Part(name, _ROOTS.get(check.root, "xml"), check.root, check.has_extras)
            while stream.read(CHUNK_BYTES):  # the checksum
                pass
        if ending in _IMAGE_ENDINGS and (not head or kinds.kind(head).form == "binary"):
            return Part(name, "image")
        if _SETTINGS.search(name):
            return Part(name, "settings")
        raise InputError(
            f"{self.name}: holds something that is no XML and no image, which cannot be looked into; "
            "delete embedded objects in Excel and save the workbook"
        )


def is_thumbnail(part: Part) -> bool:
    """Whether it is a picture of the first sheet, which shows what was in its cells."""
    return _THUMBNAIL.search(part.name) is not None


def _refuse_ole(source: IO[bytes], name: str) -> None:
    source.seek(0)
    head = source.read(len(_OLE))
    if head == _OLE:
        tail = b""
        while data := source.read(CHUNK_BYTES):
            if _ENCRYPTED in tail + data:
                raise InputError(f"{name}: is encrypted by Office; open it with its password and save it without")
            tail = data[-len(_ENCRYPTED) :]
        raise InputError(
            f"{name}: is an old Office document; open it with Office, and save a workbook as .xlsx, a text as .txt"
        )
    source.seek(0)
