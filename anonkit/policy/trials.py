"""Can a transformation be made for an entity as a policy says?"""

from __future__ import annotations

import hashlib

from anonkit.model import Action, CipherName, LabelStyle
from anonkit.transform.base import Subject
from anonkit.transform.operations import build


def problem(action: Action, entity: str, label_style: LabelStyle, cipher: CipherName) -> str | None:
    """Why the transformation cannot be made, and the remedy; None where it can."""
    try:
        build(action, Subject(entity, "", action.parameters, label_style, cipher, _Trial()))
    except ValueError as error:
        return str(error).rstrip(".")
    return None


class _Trial:
    """Stands in for a secret where a transformation is built only to see whether it can be."""

    tag = "aaaaaa.aaaa"
    cipher: CipherName = "aes"
    outlives_run = False

    @staticmethod
    def derive(use: str, size_bytes: int) -> bytes:
        return hashlib.shake_128(use.encode()).digest(size_bytes)
