"""Where does somebody live, or something lie, at random?"""

from __future__ import annotations

from random import Random

from anonkit.training.lists import Lists, short

_BUILDINGS = "大厦 广场 中心 科技园 产业园 大楼 写字楼 商城".split()


def city(lists: Lists, random: Random) -> str:
    """A town, a province or a foreign place, which is no address."""
    if random.random() < 0.2:
        return lists.any("foreign_places", random)
    division = random.choice(lists.divisions)
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


def _road(lists: Lists, random: Random) -> str:
    if random.random() < 0.8:
        core = lists.any("road_names", random)
    else:
        core = random.choice(lists.given_characters) + random.choice("山河湖江州城阳东南西北安平兴华宁泰康明光新")
    return core + lists.frequent("road_suffixes", random, 2.5)


def _end(lists: Lists, random: Random) -> str:
    """Number of a house, or building, unit and room."""
    form = lists.frequent("building_forms", random, 1.3)
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


def _street(lists: Lists, random: Random) -> str:
    """From the road, the estate or the village down."""
    dice = random.random()
    way = _road(lists, random)
    number = f"{random.randint(1, 1999)}号"
    if dice < 0.30:
        return way + number
    if dice < 0.50:
        return way + number + lists.any("estate_names", random) + _end(lists, random)
    if dice < 0.62:
        return way + number + _end(lists, random)
    if dice < 0.77:
        return lists.any("estate_names", random) + _end(lists, random)
    if dice < 0.87:
        return lists.any("village_names", random) + random.choice(
            (
                "",
                f"{random.randint(1, 20)}组",
                f"{random.randint(1, 300)}号",
                f"{random.randint(1, 20)}组{random.randint(1, 200)}号",
            )
        )
    if dice < 0.92:
        return way + "与" + _road(lists, random) + random.choice(("交叉口", "交汇处", "路口"))
    return way + lists.any("org_cores", random) + random.choice(_BUILDINGS) + _end(lists, random)


def address(lists: Lists, random: Random) -> str:
    """An address: some levels of the divisions, a road or a village, a house."""
    dice = random.random()
    if dice < 0.12:
        return random.choice(lists.hotels)
    division = random.choice(lists.divisions)
    # Which levels are written.
    province = division.province if random.random() < 0.75 else short(division.province)
    city = division.city if random.random() < 0.75 else short(division.city)
    county = division.county if random.random() < 0.95 else short(division.county)
    rest = _street(lists, random) if random.random() < 0.93 else ""
    town = division.town if random.random() < 0.45 or not rest else ""
    start = random.random()
    if start < 0.45:
        parts = [province, city, county, town, rest]
    elif start < 0.70:
        parts = [city or province, county, town, rest]
    elif start < 0.85:
        parts = [county, town, rest]
    elif start < 0.92:
        parts = [town, rest]
    else:
        parts = [rest or county]
    parts = [part for part in parts if part]
    between = random.choice((" ", " ", "-", "")) if random.random() < 0.06 else ""
    whole = between.join(parts)
    if random.random() < 0.05:
        whole += lists.any("address_marks", random)
    if random.random() < 0.04:
        whole += (
            random.choice(("（", "("))
            + lists.any("estate_names", random)
            + random.choice(("对面", "东门", "旁", ""))
            + random.choice(("）", ")"))
        )
        if whole[-1] == "）" != ("）" if "（" in whole else ")"):
            whole = whole.replace("(", "（")
        elif whole[-1] == ")":
            whole = whole.replace("（", "(")
    return whole


def place(lists: Lists, random: Random) -> str:
    """Part of an address that is one as well: a district, a road, an estate."""
    dice = random.random()
    division = random.choice(lists.divisions)
    if dice < 0.25:
        return division.county
    if dice < 0.40:
        return (division.city or division.province) + division.county
    if dice < 0.50:
        return short(division.city or division.province) + division.county
    if dice < 0.60:
        return division.town
    if dice < 0.70:
        return _road(lists, random)
    if dice < 0.80:
        return lists.any("estate_names", random)
    if dice < 0.88:
        return lists.any("village_names", random)
    return _street(lists, random)
