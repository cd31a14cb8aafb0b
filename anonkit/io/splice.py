"""How do the edits of a UTF-8 copy get into the original bytes, whatever encoding those are in?

The engine reads UTF-8. Bytes in another encoding are copied to UTF-8, the copy is scanned, and its edits are mapped
back: what no edit touches is never encoded again, so that it comes out byte for byte, invalid bytes included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from anonkit.io import encodings
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.model import Edit


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes in one encoding and their UTF-8 copy; `text` is None where the bytes are their own copy."""

    original: bytes
    utf8: bytes
    text: str | None
    encoding: Encoding


def scrub(
    engine: Engine, data: bytes, encoding: Encoding, start: int = 0, end: int | None = None
) -> tuple[bytes, dict[str, int]]:
    """Scrub `data[start:end]`, in `encoding`; what lies around it is context that is read but not returned.

    Returns the scrubbed bytes in the same encoding, and the number of replacements per entity.
    """
    end = len(data) if end is None else end
    whole = start == 0 and end == len(data)
    if whole and is_utf8(data, encoding):
        return engine.scrub_block(data)
    counts: dict[str, int] = {}
    pieces: list[bytes] = []
    position = start
    for edit in edits(engine, data, encoding):
        if edit.end <= position or edit.start >= end:
            continue
        pieces += (data[position : edit.start], edit.replacement)
        position = min(edit.end, end)
        counts[edit.entity] = counts.get(edit.entity, 0) + 1
    pieces.append(data[position:end])
    return b"".join(pieces), counts


def edits(engine: Engine, data: bytes, encoding: Encoding) -> list[Edit]:
    """Return the edits of `data`: positions in its own bytes, replacements in its own encoding."""
    if is_utf8(data, encoding):
        return engine.edits(data)
    runs = copies(data, encoding)

    def original_of(spans: Sequence[tuple[int, int]]) -> list[bytes]:
        places = iter(to_original(runs, [offset for span in spans for offset in span]))
        return [data[next(places)[0] : next(places)[0]] for _ in spans]

    # UTF-16 is UTF-16 throughout; in what else there is, nothing but the bytes may tell later which encoding they are
    found = engine.edits(utf8_copy(runs), None if encoding.startswith("utf-16") else original_of)
    places = iter(to_original(runs, [offset for edit in found for offset in (edit.start, edit.end)]))
    mapped = []
    for edit in found:
        (start, run), (end, _) = next(places), next(places)
        mapped.append(Edit(start, end, _encoded(edit.replacement, run), edit.entity))
    return mapped


def is_utf8(data: bytes, encoding: Encoding) -> bool:
    """Say whether `data` can be scanned as it is. Bytes that are called UTF-8 can, even where they are invalid."""
    return encoding == "utf-8" or (encoding == "auto" and encodings.is_utf8(data))


def utf8_copy(runs: Sequence[Run]) -> bytes:
    """Return the bytes that the engine reads."""
    return runs[0].utf8 if len(runs) == 1 else b"".join(run.utf8 for run in runs)


def copies(data: bytes, encoding: Encoding) -> list[Run]:
    """Return `data` as runs in one encoding each, in order, with their UTF-8 copies."""
    if encoding == "auto":
        return [run for start, end, found in encodings.of_lines(data) for run in copies(data[start:end], found)]
    if encoding == "utf-8":
        return [Run(data, data, None, encoding)]
    if encoding.startswith("utf-16") and len(data) % 2:
        return [*copies(data[:-1], encoding), Run(data[-1:], b"", "", encoding)]
    run = _run(data, encoding)
    if _round_trips(run):
        return [run]
    # Only the lines that hold such characters pay for the slower map.
    return [_run(line, encoding) for line in _lines(data, encoding)]


def to_original(runs: Sequence[Run], offsets: Sequence[int]) -> list[tuple[int, Run]]:
    """Map `offsets` (ascending, in the UTF-8 copy) to offsets in the original, each with the run that it is in."""
    places: list[tuple[int, Run]] = []
    copy_base = original_base = taken = 0
    for run in runs:
        last = run is runs[-1]
        inside: list[int] = []
        while taken < len(offsets) and (offsets[taken] < copy_base + len(run.utf8) or last):
            inside.append(offsets[taken] - copy_base)
            taken += 1
        places += [(original_base + place, run) for place in _map(run, inside)]
        copy_base += len(run.utf8)
        original_base += len(run.original)
    return places


def to_copy(runs: Sequence[Run], offset: int) -> int:
    """Map an offset in the original, between two characters, to one in the UTF-8 copy."""
    copy_base = 0
    for run in runs:
        if offset < len(run.original):
            return copy_base + (offset if run.text is None else len(_run(run.original[:offset], run.encoding).utf8))
        copy_base += len(run.utf8)
        offset -= len(run.original)
    return copy_base


def _map(run: Run, offsets: Sequence[int]) -> list[int]:
    if run.text is None or not offsets:
        return list(offsets)
    if not run.utf8:  # the odd byte at the end of UTF-16
        return [0] * len(offsets)
    if not _round_trips(run):
        table = _character_starts(run.original, run.encoding)
        return [table[len(run.utf8[:offset].decode("utf-8", "surrogatepass"))] for offset in offsets]
    places = []
    place = 0
    for before, offset in pairwise((0, *offsets)):
        gap = run.utf8[before:offset].decode("utf-8", "surrogatepass")
        place += len(gap.encode(run.encoding, _errors(run.encoding)))
        places.append(place)
    return places


def _run(data: bytes, encoding: Encoding) -> Run:
    text = data.decode(encoding, _errors(encoding))
    # An invalid byte is three bytes in the copy too: a lone surrogate, which is no character to the engine.
    return Run(data, text.encode("utf-8", "surrogatepass"), text, encoding)


def _round_trips(run: Run) -> bool:
    if run.text is None:
        return True
    try:
        return run.text.encode(run.encoding, _errors(run.encoding)) == run.original
    except UnicodeEncodeError:
        return False


def _errors(encoding: Encoding) -> str:
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _encoded(replacement: bytes, run: Run) -> bytes:
    """A replacement in the run's encoding; what was restored may be bytes of another, or what no encoding can write."""
    if run.text is None:
        return replacement
    try:
        text = replacement.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = replacement.decode("gb18030", "replace")
    try:
        return text.encode(run.encoding, _errors(run.encoding))
    except UnicodeEncodeError:
        return text.encode(run.encoding, "replace")


def _lines(data: bytes, encoding: Encoding) -> Iterable[bytes]:
    if not encoding.startswith("utf-16"):
        return data.splitlines(keepends=True)
    text = data.decode(encoding, "surrogatepass")
    return [line.encode(encoding, "surrogatepass") for line in text.splitlines(keepends=True)]


def _character_starts(data: bytes, encoding: Encoding) -> list[int]:
    """Return the offset of each character of `data`, and its length last; for text that does not encode back."""
    starts = [0]
    position = 0
    while position < len(data):
        chunks = (data[position : position + size] for size in (1, 2, 4))
        whole = (chunk for chunk in chunks if encodings.decodes(chunk, encoding))
        character = next(whole, data[position : position + 1])
        position += len(character)
        # A few characters of Big5 are two code points: no edit can begin between them.
        starts += [position] * len(character.decode(encoding, "surrogateescape"))
    return starts
