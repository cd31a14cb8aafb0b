"""Which spelling stands for all spellings of the same value?

Width, invisible characters, +86 and separators are taken off, and letters written in one case where it does not matter.
What does not have the form of its entity comes back as it is, but for width and invisible characters.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from anonkit.transform import addresses
from anonkit.transform.width import narrow

_SEPARATORS = str.maketrans("", "", " -.()/\t")
_DOTS = str.maketrans("", "", "·•・ -")
_MOBILE = re.compile(r"(?:\+|00)?(?:86)?(1[0-9]{10}|1[0-9]{12}|9[28][0-9]{9})", re.ASCII)
_LANDLINE = re.compile(
    r"(?:\(?(?:\+|00)86\)?[ -]?\(?0?|86[ -]\(?0?|\(?0)(?P<area>10|2[0-9]|[3-9][0-9]{2})\)?[ -]?"
    r"(?P<number>[0-9]{3,4}[ -]?[0-9]{4})(?:(?: ?[-xX转#] ?)(?P<extension>[0-9]{1,6}))?"
)
_LOCAL = re.compile(r"[2-9][0-9]{2,3}[ -]?[0-9]{4}")
_FOREIGN = re.compile(r"(\+|00)?([1-9][0-9]{6,14})")
_WITH_COUNTRY = re.compile(r"85[23][0-9]{8}|8860?9[0-9]{8}")
_TAIWAN_MOBILE = re.compile(r"(?:\+886)?0?(9[0-9]{8})")
_MAC = re.compile(r"(?P<pairs>[0-9a-f]{2}(?:[:.-]?[0-9a-f]{2}){5})(?P<suffix>:.*)?", re.IGNORECASE | re.DOTALL)
_HEX = re.compile(r"\{?[0-9A-Fa-f-]{8,}\}?")
_LOWER = re.compile(r"[0-9a-f]{64,}+")
_APNS = re.compile(r"<?(?:[0-9A-Fa-f]{8} ?){8,}>?|\{ ?length ?= ?[0-9]+, ?bytes ?= ?0x[0-9A-Fa-f ]{64,} ?\}")


def canonical(text: str, entity: str) -> str:
    """One spelling of a plain value; never raises.

    CN_MOBILE      11 or 13 digits
    CN_LANDLINE    area code and number, 01062345678, with -EXTENSION where there is one
    PHONE_NUMBER   + and digits (E.164); of a Taiwan mobile number too, where the country is left out
    identity documents, BANK_CARD, CN_USCC, CN_PLATE, IMSI, IMEI
                   upper case (IMEI lower), no blanks, dots, dashes, brackets
    MAC_ADDRESS    aa:bb:cc:dd:ee:ff (RFC 7042 with colons), and what is behind it
    IP_ADDRESS     as RFC 5952 has it, with zone and length of the prefix
    EMAIL_ADDRESS  the domain in lower case (RFC 5321, 2.4: only the local part may depend on it)
    DATE_OF_BIRTH  the day as ISO 8601 has it, where it is told
    device ids     lower case where they are hexadecimal; APNs tokens are 64 digits or more
    """
    text = narrow(text)
    form = _FORMS.get(entity)
    return text if form is None else form(text)


def _mobile(text: str) -> str:
    if len(text) == 11 and text.isdigit():  # noqa: PLR2004  digits of a mobile number: the usual case
        return text
    number = _MOBILE.fullmatch(text.translate(_SEPARATORS))
    return number[1] if number else text


def _landline(text: str) -> str:
    whole = text.strip()
    number = _LANDLINE.fullmatch(whole)
    if number is None:
        return whole.translate(_SEPARATORS) if _LOCAL.fullmatch(whole) else text
    extension = f"-{number['extension']}" if number["extension"] else ""
    return f"0{number['area']}{number['number'].translate(_SEPARATORS)}{extension}"


def _phone(text: str) -> str:
    compact = text.replace("(0)", "").translate(_SEPARATORS)
    number = _FOREIGN.fullmatch(compact)
    if number is not None and (number[1] or _WITH_COUNTRY.fullmatch(number[2])):
        compact = "+" + number[2]
    taiwan = _TAIWAN_MOBILE.fullmatch(compact)
    if taiwan is not None and compact[0] in "+0":
        return "+886" + taiwan[1]
    return compact if number is not None else text


def _document(text: str) -> str:
    compact = text.translate(_SEPARATORS)
    return compact.upper() if compact.isascii() and compact.isalnum() else text


def _plate(text: str) -> str:
    return text.translate(_DOTS).upper()


def _lower_document(text: str) -> str:
    return _document(text).lower() if text.isascii() else text


def _mac(text: str) -> str:
    mac = _MAC.fullmatch(text.strip())
    if mac is None:
        return text
    digits = re.sub("[:.-]", "", mac["pairs"]).lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) + (mac["suffix"] or "")


def _ip(text: str) -> str:
    if addresses.BARE_V4.fullmatch(text):
        return text
    written = addresses.read(text.strip())
    if written is None or written.has_port:
        return text
    address = written.address
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    # written out, because Python 3.13 writes the last 32 bits of these in another way than 3.12
    normal = f"::ffff:{mapped}" if mapped is not None else str(address)
    return normal + written.zone + written.length


def _email(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    return local + at + domain.lower() if at else text


def _device(text: str) -> str:
    return text.strip("{}").lower() if _HEX.fullmatch(text) else text


def _push_token(text: str) -> str:
    if _LOWER.fullmatch(text):
        return text
    if _APNS.fullmatch(text):
        digits = re.sub("[<> {}]", "", text.rpartition("0x")[2] if text[0] == "{" else text)
        return digits.lower()
    return _device(text)


_DOCUMENTS = "CN_ID_CARD CN_PASSPORT CN_TRAVEL_PERMIT BANK_CARD CN_USCC IMSI ICCID QQ".split()
_DEVICES = "ANDROID_ID ADVERTISING_ID DEVICE_ID".split()


def _day(text: str) -> str:
    from anonkit.transform.dates import read  # noqa: PLC0415  only where there are dates

    written = read(text.strip())
    if written is None or not written.has_day or written.ticks_a_day:
        return text
    return text if "hour" in written.fields else written.day.isoformat()


_FORMS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_DOCUMENTS, _document),
    **dict.fromkeys(_DEVICES, _device),
    "CN_MOBILE": _mobile,
    "CN_LANDLINE": _landline,
    "PHONE_NUMBER": _phone,
    "CN_PLATE": _plate,
    "MAC_ADDRESS": _mac,
    "IP_ADDRESS": _ip,
    "EMAIL_ADDRESS": _email,
    "PUSH_TOKEN": _push_token,
    "DATE_OF_BIRTH": _day,
    "IMEI": _lower_document,
}
