"""Which cards and accounts could stand in place of this one?"""

from __future__ import annotations

from collections.abc import Mapping

from anonkit.detect.validators import VALIDATORS
from anonkit.model import Parameter
from anonkit.transform.domains.member import DIGITS, Fits, Member, differ, numbered, same_classes, spelled_in

_CARD_DIGITS = range(13, 20)
_BIN_DIGITS = 6


def has_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit (ISO/IEC 7812-1 annex B)."""
    return VALIDATORS["luhn"](digits.encode())


def with_luhn(digits: str) -> str:
    """With the check digit, which zeros alone have not."""
    return next(digits + check for check in DIGITS if has_luhn(digits + check))


def bank_card(bare: str, parameters: Mapping[str, Parameter]) -> Member | None:
    """A card keeps its issuer and gets the right check digit; an account number without one stays without one."""
    if not _is_card(bare):
        return _number(bare, lambda text: len(set(text)) >= 3 and not _is_card(text))  # noqa: PLR2004  as not_uniform
    kept = int(parameters["bin_digits"])
    return numbered(bare[:kept], bare[kept:-1], lambda text: text.strip("0") != "", with_luhn)


def _is_card(bare: str) -> bool:
    return len(bare) in _CARD_DIGITS and has_luhn(bare)


def qq(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """A number of at least seven digits gets as many others."""
    return _number(bare, differ(3))


def user_id(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """A number of at least seven digits gets as many others; letters and digits get others of their class."""
    return _number(bare, differ(2)) if bare.isdigit() else same_classes(bare, differ(2))


def wechat_id(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """Letters and digits get others of their class, but for the `wxid` in front."""
    return same_classes(bare, differ(2), kept=4 if bare.startswith("wxid") else 0)


def openid(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """Letters and digits get others of their class, but for the first letter."""
    return same_classes(bare, differ(5), kept=1)


def _number(bare: str, fits: Fits) -> Member | None:
    """A number keeps its zeros in front: what has none must not get one, where it stands as a number in JSON."""
    number = bare.lstrip("0")
    if not number.isdigit():
        return None
    zeros = bare[: len(bare) - len(number)]
    return spelled_in(bare, (*zeros, DIGITS[1:], *[DIGITS] * (len(number) - 1)), fits)
