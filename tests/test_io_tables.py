"""Parquet, Arrow IPC, ORC and Avro files: what is scrubbed, what stays, and what is told of damaged ones."""

import datetime as dt
import decimal
import gzip
import io
import random
import re
import sys
import urllib.parse
import zipfile

import fastavro
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from anonkit import Action, Policy
from anonkit.cli import main
from anonkit.errors import InputError, UsageError
from anonkit.io import inputs, kinds, partitions
from anonkit.io.tables import avro, batches, ipc, parquet
from anonkit.io.tables import orc as orc_files
from anonkit.keys.key import Key
from anonkit.scrubber import Scrubber
from anonkit.tables import arrow
from tests.in_process import run

PLANTED = re.compile(rb"1[38]\d{9}|@qq\.com|110101")
KEY = Key.for_run()
KEY.outlives_run = True  # it stands for one in a file
KV = {"owner": "tel 13712345678", "version": "1"}


@pytest.fixture(scope="module")
def scrubber():
    return Scrubber()


def table(seed=0, rows=500):
    pick = random.Random(seed)
    phones = [13_812_345_678 + pick.randrange(10**6) for _ in range(rows)]
    columns = {
        "id": pa.array(range(rows), pa.int32()),
        "phone": pa.array([p if pick.random() < 0.5 else None for p in phones], pa.int64()),
        "note": pa.array([f"请联系 {p}，谢谢" if p % 3 else None for p in phones]),
        "clean": pa.array([f"第{row}行" for row in range(rows)], pa.large_string()),
        "level": pa.array(["高", "低", "13912345678"][row % 3] for row in range(rows)).dictionary_encode()
        if rows
        else pa.array([], pa.dictionary(pa.int32(), pa.string())),
        "user": pa.array(
            [{"name": "u", "phones": [str(p)], "age": row % 90} for row, p in enumerate(phones)],
            pa.struct([("name", pa.string()), ("phones", pa.list_(pa.string())), ("age", pa.int16())]),
        ),
        "tags": pa.array([[("k", f"u{row}@qq.com")] for row in range(rows)], pa.map_(pa.string(), pa.string())),
        "when": pa.array(
            [dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=row) for row in range(rows)],
            pa.timestamp("ms", "UTC"),
        ),
        "price": pa.array([decimal.Decimal("1.50")] * rows, pa.decimal128(9, 2)),
        "ratio": pa.array([row / 7 for row in range(rows)]),
        "raw": pa.array([b"tel 13612345678"] * rows),
        "ok": pa.array([bool(row % 2) for row in range(rows)]),
        "13512345678": pa.array([1.5] * rows, pa.float32()),
    }
    return pa.table(columns).replace_schema_metadata(KV)


def written(module, scrubber, data):
    out = io.BytesIO()
    tally = module.scrub(scrubber, io.BytesIO(data), out, "x")
    return out.getvalue(), tally


def parquet_bytes(data, **options):
    out = io.BytesIO()
    pq.write_table(data, out, **{"row_group_size": 200, "compression": "none"} | options)
    return out.getvalue()


def ipc_bytes(data, kind="file", codec=None):
    out = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=codec)
    with getattr(pa.ipc, f"new_{kind}")(out, data.schema, options=options) as writer:
        for batch in data.to_batches(200):
            writer.write_batch(batch, custom_metadata={"by": "13712345678"})
    return out.getvalue()


def orc_bytes(data, codec="uncompressed"):
    out = io.BytesIO()
    orc.write_table(data.drop_columns(["level"]), out, compression=codec)
    return out.getvalue()


FIELDS = [
    {"name": "id", "type": "long"},
    {"name": "phone", "type": ["null", "long"], "default": None},
    {"name": "backup", "type": "long", "default": 13812345678},
    {"name": "note", "type": "string", "doc": "as 13712345678", "default": "tel 13912345678"},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
    {"name": "more", "type": {"type": "map", "values": ["null", "string"]}},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "u_13812345678"]}},
    {
        "name": "any",
        "type": ["null", "int", {"type": "record", "name": "R", "fields": [{"name": "x", "type": "string"}]}],
    },
    {"name": "day", "type": {"type": "int", "logicalType": "date"}},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
    {"name": "next", "type": ["null", "User"]},
    {"name": "u_13612345678", "type": "boolean"},
]
SCHEMA = {"type": "record", "name": "User", "doc": "call 13712345678", "fields": FIELDS}


def record(row, following=None):
    return {
        "id": row,
        "phone": 13812345678 + row if row % 2 else None,
        "backup": 5,
        "note": f"tel 1381234{row:04d}",
        "tags": [f"u{row}@qq.com", "z"] * (row % 3),
        "more": {"13812345678": "x", "13812345679": None},
        "kind": "u_13812345678" if row % 2 else "A",
        "any": [None, 5, ("R", {"x": "a@qq.com"})][row % 3],
        "day": dt.date(2025, 1, 2),
        "price": decimal.Decimal("1.50"),
        "next": following,
        "u_13612345678": True,
    }


def avro_bytes(codec="null", rows=300):
    out = io.BytesIO()
    records = [record(row, record(row + 1) if row % 5 == 0 else None) for row in range(rows)]
    fastavro.writer(out, SCHEMA, records, codec, metadata={"by": "13712345678"}, sync_interval=4000)
    return out.getvalue()


CASES = {
    "parquet": (parquet, lambda: parquet_bytes(table())),
    "ipc file": (ipc, lambda: ipc_bytes(table())),
    "ipc stream": (ipc, lambda: ipc_bytes(table(), "stream")),
    "orc": (orc_files, lambda: orc_bytes(table())),
    "avro": (avro, avro_bytes),
}


@pytest.mark.parametrize("case", CASES)
def test_no_planted_value_is_in_the_bytes_of_the_output(scrubber, case):
    module, make = CASES[case]
    assert PLANTED.search(make())
    out, tally = written(module, scrubber, make())
    assert not PLANTED.search(out)
    assert tally.counts["CN_MOBILE"] > 500
    assert tally.lines == (300 if case == "avro" else 500)


@pytest.mark.parametrize("case", CASES)
def test_a_scrubbed_file_stays_as_it_is(scrubber, case):
    module, make = CASES[case]
    once, _ = written(module, scrubber, make())
    again, tally = written(module, scrubber, once)
    assert not tally.counts
    if case != "avro":  # its sync marker is random
        assert once == again


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_is_cut_off_is_told_in_one_sentence_without_its_values(scrubber, case):
    module, make = CASES[case]
    data = make()
    for size in (9, len(data) // 3, len(data) * 2 // 3):
        with pytest.raises(InputError, match=r"^x: [^:;]*that is damaged or cut off; get the file again$"):
            written(module, scrubber, data[:size])


@pytest.mark.parametrize("seed", range(3))
def test_cells_and_schema_of_a_parquet_file_are_those_of_the_table_in_memory(scrubber, seed):
    data = table(seed)
    out, _ = written(parquet, scrubber, parquet_bytes(data))
    expected, _ = arrow.scrub_table(scrubber, pq.read_table(io.BytesIO(parquet_bytes(data))))
    found = pq.read_table(io.BytesIO(out))
    assert found.schema.equals(expected.schema)
    assert found.schema.metadata == expected.schema.metadata
    assert found.to_pylist() == expected.to_pylist()
    assert found.schema.field("phone").type == pa.string()
    assert found.schema.field("id").type == pa.int32()


@pytest.mark.parametrize("kind", ["file", "stream"])
@pytest.mark.parametrize("codec", [None, "lz4", "zstd"])
def test_an_arrow_file_keeps_its_batches_its_codec_and_its_types(scrubber, kind, codec):
    data = table()
    out, _ = written(ipc, scrubber, ipc_bytes(data, kind, codec))
    reader = getattr(pa.ipc, f"open_{kind}")(out)
    found = reader.read_all()
    assert [batch.num_rows for batch in found.to_batches()] == [200, 200, 100]
    assert ipc._codec(io.BytesIO(out)) == codec
    expected, _ = arrow.scrub_table(scrubber, data)
    assert found.schema.equals(expected.schema, check_metadata=True)
    assert found.to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("codec", ["uncompressed", "zlib", "zstd", "snappy", "lz4"])
def test_an_orc_file_keeps_its_codec_and_its_cells_are_those_of_the_table(scrubber, codec):
    data = orc_bytes(table(), codec)
    out, _ = written(orc_files, scrubber, data)
    file = orc.ORCFile(io.BytesIO(out))
    assert file.compression == codec.upper()
    expected, _ = arrow.scrub_table(scrubber, orc.ORCFile(io.BytesIO(data)).read())
    assert file.read().to_pylist() == expected.to_pylist()


def test_a_parquet_file_keeps_row_groups_codecs_page_version_indexes_and_field_ids(scrubber):
    data = table().replace_schema_metadata(None)
    field = data.schema.field("clean").with_metadata({b"PARQUET:field_id": b"7"})
    data = data.cast(data.schema.set(3, field))
    codecs = {"id": "zstd", "note": "gzip", "user.phones.list.element": "snappy"}
    source = parquet_bytes(
        data,
        compression=codecs,
        data_page_version="2.0",
        write_page_index=True,
        use_dictionary=["level", "note"],
        column_encoding={"when": "DELTA_BINARY_PACKED"},
        write_statistics=["id", "note"],
        sorting_columns=[pq.SortingColumn(0)],
    )
    out, _ = written(parquet, scrubber, source)
    before, after = pq.ParquetFile(io.BytesIO(source)), pq.ParquetFile(io.BytesIO(out))
    assert after.num_row_groups == before.num_row_groups == 3
    assert after.schema_arrow.field("clean").metadata == {b"PARQUET:field_id": b"7"}
    for number in range(3):
        old, new = before.metadata.row_group(number), after.metadata.row_group(number)
        assert old.num_rows == new.num_rows
        assert old.sorting_columns == new.sorting_columns
        for leaf in range(old.num_columns):
            one, other = old.column(leaf), new.column(leaf)
            assert one.compression == other.compression
            assert set(one.encodings) == set(other.encodings)
            assert one.is_stats_set == other.is_stats_set
            assert one.has_column_index == other.has_column_index
    start = after.metadata.row_group(0).column(0).data_page_offset
    assert out[start : start + 2] == b"\x15\x06"


def test_an_order_of_a_parquet_file_is_not_told_any_more_where_its_column_was_scrubbed(scrubber):
    data = pa.table({"phone": sorted(f"138{row:08d}" for row in range(50)), "n": range(50)})
    for order, stays in (([pq.SortingColumn(0)], False), ([pq.SortingColumn(1)], True)):
        out, _ = written(parquet, scrubber, parquet_bytes(data, sorting_columns=order))
        assert bool(pq.ParquetFile(io.BytesIO(out)).metadata.row_group(0).sorting_columns) is stays


def test_a_row_group_that_is_too_large_becomes_several(scrubber, monkeypatch):
    monkeypatch.setattr(batches, "WRITTEN_BYTES", 20_000)
    monkeypatch.setattr(batches, "gathered", lambda parts: ([part] for part in parts))
    monkeypatch.setattr(parquet, "_MOST_ROWS", 100)
    out, tally = written(parquet, scrubber, parquet_bytes(table(), row_group_size=500))
    file = pq.ParquetFile(io.BytesIO(out))
    assert file.num_row_groups > 1
    assert tally.lines == file.metadata.num_rows == 500


def test_what_spark_says_of_a_schema_goes_where_the_schema_changed(scrubber):
    key = b"org.apache.spark.sql.parquet.row.metadata"
    for values, stays in (([13812345678], False), ([5], True)):
        data = pa.table({"phone": values}).replace_schema_metadata({key: b'{"type":"struct"}'})
        out, _ = written(parquet, scrubber, parquet_bytes(data))
        assert (key in (pq.read_schema(io.BytesIO(out)).metadata or {})) is stays


def test_a_parquet_file_without_rows_keeps_its_schema(scrubber):
    out, tally = written(parquet, scrubber, parquet_bytes(table(rows=0)))
    assert tally.lines == 0
    assert pq.read_schema(io.BytesIO(out)).field("phone").type == pa.int64()


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_an_avro_file_keeps_its_codec_and_blocks(scrubber, codec):
    source = avro_bytes(codec)
    out, _ = written(avro, scrubber, source)
    before, after = fastavro.block_reader(io.BytesIO(source)), fastavro.block_reader(io.BytesIO(out))
    assert after.codec == codec
    assert [len(list(block)) for block in after] == [len(list(block)) for block in before]


def test_avro_numbers_with_findings_become_strings_and_other_values_stay(scrubber):
    out, _ = written(avro, scrubber, avro_bytes())
    reader = fastavro.reader(io.BytesIO(out))
    types = {field["name"]: field["type"] for field in reader.writer_schema["fields"]}
    assert types["phone"] == ["null", "string"]
    assert types["backup"] == "string"  # its default was one
    assert types["id"] == "long"
    for row, found in enumerate(reader):
        expected = record(row)
        for name in ("id", "day", "price"):
            assert found[name] == expected[name]
        assert found["phone"] == ("<CN_MOBILE>" if row % 2 else None)
        assert found["note"] == "tel <CN_MOBILE>"
        assert found["more"] == {"<CN_MOBILE>": "x", "<CN_MOBILE>_2": None}
        assert (found["next"] is not None) is (row % 5 == 0)


def test_the_tables_of_a_file_have_its_rows_and_names(scrubber):
    for module, make in CASES.values():
        batches = list(module.tables(io.BytesIO(make()), "x"))
        assert sum(batch.num_rows for batch in batches) in (300, 500)
        assert {"id", "phone", "note"} <= set(batches[0].schema.names)


def test_partitions_lose_values_and_keep_the_names_of_their_columns(scrubber):
    def renamed(path):
        return str(inputs._renamed(inputs.Path(path), scrubber.scrub_name, partitions.treat(scrubber)))

    assert renamed("dt=2025-01-01/phone=13812345678/part-0.parquet") == "dt=2025-01-01/phone=CN_MOBILE/part-0.parquet"
    assert renamed("email=a%40qq.com/part") == "email=EMAIL_ADDRESS/part"
    assert renamed("at=1%3A2/k=__HIVE_DEFAULT_PARTITION__/part") == "at=1%3A2/k=__HIVE_DEFAULT_PARTITION__/part"


def partitioned(folder, *names):
    for name in names:
        (folder / name).mkdir(parents=True)
        pq.write_table(pa.table({"note": ["好"]}), folder / name / "part-0.parquet")
    return str(folder)


def test_partitions_follow_the_action_of_the_policy():
    def renamed(path, key=None, **entities):
        policy = Policy("p", "deidentify", Action("label"), entities=entities)
        treat = partitions.treat(Scrubber(policy=policy, key=key))
        return str(inputs._renamed(inputs.Path(path), str, treat))

    path = "phone=13812345678/part"
    assert re.fullmatch(r"phone=1[0-9]{10}/part", renamed(path, KEY, CN_MOBILE=Action("fpe")))
    assert renamed(path, KEY, CN_MOBILE=Action("fpe")) != path
    masked = inputs._renamed(inputs.Path(path), str, partitions.treat(Scrubber(policy="mask")))
    assert str(masked) == "phone=138%2A%2A%2A%2A5678/part"
    assert renamed(path, CN_MOBILE=Action("redact")) == "phone=__HIVE_DEFAULT_PARTITION__/part"
    assert renamed("password=hunter2/part") == "password=SECRET/part"
    cell = Scrubber(
        policy=Policy("p", "deidentify", Action("label"), entities={"CN_MOBILE": Action("encrypt")}), key=KEY
    )
    asked = inputs._renamed(inputs.Path(path), str, partitions.treat(cell)).parts[0]
    (shown,) = cell.scrub(pa.table({"phone": ["13812345678"]}))["phone"].to_pylist()
    assert urllib.parse.unquote(asked) == f"phone={shown}"


@pytest.mark.parametrize("name", ["phone=13812345678", "dt=2024-01-01/email=a%40qq.com"])
def test_a_check_sees_partitions_and_in_place_refuses_them(tmp_path, name, capsys):
    folder = partitioned(tmp_path / "in", name, "dt=2024-01-02/email=x")
    assert main(["scrub", folder, "--check"]) == 1
    assert "would replace: " in (told := capsys.readouterr().err)
    assert " 1" in told
    before = {path: path.read_bytes() for path in inputs.Path(folder).rglob("*.parquet")}
    assert main(["scrub", folder, "--in-place"]) == 2
    told = capsys.readouterr().err
    assert "--out-dir" in told
    assert "138" not in told
    assert "qq.com" not in told
    assert {path: path.read_bytes() for path in inputs.Path(folder).rglob("*.parquet")} == before
    assert main(["scrub", folder, "--out-dir", str(tmp_path / "out")]) == 0
    assert main(["scrub", str(tmp_path / "out"), "--check"]) == 0
    assert main(["scrub", str(tmp_path / "out"), "--in-place"]) == 0


def test_partitions_that_become_one_keep_all_their_rows(scrubber, tmp_path):
    data = pa.table({"phone": ["13812345678", "13812345679", "x"] * 10, "note": ["好"] * 30})
    schema = pa.schema([("phone", pa.string())])
    ds.write_dataset(data, tmp_path / "in", format="parquet", partitioning=ds.partitioning(schema, flavor="hive"))
    (tmp_path / "in" / "_SUCCESS").touch()
    pq.write_metadata(pa.schema([("note", pa.string())]), tmp_path / "in" / "_common_metadata")
    (tmp_path / "in" / "phone=x" / ".part-0.parquet.crc").write_bytes(b"crc\0\0\0\2\0abcd")
    told = []
    tasks = inputs.tasks(
        [str(tmp_path / "in")],
        out=None,
        out_dir=str(tmp_path / "out"),
        in_place=False,
        rename=scrubber.scrub_name,
        left_out=told.append,
        treat=partitions.treat(scrubber),
    )
    assert len(told) == 2
    for task in tasks:
        target = inputs.Path(task.target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if task.source.endswith(".parquet"):
            with inputs.Path(task.source).open("rb") as source, target.open("wb") as out:
                parquet.scrub(scrubber, source, out, task.source)
    found = ds.dataset(tmp_path / "out", format="parquet", partitioning="hive").to_table()
    counts = found.group_by("phone").aggregate([("note", "count")]).to_pylist()
    assert {row["phone"]: row["note_count"] for row in counts} == {"CN_MOBILE": 20, "x": 10}


def damaged(case):
    """A file of which rows in the middle cannot be read, but what tells of them can."""
    whole = CASES[case][1]()
    if case == "parquet":
        start = pq.ParquetFile(io.BytesIO(whole)).metadata.row_group(2).column(3).data_page_offset
    else:
        start = len(whole) // 2
    return whole[:start] + b"\xff" * 200 + whole[start + 200 :]


@pytest.mark.parametrize("case", ["parquet", "ipc stream", "avro"])
def test_a_file_that_is_damaged_halfway_writes_nothing_to_stdout(tmp_path, case):
    path = tmp_path / "a.table"
    path.write_bytes(damaged(case))
    result = run("scrub", path)
    assert result.returncode == 3
    assert result.stdout == b""
    assert result.stderr.count(b"\n") == 1


def test_a_table_on_stdout_is_the_one_in_a_file(tmp_path):
    (tmp_path / "a").write_bytes(parquet_bytes(table()))
    assert run("scrub", tmp_path / "a", "-o", tmp_path / "b").returncode == 0
    assert run("scrub", tmp_path / "a").stdout == (tmp_path / "b").read_bytes()


DATE = {"type": "int", "logicalType": "date"}
MOMENT = {"type": "long", "logicalType": "timestamp-micros"}
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
NOON = dt.datetime(2025, 1, 2, 12, 0, 0, 7, tzinfo=dt.UTC)


def union_bytes(branches, values):
    out = io.BytesIO()
    schema = {"type": "record", "name": "U", "fields": [{"name": "a", "type": branches}]}
    fastavro.writer(out, schema, [{"a": value} for value in values])
    return out.getvalue()


def union_values(data):
    return [one["a"] for one in fastavro.reader(io.BytesIO(data))]


@pytest.mark.parametrize(
    ("branches", "values", "expected"),
    [
        (["null", "bytes", DECIMAL], [b"ab", decimal.Decimal("1.50"), None], None),
        ([DATE, MOMENT], [dt.date(2025, 1, 2), ("long", NOON)], [dt.date(2025, 1, 2), NOON]),
        ([DATE, "long"], [("long", 5), dt.date(2025, 1, 2)], [5, dt.date(2025, 1, 2)]),
        (["boolean", "int", "long", "float", "double"], [True, 1, 1 << 40, 0.1], None),
        (["int", "string", {"type": "array", "items": "string"}], [7, "ab", ["cd"]], None),
        (["float", "double", "string"], [0.5, 13812345678.0], ["0.5", "<CN_MOBILE>"]),
    ],
)
def test_a_value_of_a_union_stays_of_its_branch(scrubber, branches, values, expected):
    data = union_bytes(branches, values)
    out, _ = written(avro, scrubber, data)
    found = union_values(out)
    assert found == (values if expected is None else expected)
    assert list(map(type, found)) == list(map(type, values if expected is None else expected))


def test_a_union_that_holds_a_type_twice_is_refused_where_values_could_change(scrubber):
    with pytest.raises(InputError, match=r"^x: an Avro file with a union that holds a type twice; write it anew"):
        written(avro, scrubber, union_bytes([DECIMAL, "bytes"], [b"ab"]))


def test_avro_without_fastavro_says_what_to_install(scrubber, monkeypatch, tmp_path):
    data = avro_bytes(rows=3)
    (tmp_path / "a.avro").write_bytes(data)
    monkeypatch.setitem(sys.modules, "fastavro", None)
    for read in (lambda: written(avro, scrubber, data), lambda: list(avro.tables(io.BytesIO(data), "x"))):
        with pytest.raises(UsageError, match=r'^x: Avro files need fastavro; pip install "anonkit\[avro\]"$'):
            read()
    result = run("scrub", tmp_path / "a.avro")
    assert (result.returncode, result.stdout) == (2, b"")
    assert b'pip install "anonkit[avro]"' in result.stderr


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: b"FEA1\0\0\0\0" + bytes(range(64)) + b"FEA1",
            "a Feather file of version 1, which is not read; write it anew as version 2",
        ),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "is encrypted by Office; open it with its password"),
        (lambda: OLE, "is an old Office document; open it with Office"),
        (lambda: b"PARE\x40\1\0\0" + bytes(range(200)) + b"PARE", "a Parquet file that is encrypted; decrypt it first"),
        (lambda: gzip.compress(parquet_bytes(table())), "holds a Parquet file; unpack it first"),
        (lambda: zipped(parquet_bytes(table())), "a member is a Parquet file; unpack it first"),
    ],
)
def test_a_table_that_is_not_read_is_told_with_its_remedy(tmp_path, make, says):
    (tmp_path / "a").write_bytes(make())
    for command in ("scrub", "scan"):
        result = run(command, tmp_path / "a")
        assert (result.returncode, result.stdout) == (3, b"")
        assert says in result.stderr.decode()


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.parquet", data)
    return out.getvalue()


def test_a_log_that_begins_as_an_encrypted_table_is_text():
    assert kinds.kind(b"PARENT 7 started\n" * 9 + b"\x01").form == "text"


@pytest.mark.parametrize("compression", ["uncompressed", "zstd"])
def test_an_arrow_file_that_polars_wrote_is_scrubbed(scrubber, compression):
    data = io.BytesIO()
    pl.DataFrame({"n": [1], "phone": ["13812345678"]}).write_ipc(data, compression=compression)
    out = io.BytesIO()
    ipc.scrub(scrubber, data, out, "a.arrow")
    assert pl.read_ipc(out.getvalue()).rows() == [(1, "<CN_MOBILE>")]
