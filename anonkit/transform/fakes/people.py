"""Which name could somebody else have, who is called in the same way?"""

from __future__ import annotations

import re
from collections.abc import Callable

from anonkit.transform.fakes.draws import Draws
from anonkit.transform.fakes.lists import lists

_HAN = "[\u3400-\u9fff]"
_COMPOUND_FAMILIES = tuple(
    "欧阳 上官 司马 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 "
    "端木 东方 独孤 南宫 闻人 申屠 呼延 西门 东郭 钟离 鲜于 澹台".split()
)
_FEMALE_TITLES = "女士 小姐 太太 夫人 阿姨 大姐 大妈 奶奶 姐 嫂 姨".split()
_MALE_TITLES = "先生 叔叔 大哥 大爷 爷爷 哥 爷 叔".split()
_OTHER_TITLES = "总经理 老师 医生 大夫 护士 师傅 经理 总监 主任 教授 律师 同学 同志 总 工".split()
_TITLES = sorted(_FEMALE_TITLES + _MALE_TITLES + _OTHER_TITLES, key=len, reverse=True)
_LONG_TITLES = "|".join(title for title in _TITLES if len(title) > 1)
_SHORT_TITLES = "|".join(title for title in _TITLES if len(title) == 1)  # behind a family name alone
_CHINESE = re.compile(
    rf"(?P<before>[老小阿])(?P<called>{_HAN})"
    rf"|(?P<family>{_HAN}|{'|'.join(_COMPOUND_FAMILIES)})(?P<short>{_SHORT_TITLES})"
    rf"|(?P<name>{_HAN}{{1,10}}?)(?P<title>{_LONG_TITLES})?"
)
_PARTS = re.compile(r"([·•・‧])")
_LATIN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_LATIN_TITLES = frozenset("mr mrs ms miss dr prof sir madam".split())
_NOT_LATIN = re.compile(rf"[0-9]|{_HAN}")
# what names of other languages are written with
_TRANSCRIBED = "阿艾巴布达丹迪尔法哈吉江卡克库拉莱里力鲁罗马买曼米木娜尼努帕普热萨赛莎斯苏塔提图瓦乌西夏亚叶依伊扎古丽"
# what could be drawn from the lists and is no name; a copy, since the validator learns and fakes stay the same
_NO_NAMES = frozenset("凌晨 华东 吉利 和平 康佳 房东 明文 桂林 桂花 梅花 毛利 江东 苏宁 韩国 黄金".split())
_NO_BEGINNINGS = ("全国", "吉林", "宁波", "鲜花")
_NO_ENDING = "费"


def person(name: str, draws: Draws) -> str | None:
    """Another name, as long, of the same kind: Chinese with its title, in parts with dots between, or Latin.

    None for what is no name.
    """
    parts = _PARTS.split(name)
    if len(parts) > 1 and not _LATIN.search(name):
        return "".join(part if at % 2 else _transcribed(part, draws) for at, part in enumerate(parts))
    chinese = _CHINESE.fullmatch(name)
    if chinese is not None:
        return _chinese(chinese, draws)
    return _latin(name, draws) if _LATIN.search(name) and not _NOT_LATIN.search(name) else None


def _chinese(parts: re.Match[str], draws: Draws) -> str:
    if parts["before"]:
        return f"{parts['before']}{_family(parts['called'], draws)}"
    if parts["short"]:
        return f"{_family(parts['family'], draws)}{parts['short']}"
    title = parts["title"] or ""
    return _full(parts["name"], title, draws) + title


def _family(name: str, draws: Draws) -> str:
    return draws.one(_COMPOUND_FAMILIES if name in _COMPOUND_FAMILIES else lists().families)


def _full(name: str, title: str, draws: Draws) -> str:
    """Family and given name, each as long as before; characters and titles of one gender keep it."""
    size = 2 if name[:2] in _COMPOUND_FAMILIES else 1
    given = name[size:]
    characters = _of_gender(given, title)
    while True:
        fake = _family(name[:size], draws) + "".join(draws.one(characters) for _ in given)
        if not given or _is_name(fake):
            return fake


def _is_name(fake: str) -> bool:
    return not (fake in _NO_NAMES or fake.startswith(_NO_BEGINNINGS) or fake.endswith(_NO_ENDING))


def _of_gender(given: str, title: str) -> str:
    """The characters to draw from: those of one gender where title or most of the telling characters are."""
    known = lists()
    if title in _FEMALE_TITLES or title in _MALE_TITLES:
        return known.female if title in _FEMALE_TITLES else known.male
    female = sum(char in known.female and char not in known.male for char in given)
    male = sum(char in known.male and char not in known.female for char in given)
    if female == male:
        return known.male + known.female
    return known.female if female > male else known.male


def _transcribed(part: str, draws: Draws) -> str:
    return "".join(draws.one(_TRANSCRIBED) for _ in part)


def _latin(name: str, draws: Draws) -> str:
    """As many words: pinyin where the first or last is a Chinese family name, and English names else."""
    known = lists()
    words = [word.lower() for word in _LATIN.findall(name) if word.lower() not in _LATIN_TITLES]
    pinyin = {family.lower() for family in known.pinyin_families}
    ends = (0, len(words) - 1)
    family_at = next((at for at in ends if words and words[at] in pinyin), None)
    families, given = known.pinyin_families, known.pinyin_given
    if family_at is None:
        family_at = ends["," not in name]
        families, given = known.latin_families, known.latin_given
    fakes = iter([draws.one(families if at == family_at else given) for at in range(len(words))])
    return _LATIN.sub(lambda word: word[0] if word[0].lower() in _LATIN_TITLES else _cased(word[0])(next(fakes)), name)


def _cased(word: str) -> Callable[[str], str]:
    if word.isupper() and len(word) > 1:
        return str.upper
    return str.lower if word.islower() else str
