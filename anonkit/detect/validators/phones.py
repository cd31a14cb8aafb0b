"""Is this a telephone's number?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from anonkit.detect.validators.dates import real_date
from anonkit.detect.validators.digits import bare_digits

# The third digit that may follow the second one (numbering plan of the MIIT; 140 and 146 to 149 are data cards).
_MOBILE = frozenset(
    b"1" + second + bytes((third,))
    for second, thirds in (
        (b"3", b"0123456789"),
        (b"4", b"56789"),
        (b"5", b"012356789"),
        (b"6", b"2567"),
        (b"7", b"01235678"),
        (b"8", b"0123456789"),
        (b"9", b"012356789"),
    )
    for third in thirds
)
_MOBILE_4 = frozenset((b"1740", b"1741", b"1749", b"1742", b"1743", b"1744", b"1745", b"1746", b"1747", b"1748"))
_MOBILE_IOT = frozenset((b"1064", b"1410", b"1440", b"1441"))


def cn_mobile(value: bytes) -> bool:
    """Mainland mobile number: 11 digits of a range in use, or 13 of the internet of things; +86, 0086 or 86 before."""
    number = value.translate(None, b" -+().")
    if len(number) > 13:
        if not number.startswith((b"86", b"0086")):
            return False
        number = number[4:] if number[:2] == b"00" else number[2:]
    elif len(number) == 13 and number[:2] == b"86":
        number = number[2:]
    if not number.isdigit() or len(set(number)) < 3:
        return False
    if len(number) == 11:
        return number[:3] in _MOBILE or number[:4] in _MOBILE_4
    return len(number) == 13 and (number[:4] in _MOBILE_IOT or number[:3] in (b"146", b"148"))


_AREA_3 = frozenset(b"0" + code for code in (b"10", b"20", b"21", b"22", b"23", b"24", b"25", b"27", b"28", b"29"))
# Mainland area codes in use (ITU national numbering plan of China), without the leading 0.
_AREA_4 = frozenset(
    b"0%d" % code
    for first, last in (
        (310, 319), (335, 335), (349, 359), (370, 379), (391, 398), (410, 421), (427, 429), (431, 439), (451, 459),
        (464, 464), (467, 469), (470, 479), (482, 483), (510, 527), (530, 539), (543, 543), (546, 546), (550, 566),
        (570, 580), (591, 599), (631, 635), (660, 663), (668, 668), (691, 692), (701, 701), (710, 719), (722, 722),
        (724, 724), (728, 728), (730, 739), (743, 746), (750, 763), (766, 769), (770, 779), (790, 799), (811, 813),
        (816, 818), (825, 828), (830, 839), (851, 859), (870, 879), (881, 883), (886, 888), (891, 899), (901, 903),
        (906, 906), (908, 909), (911, 919), (930, 939), (941, 941), (943, 943), (951, 955), (970, 979), (990, 999),
        (536, 536), (838, 838),
    )
    for code in range(first, last + 1)
)  # fmt: skip


def cn_landline(value: bytes) -> bool:
    """Mainland landline: an area code in use and a number of 7 or 8 digits that does not begin with 0 or 1."""
    number = value.translate(None, b" -()+\xef\xbc\x88\x89")
    if number.startswith(b"0086"):
        number = number[4:]
    elif number.startswith(b"86"):
        number = number[2:]
    if number[:1] != b"0":
        number = b"0" + number
    if not number.isdigit():
        return False
    if number[:3] in _AREA_3:
        rest = number[3:]
    elif number[:4] in _AREA_4:
        rest = number[4:]
    else:
        return False
    if len(rest) == 8 and real_date(rest):
        return False
    return len(rest) in (7, 8) and rest[0] > 49 and len(set(rest)) > 1


def cn_landline_extension(value: bytes) -> bool:
    """Mainland landline, perhaps with an extension behind a second dash: `010-62345678-1234`."""
    number, _, extension = value.rpartition(b"-") if value.count(b"-") > 1 else (value, b"", b"")
    area, dash, rest = number.partition(b"-")
    if dash and rest[:1] == b"1":  # no such number is in use, but forms and examples are full of them
        number = area + b"2" + rest[1:]
    return len(extension) < 6 and cn_landline(number)


def local_number(value: bytes) -> bool:
    """Landline without its area code: 7 or 8 digits that do not begin with 0 or 1 and are neither a run nor a date."""
    number = bare_digits(value)
    if len(number) not in (7, 8) or not number.isdigit() or number[0] < 50 or len(set(number)) < 3:
        return False
    return number not in b"2345678 23456789 9876543 98765432" and not (len(number) == 8 and real_date(number))


def e164(value: bytes) -> bool:
    """International number: 9 to 15 digits with the country's code (ITU-T E.164), not all alike."""
    number = value.translate(None, b" -()+")
    return 9 <= len(number) <= 15 and number.isdigit() and len(set(number)) > 2
