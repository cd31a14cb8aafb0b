"""What do lists of names and models find together? Where they disagree, a listed name goes as a whole."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from anonkit.detect.names.finder import Name
from anonkit.detect.names.labels import ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anonkit.detect.names.sources import Source

_LIKELY = 0.5
_KEPT = ORGANIZATION
"""By default: it must not take what is scrubbed with it, nor go with that."""


class WithLists:
    """A source, and lists of names that count besides it."""

    def __init__(self, source: Source, lists: Sequence[Source]) -> None:
        """Ask all of them."""
        self._source, self._lists = source, lists

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position; they may overlap."""
        return joined([name for one in self._lists for name in one.find(block)], self._source.find(block))


def joined(listed: Iterable[Name], guessed: Sequence[Name]) -> list[Name]:
    """All names, by position, each once. A listed name takes in what guesses reach beyond it.

    Of names that overlap the longer wins: a guess that begins or ends within a listed name would leave a part of it,
    or of what it is itself, and so both become one. Organisations are left to themselves.
    """
    starts = [name.start for name in guessed]
    longest = max((name.end - name.start for name in guessed), default=0)
    surest = {_place(name): name.confidence for name in guessed}
    for name in listed:
        low, high = name.start, name.end
        for row in range(bisect_left(starts, name.start - longest), len(guessed)):
            guess = guessed[row]
            if guess.start >= name.end:
                break
            is_across = guess.end > name.start and (guess.start < name.start) != (guess.end > name.end)
            if is_across and guess.confidence >= _LIKELY and (guess.entity == name.entity or guess.entity != _KEPT):
                low, high = min(low, guess.start), max(high, guess.end)
        surest[low, high, name.entity] = name.confidence
    return [Name(*place, confidence) for place, confidence in sorted(surest.items())]


def _place(name: Name) -> tuple[int, int, str]:
    return name.start, name.end, name.entity
