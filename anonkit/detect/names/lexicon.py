"""Which word lists hold the words that begin, go on and end at a character?"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names.hashed import HashTable, longer, longer_one

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

# The lists, one bit each, as trained models know them. No word is in "nick" yet.
LISTS = (
    "common", "frequent", "person", "given", "foreign", "title", "role", "verb", "division", "place", "road", "suffix",
    "organisation", "org_suffix", "false", "label", "nick",
)  # fmt: skip
BIT = {name: 1 << i for i, name in enumerate(LISTS)}
WORDS = BIT["common"] | BIT["false"] | BIT["organisation"] | BIT["place"] | BIT["division"]
"""Of what is a word, and as such no name."""
LONGEST = 5


@dataclass(frozen=True)
class Lexicon:
    """Words of two to five characters.

    Attributes:
        table: from the key of a word (see `sequence_keys`) to its row in `lists`.
        lists: bits of the lists that hold the word; row 0 is no word.
    """

    table: HashTable
    lists: NDArray[np.uint32]


def sequence_keys(numbers: NDArray[np.uint16], longest: int) -> list[NDArray[np.uint64]]:
    """The keys of the sequences of one to `longest` characters that begin at each place (those that fit).

    A pad counts as one: as nothing, it would vanish from the front of a sequence.
    """
    wide = numbers.astype(np.uint64) + np.uint64(1)
    keys = [wide]
    for length in range(2, longest + 1):
        keys.append(longer(keys[-1][: len(wide) - length + 1], wide[length - 1 :]))
    return keys


def word_key(numbers: Iterable[int]) -> int:
    """The key of one sequence of characters, as in the last of its `sequence_keys`."""
    return functools.reduce(lambda key, number: longer_one(key, number + 1), numbers, 0)


def lists_of(
    lexicon: Lexicon, numbers: NDArray[np.uint16], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """The lists that hold each of the stretches [start, end) as a word; none for those that are no words."""
    out = np.zeros(len(start), np.uint32)
    for length in range(2, LONGEST + 1):
        which = np.flatnonzero(end - start == length)
        windows = numbers[start[which, None] + np.arange(length)].reshape(-1)
        keys = sequence_keys(windows, length)[-1][::length]
        out[which] = lexicon.lists[lexicon.table.find(keys)]
    return out
