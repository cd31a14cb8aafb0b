"""Is this the number of an identity card?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from operator import mul

from anonkit.detect.validators.dates import real_date
from anonkit.detect.validators.digits import ZERO, bare_digits

PROVINCES = frozenset(
    b"%d" % code
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in codes
) | {b"71", b"81", b"82", b"83"}
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_OFFSET = sum(_ID_WEIGHTS) * ZERO
_ID_CHECK = b"10X98765432"


def cn_id_card(value: bytes) -> bool:
    """Resident identity number, 18 or 15 digits (GB 11643-1999, ISO 7064 MOD 11-2).

    Province, real date of birth, check digit. Retired and new region codes pass: only the province is looked at.
    A permanent residence card of a foreigner begins with 9, then the province. 15 digits have no check digit.
    """
    number = bare_digits(value)
    if len(number) == 15:
        return number.isdigit() and number[:2] in PROVINCES and real_date(b"19" + number[6:12])
    if len(number) != 18 or not number[:17].isdigit():
        return False
    if number[:2] not in PROVINCES and (number[0] != 57 or number[1:3] not in PROVINCES):
        return False
    check = number[17] & 0xDF if number[17] > 57 else number[17]
    weighted = sum(map(mul, number, _ID_WEIGHTS)) - _ID_OFFSET
    return _ID_CHECK[weighted % 11] == check and real_date(number[6:14])


_HK_VALUE = bytes(36 if b == 32 else b - ZERO if 48 <= b <= 57 else b - 55 if 65 <= b <= 90 else 0 for b in range(256))


def hk_id(value: bytes) -> bool:
    """Hong Kong identity number: one or two letters, six digits, a check character (mod 11), perhaps in brackets."""
    number = value.translate(None, b" ()[]-").upper()
    if len(number) == 8:
        number = b" " + number
    if len(number) != 9 or not number[2:8].isdigit() or not number[1:2].isalpha():
        return False
    total = sum(_HK_VALUE[char] * weight for char, weight in zip(number, range(9, 0, -1), strict=True))
    return total % 11 == 0


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
        second = ZERO + _TW_LETTER[second] % 10
    elif second not in b"1289":
        return False
    tens, ones = divmod(_TW_LETTER[number[0]], 10)
    rest = bytes((second,)) + number[2:]
    total = tens + 9 * ones + sum((digit - ZERO) * weight for digit, weight in zip(rest, _TW_WEIGHTS, strict=True))
    return total % 10 == 0


def mo_id(value: bytes) -> bool:
    """Macau identity number: 1, 5 or 7, six more digits and a last one, perhaps in brackets (no public check)."""
    number = value.translate(None, b" ()/-")
    return len(number) == 8 and number.isdigit() and number[0] in b"157" and len(set(number)) > 1
