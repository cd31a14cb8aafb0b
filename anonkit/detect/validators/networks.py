"""Is this an address in a network?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from anonkit.detect.words import MAIL_WORDS

_HEX = frozenset(b"0123456789abcdefABCDEF")
_OCTETS = frozenset(b"%d" % octet for octet in range(256))


def ipv4(value: bytes) -> bool:
    """IPv4 address with or without a prefix length: four octets without leading zeros; 0.0.0.0 is nobody's."""
    address, slash, prefix = value.partition(b"/")
    octets = address.split(b".")
    if len(octets) != 4 or not _OCTETS.issuperset(octets) or address == b"0.0.0.0":
        return False
    return not slash or (prefix.isdigit() and int(prefix) <= 32)


def ipv4_dashed(value: bytes) -> bool:
    """IPv4 address in a host name, as cloud providers write it: `ip-10-77-20-248`."""
    return ipv4(value[value.index(b"-") + 1 :].replace(b"-", b".")) if b"-" in value else False


def ipv6(value: bytes) -> bool:
    """IPv6 address (RFC 4291), with or without a zone or a prefix length; `::` alone is nobody's."""
    address, slash, prefix = value.partition(b"/")
    if slash and not (prefix.isdigit() and int(prefix) <= 128):
        return False
    address, percent, zone = address.partition(b"%")
    if len(address) < 3 or bool(percent) != bool(zone) or b"%" in zone or not zone.isascii():
        return False
    head, gap, tail = address.partition(b"::")
    groups = [*head.split(b":"), *tail.split(b":")] if head and tail else (head or tail).split(b":")
    if b"." in groups[-1]:  # an IPv4 address stands for the last two groups
        octets = groups.pop().split(b".")
        if len(octets) != 4 or not _OCTETS.issuperset(octets) or (gap and not tail):
            return False
        groups += (b"0", b"0")
    if not all(0 < len(group) < 5 and _HEX.issuperset(group) for group in groups):
        return False
    return len(groups) < 8 if gap else len(groups) == 8


_NOBODYS_MAC = frozenset((b"000000000000", b"FFFFFFFFFFFF", b"020000000000"))


def mac(value: bytes) -> bool:
    """Hardware address, 6 or 8 octets (IEEE EUI-48, EUI-64) with one kind of separator, or 12 bare hex digits.

    Broadcast, all zeros and Android's 02:00:00:00:00:00 are nobody's.
    """
    bare = value.translate(None, b":-. ")
    if len(bare) not in (12, 16) or not _HEX.issuperset(bare) or bare.upper() in _NOBODYS_MAC:
        return False
    if len(bare) == len(value):
        return len(bare) == 12
    marks = set(value.translate(None, b"0123456789abcdefABCDEF"))
    step = 5 if marks == {46} else 3
    return len(marks) == 1 and value[step - 1 :: step] == bytes(marks) * (len(value) // step)


def host(value: bytes) -> bool:
    """A host's name, not its address: with a letter, and a digit, dot or dash."""
    return not value.replace(b".", b"").isdigit() and any(b in b"0123456789.-" for b in value) and not value.isdigit()


def url(value: bytes) -> bool:
    """A URL whose host has a dot, a port or is the local one."""
    authority = value.partition(b"://")[2].partition(b"/")[0]
    return b"." in authority or b":" in authority or authority == b"localhost"


_NO_TOP_LEVEL = frozenset(
    b"png jpg jpeg gif svg webp bmp ico css js json html xml txt log conf service local py java".split()
)


def mailbox(value: bytes) -> bool:
    """An address of mail, in any script: its domain does not end as a file does (`img@2x.png`).

    A word for mail in its name is a key, and the finder tells where its value begins.
    """
    name = value.partition(b"@")[0]
    if any(word in name and not name.endswith(word) for word in MAIL_WORDS):
        return False
    return value.rpartition(b".")[2].lower() not in _NO_TOP_LEVEL
