"""Which random names, addresses, organisations and numbers go into the slots of sentences?"""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

WORDS = Path(__file__).with_name("words")
_MANY = 9000


def words(name: str) -> list[str]:
    """The list `name` of this package, the more frequent first."""
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(x.strip() for x in lines if x.strip() and not x.startswith("# ")))


@dataclass(frozen=True)
class Division:
    """A town with what it lies in, by the full names: 江苏省, 无锡市, 锡山区, 安镇街道."""

    province: str
    city: str
    county: str
    town: str


def divisions(folder: Path) -> list[Division]:
    """All towns of `folder`/divisions/pcas.json, in its order."""
    tree = json.loads((folder / "divisions" / "pcas.json").read_text(encoding="utf-8"))
    return [
        Division(province, city if city not in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划") else "", county, town)
        for province, cities in tree.items()
        for city, counties in cities.items()
        for county, towns in counties.items()
        for town in towns
    ]


def short(name: str) -> str:
    """A division without its suffix: 江苏, 无锡; as it is where nothing would be left."""
    for suffix in ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "地区", "省", "市", "区", "县"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


class Fillers:
    """Random values for slots."""

    def __init__(self, folder: Path) -> None:
        """Lists of the package and the divisions and hotels of `folder`."""
        self._folder = folder
        self._lists: dict[str, list[str]] = {}

    def value(self, kind: str, random: random.Random) -> str:
        """A value for a slot of this kind.

        Raises:
            ValueError: there is no such kind.
        """
        maker = getattr(self, f"_{kind}", None)
        if maker is None:
            raise ValueError(f"no kind of slot is called {kind}")
        made: str = maker(random)
        return made

    # -- people

    def _list(self, name: str) -> list[str]:
        if name not in self._lists:
            self._lists[name] = words(name)
        return self._lists[name]

    def _frequent(self, name: str, random: random.Random, power: float = 2.0) -> str:
        """An entry of a list, those at its front more often."""
        entries = self._list(name)
        return entries[int(len(entries) * random.random() ** power)]

    def _any(self, name: str, random: random.Random) -> str:
        return random.choice(self._list(name))

    def _surname(self, random: random.Random) -> str:
        dice = random.random()
        if dice < 0.05:
            return self._any("compound_surnames", random)
        if dice < 0.10:
            return self._any("rare_surnames", random)
        return self._frequent("surnames", random, 3.0)

    def _given(self, random: random.Random) -> str:
        return self._frequent("given_two", random, 1.3) if random.random() < 0.8 else self._one(random) * 2

    def _one(self, random: random.Random) -> str:
        return self._frequent("given_one", random, 1.5)

    def _person(self, random: random.Random) -> str:
        if random.random() < 0.02:
            return random.choice(self._words_that_may_be_names)
        dice = random.random()
        surname = self._surname(random)
        if dice < 0.30:
            return surname + self._one(random)
        if dice < 0.70:
            return surname + self._frequent("given_two", random, 1.3)
        if dice < 0.95:
            pool = self._given_characters
            return surname + random.choice(pool) + random.choice(pool)
        if dice < 0.97:
            return surname + self._frequent("surnames", random) + self._one(random)
        if dice < 0.985:
            return self._minority(random)
        return surname + random.choice(("某", "某某", "某某", "XX"))

    @cached_property
    def _words_that_may_be_names(self) -> list[str]:
        """Words such as 高峰 and 张力 that are names as well: only what stands around them tells."""
        surnames, given = set(self._list("surnames")[:250]), set(self._list("given_one")[:250])
        likely = given | {name[1:] for name in self._list("given_two")[:2000]}
        return [w for w in self._list("false_names") if w[0] in surnames and (w[1:] in likely or w[1:] in given)]

    @cached_property
    def _given_characters(self) -> str:
        return "".join(self._list("given_two")) + "".join(self._list("given_one"))

    def _minority(self, random: random.Random) -> str:
        return self._any("minority", random)

    def _foreign(self, random: random.Random) -> str:
        dice = random.random()
        if dice < 0.45:
            return self._foreign_name(random)
        if dice < 0.80:
            return self._foreign_given(random) + "·" + self._foreign_name(random)
        if dice < 0.85:
            return f"{self._foreign_given(random)}·{self._foreign_given(random)}·{self._foreign_name(random)}"
        if dice < 0.90:
            return f"{random.choice(string.ascii_uppercase)}·{self._foreign_name(random)}"
        return self._foreign_given(random)

    def _foreign_name(self, random: random.Random) -> str:
        if random.random() < 0.5:
            return self._any("foreign_names", random)
        length = random.choice((2, 3, 3, 3, 4, 4, 5))
        return "".join(self._any("transliteration", random) for _ in range(length))

    def _foreign_given(self, random: random.Random) -> str:
        return self._any("foreign_given", random) if random.random() < 0.7 else self._foreign_name(random)

    def _japanese(self, random: random.Random) -> str:
        given = self._any("japanese_given", random) if random.random() < 0.75 else ""
        return self._any("japanese_surnames", random) + given

    def _korean(self, random: random.Random) -> str:
        surname = random.choice("金李朴崔郑姜赵尹张林韩申徐权黄安宋柳洪全高文梁孙裴白许卢南")
        return surname + self._any("korean_given", random)

    def _latin(self, random: random.Random) -> str:
        dice = random.random()
        if dice < 0.35:
            name = f"{self._any('pinyin_surnames', random)} {self._any('pinyin_given', random)}"
        elif dice < 0.45:
            name = f"{self._any('pinyin_given', random)} {self._any('pinyin_surnames', random)}"
        elif dice < 0.75:
            name = self._any("english_given", random)
        else:
            name = f"{self._any('english_given', random)} {self._any('english_surnames', random)}"
        return name.upper() if random.random() < 0.15 else name

    def _titled(self, random: random.Random) -> str:
        return self._surname(random) + self._frequent("titles_after_surname", random, 2.0)

    def _nick(self, random: random.Random) -> str:
        dice = random.random()
        if dice < 0.5:
            return random.choice("老小小老大") + self._frequent("surnames", random)
        if dice < 0.65:
            return "阿" + self._one(random)
        if dice < 0.9:
            return self._frequent("surnames", random) + random.choice(("哥", "姐", "叔", "姨", "总", "工", "导", "队", "阿姨", "大爷", "师傅", "嫂", "董", "老"))
        return random.choice("小大老") + self._one(random)

    # -- places

    @cached_property
    def _divisions(self) -> list[Division]:
        return divisions(self._folder)

    @cached_property
    def _hotels(self) -> list[str]:
        found = []
        for name in ("hotel", "restaurant", "attraction"):
            file = self._folder / "crosswoz" / f"{name}_db.json"
            for _, facts in json.loads(file.read_text(encoding="utf-8")):
                address = (facts.get("地址") or "").strip()
                if 6 <= len(address) <= 40 and "，" not in address and ";" not in address:
                    found.append(address)
        return found

    def _city(self, random: random.Random) -> str:
        if random.random() < 0.2:
            return self._any("foreign_places", random)
        division = random.choice(self._divisions)
        dice = random.random()
        if dice < 0.35:
            return division.city or division.province
        if dice < 0.70:
            return short(division.city or division.province)
        if dice < 0.80:
            return division.province
        if dice < 0.88:
            return short(division.province)
        return short(division.province) + (division.city or "")

    def _road(self, random: random.Random) -> str:
        if random.random() < 0.8:
            core = self._any("road_names", random)
        else:
            core = random.choice(self._given_characters) + random.choice("山河湖江州城阳东南西北安平兴华宁泰康明光新")
        return core + self._frequent("road_suffixes", random, 2.5)

    def _end(self, random: random.Random) -> str:
        """Number of a house, or building, unit and room."""
        form = self._frequent("building_forms", random, 1.3)
        out = ""
        for character in form:
            if character == "#":
                digits = random.choice((1, 1, 2, 2, 2, 3, 3, 4))
                out += str(random.randint(10 ** (digits - 1), 10**digits - 1))
            else:
                out += character
        if random.random() < 0.04:
            out = out.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        elif random.random() < 0.03:
            out = out.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
        return out

    def _street(self, random: random.Random) -> str:
        """From the road, the estate or the village down."""
        dice = random.random()
        road = self._road(random)
        number = f"{random.randint(1, 1999)}号"
        if dice < 0.30:
            return road + number
        if dice < 0.50:
            return road + number + self._any("estate_names", random) + self._end(random)
        if dice < 0.62:
            return road + number + self._end(random)
        if dice < 0.77:
            return self._any("estate_names", random) + self._end(random)
        if dice < 0.87:
            return self._any("village_names", random) + random.choice(("", f"{random.randint(1, 20)}组", f"{random.randint(1, 300)}号", f"{random.randint(1, 20)}组{random.randint(1, 200)}号"))
        if dice < 0.92:
            return road + "与" + self._road(random) + random.choice(("交叉口", "交汇处", "路口"))
        return road + self._any("org_cores", random) + random.choice(("大厦", "广场", "中心", "科技园", "产业园", "大楼", "写字楼", "商城")) + self._end(random)

    def _address(self, random: random.Random) -> str:
        dice = random.random()
        if dice < 0.12:
            return random.choice(self._hotels)
        division = random.choice(self._divisions)
        # Which levels are written.
        province = division.province if random.random() < 0.75 else short(division.province)
        city = division.city if random.random() < 0.75 else short(division.city)
        county = division.county if random.random() < 0.95 else short(division.county)
        street = self._street(random) if random.random() < 0.93 else ""
        town = division.town if random.random() < 0.45 or not street else ""
        start = random.random()
        if start < 0.45:
            parts = [province, city, county, town, street]
        elif start < 0.70:
            parts = [city or province, county, town, street]
        elif start < 0.85:
            parts = [county, town, street]
        elif start < 0.92:
            parts = [town, street]
        else:
            parts = [street or county]
        parts = [part for part in parts if part]
        between = random.choice((" ", " ", "-", "")) if random.random() < 0.06 else ""
        whole = between.join(parts)
        if random.random() < 0.05:
            whole += self._any("address_marks", random)
        if random.random() < 0.04:
            whole += random.choice(("（", "(")) + self._any("estate_names", random) + random.choice(("对面", "东门", "旁", "")) + random.choice(("）", ")"))
            if whole[-1] == "）" != ("）" if "（" in whole else ")"):
                whole = whole.replace("(", "（")
            elif whole[-1] == ")":
                whole = whole.replace("（", "(")
        return whole

    def _place(self, random: random.Random) -> str:
        dice = random.random()
        division = random.choice(self._divisions)
        if dice < 0.25:
            return division.county
        if dice < 0.40:
            return (division.city or division.province) + division.county
        if dice < 0.50:
            return short(division.city or division.province) + division.county
        if dice < 0.60:
            return division.town
        if dice < 0.70:
            return self._road(random)
        if dice < 0.80:
            return self._any("estate_names", random)
        if dice < 0.88:
            return self._any("village_names", random)
        return self._street(random)

    # -- organisations

    def _core(self, random: random.Random) -> str:
        if random.random() < 0.7:
            return self._any("org_cores", random)
        pool = self._given_characters
        return "".join(random.choice(pool) for _ in range(random.choice((2, 2, 2, 3))))

    def _thing(self, random: random.Random) -> str:
        return self._any("things" if random.random() < 0.6 else "false_names", random)

    def _org(self, random: random.Random) -> str:
        if random.random() < 0.15:
            return self._any("brands", random)
        dice = random.random()
        if dice < 0.10:
            return self._bank(random)
        if dice < 0.18:
            return self._school(random)
        if dice < 0.25:
            return self._hospital(random)
        if dice < 0.33:
            return self._gov(random)
        city = self._city(random) if random.random() < 0.5 else ""
        core, trade = self._core(random), self._any("org_trades", random)
        if dice < 0.70:
            suffix = random.choice(("有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "集团", "公司"))
            if city and random.random() < 0.15:
                return f"{core}（{short(city)}）{trade}{suffix}"
            return city + core + trade + suffix
        if dice < 0.85:
            return city + core + self._any("org_suffixes", random)
        return core + random.choice((trade, "集团", "科技", "股份", "控股"))

    def _bank(self, random: random.Random) -> str:
        bank = random.choice(("工商银行", "农业银行", "中国银行", "建设银行", "交通银行", "招商银行", "浦发银行", "中信银行", "兴业银行", "民生银行", "邮储银行", "平安银行", "农商银行", "光大银行"))
        if random.random() < 0.25:
            bank = "中国" + bank.removeprefix("中国") if random.random() < 0.5 else bank + "股份有限公司"
        if random.random() < 0.3:
            return bank
        return bank + self._city(random) + random.choice((self._any("road_names", random), self._core(random), "")) + random.choice(("支行", "分行", "营业部"))

    def _school(self, random: random.Random) -> str:
        form = random.random()
        city = self._city(random)
        if form < 0.3:
            return city + f"第{random.choice('一二三四五六七八九十')}" + random.choice(("中学", "小学", "实验小学", "高级中学", "幼儿园"))
        if form < 0.65:
            return short(city) + random.choice(("大学", "师范大学", "理工大学", "医科大学", "财经学院", "职业技术学院", "工业大学", "农业大学", "外国语学校"))
        return self._core(random) + random.choice(("小学", "中学", "幼儿园", "学校", "培训学校", "学院"))

    def _hospital(self, random: random.Random) -> str:
        return self._city(random) + random.choice(("第一人民医院", "人民医院", "中医院", "妇幼保健院", "第二医院", "中心医院", "儿童医院", "口腔医院", "疾控中心"))

    def _gov(self, random: random.Random) -> str:
        place = self._city(random) if random.random() < 0.5 else random.choice(self._divisions).county
        return place + random.choice(("公安局", "人民法院", "人民检察院", "税务局", "市场监管局", "教育局", "民政局", "人社局", "政府", "人民政府", "派出所", "交警大队", "住建局", "财政局", "委员会", "规划局", "卫健委"))

    def _shop(self, random: random.Random) -> str:
        if random.random() < 0.5:
            return self._core(random) + random.choice(("超市", "便利店", "药房", "火锅店", "面馆", "旗舰店", "专卖店", "酒店", "宾馆", "理发店", "书店", "奶茶店"))
        return self._surname(random) + random.choice(("记", "家", "氏")) + random.choice(("牛肉面", "烧烤", "小吃", "饭店", "包子铺", "面馆"))

    # -- no labels

    def _mobile(self, random: random.Random) -> str:
        return f"1{random.choice('3456789')}{random.randint(0, 10**9 - 1):09d}"

    def _landline(self, random: random.Random) -> str:
        return f"0{random.randint(10, 999)}-{random.randint(10**6, 10**8)}"

    def _idcard(self, random: random.Random) -> str:
        return f"{random.randint(11, 65)}{random.randint(1000, 9999)}19{random.randint(50, 99)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{random.randint(0, 999):03d}{random.choice('0123456789X')}"

    def _card(self, random: random.Random) -> str:
        return f"62{random.randint(10**13, 10**17)}"

    def _email(self, random: random.Random) -> str:
        return f"{self._letters(random)}@{random.choice(('example.com', 'qq.com', '163.com', 'corp.example.cn'))}"

    def _ip(self, random: random.Random) -> str:
        return ".".join(str(random.randint(0, 255)) for _ in range(4))

    def _date(self, random: random.Random) -> str:
        year, month, day = random.randint(1950, 2026), random.randint(1, 12), random.randint(1, 28)
        return random.choice((f"{year}-{month:02d}-{day:02d}", f"{year}年{month}月{day}日", f"{month}月{day}日", f"{year}/{month}/{day}", f"{year}.{month}.{day}"))

    def _time(self, random: random.Random) -> str:
        hour, minute = random.randint(0, 23), random.randint(0, 59)
        return random.choice((f"{hour:02d}:{minute:02d}", f"{hour}点{minute}分", f"{hour:02d}:{minute:02d}:{random.randint(0, 59):02d}"))

    def _datetime(self, random: random.Random) -> str:
        return f"{random.randint(2015, 2026)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d} {random.randint(0, 23):02d}:{random.randint(0, 59):02d}:{random.randint(0, 59):02d}"

    def _year(self, random: random.Random) -> str:
        return str(random.randint(1949, 2026))

    def _int(self, random: random.Random) -> str:
        return str(random.randint(1, 999))

    def _num(self, random: random.Random) -> str:
        return str(random.randint(10**5, 10**15))

    def _amount(self, random: random.Random) -> str:
        return f"{random.randint(1, 99999)}.{random.randint(0, 99):02d}"

    def _letters(self, random: random.Random) -> str:
        return "".join(random.choice(string.ascii_lowercase) for _ in range(random.randint(3, 9)))

    def _order(self, random: random.Random) -> str:
        return "".join(random.choice(string.ascii_uppercase) for _ in range(2)) + str(random.randint(10**7, 10**13))

    def _hex(self, random: random.Random) -> str:
        return f"{random.getrandbits(64):016x}"

    def _uuid(self, random: random.Random) -> str:
        bits = f"{random.getrandbits(128):032x}"
        return "-".join((bits[:8], bits[8:12], bits[12:16], bits[16:20], bits[20:]))

    def _plate(self, random: random.Random) -> str:
        return random.choice("京沪苏浙粤鲁川") + random.choice("ABCDEF") + "".join(random.choice(string.digits) for _ in range(5))
