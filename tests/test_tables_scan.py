"""What a scan of a table finds is what is scrubbed in it, whatever the table is kept in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import fastavro
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import orc
from pyarrow import parquet as pq

import anonkit
from anonkit.scrubber import Scrubber
from anonkit.tables import data
from tests.in_process import run

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


def _table():
    return pa.table({"手机": [PHONE, None, "x"], "备注": [f"电话：{OTHER}", PHONE, "好"], "数": [1, int(PHONE), 3]})


def _avro(table, path):
    types = {"手机": ["null", "string"], "备注": "string", "数": "long"}
    names = {"手机": "a", "备注": "b", "数": "c"}
    fields = [{"name": names[name], "type": kind, "doc": f"电话 {PHONE}"} for name, kind in types.items()]
    schema = fastavro.parse_schema({"type": "record", "name": "r", "fields": fields})
    rows = [{names[name]: value for name, value in row.items()} for row in table.to_pylist()]
    with path.open("wb") as out:
        fastavro.writer(out, schema, rows)


def _xlsx(table, path):
    book = openpyxl.Workbook()
    book.active.title = f"来自{PHONE}"
    book.properties.creator = f"电话 {OTHER}"
    book.create_sheet("空")
    for sheet in (book.active, book.create_sheet("二")):
        sheet.append(table.column_names)
        for row in table.to_pylist():
            sheet.append(list(row.values()))
        sheet["E9"] = f"手机 {OTHER}"
        sheet["A2"].comment = openpyxl.comments.Comment(f"电话：{OTHER}", "x")
    book.save(path)


def _ipc(table, path):
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table.replace_schema_metadata({"owner": f"电话 {OTHER}"}))


FILES = {
    "a.csv": lambda table, path: table.to_pandas().to_csv(path, index=False),
    "a.parquet": lambda t, path: pq.write_table(t.replace_schema_metadata({"owner": f"电话 {OTHER}"}), path),
    "a.arrow": _ipc,
    "a.orc": orc.write_table,
    "a.avro": _avro,
    "a.xlsx": _xlsx,
}


@pytest.mark.parametrize("name", FILES)
def test_what_scan_finds_in_a_file_is_what_scrub_replaces(name, tmp_path):
    path = tmp_path / name
    FILES[name](_table(), path)
    found = [json.loads(line) for line in run("scan", path, "--format", "jsonl").stdout.splitlines()]
    result = run("scrub", "--check", path)
    assert result.returncode == 1, result.stderr
    told = re.findall(rb"([A-Z_]{4,})\D+(\d+)", result.stdout + result.stderr)
    assert Counter(row["entity"] for row in found) == {entity.decode(): int(count) for entity, count in told}
    note = "b" if name == "a.avro" else "备注"
    header_rows = 1 if name == "a.xlsx" else 0
    assert {(1 + header_rows, note), (2 + header_rows, note)} <= {(row["row"], row["column"]) for row in found}


def test_sheets_are_told_apart_and_rows_are_those_of_the_sheet(tmp_path):
    path = tmp_path / "a.xlsx"
    _xlsx(_table(), path)
    found = [json.loads(line) for line in run("scan", path, "--format", "jsonl").stdout.splitlines()]
    assert {row["file"].rpartition("/")[2] for row in found} == {"a.xlsx", "a.xlsx!来自CN_MOBILE", "a.xlsx!二"}
    assert sorted(row["row"] for row in found if row["file"].endswith("二")) == [2, 2, 3, 3, 9]


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [PHONE] * 100_000}), path)
    command = f"'{Path(sys.executable).with_name('anonkit')}' scan '{path}' --format jsonl | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert result.stdout.count(b"\n") == 1
    assert result.stderr == b""
