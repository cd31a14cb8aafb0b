"""Which encoding a file is in, and that edits of a UTF-8 copy leave every other byte alone."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import anonkit
from anonkit.errors import UsageError
from anonkit.io import encodings, kinds, splice
from tests.stub_engine import LABEL, PHONE, StubEngine

ENGINE = StubEngine()
PHONE_TEXT = "13800138000"
LINE = f"用户张三的手机是{PHONE_TEXT},请回复\r\n"
CODECS = ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"]

text = st.text(
    st.one_of(st.sampled_from("abc 0,;\"'\t你好鎮丂縗﹐﨔�😀é\x00"), st.characters(exclude_categories=["Cs"])),
    max_size=30,
)
line_ends = st.sampled_from(["\n", "\r\n", "\r", ""])
pieces = st.lists(st.tuples(text, st.booleans(), line_ends), max_size=12)


def as_gbk(words):
    return words.encode("gbk", "ignore")


def expected(parts, encoding):
    """The original and the scrubbed bytes of lines with a phone number in some of them."""
    before = after = b""
    for words, has_phone, end in parts:
        safe = "".join(
            c for c in words.encode(encoding, "ignore").decode(encoding) if not c.isascii() or not c.isdigit()
        )
        before += (
            safe.encode(encoding) + (f" {PHONE_TEXT} " if has_phone else "").encode(encoding) + end.encode(encoding)
        )
        after += safe.encode(encoding) + (" <CN_MOBILE> " if has_phone else "").encode(encoding) + end.encode(encoding)
    return before, after


@pytest.mark.parametrize("encoding", CODECS)
@settings(max_examples=30, deadline=None)
@given(parts=pieces)
def test_what_is_not_a_finding_comes_out_byte_for_byte_in_every_encoding(encoding, parts):
    before, after = expected(parts, encoding)
    assert splice.scrub(ENGINE, before, encoding)[0] == after


@settings(max_examples=30, deadline=None)
@given(
    data=st.binary(max_size=300).filter(lambda b: not PHONE.search(b)),
    encoding=st.sampled_from(["auto", *CODECS, "latin-1"]),
)
def test_bytes_that_are_no_text_at_all_pass_untouched_in_every_encoding(data, encoding):
    scrubbed, counts = splice.scrub(ENGINE, data, encoding)
    assert (scrubbed, counts) == (data, {}) or "utf-16" in encoding


@settings(max_examples=30, deadline=None)
@given(parts=st.lists(st.tuples(st.sampled_from(["utf-8", "gb18030"]), st.booleans()), min_size=1, max_size=8))
def test_lines_of_gbk_and_utf8_in_one_file_are_decided_line_by_line(parts):
    before = b"".join((LINE if has else "没有\r\n").encode(encoding) for encoding, has in parts)
    assert splice.scrub(ENGINE, before, "auto")[0] == before.replace(PHONE_TEXT.encode(), LABEL)


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_of_gbk_far_into_a_block_is_found_wherever_the_pieces_that_are_checked_end(shift, end):
    before = ("x" * shift + "😀好é" * 20_000 + end).encode()
    line, after = f"张三{end}plain{end}".encode("gbk"), f"你好{end}".encode()
    runs = list(encodings.of_lines(before + line + after))
    ends = [len(before), len(before + line), len(before + line + after)]
    assert runs == [(0, ends[0], "utf-8"), (ends[0], ends[1], "gb18030"), (ends[1], ends[2], "utf-8")]


@settings(max_examples=60)
@given(lines=st.lists(st.binary(max_size=20) | text.map(str.encode) | text.map(as_gbk), max_size=9))
def test_what_a_line_is_taken_for_does_not_depend_on_the_lines_around_it(lines):
    lines = [line.translate(None, b"\r\n") + b"\n" for line in lines]
    data = b"".join(lines)
    together = {at: found for start, end, found in encodings.of_lines(data) for at in range(start, end)}
    at = 0
    for line in lines:
        alone = [found for _, _, found in encodings.of_lines(line)]
        assert line.isascii() or alone == [together[at]]
        at += len(line)


def test_a_damaged_line_of_utf8_stays_utf8():
    line = LINE.encode()
    damaged = line[:3] + line[4:]  # a byte of the second character is lost
    runs = splice.copies(damaged, "auto")
    assert [run.encoding for run in runs] == ["utf-8"]


def test_ascii_trail_bytes_of_gbk_are_no_digits_or_delimiters():
    # The second byte of each of these is an ASCII letter: 7,308 GBK characters have one.
    tricky = bytes(b for lead in range(0x81, 0xFF, 7) for b in (lead, 0x41))
    data = tricky + b" 13800138000 " + tricky
    assert splice.scrub(ENGINE, data, "gb18030")[0] == tricky + b" " + LABEL + b" " + tricky


def test_a_codec_that_does_not_round_trip_still_keeps_bytes_and_finds_the_place():
    twice_coded = next(
        bytes((lead, trail))
        for lead in range(0xA1, 0xFA)
        for trail in range(0xA1, 0xFF)
        if _loses(bytes((lead, trail)), "big5hkscs")
    )
    data = twice_coded * 3 + b" 13800138000 " + twice_coded
    assert splice.scrub(ENGINE, data, "big5hkscs")[0] == twice_coded * 3 + b" " + LABEL + b" " + twice_coded


def _loses(raw, codec):
    decoded = raw.decode(codec, "ignore")
    return bool(decoded) and decoded.encode(codec, "ignore") != raw


def test_context_around_a_piece_is_read_and_not_returned():
    data = b"before 13800138000 inside 13900139000 after 13700137000"
    start, end = data.index(b" inside"), data.index(b" after")
    assert splice.scrub(ENGINE, data, "utf-8", start, end) == (b" inside " + LABEL, {"CN_MOBILE": 1})


def test_an_edit_that_crosses_the_end_of_a_piece_is_cut_there_and_leaks_nothing():
    data = b"x 13800138000 y"
    scrubbed, _ = splice.scrub(ENGINE, data, "utf-8", 0, 8)
    assert scrubbed == b"x " + LABEL


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (codecs.BOM_UTF8 + b"abc", "auto"),
        (codecs.BOM_UTF16_LE + "a".encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + "a".encode("utf-16-be"), "utf-16-be"),
        (LINE.encode("utf-16-le") * 9, "utf-16-le"),
        (LINE.encode("utf-16-be") * 9, "utf-16-be"),
        (LINE.encode("utf-8") * 9, "auto"),
        (LINE.encode("gbk") * 9, "auto"),
        (b"plain log line\n\0\0\n" * 9, "auto"),
        (b"", "auto"),
    ],
)
def test_the_encoding_is_known_by_its_mark_or_by_where_nul_bytes_are(head, encoding):
    assert encodings.detect(head) == encoding


@pytest.mark.parametrize(("name", "encoding"), [("GBK", "gb18030"), ("UTF-16", "utf-16-le"), ("big5", "big5hkscs")])
def test_encodings_are_known_by_their_usual_names(name, encoding):
    assert encodings.named(name) == encoding


@pytest.mark.parametrize("name", ["utf-7", "no-such", "hz", "rot13", ""])
def test_an_encoding_that_is_not_supported_is_refused_with_the_list_of_those_that_are(name):
    with pytest.raises(UsageError, match="gb18030"):
        encodings.named(name)


@pytest.mark.parametrize("encoding", CODECS)
@given(words=text, cut=st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_whole_characters_end_between_characters(encoding, words, cut):
    data = words.encode(encoding, "ignore")[:cut]
    data[: encodings.whole_characters(data, encoding)].decode(encoding)


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"\x7fELF" + bytes(64), "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"\xff\xd8\xff\xe0", "binary"),
        (b"%PDF-1.7\n", "binary"),
        (b"PAR1\x15\x04", "binary"),
        (b"SQLite format 3\0", "binary"),
        (b"\xca\xfe\xba\xbe\0\0", "binary"),
        (b"7z\xbc\xaf\x27\x1c", "binary"),
        (b"Rar!\x1a\x07\0", "binary"),
        (b"\x80\x04\x95\x10\0\0\0.", "binary"),
        (bytes(range(256)) * 4, "binary"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x8b\x08", "gz"),
        (b"ORC started at 9\n", "text"),
        (b"BZhang logged in\n", "text"),
        (b"MZ is a word\n", "text"),
        (bytes(4096) + b"a log that was truncated under its writer\n" * 9, "text"),
        (LINE.encode("utf-16-le") * 9, "text"),
        (LINE.encode("gbk") * 9, "text"),
        (b"one \0 byte in a line of text is no reason to refuse it\n", "text"),
        (b"", "text"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head, form):
    assert kinds.kind(head).form == form


@pytest.mark.parametrize("data", [
    b"a=13800138000\0\na=13800138000\0\na=13800138000\0\n", "手机号13800138000\n\0o\0k\n".encode(),
    "手机号为13800138000的用户\0\n手机号为13800138000\0\n".encode("gb18030"),
    b"phone=13800138000 user\0x\0\nphone=13800138000\n",
])  # fmt: skip
def test_a_few_nul_bytes_make_no_utf_16(data):
    assert encodings.detect(data) == "auto"


@pytest.mark.parametrize(
    "text", ["用户张三登录成功\r\n手机号为空\n" * 3, "姓名\n电话\n", "INFO ok\n", "日志\t级别\n错误\n" * 20]
)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_still_told(text, encoding):
    assert encodings.detect(text.encode(encoding)) == encoding


def test_an_odd_byte_at_the_end_of_utf_16_is_left_alone():
    data = "d:11010519491231002X".encode("utf-16-le") + b","
    assert anonkit.scrub(data) == "d:<CN_ID_CARD>".encode("utf-16-le") + b","
