"""Which exceptions and thresholds of a policy let through what its promise covers?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence

from anonkit.catalog import KEYED_CONFIDENCE
from anonkit.model import Policy, Recognizer, Values
from anonkit.policy import patterns
from anonkit.policy.lines import KeyPath
from anonkit.policy.promises import Ruling

USUAL_THRESHOLD = 0.5
# Cards have few examples; these begin like all mobile numbers there are.
_MORE = {"CN_MOBILE": tuple(f"1{second}{third}00138000" for second in range(3, 10) for third in range(10))}


def combination(policy: Policy) -> Iterator[tuple[KeyPath, Ruling]]:
    """The company's view that device and log data alone are not personal is not the law's (PIPL 4)."""
    if policy.combination == "linked":
        is_refusal = policy.promise == "anonymize" or policy.purpose == "public"
        why = "keeps device and log data that PIPL 4 and GB/T 35273-2020 annex A count as personal"
        yield ("combination",), Ruling(is_refusal, f'combination "linked" {why}; use "treat-all"')


def thresholds(policy: Policy, treated: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    """Thresholds above the usual one, which lose what is found without them."""
    for card in treated:
        path: KeyPath = ("thresholds", card.entity) if card.entity in policy.thresholds else ("threshold",)
        threshold = policy.thresholds.get(card.entity, policy.threshold)
        if threshold is None or threshold <= USUAL_THRESHOLD:
            continue
        why = "loses what words nearby decide on"
        if lost := [(c, way) for c, way in _ways(card) if USUAL_THRESHOLD <= c < threshold]:
            confidence, way = min(lost)
            why = f"loses what {way} of its card finds with a confidence of {confidence:g}"
        sentence = f"threshold {threshold:g} for {card.entity} {why}; use {USUAL_THRESHOLD:g}"
        yield path, Ruling(policy.promise == "anonymize", sentence)


def _ways(card: Recognizer) -> Iterator[tuple[float, str]]:
    """How a card finds its entity, and how sure it is each time, without words nearby."""
    for number, match in enumerate(card.matches, 1):
        kind, usual = ("keyed", KEYED_CONFIDENCE) if match.keys else ("pattern", card.confidence)
        yield usual if match.confidence is None else match.confidence, f"{kind} {number}"
    if card.finder:
        yield card.confidence, "the finder"


def exceptions(policy: Policy, treated: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    """Lists that let real identifiers through, or that anybody can undo by search."""
    if policy.allow.patterns or policy.allow.values:
        cards = _with_examples(treated)
        yield from _patterns(policy, cards)
        yield from _values(policy, cards)
    for table, values in (("allow", policy.allow), ("deny", policy.deny)):
        yield from _unusable(table, values)
        if values.hashed and policy.promise != "mask":
            why = "are undone by trying all values of an entity, as mobiles in a quarter of a second on one GPU"
            sentence = f"the hashed values of [{table}] have no key and {why}; use patterns, or keep the list elsewhere"
            yield (table, "hashed"), Ruling(policy.promise == "anonymize", sentence)


def _unusable(table: str, values: Values) -> Iterator[tuple[KeyPath, Ruling]]:
    """What a list of a policy that was made in Python cannot hold; in a file, check.py has refused it."""
    for number, pattern in enumerate(values.patterns):
        if wrong := patterns.problem(pattern):
            sentence = f"pattern {number + 1} of [{table}] {wrong}"
            yield (table, "patterns", number), Ruling(is_refusal=True, sentence=sentence)
    for number, value in enumerate(values.values):
        if patterns.has_line_end(value):
            sentence = f"value {number + 1} of [{table}] {patterns.LINE_END}"
            yield (table, "values", number), Ruling(is_refusal=True, sentence=sentence)


def _patterns(policy: Policy, cards: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    from anonkit.transform.spelling import canonical  # noqa: PLC0415  for policies with exceptions only

    for number, pattern in enumerate(policy.allow.patterns):
        if patterns.problem(pattern):
            continue
        matches = re.compile(pattern).fullmatch
        for card in cards:
            values = {value for example in card.examples for value in example.find} | set(_MORE.get(card.entity, ()))
            through = [value for value in values if matches(value) or matches(canonical(value, card.entity))]
            if through:
                why = f"lets real values of {card.entity} through, such as those that its card has for examples"
                sentence = f"pattern {number + 1} of [allow] {why}; make it match only what is nobody's"
                yield ("allow", "patterns", number), _ruling(policy, card, through, sentence)


def _values(policy: Policy, cards: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    lines = [value for value in policy.allow.values if "\n" not in value]
    entities = {card.entity: card for card in cards}
    for number, entity in _found(lines, cards).items():
        why = f"is a value of {entity}, which would be left in the result"
        sentence = f"value {policy.allow.values.index(lines[number]) + 1} of [allow] {why}; take it out"
        yield ("allow", "values", number), _ruling(policy, entities[entity], [lines[number]], sentence)


def _found(lines: Sequence[str], cards: Sequence[Recognizer]) -> Mapping[int, str]:
    """The entity of each line that holds one.

    The engine is asked here and not handed in by the callers of the lint: one that handed in none, or one of other
    cards, would let values through.
    """
    if not lines:
        return {}
    import numpy as np  # noqa: PLC0415  for policies with such lists only

    from anonkit.detect.block import PAD_BYTES, Block  # noqa: PLC0415
    from anonkit.detect.engine import Engine  # noqa: PLC0415

    engine = Engine(tuple(cards))
    found = engine.find(Block("\n".join(lines).encode("utf-8", "replace"))).found
    ends = np.cumsum([len(line.encode("utf-8", "replace")) + 1 for line in lines])
    numbers = np.searchsorted(ends, found.start - PAD_BYTES, "right")
    rules = engine.book.rules
    return {
        number: rules[rule % len(rules)].card.entity
        for number, rule in zip(numbers.tolist(), found.rule.tolist(), strict=True)
    }


def _ruling(policy: Policy, card: Recognizer, values: Sequence[str], sentence: str) -> Ruling:
    """A refusal where values point at people; addresses of networks of one's own, and quasi values, only might."""
    points = card.class_ != "quasi" and not (card.entity == "IP_ADDRESS" and not any(map(_is_public, values)))
    return Ruling(policy.promise == "anonymize" and points, sentence)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return True


def _with_examples(cards: Sequence[Recognizer]) -> Sequence[Recognizer]:
    """The cards with their examples, which a scrubber leaves unread; those of own cards stay as they came."""
    if any(card.examples for card in cards):
        return cards
    from anonkit import catalog  # noqa: PLC0415  for policies with exceptions only

    full = {card.source: card for card in catalog.load() if card.examples}
    return [full.get(card.source, card) for card in cards]
