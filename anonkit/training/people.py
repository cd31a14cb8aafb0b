"""What is a person called at random?"""

from __future__ import annotations

import string
from random import Random

from anonkit.training.lists import Lists

_AFTER_SURNAME = "哥 姐 叔 姨 总 工 导 队 阿姨 大爷 师傅 嫂 董 老".split()
_KOREAN_SURNAMES = "金李朴崔郑姜赵尹张林韩申徐权黄安宋柳洪全高文梁孙裴白许卢南"


def surname(lists: Lists, random: Random) -> str:
    """A family name: 王, 欧阳."""
    dice = random.random()
    if dice < 0.05:
        return lists.any("compound_surnames", random)
    if dice < 0.10:
        return lists.any("rare_surnames", random)
    return lists.frequent("surnames", random, 3.0)


def given(lists: Lists, random: Random) -> str:
    """A given name: 秀英, 明明."""
    return lists.frequent("given_two", random, 1.3) if random.random() < 0.8 else _one(lists, random) * 2


def _one(lists: Lists, random: Random) -> str:
    return lists.frequent("given_one", random, 1.5)


def person(lists: Lists, random: Random) -> str:
    """A Chinese name, as a rule of two or three characters: 王小明; now and then 王某, or 王　伟 as in forms."""
    name = _person(lists, random)
    if len(name) in {2, 3} and random.random() < 0.03:
        blank = random.choice((" ", "\u3000", "\u3000", "  "))
        return blank.join(name) if random.random() < 0.6 else name[0] + blank + name[1:]
    return name


def _person(lists: Lists, random: Random) -> str:
    if random.random() < 0.02:
        return random.choice(lists.words_that_may_be_names)
    dice = random.random()
    family = surname(lists, random)
    if dice < 0.30:
        return family + _one(lists, random)
    if dice < 0.70:
        return family + lists.frequent("given_two", random, 1.3)
    if dice < 0.95:
        pool = lists.given_characters
        return family + random.choice(pool) + random.choice(pool)
    if dice < 0.97:
        return family + lists.frequent("surnames", random) + _one(lists, random)
    if dice < 0.985:
        return minority(lists, random)
    return family + random.choice(("某", "某某", "某某", "XX"))


def minority(lists: Lists, random: Random) -> str:
    """A name as other peoples of China have it."""
    return lists.any("minority", random)


def foreign(lists: Lists, random: Random) -> str:
    """A foreign name in Chinese characters: 约翰·史密斯, 克林顿."""
    dice = random.random()
    if dice < 0.45:
        return _foreign_name(lists, random)
    if dice < 0.80:
        return _foreign_given(lists, random) + "·" + _foreign_name(lists, random)
    if dice < 0.85:
        return f"{_foreign_given(lists, random)}·{_foreign_given(lists, random)}·{_foreign_name(lists, random)}"
    if dice < 0.90:
        return f"{random.choice(string.ascii_uppercase)}·{_foreign_name(lists, random)}"
    return _foreign_given(lists, random)


def _foreign_name(lists: Lists, random: Random) -> str:
    if random.random() < 0.5:
        return lists.any("foreign_names", random)
    length = random.choice((2, 3, 3, 3, 4, 4, 5))
    return "".join(lists.any("transliteration", random) for _ in range(length))


def _foreign_given(lists: Lists, random: Random) -> str:
    return lists.any("foreign_given", random) if random.random() < 0.7 else _foreign_name(lists, random)


def japanese(lists: Lists, random: Random) -> str:
    """A Japanese name: 佐藤健一, 佐藤."""
    given_name = lists.any("japanese_given", random) if random.random() < 0.75 else ""
    return lists.any("japanese_surnames", random) + given_name


def korean(lists: Lists, random: Random) -> str:
    """A Korean name in Chinese characters."""
    family = random.choice(_KOREAN_SURNAMES)
    return family + lists.any("korean_given", random)


def latin(lists: Lists, random: Random) -> str:
    """A name in latin letters: Zhang Wei, Tom Lee."""
    dice = random.random()
    if dice < 0.35:
        name = f"{lists.any('pinyin_surnames', random)} {lists.any('pinyin_given', random)}"
    elif dice < 0.45:
        name = f"{lists.any('pinyin_given', random)} {lists.any('pinyin_surnames', random)}"
    elif dice < 0.75:
        name = lists.any("english_given", random)
    else:
        name = f"{lists.any('english_given', random)} {lists.any('english_surnames', random)}"
    return name.upper() if random.random() < 0.15 else name


def titled(lists: Lists, random: Random) -> str:
    """A family name with a title: 王女士."""
    return surname(lists, random) + lists.frequent("titles_after_surname", random, 2.0)


def nick(lists: Lists, random: Random) -> str:
    """What somebody is called among friends: 老王, 阿明, 李哥."""
    dice = random.random()
    if dice < 0.5:
        return random.choice("老小小老大") + lists.frequent("surnames", random)
    if dice < 0.65:
        return "阿" + _one(lists, random)
    if dice < 0.9:
        return lists.frequent("surnames", random) + random.choice(_AFTER_SURNAME)
    return random.choice("小大老") + _one(lists, random)
