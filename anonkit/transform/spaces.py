"""How many values does an entity have, and of which can nobody try all?

What counts is what an attacker has to try, with what is commonly known: the vendor of a network card, the model of a
phone. What the operation `hash` takes and what the lint of policies says of it are both read from here.
"""

from __future__ import annotations

from dataclasses import dataclass

BEYOND_SEARCH_BITS = 80
"""2^80 hashes take a thousand GPUs 1,700 years; 2^64 take them ten days."""

LONG_BITS = 128.0
"""32 random characters have at least as many, even in hex; so have 16 measured numbers."""


@dataclass(frozen=True, slots=True)
class Space:
    """The values of an entity.

    bits         log2 of how many have to be tried
    why          what they are made of, and who says so
    hashed_bits  the same of those that `hash` takes, which are random or measured, and long; 0 where it takes none
    """

    bits: float
    why: str
    hashed_bits: float = 0.0

    @property
    def is_enumerable(self) -> bool:
        """Whether somebody can try all of them."""
        return self.bits < BEYOND_SEARCH_BITS


SPACES: dict[str, Space] = {
    "CN_MOBILE": Space(32.3, "5.3e9: 53 prefixes in use, 8 digits (MIIT numbering plan)"),
    "CN_LANDLINE": Space(34.0, "330 area codes, 7 or 8 digits"),
    "PHONE_NUMBER": Space(27.4, "1.8e8 in Hong Kong, Macau and Taiwan (ITU national plans)"),
    "CN_ID_CARD": Space(37.8, "2.5e11: historic region codes x dates x 999, check digit given (GB 11643, GB/T 2260)"),
    "CN_PASSPORT": Space(29.2, "E, G, D, S, P, K and two-letter series, 7 or 8 digits"),
    "CN_TRAVEL_PERMIT": Space(28.8, "H, M, C and plain series, 8 digits"),
    "BANK_CARD": Space(50.8, "2,000 issuers (ISO/IEC 7812), 12 digits, Luhn digit given; 2^40 with the issuer known"),
    "CN_USCC": Space(27.4, "1.8e8 registered, in a public register"),
    "CN_PLATE": Space(35.0, "31 provinces, 24 letters, 5 of 34 signs (GA 36)"),
    "EMAIL_ADDRESS": Space(33.0, "1e10: numbers at qq.com, mobiles at 163.com and 139.com, published lists"),
    "IP_ADDRESS": Space(32.0, "2^32 in IPv4"),
    "MAC_ADDRESS": Space(24.0, "1.7e7 with the vendor known (IEEE OUI), 2^39 with all vendors"),
    "IMEI": Space(20.0, "1e6 with the model known (GSMA TAC), Luhn digit given"),
    "IMSI": Space(36.8, "460, a dozen networks, 10 digits (ITU-T E.212)"),
    "ICCID": Space(46.0, "8986, network, 13 digits, Luhn digit given (ITU-T E.118)"),
    "ANDROID_ID": Space(64.0, "64 random bits"),
    "ADVERTISING_ID": Space(122.0, "a random UUID (RFC 9562)"),
    "PUSH_TOKEN": Space(128.0, "APNs tokens are 256 bits, others at least 128 where they are long", LONG_BITS),
    "OPENID": Space(126.0, "21 characters of six bits behind those of the application"),
    "SESSION_TOKEN": Space(64.0, "at least 64 random bits (OWASP), often no more", LONG_BITS),
    "SECRET": Space(33.3, "1e10 passwords in published lists; keys have more"),
    "USER_ID": Space(33.3, "numbers of up to ten digits, and names that people choose"),
    "WECHAT_ID": Space(40.0, "names that people choose; numbers of mobiles and QQ"),
    "QQ": Space(33.3, "numbers of up to ten digits"),
    "DATE_OF_BIRTH": Space(15.4, "43,830 days in 120 years"),
    "GEO_COORDINATE": Space(38.2, "China in steps of 4 decimals, 11 m"),
    "USER_AGENT": Space(23.0, "1e7 in published lists"),
    "TIMESTAMP": Space(24.9, "the seconds of a year"),
    "PERSON": Space(30.0, "family names x given names, as people have them"),
    "ADDRESS": Space(29.0, "5e8 dwellings"),
    "ORGANIZATION": Space(27.4, "1.8e8 registered, in a public register"),
    "HOSTNAME": Space(33.0, "names that people choose, with numbers"),
    "URL": Space(40.0, "pages that can be visited"),
    "SEARCH_QUERY": Space(33.0, "what others searched for"),
    "FACE_FEATURE": Space(128.0, "measured numbers, 16 or more", LONG_BITS),
    "FACE_IMAGE": Space(128.0, "pixels; names of files are few", LONG_BITS),
    "BIOMETRIC": Space(128.0, "measured; numbers of templates are few", LONG_BITS),
}
