"""Delimited text: its cells are found, scrubbed with the names of their columns, and all else stays as it was."""

# ruff: noqa: E501  a text and what becomes of it are compared at a glance

from __future__ import annotations

import csv
import functools
import io
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.detect.cells import Cells
from anonkit.io import delimited, dialects, formats, jobs, lines
from anonkit.io.cell_engine import CellEngine
from anonkit.io.delimited import Dialect
from anonkit.io.kinds import kind
from anonkit.io.streams import Source
from anonkit.scrubber import Scrubber
from tests import command
from tests.in_process import run

COMMA = Dialect(b",", names=(b"name", b"phone", b"note"), unnamed=(b"name,phone,note",))
SCRUBBER = Scrubber()
WORDS = st.sampled_from(
    ["", " ", "张三", "13812345678", "a@example.com", "备注: 13912345678, 谢谢", 'say "hi"', "多行\n内容 13800138000", "x\r\ny",
     "110105199003070070", "12.5", "-3", "'", '"', "\\", "\\N", "1,5", "a;b", "a|b", "tab\there", '{"phone": 13812345678}',
     "北京市朝阳区建国路88号", "<CN_MOBILE>", "#1", "=1+1"]
)  # fmt: skip
TABLES = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(WORDS, min_size=width, max_size=width), max_size=12))
WRITERS = st.fixed_dictionaries({
    "delimiter": st.sampled_from(",;\t|^"),
    "lineterminator": st.sampled_from(["\n", "\r\n"]),
    "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
})  # fmt: skip
NAMES = ["phone", "姓名", "备注", "密码", "note"]


def written(rows, how):
    out = io.StringIO(newline="")
    csv.writer(out, **how).writerows(rows)
    return out.getvalue().encode()


def read(text, how):
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=how["delimiter"])
    return [row for row in reader if row]


def scrubbed(text, dialect, scrubber=SCRUBBER):
    return CellEngine(scrubber, dialect).scrub_block(text)[0]


@functools.cache
def alone(value, column):
    """A cell as it is scrubbed without any neighbour."""
    data = value.encode()
    if not data or value == "\\N":
        return value
    one = (np.array([number]) for number in (0, len(data), 0, 0))
    return SCRUBBER.edits_of_cells(data, Cells(*one, (column.encode(),))).spliced(data).decode()


def dialect_of(rows, how):
    """The dialect that was written."""
    names = rows[0] if rows else []
    return Dialect(
        how["delimiter"].encode(),
        names=tuple(name.encode() for name in names),
        unnamed=(written([names], how).rstrip(b"\r\n"),) if rows else (),
        quotes_texts=how["quoting"] == csv.QUOTE_NONNUMERIC,
    )


@settings(max_examples=200)
@given(table=TABLES, how=WRITERS)
def test_the_cells_of_a_table_are_scrubbed_as_each_alone_and_stay_where_they_are(table, how):
    rows = [NAMES[: len(table[0])], *table] if table else []
    text = written(rows, how)
    out = read(scrubbed(text, dialect_of(rows, how)), how)
    before = read(text, how)
    assert [len(row) for row in out] == [len(row) for row in before]
    for row, old in zip(out[1:], before[1:], strict=True):
        assert row == [alone(value, name) for value, name in zip(old, NAMES, strict=False)]


@settings(max_examples=100)
@given(table=TABLES, how=WRITERS)
def test_what_is_no_finding_is_the_same_byte_for_byte(table, how):
    rows = [NAMES[: len(table[0])], *table] if table else []
    text = written(rows, how)
    engine = CellEngine(SCRUBBER, dialect_of(rows, how))
    edits = engine.edits(text)
    position, parts = 0, []
    for edit in edits:
        assert position <= edit.start < edit.end
        parts += (text[position : edit.start], edit.replacement)
        position = edit.end
    assert b"".join([*parts, text[position:]]) == engine.scrub_block(text)[0]


@settings(max_examples=100)
@given(table=TABLES, how=WRITERS)
def test_scrubbing_twice_is_scrubbing_once(table, how):
    rows = [NAMES[: len(table[0])], *table] if table else []
    once = scrubbed(written(rows, how), dialect_of(rows, how))
    assert scrubbed(once, dialect_of(rows, how)) == once


@settings(max_examples=100)
@given(
    table=TABLES,
    how=WRITERS,
    block_bytes=st.integers(2, 60),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16-le"]),
)
def test_where_blocks_end_makes_no_difference(table, how, block_bytes, encoding):
    rows = [NAMES[: len(table[0])], *table] if table else []
    text = written(rows, how)
    dialect = dialect_of(rows, how)
    data = text.decode().encode(encoding)
    blocks = lines.Blocks(Source(io.BytesIO(data), b"", ""), encoding, lambda _: [], block_bytes, dialect=dialect)
    buffer = bytearray(lines.BUFFER_BYTES)
    parts = []
    while (block := blocks.next(buffer)) is not None:
        parts.append(bytes(buffer[block.start : block.end]))
    assert b"".join(parts) == data
    records = [row for part in parts for row in read(part.decode(encoding).encode(), how)]
    assert records == read(text, how)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "big5hkscs"])
def test_other_encodings_are_scrubbed_as_utf_8(encoding):
    text = '姓名,備註\n王小明,"電話 13812345678, ""急"""\r\n"李,四",|"\n'
    dialect = Dialect(b",", names=("姓名".encode(), "備註".encode()), unnamed=("姓名,備註".encode(),))
    out = io.BytesIO()
    jobs.pump(SCRUBBER, Source(io.BytesIO(text.encode(encoding)), b"", ""), encoding, out.write, dialect)
    assert out.getvalue().decode(encoding) == scrubbed(text.encode(), dialect).decode()
    assert '"電話 <CN_MOBILE>, ""急"""\r\n' in out.getvalue().decode(encoding)


SHAPES = {
    "commas": ("name,phone\n张三,13812345678\n", Dialect(b",", names=(b"name", b"phone"), unnamed=(b"name,phone",))),
    "semicolons and decimal commas": ("a;b;c\n1,5;2,3;x\n2,5;2,7;y\n", b";"),
    "tabs": ("a\tb\n1\t2,3\n", b"\t"),
    "bars": ("a|b\nx, y|2\n", b"|"),
    "carets": ("id^name\n1^x\n", b"^"),
    "several characters": ("a||b||c\n1||2||3\n", None),
    "several signs": ("a~|~b\n1~|~2\n", None),
    "prose": ("这是一个文件, 它不是表。\n第二行没有逗号\n第三行, 有, 三个\n", None),
    "one column": ("phone\n13812345678\n13912345678\n", Dialect(b",", names=(b"phone",), unnamed=(b"phone",))),
    "header only": ("姓名,手机号\n", Dialect(b",", names=("姓名".encode(), "手机号".encode()), unnamed=("姓名,手机号".encode(),))),
    "empty": ("", None),
    "blank": ("\n\n", None),
    "data from the first row on": ("1,张三,13812345678\n2,李四,13912345678\n", Dialect(b",")),
    "words from the first row on": ("alice,admin,on\nbob,admin,off\ncarl,user,on\n", Dialect(b",")),
    "quoted header": ('"name","age"\n"x",3\n', Dialect(b",", names=(b"name", b"age"), unnamed=(b'"name","age"',), quotes_texts=True)),
    "header with a newline": ('"na\nme",b\n1,2\n', Dialect(b",", names=(b"na\nme", b"b"), unnamed=(b'"na\nme",b',))),
    "separator line": ("sep=;\na;b\n1;2\n", Dialect(b";", names=(b"a", b"b"), unnamed=(b"sep=;", b"a;b"))),
    "title": ("用户表,,\n姓名,年龄,城市\n张三,3,北京\n", Dialect(b",", names=("姓名".encode(), "年龄".encode(), "城市".encode()),
              unnamed=("用户表,,".encode(), "姓名,年龄,城市".encode()))),
    "comment": ("# made, by, hand, today\na,b\n1,2\n", Dialect(b",", names=(b"a", b"b"), unnamed=(b"# made, by, hand, today", b"a,b"))),
    "blanks before quotes": ('a, "b"\n1, "x, y"\n2, "z"\n', Dialect(b",", blank_before_quote=True, names=(b"a", b"b"), unnamed=(b'a, "b"',))),
    "backslashes": ('"a","b"\n"x \\"y\\", z","2"\n', Dialect(b",", escape=b"\\", quotes_texts=True, names=(b"a", b"b"), unnamed=(b'"a","b"',))),
    "single quotes": ("'a','b'\n'x, y','2'\n", Dialect(b",", b"'", quotes_texts=True, names=(b"a", b"b"), unnamed=(b"'a','b'",))),
    "mark": ("\ufeff名,b\n1,2\n", Dialect(b",", names=("名".encode(), b"b"), unnamed=("名,b".encode(),))),
    "ragged": ("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n1,2,3\n", Dialect(b",", names=(b"a", b"b", b"c"), unnamed=(b"a,b,c",))),
    "more cells than names": ("姓名,电话\n张三,13812345678,\n李四,13912345678,\n", Dialect(b",", names=("姓名".encode(), "电话".encode()), unnamed=("姓名,电话".encode(),))),
    "the same name twice": ("id,note,note\n1,x,y\n2,z,w\n", Dialect(b",", names=(b"id", b"note", b"note"), unnamed=(b"id,note,note",))),
    "years": ("地区,2019,2020\n北京,1,2\n", Dialect(b",", names=("地区".encode(), b"2019", b"2020"), unnamed=("地区,2019,2020".encode(),))),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_dialect_is_told_by_the_content(shape):
    text, expected = SHAPES[shape]
    found = dialects.sniff(text.encode(), b",;\t|\x01^", is_whole=True)
    if isinstance(expected, bytes):
        assert found is not None
        assert (found.delimiter, found.names != ()) == (expected, True)
    else:
        assert found == expected


@pytest.mark.parametrize(("name", "head", "is_table"), [
    ("a.csv", b"a,b\n1,2\n", True),
    ("a.CSV.gz", b"a,b\n1,2\n", True),
    ("a.csv.1", b"a,b\n1,2\n", True),
    ("a.log", b"a,b\n1,2\n", False),
    ("a.txt", b"a,b\n1,2\n", False),
    ("stdin", b"a,b\n1,2\n", False),
    ("a.csv", "今天很好。\n我们去公园, 好吗\n".encode(), False),
    ("a.txt", b"1\x01x\n2\x01y\n", True),
    ("000000_0", b"1\x01x\n2\x01y\n", True),
    ("a.log", b"1\x01x\n2\x01y\n", False),
])  # fmt: skip
def test_name_and_content_must_agree(name, head, is_table):
    assert (formats.dialect_of(head, "auto", name, "auto") is not None) == is_table


def test_the_user_may_say_what_it_is():
    assert formats.dialect_of(b"a,b\n1,2\n", "auto", "stdin", "csv").names == (b"a", b"b")
    assert formats.dialect_of(b"a;b\n1;2\n", "auto", "a.log", "csv").delimiter == b";"
    assert formats.dialect_of(b"", "auto", "stdin", "csv") == Dialect(b",")
    assert formats.dialect_of(b"a,b\n1,2\n", "auto", "a.csv", "text") is None
    text = b"name\n\xe5\xbc\xa0\xe4\xb8\x89\n"
    assert command.run("scrub", "-", "--format", "csv", data=text).stdout == b"name\n<PERSON>\n"
    assert command.run("scrub", "-", data=text).stdout == text


CASES = {
    "the column tells what fills its cells": ("姓名,城市\n张三,北京\n", "姓名,城市\n<PERSON>,北京\n"),
    "crlf, blanks, blank lines and no last line end": (
        "name , phone\r\n\r\n x, 13812345678 \r\n,\r\n y,13812345678", "name , phone\r\n\r\n x, <CN_MOBILE> \r\n,\r\n y,<CN_MOBILE>"),
    "blanks before a value": ("姓名, 密码\n  张三,  hunter2!\n", "姓名, 密码\n  <PERSON>,  <SECRET>\n"),
    "line ends of all kinds": ("a,phone\r1,13812345678\r2,x\r", "a,phone\r1,<CN_MOBILE>\r2,x\r"),
    "doubled quotes": ('a,note\n1,"""13812345678"" x"\n', 'a,note\n1,"""<CN_MOBILE>"" x"\n'),
    "quotes in the middle": ('a,phone\n5" pipe,13812345678\n6",13912345678\n', 'a,phone\n5" pipe,<CN_MOBILE>\n6",<CN_MOBILE>\n'),
    "a quote that nothing closes": ('a,phone\n"x,13812345678\n1,13912345678\n', 'a,phone\n"x,<CN_MOBILE>\n1,<CN_MOBILE>\n'),
    "something behind the closing quote": ('a,phone\n"x"y,13812345678\n"z",1\n', 'a,phone\n"x"y,<CN_MOBILE>\n"z",1\n'),
    "json in a cell": ('id,extra\n1,"{""phone"": 13812345678}"\n', 'id,extra\n1,"{""phone"": ""<CN_MOBILE>""}"\n'),
    "all texts are quoted": ('"name","phone"\n"x",13812345678\n"y",5\n', '"name","phone"\n"x","<CN_MOBILE>"\n"y",5\n'),
    "comments": ("a,phone\n# 电话: 13812345678, 姓名: 张三, 完\n1,13812345678\n", "a,phone\n# 电话: <CN_MOBILE>, 姓名: <PERSON>, 完\n1,<CN_MOBILE>\n"),
    "the header again": ("name,phone\n张三,1\nname,phone\n李四,2\n", "name,phone\n<PERSON>,1\nname,phone\n<PERSON>,2\n"),
    "values in the header": ("张三 13812345678,a\n1,2\n3,4\n", "张三 <CN_MOBILE>,a\n1,2\n3,4\n"),
    "ragged rows": ("name,phone\n张三\n李四,13812345678,13912345678,x\n王五,2\n赵六,3\n", "name,phone\n<PERSON>\n<PERSON>,<CN_MOBILE>,<CN_MOBILE>,x\n<PERSON>,2\n<PERSON>,3\n"),
    "numbers side by side": ("a,b\n1381234,5678\n6222,0212\n", "a,b\n1381234,5678\n6222,0212\n"),
    "a key is no key of the next cell": ("a,b\n密码,今天\n你好,明天\n", "a,b\n密码,今天\n你好,明天\n"),
    "mark": ("\ufeffphone,b\n13812345678,2\n", "\ufeffphone,b\n<CN_MOBILE>,2\n"),
    "mark before a quote": ('\ufeff"phone","b"\n"13812345678","x""y"\n', '\ufeff"phone","b"\n"<CN_MOBILE>","x""y"\n'),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_file_comes_out_as_it_was_but_for_its_findings(tmp_path, case):
    before, after = CASES[case]
    path = tmp_path / "t.csv"
    path.write_bytes(before.encode())
    result = run("scrub", path, "--quiet")
    assert (result.returncode, result.stdout.decode()) == (0, after)


def test_a_key_that_goes_over_cells_stays_within_them(tmp_path):
    path = tmp_path / "keys.csv"
    rows = [
        "a,b",
        "-----BEGIN PRIVATE KEY-----,1",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7,2",
        "-----END PRIVATE KEY-----,3",
    ]
    path.write_text("\n".join([*rows, *["x,9"] * 3, ""]), "utf-8")
    out = run("scrub", path, "--quiet").stdout.decode()
    assert [line.count(",") for line in out.splitlines()] == [1] * 7


def test_hive_text_keeps_nulls_and_nested_values(tmp_path):
    path = tmp_path / "000000_0"
    path.write_bytes("张三\x0113812345678\x01\\N\n李四\x01\\N\x01k\x0313512345678\x02a@example.com\n".encode())
    out = run("scrub", path, "--quiet").stdout
    assert b"\x01<CN_MOBILE>\x01\\N\n" in out
    assert b"\x01\\N\x01k\x03<CN_MOBILE>\x02<EMAIL_ADDRESS>\n" in out
    assert kind(path.read_bytes()).form == "text"


def test_nulls_are_not_touched_by_the_names_of_columns():
    dialect = Dialect(b",", names=(b"password",), unnamed=(b"password",))
    assert scrubbed(b"password\n\\N\nhunter2!\n", dialect) == b"password\n\\N\n<SECRET>\n"


def test_members_of_archives_are_read_by_their_names(tmp_path):
    path, out = tmp_path / "a.zip", tmp_path / "out.zip"
    table = "name,x\n张三,1\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", table)
        archive.writestr("a.log", table)
    assert run("scrub", path, "-o", out).returncode == 0
    with zipfile.ZipFile(out) as archive:
        assert archive.read("a.csv").decode() == "name,x\n<PERSON>,1\n"
        assert archive.read("a.log").decode() == table


@pytest.mark.parametrize("jobs_", [1, 3])
def test_jobs_and_blocks_of_a_large_table_make_no_difference(tmp_path, jobs_):
    path, out = tmp_path / "big.csv", tmp_path / "out.csv"
    rows = [f'张三,1381234{n % 10_000:04},"多行 {n}\n13912345678, ""好"""' for n in range(120_000)]
    path.write_text("姓名,手机号,备注\n" + "\n".join(rows) + "\n", "utf-8")
    assert run("scrub", path, "-o", out, "--jobs", jobs_, "--quiet").returncode == 0
    expected = [f'<PERSON>,<CN_MOBILE>,"多行 {n}\n<CN_MOBILE>, ""好"""' for n in range(120_000)]
    assert out.read_text("utf-8") == "姓名,手机号,备注\n" + "\n".join(expected) + "\n"


def test_a_stray_quote_swallows_no_more_than_a_long_line(tmp_path):
    path, out = tmp_path / "stray.csv", tmp_path / "out.csv"
    rows = [f"张三,1381234{n % 10_000:04}" for n in range(400_000)]
    path.write_text('姓名,手机号\n"a,1\n' + "\n".join(rows) + "\n", "utf-8")
    assert run("scrub", path, "-o", out, "--quiet").returncode == 0
    assert out.read_text("utf-8") == '姓名,手机号\n"a,1\n' + "<PERSON>,<CN_MOBILE>\n" * 400_000


def test_fields_name_columns(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("订单号,备注\nA1,x\nA2,13812345678\n".encode())
    out = run("scrub", path, "--quiet", "--field", "订单号=redact", "--field", "备注=keep").stdout.decode()
    assert out == "订单号,备注\n,x\n,13812345678\n"


def test_an_only_cell_that_becomes_nothing_is_no_blank_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"phone\n13812345678\n1\n")
    out = run("scrub", path, "--quiet", "--field", "phone=redact").stdout
    assert list(csv.reader(out.decode().splitlines())) == [["phone"], [""], [""]]


def test_a_policy_with_linked_reads_tables_as_text(tmp_path):
    path, policy = tmp_path / "a.csv", tmp_path / "p.toml"
    path.write_bytes(b"phone,b\n13812345678,2\n")
    policy.write_text('promise = "deidentify"\ndefault = "label"\ncombination = "linked"\n', "utf-8")
    result = run("scrub", path, "--quiet", "--policy", policy)
    assert (result.returncode, result.stdout) == (0, b"phone,b\n<CN_MOBILE>,2\n")


def test_encrypted_numbers_come_back_without_the_quotes_that_they_got(tmp_path):
    path, out, back, key = (tmp_path / name for name in ("a.csv", "out.csv", "back.csv", "k.key"))
    text = '"name","phone"\n"x",13812345678\n"a ""13912345678""",5\n'
    path.write_text(text, "utf-8")
    assert run("keys", "new", key).returncode == 0
    policy = tmp_path / "p.toml"
    policy.write_text('promise = "deidentify"\ndefault = "label"\n[entities]\nCN_MOBILE = "encrypt"\n', "utf-8")
    result = run("scrub", path, "-o", out, "--policy", policy, "--key", key)
    assert result.returncode == 0, result.stderr
    assert [len(row) for row in csv.reader(out.read_text("utf-8").splitlines())] == [2, 2, 2]
    assert "13812345678" not in out.read_text("utf-8")
    assert run("restore", out, "-o", back, "--key", key).returncode == 0
    assert back.read_text("utf-8") == text


def test_scan_tells_column_and_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('姓名,备注\n张三,x\n\n李四,"多行\n13812345678"\n'.encode())
    rows = [json.loads(line) for line in run("scan", path, "--format", "jsonl").stdout.splitlines()]
    assert [(row["line"], row["start"], row["entity"], row["column"], row["row"]) for row in rows] == [
        (2, 1, "PERSON", "姓名", 1), (4, 1, "PERSON", "姓名", 2), (5, 1, "CN_MOBILE", "备注", 2),
    ]  # fmt: skip
    assert "column" not in json.loads(
        run("scan", path, "--format", "jsonl", "--input-format", "text").stdout.splitlines()[0]
    )


def test_a_binary_table_from_a_pipe_is_refused(tmp_path):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    from anonkit.errors import UsageError
    from anonkit.io.run import _scrub_table
    from anonkit.io.texts import Options

    with pytest.raises(UsageError, match="name the file"):
        _scrub_table(SCRUBBER, "parquet", Pipe(b"PAR1"), io.BytesIO(), "stdin", Options("auto", str))


def test_the_parts_of_a_table_lie_where_they_lay():
    text = '\ufeffname,phone,note\r\n"a ""b""",x,\\N\n# c\n\n,,\n'.encode()
    parsed = delimited.parsed(text, COMMA)
    cells = parsed.cells
    assert [parsed.text[s:e] for s, e in zip(cells.start, cells.end, strict=True)] == [
        b"name", b"phone", b"note", b'a "b"', b"x", b"# c",
    ]  # fmt: skip
    assert [text[s:e] for s, e in zip(parsed.original(cells.start), parsed.original(cells.end), strict=True)] == [
        b"name", b"phone", b"note", b'a ""b""', b"x", b"# c",
    ]  # fmt: skip
    assert cells.column.tolist() == [3, 3, 3, 0, 1, 3]
    assert (parsed.record.tolist(), parsed.record_count) == ([0, 0, 0, 1, 1, 0], 2)
    assert all(parsed.text[s - 1 : s] in (b"", b"\n") for s in cells.start.tolist())


def test_scan_tells_column_and_row_of_binary_tables(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"姓名": ["x", "张三"], "phone": [13812345678, 5]}), path)
    rows = [json.loads(line) for line in run("scan", path, "--format", "jsonl", "--show-values").stdout.splitlines()]
    assert {(row["column"], row["row"], row["entity"], row["value"]) for row in rows} == {
        ("姓名", 2, "PERSON", "张三"),
        ("phone", 1, "CN_MOBILE", "13812345678"),
    }


def test_a_parquet_file_is_scrubbed_in_place_and_checked(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"phone": ["13812345678"]}), path)
    assert run("scrub", path, "--check", "--quiet").returncode == 1
    assert run("scrub", path, "--in-place", "--quiet").returncode == 0
    assert pq.read_table(path).to_pydict() == {"phone": ["<CN_MOBILE>"]}
    assert run("scrub", path, "--check", "--quiet").returncode == 0


@pytest.mark.parametrize("header", ["密码,1", "密码,2024-01", "0,密码(必填)", "备注(13812345678),密码"])
def test_a_record_with_a_key_in_it_is_a_header_whatever_else_stands_there(header):
    place = [name.startswith("密码") for name in header.split(",")].index(True)
    row = ["2"] * len(header.split(","))
    row[place] = "abc9"
    look = dialects.sniff(f"{header}\n{','.join(row)}\n".encode(), b",", is_whole=True, is_asked=False)
    assert look is not None
    assert look.names[place].decode().startswith("密码")
