"""Columns of dates and times by their type: midnight is a time as any other, for a policy that looks for times."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import anonkit
from anonkit import Action, Policy
from anonkit.keys.key import Key

NOON, MIDNIGHT = dt.datetime(2024, 1, 2, 12, 30), dt.datetime(2024, 3, 4)  # noqa: DTZ001  as columns have them
KEY = Key.for_run()
KEY.outlives_run = True  # it stands for one in a file
SHIFTS = Policy("moved", "deidentify", Action("label"), entities={"TIMESTAMP": Action("shift")})
REDACTS = Policy("gone", "deidentify", Action("label"), entities={"TIMESTAMP": Action("redact")})
COLUMNS = {
    "datetime64": pd.Series([NOON, MIDNIGHT, None]),
    "with a zone": pd.Series([NOON, MIDNIGHT, None]).dt.tz_localize("Asia/Shanghai"),
    "categories": pd.Series([NOON, MIDNIGHT, None]).astype("category"),
    "objects": pd.Series([NOON, MIDNIGHT, None], dtype=object),
    "objects of numpy": pd.Series([np.datetime64(NOON), np.datetime64(MIDNIGHT), None], dtype=object),
    "objects among others": pd.Series([NOON, MIDNIGHT, "无"], dtype=object),
    "dates": pd.Series([NOON.date(), MIDNIGHT.date(), None], dtype=object),
    "arrow": pd.Series([NOON, MIDNIGHT, None], dtype=pd.ArrowDtype(pa.timestamp("ns"))),
    "arrow dates": pd.Series([NOON.date(), MIDNIGHT.date(), None], dtype=pd.ArrowDtype(pa.date32())),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("name", ["created_at", "c1", None])
def test_a_policy_that_makes_times_coarse_does_so_at_midnight_too(column, name):
    made = anonkit.scrub(pd.DataFrame({name: column}), policy="public").iloc[:, 0]
    assert made.astype(object).tolist()[:2] == ["2024-01", "2024-03"]


def test_what_is_nested_is_one_of_times_too():
    tables = [
        pa.table({"a": pa.array([[MIDNIGHT.date()], [NOON.date()]], pa.list_(pa.date32()))}),
        pa.table({"a": pa.array([{"b": MIDNIGHT}], pa.struct([("b", pa.timestamp("us"))]))}),
    ]
    made = [anonkit.scrub(table, policy="public")["a"].to_pylist() for table in tables]
    assert made == [[["2024-03"], ["2024-01"]], [{"b": "2024-03"}]]
    (cell,) = anonkit.scrub(pd.Series([{"at": [MIDNIGHT]}]), policy="public")
    assert cell == {"at": ["2024-03"]}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_moved_times_keep_their_type_and_their_time_of_day(column):
    made = anonkit.scrub(column, policy=SHIFTS, key=KEY)
    assert column.dtype in (made.dtype, "category")
    before, after = column.astype(object).tolist()[:2], made.astype(object).tolist()[:2]
    assert [type(one) for one in after] == [type(one) for one in before]
    moved = {pd.Timestamp(new) - pd.Timestamp(old) for old, new in zip(before, after, strict=True)}
    assert len(moved) == 1
    assert moved != {pd.Timedelta(0)}
    assert moved.pop() % pd.Timedelta(days=1) == pd.Timedelta(0)


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ns", "Asia/Shanghai")])
def test_what_a_policy_takes_away_is_null_at_midnight_too(kind):
    made = anonkit.scrub(pa.array([MIDNIGHT, None], pa.timestamp("s")).cast(kind), policy=REDACTS)
    assert made.type == kind
    assert made.null_count == 2


@pytest.mark.parametrize("policy", ["public", "anonymize"])
def test_a_birthday_stays_a_birthday(policy):
    column = pd.Series([dt.datetime(1990, 7, 12), None])  # noqa: DTZ001  as above
    made = anonkit.scrub(pd.DataFrame({"birthday": column}), policy=policy)
    assert made["birthday"][0] == "<DATE_OF_BIRTH>"


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_times_stay_as_they_are_where_none_are_looked_for(column):
    assert anonkit.scrub(column) is not None
    pd.testing.assert_series_equal(anonkit.scrub(column), column)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_a_scan_finds_what_is_scrubbed(column):
    found = anonkit.scan(column, entities=["TIMESTAMP"])
    assert found["row"].tolist() == [0, 1]
    assert (found["entity"] == "TIMESTAMP").all()
    assert found["end"].tolist()[1] == len("2024-03-04")
