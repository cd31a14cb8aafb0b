"""What becomes of the names of columns and of what schemas carry along? They are data too, and scrubbed as text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anonkit.tables.naming import apart, unlike
from anonkit.tables.text import TextColumn, scrub_columns

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_ENUM = b"_PL_ENUM_VALUES"
"""Where polars notes all categories of an Enum. It is one of the new ones without this note: a Categorical."""
_MOST_DIGITS = 20


class Fields:
    """Scrubs names and metadata of fields, each name once.

    Attributes:
        counts: the number of replacements of each entity in them.
    """

    def __init__(self, scrubber: Scrubber) -> None:
        self.counts: Counter[str] = Counter()
        self._scrubber = scrubber
        self._known: dict[str, str] = {}

    def scrubbed(self, fields: Sequence[pa.Field]) -> list[pa.Field]:
        """Fields with scrubbed names, and scrubbed metadata."""
        names = self.names([field.name for field in fields])
        return [self._field(field, name) for field, name in zip(fields, names, strict=True)]

    def names(self, names: Sequence[str]) -> list[str]:
        """The names, scrubbed; two that become the same are told apart: _2, _3."""
        made = [(name, self.text(name)) for name in names]
        return apart(names, [old if new == old else new for old, new in made])

    def metadata(self, metadata: dict[bytes, bytes]) -> dict[bytes, bytes]:
        """Metadata whose values are scrubbed as what their keys say that they are, and whose keys are scrubbed."""
        made: dict[bytes, bytes] = {}
        taken: dict[bytes, int] = {}
        for key, value in metadata.items():
            if key.startswith(_ENUM):
                if not self._holds_something(value):
                    made[unlike(key, taken)] = value
                continue
            name = key.decode("utf-8", "replace")
            made[unlike(self._bytes(key), taken)] = self.value(name, value)
        return made

    def _holds_something(self, enum: bytes) -> bool:
        """Whether something is replaced in categories of polars, each with its size before it: 1;a2;bc."""
        at = 0
        while at < len(enum):
            size, _, _ = enum[at : at + _MOST_DIGITS].partition(b";")
            if not size.isdigit():
                return True
            at += len(size) + 1
            category = enum[at : at + int(size)]
            if self.value("", category) != category:
                return True
            at += int(size)
        return False

    def value(self, name: str, value: bytes) -> bytes:
        """A value of metadata, which has a name."""
        (made,) = scrub_columns(self._scrubber, [TextColumn(name, pa.array([value], pa.large_binary()))])
        self.counts.update(made.counts)
        scrubbed: bytes = made.values[0].as_py()
        return scrubbed

    def json(self, name: str, value: Any) -> Any:  # noqa: ANN401  JSON
        """A value of JSON, which has a name."""
        made = self.value(name, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        try:
            return json.loads(made)
        except ValueError:  # it was replaced as a whole
            return made.decode("utf-8", "replace")

    def text(self, name: str) -> str:
        """A name, scrubbed."""
        if name not in self._known:
            self._known[name] = self._bytes(name.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
        return self._known[name]

    def _bytes(self, name: bytes) -> bytes:
        made, counts = self._scrubber.scrub_block(name)
        self.counts.update(counts)
        return made

    def _field(self, field: pa.Field, name: str) -> pa.Field:
        if name != field.name:
            field = field.with_name(name)
        if field.metadata:
            new = self.metadata(field.metadata)
            field = field if new == field.metadata else field.with_metadata(new)
        return field
