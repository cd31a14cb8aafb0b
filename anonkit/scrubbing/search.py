"""Where is what a policy speaks of, in a block: what the engine finds, and what fields and lists of the policy name?"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonkit import fields as fields_module
from anonkit.detect import whole_cells
from anonkit.detect.block import PAD_BYTES, Block, Ints, Mask
from anonkit.detect.candidates import Candidates, Floats, apart_from, concatenate
from anonkit.detect.cells import Cells
from anonkit.detect.engine import Engine, Findings
from anonkit.fields import FieldRule
from anonkit.scrubbing.exceptions import Exceptions
from anonkit.scrubbing.labelled import Labelled
from anonkit.scrubbing.results import Results


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a text, in a block in which earlier results stand as plain labels.

    `statements` tells where words of SQL statements end, `cells` where the cells of a table are in the block.
    """

    block: Block
    found: Candidates
    statements: Ints
    earlier: Labelled | None
    cells: Cells | None = None

    def original(self, found: Candidates) -> Candidates:
        """Findings at their places in the padded text as it is."""
        return found if self.earlier is None else self.earlier.original(found)


class Search:
    """Finds in blocks. Findings are numbered: the rules, the rules again for decoded views, the fields, denied, tagged.

    thresholds  the least confidence of each number
    results     what earlier runs wrote, and what only looks like it
    is_usual    whether all cards are those that come with anonkit, and names are found by a model of it alone
    """

    def __init__(  # noqa: PLR0913, PLR0917  what a policy says of detection
        self,
        engine: Engine,
        rules: frozenset[int] | None,
        thresholds: Floats,
        fields: Sequence[FieldRule],
        allow: Exceptions,
        deny: Exceptions,
        results: Results,
        entities: Sequence[str],
        *,
        is_usual: bool,
    ) -> None:
        self._engine, self._rules, self._results, self._entities = engine, rules, results, entities
        self._thresholds, self._least = thresholds, float(thresholds.min())
        self._is_uniform = bool((thresholds == self._least).all())
        self._allow, self._deny = allow, deny
        self._is_usual = is_usual
        first = 2 * len(engine.book.rules)
        self._fields = {rule: first + number for number, rule in enumerate(fields)}
        self._denied, self._tagged = first + len(fields), first + len(fields) + 1

    def using(self, engine: Engine) -> Search:
        """The same search with an engine of the same cards that finds the names of lists."""
        other = copy.copy(self)
        other._engine, other._is_usual = engine, False  # noqa: SLF001  our own
        return other

    def find(self, utf8: bytes, cells: Cells | None = None) -> Found:
        """What is found in whole lines of UTF-8, kept entities included: sorted, not overlapping.

        cells  where cells of a table lie in it, if it is one of cells
        """
        block, earlier = self.read(utf8)
        if cells is not None:
            cells = cells.padded() if len(cells) else None
        if cells is not None and earlier is not None:
            cells = cells.moved(earlier.at)
        if cells is not None and self._is_usual:
            findings: Findings = whole_cells.find(self._engine, block, self._least, self._rules, cells)
        else:
            findings = self._engine.find(block, self._least, self._rules, cells)
        found = findings.found
        if not self._is_uniform:
            found = found.take(found.confidence >= self._thresholds[found.rule])
        if self._allow:
            found = found.take(self._not_allowed(block, found))
        if self._deny:
            found = _joined(found, [(s, e, self._denied) for s, e in self._deny.find(block.buffer)])
        if self._fields:
            named = [(s, e, self._fields[rule]) for s, e, rule in fields_module.find(block.buffer, tuple(self._fields))]
            if cells is not None:
                named = self._columns(cells, named)
            # +86 138-1234-5678 is one value, though the syntax ends at the blank
            found = _replaced(found, _grown(found, named))
        if earlier is not None:
            found = earlier.without_results(found)
        looks = self._results.look_alikes(utf8 if earlier is None else earlier.text)
        if looks:
            found = _joined(found, [(s + PAD_BYTES, e + PAD_BYTES, self._tagged) for s, e in looks])
        return Found(block, found, findings.statements, earlier, cells)

    def read(self, utf8: bytes) -> tuple[Block, Labelled | None]:
        """The block that is searched, and the earlier results in it."""
        earlier = self._results.labelled(utf8)
        return Block(utf8 if earlier is None else earlier.text), earlier

    def candidates(self, utf8: bytes, threshold: float) -> Findings:
        """All candidates of the engine, overlapping as they are, that are as sure as `threshold`."""
        return self._engine.find(Block(utf8), threshold, self._rules, overlaps=True)

    def _columns(self, cells: Cells, named: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """The cells of columns that rules name, as wholes, and the named ranges in other cells; ascending."""
        number_of = [fields_module.of_column(name, tuple(self._fields)) for name in cells.names]
        is_named = np.array([rule is not None for rule in number_of], bool)
        rows = np.flatnonzero(is_named[cells.column] & (cells.end > cells.start))
        taken = set(rows.tolist())
        inside = [one for one, cell in zip(named, _numbers(cells, named), strict=True) if cell not in taken]
        whole = [
            (start, end, self._fields[rule])
            for start, end, column in zip(
                cells.start[rows].tolist(), cells.end[rows].tolist(), cells.column[rows].tolist(), strict=True
            )
            if (rule := number_of[column]) is not None
        ]
        return sorted([*inside, *whole])

    def _not_allowed(self, block: Block, found: Candidates) -> Mask:
        kept = [
            not self._allow.holds(block.buffer[start:end], self._entities[number])
            for start, end, number in zip(found.start.tolist(), found.end.tolist(), found.rule.tolist(), strict=True)
        ]
        return np.array(kept, bool)


def _numbers(cells: Cells, named: list[tuple[int, int, int]]) -> list[int]:
    """The cell that each of the named ranges lies in."""
    numbers: list[int] = cells.of(np.array([start for start, _, _ in named], np.int64)).tolist()
    return numbers


def _replaced(found: Candidates, named: list[tuple[int, int, int]]) -> Candidates:
    """The named ranges (start, end, number; ascending), and the findings outside of them."""
    if not named:
        return found
    start, end, number = (np.array(column, np.int64) for column in zip(*named, strict=True))
    fields = Candidates(start, end, number, np.ones(len(start)))
    return _sorted(concatenate([found.take(apart_from(fields, found)), fields]))


def _grown(found: Candidates, named: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The named ranges, each as far as a finding goes that begins within it, but not into the next."""
    grown: list[tuple[int, int, int]] = []
    for row, (start, end, number) in enumerate(named):
        limit = named[row + 1][0] if row + 1 < len(named) else None
        last = int(np.searchsorted(found.start, end)) - 1
        reach = int(found.end[last]) if last >= 0 and found.start[last] >= start else end
        grown.append((start, max(end, reach) if limit is None or reach <= limit else end, number))
    return grown


def _joined(found: Candidates, named: list[tuple[int, int, int]]) -> Candidates:
    """The findings, and the named ranges (start, end, number; ascending) that none of them covers.

    A named range takes in what findings reach beyond it: nothing of them may be left over.
    """
    joined: list[tuple[int, int, int]] = []
    for start, end, number in named:
        first, last = np.searchsorted(found.end, start, "right"), np.searchsorted(found.start, end)
        if last > first:
            low, high = int(found.start[first]), int(found.end[last - 1])
            if last - first == 1 and low <= start and high >= end:
                continue
            start, end = min(start, low), max(end, high)  # noqa: PLW2901  the range grows
        if joined and start < joined[-1][1]:
            start, end = joined[-1][0], max(end, joined[-1][1])  # noqa: PLW2901  as above
            joined.pop()
        joined.append((start, end, number))
    return _replaced(found, joined)


def _sorted(found: Candidates) -> Candidates:
    return found.take(np.argsort(found.start, kind="stable"))
