"""Rules: every way in which a card can find something, with the expressions that set it off."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from anonkit.catalog import KEYED_CONFIDENCE, regex_bytes
from anonkit.detect import expressions, views
from anonkit.detect.context import Words
from anonkit.detect.database import CASELESS, SOM, Expression
from anonkit.detect.finders import FINDERS
from anonkit.detect.finders.base import Finder
from anonkit.detect.keyed import ANY, compile_value, is_no_value
from anonkit.detect.validators import VALIDATORS
from anonkit.errors import CardError
from anonkit.model import Match, Recognizer
from anonkit.detect.expressions import STATEMENT

# validators that prove a number by its own check digit
CHECK_DIGITS = frozenset(("cn_id_card", "hk_id", "tw_id", "mo_id", "luhn", "bank_card", "uscc", "imei", "iccid"))
_MEMO_ENTRIES = 1 << 15


class Kind(IntEnum):
    """What a hit of an expression means."""

    PATTERN = 0
    KEYED = 1
    FINDER = 2
    AGAINST = 3
    VIEW = 4
    STATEMENT = 5


@dataclass(frozen=True, slots=True)
class Action:
    """What to do at the hits of one expression: `rule` of `kind` (a card for AGAINST), `trigger` of a finder or view."""

    kind: Kind
    rule: int
    trigger: int = 0


@dataclass(frozen=True)
class Rule:
    """One match or the finder of a card."""

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
    memo: dict[bytes, bool] = field(default_factory=dict, compare=False, repr=False)

    @functools.cached_property
    def value_match(self) -> Callable[[bytes, int, int], re.Match[bytes] | None]:
        """Matches the value of a keyed match at a position."""
        return compile_value(regex_bytes((self.match.value if self.match else None) or ""))

    def judge(self, value: bytes) -> bool:
        """Whether the value of a key counts; remembered, since logs repeat themselves."""
        if self._validator is None:
            return b"\n" not in value and not is_no_value(value)
        known = self.memo.get(value)
        if known is None:
            if len(self.memo) >= _MEMO_ENTRIES:
                self.memo.clear()
            known = self.memo[value] = b"\n" not in value and not is_no_value(value) and self._validator(value)
        return known

    @functools.cached_property
    def key_before(self) -> re.Pattern[bytes]:
        """Finds the key that stands before a value."""
        return re.compile(expressions.key_before(self.match.keys if self.match else ()))

    @functools.cached_property
    def _validator(self) -> Callable[[bytes], bool] | None:
        name = self.match.validator if self.match else None
        return VALIDATORS[name] if name else None

    def accepts(self, value: bytes) -> bool:
        """Whether the validator, if there is one, takes `value`; remembered, since logs repeat themselves."""
        validator = self._validator
        if validator is None:
            return True
        known = self.memo.get(value)
        if known is None:
            if len(self.memo) >= _MEMO_ENTRIES:
                self.memo.clear()
            known = self.memo[value] = validator(value)
        return known


@dataclass(frozen=True)
class RuleBook:
    """All rules of a set of cards, and what each expression of their database sets off."""

    cards: tuple[Recognizer, ...]
    rules: tuple[Rule, ...]
    actions: tuple[Action, ...]
    words: tuple[Words, ...]
    digest: str

    def expressions(self) -> list[Expression]:
        """The expressions, in the order of `actions`."""
        return _expressions(self.cards, self.rules)


def rule_book(cards: Sequence[Recognizer]) -> RuleBook:
    """Make the rules of `cards`; raises CardError for an unknown validator or finder."""
    rules = tuple(r for index, card in enumerate(cards) for r in _rules(card, index))
    actions = tuple(_actions(cards, rules))
    words = tuple(Words.of(c.context, c.against) for c in cards)
    return RuleBook(tuple(cards), rules, actions, words, _digest(cards))


def _rules(card: Recognizer, index: int) -> list[Rule]:
    rules = []
    kept = card.default == "kept"
    for number, match in enumerate(card.matches, 1):
        if match.validator is not None and match.validator not in VALIDATORS:
            msg = f"{card.source}: [[match]] {number} names the unknown validator {match.validator!r}; known are {', '.join(VALIDATORS)}"
            raise CardError(msg)
        kind, default = ("keyed", KEYED_CONFIDENCE) if match.keys else ("pattern", card.confidence)
        confidence = default if match.confidence is None else match.confidence
        checked = match.validator in CHECK_DIGITS
        rules.append(
            Rule(card, index, f"{kind} {number}", confidence, match, None, checked, bool(match.keys), kept, file_name=False)
        )
    if card.finder is not None:
        if card.finder not in FINDERS:
            msg = f"{card.source}: unknown finder {card.finder!r}; known are {', '.join(FINDERS)}"
            raise CardError(msg)
        finder = FINDERS[card.finder]
        name = f"finder {card.finder}"
        rules.append(
            Rule(card, index, name, card.confidence, None, finder, False, False, kept, file_name=card.finder == "image")  # noqa: FBT003
        )
    return rules


def _actions(cards: Sequence[Recognizer], rules: Sequence[Rule]) -> list[Action]:
    actions = []
    for index, rule in enumerate(rules):
        if rule.finder is not None:
            actions += [Action(Kind.FINDER, index, t) for t in range(len(rule.finder.triggers))]
        elif rule.keyed and rule.match is not None:
            groups = expressions.key_groups(rule.match.keys)
            actions += [Action(Kind.KEYED, index)] * groups
        else:
            actions.append(Action(Kind.PATTERN, index))
    actions += [Action(Kind.AGAINST, index) for index, card in enumerate(cards) if card.against]
    actions += [Action(Kind.VIEW, 0, trigger) for trigger in range(len(views.TRIGGERS))]
    actions.append(Action(Kind.STATEMENT, 0))
    return actions


def _expressions(cards: Sequence[Recognizer], rules: Sequence[Rule]) -> list[Expression]:
    found: list[Expression] = []
    for rule in rules:
        origin = f"{rule.card.source}: {rule.name}"
        if rule.finder is not None:
            found += [
                Expression(t.regex, (CASELESS if t.caseless else 0) | (SOM if t.som else 0), origin)
                for t in rule.finder.triggers
            ]
        elif rule.match is not None and rule.keyed:
            value = regex_bytes(rule.match.value or "")
            value = b"[!-~]" if value == ANY else value
            found += [Expression(e, CASELESS, origin) for e in expressions.keyed_expressions(rule.match.keys, value)]
        elif rule.match is not None:
            regex = expressions.pattern_expression(regex_bytes(rule.match.pattern or ""), rule.match.boundary)
            found.append(Expression(regex, SOM, origin))
    found += [
        Expression(b"(?:" + b"|".join(re.escape(w).encode() for w in sorted(card.against)) + b")", CASELESS, f"{card.source}: against")
        for card in cards
        if card.against
    ]
    found += [Expression(t, 0, "views") for t in views.TRIGGERS]
    found.append(Expression(STATEMENT, CASELESS, "statements"))
    return found


def _digest(cards: Sequence[Recognizer]) -> str:
    """Of all that the expressions depend on: the cards and the code that writes them."""
    code = hashlib.sha256()
    here = Path(__file__).parent
    for path in (here / "expressions.py", here / "rules.py", here / "views.py", *sorted((here / "finders").glob("*.py"))):
        code.update(path.read_bytes())
    for card in cards:
        code.update(repr((card.source, card.matches, card.finder, card.against)).encode())
    return code.hexdigest()
