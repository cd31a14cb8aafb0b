"""Where do names that were learnt stand? Everywhere, but for what common words make up.

A name of two characters may come about by chance, where one word ends and the next begins: 经常安排 does not speak of
常安. It is left alone where common words of the model's lists go across both its edges, or one covers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names import model
from anonkit.detect.names.exact import ExactNames
from anonkit.detect.names.lexicon import BIT, LONGEST, sequence_keys
from anonkit.unpicklable import Unpicklable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anonkit.detect.block import Mask
    from anonkit.detect.names.finder import Name

# What is a word, a place or a role is not looked for everywhere, though somebody may have that name.
_REFUSED = sum(
    BIT[name] for name in ("common", "false", "place", "division", "title", "role", "verb", "label", "organisation")
)
_SHORT_BYTES = 6
_BEFORE, _INSIDE = 3, 2
_WIDTH = _BEFORE + _INSIDE + _BEFORE
_BESIDE_BYTES = 12
_PAD = "\0"  # in no word


class Learnt(Unpicklable):
    """Names that were learnt, as a source. In memory only; does not show what it holds."""

    def __init__(self, told: Iterable[str]) -> None:
        """Take in what keys told, but for words, places and roles."""
        self._known = model.shipped().known
        ordered = sorted(set(told))
        words = self._are_words(ordered)
        self._names = ExactNames(name for name, is_word in zip(ordered, words, strict=True) if not is_word)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._names)

    def __repr__(self) -> str:
        """How many names there are."""
        return f"Learnt({len(self)} names)"

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position, with confidence 1."""
        found = self._names.find(block)
        short = [row for row, name in enumerate(found) if name.end - name.start == _SHORT_BYTES]
        by_chance = self._are_by_chance([_window(block, found[row]) for row in short])
        gone = {row for row, is_gone in zip(short, by_chance.tolist(), strict=True) if is_gone}
        return [name for row, name in enumerate(found) if row not in gone]

    def _are_words(self, texts: Sequence[str]) -> list[bool]:
        """Which of the texts are words that nobody is to be found by."""
        of_length = {n: [text for text in texts if len(text) == n] for n in range(2, LONGEST + 1)}
        words: set[str] = set()
        for length, same in of_length.items():
            refused = self._in_lists("".join(same), length, length, _REFUSED)[:, 0]
            words.update(text for text, is_word in zip(same, refused.tolist(), strict=True) if is_word)
        return [text in words for text in texts]

    def _are_by_chance(self, windows: Sequence[str]) -> Mask:
        """In which of the windows of _WIDTH characters words make up the two in the middle."""
        left, right, covered = (np.zeros(len(windows), bool) for _ in range(3))
        first, last = _BEFORE, _BEFORE + _INSIDE
        text = "".join(windows)
        for length in range(2, LONGEST + 1) if windows else ():
            is_common = self._in_lists(text, _WIDTH, length, BIT["common"])
            for begin in range(is_common.shape[1]):
                end = begin + length
                if begin < first < end:
                    left |= is_common[:, begin]
                if begin < last < end:
                    right |= is_common[:, begin]
                if begin <= first and end >= last and length > _INSIDE:
                    covered |= is_common[:, begin]
        return left & right | covered

    def _in_lists(self, text: str, width: int, length: int, lists: int) -> Mask:
        """For each row of `width` characters of the text, which words of a length in it are in one of the lists."""
        lexicon = self._known.lexicon
        flat = self._known.characters.numbers(text)
        rows = len(flat) // width
        out = np.zeros((rows, width), bool)
        if rows:
            keys = sequence_keys(flat, length)[length - 1]
            out.reshape(-1)[: len(keys)] = lexicon.lists[lexicon.table.find(keys)] & np.uint32(lists) != 0
        return out[:, : width - length + 1]


def _window(block: bytes, name: Name) -> str:
    """A name of two characters with three characters to each side, or what there is of them in its line."""
    before = block[max(0, name.start - _BESIDE_BYTES) : name.start].decode("utf-8", "ignore").rpartition("\n")[2]
    behind = block[name.end : name.end + _BESIDE_BYTES].decode("utf-8", "ignore").partition("\n")[0]
    inside = block[name.start : name.end].decode("utf-8", "ignore")
    return f"{before[-_BEFORE:]:{_PAD}>{_BEFORE}}{inside}{behind[:_BEFORE]:{_PAD}<{_BEFORE}}"
