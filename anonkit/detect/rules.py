"""Rules: every way in which a card can find something."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from anonkit.catalog import regex_bytes
from anonkit.detect import expressions
from anonkit.detect.block import NEWLINE, Mask, table
from anonkit.detect.finders.base import Finder
from anonkit.detect.keyed import ANY, value_pattern
from anonkit.detect.validators import TRIMMERS, Trimmer
from anonkit.model import Match, Recognizer

# hardly a value of a key is longer; those that are are looked at once more
LONG_VALUE_BYTES = 192


# a pattern of these very words need not be asked when the validator has taken a plain number
_SAID_BY_VALIDATOR = {
    "cn_mobile": r"1[3-9]\d{9}",
    "cn_id_card": r"[1-9]\d{5}(?:18|19|20)\d{9}[0-9Xx]",
}


class Kind(IntEnum):
    """What a hit of an expression means."""

    DIGITS = 0  # the eleventh digit of a run: all rules for plain numbers look at it
    PATTERN = 1  # the end of a pattern and its right neighbour
    TRIGGER = 2  # somewhere within a pattern
    WEAK = 3  # a context word, and behind it a pattern that counts for nothing without one
    KEYED = 4  # a key, and one byte of its value
    FINDER = 5
    VIEW = 6
    STATEMENT = 7
    ATTRIBUTE = 8


@dataclass(frozen=True, slots=True)
class Action:
    """What to do at the hits of one expression: `rule` of `kind`, `trigger` of a finder or view."""

    kind: Kind
    rule: int
    trigger: int = 0


@dataclass(frozen=True, slots=True)
class ValueRun:
    """A value that is a run of bytes: which it may begin with, hold and end with, and the least and most of them."""

    first: Mask
    inside: Mask
    last: Mask
    least: int
    most: int


@dataclass(frozen=True)
class Rule:
    """One match or the finder of a card.

    `named_by_model` is the entity that the sources of names find for it (PERSON, ...); "" if they do not.
    """

    card: Recognizer
    card_index: int
    name: str
    confidence: float
    match: Match | None
    finder: Finder | None
    checked: bool
    keyed: bool
    kept: bool
    file_name: bool
    named_by_model: str = ""

    @functools.cached_property
    def digit_lengths(self) -> tuple[int, int] | None:
        """Least and greatest number of digits of a pattern that is one run of at least eleven of them; else None."""
        if self.match is None or self.match.pattern is None or self.match.whole:
            return None
        return expressions.digit_run(regex_bytes(self.match.pattern))

    @functools.cached_property
    def begins(self) -> Mask:
        """For each byte, whether the pattern may begin with it."""
        return table(frozenset(expressions.first_bytes(self.plain_pattern.pattern)))

    @functools.cached_property
    def ends_in_x(self) -> bool:
        """Whether an X may end the number."""
        return self.match is not None and "X" in (self.match.pattern or "")

    @functools.cached_property
    def expression(self) -> bytes:
        """The regex of the pattern with its neighbours; the value is group 1."""
        match = self.match
        return expressions.pattern_expression(
            regex_bytes((match and match.pattern) or ""), match.boundary if match else "none", b"("
        )

    @functools.cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """The same, compiled."""
        return re.compile(self.expression)

    @functools.cached_property
    def plain_pattern(self) -> re.Pattern[bytes]:
        """The pattern alone."""
        return re.compile(regex_bytes((self.match.pattern if self.match else None) or ""))

    @functools.cached_property
    def whole_pattern(self) -> re.Pattern[bytes]:
        """The pattern with the borders of its line; the value is group 1."""
        return re.compile(
            expressions.whole_expression(regex_bytes((self.match.pattern if self.match else None) or ""), b"(")
        )

    @property
    def pattern_is_checked(self) -> bool:
        """Whether the validator, where it looks at a plain number, sees all that the pattern says."""
        pattern = (self.match.pattern if self.match else None) or ""
        return _SAID_BY_VALIDATOR.get(self.validator_name) == pattern

    @functools.cached_property
    def width(self) -> int:
        """The most bytes that the pattern and its neighbours take."""
        return expressions.width(self.expression)

    @functools.cached_property
    def has_one_width(self) -> bool:
        """Whether all that the pattern takes, with its neighbours, is equally wide."""
        return expressions.least_width(self.expression) == self.width

    @functools.cached_property
    def _value_pattern(self) -> re.Pattern[bytes]:
        return value_pattern(regex_bytes((self.match.value if self.match else None) or ""))

    @property
    def value_match(self) -> Callable[[bytes, int, int], re.Match[bytes] | None]:
        """Matches the value of a keyed match at a position."""
        return self._value_pattern.match

    @functools.cached_property
    def value_run(self) -> ValueRun | None:
        """The value of a key as a run of bytes of one class; None if its regex says more."""
        run = expressions.one_run(regex_bytes((self.match.value if self.match else None) or ""))
        if run is None or self.trimmer is not None:
            return None
        first, inside, last, least, most = run
        return ValueRun(table(first), table(inside), table(last), least, most)

    @functools.cached_property
    def value_may_break(self) -> bool:
        """Whether a value of a key may hold a newline as far as its regex says."""
        value = (self.match.value if self.match else None) or ""
        return value == ANY.decode() or expressions.may_hold(regex_bytes(value), NEWLINE)

    @functools.cached_property
    def whole_width(self) -> int | None:
        """How many bytes all that the pattern takes has, without neighbours; None where that differs."""
        width = expressions.width(self.plain_pattern.pattern)
        return width if expressions.least_width(self.plain_pattern.pattern) == width else None

    @functools.cached_property
    def span_in_match(self) -> tuple[int, int] | None:
        """Where the value lies in a match of the pattern with its neighbours, if that is the same in all matches."""
        if not self.has_one_width or expressions.groups(self.expression) > 1:
            return None
        match = self.match
        boundary = match.boundary if match else "none"
        left = len(expressions.LEFT[boundary]) > 0 and self.expression.startswith(expressions.LEFT[boundary])
        return int(left), self.width - bool(expressions.RIGHT[boundary])

    @functools.cached_property
    def value_is_long(self) -> bool:
        """Whether a value of a key may be so long that many keys find room in it."""
        value = (self.match.value if self.match else None) or ""
        return value == ANY.decode() or expressions.width(regex_bytes(value)) >= LONG_VALUE_BYTES

    @property
    def value_in_group(self) -> bool:
        """Whether a group within the value's regex holds the value."""
        return self._value_pattern.groups > 0

    @functools.cached_property
    def trimmer(self) -> Trimmer | None:
        """Cuts what the pattern took too much of a value, where its validator can tell."""
        return TRIMMERS.get(self.validator_name)

    @functools.cached_property
    def key_before(self) -> re.Pattern[bytes]:
        """Finds the key that stands before a value."""
        return re.compile(expressions.key_before(self.match.keys if self.match else ()))

    @property
    def is_quasi(self) -> bool:
        """Whether it finds what tells of a person only together with other things."""
        return self.card.class_ == "quasi"

    @property
    def validator_name(self) -> str:
        """The name of the validator; "" for none."""
        return (self.match.validator if self.match else None) or ""
