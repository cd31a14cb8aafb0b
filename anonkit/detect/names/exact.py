"""Which names does the caller know already? They are found wherever they stand, for sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonkit.detect.names.labels import PERSON, SHORTEST
from anonkit.detect.names.matching import Matcher, heads
from anonkit.errors import UsageError
from anonkit.unpicklable import Unpicklable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anonkit.detect.names.finder import Name

_ASCII = 0x80


class ExactNames(Unpicklable):
    """Names that are matched exactly: within longer Chinese words too, but no part of a word of letters.

    Does not show what it holds.
    """

    def __init__(self, names: Iterable[str], entity: str = PERSON) -> None:
        """Take in the names of one entity: PERSON, ADDRESS or ORGANIZATION. Raises UsageError for one character."""
        self._take(dict.fromkeys(names, entity))

    @classmethod
    def of(cls, entities: Mapping[str, str]) -> ExactNames:
        """Names of several entities: what each is."""
        new = cls(())
        new._take(entities)
        return new

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._book.entities)

    def __repr__(self) -> str:
        """How many names there are."""
        return f"ExactNames({len(self)} names)"

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position, with confidence 1."""
        return self._matcher.find(block)

    def _take(self, entities: Mapping[str, str]) -> None:
        if any(len(name) < SHORTEST for name in entities):
            msg = f"a name has {SHORTEST} characters or more; leave out what is shorter, it stands everywhere"
            raise UsageError(msg)
        self._book = _Book({name.encode("utf-8", "surrogatepass"): entity for name, entity in entities.items()})
        self._matcher = Matcher(self._book)


class _Book:
    """Names as they are."""

    def __init__(self, entities: dict[bytes, str]) -> None:
        self.entities = entities
        self.lengths = frozenset((name[0] < _ASCII, len(name)) for name in entities)
        behind: dict[bytes, set[int]] = {}
        begins: set[bytes] = set()
        for name in entities:
            of_name = heads(name)
            begins.update(of_name)
            behind.setdefault(of_name[-1], set()).add(len(name))
        self._behind = {head: tuple(sorted(lengths, reverse=True)) for head, lengths in behind.items()}
        self.begins = begins.__contains__
        self.entity = entities.get

    def lengths_behind(self, head: bytes) -> tuple[int, ...]:
        return self._behind.get(head, ())
