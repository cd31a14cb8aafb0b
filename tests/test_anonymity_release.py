"""Does a released table keep its form, and does nothing of what was suppressed or generalised stay behind in it?"""

from __future__ import annotations

import datetime as dt
import decimal
import io
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather, parquet

import anonkit
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.release import positions

LONE, MARK = "zyxwv", "qponm"
"""What the only suppressed row has as quasi-identifier, and elsewhere."""


def flat(*values):
    return Hierarchy.from_rows([(value, "*") for value in values])


def with_a_lone_row(**columns):
    """Ten rows, of which the sixth is suppressed: it alone has LONE."""
    who = ["x"] * 5 + [LONE] + ["y"] * 4
    return pd.DataFrame({"q": who, **columns})


def suppressing(table, quasi=("q",), **asked):
    options = {"k": 4, "suppress": 0.1, "hierarchies": {"q": flat("x", LONE, "y", "unused")}, **asked}
    return anonkit.anonymize(table, list(quasi), **options)


def test_a_suppressed_row_has_nothing_but_signs_and_nulls():
    table = with_a_lone_row(
        text=[MARK] * 10, whole=range(10), part=np.arange(10) / 2, truth=[True] * 10, nested=[[1]] * 10,
        day=pd.date_range("2020-01-01", periods=10), zone=pd.date_range("2020", periods=10, tz="Asia/Shanghai"),
        kind=pd.Categorical(list("aaaaabaaaa")), nullable=pd.array(range(10), "Int64"), span=pd.to_timedelta(range(10)),
        month=pd.period_range("2020-01", periods=10, freq="M"), band=pd.interval_range(0, 10),
        sparse=pd.arrays.SparseArray(range(10)), money=[decimal.Decimal(1)] * 10,
        arrow=pd.array(range(10), "int64[pyarrow]"), small=np.arange(10, dtype=np.uint8),
    )  # fmt: skip
    released = suppressing(table).table
    assert released["q"].tolist() == ["x"] * 5 + ["*"] + ["y"] * 4
    assert released.drop(columns="q").iloc[5].isna().all()
    others = [row for row in range(10) if row != 5]
    for name in table.columns.drop(["q", "kind", "month", "zone", "day", "band"]):
        assert released[name].iloc[others].tolist() == table[name].iloc[others].tolist(), name
    assert (released["whole"].dtype, released["truth"].dtype, released["small"].dtype) == ("Int64", "boolean", "UInt8")
    kept = ["part", "day", "zone", "nullable", "span", "month", "money", "arrow"]
    assert released[kept].dtypes.equals(table[kept].dtypes)


def test_nothing_of_a_suppressed_row_is_left_in_the_memory_of_a_frame():
    secret = 987_654_321
    whole = [1] * 5 + [secret] + [1] * 4
    texts = ["a"] * 5 + [MARK] + ["a"] * 4
    table = with_a_lone_row(
        whole=whole, nullable=pd.array(whole, "Int64"), part=np.array(whole, float), texts=texts,
        kind=pd.Categorical(texts), arrow=pd.array(texts, pd.ArrowDtype(pa.string())),
        objects=pd.Series(texts, dtype=object), python=pd.array(texts, "string[python]"),
        dictionary=pd.array(texts, pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))),
    )  # fmt: skip
    table["own"] = pd.Categorical(table["q"], categories=["x", LONE, "y", "unused"])
    released = suppressing(table, ["q", "own"], hierarchies={"q": flat("x", LONE, "y"), "own": flat("x", LONE, "y")})
    assert released.suppressed == 1
    frame = released.table
    assert list(frame["own"].cat.categories) == ["x", "y", "*"]
    memory = pickle.dumps(frame)
    for trace in (
        LONE.encode(),
        MARK.encode(),
        b"unused",
        *(np.array([secret], kind).tobytes() for kind in ("i8", "f8")),
    ):
        assert trace not in memory


@pytest.mark.parametrize("make", [pa.Table.from_pandas, pl.from_pandas])
def test_nothing_of_a_suppressed_row_is_left_in_arrow_and_parquet(make):
    secret = 987_654_321
    texts = ["a"] * 5 + [MARK] + ["a"] * 4
    table = make(with_a_lone_row(whole=[1] * 5 + [secret] + [1] * 4, texts=texts, kind=pd.Categorical(texts)))
    if isinstance(table, pa.Table):
        nested = pa.array([{"in": text} for text in texts], pa.struct([("in", pa.dictionary(pa.int8(), pa.string()))]))
        table = table.append_column("nested", nested)
    else:
        table = table.with_columns(pl.Series("enum", texts, dtype=pl.Enum([MARK, "a", "unused"])))
        table = table.with_columns(pl.col("q").cast(pl.Categorical).alias("q"))
    released = suppressing(table).table
    whole = released if isinstance(released, pa.Table) else released.to_arrow()
    memory = io.BytesIO()
    feather.write_feather(whole, memory, compression="uncompressed")
    file = io.BytesIO()
    parquet.write_table(whole, file, compression="none")
    for content in (memory.getvalue(), file.getvalue()):
        for trace in (LONE.encode(), MARK.encode(), b"unused", np.array([secret], "i8").tobytes()):
            assert trace not in content


def test_frames_keep_their_index_order_names_and_plain_attributes():
    table = with_a_lone_row(b=range(10)).sample(frac=1, random_state=1)
    table.index = pd.Index([f"row {n}" for n in range(10)], name="id")
    table.columns.name = "names"
    table.attrs = {"source": "made up", "whole": table.copy(), "phone": "13812345678"}
    before = table.copy()
    released = suppressing(table).table
    pd.testing.assert_index_equal(released.index, before.index)
    pd.testing.assert_index_equal(released.columns, before.columns)
    assert released.attrs == {"source": "made up", "phone": "<CN_MOBILE>"}
    pd.testing.assert_frame_equal(table, before)  # the table that came is as it was


def test_an_index_of_identifiers_is_scrubbed():
    table = with_a_lone_row()
    table.index = pd.Index([f"138123456{n}8" for n in range(10)], name="phone")
    assert set(suppressing(table).table.index) == {"<CN_MOBILE>"}


def test_what_happens_to_the_table_afterwards_does_not_matter():
    table = with_a_lone_row(b=range(10))
    result = suppressing(table)
    table.loc[:, "b"] = -1
    table["q"] = "later"
    assert result.table["b"].tolist() == [0, 1, 2, 3, 4, pd.NA, 6, 7, 8, 9]
    assert result.table["q"].tolist() == ["x"] * 5 + ["*"] + ["y"] * 4


def test_columns_at_level_0_keep_their_type():
    dates = [dt.date(2020, 1, 1), dt.date(2021, 1, 1)]
    data = {"i": [1, 2], "f": [0.5, 1.5], "t": ["a", "b"], "d": dates, "b": [True, False]}
    for make in (pd.DataFrame, pa.table, pl.DataFrame):
        table = make({name: values * 5 for name, values in data.items()})
        result = anonkit.anonymize(table, list(data), k=5, suppress=0)
        assert set(result.levels.values()) == {0}
        if make is pa.table:
            assert result.table.equals(table)
        elif make is pl.DataFrame:
            assert result.table.equals(table)
            assert result.table.dtypes == table.dtypes
        else:
            pd.testing.assert_frame_equal(result.table, table)


def test_suppressed_values_of_a_column_without_text_are_null_and_it_keeps_its_type():
    numbers = [1] * 5 + [7] + [2] * 4
    for make in (pd.DataFrame, pa.table, pl.DataFrame):
        table = make({"n": numbers})
        result = anonkit.anonymize(table, ["n"], k=4, suppress=0.1)
        column = result.table["n"]
        assert (
            column.to_pandas().isna().tolist() == [False] * 5 + [True] + [False] * 4
            if make is not pd.DataFrame
            else (column.isna().tolist() == [False] * 5 + [True] + [False] * 4 and column.dtype == "Int64")
        )


def test_generalised_columns_are_text():
    rows = [(str(n), "low" if n < 5 else "high", "*") for n in range(10)]
    for make, text in ((pd.DataFrame, pd.Series(["a"]).dtype), (pa.table, pa.string()), (pl.DataFrame, pl.String)):
        table = make({"n": list(range(10))})
        result = anonkit.anonymize(table, ["n"], k=5, suppress=0, hierarchies={"n": Hierarchy.from_rows(rows)})
        column = result.table["n"]
        assert (column.type if make is pa.table else column.dtype) == text
        assert (column.to_pylist() if make is pa.table else column.to_list()) == ["low"] * 5 + ["high"] * 5


def test_pandas_reads_an_arrow_table_as_the_types_say_now():
    frame = pd.DataFrame({"n": list(range(10)), "b": list(range(10))}, index=pd.Index(range(5, 15), name="i"))
    table = pa.Table.from_pandas(frame)
    rows = [(str(n), "low" if n < 5 else "high", "*") for n in range(10)]
    result = anonkit.anonymize(table, ["n"], k=5, suppress=0, hierarchies={"n": Hierarchy.from_rows(rows)})
    read = result.table.to_pandas()
    assert read["n"].tolist() == ["low"] * 5 + ["high"] * 5
    assert read.index.tolist() == list(range(5, 15))


def test_other_columns_are_scrubbed_and_sensitive_ones_too():
    names = ["phone", "note", "illness"]
    for rows in (10, 4000):
        table = with_a_lone_row().loc[np.arange(rows) % 10].reset_index(drop=True)
        table[names] = ["13812345678", "请致电 13912345678", "flu"]
        options = {"k": 1, "sensitive": "illness", "l": 1, "suppress": 0}
        for make in (lambda x: x, pa.Table.from_pandas, pl.from_pandas):
            released = anonkit.anonymize(make(table), ["q"], **options).table
            read = released if isinstance(released, pd.DataFrame) else released.to_pandas()
            assert read[names].drop_duplicates().to_numpy().tolist() == [["<CN_MOBILE>", "请致电 <CN_MOBILE>", "flu"]]


def test_direct_identifiers_in_a_quasi_identifier_are_scrubbed_and_told():
    table = pd.DataFrame({"phone": ["13812345678"] * 5 + ["13912345678"] * 5, "sex": ["男"] * 10})
    result = anonkit.anonymize(table, ["phone", "sex"], k=5)
    assert result.levels["phone"] == 0
    assert set(result.table["phone"]) == {"<CN_MOBILE>"}
    assert [column.scrubbed for column in result.report.columns] == [2, 0]
    assert "2 released values held direct identifiers" in str(result.report)
    numbers = table.assign(phone=table["phone"].astype("int64"))
    assert set(anonkit.anonymize(numbers, ["phone"], k=5).table["phone"]) == {"<CN_MOBILE>"}


def test_the_policy_says_what_becomes_of_the_others():
    table = with_a_lone_row(phone=["13812345678"] * 10)
    assert suppressing(table, policy="mask").table["phone"].dropna().unique().tolist() == ["138****5678"]


def test_names_of_columns_are_scrubbed_as_text_is():
    table = with_a_lone_row(**{"call 13812345678": [1] * 10})
    assert suppressing(table).table.columns.tolist() == ["q", "call <CN_MOBILE>"]


def test_a_lazy_frame_and_a_batch_are_tables_too():
    frame = with_a_lone_row()
    expected = suppressing(frame).table["q"].tolist()
    assert suppressing(pl.from_pandas(frame).lazy()).table.collect()["q"].to_list() == expected
    batch = suppressing(pa.RecordBatch.from_pandas(frame)).table
    assert isinstance(batch, pa.RecordBatch)
    assert batch["q"].to_pylist() == expected
    reader = pa.Table.from_pandas(frame).to_reader()
    assert suppressing(reader).table["q"].to_pylist() == expected


@given(st.data())
@settings(deadline=None)
def test_rows_are_found_among_their_tuples(data):
    width = data.draw(st.integers(1, 4))
    sizes = data.draw(st.lists(st.sampled_from([1, 3, 1 << 20, 1 << 40]), min_size=width, max_size=width))
    rows = data.draw(st.lists(st.tuples(*(st.integers(0, min(size, 5) - 1) for size in sizes)), min_size=1))
    tuples = data.draw(st.permutations(sorted(set(rows))))
    found = positions(list(np.array(rows).T), tuple(np.array(tuples).T), sizes)
    assert [tuples[number] for number in found] == rows
