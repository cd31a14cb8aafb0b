"""Which values does a policy except: never personal (allow), or always (deny)?"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property

import hyperscan

from anonkit.detect import views
from anonkit.detect.database import Expression, compile_database
from anonkit.model import Values
from anonkit.policy import patterns

_Span = tuple[int, int]

_WORD = re.compile(r"[^\s,;:=\"'`<>()\[\]{}|，。；：、（）【】「」《》]+")
_LINE = re.compile(rb"[^\r\n]+")
_WORD_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_PADDING = b"\n" * 4  # so that every neighbour exists, as the triggers of views want it


class Exceptions:
    """One list of a policy. Immutable."""

    def __init__(self, values: Values) -> None:
        self._values = frozenset(value for value in values.values if value)
        self._patterns = [re.compile(pattern) for pattern in values.patterns]
        self._in_lines = [patterns.bordered(pattern) for pattern in values.patterns]
        self._hashed = frozenset(h.lower() for h in values.hashed)
        self._digests = [digest for name, digest in _DIGESTS.items() if any(h.startswith(name) for h in self._hashed)]

    def __bool__(self) -> bool:
        return bool(self._values or self._patterns or self._hashed)

    def holds(self, value: bytes, entity: str) -> bool:
        """Whether the list names this value, which stands in the text as it does, escapes and all."""
        from anonkit.transform.plain import plain  # noqa: PLC0415  most policies have no such list
        from anonkit.transform.spelling import canonical  # noqa: PLC0415  as above

        text = plain(value)
        one = canonical(text, entity)
        if one in self._values or text in self._values:
            return True
        if any(pattern.fullmatch(one) or pattern.fullmatch(text) for pattern in self._patterns):
            return True
        return self._is_hashed(one)

    def find(self, utf8: bytes) -> list[_Span]:
        """Where in a text what the list names stands, words of their own; ascending, not overlapping.

        Nothing is found across the end of a line. What stands behind escapes is found as well, in whole escapes.
        """
        merged: list[_Span] = []
        for start, end in sorted(self._found(_PADDING + utf8, views.MAX_DEPTH)):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return [(start - len(_PADDING), end - len(_PADDING)) for start, end in merged]

    def _found(self, buffer: bytes, depth: int) -> Iterator[_Span]:
        """What stands in a padded text, and, to this depth, in decoded views of its lines with escapes."""
        words, triggers = self._words.find(buffer)
        yield from words
        if self._in_lines or self._hashed:
            yield from self._in_each_line(buffer)
        if triggers and depth:
            view = views.decoded(buffer, triggers)
            for start, end in self._found(_PADDING + view.text, depth - 1):
                origin = view.origin(start - len(_PADDING), end - len(_PADDING))
                if origin is not None:
                    yield origin

    def _in_each_line(self, buffer: bytes) -> Iterator[_Span]:
        known: dict[str, bool] = {}
        for line in _LINE.finditer(buffer):
            text = line[0].decode("utf-8", "surrogateescape")
            spans = [match.span() for pattern in self._in_lines for match in pattern.finditer(text)]
            for word in _WORD.finditer(text) if self._hashed else ():
                if word[0] not in known:
                    known[word[0]] = self._is_hashed(word[0])
                if known[word[0]]:
                    spans.append(word.span())
            yield from _in_bytes(text, spans, line.start())

    @cached_property
    def _words(self) -> _Words:
        from anonkit.transform.width import narrow  # noqa: PLC0415  as above

        # a view is narrow, the text itself is as it is
        values = self._values | {narrow(value) for value in self._values} - {""}
        return _Words({value.encode("utf-8", "surrogatepass") for value in values}, _wide_triggers(self))

    @property
    def letters(self) -> str:
        """The ASCII characters which what the list names may hold."""
        anything = "".join(map(chr, sorted(_WORD_BYTES))) if self._patterns or self._hashed else ""
        return anything + "".join(self._values)

    def _is_hashed(self, value: str) -> bool:
        return any(digest(value) in self._hashed for digest in self._digests)


class _Words:
    """All values of a list in one Vectorscan database, which is in memory only: the values are personal.

    Time does not depend on how many there are. 5,000 are compiled in 0.2 s.
    """

    _MOST_BYTES = 64  # of a value in the database; the rest is compared

    def __init__(self, values: set[bytes], triggers: list[bytes]) -> None:
        by_beginning: dict[bytes, list[bytes]] = defaultdict(list)
        for value in sorted(values):
            by_beginning[value[: self._MOST_BYTES]].append(value)
        self._values = list(by_beginning.items())
        regexes = [*triggers, *(b"".join(b"\\x%02x" % byte for byte in beginning) for beginning in by_beginning)]
        self._triggers = len(triggers)
        self._database = compile_database([Expression(regex, 0, "a list of the policy") for regex in regexes])
        self._local = threading.local()

    def find(self, buffer: bytes) -> tuple[list[_Span], list[int]]:
        """Where values stand as they are, not within words; and where the triggers of views are, ascending."""
        hits: list[tuple[int, int]] = []

        def on_hit(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            hits.append((number, end))

        self._database.scan(buffer, match_event_handler=on_hit, scratch=self._scratch())
        first = self._triggers
        found = [span for number, end in hits if number >= first for span in self._at(buffer, number - first, end)]
        return found, sorted(end - 1 for number, end in hits if number < first)

    def _at(self, buffer: bytes, number: int, end: int) -> Iterator[_Span]:
        beginning, values = self._values[number]
        start = end - len(beginning)
        for value in values:
            if buffer.startswith(value, start) and _is_word(buffer, start, start + len(value)):
                yield start, start + len(value)

    def _scratch(self) -> hyperscan.Scratch:
        """The room in which a scan works, one for each thread."""
        scratch: hyperscan.Scratch | None = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = hyperscan.Scratch(self._database)
        return scratch


def _is_word(buffer: bytes, start: int, end: int) -> bool:
    """Whether what stands there is not a part of a longer run of ASCII letters and digits."""
    begins_within = buffer[start] in _WORD_BYTES and start > 0 and buffer[start - 1] in _WORD_BYTES
    ends_within = buffer[end - 1] in _WORD_BYTES and end < len(buffer) and buffer[end] in _WORD_BYTES
    return not begins_within and not ends_within


def _wide_triggers(exceptions: Exceptions) -> list[bytes]:
    """What tells the lines of which a decoded view is needed: all escapes, and what is full-width of the values."""
    letters = sorted({sign for sign in exceptions.letters if "!" <= sign <= "~"})
    wide = [chr(ord(sign) + 0xFEE0) for sign in letters]
    if " " in exceptions.letters:
        wide.append("\u3000")
    found = list(views.TRIGGERS)
    if wide:
        found.append(b"|".join(b"".join(b"\\x%02x" % byte for byte in sign.encode()) for sign in wide))
    if any(sign.isalnum() for sign in letters):
        found.append(rb"\\[nrtbf][0-9A-Za-z]")  # \nPRJ-77 in a string
    return found


def _sha256(value: str) -> str:
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _sm3(value: str) -> str:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  only where a list says so

    digest = hashes.Hash(hashes.SM3())
    digest.update(value.encode("utf-8", "surrogatepass"))
    return "sm3:" + digest.finalize().hex()


_DIGESTS: dict[str, Callable[[str], str]] = {"sha256:": _sha256, "sm3:": _sm3}


def _in_bytes(text: str, spans: list[_Span], offset: int) -> Iterator[_Span]:
    """Ranges of code points as ranges of bytes behind `offset`; an invalid byte stands as a surrogate of its own."""
    places: dict[int, int] = {}
    at = size = 0
    for place in sorted({place for span in spans for place in span}):
        size += len(text[at:place].encode("utf-8", "surrogateescape"))
        at, places[place] = place, size
    for start, end in spans:
        if start < end:
            yield offset + places[start], offset + places[end]
