"""In which network is an address?"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Network

from anonkit.transform.addresses import read

_MAPPED_BITS = 96


def network(text: str, prefix_v4: int, prefix_v6: int) -> str | None:
    """`10.1.0.0/16` or `2001:db8::/32`; None for what is no address.

    A network that is as wide already stays; the zone goes. An IPv4 address in an IPv6 one (::ffff:10.1.2.3) counts as
    IPv4. One with dashes, from the name of a host, keeps them and says no length.
    """
    written = read(text.strip())
    if written is None or written.has_port:
        return None
    address, bits = written.address, written.prefix_bits
    if isinstance(address, IPv4Address):
        net = IPv4Network((address, min(bits, prefix_v4)), strict=False)
        return str(net.network_address).replace(".", "-") if "-" in written.host else str(net)
    mapped = address.ipv4_mapped
    if mapped is None:
        return str(IPv6Network((address, min(bits, prefix_v6)), strict=False))
    bits = min(max(bits - _MAPPED_BITS, 0), prefix_v4)
    start = IPv4Network((mapped, bits), strict=False).network_address
    return f"::ffff:{start}/{_MAPPED_BITS + bits}"
