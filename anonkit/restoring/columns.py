"""Which values without a tag does a policy say how to turn back?

fpe, ip_prefix and shift leave values that look like any others. Only a policy that names a column tells that what
stands there is such a result, and nothing tells whether the key is the one that it was made with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit import fields
from anonkit.errors import UsageError
from anonkit.model import Policy
from anonkit.transform import fpe, ip_prefix, shift
from anonkit.transform.base import Subject, Transform
from anonkit.transform.plain import plain
from anonkit.transform.shift import ByPerson
from anonkit.transform.spelling import canonical

if TYPE_CHECKING:
    from anonkit.fields import FieldRule
    from anonkit.keys.key import Key
    from anonkit.scrubber import Scrubber

INVERSES: dict[str, Callable[[Subject], Transform]] = {"fpe": fpe.decrypt_for, "ip_prefix": ip_prefix.decrypt_for}


class Columns:
    """Turns back the columns of a policy that such operations changed; `is_empty` where it names none.

    The newest generation of the key is taken. Raises UsageError where values change from epoch to epoch, since without
    a tag nothing says which one was it, and where the person of a date cannot be told from the result.

    cards_dir  a folder of one's own cards, by which persons of dates may be found
    """

    def __init__(self, policy: Policy, key: Key, recipient: str, cards_dir: Path | None = None) -> None:
        self._cards_dir = cards_dir
        self._transforms: dict[FieldRule, Transform] = {}
        self._shifts: dict[FieldRule, tuple[ByPerson, str]] = {}
        where = policy.source or policy.name
        for path, action in policy.columns.items():
            if action.do not in INVERSES and action.do != "shift":
                continue
            if policy.epoch != "none":
                msg = f"{where}: values in column {path!r} do not say of which epoch they are; restore without --policy"
                raise UsageError(msg)
            rule = fields.rule(path, action)
            entity, cipher = rule.entity, policy.cipher
            secret = key.secret(entity, recipient=recipient, purpose=policy.purpose, cipher=cipher, epoch="")
            parameters = {name: value for name, value in action.parameters.items() if name != "entity"}
            subject = Subject(entity, parameters=parameters, cipher=cipher, secret=secret)
            if action.do == "shift":
                person = str(parameters.get("person", shift.PERSON))
                if policy.action(person, "direct").do not in ("encrypt", "keep"):
                    msg = (
                        f"{where}: the dates in column {path!r} moved with {person}, which this policy does not restore"
                    )
                    raise UsageError(msg)
                self._shifts[rule] = shift.shift_for(subject, back=True), person
            else:
                self._transforms[rule] = INVERSES[action.do](subject)
        self.is_empty = not self._transforms and not self._shifts

    def find(self, utf8: bytes, restored: Callable[[bytes], bytes]) -> Iterator[tuple[int, int, str, bytes]]:
        """The values in whole lines that are turned back: start, end, entity and the value; in order.

        restored  puts back what has a tag
        """
        padded = b"\n" + utf8  # a key has something before it, even the first
        found = [
            (start - 1, end - 1, rule) for start, end, rule in fields.find(padded, (*self._transforms, *self._shifts))
        ]
        persons = self._persons(restored(utf8)) if any(rule in self._shifts for _, _, rule in found) else {}
        line = at = 0
        for start, end, rule in found:
            line, at = line + utf8.count(b"\n", at, start), start
            value = utf8[start:end]
            if rule in self._shifts:
                move, entity = self._shifts[rule]
                (back,) = move([value], [persons.get((line, entity), b"")])
            else:
                (back,) = self._transforms[rule]([value])
            if back != value:
                yield start, end, rule.entity, back

    def _persons(self, utf8: bytes) -> dict[tuple[int, str], bytes]:
        """The person in each line, by the entity that names persons: the first that is found there."""
        persons: dict[tuple[int, str], bytes] = {}
        line = at = 0
        for finding in self._scrubber.locate(utf8, evidence=False):
            line, at = line + utf8.count(b"\n", at, finding.start), finding.start
            value = canonical(plain(utf8[finding.start : finding.end]), finding.entity).encode()
            persons.setdefault((line, finding.entity), value)
        return persons

    @cached_property
    def _scrubber(self) -> Scrubber:
        from anonkit.scrubber import Scrubber  # noqa: PLC0415  only for dates

        persons = sorted({person for _, person in self._shifts.values()})
        return Scrubber(self._cards_dir, entities=persons, only_finds=True)
