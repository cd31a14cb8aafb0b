"""What did an earlier run write, and what only looks as if our key had written it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from anonkit.transform import token
from anonkit.transform.labelled import Labelled, labelled, openings

if TYPE_CHECKING:
    from anonkit.keys.key import Key

_BRACKETS = (b"<", b"%3C", b"&lt;")


class Results:
    """Knows the results of anonkit: labels in Chinese, numbers, and tagged values of any key.

    titles     the Chinese names of the entities, with the entities
    key        where results will be restored with it: what carries its tag but was not made with it is told
    recipient  whose copy it is
    """

    def __init__(self, titles: Mapping[str, str], key: Key | None, recipient: str) -> None:
        self._entities = {title.encode(): entity.encode() for title, entity in titles.items()}
        names = b"|".join(re.escape(title) for title in sorted(self._entities, key=len, reverse=True))
        self._title = re.compile(rb"(?P<open><|%3C|&lt;)(?P<title>" + names + rb")(?P<close>>|%3E|&gt;)")
        self._key, self._recipient = key, recipient
        self._ids = [] if key is None else [g.tag_id(recipient).encode() for g in key.generations]

    def labelled(self, utf8: bytes) -> Labelled | None:
        """The text with plain labels in place of results; None where there are none."""
        return labelled(utf8, self._result_at)

    def look_alikes(self, utf8: bytes) -> list[tuple[int, int]]:
        """In a text without results: what carries the tag of our key, cut off or made up; restoring would stumble."""
        if not any(b":%b." % key_id in utf8 for key_id in self._ids):
            return []
        found: list[tuple[int, int]] = []
        for opening in openings(utf8):
            match = token.ENCRYPTED.match(utf8, opening) or token.CUT.match(utf8, opening)
            if match and match["tag"][:6] in self._ids and (not found or opening >= found[-1][1]):
                found.append(match.span())
        return found

    def _result_at(self, utf8: bytes, opening: int) -> tuple[int, bytes] | None:
        match = token.OURS.match(utf8, opening)
        if match is None:
            match = self._title.match(utf8, opening)
            return (match.end(), _label(match, self._entities[match["title"]])) if match else None
        if match.end() - match.start() == len(match["entity"]) + len(match["open"]) + len(match["close"]):
            return None  # a label already
        tagged = token.ENCRYPTED.match(utf8, opening) if self._ids else None
        if tagged and self._is_made_up(tagged):
            return None
        return match.end(), _label(match, match["entity"])

    def _is_made_up(self, tagged: re.Match[bytes]) -> bool:
        """Whether a tagged value carries the tag of our key, but was not made with it."""
        from anonkit.transform.tagged import opened  # noqa: PLC0415  only where a key is

        if self._key is None or tagged["tag"][:6] not in self._ids:
            return False
        secret = self._key.secret_of(tagged["tag"].decode(), tagged["entity"].decode(), recipient=self._recipient)
        return secret is None or opened(secret, tagged) is None


def _label(result: re.Match[bytes], entity: bytes) -> bytes:
    opening, close = result["open"], result["close"]
    return (opening if opening in _BRACKETS else b"<") + entity + close
