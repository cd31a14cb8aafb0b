"""Which transformations tell at most what was there: keep, redact, and label?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anonkit.model import Parameter
from anonkit.transform.base import Operation, Reversal, Subject, Transform

_IN_SYNTAX = frozenset("<>\"'\\&%,;|")


def label(entity: str) -> bytes:
    """The label of an entity: `<CN_MOBILE>` in place of a value says what was there, and nothing of it."""
    return b"<" + entity.encode() + b">"


def always(reversal: Reversal) -> Callable[[str, Mapping[str, Parameter]], Reversal]:
    """A reversal that is the same for all entities and parameters."""
    return lambda _entity, _parameters: reversal


def _keep(_subject: Subject) -> Transform:
    return list


def _redact(_subject: Subject) -> Transform:
    return lambda values: [b""] * len(values)


def label_of(subject: Subject) -> bytes:
    """The label of an entity, in the style of the policy."""
    title = subject.title
    # a title of a user's own card that means something to JSON, CSV or a URL would break it
    fits = subject.label_style == "chinese" and title.isprintable() and not _IN_SYNTAX & set(title)
    return label(title if title and fits else subject.entity)


def _label(subject: Subject) -> Transform:
    text = label_of(subject)
    return lambda values: [text] * len(values)


KEEP = Operation(
    name="keep",
    summary="the value stays as it is",
    parameters={},
    reversal=always(Reversal("reader", 0.0, consistent=True)),
    build=_keep,
)
REDACT = Operation(
    name="redact",
    summary="nothing is left of the value",
    parameters={},
    reversal=always(Reversal("nothing")),
    build=_redact,
)
LABEL = Operation(
    name="label",
    summary="says what was there: <CN_MOBILE>",
    parameters={},
    reversal=always(Reversal("nothing")),
    build=_label,
)
