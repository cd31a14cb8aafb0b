"""What of a text must be held, what is due, what is overdue?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anonkit.io import streams
from anonkit.io.streams import Source
from anonkit.io.texts import Counted, Options, Reader, is_tar, unpacked
from anonkit.retention import times
from anonkit.retention.periods import STATES, Periods, State
from anonkit.retention.records import NO_RECORD, Piece, pieces
from anonkit.retention.times import Clock


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a text: how many records begin in it, and its size in bytes, unpacked."""

    records: int = 0
    bytes: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.records + other.records, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a text holds.

    source      the file it is in
    member      its name in an archive, else empty
    shares      the records of which a time is known, by what is to be done with them
    undated     the others
    undated_is  what they are: as old as the youngest record of the text
    oldest      the day of the oldest and of the newest record, in days since 1970-01-01; None where none is known
    """

    source: str
    member: str
    shares: dict[State, Share]
    undated: Share
    undated_is: State
    oldest: int | None
    newest: int | None

    @property
    def late(self) -> Share:
        """What need not be held any more, records without a time included where they are as old."""
        late = self.shares["due"] + self.shares["overdue"]
        return late if self.undated_is == "hold" else late + self.undated

    @property
    def is_due(self) -> bool:
        """Whether there is anything that need not be held any more."""
        return self.late.bytes > 0


def plan_file(path: str, options: Options, periods: Periods) -> Iterator[Plan]:
    """The plan of each text in a file: of one, or of those in an archive. Raises InputError."""
    for member, source, head in texts(path, options):
        name = f"{path}!{member}" if member else path
        clock = clock_of(path)
        yield _plan(path, member, pieces(source, options.encoding_of(head), name, clock), clock, periods)


def clock_of(path: str) -> Clock:
    """The clock for a file: when it was last written to says the year of times that have none."""
    if path == streams.STDIN:
        return Clock(times.today())
    with streams.reading(path):
        return Clock(int(Path(path).stat().st_mtime // 86_400))


def texts(path: str, options: Options) -> Iterator[tuple[str, Source, bytes]]:
    """The texts in a file, each to be read before the next: its name in an archive, its source and first bytes."""
    name = "stdin" if path == streams.STDIN else path
    with streams.open_stream(path) as (stream, head, kind, poll):
        if kind.form == "zip":
            from anonkit.io import containers  # noqa: PLC0415  only for archives

            yield from containers.zip_texts(stream, name)
            return
        source, inner = unpacked(Counted(stream, len(head), options.progress), head, kind, name, poll)
        if is_tar(inner):
            from anonkit.io import containers  # noqa: PLC0415

            yield from containers.tar_texts(Reader(source), name)
        else:
            yield "", source, inner


def _plan(source: str, member: str, found: Iterable[Piece], clock: Clock, periods: Periods) -> Plan:
    shares_by_day: dict[int | None, Share] = {}
    here: int | None = None
    records = size = 0
    for day, data, begins in found:
        if day != here:  # hardly ever: neighbours are of one day
            shares_by_day[here] = shares_by_day.get(here, Share()) + Share(records, size)
            here, records, size = day, 0, 0
        records += begins
        size += len(data)
    shares_by_day[here] = shares_by_day.get(here, Share()) + Share(records, size)
    undated = shares_by_day.pop(None, Share())
    shares = dict.fromkeys(STATES, Share())
    for day, share in shares_by_day.items():
        shares[periods.state(day)] += share
    days = [day for day in shares_by_day if day is not None and day != NO_RECORD]
    newest = times.newest((*days, clock.of_undated)) if days else None
    return Plan(source, member, shares, undated, periods.state(newest), min(days, default=None), newest)
