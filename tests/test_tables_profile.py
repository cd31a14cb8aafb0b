"""Profiles of tables: roles by names and by content, counts, and never a value."""

from __future__ import annotations

import datetime as dt
import json
import random
import string

import fastavro
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.table import Table

from anonkit.errors import UsageError
from anonkit.model import Action, Policy
from anonkit.scrubber import Scrubber
from anonkit.tables import attributes
from anonkit.tables.attributes import Role, Values
from anonkit.tables.profile import USUAL_ROWS, profile, profile_under
from tests.in_process import run

SCRUBBER = Scrubber(only_finds=True)
ROWS = 60
DICE = random.Random(7)
_START = dt.datetime(2024, 1, 1)  # noqa: DTZ001  as columns of times have it
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def _id_card():
    born = f"{DICE.randrange(1950, 2005)}{DICE.randrange(1, 13):02d}{DICE.randrange(1, 29):02d}"
    first = f"110105{born}{DICE.randrange(1000):03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


def _of(make):
    return [make() for _ in range(ROWS)]


def _word():
    return "".join(DICE.choices(string.ascii_lowercase, k=DICE.randrange(5, 12)))


def _one_of(*values):
    return _of(lambda: DICE.choice(values))


PHONES = _of(lambda: f"138{DICE.randrange(10**8):08d}")
NAMES = _of(lambda: DICE.choice(FAMILY) + "".join(DICE.sample(GIVEN, 2)))
IDS = _of(_id_card)
ORDERS = _of(lambda: f"SO2024{DICE.randrange(10**8):08d}")
REMARKS = [f"客户{name}来电说快件还没有收到,请回电{phone}" for name, phone in zip(NAMES, PHONES, strict=True)]
DISEASES = _one_of("高血压", "2型糖尿病", "急性胃炎", "肺部感染")
TIMES = _of(lambda: _START + dt.timedelta(seconds=DICE.randrange(10**7)))


def _profiled(values, name="c1", **options):
    (column,) = profile(SCRUBBER, pa.table({name: values}), **options).columns
    return column


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("手机号", PHONES, "direct identifier"),
        ("c1", PHONES, "direct identifier"),
        ("c1", [int(phone) for phone in PHONES], "direct identifier"),
        ("c1", NAMES, "direct identifier"),
        ("姓名", NAMES, "direct identifier"),
        ("c1", IDS, "direct identifier"),
        ("c1", _of(lambda: f"10.{DICE.randrange(256)}.{DICE.randrange(256)}.7"), "linkable"),
        ("client_ip", _of(lambda: f"10.{DICE.randrange(256)}.{DICE.randrange(256)}.7"), "linkable"),
        ("age", _of(lambda: DICE.randrange(18, 90)), "quasi-identifier"),
        ("年龄(岁)", _of(lambda: DICE.randrange(18, 90)), "quasi-identifier"),
        ("c1", _of(lambda: f"{DICE.randrange(18, 90)}岁"), "quasi-identifier"),
        ("c1", _one_of("男", "女", "未知"), "quasi-identifier"),
        ("c1", _one_of("M", "F"), "quasi-identifier"),
        ("gender", _one_of(1, 2), "quasi-identifier"),
        ("出生日期", _of(lambda: f"{DICE.randrange(1950, 2005)}-07-12"), "quasi-identifier"),
        ("birth_year", _of(lambda: DICE.randrange(1950, 2005)), "quasi-identifier"),
        ("邮编", _of(lambda: f"{DICE.randrange(100000, 860000)}"), "quasi-identifier"),
        ("city", _one_of("杭州", "宁波", "温州"), "quasi-identifier"),
        ("c1", _one_of("浙江省", "江苏省", "安徽省"), "quasi-identifier"),
        ("c1", _one_of("汉族", "回族", "壮族"), "quasi-identifier"),
        ("c1", _one_of("本科", "大专", "硕士", "高中"), "quasi-identifier"),
        ("c1", _one_of("已婚", "未婚", "离异"), "quasi-identifier"),
        ("职业", _one_of("泥瓦匠", "木匠"), "quasi-identifier"),
        ("c1", _one_of("教师", "医生", "退休"), "quasi-identifier"),
        ("收入区间", _one_of("a", "b", "c"), "quasi-identifier"),
        ("c1", _one_of("5k-8k", "8k-12k", "1万-2万"), "quasi-identifier"),
        ("admission_date", [time.date() for time in TIMES], "quasi-identifier"),
        ("c1", TIMES, "quasi-identifier"),
        ("企业规模", _one_of("大", "小"), "quasi-identifier"),
        ("诊断", DISEASES, "sensitive"),
        ("c1", DISEASES, "sensitive"),
        ("c1", _one_of("I10.x00", "E11.9", "K29.1"), "sensitive"),
        ("c1", _one_of("A", "B", "O", "AB"), "sensitive"),
        ("血型", _one_of("A", "B"), "sensitive"),
        ("c1", _one_of("佛教", "无宗教信仰"), "sensitive"),
        ("account_balance", _of(lambda: DICE.randrange(10**6) / 100), "sensitive"),
        ("月薪", _of(lambda: DICE.randrange(3000, 50000)), "sensitive"),
        ("犯罪记录", _one_of("无", "有"), "sensitive"),
        ("password", _of(lambda: f"Xq{DICE.randrange(10**6)}!zz"), "sensitive"),
        ("c1", REMARKS, "free text"),
        ("remark", REMARKS, "free text"),
        ("order_id", ORDERS, "possible identifier"),
        ("c1", ORDERS, "possible identifier"),
        ("c1", _of(lambda: f"{DICE.getrandbits(128):032x}"), "possible identifier"),
        ("c1", [phone[:3] + "****" + phone[-4:] for phone in PHONES], "possible identifier"),
        ("c1", _of(_word), "possible identifier"),
        ("c1", list(range(1000, 1000 + ROWS)), "possible identifier"),
        ("status", _one_of(200, 404, 500), "harmless"),
        ("c1", _one_of(200, 404, 500), "harmless"),
        ("c1", _one_of("A", "B", "C", "D"), "harmless"),
        ("c1", _one_of("S", "M", "L"), "harmless"),
        ("price", _of(lambda: DICE.randrange(10**6) / 100), "harmless"),
        ("c1", _of(lambda: DICE.randrange(10**6) / 100), "harmless"),
        ("金额(元)", _of(lambda: DICE.randrange(10**5, 10**6)), "harmless"),
        ("page", _of(lambda: DICE.randrange(18, 90)), "harmless"),
        ("cache_age", _one_of(3600, 600, 86400), "harmless"),
        ("order_status", _one_of("已付款", "已发货"), "harmless"),
        ("c1", _one_of("订单已经发货请耐心等待", "商品已经入库等待分拣出库") * 40, "harmless"),
        ("c1", _one_of(True, False), "harmless"),
        ("c1", _one_of("杭州云杉网络科技有限公司", "上海星河贸易有限公司"), "harmless"),
    ],
)  # fmt: skip
def test_the_role_of_a_column(name, values, role):
    column = _profiled(values, name)
    assert column.role == role, column.evidence
    assert not column.is_set_by_hand
    assert column.evidence


def test_a_name_does_not_make_a_quasi_identifier_of_phones():
    assert _profiled(PHONES, "age").role is Role.DIRECT
    assert _profiled(PHONES, "city").role is Role.DIRECT


def test_few_phones_among_harmless_values_are_not_passed_over():
    column = _profiled(["是"] * 500 + PHONES[:2])
    assert column.role is Role.POSSIBLE
    assert "CN_MOBILE in 2 of 502 rows" in column.evidence


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("user_age", "age"), ("userAge", "age"), ("AGE", "age"), ("患者年龄", "age"), ("user.age", "age"),
        ("sex_cd", "sex"), ("ageGroup", "age"), ("疾病编码", "health"), ("blood_type", "blood type"),
        ("婚姻状态", "marital status"), ("收货城市", "region"), ("区", "region"), ("city_name", "region"),
        ("page", None), ("image", None), ("storage", None), ("A区", None), ("c1", None), ("", None),
    ],
)  # fmt: skip
def test_the_longest_words_at_the_end_of_a_name_say_the_attribute(name, attribute):
    found = attributes.named(name)
    assert (found and found.name) == attribute


def test_every_attribute_has_names_and_each_of_its_names_finds_it_or_one_before():
    for attribute in attributes.attributes():
        assert attribute.names
        for name in attribute.names:
            found = attributes.named(name.removeprefix("="))
            assert found is not None
            assert found is attribute or name in found.names, (attribute.name, name)


def test_every_listed_value_tells_its_attribute_where_the_name_does_not():
    for attribute in attributes.attributes():
        for value in attribute.values:  # noqa: PD011  no frame
            match = attributes.told("c1", Values((value,), (9,)))
            assert match is not None
            assert value in match.attribute.values  # noqa: PD011  no frame


def test_weak_values_tell_nothing_alone():
    for attribute in attributes.attributes():
        for value in attribute.weak:
            match = attributes.told("c1", Values((value,), (9,)))
            assert match is None or match.attribute is not attribute


def test_counts_nulls_and_uniqueness_are_exact():
    column = _profiled(pa.array(["a", "a", "b", None, "", "c", "  "]))
    assert (column.rows, column.distinct, column.length) == (7, 3, 1)
    assert column.nulls == pytest.approx(3 / 7)
    assert column.uniqueness == pytest.approx(3 / 4)
    assert column.once == pytest.approx(2 / 4)


def test_shares_are_of_rows_with_a_value_and_a_row_counts_once():
    values = [f"{PHONES[0]} {PHONES[1]}", PHONES[2], "无", None]
    column = _profiled(values, "电话")
    (share,) = column.entities
    assert (share.entity, share.class_, share.action) == ("CN_MOBILE", "direct", "label")
    assert share.share == pytest.approx(2 / 3)
    assert column.changed == pytest.approx(2 / 3)
    assert column.policy == "label 67 %"


def test_what_the_policy_does_is_told_without_a_key_and_with_its_columns():
    table = pa.table({"phone": PHONES, "salary": list(range(ROWS)), "c": REMARKS})
    told = profile_under("deidentify", table)
    assert [column.policy for column in told.columns] == ["encrypt 100 %", "keep", "encrypt 100 %"]
    policy = Policy("mine", "mask", Action("label"), classes={"direct": Action("mask")},
                    columns={"salary": Action("redact")})  # fmt: skip
    told = profile_under(policy, table)
    assert told.policy == "mine"
    assert [column.policy for column in told.columns] == ["mask 100 %", "redact 100 %", "mask 100 %"]
    assert profile_under("anonymize", pa.table({"c": _one_of("杭州云杉网络科技有限公司")})).columns[0].policy == "keep"


def test_roles_set_by_hand_win_and_are_shown_as_such():
    table = pa.table({"c1": PHONES, "c2": ORDERS, "u": [{"x": name} for name in NAMES]})
    told = profile(SCRUBBER, table, {"c1": "harmless", "c2": Role.DIRECT, "u.x": "free_text"})
    assert [column.role.value for column in told.columns] == ["harmless", "direct identifier", "free text"]
    assert all(column.is_set_by_hand for column in told.columns)
    assert "without that it would be direct identifier" in told.columns[0].evidence[0]
    assert "harmless (by hand)" in str(told)
    assert told._repr_html_().count("set by hand") >= 3


def test_roles_that_are_none_and_columns_that_are_not_there_are_told_without_their_names():
    table = pa.table({"c1": [1]})
    with pytest.raises(UsageError, match="one of direct identifier"):
        profile(SCRUBBER, table, {"c1": "secretive"})
    with pytest.raises(UsageError, match="1 of the roles") as raised:
        profile(SCRUBBER, table, {PHONES[0]: "direct"})
    assert PHONES[0] not in str(raised.value)
    with pytest.raises(UsageError, match="rows must be 1 or more"):
        profile(SCRUBBER, table, rows=0)


@pytest.mark.parametrize(
    "kind", [pa.null(), pa.string(), pa.int64(), pa.list_(pa.string()), pa.struct({"a": pa.int8()})]
)
@pytest.mark.parametrize("rows", [0, 5])
def test_columns_without_values_are_harmless(kind, rows):
    (column,) = profile(SCRUBBER, pa.table({"手机号": pa.nulls(rows, kind)})).columns
    assert column.role is Role.HARMLESS
    assert column.evidence[0] == "no value"
    assert (column.distinct, column.uniqueness, column.length) == (0, 0, 0)


def test_a_table_without_columns_has_a_profile():
    told = profile(SCRUBBER, pa.table({}))
    assert told.columns == ()
    assert "0 rows, 0 columns" in str(told)
    assert told._repr_html_()
    assert len(told.to_frame()) == 0


def test_nested_columns_are_told_by_their_paths():
    table = pa.table(
        {
            "user": [{"phone": phone, "tags": [{"k": "x"}, {"k": "y"}]} for phone in PHONES],
            "phones": [[phone, PHONES[0]] for phone in PHONES],
            "map": pa.array([[("k", phone)] for phone in PHONES], pa.map_(pa.string(), pa.string())),
            "cat": pa.array(PHONES).dictionary_encode(),
        }
    )
    told = profile(SCRUBBER, table)
    direct = [column.name for column in told.columns if column.role is Role.DIRECT]
    assert [column.name for column in told.columns] == ["user.phone", "user.tags.k", "phones", "map", "map", "cat"]
    assert direct == ["user.phone", "phones", "map", "cat"]
    assert [column.rows for column in told.columns[:3]] == [ROWS, 2 * ROWS, 2 * ROWS]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1.5, None, float("nan")]), pa.array([b"\xff\x00", b"ab", None]), pa.array([True, None, False]),
        pa.array([dt.time(1, 2), None, None]), pa.array([dt.timedelta(1), None, None]),
        pa.array(["a", None, "b"], pa.string_view()), pa.array([b"1234567890123456"] * 3, pa.uuid()),
        pa.array([b"12", None, b"34"], pa.binary(2)), pa.array(["1.50", None, "2"]).cast(pa.decimal128(9, 2)),
        pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int8(), 2)), pa.chunked_array([["a"], [], ["b", None]]),
        pa.array(["a", "a", None]).dictionary_encode().slice(1),
        pa.array(TIMES[:3], pa.timestamp("us", "Asia/Shanghai")),
        pa.UnionArray.from_sparse(pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["a", "b", "c"])]),
        pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]),
    ],
)  # fmt: skip
def test_columns_of_any_type_have_a_profile(values):
    told = profile(SCRUBBER, pa.table({"c": values}))
    assert told.columns
    assert str(told)


def test_columns_of_the_same_name_are_told_apart():
    table = pa.Table.from_arrays([pa.array(PHONES), pa.array(_one_of("男", "女"))], ["x", "x"])
    assert [column.role for column in profile(SCRUBBER, table).columns] == [Role.DIRECT, Role.QUASI]


def test_names_that_hold_personal_values_are_shown_scrubbed_whatever_the_policy_keeps():
    table = pa.table({PHONES[0]: [1], f"<b>{PHONES[1]}\n\x1b[31m": [2]})
    keeping = Policy("mine", "mask", Action("keep"))
    for told in (profile(SCRUBBER, table), profile(SCRUBBER, table, policy=keeping)):
        for shown in _shown(told):
            assert PHONES[0] not in shown
            assert PHONES[1] not in shown
        assert told.columns[0].name == "<CN_MOBILE>"
        assert "\x1b" not in str(told)
        assert "<b>" not in told._repr_html_().replace("<b>&lt;", "")


def _shown(told):
    frame = told.to_frame()
    return (str(told), repr(told), told._repr_html_(), json.dumps(told.to_dict(), ensure_ascii=False), frame.to_csv())


_LETTERS = st.text("abcdefghijkmnpqrstuvwxyz23456789赵钱孙李周吴郑王冯陈", min_size=9, max_size=24)


@settings(max_examples=25)
@given(
    st.lists(_LETTERS, min_size=1, max_size=30),
    st.sampled_from(["c1", "姓名", "diagnosis", "order_no", "city", "备注"]),
    st.sampled_from(["{}", "138{}", "电话{},请回电", "{}@example.com", "**{}"]),
)
def test_no_value_of_a_table_is_shown(values, name, form):
    cells = [form.format(value) for value in values]
    table = pa.table({name: cells, "n": [{"x": [cell]} for cell in cells]})
    for shown in _shown(profile(SCRUBBER, table)):
        assert not any(value in shown for value in values)


def test_a_profile_is_the_same_in_every_run_and_its_sample_is_even():
    table = pa.table({"c1": ["无"] * 3000 + PHONES * 50, "c2": list(range(6000))})
    told = profile(SCRUBBER, table, rows=1000)
    assert told == profile(SCRUBBER, table, rows=1000)
    assert (told.rows, told.looked_at) == (6000, 1000)
    assert told.columns[0].entities[0].share == pytest.approx(0.5, abs=0.01)
    assert told.columns[1].distinct == 6000  # of all rows
    assert "even sample of 1,000 rows" in str(told)


def test_all_rows_are_looked_at_up_to_the_usual_number():
    table = pa.table({"c": pa.nulls(USUAL_ROWS + 1, pa.string())})
    assert profile(SCRUBBER, table).looked_at == USUAL_ROWS
    assert profile(SCRUBBER, table.slice(1)).looked_at == USUAL_ROWS


def test_the_text_is_aligned_where_names_are_chinese():
    told = str(profile(SCRUBBER, pa.table({"手机号码": PHONES, "c": PHONES}))).splitlines()
    assert told[3].index("string") + 4 == told[4].index("string")  # 手机号码 is as wide as eight letters


def test_a_frame_has_a_row_for_each_column():
    frame = profile(SCRUBBER, pa.table({"手机号": PHONES, "c": ORDERS})).to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["role"]) == ["direct identifier", "possible identifier"]
    assert frame["uniqueness"].tolist() == [1.0, 1.0]


def _files(tmp_path):
    table = pa.table({"电话": PHONES, "订单": ORDERS, "性别": _one_of("男", "女")})
    text = table.to_pandas().to_csv(index=False)
    (tmp_path / "a.csv").write_text(text, "utf-8")
    (tmp_path / "b.csv").write_bytes(text.replace(",", ";").encode("gb18030"))
    (tmp_path / "c.csv").write_text(text.split("\n", 1)[1], "utf-8")
    pq.write_table(table, tmp_path / "d.parquet")
    table.to_pandas().to_excel(tmp_path / "e.xlsx", index=False)
    with pa.ipc.new_stream(tmp_path / "f.arrows", table.schema) as writer:
        writer.write_table(table)
    return sorted(tmp_path.iterdir())


def test_the_command_tells_the_same_roles_of_every_kind_of_file(tmp_path):
    for file in _files(tmp_path):
        result = run("profile", file, "--json")
        assert result.returncode == 0, result.stderr
        (told,) = json.loads(result.stdout)["tables"]
        roles = [column["role"] for column in told["columns"]]
        assert roles == ["direct identifier", "possible identifier", "quasi-identifier"], file.name
        assert told["rows"] == ROWS, file.name
        assert not any(phone.encode() in result.stdout + result.stderr for phone in PHONES)


def test_the_command_writes_a_page_and_takes_roles_and_policies(tmp_path):
    (file, *_) = _files(tmp_path)
    page = tmp_path / "page.html"
    result = run("profile", file, "--html", page, "--role", "订单=direct", "--policy", "share-partner")
    assert (result.returncode, result.stdout) == (0, b"")
    html = page.read_text("utf-8")
    assert html.startswith("<!doctype html>")
    assert "set by hand" in html
    assert "redact 100 %" in html
    assert "http" not in html
    assert "label 100 %" in run("profile", file).stdout.decode()


def test_the_command_tells_what_is_wrong_in_one_sentence(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1" + PHONES[0].encode() * 100)
    (tmp_path / "x.bin").write_bytes(b"\x7fELF" + bytes(100))
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    for words, code in [
        ([tmp_path / "none.csv"], 3), ([tmp_path / "x.parquet"], 3), ([tmp_path / "x.bin"], 3),
        ([tmp_path / "x.csv", "--role", "a"], 2), ([tmp_path / "x.csv", "--role", "a=no"], 2),
        ([tmp_path / "x.csv", "--role", "z=direct"], 2), ([tmp_path / "x.csv", "--rows", "0"], 2),
        ([tmp_path / "x.csv", "--policy", "no-such"], 2), ([tmp_path / "x.csv", "--html", tmp_path / "x.csv"], 2),
        ([tmp_path / "x.csv", "--html", tmp_path / "no" / "x.html"], 4),
        ([tmp_path / "x.csv", "--json", "--html", "y"], 2),
    ]:  # fmt: skip
        result = run("profile", *words)
        assert (result.returncode, result.stdout) == (code, b""), words
        assert result.stderr.startswith(b"anonkit: error: "), words
        assert result.stderr.count(b"\n") == 1
        assert PHONES[0].encode() not in result.stderr


def test_rows_that_do_not_fit_are_counted_and_not_shown(tmp_path):
    file = tmp_path / "a.csv"
    rows = "\n".join(f"{phone},{order}" for phone, order in zip(PHONES, ORDERS, strict=True))
    file.write_text(f"phone,order\n{rows}\n{PHONES[0]}\n", "utf-8")
    result = run("profile", file)
    assert result.returncode == 0
    assert b"1 row" in result.stderr
    assert PHONES[0].encode() not in result.stderr + result.stdout


def _columns(path):
    result = run("profile", path, "--json")
    assert result.returncode == 0, result.stderr
    return [([column["name"] for column in one["columns"]], one["rows"]) for one in json.loads(result.stdout)["tables"]]


def test_sheets_have_a_profile_without_names_and_for_each_table_in_them(tmp_path):
    book = openpyxl.Workbook()
    for _ in range(3):
        book.active.append([1, 2])
    sheet = book.create_sheet()
    for row in [["a", "b"], [1, 2], [3, 4], [], ["电话", "备注"], [PHONES[0], "x"]]:
        sheet.append(row)
    sheet.add_table(Table(displayName="T", ref="A5:B6"))
    book.save(tmp_path / "a.xlsx")
    assert _columns(tmp_path / "a.xlsx") == [(["column 1", "column 2"], 3), (["a", "b"], 2), (["电话", "备注"], 1)]


def test_a_profile_reads_unions_of_avro_and_delimiters_as_scrub_does(tmp_path):
    fields = [{"name": "a", "type": ["null", "string", "long"]}]
    with (tmp_path / "a.avro").open("wb") as out:
        fastavro.writer(out, {"type": "record", "name": "r", "fields": fields}, [{"a": 1}, {"a": "x"}, {"a": None}])
    (tmp_path / "t.tsv").write_text("a,b\tc\n1,2\t3\n4,5\t6\n", "utf-8")
    assert _columns(tmp_path / "a.avro") == [(["a"], 3)]
    assert _columns(tmp_path / "t.tsv") == [(["a,b", "c"], 2)]
