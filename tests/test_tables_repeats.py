"""Columns with few different values give what they would give cell by cell."""

import random

import numpy as np
import pyarrow as pa
import pytest

from anonkit import Policy, Scrubber
from anonkit.keys.key import Key
from anonkit.model import Action
from anonkit.tables import repeats, text
from anonkit.tables.text import TextColumn, find_in_columns, scrub_columns
from tests import generators

_ROWS = 5000
_TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()]


def column(rng, kind, different):
    """Cells of all kinds, as many different ones as said, in a slice of an array."""
    words = ["客户13812345678来电", "", "上海", "张三，北京市海淀区中关村大街5号", "10.1.2.3 和 10.1.2.4", "x\ny", None]
    cells = [*words, *(generators.cn_id_card(rng) for _ in range(different))]
    rows = [None, *rng.choices(cells, k=_ROWS), "x"]
    array = pa.array([row if row is None or pa.types.is_string(kind) else row.encode() for row in rows]).cast(kind)
    return array.slice(1, _ROWS)


def as_rows(made):
    return sorted(zip(*(getattr(made, name).tolist() for name in made.__slots__), strict=True))


@pytest.mark.parametrize("kind", _TYPES, ids=str)
@pytest.mark.parametrize("policy", ["anonymize", "deidentify", "public", "retention"])
def test_few_different_values_give_what_each_cell_gives(monkeypatch, kind, policy):
    rng = random.Random(f"{kind} {policy}")
    scrubber = Scrubber(policy=policy, key=Key.for_run() if policy == "deidentify" else None)
    columns = [TextColumn(name, column(rng, kind, n)) for name, n in (("phone", 5), ("姓名", 600), ("c1", 9000))]
    assert [repeats.folded(one.values.cast(text._wide(kind))) is None for one in columns] == [False, False, True]
    monkeypatch.setattr(text, "_MOST_CHUNK_BYTES", 20_000)
    made, found = scrub_columns(scrubber, columns), find_in_columns(scrubber, columns)
    monkeypatch.setattr(repeats, "folded", lambda _: None)
    for one, other in zip(made, scrub_columns(scrubber, columns), strict=True):
        assert one.values.type == kind
        assert one.values.to_pylist() == other.values.to_pylist()
        assert (one.touched == other.touched).all()
        assert one.counts == other.counts
        assert one.row.tolist() == other.row.tolist()
        assert one.number.tolist() == other.number.tolist()
    assert as_rows(found) == as_rows(find_in_columns(scrubber, columns))


def test_a_column_of_few_values_without_findings_is_the_same_array():
    values = pa.array(["上海", None, "北京"] * _ROWS)
    (made,) = scrub_columns(Scrubber(), [TextColumn("city", values)])
    assert made.values is values


@pytest.mark.parametrize("action", [Action("number"), Action("shift", {"days": 30})])
def test_what_depends_on_other_cells_sees_every_cell(action):
    mine = Policy("mine", "deidentify", Action("label"), entities={"DATE_OF_BIRTH": action})
    assert not Scrubber(policy=mine, key=Key.for_run() if action.do == "shift" else None).goes_by_value
    assert Scrubber().goes_by_value


def test_rows_of_what_was_found_come_in_order():
    codes = np.array([2, 0, 1, 0, 2])
    which, rows = repeats.rows_with(codes, np.array([0, 0, 2]))
    assert list(zip(rows.tolist(), which.tolist(), strict=True)) == [(0, 2), (1, 0), (1, 1), (3, 0), (3, 1), (4, 2)]
