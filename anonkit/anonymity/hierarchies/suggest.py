"""Which hierarchy fits a column that none was named for? By its values first, then by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from anonkit.anonymity.hierarchies import codes, dates, networks, places
from anonkit.anonymity.hierarchies.bands import Ages, Bands, number_in
from anonkit.anonymity.hierarchies.codes import Masked, PhonePrefixes, Postcodes
from anonkit.anonymity.hierarchies.dates import Dates
from anonkit.anonymity.hierarchies.networks import Networks
from anonkit.anonymity.hierarchies.ordered import Flat, Frequent, Ordered
from anonkit.anonymity.hierarchies.places import Addresses, Divisions
from anonkit.anonymity.hierarchies.values import Builder, text_of

_NEARLY_ALL, _MOST = 0.95, 0.8
_MOST_LOOKED_AT = 2_000
_FEW = 8
_SHARED = 2 / 3
_MOST_MASKED = 24
_MOST_BANDS, _FEWEST_BANDS, _MOST_WIDTHS = 100, 20, 5
_PHONE = re.compile(r"(?i)phone|mobile|(?:^|_)tel(?:$|_)|手机|电话|联系方式")
_DATE = re.compile(r"(?i)date|time|birth|dob|(?:^|_)(?:day|month|year)|_at$|At$|日期|时间|年月|生日|年份|出生")
_BARE_DAY = re.compile(r"(?:19|20)[0-9]{6}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_FREQUENT = (0.01, 0.05)
_HALF, _MOST_ORDERED, _MERGED = 0.5, 60, (2, 4)
_ORDERS = tuple(
    tuple(line.split())
    for line in (
        "文盲 小学 初中 高中 中专 职高 中技 技校 大专 专科 大学专科 本科 大学 大学本科 硕士 研究生 硕士研究生 博士",
        "低 中 高",
        "低 中等 高",
        "较低 低 中 较高 高",
        "差 中 良 优",
        "不及格 及格 中等 良好 优秀",
        "low medium high",
        "Low Medium High",
        "small medium large",
    )
)
_BAND = re.compile(
    r"[<>≤≥]?=? ?(?P<first>[0-9]+(?:\.[0-9]+)?) ?[岁元万kK]?"
    r"(?: ?[-~至到] ?[0-9]+(?:\.[0-9]+)? ?[岁元万kK]?)?(?:及?以[上下]|\+)?"
)
_IS_BAND = re.compile("[0-9岁元万kK] ?[-~至到] ?[0-9]")
_HAN = re.compile("[\u4e00-\u9fff]{2}")
Suggestion = tuple[Builder, str]


class _Column:
    """A name, some of the distinct values by their texts, and how often each occurs."""

    def __init__(self, name: str, values: Sequence[object], counts: Sequence[int] | None) -> None:
        step = -(-len(values) // _MOST_LOOKED_AT) or 1
        self.name = name
        self.values = values[::step]
        self.texts = [text_of(value).strip() for value in self.values]
        self.counts = [1] * len(self.values) if counts is None else counts[::step]
        from anonkit.tables import attributes  # noqa: PLC0415  heavy

        attribute = attributes.named(name)
        self.says = "" if attribute is None else attribute.name
        self.distinct = len(values)
        self.rows = max(1, sum(self.counts))
        self._all = values, counts

    def at_least(self, share: float) -> tuple[object, ...]:
        """The values that so many rows have, of all values; none where it was not counted."""
        values, counts = self._all
        least = share * sum(counts or ())
        return tuple(value for value, n in zip(values, counts or (), strict=False) if n >= least)

    def share(self, test: Callable[[str], object]) -> float:
        """The share of rows with values of which something is true."""
        return sum(n for text, n in zip(self.texts, self.counts, strict=True) if test(text)) / self.rows


def suggested(name: str, values: Sequence[object], counts: Sequence[int] | None = None) -> Suggestion:
    """A builder for a column, and why it is this one, in words without a value.

    Args:
        name: of the column.
        values: its distinct values, without nulls; some thousands of them are looked at.
        counts: how often each occurs; once each if nothing is said.
    """
    column = _Column(name, values, counts)
    if column.distinct < 3 or all(isinstance(value, bool) for value in column.values):  # noqa: PLR2004  nothing between
        return Flat(), "two values at most, which have nothing between themselves and *"
    for judge in (_times, _networks, _ages, _phones, _codes, _numbers, _places):
        if (suggestion := judge(column)) is not None:
            return suggestion
    return _texts(column)


def _times(column: _Column) -> Suggestion | None:
    if all(isinstance(value, date) for value in column.values):
        return Dates(), "dates by their type"
    is_named = bool(_DATE.search(column.name)) or column.says == "birth date"

    def is_date(text: str) -> bool:
        if text.isdigit() and not is_named and not _BARE_DAY.fullmatch(text):
            return False
        return dates.key_of(text) is not None

    share = column.share(is_date)
    if share < (_MOST if is_named else _NEARLY_ALL):
        return None
    return Dates(), f"{_percent(share)} of rows are dates{', as the name says' if is_named else ''}"


def _networks(column: _Column) -> Suggestion | None:
    share = column.share(lambda text: networks.network_of(text, 24, 64) is not None)
    return (Networks(), f"{_percent(share)} of rows are IP addresses") if share >= _NEARLY_ALL else None


def _ages(column: _Column) -> Suggestion | None:
    share = column.share(lambda text: (age := number_in(text, "岁")) is not None and 0 <= age <= 130)  # noqa: PLR2004  years
    if share >= _MOST and (column.says == "age" or column.share(lambda text: text.endswith("岁")) >= _MOST):
        return Ages(), f"{_percent(share)} of rows are ages from 0 to 130, as the name or unit says"
    return None


def _phones(column: _Column) -> Suggestion | None:
    is_named = bool(_PHONE.search(column.name))
    share = column.share(lambda text: codes.phone_of(text) is not None)
    if share < (_MOST if is_named else _NEARLY_ALL) or column.share(lambda text: len(text) < 10) > 1 - _MOST:  # noqa: PLR2004  digits
        return None
    return PhonePrefixes(), f"{_percent(share)} of rows are telephone numbers"


def _codes(column: _Column) -> Suggestion | None:
    """Postcodes where the name says so; divisions where the table has the codes."""
    if column.says == "postcode" and (share := column.share(_is_postcode)) >= _MOST:
        return Postcodes(), f"{_percent(share)} of rows are postcodes, as the name says"
    share = column.share(places.is_known_code)
    if share >= (_MOST if column.says == "region" else _NEARLY_ALL):
        return Divisions(), f"{_percent(share)} of rows are codes of divisions (GB/T 2260)"
    if column.says == "postcode":
        return Masked(), "the name says postcode"
    return None


def _is_postcode(text: str) -> bool:
    """In six digits, as ZIP codes of five are none of China."""
    return len(text) == 6 and codes.postcode_of(text) is not None  # noqa: PLR2004  as said


def _numbers(column: _Column) -> Suggestion | None:
    numbers = [number_in(text) for text in column.texts]
    known = [number for number in numbers if number is not None]
    if (
        len(known) < _NEARLY_ALL * len(numbers)
        or column.share(lambda text: text[:1] == "0" and text.isdigit() and len(text) > 1) > 0
    ):
        return None
    known.sort()
    tenth = len(known) // 10  # few are far from the others: they get bands of their own
    widths = nice_widths(known[tenth], known[-1 - tenth], is_whole=all(number == int(number) for number in known))
    if not widths or column.distinct <= 3:  # noqa: PLR2004  no bands of so few
        return Flat(), "a few numbers"
    return Bands(widths), f"numbers, in bands of {', '.join(map(str, widths))}"


def nice_widths(low: Decimal, high: Decimal, *, is_whole: bool) -> tuple[int | Decimal, ...]:
    """Widths of bands by the range alone: 5 and 1 times powers of ten in turns (2 and 10 if there are few numbers).

    The first are those of which at most 100 span the range, or half of that for less; the last spans half of it.
    """
    span = high - low
    if span <= 0:
        return ()
    if is_whole and span < _FEWEST_BANDS:
        return tuple(width for width in (2, 10) if width < span)
    width = Decimal(10) ** (span.adjusted() - 2)
    while span / width > _MOST_BANDS or (is_whole and width < 2):  # noqa: PLR2004  a number is no band
        width *= 5 if width.as_tuple().digits[0] == 1 else 2
    widths: list[int | Decimal] = []
    while width < span and len(widths) < _MOST_WIDTHS:
        widths.append(int(width) if width == int(width) else width.normalize())
        width *= 5 if width.normalize().as_tuple().digits[0] == 1 else 2
    return tuple(widths)


def _places(column: _Column) -> Suggestion | None:
    share = column.share(lambda text: _HAN.search(text) and places.names_division(text))
    if share < _MOST:
        return None
    return Addresses(), f"{_percent(share)} of rows name a province, a city or a county"


def _texts(column: _Column) -> Suggestion:
    """Codes whose beginnings are shared are masked; of others nothing is known."""
    if (order := _order(column)) is not None:
        return order
    is_short = column.distinct > _FEW and all(len(text) <= _MOST_MASKED and " " not in text for text in column.texts)
    beginnings = {text[: (len(text) + 1) // 2] for text in column.texts}
    has_digits = column.share(lambda text: any(char.isdigit() for char in text)) >= _MOST
    if is_short and has_digits and len(beginnings) <= len(column.texts) * _SHARED:
        return Masked(), "codes with beginnings in common, masked from the right"
    kept = [column.at_least(share) for share in _FREQUENT]
    kept = [some for some in kept if len(some) > 1 and len(some) < column.distinct - 1]
    kept = kept[:1] if len(kept) > 1 and len(kept[0]) == len(kept[1]) else kept
    if kept:
        least = " and ".join(f"{share:.0%}".replace("%", " %") for share in _FREQUENT)
        return Frequent(kept), f"categories in no order that is known; those below {least} of rows are merged"
    return Flat(), "categories in no order that is known"


def _order(column: _Column) -> Suggestion | None:
    """Of categories that have a known order, or are bands of numbers."""
    if not 2 < column.distinct <= _MOST_ORDERED:  # noqa: PLR2004  two have nothing between
        return None
    texts = set(map(text_of, column.values))
    for order in _ORDERS:
        if texts <= set(order):
            return _in_order([text for text in order if text in texts]), "categories in a known order"
    if column.share(_BAND.fullmatch) < _NEARLY_ALL or column.share(_IS_BAND.search) < _HALF:
        return None
    bands = sorted(place for text in texts if (place := _place(text)) is not None)
    return _in_order([text for *_, text in bands]), "bands of numbers, of which neighbours are merged"


def _in_order(texts: Sequence[str]) -> Ordered:
    """With neighbours merged in twos and fours, but never all of them."""
    return Ordered(texts, tuple(width for width in _MERGED if width < len(texts)))


def _place(text: str) -> tuple[Decimal, int, str] | None:
    """Where a band stands among others: by its first number, below 18 before 18-24."""
    found = _BAND.fullmatch(text)
    number = None if found is None else number_in(found["first"])
    if found is None or number is None:
        return None
    return number, -1 if text[:1] in "<≤" or text.endswith("以下") else 1 if text[:1] in ">≥" else 0, text


def _percent(part: float) -> str:
    """Such as `98 %`; 100 % only of what is all."""
    return f"{part:.0%}".replace("%", " %") if part in (0, 1) else f"{min(part, 0.99):.0%}".replace("%", " %")
