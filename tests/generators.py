"""Which values are valid? Seeded generators of made-up identifiers, and of the same with a broken check digit."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

Generator = Callable[[random.Random], str]

_REGIONS = (
    "110101 120103 130102 210203 320205 330106 440305 500103 510104 520323 610102 650102 810000 820000 830000".split()
)
_MOBILE_STARTS = (
    [f"13{d}" for d in range(10)]
    + [f"15{d}" for d in (0, 1, 2, 3, 5, 6, 7, 8, 9)]
    + [f"18{d}" for d in range(10)]
    + [f"19{d}" for d in (0, 1, 2, 3, 5, 6, 7, 8, 9)]
    + "145 147 149 162 165 166 167 170 171 172 173 175 176 177 178".split()
)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def hexes(rng: random.Random, count: int, alphabet: str = "0123456789abcdef") -> str:
    return "".join(rng.choices(alphabet, k=count))


def birth_date(rng: random.Random) -> str:
    return (date(1930, 1, 1) + timedelta(days=rng.randrange(33000))).strftime("%Y%m%d")


def cn_id_check(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def cn_id_card(rng: random.Random) -> str:
    body = rng.choice(_REGIONS) + birth_date(rng) + f"{rng.randrange(1, 1000):03d}"
    return body + cn_id_check(body)


def luhn_check(body: str) -> str:
    total = 0
    for i, digit in enumerate(reversed(body)):
        doubled = int(digit) * (1 if i % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def bank_card(rng: random.Random) -> str:
    start, length = rng.choice(
        [
            *(("6222", 19), ("6217", 19), ("6228", 19), ("6225", 16), ("9558", 19), ("4", 16), ("53", 16)),
            *(("2345", 16), ("37", 15), ("3530", 16), ("36", 14), ("6011", 16), ("2201", 16)),
        ]
    )
    body = start + digits(rng, length - len(start) - 1)
    return body + luhn_check(body)


def uscc(rng: random.Random) -> str:
    body = rng.choice(("91", "52", "12")) + rng.choice(_REGIONS[:12]) + "".join(rng.choices(_USCC_ALPHABET, k=9))
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(_USCC_ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + _USCC_ALPHABET[-total % 31]


def hk_id(rng: random.Random) -> str:
    body = rng.choice("ABCDEFGHKMPRSWYZ") + digits(rng, 6)
    total = 36 * 9 + (ord(body[0]) - 55) * 8 + sum(int(d) * w for d, w in zip(body[1:], range(7, 1, -1), strict=True))
    check = -total % 11
    return f"{body}({'A' if check == 10 else check})"


def tw_id(rng: random.Random) -> str:
    letter = rng.choice("ABCDEFGHJKLMNPQRSTUVXYWZIO")
    tens, ones = divmod(10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter), 10)
    body = rng.choice("1289") + digits(rng, 7)
    total = tens + 9 * ones + sum(int(d) * w for d, w in zip(body, range(8, 0, -1), strict=True))
    return letter + body + str(-total % 10)


def imei(rng: random.Random) -> str:
    body = rng.choice(("86", "35")) + digits(rng, 12)
    return body + luhn_check(body)


def iccid(rng: random.Random) -> str:
    return "8986" + rng.choice(("00", "01", "03", "06", "11")) + digits(rng, 14)


def imsi(rng: random.Random) -> str:
    return "460" + rng.choice(("00", "01", "03", "11")) + digits(rng, 10)


def cn_mobile(rng: random.Random) -> str:
    number = rng.choice(_MOBILE_STARTS) + digits(rng, 8)
    a, b, c = number[:3], number[3:7], number[7:]
    return rng.choice(
        (number, number, f"+86{number}", f"+86 {a}-{b}-{c}", f"0086{number}", f"{a} {b} {c}", f"{a}-{b}-{c}")
    )


def cn_landline(rng: random.Random) -> str:
    area = rng.choice("010 021 020 025 0510 0512 0571 0755 0731 0936 0351".split())
    number = rng.choice("2345678") + digits(rng, 7 if len(area) == 3 or rng.random() < 0.5 else 6)
    return rng.choice((f"{area}-{number}", f"({area}){number}"))


def plate(rng: random.Random) -> str:
    start = rng.choice(_PROVINCES) + rng.choice(_PLATE_LETTERS)
    middle = rng.choice(_PLATE_LETTERS) if rng.random() < 0.3 else digits(rng, 1)
    return rng.choice(
        (
            start + middle + digits(rng, 4),
            f"{start}·{digits(rng, 5)}",
            start + rng.choice("DF") + digits(rng, 5),
            start + digits(rng, 5) + rng.choice("DF"),
            start + digits(rng, 4) + rng.choice("挂学警港澳"),
        )
    )


def mac(rng: random.Random) -> str:
    alphabet = rng.choice(("0123456789abcdef", "0123456789ABCDEF"))
    return rng.choice(":-").join(hexes(rng, 2, alphabet) for _ in range(6))


def ipv4(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(first, 256)) for first in (1, 0, 0, 1))


def ipv6(rng: random.Random) -> str:
    groups = [f"{rng.randrange(65536):x}" for _ in range(8)]
    groups[0] = rng.choice(("2001", "2408", "240e", "fe80"))
    if rng.random() < 0.5:
        return ":".join(groups)
    return ":".join(groups[:3]) + "::" + ":".join(groups[5:])


def email(rng: random.Random) -> str:
    name = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(3, 9)))
    return (
        f"{name}{rng.choice(('', '.li', '_w', '88'))}@{rng.choice(('example.com', 'corp.example.cn', 'mail.test.org'))}"
    )


def jwt(rng: random.Random) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    return f"eyJ{hexes(rng, 30, alphabet)}.eyJ{hexes(rng, 60, alphabet)}.{hexes(rng, 43, alphabet)}"


def broken(value: str) -> str:
    """The same value with another check digit (the last letter or digit; for `A123456(3)` the one in brackets)."""
    at = max(i for i, c in enumerate(value) if c.isalnum())
    return value[:at] + ("0" if not value[at].isdigit() else str((int(value[at]) + 1) % 10)) + value[at + 1 :]


def sample(generator: Generator, count: int, seed: int = 20) -> list[str]:
    rng = random.Random(seed)
    return [generator(rng) for _ in range(count)]
