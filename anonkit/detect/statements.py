"""INSERT statements: each row is read again as `column=value, ...`: the columns are the keys of the values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anonkit.detect.views import View

_MAX_STATEMENT_BYTES = 1 << 16
_COLUMNS = re.compile(rb"[ \t]{0,8}[^()\n]{1,128}\(([^()\n]{1,4096})\)[ \t]{0,8}(?i:values?)[ \t]{0,8}(?=\()")
_COLUMN = re.compile(rb"[^,\s`\"'\[\]\\]+")
_VALUE = re.compile(
    rb"[ \t]{0,8}((?:N|_utf8mb4)?'(?:[^'\\\n]|\\.|'')*'|\"(?:[^\"\\\n]|\\.)*\"|[^,()'\"\n]+(?:\([^()\n]*\))?)"
    rb"[ \t]{0,8}([,)])"
)
_NEXT_ROW = re.compile(rb"[ \t]{0,8},[ \t]{0,8}\(")


def insert_rows(buffer: bytes, positions: Iterable[int], view: View) -> None:
    """Add to `view` the rows of the INSERT statements whose first words end at `positions`, one row a line."""
    for position in positions:
        head = _COLUMNS.match(buffer, position, position + _MAX_STATEMENT_BYTES)
        if head is None:
            continue
        columns = [(c[0], c.start()) for c in _COLUMN.finditer(buffer, head.start(1), head.end(1))]
        at = head.end() + 1
        limit = position + _MAX_STATEMENT_BYTES
        while at < limit:
            end = _row(buffer, columns, at, limit, view)
            following = _NEXT_ROW.match(buffer, end, end + 32) if end else None
            if following is None:
                break
            at = following.end()


def _row(buffer: bytes, columns: list[tuple[bytes, int]], at: int, limit: int, view: View) -> int:
    """Add the row of values that begins at `at`; returns where it ends, 0 if it does not."""
    end = 0
    for name, origin in columns:
        value = _VALUE.match(buffer, at, limit)
        if value is None:
            break
        view.put(name, origin)
        view.put(b"=", value.start(1))
        view.put(value[1], value.start(1))
        view.put(b", ", value.start(2))
        at = value.end()
        if value[2] == b")":
            end = at
            break
    view.put(b"\n", at)
    return end
