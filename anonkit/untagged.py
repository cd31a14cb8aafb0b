"""Which values without a tag does a policy say how to turn back?

fpe and ip_prefix leave values that look like any others. Only a policy that names a column tells that what stands there
is such a result, and nothing tells whether the key is the one that it was made with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from anonkit import fields
from anonkit.errors import UsageError
from anonkit.model import Policy
from anonkit.transform import fpe, ip_prefix
from anonkit.transform.base import Subject, Transform

if TYPE_CHECKING:
    from anonkit.fields import FieldRule
    from anonkit.keys.key import Key

INVERSES: dict[str, Callable[[Subject], Transform]] = {"fpe": fpe.decrypt_for, "ip_prefix": ip_prefix.decrypt_for}


class Columns:
    """Turns back the columns of a policy that fpe or ip_prefix changed; `is_empty` where it names none.

    The newest generation of the key is taken. Raises UsageError where values change from epoch to epoch: without a tag
    nothing says which one was it.
    """

    def __init__(self, policy: Policy, key: Key, recipient: str) -> None:
        self._transforms: dict[FieldRule, Transform] = {}
        for path, action in policy.columns.items():
            if action.do not in INVERSES:
                continue
            if policy.epoch != "none":
                where = policy.source or policy.name
                msg = f"{where}: values in column {path!r} do not say of which epoch they are; restore without --policy"
                raise UsageError(msg)
            rule = fields.rule(path, action)
            entity, cipher = rule.entity, policy.cipher
            secret = key.secret(entity, recipient=recipient, purpose=policy.purpose, cipher=cipher, epoch="")
            parameters = {name: value for name, value in action.parameters.items() if name != "entity"}
            self._transforms[rule] = INVERSES[action.do](
                Subject(entity, parameters=parameters, cipher=cipher, secret=secret)
            )
        self.is_empty = not self._transforms

    def find(self, utf8: bytes) -> Iterator[tuple[int, int, str, bytes]]:
        """The values in whole lines that are turned back: start, end, entity and the value; in order."""
        padded = b"\n" + utf8  # a key has something before it, even the first
        for start, end, rule in fields.find(padded, tuple(self._transforms)):
            value = padded[start:end]
            (back,) = self._transforms[rule]([value])
            if back != value:
                yield start - 1, end - 1, rule.entity, back
