"""Cells of tables in the engine: what their columns' names say, and what they do not."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonkit
from anonkit import Scrubber
from anonkit.detect.cells import Cells, spellings


def scrubbed(columns, policy=None, fields=()):
    """Columns of (name, cells) after scrubbing, by name."""
    text, start, end, column, row = b"", [], [], [], []
    for number, (_, cells) in enumerate(columns):
        for place, cell in enumerate(cells):
            start.append(len(text))
            text += cell.encode()
            end.append(len(text))
            text += b"\n"
            column.append(number)
            row.append(place)
    names = tuple(name.encode() for name, _ in columns)
    cells = Cells(*(np.array(one, np.int64) for one in (start, end, column, row)), names)
    edits = Scrubber(policy=policy, fields=fields).edits_of_cells(text, cells)
    out, after = edits.spliced(text), cells.moved(edits.at)
    made = [out[first:last].decode() for first, last in zip(after.start, after.end, strict=True)]
    return {name: [made[i] for i in range(len(made)) if column[i] == n] for n, (name, _) in enumerate(columns)}


def one(name, cell):
    return scrubbed([(name, [cell])])[name][0]


@pytest.mark.parametrize(
    ("name", "cell", "result"),
    [
        ("姓名", "高兴", "<PERSON>"),
        ("birthday", "1990-01-02", "<DATE_OF_BIRTH>"),
        ("user", "zhang_san", "<USER_ID>"),
        ("手机号码(必填)", "１３８１２３４５６７８", "<CN_MOBILE>"),
        ("imei_2", "490154203237518", "<IMEI>"),
        ("user.imei", "490154203237518", "<IMEI>"),
        ("name", "\\u5f20\\u4f1f", "<PERSON>"),
    ],
)
def test_the_name_of_a_column_is_the_key_of_what_fills_its_cells(name, cell, result):
    assert one(name, cell) == result


@pytest.mark.parametrize(
    ("name", "cell"),
    [("user", "please call"), ("c1", "高兴"), ("ts", "1990-01-02"), ("备注", "490154203237518"), ("姓名", "无")],
)
def test_a_name_that_says_nothing_and_a_cell_that_is_something_else_find_nothing(name, cell):
    assert one(name, cell) == cell


_NUMBERS = ["5000001", "62345678", "92345678901", "98345678901", "145345678", "153456789"]


@pytest.mark.parametrize("name", ["", "id", "amount", "金额", "code", "count", "order_id", "版本号", "电话订单编号"])
def test_a_bare_number_is_nothing_where_the_name_of_its_column_says_so_little_or_there_is_none(name):
    assert scrubbed([(name, _NUMBERS)])[name] == _NUMBERS


@pytest.mark.parametrize(
    "name", ["tel", "座机", "主叫", "caller", "客户电话1", "Mobile", "手机号", "contact.phone", "fax(必填)"]
)
def test_a_local_number_is_found_where_the_name_of_its_column_speaks_of_telephones(name):
    assert scrubbed([(name, ["5000001", "62345678"])])[name] == ["<CN_LANDLINE>"] * 2


@pytest.mark.parametrize(
    ("name", "cell", "result"),
    [
        ("手机", "92345678901", "<CN_MOBILE>"),
        ("护照", "145345678", "<CN_PASSPORT>"),
        ("证件", "153456789", "<CN_PASSPORT>"),
    ],
)
def test_other_bare_numbers_too_are_found_where_the_name_of_their_column_speaks_of_them(name, cell, result):
    assert one(name, cell) == result


def test_a_bare_number_that_is_all_of_a_line_of_a_text_is_found_as_before():
    assert anonkit.scrub("\n".join(_NUMBERS[1:5])) == "<CN_LANDLINE>\n<CN_MOBILE>\n<CN_MOBILE>\n<CN_PASSPORT>"


def _harmless(rng):
    """Columns of numbers that are nothing: (what they are, cells), of every length, with and without zeros."""
    yield from ((f"{n} digits", lambda n=n: str(rng.randrange(10 ** (n - 1), 10**n))) for n in range(1, 22))
    yield "price", lambda: f"{rng.random() * 10 ** rng.randrange(1, 10):.2f}"
    yield "version", lambda: ".".join(str(rng.randrange(100)) for _ in range(3))
    yield "day", lambda: f"20{rng.randrange(10, 26)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    yield "seconds", lambda: str(rng.randrange(10**9, 18 * 10**8))
    yield "milliseconds", lambda: str(rng.randrange(10**12, 18 * 10**11))
    yield "nanoseconds", lambda: str(rng.randrange(15 * 10**17, 18 * 10**17))
    yield "negative", lambda: str(-rng.randrange(10**10))
    start = rng.randrange(10**6, 10**9)
    yield "in a row", lambda: str(start + rng.randrange(1000))


# what is found in other columns of numbers has a check digit, or is a number of so many digits in a known range
_LEAST_FOUND = {11: "CN_MOBILE", 13: "CN_MOBILE", 15: "CN_ID_CARD"}
_CHECKED = {"BANK_CARD", "IMEI", "CN_USCC", "CN_ID_CARD", "ICCID"}


@pytest.mark.parametrize("name", ["", "amount", "id", "code", "count", "order_id", "价格"])
def test_in_columns_of_numbers_nothing_is_found_but_what_check_digits_and_known_ranges_prove(name):
    rng = random.Random(name)
    for what, make in _harmless(rng):
        cells = [make() for _ in range(500)]
        made = scrubbed([(name, cells)])[name]
        found = [(cell, new) for cell, new in zip(cells, made, strict=True) if cell != new]
        assert len(found) <= 50, what
        for cell, new in found:
            assert new[1:-1] in _CHECKED or new[1:-1] == _LEAST_FOUND.get(len(cell)) or cell.startswith("460"), what


_BIRTHS = [
    *("1990-03-04T00:00:00", "1990-03-04 00:00:00", "1990-03-04T08:30:00.000+08:00", "1990-03-04 08:30:00,123"),
    *("1990-03-04T00:00:00-05:00", "1990-03-04T00:00:00Z", "1990/03/04 00:00:00", "1990/3/4 0:00", "3/4/1990 0:00"),
    *("1990年3月4日 12:30", "1990年3月4日12时30分", "1990年03月04日 12:30:00", "19900304083000", "1990-03-04 00:00"),
]


@pytest.mark.parametrize("birth", _BIRTHS)
def test_a_birth_with_its_time_is_no_time_wherever_it_stands_though_a_policy_looks_for_times(birth):
    for name in ("birthday", "出生日期", "user.birth_time", "dob"):
        assert scrubbed([(name, [birth])], policy="public")[name] == ["<DATE_OF_BIRTH>"]
    for before, behind in (
        ("birthday=", "&x=1"),
        ('{"birthday":"', '","x":1}'),
        ("出生日期：", "，已登记"),
        ("dob: ", ""),
    ):
        made = anonkit.scrub(before + birth + behind, policy="public")
        assert made == f"{before}<DATE_OF_BIRTH>{behind}"


def test_times_beside_a_birth_stay_times():
    line = "2023-11-02 09:12:44,120 birthday=1990-03-04 2023-11-02 09:12:44 ts"
    assert anonkit.scrub(line, policy="public") == "2023-11 birthday=<DATE_OF_BIRTH> 2023-11 ts"
    births = "birthday:1990-03-04T00:00:00,1991-05-06T00:00:00"
    assert "1990-03" not in anonkit.scrub(births, policy="public")


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@pytest.mark.parametrize("name", ["车牌号", "plate", "c1", ""])
@pytest.mark.parametrize("sign", ["", "·", " "])
def test_masked_plates_of_all_provinces_stay_as_they_are(name, sign):
    plates = [
        f"{one}{two}{sign}{rest}" for one in _PROVINCES for two in "ABDKZ" for rest in ("D12345", "BK123", "12345")
    ]
    made = scrubbed([(name, plates)], policy="mask")[name]
    assert all("***" in new and new[0] == old[0] for new, old in zip(made, plates, strict=True))
    assert scrubbed([(name, made)], policy="mask")[name] == made


@pytest.mark.parametrize("name", ["本机识别码", "设备识别码", "device_id"])
def test_masked_imeis_with_their_key_before_them_stay_as_they_are(name):
    imeis = ["imei:86 351437 890025 8", "imei:863514378900258", "IMEI:863514378900258", "863514378900258"]
    made = scrubbed([(name, imeis)], policy="mask")[name]
    assert not any("351437" in new for new in made)
    assert scrubbed([(name, made)], policy="mask")[name] == made
    # a number that is none goes as the id of a device, as before
    if name != "设备识别码":
        assert one(name, "imei:863514378900251") == "<DEVICE_ID>"


@pytest.mark.parametrize("cell", ["a b,c;d", "{abc12", "/etc/pw", "密钥abc", "pw1，\nx", "ab'cd\"ef", "p@ss word"])
@pytest.mark.parametrize("name", ["password", "密码", "db_pwd"])
def test_a_cell_of_a_column_of_passwords_goes_as_a_whole(name, cell):
    assert one(name, cell) == "<SECRET>"


@pytest.mark.parametrize("cell", ["null", "****", "<SECRET>", "yes", "已重置"])
def test_a_remark_in_a_column_of_passwords_stays(cell):
    assert one("password", cell) == cell


def test_a_password_of_several_lines_stands_beside_chinese_text():
    table = [("备注", ["北京市海淀区中关村大街5号，", "x"]), ("密码", ["pass12\nw0rd9中文", "x"])]
    assert scrubbed(table) == {"备注": ["<ADDRESS>，", "x"], "密码": ["<SECRET>", "x"]}


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        ("x\n%25E5%25BC%25A0%25E4%25BC%259F %2531%2533812345678", "x\n<PERSON> <CN_MOBILE>"),
        ("x\n１３８１２３４５６７８", "x\n<CN_MOBILE>"),
        ("x\n%2531 110101199003070011", "x\n%2531 <CN_ID_CARD>"),
    ],
)
def test_escapes_in_later_lines_of_a_cell_are_read(cell, result):
    assert one("phone", cell) == result


PIECES = [
    "%25",
    "%E5%BC%A0",
    "\\u5f20",
    "\\\\u0031",
    "&#49;",
    "１",
    "13812345678",
    "\n",
    " ",
    "<CN_MOBILE>",
    '"',
    "a",
    "张三",
]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), min_size=1, max_size=5))
def test_cells_of_any_text_come_out_as_many_as_they_were_and_a_second_time_as_they_are(cells):
    made = scrubbed([("phone", cells)])["phone"]
    assert len(made) == len(cells)
    assert "13812345678" not in made
    assert scrubbed([("phone", made)])["phone"] == made


def test_no_cell_sees_its_neighbours():
    cells = ["手机", "138", "12345678", "13812345678", "1381234567", "8", "姓名", "高兴"]
    assert scrubbed([("c", cells)])["c"] == [
        "手机",
        "138",
        "12345678",
        "<CN_MOBILE>",
        "1381234567",
        "8",
        "姓名",
        "高兴",
    ]


def test_a_column_that_a_rule_names_goes_whatever_it_holds_in_any_case_and_nested():
    table = [("Note", ["a b", ""]), ("user.code", ["x-1", "y"]), ("other", ["z", "z"])]
    made = scrubbed(table, fields=("note=label", "user.code=redact"))
    assert made == {"Note": ["<NOTE>", ""], "user.code": ["", ""], "other": ["z", "z"]}


def test_remarks_and_numbers_do_not_belong_to_the_name_of_a_column():
    assert spellings("手机号码（备用）*".encode()) == ("手机号码（备用）*".encode(), "手机号码".encode())
    assert spellings(b"phone") == (b"phone",)
    assert spellings("地形".encode()) == ("地形".encode(),)
    assert spellings(b"(x)") == (b"(x)",)
