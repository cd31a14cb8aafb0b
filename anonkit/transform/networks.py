"""In which network is an address?"""

from __future__ import annotations

import ipaddress
import re

_DASHED = re.compile(r"[0-9]{1,3}(?:-[0-9]{1,3}){3}")
_FORM = re.compile(r"\[?(?P<host>[0-9A-Fa-f.:-]+)(?:%[^/\]]*)?\]?(?:/(?P<length>[0-9]{1,3}))?", re.ASCII)
_MAPPED_BITS = 96


def network(text: str, prefix_v4: int, prefix_v6: int) -> str | None:
    """`10.1.0.0/16` or `2001:db8::/32`; None for what is no address.

    A network that is as wide already stays; the zone goes. An IPv4 address in an IPv6 one (::ffff:10.1.2.3) counts as
    IPv4. One with dashes, from the name of a host, keeps them and says no length.
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        return None
    host = form["host"]
    dashed = _DASHED.fullmatch(host) is not None
    try:
        address = ipaddress.ip_address(host.replace("-", ".") if dashed else host)
    except ValueError:
        return None
    length = int(form["length"]) if form["length"] else address.max_prefixlen
    if length > address.max_prefixlen:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        net = ipaddress.ip_network((address, min(length, prefix_v4)), strict=False)
        return str(net.network_address).replace(".", "-") if dashed else str(net)
    mapped = address.ipv4_mapped
    if mapped is None:
        return str(ipaddress.ip_network((address, min(length, prefix_v6)), strict=False))
    bits = min(max(length - _MAPPED_BITS, 0), prefix_v4)
    start = ipaddress.ip_network((mapped, bits), strict=False).network_address
    return f"::ffff:{start}/{_MAPPED_BITS + bits}"
