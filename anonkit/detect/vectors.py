"""Validators for thousands of values at once, for the plain forms of the three numbers that fill Chinese logs.

Each gives for every range YES, NO or ASK, and agrees with the validator of the same name (a test compares them);
ASK leaves a form with separators or a prefix to that validator.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from anonkit.detect import validators
from anonkit.detect.candidates import Bytes, Ints

Verdicts = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
YES, NO, ASK = 1, 0, -1

_ZERO, _LOWER_X, _UPPER_X = 48, 120, 88
_ID_BYTES, _MOBILE_BYTES = 18, 11
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_POWERS = 10 ** np.arange(19, dtype=np.int64)
_THREE_DIFFERENT = np.array([bits.bit_count() >= 3 for bits in range(1024)])  # noqa: PLR2004


_LONGEST = 25


def digit_runs(raw: Bytes, start: Ints) -> tuple[Ints, Ints]:
    """The runs of digits that begin at `start`, each at least eleven long; those of more than 24 are left out."""
    ahead: Bytes = raw[np.minimum(start[:, None] + np.arange(11, _LONGEST + 1), len(raw) - 1)]
    is_digit: Mask = (ahead >= _ZERO) & (ahead <= _ZERO + 9)
    end = start + 11 + np.argmin(is_digit, axis=1)
    bounded = ~is_digit.all(axis=1)
    return start[bounded], end[bounded]


def _digits_of(raw: Bytes, start: Ints, length: int) -> npt.NDArray[np.int64]:
    digits: npt.NDArray[np.int64] = raw[start[:, None] + np.arange(length)].astype(np.int64) - _ZERO
    return digits


def _plain(digits: npt.NDArray[np.int64]) -> Mask:
    """Which rows hold digits only."""
    plain: Mask = np.asarray(((digits >= 0) & (digits <= 9)).all(axis=1))  # noqa: PLR2004
    return plain


def _number(digits: npt.NDArray[np.int64]) -> Ints:
    number: Ints = digits @ _POWERS[: digits.shape[1]][::-1]
    return number


def cn_id_card(raw: Bytes, start: Ints, end: Ints) -> Verdicts:
    """18 characters without separators: province, date, check digit."""
    verdicts = np.full(len(start), ASK, np.int8)
    rows = np.flatnonzero(end - start == _ID_BYTES)
    if not len(rows):
        return verdicts
    digits = _digits_of(raw, start[rows], _ID_BYTES)
    body, last = digits[:, :17], digits[:, 17] + _ZERO
    plain = ((body >= 0) & (body <= 9)).all(axis=1)  # noqa: PLR2004
    check = _ID_CHECKS[(body @ _ID_WEIGHTS) % 11] == np.where(last == _LOWER_X, _UPPER_X, last)
    # few numbers pass by chance: the calendar is left to the validator's own tables, asked once a day
    likely = plain & check
    verdicts[rows] = np.where(plain, NO, ASK)
    good = np.flatnonzero(likely)
    if len(good):
        body = body[good]
        first_two, second_two = _number(body[:, :2]), _number(body[:, 1:3])
        province = _PROVINCE[first_two] | (body[:, 0] == 9) & _PROVINCE[second_two]  # noqa: PLR2004
        year, day = _number(body[:, 6:10]), _number(body[:, 10:14])
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        dated = _DAY[day] & ((day != 229) | leap)  # noqa: PLR2004
        date = year * 10000 + day
        dated &= (date >= int(validators.OLDEST)) & (date <= int(validators.latest()))
        verdicts[rows[good]] = np.where(province & dated, YES, NO)
    return verdicts


def cn_mobile(raw: Bytes, start: Ints, end: Ints) -> Verdicts:
    """11 digits without prefix or separators: a range in use, and not all of one or two digits."""
    verdicts = np.full(len(start), ASK, np.int8)
    rows = np.flatnonzero(end - start == _MOBILE_BYTES)
    if len(rows):
        digits = _digits_of(raw, start[rows], _MOBILE_BYTES)
        plain = _plain(digits)
        digits = np.where(plain[:, None], digits, 0)
        different = _THREE_DIFFERENT[np.bitwise_or.reduce(1 << digits, axis=1)]
        verdicts[rows] = np.where(plain, (_MOBILE[_number(digits[:, :4])] & different).astype(np.int8), ASK)
    return verdicts


def bank_card(raw: Bytes, start: Ints, end: Ints) -> Verdicts:
    """14 to 19 digits without separators: an issuer's prefix and length, and Luhn."""
    verdicts = np.full(len(start), ASK, np.int8)
    lengths = end - start
    for length in range(14, 20):
        rows = np.flatnonzero(lengths == length)
        if len(rows):
            digits = _digits_of(raw, start[rows], length)
            plain = _plain(digits)
            digits = np.where(plain[:, None], digits, 0)
            total = _luhn_total(digits)
            good = (total % 10 == 0) & (total > 0) & _BIN[length - 14, _number(digits[:, :4])]
            verdicts[rows] = np.where(plain, good.astype(np.int8), ASK)
    return verdicts


def luhn(raw: Bytes, start: Ints, end: Ints) -> Verdicts:
    """11 to 24 digits without separators: Luhn, and not zeros alone."""
    verdicts = np.full(len(start), ASK, np.int8)
    lengths = end - start
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        digits = _digits_of(raw, start[rows], length)
        plain = _plain(digits)
        total = _luhn_total(digits)
        verdicts[rows] = np.where(plain, ((total % 10 == 0) & (total > 0)).astype(np.int8), ASK)
    return verdicts


def imei(raw: Bytes, start: Ints, end: Ints) -> Verdicts:
    """15 digits without separators: Luhn; those that pass are left to the validator."""
    verdicts = luhn(raw, start, end)
    return np.where((verdicts == NO) & (end - start == _IMEI_BYTES), NO, ASK).astype(np.int8)


_IMEI_BYTES = 15


def _luhn_total(digits: npt.NDArray[np.int64]) -> Ints:
    doubled = digits[:, -2::-2] * 2
    total: Ints = digits[:, ::-2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)  # noqa: PLR2004
    return total


def _table(size: int, members: list[int]) -> npt.NDArray[np.bool_]:
    table = np.zeros(size, bool)
    table[members] = True
    return table


_PROVINCE = _table(100, [int(p) for p in validators.PROVINCES])
_DAY = _table(10000, [int(d) for d in validators.MONTH_DAYS])
_MOBILE = _table(10000, [n for n in range(1000, 2000) if validators.cn_mobile(b"%d9876543" % n)])
_BIN = np.array(
    [
        _table(10000, [int(four) for four, lengths in validators.LENGTHS_OF_BIN.items() if length in lengths])
        for length in range(14, 20)
    ]
)

VECTORS: dict[str, Callable[[Bytes, Ints, Ints], Verdicts]] = {
    "bank_card": bank_card,
    "cn_id_card": cn_id_card,
    "cn_mobile": cn_mobile,
    "imei": imei,
    "luhn": luhn,
}
