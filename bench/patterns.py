"""Which five plain patterns every peer gets, in the order in which they are applied.

They are what people write first: no check digits, no boundaries, no keys. The identity number comes before the
mobile number, because it may hold one.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final[dict[str, str]] = {
    "HEX64": r"[0-9a-fA-F]{64}",
    "ID": r"[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]",
    "PHONE": r"1[3-9][0-9]{9}",
    "EMAIL": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "IPV4": r"([0-9]{1,3}\.){3}[0-9]{1,3}",
}


def sed(source: str) -> list[str]:
    """Return the command for sed."""
    return ["sed", "-E", *(word for name, one in PLAIN.items() for word in ("-e", f"s/{one}/<{name}>/g")), source]


def perl(source: str) -> list[str]:
    """Return the command for perl; @ must be escaped, or perl takes it for a variable."""
    program = " ".join(f"s/{one.replace('@', chr(92) + '@')}/<{name}>/g;" for name, one in PLAIN.items())
    return ["perl", "-pe", program, source]


def ripgrep(source: str) -> list[str]:
    """Return the command for ripgrep; it has one replacement for all patterns, and one thread as the others."""
    patterns = [word for one in PLAIN.values() for word in ("-e", one)]
    options = ["--passthru", "--no-line-number", "--no-filename", "--no-config", "--color=never", "--threads=1"]
    return ["rg", *options, "-r", "<PII>", *patterns, source]
