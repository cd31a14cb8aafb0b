"""Which policy and key does a scrubber work with, and what do they say of each kind of finding?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from anonkit import fields as fields_module
from anonkit.detect.candidates import Floats
from anonkit.detect.engine import THRESHOLD
from anonkit.errors import UsageError
from anonkit.fields import FieldRule
from anonkit.model import Action, Policy, Recognizer
from anonkit.scrubbing.treatment import Kind
from anonkit.transform.base import Secret
from anonkit.transform.operations import OPERATIONS

if TYPE_CHECKING:
    from anonkit.keys.key import Key

# what a policy denies, and what looks like a result of the policy's own key but is none
DENIED, TAGGED = "DENIED", "TAGGED"
_LABEL = Action("label")


@dataclass(frozen=True)
class Decision:
    """A policy with all that it needs to be carried out.

    key       None where no operation of the policy needs one
    entities  what the caller asked for by name
    fields    rules for fields, those of the caller before those of the policy
    """

    policy: Policy
    key: Key | None
    recipient: str
    entities: frozenset[str]
    fields: tuple[FieldRule, ...]
    epoch: str

    def wants(self, card: Recognizer) -> bool:
        """Whether a card is looked for."""
        return card.entity in self.entities or self.policy.looks_for(card)

    def kind(self, card: Recognizer) -> Kind:
        """What the findings of a card are, and what happens to them."""
        action = self.policy.action(card.entity, card.class_)
        if action.do == "keep" and card.default == "kept" and card.entity in self.entities:
            action = self.policy.default  # asked for by name, a kept entity is scrubbed
        return Kind(card.entity, card.title, action)

    def kinds(self, cards: Sequence[Recognizer]) -> list[Kind]:
        """What the findings of rules are, by the cards of the rules, and what happens to them.

        After these come the fields, denied values, and look-alikes of results, in this order.
        """
        usual = self.policy.default
        denied = usual if OPERATIONS[usual.do].entities is None and usual.do != "keep" else _LABEL
        kinds = [self.kind(card) for card in cards]
        kinds += [Kind(rule.entity, rule.entity, rule.action) for rule in self.fields]
        encrypts = any(kind.action.do == "encrypt" for kind in kinds)
        return [*kinds, Kind(DENIED, "", denied), Kind(TAGGED, "", Action("encrypt") if encrypts else _LABEL)]

    def thresholds(self, entities: Sequence[str], asked: float | None) -> Floats:
        """The least confidence for each of the entities; what the caller asks for comes before the policy."""
        usual = THRESHOLD if self.policy.threshold is None else self.policy.threshold
        named = self.policy.thresholds
        return np.array([asked if asked is not None else named.get(entity, usual) for entity in entities])

    def secret_of(self, entity: str) -> Secret:
        """The secret of an entity."""
        if self.key is None:
            name = self.policy.name
            msg = f"policy {name}: needs a key; give --key FILE, `anonkit keys new FILE` makes one"
            raise UsageError(msg)
        return self.key.secret(
            entity,
            recipient=self.recipient,
            purpose=self.policy.purpose,
            cipher=self.policy.cipher,
            epoch=self.epoch,
        )


def decide(
    policy: str | Policy,
    cards: Sequence[Recognizer],
    entities: Sequence[str] | None,
    fields: Sequence[str],
    key: str | Key | None,
    recipient: str | None,
    *,
    only_finds: bool,
) -> Decision:
    """Read and check a policy, and take its key.

    only_finds  what is not kept is labelled, which needs no key

    Raises PolicyError where the policy is broken or breaks its promise, UsageError where the key does not go with it,
    KeyFileError where the key cannot be had.
    """
    if isinstance(policy, str):
        from anonkit.policy import files  # noqa: PLC0415  a Policy needs none

        policy = files.load(policy, cards)
    _check_promise(policy, cards, fields)
    if only_finds:
        policy = _labelling(policy)
    rules = (*fields_module.parse(fields), *(fields_module.rule(p, a) for p, a in policy.columns.items()))
    epoch = ""
    if policy.epoch != "none":
        from anonkit.keys import epochs  # noqa: PLC0415  only here

        epoch = epochs.code(policy.epoch, datetime.now(UTC).date())
    named = policy.recipient if recipient is None else recipient
    if policy.per_recipient and not named and not only_finds:
        msg = f"the policy {policy.name!r} makes a copy for one recipient; give --recipient NAME"
        raise UsageError(msg)
    decision = Decision(policy, None, named, frozenset(entities or ()), rules, epoch)
    return replace(decision, key=_key(decision, cards, key))


def _labelling(policy: Policy) -> Policy:
    """The policy with labels for all that it does not keep."""

    def labels(actions: Mapping[str, Action]) -> dict[str, Action]:
        return {name: action if action.do == "keep" else _LABEL for name, action in actions.items()}

    return replace(
        policy,
        default=labels({"": policy.default})[""],
        entities=labels(policy.entities),
        classes=labels(policy.classes),
        columns=labels(policy.columns),
    )


def _check_promise(policy: Policy, cards: Sequence[Recognizer], fields: Sequence[str]) -> None:
    """The lint, for all but the policies that come with anonkit, which the tests have checked."""
    from anonkit.policy import files  # noqa: PLC0415  as above

    named = {rule.path: rule.action for rule in fields_module.parse(fields)}
    if files.is_builtin(policy) and not named:
        return
    from anonkit.policy import lint, types  # noqa: PLC0415  only here

    types.require(policy)
    lint.require_safe(replace(policy, columns={**policy.columns, **named}), cards, named)


def _key(decision: Decision, cards: Sequence[Recognizer], key: str | Key | None) -> Key | None:
    """The key that a policy works with: one made for this run under `anonymize`, else the caller's or the policy's."""
    policy = decision.policy
    needed = any(OPERATIONS[kind.action.do].needs_key for kind in decision.kinds(cards))
    if not needed or policy.promise == "anonymize":
        if key is not None:
            msg = f"the policy {policy.name!r} uses no key; leave the key out"
            raise UsageError(msg)
        if not needed:
            return None
        from anonkit.keys.key import Key  # noqa: PLC0415  only for policies with keys

        return Key.for_run()
    reference = policy.key if key is None else key
    if reference is None:
        msg = f"the policy {policy.name!r} needs a key; give --key FILE (`anonkit keys new FILE` makes one)"
        raise UsageError(msg)
    if not isinstance(reference, str):
        from anonkit.keys.key import Key  # noqa: PLC0415  only for policies with keys

        if not isinstance(reference, Key):
            msg = f"a key is named by a str (a file, env:NAME, cmd:COMMAND), not by {type(reference).__name__}"
            raise TypeError(msg)
        return reference
    if key is None and reference.startswith("cmd:"):
        msg = f"the policy {policy.name!r} names a command for its key; say --key yourself to have it run"
        raise UsageError(msg)
    from anonkit.keys import references  # noqa: PLC0415  as above

    return references.load(reference)
