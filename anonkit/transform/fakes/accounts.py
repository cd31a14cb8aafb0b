"""Which mailbox, account or organisation could stand in place of this one?"""

from __future__ import annotations

import re
import string

from anonkit.transform.fakes.draws import Draws
from anonkit.transform.fakes.lists import lists

_DOMAINS = ("example.com", "example.net", "example.org")  # RFC 2606: nobody's
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_NUMBERS = 100_000
_FIXED = re.compile("wxid_|0+(?=[0-9]+$)")
_ORGANISATION = re.compile(
    "(?P<mark>股份有限公司|有限责任公司|有限公司|集团公司|分公司|公司|集团|工厂|大学|学院|学校|中学|小学|幼儿园|医院|诊所|银行|支行|分行"
    "|事务所|研究院|研究所|委员会|协会|基金会|中心|合作社|商行|商店|经营部|工作室|门店|超市|酒店|饭店|药房|[部局厅所院社厂店])$"
)
_LATIN_ORGANISATION = re.compile(r"(?P<mark>,? (?:Co\.?,? ?Ltd|Ltd|Inc|LLC|GmbH|Corp|Co)\.?)$", re.IGNORECASE)
_COMPANIES = "有限公司"


def mailbox(_text: str, draws: Draws) -> str:
    """A mailbox that nobody has: a made-up name at a domain that is kept for examples."""
    known = lists()
    given, family = draws.one(known.pinyin_given), draws.one(known.pinyin_families)
    return f"{given}.{family}{draws.below(_NUMBERS):05d}@{draws.one(_DOMAINS)}".lower()


def account(text: str, draws: Draws) -> str:
    """As long, with letters, digits and signs where they were; wxid_ and zeros in front stay."""
    kept = _FIXED.match(text)
    at = kept.end() if kept else 0
    return text[:at] + same_classes(text[at:], draws)


def same_classes(text: str, draws: Draws) -> str:
    """Each letter or digit becomes another of its class; Chinese characters become those of given names."""
    return "".join(_other(char, at, draws) for at, char in enumerate(text))


def _other(char: str, at: int, draws: Draws) -> str:
    if not char.isascii():
        known = lists()
        return draws.one(known.male + known.female) if char.isalpha() else char
    letters = next((letters for letters in _CLASSES if char in letters), char)
    if at == 0 and char in "123456789":
        letters = letters[1:]
    return draws.one(letters)


def organization(text: str, draws: Draws) -> str | None:
    """Another name before the word for its kind, which stays."""
    chinese = _ORGANISATION.search(text)
    if chinese is not None:
        branch = draws.one(("科技", "网络", "信息", "传媒")) if chinese["mark"].endswith(_COMPANIES) else ""
        return draws.one(lists().companies) + branch + chinese["mark"]
    latin = _LATIN_ORGANISATION.search(text)
    return draws.one(lists().latin_families) + latin["mark"] if latin else None
