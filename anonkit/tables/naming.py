"""How are names that become the same told apart?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any


def unlike(name: Any, taken: dict[Any, int]) -> Any:  # noqa: ANN401  a label: text, bytes, or a tuple of them
    """The name if it is not taken, else with a number: _2, _3; it is taken from then on.

    taken  each name, with the number that was last given to another for its sake; 1 at first
    """
    free = name
    while free in taken:
        taken[name] += 1
        free = _numbered(name, taken[name])
    taken[free] = 1
    return free


def apart(before: Sequence[Hashable], after: Sequence[Any]) -> list[Any]:
    """The names after, each unlike the others; those that are the same object as before have the first right."""
    taken: dict[Any, int] = {new: 1 for old, new in zip(before, after, strict=True) if new is old}
    return [new if new is old else unlike(new, taken) for old, new in zip(before, after, strict=True)]


def _numbered(name: Any, number: int) -> Any:  # noqa: ANN401
    if isinstance(name, tuple):
        return (*name[:-1], _numbered(name[-1] if name else "", number))
    return b"%b_%d" % (name, number) if isinstance(name, bytes) else f"{name}_{number}"
