"""Is it told when --field names a column that a table does not have?"""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonkit.cli import main

NOTE = "note: --field nosuch: no column has this name"


def _written(folder, name):
    path = folder / name
    if name.endswith(".parquet"):
        pq.write_table(pa.table({"id": [1], "user": [{"sn": "a1"}], "cell": ['{"token": "x9"}']}), path)
    elif name.endswith(".csv"):
        path.write_text('id,sn,cell\n1,a1,"{""token"": ""x9""}"\n')
    else:
        path.write_text(json.dumps({"id": 1, "sn": "a1"}) + "\n")
    return path


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_field_that_no_column_and_no_key_in_a_cell_has_is_told(tmp_path, capsys, name):
    path = _written(tmp_path, name)
    rules = [f"--field={rule}=redact" for rule in ("SN", "token", "nosuch")]
    assert main(["scrub", str(path), "-o", str(tmp_path / f"out-{name}"), *rules]) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note:")]
    assert len(notes) == 1
    assert notes[0].startswith(NOTE)


def test_of_text_and_where_one_of_several_tables_has_the_column_nothing_is_told(tmp_path, capsys):
    log, table = _written(tmp_path, "t.jsonl"), _written(tmp_path, "t.csv")
    other = tmp_path / "other.csv"
    other.write_text("id,nosuch\n1,a\n")
    for inputs in ([log], [log, table], [table, other]):
        assert main(["scrub", *map(str, inputs), "--out-dir", str(tmp_path / "out"), "--field", "nosuch=redact"]) == 0
        assert "note:" not in capsys.readouterr().err
