"""How long does it take to try all values of an entity (transform/spaces.py)?

An unkeyed hash, and whatever else anyone can compute again, is undone by computing it for every value there is. A salt
that is public, or one for a whole data set, changes nothing.
"""

from __future__ import annotations

from anonkit.transform.spaces import BEYOND_SEARCH_BITS

PYTHON_CORE = 1.9e6  # SHA-256 of short values a second, one core, hashlib in a loop
GPU = 22e9  # SHA-256 a second, one GPU of 2022 (published hashcat benchmarks)


def search_cost(bits: float) -> str:
    """How long it takes to try 2^bits values: `46 min on one Python core, 240 ms on one GPU`."""
    values = 2.0**bits
    if bits >= BEYOND_SEARCH_BITS:
        return f"2^{bits:g} values are beyond search"
    return f"{duration(values / PYTHON_CORE)} on one Python core, {duration(values / GPU)} on one GPU"


# each unit from where it is read better than the next smaller one: 46 min are not 0.8 h, 25 h not 1 day
_UNITS = (
    (3 * 31_557_600.0, 31_557_600.0, "years"), (3 * 86_400.0, 86_400.0, "days"), (2 * 3600.0, 3600.0, "h"),
    (100.0, 60.0, "min"), (1.0, 1.0, "s"), (1e-3, 1e-3, "ms"),
)  # fmt: skip


def duration(seconds: float) -> str:
    """A duration to two digits: `46 min`, `1.6 s`, `< 1 ms`."""
    for least, size, unit in _UNITS:
        if seconds >= least:
            amount = float(f"{seconds / size:.2g}")
            return f"{amount:,.0f} {unit}" if amount >= 10 or amount == int(amount) else f"{amount:.1f} {unit}"  # noqa: PLR2004  two digits
    return "< 1 ms"
