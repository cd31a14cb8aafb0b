"""What becomes of the names of columns and of what schemas carry along? They are data too, and scrubbed as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.scrubber import Scrubber


class Fields:
    """Scrubs names of fields, each once."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._known: dict[str, str] = {}

    def scrubbed(self, fields: Sequence[pa.Field]) -> list[pa.Field]:
        """Fields with scrubbed names, and scrubbed metadata."""
        names = self.names([field.name for field in fields])
        return [self._field(field, name) for field, name in zip(fields, names, strict=True)]

    def names(self, names: Sequence[str]) -> list[str]:
        """The names, scrubbed; two that become the same are told apart: _2, _3."""
        made = [self._text(name) for name in names]
        # names that stay have the first right to themselves
        taken = {name for name, new in zip(names, made, strict=True) if name == new}
        for row, (name, new) in enumerate(zip(names, made, strict=True)):
            if name == new:
                continue
            free, number = new, 1
            while free in taken:
                number += 1
                free = f"{new}_{number}"
            taken.add(free)
            made[row] = free
        return made

    def metadata(self, metadata: dict[bytes, bytes]) -> dict[bytes, bytes]:
        """Keys and values, scrubbed."""
        return {self._scrubber.scrub(key): self._scrubber.scrub(value) for key, value in metadata.items()}

    def _field(self, field: pa.Field, name: str) -> pa.Field:
        if name != field.name:
            field = field.with_name(name)
        if field.metadata:
            new = self.metadata(field.metadata)
            field = field if new == field.metadata else field.with_metadata(new)
        return field

    def _text(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._scrubber.scrub(name)
        return self._known[name]
