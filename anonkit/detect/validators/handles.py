"""Is this somebody's account?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from anonkit.detect.validators.digits import has_digit
from anonkit.detect.words import NOT_HANDLES, NOT_NICKNAMES


def handle(value: bytes) -> bool:
    """An account that can be somebody's: a name, or a number of five digits and more; no counters, no program words."""
    if value.isdigit():
        return len(value) >= 5 and len(set(value)) > 1
    return value.lower() not in NOT_HANDLES and any(b > 64 for b in value)


def nickname(value: bytes) -> bool:
    """What a user calls himself: anything that is no word of the program."""
    return value.lower() not in NOT_HANDLES and value not in NOT_NICKNAMES and value.strip(b"-._~") != b""


def long_handle(value: bytes) -> bool:
    """An account that can be somebody's where process ids have the same key (uid): a number has six digits at least."""
    return handle(value) and (not value.isdigit() or len(value) >= 6)


def account_with_digit(value: bytes) -> bool:
    """An account where a word of prose may stand as well: with a digit or an underscore."""
    return handle(value) and (has_digit(value) or b"_" in value)
