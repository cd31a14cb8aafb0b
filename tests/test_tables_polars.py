"""Frames of polars: the same type, nulls and clean cells come back, and nothing personal."""

import datetime as dt
import pickle
import random

import polars as pl
import pytest

import anonkit
from anonkit.scrubber import Scrubber
from tests.frames import Maker

PHONE, OTHER = "13812345678", "13987654321"
LABEL = "<CN_MOBILE>"


def _texts(m, mask):
    return pl.Series(m.filled(mask, m.text, m.clean, (None,)).tolist(), dtype=pl.String)


def _numbers(m, mask):
    return pl.Series(m.filled(mask, m.number, lambda: m.random.randrange(50), (None,)).tolist(), dtype=pl.Int64)


def _lists(m, mask):
    return pl.Series(
        m.filled(mask, lambda: [m.text(), "a"], lambda: ["b", None], (None,)).tolist(), dtype=pl.List(pl.String)
    )


def _structs(m, mask):
    kind = pl.Struct({"phone": pl.String, "n": pl.Int32})
    return pl.Series(
        m.filled(mask, lambda: {"phone": m.phone(), "n": 1}, lambda: {"phone": None, "n": 2}).tolist(), dtype=kind
    )


def _bytes(m, mask):
    return pl.Series(m.filled(mask, lambda: m.text().encode(), lambda: b"raw\xff", (None,)).tolist(), dtype=pl.Binary)


def _categories(m, mask):
    return _texts(m, mask).cast(pl.Categorical)


def _enum(m, mask):
    values = _texts(m, mask)
    return values.cast(pl.Enum([*values.drop_nulls().unique().to_list(), m.phone()]))


def _objects(m, mask):
    return pl.Series(m.filled(mask, lambda: {m.phone(): 1}, lambda: {"a"}).tolist(), dtype=pl.Object)


MAKERS = [_texts, _numbers, _lists, _structs, _bytes, _categories, _enum, _objects]


def clean(rows):
    """Columns in which nothing is found."""
    day = dt.datetime(2024, 3, 1, 10, tzinfo=dt.UTC).replace(tzinfo=None)
    return [
        pl.Series([True] * rows, dtype=pl.Boolean),
        pl.Series(range(rows), dtype=pl.UInt8),
        pl.Series([0.5] * rows, dtype=pl.Float32),
        pl.Series([day] * rows, dtype=pl.Datetime("ms", "Asia/Shanghai")),
        pl.Series([day.date()] * rows, dtype=pl.Date),
        pl.Series([day.time()] * rows, dtype=pl.Time),
        pl.Series([dt.timedelta(1)] * rows, dtype=pl.Duration),
        pl.Series(["1.50"] * rows, dtype=pl.String).cast(pl.Decimal(10, 2)),
        pl.Series([None] * rows, dtype=pl.Null),
        pl.Series([[1, 2]] * rows, dtype=pl.Array(pl.Int64, 2)),
        pl.Series(["a"] * rows, dtype=pl.Categorical),
        pl.Series(["b"] * rows, dtype=pl.Enum(["a", "b"])),
    ]


def frame(seed):
    """A random frame, its columns that have something personal, and what was planted."""
    choice = random.Random(seed)
    m = Maker(seed, choice.choice((0, 1, 5, 15)))
    made = {}
    masks = {}
    for number in range(choice.randrange(6)):
        name = choice.choice(("备注", "phone", f"来自{m.phone()}")) + f"·{number}·"
        mask = m.mask()
        make = choice.choice(MAKERS)
        made[name] = make(m, mask)
        masks[name] = mask
    for number, series in enumerate(choice.sample(clean(m.rows), 3)):
        made[f"c{number}"] = series
    return pl.DataFrame(made), masks, m.planted


@pytest.mark.parametrize("seed", range(80))
def test_a_random_frame_keeps_its_types_nulls_and_clean_cells_and_nothing_planted_is_left(seed):
    df, masks, planted = frame(seed)
    before = df.clone()
    made = anonkit.scrub(df)
    assert type(made) is pl.DataFrame
    assert made.shape == df.shape
    shown = f"{made.columns}{made.schema}" + "".join(repr(column.to_list()) for column in made)
    assert planted.traces(b"", shown) == []
    if pl.Object not in made.dtypes:
        assert planted.traces(pickle.dumps(made), shown) == []
        assert df.equals(before)
    for old, new in zip(df, made, strict=True):
        mask = masks.get(old.name)
        dirty = mask is not None and mask.any()
        if isinstance(old.dtype, pl.Enum):
            assert isinstance(new.dtype, pl.Enum)
        else:
            assert new.dtype == (pl.String if old.dtype == pl.Int64 and dirty else old.dtype)
        assert [x is None for x in new.to_list()] == [x is None for x in old.to_list()]
        for row, (one, other) in enumerate(zip(old.to_list(), new.to_list(), strict=True)):
            if not dirty or not mask[row]:
                assert other == one or other == str(one)


def test_a_lazy_frame_and_a_series_stay_what_they_are():
    df = pl.DataFrame({"phone": [PHONE, "x", None]})
    made = anonkit.scrub(df.lazy())
    assert isinstance(made, pl.LazyFrame)
    assert made.collect()["phone"].to_list() == [LABEL, "x", None]
    series = anonkit.scrub(df["phone"])
    assert (series.name, series.to_list()) == ("phone", [LABEL, "x", None])
    assert Scrubber().scrub(df).equals(made.collect())
    assert anonkit.scrub(pl.DataFrame()).shape == (0, 0)


def test_columns_whose_names_become_equal_are_kept_apart():
    made = anonkit.scrub(pl.DataFrame({PHONE: [1], OTHER: [2]}))
    assert made.to_dict(as_series=False) == {LABEL: [1], f"{LABEL}_2": [2]}


def test_findings_are_places_without_values():
    found = anonkit.scan(pl.DataFrame({"备注": ["电话：" + PHONE, "x"], f"来自{PHONE}": [1, int(OTHER)]}))
    assert isinstance(found, pl.DataFrame)
    rows = set(found.select("row", "entity", "start", "end").rows())
    assert rows == {(0, "CN_MOBILE", 3, 14), (1, "CN_MOBILE", 0, 11), (-1, "CN_MOBILE", 2, 13)}
    assert PHONE not in repr(found.rows())
    assert anonkit.scan(pl.DataFrame({"a": ["x"]}).lazy()).height == 0


def test_it_is_what_pandas_gives():
    df = pl.DataFrame(
        {"phone": [PHONE, None], "n": [5, int(OTHER)], "f": [1.5, float(OTHER)], "t": ["a", f"找{PHONE}"]}
    )
    assert anonkit.scrub(df).rows() == anonkit.scrub(df.to_pandas()).pipe(pl.from_pandas).rows()


def test_wide_integers_and_nested_categories_are_scrubbed():
    number = int(PHONE)
    made = anonkit.scrub(pl.DataFrame({"w": pl.Series([number, 5], dtype=pl.Int128)}))
    assert made["w"].to_list() == [LABEL, "5"]
    assert anonkit.scrub(pl.Series([5, None], dtype=pl.Int128)).dtype == pl.Int128
    for kind in (pl.Categorical, pl.Enum(["a", PHONE, OTHER])):
        lists = anonkit.scrub(pl.Series([["a", PHONE], None], dtype=pl.List(kind)))
        assert lists.to_list() == [["a", LABEL], None]
        for value in (PHONE, OTHER):
            assert value not in repr(lists.dtype)
            assert value.encode() not in pickle.dumps(lists)


def test_what_polars_notes_in_schemas_of_arrow_is_scrubbed():
    enum = pl.DataFrame({"a": pl.Series(["x"], dtype=pl.Enum(["x", PHONE]))}).to_arrow()
    made = anonkit.scrub(enum)
    assert PHONE not in repr(made.schema.field("a").metadata)
    assert pl.from_arrow(made)["a"].to_list() == ["x"]
    clean = pl.DataFrame({"a": pl.Series(["x"], dtype=pl.Enum(["x", "y"]))})
    assert pl.from_arrow(anonkit.scrub(clean.to_arrow())).schema == clean.schema
