"""What stands before a value: words that make it likelier or less likely, and whether it fills its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonkit.detect.candidates import Bytes, Ints

WINDOW_BYTES = 60
AGAINST_BYTES = 32
RAISE = 0.35
LOWER = 0.5

_LABEL = re.compile(rb"<[A-Z][A-Z0-9_]{1,30}>|%3C[A-Z][A-Z0-9_]{1,30}%3E|&lt;[A-Z][A-Z0-9_]{1,30}&gt;")
# what may stand between a word and the value it speaks of
_GAP = "(?:[ \\t:=/\"'(\\[#_.\\\\-]|为|是|号|：|（|【|至|到|to ){0,6}"
_PADDING = b" \t\r\n\"'"
_GAP_BYTES = 6
_IN_GAP = np.zeros(256, bool)
_IN_GAP[list(b" \t:=/\"'([#_.\\-")] = True
_CASE = 0x20


@dataclass(frozen=True, slots=True)
class Words:
    """The context words of a card, compiled."""

    context: re.Pattern[bytes] | None
    against: re.Pattern[bytes] | None
    endings: Ints

    @staticmethod
    def of(context: Iterable[str], against: Iterable[str]) -> Words:
        """Compile a card's `context` and `against` words."""
        raising, lowering = _any_of(context), _any_of(against)
        return Words(
            re.compile(raising) if raising else None,
            re.compile(b"(?:" + lowering + b")" + b"s?" + _GAP.encode() + rb"\Z") if lowering else None,
            _endings(against),
        )

    def may_speak_against(self, raw: Bytes, start: Ints) -> npt.NDArray[np.bool_]:
        """A quick look: before which starts, behind what may stand between, the letters end as a word against does."""
        at = start - 1
        for _ in range(_GAP_BYTES):
            at = np.where(_IN_GAP[raw[np.maximum(at, 0)]], at - 1, at)
        at = np.maximum(at, 2)
        return np.isin(_ending(raw[at - 2], raw[at - 1], raw[at]), self.endings)

    def weigh(self, buffer: bytes, start: int, floor: int) -> tuple[float, tuple[str, ...]]:
        """How much the words before `start` change the confidence, and which words they were.

        floor  where the last finding before `start` ends: words before it speak of that finding
        """
        low = max(floor, start - WINDOW_BYTES)
        newline = buffer.rfind(b"\n", low, start)
        low = max(low, newline + 1)
        window = buffer[low:start]
        if b">" in window or b"%3E" in window or b"&gt;" in window:
            labels = list(_LABEL.finditer(window))
            if labels:
                low += labels[-1].end()
                window = buffer[low:start]
        words: list[str] = []
        change = 0.0
        if self.context is not None:
            words = sorted({m[0].decode(errors="replace").lower() for m in self.context.finditer(window)})
            change = RAISE if words else 0.0
        if self.against is not None:
            against = self.against.search(buffer[max(low, start - AGAINST_BYTES) : start])
            if against:
                word = against[0].decode(errors="replace").strip(" \t:=/\"'([#_.\\-").lower()
                return change - LOWER, (*words, "-" + word)
        return change, tuple(words)


def _ending(third: Bytes, second: Bytes, last: Bytes) -> Ints:
    """Three bytes as one number, letters in one case."""
    return (third.astype(np.int64) << 16 | second.astype(np.int64) << 8 | last) | (_CASE << 16 | _CASE << 8 | _CASE)


def _endings(words: Iterable[str]) -> Ints:
    """The last three bytes of the words, with what a gap may hold besides blanks and signs, and of plurals."""
    forms = [w.encode() for w in words]
    forms += [f + b"s" for f in forms]
    forms += [f + c.encode() for f in forms for c in ("为", "是", "号", "：", "（", "【", "至", "到")] + [b" to", b"\nto"] if forms else []
    forms += [before + f for f in forms if len(f) < 3 for before in (b" ", b";", b"(", b"_", b"\n", b'"', b",", b"-", b"[", b"{", b"\t")]  # noqa: PLR2004
    last = np.array([list((b"\0\0" + f)[-3:]) for f in forms] or np.empty((0, 3)), np.uint8)
    return np.unique(_ending(last[:, 0], last[:, 1], last[:, 2]))


def _any_of(words: Iterable[str]) -> bytes:
    parts = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        escaped = re.escape(word).encode()
        if word[0].isascii() and word[0].isalpha():
            capital = re.escape(word[0].upper() + word[1:]).encode()
            parts.append(b"(?<![A-Za-z])(?i:" + escaped + b")|(?<=[a-z])" + capital)
        else:
            parts.append(b"(?i:" + escaped + b")")
    return b"|".join(parts)


def fills_line(buffer: bytes, start: int, end: int) -> bool:
    """Whether nothing but blanks and quotes stands beside [start, end) in its line."""
    return _padding_to_line_end(buffer, start, -1) and _padding_to_line_end(buffer, end - 1, 1)


def _padding_to_line_end(buffer: bytes, at: int, step: int, furthest: int = 16) -> bool:
    for _ in range(furthest):
        at += step
        if not 0 <= at < len(buffer) or buffer[at] == 10:  # noqa: PLR2004  a newline
            return True
        if buffer[at] not in _PADDING:
            return False
    return False
