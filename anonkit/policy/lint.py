"""Does a policy keep its promise? Answered before a byte is read.

The lint speaks for what is found; that nothing was missed is the release gate's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from anonkit import catalog
from anonkit.errors import PolicyError, UsageError
from anonkit.model import Action, Policy, Recognizer
from anonkit.policy import classes, columns, loopholes, parameters, periods, trials, types
from anonkit.policy.lines import KeyPath
from anonkit.policy.promises import Case, Ruling, judge
from anonkit.transform.base import Reversal
from anonkit.transform.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class Complaint:
    """What breaks a promise, or (a warning, where it is no refusal) weakens it.

    path      where in the policy, as keys of its TOML
    sentence  what, why, and what to use instead; never a value from the policy's lists
    """

    path: KeyPath
    is_refusal: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Treated:
    """One entity or column, what happens to it, and what is to be said of that. `complaint` is None where nothing is.

    reversal  None where the operation is unknown, or refuses its parameters
    """

    name: str
    entity: str
    title: str
    action: Action
    reversal: Reversal | None
    complaint: Complaint | None


def require_safe(policy: Policy, cards: Sequence[Recognizer], fields: Collection[str] = ()) -> None:
    """Raise PolicyError with the first refusal: what, why, and what to use instead.

    fields  the columns of the policy that stand for `--field` of the command line, which a sentence then names
    """
    types.require(policy)
    first = next((complaint for complaint in findings(policy, cards) if complaint.is_refusal), None)
    if first is not None:
        where = policy.source or f"policy {policy.name}"
        if first.path[0] == "columns" and first.path[1] in fields:
            where = f"--field {first.path[1]}"
        msg = f"{where}: {first.sentence}"
        raise PolicyError(msg)


def findings(policy: Policy, cards: Sequence[Recognizer]) -> list[Complaint]:
    """All that is to be said of a policy, refusals first."""
    wrong = catalog.class_conflict(cards)
    found = [] if wrong is None else [Complaint(("classes",), is_refusal=True, sentence=wrong)]
    found += (one.complaint for one in treatments(policy, cards) if one.complaint is not None)
    rulings = (*_loopholes(policy, cards), *classes.organisations(cards))
    found += (Complaint(path, ruling.is_refusal, ruling.sentence) for path, ruling in rulings)
    for kind, (hold_days, overdue_days) in policy.retention.items():
        if wrong := periods.problem(kind, hold_days, overdue_days):
            found.append(Complaint(("retention", kind, "hold_days"), is_refusal=True, sentence=wrong))
    if policy.key is not None and policy.key.startswith("cmd:"):
        why = "names a command, which no policy file runs"
        sentence = f"`key` {why}; say it with --key whenever you scrub"
        found.append(Complaint(("key",), is_refusal=False, sentence=sentence))
    return sorted(found, key=lambda complaint: not complaint.is_refusal)


def treatments(policy: Policy, cards: Sequence[Recognizer]) -> list[Treated]:
    """What happens to each entity that is looked for, and to each column; entities that the policy names come first."""
    kinds = list({(card.entity, card.class_): card for card in reversed(cards)}.values())[::-1]
    order = {entity: number for number, entity in enumerate(policy.entities)}
    kinds.sort(key=lambda card: order.get(card.entity, len(order)))
    found = [_entity(policy, card) for card in kinds if policy.looks_for(card)]
    known = {card.entity for card in cards}
    found += (_unknown(entity, action) for entity, action in policy.entities.items() if entity not in known)
    return [*found, *(_column(policy, column, action, cards) for column, action in policy.columns.items())]


def _unknown(entity: str, action: Action) -> Treated:
    sentence = f"unknown entity {entity!r}; `anonkit recognizers list` shows the known ones"
    return Treated(
        entity, entity, "", action, None, Complaint(("entities", entity), is_refusal=True, sentence=sentence)
    )


def _entity(policy: Policy, card: Recognizer) -> Treated:
    if card.entity in policy.entities:
        path: KeyPath = ("entities", card.entity)
    else:
        path = ("classes", card.class_) if card.class_ in policy.classes else ("default",)
    return _treated(policy, path, card.entity, policy.action(card.entity, card.class_), card)


def _column(policy: Policy, column: str, action: Action, cards: Sequence[Recognizer]) -> Treated:
    path: KeyPath = ("columns", column)
    name = f"column {column!r}"
    said, named = columns.said(action, cards), columns.named(column, cards)
    plain = action.without_target()
    if not said and not named and action.do == "keep":
        # numbers and states are kept so that nothing in them is taken for something personal
        why = "is not searched for anything personal; make sure that nobody's values stand there"
        warning = Complaint(path, is_refusal=False, sentence=f"{name} is kept and {why}")
        complaint = None if policy.promise == "mask" else warning
        return Treated(name, "", "", plain, OPERATIONS["keep"].reversal("", {}), complaint)
    carried_out = _carried_out(column, action)
    cases = [*said, *named]
    if not cases or (plain.do == "generalise" and carried_out not in {card.entity for card in cards}):
        cases.append(columns.UNSAID)  # a column without `entity` is made coarser as a number
    kinds = [_treated(policy, path, name, plain, card, carried_out) for card in cases]
    kinds.sort(key=lambda one: 2 if one.complaint is None else not one.complaint.is_refusal)
    if kinds[0].complaint is None:
        return replace(kinds[0], complaint=_claimed(policy, path, name, plain, said, named))
    return kinds[0]


def _carried_out(column: str, action: Action) -> str:
    """As which entity the values of a column are transformed."""
    from anonkit import fields  # noqa: PLC0415  with the engine's expressions, for policies with columns only

    try:
        return fields.rule(column, action).entity
    except UsageError:
        return ""


def _claimed(
    policy: Policy, path: KeyPath, name: str, action: Action, said: Sequence[Recognizer], named: Sequence[Recognizer]
) -> Complaint | None:
    """A warning where only the policy's word stands for it that a column holds nobody's values."""
    if not said or named or any(card.class_ != "organisation" for card in said):
        return None
    if _treated(policy, path, name, action, columns.UNSAID, said[0].entity).complaint is None:
        return None
    why = f"is said to hold {said[0].entity}, for which nothing but the policy speaks"
    sentence = f"{name} {why}; make sure that no person's values stand there"
    return Complaint(path, is_refusal=False, sentence=sentence)


def _treated(
    policy: Policy, path: KeyPath, name: str, action: Action, card: Recognizer, carried_out: str | None = None
) -> Treated:
    """What is to be said of an action for a card. `carried_out`: as which entity, if not that of the card."""
    operation = OPERATIONS.get(action.do)
    if operation is None:
        why = f"there is no operation {action.do!r}; it is one of {', '.join(OPERATIONS)}"
        return _broken(path, name, action, card, why)
    entity = card.entity if carried_out is None else carried_out
    if not entity:
        return _broken(path, name, action, card, "is no key and no JSON path; write user.name or items[*].sn")
    is_own = path[0] in ("entities", "columns")
    if is_own and (wrong := parameters.unused(action, entity)):
        return _broken(path, name, action, card, wrong)
    try:
        reversal = operation.reversal(entity, action.parameters)
    except ValueError as error:
        return _broken(path, name, action, card, str(error))
    is_sensitive = not set(policy.sensitive or _SENSITIVE).isdisjoint(card.sensitive)
    case = Case(name, card.entity, card.class_, action, operation, reversal, is_sensitive, policy.key is not None)
    ruling = judge(policy.promise, case)
    if carried_out is not None and not (ruling and ruling.is_refusal):
        wrong = trials.problem(action, entity, policy.label_style, policy.cipher)
        if wrong is not None:
            return _broken(path, name, action, card, wrong)
    complaint = None if ruling is None else Complaint(path, ruling.is_refusal, ruling.sentence)
    return Treated(name, card.entity, card.title, action, reversal, complaint)


_SENSITIVE = ("pipl-28",)  # where a policy names no list: the law's own


def _broken(path: KeyPath, name: str, action: Action, card: Recognizer, why: str) -> Treated:
    remedy = "" if ";" in why else "; correct it, or take it out"
    complaint = Complaint(path, is_refusal=True, sentence=f"{name}: {why}{remedy}")
    return Treated(name, card.entity, card.title, action, None, complaint)


def _loopholes(policy: Policy, cards: Sequence[Recognizer]) -> Iterator[tuple[KeyPath, Ruling]]:
    personal = [
        card
        for card in cards
        if card.class_ != "organisation"
        and policy.looks_for(card)
        and policy.action(card.entity, card.class_).do != "keep"
    ]
    yield from loopholes.combination(policy)
    yield from loopholes.thresholds(policy, personal)
    yield from loopholes.exceptions(policy, personal)
