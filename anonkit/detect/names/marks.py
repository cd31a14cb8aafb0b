"""What do the word lists say of each character of a text? One number of 64 bits a character.

Each bit says that a word of some list begins, goes on or ends there; so what several words say is combined by OR, and
a look-up in small tables gives the bits for a whole text at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names.lexicon import BIT, LONGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anonkit.detect.names.characters import Characters
    from anonkit.detect.names.lexicon import Lexicon

# Four groups of at most 16 bits, so that each is cut out in one step. First, the family name that the character alone
# is (two bits), what lists of people say, and what those of organisations say.
PERSON = [(where, name) for name in ("person", "given", "foreign") for where in ("begin", "end")] + [
    ("inside", "foreign"),
    ("begin", "nick"),
]
ORG = [(where, name) for name in ("organisation", "org_suffix") for where in ("begin", "inside", "end")]
ADDRESS = [(where, name) for name in ("division", "place", "road", "suffix") for where in ("begin", "inside", "end")]
CONTEXT = [
    ("end", "role"), ("end", "label"), ("begin", "verb"), ("begin", "title"), ("end", "title"), ("begin", "false"),
    ("inside", "false"), ("end", "false"), ("begin", "role"),
]  # fmt: skip
SURNAME_BITS = 2
ORG_AT, ADDRESS_AT, CONTEXT_AT, WORDS_AT = SURNAME_BITS + len(PERSON), 16, 32, 48
# In the last group: begins a frequent word, holds this character and the one before it a common word, the lengths of
# the common words that begin here, and of those that end here.
FREQUENT_AT, JOINED_AT = WORDS_AT, WORDS_AT + 1
BEGINS_AT = JOINED_AT + 1
_LENGTHS = range(2, LONGEST + 1)
ENDS_AT = BEGINS_AT + len(_LENGTHS)
WORD_BITS = ENDS_AT + len(_LENGTHS) - WORDS_AT
"""Bits of the last group."""
_DENSE = 2
"""Words of this length begin at every third character, so all characters are looked at; longer ones are few."""


@dataclass(frozen=True)
class Tables:
    """The bits that words give to the characters that they hold.

    Attributes:
        alone: of each number of a character, what the lists say of the character alone.
        begin, end: by the length of a word, of each row of lists (see Lexicon): of its first and its last character.
        inside: of each row of lists, of those between.
    """

    alone: NDArray[np.uint64]
    begin: dict[int, NDArray[np.uint64]]
    inside: NDArray[np.uint64]
    end: dict[int, NDArray[np.uint64]]

    @classmethod
    def of(cls, characters: Characters, lexicon: Lexicon) -> Tables:
        """The tables of what is known."""
        alone = _bits("begin", characters.alone) | _bits("end", characters.alone)
        lists = lexicon.lists
        common = (lists & np.uint32(BIT["common"]) != 0).astype(np.uint64)
        joined = common << np.uint64(JOINED_AT)
        begin, end = _bits("begin", lists), _bits("end", lists) | joined
        return cls(
            alone | characters.surname,
            {length: begin | common << np.uint64(BEGINS_AT + i) for i, length in enumerate(_LENGTHS)},
            _bits("inside", lists) | joined,
            {length: end | common << np.uint64(ENDS_AT + i) for i, length in enumerate(_LENGTHS)},
        )


def _bits(where: str, lists: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The bits of a character that stands there in words of these lists."""
    out = np.zeros(len(lists), np.uint64)
    wanted = {at + i: one for at, group in _GROUPS for i, one in enumerate(group)}
    for bit, (place, name) in wanted.items():
        if place == where:
            out |= (lists & np.uint32(BIT[name]) != 0).astype(np.uint64) << np.uint64(bit)
    return out


_GROUPS = (
    (SURNAME_BITS, PERSON),
    (ORG_AT, ORG),
    (ADDRESS_AT, ADDRESS),
    (CONTEXT_AT, CONTEXT),
    (FREQUENT_AT, [("begin", "frequent")]),
)


def marks(
    lexicon: Lexicon, tables: Tables, flat: NDArray[np.intp], keys: list[NDArray[np.uint64]]
) -> NDArray[np.uint64]:
    """The bits of each character.

    Args:
        lexicon: the words.
        tables: of the same lexicon.
        flat: the numbers of the characters.
        keys: of sequences of one to LONGEST characters (see lexicon.sequence_keys).
    """
    out = np.take(tables.alone, flat, mode="clip")
    rows = lexicon.table.find(keys[_DENSE - 1]).astype(np.intp)
    out[: len(rows)] |= np.take(tables.begin[_DENSE], rows, mode="clip")
    out[_DENSE - 1 :] |= np.take(tables.end[_DENSE], rows, mode="clip")
    for length in range(_DENSE + 1, LONGEST + 1):
        at, found = lexicon.table.found(keys[length - 1])
        if not at.size:
            continue
        out[at] |= tables.begin[length][found]
        inside = tables.inside[found]
        for step in range(1, length - 1):
            out[at + step] |= inside
        out[at + (length - 1)] |= tables.end[length][found]
    return out
