"""Where are values that a key can restore, and what were they?

Restoring needs no detection and no policy: a token says that it is one, whose key made it, and for which purpose and
epoch (see transform/token.py). What it holds are the bytes as they were found, so they are put back as they are,
whatever encoding stands around them; only in UTF-16 they are written as the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar, cast

from anonkit.errors import TokenError
from anonkit.io import encodings, splice
from anonkit.keys import tags
from anonkit.model import Edit, Finding
from anonkit.transform import tagged, token

if TYPE_CHECKING:
    from anonkit.keys.key import Key
    from anonkit.restoring.columns import Columns

_Data = TypeVar("_Data")

LEFT, CHANGED, CUT = "left ", "changed ", "cut "
"""What counts of `Restorer` begin with, before the entity, for tokens that are not restored.

LEFT     of another key or recipient
CHANGED  of ours, but nothing that our key made
CUT      of ours, but not complete
"""

# The rare part of a token, which is looked for first; what opens it is read backwards from there.
_KEY_ID = re.compile(rb":([a-z2-7]{6})\.")
_OPENING = re.compile(rb"(?:<|%3[Cc]|&lt;|\\{1,16}+u003[cC])[A-Z][A-Z0-9_]{1,30}\Z")
_MOST_OPENERS = 1024
_OPENING_BYTES = 52
_CUT_KEY_ID = re.compile(rb":([a-z2-7]{1,6})\Z")
# what stood there without quotes: numbers, arrays, and the other literals of JSON (see transform/syntax.py)
_BARE = re.compile(rb"-?[0-9][-+0-9.eE, \t]*|\[.*\]|true|false|null", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A token at [start, end) of a block, or a value in a column, and what takes its place.

    entity  begins with LEFT, CHANGED or CUT where it stays as it is
    """

    start: int
    end: int
    entity: str
    replacement: bytes


class Restorer:
    """Puts back what a key encrypted for a recipient; an `io.engine.Engine`, so that files are read as for scrubbing.

    columns  what has no tag and is restored as well

    What cannot be restored stays as it is and is counted under LEFT, CHANGED or CUT: see `checked`.
    """

    is_restorable = True  # no part of a token may be dropped

    def __init__(self, key: Key, recipient: str = "", columns: Columns | None = None) -> None:
        self._key, self._recipient, self._columns = key, recipient, columns
        self._ids = {generation.tag_id(recipient).encode(): generation.id for generation in key.generations}
        self._openers: dict[tuple[bytes, bytes], Callable[[bytes], bytes]] = {}

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Restore whole lines; returns them with the number of tokens by entity."""
        parts: list[bytes] = []
        counts: dict[str, int] = {}
        at = 0
        for found in self.find(utf8):
            parts += (utf8[at : found.start], found.replacement)
            at = found.end
            counts[found.entity] = counts.get(found.entity, 0) + 1
        if not parts:
            return utf8, counts
        parts.append(utf8[at:])
        return b"".join(parts), counts

    def edits(self, utf8: bytes, original_of: object = None) -> list[Edit]:  # noqa: ARG002  what an Engine has
        """What `scrub_block` would do; tokens that stay are among them."""
        return [Edit(found.start, found.end, found.replacement, found.entity) for found in self.find(utf8)]

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:  # noqa: ARG002  the same
        """Nothing: tokens are no findings."""
        return []

    def scrub(self, x: bytes) -> bytes:
        """A name as it is."""
        return x

    def find(self, utf8: bytes) -> Iterable[Found]:
        """The tokens of a block, and the values in columns that have none; in order."""
        if self._columns is None:
            return self._tokens(utf8)
        found = list(self._tokens(utf8))
        taken = [span for token_ in found for span in (token_.start, token_.end)]
        for start, end, entity, value in self._columns.find(utf8, lambda block: _spliced(block, found)):
            at = bisect_right(taken, start)
            if at % 2 == 0 and (at == len(taken) or taken[at] >= end):
                found.append(Found(start, end, entity, value))
        return sorted(found, key=attrgetter("start"))

    def _tokens(self, utf8: bytes) -> Iterator[Found]:
        end = 0
        for key_id in _KEY_ID.finditer(utf8):
            low = max(end, key_id.start() - _OPENING_BYTES)
            opening = _OPENING.search(utf8, low, key_id.start())
            if opening is None:
                continue
            found = self._token(utf8, opening.start())
            if found is not None:
                end = found.end
                yield found
        cut = _CUT_KEY_ID.search(utf8, max(end, len(utf8) - _OPENING_BYTES))
        opening = _OPENING.search(utf8, max(end, cut.start() - _OPENING_BYTES), cut.start()) if cut else None
        if cut and opening and any(key_id.startswith(cut[1]) for key_id in self._ids):
            entity = CUT + _entity_of(opening.group())
            yield Found(opening.start(), len(utf8), entity, utf8[opening.start() :])

    def broken(self, utf8: bytes) -> list[tuple[int, int]]:
        """Where tokens of ours stand that were changed, or cut off."""
        return [(found.start, found.end) for found in self.find(utf8) if is_broken(found.entity)]

    def is_ours_at(self, utf8: bytes, start: int) -> bool:
        """Whether a token begins there that carries the tag of our key."""
        match = token.ENCRYPTED.match(utf8, start) or token.CUT.match(utf8, start)
        return match is not None and self.generation_of(match["tag"]) is not None

    def is_broken_at(self, utf8: bytes, start: int) -> bool:
        """Whether such a token begins there."""
        found = self._token(utf8, start)
        return found is not None and is_broken(found.entity)

    def opened(self, complete: re.Match[bytes]) -> bytes | None:
        """What a complete token of ours holds; None where our key did not make it."""
        of = complete["tag"], complete["entity"]
        opener = self._openers.get(of)
        if opener is None:
            secret = self._key.secret_of(of[0].decode(), of[1].decode(), recipient=self._recipient)
            if secret is None:
                return None
            if len(self._openers) >= _MOST_OPENERS:  # so many are made up
                self._openers.clear()
            opener = self._openers[of] = tagged.opener(secret)
        try:
            return opener(complete["body"])
        except TokenError:
            return None

    def generation_of(self, tag: bytes) -> str | None:
        """The id of the generation of our key that a tag names; None where it is of another key or recipient."""
        return self._ids.get(tag[: tags.KEY_ID_CHARACTERS])

    def _token(self, utf8: bytes, start: int) -> Found | None:
        complete = token.ENCRYPTED.match(utf8, start)
        match = complete or token.CUT.match(utf8, start)
        if match is None:
            return None
        entity = match["entity"].decode()
        if self.generation_of(match["tag"]) is None:
            kept = LEFT + entity
        elif complete is None:
            kept = CUT + entity
        else:
            value = self.opened(complete)
            if value is not None:
                return _restored(complete, entity, value)
            kept = CHANGED + entity
        return Found(match.start(), match.end(), kept, match.group())


def _entity_of(opening: bytes) -> str:
    name = re.search(rb"[A-Z][A-Z0-9_]*\Z", re.sub(rb"\A%3[Cc]|\A\\+u003[cC]", b"", opening))
    return name.group().decode() if name else ""


def _restored(match: re.Match[bytes], entity: str, value: bytes) -> Found:
    """A token and its value; with the quotes that it got, and its sign before it, where it says that it got some."""
    start, end = match.span()
    utf8, opening, close = match.string, match["open"], match["close"]
    backslashes = opening.count(b"\\")
    if match["mark"] == token.ADDED_QUOTES:
        before = re.compile(rb"(\\*'|\")(-?)\Z").search(utf8, max(0, start - 20), start)
        quote, sign = (before[1], before[2]) if before else (b"", b"")
    elif backslashes and close == b">":
        quote = b"\\" * (backslashes - 1) + b'"'
        sign = b"-" if utf8.endswith(b"-", 0, start) else b""
    else:
        # a character of GBK before it may end in a backslash, which is none of ours
        return Found(start + max(0, backslashes - close.count(b"\\")) * bool(backslashes), end, entity, value)
    first = start - len(sign) - len(quote)
    opens = quote and first >= 0 and utf8.startswith(quote + sign, first) and not utf8.endswith(b"\\", 0, first)
    if opens and utf8.startswith(quote, end) and _BARE.fullmatch(value):
        return Found(first, end + len(quote), entity, sign + value)
    return Found(start, end, entity, value)


def restored(x: _Data, key: Key | str, recipient: str = "") -> _Data:
    """Put back the values in `x`; see anonkit.restore."""
    if isinstance(key, str):
        from anonkit.keys import references  # noqa: PLC0415  only where a key is loaded

        loaded = references.load(key)
        try:
            return restored(x, loaded, recipient)
        finally:
            loaded.wipe()
    restorer = Restorer(key, recipient)
    if not isinstance(x, str | bytes):
        from anonkit.restoring import tables  # noqa: PLC0415  only where tables are restored

        made: _Data = tables.restored(restorer, x)
        return made
    return cast("_Data", _restored_text(restorer, x) if isinstance(x, str) else _restored_bytes(restorer, x))


def _restored_bytes(restorer: Restorer, x: bytes) -> bytes:
    encoding = encodings.detect(x)
    found = splice.edits(restorer, x, bytes_of(encoding))
    checked(found, lambda place: encodings.count_line_ends(x, encoding, 0, place) + 1, "the input")
    return _spliced(x, found)


def _restored_text(restorer: Restorer, text: str) -> str:
    block = text.encode("utf-8", "surrogatepass")
    found = restorer.edits(block)
    checked(found, lambda place: encodings.count_line_ends(block, "utf-8", 0, place) + 1, "the text")
    parts: list[str] = []
    at = 0
    for edit in found:
        parts += (block[at : edit.start].decode("utf-8", "surrogatepass"), as_text(edit.replacement))
        at = edit.end
    parts.append(block[at:].decode("utf-8", "surrogatepass"))
    return "".join(parts)


def _spliced(data: bytes, edits: Sequence[Edit | Found]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for edit in edits:
        parts += (data[at : edit.start], edit.replacement)
        at = edit.end
    parts.append(data[at:])
    return b"".join(parts)


def as_text(value: bytes) -> str:
    """A value as text: UTF-8, or GB18030 where it is none."""
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode("gb18030", "surrogateescape")


def bytes_of(encoding: encodings.Encoding) -> encodings.Encoding:
    """How text is read to be restored: tokens are ASCII, so that only in UTF-16 they are not found as they are."""
    return encoding if encoding.startswith("utf-16") else "utf-8"


def checked(found: list[Edit], line_of: Callable[[int], int], name: str) -> None:
    """Raise TokenError where one of the tokens was changed or cut off, or where none is ours though there are some."""
    for edit in found:
        if is_broken(edit.entity):
            raise broken(edit.entity, name, line_of(edit.start))
    refuse_foreign(Counter(edit.entity for edit in found), name)


def is_broken(entity: str) -> bool:
    """Whether the entity of a token says that it was changed or cut off."""
    return entity.startswith((CHANGED, CUT))


def broken(entity: str, name: str, line: int) -> TokenError:
    """The error for such a token in a line, counted from 1."""
    how = "changed after it was made" if entity.startswith(CHANGED) else "cut off"
    return TokenError(
        f"{name}, line {line}: a tagged {entity.rpartition(' ')[2]} was {how}; nothing was restored, "
        "get an unchanged copy"
    )


def refuse_foreign(counts: Mapping[str, int], name: str) -> None:
    """Raise TokenError where there are tokens, and all of them of other keys or recipients."""
    if counts and all(entity.startswith(LEFT) for entity in counts):
        msg = (
            f"{name}: none of its {sum(counts.values())} tagged values was made with this key for this recipient; "
            "check --key and --recipient"
        )
        raise TokenError(msg)
