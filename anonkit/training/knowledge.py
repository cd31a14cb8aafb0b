"""What does the model know before it is trained? Characters and word lists."""

from __future__ import annotations

import collections
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names import characters as ch
from anonkit.detect.names.features import Knowledge
from anonkit.detect.names.hashed import HashTable, tops, without_collisions
from anonkit.detect.names.lexicon import BIT, LONGEST, Lexicon, sequence_keys
from anonkit.training.lists import divisions, short, words

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from numpy.typing import NDArray

_BITS = 20
_COMMON = ("n", "v", "a", "d", "i", "l", "z", "t", "m", "c", "p", "r", "b", "f", "s", "q", "o", "y", "u", "e")


def knowledge(folder: Path, texts: Iterable[str]) -> tuple[Knowledge, Knowledge]:
    """Characters and word lists from the lists of this package, jieba's dictionary and the divisions in `folder`.

    Args:
        folder: with divisions/.
        texts: of training; their characters get numbers.

    Returns:
        What the model knows in training, and what it knows once it is shipped. In training half of the names in the
        lists are left out, so that it learns what names look like that it does not know.
    """
    simplified = {pair[0]: pair[1] for pair in words("traditional")}
    jieba = _jieba()
    lists = _lists(folder, jieba, lambda _: True)
    counts = collections.Counter(ch.fold(c, simplified) for text in texts for c in text)
    for word in lists:
        counts.update(ch.fold(c, simplified) for c in word)
    characters = "".join(sorted(c for c in counts if ord(c) < 0xD800 or 0xE000 <= ord(c) < 0x10000))
    number = ch.number_table(characters, simplified)
    known = _characters(characters, number, lists, jieba)
    half = _lists(folder, jieba, lambda name: zlib.crc32(name.encode()) % 2 == 0)  # always the same half
    return Knowledge(known, _lexicon(number, half)), Knowledge(known, _lexicon(number, lists))


def _jieba() -> dict[str, tuple[int, str]]:
    """The dictionary of jieba (MIT): word to frequency and part of speech."""
    import jieba  # noqa: PLC0415  for training only

    out = {}
    with Path(jieba.__file__).with_name("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, speech = line.split()
            out[word] = int(count), speech
    return out


# The words of this package by the lists that they go to; of names only those that are wanted (see `_lists`).
_NAMES = {
    "given": ("given_two",),
    "foreign": ("foreign_names", "foreign_given", "japanese_surnames", "minority"),
    "organisation": ("org_trades", "brands"),
    "road": ("road_names", "estate_names", "village_names"),
}
_OTHERS = {
    "person": ("compound_surnames",),
    "title": ("titles_after_surname",),
    "role": ("roles",),
    "verb": ("verbs_of_people",),
    "org_suffix": ("org_suffixes",),
    "place": ("foreign_places",),
    "false": ("things", "false_names"),
    "common": ("things", "false_names"),
    "suffix": ("road_suffixes",),
    "label": ("field_labels",),
}
_SUFFIXES = (*"号栋幢座层室楼单元组院弄巷村镇乡区县街路", *"单元 号楼 小区 大厦 广场 花园 新村 家园 公寓".split())


def _lists(folder: Path, jieba: dict[str, tuple[int, str]], wanted: Callable[[str], bool]) -> dict[str, int]:
    """The words of all lists (1 to LONGEST characters) and the bits of the lists that they are in.

    People, foreigners, organisations and roads of the lists are taken only where `wanted` says so.
    """
    out: dict[str, int] = collections.defaultdict(int)

    def put(name: str, entries: Iterable[str]) -> None:
        for entry in entries:
            if 1 <= len(entry) <= LONGEST:
                out[entry] |= BIT[name]

    surnames = frozenset(words("surnames"))
    for word, (count, speech) in jieba.items():
        name = _list_of(word, speech, surnames)
        if name and (name not in ("person", "foreign") or wanted(word)):
            put(name, [word])
            if name == "common" and count >= 200:
                put("frequent", [word])
    for name, files in _NAMES.items():
        for file in files:
            put(name, filter(wanted, words(file)))
    for name, files in _OTHERS.items():
        for file in files:
            put(name, words(file))
    put("suffix", _SUFFIXES)
    for division in divisions(folder):
        for full in (division.province, division.city, division.county, division.town):
            put("division", [full])
            if len(full) > 2 and full != division.town:
                put("place", [short(full)])
    return dict(out)


def _list_of(word: str, speech: str, surnames: Container[str]) -> str | None:
    """The list that a word of jieba goes to, by its part of speech."""
    if speech.startswith("nr") and len(word) <= 3 and (word[0] in surnames or speech == "nrfg"):
        return "person"
    if speech in _LIST_OF:
        return _LIST_OF[speech]
    return "common" if len(word) >= 2 and speech.startswith(_COMMON) else None


_LIST_OF = {"nrt": "foreign", "ns": "place", "nt": "organisation"}


def _characters(
    known: str, number: NDArray[np.uint16], lists: dict[str, int], jieba: dict[str, tuple[int, str]]
) -> ch.Characters:
    size = ch.FIRST + len(known)
    kind = np.zeros(size, np.uint8)
    kind[ch.UNKNOWN], kind[ch.OTHER] = ch.T_HAN, ch.T_SIGN
    surname = np.zeros(size, np.uint8)
    given = np.zeros((size, 2), np.uint8)
    alone = np.zeros(size, np.uint32)
    ranks = {name: i for i, name in enumerate(words("surnames"))}
    rare = set(words("rare_surnames"))
    foreign = set(words("transliteration"))
    first, second = _odds(jieba)
    for index, character in enumerate(known, ch.FIRST):
        kind[index] = _kind(character, ranks, foreign)
        rank = ranks.get(character)
        surname[index] = (3 if rank < 60 else 2 if rank < 200 else 1) if rank is not None else int(character in rare)
        given[index] = first.get(character, 0), second.get(character, 0)
        alone[index] = lists.get(character, 0)
    return ch.Characters(number, kind, surname, given, alone)


def _kind(character: str, ranks: dict[str, int], foreign: set[str]) -> int:
    tables = (
        ("0", ch.T_DIGIT), ("a", ch.T_SMALL), ("A", ch.T_CAPITAL), (" \t", ch.T_SPACE),
        ("([{<（【「『《〈“‘〔［｛", ch.T_OPEN), (")]}>）】」』》〉”’〕］｝", ch.T_CLOSE), ("、,，;", ch.T_LIST),
        ("。.!?！？；:：\n", ch.T_STOP), ("·", ch.T_DOT), ("一二三四五六七八九十百千零〇两", ch.T_NUMERAL),
        ("路街道巷弄号栋幢座楼层室区县镇乡村省市院组", ch.T_PLACE),
    )  # fmt: skip
    for members, kind in tables:
        if character in members:
            return kind
    if not 0x3400 <= ord(character) < 0xA000:
        return ch.T_SIGN
    if ranks.get(character, 999) < 150:
        return ch.T_SURNAME
    return ch.T_FOREIGN if character in foreign else ch.T_HAN


def _odds(jieba: dict[str, tuple[int, str]]) -> tuple[dict[str, int], dict[str, int]]:
    """How much more often a character is the first, or the last, of a given name than in text: 0 (not) to 5."""
    first: dict[str, float] = collections.defaultdict(float)
    second: dict[str, float] = collections.defaultdict(float)
    for name in words("given_two"):
        if len(name) == 2:
            first[name[0]] += 1
            second[name[1]] += 1
    for name in words("given_one"):
        second[name] += 4
        first[name] += 2
    surnames = set(words("surnames"))
    for word, (_, speech) in jieba.items():
        if speech.startswith("nr") and len(word) in (2, 3) and word[0] in surnames:
            second[word[-1]] += 0.3
            if len(word) == 3:
                first[word[1]] += 0.3
    text: collections.Counter[str] = collections.Counter()
    for word, (count, speech) in jieba.items():
        if not speech.startswith("nr"):
            for c in word:
                text[c] += count
    total = sum(text.values())
    out = []
    for counts in (first, second):
        of = sum(counts.values())
        table = {}
        for c, n in counts.items():
            odds = math.log((n / of) / ((text[c] + 50) / total))
            table[c] = 1 + sum(odds > bound for bound in (-1.5, 0.0, 1.2, 2.4))
        out.append(table)
    return out[0], out[1]


def _lexicon(number: NDArray[np.uint16], lists: dict[str, int]) -> Lexicon:
    longer = sorted((w for w in lists if len(w) > 1), key=lambda w: (-lists[w].bit_count(), len(w), w))
    keys = np.zeros(len(longer), np.uint64)
    sizes = np.fromiter(map(len, longer), np.int64, len(longer))
    for size in range(2, LONGEST + 1):
        which = np.flatnonzero(sizes == size)
        text = "".join(longer[i] for i in which.tolist())
        numbers = np.take(number, np.frombuffer(text.encode("utf-32-le"), np.uint32))
        keys[which] = sequence_keys(numbers, size)[-1][::size]
    kept = without_collisions(keys, _BITS)
    # The lists of words are one of a few combinations, which have the numbers.
    rows, which = np.unique(np.array([lists[longer[i]] for i in kept], np.uint32), return_inverse=True)
    table = HashTable.of(tops(keys[kept]), _BITS, which + 1)
    return Lexicon(table, np.concatenate(([0], rows)).astype(np.uint32))
