"""How do addresses become others that lie together as they did? Prefix-preserving, and only among public ones.

Private, loopback, link-local, documentation, multicast and reserved addresses stay what they are: who reads the result
reads them. A public address whose result lies among those is enciphered again until it is public ("cycle walking"): so
it is a permutation of the public addresses, which the key turns back. Two that share n bits still give two that share
n bits, but where one of them walked further than the other; for n of 24 and more that does not happen in IPv4, since
every range that is left alone is a /24 or larger. Of an IPv6 address the first three bits stay (2000::/3, all that is
given out); one that holds an IPv4 address in its last 32 bits (::ffff:0:0/96, 64:ff9b::/96 and two older forms) has
that one changed.

Who knows some addresses and their results knows the beginnings of their neighbours' results: that is what a scheme
like this keeps (Xu and others, 2002).

A zone, the length of a prefix, a port, brackets, dashes in place of dots and full-width digits stay. An IPv6 address
is written as RFC 5952 has it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from anonkit.model import Parameter
from anonkit.transform.addresses import read
from anonkit.transform.base import Operation, Reversal, Subject, Transform
from anonkit.transform.blocks import BLOCK_BYTES, block_cipher
from anonkit.transform.label import label_of
from anonkit.transform.pfx import V4_BITS, PrefixCipher
from anonkit.transform.plain import by_value
from anonkit.transform.width import is_widened, narrow, widened

# IANA special-purpose address registries (RFC 6890), as of 2026, neighbours joined
_LEFT_ALONE = tuple(
    map(
        IPv4Network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3".split(),
    )
)
_FIRST = [int(network.network_address) for network in _LEFT_ALONE]
_LAST = [int(network.broadcast_address) for network in _LEFT_ALONE]
_PUBLIC_V6 = int(IPv6Address("2000::")) >> 125
_KEPT_BITS_V6 = 3
# of 2000::/3: benchmarks, ORCHID, documentation; Teredo (2001::/32) and 6to4 (2002::/16) hold addresses of people
_LEFT_ALONE_V6 = tuple(
    (int(network.netmask), int(network.network_address))
    for network in map(IPv6Network, "2001:2::/48 2001:10::/28 2001:20::/28 2001:db8::/32 3fff::/20".split())
)
_HOLD_V4 = {int(IPv6Address(f"{first}0:0")) >> V4_BITS: first for first in ("::", "::ffff:", "::ffff:0:", "64:ff9b::")}
_V4_MASK = (1 << V4_BITS) - 1


def _is_public_v4(address: int) -> bool:
    at = bisect(_FIRST, address) - 1
    return address > _LAST[at]


def _is_public_v6(address: int) -> bool:
    return address >> 125 == _PUBLIC_V6 and all(address & mask != network for mask, network in _LEFT_ALONE_V6)


class AddressCipher:
    """Permutes the public addresses, under the key of a subject, AES-128 or SM4."""

    def __init__(self, subject: Subject, use: str) -> None:
        if subject.entity != "IP_ADDRESS":
            raise ValueError(f"ip_prefix is for IP_ADDRESS; use fpe, surrogate or encrypt for {subject.entity}")
        secret = subject.secret
        if secret is None:
            raise ValueError("ip_prefix needs a key; name one, or use generalise")
        key = secret.derive(use, 2 * BLOCK_BYTES)
        self._cipher = PrefixCipher(*(block_cipher(secret.cipher, half) for half in (key[:16], key[16:])))

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds its key and is not pickled")

    def encrypted(self, text: str) -> str | None:
        """The address as another one; None where it is none."""
        cipher = self._cipher
        return _rewritten(text, cipher.encrypt_v4, lambda address: cipher.encrypt(address, _KEPT_BITS_V6))

    def decrypted(self, text: str) -> str | None:
        """The address that `encrypted` gave this one for; None where it is none."""
        cipher = self._cipher
        return _rewritten(text, cipher.decrypt_v4, lambda address: cipher.decrypt(address, _KEPT_BITS_V6))


_Step = Callable[[int], int]


def _rewritten(text: str, step_v4: _Step, step_v6: _Step) -> str | None:
    """The address in `text` as the steps make it, in the same spelling."""
    if is_widened(text):
        result = _rewritten(narrow(text), step_v4, step_v6)
        return result and widened(result)
    written = read(text)
    if written is None:
        return None
    address = written.address
    if isinstance(address, IPv4Address):
        host = str(IPv4Address(_walked(int(address), step_v4, _is_public_v4)))
        host = host.replace(".", "-") if "-" in written.host else host
    else:
        host = _v6(int(address), written.host, step_v4, step_v6)
    return written.before + host + written.after


def _v6(address: int, host: str, step_v4: _Step, step_v6: _Step) -> str:
    first = _HOLD_V4.get(address >> V4_BITS)
    if first is not None:
        last = _walked(address & _V4_MASK, step_v4, _is_public_v4)
        result = address >> V4_BITS << V4_BITS | last
        text = first + (str(IPv4Address(last)) if "." in host else f"{last >> 16:x}:{last & 0xFFFF:x}")
    else:
        result = _walked(address, step_v6, _is_public_v6)
        text = str(IPv6Address(result))
    if result == address:
        return host
    return text if host == host.lower() else text.upper()


def _walked(address: int, step: _Step, is_public: Callable[[int], bool]) -> int:
    if not is_public(address):
        return address
    address = step(address)
    while not is_public(address):
        address = step(address)
    return address


def _build(subject: Subject) -> Transform:
    cipher = AddressCipher(subject, "ip_prefix")
    label = label_of(subject)
    return by_value(lambda text: cipher.encrypted(text) or label, remember=True, label=label)


def decrypt_for(subject: Subject) -> Transform:
    """The inverse, for columns of which it is known that all values are results; what is none stays as it is."""
    cipher = AddressCipher(subject, "ip_prefix")
    return by_value(lambda text: cipher.decrypted(text) or text, remember=True)


def _reversal(_entity: str, _parameters: Mapping[str, Parameter]) -> Reversal:
    """Public addresses want the key; the others are there to be read."""
    return Reversal("reader", candidates_bits=0.0, consistent=True)


IP_PREFIX = Operation(
    name="ip_prefix",
    summary="another address, equal prefixes stay equal (ipcrypt-pfx); private and reserved ranges stay",
    parameters={},
    reversal=_reversal,
    build=_build,
    entities=frozenset({"IP_ADDRESS"}),
    needs_key=True,
    looks_real=True,
)
