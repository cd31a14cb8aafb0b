"""Why was each candidate in a text taken or not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonkit.model import Finding

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

# low enough to see what words against a value took from it
_LEAST_THRESHOLD = -1.0

Row = tuple[Finding, bool, str]


def explain(scrubber: Scrubber, text: str) -> list[Row]:
    """All candidates of `text`, whether each was taken, and why; in the order of their positions."""
    taken = scrubber.scan(text)
    known = {(f.entity, f.start, f.end) for f in taken}
    rows = [(f, True, "kept by default" if scrubber.keeps(f.entity) else "scrubbed") for f in taken]
    for other in scrubber.candidates(text, _LEAST_THRESHOLD):
        place = (other.entity, other.start, other.end)
        if place in known:
            continue
        known.add(place)
        winner = next((f for f in taken if f.start < other.end and f.end > other.start), None)
        if other.confidence < scrubber.threshold:
            reason = f"less sure than the threshold {scrubber.threshold:g}"
        else:
            reason = f"overlaps {winner.entity}, which wins" if winner else "refused"
        rows.append((other, False, reason))
    return sorted(rows, key=lambda row: (row[0].start, row[0].end))
