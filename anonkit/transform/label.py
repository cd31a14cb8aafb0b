"""Labels: `<CN_MOBILE>` in place of a value says what was there, and nothing of it."""

from __future__ import annotations


def label(entity: str) -> bytes:
    """The label of an entity."""
    return b"<" + entity.encode() + b">"
