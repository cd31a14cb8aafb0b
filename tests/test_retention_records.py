"""Which bytes are a record, and which of its fields say when it was made."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.errors import PolicyError, UsageError
from anonkit.io.streams import Source
from anonkit.model import Action, Policy
from anonkit.policy import files
from anonkit.retention import records
from anonkit.retention.periods import Periods, periods
from anonkit.retention.records import NO_RECORD
from anonkit.retention.times import Clock, as_date

WRITTEN = (date(2024, 6, 15) - date(1970, 1, 1)).days


def pieces(data, encoding="auto"):
    return list(records.pieces(Source(io.BytesIO(data), b"", "x"), encoding, "x", Clock(WRITTEN)))


def read(text, encoding="auto", codec="utf-8"):
    """Date (or None), number of lines, and whether a record begins, of each piece."""
    return [
        (str(as_date(day)) if day not in (None, NO_RECORD) else day, begins)
        for day, _, begins in pieces(text.encode(codec), encoding)
    ]


def test_a_stack_trace_belongs_to_the_record_above():
    text = (
        "2024-05-01 10:00:00 ERROR failed\n"
        "java.lang.IllegalStateException: closed\n"
        "\tat org.example.A(A.java:1)\n"
        "\n"
        "2024-05-02 10:00:00 INFO ok\n"
    )
    assert read(text) == [
        ("2024-05-01", 1),
        ("2024-05-01", 0),
        ("2024-05-01", 0),
        ("2024-05-01", 0),
        ("2024-05-02", 1),
    ]


@pytest.mark.parametrize(
    "line",
    ["phone=13800138000", "java is up", "ready: 1", '{"x": 1}', "order placed 2019-01-01 10:00:00", "Error: phone=1",
     "created: 2019-01-01 10:00:00", "at-once", "05/01/24 10:00:00 x", "4102444799 x"],
)  # fmt: skip
def test_a_line_that_may_be_a_record_of_its_own_is_no_part_of_the_one_above(line):
    assert read(f"2019-05-01 10:00:00 x\n{line}\n\tat a.B\n") == [("2019-05-01", 1), (None, 1), (None, 0)]


@pytest.mark.parametrize(
    "line",
    ["\tat a.B", "  x", "at a.B", "Caused by: x", "... 12 more", "}", "]", ")", "Traceback (most recent call last):",
     "a.b.ClosedException: x"],
)  # fmt: skip
def test_a_line_that_goes_on_with_a_record_is_held_with_it_and_makes_it_no_older(line):
    assert read(f"2024-05-01 10:00:00 x\n{line}\n") == [("2024-05-01", 1), ("2024-05-01", 0)]
    text = f"2024-05-01 10:00:00 x\n{line} 2019-01-01\n{line} 2024-05-09\n{line}\n"
    assert [day for day, _ in read(text)] == ["2024-05-01", "2024-05-01", "2024-05-09", "2024-05-09"]


@pytest.mark.parametrize(
    "line",
    ["1714557600 phone=13800138000", "[1714557600] x", "1714557600123,x", "http-nio-1 2024-05-01 10:00:00 x",
     "01/05/2024 10:00:00 x", "host1 app: 2024-05-01 10:00:00 x", "uid|INFO|2024-05-01 10:00:00 x",
     "\x1b[2m2024-05-01T10:00:00Z\x1b[0m x", "\x1b[32mINFO\x1b[0m 2024-05-01 10:00:00 x",
     "INSERT INTO t (id, create_time) VALUES (1,'2024-05-01 10:00:00');"],
)  # fmt: skip
def test_times_behind_other_beginnings_of_a_line_are_read(line):
    assert read(f"{line}\n") == [("2024-05-01", 1)]
    assert read(f"2019-01-01 10:00:00 x\n{line}\n")[1] == ("2024-05-01", 1)


def test_a_line_with_a_doubtful_time_is_never_older_than_the_record_above():
    assert read("2024-05-01 10:00:00 x\nSF123 2019-01-01 10:00:00 x\n")[1] == ("2024-05-01", 1)


def test_the_rows_of_an_insert_are_records():
    text = (
        "INSERT INTO t VALUES\n(1,'2024-05-01 10:00:00'),\n(2,'2024-05-02 10:00:00'),\n(3,'1990-01-01','2001-01-01');\n"
    )
    assert read(text) == [(None, 1), ("2024-05-01", 1), ("2024-05-02", 1), (None, 1)]


YOUNGER = [
    "2024-05-09", "2024/5/9", "2024.05.09", "2024年5月9日", "20240509", "20240509100000", "2024%2F05%2F09",
    "May 9, 2024", "9 May 2024", "09-MAY-2024", "9th May 2024", "Thu May  9 10:00:00 CST 2024", "May  9 10:00:00",
    "[05-09 10:00:00.123", "5/9/2024", "1715248800", "1715248800123", "09/May/2024:10:00:00 +0000",
    "2024-05-08T23:00:00-05:00", "[2024, 5, 9, 10, 0]",
]  # fmt: skip


@pytest.mark.parametrize("shown", YOUNGER)
@pytest.mark.parametrize("begin", ["2019-01-01 10:00:00 ", "Jan  1 10:00:00 h ", "2019-01-01 "])
def test_a_line_is_as_young_as_the_youngest_day_it_shows(begin, shown):
    assert read(f"{begin}x {shown} y\n{begin}x {shown}\n") == [("2024-05-09", 1)] * 2


@pytest.mark.parametrize(
    "shown",
    ["1800000000", "20991231", "13800138000", "110101202405091234", "v2024", "2024-13-01", "10.2024.5", "2024-050"],
)
def test_numbers_that_are_no_times_make_nothing_younger(shown):
    assert read(f"2019-01-01 10:00:00 x {shown} y\n") == [("2019-01-01", 1)]


@pytest.mark.parametrize("shown", ["soon", "Nov 20", "46000", "2024-02-30", "1120261"])
def test_a_time_that_is_not_understood_leaves_its_record_without_one(shown):
    assert read(f'{{"create_time": "2019-01-01", "update_time": "{shown}"}}\n') == [(None, 1)]
    assert read(f"create_time,update_time,x\n2019-01-01,{shown},y\n")[1] == (None, 1)


@pytest.mark.parametrize("shown", ["46000", "46000.5", "[7]", '{"a": 7}'])
def test_a_number_or_a_list_that_is_not_understood_leaves_its_record_without_a_time(shown):
    assert read(f'{{"create_time": "2019-01-01", "update_time": {shown}}}\n') == [(None, 1)]


@pytest.mark.parametrize(
    "shown", ['""', "null", '"-"', "0", "35", '"35ms"', '"10:00:00"', '"0000-00-00 00:00:00"', "false"]
)
def test_a_time_that_is_not_filled_in_says_nothing(shown):
    assert read(f'{{"create_time": "2024-05-01", "time": {shown}}}\n') == [("2024-05-01", 1)]


@pytest.mark.parametrize("shown", [day for day in YOUNGER if not day.startswith("[")])
@pytest.mark.parametrize(
    "key", ["finishDate", "closed_on", "shippedAt", "completed", "完成日期", "lastLogin", "x", "update_time"]
)
def test_the_youngest_day_decides_whatever_its_key_is_called(key, shown):
    assert read(f'{{"create_time": "2019-01-01", "{key}": "{shown}"}}\n') == [("2024-05-09", 1)]
    assert read(f'{{"create_time": "2019-01-01", "a": {{"b": [{{"{key}": "{shown}"}}]}}}}\n') == [("2024-05-09", 1)]
    assert read(f'create_time;{key};who\n2019-01-01;"{shown}";y\n')[1] == ("2024-05-09", 1)


def test_escapes_hide_no_day():
    assert (
        read('{"ts": "2019-01-01", "x": "2024\\/05\\/09"}\n{"ts": "2019-01-01", "x": "2024\\u5e745\\u67089\\u65e5"}\n')
        == [("2024-05-09", 1)] * 2
    )


@pytest.mark.parametrize("key", ["birthday", "dateOfBirth", "dob", "出生日期", "childBirthday"])
def test_a_birthday_does_not_say_when_its_record_was_made(key):
    assert read(f'{{"ts": "2019-01-01", "user": {{"{key}": "2024-05-09"}}}}\n') == [("2019-01-01", 1)]
    assert read(f"ts,{key}\n2019-01-01,2024-05-09\n")[1] == ("2019-01-01", 1)
    assert read(f'{{"{key}": "2019-01-01"}}\n') == [(None, 1)]


def test_the_clock_is_told_what_records_without_a_time_show():
    for text in (
        "x\nclosed 2024-05-09\n",
        '{"closed": "2024-05-09"}\n',
        "ts,x\n,2024-05-09\n",
        '{"ts": 46000, "x": "2024-05-09"}\n',
    ):
        clock = Clock(WRITTEN)
        list(records.pieces(Source(io.BytesIO(text.encode()), b"", "x"), "auto", "x", clock))
        assert str(as_date(clock.of_undated)) == "2024-05-09"


def test_lines_before_the_first_time_are_records_without_one():
    assert read("started\nready\n2024-05-01 10:00:00 x\n") == [(None, 1), (None, 1), ("2024-05-01", 1)]


def test_a_record_whose_clock_was_not_set_is_no_part_of_the_one_above():
    assert read("2024-05-01 10:00:00 x\n1970-01-01 00:00:01 x\n") == [("2024-05-01", 1), (None, 1)]


@pytest.mark.parametrize(
    "line",
    [
        '{"ts": 1714557600123, "x": 1}',
        '{"user": {"created_at": "2019-01-01"}, "time": "2024-05-01 10:00:00"}',
        '{"@timestamp": "2024-05-01T10:00:00.000Z"}',
        '{"created_at": "2019-01-01", "updatedAt": "2024-05-01"}',
        '{"t": {"$date": "2024-05-01T10:00:00Z"}, "msg": "x"}',
        '{"操作时间": "2024年5月1日 10:00"}',
        '[{"time": 1714557600},',
        ' {"time": 1714557600}]',
    ],
)
def test_a_line_of_json_has_the_newest_of_the_times_of_its_own(line):
    if line.startswith(" "):
        line = line.strip()
    assert read(line + "\n") == [("2024-05-01", 1)]


def test_a_line_of_json_without_a_time_is_no_part_of_the_one_above():
    text = '{"ts": 1714557600}\n{"x": 1}\n{"ts": 1714557600, "cut": "o\n{"ts": 1714557600}\n'
    assert read(text) == [("2024-05-01", 1), (None, 1), (None, 1), ("2024-05-01", 1)]


def test_a_payload_below_its_record_is_not_older_than_that():
    text = '2024-05-01 10:00:00 body\n{"created_at": "2019-01-01"}\n{"x": 1}\n{"time": "2024-05-03"}\n'
    assert read(text) == [("2024-05-01", 1), ("2024-05-01", 1), (None, 1), ("2024-05-03", 1)]


@pytest.mark.parametrize(
    "table",
    [
        "id,time,who\n1,2024-05-01 10:00,x\n",
        "id\tcreated_at\twho\n1\t2024-05-01 10:00\tx\n",
        "编号;日期;客户\n1;2024年5月1日;x\n",
        '"id","Create Time","who"\n"1","2024-05-01 10:00","x, y"\n',
        'who,时间\n"x, y",2024/5/1\n',
        "id,created_at,updated_at\n1,2019-01-01,2024-05-01\n",
        "\ufeffts,who\n1714557600,x\n",
        "date,birthday\r\n20240501,20300101\r\n",
    ],
)
def test_the_columns_of_a_table_say_when_its_rows_were_made(table):
    assert read(table) == [(NO_RECORD, 0), ("2024-05-01", 1)]


def test_a_row_with_line_ends_in_quotes_is_one_record():
    table = 'id,text,time\n1,"a\n2019-01-01 x\n\nb",2024-05-01\n2,c,2024-05-02\n'
    assert read(table) == [(NO_RECORD, 0), ("2024-05-01", 1), ("2024-05-02", 1)]


def test_a_stray_quote_makes_no_old_record_of_what_follows():
    table = 'time,text\n2019-01-01,5" wide\n2024-05-01,x\n2024-05-02,y\n'
    assert read(table) == [(NO_RECORD, 0), (None, 1), ("2024-05-01", 1), ("2024-05-02", 1)]
    endless = 'time,text\n2019-01-01,"\n' + "x\n" * 5000
    assert {day for day, _ in read(endless)[1:]} <= {None}


def test_rows_without_a_time_are_records_without_one():
    assert read("time,x\n,1\nsoon,2\n2024-05-01,3\n") == [(NO_RECORD, 0), (None, 1), (None, 1), ("2024-05-01", 1)]


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("gbk", "auto"), ("gb18030", "gb18030"), ("big5", "big5hkscs"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("utf-8", "utf-8")],
)  # fmt: skip
def test_times_are_read_in_every_encoding(codec, encoding):
    assert read("2024年5月1日 10:00 已完成\n\u3000一\n", encoding, codec) == [("2024-05-01", 1), ("2024-05-01", 0)]
    assert read("甲,日期\n乙,2024年5月1日\n", encoding, codec) == [(NO_RECORD, 0), ("2024-05-01", 1)]


PARTS = st.lists(
    st.sampled_from(
        [b"2024-05-01 10:00:00 x", b"\n", b"\r\n", b"\r", b"time,x", b"2024-05-02,", b'"', b'{"ts":1714557600}',
         b"\xff", "日期".encode("gbk"), "日期,x".encode(), b"\0", b"\0\n", b"\n\0", b" "]
    ),
    max_size=30,
).map(b"".join)  # fmt: skip


@given(PARTS | st.binary(max_size=200), st.sampled_from(["auto", "utf-8", "gb18030", "utf-16-le", "utf-16-be"]))
def test_the_pieces_together_are_the_text(data, encoding):
    assert b"".join(piece for _, piece, _ in pieces(data, encoding)) == data


def test_reading_in_small_parts_changes_nothing(monkeypatch):
    data = ("2024-05-01 10:00:00 " + "长" * 50 + "\r\n\tat\n").encode() * 20
    whole = pieces(data)
    monkeypatch.setattr(records, "_CHUNK_BYTES", 7)
    assert pieces(data) == whole
    wide = data.decode().encode("utf-16-le")
    assert b"".join(piece for _, piece, _ in pieces(wide, "utf-16-le")) == wide
    assert [day for day, _, _ in pieces(wide, "utf-16-le")] == [day for day, _, _ in whole]


@pytest.mark.parametrize(
    ("age_days", "state"), [(-5, "hold"), (0, "hold"), (184, "hold"), (185, "due"), (365, "due"), (366, "overdue")]
)
def test_a_record_is_held_to_the_end_of_its_period(age_days, state):
    assert Periods("log", 184, 365, 20_000).state(20_000 - age_days) == state


def test_a_record_whose_day_is_not_known_is_held():
    assert Periods("log", 184, 365, 20_000).state(None) == "hold"


def policy(**retention):
    return Policy("mine", "anonymize", Action("label"), retention=retention)


def test_the_built_in_policy_holds_logs_for_six_months_and_transactions_for_three_years():
    built_in = files.load("retention", ())
    longest_half_year = (date(2024, 12, 31) - date(2024, 6, 30)).days
    assert periods(built_in, "log", 0).hold_days >= longest_half_year
    assert periods(built_in, "transaction", 0).hold_days >= 3 * 365 + 1


def test_periods_that_cannot_be_are_refused():
    with pytest.raises(PolicyError, match="six months"):
        periods(policy(log=(179, 365)), "log", 0)
    with pytest.raises(PolicyError, match="overdue_days"):
        periods(policy(log=(200, 199)), "log", 0)
    with pytest.raises(UsageError, match="may be log"):
        periods(policy(log=(180, 365)), "invoice", 0)
    with pytest.raises(UsageError, match="retention"):
        periods(policy(), "log", 0)
    assert periods(policy(debug=(7, 30)), "debug", 0).hold_days == 7
