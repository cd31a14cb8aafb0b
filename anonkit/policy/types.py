"""Has each field of a policy that was made in Python the type that it must have? In files schema.py sees to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import get_args

from anonkit.errors import PolicyError
from anonkit.model import (
    Action,
    CipherName,
    Combination,
    Epoch,
    LabelStyle,
    LossName,
    NameSources,
    Policy,
    Promise,
    TableRule,
    Values,
)

_Check = Callable[[object], str | None]
"""What a field must be, where it is not that."""


def require(policy: Policy) -> None:
    """Raise PolicyError, which names the first field that is not what it must be; never a value from lists."""
    for field in dataclasses.fields(Policy):
        must_be = _CHECKS[field.name](getattr(policy, field.name))
        if must_be is not None:
            name = policy.name if isinstance(policy.name, str) else "?"
            msg = f"policy {name}: {field.name} must be {must_be}; correct it where the Policy is made"
            raise PolicyError(msg)


def _is(test: Callable[[object], bool], what: str) -> _Check:
    return lambda value: None if test(value) else what


def _one_of(names: tuple[str, ...]) -> _Check:
    return _is(lambda value: isinstance(value, str) and value in names, f"one of {', '.join(map(repr, names))}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _is_confidence(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_action(value: object) -> bool:
    return (
        isinstance(value, Action)
        and _is_text(value.do)
        and _is_mapping(value.parameters, lambda one: isinstance(one, str | int | float | bool))
    )


def _is_values(value: object) -> bool:
    return isinstance(value, Values) and all(map(_is_texts, (value.values, value.patterns, value.hashed)))


def _is_names(value: object) -> bool:
    return isinstance(value, NameSources) and _is_texts(value.engines) and _is_texts(value.lists)


def _is_period(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(type(days) is int and days >= 0 for days in value)  # noqa: PLR2004  hold and overdue


def _is_table(value: object) -> bool:
    return (
        isinstance(value, TableRule)
        and type(value.k) is int
        and value.k >= 1
        and (value.l is None or type(value.l) is int)
        and (value.t is None or _is_confidence(value.t))
        and _is_confidence(value.suppress)
        and value.loss in get_args(LossName)
        and all(map(_is_texts, (value.quasi, value.sensitive)))
        and (value.subject is None or _is_text(value.subject))
        and _is_mapping(value.hierarchies, _is_text)
        and _is_mapping(value.weights, lambda weight: isinstance(weight, int | float))
    )


def _is_mapping(value: object, test: Callable[[object], bool]) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value)) and all(map(test, value.values()))


def _mapping(test: Callable[[object], bool], what: str) -> _Check:
    return _is(lambda value: _is_mapping(value, test), f"a mapping of names to {what}")


_TEXT = _is(_is_text, "a str")
_ACTION = "an Action, such as Action('label')"
_VALUES = _is(_is_values, "Values, whose values, patterns and hashed are tuples of str")
_CHECKS: dict[str, _Check] = {
    "name": _TEXT,
    "promise": _one_of(get_args(Promise)),
    "default": _is(_is_action, _ACTION),
    "title": _TEXT,
    "purpose": _TEXT,
    "recipient": _TEXT,
    "per_recipient": _is(lambda value: isinstance(value, bool), "True or False"),
    "entities": _mapping(_is_action, _ACTION),
    "classes": _mapping(_is_action, _ACTION),
    "columns": _mapping(_is_action, _ACTION),
    "threshold": _is(lambda value: value is None or _is_confidence(value), "a number from 0 to 1, or None"),
    "thresholds": _mapping(_is_confidence, "numbers from 0 to 1"),
    "allow": _VALUES,
    "deny": _VALUES,
    "names": _is(_is_names, "NameSources, whose engines and lists are tuples of str"),
    "combination": _one_of(get_args(Combination)),
    "label_style": _one_of(get_args(LabelStyle)),
    "cipher": _one_of(get_args(CipherName)),
    "epoch": _one_of(get_args(Epoch)),
    "key": _is(lambda value: value is None or _is_text(value), "a str, or None"),
    "retention": _mapping(_is_period, "pairs of days, (hold, overdue)"),
    "sensitive": _is(_is_texts, "a tuple of str"),
    "release": _mapping(_is_text, "str"),
    "table": _is(lambda value: value is None or _is_table(value), "a TableRule, such as TableRule(k=20), or None"),
    "source": _TEXT,
}
