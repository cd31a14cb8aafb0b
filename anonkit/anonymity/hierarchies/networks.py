"""In which network is an IP address?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from anonkit.anonymity.hierarchies.values import rising, texts_of
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.errors import HierarchyError
from anonkit.transform.networks import network
from anonkit.transform.width import narrow

_V4_BITS, _V6_BITS = 32, 128


@dataclass(frozen=True, slots=True)
class Networks:
    """IP addresses: IPv4 networks of 24, 16 and 8 bits beside IPv6 networks of 64, 48 and 32 bits (RFC 4632, RFC 6177).

    An IPv4 address in an IPv6 one (RFC 4291, 2.5.5.2) counts as IPv4, as does one with dashes, and a port is left out.
    What is no address becomes `(other)` from level 1 on.

    Attributes:
        v4: the lengths of the prefixes, in bits, from the longest on; one for each level.
        v6: the same for IPv6, as many.
    """

    v4: Sequence[int] = (24, 16, 8)
    v6: Sequence[int] = (64, 48, 32)

    def __post_init__(self) -> None:
        for bits, most in ((self.v4, _V4_BITS), (self.v6, _V6_BITS)):
            if not bits or not all(0 < length <= most for length in bits) or any(a <= b for a, b in pairwise(bits)):
                raise HierarchyError(f"prefixes of networks are lengths from {most} down to 1, the longest first")
        if len(self.v4) != len(self.v6):
            raise HierarchyError("networks need as many prefixes of IPv4 as of IPv6")

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""

        def coarser(v4: int, v6: int) -> Callable[[str], str]:
            return lambda key: network_of(key, v4, v6) or key

        steps = [coarser(v4, v6) for v4, v6 in zip(self.v4, self.v6, strict=True)]
        return rising(texts_of(values), lambda leaf: network_of(leaf, self.v4[0], self.v6[0]), steps)


def network_of(text: str, v4: int, v6: int) -> str | None:
    """The network, IPv4 always in its own notation; None for what is no address."""
    text = narrow(text).strip()
    found = network(_without_port(text).replace("-", "."), v4, v6)
    if found is not None and found.startswith("::ffff:"):
        start, _, bits = found.removeprefix("::ffff:").partition("/")
        found = network(f"{start}/{int(bits) - 96}", v4, v6)  # the first 96 bits say that it is IPv4
    return found


def _without_port(text: str) -> str:
    """Of `10.1.2.3:80` and `[2001:db8::1]:80`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
