"""What takes the place of the findings, as the policy says?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from anonkit.detect.block import Block, Ints, Mask, distinct
from anonkit.detect.candidates import Candidates
from anonkit.errors import InputError, PolicyError, UsageError
from anonkit.model import Action, Policy
from anonkit.transform import operations
from anonkit.transform.base import Secret, Subject, Transform

Originals = Callable[[Candidates], list[bytes]]
# the token of a longer one would not fit into what is read of a line at once
MOST_RESTORABLE_BYTES = 3_000_000
_CONSTANT = frozenset(("label", "redact"))


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings that are treated alike: of one entity, with one action. `title` is the Chinese name of the entity."""

    entity: str
    title: str
    action: Action

    @property
    def is_kept(self) -> bool:
        """Whether nothing happens to them."""
        return self.action.do == "keep"


class Treatment:
    """The transformations of a policy. `kinds` says for each number of a finding what it is.

    `encrypts` tells whether what it writes can be restored, `redacts` whether values may go without a trace, `counts`
    whether it numbers values as they come, so that one process must see them all.

    secret_of  the secret of an entity; asked only for operations that need one

    Raises PolicyError where an operation does not fit its entity.
    """

    def __init__(self, policy: Policy, kinds: Sequence[Kind], secret_of: Callable[[str], Secret]) -> None:
        self.kept: Mask = np.array([kind.is_kept for kind in kinds], bool)
        self.entities = [kind.entity for kind in kinds]
        self.encrypts = any(kind.action.do == "encrypt" for kind in kinds)
        self.counts = any(kind.action.do == "number" for kind in kinds)
        self.redacts = any(kind.action.do == "redact" for kind in kinds)
        self._transforms: list[Transform] = []
        self._encrypting: set[int] = set()
        self._person_of: dict[int, str] = {}  # for transformations by person: the entity that names the person
        self._by_person: dict[int, Callable[[Sequence[bytes], Sequence[bytes]], list[bytes]]] = {}
        constants: list[bytes | None] = []
        known: dict[tuple[str, str, str], int] = {}
        group = []
        for kind in kinds:
            same = (kind.entity, kind.action.do, repr(sorted(kind.action.parameters.items())))
            number = known.setdefault(same, len(self._transforms))
            group.append(number)
            if number < len(self._transforms):
                continue
            subject = self._subject(policy, kind, secret_of)
            try:
                transform = operations.build(Action(kind.action.do, subject.parameters), subject)
            except ValueError as error:
                msg = f"{policy.source or f'policy {policy.name}'}: {kind.entity}: {error}"
                raise PolicyError(msg) from None
            self._transforms.append(transform)
            constants.append(transform([b""])[0] if kind.action.do in _CONSTANT else None)
            if kind.action.do == "encrypt":
                self._encrypting.add(number)
            if kind.action.do == "shift":
                from anonkit.transform import shift  # noqa: PLC0415  only for policies that shift dates

                self._by_person[number] = shift.shift_for(subject)
                self._person_of[number] = str(subject.parameters.get("person", shift.PERSON))
        self._group = np.array(group, np.int64)
        self._constants = constants
        self._labels = [constants[number] for number in group]
        self.is_constant = all(
            label is not None or kept for label, kept in zip(self._labels, self.kept.tolist(), strict=True)
        )

    @staticmethod
    def _subject(policy: Policy, kind: Kind, secret_of: Callable[[str], Secret]) -> Subject:
        needs_key = kind.action.do in operations.OPERATIONS and operations.OPERATIONS[kind.action.do].needs_key
        secret = secret_of(kind.entity) if needs_key else None
        parameters = kind.action.without_target().parameters
        return Subject(kind.entity, kind.title, parameters, policy.label_style, policy.cipher, secret)

    def forget(self) -> None:
        """Let go of all that holds a key; from then on nothing can be treated."""
        self._transforms = [_gone] * len(self._transforms)
        self._by_person = dict.fromkeys(self._by_person, _gone)

    @property
    def may_stay_bare(self) -> bool:
        """Whether results may be numbers as their values were, or nothing."""
        return self.redacts or not self.is_constant

    @property
    def goes_by_value(self) -> bool:
        """Whether the same value gets the same result, whatever stands beside it or came before."""
        return not self.counts and not self._by_person

    def replacements(
        self,
        block: Block,
        found: Candidates,
        originals: Originals | None = None,
        records: Ints | None = None,
    ) -> list[bytes]:
        """What takes the place of each of the findings, none of which is kept.

        originals  the bytes of findings as they stand in the input, where that is not the text of the block: they are
                   what is encrypted
        records    the record that each finding belongs to, where records are not lines
        """
        numbers = found.rule.tolist()
        if self.is_constant:
            labels = self._labels
            return [labels[number] or b"" for number in numbers]
        group = self._group[found.rule]
        replacements = [b""] * len(numbers)
        for number in distinct(group).tolist():
            rows = np.flatnonzero(group == number)
            constant = self._constants[number]
            if constant is None:
                texts: Sequence[bytes] = self._transformed(number, block, found, rows, originals, records)
            else:
                texts = [constant] * len(rows)
            for row, text in zip(rows.tolist(), texts, strict=True):
                replacements[row] = text
        return replacements

    def _transformed(
        self,
        number: int,
        block: Block,
        found: Candidates,
        rows: Ints,
        originals: Originals | None,
        records: Ints | None,
    ) -> list[bytes]:
        values = _values(block, found, rows)
        if number in self._encrypting:
            if originals is not None:
                values = originals(found.take(rows))
            if max(map(len, values)) > MOST_RESTORABLE_BYTES:
                msg = "a value of more than 3 MB cannot be restored later; use a policy with labels for it"
                raise InputError(msg)
        if number not in self._by_person:
            return self._transforms[number](values)
        return self._by_person[number](values, self._persons(number, block, found, rows, records))

    def _persons(self, number: int, block: Block, found: Candidates, rows: Ints, records: Ints | None) -> list[bytes]:
        """The person whom each value speaks of: the first finding in its record of the entity that names one."""
        from anonkit.transform.plain import plain  # noqa: PLC0415  only for policies that shift dates
        from anonkit.transform.spelling import canonical  # noqa: PLC0415  as above

        entity = self._person_of[number]
        named = np.flatnonzero([self.entities[n] == entity for n in found.rule.tolist()])
        if not len(named):
            return [b""] * len(rows)
        if records is None:
            records = np.searchsorted(block.newlines, found.start)
        first, at = np.unique(records[named], return_index=True)
        persons = [canonical(plain(value), entity).encode() for value in _values(block, found, named[at])]
        of_record = dict(zip(first.tolist(), persons, strict=True))
        return [of_record.get(record, b"") for record in records[rows].tolist()]


def _gone(*_: object) -> NoReturn:
    raise UsageError("this scrubber was closed, and the key of its run is gone; make a new one")


def _values(block: Block, found: Candidates, rows: Ints) -> list[bytes]:
    buffer = block.buffer
    return [buffer[s:e] for s, e in zip(found.start[rows].tolist(), found.end[rows].tolist(), strict=True)]
