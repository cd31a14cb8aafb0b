"""Is a text delimited, and in which dialect: what separates its cells, how are they quoted, what is its header?

Whoever looks knows from the file's name that it may be a table; what the text says against that counts.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from anonkit.io import delimited
from anonkit.io.delimited import Dialect
from anonkit.policy import columns

ANY_DELIMITER = b",;\t|\x01^"
HIVE = b"\x01"
_INNER = b"\x02\x03"

_MOST_RECORDS = 200
_MOST_TITLES = 5
_LEAST_OF_TITLED = 3
_MOST_NAME_BYTES, _MOST_KEY_BYTES = 200, 64
_SURE_SHARE, _SHARE_WITH_HEADER = 0.9, 0.6
_NUMBER = re.compile(rb"[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][+-]?\d+)?%?")
_NO_TEXT = re.compile(rb"(?i:null|none|nan|n/?a|true|false|\\n|-)?")
_YEAR = re.compile(rb"(?:19|20)\d\d")
_DATA = re.compile(
    rb"[-+\d.,:/() %\xc2\xa5$]*\d[-+\d.,:/() %TZ]*|.*\d{6}.*|[^@\s]+@[^@\s]+|.*://.*|[\[{].*[\]}]"
    rb"|[0-9a-fA-F-]{16,}|.*[*]{3,}.*|<[A-Z][A-Z0-9_]+.*>",
    re.DOTALL,
)
_SEPARATOR_LINE = re.compile(rb"(?i:sep=)([^\r\n])(?=[\r\n])")
# what stands next to a delimiter that is more than one character long
_LONGER = re.compile(rb"[^\w\s\"'\x80-\xff]")
_SHARP = b"#"

_Cell = tuple[bytes, bool, bool]
_Record = tuple[bytes, list[_Cell]]


@dataclass(frozen=True, slots=True)
class _Look:
    """How well a dialect fits a text.

    Attributes:
        share: of records that have as many cells as most of them.
        count: of the cells that most records have.
        odd: the number of cells that are not quoted as they should be.
        head: which of the records is the first of the table.
        records: the first ones.
    """

    dialect: Dialect
    share: float
    count: int
    odd: int
    head: int
    records: list[_Record]


def sniff(text: bytes, delimiters: bytes, *, is_whole: bool, is_asked: bool = False) -> Dialect | None:
    """The dialect of a text that begins so; None where it is no table.

    text        UTF-8, with its byte order mark
    delimiters  that there may be, the likely ones first
    is_whole    whether this is all of the text
    is_asked    whether somebody said that it is a table: then there is always a dialect
    """
    sample = _sample(text, is_whole=is_whole)
    line = _SEPARATOR_LINE.match(sample)
    if line:
        delimiters = line[1]
    if not sample.strip():
        return Dialect(delimiters[:1]) if is_asked else None
    looks: list[_Look] = []
    for number in range(len(delimiters)):
        delimiter = delimiters[number : number + 1]
        look = _best(sample, delimiter) if delimiter in sample else None
        if look is not None and look.count > 1 and _is_table(look):
            looks.append(look)
    if looks:
        look = max(looks, key=lambda one: (one.share, one.count))  # of equals the first
        if _is_longer(look) and not is_asked:
            return None
    else:
        only = _best(sample, delimiters[:1])
        if only is None or not (is_asked or _is_one_column(only, delimiters)):
            return None
        look = only
    return _with_names(look)


def _sample(text: bytes, *, is_whole: bool) -> bytes:
    """The text without its byte order mark and without the line that may be cut off."""
    text = text.removeprefix(codecs.BOM_UTF8)
    if not is_whole:
        text = text[: max(text.rfind(b"\n"), text.rfind(b"\r")) + 1] or text
    return text


def _variants(sample: bytes, delimiter: bytes) -> Iterator[Dialect]:
    """The ways of quoting that may be, the likely ones first; the last one is without."""
    if delimiter != HIVE:
        quote = b'"'
        opens = rb"(?:\A|[\r\n" + re.escape(delimiter) + rb"]) ?"
        if not re.search(opens + b'"', sample) and re.search(opens + b"'[^'\r\n]*'" + re.escape(delimiter), sample):
            quote = b"'"
        blank = delimiter + b" " + quote in sample
        escape = b"\\" if b"\\" + quote in sample else b""
        for blank_before in (True, False) if blank else (False,):
            yield Dialect(delimiter, quote, blank_before_quote=blank_before)
            if escape:
                yield Dialect(delimiter, quote, escape, blank_before_quote=blank_before)
    yield Dialect(delimiter, b"", inner=_INNER if delimiter == HIVE else b"")


def _best(sample: bytes, delimiter: bytes) -> _Look | None:
    """How well the texts fits with this delimiter, quoted in the way that fits best."""
    best: _Look | None = None
    for dialect in _variants(sample, delimiter):
        look = _look(sample, dialect)
        if look is not None and (best is None or (-look.odd, look.share) > (-best.odd, best.share)):
            if not dialect.quote and best is not None and look.share < best.share:
                continue
            best = look
        if best is not None and not best.odd and best.share == 1:
            break
    return best


def _look(sample: bytes, dialect: Dialect) -> _Look | None:
    records = list(delimited.records(sample, dialect, _MOST_RECORDS))
    counts = Counter(len(cells) for line, cells in records if not line.startswith(_SHARP))
    if not counts:
        counts = Counter(len(cells) for _, cells in records)
    if not counts:
        return None
    count = max(counts, key=lambda cells: (counts[cells], cells))
    head = _head(records, count)
    told = [cells for number, (line, cells) in enumerate(records) if number >= head or not _is_remark(line)]
    rows = [cells for line, cells in records[head:] if not line.startswith(_SHARP) or len(cells) == count]
    share = sum(len(cells) == count for cells in rows) / max(len(told), len(rows), 1)
    odd = sum(is_odd for cells in rows for _, _, is_odd in cells)
    return _Look(dialect, share, count, odd, head, records)


def _head(records: list[_Record], count: int) -> int:
    """The first record of the table: what is before is a remark, or a title that fills one cell."""
    head = 0
    while head < min(len(records) - 1, _MOST_TITLES):
        line, cells = records[head]
        is_title = _filled(cells) == 1 and count > 1
        following = records[head + 1][1]
        is_remark = _SEPARATOR_LINE.match(line + b"\n") or (line.startswith(_SHARP) and len(cells) != count)
        is_titled = count >= _LEAST_OF_TITLED and _filled(following) == count
        if not is_remark and not (is_title and (len(cells) != count or is_titled)):
            break
        head += 1
    return head


def _is_remark(line: bytes) -> bool:
    return line.startswith(_SHARP) or _SEPARATOR_LINE.match(line + b"\n") is not None


def _filled(cells: list[_Cell]) -> int:
    return sum(bool(value.strip()) for value, _, _ in cells)


def _is_table(look: _Look) -> bool:
    cells = look.records[look.head][1]
    if len(cells) != look.count:
        return look.share >= _SHARE_WITH_HEADER and _is_header(look) and abs(len(cells) - look.count) <= 1
    return look.share >= (_SHARE_WITH_HEADER if _is_header(look) else _SURE_SHARE)


def _is_longer(look: _Look) -> bool:
    """Whether more than the one character separates the cells: || or ~|~."""
    delimiter = look.dialect.delimiter
    before: set[bytes] = set()
    behind: set[bytes] = set()
    for line, cells in look.records[look.head :]:
        if len(cells) != look.count:
            continue
        if any(is_quoted for _, is_quoted, _ in cells):
            return False
        at = line.find(delimiter)
        while at >= 0:
            run = at
            while line[at + 1 : at + 2] == delimiter:
                at += 1
            if at > run:
                before.add(delimiter)
                behind.add(delimiter)
            else:
                before.add(line[max(0, run - 1) : run])
                behind.add(line[at + 1 : at + 2])
            at = line.find(delimiter, at + 1)
    return any(len(around) == 1 and _LONGER.match(next(iter(around))) is not None for around in (before, behind))


def _is_one_column(look: _Look, delimiters: bytes) -> bool:
    """Whether it is a header and values, one a line, in which nothing separates anything."""
    if look.count != 1 or look.share < 1 or not _is_header(look):
        return False
    name = look.records[look.head][1][0][0]
    # the line may be the first of a text
    return not any(sign in name for sign in ("。".encode(), "，".encode(), b". ")) and not any(
        bytes((one,)) in line for one in delimiters[:1] for line, cells in look.records if not cells[0][1]
    )


def _is_header(look: _Look) -> bool:
    """Whether the first record names the columns: it says nothing that the records below say.

    Where this is not clear, it does: names that are none do no harm, columns without theirs do.
    """
    own, first = look.records[look.head]
    names = [value.strip() for value, _, _ in first]
    named = [name for name in names if name]
    if any(len(name) <= _MOST_KEY_BYTES and columns.is_key(name.decode("utf-8", "replace")) for name in named):
        return True
    if not named or len(named) * 2 < len(names) or any(len(name) > _MOST_NAME_BYTES for name in named):
        return False
    data = [name for name in named if _DATA.fullmatch(name)]
    if any(not _YEAR.fullmatch(name) for name in data) or len(data) == len(named):
        return False
    below = [
        cells
        for line, cells in look.records[look.head + 1 :]
        if len(cells) == len(first) and not line.startswith(_SHARP) and line != own
    ]
    values = list(zip(*([value.strip() for value, _, _ in cells] for cells in below), strict=True)) if below else []
    if any(name and _is_data(column) for name, column in zip(names, values, strict=False)):
        return True
    if len({name.lower() for name in named}) < len(named):
        return False
    return not any(name and name in column for name, column in zip(names, values, strict=False))


def _is_data(column: Sequence[bytes]) -> bool:
    """Whether most of what a column holds is no word."""
    filled = [value for value in column if value]
    return bool(filled) and sum(_DATA.fullmatch(value) is not None for value in filled) * 5 >= len(filled) * 4


def _with_names(look: _Look) -> Dialect:
    """The dialect with the header, and with what quotes tell."""
    dialect = replace(look.dialect, quotes_texts=_quotes_texts(look))
    titles = tuple(line for line, _ in look.records[: look.head])
    if not _is_header(look):
        return replace(dialect, unnamed=titles)
    line, cells = look.records[look.head]
    return replace(dialect, names=tuple(value.strip() for value, _, _ in cells), unnamed=(*titles, line))


def _quotes_texts(look: _Look) -> bool:
    """Whether nothing but numbers stands without quotes."""
    if not look.dialect.quote:
        return False
    cells = [cell for _, found in look.records[look.head :] for cell in found]
    bare = [value for value, is_quoted, _ in cells if not is_quoted]
    return len(bare) < len(cells) and all(_NUMBER.fullmatch(value) or _NO_TEXT.fullmatch(value) for value in bare)


def is_number(text: bytes) -> bool:
    """Whether a cell may stand without quotes where texts have them."""
    return _NUMBER.fullmatch(text) is not None or _NO_TEXT.fullmatch(text) is not None
