"""Which numbers, dates and marks stand beside names?"""

from __future__ import annotations

import string
from random import Random


def mobile(random: Random) -> str:
    """A mobile phone number."""
    return f"1{random.choice('3456789')}{random.randint(0, 10**9 - 1):09d}"


def landline(random: Random) -> str:
    """A landline number."""
    return f"0{random.randint(10, 999)}-{random.randint(10**6, 10**8)}"


def idcard(random: Random) -> str:
    """An ID card number, whose check digit is seldom right."""
    area = f"{random.randint(11, 65)}{random.randint(1000, 9999)}"
    born = f"19{random.randint(50, 99)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    return area + born + f"{random.randint(0, 999):03d}" + random.choice("0123456789X")


def card(random: Random) -> str:
    """A bank card number."""
    return f"62{random.randint(10**13, 10**17)}"


def email(random: Random) -> str:
    """An e-mail address."""
    return f"{letters(random)}@{random.choice(('example.com', 'qq.com', '163.com', 'corp.example.cn'))}"


def ip(random: Random) -> str:
    """An IPv4 address."""
    return ".".join(str(random.randint(0, 255)) for _ in range(4))


def date(random: Random) -> str:
    """A date."""
    year, month, day = random.randint(1950, 2026), random.randint(1, 12), random.randint(1, 28)
    return random.choice(
        (
            f"{year}-{month:02d}-{day:02d}",
            f"{year}年{month}月{day}日",
            f"{month}月{day}日",
            f"{year}/{month}/{day}",
            f"{year}.{month}.{day}",
        )
    )


def time(random: Random) -> str:
    """A time of day."""
    hour, minute = random.randint(0, 23), random.randint(0, 59)
    return random.choice(
        (f"{hour:02d}:{minute:02d}", f"{hour}点{minute}分", f"{hour:02d}:{minute:02d}:{random.randint(0, 59):02d}")
    )


def datetime(random: Random) -> str:
    """A date and a time, as in logs."""
    day = f"{random.randint(2015, 2026)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    return f"{day} {random.randint(0, 23):02d}:{random.randint(0, 59):02d}:{random.randint(0, 59):02d}"


def year(random: Random) -> str:
    """A year."""
    return str(random.randint(1949, 2026))


def whole(random: Random) -> str:
    """A whole number of up to three digits."""
    return str(random.randint(1, 999))


def num(random: Random) -> str:
    """A number of 6 to 16 digits."""
    return str(random.randint(10**5, 10**15))


def amount(random: Random) -> str:
    """An amount of money."""
    return f"{random.randint(1, 99999)}.{random.randint(0, 99):02d}"


def letters(random: Random) -> str:
    """Small latin letters."""
    return "".join(random.choice(string.ascii_lowercase) for _ in range(random.randint(3, 9)))


def order(random: Random) -> str:
    """The number of an order."""
    return "".join(random.choice(string.ascii_uppercase) for _ in range(2)) + str(random.randint(10**7, 10**13))


def hexadecimal(random: Random) -> str:
    """64 bits in hexadecimal."""
    return f"{random.getrandbits(64):016x}"


def uuid(random: Random) -> str:
    """A UUID."""
    bits = f"{random.getrandbits(128):032x}"
    return "-".join((bits[:8], bits[8:12], bits[12:16], bits[16:20], bits[20:]))


def plate(random: Random) -> str:
    """A number plate."""
    return (
        random.choice("京沪苏浙粤鲁川")
        + random.choice("ABCDEF")
        + "".join(random.choice(string.digits) for _ in range(5))
    )
