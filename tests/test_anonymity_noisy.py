"""Noisy counts: what is drawn, what is left out, what a subject may contribute."""

from __future__ import annotations

import math
import sys
from collections import Counter

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.anonymity import noisy
from anonkit.anonymity.noisy import noisy_counts
from anonkit.errors import UsageError

dp = pytest.importorskip("opendp.prelude")


def towns(**sizes):
    return pa.table({"town": [town for town, size in sizes.items() for _ in range(size)]})


def told(table):
    return {row["town"]: row["count"] for row in table.to_pylist()}


def test_large_groups_are_told_with_noise_and_small_ones_vanish():
    seen = [told(noisy_counts(towns(Lyon=5_000, Rome=3_000, Oslo=2), "town", 1.0, 1e-9)) for _ in range(40)]
    assert all(set(counts) == {"Lyon", "Rome"} for counts in seen)  # Oslo: 1e-9 a time
    assert all(abs(counts["Lyon"] - 5_000) < 40 for counts in seen)  # e^-40
    assert len({counts["Lyon"] for counts in seen}) > 1


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 60), min_size=1),
    st.floats(0.2, 5),
    st.integers(1, 3),
)
def test_no_group_is_told_whose_count_is_below_the_threshold(sizes, epsilon, rows):
    counts = told(noisy_counts(towns(**sizes), "town", epsilon, 1e-9, max_rows_per_subject=rows))
    assert set(counts) <= set(sizes)
    least = rows * (1 + math.log(1 / (2e-9)) / epsilon) * 0.9  # what theory asks for, nearly
    assert all(count > least for count in counts.values())
    alone = {town for town, size in sizes.items() if size <= rows}
    assert not alone & set(counts)  # 1e-9 a time


@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_the_noise_is_laplace_of_the_scale_that_epsilon_asks_for(epsilon):
    keys = {"town": [str(number) for number in range(4_000)]}
    noise = np.array(noisy_counts(towns(Lyon=1), "town", epsilon, keys=keys)["count"])
    share = math.exp(-epsilon)
    variance = 2 * share / (1 - share) ** 2  # of the two-sided geometric distribution
    assert abs(noise.mean()) < 6 * math.sqrt(variance / len(noise))
    assert 0.75 < noise.var() / variance < 1.33
    assert noise.dtype == np.int64


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(("epsilon", "delta"), [(0.1, 1e-12), (1.0, 1e-6), (3.3, 1e-3)])
def test_opendp_itself_says_that_noise_and_threshold_keep_the_promise_and_no_smaller_one_does(epsilon, delta, rows):
    dp.enable_features("contrib")
    measurement = noisy._thresholded(dp, epsilon, delta, rows)
    spent_epsilon, spent_delta = measurement.map((rows, rows, rows))
    assert 0.99 * epsilon < spent_epsilon <= epsilon
    assert delta / math.exp(1.2 * epsilon / rows) < spent_delta <= delta
    assert noisy._laplace(dp, noisy._scale(dp, epsilon, rows)).map(rows) <= epsilon


def test_a_subject_contributes_no_more_rows_than_it_may():
    table = pa.table(
        {
            "town": ["Lyon"] * 9_000 + ["Rome"] * 1_000,
            "who": ["one"] * 9_000 + [str(number) for number in range(1_000)],
        }
    )
    keys = {"town": ["Lyon", "Rome"]}
    counts = told(noisy_counts(table, "town", 2.0, keys=keys, subject="who", max_rows_per_subject=3))
    assert abs(counts["Lyon"] - 3) < 60
    assert abs(counts["Rome"] - 1_000) < 60
    assert "Lyon" not in told(noisy_counts(table, "town", 2.0, 1e-9, subject="who", max_rows_per_subject=3))


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 4))
def test_of_each_subject_as_many_rows_count_as_may(subjects, most):
    table = noisy.Table.of(pa.table({"who": pa.array(subjects, pa.int64())}))
    kept = noisy._bounded(table, "who", most)
    assert len(set(kept.tolist())) == len(kept)
    expected = {who: min(size, most) for who, size in Counter(subjects).items()}
    assert Counter(subjects[row] for row in kept) == expected


def test_which_rows_of_a_subject_count_is_left_to_chance():
    table = noisy.Table.of(pa.table({"who": ["one"] * 1_000}))
    assert len({int(noisy._bounded(table, "who", 1)[0]) for _ in range(20)}) > 10


def test_known_groups_are_all_told_and_others_never():
    table = pa.table({"town": ["Lyon"] * 500 + ["Oslo"] * 500, "sex": ["f", "m"] * 500})
    made = noisy_counts(table, ["town", "sex"], 1.0, keys={"town": ["Lyon", "Rome"], "sex": ["f", "m"]})
    counts = {(row["town"], row["sex"]): row["count"] for row in made.to_pylist()}
    assert list(counts) == [("Lyon", "f"), ("Lyon", "m"), ("Rome", "f"), ("Rome", "m")]
    assert abs(counts["Lyon", "f"] - 250) < 50
    assert abs(counts["Rome", "f"]) < 50


def test_counts_below_zero_become_zero_if_asked():
    keys = {"town": [str(number) for number in range(300)]}
    assert min(noisy_counts(towns(Lyon=1), "town", 0.5, keys=keys)["count"].to_pylist()) < 0
    assert min(noisy_counts(towns(Lyon=1), "town", 0.5, keys=keys, nonnegative=True)["count"].to_pylist()) == 0


def test_the_order_of_the_groups_tells_nothing_of_the_order_of_the_rows():
    sizes = dict.fromkeys("hgfedcba", 300)
    for _ in range(3):
        assert list(told(noisy_counts(towns(**sizes), "town", 1.0, 1e-6))) == sorted(sizes)


def test_a_table_of_the_same_package_comes_back_and_nothing_of_other_groups_is_in_it():
    frame = pd.DataFrame({"town": pd.Categorical(["Lyon"] * 900 + ["Oslo"]), "count": [1] * 901})
    made = noisy_counts(frame, ["town", "count"], 1.0, 1e-6)
    assert list(made.columns) == ["town", "count", "count_"]
    assert made["count_"].dtype == np.int64
    assert "Oslo" not in str(made.to_dict()) + str(made["town"].dtype)
    assert isinstance(noisy_counts(pl.from_pandas(frame), "count", 1.0, 1e-6), pl.DataFrame)


def test_nulls_are_a_group_and_an_empty_table_has_none():
    made = told(noisy_counts(pa.table({"town": [None] * 500 + ["Rome"] * 500}), "town", 1.0, 1e-6))
    assert list(made) == ["Rome", None]
    assert told(noisy_counts(pa.table({"town": pa.array([], pa.string())}), "town", 1.0, 1e-6)) == {}


def test_arguments_that_do_not_go_together_are_told():
    table = towns(Lyon=3)
    for message, arguments in {
        "epsilon is a number above 0": {"epsilon": 0, "delta": 1e-6},
        "epsilon is a number above": {"epsilon": math.nan, "delta": 1e-6},
        "need a delta": {"epsilon": 1},
        "delta is a number above 0": {"epsilon": 1, "delta": 0},
        "max_rows_per_subject is a whole number": {"epsilon": 1, "delta": 1e-6, "max_rows_per_subject": 0},
        'keys do not tell the values of column "town"': {"epsilon": 1, "keys": {}},
        'values of column "sex", which is not in by': {"epsilon": 1, "keys": {"town": ["x"], "sex": ["m"]}},
        'no column "who"': {"epsilon": 1, "delta": 1e-6, "subject": "who"},
        "epsilon is too small": {"epsilon": 1e-300, "delta": 1e-6},
    }.items():
        with pytest.raises(UsageError, match=message):
            noisy_counts(table, "town", **arguments)
    with pytest.raises(UsageError, match='column "who" has nulls'):
        noisy_counts(pa.table({"town": ["x"], "who": [None]}), "town", 1.0, 1e-6, subject="who")
    with pytest.raises(UsageError, match="by names no column"):
        noisy_counts(table, [], 1.0, 1e-6)


def test_without_opendp_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(UsageError, match=r"pip install 'anonkit\[dp\]'"):
        noisy_counts(towns(Lyon=3), "town", 1.0, 1e-6)
