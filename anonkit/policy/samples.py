"""What do values of each entity look like, all over the space of them? Exceptions of a policy are tried on these.

A few hundred for each entity, the same on every machine, and made up: that some belong to somebody cannot be helped.
A pattern for a few values out of millions goes through between them.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from functools import cache

from anonkit.transform.fakes.lists import lists

_HEX = "0123456789abcdef"
_DIGITS = string.digits
_MAILBOXES = (
    "qq.com", "163.com", "126.com", "139.com", "189.cn", "wo.cn", "sina.com", "sina.cn", "sohu.com", "foxmail.com",
    "aliyun.com", "yeah.net", "tom.com", "21cn.com", "gmail.com", "outlook.com", "hotmail.com", "icloud.com",
    "yahoo.com", "yahoo.com.cn", "live.cn", "msn.com", "proton.me", "vip.qq.com", "vip.163.com",
)  # fmt: skip
_PROVINCES = (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82,
)  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@cache
def samples() -> Mapping[str, tuple[str, ...]]:
    """The values by entity."""
    return {entity: tuple(dict.fromkeys(make(random.Random(entity)))) for entity, make in _MAKERS.items()}  # noqa: S311  the same each time


def _some(draw: random.Random, signs: str, size: int) -> str:
    return "".join(draw.choice(signs) for _ in range(size))


def _mobiles(draw: random.Random) -> list[str]:
    return [f"1{n}{_some(draw, _DIGITS, 8)}" for n in range(30, 100) for _ in range(4)]


def _landlines(draw: random.Random) -> list[str]:
    areas = ["010", *(f"02{n}" for n in range(10)), *(f"0{n}" for n in range(310, 1000, 13))]
    return [f"{area}{dash}{draw.choice('2345678')}{_some(draw, _DIGITS, 7)}" for area in areas for dash in ("", "-")]


def _foreign(draw: random.Random) -> list[str]:
    codes = ("8529", "8526", "8536", "88691", "88697", "12", "44", "81")
    return [f"+{code}{_some(draw, _DIGITS, 8)}" for code in codes for _ in range(12)]


def _id_cards(draw: random.Random) -> list[str]:
    made = []
    for province in _PROVINCES:
        for year in range(1940, 2020, 8):
            region = f"{province}{draw.randrange(1, 30):02}{draw.randrange(1, 30):02}"
            number = f"{region}{year}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}{draw.randrange(1, 999):03}"
            total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=True))
            made.append(number + "10X98765432"[total % 11])
    return made


def _cards(draw: random.Random) -> list[str]:
    issuers = ("622202", "621700", "622848", "621661", "622588", "622260", "621799", "436742", "456351", "521899")
    return [_luhn(issuer + _some(draw, _DIGITS, size)) for issuer in issuers for size in (9, 12) for _ in range(10)]


def _luhn(number: str) -> str:
    total = sum(
        sum(divmod(int(digit) * 2, 10)) if place % 2 == 0 else int(digit)
        for place, digit in enumerate(reversed(number))
    )
    return number + str(-total % 10)


def _passports(draw: random.Random) -> list[str]:
    return [f"{letter}{_some(draw, _DIGITS, 8)}" for letter in ("E", "G", "EA", "EJ", "D", "S", "P") for _ in range(20)]


def _permits(draw: random.Random) -> list[str]:
    return [f"{letter}{_some(draw, _DIGITS, 8)}" for letter in ("H", "M", "C", "") for _ in range(20)]


def _plates(draw: random.Random) -> list[str]:
    signs = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return [f"{p}{draw.choice('ABCDEFGHJK')}{_some(draw, signs, size)}" for p in _PLATES for size in (5, 5, 6)]


def _mailboxes(draw: random.Random) -> list[str]:
    known = lists()
    made = []
    for domain in _MAILBOXES:
        family, given = draw.choice(known.pinyin_families), draw.choice(known.pinyin_given)
        names = (
            f"{family}{given}", f"{given}.{family}", f"{family}_{given}{draw.randrange(60, 100)}",
            f"{given[0]}{family}",
            _some(draw, _DIGITS, 9), f"1{draw.randrange(30, 100)}{_some(draw, _DIGITS, 8)}", "hr", "admin",
        )  # fmt: skip
        made += [f"{name.lower()}@{domain}" for name in names]
    return [*made, *(f"{draw.choice(known.pinyin_given).lower()}@corp{n}.com" for n in range(20))]


def _addresses_of_networks(draw: random.Random) -> list[str]:
    v4 = [f"{n}.{_part(draw)}.{_part(draw)}.{_part(draw)}" for n in range(1, 224) for _ in range(2) if n != 127]  # noqa: PLR2004  loopback
    v6 = [":".join([first, *(_some(draw, _HEX, 4) for _ in range(7))]) for first in ("2001", "240e", "2408", "2409")]
    return [*v4, *v6]


def _part(draw: random.Random) -> int:
    return draw.randrange(1, 255)


def _macs(draw: random.Random) -> list[str]:
    macs = [":".join(_some(draw, _HEX, 2) for _ in range(6)) for _ in range(200)]
    return [*macs, *(mac.upper() for mac in macs[:50]), *(mac.replace(":", "-") for mac in macs[50:100])]


def _numbers(draw: random.Random, least: int, most: int) -> list[str]:
    return [first + _some(draw, _DIGITS, size - 1) for size in range(least, most + 1) for first in "12356789" * 4]


def _users(draw: random.Random) -> list[str]:
    known = lists()
    names = [f"{draw.choice(known.pinyin_families)}{draw.choice(known.pinyin_given)}".lower() for _ in range(60)]
    letters = [_some(draw, string.ascii_lowercase, size) for size in range(3, 11)]
    prefixes = (
        "u",
        "u_",
        "u-",
        "user",
        "user_",
        "user-",
        "uid",
        "uid_",
        "id_",
        "usr_",
        "cust_",
        "member_",
        "m",
        "acct-",
    )
    ends = (_some(draw, _DIGITS, 4), _some(draw, _DIGITS, 8), _some(draw, string.ascii_lowercase, 6), names[0])
    uuids = [_uuid(draw) for _ in range(20)]
    marked = [f"{prefix}{end}" for prefix in prefixes for end in ends]
    return [
        *_numbers(draw, 6, 12),
        *names,
        *(f"{name}{draw.randrange(100)}" for name in names),
        *letters,
        *marked,
        *uuids,
    ]


def _uuid(draw: random.Random) -> str:
    return "-".join(_some(draw, _HEX, size) for size in (8, 4, 4, 4, 12))


def _wechat(draw: random.Random) -> list[str]:
    return [f"wxid_{_some(draw, string.ascii_lowercase + _DIGITS, 14)}" for _ in range(60)]


def _people(draw: random.Random) -> list[str]:
    known = lists()
    chinese = [
        draw.choice(known.families) + _some(draw, known.male + known.female, size)
        for size in (1, 2)
        for _ in range(150)
    ]
    families = list(dict.fromkeys(known.families))
    return [*chinese, *(family + _some(draw, known.male, 1) for family in families)]


def _places(draw: random.Random) -> list[str]:
    known = lists()
    return [
        f"{province}{draw.choice(known.cities)}{mark}{draw.choice(known.districts)}人民路{draw.randrange(1, 300)}号"
        for province in known.provinces
        for mark in ("市", "")
        for _ in range(4)
    ]


def _births(draw: random.Random) -> list[str]:
    forms = ("{}-{:02}-{:02}", "{}/{:02}/{:02}", "{}{:02}{:02}", "{}年{}月{}日", "{}.{}.{}")
    return [f.format(y, draw.randrange(1, 13), draw.randrange(1, 29)) for y in range(1940, 2016, 2) for f in forms]


def _hexes(draw: random.Random, *sizes: int) -> list[str]:
    return [_some(draw, _HEX, size) for size in sizes for _ in range(40)]


_MAKERS: dict[str, Callable[[random.Random], list[str]]] = {
    "CN_MOBILE": _mobiles,
    "CN_LANDLINE": _landlines,
    "PHONE_NUMBER": _foreign,
    "CN_ID_CARD": _id_cards,
    "BANK_CARD": _cards,
    "CN_PASSPORT": _passports,
    "CN_TRAVEL_PERMIT": _permits,
    "CN_PLATE": _plates,
    "EMAIL_ADDRESS": _mailboxes,
    "IP_ADDRESS": _addresses_of_networks,
    "MAC_ADDRESS": _macs,
    "IMEI": lambda draw: [_luhn(tac + _some(draw, _DIGITS, 12)) for tac in ("35", "86", "99", "01") for _ in range(40)],
    "IMSI": lambda draw: [f"460{n:02}{_some(draw, _DIGITS, 10)}" for n in range(12) for _ in range(10)],
    "ICCID": lambda draw: [_luhn(f"8986{n:02}{_some(draw, _DIGITS, 13)}") for n in range(12) for _ in range(10)],
    "ANDROID_ID": lambda draw: _hexes(draw, 16),
    "ADVERTISING_ID": lambda draw: [_uuid(draw) for _ in range(60)],
    "PUSH_TOKEN": lambda draw: _hexes(draw, 32, 64),
    "DEVICE_ID": lambda draw: [*_hexes(draw, 32, 40), *(_uuid(draw).upper() for _ in range(40))],
    "SESSION_TOKEN": lambda draw: [_some(draw, string.ascii_letters + _DIGITS, size) for size in (20, 26, 32, 40)],
    "USER_ID": _users,
    "QQ": lambda draw: _numbers(draw, 6, 11),
    "WECHAT_ID": _wechat,
    "OPENID": lambda draw: [f"o{_some(draw, string.ascii_letters + _DIGITS + '_-', 27)}" for _ in range(60)],
    "PERSON": _people,
    "ADDRESS": _places,
    "DATE_OF_BIRTH": _births,
}
