"""Dates move by a keyed offset, keep their format, and the time between those of one person stays."""

import hashlib
import math
from datetime import date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anonkit.transform.base import Subject
from anonkit.transform.dates import read
from anonkit.transform.shift import SHIFT, shift_for


class Key:
    """A secret for tests."""

    tag = "aaaaaa.bbbb"
    outlives_run = True

    def __init__(self, name: str = "", cipher: str = "aes") -> None:
        self.name, self.cipher = name, cipher

    def derive(self, use: str, size_bytes: int) -> bytes:
        return hashlib.shake_256(f"{self.name}/{use}".encode()).digest(size_bytes)


def subject(*, key: str = "", entity: str = "DATE_OF_BIRTH", cipher: str = "aes", **parameters: object) -> Subject:
    return Subject(entity, "出生日期", parameters, secret=Key(key, cipher))


def offset(value: str, moved: str) -> int:
    return (read(moved).day - read(value).day).days


FORMATS = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%S.123+08:00", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ", "%d/%b/%Y:%H:%M:%S +0800", "%Y年%m月%d日 %H时%M分%S秒", "%Y%m%d%H%M%S", "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y", "%Y%m%dT%H%M%SZ", "%Y-%m-%d %H:%M:%S,250",
]  # fmt: skip
MOMENTS = st.datetimes(datetime(1902, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001  as written in the texts


@pytest.mark.parametrize("format_", FORMATS)
@given(moment=MOMENTS)
def test_the_format_is_kept_exactly(format_, moment):
    assume("%B" not in format_ or moment.month != 5)
    text = moment.strftime(format_)
    moved = SHIFT.build(subject())([text.encode()])[0].decode()
    day = read(text).day
    expected = moment + (read(moved).day - day)
    assert moved == expected.strftime(format_)
    assert 0 < abs((expected - moment).days) <= 365


@pytest.mark.parametrize(("value", "days", "result"), [
    ("2024-02-29T10:00:00.123+08:00", 1, "2024-03-01T10:00:00.123+08:00"),
    ("2024/2/9", 1, "2024/2/10"),
    ("2024/2/29", 1, "2024/3/1"),
    ("2024/12/9", 30, "2025/1/8"),
    ("20240229", -29, "20240131"),
    ("2024年2月9日", 300, "2024年12月5日"),
    ("1990年7月12号", 1, "1990年7月13号"),
    ("1699923456", 2, "1700096256"),
    ("1699923456789", -1, "1699837056789"),
    ("-315619200", 1, "-315532800"),
    ("July 12, 1990", 30, "August 11, 1990"),
    ("12 Jul 1990", 30, "11 Aug 1990"),
    ("31/12/2023", 1, "01/01/2024"),
    ("12/31/2023", 1, "01/01/2024"),
])  # fmt: skip
def test_a_day_is_written_in_the_format_of_the_value(value, days, result):
    assert read(value).moved(days) == result


@pytest.mark.parametrize("value", [
    "", "1990-02-30", "1990-07", "1990", "2024-13-01", "13812345678901", "-", "不详", "2024-02-29T25:00:00",
    "999999999999999",
    "1990-07-12 or so", "99999999999999999999", "2024-01/02",
])  # fmt: skip
def test_what_is_no_day_becomes_the_label(value):
    assert SHIFT.build(subject())([value.encode()]) == [b"<DATE_OF_BIRTH>"]


@given(st.binary(max_size=30))
def test_no_value_comes_back_as_it_was(value):
    assert SHIFT.build(subject())([value])[0] != value


@given(st.lists(st.dates(date(1900, 1, 1), date(2090, 1, 1)), min_size=2, max_size=6), st.binary(max_size=8))
def test_intervals_of_one_person_are_kept(days, person):
    values = [day.isoformat().encode() for day in days]
    moved = [date.fromisoformat(m.decode()) for m in shift_for(subject())(values, [person] * len(values))]
    assert len({after - before for before, after in zip(days, moved, strict=True)}) == 1


def test_persons_have_offsets_of_their_own_and_all_of_them_occur():
    persons = [f"u{n}".encode() for n in range(4000)]
    moved = shift_for(subject(days=5))([b"2000-06-15"] * len(persons), persons)
    offsets = {offset("2000-06-15", m.decode()) for m in moved}
    assert offsets == {*range(-5, 6)} - {0}


def test_the_order_of_the_values_is_kept_whoever_they_speak_of():
    values = [f"2000-01-{day:02}".encode() for day in range(1, 29)]
    persons = [b"abc"[day % 3 : day % 3 + 1] for day in range(28)]
    together = shift_for(subject())(values, persons)
    alone = [shift_for(subject())([value], [person])[0] for value, person in zip(values, persons, strict=True)]
    assert together == alone


def test_a_value_without_a_person_moves_by_the_offset_of_the_key():
    assert SHIFT.build(subject())([b"2000-01-01"]) == shift_for(subject())([b"2000-01-01"], [b""])


@pytest.mark.parametrize("other", [{"key": "another"}, {"cipher": "sm4"}])
def test_another_key_or_cipher_moves_otherwise(other):
    persons = [b"%d" % n for n in range(20)]
    values = [b"2000-01-01"] * 20
    assert shift_for(subject())(values, persons) != shift_for(subject(**other))(values, persons)


def test_escapes_and_width_are_read_and_escapes_written_again():
    transform = SHIFT.build(subject())
    day = transform([b"1990-07-12 10:00:00"])[0]
    assert transform([b"1990-07-12%2010%3A00%3A00"]) == [day.replace(b" ", b"%20").replace(b":", b"%3A")]
    assert transform(["１９９０－０７－１２ 10:00:00".encode()]) == [day]


@pytest.mark.parametrize("wrong", [
    {"days": 0}, {"days": 40000}, {"days": True}, {"days": "many"}, {"days": 1.5}, {"entity": "PERSON"},
])  # fmt: skip
def test_what_does_not_fit_is_refused(wrong):
    with pytest.raises(ValueError, match=r"days must be|is no date"):
        SHIFT.build(subject(**wrong))


def test_no_key_is_refused():
    with pytest.raises(ValueError, match="needs a key"):
        SHIFT.build(Subject("TIMESTAMP"))


def test_it_says_that_few_offsets_are_to_be_tried():
    reversal = SHIFT.reversal("TIMESTAMP", {"days": 30})
    assert (reversal.by, reversal.candidates_bits, reversal.consistent) == ("search", math.log2(60), True)
