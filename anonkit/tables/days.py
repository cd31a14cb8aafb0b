"""What is found in cells that hold days by their type, and read as dates alone?

A time that falls on midnight reads as a date, and as one it is what CSV files and keys (birthday) take it for. Where
nothing was found that way, and the policy looks for times, the cell is read once more with its time of day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.candidates import Candidates
from anonkit.detect.cells import Cells
from anonkit.scrubbing.edits import Edits

if TYPE_CHECKING:
    from anonkit.detect.block import Ints, Mask
    from anonkit.scrubber import Scrubber

MIDNIGHT = "T00:00:00"
_MIDNIGHT = MIDNIGHT.encode()
_DATE_BYTES = len("2024-03-04")
_TIMESTAMP = "TIMESTAMP"


def edits(scrubber: Scrubber, text: bytes, cells: Cells, is_day: Mask | None) -> Edits:
    """What is replaced in cells.

    is_day  for each cell, whether its value is a date or a time by its type
    """
    first = scrubber.edits_of_cells(text, cells)
    rows = _bare(scrubber, cells, is_day, first.start)
    if not rows.size:
        return first
    again, with_times = _with_times(text, cells, rows)
    second = scrubber.edits_of_cells(again, with_times)
    second = second.taken(_of_dates(with_times, second.start))
    if not len(second):
        return first
    start, end = _places(cells, rows, with_times, second.start, second.end)
    texts = [new.removesuffix(_MIDNIGHT) for new in second.texts]
    order = np.argsort(np.concatenate((first.start, start)), kind="stable")
    both = [*first.texts, *texts]
    return Edits(
        np.concatenate((first.start, start))[order],
        np.concatenate((first.end, end))[order],
        np.concatenate((first.number, second.number))[order],
        [both[row] for row in order.tolist()],
    )


def found(scrubber: Scrubber, text: bytes, cells: Cells, is_day: Mask | None) -> Candidates:
    """What is found in cells, kept entities included: sorted, not overlapping; `is_day` as above."""
    first = scrubber.find_in_cells(text, cells)
    is_scrubbed = ~scrubber.kept[first.rule]
    rows = _bare(scrubber, cells, is_day, first.start[is_scrubbed])
    if not rows.size:
        return first
    again, with_times = _with_times(text, cells, rows)
    second = scrubber.find_in_cells(again, with_times)
    second = second.take(_of_dates(with_times, second.start))
    if not len(second):
        return first
    start, end = _places(cells, rows, with_times, second.start, second.end)
    # what is kept of a date alone gives way to what is found in the time
    first = first.take(~np.isin(cells.of(first.start), cells.of(start)))
    order = np.argsort(np.concatenate((first.start, start)), kind="stable")
    return Candidates(
        np.concatenate((first.start, start))[order],
        np.concatenate((first.end, end))[order],
        np.concatenate((first.rule, second.rule))[order],
        np.concatenate((first.confidence, second.confidence))[order],
    )


def _bare(scrubber: Scrubber, cells: Cells, is_day: Mask | None, replaced: Ints) -> Ints:
    """The cells that are days, read as dates alone, and of which nothing is replaced, where times are looked for."""
    if is_day is None or _TIMESTAMP not in scrubber.entities:
        return np.empty(0, np.int64)
    left = is_day & (cells.end - cells.start == _DATE_BYTES)
    left[cells.of(replaced)] = False
    return np.flatnonzero(left)


def _with_times(text: bytes, cells: Cells, rows: Ints) -> tuple[bytes, Cells]:
    """These cells with midnight behind them, in a text of their own."""
    starts, ends = cells.start[rows].tolist(), cells.end[rows].tolist()
    dates = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    size = _DATE_BYTES + len(_MIDNIGHT)
    start = np.arange(len(rows)) * (size + 1)
    again = b"".join([date + _MIDNIGHT + b"\n" for date in dates])
    return again, Cells(start, start + size, cells.column[rows], cells.row[rows], cells.names)


def _of_dates(with_times: Cells, start: Ints) -> Mask:
    """Which findings begin in a date, not in the time behind it."""
    found: Mask = start - with_times.start[with_times.of(start)] < _DATE_BYTES
    return found


def _places(cells: Cells, rows: Ints, with_times: Cells, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Where in the dates is what was found in them with times."""
    which = with_times.of(start)
    moved = cells.start[rows[which]] - with_times.start[which]
    return start + moved, np.minimum(end + moved, cells.end[rows[which]])
