"""What do the digits of a value say, whatever it is?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

ZERO = 48
_SEPARATORS = b" -"
# Digit characters to their values; `_DOUBLED` is the value after Luhn's doubling.
_VALUE = bytes((b - ZERO) % 256 for b in range(256))
_DOUBLED = bytes((d * 2 - 9 if d > 4 else d * 2) if (d := (b - ZERO) % 256) < 10 else 0 for b in range(256))


def bare_digits(value: bytes) -> bytes:
    """The value without blanks and dashes."""
    return value.translate(None, _SEPARATORS)


def has_digit(value: bytes) -> bool:
    """At least one digit."""
    return not value.isalpha() and any(48 <= b <= 57 for b in value)


def not_uniform(value: bytes) -> bool:
    """Not one character or a pair of them over and over, as placeholders are (`00000000`, `xxxx`)."""
    return len(set(value.translate(None, b"-:_ "))) >= 3


def luhn(value: bytes) -> bool:
    """Luhn's check digit, mod 10 (ISO/IEC 7812-1 annex B); blanks and dashes do not count, zeros alone do not pass."""
    number = bare_digits(value)
    if not number.isdigit():
        return False
    total = sum(number[::-2].translate(_VALUE)) + sum(number[-2::-2].translate(_DOUBLED))
    return total % 10 == 0 and total > 0
