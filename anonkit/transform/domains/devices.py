"""Which numbers of devices could stand in place of this one?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from anonkit.model import Parameter
from anonkit.transform.domains.accounts import has_luhn, with_luhn
from anonkit.transform.domains.member import DIGITS, Fits, Member, differ, numbered, same_classes, spelled_in

# ruff: noqa: PLR2004  the numbers here are those of the standards

_varied = differ(3)
_HEX_DIGITS = "0123456789abcdef"
_HEX_ID = re.compile("[0-9a-f]{12,200}|[0-9A-F]{12,200}")
_MAC = re.compile("(?:[0-9A-Fa-f]{4}){3,4}")


def imei(bare: str, parameters: Mapping[str, Parameter]) -> Member | None:
    """An IMEI keeps its type (8 digits) or who gave it (2), and gets the right check digit; a MEID is hexadecimal."""
    kept = 8 if parameters["keep_tac"] else 2
    if not bare.isdigit():
        return _hex(bare, differ(5)) if len(bare) == 14 else None
    if len(bare) == 15:
        return numbered(bare[:kept], bare[kept:-1], _varied, with_luhn) if has_luhn(bare) else None
    return numbered(bare[:kept], bare[kept:], _varied) if len(bare) in (14, 16) else None


def imsi(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """An IMSI keeps its country and network."""
    return numbered(bare[:5], bare[5:], _varied) if len(bare) == 15 and bare.isdigit() else None


def iccid(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """An ICCID keeps its issuer (8 characters), a letter at its end, and whether its last digit checks the others."""
    if len(bare) not in (19, 20) or not bare.startswith("89"):
        return None
    kept, free = bare[:8], bare[8:]
    if has_luhn(bare):
        return numbered(kept, free[:-1], _varied, with_luhn)
    end = free[-1] if free[-1].isalpha() else ""
    return numbered(kept, free.removesuffix(end), lambda text: not has_luhn(text + end), lambda text: text + end)


def mac(bare: str, parameters: Mapping[str, Parameter]) -> Member | None:
    """A MAC address keeps its vendor, or nothing but whether it is that of a group (IEEE 802)."""
    if not _MAC.fullmatch(bare):
        return None
    group = int(bare[1], 16) % 2

    def fits(text: str) -> bool:
        return int(text[1], 16) % 2 == group and len(set(text)) > 2

    return _hex(bare, fits, range(6) if parameters["keep_vendor"] else ())


def hex_id(bare: str, _parameters: Mapping[str, Parameter]) -> Member | None:
    """Hexadecimal digits become others; of 32 those two stay that tell the kind of a UUID (RFC 9562)."""
    return _hex(bare, differ(5), (12, 16) if len(bare) == 32 else ()) if _HEX_ID.fullmatch(bare) else None


def device_id(bare: str, parameters: Mapping[str, Parameter]) -> Member | None:
    """What is hexadecimal stays so; other letters and digits become others of their class."""
    if _HEX_ID.fullmatch(bare):
        return hex_id(bare, parameters)
    return same_classes(bare, lambda text: len(set(text)) > 2 and not _HEX_ID.fullmatch(text))


def _hex(bare: str, fits: Fits, kept: Sequence[int] = ()) -> Member | None:
    """One with letters becomes one with letters, in the same case; one of digits alone stays one."""
    lower = bare.lower()
    if bare not in (lower, bare.upper()):
        return None
    free = DIGITS if bare.isdigit() else _HEX_DIGITS
    alphabets = [char if at in kept else free for at, char in enumerate(lower)]
    return spelled_in(
        lower,
        alphabets,
        lambda text: text.isdigit() == bare.isdigit() and fits(text),
        str if bare == lower else str.upper,
    )
