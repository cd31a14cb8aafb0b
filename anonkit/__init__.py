"""anonkit finds personal information in Chinese logs and data and de-identifies it before anyone shares them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from anonkit.errors import AnonkitError, CardError, InputError, OutputError, PolicyError, UsageError
from anonkit.model import Edit, Evidence, Finding

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

__version__ = "0.1.0"

__all__ = [
    "AnonkitError",
    "CardError",
    "Edit",
    "Evidence",
    "Finding",
    "InputError",
    "OutputError",
    "PolicyError",
    "Scrubber",
    "UsageError",
    "__version__",
    "scan",
    "scrub",
]

_Data = TypeVar("_Data", str, bytes)


def scan(
    text: str,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> list[Finding]:
    """Find personal information in `text`.

    entities   look for these only; names an entity that is off by default to have it found
    skip       look for all but these
    threshold  the least confidence of a finding, 0 to 1; 0.5 unless told

    Returns findings sorted by position, not overlapping, with positions in code points; entities that are kept by
    default (organisations) are among them. Raises UsageError for an unknown entity.
    """
    from anonkit.scrubber import shared_scrubber  # noqa: PLC0415  keeps `import anonkit` light

    return shared_scrubber(entities=entities, skip=skip, threshold=threshold).scan(text)


def scrub(
    x: _Data,
    policy: str | None = None,
    key: str | None = None,
    recipient: str | None = None,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
) -> _Data:
    """Replace the personal information in `x` as the policy says, and return the same type.

    x          text, or bytes (UTF-8 or GB18030, decided per line; what is not a finding comes back byte for byte)
    policy     name of a policy; "anonymize" (labels such as <CN_MOBILE>) unless told
    key        reserved for policies that need a key; none does yet
    recipient  reserved for policies that derive a key per recipient; none does yet
    entities   scrub these only
    skip       scrub all but these

    Raises UsageError for an unknown entity, PolicyError for an unknown policy, TypeError for other types of `x`.
    """
    from anonkit.scrubber import shared_scrubber  # noqa: PLC0415

    scrubber = shared_scrubber(policy=policy, key=key, recipient=recipient, entities=entities, skip=skip)
    return scrubber.scrub(x)


def __getattr__(name: str) -> object:
    if name == "Scrubber":
        from anonkit.scrubber import Scrubber  # noqa: PLC0415

        return Scrubber
    msg = f"module 'anonkit' has no attribute {name!r}"
    raise AttributeError(msg)
