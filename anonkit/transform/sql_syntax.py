"""Which numbers in a line of SQL need quotes once they become text?"""

from __future__ import annotations

import re
from collections.abc import Sequence

# the shortest match: it must end before the number
_STATEMENT = re.compile(
    rb"(?i)\b(?:insert|replace)\s+into\b|\bupdate\b.{1,200}?\bset\b"
    rb"|\b(?:where|and|or)\s+[`\"\w.]{1,64}\s*(?:=|in\s*\()|\bvalues\s*\("
)
_BEFORE_NUMBER = (b"=", b"(", b",", b"<", b">")
_MOST_BLANKS = 4


def stand_bare(buffer: bytes, low: int, starts: Sequence[int]) -> list[bool]:
    """Which of the ascending starts in the line at `low` are those of bare values in SQL, outside of its strings."""
    statement = _STATEMENT.search(buffer, low, starts[-1])
    if statement is None:
        return [False] * len(starts)
    bare = []
    at, in_string = statement.end(), False
    for start in starts:
        if start < at:
            bare.append(False)
            continue
        quotes = buffer.count(b"'", at, start) - buffer.count(b"\\'", at, start)
        at, in_string = start, in_string ^ (quotes % 2 == 1)
        before = buffer[max(low, start - _MOST_BLANKS - 1) : start].rstrip(b" \t")
        bare.append(not in_string and before.endswith(_BEFORE_NUMBER))
    return bare
