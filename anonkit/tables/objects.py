"""Which texts do Python objects hold, however nested, and what are the objects with others in their places?

Texts, bytes, numbers, dates, addresses of hosts, paths and UUIDs are read as text; lists, tuples, sets, dictionaries
and numpy arrays are looked into, keys included. Objects of other classes are read as they print, which is what a file
would hold of them; where something is found there, the scrubbed text stands in their place.
"""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import enum
import ipaddress
import itertools
import math
import numbers
import operator
import pathlib
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.detect.cells import Cells
from anonkit.errors import UsageError
from anonkit.tables import data, days
from anonkit.tables.naming import apart
from anonkit.tables.text import BLOCK_BYTES

if TYPE_CHECKING:
    from anonkit.detect.block import Mask
    from anonkit.scrubber import Scrubber

Visit = Callable[[Any, str], Any]
"""What becomes of an object that holds no others, and the name of what it fills."""

_ADDRESSES = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)
_NEVER_NESTED = frozenset((str, int, float, bool, bytes, type(None)))
_AS_TEXT = (*_ADDRESSES, uuid.UUID)
_LEFT_ALONE = (bool, np.bool_, enum.Enum)
_SILENT = (*_LEFT_ALONE, numbers.Number, np.generic, np.ndarray, dt.date, dt.time, dt.timedelta, dt.tzinfo, type)
"""What prints as nothing but a number, a time or a name in the code."""
_SEQUENCES = (list, tuple, set, frozenset, deque)
_KINDS_OF_ARRAYS = "OUSiufM"
"""Of elements that may hold something; booleans, complex numbers and durations hold nothing."""


def text_of(x: object) -> bytes | None:  # noqa: PLR0911  a kind of objects each
    """What is read of an object, as UTF-8; None where there is nothing to read."""
    if x is None:
        return None
    if isinstance(x, str):
        return x.encode("utf-8", "surrogatepass")
    if isinstance(x, bytes | bytearray | memoryview):
        return bytes(x)
    if isinstance(x, _LEFT_ALONE):
        return None
    if isinstance(x, int | np.integer):
        return b"%d" % int(x)
    if isinstance(x, float | np.floating):
        return _of_float(float(x))
    if isinstance(x, decimal.Decimal):
        return _of_decimal(x)
    if isinstance(x, dt.date):
        return _of_date(x)
    if isinstance(x, np.datetime64):
        return None if np.isnat(x) else _of_time(str(x)).encode()
    if isinstance(x, (*_AS_TEXT, pathlib.PurePath)):
        return str(x).encode("utf-8", "surrogatepass")
    return None


def printed(x: object) -> bytes | None:
    """How an object prints of which `text_of` reads nothing; None where that tells nothing, or it does not print."""
    kind = type(x)
    if x is None or isinstance(x, _SILENT) or kind.__module__ == "pandas._libs.missing":
        return None
    if kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
        return None
    try:
        return str(x).encode("utf-8", "surrogatepass")
    except Exception:  # noqa: BLE001  it is the caller's own, and goes into no file as text
        return None


def is_day(x: object) -> bool:
    """Whether an object is a date, or a time with a date."""
    return isinstance(x, dt.date | np.datetime64)


def _of_float(number: float) -> bytes | None:
    """Whole numbers are read without a point, as a column of numbers with gaps in it is one of floats in pandas."""
    if not math.isfinite(number):
        return None
    return b"%d" % int(number) if number.is_integer() else repr(number).encode()


def _of_decimal(number: decimal.Decimal) -> bytes | None:
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return None
    whole = number == number.to_integral_value()
    return format(number.to_integral_value() if whole else number, "f").encode()


_MIDNIGHT = "00:00:00"
_MOST_DIGITS = 100
"""Of a number; a decimal such as 1E+999999 would be as long as it says."""


def _of_date(x: dt.date) -> bytes | None:
    if x != x:  # noqa: PLR0124  pandas.NaT, which is a date by class
        return None
    text = x.replace(tzinfo=None).isoformat() if isinstance(x, dt.datetime) else x.isoformat()
    return _of_time(text).encode()


def _of_time(text: str) -> str:
    """The time of day is left out where it is midnight, and so are the zeros behind its seconds."""
    date, _, time = text.partition("T")
    time = (time.rstrip("0").rstrip(".") if "." in time else time) or _MIDNIGHT
    return date if time == _MIDNIGHT else f"{date}T{time}"


def with_text(x: object, result: bytes) -> object:
    """What an object becomes whose text was replaced by another: of its own class where that can be, else a str.

    A number, date or the like without any text left is None, or NaN for a float.
    """
    if isinstance(x, bytes | bytearray | memoryview):
        return bytearray(result) if isinstance(x, bytearray) else result
    text = result.decode("utf-8", "surrogatepass" if isinstance(x, str) else "replace")
    if isinstance(x, str):
        return text
    if isinstance(x, float | np.floating) and not text:
        return type(x)("nan")
    if not text:
        return None
    try:
        return _of_class(x, text)
    except (ValueError, OverflowError, decimal.InvalidOperation):
        return text


def _of_class(x: object, text: str) -> object:
    as_class: Callable[[str], object] = type(x)
    if isinstance(x, dt.datetime):
        return type(x).fromisoformat(text).replace(tzinfo=x.tzinfo)
    if isinstance(x, dt.date):
        return type(x).fromisoformat(text)
    if isinstance(x, int | np.integer):
        if str(int(text)) != text:
            raise ValueError
        return type(x)(int(text))
    if isinstance(x, np.datetime64):
        made = np.array(text, x.dtype)[()]
        if text_of(made) != text.encode():  # a month is no day
            raise ValueError
        return made
    return as_class(text)


def mapped(x: Any, name: str, visit: Visit) -> Any:  # noqa: ANN401
    """The object with all that it holds visited, nested objects too; the same object where nothing changes.

    Raises UsageError for an object that holds itself, or is nested too deeply.
    """
    try:
        return _mapped(x, name, visit, ())
    except RecursionError:
        raise UsageError("a cell holds objects that are nested too deeply; flatten or drop its column") from None


def _mapped(x: Any, name: str, visit: Visit, within: tuple[int, ...]) -> Any:  # noqa: ANN401
    if not is_nested(x):
        return visit(x, name)
    if id(x) in within:
        raise UsageError("a cell holds an object that holds itself; drop its column")
    within = (*within, id(x))
    if isinstance(x, dict):
        return _dict(x, name, visit, within)
    if isinstance(x, np.ndarray):
        return _array(x, name, visit, within)
    if isinstance(x, np.void):
        before = x.item()
        made = _record(before, x.dtype, name, visit, within)
        return x if made is before else made
    names: Iterable[str] = itertools.repeat(name)
    if hasattr(x, "_fields") and len(x._fields) == len(x):
        names = [below(name, one) for one in x._fields]
    items = [_mapped(item, of, visit, within) for item, of in zip(x, names, strict=False)]
    return x if _same(x, items) else _sequence(x, items)


def is_nested(x: object) -> bool:
    """Whether an object is looked into."""
    kind = type(x)
    if kind in _NEVER_NESTED:
        return False
    if isinstance(x, np.ndarray):
        return x.dtype.kind in _KINDS_OF_ARRAYS or x.dtype.names is not None
    if isinstance(x, np.void):
        return x.dtype.names is not None
    return isinstance(x, (dict, *_SEQUENCES))


def below(name: str, key: object) -> str:
    """The name of what a key has for its value, in what has a name itself: user.phone."""
    own = key if isinstance(key, str) else key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)
    return f"{name}.{own}" if name else own


def _same(before: Iterable[Any], after: Iterable[Any]) -> bool:
    return all(map(operator.is_, before, after))


def _dict(x: dict[Any, Any], name: str, visit: Visit, within: tuple[int, ...]) -> dict[Any, Any]:
    keys = [_mapped(key, "", visit, within) for key in x]
    values = [_mapped(value, below(name, key), visit, within) for key, value in x.items()]
    if _same(x, keys) and _same(x.values(), values):
        return x
    new = {} if type(x) is dict else copy.copy(x)
    new.clear()
    for key, value in zip(apart(list(x), keys), values, strict=True):
        new[key] = value
    return new


def _sequence(x: Any, items: list[Any]) -> Any:  # noqa: ANN401  a list, tuple, set or deque
    if hasattr(x, "_make"):
        return x._make(items)
    if type(x) in _SEQUENCES[:-1]:
        return type(x)(items)
    if isinstance(x, tuple | frozenset):
        return (tuple if isinstance(x, tuple) else frozenset)(items)
    new = copy.copy(x)
    new.clear()
    (new.update if isinstance(x, set) else new.extend)(items)
    return new


def _array(x: np.ndarray[Any, Any], name: str, visit: Visit, within: tuple[int, ...]) -> np.ndarray[Any, Any]:
    if isinstance(x, np.ma.MaskedArray):
        under = np.ma.getdata(x)  # what is masked goes along where the array is stored
        made = _array(under, name, visit, within)
        return x if made is under else np.ma.MaskedArray(made, np.ma.getmask(x))
    before, items = (_records if x.dtype.names else _elements)(x, name, visit, within)
    if _same(before, items):
        return x
    fits = all(type(item) is type(one) for item, one in zip(items, before, strict=True))
    made = np.empty(len(items), object)
    for row, item in enumerate(items):
        made[row] = item
    if x.dtype.kind not in "OV" and fits:
        made = made.astype(x.dtype.kind if x.dtype.kind in "SU" else x.dtype)
    return made.reshape(x.shape)


def _elements(x: np.ndarray[Any, Any], name: str, visit: Visit, within: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    """What an array holds, before and after."""
    before = list(x.flat)
    return before, [_mapped(item, name, visit, within) for item in before]


def _records(x: np.ndarray[Any, Any], name: str, visit: Visit, within: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    """What a structured array holds, before and after: tuples, whose values have the names of its fields."""
    before = x.ravel().tolist()
    return before, [_record(item, x.dtype, name, visit, within) for item in before]


def _record(item: Any, kind: np.dtype[Any], name: str, visit: Visit, within: tuple[int, ...]) -> Any:  # noqa: ANN401
    if not isinstance(item, tuple) or kind.names is None:
        return _mapped(item, name, visit, within)
    values = [
        _record(value, kind[number], below(name, field), visit, within)
        for number, (field, value) in enumerate(zip(kind.names, item, strict=True))
    ]
    return item if _same(item, values) else tuple(values)


@dataclass(frozen=True, slots=True)
class Leaves:
    """Texts within objects, one behind the other, each with the row of its object and the name of what it fills.

    `days` are the numbers of those that were dates or times, `prints` how objects print, by their ids: each is asked
    once. `with_tables` are the rows whose objects hold tables.
    """

    texts: list[bytes] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    prints: dict[int, bytes | None] = field(default_factory=dict)
    with_tables: set[int] = field(default_factory=set)

    def add(self, x: object, name: str, row: int) -> None:
        """Put in all texts of an object."""

        def visit(leaf: object, of: str) -> object:
            text = text_of(leaf)
            if text is None and _is_table(leaf):
                self.with_tables.add(row)
                return leaf
            text = self._printed(leaf) if text is None else text
            if text is not None:
                if is_day(leaf):
                    self.days.append(len(self.texts))
                self.texts.append(text)
                self.rows.append(row)
                self.names.append(of)
            return leaf

        mapped(x, name, visit)

    def _printed(self, leaf: object) -> bytes | None:
        if id(leaf) not in self.prints:
            self.prints[id(leaf)] = printed(leaf)
        return self.prints[id(leaf)]

    def days_of(self, first: int, cells: Cells) -> Mask | None:
        """Which of the cells of a block were dates or times; `first` is the number of its first text."""
        if not self.days:
            return None
        found: Mask = np.isin(np.arange(first, first + len(cells)), self.days)
        return found

    def blocks(self) -> Iterator[tuple[int, bytes, Cells]]:
        """Some of the texts as cells of one text, with the number of the first of them."""
        sizes = np.array([len(text) + 1 for text in self.texts], np.int64)
        ends = np.cumsum(sizes)
        first = 0
        while first < len(self.texts):
            done = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, done + BLOCK_BYTES, "right")))
            numbers: dict[str, int] = {}
            column = [numbers.setdefault(name, len(numbers)) for name in self.names[first:last]]
            end = ends[first:last] - done
            names = tuple(name.encode("utf-8", "surrogatepass") for name in numbers)
            cells = Cells(end - sizes[first:last], end - 1, np.array(column), np.array(self.rows[first:last]), names)
            yield first, b"".join([text + b"\n" for text in self.texts[first:last]]), cells
            first = last


def scrub(scrubber: Scrubber, name: str, objects: Sequence[tuple[int, Any]]) -> tuple[list[Any], Counter[str]]:
    """Objects with what they hold scrubbed, each with its row before; the same objects where nothing was replaced.

    Raises UsageError where the policy cannot treat cells, or an object holds itself.
    """
    leaves = Leaves()
    ends = []
    for row, x in objects:
        leaves.add(x, name, row)
        ends.append(len(leaves.texts))
    results: list[bytes | None] = []
    counts: Counter[str] = Counter()
    for first, text, cells in leaves.blocks():
        edits = days.edits(scrubber, text, cells, leaves.days_of(first, cells))
        new: list[bytes | None] = [None] * len(cells)
        of = cells.of(edits.start)
        edges = np.flatnonzero(np.diff(of, prepend=-1, append=-1)).tolist()
        for low, high in itertools.pairwise(edges):
            cell = int(of[low])
            start, end = int(cells.start[cell]), int(cells.end[cell])
            new[cell] = edits.rows(low, high, start).spliced(text[start:end])
        results += new
        counts += edits.counts(scrubber.entities)
    made = []
    for (row, x), first, last in zip(objects, [0, *ends], ends, strict=False):
        own = results[first:last]
        stays = own.count(None) == len(own) and row not in leaves.with_tables
        made.append(x if stays else mapped(x, name, _taking(scrubber, iter(own), leaves.prints, counts)))
    return made, counts


def _taking(
    scrubber: Scrubber, results: Iterator[bytes | None], prints: Mapping[int, bytes | None], counts: Counter[str]
) -> Visit:
    """Puts the results in, one for each text; tables in cells are scrubbed by themselves."""

    def visit(leaf: object, _: str) -> object:
        if text_of(leaf) is not None:
            result = next(results)
            return leaf if result is None else with_text(leaf, result)
        if not _is_table(leaf):
            result = None if prints.get(id(leaf)) is None else next(results)
            return leaf if result is None else result.decode("utf-8", "replace")
        made, found = data.scrub(scrubber, leaf)
        counts.update(found)
        return made if found else leaf

    return visit


def _is_table(x: object) -> bool:
    """Whether it is a table, a column or the like, and no single value, of one of the packages that are known."""
    if type(x) in _NEVER_NESTED or not hasattr(x, "__len__") or hasattr(x, "as_py"):
        return False
    return data.package(x) is not None


def find(scrubber: Scrubber, name: str, objects: Sequence[tuple[int, Any]]) -> Iterator[tuple[str, int, bytes, Found]]:
    """What is found in objects: the name of what the text fills, the row, the text, and where in it."""
    leaves = Leaves()
    for row, x in objects:
        leaves.add(x, name, row)
    for first, text, cells in leaves.blocks():
        found = days.found(scrubber, text, cells, leaves.days_of(first, cells))
        columns = (found.start, found.end, found.rule, found.confidence, cells.of(found.start))
        for start, end, number, confidence, cell in zip(*(column.tolist() for column in columns), strict=True):
            at = int(cells.start[cell])
            place = Found(start - at, end - at, number, confidence)
            yield leaves.names[first + cell], leaves.rows[first + cell], leaves.texts[first + cell], place


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in a text: half-open, in bytes; the number of its entity in `Scrubber.entities`; confidence, 0..1."""

    start: int
    end: int
    number: int
    confidence: float
