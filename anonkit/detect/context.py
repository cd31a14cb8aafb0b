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
_GAP = b" \t:=/\"'([#_.>\\-"
_CONNECTORS = frozenset(c.encode() for c in ("为", "是", "号", "：", "（", "【", "至", "到")) | {b" to"}
_PADDING = b" \t\r\n\"'"
_GAP_BYTES = 6
_IN_GAP = np.zeros(256, bool)
_IN_GAP[list(_GAP)] = True
_CASE = 0x20
_ENDING_BYTES = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The context words of a card, in lower case as UTF-8."""

    context: tuple[bytes, ...]
    against: tuple[bytes, ...]
    endings: Ints

    @staticmethod
    def of(context: Iterable[str], against: Iterable[str]) -> Words:
        """Prepare a card's `context` and `against` words."""
        return Words(_lower(context), _lower(against), _endings(against))

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
        change = 0.0
        words: list[str] = []
        if self.context:
            lower = window.lower()
            words = [w.decode() for w in self.context if w in lower and _has_word(window, lower, w)]
            change = RAISE if words else 0.0
        if self.against and (word := self._against(buffer[max(low, start - AGAINST_BYTES) : start])):
            return change - LOWER, (*words, "-" + word)
        return change, tuple(words)

    def against_at(self, buffer: bytes, start: int) -> float:
        """How much a word that stands right before `start` lowers the confidence: 0 or -LOWER."""
        low = max(0, start - AGAINST_BYTES)
        return -LOWER if self._against(buffer[buffer.rfind(b"\n", low, start) + 1 or low : start]) else 0.0

    def _against(self, before: bytes) -> str:
        """The word against a value that stands right before it, if there is one."""
        for _ in range(_GAP_BYTES):
            before = before.rstrip(_GAP)
            if before[-3:] not in _CONNECTORS or before.lower().endswith(self.against):
                break
            before = before[:-3]
        lower = before.lower()
        for tail in (lower, lower.removesuffix(b"s")):
            if tail.endswith(self.against):
                for word in self.against:
                    if tail.endswith(word) and _begins_word(before, len(tail) - len(word)):
                        return word.decode()
        return ""


def _lower(words: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(w.lower().encode() for w in sorted(set(words), key=lambda w: (-len(w), w)))


def _has_word(text: bytes, lower: bytes, word: bytes) -> bool:
    at = lower.find(word)
    while at >= 0:
        if _begins_word(text, at):
            return True
        at = lower.find(word, at + 1)
    return False


def _begins_word(text: bytes, at: int) -> bool:
    """Whether a word begins at `at`: behind what is no letter, or as a capital behind a small letter."""
    here, before = text[at : at + 1], text[at - 1 : at] if at else b""
    return not (here.isalpha() and before.isalpha()) or (here.isupper() and before.islower())


def _ending(third: Bytes, second: Bytes, last: Bytes) -> Ints:
    """Three bytes as one number, letters in one case."""
    return (third.astype(np.int64) << 16 | second.astype(np.int64) << 8 | last) | (_CASE << 16 | _CASE << 8 | _CASE)


def _endings(words: Iterable[str]) -> Ints:
    """The last three bytes of the words, with what a gap may hold besides blanks and signs, and of plurals."""
    forms = [w.encode() for w in words]
    forms += [f + b"s" for f in forms]
    forms += [f + c for f in forms for c in _CONNECTORS] if forms else []
    forms += [
        before + f
        for f in forms
        if len(f) < _ENDING_BYTES
        for before in (b" ", b";", b"(", b"_", b"\n", b'"', b",", b"-", b"[", b"{", b"\t")
    ]
    last = np.array([list((b"\0\0" + f)[-3:]) for f in forms] or np.empty((0, 3)), np.uint8)
    return np.unique(_ending(last[:, 0], last[:, 1], last[:, 2]))


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
