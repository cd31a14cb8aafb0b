"""Is this value really what it looks like? One check for every form that the cards name.

A validator takes the bytes that matched (full-width digits already folded, separators still inside) and says
whether they can be the number they look like. It raises nothing and keeps nothing. Rejecting a valid number is the
worse error, so what a standard leaves open is accepted. All of them are table-driven: the engine calls them some
300,000 times a second. A trimmer takes what a pattern took too much of, and the bytes on both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anonkit.detect.validators.cards import LENGTHS_OF_BIN, bank_card
from anonkit.detect.validators.credentials import (
    authorization,
    mixed_token,
    one_time_code,
    opaque,
    option_password,
    password,
    session,
    told_password,
    trim_one_time_code,
)
from anonkit.detect.validators.dates import MONTH_DAYS, OLDEST, birth_date, latest
from anonkit.detect.validators.devices import (
    biometric_code,
    device_code,
    hex_token,
    iccid,
    imei,
    imsi,
    serial_number,
)
from anonkit.detect.validators.digits import luhn, not_uniform
from anonkit.detect.validators.handles import account_with_digit, handle, long_handle, nickname
from anonkit.detect.validators.identity import PROVINCES, cn_id_card, hk_id, mo_id, tw_id
from anonkit.detect.validators.names import chinese_name, latin_name, name_no_word, trim_name
from anonkit.detect.validators.networks import host, ipv4, ipv4_dashed, ipv6, mac, mailbox, url
from anonkit.detect.validators.organizations import organization, uscc
from anonkit.detect.validators.phones import cn_landline, cn_landline_extension, cn_mobile, e164, local_number
from anonkit.detect.validators.places import address, latitude, longitude, plate, trim_address

__all__ = [
    "LENGTHS_OF_BIN", "MONTH_DAYS", "OLDEST", "PROVINCES", "TRIMMERS", "VALIDATORS", "Trimmer", "cn_mobile", "latest",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trimmer:
    """Takes what a pattern took too much of.

    Attributes:
        cut: (value, the bytes before it, those behind it) -> how many bytes of it are the value.
        before: the bytes with one of which goes on what stands behind a value that is cut; others need no look.
    """

    cut: Callable[[bytes, bytes, bytes], int]
    before: bytes


_CHINESE = bytes(range(0xE4, 0xEA))
# by validator
TRIMMERS: dict[str, Trimmer] = {
    "address": Trimmer(trim_address, b":=\xef"),
    "chinese_name": Trimmer(trim_name, _CHINESE),
    "name_no_word": Trimmer(trim_name, _CHINESE),
    "one_time_code": Trimmer(trim_one_time_code, b"-/.:~ \tms%" + _CHINESE),
}

VALIDATORS: dict[str, Callable[[bytes], bool]] = {
    check.__name__: check
    for check in (
        account_with_digit, address, authorization, bank_card, biometric_code, birth_date, chinese_name, cn_id_card,
        cn_landline, cn_landline_extension, cn_mobile, device_code, e164, handle, hex_token, hk_id, host, iccid, imei,
        imsi, ipv4, ipv4_dashed, ipv6, latin_name, latitude, local_number, long_handle, longitude, luhn, mac, mailbox,
        mixed_token, mo_id, name_no_word, nickname, not_uniform, one_time_code, opaque, option_password, organization,
        password, plate, serial_number, session, told_password, tw_id, url, uscc,
    )
}  # fmt: skip
