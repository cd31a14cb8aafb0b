"""Does `anonkit.anonymize` give what is asked of it, or say in one sentence why it cannot?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import anonkit
from anonkit.anonymity.columns import Table, encode
from anonkit.anonymity.hierarchies import Ages, Flat
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.models import DistinctL, HierarchicalT, KMap, OrderedT, Presence

ROWS = 240


def people(rows=ROWS):
    """A made-up table."""
    random = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "age": random.integers(18, 90, rows),
            "sex": random.choice(["男", "女"], rows),
            "city": random.choice(["北京", "上海", "广州"], rows),
            "illness": random.choice(["flu", "cold", "gout", "none"], rows),
        }
    )


def sizes(result):
    """The sizes of the classes that are released."""
    table = result.table
    kept = table[~result.release.suppressed]
    return kept.groupby(list(result.quasi), dropna=False, observed=True).size()


def flat(*values):
    """A hierarchy of values and of everything."""
    return Hierarchy.from_rows([(value, "*") for value in values])


def test_every_released_class_has_k_rows():
    result = anonkit.anonymize(people(), ["age", "sex", "city"], k=7)
    assert sizes(result).min() >= 7
    assert result.suppressed == result.release.suppressed.sum() <= 0.05 * ROWS
    assert result.optimal
    assert set(result.levels) == {"age", "sex", "city"}


def test_every_released_class_has_l_values_and_is_close_to_the_table():
    table = people()
    result = anonkit.anonymize(table, ["age", "sex"], k=3, l=3, t=0.3, sensitive="illness")
    kept = result.table[~result.release.suppressed]
    whole = table["illness"].value_counts(normalize=True)
    for _, part in kept.groupby(["age", "sex"]):
        assert part["illness"].nunique() >= 3
        share = part["illness"].value_counts(normalize=True).reindex(whole.index, fill_value=0)
        assert (share - whole).abs().sum() / 2 <= 0.3 + 1e-9


def test_subjects_count_in_place_of_rows():
    table = people().assign(who=[f"u{row // 12}" for row in range(ROWS)])
    result = anonkit.anonymize(table, ["age", "sex"], k=4, subject="who", suppress=0.2)
    kept = result.table.assign(who=table["who"])[~result.release.suppressed]
    assert kept.groupby(["age", "sex"])["who"].nunique().min() >= 4
    assert result.table["who"].isna().all()


def test_subjects_have_each_sensitive_value_once_however_many_rows_they_have():
    table = pd.DataFrame(
        {
            "a": ["x"] * 10 + ["y"] * 2,
            "ill": ["flu"] * 9 + ["cold"] + ["flu", "cold"],
            "who": ["u1"] * 9 + ["u2", "u3", "u4"],
        }
    )
    asked = {"k": 2, "t": 0, "sensitive": "ill", "suppress": 0, "hierarchies": {"a": flat("x", "y")}}
    assert anonkit.anonymize(table, ["a"], subject="who", **asked).levels == {"a": 0}  # half and half in both classes
    assert anonkit.anonymize(table, ["a"], **asked).levels == {"a": 1}  # nine of ten rows


def test_a_map_to_a_population_needs_no_crowd_in_the_table():
    population = pd.DataFrame({"sex": ["男"] * 9 + ["女"] * 2})
    table = pd.DataFrame({"sex": ["男", "女"]})
    hierarchy = {"sex": flat("男", "女")}
    result = anonkit.anonymize(table, "sex", k=KMap(9, population), suppress=0.5, hierarchies=hierarchy)
    assert (result.levels, result.suppressed) == ({"sex": 0}, 1)
    hidden = anonkit.anonymize(
        table, "sex", k=1, delta=Presence(0.0, 0.2, population), suppress=0, hierarchies=hierarchy
    )
    assert hidden.levels == {"sex": 1}  # one of two women would be half of the women


def test_the_limit_is_the_share_of_rows_that_was_written():
    table = pd.DataFrame({"a": ["x"] * 71 + [f"y{n}" for n in range(29)]})
    hierarchy = {"a": flat("x", *(f"y{n}" for n in range(29)))}
    result = anonkit.anonymize(table, ["a"], k=5, suppress=0.29, hierarchies=hierarchy)  # 0.29 * 100 is 28.999...
    assert result.suppressed == result.report.suppressed_limit == 29


@pytest.mark.parametrize("make", [lambda x: x, pa.Table.from_pandas, pl.from_pandas])
def test_packages_give_the_same_result_and_their_own_type(make):
    table = make(people())
    result = anonkit.anonymize(table, ["age", "city"], k=5)
    assert type(result.table) is type(table)
    expected = anonkit.anonymize(people(), ["age", "city"], k=5)
    assert (result.levels, result.loss, result.suppressed) == (expected.levels, expected.loss, expected.suppressed)
    assert [*result.table["age"].to_numpy()] == [*expected.table["age"].to_numpy()]


def test_quasi_identifiers_are_those_of_profile_and_named_with_their_evidence():
    result = anonkit.anonymize(people(), k=5, sensitive="illness")
    roles = {column.name: column.role for column in anonkit.profile(people()).columns}
    assert result.quasi == tuple(name for name in people() if roles[name] == "quasi-identifier")
    assert all(why.startswith("anonkit.profile: ") for why in result.why)


def test_without_any_quasi_identifier_there_is_an_error():
    with pytest.raises(anonkit.UsageError, match="found no quasi-identifier"):
        anonkit.anonymize(pd.DataFrame({"zzz": [0.5, 1.25, 3.5]}))


def test_hierarchies_may_be_files_tables_builders_and_hierarchies(tmp_path):
    rows = [(str(age), f"{age // 10}x", "*") for age in range(100)]
    path = tmp_path / "age.csv"
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    given = [str(path), path, pd.DataFrame(rows), pl.DataFrame(rows, orient="row"), Hierarchy.from_rows(rows)]
    losses = {anonkit.anonymize(people(), ["age"], k=9, hierarchies={"age": one}).loss for one in given}
    assert len(losses) == 1
    result = anonkit.anonymize(people(), ["age"], k=9, hierarchies={"age": Ages(widths=(10,))})
    assert result.suggested == {}
    assert set(result.table["age"].dropna()) <= {"*", *(f"{low}-{low + 9}" for low in range(0, 90, 10)), "90+"}


def test_weights_say_which_column_is_kept():
    table = pd.DataFrame({"a": list("xxyyxxyy"), "b": list("uvuvuvuv")})
    hierarchies = {"a": flat("x", "y"), "b": flat("u", "v")}
    for dear, cheap in (("a", "b"), ("b", "a")):
        result = anonkit.anonymize(
            table, ["a", "b"], k=4, suppress=0, hierarchies=hierarchies, weights={dear: 5, cheap: 1}
        )
        assert result.levels == {dear: 0, cheap: 1}


def test_local_recoding_says_so_and_loses_less():
    table = people()
    whole = anonkit.anonymize(table, ["age", "city"], k=5)
    local = anonkit.anonymize(table, ["age", "city"], k=5, method="local")
    assert (local.method, local.optimal, local.levels) == ("local", False, {"age": None, "city": None})
    assert sizes(local).min() >= 5
    assert local.loss < whole.loss
    assert all(0 <= column.loss < 1 for column in local.report.columns)


def test_a_lattice_of_any_size_is_recoded_locally_and_not_built():
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.integers(0, 1000, (200, 14)), columns=[f"c{n}" for n in range(14)])
    for loss in ("normalised", "discernibility", "class-size", "entropy"):
        result = anonkit.anonymize(table, list(table), k=5, loss=loss)
        assert result.nodes > 10**9
        assert (result.method, result.optimal) == ("local", False)
        assert sizes(result).min() >= 5
    with pytest.raises(anonkit.UsageError, match="too many to look for the optimum"):
        anonkit.anonymize(table, list(table), k=5, method="optimal")


# --- what tables may hold --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", ["pandas", "pyarrow", "polars"])
def test_nulls_and_nan_are_one_value(package):
    values = [1.5, None, float("nan"), 1.5, None, float("nan")]
    make = {"pandas": pd.DataFrame, "pyarrow": pa.table, "polars": lambda data: pl.DataFrame(data, strict=False)}
    table = make[package]({"a": values})
    hierarchy = {"a": flat("1.5")}
    result = anonkit.anonymize(table, ["a"], k=4, suppress=0.34, hierarchies=hierarchy)
    assert (result.levels["a"], result.suppressed) == (0, 2)  # four rows without a value are one class
    released = result.table["a"].to_list() if package == "polars" else [*result.table["a"].to_numpy()]
    told = {repr(value) for row, value in enumerate(released) if row not in (0, 3)}
    assert len(told) == 1  # and look the same


def test_a_null_in_a_generalised_column_stays_one_below_the_top():
    table = pd.DataFrame({"a": ["ab", "ac", None, None]})
    rows = [("ab", "a?", "*"), ("ac", "a?", "*")]
    result = anonkit.anonymize(table, ["a"], k=2, suppress=0, hierarchies={"a": Hierarchy.from_rows(rows)})
    assert result.table["a"].tolist()[:2] == ["a?", "a?"]
    assert result.table["a"].isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize("make", [lambda x: x, pa.Table.from_pandas, pl.from_pandas])
def test_a_table_without_rows_comes_back_as_it_is(make):
    table = make(people().head(0))
    result = anonkit.anonymize(table, ["age", "sex"], k=5)
    assert type(result.table) is type(table)
    assert (len(result.table), result.suppressed, result.loss, result.optimal) == (0, 0, 0.0, True)
    assert result.levels == {"age": 0, "sex": 0}
    assert "0 rows" in repr(result)
    assert result.report.after.classes == 0


def test_one_row_is_released_where_k_is_1_or_suppressed_where_that_may_be():
    table = people(1)
    assert anonkit.anonymize(table, ["age", "sex"], k=1).levels == {"age": 0, "sex": 0}
    result = anonkit.anonymize(table, ["age", "sex"], k=2, suppress=1)
    assert result.suppressed == 1
    with pytest.raises(anonkit.UsageError, match="ask for 1 at most"):
        anonkit.anonymize(table, ["age", "sex"], k=2)


def test_one_column_is_enough():
    result = anonkit.anonymize(people()[["age"]], "age", k=5)
    assert sizes(result).min() >= 5
    assert list(result.table) == ["age"]


def test_more_than_all_rows_cannot_be_a_crowd():
    with pytest.raises(anonkit.UsageError, match=r"k is 500, and the table has 240 rows: ask for 240 at most"):
        anonkit.anonymize(people(), ["age"], k=500)
    result = anonkit.anonymize(people(), ["age"], k=500, suppress=1)
    assert (result.suppressed, result.classes) == (ROWS, 0)


def test_what_no_node_can_give_is_told():
    with pytest.raises(anonkit.UsageError, match="no generalisation gives what is asked with 12 of 240"):
        anonkit.anonymize(people(), ["age"], k=5, l=5, sensitive="illness")


def test_values_that_a_hierarchy_lacks_are_counted_and_not_shown():
    table = pd.DataFrame({"town": ["known", "secretville", "secretville", "hidden"]})
    with pytest.raises(anonkit.HierarchyError) as error:
        anonkit.anonymize(table, ["town"], k=1, hierarchies={"town": flat("known")})
    assert 'column "town" lacks 2 of its 3 values (3 rows)' in str(error.value)
    assert "secret" not in str(error.value)
    assert "hidden" not in str(error.value)


def test_values_that_only_the_population_has_are_told_apart():
    table, population = pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": ["x", "secret"]})
    with pytest.raises(anonkit.HierarchyError, match=r'column "a" of the population lacks 1 of its 2 values'):
        anonkit.anonymize(table, ["a"], k=KMap(1, population), hierarchies={"a": flat("x")})
    assert anonkit.anonymize(table, ["a"], k=KMap(1, population)).levels == {"a": 0}  # a suggested one has both


def test_one_and_the_text_1_are_two_values():
    table = pd.DataFrame({"a": pd.Series([1, "1", 1, "1", True, 1.0], dtype=object)})
    result = anonkit.anonymize(table, ["a"], k=2, suppress=0.5)
    assert (result.levels["a"], result.suppressed) == (0, 2)
    assert [repr(value) for value in result.table["a"]] == ["1", "'1'", "1", "'1'", "'*'", "'*'"]
    given = anonkit.anonymize(table, ["a"], k=6, suppress=0, hierarchies={"a": flat("1", "True")})
    assert given.levels == {"a": 1}


def test_a_name_that_two_columns_have_cannot_be_named_but_may_be_there():
    table = people()
    table.columns = ["age", "x", "x", "illness"]
    assert anonkit.anonymize(table, ["age"], k=5).table.columns.tolist() == ["age", "x", "x", "illness"]
    with pytest.raises(anonkit.UsageError, match='2 columns are called "x"'):
        anonkit.anonymize(table, ["age", "x"], k=5)


def test_names_of_columns_may_be_any_text_or_number():
    table = people()
    table.columns = ['the "age"; of', "it's sex", 3, ("a", "b")]
    assert anonkit.anonymize(table, ("a", "b"), k=5).quasi == (("a", "b"),)
    assert anonkit.anonymize(table, 3, k=5).quasi == (3,)
    result = anonkit.anonymize(table, ['the "age"; of', "it's sex", 3], k=5)
    assert list(result.levels) == ['the "age"; of', "it's sex", 3]
    assert sizes(result).min() >= 5


def test_lists_cannot_be_quasi_identifiers():
    for table in (pd.DataFrame({"a": [[1], [2]]}), pa.table({"a": [[1], [2]]}), pl.DataFrame({"a": [[1], [2]]})):
        with pytest.raises(anonkit.UsageError, match='column "a" holds lists'):
            anonkit.anonymize(table, ["a"], k=1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"quasi": ["agee"]}, 'no column "agee"'),
        ({"quasi": []}, "names no column"),
        ({"sensitive": "age"}, 'column "age" cannot be sensitive and a quasi-identifier'),
        ({"subject": "age"}, 'column "age" cannot be the subject and a quasi-identifier'),
        ({"suppress": 1.5}, "suppress is the share"),
        ({"loss": "lm"}, 'there is no loss "lm"'),
        ({"method": "best"}, 'method is "optimal" or "local"'),
        ({"seconds": 0}, "seconds is how long"),
        ({"hierarchies": {"sex": flat("男", "女")}}, 'column "sex", which is no quasi-identifier'),
        ({"hierarchies": {"age": 3}}, 'hierarchy of column "age" is a path'),
        ({"seconds": "1"}, "seconds is how long"),
        ({"weights": {"age": -1}}, "weights are numbers"),
        ({"weights": {"age": "1"}}, "weights are numbers"),
        ({"policy": "nonesuch"}, "nonesuch"),
    ],
)
def test_what_is_wrong_is_told_at_once(asked, said):
    with pytest.raises(anonkit.UsageError, match=said):
        anonkit.anonymize(people(), **{"quasi": ["age"], **asked})


def test_what_is_no_table_is_no_table():
    for thing in ("text", [1], pd.Series([1])):
        with pytest.raises(TypeError, match="anonymizes tables"):
            anonkit.anonymize(thing, ["a"])


def test_a_hierarchy_of_the_sensitive_column_is_read(tmp_path):
    path = tmp_path / "illness.csv"
    path.write_text("flu;air;*\ncold;air;*\ngout;food;*\nnone;none;*\n", encoding="utf-8")
    result = anonkit.anonymize(people(), ["age"], k=2, t=HierarchicalT(0.4, str(path)), sensitive="illness")
    assert result.optimal


def test_a_model_may_be_asked_of_each_column_by_name():
    result = anonkit.anonymize(people(), ["age"], k=2, l={"illness": DistinctL(2), "city": 2})
    kept = result.table[~result.release.suppressed]
    assert kept.groupby("age")[["illness", "city"]].nunique().min().min() >= 2


# --- columns ---------------------------------------------------------------------------------------------------------

VALUES = st.lists(st.one_of(st.none(), st.integers(-3, 3), st.text("ab1", max_size=2)), max_size=30)


@given(VALUES)
@settings(deadline=None)
def test_rows_have_the_same_code_just_if_they_have_the_same_value(values):
    column = encode("a", np.array([*values, None], object)[:-1])
    distinct = column.listed()
    assert [distinct[code] for code in column.codes] == values
    assert column.size == len({(type(value), value) for value in values})
    assert [values[row] for row in column.first] == distinct
    kinds = [(type(value), value) for value in values]
    assert all(kinds.index(kinds[row]) == row for row in column.first)


def test_large_columns_are_encoded_in_threads_as_small_ones_are():
    table = pd.DataFrame({"a": np.arange(250_000) % 7, "b": np.array(["x", "y", "z"])[np.arange(250_000) % 3]})
    result = anonkit.anonymize(table, ["a", "b"], k=5)
    assert sizes(result).to_dict() == table.groupby(["a", "b"]).size().to_dict()


def test_categories_and_dictionaries_that_no_row_has_are_no_values():
    categories = pd.Categorical(["x", None, "x"], categories=["unused", "x"])
    assert encode("a", categories).listed() == ["x", None]
    chunks = [pa.array(["x", "y"]).dictionary_encode(), pa.array(["y", None]).dictionary_encode()]
    column = encode("a", pa.chunked_array(chunks))
    assert [column.listed()[code] for code in column.codes] == ["x", "y", "y", None]


def test_a_column_is_named_as_its_type_is_before_it_is_by_what_is_equal():
    table = Table.of(pd.DataFrame([[1, 2]], columns=[1, True]))
    assert (table.place(1), table.place(True)) == (0, 1)


PHONES = ["13812345678", "13912345678", "13712345678", "13612345678", "13512345678"]


@pytest.mark.parametrize("form", [pd.DataFrame, pa.table, pl.DataFrame])
def test_sensitive_values_that_are_released_as_one_count_as_one(form):
    hidden = form({"q": [1] * 5 + [2] * 5, "s": PHONES * 2})
    for asked in ({"l": 2}, {"l": {"s": 3}}):
        with pytest.raises(anonkit.UsageError, match="no generalisation"):
            anonkit.anonymize(hidden, ["q"], k=5, suppress=0, sensitive="s", **asked)
    close = form({"q": [1] * 5 + [2] * 5, "s": [*PHONES[:3], "a", "a", *PHONES[2:], "a", "a"]})
    result = anonkit.anonymize(close, ["q"], k=5, suppress=0, sensitive="s", t=0.0, l=2)
    assert result.levels == {"q": 0}
    assert "13812345678" not in str(result.table)


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"q": [1] * 8, "s": pd.Series([1, 1.0, True, np.int64(1)] * 2, dtype=object)}),
        pd.DataFrame({"q": [1] * 8, "s": [0.0, -0.0] * 4}),
        pa.table({"q": [1] * 8, "s": [0.0, -0.0] * 4}),
        pl.DataFrame({"q": [1] * 8, "s": [0.0, -0.0] * 4}),
    ],
)
def test_equal_sensitive_values_are_one_value(table):
    with pytest.raises(anonkit.UsageError, match="no generalisation"):
        anonkit.anonymize(table, ["q"], k=4, l=2, sensitive="s")


def test_sensitive_values_count_as_the_policy_leaves_them():
    table = pd.DataFrame({"q": [1] * 5 + [2] * 5, "s": PHONES * 2})
    assert anonkit.anonymize(table, ["q"], k=5, l=5, sensitive="s", suppress=0, policy="mask").levels == {"q": 0}


LEVELS = ["low", "mid", "high"]
GRADES = ["low", "mid", "high", "high", "low", "low", "mid", "high"]


@pytest.mark.parametrize(
    "grades",
    [
        pd.Series(pd.Categorical(GRADES, categories=[*LEVELS, "unused"], ordered=True)),
        pa.DictionaryArray.from_arrays([LEVELS.index(one) for one in GRADES], LEVELS, ordered=True),
        pl.Series(GRADES, dtype=pl.Enum([*LEVELS, "unused"])),
    ],
)
def test_ordered_t_knows_the_order_of_a_type(grades):
    form = {"pandas": pd.DataFrame, "pyarrow": pa.table, "polars": pl.DataFrame}[type(grades).__module__.split(".")[0]]
    table = form({"x": [1] * 4 + [2] * 4, "s": grades})
    for t in (0.05, 0.1, 0.12, 0.13, 0.2):
        asked = {"quasi": ["x"], "k": 4, "sensitive": "s", "suppress": 0}
        levels = anonkit.anonymize(table, t=OrderedT(t), **asked).levels
        assert levels == anonkit.anonymize(table, t=OrderedT(t, LEVELS), **asked).levels


def test_ordered_t_sorts_what_has_no_order():
    table = pd.DataFrame({"x": [1] * 4 + [2] * 4, "s": pd.Categorical(GRADES, categories=LEVELS)})
    asked = {"quasi": ["x"], "k": 4, "sensitive": "s", "suppress": 0}
    found = {t: anonkit.anonymize(table, t=OrderedT(t), **asked).levels for t in (0.1, 0.13)}
    assert found == {t: anonkit.anonymize(table, t=OrderedT(t, sorted(LEVELS)), **asked).levels for t in found}


@pytest.mark.parametrize("name", ["age", "s", "who"])
def test_an_index_with_the_name_of_a_column_that_counts_is_refused(name):
    table = pd.DataFrame({"age": [1] * 10, "s": [1, 2] * 5, "who": range(10)})
    asked = {"k": 5, "l": 2, "sensitive": "s", "subject": "who"}
    for index in (pd.Index(range(10), name=name), pd.MultiIndex.from_arrays([range(10), range(10)], names=["a", name])):
        with pytest.raises(anonkit.UsageError, match="reset_index"):
            anonkit.anonymize(table.set_index(index), ["age"], **asked)
    assert anonkit.anonymize(table.rename_axis("row"), ["age"], **asked).suppressed == 0


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0, 3.0, 4.0],
        list(pd.date_range("2020-01-01", periods=4)),
        [b"a", b"b", b"c", b"d"],
        [True, False, None, True],
        [1, "1", 2.5, None],
    ],
)
def test_hierarchical_t_finds_values_as_a_quasi_identifier_does(values):
    table = pd.DataFrame({"x": [1] * 4 + [2] * 4, "s": pd.Series(values * 2, dtype=object)})
    result = anonkit.anonymize(table, ["x"], k=4, sensitive="s", t=HierarchicalT(0.5, Flat()), suppress=0)
    assert result.levels == {"x": 0}
