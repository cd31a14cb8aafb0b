"""The few types that every part of anonkit speaks; imports nothing else of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntityClass = Literal["direct", "linkable", "quasi", "sensitive", "secret", "organisation"]
Default = Literal["scrubbed", "kept", "off"]


@dataclass(frozen=True, slots=True)
class Match:
    """One way a card finds its entity: a self-evident `pattern`, or the `value` of one of `keys`.

    `trigger` is a cheaper expression that lies within every match of `pattern`, for the first look.
    """

    pattern: str | None = None
    trigger: str | None = None
    keys: tuple[str, ...] = ()
    value: str | None = None
    boundary: str = "word"
    validator: str | None = None
    confidence: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the values that must be found in it, in order; none for a near miss."""

    text: str
    find: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A card: what one entity is, how it is found, and the examples that prove it."""

    entity: str
    title: str
    title_en: str
    class_: EntityClass
    confidence: float
    sensitive: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    default: Default = "scrubbed"
    finder: str | None = None
    matches: tuple[Match, ...] = ()
    examples: tuple[Example, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a finding was taken. Never holds the value.

    card       file name of the card
    match      what matched: "pattern 1", "keyed 2", or a finder's name (counted from 1, as in the card)
    validator  the check that it passed, if it has one
    context    the context words that raised or (with a leading "-") lowered the confidence
    view       how the text was decoded before it matched, such as "percent"; empty for the text itself
    """

    card: str
    match: str
    validator: str | None = None
    context: tuple[str, ...] = ()
    view: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A personal value: its entity and place, never the value.

    `start` and `end` are a half-open range, in code points of the text that was scanned
    (in bytes where a method says that it works on bytes).
    """

    entity: str
    start: int
    end: int
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace bytes [start, end) of a UTF-8 block by `replacement`."""

    start: int
    end: int
    replacement: bytes
    entity: str
