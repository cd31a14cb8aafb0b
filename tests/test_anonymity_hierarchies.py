"""Ready-made hierarchies: every level coarsens the one before, and what cannot be read gives nothing away."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.anonymity import hierarchies as ready
from anonkit.anonymity.hierarchies import division_table
from anonkit.anonymity.hierarchies.suggest import nice_widths
from anonkit.anonymity.hierarchies.values import rising
from anonkit.anonymity.hierarchy import SUPPRESSED, Hierarchy
from anonkit.errors import HierarchyError, InputError

numbers = st.one_of(
    st.integers(-(10**19), 10**19), st.floats(), st.decimals(allow_nan=True, places=3), st.integers(0, 130).map(str)
)
days = st.one_of(
    st.dates(),
    st.datetimes(),
    st.dates(dt.date(1850, 1, 1), dt.date(2099, 1, 1)).map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    st.dates(dt.date(1850, 1, 1), dt.date(2099, 1, 1)).map(lambda day: f"{day:%Y%m%d}"),
    st.integers(1850, 2099),
    st.integers(10**9, 2 * 10**9),
)
addresses = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses().map(lambda ip: f"{ip}/{ip.max_prefixlen // 3}"),
    st.text("0123456789.:/af"),
)
known_codes = st.sampled_from(sorted(division_table.divisions().names))
division_codes = st.one_of(
    known_codes, known_codes.map(int), known_codes.map(lambda c: c + "001002"), st.from_regex(r"[0-9]{2,12}")
)
place_names = st.lists(
    st.sampled_from("浙江省 浙江 杭州市 杭州 西湖区 下城区 北京 朝阳区 吉林 吉林市 义乌市 文三路 三墩镇 5号".split()),
    min_size=1,
).map("".join)  # fmt: skip
phones = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.from_regex(r"0[0-9]{2,3}-?[0-9]{7,8}", fullmatch=True)
)
BUILDERS = [
    (ready.Ages(), numbers),
    (ready.Bands((1, 2, 10)), numbers),
    (ready.Bands((Decimal("0.1"), 0.5, 5), low=-1, high=7.3, unit="元"), numbers),
    (ready.Dates(), days),
    (ready.Dates(("day", "year", "decade")), days),
    (ready.Networks(), addresses),
    (ready.Divisions(), division_codes),
    (ready.Addresses(), place_names),
    (ready.Postcodes(), st.integers(0, 999_999).map("{:06}".format)),
    (ready.PhonePrefixes(), phones),
    (ready.Masked(), st.text("AB1*", max_size=12)),
    (ready.Masked((1, 3)), st.text("AB1*", max_size=12)),
    (ready.Ordered(["a", "b-c", "a-b", "c", "d"], (2, 4)), st.sampled_from(["a", "b-c", "a-b", "c", "d"])),
]


def rows(hierarchy: Hierarchy) -> list[list[str | None]]:
    """What each leaf becomes, level by level."""
    levels = zip(hierarchy.labels, hierarchy.codes, strict=True)
    return [list(line) for line in zip(*([labels[code] for code in codes] for labels, codes in levels), strict=True)]


def becomes(builder: ready.Builder, *values: object) -> list[list[str | None]]:
    return rows(builder.over(values))[: len(values)]


@pytest.mark.parametrize(("builder", "known"), BUILDERS, ids=lambda x: type(x).__name__)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_each_level_coarsens_the_one_before_and_the_top_is_one_label(builder, known, data):
    values = data.draw(st.lists(st.one_of(known, known, st.text(max_size=12)), min_size=1, max_size=30))
    hierarchy = builder.over(values)
    texts = list(dict.fromkeys(map(ready.text_of, values)))
    assert list(hierarchy.labels[0][: len(texts)]) == texts, "the first leaves are the values by their texts"
    assert hierarchy.labels[-1] == (SUPPRESSED,)
    lines = rows(hierarchy)
    again = Hierarchy.from_rows(lines)  # raises where a level does not coarsen the one before
    assert again.labels == hierarchy.labels, "labels stand there once each, and those of different groups differ"
    assert all((a == b).all() for a, b in zip(again.codes, hierarchy.codes, strict=True))


@pytest.mark.parametrize(
    "builder", [b for b, _ in BUILDERS if not isinstance(b, ready.Masked)], ids=lambda x: type(x).__name__
)
@settings(max_examples=30, deadline=None)
@given(garbage=st.text("张三李四xyz!?#@ ", min_size=1))
def test_what_cannot_be_read_is_one_group_above_level_0(builder, garbage):
    known = {ready.Ages: "7", ready.Networks: "10.1.2.3"}.get(type(builder), "0571-88886666")
    line = becomes(builder, garbage, known)[0]
    assert line[0] == garbage
    assert set(line[1:-1]) == {ready.OTHER}


@given(value=st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_equal_numbers_have_one_text_whatever_their_type(value):
    texts = {
        ready.text_of(x)
        for x in (value, Decimal(repr(value)), np.float64(value) if isinstance(value, float) else value)
    }
    assert len(texts) == 1 or isinstance(value, float)
    assert float(texts.pop()) == float(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"), (3, "3"), (Decimal("3.00"), "3"), (Decimal("3.50"), "3.5"), (0.1, "0.1"), (-0.0, "0"),
        (True, "True"), (Decimal("sNaN"), "nan"), (float("nan"), "nan"),
        (np.int64(3), "3"), (np.float32(0.5), "0.5"), (np.bool_(False), "False"), (float("inf"), "inf"),
        (dt.date(2024, 2, 9), "2024-02-09"), (dt.datetime(2024, 2, 9), "2024-02-09"),  # noqa: DTZ001
        (dt.datetime(2024, 2, 9, 8, 30), "2024-02-09 08:30:00"), (pd.Timestamp("2024-02-09"), "2024-02-09"),  # noqa: DTZ001
        (dt.time(8, 30), "08:30:00"), (" x ", " x "), ("", ""), (b"ab", "ab"),
    ],
)  # fmt: skip
def test_a_value_is_written_so(value, text):
    assert ready.text_of(value) == text


def test_ages_are_bands_on_a_domain_and_the_oldest_are_one():
    assert becomes(ready.Ages(), 34, "35岁", 104, -3, 131, 0) == [
        ["34", "30-34", "30-39", "20-39", "0-39", "*"],
        ["35岁", "35-39", "30-39", "20-39", "0-39", "*"],
        ["104", "90+", "90+", "90+", "90+", "*"],
        ["-3", *["(other)"] * 4, "*"],
        ["131", *["(other)"] * 4, "*"],
        ["0", "0-4", "0-9", "0-19", "0-39", "*"],
    ]
    assert ready.Ages().over([34]).size == 90
    assert ready.Ages().over([34, 95]).size == 91, "of those above the domain only what is seen is a leaf"


def test_bands_end_where_the_domain_ends():
    assert becomes(ready.Bands((5, 20), low=18, high=65), 17, 18, 64, 65) == [
        ["17", "<18", "<18", "*"],
        ["18", "18-19", "18-19", "*"],
        ["64", "60-64", "60-64", "*"],
        ["65", "65+", "65+", "*"],
    ]


def test_bands_below_zero_can_be_read():
    assert [line[1] for line in becomes(ready.Bands((5,)), -1, -6, 0)] == ["-5~-1", "-10~-6", "0-4"]


def test_bands_of_fractions_are_half_open_and_exact():
    assert becomes(ready.Bands((0.1, 0.5)), 0.3, -0.05, "1,234.56", "1e-40") == [
        ["0.3", "[0.3, 0.4)", "[0, 0.5)", "*"],
        ["-0.05", "[-0.1, 0)", "[-0.5, 0)", "*"],
        ["1,234.56", "[1234.5, 1234.6)", "[1234.5, 1235)", "*"],
        ["1e-40", "[0, 0.1)", "[0, 0.5)", "*"],
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ready.Bands(()),
        lambda: ready.Bands((0, 5)),
        lambda: ready.Bands((2, 5)),
        lambda: ready.Bands((5, 5)),
        lambda: ready.Bands((5,), low=9, high=9),
        lambda: ready.Bands((float("nan"),)),
        lambda: ready.Dates(("year", "month")),
        lambda: ready.Dates(("week",)),
        lambda: ready.Dates(()),
        lambda: ready.Networks((8, 16), (64, 48)),
        lambda: ready.Networks((24,), (64, 48)),
        lambda: ready.Networks((33,), (64,)),
        lambda: ready.Ordered([]),
        lambda: ready.Ordered(["a", "a"]),
        lambda: ready.Ordered(["a", "b"], (2, 3)),
        lambda: ready.Ordered(["a", "b"], ()),
        lambda: ready.Masked((2, 1)),
        lambda: ready.Masked((1,), "**"),
    ],
)
def test_what_makes_no_hierarchy_is_refused(make):
    with pytest.raises(HierarchyError):
        make()


def test_dates_begin_above_the_finest_value():
    assert becomes(ready.Dates(), dt.date(2024, 2, 9), dt.date(1999, 12, 31))[0] == [
        "2024-02-09", "2024-02", "2024-Q1", "2024", "2020-2024", "2020-2029", "*",
    ]  # fmt: skip
    assert becomes(ready.Dates(), dt.datetime(2024, 2, 9, 8, 30, 5))[0][:4] == [  # noqa: DTZ001
        "2024-02-09 08:30:05", "2024-02-09T08:30", "2024-02-09T08", "2024-02-09",
    ]  # fmt: skip


def test_days_that_are_written_in_several_ways_meet_at_their_own_level():
    lines = becomes(ready.Dates(), "2024-02-09", "2024/2/9", "20240209", "2024年2月9日", "1999")
    assert {line[1] for line in lines} == {"2024-02-09", "1999"}


def test_chinese_dates_become_chinese_months():
    assert becomes(ready.Dates(), "2024年2月9日", "2024年11月10日")[0] == [
        "2024年2月9日", "2024年2月", "2024年第1季度", "2024年", "2020-2024年", "2020-2029年", "*",
    ]  # fmt: skip
    assert becomes(ready.Dates(), "2024年2月9日8时30分")[0][1:4] == ["2024年2月9日08时", "2024年2月9日", "2024年2月"]


def test_addresses_in_a_network_meet_however_they_are_written():
    lines = becomes(
        ready.Networks(), "10.1.2.3", "::ffff:10.1.2.4", "10.1.2.5:80", "10-1-2-6", "10.9.9.9", "[2001:db8::1]:80"
    )
    assert [line[1] for line in lines] == ["10.1.2.0/24"] * 4 + ["10.9.9.0/24", "2001:db8::/64"]
    assert lines[-1][2:] == ["2001:db8::/48", "2001:db8::/32", "*"]


def test_abolished_codes_count_as_what_they_went_to():
    assert becomes(ready.Divisions(), 330103, "330105", 510202, "332602") == [
        ["330103", "浙江省 杭州市 拱墅区", "浙江省 杭州市", "浙江省", "*"],  # 下城区 until 2021
        ["330105", "浙江省 杭州市 拱墅区", "浙江省 杭州市", "浙江省", "*"],
        ["510202", "重庆市 渝中区", "重庆市", "重庆市", "*"],  # of 四川省 until 1997
        ["332602", "浙江省 台州市 临海市", "浙江省 台州市", "浙江省", "*"],  # of 台州地区 until 1994
    ]


def test_codes_of_towns_and_villages_lie_in_their_county():
    assert becomes(ready.Divisions(), "330106001001", "330106001", 330106, "3301", "33", "440304", "330199")[:5] == [
        ["330106001001", "浙江省 杭州市 西湖区 330106001***", "浙江省 杭州市 西湖区", "浙江省 杭州市", "浙江省", "*"],
        ["330106001", "浙江省 杭州市 西湖区 330106001***", "浙江省 杭州市 西湖区", "浙江省 杭州市", "浙江省", "*"],
        ["330106", "浙江省 杭州市 西湖区", "浙江省 杭州市 西湖区", "浙江省 杭州市", "浙江省", "*"],
        ["3301", "浙江省 杭州市", "浙江省 杭州市", "浙江省 杭州市", "浙江省", "*"],
        ["33", "浙江省", "浙江省", "浙江省", "浙江省", "*"],
    ]
    assert becomes(ready.Divisions(), "330198", "330199")[0][1:] == [
        "浙江省 杭州市 (other)",
        "浙江省 杭州市",
        "浙江省",
        "*",
    ]


def test_every_code_that_went_somewhere_went_to_one_that_is_there():
    table = division_table.divisions()
    assert len(table.names) > 7000
    assert all(to in table.names and to not in table.went for to in table.went.values())


@pytest.mark.parametrize(
    ("address", "street", "county", "city", "province"),
    [
        ("浙江省杭州市西湖区文三路138号", "文三路", "西湖区", "杭州市", "浙江省"),
        ("浙江杭州西湖区文三路5号2幢", "文三路", "西湖区", "杭州市", "浙江省"),
        ("杭州市下城区武林街道1号", "武林街道", "拱墅区", "杭州市", "浙江省"),  # went to 拱墅区 in 2021
        ("中国 北京市 东城区 东直门大街2号", "东直门大街", "东城区", "", "北京市"),
        ("吉林市船营区吉林大街9号", "吉林大街", "船营区", "吉林市", "吉林省"),
        ("广西南宁青秀区民族大道1号", "民族大道", "青秀区", "南宁市", "广西壮族自治区"),
        ("海南藏族自治州共和县", "", "共和县", "海南藏族自治州", "青海省"),
        ("内蒙古呼和浩特市", "", "", "呼和浩特市", "内蒙古自治区"),
        ("义乌市稠城街道3号", "稠城街道", "义乌市", "金华市", "浙江省"),
        ("杭州师范大学", "", "", "杭州市", "浙江省"),
        ("北京路12号", "", "", "", "(other)"),
        ("张三住在文三路3号", "", "", "", "(other)"),
    ],
)  # fmt: skip
def test_an_address_rises_through_the_divisions(address, street, county, city, province):
    line = becomes(ready.Addresses(), address, "浙江省杭州市西湖区文三路1号", "浙江省杭州市西湖区文三路2号")[0]
    levels = [(province, city, county, street), (province, city, county), (province, city), (province,)]
    assert line[1:-1] == [" ".join(filter(None, names)) for names in levels]


def test_levels_that_no_address_names_are_left_out():
    assert ready.Addresses().over(["浙江省", "江苏", "浙江"]).labels == (
        ("浙江省", "江苏", "浙江"),
        ("浙江省", "江苏省"),
        ("*",),
    )


def test_postcodes_end_in_their_province():
    assert becomes(ready.Postcodes(), "310000", 10010, "999999") == [
        ["310000", "3100**", "31****", "浙江省", "*"],
        ["10010", "0100**", "01****", "内蒙古自治区", "*"],
        ["999999", "(other)", "(other)", "(other)", "*"],
    ]


def test_telephones_end_in_their_operator():
    assert becomes(ready.PhonePrefixes(), "+86 139-1234-5678", 13812345678, "0571-88886666", "010-62345678") == [
        ["+86 139-1234-5678", "1391234****", "139********", "中国移动", "*"],
        ["13812345678", "1381234****", "138********", "中国移动", "*"],
        ["0571-88886666", "05718888****", "0571********", "固定电话", "*"],
        ["010-62345678", "0106234****", "010********", "固定电话", "*"],
    ]


def test_of_a_masked_code_the_end_goes_first_and_of_a_short_one_all():
    assert becomes(ready.Masked((1, 3)), "13053", "AB") == [["13053", "1305*", "13***", "*"], ["AB", "A*", "***", "*"]]
    assert ready.Masked().over(["x" * 100]).height <= 10


def test_neighbours_in_an_order_are_merged():
    assert becomes(ready.Ordered(["小学", "初中", "高中", "大学", "硕士"], (2, 4)), "硕士", "高中", "博士") == [
        ["硕士", "硕士", "硕士", "*"],
        ["高中", "高中-大学", "小学-大学", "*"],
        ["博士", "(other)", "(other)", "*"],
    ]


def test_labels_of_different_groups_are_told_apart():
    assert rising(["a", "b"], str, [str], [lambda _: "same"]).labels[1] == ("same", "same (2)")


CSV = '34;30-39;*\n"a;b";x;*\n41;40-49;*\n34;30-39;*\n\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_any_usual_encoding(tmp_path, encoding):
    file = tmp_path / "h.csv"
    file.write_text(CSV + "北京;直辖市;*\r\n", encoding=encoding)
    hierarchy = ready.Categories.from_csv(file).over([41.0, "北京"])
    assert rows(hierarchy) == [["41", "40-49", "*"], ["北京", "直辖市", "*"], ["34", "30-39", "*"], ["a;b", "x", "*"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no row"),
        ("1;a;*\n\n2;b\n", "line 3 has 2 levels"),
        ("1;a;*\n1;b;*\n", "line 2 has a value that stands in a row before"),
        ("1;a;x\n1;a;x\n2;a;y\n", "line 3 has the same value"),
        ("1,a,*\n2,b,*\n", "line 1 has one level only"),
        ('1;"secret', "line 1 is no line of a CSV file"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_without_its_values(tmp_path, text, said):
    file = tmp_path / "h.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(HierarchyError, match=said) as error:
        ready.Categories.from_csv(file)
    assert str(file) in str(error.value)
    assert "secret" not in str(error.value)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv"):
        ready.Categories.from_csv(tmp_path / "none.csv")
    (tmp_path / "h.csv").write_bytes(b"\xff;\x80\n")
    with pytest.raises(HierarchyError, match="neither UTF-8 nor GB18030"):
        ready.Categories.from_csv(tmp_path / "h.csv")


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({0: [34, 41], 1: ["30-39", "40-49"], 2: ["*", "*"]}, index=["p", "q"]),
        pa.table({"a": [34, 41], "b": ["30-39", "40-49"], "c": ["*", "*"]}),
        pl.DataFrame({"a": [34, 41], "b": ["30-39", "40-49"], "c": ["*", "*"]}),
    ],
    ids=["pandas", "pyarrow", "polars"],
)
def test_a_table_is_a_hierarchy_with_a_column_a_level(table):
    assert rows(ready.Categories.from_table(table).over(["41"])) == [["41", "40-49", "*"], ["34", "30-39", "*"]]


def test_what_is_no_table_or_has_no_row_is_no_hierarchy():
    with pytest.raises(TypeError):
        ready.Categories.from_table([1, 2])
    with pytest.raises(TypeError):
        ready.Categories.from_table(pd.Series([1]))
    with pytest.raises(HierarchyError):
        ready.Categories.from_table(pd.DataFrame())


def test_values_that_are_not_listed_are_counted_and_not_told():
    listed = ready.Categories.from_table(pd.DataFrame({0: ["a"], 1: ["*"]}))
    with pytest.raises(HierarchyError, match=r"lacks 2 of 3 values of its column") as error:
        listed.over(["a", "secret", "b"])
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "values", "builder"),
    [
        ("age", [17, 34, 35, 90], ready.Ages()),
        ("年龄", ["3岁", "34岁", "35岁"], ready.Ages()),
        ("出生日期", ["19900102", "19910102", "19920202"], ready.Dates()),
        ("birth_year", [1990, 1991, 1992], ready.Dates()),
        ("created_at", [1_700_000_000, 1_700_000_060, 1_700_009_999], ready.Dates()),
        ("when", [dt.date(2024, 1, day) for day in range(1, 9)], ready.Dates()),
        ("ip", ["10.1.2.3", "10.1.2.4", "2001:db8::1"], ready.Networks()),
        ("邮编", ["310000", "100871", "200000"], ready.Postcodes()),
        ("zip", ["13053", "13068", "14850", "14853"], ready.Masked()),
        ("手机号", ["13812345678", "13912345678", "13712345678"], ready.PhonePrefixes()),
        ("adcode", [330106, 330103, 110101], ready.Divisions()),
        ("家庭住址", ["浙江省杭州市西湖区文三路1号", "北京市东城区", "江苏南京"], ready.Addresses()),
        ("城市", ["杭州", "南京", "北京", "上海"], ready.Addresses()),
        ("salary", [3000, 5000, 47_000, 120], ready.Bands((500, 1000, 5000, 10_000))),
        ("ratio", [0.1, 0.25, 0.9, 0.333], ready.Bands(tuple(map(Decimal, ("0.01", "0.05", "0.1", "0.5"))))),
        ("children", [0, 1, 2, 3, 4], ready.Bands((2,))),
        ("icd", ["J18.9", "J18.1", "J18.0", "K10.1", "K10.2", "K10.5", "K10.9", "K11.0", "K11.1"], ready.Masked()),
    ],
)  # fmt: skip
def test_a_hierarchy_is_suggested_by_values_and_name(name, values, builder):
    found, reason = ready.suggested(name, values)
    assert found == builder
    assert reason
    assert not any(ready.text_of(value) in reason for value in values if len(ready.text_of(value)) > 4)
    found.over(values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("x", []),
        ("x", ["a"]),
        ("sex", ["男", "女"]),
        ("flag", [True, False]),
        ("x", ["p", "q", "r"]),
        ("n", [1, 2, 3]),
    ],
)
def test_of_what_nothing_is_known_the_value_or_nothing_is_told(name, values):
    found, _ = ready.suggested(name, values)
    assert found.over(values).height <= 3


def test_a_few_numbers_that_are_far_away_do_not_widen_the_bands():
    builder, _ = ready.suggested("pay", [*range(1000, 3000, 10), 10**9])
    assert builder == ready.Bands((50, 100, 500, 1000))


def test_categories_with_a_known_order_are_merged_in_it():
    builder, _ = ready.suggested("education", ["硕士", "小学", "本科", "高中"])
    assert becomes(builder, "硕士", "小学")[:2] == [["硕士", "本科-硕士", "*"], ["小学", "小学-高中", "*"]]


def test_bands_of_numbers_are_merged_with_their_neighbours():
    builder, _ = ready.suggested("age_group", ["25-34岁", "18岁以下", "65岁以上", "18-24岁", "35-64岁"])
    assert [line[1] for line in becomes(builder, "18岁以下", "18-24岁", "25-34岁", "65岁以上", "?")] == [
        "18岁以下 ~ 18-24岁", "18岁以下 ~ 18-24岁", "25-34岁 ~ 35-64岁", "65岁以上", "(other)",
    ]  # fmt: skip


def test_seldom_categories_are_merged_and_named_nowhere():
    values, counts = ["a", "b", "c", "d", "e", "f"], [500, 300, 30, 20, 2, 1]
    builder, reason = ready.suggested("kind", values, counts)
    assert becomes(builder, *values) == [
        ["a", "a", "a", "*"],
        ["b", "b", "b", "*"],
        ["c", "c", "(other)", "*"],
        ["d", "d", "(other)", "*"],
        ["e", "(other)", "(other)", "*"],
        ["f", "(other)", "(other)", "*"],
    ]
    assert repr(builder) == "Frequent()"
    assert reason == "categories in no order that is known; those below 1 % and 5 % of rows are merged"


def test_a_builder_shows_no_value():
    assert "小学" not in repr(ready.Ordered(["小学", "初中"]))


def test_few_values_that_are_none_do_not_change_what_is_suggested():
    values = [*range(1000, 1100), "unknown"]
    assert isinstance(ready.suggested("pay", values, [50] * 100 + [1])[0], ready.Bands)


@given(low=st.decimals(-(10**9), 10**9, places=2), span=st.decimals(0, 10**9, places=2), is_whole=st.booleans())
def test_suggested_widths_are_nested_and_below_the_range(low, span, is_whole):
    widths = nice_widths(low, low + span, is_whole=is_whole)
    assert len(widths) <= 5
    assert all(width < span for width in widths)
    if widths:
        ready.Bands(widths).over([low, low + span])
