"""Into which band does an age or a number fall?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from itertools import pairwise

from anonkit.anonymity.hierarchies.values import rising, texts_of
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.errors import HierarchyError
from anonkit.transform.width import narrow

Number = int | float | Decimal
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]+)?", re.ASCII)
_MOST_LEAVES = 100_000
_OLDEST = 130
_EXACT = Context(prec=120)
_MOST_DIGITS, _FINEST = 20, -60
_Key = tuple[int, str]
"""The number of a band; 0 and its label for those below and above the domain."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of numbers, each level's a multiple as wide as those of the level before.

    Bands begin at multiples of their width and end where the domain ends: `30-34` (`-5~-1`) if all is whole numbers,
    otherwise `[10, 20)`, from 10 to below 20. Numbers below the domain are one band (`<18`), and so are those above it
    (`90+`). What is no number becomes `(other)` from level 1 on.

    Attributes:
        widths: of the bands at level 1, 2, ...
        low: where the domain begins.
        high: where it ends, not part of it: the open band on top begins there.
        unit: what may stand behind a number, and stands behind a band.

    A domain of whole numbers with both ends makes each of them a leaf, as losses are shares of the leaves.
    """

    widths: Sequence[Number]
    low: Number | None = None
    high: Number | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        widths = [_decimal(width) for width in self.widths]
        if not widths or min(widths) <= 0:
            raise HierarchyError("bands need widths above 0, such as (5, 10, 20)")
        if any(wide % narrower or wide == narrower for narrower, wide in pairwise(widths)):
            raise HierarchyError("each width of bands must be a multiple of the one before, such as (5, 10, 20)")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise HierarchyError("the low end of bands must be below their high end")

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        leaves = texts_of(values)
        numbers = {leaf: self._read(leaf) for leaf in leaves}
        given = [_decimal(number) for number in (*self.widths, self.low, self.high) if number is not None]
        is_whole = all(_is_whole(number) for number in (*given, *numbers.values()) if number is not None)
        leaves += self._domain(set(numbers.values())) if is_whole else []
        widths = [_decimal(width) for width in self.widths]
        low = None if self.low is None else _decimal(self.low)
        high = None if self.high is None else _decimal(self.high)

        def read(leaf: str) -> _Key | None:
            number = numbers[leaf] if leaf in numbers else Decimal(leaf)
            if number is None:
                return None
            if low is not None and number < low:
                return 0, f"<{_text(low)}{self.unit}"
            if high is not None and number >= high:
                return 0, f"{_text(high)}+{self.unit}"
            return _floor(number, widths[0]), ""

        def wider(ratio: int) -> Callable[[_Key], _Key]:
            return lambda key: (key[0] // ratio, key[1])

        def named(width: Decimal) -> Callable[[_Key], str]:
            def name(key: _Key) -> str:
                number, end_band = key
                if end_band:
                    return end_band
                start, end = number * width, (number + 1) * width
                start, end = start if low is None else max(low, start), end if high is None else min(high, end)
                return _whole_band(start, end, self.unit) if is_whole else f"[{_text(start)}, {_text(end)}){self.unit}"

            return name

        ratios = [1, *(int(wide / narrower) for narrower, wide in pairwise(widths))]
        return rising(leaves, read, [wider(ratio) for ratio in ratios], [named(width) for width in widths])

    def _read(self, leaf: str) -> Decimal | None:
        return number_in(leaf, self.unit)

    def _domain(self, seen: set[Decimal | None]) -> list[str]:
        if self.low is None or self.high is None or int(self.high) - int(self.low) > _MOST_LEAVES:
            return []
        return [str(number) for number in range(int(self.low), int(self.high)) if Decimal(number) not in seen]


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages in bands of 5, 10, 20 and 40 years; those of 90 years and more are one band (45 CFR 164.514(b)(2)(i)(C)).

    Leaves are all ages from 0 to 89 and those above that occur. What is no age from 0 to 130 becomes `(other)` from
    level 1 on; years may be written with 岁.
    """

    widths: Sequence[int] = (5, 10, 20, 40)
    oldest: int = 90

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        return _AgeBands(self.widths, 0, self.oldest, "").over(values)


class _AgeBands(Bands):
    """Bands that know how old people become; ages count in full years."""

    __slots__ = ()

    def _read(self, leaf: str) -> Decimal | None:
        age = number_in(leaf, "岁")
        return Decimal(math.floor(age)) if age is not None and 0 <= age <= _OLDEST else None


def number_in(text: str, unit: str = "") -> Decimal | None:
    """The number that a text is, perhaps with its unit; None where it is none, or too long to count with."""
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    text = narrow(text).strip()
    if unit and text.endswith(unit):
        text = text[: -len(unit)].rstrip()
    if not any(char.isdigit() for char in text) or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", ""))
    return number if number.adjusted() < _MOST_DIGITS else None


def _decimal(number: Number) -> Decimal:
    decimal = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not decimal.is_finite() or (decimal and not _FINEST < decimal.adjusted() < _MOST_DIGITS):
        raise HierarchyError("widths and ends of bands must be finite numbers, of at most 20 digits")
    return decimal


def _floor(number: Decimal, width: Decimal) -> int:
    whole, rest = int(_EXACT.divide_int(number, width)), _EXACT.remainder(number, width)
    return whole - 1 if rest < 0 else whole


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _text(number: Decimal) -> str:
    return str(int(number)) if _is_whole(number) else f"{number.normalize():f}"


def _whole_band(start: Decimal, end: Decimal, unit: str) -> str:
    low, high = int(start), int(end) - 1
    return f"{low}{unit}" if low == high else f"{low}{'-' if low >= 0 else '~'}{high}{unit}"
