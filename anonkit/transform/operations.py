"""Which operations are there, and is what a policy asks of one something that it can do?"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from anonkit.model import Action
from anonkit.transform.base import Operation, Subject, Transform

_MODULES = {
    "keep": "label",
    "redact": "label",
    "label": "label",
    "number": "tagged",
    "mask": "mask",
    "pseudonym": "tagged",
    "encrypt": "tagged",
    "hash": "tagged",
    "fpe": "fpe",
    "ip_prefix": "ip_prefix",
    "generalise": "generalise",
    "shift": "shift",
    "surrogate": "surrogate",
}


class _Operations(Mapping[str, Operation]):
    """Each is loaded when it is asked for: a policy needs few of them, and a label needs no ciphers."""

    def __getitem__(self, name: str) -> Operation:
        operation: Operation = getattr(importlib.import_module(f"anonkit.transform.{_MODULES[name]}"), name.upper())
        return operation

    def __contains__(self, name: object) -> bool:
        return name in _MODULES

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


OPERATIONS: Mapping[str, Operation] = _Operations()
"""All of them by name, as policies write it."""


def build(action: Action, subject: Subject) -> Transform:
    """What does the action to values of the subject, with the action's parameters.

    Raises ValueError, with one sentence, for an unknown operation or parameter, a parameter that is none of its values,
    an entity that the operation is not for, and a missing key.
    """
    if action.do not in OPERATIONS:
        raise ValueError(f"there is no operation {action.do!r}; it is one of {', '.join(OPERATIONS)}")
    operation = OPERATIONS[action.do]
    unknown = sorted(set(action.parameters) - set(operation.parameters))
    if unknown:
        known = ", ".join(operation.parameters) or "none"
        raise ValueError(f"{operation.name} has no parameter {unknown[0]!r}; it has: {known}")
    transform = operation.build(replace(subject, parameters=action.parameters))
    # after what the operation itself has to say of the entity, and what to use in its place
    if operation.entities is not None and subject.entity not in operation.entities:
        raise ValueError(
            f"{operation.name} is not for {subject.entity}, but for {', '.join(sorted(operation.entities))}"
        )
    return transform
