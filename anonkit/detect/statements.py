"""INSERT statements: the columns are the keys of the values in each row."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

_MAX_STATEMENT_BYTES = 1 << 22
_MOST_COLUMNS = 90
_COLUMNS = re.compile(rb"[ \t]{0,8}[^()\n]{1,128}\(([^()\n]{1,4096})\)[ \t]{0,8}(?i:values?)[ \t]{0,8}(?=\()")
_COLUMN = re.compile(rb"[^,\s`\"'\[\]\\]+")
# the inside of a string, or what stands there bare; the call of a function is no value
_GROUPS = 3
_VALUE = (
    rb"[ \t]{0,8}(?:(?:N|_utf8mb4)?(?:'((?:[^'\\\n]|\\.|'')*)'|\"((?:[^\"\\\n]|\\.)*)\")"
    rb"|[^,()'\"\n]{1,64}\([^()\n]*\)|([^,()'\"\n]+))[ \t]{0,8}"
)
_NEXT_ROW = re.compile(rb"(?<=\))[ \t]{0,8},[ \t]{0,8}\(")


def inserted(buffer: bytes, positions: Iterable[int]) -> dict[bytes, list[int]]:
    """For the INSERT statements whose first words end at `positions`, the columns and where their values begin.

    A value begins behind its quote.
    """
    found: dict[bytes, list[int]] = {}
    done = 0
    for position in positions:
        limit = position + _MAX_STATEMENT_BYTES
        head = _COLUMNS.match(buffer, position, limit) if position >= done else None
        if head is None:
            continue
        columns = _COLUMN.findall(head[1])
        row = _row(len(columns)).match(buffer, head.end() + 1, limit) if len(columns) <= _MOST_COLUMNS else None
        while row is not None:
            begins = [begin for begin, _ in row.regs[1:]]
            for column, *groups in zip(columns, *(begins[i::_GROUPS] for i in range(_GROUPS)), strict=True):
                begin = max(groups)  # one of the groups took part, or none
                if begin >= 0:
                    found.setdefault(column, []).append(begin)
            done = row.end()
            following = _NEXT_ROW.match(buffer, row.end(), row.end() + 32)
            row = _row(len(columns)).match(buffer, following.end(), limit) if following else None
    return found


@functools.lru_cache(maxsize=256)
def _row(columns: int) -> re.Pattern[bytes]:
    """A row of so many values, or as many of them as there are, and its closing bracket."""
    row = b""
    for _ in range(columns - 1):
        row = b"(?:," + _VALUE + row + b")?"
    return re.compile(_VALUE + row + rb"\)?")
