"""What becomes of the texts outside of cells: comments, drawings, charts, properties, links, names, and all others?

All texts and all values of attributes are looked at, but for those that cannot be texts: numbers, ids, namespaces,
fonts. What a part is not known to have is looked at, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from anonkit.io.tables.xlsx import formulas, markup
from anonkit.io.tables.xlsx.markup import Kind, Place, Replacement, Stretch, Token
from anonkit.io.tables.xlsx.texts import Desk, Texts

Where = Callable[[bytes], int]
"""The number of the name of the column that a reference (B2:B9, 'a sheet'!$B$2) begins in; 0 if there is none."""

_PARAGRAPHS = frozenset((b"p", b"si", b"is", b"text", b"div"))
_FORMULAS = frozenset(
    b"f formula formula1 formula2 oldFormula definedName calculatedColumnFormula totalsRowFormula "
    b"FmlaMacro FmlaLink FmlaRange FmlaPict FmlaGroup FmlaTxbx".split()
)
_HEADERS = frozenset(b"oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter".split())
# of people, whatever they are called: as the value of a key that says so
_PEOPLE = frozenset(b"creator lastModifiedBy author Manager userName refreshedBy displayName user".split())
_PROGRAMS = frozenset(
    (b"openpyxl", b"Apache POI", b"XlsxWriter", b"EPPlus", b"Microsoft Office User", b"SheetJS", b"Excelize", b"xuri")
)
_SHEETS = {(b"sheet", b"name"), (b"sheetName", b"val"), (b"worksheetSource", b"sheet"), (b"rangeSet", b"sheet")}
_WORDS = {
    (b"definedName", b"name"),
    (b"table", b"name"),
    (b"table", b"displayName"),
    (b"worksheetSource", b"name"),
    (b"rangeSet", b"name"),
}
_COLUMNS = {(b"tableColumn", b"name"), (b"cacheField", b"name")}
_REFERENCES = frozenset(b"location textlink fmlaLink fmlaRange fmlaTxbx fmlaGroup macro".split())
_FIGURES = {(b"filter", b"val"), (b"customFilter", b"val")}
_FONTS = {(b"name", b"val"), (b"rFont", b"val"), (b"font", b"script")}
_NO_TEXTS = frozenset(
    b"xmlns Type ContentType Requires Ignorable uri typeface panose sqref ref uid guid Id id rid "
    b"hashValue saltValue algorithmName spinCount password lang".split()
)
_PLAIN_NO_TEXT = re.compile(
    rb"[-+]?[0-9.]*(?:[eE][-+]?[0-9]+)?(?:pt|in|px|%)?\Z|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?\Z"
    rb"|http://(?:schemas|purl\.oclc)\.|urn:schemas"
)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT[0-9:.]{5,}(?:Z|[+-]\d\d:\d\d)?\Z")
_W3C_DATE = re.compile(rb"\d{4}(?:-\d\d(?:-\d\d(?:T[0-9:.]{5,}(?:Z|[+-]\d\d:\d\d)?)?)?)?\Z")
_NUMERIC = frozenset((b"numCache", b"numLit", b"numDim"))
_TYPED_CELLS = frozenset((b"cell", b"nc", b"oc"))
_NUMBER_TYPE = re.compile(rb"\st\s*=\s*[\"']n[\"']")
_SEPARATED = re.compile(rb"[^,]+")
_URI_ESCAPES = ((b"<", b"%3C"), (b">", b"%3E"), (b" ", b"%20"))

_Spelling = Literal["plain", "literal", "figure", "cell", "moment", "address"]


@dataclass(slots=True)
class _Frame:
    """An element that is open."""

    name: bytes
    start: int
    attributes: tuple[int, int]
    column: int
    numeric: bool
    property_name: bytes = b""


@dataclass(frozen=True, slots=True)
class _Job:
    """A text that is looked at: where it lies, from which byte of the decoded text on, and what its result must be.

    Attributes:
        whole: what is taken away where the result is none that fits.
        tag: the attributes of the cell that says what type its value has.
        is_copy: whether it repeats the text of a cell.
    """

    place: Place
    text: bytes
    column: int
    spelling: _Spelling = "plain"
    base: int = 0
    quote: bytes = b""
    whole: tuple[int, int] = (0, 0)
    tag: tuple[int, int] = (0, 0)
    is_copy: bool = False


@dataclass(slots=True)
class _Found:
    """What was found to be looked at in a part, and edits that are known already."""

    jobs: list[_Job] = field(default_factory=list)
    known: list[Replacement] = field(default_factory=list)


class Loose:
    """Scrubs a part, or what stands around the rows of a sheet.

    root    the name of the outermost element of the part
    own     whether it is XML of the user's own, whose elements and attributes are keys
    where   which column a reference begins in
    gone    the names of files that relations must not point to any more
    """

    def __init__(
        self,
        desk: Desk,
        root: str = "",
        where: Where = lambda _: 0,
        gone: frozenset[str] = frozenset(),
        *,
        own: bool = False,
    ) -> None:
        self._desk, self._root, self._where, self._own, self._gone = desk, root, where, own, gone
        self._person = desk.names.number(b"creator")
        self._user_id = desk.names.number(b"userId")

    def scrub(self, xml: bytes) -> bytes:
        """The XML, scrubbed; the same bytes where nothing changed."""
        found = _Walk(xml, self).found()
        texts = Texts()
        for job in found.jobs:
            texts.add(job.text, job.column, self._desk.next_record())
        edits = self._desk.edits(texts)
        for number, job in enumerate(found.jobs):
            if number not in edits and job.is_copy and job.text in self._desk.told:
                edits[number] = [(0, len(job.text), self._desk.told[job.text])]
        made = list(found.known)
        by_place: dict[Place, list[Replacement]] = {}
        for number, changes in edits.items():
            self._apply(xml, found.jobs[number], changes, by_place, made)
        for place, changes in by_place.items():
            made += place.spliced(xml, changes)
        return markup.replaced(xml, _outermost(made)) if made else xml

    def _apply(
        self,
        xml: bytes,
        job: _Job,
        edits: list[Replacement],
        by_place: dict[Place, list[Replacement]],
        made: list[Replacement],
    ) -> None:
        """Add what the edits of a text come to."""
        new = markup.replaced(job.text, edits)
        if job.spelling == "moment":
            if _W3C_DATE.match(new) is None:
                made.append((*job.whole, b""))
                return
            edits = [(0, len(job.text), _moment(new))]
        if job.spelling == "literal":
            edits = formulas.literal(job.text, job.quote, edits)
        elif job.spelling == "figure" and formulas.NUMBER.fullmatch(new) is None:
            edits = [(0, len(job.text), b"0")]
        elif job.spelling == "address":
            edits = [(start, end, _address(text)) for start, end, text in edits]
        elif job.spelling == "cell" and formulas.NUMBER.fullmatch(new) is None:
            attributes = xml[slice(*job.tag)]
            typed = _NUMBER_TYPE.search(attributes)
            if typed is not None:
                made.append((job.tag[0] + typed.start(), job.tag[0] + typed.end(), b' t="str"'))
            elif b"t=" not in attributes:
                made.append((job.tag[0], job.tag[0], b' t="str"'))
        there = by_place.setdefault(job.place, [])
        there += [(job.base + start, job.base + end, text) for start, end, text in edits]

    # What a walk asks.

    def named(self, key: bytes) -> int:
        """The number of the name that a key gives to what it has."""
        if key in _PEOPLE:
            return self._person
        if key == b"userId":
            return self._user_id
        return self._desk.names.number(key) if self._own else 0

    @property
    def desk(self) -> Desk:
        """What it scrubs with."""
        return self._desk

    @property
    def root(self) -> str:
        """The outermost element."""
        return self._root

    @property
    def is_own(self) -> bool:
        """Whether elements are keys."""
        return self._own

    @property
    def gone(self) -> frozenset[str]:
        """The files that relations must not point to."""
        return self._gone

    def where(self, reference: bytes) -> int:
        """The name of the column that a reference begins in."""
        return self._where(reference)


class _Walk:
    """Goes through XML once and collects what is looked at."""

    def __init__(self, xml: bytes, loose: Loose) -> None:
        self._xml, self._loose = xml, loose
        self._renames = loose.desk.renames
        self._frames: list[_Frame] = []
        self._pending: list[Stretch] = []
        self._paragraphs = 0
        self._found = _Found()
        self._is_copy = loose.root in ("chartSpace", "externalLink")

    def found(self) -> _Found:
        """All that is looked at."""
        xml = self._xml
        for token in markup.tokens(xml):
            kind = token.kind
            if kind in ("text", "verbatim"):
                is_layout = not xml[token.start : token.end].strip() and (
                    self._paragraphs == 0 or self._is_break(token)
                )
                if not is_layout:
                    kind_of_text: Kind = "verbatim" if kind == "verbatim" else "text"
                    self._pending.append(Stretch(token.start, token.end, kind_of_text))
            elif kind == "comment":
                place = Place((Stretch(token.start, token.end, "verbatim"),))
                self._found.jobs.append(_Job(place, place.text(xml), 0))
            elif kind == "close":
                self._close(token)
            else:
                self._open(token)
        self._flush(len(xml))
        return self._found

    def _is_break(self, token: Token) -> bool:
        return b"\n" in self._xml[token.start : token.end]

    def _open(self, token: Token) -> None:
        if not self._paragraphs or token.name in (b"br", b"p"):
            self._flush(token.start)
        frame = self._frames[-1] if self._frames else None
        own = _Frame(
            token.name,
            token.start,
            token.attributes,
            frame.column if frame is not None else 0,
            frame is not None and frame.numeric,
        )
        own.numeric |= token.name in _NUMERIC
        self._attributes(own, token)
        if token.kind == "open":
            self._frames.append(own)
            self._paragraphs += token.name in _PARAGRAPHS

    def _close(self, token: Token) -> None:
        if not any(frame.name == token.name for frame in self._frames):
            return
        while True:
            is_paragraph = self._frames[-1].name in _PARAGRAPHS
            if not self._paragraphs or (is_paragraph and self._paragraphs == 1) or token.name == b"p":
                self._flush(token.end)
            frame = self._frames.pop()
            self._paragraphs -= is_paragraph
            if frame.name == token.name:
                return

    def _flush(self, end: int) -> None:
        """What was read of a text is whole; its element ends at `end`."""
        if not self._pending:
            return
        frame = self._frames[-1] if self._frames else _Frame(b"", 0, (0, 0), 0, numeric=False)
        stretches, self._pending = tuple(self._pending), []
        xml = self._xml
        if frame.name in _HEADERS:
            stretches = tuple(Stretch(s.start, s.end, "header") for s in stretches)
        place = Place(stretches)
        text = place.text(xml)
        if not text.strip():
            return
        if frame.name in _FORMULAS and not self._loose.is_own:
            self._formula(place, text, frame)
            if len(self._frames) > 1:
                self._frames[-2].column = self._loose.where(text) or self._frames[-2].column
            return
        if frame.name == b"lpstr" and self._renamed(place, text):
            return
        if _PLAIN_NO_TEXT.match(text) and text.strip(b"+-.0123456789eE") != b"":
            return
        column = frame.column
        if frame.name in _PEOPLE or self._loose.is_own:
            column = self._loose.named(frame.name)
        elif len(self._frames) > 1 and self._frames[-2].property_name:
            column = self._loose.desk.names.number(self._frames[-2].property_name)
        if frame.name in _PEOPLE and text in _PROGRAMS:
            return
        tag = self._frames[-2].attributes if len(self._frames) > 1 and self._frames[-2].name in _TYPED_CELLS else (0, 0)
        spelling: _Spelling = "plain"
        if _MOMENT.match(text):
            spelling = "moment"
        elif frame.numeric:
            spelling = "figure"
        elif tag[0]:
            spelling = "cell"
        self._found.jobs.append(
            _Job(place, text, column, spelling, whole=(frame.start, end), tag=tag, is_copy=self._is_copy)
        )

    def _renamed(self, place: Place, text: bytes) -> bool:
        """Whether it is the name of a sheet or a range that changes, as properties list them."""
        new = self._renames.sheets.get(text) or self._renames.words.get(text.lower())
        edits = [(0, len(text), new)] if new is not None else formulas.renamed(text, self._renames)
        self._found.known += place.spliced(self._xml, edits)
        return bool(edits)

    def _formula(self, place: Place, text: bytes, frame: _Frame) -> None:
        changed = formulas.renamed(text, self._renames) if self._renames else []
        self._found.known += place.spliced(self._xml, changed)
        is_list = frame.name == b"formula1" and text.startswith(b'"')
        for start, end, quote in formulas.literals(text):
            if any(low <= start < high for low, high, _ in changed):
                continue
            parts = _SEPARATED.finditer(text, start, end) if is_list else None
            spans = [(start, end)] if parts is None else [part.span() for part in parts]
            for first, last in spans:
                self._found.jobs.append(
                    _Job(place, text[first:last], frame.column, "literal", first, quote, is_copy=is_list)
                )

    def _attributes(self, frame: _Frame, token: Token) -> None:
        xml, loose = self._xml, self._loose
        found = [(name, name.rpartition(b":")[2], place) for name, place in markup.attributes(xml, token.attributes)]
        if not found:
            return
        if loose.root == "Relationships":
            self._relationship(token)
            return
        for _, local, place in found:
            if local in (b"ref", b"sqref"):
                frame.column = loose.where(place.text(xml)) or frame.column
        for name, local, place in found:
            if name.startswith(b"xmlns") or (local in _NO_TEXTS and not loose.is_own):
                continue
            text = place.text(xml)
            if token.name == b"property" and local == b"name":
                frame.property_name = text
            if self._named(token.name, local, place, text) or not text.strip():
                continue
            is_figure = (token.name, local) in _FIGURES
            if not is_figure and not loose.is_own and _PLAIN_NO_TEXT.match(text):
                continue
            if (token.name, local) in _FONTS or (local in _PEOPLE and text in _PROGRAMS):
                continue
            if local in _REFERENCES and (changed := formulas.renamed(text, self._renames)):
                self._found.known += place.spliced(xml, changed)
                continue
            stretch = place.stretches[0]
            whole = (xml.rfind(name, token.start, stretch.start), stretch.end + 1)
            spelling: _Spelling = "moment" if _MOMENT.match(text) else "plain"
            column = loose.named(local) or frame.column
            self._found.jobs.append(_Job(place, text, column, spelling, whole=whole, is_copy=is_figure))

    def _named(self, element: bytes, attribute: bytes, place: Place, text: bytes) -> bool:
        """Whether it is a name that others refer to, which changes everywhere or nowhere."""
        which = (element, attribute)
        if self._loose.is_own:
            return False
        if which in _SHEETS:
            new = self._renames.sheets.get(text)
        elif which in _WORDS:
            new = self._renames.words.get(text.lower())
        elif which in _COLUMNS:
            new = self._renames.columns.get(text)
            if new is None and element == b"cacheField":
                return False
        else:
            return False
        if new is not None:
            self._found.known += place.spliced(self._xml, [(0, len(text), new)])
        return True

    def _relationship(self, token: Token) -> None:
        xml = self._xml
        values = markup.values_of(xml, token.attributes)
        if values.get(b"TargetMode") != b"External":
            if values.get(b"Target", b"").decode().lstrip("/") in self._loose.gone:
                self._found.known.append((token.start, token.end, b""))
            return
        for name, place in markup.attributes(xml, token.attributes):
            if name == b"Target":
                self._found.jobs.append(_Job(place, place.text(xml), 0, "address"))


def _moment(date: bytes) -> bytes:
    """A date that may be a month or a year only, as readers want it: with its first day and a time."""
    if b"T" in date:
        return date
    return date + b"-01" * (2 - date.count(b"-")) + b"T00:00:00Z"


def _address(text: bytes) -> bytes:
    for sign, escape in _URI_ESCAPES:
        text = text.replace(sign, escape)
    return text


def _outermost(edits: list[Replacement]) -> list[Replacement]:
    """Edits without those within what another one takes away."""
    kept: list[Replacement] = []
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, new))
    return kept
