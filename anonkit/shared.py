"""Which scrubber serves a call of anonkit.scan or anonkit.scrub? The same one for the same options."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit.scrubber import Scrubber

if TYPE_CHECKING:
    from anonkit.keys.key import Key
    from anonkit.model import Policy


def shared_scrubber(
    policy: str | Policy | None = None,
    key: str | Key | None = None,
    recipient: str | None = None,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> Scrubber:
    """A scrubber for these options, the same one for the same options as long as none of the files has changed."""
    options = (policy, key, recipient, _names(entities), _names(skip), threshold)
    files = tuple(_state(name) for name in (policy, key) if isinstance(name, str))
    try:
        scrubber = _cached(*options, files)
    except TypeError:  # a Policy that was made in Python holds what cannot be hashed
        scrubber = None
    if scrubber is None or scrubber.is_for_one_run:
        return Scrubber(None, policy, entities, skip, threshold, key=key, recipient=recipient)
    return scrubber


def _names(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else (names,) if isinstance(names, str) else tuple(names)


def _state(path: str) -> tuple[int, int, int] | None:
    """What changes when a file does; None for what is no file."""
    try:
        facts = Path(path).stat()
    except (OSError, ValueError):
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


@functools.lru_cache(maxsize=64)
def _cached(
    policy: str | Policy | None,
    key: str | Key | None,
    recipient: str | None,
    entities: tuple[str, ...] | None,
    skip: tuple[str, ...] | None,
    threshold: float | None,
    _files: tuple[tuple[int, int, int] | None, ...],
) -> Scrubber:
    return Scrubber(None, policy, entities, skip, threshold, key=key, recipient=recipient)
