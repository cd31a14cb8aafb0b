"""What are ordered categories, and what is there for values that nothing is known of?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from anonkit.anonymity.hierarchies.values import rising, text_of, texts_of
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.errors import HierarchyError


@dataclass(frozen=True, slots=True)
class Ordered:
    """Categories in an order, of which neighbours are merged: `小学-初中`, `高中-大学`; of bands `18-24 ~ 25-34`.

    All categories are leaves. A value that is none of them becomes `(other)` from level 1 on.

    Attributes:
        values: the categories, in their order; not shown, as they are values.
        widths: how many are merged at level 1, 2, ..., each a multiple of the one before.
    """

    values: Sequence[object] = field(repr=False)
    widths: Sequence[int] = (2,)

    def __post_init__(self) -> None:
        if len(texts_of(self.values)) != len(self.values) or not self.values:
            raise HierarchyError("ordered categories are named once each, and at least one is")
        is_multiple = all(wide % narrower == 0 and wide > narrower for narrower, wide in pairwise(self.widths))
        if min(self.widths, default=0) < 1 or not is_multiple:
            raise HierarchyError("widths of ordered categories are multiples of the one before, such as (2, 4)")

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        order = texts_of(self.values)
        place = {text: number for number, text in enumerate(order)}
        between = " ~ " if any("-" in text for text in order) else "-"
        leaves = list(dict.fromkeys([*texts_of(values), *order]))

        def run(width: int) -> Callable[[int], str]:
            def name(key: int) -> str:
                first, last = order[key * width], order[min((key + 1) * width, len(order)) - 1]
                return first if first == last else f"{first}{between}{last}"

            return name

        def wider(ratio: int) -> Callable[[int], int]:
            return lambda key: key // ratio

        ratios = [self.widths[0], *(wide // narrower for narrower, wide in pairwise(self.widths))]
        return rising(leaves, place.get, [wider(ratio) for ratio in ratios], [run(width) for width in self.widths])


@dataclass(frozen=True, slots=True)
class Flat:
    """Values of which nothing is known: the value, then `*`."""

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""
        return rising(texts_of(values), str, ())


@dataclass(frozen=True, slots=True)
class Frequent:
    """Categories without an order: the frequent ones stay, the others become `(other)`, level by level.

    Attributes:
        kept: for each level those that stay, among those of the level before; not shown, as they are values.
    """

    kept: Sequence[Collection[object]] = field(repr=False)

    def over(self, values: Sequence[object]) -> Hierarchy:
        """See `Builder.over`."""

        def within(kept: Collection[object]) -> Callable[[str], str | None]:
            texts = frozenset(map(text_of, kept))
            return lambda key: key if key in texts else None

        return rising(texts_of(values), str, [within(kept) for kept in self.kept])
