"""What do the readers and writers need from the engine? Four methods, so that none of them has to import it."""

from __future__ import annotations

from typing import Protocol

from anonkit.model import Edit, Finding


class Engine(Protocol):
    """The part of `anonkit.Scrubber` that works on blocks of bytes. All offsets are bytes of the block."""

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Scrub whole lines of (mostly) UTF-8; return them with the number of replacements per entity."""

    def edits(self, utf8: bytes) -> list[Edit]:
        """Return the edits that `scrub_block` would make: sorted, not overlapping."""

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:
        """Return the findings, kept ones included: sorted, not overlapping, positions in bytes."""

    def scrub(self, x: bytes) -> bytes:
        """Scrub one short text, such as a file name."""
