"""What do the readers and writers need from the engine? Five members, so that none of them has to import it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from anonkit.model import Edit, Finding

OriginalOf = Callable[[Sequence[tuple[int, int]]], list[bytes]]


class Engine(Protocol):
    """The part of `anonkit.Scrubber` that works on blocks of bytes. All offsets are bytes of the block."""

    @property
    def is_restorable(self) -> bool:
        """Whether results must hold all that they replace."""

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Scrub whole lines of (mostly) UTF-8; return them with the number of replacements per entity."""

    def edits(self, utf8: bytes, original_of: OriginalOf | None = None) -> list[Edit]:
        """Return the edits that `scrub_block` would make: sorted, not overlapping.

        original_of  where `utf8` is a copy, tells the bytes that ranges of it (ascending) were in the input
        """

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:
        """Return the findings, kept ones included: sorted, not overlapping, positions in bytes."""

    def scrub(self, x: bytes) -> bytes:
        """Scrub one short text, such as a file name."""


class Looker:
    """The members of an Engine that looks at all inputs and changes nothing, but for `scrub_block`, which looks."""

    is_restorable = False

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Look at whole lines of UTF-8; they come back as they are."""
        raise NotImplementedError

    def edits(self, utf8: bytes, original_of: OriginalOf | None = None) -> list[Edit]:  # noqa: ARG002  what an Engine has
        """Look at a copy or a piece of the input."""
        self.scrub_block(utf8)
        return []

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:  # noqa: ARG002  what an Engine has
        """Nothing: this only looks."""
        return []

    def scrub(self, x: bytes) -> bytes:
        """A name as it is."""
        return x
