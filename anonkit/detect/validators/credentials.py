"""Is this a password, a key or a token?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

import re

from anonkit.detect.validators.digits import has_digit
from anonkit.detect.words import NOT_PASSWORDS

_WORDLIKE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.")


# req.getPassword(), encrypt(raw): code that asks for a password
_CALL = re.compile(rb"[A-Za-z_.]+\([A-Za-z_.,]*\)[A-Za-z_.()]*")
# Chinese letters with letters and digits behind: what is Chinese alone, or goes on in Chinese, is prose
_CHINESE_PASSWORD = re.compile(rb"[\x80-\xff]{3,36}(?=[!-~]*[0-9])(?=[!-~]*[A-Za-z@#$!_])[!-~]{4,64}")
# 验证码 2025-06-01, 验证码1200次
_NO_CODE_AFTER = re.compile("[-/.:~][0-9]|[ \t]?(?:次|条|个|秒|分|毫秒|位|人|天|年|元|%|ms)".encode())
# variables, and folders where `pwd` is the working directory
_NO_PASSWORD_BEGINS = (b"${", b"$(", b"~/", b"./", b"..", b"C:", b"D:", b"E:")


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


def mixed_token(value: bytes) -> bool:
    """A token in which capitals, small letters and digits are mixed."""
    return has_digit(value) and not value.isupper() and not value.islower()


def password(value: bytes) -> bool:
    """Something that can be a password where a key says so: not a word of prose or of a program about passwords."""
    if value[:1] >= b"\xe4":
        return _CHINESE_PASSWORD.fullmatch(value) is not None
    if _CALL.fullmatch(value):
        return False
    if value.replace(b".", b"").isalpha() and b"." in value:  # a name in a program, such as req.body.password
        return False
    if len(value) < 3 or value.lower() in NOT_PASSWORDS or value[:1] in b"<%{/" or value[:2] in _NO_PASSWORD_BEGINS:
        return False
    return len(value) > 5 or not value.replace(b"-", b"").replace(b"~", b"").isdigit() or value.isdigit()


def option_password(value: bytes) -> bool:
    """A password behind an option of a command, not the word for it in capitals as in descriptions of commands."""
    return password(value) and not (value.isalpha() and value.isupper())


def told_password(value: bytes) -> bool:
    """A password where a sentence goes on as well: 6 characters and more, digits or a digit or a sign among letters."""
    letters = value.strip(b".,;:'\"").replace(b"-", b"")
    return len(letters) > 5 and not letters.isalpha() and password(value)


def one_time_code(value: bytes) -> bool:
    """A code that is good for once: 4 to 8 digits, not all the same."""
    return value.isdigit() and 4 <= len(value) <= 8 and len(set(value)) > 1


def trim_one_time_code(value: bytes, _before: bytes, after: bytes) -> int:
    """Nothing of a date, a range or a count, as what stands behind the digits tells."""
    return 0 if _NO_CODE_AFTER.match(after) else len(value)


def authorization(value: bytes) -> bool:
    """The token of an Authorization header, but for a JWT, which is known by its own form."""
    token = value.rpartition(b" ")[2]
    return not token.startswith(b"eyJ") and opaque(token)


def session(value: bytes) -> bool:
    """A session's token: opaque, or letters that are no word."""
    if value[:2] == b"0x" or value.replace(b"_", b"").isdigit():  # the sessions of servers with their clients
        return False
    return opaque(value) or (len(value) >= 16 and len(set(value)) >= 8 and has_digit(value))
