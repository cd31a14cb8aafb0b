"""Random frames of pandas, of every dtype, null kind and index kind, with made-up personal values planted in them."""

import datetime as dt
import decimal
import random
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WORDS = ("苹果", "订单已发货", "ok", "", "天气很好", "retry later", "a b", "状态正常", "x" * 40, "行一\n行二")


@dataclass
class Planted:
    """What was planted: no trace of it may be left."""

    texts: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)

    def traces(self, stored: bytes, shown: str) -> list[str]:
        """What of it is left."""
        found = [t for t in self.texts if t in shown or t.encode() in stored or t.encode("utf-32-le") in stored]
        found += [str(n) for n in self.numbers if n.to_bytes(8, "little") in stored or str(n) in shown]
        return found + [str(n) for n in self.numbers if np.float64(n).tobytes() in stored]


class Maker:
    """Makes columns of so many rows; the rows that got a personal value are told."""

    def __init__(self, seed: int, rows: int) -> None:
        self.random = random.Random(seed)
        self.rows = rows
        self.planted = Planted()

    def phone(self) -> str:
        value = f"1{self.random.choice(('38', '59', '77', '86'))}{self.random.randrange(10**7, 10**8)}"
        self.planted.texts.add(value)
        return value

    def number(self) -> int:
        value = int(f"1{self.random.choice(('38', '59', '77', '86'))}{self.random.randrange(10**7, 10**8)}")
        self.planted.numbers.add(value)
        return value

    def id_card(self) -> str:
        region, year = self.random.choice(("110105", "310104", "440305")), self.random.randrange(1960, 2000)
        body = f"{region}{year}0{self.random.randrange(1, 10)}1{self.random.randrange(1000, 10000)}"
        value = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]
        self.planted.texts.add(value)
        return value

    def mail(self) -> str:
        value = f"user{self.random.randrange(10**6)}@example-mail.com"
        self.planted.texts.add(value)
        return value

    def text(self) -> str:
        """A text with something personal in it."""
        value = self.random.choice((self.phone, self.id_card, self.mail))()
        return self.random.choice((value, f"联系电话 {value}", f"请回复{value}，谢谢", f"{value}\n已核验"))

    def clean(self) -> str:
        return self.random.choice(_WORDS)

    def mask(self) -> np.ndarray:
        """Rows to plant in; sometimes none."""
        share = self.random.choice((0, 0.2, 0.6))
        return np.array([self.random.random() < share for _ in range(self.rows)], bool)

    def filled(self, mask, dirty, clean, nulls=()):
        """Values for rows; those without a plant are null now and then."""
        share = self.random.choice((0, 0.3)) if nulls else 0
        made = np.empty(self.rows, object)
        for row in range(self.rows):
            null = not mask[row] and self.random.random() < share
            made[row] = self.random.choice(nulls) if null else dirty() if mask[row] else clean()
        return made


class Own:
    """An object of the caller's own."""

    def __reduce__(self):
        return (str, ("own",))


def _nested(m: Maker):
    return m.random.choice(
        (
            lambda: {"user": {"phone": m.phone(), "n": 1}, "tags": ["a", m.mail()]},
            lambda: {m.phone(): "a", "b": 2},
            lambda: [m.text(), None, 1.5],
            lambda: (m.number(), "x"),
            lambda: {m.mail(), "b"},
            lambda: np.array([m.number(), 5]),
            lambda: np.array([m.phone(), "b"]),
            lambda: np.array([m.phone(), None], object),
            lambda: [{"a": [{"b": (m.id_card(),)}]}],
        )
    )()


def _mixed(m: Maker):
    return m.random.choice(
        (
            m.text,
            lambda: m.text().encode(),
            m.number,
            lambda: float(m.number()),
            lambda: decimal.Decimal(m.number()),
            lambda: np.int64(m.number()),
            lambda: bytearray(m.phone().encode()),
            lambda: _nested(m),
        )
    )()


def _clean_object(m: Maker):
    return m.random.choice(
        (
            "ok",
            7,
            1.5,
            True,
            b"raw\xff",
            decimal.Decimal("1.50"),
            dt.date(2024, 5, 6),
            dt.time(1, 2),
            pd.Timestamp("2024-05-06 07:08"),
            pd.Timedelta("3h"),
            [1, "a", None],
            {"a": {"b": 1}},
            (1, 2),
            {"s"},
            np.array([1, 2]),
            Own(),
            2 + 3j,
        )
    )


def _of_objects(m: Maker, dirty, clean, nulls):
    mask = m.mask()
    return pd.Series(m.filled(mask, dirty, clean, nulls), dtype=object), mask


def _of_text(dtype):
    def make(m: Maker):
        mask = m.mask()
        return pd.Series(m.filled(mask, m.text, m.clean, (None,)), dtype=dtype), mask

    return make


def _of_numbers(dtype, nulls=()):
    def make(m: Maker):
        mask = m.mask()
        values = m.filled(mask, m.number, lambda: m.random.randrange(100), nulls)
        return pd.Series(pd.array(values, dtype=dtype)), mask

    return make


def _categories(m: Maker):
    dirty, clean = [m.text() for _ in range(3)], ["低", "中", "高"]
    categories = list(dict.fromkeys([*dirty, *clean]))
    m.random.shuffle(categories)
    codes = np.array([m.random.randrange(-1, len(categories)) for _ in range(m.rows)], int)
    made = pd.Categorical.from_codes(codes, categories=categories, ordered=m.random.random() < 0.5)
    return pd.Series(made), np.array([code >= 0 and categories[code] in dirty for code in codes], bool)


def _sparse(m: Maker):
    mask = m.mask()
    values = np.array([m.number() if one else m.random.choice((0, 0, 5)) for one in mask], np.int64)
    return pd.Series(pd.arrays.SparseArray(values)), mask


def _clean(make):
    return lambda m: (pd.Series(make(m)), np.zeros(m.rows, bool))


COLUMNS = {
    "object of text": lambda m: _of_objects(m, m.text, m.clean, (None, np.nan, pd.NA, pd.NaT)),
    "object of bytes": lambda m: _of_objects(m, lambda: m.text().encode(), lambda: b"raw\xff", (None, np.nan)),
    "object of all": lambda m: _of_objects(m, lambda: _mixed(m), lambda: _clean_object(m), (None, np.nan, pd.NA)),
    "str": _of_text("str"),
    "string[python]": _of_text("string[python]"),
    "string[pyarrow]": _of_text("string[pyarrow]"),
    "arrow string": _of_text(pd.ArrowDtype(pa.string())),
    "arrow large_string": _of_text(pd.ArrowDtype(pa.large_string())),
    "arrow int64": _of_numbers(pd.ArrowDtype(pa.int64()), (None,)),
    "arrow list": lambda m: _arrow_nested(m, pa.list_(pa.string()), lambda: [m.text(), "a"], lambda: ["b", None]),
    "arrow struct": lambda m: _arrow_nested(
        m, pa.struct({"phone": pa.string(), "n": pa.int64()}), lambda: {"phone": m.phone(), "n": 1}, lambda: {"n": 2}
    ),
    "arrow dictionary": _of_text(pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))),
    "category": _categories,
    "Int64": _of_numbers("Int64", (None,)),
    "Float64": _of_numbers("Float64", (None,)),
    "int64": _of_numbers("int64"),
    "uint64": _of_numbers("uint64"),
    "float64": _of_numbers("float64", (np.nan,)),
    "sparse": _sparse,
    "boolean": _clean(lambda m: pd.array([m.random.choice((True, False, None)) for _ in range(m.rows)], "boolean")),
    "bool": _clean(lambda m: np.zeros(m.rows, bool)),
    "int8": _clean(lambda m: np.arange(m.rows, dtype="int8")),
    "float32": _clean(lambda m: np.arange(m.rows, dtype="float32") / 2),
    "big-endian": _clean(lambda m: np.arange(m.rows).astype(">i4").astype("i4")),
    "complex": _clean(lambda m: np.arange(m.rows) * 1j),
    "datetime": _clean(lambda m: pd.date_range("2024-03-01 10:00", periods=m.rows, freq="h")),
    "datetime with zone": _clean(lambda m: pd.date_range("2024-10-25", periods=m.rows, freq="h", tz="Europe/Berlin")),
    "timedelta": _clean(lambda m: pd.to_timedelta(np.arange(m.rows), unit="h")),
    "period": _clean(lambda m: pd.period_range("2024-01", periods=m.rows, freq="M")),
    "interval": _clean(lambda m: pd.interval_range(0, periods=m.rows)),
}


def _arrow_nested(m: Maker, kind, dirty, clean):
    mask = m.mask()
    values = pa.array(m.filled(mask, dirty, clean, (None,)).tolist(), kind)
    return pd.Series(pd.arrays.ArrowExtensionArray(values)), mask


def _index(m: Maker):
    rows, kind = m.rows, m.random.randrange(11)
    made = (
        lambda: pd.RangeIndex(rows),
        lambda: pd.Index([m.text() for _ in range(rows)], name="phone", dtype="str"),
        lambda: pd.Index([m.random.choice(("a", "a", m.text())) for _ in range(rows)], dtype=object),
        lambda: pd.Index([m.number() for _ in range(rows)], dtype="int64"),
        lambda: pd.Index(range(rows), dtype="int64", name=f"由{m.phone()}"),
        lambda: pd.date_range("2024-01-01", periods=rows, freq="D", name="day"),
        lambda: pd.CategoricalIndex([m.random.choice(("a", m.phone())) for _ in range(rows)]),
        lambda: pd.period_range("2024-01", periods=rows, freq="M"),
        lambda: pd.timedelta_range(0, periods=rows, freq="h"),
        lambda: pd.interval_range(0, periods=rows),
        lambda: _levels(m, rows),
    )
    return made[kind]()


def _levels(m: Maker, rows: int):
    texts = [m.random.choice(("a", "b", m.phone())) for _ in range(rows)]
    made = pd.MultiIndex.from_arrays([texts, [m.number() for _ in range(rows)], range(rows)], names=["k", None, "n"])
    extra = made.set_levels([*made.levels[0], m.phone()], level=0)
    return extra if m.random.random() < 0.5 else made


def frame(seed: int) -> tuple[pd.DataFrame, list[np.ndarray], Planted]:
    """A frame, for each column the rows with something personal, and what was planted."""
    choice = random.Random(seed)
    m = Maker(seed, choice.choice((0, 1, 3, 8, 20)))
    kinds = choice.choices(list(COLUMNS), k=choice.randrange(7))
    made = [COLUMNS[kind](m) for kind in kinds]
    names: list = [
        choice.choice((kind, "备注", "phone", f"来自{m.phone()}", number)) for number, kind in enumerate(kinds)
    ]
    index = _index(m)
    columns = [series.set_axis(index) for series, _ in made]
    table = pd.concat(columns, axis=1, ignore_index=True) if columns else pd.DataFrame(index=index)
    for number, one in enumerate(columns):
        assert table.dtypes.iloc[number] == one.dtype
    if columns and choice.random() < 0.3:
        table.columns = pd.MultiIndex.from_tuples([(choice.choice("ab"), str(name)) for name in names])
    elif columns:
        table.columns = pd.Index(names, dtype=object, name=choice.choice((None, "列", f"由{m.phone()}")))
    if choice.random() < 0.3:
        table.attrs = {"source": {"owner": m.text(), "v": 1}}
    return table, [mask for _, mask in made], m.planted
