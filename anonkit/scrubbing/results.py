"""What did an earlier run write, and what only looks as if our key had written it?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from anonkit.scrubbing.labelled import Labelled, labelled
from anonkit.transform import token

if TYPE_CHECKING:
    from anonkit.restoring.tokens import Restorer

_VALUE = re.compile(rb"\d{10}|[:~][0-9A-Fa-f-]{16,}+~?\Z")
_BRACKETS = (b"<", b"%3C", b"&lt;")


class Results:
    """Knows the results of anonkit: labels in Chinese, numbers, and tagged values of any key.

    entities  what results may be of; anything else is text
    titles    the Chinese names of the entities, with the entities
    restorer  where results are to be restored: tells what carries the tag of its key but was not made with it
    """

    def __init__(self, entities: Sequence[str], titles: Mapping[str, str], restorer: Restorer | None) -> None:
        self._known = frozenset(entity.encode() for entity in entities)
        self._entities = {title.encode(): entity.encode() for title, entity in titles.items()}
        names = b"|".join(re.escape(title) for title in sorted(self._entities, key=len, reverse=True))
        self._title = re.compile(rb"(?P<open><|%3C|&lt;)(?P<title>" + names + rb")(?P<close>>|%3E|&gt;)")
        self._restorer = restorer

    def labelled(self, utf8: bytes) -> Labelled | None:
        """The text with plain labels in place of results; None where there are none."""
        return labelled(utf8, self._result_at)

    def look_alikes(self, utf8: bytes) -> list[tuple[int, int]]:
        """In a text without results: what carries the tag of our key, cut off or made up; restoring would stumble."""
        return [] if self._restorer is None else self._restorer.broken(utf8)

    def _result_at(self, utf8: bytes, opening: int) -> tuple[int, bytes] | None:
        match = token.OURS.match(utf8, opening)
        if match is None:
            match = self._title.match(utf8, opening) if self._entities else None
            return (match.end(), _label(match, self._entities[match["title"]])) if match else None
        if match.end() - match.start() == len(match["entity"]) + len(match["open"]) + len(match["close"]):
            return None  # a label already
        if match["entity"] not in self._known or self._may_hide_value(utf8, match):
            return None
        return match.end(), _label(match, match["entity"])

    def _may_hide_value(self, utf8: bytes, match: re.Match[bytes]) -> bool:
        """Whether what looks like a result may be a value in its clothes.

        A token of our key is what our key says; others can only be looked at: a number of a person, or something in
        hexadecimal, hardly ever comes out of a cipher.
        """
        if self._restorer is not None and self._restorer.is_ours_at(utf8, match.start()):
            return self._restorer.is_broken_at(utf8, match.start())
        return _VALUE.search(utf8, match.end("entity"), match.start("close")) is not None


def _label(result: re.Match[bytes], entity: bytes) -> bytes:
    opening, close = result["open"], result["close"]
    return (opening if opening in _BRACKETS else b"<") + entity + close
