"""What does the familiar mask of each entity show?

138****5678, 0915*****79, 5***************1X, 6222 **** **** 1234, 苏D4***0, d***@x.com, 192.168.*.*, 张* and so on are
what staff is used to. Where no custom is known, the form shows less than what tells two values apart.
What is shown must not be found once more, and masked further: so one decimal of a coordinate and one character of a
name are shown where some show two (欧*** for 欧阳静怡), and of user names the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from anonkit.address_levels import levels
from anonkit.transform.addresses import read
from anonkit.transform.hiding import CHARACTERS, SEPARATORS, ends_shown, hidden, stars
from anonkit.transform.spelling import canonical

Split = Callable[[str], tuple[str, str, str]]
"""What stands before the masked part, the part (empty where nothing may be shown), and what stands behind it."""
Special = Callable[[str, str], str]
"""From a text and the character that hides to the masked text."""


def _whole(text: str) -> tuple[str, str, str]:
    return "", text, ""


@dataclass(frozen=True, slots=True)
class MaskForm:
    """A familiar mask.

    first, last   how many characters at the ends of the masked part are shown
    usual         how many characters the part has at least; shorter ones show half at most
    split         what is masked
    rest_shown    what is shown of the text behind the part: these characters of an extension; all of a domain (None)
    special       makes the familiar form where it is not a matter of ends
    sample        how many characters the part usually has, for counting candidates
    bits          log2 of how many values a hidden character has, or of each where they differ
    known_bits    what a shown check digit says about them
    special_bits  log2 of the candidates of the special form; None where unknown
    """

    first: int = 1
    last: int = 1
    usual: int = 0
    split: Split = _whole
    rest_shown: str | None = None
    special: Special | None = None
    sample: int = 0
    bits: float | tuple[float, ...] = 0.0
    known_bits: float = 0.0
    special_bits: float | None = None


_MARKS = re.escape(CHARACTERS)
_DIGIT = f"[0-9{_MARKS}]"

_SEPARATOR = f"[{re.escape(SEPARATORS)}]"
_MOBILE = re.compile(
    rf"(\(?(?:\+|00)?86\)?[ -]?)((?:{_SEPARATOR}*[^{re.escape(SEPARATORS)}]){{11,13}}{_SEPARATOR}*)", re.DOTALL
)
# E.164 country codes: one digit for zones 1 and 7, two for these, three for the others
_COUNTRY = (
    r"1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-9][0-9]|3[578][0-9]|42[0-9]|5[09][0-9]|6[7-9][0-9]"
    r"|8[0578][0-9]|9[679][0-9]"
)
_PHONE = re.compile(rf"((?:\+|00)(?:{_COUNTRY})[ -]?|85[23][ -]?(?=.{{8}})|886[ -]?(?=.{{9}}))(.+)", re.DOTALL)
_LANDLINE = re.compile(
    r"((?:\(?(?:\+|00)86\)?[ -]?\(?0?|\(?0)(?:10|2[0-9]|[3-9][0-9]{2})\)?[ -]?)?"
    rf"({_DIGIT}{{3,4}}[ -]?{_DIGIT}{{4}})( ?[-xX转#] ?{_DIGIT}{{1,6}})?"
)


def _behind(pattern: re.Pattern[str]) -> Split:
    """What is behind a prefix that `pattern` tells; all of a text that has none."""

    def split(text: str) -> tuple[str, str, str]:
        match = pattern.fullmatch(text)
        return (match[1], match[2], "") if match else _whole(text)

    return split


def _number(text: str) -> tuple[str, str, str]:
    """The number behind its area code, and the extension; nothing is masked, and all hidden, of what is no landline."""
    match = _LANDLINE.fullmatch(text)
    return (match[1] or "", match[2], match[3] or "") if match else ("", "", text)


def _local_part(text: str) -> tuple[str, str, str]:
    local, at, domain = text.rpartition("@")
    return ("", local, at + domain) if at else _whole(text)


def _email(text: str, character: str) -> str:
    """d***@x.com: always three, so that the length is hidden; the first only where there is a second."""
    local, at, domain = text.rpartition("@")
    if not local:
        return hidden(text, character)
    return (local[0] if len(local) > 1 and local[0] != character else "") + character * 3 + at + domain


_OCTET = f"(?:[0-9]{{1,3}}|[{_MARKS}])"
_V4 = re.compile(
    rf"((?:::ffff:)?[0-9]{{1,3}}([.-])[0-9]{{1,3}}\2){_OCTET}\2{_OCTET}(/[0-9]{{1,2}})?", re.IGNORECASE | re.ASCII
)
_V6_MASKED = re.compile(rf"[0-9a-f]{{1,4}}:[0-9a-f]{{1,4}}(?::[{_MARKS}]){{6}}(?:%[^/]*)?(?:/[0-9]{{1,3}})?")


def _ip(text: str, character: str) -> str:
    """192.168.*.* and 2001:db8:*:*:*:*:*:*; the zone and the length of a prefix stay."""
    if v4 := _V4.fullmatch(text):
        return f"{v4[1]}{character}{v4[2]}{character}{v4[3] or ''}"
    if _V6_MASKED.fullmatch(text):
        return text
    written = read(text)
    if written is None or written.has_port or isinstance(written.address, IPv4Address):
        return hidden(text, character)
    groups = [f"{int(group, 16):x}" for group in written.address.exploded.split(":")[:2]]
    return ":".join(groups + [character] * 6) + written.zone + written.length


_DECIMAL = re.compile(rf"([+-]?[0-9]{{1,5}}\.)({_DIGIT}+)")
_MINUTES = re.compile(rf"([0-9]{{1,3}}°[0-9]{{1,2}}[′'])({_DIGIT}.*)", re.DOTALL)
_MOST_DEGREES = 180
_DECIMALS_SHOWN = 1


def _coordinate(text: str, character: str) -> str:
    """120.3*****: a decimal (11 km), or none; whole minutes (2 km) of NMEA 0183 and of 31°29′28″N."""
    if minutes := _MINUTES.fullmatch(text):
        return minutes[1] + stars(minutes[2], character, "″\"'NSEW")
    decimal = _DECIMAL.fullmatch(text)
    if decimal is None:
        return hidden(text, character)
    is_nmea = abs(float(decimal[1] + "0")) > _MOST_DEGREES
    shown = 0 if is_nmea else min(_DECIMALS_SHOWN, len(decimal[2]) - 1)
    return decimal[1] + decimal[2][:shown] + character * (len(decimal[2]) - shown)


_DATE_SIGNS = "年月日号时点分秒TZ+, "
_DECADE = re.compile(
    rf"(?<![0-9])(?:18|19|20)[0-9][0-9{_MARKS}](?=[-/.年]|[0-9{_MARKS}]{{2}}(?:[0-9{_MARKS}]{{2}})?$|$)"
)


def _birth(text: str, character: str) -> str:
    """199*-**-**: ten years; nothing of a time since 1970."""
    year = _DECADE.search(text)
    if year is None:
        return hidden(text, character, _DATE_SIGNS)
    before, after = text[: year.start()], text[year.end() :]
    return stars(before, character, _DATE_SIGNS) + year[0][:3] + character + stars(after, character, _DATE_SIGNS)


_DAY = re.compile(
    r"(?:18|19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|(?:18|19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}[日号]"
    r"|[0-9]{1,2}/[A-Z][a-z]{2}/(?:19|20)[0-9]{2}"
)


def _moment(text: str, character: str) -> str:
    """2023-11-02 **:**:**: the day without its time; nothing of a day alone, or of a time since 1970."""
    day = _DAY.match(text)
    time = stars(text[day.end() :], character, _DATE_SIGNS) if day is not None else ""
    return day[0] + time if day is not None and character in time else hidden(text, character, _DATE_SIGNS)


_UNIT = re.compile("(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|自治州|地区|省|市|盟)$")
_PLACE = "(?:[^\\W0-9A-Za-z_]|[ ,])"
_ADDRESS_MASKED = re.compile(rf"(?:{_PLACE}{{1,24}}(?:[{_MARKS}]{_PLACE}{{1,14}})?)?[{_MARKS}]{{4}}")


def _address(text: str, character: str) -> str:
    """江苏*无锡****: province and city without 省 and 市; detection takes 江苏省无锡市 and 浙江省杭州 for addresses."""
    if _ADDRESS_MASKED.fullmatch(text):
        return text
    ends = levels(text)
    units = (text[: ends.province], text[ends.province : ends.city])
    names = character.join(name for unit in units if (name := _UNIT.sub("", unit).strip(" ,")))
    return (names if names != text else "") + character * 4


_TOKEN_SHOWN = 4


def _push_token(text: str, character: str) -> str:
    """The first and last four, without the brackets and blanks of APNs tokens."""
    return ends_shown(canonical(text, "PUSH_TOKEN"), character, _TOKEN_SHOWN, _TOKEN_SHOWN, usual=_OPAQUE)


def _host(text: str, character: str) -> str:
    """****.example.com: not the name within the domain; nothing of a name alone."""
    name, dot, domain = text.partition(".")
    return hidden(name, character) + dot + domain if name else hidden(text, character)


_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,15}://)(?:[^/?#]*@)?([^/?#]*)(.*)", re.DOTALL)


def _url(text: str, character: str) -> str:
    """https://example.com/****: the host, without who logs in; nothing where there is no more than a host."""
    url = _URL.fullmatch(text)
    if url is None:
        return hidden(text, character)
    rest = url[3].strip("/?")
    return f"{url[1]}{url[2]}/{character * 4}" if rest else f"{url[1]}{character * 4}"


_DIGIT_BITS, _HEX_BITS, _BASE64_BITS = 3.321928094887362, 4.0, 6.0
_CHECK_BITS, _CHECK_11_BITS = 3.321928094887362, 3.4594316186372973
_MOBILE_DIGITS, _OPAQUE = 11, 16

# 5,700 region codes, 43,830 days, 999 numbers; the check digit says nothing new (GB 11643)
_ID_CARD_BITS = (2.08,) * 6 + (1.93,) * 8 + (_DIGIT_BITS,) * 3 + (0.0,)
_OPAQUE_ID = MaskForm(4, 4, _OPAQUE, sample=_OPAQUE, bits=_HEX_BITS)

FORMS: dict[str, MaskForm] = {
    "CN_MOBILE": MaskForm(3, 4, _MOBILE_DIGITS, _behind(_MOBILE), sample=_MOBILE_DIGITS, bits=_DIGIT_BITS),
    "PHONE_NUMBER": MaskForm(0, 4, split=_behind(_PHONE), sample=8, bits=_DIGIT_BITS),
    "CN_LANDLINE": MaskForm(0, 2, split=_number, rest_shown="xX转#", sample=7, bits=_DIGIT_BITS),
    "CN_ID_CARD": MaskForm(1, 2, 15, sample=18, bits=_ID_CARD_BITS, known_bits=_CHECK_11_BITS),
    "CN_PASSPORT": MaskForm(1, 2, sample=9, bits=_DIGIT_BITS),
    "CN_TRAVEL_PERMIT": MaskForm(1, 2, sample=9, bits=_DIGIT_BITS),
    "BANK_CARD": MaskForm(4, 4, 14, sample=16, bits=_DIGIT_BITS, known_bits=_CHECK_BITS),
    "CN_USCC": MaskForm(2, 4, 18, sample=18, bits=_DIGIT_BITS, known_bits=4.954196310386875),
    "CN_PLATE": MaskForm(3, 1, 7, sample=7, bits=_DIGIT_BITS),
    "EMAIL_ADDRESS": MaskForm(split=_local_part, special=_email),
    "IP_ADDRESS": MaskForm(special=_ip, special_bits=16.0, sample=10, bits=_DIGIT_BITS),
    "MAC_ADDRESS": MaskForm(6, 0, 12, sample=12, bits=_HEX_BITS),
    "PUSH_TOKEN": MaskForm(special=_push_token, special_bits=44.0, sample=64, bits=_HEX_BITS),
    "IMEI": MaskForm(4, 4, 14, sample=15, bits=_DIGIT_BITS, known_bits=_CHECK_BITS),
    "IMSI": MaskForm(5, 2, 15, sample=15, bits=_DIGIT_BITS),
    "ICCID": MaskForm(6, 4, 19, sample=19, bits=_DIGIT_BITS, known_bits=_CHECK_BITS),
    "ANDROID_ID": _OPAQUE_ID,
    "ADVERTISING_ID": MaskForm(4, 4, _OPAQUE, sample=32, bits=_HEX_BITS),
    "DEVICE_ID": _OPAQUE_ID,
    "USER_ID": MaskForm(0, 2),
    "WECHAT_ID": MaskForm(),
    "QQ": MaskForm(2, 2, sample=9, bits=_DIGIT_BITS),
    "OPENID": MaskForm(1, 4, _OPAQUE, sample=28, bits=_BASE64_BITS),
    "GEO_COORDINATE": MaskForm(special=_coordinate, special_bits=5 * _DIGIT_BITS),
    "DATE_OF_BIRTH": MaskForm(special=_birth, special_bits=11.834471),  # 3,652 days
    "TIMESTAMP": MaskForm(special=_moment, special_bits=16.398744),  # 86,400 s
    "PERSON": MaskForm(1, 0),
    "ADDRESS": MaskForm(special=_address),
    "ORGANIZATION": MaskForm(2, 2),
    "HOSTNAME": MaskForm(special=_host),
    "URL": MaskForm(special=_url),
    "SEARCH_QUERY": MaskForm(0, 0),
}
"""Other entities (cards and columns of the user) show their first and their last character."""
