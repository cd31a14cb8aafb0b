"""How are the texts in XML read, and written back with nothing else changed?

Parts of workbooks are not parsed and written again, which would lose what a writer does not know: texts are found with
expressions, which is sound since expat has said that the XML is well-formed, and edits are spliced into the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat

from anonkit.errors import InputError

# attributes, up to the end of a tag; a > may stand in quotes
ATTRIBUTES = rb"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
_ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TOKEN = re.compile(
    rb"<!--(?P<comment>.*?)-->|<!\[CDATA\[(?P<verbatim>.*?)\]\]>|<\?(?P<instruction>.*?)\?>"
    rb"|<(?P<close>/?)(?:[^\s/>:=<\"'!?]+:)?(?P<name>[^\s/>:=<\"'!?]+)(?P<attributes>" + ATTRIBUTES + rb")>",
    re.DOTALL,
)
_EXTRA = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\?>")
_REFERENCE = re.compile(rb"&(?:#[0-9]{1,8}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);|_x[0-9A-Fa-f]{4}_")
# of headers and footers: fonts, sizes and styles; &L &C &R begin the next section
_CODE = re.compile(rb"&amp;(?:(?:\"|&quot;).*?(?:\"|&quot;)|[0-9]{1,2}|K[0-9A-F]{6}|[A-Za-z&])")
_NAMED = {b"&lt;": b"<", b"&gt;": b">", b"&amp;": b"&", b"&quot;": b'"', b"&apos;": b"'"}
_SECTIONS = (b"&amp;L", b"&amp;C", b"&amp;R")
_MOST_CODE_POINT = 0x10FFFF

Kind = Literal["text", "verbatim", "header"]
Replacement = tuple[int, int, bytes]
"""Where it begins and ends, in bytes, and what comes there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a text, or a part of one, lies in the bytes of XML, and how it is spelt there."""

    start: int
    end: int
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text lies, which may be cut into stretches: runs of a rich text.

    Attributes:
        stretches: ascending.
        quote: the one around the value of an attribute; empty in text.
    """

    stretches: tuple[Stretch, ...]
    quote: bytes = b""

    def text(self, xml: bytes) -> bytes:
        """The text as a reader sees it."""
        return b"".join(decoded(xml[s.start : s.end], s.kind) for s in self.stretches)

    def spliced(self, xml: bytes, edits: Iterable[Replacement]) -> list[Replacement]:
        """Edits of the text as edits of the XML; each goes where it begins, and takes its part of later stretches."""
        made: list[Replacement] = []
        pieces = list(self._pieces(xml))
        for start, end, new in sorted(edits):
            left: bytes | None = _encoded(new, self.quote)
            for first, last, low, high in pieces:
                if last <= start or first >= end:
                    continue
                plain = last - first == high - low
                begin = low + start - first if plain and start > first else low
                finish = low + end - first if plain and end < last else high
                made.append((begin, finish, left or b""))
                left = None
        return sorted(made)

    def _pieces(self, xml: bytes) -> Iterator[tuple[int, int, int, int]]:
        """Where pieces lie in the text and in the XML: of equal sizes, or one that is taken as a whole."""
        at = 0
        for stretch in self.stretches:
            raw = xml[stretch.start : stretch.end]
            done = 0
            for begin, end, size in _escapes(raw, stretch.kind):
                if begin > done:
                    yield at, at + begin - done, stretch.start + done, stretch.start + begin
                    at += begin - done
                if size:
                    yield at, at + size, stretch.start + begin, stretch.start + end
                at += size
                done = end
            if len(raw) > done:
                yield at, at + len(raw) - done, stretch.start + done, stretch.end
                at += len(raw) - done


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, or a text between two; `name` is without prefix, empty for a text.

    Attributes:
        kind: open, empty (<a/>), close, text, verbatim (CDATA) or comment (an instruction of XML counts as one).
        start, end: with the brackets of a tag; of CDATA and comments, what is within.
        attributes: where those of a tag begin and end.
    """

    kind: Literal["open", "empty", "close", "text", "verbatim", "comment"]
    start: int
    end: int
    name: bytes = b""
    attributes: tuple[int, int] = (0, 0)


def tokens(xml: bytes) -> Iterator[Token]:
    """The tags and texts of well-formed XML, in order."""
    declaration = _DECLARATION.match(xml)
    done = declaration.end() if declaration else 0
    for match in _TOKEN.finditer(xml, done):
        if match.start() > done:
            yield Token("text", done, match.start())
        done = match.end()
        group = match.lastgroup
        if group == "attributes":
            attributes = match.span("attributes")
            if match["close"]:
                yield Token("close", match.start(), done, match["name"])
            else:
                empty = xml[attributes[1] - 1 : attributes[1]] == b"/"
                yield Token("empty" if empty else "open", match.start(), done, match["name"], attributes)
        elif group == "verbatim":
            yield Token("verbatim", *match.span("verbatim"))
        else:
            yield Token("comment", *match.span(group or 0))


def attributes(xml: bytes, within: tuple[int, int]) -> Iterator[tuple[bytes, Place]]:
    """The names of attributes, with their prefixes, and where their values lie."""
    for match in _ATTRIBUTE.finditer(xml, *within):
        group = 2 if match[2] is not None else 3
        yield match[1], Place((Stretch(*match.span(group)),), b'"' if group == 2 else b"'")  # noqa: PLR2004  as above


def values_of(xml: bytes, within: tuple[int, int]) -> dict[bytes, bytes]:
    """The attributes of a tag, by name without prefix."""
    return {name.rpartition(b":")[2]: place.text(xml) for name, place in attributes(xml, within)}


def decoded(raw: bytes, kind: Kind = "text") -> bytes:
    """A text of XML as a reader sees it, with the _x000D_ of workbooks."""
    if kind == "verbatim" or (b"&" not in raw and b"_x" not in raw):
        return raw
    if kind == "header":
        raw = _CODE.sub(_code_text, raw)
    return _REFERENCE.sub(lambda match: _character(match[0]), raw)


def replaced(xml: bytes, edits: Iterable[Replacement]) -> bytes:
    """The bytes with edits, which do not overlap, in their places."""
    parts = []
    done = 0
    for start, end, new in sorted(edits):
        parts += [xml[done:start], new]
        done = end
    return b"".join([*parts, xml[done:]])


def without_extras(xml: bytes) -> bytes:
    """The XML with CDATA written as text, without comments and instructions."""
    declaration = _DECLARATION.match(xml)
    start = declaration.end() if declaration else 0
    return xml[:start] + _EXTRA.sub(lambda match: _encoded(match[1] or b""), xml[start:])


def element(xml: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """Where the attributes lie of all tags of a name."""
    for token in tokens(xml):
        if token.name == name and token.kind in ("open", "empty"):
            yield token.attributes


class Check:
    """Says whether XML, fed piece by piece, is well-formed, in UTF-8 and without a DTD.

    `root` is the name of its outermost element, without prefix, `has_extras` whether there are comments, CDATA or
    instructions. Raises InputError.
    """

    def __init__(self, name: str) -> None:
        self.root = ""
        self.has_extras = False
        self._name = name
        self._begun = False
        self._parser = parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._element
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._extra
        parser.StartCdataSectionHandler = self._extra

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        """The next piece."""
        if not self._begun and data:
            self._begun = True
            if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
                raise InputError(f"{self._name}: holds XML that is not UTF-8; save it again with Excel or LibreOffice")
        try:
            self._parser.Parse(data, is_last)
        except (expat.ExpatError, ValueError):
            raise InputError(f"{self._name}: holds damaged XML; open it with Excel and save it again") from None

    def _doctype(self, *_: object) -> None:
        raise InputError(f"{self._name}: holds XML with a DTD, which workbooks do not have; save it again with Excel")

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise InputError(f"{self._name}: holds XML that is not UTF-8; save it again with Excel or LibreOffice")

    def _element(self, name: str, _attributes: object) -> None:
        self.root = name.rpartition(":")[2]
        self._parser.StartElementHandler = None

    def _extra(self, *_: object) -> None:
        self.has_extras = True


def joined(stretches: Sequence[Stretch]) -> Place:
    """The place of a text that is cut into runs."""
    return Place(tuple(stretches))


def encoded(text: bytes) -> bytes:
    """A text as XML spells it."""
    return _encoded(text)


def _encoded(text: bytes, quote: bytes = b"") -> bytes:
    text = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    if quote:
        text = text.replace(b'"', b"&quot;").replace(b"'", b"&apos;").replace(b"\n", b"&#10;").replace(b"\t", b"&#9;")
    return text.replace(b"\r", b"&#13;")


def _escapes(raw: bytes, kind: Kind) -> list[tuple[int, int, int]]:
    """Where escapes begin and end, and how many bytes they are for a reader."""
    if kind == "verbatim":
        return []
    found = [(m.start(), m.end(), len(_character(m[0]))) for m in _REFERENCE.finditer(raw)]
    if kind == "text":
        return found
    codes = [(m.start(), m.end(), len(_code_text(m))) for m in _CODE.finditer(raw)]
    within = {at for begin, end, _ in codes for at in range(begin, end)}
    return sorted([*codes, *(escape for escape in found if escape[0] not in within)])


def _code_text(match: re.Match[bytes]) -> bytes:
    """What a code of a header comes to, where texts are looked at: nothing, or the next line."""
    return b"\n" if match[0] in _SECTIONS else b""


def _character(reference: bytes) -> bytes:
    if reference.startswith(b"_x"):
        code = int(reference[2:6], 16)
        return _REPLACED if 0xD800 <= code < 0xE000 else chr(code).encode()  # noqa: PLR2004  surrogates
    if reference in _NAMED:
        return _NAMED[reference]
    code = int(reference[3:-1], 16) if reference[2:3] == b"x" else int(reference[2:-1])
    return chr(code).encode("utf-8", "replace") if code <= _MOST_CODE_POINT else _REPLACED


_REPLACED = "\ufffd".encode()
