"""Is what a policy's lists name found, however it is written, and nothing else with it?"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.detect.block import Block
from anonkit.model import Values
from anonkit.policy import patterns
from anonkit.scrubbing.exceptions import Exceptions

NAME = "张三丰"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def found(text, **lists):
    """What is found, as it stands in the text."""
    data = text if isinstance(text, bytes) else text.encode()
    return [data[start:end].decode() for start, end in Exceptions(Values(**lists)).find(data)]


def unicode_escaped(text):
    return json.dumps(text)[1:-1]


SPELLINGS = {
    "as it is": NAME,
    "zero-width space": "张\u200b三丰",
    "zero-width characters": "张\u200b三\u2060丰",
    "percent": quote(NAME),
    "percent, lower case": quote(NAME).lower(),
    "percent twice": quote(quote(NAME)),
    "percent, in part": f"张{quote('三')}丰",
    "unicode": unicode_escaped(NAME),
    "unicode in a string in a string": unicode_escaped(NAME).replace("\\", "\\\\"),
    "hex": "".join(f"\\x{byte:02x}" for byte in NAME.encode()),
    "HTML": "".join(f"&#{ord(sign)};" for sign in NAME),
    "unicode in percent": quote(unicode_escaped(NAME)),
}


@pytest.mark.parametrize("how", SPELLINGS)
@pytest.mark.parametrize("around", ["{}", "name={}&x=1", '{{"name":"{}"}}', "用户{}登录", "a b\n{}\nc"])
@pytest.mark.parametrize("lists", [{"values": (NAME,)}, {"patterns": ("张三.",)}], ids=["value", "pattern"])
def test_a_value_is_found_however_it_is_escaped(how, around, lists):
    assert found(around.format(SPELLINGS[how]), **lists) == [SPELLINGS[how]]


@pytest.mark.parametrize("how", [s for s in SPELLINGS if "in part" not in s])
def test_a_hashed_value_is_found_however_it_is_escaped(how):
    hashed = "sha256:" + hashlib.sha256(NAME.encode()).hexdigest()
    assert found(f'"name": "{SPELLINGS[how]}"', hashed=(hashed,)) == [SPELLINGS[how]]


@pytest.mark.parametrize("value", ["PRJ-77", "Alpha", "青松 A", "a:b", "华为（深圳）", "华为(深圳)"])
def test_full_width_and_narrow_are_the_same(value):
    for listed in (value, value.translate(WIDE)):
        for written in (value, value.translate(WIDE)):
            assert found(f"项目 {written}，好", values=(listed,)) == [written]


@pytest.mark.parametrize("before", ["%20", "\\n", "\x1b[31m", "&nbsp;", "\\u0020"])
def test_an_escape_before_a_value_is_no_part_of_a_word(before):
    assert [f[-6:] for f in found(f"note {before}PRJ-77 x", values=("PRJ-77",))] == ["PRJ-77"]


@pytest.mark.parametrize("lists", [{"values": ("PRJ-77", "77B")}, {"patterns": (r"PRJ-\d+", "77B")}], ids=str)
def test_what_begins_or_ends_with_a_letter_or_digit_is_no_part_of_a_longer_word(lists):
    assert found("APRJ-77 PRJ-77x PRJ-778x 177B 77B1 x", **lists) == []
    assert found("(PRJ-77)项目77B好", **lists) == ["PRJ-77", "77B"]


def test_a_pattern_takes_the_whole_run_where_it_can():
    assert found("AB1234 AB12345", patterns=(r"AB\d{2,4}?",)) == ["AB1234"]


@pytest.mark.parametrize("pattern", [r"b\s+c", r"(?s)b.*c", r"b[^x]c", r"\s", r"$", r"^", r"\s*"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_pattern_never_crosses_the_end_of_a_line(pattern, end):
    text = f"A b{end}c Z{end}"
    assert not any(set(one) & set("\r\n") for one in found(text, patterns=(pattern,)))


def test_a_pattern_keeps_its_flags():
    assert found("x ABC y", patterns=("(?i)abc",)) == ["ABC"]
    assert found("x ABC y", patterns=("(?x) A B C # all three",)) == ["ABC"]


def test_overlapping_values_are_one_range_and_neighbours_two():
    assert found("张三丰 张三张三", values=("张三", "三丰")) == [NAME, "张三", "张三"]


def test_long_values_with_the_same_beginning_are_told_apart():
    first, second = "x" * 100 + "1", "x" * 100 + "2"
    assert found(f"{first} {second} {first[:-1]}", values=(first,)) == [first]
    assert found(f"{first} {second}", values=(first, second)) == [first, second]


def test_positions_are_those_of_bytes_after_broken_encodings_too():
    data = b"\xff\xe5\xbc " + NAME.encode() + b" \xff PRJ-7"
    assert found(data, values=(NAME,), patterns=(r"PRJ-\d",)) == [NAME, "PRJ-7"]
    padded = Block(data).buffer
    ((start, end),) = Exceptions(Values(values=(NAME,))).find(padded)
    assert padded[start:end] == NAME.encode()


@given(st.lists(st.text("ab张三 -\u200b", min_size=1, max_size=3), max_size=5), st.text("ab张三 -\n%\\", max_size=40))
def test_each_value_that_stands_in_a_text_as_a_word_is_covered(values, text):
    data = text.encode()
    spans = Exceptions(Values(values=tuple(values))).find(data)
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    covered = {at for start, end in spans for at in range(start, end)}
    expected = set()
    for value in values:
        before = "(?<![0-9A-Za-z])" if value[0] in "ab" else ""
        after = "(?![0-9A-Za-z])" if value[-1] in "ab" else ""
        for match in re.finditer(f"(?={before}({re.escape(value)}){after})", text):
            start = len(text[: match.start()].encode())
            expected |= set(range(start, start + len(value.encode())))
    assert expected <= covered
    if "\u200b" not in "".join(values) and "%" not in text and "\\" not in text:
        assert expected == covered


def test_five_thousand_values_are_found_among_each_other_and_leave_nothing_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("ANONKIT_CACHE", str(tmp_path))
    values = tuple(f"PRJ-{number:05}" for number in range(5000))
    text = " ".join(values[::7]) + " PRJ-99999"
    assert found(text, values=values) == list(values[::7])
    assert not list(tmp_path.rglob("*"))


FOREVER = [
    r"(a+)+", r"(a*)*b", r"(\d+)*", r"(\w+\s?)+x", r"(?:[a-z]+)+", r"(?P<n>.+)+", r"((a+))+", r"(x|a+)+", r"(a+){2,}",
    r"(a+){30}", r"(a*b*)*", r"(\s*\w+)*", r"(?x)( a + ) * # forever", r"x(?:y(?:z+)+)?", r"(a+?)+", r"([)]+)+",
]  # fmt: skip
QUICK = [
    r"PRJ-\d+", r"\d+(\.\d+)*", r"(\d+,)+", r"(a++)+", r"(?>a+)+", r"(ab)+", r"(a+){3}", r"(a+)?", r"(\.\d+)+", r"a+b+",
    r"[(+)]+\(\+\)+", r"(?:(?=a+)b)+", r"10\.\d{1,3}\.\d{1,3}", r"(?:a{2}){1,3}", r"(?i)abc", r"x{,3}", r"{", r"a{}",
    r"(a|b)\1", r"(?P<n>a)(?P=n)", r"[]a]+", r"(?#a+)b",
    r"(?:\w|\d)*x", r"(?:[0-9a-f]|\d)+-", r"\s*\+?(86)?\s*-?1\d{10}", r".*a.*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", FOREVER)
def test_a_repeated_repetition_is_refused_and_not_shown(pattern):
    re.compile(pattern)
    sentence = patterns.problem(pattern)
    assert "can take forever" in sentence
    assert pattern not in sentence


@pytest.mark.parametrize("pattern", [r"(a|a)*b", r"(张|.)*李", "a?" * 499, r".*.*.*.*.*.*x", r"(.*a){20}x"])
def test_what_matches_a_short_run_in_many_ways_is_refused(pattern):
    sentence = patterns.problem(pattern)
    assert "can take forever" in sentence
    assert pattern not in sentence


@pytest.mark.parametrize("pattern", QUICK)
def test_a_pattern_that_goes_through_a_line_in_few_ways_is_accepted(pattern):
    assert patterns.problem(pattern) is None


@pytest.mark.filterwarnings("ignore:Possible:FutureWarning")
@given(st.text("a(|)*+?{}[]\\1,:#=!<>^$ ", max_size=12))
def test_whatever_a_pattern_is_there_is_an_answer(pattern):
    sentence = patterns.problem(pattern)
    if sentence is None or "forever" in sentence:
        patterns.bordered(pattern)
