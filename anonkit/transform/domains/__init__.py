"""Which entities have a domain, so that other values of the same form can stand in their place?

The tables and orders of these modules are part of what was written with a key: change one, and values enciphered
before are not deciphered any more (tests/test_fpe.py holds some of each). What is new, a range of mobile numbers or a
later year, becomes a domain of its own. So no table is taken from the validators, which learn; only
the check digit of Luhn is theirs, which is arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping

from anonkit.model import Parameter
from anonkit.transform.domains import accounts, devices, documents, phones
from anonkit.transform.domains.member import Member, Reader

__all__ = ["DOMAINS", "PARAMETERS", "Member", "Reader"]

DOMAINS: Mapping[str, Reader] = {
    "CN_MOBILE": phones.mobile,
    "CN_LANDLINE": phones.landline,
    "PHONE_NUMBER": phones.phone,
    "CN_ID_CARD": documents.id_card,
    "CN_PASSPORT": documents.travel_document,
    "CN_TRAVEL_PERMIT": documents.travel_document,
    "CN_PLATE": documents.plate,
    "BANK_CARD": accounts.bank_card,
    "QQ": accounts.qq,
    "USER_ID": accounts.user_id,
    "WECHAT_ID": accounts.wechat_id,
    "OPENID": accounts.openid,
    "IMEI": devices.imei,
    "IMSI": devices.imsi,
    "ICCID": devices.iccid,
    "MAC_ADDRESS": devices.mac,
    "ANDROID_ID": devices.hex_id,
    "ADVERTISING_ID": devices.hex_id,
    "PUSH_TOKEN": devices.hex_id,
    "DEVICE_ID": devices.device_id,
}

PARAMETERS: Mapping[str, Parameter] = {
    "keep_operator": True,
    "keep_region": True,
    "bin_digits": 6,
    "keep_tac": False,
    "keep_vendor": False,
}
"""What the readers can be told, with the defaults:

keep_operator  CN_MOBILE: the first three digits stay
keep_region    CN_ID_CARD: the first six digits, a real region, stay; else any known province and four other digits
bin_digits     BANK_CARD: how many of the issuer's digits stay, 6 or 8
keep_tac       IMEI: the eight digits of the type of device stay, which leaves a million values, the least allowed
keep_vendor    MAC_ADDRESS: the first three octets stay
"""
