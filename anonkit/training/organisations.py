"""What is an organisation called at random, or a thing that bears no name?"""

from __future__ import annotations

from random import Random

from anonkit.training.lists import Lists, short
from anonkit.training.people import surname
from anonkit.training.places import city

_FORMS = "有限公司 有限公司 有限责任公司 股份有限公司 集团有限公司 集团 公司".split()
_BANKS = (
    "工商银行 农业银行 中国银行 建设银行 交通银行 招商银行 浦发银行 "
    "中信银行 兴业银行 民生银行 邮储银行 平安银行 农商银行 光大银行"
).split()
_UNIVERSITIES = "大学 师范大学 理工大学 医科大学 财经学院 职业技术学院 工业大学 农业大学 外国语学校".split()
_HOSPITALS = "第一人民医院 人民医院 中医院 妇幼保健院 第二医院 中心医院 儿童医院 口腔医院 疾控中心".split()
_OFFICES = (
    "公安局 人民法院 人民检察院 税务局 市场监管局 教育局 民政局 人社局 "
    "政府 人民政府 派出所 交警大队 住建局 财政局 委员会 规划局 卫健委"
).split()
_SHOPS = "超市 便利店 药房 火锅店 面馆 旗舰店 专卖店 酒店 宾馆 理发店 书店 奶茶店".split()


def _core(lists: Lists, random: Random) -> str:
    if random.random() < 0.7:
        return lists.any("org_cores", random)
    pool = lists.given_characters
    return "".join(random.choice(pool) for _ in range(random.choice((2, 2, 2, 3))))


def thing(lists: Lists, random: Random) -> str:
    """A product, a work or a word that might be taken for a name."""
    return lists.any("things" if random.random() < 0.6 else "false_names", random)


def org(lists: Lists, random: Random) -> str:
    """An organisation of any kind."""
    if random.random() < 0.15:
        return lists.any("brands", random)
    dice = random.random()
    if dice < 0.10:
        return bank(lists, random)
    if dice < 0.18:
        return school(lists, random)
    if dice < 0.25:
        return hospital(lists, random)
    if dice < 0.33:
        return gov(lists, random)
    where = city(lists, random) if random.random() < 0.5 else ""
    name, trade = _core(lists, random), lists.any("org_trades", random)
    if dice < 0.70:
        suffix = random.choice(_FORMS)
        if where and random.random() < 0.15:
            return f"{name}（{short(where)}）{trade}{suffix}"
        return where + name + trade + suffix
    if dice < 0.85:
        return where + name + lists.any("org_suffixes", random)
    return name + random.choice((trade, "集团", "科技", "股份", "控股"))


def bank(lists: Lists, random: Random) -> str:
    """A bank or one of its branches."""
    name = random.choice(_BANKS)
    if random.random() < 0.25:
        name = "中国" + name.removeprefix("中国") if random.random() < 0.5 else name + "股份有限公司"
    if random.random() < 0.3:
        return name
    return (
        name
        + city(lists, random)
        + random.choice((lists.any("road_names", random), _core(lists, random), ""))
        + random.choice(("支行", "分行", "营业部"))
    )


def school(lists: Lists, random: Random) -> str:
    """A school or a university."""
    form = random.random()
    where = city(lists, random)
    if form < 0.3:
        return (
            where
            + f"第{random.choice('一二三四五六七八九十')}"
            + random.choice(("中学", "小学", "实验小学", "高级中学", "幼儿园"))
        )
    if form < 0.65:
        return short(where) + random.choice(_UNIVERSITIES)
    return _core(lists, random) + random.choice(("小学", "中学", "幼儿园", "学校", "培训学校", "学院"))


def hospital(lists: Lists, random: Random) -> str:
    """A hospital."""
    return city(lists, random) + random.choice(_HOSPITALS)


def gov(lists: Lists, random: Random) -> str:
    """An office of the state."""
    place = city(lists, random) if random.random() < 0.5 else random.choice(lists.divisions).county
    return place + random.choice(_OFFICES)


def shop(lists: Lists, random: Random) -> str:
    """A shop or a restaurant."""
    if random.random() < 0.5:
        return _core(lists, random) + random.choice(_SHOPS)
    return (
        surname(lists, random)
        + random.choice(("记", "家", "氏"))
        + random.choice(("牛肉面", "烧烤", "小吃", "饭店", "包子铺", "面馆"))
    )
