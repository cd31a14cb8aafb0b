"""How is a value written as the leaf of a hierarchy, and how are leaves made coarser level by level?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Protocol, TypeVar

import numpy as np

from anonkit.anonymity.hierarchy import SUPPRESSED, Codes, Hierarchy

OTHER = "(other)"
"""What all values that a builder cannot read become, from level 1 on: none of them tells more than that."""

Key = TypeVar("Key")


class Builder(Protocol):
    """Makes the hierarchy of a column."""

    def over(self, values: Sequence[object]) -> Hierarchy:
        """The hierarchy of these values: the distinct ones of a column, without nulls.

        Its first leaves are the texts of the values, each once; leaves that do not occur may follow. Raises
        HierarchyError.
        """
        ...


def text_of(value: object) -> str:
    """How a value is written in a hierarchy; equal numbers and equal days have one text, whatever their type.

    Whole numbers have no `.0`, other floats are written as Python does, dates as ISO 8601 has them, times with a blank
    between (`2024-02-29 08:30:00`), midnight as the day alone. Truths are `True` and `False`.
    """
    if type(value) is str:
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else float.__repr__(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if _is_day(value) else value.isoformat(" ")
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value.isoformat() if isinstance(value, time) else str(value)


def texts_of(values: Iterable[object]) -> list[str]:
    """The texts of values, each once, in their order."""
    return list(dict.fromkeys(map(text_of, values)))


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        return "nan" if value.is_nan() else str(float(value))
    return str(int(value)) if value == value.to_integral_value() else f"{value.normalize():f}"


def _is_day(value: datetime) -> bool:
    return value.time() == time() and value.tzinfo is None and not getattr(value, "nanosecond", 0)


def rising(
    leaves: Sequence[str],
    read: Callable[[str], Key | None],
    steps: Sequence[Callable[[Key], Key | None]],
    labels: Sequence[Callable[[Key], str]] | None = None,
) -> Hierarchy:
    """A hierarchy of the leaves, of what becomes of them step by step, and of `*` on top.

    What `read` makes of a leaf is coarsened by each step, one level each; None becomes `OTHER`, there and from there
    on. `labels` writes the keys of each level (a number stands behind those that are written as others are); without
    it keys are texts that are labels themselves. What is the same at a level stays the same, whatever the steps do, as
    each sees only what the one before has made.
    """
    keys: list[Key | None] = []
    known: dict[Key | None, int] = {}
    codes = np.fromiter((known.setdefault(read(leaf), len(known)) for leaf in leaves), np.int64, len(leaves))
    keys.extend(known)
    all_labels: list[tuple[str | None, ...]] = [tuple(leaves)]
    all_codes: list[Codes] = [np.arange(len(leaves))]
    for number, step in enumerate(steps):
        coarser: dict[Key | None, int] = {}
        place = [coarser.setdefault(None if key is None else step(key), len(coarser)) for key in keys]
        codes, keys = np.array(place, np.int64)[codes], list(coarser)
        write = str if labels is None else labels[number]
        all_labels.append(_apart([OTHER if key is None else write(key) for key in keys]))
        all_codes.append(codes)
    all_labels.append((SUPPRESSED,))
    all_codes.append(np.zeros(len(leaves), np.int64))
    return Hierarchy(tuple(all_labels), tuple(all_codes))


def _apart(labels: list[str]) -> tuple[str, ...]:
    """The labels with numbers behind those that stand there before, as they are of other keys."""
    seen: set[str] = set()
    for place, label in enumerate(labels):
        number, apart = 1, label
        while apart in seen:
            number += 1
            apart = f"{label} ({number})"
        seen.add(apart)
        labels[place] = apart
    return tuple(labels)
