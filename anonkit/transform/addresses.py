"""Which IP address does a text hold, and what stands around it?"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
BARE_V4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
"""Four numbers and nothing else: the usual case, for those who need not know which address it is."""

_FORM = re.compile(
    r"(?P<before>\[?)"
    r"(?P<host>[0-9]{1,3}(?:(?:\.[0-9]{1,3}){3}|(?:-[0-9]{1,3}){3})"
    r"|[0-9A-Fa-f:]*:(?:[0-9A-Fa-f]{1,4}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})?)"
    r"(?P<zone>%[^\s/\]]+)?\]?(?P<length>/[0-9]{1,3})?(?P<port>:[0-9]{1,5})?"
)


class Written:
    """An address as a text has it.

    address  which one
    host     how it is written, alone; perhaps with dashes in place of dots, as in the names of hosts
    """

    __slots__ = ("_form", "address", "host")

    def __init__(self, address: IPv4Address | IPv6Address, form: re.Match[str]) -> None:
        self.address, self._form = address, form
        self.host: str = form["host"]

    @property
    def before(self) -> str:
        """A bracket, or nothing."""
        return self._form["before"]

    @property
    def after(self) -> str:
        """What is behind it: zone, bracket, length, port."""
        return self._form.string[self._form.end("host") :]

    @property
    def zone(self) -> str:
        """`%eth0`, or nothing."""
        return self._form["zone"] or ""

    @property
    def length(self) -> str:
        """`/24`, or nothing."""
        return self._form["length"] or ""

    @property
    def prefix_bits(self) -> int:
        """The length of the prefix, all bits where none is written."""
        return int(self.length[1:]) if self.length else self.address.max_prefixlen

    @property
    def has_port(self) -> bool:
        """Whether a port is behind it."""
        return self._form["port"] is not None


def read(text: str) -> Written | None:
    """The address that is all of a text; None where there is none, its prefix is longer, or IPv4 has a zone."""
    form = _FORM.fullmatch(text)
    if form is None:
        return None
    host = form["host"]
    try:
        address = IPv6Address(host) if ":" in host else IPv4Address(host.replace("-", "."))
    except ValueError:
        return None
    written = Written(address, form)
    if form.end() == form.end("host"):
        return written
    is_one = written.prefix_bits <= address.max_prefixlen and not (written.zone and isinstance(address, IPv4Address))
    return written if is_one else None
