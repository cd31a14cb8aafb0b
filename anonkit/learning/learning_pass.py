"""What does the first of two passes learn? Names that keys tell; they stay in memory, and end with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonkit.errors import UsageError
from anonkit.io.engine import Looker
from anonkit.unpicklable import Unpicklable

if TYPE_CHECKING:
    from anonkit.learning.learnt import Learnt
    from anonkit.scrubber import Scrubber


MOST_NAMES = 1_000_000
"""Of people that one run learns, so that memory stays bounded."""


class LearningPass(Looker, Unpicklable):
    """An engine that looks at all inputs and changes nothing; then ask `learnt`. Does not show what it holds."""

    def __init__(self, scrubber: Scrubber) -> None:
        """Look with the cards of a scrubber."""
        self._scrubber = scrubber
        self._told: set[str] = set()

    def __repr__(self) -> str:
        """Nothing of what it holds."""
        return "LearningPass()"

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Look at whole lines of UTF-8; they come back as they are. Raises UsageError where names are too many."""
        self._told |= self._scrubber.names_told(utf8)
        if len(self._told) > MOST_NAMES:
            msg = f"--learn-names: more than {MOST_NAMES:,} names are told; name fewer inputs, or leave the option out"
            raise UsageError(msg)
        return utf8, {}

    def learnt(self) -> Learnt | None:
        """The names that were learnt, as a source; None where there is none, and then no model is read."""
        if not self._told:
            return None
        from anonkit.learning.learnt import Learnt  # noqa: PLC0415  with the lists of the model

        return Learnt(self._told)
