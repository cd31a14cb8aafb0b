"""What does a policy tell a transformation, and is it something that it can be told?

Each function raises ValueError with one sentence that names the parameter and what may stand there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonkit.model import Parameter

IDENTIFIERS = frozenset(
    "CN_MOBILE CN_LANDLINE PHONE_NUMBER CN_ID_CARD CN_PASSPORT CN_TRAVEL_PERMIT BANK_CARD CN_USCC CN_PLATE "
    "EMAIL_ADDRESS MAC_ADDRESS PUSH_TOKEN IMEI IMSI ICCID ANDROID_ID ADVERTISING_ID DEVICE_ID USER_ID WECHAT_ID QQ "
    "OPENID SECRET SESSION_TOKEN FACE_IMAGE FACE_FEATURE BIOMETRIC PERSON ORGANIZATION HOSTNAME URL "
    "SEARCH_QUERY".split()
)
"""The entities of our cards of which nothing is coarser: no dates, places, numbers or descriptions."""


def integer(parameters: Mapping[str, Parameter], name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    value = parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}")
    return value


def choice(parameters: Mapping[str, Parameter], name: str, default: str, allowed: Sequence[str]) -> str:
    """One of `allowed`; nothing stands for the default."""
    value = parameters.get(name, default) or default
    if not isinstance(value, str) or value not in list(allowed):
        raise ValueError(f"{name} must be one of {', '.join(allowed)}")
    return value
