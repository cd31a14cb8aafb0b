"""Is this value really what it looks like? One check for every form that the cards name.

A validator takes the bytes that matched (full-width digits already folded, separators still inside) and says
whether they can be the number they look like. It raises nothing and keeps nothing. Rejecting a valid number is the
worse error, so what a standard leaves open is accepted. All of them are table-driven: the engine calls them some
300,000 times a second.
"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

import functools
import ipaddress
import re
from datetime import UTC, datetime, timedelta
from operator import mul
from typing import TYPE_CHECKING

from anonkit.detect.words import (
    BEGIN_NO_NAME,
    NAME_OF_ORGANISATION,
    NOT_FIRST_IN_GLUED_NAMES,
    NOT_HANDLES,
    NOT_LAST_IN_NAMES,
    NOT_NAMES,
    NOT_PASSWORDS,
    ORGANISATION_MARKS,
    PLACE_MARKS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SEPARATORS = b" -"
_ZERO = 48

# Digit characters to their values; `_DOUBLED` is the value after Luhn's doubling.
_VALUE = bytes((b - _ZERO) % 256 for b in range(256))
_DOUBLED = bytes((d * 2 - 9 if d > 4 else d * 2) if (d := (b - _ZERO) % 256) < 10 else 0 for b in range(256))


def _digits(value: bytes) -> bytes:
    """The value without blanks and dashes."""
    return value.translate(None, _SEPARATORS)


# --------------------------------------------------------------------------- dates

MONTH_DAYS = frozenset(
    b"%02d%02d" % (month, day)
    for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)
    for day in range(1, days + 1)
)
OLDEST = b"18500101"


@functools.cache
def latest() -> bytes:
    """One year from today as yyyymmdd: clocks are wrong, nobody is born later than that."""
    return (datetime.now(tz=UTC) + timedelta(days=366)).strftime("%Y%m%d").encode()


def _real_date(day: bytes) -> bool:
    """Whether yyyymmdd is a day of the calendar on which a person now alive, or dead, can have been born."""
    if day[4:] not in MONTH_DAYS or not OLDEST <= day <= latest():
        return False
    if day[4:] != b"0229":
        return True
    year = int(day[:4])
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def birth_date(value: bytes) -> bool:
    """Year, month and perhaps day, as numbers in this order or the other way round, with or without separators.

    `1990-07-12`, `19900712`, `1990年7月12日`, `1990.7`, `07/12/1990`.
    """
    if value.isdigit() and len(value) in (6, 8):
        parts = [value[:4], value[4:6], value[6:8]]
    else:
        parts = value.translate(_NOT_DIGIT_TO_BLANK).split()[:3]
    year_last = bool(parts) and len(parts[0]) != 4
    if year_last:
        parts.reverse()
    if len(parts) < 2 or len(parts[0]) != 4:
        return False
    year, month = parts[0], parts[1].zfill(2)
    day = parts[2].zfill(2) if len(parts) > 2 and parts[2] else b"01"
    return _real_date(year + month + day) or (year_last and _real_date(year + day + month))


_NOT_DIGIT_TO_BLANK = bytes(b if 48 <= b <= 57 else 32 for b in range(256))


# --------------------------------------------------------------------------- identity cards

PROVINCES = frozenset(
    b"%d" % code
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in codes
) | {b"71", b"81", b"82", b"83"}
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_OFFSET = sum(_ID_WEIGHTS) * _ZERO
_ID_CHECK = b"10X98765432"


def cn_id_card(value: bytes) -> bool:
    """Resident identity number, 18 or 15 digits (GB 11643-1999, ISO 7064 MOD 11-2).

    Province, real date of birth, check digit. Retired and new region codes pass: only the province is looked at.
    A permanent residence card of a foreigner begins with 9, then the province. 15 digits have no check digit.
    """
    number = _digits(value)
    if len(number) == 15:
        return number.isdigit() and number[:2] in PROVINCES and _real_date(b"19" + number[6:12])
    if len(number) != 18 or not number[:17].isdigit():
        return False
    if number[:2] not in PROVINCES and (number[0] != 57 or number[1:3] not in PROVINCES):
        return False
    check = number[17] & 0xDF if number[17] > 57 else number[17]
    weighted = sum(map(mul, number, _ID_WEIGHTS)) - _ID_OFFSET
    return _ID_CHECK[weighted % 11] == check and _real_date(number[6:14])


def hk_id(value: bytes) -> bool:
    """Hong Kong identity number: one or two letters, six digits, a check character (mod 11), perhaps in brackets."""
    number = value.translate(None, b" ()[]-").upper()
    if len(number) == 8:
        number = b" " + number
    if len(number) != 9 or not number[2:8].isdigit() or not number[1:2].isalpha():
        return False
    total = sum(_HK_VALUE[char] * weight for char, weight in zip(number, range(9, 0, -1), strict=True))
    return total % 11 == 0


_HK_VALUE = bytes(36 if b == 32 else b - _ZERO if 48 <= b <= 57 else b - 55 if 65 <= b <= 90 else 0 for b in range(256))

# The letter of the place of registration, as the two digits that enter the check sum.
_TW_LETTER = dict(zip(b"ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
_TW_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1, 1)


def tw_id(value: bytes) -> bool:
    """Taiwan identity number: a letter, 1 or 2 (residents: 8, 9, A to D), eight digits (weights 1, 9 to 1, mod 10)."""
    number = value.strip().upper()
    if len(number) != 10 or not number[2:].isdigit() or number[0] not in _TW_LETTER:
        return False
    second = number[1]
    if second in b"ABCD":
        second = _ZERO + _TW_LETTER[second] % 10
    elif second not in b"1289":
        return False
    tens, ones = divmod(_TW_LETTER[number[0]], 10)
    rest = bytes((second,)) + number[2:]
    total = tens + 9 * ones + sum((digit - _ZERO) * weight for digit, weight in zip(rest, _TW_WEIGHTS, strict=True))
    return total % 10 == 0


def mo_id(value: bytes) -> bool:
    """Macau identity number: 1, 5 or 7, six more digits and a last one, perhaps in brackets (no public check)."""
    number = value.translate(None, b" ()/-")
    return len(number) == 8 and number.isdigit() and number[0] in b"157" and len(set(number)) > 1


# --------------------------------------------------------------------------- cards and companies


def luhn(value: bytes) -> bool:
    """Luhn's check digit, mod 10 (ISO/IEC 7812-1 annex B); blanks and dashes do not count, zeros alone do not pass."""
    number = _digits(value)
    if not number.isdigit():
        return False
    total = sum(number[::-2].translate(_VALUE)) + sum(number[-2::-2].translate(_DOUBLED))
    return total % 10 == 0 and total > 0


# First digits (inclusive range) of the issuers' numbers, and how long their numbers are.
_BINS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (62, 62, (16, 17, 18, 19)),  # UnionPay
    (81, 81, (16, 17, 18, 19)),  # UnionPay, abroad
    (9558, 9559, (16, 19)),  # ICBC and others, before UnionPay's 62
    (6013, 6014, (16, 19)),  # Bank of China, Bank of Communications
    (4367, 4367, (16, 19)),  # China Construction Bank, 19 digits under a Visa prefix
    (4563, 4563, (16, 19)),  # Bank of China, 19 digits under a Visa prefix
    (690755, 690755, (15, 18)),  # China Merchants Bank
    (4, 4, (16,)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),  # Mastercard
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (300, 305, (14, 16)),  # Diners Club
    (3095, 3095, (14, 16)),
    (36, 36, (14, 16)),
    (38, 39, (14, 16)),
    (6011, 6011, (16, 19)),  # Discover
    (644, 649, (16, 19)),
    (65, 65, (16, 19)),
    (3528, 3589, (16, 19)),  # JCB
    (5018, 5020, (16, 18, 19)),  # Maestro, Dankort
    (5038, 5038, (16, 18, 19)),
    (5893, 5893, (16, 18, 19)),
    (6304, 6304, (16, 18, 19)),
    (6759, 6759, (16, 18, 19)),
    (6761, 6769, (16, 18, 19)),
    (2200, 2204, (16, 17, 18, 19)),  # Mir
)


def _bin_table() -> dict[bytes, frozenset[int]]:
    """The first four digits -> the lengths that an issuer uses with them."""
    table: dict[bytes, set[int]] = {}
    for first, last, lengths in _BINS:
        width = len(str(first))
        for prefix in range(first, last + 1):
            spread = 10 ** max(0, 4 - width)
            start = prefix * spread if width <= 4 else prefix // 10 ** (width - 4)
            for four in range(start, start + spread):
                table.setdefault(b"%04d" % four, set()).update(lengths)
    return {four: frozenset(lengths) for four, lengths in table.items()}


LENGTHS_OF_BIN = _bin_table()


def bank_card(value: bytes) -> bool:
    """Bank card number that stands alone: an issuer's prefix, its length, and Luhn's check digit."""
    number = _digits(value)
    lengths = LENGTHS_OF_BIN.get(number[:4])
    return lengths is not None and len(number) in lengths and luhn(number)


_USCC_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = bytes(max(0, _USCC_ALPHABET.find(bytes((b,)))) for b in range(256))
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc(value: bytes) -> bool:
    """Unified social credit identifier of an organisation, 18 characters, mod 31 (GB 32100-2015)."""
    if len(value) != 18:
        return False
    code = value.upper()
    total: int = sum(map(mul, code.translate(_USCC_VALUE), _USCC_WEIGHTS))
    return _USCC_ALPHABET[-total % 31] == code[17]


# --------------------------------------------------------------------------- devices and networks


def imei(value: bytes) -> bool:
    """IMEI: 15 digits with Luhn's check (3GPP TS 23.003); 14 without it or 16 (IMEISV) pass, all zeros do not."""
    number = value.translate(None, b" -/")
    if not number.isdigit() or len(set(number)) < 3:
        return False
    return luhn(number) if len(number) == 15 else len(number) in (14, 16)


def iccid(value: bytes) -> bool:
    """ICCID of a SIM card: 89, country and operator, 19 or 20 characters (ITU-T E.118).

    Chinese operators print a twentieth character that is no Luhn digit, so only the form is checked.
    """
    number = _digits(value)
    return len(number) in (19, 20) and number[:2] == b"89" and number[:6].isdigit() and number.isalnum()


_CHINA_MNC = frozenset(b"%02d" % code for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 20))


def imsi(value: bytes) -> bool:
    """IMSI of a Chinese subscriber: 460, a network code in use, ten digits (ITU-T E.212)."""
    return len(value) == 15 and value.isdigit() and value[:3] == b"460" and value[3:5] in _CHINA_MNC


_OCTETS = frozenset(b"%d" % octet for octet in range(256))


def ipv4(value: bytes) -> bool:
    """IPv4 address with or without a prefix length: four octets without leading zeros; 0.0.0.0 is nobody's."""
    address, slash, prefix = value.partition(b"/")
    octets = address.split(b".")
    if len(octets) != 4 or not _OCTETS.issuperset(octets) or address == b"0.0.0.0":
        return False
    return not slash or (prefix.isdigit() and int(prefix) <= 32)


def ipv4_dashed(value: bytes) -> bool:
    """IPv4 address in a host name, as cloud providers write it: `ip-10-77-20-248`."""
    return ipv4(value[value.index(b"-") + 1 :].replace(b"-", b".")) if b"-" in value else False


def ipv6(value: bytes) -> bool:
    """IPv6 address (RFC 4291), with or without a zone or a prefix length; `::` alone is nobody's."""
    address, slash, prefix = value.partition(b"/")
    if slash and not (prefix.isdigit() and int(prefix) <= 128):
        return False
    if len(address) < 3 or not address.isascii():
        return False
    try:
        ipaddress.IPv6Address(address.decode())
    except ValueError:
        return False
    return True


_NOBODYS_MAC = frozenset((b"000000000000", b"FFFFFFFFFFFF", b"020000000000"))
_HEX = frozenset(b"0123456789abcdefABCDEF")


def mac(value: bytes) -> bool:
    """Hardware address, 6 or 8 octets (IEEE EUI-48, EUI-64) with one kind of separator, or 12 bare hex digits.

    Broadcast, all zeros and Android's 02:00:00:00:00:00 are nobody's.
    """
    bare = value.translate(None, b":-. ")
    if len(bare) not in (12, 16) or not _HEX.issuperset(bare) or bare.upper() in _NOBODYS_MAC:
        return False
    if len(bare) == len(value):
        return len(bare) == 12
    marks = set(value.translate(None, b"0123456789abcdefABCDEF"))
    step = 5 if marks == {46} else 3
    return len(marks) == 1 and value[step - 1 :: step] == bytes(marks) * (len(value) // step)


def hex_token(value: bytes) -> bool:
    """Hex digits that look drawn by lot: five different ones at least (zeros, `ffff...`, `0101...` are nobody's)."""
    return len(set(value.translate(None, b" -<>:{}").lower())) >= 5


# --------------------------------------------------------------------------- telephones

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
_MOBILE_IOT = frozenset((b"1410", b"1440", b"1441"))


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
    if len(rest) == 8 and _real_date(rest):
        return False
    return len(rest) in (7, 8) and rest[0] > 49 and len(set(rest)) > 1


def cn_landline_extension(value: bytes) -> bool:
    """Mainland landline, perhaps with an extension behind a second dash: `010-62345678-1234`."""
    number, _, extension = value.rpartition(b"-")
    return cn_landline(value) or (len(extension) < 6 and cn_landline(number))


def local_number(value: bytes) -> bool:
    """Landline without its area code: 7 or 8 digits that do not begin with 0 or 1 and are neither a run nor a date."""
    number = _digits(value)
    if len(number) not in (7, 8) or not number.isdigit() or number[0] < 50 or len(set(number)) < 3:
        return False
    return number not in b"2345678 23456789 9876543 98765432" and not (len(number) == 8 and _real_date(number))


# --------------------------------------------------------------------------- plates and places


def plate(value: bytes) -> bool:
    """Number plate (GA 36): behind the province at least two digits; I and O are in none."""
    rest = value[3:]
    return sum(map(rest.count, b"0123456789")) >= 2 and b"I" not in rest.upper() and b"O" not in rest.upper()


def longitude(value: bytes) -> bool:
    """Degrees of longitude, -180 to 180, not 0."""
    return _degrees_within(value, 180.0)


def latitude(value: bytes) -> bool:
    """Degrees of latitude, -90 to 90, not 0."""
    return _degrees_within(value, 90.0)


def _degrees_within(value: bytes, limit: float) -> bool:
    try:
        return 0.0 < abs(float(value)) <= limit
    except ValueError:
        return False


# --------------------------------------------------------------------------- secrets and handles

_WORDLIKE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.")


def opaque(value: bytes) -> bool:
    """A token rather than a word: 8 characters and more with a digit among letters, or 16 and more that are no word.

    Class and variable names (`AppWindowToken`, `com.example.token`) are words; so are bare numbers under 16 digits.
    """
    size = len(value)
    if size < 8 or len(set(value)) < 5 or value.startswith((b"http:", b"https:")):
        return False
    if value.isdigit():
        return size >= 16
    if _WORDLIKE.issuperset(value):
        return size >= 24 and b"." not in value and not value.isupper() and not value.islower()
    return not value.isalpha()


def password(value: bytes) -> bool:
    """Something that can be a password where a key says so: not a word of prose or of a program about passwords."""
    if value.replace(b".", b"").isalpha() and b"." in value:  # a name in a program, such as req.body.password
        return False
    if len(value) < 3 or value.lower() in NOT_PASSWORDS or value[:1] in b"<%{/" or value[:2] == b"${":
        return False
    return len(value) > 5 or not value.replace(b"-", b"").replace(b"~", b"").isdigit() or value.isdigit()


def handle(value: bytes) -> bool:
    """An account that can be somebody's: a name, or a number of five digits and more; no counters, no program words."""
    if value.isdigit():
        return len(value) >= 5 and len(set(value)) > 1
    return value.lower() not in NOT_HANDLES and any(b > 64 for b in value)


def long_handle(value: bytes) -> bool:
    """An account that can be somebody's where process ids have the same key (uid): a number has six digits at least."""
    return handle(value) and (not value.isdigit() or len(value) >= 6)


def chinese_name(value: bytes) -> bool:
    """A Chinese name as a field holds it: no common word that begins with a family name, nor its beginning."""
    return value not in NOT_NAMES and value[:6] not in BEGIN_NO_NAME


def trim_name(value: bytes, before: bytes, following: bytes) -> int:
    """How many bytes of `value` are the name, 0 for none, given the bytes on both sides.

    李娜 of 收件人李娜已签收: a third character that is a word of grammar, with more text glued to it, is none of the
    name. 和密码 of 用户名和密码错误 is no name, nor is 华为技 of 联系人：华为技术有限公司.
    """
    run = _CJK_RUN.match(following)
    if run is None or following[:3] in _TITLES:
        return len(value)
    if any(mark in run[0] for mark in NAME_OF_ORGANISATION):
        return 0
    if before[-1:] >= b"\x80" and before[-3:] not in _CJK_SIGNS and value[:3] in NOT_FIRST_IN_GLUED_NAMES:
        return 0
    if len(value) == 9 and value[6:] in NOT_LAST_IN_NAMES:
        return 6
    return len(value)


def trim_address(value: bytes, before: bytes, following: bytes) -> int:  # noqa: ARG001  as all trimmers
    """An address without the next key: 收货地址:... 联系电话|:0371-..."""
    if following[:1] in (b":", b"=") or following[:3] in ("：".encode(), "＝".encode()):
        cut = max(value.rfind(b" "), value.rfind(b","), value.rfind("，".encode()))
        return cut if cut > 0 else len(value)
    return len(value)


_CJK_RUN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf][\x80-\xbf]){1,10}")
_CJK_SIGNS = frozenset(c.encode() for c in "：＝【「『（“‘《、，。为是叫→")
_TITLES = frozenset(t.encode() for t in "先女老经主总医")


def latin_name(value: bytes) -> bool:
    """A name in Latin letters: no word of a program."""
    return len(value) >= 3 and value.lower() not in NOT_HANDLES


def address(value: bytes) -> bool:
    """A postal address: two different marks of a place (province to room number) at least, or one and a number."""
    marks = sum(mark in value for mark in PLACE_MARKS)
    return marks >= 2 or (marks == 1 and any(48 <= b <= 57 for b in value))


def organization(value: bytes) -> bool:
    """A name of an organisation: it ends in the word for its kind."""
    return len(value) >= 8 and value.endswith(ORGANISATION_MARKS)


def _has_digit(value: bytes) -> bool:
    return not value.isalpha() and any(48 <= b <= 57 for b in value)


def device_code(value: bytes) -> bool:
    """A device's code: 6 characters and more with a digit, no placeholder, no network address, no small number."""
    if len(value) < 6 or not _has_digit(value) or not not_uniform(value) or value.count(b".") == 3:
        return False
    return not value.isdigit() or len(value) >= 8


def serial_number(value: bytes) -> bool:
    """A serial number: letters and digits, or ten digits and more."""
    if not _has_digit(value) or not not_uniform(value):
        return False
    return len(value) >= 10 if value.isdigit() else sum(48 <= b <= 57 for b in value) >= 2


def biometric_code(value: bytes) -> bool:
    """The number or the content of a biometric template: a digit in it, no digest of a certificate."""
    return _has_digit(value) and not_uniform(value) and value[:3].lower() != b"sha"


def account_with_digit(value: bytes) -> bool:
    """An account where a word of prose may stand as well: with a digit or an underscore."""
    return handle(value) and (_has_digit(value) or b"_" in value)


def authorization(value: bytes) -> bool:
    """The token of an Authorization header, but for a JWT, which is known by its own form."""
    token = value.rpartition(b" ")[2]
    return not token.startswith(b"eyJ") and opaque(token)


def session(value: bytes) -> bool:
    """A session's token: opaque, or letters that are no word."""
    if value[:2] == b"0x" or value.replace(b"_", b"").isdigit():  # the sessions of servers with their clients
        return False
    return opaque(value) or (len(value) >= 16 and len(set(value)) >= 8 and _has_digit(value))


def host(value: bytes) -> bool:
    """A host's name, not its address: with a letter, and a digit, dot or dash."""
    return not value.replace(b".", b"").isdigit() and any(b in b"0123456789.-" for b in value) and not value.isdigit()


def url(value: bytes) -> bool:
    """A URL whose host has a dot, a port or is the local one."""
    authority = value.partition(b"://")[2].partition(b"/")[0]
    return b"." in authority or b":" in authority or authority == b"localhost"


def not_uniform(value: bytes) -> bool:
    """Not one character or a pair of them over and over, as placeholders are (`00000000`, `xxxx`)."""
    return len(set(value.translate(None, b"-:_ "))) >= 3


# what a pattern took too much of, by validator: (value, bytes before and behind it) -> length
TRIMMERS: dict[str, Callable[[bytes, bytes, bytes], int]] = {"address": trim_address, "chinese_name": trim_name}

VALIDATORS: dict[str, Callable[[bytes], bool]] = {
    check.__name__: check
    for check in (
        account_with_digit, address, authorization, bank_card, biometric_code, birth_date, chinese_name, cn_id_card,
        cn_landline, cn_landline_extension, cn_mobile, device_code, handle, hex_token, hk_id, host, iccid, imei, imsi,
        ipv4, ipv4_dashed, ipv6, latin_name, latitude, local_number, long_handle, longitude, luhn, mac, mo_id,
        not_uniform, opaque, organization, password, plate, serial_number, session, tw_id, url, uscc,
    )
}  # fmt: skip
