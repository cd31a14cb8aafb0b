"""Which parameters does an operation use for an entity? One that it would not read is a promise that nobody keeps."""

from __future__ import annotations

from anonkit.model import Action

_GENERALISE: dict[str, tuple[str, ...]] = {
    "IP_ADDRESS": ("prefix_v4", "prefix_v6"),
    "GEO_COORDINATE": ("decimals",),
    "DATE_OF_BIRTH": ("to", "band_years", "this_year"),
    "TIMESTAMP": ("to",),
    "ADDRESS": ("to",),
    "USER_AGENT": (),
}
_NUMBERS = ("band",)


def unused(action: Action, entity: str) -> str | None:
    """What is said that has no effect on the values of an entity, and the remedy; None where all of it has."""
    if action.do != "generalise":
        return None
    used = _GENERALISE.get(entity, _NUMBERS)
    for name, value in action.parameters.items():
        if name in used or (name == "to" and value in ("", "band") and used == _NUMBERS):
            continue
        uses = f"use {' and '.join(used)}" if used else "leave it out"
        return f"generalise does not read {name!r} for {entity}; {uses}, or say with `entity` what stands in a column"
    return None
