"""Which names of people do keys tell for sure? Whole Chinese names, behind keys that are for nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anonkit.detect.engine import THRESHOLD
from anonkit.transform.plain import plain

if TYPE_CHECKING:
    from anonkit.detect.block import Block
    from anonkit.detect.engine import Engine

_PERSON, _CHINESE = "PERSON", ("chinese_name", "name_no_word")
_NAME = re.compile(r"[一-鿿]{2,4}|[一-鿿]{1,8}(?:[·•・‧][一-鿿]{1,8}){1,3}")
_NOT_FIRST = "老小阿"
_TITLES = tuple(
    """
    先生 女士 小姐 老师 经理 总 总监 师傅 医生 大夫 护士 主任 同学 阿姨 叔叔 哥 姐 律师 教授 局长 院长 校长 科长 处长
    队长 店长 董 工
    """.split()
)
_KEY_BYTES = 48
_NO_LETTER = re.compile(rb"[^a-z]")
_SIGN = re.compile(rb"[:=\"'`\[(>|]|" + "：|【|「|『|（|“|‘".encode())
# Keys of things and of accounts, too: 白云 may be a name there, and need not be.
_UNSURE_LATIN, _UNSURE = (b"name", b"nickname", b"username"), "昵称".encode()
_GOES_ON = re.compile(rb"[\xe4-\xe9]|\xc2\xb7|\xe2\x80[\xa2\xa7]|\xe3\x83\xbb|[A-Za-z*]")


def names(block: Block, engine: Engine) -> set[str]:
    """The whole Chinese names that keys tell in a block; words are still among them (see learnt.py)."""
    book = engine.book
    rules = frozenset(
        number
        for number, rule in enumerate(book.rules)
        if rule.keyed and rule.card.entity == _PERSON and rule.validator_name in _CHINESE
    )
    found = engine.find(block, THRESHOLD, rules, overlaps=True).found
    told: set[str] = set()
    for start, end, number in zip(found.start.tolist(), found.end.tolist(), found.rule.tolist(), strict=True):
        name = plain(block.buffer[start:end])
        if name in told or not _is_whole(name) or _GOES_ON.match(block.buffer, end):
            continue
        key = book.rule(number).key_before.search(block.buffer[max(0, start - _KEY_BYTES) : start])
        if key is not None and _is_sure(key[0]):
            told.add(name)
    return told


def _is_whole(name: str) -> bool:
    """Whether this is a family name and a given name, or a name of several parts, and no title is in it."""
    return _NAME.fullmatch(name) is not None and name[0] not in _NOT_FIRST and not name.endswith(_TITLES)


def _is_sure(key: bytes) -> bool:
    """Whether a key with its separator says that a person's name stands behind it."""
    letters = _NO_LETTER.sub(b"", key.lower())
    return _SIGN.search(key) is not None and not letters.startswith(_UNSURE_LATIN) and _UNSURE not in key
