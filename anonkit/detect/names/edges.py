"""Where exactly does a name begin and end, once the model has said where about? Text is folded (see runs.FOLD)."""

from __future__ import annotations

import re

from anonkit.detect.names.labels import ADDRESS, PERSON
from anonkit.detect.names.lexicon import BIT, WORDS
from anonkit.detect.words import HOUSE_UNITS

_SURE, _NEVER = 0.9, 2.0
_PLACES = BIT["place"] | BIT["division"]
# A phone, not the number of a house.
_LONG_NUMBER = re.compile(r"0{6,}")
_LONG_NUMBER_AT_END = re.compile(r"0{7,}\Z")
_NUMERAL = "[0-9一二三四五六七八九十]{1,4}"
_UNIT = f"(?:{'|'.join(HOUSE_UNITS)})"
# How an address may go on: 三组, 5社, #502, -1204, 3#502, 御龙府2-3-401室.
_MORE = re.compile(
    f"(?: ?{_NUMERAL}{_UNIT}|(?:[\u4e00-\u9fff]{{0,6}}0{{1,4}})?(?:[#-][0A]?0{{1,5}}){{1,3}}(?:室|号)?)+"
    "|(?<=[\u4e00-\u9fff])A?0{1,4}A?(?![0-9a-zA-Z:.%年月日时点个元人台件次万亿分秒度米岁])"
)
_APART = re.compile(r"[\u3400-\u9fff]{2,} +[\u3400-\u9fff]{2,}")
_OPENS = "(（ -#/·"
_LATIN_TAIL = re.compile(r"(?<=[\u3400-\u9fff])[a-zA-Z]+\Z")
_HAN = re.compile(r"[\u3400-\u9fff]")


def exact(entity: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end, in characters, of what the model took for this entity; nothing is left if they are the same."""
    if entity == ADDRESS:
        return address(text, start, end)
    return person(text, start, end) if entity == PERSON else (start, end)


def least(text: str, start: int, end: int, lists: int) -> float:
    """How sure the model must be that this is a person, given the word lists that hold it (see lexicon).

    Places often look like people, and so do some things; two words with a blank between them, neither of one character
    (宁波 长春), are hardly ever one name. A word alone, the value of a field or a member of a list, has no sentence
    that could tell: a common word is no name there, unless it is known as one.
    """
    alone = not (start and _HAN.match(text[start - 1])) and not _HAN.match(text, end)
    if alone and lists & WORDS:
        return _SURE if lists & BIT["person"] else _NEVER
    doubtful = lists & _PLACES or (lists & BIT["false"] and not lists & BIT["person"])
    return _SURE if doubtful or _APART.fullmatch(text, start, end) else 0.0


def address(text: str, start: int, end: int) -> tuple[int, int]:
    """An address without the phone that touches it, and with the number of a house or room that follows.

    Half a run of digits is no number of a house: a short run goes with the address as a whole, a long one is left.
    """
    first = start
    while first > 0 and text[first] == "0" and text[first - 1] == "0":
        first -= 1
    if number := _LONG_NUMBER.match(text, first):
        start = min(number.end(), end)
    elif first < start:
        start = first
    if number := _LONG_NUMBER_AT_END.search(text, start, end):
        end = number.start()
    elif more := _MORE.match(text, end):
        end = more.end()
    while end > start and text[end - 1] in _OPENS:
        end -= 1
    return start, end


def person(text: str, start: int, end: int) -> tuple[int, int]:
    """A Chinese name without the Latin letters that touch its end."""
    tail = _LATIN_TAIL.search(text, start, end)
    return (start, tail.start()) if tail and _HAN.search(text, start, tail.start()) else (start, end)
