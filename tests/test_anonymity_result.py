"""What does a result say of what anonymity cost, without a value of the table?"""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import anonkit
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.models import OrderedT
from anonkit.anonymity.report import BUCKETS, Sizes

MARKS = ("zyxwv", "qponm")


@pytest.fixture(scope="module")
def result():
    """Eight of ten rows in two classes of the made-up town; two rows are suppressed."""
    table = pd.DataFrame({"town": [*["aa"] * 3, *["ab"] * 2, *["ba"] * 3, *MARKS], "sex": ["f"] * 10, "n": range(10)})
    rows = [
        ("aa", "a", "*"),
        ("ab", "a", "*"),
        ("ba", "b", "*"),
        ("bb", "b", "*"),
        *((mark, mark, "*") for mark in MARKS),
    ]
    hierarchies = {"town": Hierarchy.from_rows(rows)}
    return anonkit.anonymize(table, ["town", "sex"], k=3, suppress=0.2, hierarchies=hierarchies)


def test_the_result_tells_what_was_found(result):
    assert (result.levels, result.suppressed, result.classes) == ({"town": 1, "sex": 0}, 2, 2)
    assert (result.optimal, result.bound, result.method) == (True, result.loss, "optimal")
    assert result.nodes == 6
    assert 0 < result.nodes_checked <= 6
    assert result.suggested == {"sex": result.suggested["sex"]}


def test_the_report_shows_no_column_name_that_identifies_somebody():
    table = pd.DataFrame({"13812345678": [1] * 10, "13912345678": list("ab") * 5})
    made = anonkit.anonymize(table, ["13812345678"], k=5, l=2, sensitive="13912345678")
    told = [json.dumps(made.report.to_dict()), str(made.report), made.report._repr_html_()]
    assert not [text for text in told if "13812345678" in text or "13912345678" in text]
    assert made.levels == {"13812345678": 0}


def test_the_report_tells_sizes_and_risk_before_and_after(result):
    report = result.report
    assert report.before == Sizes(5, 10, 1, 2.0, 2.0, 3, (2, 1, 2, *[0] * (len(BUCKETS) - 3)), 1.0, 0.5)
    assert report.after == Sizes(2, 8, 3, 4.0, 4.0, 5, (0, 0, 1, 1, *[0] * (len(BUCKETS) - 4)), 1 / 3, 0.25)
    assert (report.rows, report.suppressed, report.suppressed_limit) == (10, 2, 2)
    assert report.asked == "k = 3"


def test_the_loss_of_each_column_adds_up_to_that_of_the_table(result):
    town, sex = result.report.columns
    # of 6 leaves: 2 under each released value, all of them under what is suppressed
    assert town.loss == pytest.approx((8 * 2 + 2 * 6 - 10) / (10 * 5))
    assert (town.before, town.after, town.level, town.levels) == (5, 2, 1, 3)
    assert sex.loss == 0  # a column of one value tells nothing
    both = math.sqrt((1 + town.loss) * (1 + sex.loss)) - 1
    assert result.loss == pytest.approx(both, abs=1e-9)


def test_the_path_marks_the_node_that_was_chosen(result):
    path = result.report.path
    assert path.losses[path.best] == result.loss
    assert path.heights[path.best] == sum(result.levels.values())
    assert result.loss == min(loss for loss in path.losses if loss is not None)


def test_all_that_is_said_is_free_of_values(result):
    said = [
        repr(result),
        str(result.report),
        repr(result.report),
        result._repr_html_(),
        json.dumps(result.report.to_dict()),
    ]
    for text in said:
        assert not any(mark in text for mark in (*MARKS, "'aa'", ">aa<", " aa "))
    assert len(repr(result)) < 200
    assert repr(result).startswith("<anonkit.Result: 10 rows, 2 suppressed, 2 classes, normalised loss ")
    assert "optimal, " in repr(result)


def test_html_is_escaped():
    table = pd.DataFrame({"<b>&": list("xxyy")})
    html = anonkit.anonymize(table, ["<b>&"], k=2)._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_the_models_are_told_in_words():
    table = pd.DataFrame({"a": list("xxxxyyyy"), "s": list("uvuvuvuv"), "w": list("abcdabcd")})
    result = anonkit.anonymize(table, ["a"], k=2, l=2, t=0.25, sensitive="s")
    assert result.report.asked == "k = 2, distinct l = 2 of s, t (equal distance) = 0.25 of s"


def test_a_search_that_ran_out_of_time_says_so_and_how_good_it_is():
    random = np.random.default_rng(3)
    table = pd.DataFrame({f"c{n}": random.integers(0, 50, 3000) for n in range(6)})
    result = anonkit.anonymize(table, list(table), k=5, seconds=1e-6)
    assert not result.optimal
    assert result.bound < result.loss
    assert "not proven optimal: no better than" in repr(result)
    assert "not proven optimal" in str(result.report)


def test_three_plots_are_drawn_without_a_warning(result, tmp_path):
    pytest.importorskip("matplotlib")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = result.plot()
        figure.savefig(tmp_path / "cost.png")
    assert len(figure.axes) == 3
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert (tmp_path / "cost.png").stat().st_size > 10_000


@pytest.mark.parametrize("name", ["性别", "$x$", "a\N{GRINNING FACE}", "", "emoji $ 龘"])
def test_names_that_a_font_lacks_are_drawn_as_numbers(name, tmp_path):
    pytest.importorskip("matplotlib")
    table = pd.DataFrame({name: list("xxyy")})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        anonkit.anonymize(table, [name], k=2).plot().savefig(tmp_path / "cost.png")


def test_results_without_a_lattice_or_rows_are_drawn_too(tmp_path):
    pytest.importorskip("matplotlib")
    table = pd.DataFrame({"a": range(20)})
    for one in (
        anonkit.anonymize(table, ["a"], k=3, method="local"),
        anonkit.anonymize(table.head(0), ["a"], k=3),
        anonkit.anonymize(table, ["a"], k=30, suppress=1),
        anonkit.anonymize(table, ["a"], k=3, loss="discernibility"),
    ):
        one.plot().savefig(tmp_path / "cost.png")
        assert str(one.report)


def test_without_matplotlib_plots_say_what_to_install(result, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "anonkit.anonymity.plots", raising=False)
    monkeypatch.delattr("anonkit.anonymity.plots", raising=False)
    with pytest.raises(anonkit.UsageError, match=r'pip install "anonkit\[plot\]"'):
        result.plot()


def test_the_call_builds_neither_table_nor_report_nor_plots():
    code = (
        "import sys, pandas, anonkit\n"
        "given = {'a': pandas.DataFrame([['x', '*'], ['y', '*']])}\n"
        "r = anonkit.anonymize(pandas.DataFrame({'a': list('xxyy')}), ['a'], k=2, hierarchies=given)\n"
        "assert not {'table', 'report'} & set(vars(r)), vars(r)\n"
        "assert 'anonkit.scrubber' not in sys.modules, 'the engine was built'\n"
        "assert 'matplotlib' not in sys.modules\n"
        "assert 'anonkit.anonymity.report' not in sys.modules\n"
        "r.table\n"
        "assert 'anonkit.scrubber' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_import_anonkit_does_not_import_what_only_tables_need():
    code = "import sys, anonkit; assert not {'pandas', 'pyarrow', 'numpy'} & set(sys.modules), 'heavy'"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def anonkit_objects(thing, seen):
    """All objects of anonkit's classes that a thing holds."""
    if id(thing) in seen or isinstance(thing, type):
        return
    seen[id(thing)] = thing
    if type(thing).__module__.startswith("anonkit.anonymity"):
        yield thing
        names = {name for one in type(thing).__mro__ for name in getattr(one, "__slots__", ())}
        for name in names | {*getattr(thing, "__dict__", {})}:
            if not name.startswith("__"):
                yield from anonkit_objects(getattr(thing, name, None), seen)
    elif isinstance(thing, (tuple, list)):
        for one in thing:
            yield from anonkit_objects(one, seen)
    elif isinstance(thing, dict):
        yield from anonkit_objects(list(thing.values()), seen)


@pytest.mark.parametrize("form", [pd.DataFrame, pa.table, pl.DataFrame])
@pytest.mark.parametrize("method", ["optimal", "local"])
def test_no_repr_within_a_result_shows_a_value(form, method):
    table = form({"x": [1] * 5 + [2] * 5, "z": ["SECRETZ"] * 9 + ["SECRETY"], "s": ["a", "SECRETS"] * 5})
    asked = {"k": 4, "l": 2, "sensitive": "s", "suppress": 0.1, "method": method}
    result = anonkit.anonymize(table, ["x", "z"], t=OrderedT(1, ["a", "SECRETS"]), **asked)
    assert "SECRETZ" in str(result.table["z"])
    assert str(result.report)
    held = list(anonkit_objects(result, {}))
    assert {"Result", "Release", "Search", "Table", "Encoded", "Recoded", "Histogram", "Cells", "Hierarchy"} <= {
        type(one).__name__ for one in held
    }
    assert not [type(one).__name__ for one in held if "SECRET" in repr(one)]


def test_suppressed_rows_are_marked_row_by_row():
    table = pd.DataFrame({"x": ["*"] * 6 + ["a"] * 6 + ["b"]})
    result = anonkit.anonymize(table, ["x"], k=5, suppress=0.2)
    assert result.suppressed_rows.tolist() == [False] * 12 + [True]
    assert list(anonkit.anonymize(table[:0], ["x"]).suppressed_rows) == []


def test_a_result_is_not_pickled():
    with pytest.raises(anonkit.UsageError, match=r"result\.table"):
        pickle.dumps(anonkit.anonymize(pd.DataFrame({"x": [1] * 10}), ["x"]))


def test_what_is_no_unicode_is_no_error_and_in_no_message():
    text = pd.Series(["SECRET\ud800", "b"] * 10, dtype=object)
    table = pd.DataFrame({"x": text})
    assert set(anonkit.anonymize(table, ["x"], k=5).table["x"]) == {"SECRET\ud800", "b"}
    rows = [("SECRET\ud800", "q\udfff", "*"), ("b", "q\udfff", "*")]
    result = anonkit.anonymize(table, ["x"], k=15, hierarchies={"x": Hierarchy.from_rows(rows)})
    assert set(result.table["x"]) == {"q\ufffd"}
