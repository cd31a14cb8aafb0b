"""What are the names of what fills the values of a leaf: the path to it, in which a map has the key of each value?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonkit.detect.block import Ints
from anonkit.tables import leaves


@dataclass(frozen=True, slots=True)
class Path:
    """The names of what fills values: one for all of them, or one for each.

    Attributes:
        name: of all, without the keys of maps; empty where there is none.
        names: those with the keys of maps, each once.
        of_value: for each value the number of its name; None where all have the same.
    """

    name: str
    names: tuple[str, ...] = ()
    of_value: Ints | None = None

    @property
    def is_named(self) -> bool:
        """Whether there is a name."""
        return bool(self.name) or self.of_value is not None

    def at(self, value: int) -> str:
        """The name of a value."""
        return self.name if self.of_value is None else self.names[int(self.of_value[value])]

    def below(self, field: str) -> Path:
        """The path to a field."""
        return self._each(lambda name: _below(name, field))

    def plain(self) -> Path:
        """The path without the keys of maps."""
        return Path(self.name)

    def repeated(self, lengths: Ints) -> Path:
        """The path to what is in lists of these lengths."""
        return self if self.of_value is None else Path(self.name, self.names, np.repeat(self.of_value, lengths))

    def moved(self, before: Ints, after: Ints, count: int) -> Path:
        """The path to `count` values, of which those at `after` were at `before`."""
        if self.of_value is None:
            return self
        of_value = np.zeros(count, np.int64)
        of_value[after] = self.of_value[before]
        return Path(self.name, self.names, of_value)

    def with_keys(self, keys: pa.Array) -> Path:
        """The path to the values of these keys of maps; as it is where the keys are no text."""
        if pa.types.is_dictionary(keys.type):
            keys = keys.dictionary_decode()
        if not leaves.is_text(keys.type) and not leaves.is_bytes(keys.type):
            return self
        codes = pc.dictionary_encode(keys.cast(pa.large_binary()))
        own = [key.decode("utf-8", "replace") for key in codes.dictionary.to_pylist()]
        of_value: Ints = codes.indices.to_numpy().astype(np.int64)
        if self.of_value is None:
            return Path(self.name, tuple(_below(self.name, key) for key in own), of_value)
        both, numbers = np.unique(self.of_value * max(1, len(own)) + of_value, return_inverse=True)
        pairs = (divmod(int(one), max(1, len(own))) for one in both)
        names = tuple(_below(self.names[outer], own[inner]) for outer, inner in pairs)
        return Path(self.name, names, numbers.astype(np.int64))

    def _each(self, change: Callable[[str], str]) -> Path:
        return Path(change(self.name), tuple(map(change, self.names)), self.of_value)


def _below(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field
