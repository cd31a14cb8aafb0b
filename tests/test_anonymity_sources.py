"""Histograms that are counted where the table lies, and solutions applied batch by batch."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.anonymity.api import anonymize
from anonkit.anonymity.criteria import Distinct, Sensitive
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.search import solve
from anonkit.anonymity.sources import (
    histogram_from_counts,
    histogram_from_duckdb,
    histogram_from_spark,
    recoded,
)
from anonkit.errors import HierarchyError, UsageError

duckdb = pytest.importorskip("duckdb")

AGES = Hierarchy.from_rows([(str(age), f"{age // 10}0s", "*") for age in range(20, 100)])
TOWNS = Hierarchy.from_rows([("Lyon", "France", "*"), ("Paris", "France", "*"), ("Rome", "Italy", "*")])
GIVEN = {"age": AGES, "town": TOWNS}


@pytest.fixture
def people():
    random = np.random.default_rng(5)
    rows = 2_000
    return pa.table(
        {
            "age": pa.array(random.integers(20, 60, rows)),
            "town": pa.array(random.choice(["Lyon", "Paris", "Rome", None], rows, p=[0.6, 0.3, 0.09, 0.01])),
            "illness": pa.array(random.choice(["flu", "cold", "gout"], rows)),
            "mail": pa.array([f"person{number}@example.org" for number in range(rows)]),
        }
    )


def counts_of(histogram, cells=None):
    cells = cells or histogram.cells
    labels = [hierarchy.labels[0] for hierarchy in histogram.hierarchies]
    tuples = zip(*([own[code] for code in codes] for own, codes in zip(labels, cells.codes, strict=True)), strict=True)
    return dict(zip(tuples, cells.counts.tolist(), strict=True))


def counted(people):
    return people.group_by(["age", "town", "illness"]).aggregate([([], "count_all")])


@pytest.mark.parametrize("package", ["arrow", "pandas", "polars"])
def test_a_table_of_counts_has_the_histogram_of_the_table_that_was_counted(people, package):
    table = counted(people)
    made = {"arrow": lambda: table, "pandas": table.to_pandas, "polars": lambda: pl.from_arrow(table)}[package]()
    histogram = histogram_from_counts(made, ["age", "town"], "count_all", GIVEN, sensitive="illness")
    rows = zip(people["age"].to_pylist(), people["town"].to_pylist(), strict=True)
    assert counts_of(histogram) == Counter((str(age), town) for age, town in rows)
    illness = histogram.further["illness"]
    assert illness.counts.sum() == people.num_rows
    by_value = np.bincount(illness.values, illness.counts)
    expected = Counter(people["illness"].to_pylist())
    assert dict(zip(histogram.value_labels["illness"], by_value, strict=True)) == expected


def test_duckdb_counts_what_it_holds(people):
    connection = duckdb.connect()
    connection.register("people", people)
    for source, query in ((connection, "SELECT * FROM people"), (connection.sql("SELECT * FROM people"), None)):
        histogram = histogram_from_duckdb(source, ["age", "town"], GIVEN, sensitive=["illness"], query=query)
        expected = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN, sensitive="illness")
        assert counts_of(histogram) == counts_of(expected)


def test_names_with_quotes_blanks_and_the_names_of_counts_are_names():
    table = pa.table(
        {'a "b" c': ["x", "x", "y"], "count": ["1", "1", "1"], "counted": ["1", "2", "1"], "a;--": [1, 1, 1]}
    )
    connection = duckdb.connect()
    connection.register("odd", table)
    histogram = histogram_from_duckdb(connection.sql("FROM odd"), table.column_names)
    assert histogram.names == tuple(table.column_names)
    assert sorted(counts_of(histogram)) == [("x", "1", "1", "1"), ("x", "1", "2", "1"), ("y", "1", "1", "1")]


def test_five_million_rows_of_duckdb_are_solved_from_their_distinct_tuples():
    connection = duckdb.connect()
    query = """
        SELECT 20 + hash(i) % 60 AS age, ['Lyon', 'Paris', 'Rome'][1 + (hash(i + 7) % 3)::INT] AS town,
               ['flu', 'cold', 'gout', 'none'][1 + (hash(i + 9) % 4)::INT] AS illness
        FROM range(5_000_000) AS rows(i)
    """
    histogram = histogram_from_duckdb(connection, ["age", "town"], GIVEN, sensitive="illness", query=query)
    assert (histogram.rows, len(histogram.cells.counts)) == (5_000_000, 180)
    solution = solve(histogram, k=20_000, criteria=[Distinct(Sensitive.column(histogram, "illness"), 4)], limit=0)
    assert solution.is_optimal
    assert solution.levels in ((0, 0), (0, 1), (1, 0))


def batches(table, size=300):
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=size))


@pytest.mark.parametrize("l", [None, 3])
def test_batches_become_what_the_whole_table_becomes(people, l):  # noqa: E741
    histogram = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN, sensitive="illness")
    criteria = [] if l is None else [Distinct(Sensitive.column(histogram, "illness"), l)]
    solution = solve(histogram, k=8, criteria=criteria, limit=100)
    assert solution.suppressed
    made = pa.concat_tables(recoded(batches(people), histogram, solution))
    whole = anonymize(
        people, ["age", "town"], 8, l, sensitive=None if l is None else "illness", suppress=0.05, hierarchies=GIVEN
    )
    assert made.to_pylist() == whole.table.to_pylist()
    assert "example.org" not in str(made.to_pylist())
    assert sum(row["age"] == "*" or row["mail"] is None for row in made.to_pylist()) >= solution.suppressed


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(20, 29), st.sampled_from(["Lyon", "Paris", "Rome", None])), min_size=1, max_size=60),
    st.integers(1, 6),
    st.integers(0, 10),
    st.integers(1, 9),
)
def test_every_class_of_the_batches_together_has_k_rows(rows, k, limit, size):
    ages, towns = zip(*rows, strict=True)
    table = pa.table({"age": pa.array(ages), "town": pa.array(towns, pa.string())})
    counts = pa.table({**dict(zip(table.column_names, table.columns, strict=True)), "n": [1] * len(rows)})
    histogram = histogram_from_counts(counts, ["age", "town"], "n", GIVEN)
    solution = solve(histogram, k=k, limit=limit)
    if solution is None:
        return
    made = [row for part in recoded(batches(table, size), histogram, solution) for row in part.to_pylist()]
    assert len(made) == len(rows)
    classes = Counter((row["age"], row["town"]) for row in made)
    small = sum(size for size in classes.values() if size < k)
    assert small <= solution.suppressed <= limit


def test_rows_that_the_histogram_does_not_know_are_refused(people):
    histogram = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN)
    solution = solve(histogram, k=1)
    strange = pa.table({"age": [99], "town": ["Rome"]})
    with pytest.raises(UsageError, match="rows that the histogram does not know"):
        list(recoded(batches(strange), histogram, solution))
    with pytest.raises(HierarchyError, match=r'column "town" lacks 1 of its 1 values \(1 rows\)') as error:
        list(recoded(batches(pa.table({"age": [30], "town": ["Oslo"]})), histogram, solution))
    assert "Oslo" not in str(error.value)


def test_without_a_solution_there_is_nothing_to_apply(people):
    histogram = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN)
    with pytest.raises(UsageError, match="there is no solution to apply"):
        list(recoded(batches(people), histogram, solve(histogram, k=1_000_000)))


def test_batches_without_rows_are_left_out(people):
    histogram = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN)
    solution = solve(histogram, k=1)
    assert list(recoded([people.slice(0, 0)], histogram, solution)) == []


def test_values_that_are_not_listed_are_counted_in_rows_and_not_told():
    table = pa.table({"town": ["Lyon", "Oslo"], "n": [3, 40]})
    with pytest.raises(HierarchyError, match=r"lacks 1 of its 2 values \(40 rows\)") as error:
        histogram_from_counts(table, "town", "n", {"town": TOWNS})
    assert "Oslo" not in str(error.value)


@pytest.mark.parametrize("bad", [[1.5, 2.0], [-1, 2], [None, 1], ["1", "2"]])
def test_counts_are_whole_numbers_from_0(bad):
    with pytest.raises(UsageError, match='the counts in column "n" are whole numbers'):
        histogram_from_counts(pa.table({"town": ["Lyon", "Rome"], "n": bad}), "town", "n", {"town": TOWNS})


def test_tuples_that_stand_there_twice_add_up_and_such_that_do_not_occur_are_left_out():
    table = pd.DataFrame({"town": ["Lyon", "Lyon", "Rome"], "n": [3, 4, 0]})
    assert counts_of(histogram_from_counts(table, "town", "n", {"town": TOWNS})) == {("Lyon",): 7}


def test_arguments_that_do_not_go_together_are_told(people):
    table = counted(people)
    relation = duckdb.connect().sql("SELECT 1 AS a")
    for message, call in {
        'no column "tow"': lambda: histogram_from_counts(table, ["tow"], "count_all"),
        "cannot be sensitive and": lambda: histogram_from_counts(table, ["age"], "count_all", sensitive="age"),
        "no quasi-identifier; add": lambda: histogram_from_counts(table, ["age"], "count_all", GIVEN),
        "quasi names no column": lambda: histogram_from_counts(table, [], "count_all"),
        'table has no column "b"': lambda: histogram_from_duckdb(relation, "b"),
        "as a relation, or as a connection": lambda: histogram_from_duckdb(duckdb.connect(), "b"),
    }.items():
        with pytest.raises(UsageError, match=message):
            call()


class _Frame:
    """What the function asks of a DataFrame of Spark, over pandas: names are in backticks, toArrow is there."""

    def __init__(self, frame):
        self._frame = frame
        self.columns = list(frame.columns)

    def select(self, *quoted):
        return _Frame(self._frame[[name[1:-1].replace("``", "`") for name in quoted]])

    def toDF(self, *names):  # noqa: N802
        return _Frame(self._frame.set_axis(list(names), axis=1))

    def groupBy(self, *names):  # noqa: N802
        self._names = list(names)
        return self

    def count(self):
        return _Frame(self._frame.groupby(self._names, dropna=False).size().reset_index(name="count"))

    def toArrow(self):  # noqa: N802
        return pa.Table.from_pandas(self._frame, preserve_index=False)


def test_spark_counts_what_it_holds(people):
    histogram = histogram_from_spark(_Frame(people.to_pandas()), ["age", "town"], GIVEN, sensitive="illness")
    expected = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN, sensitive="illness")
    assert counts_of(histogram) == counts_of(expected)
    with pytest.raises(UsageError, match='no column "tow"'):
        histogram_from_spark(_Frame(people.to_pandas()), "tow")


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")  # of pyspark itself
def test_real_spark_counts_what_it_holds(people):
    sql = pytest.importorskip("pyspark.sql")
    spark = sql.SparkSession.builder.master("local[1]").getOrCreate()
    rows = [tuple(row.values()) for row in people.to_pylist()]
    frame = spark.createDataFrame(rows, "age long, town string, illness string, mail string")
    frame = frame.withColumnRenamed("town", "home.town `x`")
    names = {"age": AGES, "home.town `x`": TOWNS}
    histogram = histogram_from_spark(frame, list(names), names, sensitive="illness")
    expected = histogram_from_counts(counted(people), ["age", "town"], "count_all", GIVEN, sensitive="illness")
    assert counts_of(histogram) == counts_of(expected)
    spark.stop()
