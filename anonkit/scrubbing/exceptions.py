"""Which values does a policy except: never personal (allow), or always (deny)?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cached_property

import numpy as np

from anonkit.model import Values

_WORD = re.compile(r"[^\s,;:=\"'`<>()\[\]{}|，。；：、（）【】「」《》]+")
_WORD_CHARACTER = re.compile(r"[0-9A-Za-z]")


class Exceptions:
    """One list of a policy. Immutable."""

    def __init__(self, values: Values) -> None:
        self._values = frozenset(values.values)
        self._patterns = [re.compile(pattern) for pattern in values.patterns]
        self._hashed = frozenset(h.lower() for h in values.hashed)
        self._digests = [digest for name, digest in _DIGESTS.items() if any(h.startswith(name) for h in self._hashed)]

    def __bool__(self) -> bool:
        return bool(self._values or self._patterns or self._hashed)

    def holds(self, value: bytes, entity: str) -> bool:
        """Whether the list names this value, which stands in the text as it does, escapes and all."""
        from anonkit.transform.plain import canonical, plain  # noqa: PLC0415  most policies have no such list

        text = plain(value)
        one = canonical(text, entity)
        if one in self._values or text in self._values:
            return True
        if any(pattern.fullmatch(one) or pattern.fullmatch(text) for pattern in self._patterns):
            return True
        return self._is_hashed(one)

    def find(self, utf8: bytes) -> list[tuple[int, int]]:
        """Where in a text what the list names stands, words of their own; ascending, not overlapping."""
        text = utf8.decode("utf-8", "surrogateescape")
        spans = [match.span() for match in self._search.finditer(text)] if self._search else []
        spans += [match.span() for pattern in self._patterns for match in pattern.finditer(text)]
        if self._hashed:
            spans += [match.span() for match in _WORD.finditer(text) if self._is_hashed(match[0])]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(span for span in spans if span[0] < span[1]):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return _in_bytes(text, merged)

    @cached_property
    def _search(self) -> re.Pattern[str] | None:
        parts = []
        for value in sorted(self._values, key=lambda v: (-len(v), v)):
            before = r"(?<![0-9A-Za-z])" if _WORD_CHARACTER.match(value[:1]) else ""
            after = r"(?![0-9A-Za-z])" if _WORD_CHARACTER.match(value[-1:]) else ""
            parts.append(before + re.escape(value) + after)
        return re.compile("|".join(parts)) if parts else None

    def _is_hashed(self, value: str) -> bool:
        return any(digest(value) in self._hashed for digest in self._digests)


def _sha256(value: str) -> str:
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _sm3(value: str) -> str:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  only where a list says so

    digest = hashes.Hash(hashes.SM3())
    digest.update(value.encode("utf-8", "surrogatepass"))
    return "sm3:" + digest.finalize().hex()


_DIGESTS: dict[str, Callable[[str], str]] = {"sha256:": _sha256, "sm3:": _sm3}


def _in_bytes(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges of code points as ranges of bytes; an invalid byte stands as a surrogate of its own."""
    if not spans or text.isascii():
        return spans
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = 1 + (points >= 0x80).astype(np.int64) + (points >= 0x800) + (points >= 0x10000)  # noqa: PLR2004  of UTF-8
    sizes[(points >= 0xD800) & (points < 0xE000)] = 1  # noqa: PLR2004  surrogates
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return [(int(starts[start]), int(starts[end])) for start, end in spans]
