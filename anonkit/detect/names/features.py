"""What does the model look at? The same for training and for finding.

A source gives one key for each character: hashed sequences of characters, or small numbers made of what the word
lists say. A template is a source at an offset from the character that gets the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.detect.names import characters as ch
from anonkit.detect.names.lexicon import BIT, LONGEST, WORDS, Lexicon, Words, look_up, sequence_keys, word_key

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
    kind = np.take(known.characters.kind, flat)
    size = len(flat)
    out: dict[str, NDArray[np.uint64] | NDArray[np.uint16]] = {}
    salts = {name: np.uint64((i + 1) << 48) for i, name in enumerate(HASHED)}
    out["U"] = keys[0] | salts["U"]
    out["B"] = _fill(keys[1], size) ^ salts["B"]
    out["T"] = _fill(keys[2], size) ^ salts["T"]
    skipped = keys[0].copy()
    skipped[:-2] <<= np.uint64(20)
    skipped[:-2] |= keys[0][2:]
    out["S"] = skipped | salts["S"]
    kinds = np.zeros(size, np.uint64)
    wide = kind.astype(np.uint64)
    for step in range(5):
        kinds[: size - step] |= wide[step:] << np.uint64(4 * step)
    out["Y"] = kinds | salts["Y"]
    out.update(_small(known, flat, kind, keys))
    return out


def _fill(keys: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    out = np.zeros(size, np.uint64)
    out[: len(keys)] = keys
    return out


def _small(
    known: Knowledge, flat: NDArray[np.uint16], kind: NDArray[np.uint8], keys: list[NDArray[np.uint64]]
) -> dict[str, NDArray[np.uint16]]:
    """The sources that are small numbers (SMALL)."""
    characters = known.characters
    words = look_up(known.lexicon, np.take(characters.alone, flat), keys)
    frequent = _bit(words.begin, "frequent")
    after = _shifted(words.joined, 1)
    surname = np.take(characters.surname, flat).astype(np.uint16)
    given = np.take(characters.given, flat, axis=0).astype(np.uint16)
    # A compound family name begins here, as if it were a fifth kind of family name.
    two = _bit(words.begin, "person") & (surname == 0)
    candidate = np.where(two, np.uint16(4), surname)
    false = _bit(words.begin, "false").astype(np.uint16)
    name = (candidate * 6 + _shifted(given[:, 0], 1)) * 6 + _shifted(given[:, 1], 2)
    name = (name * 2 + _shifted(words.joined, 2).astype(np.uint16)) * 2 + np.maximum(after.astype(np.uint16), false)
    word = words.begins.astype(np.uint16) * 6 + words.ends
    word = ((word * 2 + words.joined) * 2 + after) * 2 + frequent
    person = surname
    for i, (where, lists) in enumerate(_PERSON_BITS):
        person = person | (_bit(getattr(words, where), lists).astype(np.uint16) << np.uint16(2 + i))
    return {
        "W": word,
        "N": name,
        "P": person,
        "A": _bits(words, _ADDRESS_BITS),
        "G": _bits(words, _ORG_BITS),
        "C": _bits(words, _CONTEXT_BITS),
        "D": _distances(words, kind),
    }


_PERSON_BITS = [(where, name) for name in ("person", "given", "foreign") for where in ("begin", "end")] + [
    ("inside", "foreign"),
    ("begin", "nick"),
]
_ADDRESS_BITS = [
    (where, name) for name in ("division", "place", "road", "suffix") for where in ("begin", "inside", "end")
]
_ORG_BITS = [(where, name) for name in ("organisation", "org_suffix") for where in ("begin", "inside", "end")]
_CONTEXT_BITS = [
    ("end", "role"), ("end", "label"), ("begin", "verb"), ("begin", "title"), ("end", "title"), ("begin", "false"),
    ("inside", "false"), ("end", "false"), ("begin", "role"),
]  # fmt: skip


def _bit(lists: NDArray[np.uint32], name: str) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = (lists & np.uint32(BIT[name])) != 0
    return held


def _bits(words: Words, wanted: list[tuple[str, str]]) -> NDArray[np.uint16]:
    """Of each character a number with one bit for each list and place that is wanted."""
    out = np.zeros(len(words.begin), np.uint16)
    for i, (where, name) in enumerate(wanted):
        out |= _bit(getattr(words, where), name).astype(np.uint16) << np.uint16(i)
    return out


def _shifted(values: NDArray[Any], by: int) -> NDArray[Any]:
    """The values `by` places later, as seen from each place."""
    out = np.zeros_like(values)
    out[:-by] = values[by:]
    return out


_NEAR = np.array([0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5], np.uint16)  # 6: farther, or behind a break
_FARTHEST = len(_NEAR) - 1
_CLOSE = 4  # characters from the end of a role or label


def _distances(words: Words, kind: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """How far it is to the next end of an organisation, of an address, of the last division, within the clause."""
    size = len(kind)
    place = np.arange(size)
    stop = _next((kind == ch.T_STOP) | (kind == ch.T_PAD) | (kind == ch.T_LIST), place)
    end = words.end
    org = _bucket(_next(_bit(end, "org_suffix"), place), stop, place, 6)
    address = _bucket(_next(_bit(end, "suffix"), place), stop, place, 5)
    last_stop = np.maximum.accumulate(np.where((kind == ch.T_STOP) | (kind == ch.T_PAD), place, 0))
    division = np.maximum.accumulate(np.where(_bit(end, "division"), place, 0))
    since = np.where(division > last_stop, np.minimum(place - division, 14), 14)
    back = np.minimum(np.take(_NEAR, since), 4).astype(np.uint16)
    role = np.maximum.accumulate(np.where(_bit(end, "role") | _bit(end, "label"), place, 0))
    since = np.where(role > last_stop, place - role, 9)
    near = np.where(since <= 1, 2, np.where(since <= _CLOSE, 1, 0)).astype(np.uint16)
    distances: NDArray[np.uint16] = ((org * 6 + address) * 5 + back) * 3 + near
    return distances


def _next(marks: NDArray[np.bool_], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the next mark is, from each place on; the size of the text if there is none."""
    at = np.where(marks, place, len(place))
    return np.minimum.accumulate(at[::-1])[::-1]


def _bucket(
    at: NDArray[np.int64], stop: NDArray[np.int64], place: NDArray[np.int64], highest: int
) -> NDArray[np.uint16]:
    away = np.minimum(at - place, _FARTHEST)
    near = np.take(_NEAR, away)
    near[(at >= stop) | (at - place > _FARTHEST)] = 6
    bucket: NDArray[np.uint16] = np.minimum(near, highest).astype(np.uint16)
    return bucket
