"""What becomes of the copies of cells that pivot tables keep?

The cache has each column's items, and records that name items or hold values. No two items may be alike, so equal
results get numbers; and Excel is told to read the cache anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from anonkit.io.tables.xlsx import formulas, markup
from anonkit.io.tables.xlsx.markup import Place, Replacement, Token
from anonkit.io.tables.xlsx.names import unlike
from anonkit.io.tables.xlsx.texts import Desk, Texts

_ITEMS = (b"s", b"n", b"d")
_BATCH = 100_000
_MIDNIGHT = b"T00:00:00"
_DAY = re.compile(rb"\d{4}-\d\d-\d\d\Z")
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\Z")
_DESCRIBES = re.compile(
    rb"\s(?:containsSemiMixedTypes|containsNonDate|containsDate|containsString|containsMixedTypes|containsNumber"
    rb"|containsInteger|minValue|maxValue|minDate|maxDate|longText)\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)
_REFRESH = re.compile(rb"\srefreshOnLoad\s*=\s*(?:\"[^\"]*\"|'[^']*')")


@dataclass(slots=True)
class _Item:
    """A value, where it is written, and the number of its column (in records) or group of items."""

    token: Token
    place: Place
    text: bytes
    group: int


@dataclass(slots=True)
class _Groups:
    """The items of one column, which must stay apart, and where they are described."""

    described: tuple[int, int] = (0, 0)
    items: list[int] = field(default_factory=list)


def fields(xml: bytes) -> list[bytes]:
    """The names of the columns of a cache."""
    return [markup.values_of(xml, place).get(b"name", b"") for place in markup.element(xml, b"cacheField")]


def scrub_cache(desk: Desk, xml: bytes, in_records: frozenset[int]) -> bytes:
    """The definition of a cache, scrubbed; the same bytes where nothing changed.

    in_records  the numbers of the columns of which values in records changed
    """
    groups: list[_Groups] = []
    items: list[_Item] = []
    texts = Texts()
    name, column = 0, -1
    edits: list[Replacement] = []
    for token in markup.tokens(xml):
        if token.kind not in ("open", "empty"):
            continue
        if token.name == b"cacheField":
            name = desk.names.number(markup.values_of(xml, token.attributes).get(b"name", b""))
            column += 1
        elif token.name == b"sharedItems" and token.kind == "empty" and column in in_records:
            edits.append(_described(xml, token.attributes, {b"n", b"s"}))
        elif token.name in (b"sharedItems", b"groupItems"):
            groups.append(_Groups(token.attributes if token.name == b"sharedItems" else (0, 0)))
        elif token.name in _ITEMS and groups:
            item = _item(xml, token, len(groups) - 1)
            if item is not None:
                groups[-1].items.append(texts.add(item.text, name, desk.next_record()))
                items.append(item)
    found = _edits(desk, texts)
    if not found and not in_records:
        return xml
    for group in groups:
        changed = [number for number in group.items if number in found]
        if not changed:
            continue
        taken = {items[number].text.lower() for number in group.items if number not in found}
        kinds = {items[number].token.name for number in group.items if number not in found}
        for number in changed:
            new = unlike(markup.replaced(items[number].text, found[number]), taken)
            taken.add(new.lower())
            kind, edit = _written(xml, items[number], new)
            kinds.add(kind)
            edits.append(edit)
        if group.described[1]:
            edits.append(_described(xml, group.described, kinds))
    root = next(markup.element(xml, b"pivotCacheDefinition"))
    opened = _REFRESH.sub(b"", xml[slice(*root)])
    edits.append((*root, b' refreshOnLoad="1"' + opened))
    return markup.replaced(xml, edits)


def scrub_records(desk: Desk, xml: bytes, names: list[bytes]) -> tuple[bytes, frozenset[int]]:
    """The records of a cache whose columns have these names, scrubbed, and in which of them something changed."""
    numbers = [desk.names.number(name) for name in names]
    edits: list[Replacement] = []
    texts, items = Texts(), list[_Item]()
    columns: set[int] = set()

    def settle() -> None:
        for number, changes in _edits(desk, texts).items():
            columns.add(items[number].group)
            edits.append(_written(xml, items[number], markup.replaced(items[number].text, changes))[1])
        texts.clear()
        items.clear()

    for at, record in _values(xml, desk.next_record):
        if len(items) >= _BATCH:
            settle()
        item = _item(xml, at[1], at[0]) if at[1].name in _ITEMS else None
        if item is not None:
            texts.add(item.text, numbers[at[0]] if at[0] < len(numbers) else 0, record)
            items.append(item)
    settle()
    return (markup.replaced(xml, edits) if edits else xml), frozenset(columns)


def _values(xml: bytes, next_record: Callable[[], int]) -> Iterator[tuple[tuple[int, Token], int]]:
    """The values of records, with the number of their column, and of their record."""
    at = record = 0
    depth = 0
    for token in markup.tokens(xml):
        if token.name == b"r" and token.kind == "open":
            at, depth, record = 0, 0, next_record()
        elif token.kind in ("open", "empty"):
            if depth == 0:
                yield (at, token), record
                at += 1
            depth += token.kind == "open"
        elif token.kind == "close":
            depth -= 1


def _edits(desk: Desk, texts: Texts) -> dict[int, list[Replacement]]:
    found = desk.edits(texts)
    for number, text in enumerate(texts.texts):
        if number not in found and text in desk.told:
            found[number] = [(0, len(text), desk.told[text])]
    return found


def _item(xml: bytes, token: Token, group: int) -> _Item | None:
    for name, place in markup.attributes(xml, token.attributes):
        if name == b"v":
            text = place.text(xml)
            return _Item(token, place, text.removesuffix(_MIDNIGHT) if token.name == b"d" else text, group)
    return None


def _written(xml: bytes, item: _Item, new: bytes) -> tuple[bytes, Replacement]:
    """The kind that an item is when its text has become another, and the edit."""
    token = item.token
    if token.name == b"d" and _DAY.match(new):
        new += _MIDNIGHT
    fits = {b"s": True, b"n": formulas.NUMBER.fullmatch(new) is not None, b"d": _MOMENT.match(new) is not None}
    stretch = item.place.stretches[0]
    written = markup.encoded(new).replace(b'"', b"&quot;").replace(b"'", b"&apos;")
    if fits[token.name]:
        return token.name, (stretch.start, stretch.end, written)
    prefix = xml[token.start + 1 : token.attributes[0] - len(token.name)]
    close = b"/>" if token.kind == "empty" else b">"
    if token.kind == "open":  # with more within, and an end tag: a number, then
        return token.name, (stretch.start, stretch.end, b"0" if token.name == b"n" else b"1900-01-01T00:00:00")
    return b"s", (token.start, token.end, b'<%bs v="%b"%b' % (prefix, written, close))


def _described(xml: bytes, place: tuple[int, int], kinds: set[bytes]) -> Replacement:
    """How the items of a column are described, which says nothing of the values that they were."""
    said = b""
    if kinds == {b"n"}:
        said = b' containsSemiMixedTypes="0" containsString="0" containsNumber="1"'
    elif b"n" in kinds:
        said = b' containsMixedTypes="1" containsNumber="1"'
    elif kinds == {b"d"}:
        said = b' containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" containsString="0"'
    elif b"d" in kinds:
        said = b' containsDate="1" containsMixedTypes="1"'
    return (*place, said + _DESCRIBES.sub(b"", xml[slice(*place)]))
