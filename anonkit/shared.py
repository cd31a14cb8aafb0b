"""Which scrubber serves a call of anonkit.scan or anonkit.scrub? The same one for the same options."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit.detect.names.sources import files
from anonkit.model import Policy
from anonkit.scrubber import Scrubber
from anonkit.transform.operations import OPERATIONS

if TYPE_CHECKING:
    from anonkit.keys.key import Key

_State = tuple[int, int, int] | None


def shared_scrubber(
    policy: str | Policy | None = None,
    key: str | Key | None = None,
    recipient: str | None = None,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> Scrubber:
    """A scrubber for these options, the same one for the same options where nothing in it can go out of date.

    Keys can change or be destroyed, epochs end, and a key or count of one run is for one call: then it is a new one.
    """
    if key is None and (
        policy is None or (isinstance(policy, str) and not _may_go_out_of_date(policy, _state(policy)))
    ):
        return _cached(policy, _state(policy or ""), recipient, _names(entities), _names(skip), threshold)
    return Scrubber(None, policy, entities, skip, threshold, key=key, recipient=recipient)


@functools.lru_cache(maxsize=64)
def _may_go_out_of_date(policy: str, _file: _State) -> bool:
    said = Policy.load(policy)
    if files(said.names):
        return True
    actions = (said.default, *said.entities.values(), *said.classes.values(), *said.columns.values())
    return any(OPERATIONS[action.do].needs_key or action.do == "number" for action in actions)


def _names(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else (names,) if isinstance(names, str) else tuple(names)


def _state(path: str) -> _State:
    """What changes when a file does; None for what is no file."""
    try:
        facts = Path(path).stat()
    except (OSError, ValueError):
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


@functools.lru_cache(maxsize=64)
def _cached(
    policy: str | None,
    _file: _State,
    recipient: str | None,
    entities: tuple[str, ...] | None,
    skip: tuple[str, ...] | None,
    threshold: float | None,
) -> Scrubber:
    return Scrubber(None, policy, entities, skip, threshold, recipient=recipient)
