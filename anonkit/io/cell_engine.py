"""An engine for delimited text: its cells are scrubbed with the names of their columns, and what it writes fits in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from anonkit.io import delimited
from anonkit.io.delimited import Dialect, Parsed
from anonkit.io.dialects import is_number
from anonkit.io.engine import Engine, OriginalOf
from anonkit.model import Edit, Evidence, Finding
from anonkit.scrubbing.edits import Edits
from anonkit.transform import token

if TYPE_CHECKING:
    from anonkit.detect.candidates import Candidates
    from anonkit.detect.cells import Cells

_NO_EVIDENCE = Evidence("", "")


class CellScrubber(Engine, Protocol):
    """What such an engine asks of the Scrubber."""

    @property
    def entities(self) -> Sequence[str]:
        """The entity of each number of a finding."""

    def find_in_cells(self, utf8: bytes, cells: Cells) -> Candidates:
        """Findings in cells."""

    def edits_of_cells(self, utf8: bytes, cells: Cells, original_of: OriginalOf | None = None) -> Edits:
        """Edits of cells."""


@dataclass(frozen=True, slots=True)
class Place:
    """A finding in a table.

    Attributes:
        finding: positions in bytes of the text.
        column: the name of its column, empty where there is none.
        record: the number of its record in the text, from 1; 0 in the header.
    """

    finding: Finding
    column: bytes
    record: int


class CellEngine:
    """Scrubs whole records of one dialect; satisfies `io.engine.Engine`."""

    def __init__(self, scrubber: CellScrubber, dialect: Dialect) -> None:
        self._scrubber, self._dialect = scrubber, dialect

    @property
    def is_restorable(self) -> bool:
        """Whether results must hold all that they replace."""
        return self._scrubber.is_restorable

    def scrub(self, x: bytes) -> bytes:
        """Scrub a short text that is no table."""
        return self._scrubber.scrub(x)

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Scrub whole records; all that is no finding comes out byte for byte."""
        edits = self._edits(utf8, None)
        if not len(edits):
            return utf8, {}
        return edits.spliced(utf8), dict(edits.counts(self._scrubber.entities))

    def edits(self, utf8: bytes, original_of: OriginalOf | None = None) -> list[Edit]:
        """What `scrub_block` would replace."""
        edits = self._edits(utf8, original_of)
        columns = edits.start.tolist(), edits.end.tolist(), edits.number.tolist(), edits.texts
        return [
            Edit(start, end, text, self._scrubber.entities[number])
            for start, end, number, text in zip(*columns, strict=True)
        ]

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:  # noqa: ARG002  there is none
        """The findings, without evidence."""
        return [place.finding for place in self.places(utf8)[0]]

    def places(self, utf8: bytes) -> tuple[list[Place], int]:
        """The findings with their columns and records, and the number of records."""
        parsed = delimited.parsed(utf8, self._dialect)
        if not len(parsed.cells):
            return [], parsed.record_count
        found = self._scrubber.find_in_cells(parsed.text, parsed.cells)
        cell = parsed.cells.of(found.start)
        names = [parsed.cells.names[column] for column in parsed.cells.column[cell].tolist()]
        start, end = parsed.original(found.start).tolist(), parsed.original(found.end).tolist()
        rows = zip(start, end, found.rule.tolist(), found.confidence.tolist(), strict=True)
        records = parsed.record[cell].tolist()
        places = [
            Place(Finding(self._scrubber.entities[number], first, last, round(sure, 3), _NO_EVIDENCE), name, record)
            for (first, last, number, sure), name, record in zip(rows, names, records, strict=True)
        ]
        return places, parsed.record_count

    def _edits(self, utf8: bytes, original_of: OriginalOf | None) -> Edits:
        parsed = delimited.parsed(utf8, self._dialect)
        if not len(parsed.cells):
            none = np.empty(0, np.int64)
            return Edits(none, none, none, [])
        of_copy = original_of
        if parsed.removed.size:

            def of_copy(spans: Sequence[tuple[int, int]]) -> list[bytes]:
                flat = parsed.original(np.array(spans, np.int64).reshape(-1)).tolist()
                there = list(zip(flat[::2], flat[1::2], strict=True))
                return original_of(there) if original_of is not None else [utf8[low:high] for low, high in there]

        edits = self._scrubber.edits_of_cells(parsed.text, parsed.cells, of_copy)
        if not len(edits):
            return edits
        edits = _fitted(parsed, edits, self._dialect)
        return Edits(parsed.original(edits.start), parsed.original(edits.end), edits.number, edits.texts)


def _fitted(parsed: Parsed, edits: Edits, dialect: Dialect) -> Edits:
    """The edits as the dialect wants them: escaped within quotes, and in quotes where a cell needs them now."""
    cell = parsed.cells.of(edits.start)
    texts = list(edits.texts)
    quoted, odd = parsed.is_quoted[cell], parsed.is_odd[cell]
    marks = dialect.delimiter + dialect.quote + dialect.escape + dialect.inner + b"\n\r"
    sign = re.compile(b"[%b]" % re.escape(marks))
    special = {text for text in set(texts) if sign.search(text)}
    wrapped: set[int] = set()
    for row in [row for row, text in enumerate(texts) if text in special] if special else ():
        text = texts[row]
        if odd[row] or (not quoted[row] and not dialect.quote):
            texts[row] = _plain(text, dialect)
        elif quoted[row]:
            texts[row] = _escaped(text, dialect)
        else:  # a quote in the middle of a cell is nothing but that
            is_first = edits.start[row] == parsed.cells.start[cell[row]]
            if set(sign.findall(text)) - {dialect.quote} or (is_first and text.startswith(dialect.quote)):
                wrapped.add(int(cell[row]))
    if dialect.quote:
        bare = np.flatnonzero(~quoted & ~odd)
        alone = parsed.is_alone[cell]
        if dialect.quotes_texts or alone[bare].any():
            for low, high in _of_cells(cell, bare):
                made = _content(parsed, edits, texts, low, high)
                if (alone[low] and not made) or (dialect.quotes_texts and not is_number(made)):
                    wrapped.add(int(cell[low]))
    return _in_quotes(parsed, edits, texts, cell, wrapped, dialect) if wrapped else _with(edits, texts)


def _of_cells(
    cell: np.ndarray[tuple[int], np.dtype[np.int64]], rows: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> list[tuple[int, int]]:
    """For the rows of edits, by cells: the first one, and the one behind the last."""
    if not len(rows):
        return []
    begins = np.flatnonzero(np.diff(cell[rows], prepend=-1))
    lows = rows[begins]
    return list(zip(lows.tolist(), np.searchsorted(cell, cell[lows], "right").tolist(), strict=True))


def _content(parsed: Parsed, edits: Edits, texts: list[bytes], low: int, high: int) -> bytes:
    """What some edits, all those of a cell, make of it."""
    which = int(parsed.cells.of(edits.start[low : low + 1])[0])
    start, end = int(parsed.cells.start[which]), int(parsed.cells.end[which])
    part = Edits(edits.start[low:high] - start, edits.end[low:high] - start, edits.number[low:high], texts[low:high])
    return part.spliced(parsed.text[start:end])


def _in_quotes(
    parsed: Parsed,
    edits: Edits,
    texts: list[bytes],
    cell: np.ndarray[tuple[int], np.dtype[np.int64]],
    wrapped: set[int],
    dialect: Dialect,
) -> Edits:
    """The edits, those of some cells widened so that they put these in quotes."""
    start, end = edits.start.copy(), edits.end.copy()
    quote = dialect.quote
    which = cell.tolist()
    for row, one in enumerate(which):
        if one not in wrapped:
            continue
        opens = row == 0 or which[row - 1] != one
        closes = row + 1 == len(which) or which[row + 1] != one
        low = int(parsed.cells.start[one]) if opens else int(edits.end[row - 1])
        high = int(parsed.cells.end[one]) if closes else int(edits.end[row])
        before, behind = parsed.text[low : int(edits.start[row])], parsed.text[int(edits.end[row]) : high]
        is_whole = opens and closes and not before and not behind
        text = _marked(texts[row]) if is_whole and quote == b'"' else texts[row]
        body = _escaped(before, dialect) + _escaped(text, dialect) + _escaped(behind, dialect)
        texts[row] = quote * opens + body + quote * closes
        start[row], end[row] = low, high
    return Edits(start, end, edits.number, texts)


def _marked(text: bytes) -> bytes:
    """A result; what can be restored tells that it got quotes, so that they go then."""
    if token.ENCRYPTED.fullmatch(text) and not text.endswith(token.ADDED_QUOTES + b">"):
        return text[:-1] + token.ADDED_QUOTES + b">"
    return text


def _with(edits: Edits, texts: list[bytes]) -> Edits:
    return Edits(edits.start, edits.end, edits.number, texts)


def _escaped(text: bytes, dialect: Dialect) -> bytes:
    """A text as it stands within quotes."""
    if dialect.escape:
        text = text.replace(dialect.escape, dialect.escape * 2)
        return text.replace(dialect.quote, dialect.escape + dialect.quote)
    return text.replace(dialect.quote, dialect.quote * 2)


def _plain(text: bytes, dialect: Dialect) -> bytes:
    """A text without what would end a cell that nothing can enclose."""
    for mark in (*dialect.delimiter, *dialect.quote, *dialect.inner, *b"\n\r"):
        text = text.replace(bytes((mark,)), b" ")
    return text
