"""What a scan of a table finds is what is scrubbed in it, whatever the table is kept in."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pyarrow as pa
import pytest

import anonkit
from anonkit.scrubber import Scrubber
from anonkit.tables import data

PHONE, OTHER = "13812345678", "13987654321"


def _dictionary(codes, entries):
    return pa.DictionaryArray.from_arrays(pa.array(codes), entries)


ARRAYS = {
    "text": pa.array([PHONE, None, "x"]),
    "numbers": pa.array([int(PHONE), 1]),
    "bytes that are no text": pa.array([b"\xff", PHONE.encode()]),
    "another encoding": pa.array([f"中文电话：{PHONE}".encode("gb18030"), b"x"]),
    "a dictionary of lists": _dictionary([0, None], pa.array([[PHONE, OTHER], [OTHER]])),
    "a dictionary of structs": _dictionary([1, 1], pa.array([{"phone": PHONE}, {"phone": OTHER}])),
    "lists": pa.array([[PHONE], None, [], ["x", OTHER]]),
    "structs": pa.array([{"a": {"b": PHONE}}, None]),
    "maps": pa.array([[(PHONE, OTHER)], []], pa.map_(pa.string(), pa.string())),
    "lists of dictionaries": pa.array([[PHONE, "x"], [PHONE]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
    "a union": pa.UnionArray.from_dense(
        pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([PHONE, "x"]), pa.array([1])]
    ),
}


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_in_arrow_a_finding_is_told_of_what_is_scrubbed_for_every_row_that_has_it(values):
    schema = pa.schema([pa.field("a", values.type, metadata={"of": f"电话 {PHONE}"})], {"owner": f"电话 {OTHER}"})
    table = pa.Table.from_arrays([values], schema=schema)
    _, counts = data.scrub(Scrubber(), table)
    found = data.scan(Scrubber(), table)
    assert Counter(found["entity"].to_pylist()) == counts
    assert Counter(found["row"].to_pylist())[-1] >= 2


def test_in_arrow_a_finding_has_the_row_and_the_path_of_the_cell_and_the_place_in_its_text():
    nested = _dictionary([1, 0, 1], pa.array([{"p": ["x"]}, {"p": ["x", f"中 {PHONE}"]}]))
    found = anonkit.scan(pa.table({"u": nested})).to_pylist()
    assert [(row["column"], row["row"], row["start"], row["end"]) for row in found] == [
        ("u.p", 0, 2, 13),
        ("u.p", 2, 2, 13),
    ]


def test_in_chunks_rows_are_counted_on():
    chunks = [_dictionary([1, 0], pa.array(["x", PHONE])), _dictionary([0, 1], pa.array(["y", PHONE]))]
    assert anonkit.scan(pa.chunked_array(chunks))["row"].to_pylist() == [0, 3]


def test_attrs_of_a_frame_and_metadata_of_a_schema_are_told_in_no_row():
    frame = pd.DataFrame({"a": ["x"]})
    frame.attrs["owner"] = f"电话 {PHONE}"
    assert anonkit.scan(frame)["row"].tolist() == [-1]
