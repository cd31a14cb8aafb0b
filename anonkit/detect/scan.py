"""The first look at a block: where do the cheap expressions of the cards hit, which take a little too much."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence

import hyperscan
import numpy as np

from anonkit.detect.block import Block, Ints, distinct, is_in
from anonkit.detect.database import open_database
from anonkit.detect.rule_book import RuleBook
from anonkit.detect.rules import Action, Kind

# from this size on bitmaps are cheaper than an automaton where an expression has no word in it
_LARGE_BYTES = 1 << 16
_MOST_KEYS = 1 << 12
_LEAST_WHOLE_BYTES, _MOST_WHOLE_BYTES = 6, 64

# a key, and the first byte of a value
Key = tuple[bytes, int]


class Scanner:
    """The compiled cards. Safe in threads and across fork."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self.database = self._open("worded", book.worded_actions)
        self._shaped: hyperscan.Database | None = None
        self._whole: hyperscan.Database | None = None
        self._rules_of_key: dict[Key, tuple[int, ...]] = {}
        self._local = threading.local()

    def hits(self, block: Block) -> Iterator[tuple[Action, Ints]]:
        """What is set off, and where the matches end that do so, ascending."""
        book = self._book
        yield from self._scan(self.database, book.worded_actions, block.buffer)
        if len(block) < _LARGE_BYTES:
            if self._shaped is None:
                self._shaped = self._open("shaped", book.shaped_actions)
            yield from self._scan(self._shaped, book.shaped_actions, block.buffer)
            return
        for find, actions in book.shaped:
            ends = find(block)
            if len(ends):
                for action in actions:
                    yield action, ends

    def _open(self, name: str, actions: Sequence[Action]) -> hyperscan.Database:
        return open_database(f"{self._book.digest}-{name}", lambda: self._book.expressions(actions))

    def rules_of_keys(self, keys: Collection[Key]) -> dict[Key, tuple[int, ...]]:
        """For keys, each with the first byte of a value, the rules that have them as far as that tells; remembered."""
        known = {key: rules for key in keys if (rules := self._rules_of_key.get(key)) is not None}
        new = [key for key in keys if key not in known]
        if new:
            lines = [b"%b=%c\n" % key for key in new]
            # the newline before the first line makes up for that behind each value
            ends_of_values = np.cumsum([len(line) for line in lines])
            found: dict[int, set[int]] = {}
            for action, ends in self._scan(self.database, self._book.worded_actions, b"\n" + b"".join(lines)):
                if action.kind is Kind.KEYED:
                    for row in np.flatnonzero(is_in(ends_of_values, ends)).tolist():
                        found.setdefault(row, set()).add(action.rule)
            known |= {key: tuple(sorted(found.get(row, ()))) for row, key in enumerate(new)}
            if len(self._rules_of_key) > _MOST_KEYS:
                self._rules_of_key.clear()
            # a word that no card has for a key may be a value: only keys are remembered
            self._rules_of_key.update((key, known[key]) for key in new if known[key])
        return known

    def short_lines(self, block: Block) -> Iterator[tuple[Action, tuple[Ints, Ints]]]:
        """What may fill its line, and where the short lines that it may fill begin and end in the block."""
        if not self._book.whole_actions:
            return
        newlines = block.newlines
        lengths = np.diff(newlines) - 1
        short = np.flatnonzero((lengths >= _LEAST_WHOLE_BYTES) & (lengths <= _MOST_WHOLE_BYTES))
        if not len(short):
            return
        if self._whole is None:
            self._whole = open_database(self._book.digest + "-whole", self._book.whole_expressions)
        starts, ends = newlines[short] + 1, newlines[short + 1]
        if 2 * int(lengths[short].sum()) > len(block):  # cells of a table, mostly: no need to gather them
            text, borders = block.buffer, starts
        else:
            ranges = zip(starts.tolist(), ends.tolist(), strict=True)
            text = b"\n" + b"\n\n".join([block.buffer[start:end] for start, end in ranges]) + b"\n"
            borders = np.concatenate(([1], 1 + np.cumsum(lengths[short] + 2)))[:-1]
        for action, hits in self._scan(self._whole, self._book.whole_actions, text):
            # a match ends behind the newline
            rows = np.searchsorted(borders, hits - 2, "right") - 1
            rows = distinct(rows[(rows >= 0) & (hits - 2 < borders[rows] + lengths[short][rows])])
            if len(rows):
                yield action, (starts[rows], ends[rows])

    def _scratch(self, database: hyperscan.Database) -> hyperscan.Scratch:
        """The room in which a scan works: one for each thread and database, so that threads need not wait."""
        known: dict[int, hyperscan.Scratch] | None = getattr(self._local, "scratches", None)
        if known is None:
            known = self._local.scratches = {}
        if id(database) not in known:
            known[id(database)] = hyperscan.Scratch(database)
        return known[id(database)]

    def _scan(
        self, database: hyperscan.Database, actions: Sequence[Action], buffer: bytes
    ) -> Iterator[tuple[Action, Ints]]:
        """What the expressions set off that hit, and where their hits end, ascending."""
        ends_of: list[list[int]] = [[] for _ in actions]
        append = [ends.append for ends in ends_of]

        def on_hit(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            append[number](end)

        database.scan(buffer, match_event_handler=on_hit, scratch=self._scratch(database))
        for action, ends in zip(actions, ends_of, strict=True):
            if ends:
                yield action, np.array(ends, np.int64)
