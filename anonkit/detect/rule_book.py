"""The rule book: all rules of a set of cards, and the expressions that set them off."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anonkit.catalog import KEYED_CONFIDENCE, regex_bytes
from anonkit.detect import expressions, views
from anonkit.detect.attributes import ATTRIBUTE
from anonkit.detect.block import DIGITS, Block, Ints, Mask
from anonkit.detect.context import Words
from anonkit.detect.database import CASELESS, Expression
from anonkit.detect.expressions import STATEMENT
from anonkit.detect.finders import FINDERS, NAMED_BY_MODEL
from anonkit.detect.rules import Action, Kind, Rule
from anonkit.detect.shapes import Shape, shape
from anonkit.detect.validators import VALIDATORS
from anonkit.detect.vectors import ASK, NO, VECTORS, YES
from anonkit.errors import CardError
from anonkit.model import Match, Recognizer

# for fewer values it does not pay to look at all of them at once
_MANY = 8
_MEMO_ENTRIES, _MEMO_BYTES = 1 << 15, 64
# a pattern less sure than this is looked for only behind a context word of its card
WEAK_BELOW = 0.5
# a number alone in its line is hardly what a rule without a check digit takes it for, if that is no surer than this
HARDLY_SURE = 0.5
# looking for a pattern itself, not for its trigger, pays if it has no more alternatives
_MOST_EXACT = 2
# validators that prove a number by its own check digit
CHECK_DIGITS = frozenset(("cn_id_card", "hk_id", "tw_id", "mo_id", "luhn", "bank_card", "uscc", "imei", "iccid"))
_WORD = b"please"
_MAY_BE_SHAPED = (Kind.DIGITS, Kind.TRIGGER, Kind.FINDER)


@dataclass(frozen=True)
class RuleBook:
    """All rules of a set of cards, and what each expression of their database sets off."""

    cards: tuple[Recognizer, ...]
    rules: tuple[Rule, ...]
    actions: tuple[Action, ...]
    whole_actions: tuple[Action, ...]
    words: tuple[Words, ...]
    digest: str
    _memos: dict[str, dict[bytes, bool]] = field(default_factory=dict, compare=False, repr=False)

    def accepted(self, validator: str, values: Sequence[bytes]) -> list[bool]:
        """Which values the validator of that name takes; remembered, since logs repeat themselves, but no secrets."""
        if not validator:
            return [True] * len(values)
        check = VALIDATORS[validator]
        if validator in self._of_secrets:
            return [check(value) for value in values]
        memo = self._memos.setdefault(validator, {})
        if len(memo) >= _MEMO_ENTRIES:
            memo.clear()
        found: list[bool] = []
        for value, known in zip(values, map(memo.get, values), strict=True):
            taken = check(value) if known is None else known
            found.append(taken)
            if known is None and len(value) <= _MEMO_BYTES:
                memo[value] = taken
        return found

    @functools.cached_property
    def _of_secrets(self) -> frozenset[str]:
        """The validators of the cards of secrets: what they saw is not kept in memory."""
        return frozenset(r.validator_name for r in self.rules if r.card.class_ == "secret")

    def may_be_valid(self, block: Block, validator: str, start: Ints, end: Ints) -> Mask:
        """Which of the ranges the validator of that name may take, as far as that is told quickly."""
        vector = VECTORS.get(validator)
        if vector is None or len(start) < _MANY:
            return np.ones(len(start), np.bool_)
        possible: Mask = vector(block, start, end) != NO
        return possible

    def valid(self, block: Block, validator: str, start: Ints, end: Ints) -> Mask:
        """Which of the ranges the validator of that name takes: most are told at once, the others one by one."""
        vector = VECTORS.get(validator) if len(start) >= _MANY else None
        verdicts = vector(block, start, end) if vector is not None else np.full(len(start), ASK, np.int8)
        ask = np.flatnonzero(verdicts == ASK)
        ranges = zip(start[ask].tolist(), end[ask].tolist(), strict=True)
        verdicts[ask] = self.accepted(validator, [block.buffer[first:last] for first, last in ranges])
        valid: Mask = verdicts == YES
        return valid

    def rule(self, number: int) -> Rule:
        """The rule that a candidate names: a number beyond the last rule is that rule in a decoded view."""
        return self.rules[number % len(self.rules)]

    @functools.cached_property
    def card_of_rule(self) -> Ints:
        """The card of each rule, and once more for the rules in decoded views."""
        return np.array([r.card_index for r in self.rules] * 2, np.int64)

    @functools.cached_property
    def rank_of_rule(self) -> Ints:
        """Of two rules that take the same range the one with the lower rank wins (see detect.overlaps), but for ties.

        The names of files, which lose to what they hold, have none: -1.
        """
        order = sorted(
            (r.kept, not r.checked, r.is_quasi, r.keyed != r.checked, -r.confidence, i)
            for i, r in enumerate(self.rules)
        )
        ranks = np.empty(2 * len(self.rules), np.int64)
        for rank, (*_, index) in enumerate(order):
            here = (-1, -1) if self.rules[index].file_name else (2 * rank, 2 * rank + 1)
            ranks[index], ranks[index + len(order)] = here
        return ranks

    @functools.cached_property
    def ties_of_rule(self) -> Ints:
        """Rules with the same number may tie: keyed ones, equally sure, of which the longer key wins."""
        ties = [int(r.confidence * 1000) if r.keyed else -i - 1 for i, r in enumerate(self.rules)]
        return np.array(ties * 2, np.int64)

    @functools.cached_property
    def confidence_of_rule(self) -> npt.NDArray[np.float64]:
        """How sure each rule is."""
        return np.array([r.confidence for r in self.rules])

    @functools.cached_property
    def number_rules(self) -> tuple[tuple[int, tuple[int, int]], ...]:
        """The rules for plain numbers, each with its least and greatest number of digits."""
        return tuple((i, r.digit_lengths) for i, r in enumerate(self.rules) if r.digit_lengths is not None)

    @functools.cached_property
    def of_bare_numbers(self) -> Mask:
        """Which rules take digits alone that fill their line for what they may be: unproved, hardly sure.

        In a table that is any column of numbers: there the name of the column has to say so (see detect.cells).
        """
        return np.array([_takes_bare_numbers(r) for r in self.rules])

    @functools.cached_property
    def rule_of_name(self) -> dict[str, int]:
        """The rule of each entity that the sources of names find."""
        return {r.named_by_model: i for i, r in enumerate(self.rules) if r.named_by_model}

    @functools.cached_property
    def kept(self) -> Mask:
        """Which rules, in decoded views as well, find what is kept."""
        return np.array([r.kept for r in self.rules] * 2)

    def may_break(self, rule: Ints) -> Mask:
        """Which of the rules for keys may take a value that holds a newline."""
        found = np.zeros(len(self.rules), np.bool_)
        for number in np.flatnonzero(np.bincount(rule)).tolist():  # each costs some time when it is first asked
            found[number] = self.rules[number].value_may_break
        return found[rule]

    @functools.cached_property
    def of_keyed_secrets(self) -> Mask:
        """Which rules, in decoded views as well, find secrets by their keys."""
        return np.array([r.keyed and r.card.class_ == "secret" for r in self.rules] * 2)

    @functools.cached_property
    def of_proved(self) -> Mask:
        """Which rules, in decoded views as well, prove by a check digit what is scrubbed."""
        return np.array([r.checked and not r.kept and not r.file_name for r in self.rules] * 2)

    @functools.cached_property
    def of_passwords(self) -> Mask:
        """Which rules find passwords by their keys."""
        return np.array([r.keyed and r.validator_name == "password" for r in self.rules])

    @functools.cached_property
    def takes_words(self) -> Mask:
        """Which rules for keys take any word for a value."""
        return np.array([r.keyed and bool(r.value_match(_WORD, 0, len(_WORD))) for r in self.rules])

    @functools.cached_property
    def validators(self) -> tuple[str, ...]:
        """The names of the rules' validators; "" for none."""
        return tuple(dict.fromkeys(r.validator_name for r in self.rules))

    @functools.cached_property
    def validator_of_rule(self) -> Ints:
        """Which of `validators` each rule has."""
        return np.array([self.validators.index(r.validator_name) for r in self.rules])

    @functools.cached_property
    def _bitmaps(self) -> dict[Action, Shape | Callable[[Block], Ints]]:
        """How bitmaps tell where the expressions of actions match, of those that they tell of."""
        found = {action: _from_bitmaps(action, self.rules) for action in self.actions if action.kind in _MAY_BE_SHAPED}
        return {action: how for action, how in found.items() if how is not None}

    @functools.cached_property
    def worded_actions(self) -> tuple[Action, ...]:
        """What expressions with a word in them set off: those that the database looks for in blocks of any size."""
        return tuple(action for action in self.actions if action not in self._bitmaps)

    @functools.cached_property
    def shaped_actions(self) -> tuple[Action, ...]:
        """What the others set off: a database looks for them in small texts, bitmaps tell of them in large blocks."""
        return tuple(self._bitmaps)

    @functools.cached_property
    def shaped(self) -> tuple[tuple[Callable[[Block], Ints], tuple[Action, ...]], ...]:
        """The functions that tell from bitmaps where matches end, and what those set off."""
        found: dict[object, tuple[Callable[[Block], Ints], list[Action]]] = {}
        for action, how in self._bitmaps.items():
            found.setdefault(how, (how if callable(how) else how.ends, []))[1].append(action)
        return tuple(_exact(ends, actions, self.rules) for ends, actions in found.values())

    def expressions(self, actions: Sequence[Action]) -> list[Expression]:
        """The expressions that set off `actions`, in their order."""
        return [_expression(a, self.rules) for a in actions]

    def whole_expressions(self) -> list[Expression]:
        """The expressions of the database for short lines, in the order of `whole_actions`."""
        return [_whole_line_expression(a, self.rules) for a in self.whole_actions]


def rule_book(cards: Sequence[Recognizer]) -> RuleBook:
    """Make the rules of `cards`; raises CardError for an unknown validator or finder."""
    rules = tuple(r for index, card in enumerate(cards) for r in _rules(card, index))
    actions = tuple(_actions(rules))
    whole_actions = tuple(_whole_line_actions(rules))
    words = tuple(Words.of(c.context, c.against) for c in cards)
    return RuleBook(tuple(cards), rules, actions, whole_actions, words, _digest(cards))


def _rules(card: Recognizer, index: int) -> list[Rule]:
    rules = []
    kept = card.default == "kept"
    for number, match in enumerate(card.matches, 1):
        if match.validator is not None and match.validator not in VALIDATORS:
            known = ", ".join(VALIDATORS)
            msg = f"{card.source}: [[match]] {number}: unknown validator {match.validator!r}; known are {known}"
            raise CardError(msg)
        kind, default = ("keyed", KEYED_CONFIDENCE) if match.keys else ("pattern", card.confidence)
        confidence = default if match.confidence is None else match.confidence
        checked = match.validator in CHECK_DIGITS
        rules.append(
            Rule(
                card,
                index,
                f"{kind} {number}",
                confidence,
                match,
                None,
                checked,
                bool(match.keys),
                kept,
                file_name=False,
            )
        )
    if card.finder is not None:
        rules.append(_finding_rule(card, index, card.finder))
    return rules


def _finding_rule(card: Recognizer, index: int, finder: str) -> Rule:
    """The rule of a card's finder; for names it has no code of its own, their sources find them."""
    if finder not in FINDERS and finder not in NAMED_BY_MODEL:
        msg = f"{card.source}: unknown finder {finder!r}; known are {', '.join(sorted((*FINDERS, *NAMED_BY_MODEL)))}"
        raise CardError(msg)
    return Rule(
        card,
        index,
        f"finder {finder}",
        card.confidence,
        match=None,
        finder=FINDERS.get(finder),
        checked=False,
        keyed=False,
        kept=card.default == "kept",
        file_name=finder == "image",
        named_by_model=NAMED_BY_MODEL.get(finder, ""),
    )


def _takes_bare_numbers(rule: Rule) -> bool:
    if rule.match is None or not rule.match.whole or rule.checked or rule.confidence > HARDLY_SURE:
        return False
    pattern = regex_bytes(rule.match.pattern or "")
    return not any(expressions.may_hold(pattern, byte) for byte in range(256) if byte not in DIGITS)


def _actions(rules: Sequence[Rule]) -> Iterator[Action]:
    """What the expressions of the main database set off, in their order."""
    yield Action(Kind.DIGITS, 0)
    for index, rule in enumerate(rules):
        match = rule.match
        if rule.finder is not None:
            yield from (Action(Kind.FINDER, index, number) for number in range(len(rule.finder.triggers)))
        elif match is not None and rule.keyed:
            yield from (Action(Kind.KEYED, index, group) for group in range(expressions.key_groups(match.keys)))
        elif match is not None and not match.whole and rule.digit_lengths is None:
            if match.trigger is not None:
                yield Action(Kind.TRIGGER, index)
            elif rule.confidence >= WEAK_BELOW:
                yield Action(Kind.PATTERN, index)
            elif rule.card.context:
                yield Action(Kind.WEAK, index)
    yield from (Action(Kind.VIEW, 0, number) for number in range(len(views.TRIGGERS)))
    yield Action(Kind.STATEMENT, 0)
    yield Action(Kind.ATTRIBUTE, 0)


def _expression(action: Action, rules: Sequence[Rule]) -> Expression:
    """The expression that sets `action` off."""
    if action.kind is Kind.DIGITS:
        return Expression(expressions.DIGIT_RUN, 0, "digit runs")
    if action.kind is Kind.VIEW:
        return Expression(views.TRIGGERS[action.trigger], 0, "views")
    if action.kind is Kind.STATEMENT:
        return Expression(STATEMENT, CASELESS, "statements")
    if action.kind is Kind.ATTRIBUTE:
        return Expression(ATTRIBUTE, CASELESS, "attributes")
    rule = rules[action.rule]
    origin = f"{rule.card.source}: {rule.name}"
    if rule.finder is not None:
        trigger = rule.finder.triggers[action.trigger]
        return Expression(trigger.regex, CASELESS if trigger.caseless else 0, origin)
    match = rule.match or Match()
    if action.kind is Kind.KEYED:
        keyed = expressions.keyed_expressions(match.keys, regex_bytes(match.value or ""))
        return Expression(keyed[action.trigger], CASELESS, origin)
    if action.kind is Kind.TRIGGER:
        return Expression(regex_bytes(match.trigger or ""), 0, origin)
    pattern = regex_bytes(match.pattern or "")
    if action.kind is Kind.WEAK:
        return Expression(expressions.weak_expression(rule.card.context, pattern, match.boundary), CASELESS, origin)
    return Expression(expressions.pattern_expression(pattern, match.boundary), 0, origin)


def _from_bitmaps(action: Action, rules: Sequence[Rule]) -> Shape | Callable[[Block], Ints] | None:
    """How bitmaps tell where the expression of `action` matches; None if they do not."""
    if action.kind is Kind.FINDER:
        finder = rules[action.rule].finder
        if finder is not None and finder.triggers[action.trigger].ends is not None:
            return finder.triggers[action.trigger].ends
    expression = _expression(action, rules)
    return None if expression.flags & CASELESS else shape(expression.regex)


def _exact(
    ends: Callable[[Block], Ints], actions: Sequence[Action], rules: Sequence[Rule]
) -> tuple[Callable[[Block], Ints], tuple[Action, ...]]:
    """Where a trigger serves one pattern, and that is a shape itself, the pattern takes its place."""
    if len(actions) == 1 and actions[0].kind is Kind.TRIGGER:
        rule = rules[actions[0].rule]
        whole = shape(rule.expression) if rule.has_one_width else None
        if whole is not None and len(whole.alternatives) <= _MOST_EXACT:
            return whole.ends, (Action(Kind.PATTERN, actions[0].rule),)
    return ends, tuple(actions)


def _whole_line_actions(rules: Sequence[Rule]) -> Iterator[Action]:
    """What the expressions of the database for short lines set off: values that fill their line."""
    for index, rule in enumerate(rules):
        if rule.match is not None and rule.match.pattern and rule.match.whole:
            yield Action(Kind.PATTERN, index)


def _whole_line_expression(action: Action, rules: Sequence[Rule]) -> Expression:
    rule = rules[action.rule]
    pattern = regex_bytes((rule.match.pattern if rule.match else None) or "")
    return Expression(expressions.whole_expression(pattern), 0, f"{rule.card.source}: {rule.name}")


def _digest(cards: Sequence[Recognizer]) -> str:
    """Of all that the expressions and their numbers depend on: the cards but for their examples, and the code."""
    code = hashlib.sha256()
    here = Path(__file__).parent
    # what the model of names is and does changes no expression
    for path in [here.parent / "catalog.py", *sorted(p for p in here.rglob("*.py") if p.parent != here / "names")]:
        code.update(path.read_bytes())
    for card in cards:
        code.update(repr(replace(card, examples=())).encode())
    return code.hexdigest()
