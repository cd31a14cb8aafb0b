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
_IDENTIFYING = ("direct", "secret")


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
        ways = [way for way in _ways(card) if way[0] >= USUAL_THRESHOLD]
        if lost := [(c, way) for c, way in ways if c < threshold]:
            confidence, way = min(lost)
            why = f"loses what {way} of its card finds with a confidence of {confidence:g}"
        # a direct identifier that is found in no way is kept, which is not de-identified either
        is_kept = policy.promise == "deidentify" and card.class_ in _IDENTIFYING and len(lost) == len(ways)
        sentence = f"threshold {threshold:g} for {card.entity} {why}; use {USUAL_THRESHOLD:g}"
        yield path, Ruling(policy.promise == "anonymize" or is_kept, sentence)


def _ways(card: Recognizer) -> Iterator[tuple[float, str]]:
    """How a card finds its entity, and how sure it is each time, without words nearby."""
    for number, match in enumerate(card.matches, 1):
        kind, usual = ("keyed", KEYED_CONFIDENCE) if match.keys else ("pattern", card.confidence)
        yield usual if match.confidence is None else match.confidence, f"{kind} {number}"
    if card.finder:
        yield card.confidence, "the finder"


def exceptions(policy: Policy, treated: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    """Lists that let real identifiers through, or that anybody can undo by search."""
    for table, values in (("allow", policy.allow), ("deny", policy.deny)):
        if size := _size(values):
            yield (table,), Ruling(is_refusal=True, sentence=f"[{table}] {size}; shorten the list")
            return
        yield from _unusable(table, values)
        if values.hashed and policy.promise != "mask":
            why = "are undone by trying all values of an entity, as mobiles in a quarter of a second on one GPU"
            sentence = f"the hashed values of [{table}] have no key and {why}; use patterns, or keep the list elsewhere"
            yield (table, "hashed"), Ruling(policy.promise == "anonymize", sentence)
    if policy.allow.patterns or policy.allow.values:
        cards = _with_examples(treated)
        yield from _patterns(policy, cards)
        yield from _values(policy, cards)


def _size(values: Values) -> str | None:
    """Whether a list is longer than what is looked through in seconds."""
    for name, listed, most in (
        ("values", (*values.values, *values.hashed), patterns.MOST_VALUES),
        ("patterns", values.patterns, patterns.MOST_PATTERNS),
    ):
        if len(listed) > most:
            return f"has {len(listed):,} {name}, and {most:,} are the most"
    return None


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
    tried = [(card, _tried(card)) for card in cards]
    for number, pattern in enumerate(policy.allow.patterns):
        if patterns.problem(pattern):
            continue
        matches = re.compile(pattern).fullmatch
        for card, values in tried:
            through = [value for value in values if matches(value)]
            if through:
                why = f"lets real values of {card.entity} through, such as those that its card has for examples"
                sentence = f"pattern {number + 1} of [allow] {why}; make it match only what is nobody's"
                yield ("allow", "patterns", number), _ruling(policy, card, through, sentence)


def _tried(card: Recognizer) -> frozenset[str]:
    """The examples of a card and generated values, as they are written and as lists have them."""
    from anonkit.policy.samples import samples  # noqa: PLC0415  for policies with exceptions only
    from anonkit.transform.spelling import canonical  # noqa: PLC0415  as above

    values = {value for example in card.examples for value in example.find} | set(samples().get(card.entity, ()))
    return frozenset(values | {canonical(value, card.entity) for value in values})


def _values(policy: Policy, cards: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    lines = [(number, value) for number, value in enumerate(policy.allow.values) if not patterns.has_line_end(value)]
    entities = {card.entity: card for card in cards}
    found = _found([value for _, value in lines], cards)
    unknown: list[int] = []
    for at, (number, value) in enumerate(lines):
        if at in found:
            why = f"is a value of {found[at]}, which would be left in the result"
            sentence = f"value {number + 1} of [allow] {why}; take it out"
            is_refusal = policy.promise == "anonymize" and _points(entities[found[at]], [value])
            yield ("allow", "values", number), Ruling(is_refusal, sentence)
        elif policy.promise == "anonymize" and not _is_nobodys(value):
            unknown.append(number)
    for number in unknown[:_MOST_TOLD]:
        more = len(unknown) - _MOST_TOLD
        rest = f", nor {more:,} more" if more > 0 and number == unknown[_MOST_TOLD - 1] else ""
        why = "is no service number and no name of an organisation that the lint knows, so it may be somebody's"
        sentence = f"value {number + 1} of [allow]{rest} {why}; make sure that it is nobody's"
        yield ("allow", "values", number), Ruling(is_refusal=False, sentence=sentence)


_MOST_TOLD = 20
# numbers of services (MIIT numbering plan: 95xxx, 96xxx, 1xx to 1xxxx, 400, 800), names of organisations, what
# RFC 2606 keeps for examples
_NOBODYS = re.compile(
    r"9[56][0-9]{3,4}|1[0-2][0-9]{1,4}|[48]00[- ]?[0-9]{3}[- ]?[0-9]{4}"
    r"|[\u4e00-\u9fffA-Za-z0-9()（）]{2,}(?:公司|集团|银行|支行|大学|学院|学校|医院|委员会|协会|基金会|研究院|研究所|事务所)"
    r"|localhost|(?:[A-Za-z0-9-]+\.)*example(?:\.(?:com|net|org))?",
)


def _is_nobodys(value: str) -> bool:
    return _NOBODYS.fullmatch(value) is not None


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
    """What a pattern lets through that identifies is not even de-identified."""
    by_promise = {"anonymize": _points(card, values), "deidentify": card.class_ in _IDENTIFYING, "mask": False}
    return Ruling(by_promise[policy.promise], sentence)


def _points(card: Recognizer, values: Sequence[str]) -> bool:
    """Whether values point at people; addresses of networks of one's own, and quasi values, only might."""
    return card.class_ != "quasi" and not (card.entity == "IP_ADDRESS" and not any(map(_is_public, values)))


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
