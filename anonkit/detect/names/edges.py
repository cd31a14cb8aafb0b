"""Where exactly does a name begin and end, once the model has said where about? Text is folded (see runs.FOLD)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.names.labels import ADDRESS, PERSON
from anonkit.detect.names.lexicon import BIT, WORDS
from anonkit.detect.words import HOUSE_UNITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Places = NDArray[np.int64]

_SURE, _CLEAR, _CERTAIN, _NEVER = 0.9, 0.98, 0.995, 2.0
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
# What stands in quotes beside a part of a system is its name: 插件“陈列宝”“孙悟空选品”, “张飞”“赵云”两台主机.
_PART = (
    "(?:插件|模块|组件|主机|节点|集群|服务器|容器|微服务|中间件|脚本|进程|线程池|数据源|数据库|数据表|定时任务|配置项)"
)
_QUOTED = "[“「『][^“”「」『』]{1,12}[”」』][、,，和与]?"
_BEHIND_PART = re.compile(f"{_PART}(?:市场|仓库|名称|名|列表|清单)?[:：]?(?:{_QUOTED}){{0,4}}[“「『]\\Z")
_BEFORE_PART = re.compile(
    f"[”」』][、,，和与]?(?:{_QUOTED}){{0,4}}(?:等?[0-9一二两三四五六七八九十几]{{0,3}}[台个])?{_PART}(?![\u4e00-\u9fff]{{0,3}}[人员者])"
)
_OPENING, _CLOSING = "“「『", "”」』"
_BEFORE_QUOTED = 80  # characters, the most that are looked at
_APART = re.compile(r"[\u3400-\u9fff]{2,} +[\u3400-\u9fff]{2,}")
_OPENS = "(（ -#/·"
# Signs of a place that is only near by, and verbs that touch the number of a house: 26号院门口, 放12栋.
_NEAR = re.compile("(?:门口|附近|旁边|对面|楼下|正门|后门|前台)\\Z")
_VERB = re.compile("放(?=[0-9\u4e00-\u9fff])|[寄送到至在往](?=0)")
# How an address may go on behind the number of a house: 190号华邦广场25F.
_BUILDING = re.compile(
    "(?<=[号弄院])[\u4e00-\u9fff]{1,8}?(?:大厦|大楼|中心|广场|花园|公寓|小区|商务楼)"
    "(?:[A0]{1,2}座)?(?:0{1,4}A?(?:层|楼|室)?)?(?![\u4e00-\u9fffa-zA-Z0])"
)
# A family name with a title is a person. Names that are words of grammar (于, 和, 向, 应, 原) are left to the model.
_FAMILIES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤常温康施牛樊葛邢齐易乔伍庞颜倪庄"
    "聂章鲁岳翟殷詹申欧耿关焦俞左柳甘祝包宁尚舒阮柯纪梅童凌毕季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳柴蒙鲍华喻祁蒲房滕饶解艾"
    "尤卓吉缪简车项连芦褚娄窦戚岑景费卜冷晏卫柏瞿桂佟臧闵苟邬边卞姬仇栾隋刁荣巫寇桑郎甄丛仲虞敖占"
)
# The character is looked at first, then what stands before it.
_TITLED = re.compile(
    f"[{_FAMILIES}](?:先生|女士|小姐|老师|医生|医师|大夫|护士|药师|主任|经理|总监|师傅|阿姨|阿婆|奶奶|爷爷|大爷|大妈|大姐|大哥|大叔|老伯"
    "|伯伯|叔叔|警官|律师|教授|秘书|老板)(?<!康师傅)(?<!钱大妈)(?![们级岗部层])"
)
_GLUED = re.compile("(?<![请由让给找叫是的与和及跟问系知派转为帮替到向对])(?<=[\u3400-\u9fff])")
_LATIN_TAIL = re.compile(r"(?<=[\u3400-\u9fff])[a-zA-Z]+\Z")
_NO_ASCII = 0x80
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
    that could tell: there a word must look the more like a name, the less it is known as one.
    """
    if _is_part(text, start, end):
        return _NEVER
    alone = not (start and _HAN.match(text[start - 1])) and not _HAN.match(text, end)
    if alone and lists & WORDS:
        return _alone(lists)
    doubtful = lists & _PLACES or (lists & BIT["false"] and not lists & BIT["person"])
    return _SURE if doubtful or _APART.fullmatch(text, start, end) else 0.0


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether a quote stands beside this that makes it the name of a part of a system."""
    if text[max(start - 1, 0)] in _OPENING and _BEHIND_PART.search(text, max(start - _BEFORE_QUOTED, 0), start):
        return True
    return _BEFORE_PART.match(text, end) is not None


def are_exact(
    sure: NDArray[np.float64], lists: NDArray[np.uint32], points: NDArray[np.uint32], place: tuple[_Places, _Places]
) -> NDArray[np.bool_]:
    """Which people need no look: `least` is not above what they have, and `person` leaves them as they are.

    Args:
        sure: how sure the model is of each.
        lists: the word lists that hold each.
        points: the code points of the text, with some before and behind the people.
        place: where they start and end in it.
    """
    start, end = place
    exact: NDArray[np.bool_] = (sure >= _CERTAIN) & (points[end - 1] >= _NO_ASCII)
    for quotes, beside in ((_OPENING, start - 1), (_CLOSING, end)):
        exact &= ~np.isin(points[beside], [ord(quote) for quote in quotes])
    exact &= lists & np.uint32(BIT["organisation"]) == 0
    return exact


def _alone(lists: int) -> float:
    """How sure the model must be that a word alone is a person."""
    if lists & BIT["person"]:
        return _SURE
    if lists & BIT["organisation"]:
        return _NEVER
    if lists & _PLACES:
        return _CERTAIN
    # a word that is hardly used is one in the dictionary only
    return _CLEAR if lists & (BIT["frequent"] | BIT["false"]) and not lists & BIT["given"] else _SURE


def titled(text: str) -> list[tuple[int, int]]:
    """Where family names with titles stand that nothing but a verb touches: 请车经理, 6-2房女士."""
    return [match.span() for match in _TITLED.finditer(text) if not _GLUED.match(text, match.start())]


def address(text: str, start: int, end: int) -> tuple[int, int]:
    """An address without the phone or verb that touches it, and with the building, house or room that follows.

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
    elif more := _MORE.match(text, end) or _BUILDING.match(text, end):
        end = more.end()
    if near := _NEAR.search(text, start, end):
        end = near.start()
    if verb := _VERB.match(text, start, end):
        start = verb.end()
    while end > start and text[end - 1] in _OPENS:
        end -= 1
    return start, end


def person(text: str, start: int, end: int) -> tuple[int, int]:
    """A Chinese name without the Latin letters that touch its end."""
    tail = _LATIN_TAIL.search(text, start, end)
    return (start, tail.start()) if tail and _HAN.search(text, start, tail.start()) else (start, end)
