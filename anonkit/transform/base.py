"""What is a transformation, and what could turn its results back?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from anonkit.model import CipherName, LabelStyle, Parameter

Transform = Callable[[Sequence[bytes]], list[bytes]]
"""From values as they stand in the text (UTF-8, with their escapes) to what takes their place, one for one."""

By = Literal["nothing", "key", "search", "reader"]


class Secret(Protocol):
    """The key of one entity, for one recipient, purpose and epoch (see keys/key.py)."""

    @property
    def tag(self) -> str:
        """What names the key in a tagged value, such as `k3f7q2.p5zc`: letters, digits and dots."""

    @property
    def cipher(self) -> CipherName:
        """The suite that it is for, which the tag names too: what is made with it can be opened with no other."""

    @property
    def outlives_run(self) -> bool:
        """Whether someone may hold it tomorrow."""

    def derive(self, use: str, size_bytes: int) -> bytes:
        """Key material for one use ("siv", "hmac", ...), the same for the same use."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a transformation is made for.

    entity, title  the entity, and its Chinese name
    parameters     those of the policy; an operation has a default for each that it knows
    cipher         the suite of a hash without a key; where there is a key, its own counts
    secret         None where the operation needs none
    """

    entity: str
    title: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    label_style: LabelStyle = "entity"
    cipher: CipherName = "aes"
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Reversal:
    """What could turn a result back into the value.

    by               "nothing"; whoever holds the "key"; "search" over all values of the entity (or offsets of a date);
                     or the "reader", who sees it, or most of it
    candidates_bits  log2 of how many values would give the same result, for "search" and "reader", where known
    consistent       whether the same value gives the same result, so that each person stays apart
    """

    by: By
    candidates_bits: float | None = None
    consistent: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One transformation, as a policy names it.

    parameters   what it can be told, with the defaults; other keys are errors
    reversal     what could turn its results back, for an entity and parameters
    build        makes the transformation; raises ValueError where parameters or entity do not fit, with a sentence
    entities     which entities it is for; None for all
    needs_key    whether it wants `Subject.secret`
    looks_real   its results look like values, so that scrubbing them again changes them again
    """

    name: str
    summary: str
    parameters: Mapping[str, Parameter]
    reversal: Callable[[str, Mapping[str, Parameter]], Reversal]
    build: Callable[[Subject], Transform]
    entities: frozenset[str] | None = None
    needs_key: bool = False
    looks_real: bool = False
