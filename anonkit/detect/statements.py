"""INSERT statements: the columns are the keys of the values in each row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MAX_STATEMENT_BYTES = 1 << 16
_COLUMNS = re.compile(rb"[ \t]{0,8}[^()\n]{1,128}\(([^()\n]{1,4096})\)[ \t]{0,8}(?i:values?)[ \t]{0,8}(?=\()")
_COLUMN = re.compile(rb"[^,\s`\"'\[\]\\]+")
_VALUE = re.compile(
    rb"[ \t]{0,8}(?:N|_utf8mb4)?('(?:[^'\\\n]|\\.|'')*'|\"(?:[^\"\\\n]|\\.)*\"|[^,()'\"\n]+(?:\([^()\n]*\))?)"
    rb"[ \t]{0,8}([,)])"
)
_NEXT_ROW = re.compile(rb"[ \t]{0,8},[ \t]{0,8}\(")
_QUOTES = b"'\""


def inserted(buffer: bytes, positions: Iterable[int]) -> Iterator[tuple[bytes, int]]:
    """For the INSERT statements whose first words end at `positions`, each value's column and where the value begins.

    A value begins behind its quote.
    """
    for position in positions:
        head = _COLUMNS.match(buffer, position, position + _MAX_STATEMENT_BYTES)
        if head is None:
            continue
        columns = _COLUMN.findall(buffer, head.start(1), head.end(1))
        at = head.end() + 1
        limit = position + _MAX_STATEMENT_BYTES
        while at < limit:
            end = 0
            for column in columns:
                value = _VALUE.match(buffer, at, limit)
                if value is None:
                    break
                at, begin = value.end(), value.start(1)
                yield column, begin + (buffer[begin] in _QUOTES)
                if buffer[at - 1] == 41:  # noqa: PLR2004  the closing bracket of the row
                    end = at
                    break
            following = _NEXT_ROW.match(buffer, end, end + 32) if end else None
            if following is None:
                break
            at = following.end()
