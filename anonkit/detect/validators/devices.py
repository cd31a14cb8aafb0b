"""Is this the number of a device, or of what is in it?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from anonkit.detect.validators.digits import bare_digits, has_digit, luhn, not_uniform


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
    number = bare_digits(value)
    return len(number) in (19, 20) and number[:2] == b"89" and number[:6].isdigit() and number.isalnum()


_CHINA_MNC = frozenset(b"%02d" % code for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 20))


def imsi(value: bytes) -> bool:
    """IMSI of a Chinese subscriber: 460, a network code in use, ten digits (ITU-T E.212)."""
    return len(value) == 15 and value.isdigit() and value[:3] == b"460" and value[3:5] in _CHINA_MNC


def hex_token(value: bytes) -> bool:
    """Hex digits that look drawn by lot: five different ones at least (zeros, `ffff...`, `0101...` are nobody's)."""
    return len(set(value.translate(None, b" -<>:{}").lower())) >= 5


def device_code(value: bytes) -> bool:
    """A device's code: 6 characters and more with a digit, no placeholder, no network address, no small number."""
    if len(value) < 6 or not has_digit(value) or not not_uniform(value) or value.count(b".") == 3:
        return False
    return not value.isdigit() or len(value) >= 8


def serial_number(value: bytes) -> bool:
    """A serial number: letters and digits, or ten digits and more."""
    if not has_digit(value) or not not_uniform(value):
        return False
    return len(value) >= 10 if value.isdigit() else sum(48 <= b <= 57 for b in value) >= 2


def biometric_code(value: bytes) -> bool:
    """The number or the content of a biometric template: a digit in it, no digest of a certificate."""
    return has_digit(value) and not_uniform(value) and value[:3].lower() != b"sha"
