"""When a record was made: one sample for each form of time, and the borders of days, months and years."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.retention import times
from anonkit.retention.times import UNDATED, Clock


def day(year, month, day_of_month):
    return (date(year, month, day_of_month) - date(1970, 1, 1)).days


WRITTEN = day(2024, 6, 15)
FIRST, LAST = (datetime.fromisoformat(text) for text in ("2000-01-02", "2098-01-01"))

LINES = {
    "2024-05-01 10:00:00,123 INFO [main] started": (2024, 5, 1),
    "2024-05-01T10:00:00Z started": (2024, 5, 1),
    "2024-05-01T10:00:00.123456+08:00 started": (2024, 5, 1),
    "2024-05-01 started": (2024, 5, 1),
    "2024/5/1 10:00:00 [error] 123#0: *1 open() failed": (2024, 5, 1),
    "2024.05.01 10:00:00 started": (2024, 5, 1),
    "\ufeff2024-05-01 10:00:00 started": (2024, 5, 1),
    "[2024-05-01 10:00:00] [main] started": (2024, 5, 1),
    "INFO  [main] 2024-05-01 10:00:00 started": (2024, 5, 1),
    "[WARN ] 2024-05-01 10:00:00 started": (2024, 5, 1),
    "May  1 10:00:00 combo sshd(pam_unix)[19939]: check pass": (2024, 5, 1),
    "<34>Oct 11 22:14:15 mymachine su: failed": (2023, 10, 11),
    "<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - failed": (2003, 10, 11),
    '192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326': (2000, 10, 10),
    '2001:db8::1 - - [01/May/2024:00:00:00 +0800] "GET / HTTP/1.1" 200 1': (2024, 4, 30),
    "[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 1] failed": (2000, 10, 11),
    "[Sun Dec 04 04:47:44 2005] [notice] init ok": (2005, 12, 4),
    "03-17 16:13:38.811  1702  2395 D WindowManager: shown": (2024, 3, 17),
    "I0501 10:00:00.1 1234 main.cc:10] started": (2024, 5, 1),
    "W20240501 10:00:00.123456 1234 main.cc:10] started": (2024, 5, 1),
    "17/06/09 20:10:40 INFO executor.Backend: registered": (2017, 6, 9),
    "081109 203615 148 INFO dfs.DataNode: terminating": (2008, 11, 9),
    "240501 10:00:00 [Note] mysqld: ready": (2024, 5, 1),
    "20171223-22:15:29:606|Step_LSC|30002312|changed": (2017, 12, 23),
    "20171224-0:5:9:6|Step_LSC|30002312|changed": (2017, 12, 24),
    "nova-api.log.1.2017-05-16_13:53:08 2017-05-17 00:00:00.008 25746 INFO nova": (2017, 5, 17),
    "2024年5月1日 10:00:00 已启动": (2024, 5, 1),
    "2024年05月01日10时00分 已启动": (2024, 5, 1),
    'time="2024-05-01T10:00:00Z" level=info msg=started': (2024, 5, 1),
    "level=info ts=1714557600.5 msg=started": (2024, 5, 1),
    "level=info ts=1714557600123 msg=started": (2024, 5, 1),
    "web_1  | 2024-05-01 10:00:00 started": (2024, 5, 1),
    "type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e": (2013, 3, 28),
    "1286536308.779    180 192.0.2.1 TCP_MISS/200": (2010, 10, 8),
    "01-May-2024 10:00:00.123 INFO [main] org.example.Started": (2024, 5, 1),
    "1234:M 01 May 2024 10:00:00.123 * Ready": (2024, 5, 1),
    "May 01, 2024 10:00:00 AM org.example.Started": (2024, 5, 1),
    "20240501T100000Z started": (2024, 5, 1),
    "# Time: 2024-05-01T10:00:00.123456Z": (2024, 5, 1),
    "Wed, 01 May 2024 10:00:00 +0800 started": (2024, 5, 1),
    "Wed May  1 10:00:00 CST 2024": (2024, 5, 1),
}
NO_TIMES = [
    "",
    "\tat org.example.Baz.method(Baz.java:10)",
    "    2019-01-01 10:00:00 inside a record",
    "Caused by: java.lang.IllegalStateException: closed",
    "at 2019-01-01 10:00:00 it was closed",
    "13800138000 called",
    "1714557600 and more",
    "20240501123456789 shipped",
    "2024.1.2 released",
    "2024-05-01-release.apk",
    "10.1.2.3 - nobody",
    "05/01/24 10:00:00 could be three days",
    "123456 items",
    "Mayor of the town",
]
IMPOSSIBLE = ["2024-02-30 10:00:00 x", "2023-02-29 10:00:00 x", "2024-13-01 10:00:00 x", "1970-01-01 00:00:07 boot"]


@pytest.mark.parametrize("line", LINES)
def test_the_time_at_the_beginning_of_a_line_is_read(line):
    assert Clock(WRITTEN).of_line(line.encode()) == day(*LINES[line])


def test_forms_may_change_from_line_to_line():
    clock = Clock(WRITTEN)
    for _ in range(2):
        for line, expected in LINES.items():
            assert clock.of_line(line.encode()) == day(*expected), line


@pytest.mark.parametrize("line", NO_TIMES)
def test_what_only_looks_like_a_time_is_none(line):
    assert Clock(WRITTEN).of_line(line.encode()) is None


@pytest.mark.parametrize("line", IMPOSSIBLE)
def test_a_time_that_cannot_be_true_is_told_from_none(line):
    assert Clock(WRITTEN).of_line(line.encode()) == UNDATED


def test_a_leap_day_without_a_year_is_in_a_leap_year():
    assert Clock(day(2024, 3, 1)).of_line(b"Feb 29 10:00:00 host x") == day(2024, 2, 29)
    assert Clock(day(2027, 3, 1)).of_line(b"Feb 29 10:00:00 host x") == day(2024, 2, 29)
    assert Clock(day(2024, 3, 1)).of_line(b"2024-02-29 10:00:00 x") == day(2024, 2, 29)


def test_a_date_without_a_year_is_the_last_one_before_the_file_was_written():
    clock = Clock(day(2025, 1, 2))
    assert clock.of_line(b"Dec 31 23:59:59 host x") == day(2024, 12, 31)
    assert clock.of_line(b"Jan  1 00:00:00 host x") == day(2025, 1, 1)
    assert clock.of_line(b"01-03 00:00:00.000 1 1 D x: y") == day(2025, 1, 3)  # written east of Greenwich
    assert clock.of_line(b"01-04 00:00:00.000 1 1 D x: y") == day(2024, 1, 4)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"2024-05-01T00:00:00+08:00", (2024, 4, 30)),
        (b"2024-05-01T07:59:59+08:00", (2024, 4, 30)),
        (b"2024-05-01T08:00:00+08:00", (2024, 5, 1)),
        (b"2024-05-01T23:59:59-0500", (2024, 5, 2)),
        (b"2024-12-31T20:00:00 -05:00 x", (2025, 1, 1)),
        (b"2024-03-01T05:29:00+05:30", (2024, 2, 29)),
        (b"2024-05-01T00:00:00+08 x", (2024, 4, 30)),
        (b"2024-05-01T00:00:00Z", (2024, 5, 1)),
        (b"2024-05-01 00:00:00 x", (2024, 5, 1)),
        (b"2024-05-01 00:00:00 +8613800138000 called", (2024, 5, 1)),
    ],
)
def test_zones_move_the_day_and_times_without_one_are_read_as_utc(line, expected):
    assert Clock(WRITTEN).of_line(line) == day(*expected)


def test_a_zone_is_seen_below_lines_that_have_none():
    clock = Clock(WRITTEN)
    assert clock.of_line(b"2024-05-01 23:00:00 INFO x") == day(2024, 5, 1)
    assert clock.of_line(b"2024-05-01 23:00:00 -0500 INFO x") == day(2024, 5, 2)
    assert clock.of_line(b"2024-05-01 23:00:00-05:00 INFO x") == day(2024, 5, 2)
    assert clock.of_line(b"2024-05-01 23:00:00 INFO x") == day(2024, 5, 1)


CELLS = {
    "2024-05-01": (2024, 5, 1),
    "2024-05-01 10:00": (2024, 5, 1),
    '"2024-05-01T10:00:00+08:00"': (2024, 5, 1),
    "20240501": (2024, 5, 1),
    "20240501100000": (2024, 5, 1),
    "1714557600": (2024, 5, 1),
    "1714557600.25": (2024, 5, 1),
    "1714557600123": (2024, 5, 1),
    "1714557600123456": (2024, 5, 1),
    "1714557600123456789": (2024, 5, 1),
    "2024年5月1日": (2024, 5, 1),
    "01/May/2024:10:00:00 +0000": (2024, 5, 1),
    "Wed, 01 May 2024 10:00:00 +0000": (2024, 5, 1),
}


@pytest.mark.parametrize("cell", CELLS)
def test_cells_hold_times_as_text_and_as_numbers(cell):
    clock = Clock(WRITTEN)
    assert clock.of_cell(cell.encode()) == day(*CELLS[cell])
    assert clock.of_value(cell) == day(*CELLS[cell])


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 7, 13800138000, 0.25, 10**30, "", "12", "10:00:00", "nan", "inf", [], {}, {"a": 1}, "x" * 99],
)
def test_other_values_are_no_times(value):
    assert Clock(WRITTEN).of_value(value) is None


def test_the_dates_of_mongodb_are_read():
    clock = Clock(WRITTEN)
    assert clock.of_value({"$date": "2024-05-01T10:00:00Z"}) == day(2024, 5, 1)
    assert clock.of_value({"$date": {"$numberLong": "1714557600123"}}) == day(2024, 5, 1)


@given(st.datetimes(min_value=FIRST, max_value=LAST), st.integers(-14 * 4, 14 * 4))
def test_any_time_with_a_zone_is_read_as_python_reads_it(moment, quarters):
    sign, minutes = "-" if quarters < 0 else "+", 15 * abs(quarters)
    text = f"{moment:%Y-%m-%d %H:%M:%S}{sign}{minutes // 60:02}:{minutes % 60:02}"
    assert Clock(WRITTEN).of_line(f"{text} x".encode()) == times.day_of(datetime.fromisoformat(text))
    assert Clock(WRITTEN).of_value(int(moment.replace(tzinfo=UTC).timestamp())) == times.day_of(
        moment.replace(tzinfo=UTC)
    )


@given(st.binary(max_size=120))
def test_no_line_is_an_error(line):
    Clock(WRITTEN).of_line(line)
    Clock(WRITTEN).of_cell(line)
