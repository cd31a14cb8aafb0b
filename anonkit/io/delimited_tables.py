"""How is delimited text read as one table, and how is a table written as that text was?

All of it is in memory. What is kept: delimiter, quotes, escapes, line ends, the mark at the beginning, the encoding,
titles, how nulls are written. Cells are quoted where they need it, or as all texts were; blank lines are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from anonkit.errors import InputError
from anonkit.io import splice
from anonkit.io.delimited import Dialect
from anonkit.io.encodings import Encoding
from anonkit.tables import reading

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_ROWS = 1 << 16
_NUMBER = r"[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][+-]?\d+)?%?"
_BARE = rf"^(?:{_NUMBER}|(?i:null|none|nan|n/?a|true|false|-)?)$"
"""What stands without quotes where texts have them, as in dialects.py."""
_NULL = "\\N"
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Text:
    """Delimited text.

    Attributes:
        table: all of its cells as text, null where nothing stands.
        dialect: how it is written.
        encoding: in which; GB18030 if one of its lines is.
        mark: what stands at its beginning.
        line_end: between its rows.
        null: what stands where nothing does.
        is_ended: whether a line end follows the last row.
    """

    table: pa.Table
    dialect: Dialect
    encoding: Encoding
    mark: str
    line_end: str
    null: str
    is_ended: bool


def read(data: bytes, encoding: Encoding, dialect: Dialect, shown: str) -> Text:
    """The text as a table. Raises InputError, also for rows with more or fewer cells than there are columns."""
    runs = splice.copies(data, encoding)
    found: set[Encoding] = {run.encoding for run in runs if not run.original.isascii()}
    written: Encoding = encoding if encoding != "auto" else "gb18030" if "gb18030" in found else "utf-8"
    whole = splice.utf8_copy(runs).decode("utf-8", "replace")
    mark = _MARK if whole.startswith(_MARK) else ""
    utf8 = whole.removeprefix(_MARK).encode()
    made = reading.cells(utf8, dialect, shown)
    if made.left_out:
        at = "" if made.first_left_out is None else f", the first is row {made.first_left_out}"
        rows = "1 row has" if made.left_out == 1 else f"{made.left_out:,} rows have"
        msg = f"{shown}: {rows} more or fewer cells than the table has columns{at}; correct or delete such rows"
        raise InputError(msg)
    return Text(
        made.table,
        dialect,
        written,
        mark,
        _line_end(utf8),
        _NULL if _has_null(utf8, dialect) else "",
        utf8.endswith((b"\n", b"\r")),
    )


def _line_end(utf8: bytes) -> str:
    at = utf8.find(b"\n")
    if at < 0:
        return "\r" if b"\r" in utf8 else "\n"
    return "\r\n" if utf8[at - 1 : at] == b"\r" else "\n"


def _has_null(utf8: bytes, dialect: Dialect) -> bool:
    bound = rb"\r\n" + re.escape(dialect.delimiter)
    return _NULL.encode() in utf8 and re.search(rb"(?:\A|[%b])\\N(?:[%b]|\Z)" % (bound, bound), utf8) is not None


def write(text: Text, table: pa.Table, scrubber: Scrubber, to: Callable[[bytes], object], shown: str) -> Counter[str]:
    """Write a table, all text, in the place of that which was read; titles are scrubbed, and counted.

    Raises InputError where the encoding lacks a character.
    """
    before, counts = _before(text, table, scrubber)
    made = [text.mark + "".join(line + text.line_end for line in before)]
    for first in range(0, table.num_rows, _ROWS):
        lines = _lines(table.slice(first, _ROWS), text)
        is_last = first + _ROWS >= table.num_rows
        made.append(text.line_end.join(lines) + text.line_end * (text.is_ended or not is_last))
    try:
        encoded = [part.encode("utf-8" if text.encoding == "auto" else text.encoding) for part in made]
    except UnicodeEncodeError:
        msg = f"{shown}: its encoding lacks a character of the result; make it UTF-8 first"
        raise InputError(msg) from None
    for part in encoded:
        to(part)
    return counts


def _before(text: Text, table: pa.Table, scrubber: Scrubber) -> tuple[list[str], Counter[str]]:
    """Titles and header."""
    lines = list(text.dialect.unnamed)
    header = lines.pop() if text.dialect.names else None
    counts: Counter[str] = Counter()
    made: list[str] = []
    for line in lines:
        scrubbed, found = scrubber.scrub_block(line + b"\n")
        counts.update(found)
        made.append(scrubbed.decode("utf-8", "replace").removesuffix("\n"))
    if header is not None and table.column_names == text.table.column_names:
        made.append(header.decode("utf-8", "replace"))
    elif header is not None:
        cells = [_cells(pa.array([name]), text, is_alone=False)[0].as_py() for name in table.column_names]
        made.append(text.dialect.delimiter.decode().join(cells))
    return made, counts


def _lines(table: pa.Table, text: Text) -> list[str]:
    columns = [_cells(column, text, is_alone=table.num_columns == 1) for column in table.columns]
    joined = pc.binary_join_element_wise(*columns, pa.scalar(text.dialect.delimiter.decode(), pa.large_string()))
    lines: list[str] = joined.to_pylist()
    return lines


def _cells(values: pa.Array, text: Text, *, is_alone: bool) -> pa.Array:
    """Cells as they are written.

    is_alone  whether they are those of the only column, where an empty one is quoted: a line without anything is no row
    """
    dialect = text.dialect
    values = pc.fill_null(values.cast(pa.large_string()), text.null)
    special = (dialect.delimiter + dialect.quote + dialect.escape + dialect.inner + b"\r\n").decode()
    pattern = "[" + "".join(f"\\x{ord(sign):02x}" for sign in special) + "]"
    if not dialect.quote:
        return pc.replace_substring_regex(values, f"[\\x{dialect.delimiter[0]:02x}\r\n]", " ")
    needs = pc.match_substring_regex(values, pattern)
    if dialect.quotes_texts:
        needs = pc.or_(needs, pc.invert(pc.match_substring_regex(values, _BARE)))
    if is_alone:
        needs = pc.or_(needs, pc.equal(values, ""))
    needs = pc.and_(needs, pc.not_equal(values, _NULL)) if text.null else needs
    quote, escape = dialect.quote.decode(), dialect.escape.decode()
    within = pc.replace_substring(values, escape, escape * 2) if escape else values
    within = pc.replace_substring(within, quote, (escape or quote) + quote)
    around = pa.scalar(quote, pa.large_string())
    quoted = pc.binary_join_element_wise(around, within, around, pa.scalar("", pa.large_string()))
    return pc.if_else(needs, quoted, values)
