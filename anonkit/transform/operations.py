"""Which operations are there, and is what a policy asks of one something that it can do?"""

from __future__ import annotations

from dataclasses import replace

from anonkit.model import Action
from anonkit.transform import tagged
from anonkit.transform.base import Operation, Subject, Transform

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        tagged.KEEP,
        tagged.REDACT,
        tagged.LABEL,
        tagged.NUMBER,
        tagged.PSEUDONYM,
        tagged.ENCRYPT,
        tagged.HASH,
    )
}
"""All of them by name, as policies write it."""


def build(action: Action, subject: Subject) -> Transform:
    """What does the action to values of the subject, with the action's parameters.

    Raises ValueError, with one sentence, for an unknown operation or parameter, a parameter that is none of its values,
    an entity that the operation is not for, and a missing key.
    """
    operation = OPERATIONS.get(action.do)
    if operation is None:
        raise ValueError(f"there is no operation {action.do!r}; it is one of {', '.join(OPERATIONS)}")
    unknown = sorted(set(action.parameters) - set(operation.parameters))
    if unknown:
        known = ", ".join(operation.parameters) or "none"
        raise ValueError(f"{operation.name} has no parameter {unknown[0]!r}; it has: {known}")
    return operation.build(replace(subject, parameters=action.parameters))
