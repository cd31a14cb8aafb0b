"""What stands before a value: words that make it likelier or less likely, and whether it fills its line."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from anonkit.detect.block import Block, Ints, Mask, table

WINDOW_BYTES = 60
AGAINST_BYTES = 32
RAISE = 0.35
LOWER = 0.5

_LABEL = re.compile(rb"<[A-Z][A-Z0-9_]{1,30}>|%3C[A-Z][A-Z0-9_]{1,30}%3E|&lt;[A-Z][A-Z0-9_]{1,30}&gt;")
# what may stand between a word and the value it speaks of
_GAP = b" \t:=/\"'([#_.>\\-"
_CONNECTORS = frozenset(c.encode() for c in ("为", "是", "号", "：", "（", "【", "至", "到")) | {b" to"}
_PADDING = b" \t\r\n\"'"
_GAP_BYTES = 12
# so many bytes before a value mostly tell the word, and are mostly the same in a log
_NEAR_BYTES = 12
_MOST_KNOWN = 1 << 14
_IN_GAP = table(_GAP)


@dataclass(frozen=True)
class Words:
    """The context words of a card, in lower case as UTF-8."""

    context: tuple[bytes, ...]
    against: tuple[bytes, ...]
    _known: dict[bytes, bool] = field(default_factory=dict, compare=False, repr=False)
    _of_names: dict[bytes, float] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def of(context: Iterable[str], against: Iterable[str]) -> Words:
        """Prepare a card's `context` and `against` words."""
        return Words(_lower(context), _lower(against))

    @functools.cached_property
    def _endings(self) -> Mask:
        return _endings(self.against)

    def may_speak_against(self, block: Block, start: Ints) -> Mask:
        """A quick look: before which starts, behind what may stand between, two bytes end as a word against does."""
        if not self.against:
            return np.zeros(len(start), bool)
        # the last byte that is none of a gap
        gap = _IN_GAP[block.behind(start, _GAP_BYTES)][:, ::-1]
        at = start - 1 - np.where(gap.all(axis=1), _GAP_BYTES, np.argmin(gap, axis=1))
        ends: Mask = self._endings[block.raw[at - 1].astype(np.int64) << 8 | block.raw[at]]
        return ends

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

    def of_name(self, name: bytes) -> float:
        """How much the name of a column changes the confidence of what begins its cells."""
        change = self._of_names.get(name)
        if change is None:
            if len(self._of_names) >= _MOST_KNOWN:
                self._of_names.clear()
            change = self._of_names[name] = self.weigh(name + b":", len(name) + 1, 0)[0]
        return change

    def against_at(self, buffer: bytes, start: int) -> bool:
        """Whether a word that speaks against a value stands right before `start`."""
        # a word that begins within what was looked at is the word, whatever stands before
        near, far = buffer[start - _NEAR_BYTES : start], buffer[start - AGAINST_BYTES : start]
        return self._says(near, _NEAR_BYTES - 1) or self._says(far, AGAINST_BYTES)

    def _says(self, before: bytes, most: int) -> bool:
        """Whether a word against begins at most so many bytes back; remembered."""
        known = self._known.get(before)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[before] = self._in(before) <= most
        return known

    def _in(self, before: bytes) -> int:
        """How many bytes back the word against a value begins, within its line; more than there are if none does."""
        word = self._last_word.match(before[::-1].partition(b"\n")[0])
        return word.end() if word else len(before) + 1

    def _against(self, before: bytes) -> str:
        """The word against a value that stands right before it, if there is one."""
        word = self._last_word.match(before[::-1])
        return word[1][::-1].decode().lower() if word else ""

    @functools.cached_property
    def _last_word(self) -> re.Pattern[bytes]:
        """Matches, backwards, what may stand between a word against and a value, and then the word."""
        return _backwards(self.against)


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


def _backwards(words: tuple[bytes, ...]) -> re.Pattern[bytes]:
    gap = b"(?:[" + re.escape(_GAP) + b"]|" + b"|".join(re.escape(c[::-1]) for c in sorted(_CONNECTORS)) + b")*?"
    # a word of letters begins behind what is none, or as a capital behind a small letter
    latin = [re.escape(w[::-1]) for w in words if w[:1].isalpha()]
    other = [re.escape(w[::-1]) for w in words if not w[:1].isalpha()]
    parts = []
    if latin:
        parts.append(b"(?:" + b"|".join(latin) + b")(?:(?![A-Za-z])|(?<=(?-i:[A-Z]))(?=(?-i:[a-z])))")
    parts += other
    return re.compile(b"(?i)" + gap + b"s?(" + b"|".join(parts) + b")")


def _endings(words: Sequence[bytes]) -> Mask:
    """For each pair of bytes, whether a word may end in it, with what a gap may hold besides blanks and signs."""
    endings = {w[-2:] for w in words} | {(w + b"s")[-2:] for w in words} | {c[-2:] for c in _CONNECTORS}
    found = np.zeros((256, 256), bool)
    for *before, last in endings:
        either = list(_cases(before[0])) if before else slice(None)
        for byte in _cases(last):
            found[either, byte] = True
    return found.reshape(-1)


def _cases(byte: int) -> bytes:
    """A letter, small and as a capital; any other byte twice."""
    one = bytes((byte,))
    return one.lower() + one.upper()


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
