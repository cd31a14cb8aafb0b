"""Validators for thousands of values at once, for the plain forms of what fills Chinese logs.

Each gives for every range YES, NO or ASK, and agrees with the validator of the same name (a test compares them); ASK
leaves a form that is not plain (separators, a prefix, a word that must be looked up) to that validator.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonkit.detect import validators
from anonkit.detect.block import ALNUM, HEX, PAD_BYTES, Block, Bytes, Ints, Mask, distinct, table

Verdicts = npt.NDArray[np.int8]
YES, NO, ASK = 1, 0, -1

_ZERO, _LOWER_X, _UPPER_X, _LOWER_A, _LOWER_H = b"0xXah"
_CASE = 0x20
_TEN, _LETTERS = 10, 26
_ID_BYTES, _MOBILE_BYTES, _IMEI_BYTES = 18, 11, 15
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.float32)
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_USCC_SIGNS = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_USCC_MODULUS = len(_USCC_SIGNS)
_USCC_WEIGHTS = 3 ** np.arange(17) % _USCC_MODULUS
_UPPER_CASE = np.frombuffer(bytes(range(256)).upper(), np.uint8)
_USCC_VALUE = np.zeros(256, np.int64)  # of what is no sign of it, as the validator has it
_USCC_VALUE[_USCC_SIGNS] = np.arange(_USCC_MODULUS)
_USCC_VALUE = _USCC_VALUE[_UPPER_CASE]
_LEAST_DIGITS, _MOST_DIGITS = 11, 24


def digit_runs(block: Block, start: Ints) -> tuple[Ints, Ints]:
    """The runs of digits that begin at `start`, each at least eleven long; those of more than 24 are left out."""
    ahead = block.ahead(start + _LEAST_DIGITS, _MOST_DIGITS - _LEAST_DIGITS + 1)
    is_digit = (ahead - np.uint8(_ZERO)) < _TEN
    end = start + _LEAST_DIGITS + np.argmin(is_digit, axis=1)
    bounded = np.asarray(~is_digit.all(axis=1))
    return start[bounded], end[bounded]


# --------------------------------------------------------------------------- numbers


def _digits_of(block: Block, start: Ints, length: int) -> tuple[Bytes, Mask]:
    """The digits of numbers of one length, and which of them are digits only; those that are not become zeros.

    The first digits of all, the second ones of all, and so on: numpy is slow with many short rows.
    """
    digits = np.ascontiguousarray(block.ahead(start, length).T) - np.uint8(_ZERO)
    plain = np.asarray(digits.max(axis=0, initial=0) < _TEN)
    if not plain.all():
        digits *= plain
    return digits, plain


def _number(digits: Bytes) -> npt.NDArray[np.int32]:
    """What up to nine digits say."""
    number: npt.NDArray[np.int32] = digits[0].astype(np.int32)
    for digit in digits[1:]:
        number *= 10
        number += digit
    return number


def cn_id_card(block: Block, start: Ints, end: Ints) -> Verdicts:
    """18 characters without separators: province, date, check digit."""
    verdicts = np.full(len(start), ASK, np.int8)
    rows = np.flatnonzero(end - start == _ID_BYTES)
    if not len(rows):
        return verdicts
    body, plain = _digits_of(block, start[rows], _ID_BYTES - 1)
    last = block.raw[start[rows] + _ID_BYTES - 1]
    total = _ID_WEIGHTS @ body.astype(np.float32)  # exact: single floats are up to 2^24
    check = _ID_CHECKS[total.astype(np.int16) % 11] == np.where(last == _LOWER_X, _UPPER_X, last)
    verdicts[rows] = np.where(plain, NO, ASK)
    good = np.flatnonzero(plain & check)
    if len(good):
        body = body[:, good]
        first_two, second_two = _number(body[:2]), _number(body[1:3])
        province = _provinces()[first_two] | (body[0] == 9) & _provinces()[second_two]  # noqa: PLR2004
        year, day = _number(body[6:10]), _number(body[10:14])
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        dated = _days()[day] & ((day != 229) | leap)  # noqa: PLR2004
        date = year * 10000 + day
        dated &= (date >= int(validators.OLDEST)) & (date <= int(validators.latest()))
        verdicts[rows[good]] = np.where(province & dated, YES, NO)
    return verdicts


def uscc(block: Block, start: Ints, end: Ints) -> Verdicts:
    """18 characters: the check character is right."""
    verdicts = np.full(len(start), NO, np.int8)
    rows = np.flatnonzero(end - start == _ID_BYTES)
    if len(rows):
        values = _USCC_VALUE[block.ahead(start[rows], _ID_BYTES)]
        check = -(values[:, :-1] @ _USCC_WEIGHTS) % _USCC_MODULUS
        last = block.raw[start[rows] + _ID_BYTES - 1]
        verdicts[rows] = np.where(_USCC_SIGNS[check] == _UPPER_CASE[last], YES, NO)
    return verdicts


def cn_mobile(block: Block, start: Ints, end: Ints) -> Verdicts:
    """11 digits without prefix or separators: a range in use, and not all of one or two digits."""
    verdicts = np.full(len(start), ASK, np.int8)
    rows = np.flatnonzero(end - start == _MOBILE_BYTES)
    if len(rows):
        digits, plain = _digits_of(block, start[rows], _MOBILE_BYTES)
        different = np.bitwise_count(np.bitwise_or.reduce(np.uint16(1) << digits, axis=0)) >= 3  # noqa: PLR2004
        verdicts[rows] = np.where(plain, (_mobiles()[_number(digits[:4])] & different).astype(np.int8), ASK)
    return verdicts


def bank_card(block: Block, start: Ints, end: Ints) -> Verdicts:
    """14 to 19 digits without separators: an issuer's prefix and length, and Luhn."""
    verdicts = np.full(len(start), ASK, np.int8)
    lengths = end - start
    for length in range(14, 20):
        rows = np.flatnonzero(lengths == length)
        if len(rows):
            digits, plain = _digits_of(block, start[rows], length)
            good = _luhn(digits) & _issuers()[length - 14, _number(digits[:4])]
            verdicts[rows] = np.where(plain, good.astype(np.int8), ASK)
    return verdicts


def luhn(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Digits without separators, at most 64: Luhn, and not zeros alone."""
    verdicts = np.full(len(start), ASK, np.int8)
    lengths = end - start
    for length in distinct(lengths[lengths <= PAD_BYTES]).tolist():
        rows = np.flatnonzero(lengths == length)
        digits, plain = _digits_of(block, start[rows], length)
        verdicts[rows] = np.where(plain, _luhn(digits).astype(np.int8), ASK)
    return verdicts


def imei(block: Block, start: Ints, end: Ints) -> Verdicts:
    """15 digits without separators: Luhn; those that pass are left to the validator."""
    verdicts = luhn(block, start, end)
    return np.where((verdicts == NO) & (end - start == _IMEI_BYTES), NO, ASK).astype(np.int8)


def _luhn(digits: Bytes) -> Mask:
    """Which numbers have Luhn's check digit, and are not zeros alone."""
    doubled = digits[-2::-2] * np.uint8(2)
    doubled -= (doubled > 9) * np.uint8(9)  # noqa: PLR2004
    total = digits[::-2].sum(axis=0, dtype=np.uint16) + doubled.sum(axis=0, dtype=np.uint16)
    return np.asarray((total % 10 == 0) & (total > 0))


# --------------------------------------------------------------------------- handles and tokens

_COLON, _DASH = b":-"
_MAC_BYTES, _MAC_DIGITS = 17, 12
_HEX = table(HEX)
_LOOKED_AT_BYTES = 48
_DISTINCT_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Letters:
    """What values are made of, as far as their first 48 bytes tell."""

    first: Bytes
    second: Bytes
    length: Ints
    digits: Ints
    letters: Ints
    different: Ints  # at least so many different letters and digits

    @property
    def known(self) -> Mask:
        """Which values end within what was looked at."""
        return self.length <= _LOOKED_AT_BYTES


def _letters_of(block: Block, start: Ints, end: Ints) -> _Letters:
    text = block.ahead(start, _LOOKED_AT_BYTES)
    length = end - start
    inside: Mask = np.arange(_LOOKED_AT_BYTES) < length[:, None]
    digit = ((text - np.uint8(_ZERO)) < _TEN) & inside
    letter = (((text | np.uint8(_CASE)) - np.uint8(_LOWER_A)) < _LETTERS) & inside
    some = text[:, :_DISTINCT_BYTES]
    # a bit for each of the digits, and for the letters of one case: p to y share those of the digits
    bits = np.where((digit | letter)[:, :_DISTINCT_BYTES], np.uint32(1) << (some & 31).astype(np.uint32), np.uint32(0))
    different = np.bitwise_count(np.bitwise_or.reduce(bits, axis=1)).astype(np.int64)
    return _Letters(text[:, 0], text[:, 1], length, digit.sum(axis=1), letter.sum(axis=1), different)


def _verdicts(yes: Mask, no: Mask | bool = False) -> Verdicts:  # noqa: FBT001, FBT002  a mask or none at all
    return np.where(yes, YES, np.where(no, NO, ASK)).astype(np.int8)


def _handle(block: Block, start: Ints, end: Ints, least_digits: int) -> Verdicts:
    of = _letters_of(block, start, end)
    number = of.digits == of.length
    plain = (of.letters > 0) & (of.digits > 0)  # no word of a program has digits
    return _verdicts(
        of.known & np.where(number, (of.length >= least_digits) & (of.different > 1), plain),
        of.known & number & (of.length < least_digits),
    )


def handle(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Numbers of five digits and more, and letters with digits."""
    return _handle(block, start, end, 5)


def long_handle(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Numbers of six digits and more, and letters with digits."""
    return _handle(block, start, end, 6)


def _is_opaque(of: _Letters) -> Mask:
    mixed = (of.digits > 0) & (of.letters > 0)
    opaque: Mask = mixed & (of.length >= 8) & (of.different >= 5) & ((of.first | _CASE) != _LOWER_H)  # noqa: PLR2004  http:
    return opaque


def opaque(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Letters with digits, eight and more, five different ones among the first."""
    of = _letters_of(block, start, end)
    return _verdicts(_is_opaque(of), of.length < 8)  # noqa: PLR2004


def session(block: Block, start: Ints, end: Ints) -> Verdicts:
    """What is opaque, but for 0x..."""
    of = _letters_of(block, start, end)
    return _verdicts(_is_opaque(of) & (of.first != _ZERO))


def hex_token(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Five different digits and letters among the first."""
    return _verdicts(_letters_of(block, start, end).different >= 5)  # noqa: PLR2004


def mac(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Six octets parted by colons or by dashes, with four different digits among them."""
    verdicts = np.full(len(start), ASK, np.int8)
    rows = np.flatnonzero(end - start == _MAC_BYTES)
    if len(rows):
        text = block.ahead(start[rows], _MAC_BYTES)
        marks = text[:, 2::3]
        one_mark = (marks == marks[:, :1]).all(axis=1) & ((marks[:, 0] == _COLON) | (marks[:, 0] == _DASH))
        hex_digits = _HEX[text].sum(axis=1) == _MAC_DIGITS
        different = _letters_of(block, start[rows], end[rows]).different
        verdicts[rows] = _verdicts(one_mark & hex_digits & (different >= 4))  # noqa: PLR2004  02:00:00:... has two
    return verdicts


def not_uniform(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Three different digits and letters among the first."""
    return _verdicts(_letters_of(block, start, end).different >= 3)  # noqa: PLR2004


def password(block: Block, start: Ints, end: Ints) -> Verdicts:
    """Six characters and more that begin with two letters or digits and hold both."""
    of = _letters_of(block, start, end)
    plain = ALNUM[of.first] & ALNUM[of.second] & (of.digits > 0) & (of.letters > 0)
    return _verdicts(plain & (of.length > 5))  # noqa: PLR2004


# --------------------------------------------------------------------------- tables


def _table(size: int, members: list[int]) -> Mask:
    table = np.zeros(size, bool)
    table[members] = True
    return table


@functools.cache
def _provinces() -> Mask:
    return _table(100, [int(p) for p in validators.PROVINCES])


@functools.cache
def _days() -> Mask:
    return _table(10000, [int(d) for d in validators.MONTH_DAYS])


@functools.cache
def _mobiles() -> Mask:
    return _table(10000, [n for n in range(1000, 2000) if validators.cn_mobile(b"%d9876543" % n)])


@functools.cache
def _issuers() -> Mask:
    """By length from 14 on, and by the first four digits."""
    numbers = [
        [int(four) for four, lengths in validators.LENGTHS_OF_BIN.items() if length in lengths]
        for length in range(14, 20)
    ]
    return np.array([_table(10000, members) for members in numbers])


VECTORS: dict[str, Callable[[Block, Ints, Ints], Verdicts]] = {
    check.__name__: check
    for check in (
        bank_card, cn_id_card, cn_mobile, handle, hex_token, imei, long_handle, luhn, mac, not_uniform, opaque,
        password, session, uscc,
    )
}  # fmt: skip
