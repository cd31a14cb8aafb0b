"""What does the model look at? The same for training and for finding.

A source gives one key for each character: hashed sequences of characters, or small numbers made of what the word
lists say. A template is a source at an offset from the character that gets the label.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names import characters as ch
from anonkit.detect.names import marks as mk
from anonkit.detect.names.lexicon import BIT, LONGEST, WORDS, Lexicon, sequence_keys, word_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH = 3  # characters to each side; runs in a flat text are this many pads apart

# Hashed sources and the offsets at which each is looked at: U, B, T sequences of 1, 2, 3; S the first and third of
# three; Y the kinds of five characters.
HASHED = {
    "U": (-3, -2, -1, 0, 1, 2, 3),
    "B": (-3, -2, -1, 0, 1, 2),
    "T": (-3, -2, -1, 0, 1),
    "S": (-2, -1, 0),
    "Y": (-2,),
}
# Sources that are small numbers: the offsets, and how many numbers there are.
SMALL = {
    "W": ((-1, 0, 1), 6 * 6 * 2 * 2 * 2),
    "N": ((-2, -1, 0), 5 * 6 * 6 * 2 * 2),
    "P": ((-1, 0, 1), 1 << 10),
    "A": ((-1, 0, 1), 1 << 12),
    "G": ((0, 1), 1 << 6),
    "C": ((-2, -1, 0, 1), 1 << 9),
    "D": ((0,), 7 * 6 * 5 * 3),
}


@dataclass(frozen=True)
class Knowledge:
    """What is known before training: characters and word lists."""

    characters: ch.Characters
    lexicon: Lexicon

    @functools.cached_property
    def tables(self) -> mk.Tables:
        """What words say of their characters, in the form in which it is looked up."""
        return mk.Tables.of(self.characters, self.lexicon)

    @functools.cached_property
    def given(self) -> NDArray[np.uint16]:
        """Of each number, the parts of the source N that it is as the first (low byte) and second of a given name."""
        first, second = self.characters.given.astype(np.uint16).T * np.array([[_FIRST], [_SECOND]], np.uint16)
        parts: NDArray[np.uint16] = first | second << np.uint16(8)
        return parts

    def is_word(self, text: str) -> bool:
        """Whether a text is a word of the lists, and no name of them."""
        if not 1 < len(text) <= LONGEST:
            return False
        number = self.characters.number
        key = word_key(int(number[min(ord(character), 0xFFFF)]) for character in text)
        lists = int(self.lexicon.lists[self.lexicon.table.find_one(key)])
        return bool(lists & WORDS) and not lists & BIT["person"]


def flatten(characters: ch.Characters, texts: list[str]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """All texts as one, REACH pads before, between and after; and where each begins."""
    pads = "\0" * REACH
    flat = characters.numbers(pads + pads.join(texts) + pads)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.cumsum(lengths + REACH) - lengths
    return flat, starts


def sources(known: Knowledge, flat: NDArray[np.uint16]) -> dict[str, NDArray[np.uint64] | NDArray[np.uint16]]:
    """The key of each character for each source; hashed ones are uint64, small ones uint16. All as long as `flat`."""
    keys = sequence_keys(flat, LONGEST)
    number = flat.astype(np.intp)  # the type of indices: else each look-up makes a copy
    kind = np.take(known.characters.kind, number)
    out: dict[str, NDArray[np.uint64] | NDArray[np.uint16]] = {}
    out["U"] = keys[0] | _SALTS["U"]
    out["B"] = _salted(keys[1], "B", len(flat))
    out["T"] = _salted(keys[2], "T", len(flat))
    skipped = keys[0].copy()
    skipped[:-2] <<= np.uint64(20)
    skipped[:-2] |= keys[0][2:]
    skipped |= _SALTS["S"]
    out["S"] = skipped
    out["Y"] = _five(kind) | _SALTS["Y"]
    out.update(_small(known, number, kind, keys))
    return out


def keys_of_characters(numbers: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """The keys of characters alone, the source U, which depend on nothing but their numbers."""
    return sequence_keys(numbers, 1)[0] | _SALTS["U"]


_SALTS = {name: np.uint64((i + 1) << 48) for i, name in enumerate(HASHED)}


def _salted(keys: NDArray[np.uint64], source: str, size: int) -> NDArray[np.uint64]:
    """The keys of a source; 0 with its salt at the last characters, where no sequence of this length begins."""
    out = np.full(size, _SALTS[source])
    out[: len(keys)] ^= keys
    return out


def _five(kind: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The kinds of five characters from each on, four bits each; 0 behind the last one."""
    one = kind.astype(np.uint32)
    two = one.copy()
    two[:-1] |= one[1:] << np.uint32(4)
    five = two.copy()
    five[:-2] |= two[2:] << np.uint32(8)
    five[:-4] |= one[4:] << np.uint32(16)
    return five.astype(np.uint64)


_FIRST, _SECOND = 6 * 2 * 2, 2 * 2  # what the two characters of a given name count in the source N


def _small(
    known: Knowledge, number: NDArray[np.intp], kind: NDArray[np.uint8], keys: list[NDArray[np.uint64]]
) -> dict[str, NDArray[np.uint16]]:
    """The sources that are small numbers (SMALL)."""
    marks = mk.marks(known.lexicon, known.tables, number, keys)
    first = marks.astype(np.uint16)
    person, org = first & _PERSON_BITS, first >> np.uint16(mk.ORG_AT)
    address, context, words = ((marks >> np.uint64(at)).astype(np.uint16) for at in _LATER_GROUPS)
    joined = words & _JOINED
    after = joined[1:]
    word = np.take(_WORD, words)
    word[:-1] += after
    given = np.take(known.given, number)
    name = np.take(_CANDIDATE, person)
    name[:-1] += given[1:] & _LOW_BYTE
    name[:-2] += given[2:] >> np.uint16(8)
    name[:-2] += joined[2:]
    false = (context >> _FALSE_AT) & np.uint16(1)
    false[:-1] |= after >> np.uint16(1)
    name += false
    return {
        "W": word,
        "N": name,
        "P": person,
        "A": address,
        "G": org,
        "C": context,
        "D": _distances(org, address, context, kind),
    }


_LATER_GROUPS = (mk.ADDRESS_AT, mk.CONTEXT_AT, mk.WORDS_AT)
_PERSON_BITS = np.uint16((1 << mk.ORG_AT) - 1)
_LOW_BYTE = np.uint16(0xFF)
_JOINED = np.uint16(1 << mk.JOINED_AT - mk.WORDS_AT)  # counts 2, as "the next one is joined with this" in W and N
_FALSE_AT = np.uint16(mk.CONTEXT.index(("begin", "false")))


def _word_table() -> NDArray[np.uint16]:
    """W of the bits of words, but for whether the next character is joined."""
    bits = np.arange(1 << mk.WORD_BITS)
    frequent, joined = (bits >> at - mk.WORDS_AT & 1 for at in (mk.FREQUENT_AT, mk.JOINED_AT))
    longest = np.zeros((2, len(bits)), np.int64)
    for row, at in enumerate((mk.BEGINS_AT, mk.ENDS_AT)):
        for length in range(2, LONGEST + 1):
            longest[row, bits >> at - mk.WORDS_AT + length - 2 & 1 != 0] = length
    table: NDArray[np.uint16] = (((longest[0] * 6 + longest[1]) * 2 + joined) * 4 + frequent).astype(np.uint16)
    return table


def _candidate_table() -> NDArray[np.uint16]:
    """N of the bits of people, but for what follows; a compound family name is as if it were a fifth kind of one."""
    bits = np.arange(1 << mk.ORG_AT)
    surname = bits & (1 << mk.SURNAME_BITS) - 1
    two = (bits >> mk.SURNAME_BITS + mk.PERSON.index(("begin", "person")) & 1 != 0) & (surname == 0)
    return (np.where(two, 4, surname) * 6 * _FIRST).astype(np.uint16)


_WORD, _CANDIDATE = _word_table(), _candidate_table()

_NEAR = np.array([0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5], np.uint16)
"""How far something is that follows, by characters; farther, or behind a break, it is _FAR."""
_FAR = 6
_FAR_ADDRESS, _FAR_BACK = 5, 4  # the highest of the other distances
_CALLED = np.array([2, 2, 1, 1, 1], np.uint16)  # by characters from the end of a role or label
_ORG_UNIT, _ADDRESS_UNIT, _BACK_UNIT = 6 * 5 * 3, 5 * 3, 3
_ALL_FAR = _FAR * _ORG_UNIT + _FAR_ADDRESS * _ADDRESS_UNIT + _FAR_BACK * _BACK_UNIT
_ORG_ENDS = np.uint16(1 << mk.ORG.index(("end", "org_suffix")))
_ADDRESS_ENDS = np.uint16(1 << mk.ADDRESS.index(("end", "suffix")))
_DIVISION_ENDS = np.uint16(1 << mk.ADDRESS.index(("end", "division")))
_CALLS = np.uint16(1 << mk.CONTEXT.index(("end", "role")) | 1 << mk.CONTEXT.index(("end", "label")))
# By how much the distances of characters before or behind such an end are other than if there were none.
_TO_ORG = (_FAR - _NEAR) * np.uint16(_ORG_UNIT)
_TO_ADDRESS = (_FAR_ADDRESS - _NEAR[_NEAR < _FAR_ADDRESS]) * np.uint16(_ADDRESS_UNIT)
_FROM_DIVISION = (_FAR_BACK - _NEAR[_NEAR < _FAR_BACK]) * np.uint16(_BACK_UNIT)


def _distances(
    org: NDArray[np.uint16], address: NDArray[np.uint16], context: NDArray[np.uint16], kind: NDArray[np.uint8]
) -> NDArray[np.uint16]:
    """How far it is to the next end of an organisation, of an address, of the last division, within the clause."""
    out = np.full(len(kind), _ALL_FAR, np.uint16)
    ends = (kind == ch.T_STOP) | (kind == ch.T_PAD)
    breaks = np.flatnonzero(ends | (kind == ch.T_LIST))
    for bits, which, less in ((org, _ORG_ENDS, _TO_ORG), (address, _ADDRESS_ENDS, _TO_ADDRESS)):
        at = np.flatnonzero(bits & which != 0)
        if at.size:
            place, away = _before(at, breaks, len(less))
            out[place] -= less[away]
    ends[0] = True
    stops = np.flatnonzero(ends)
    at = np.flatnonzero(address & _DIVISION_ENDS != 0)
    if at.size:
        place, away = _behind(at, stops, len(out), len(_FROM_DIVISION))
        out[place] -= _FROM_DIVISION[away]
    at = np.flatnonzero(context & _CALLS != 0)
    if at.size:
        place, away = _behind(at, stops, len(out), len(_CALLED))
        out[place] += _CALLED[away]
    return out


def _before(at: NDArray[np.intp], breaks: NDArray[np.intp], most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places from which the next of some marks (ascending) is less than `most` away, with no break up to it.

    And how far away it is.
    """
    low = np.append(-1, breaks)[np.searchsorted(breaks, at, "right")]  # the last break; where it is the mark, no place
    np.maximum(low[1:], at[:-1], out=low[1:])
    away = _counted(np.minimum(at - low, most))
    return np.repeat(at, np.minimum(at - low, most)) - away, away


def _behind(
    at: NDArray[np.intp], breaks: NDArray[np.intp], size: int, most: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The same of places behind the last of some marks, in a text of this size."""
    high = np.append(breaks, size)[np.searchsorted(breaks, at)]
    np.minimum(high[:-1], at[1:], out=high[:-1])
    away = _counted(np.minimum(high - at, most))
    return np.repeat(at, np.minimum(high - at, most)) + away, away


def _counted(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """0, 1, 2 and so on up to each count, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1]) - np.repeat(ends - counts, counts)
