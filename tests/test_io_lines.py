"""Blocks of whole lines: nothing is lost, no value is cut in two, and one huge line does not fill the memory."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.io import jobs, lines, splice
from tests.stub_engine import LABEL, StubEngine


class Reader:
    """Gives `data` in chunks of at most `chunk` bytes; waits for its writer between them if `stalls`."""

    def __init__(self, data, chunk=1 << 20, *, stalls=False):
        self._stream = io.BytesIO(data)
        self._chunk = chunk
        self._stalls = stalls

    def readinto(self, buffer):
        return self._stream.readinto(buffer[: self._chunk])

    def ready(self):
        return not self._stalls


def scrubbed(data, encoding="auto", engine=None, block_bytes=lines.BLOCK_BYTES, **how):
    """All of `data`, scrubbed block by block, and the blocks."""
    engine = engine or StubEngine()

    def spans(piece):
        return [(edit.start, edit.end) for edit in splice.edits(engine, piece, encoding)]

    blocks = lines.Blocks(Reader(data, **how), encoding, spans, block_bytes)
    buffer = bytearray(lines.BUFFER_BYTES)
    out, bodies = [], []
    while (block := blocks.next(buffer)) is not None:
        piece = bytes(buffer[: block.length])
        bodies.append(piece[block.start : block.end])
        out.append(splice.scrub(engine, piece, encoding, block.start, block.end)[0])
    return b"".join(out), bodies


@settings(max_examples=50, deadline=None)
@given(
    words=st.lists(st.sampled_from(["a", "13800138000", " ", "你好", "\n", "\r\n", "\r", "\0", ","]), max_size=60),
    encoding=st.sampled_from(["auto", "utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
    chunk=st.integers(1, 40),
    block_bytes=st.sampled_from([2, 16, 64, 1 << 20]),
    stalls=st.booleans(),
)
def test_blocks_of_any_size_read_in_chunks_of_any_size_give_what_the_whole_gives(
    words, encoding, chunk, block_bytes, stalls
):
    data = "".join(words).encode("utf-8" if encoding == "auto" else encoding)
    whole = splice.scrub(StubEngine(), data, encoding)[0]
    out, bodies = scrubbed(data, encoding, block_bytes=block_bytes, chunk=chunk, stalls=stalls)
    assert out == whole
    assert b"".join(bodies) == data


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_file_of_any_line_ends_becomes_many_blocks_of_whole_lines(end):
    data = (b"x" * 50 + end) * 60_000
    out, bodies = scrubbed(data)
    assert out == data
    assert len(bodies) >= 2
    assert all(body.endswith(end) and not body.startswith(b"\n") for body in bodies)


def test_gurmukhi_letters_that_look_like_line_ends_in_utf16_do_not_end_a_line():
    data = ("\u0a0a\u0a00\u000a" * 50_000).encode("utf-16-be")
    _, bodies = scrubbed(data, "utf-16-be", block_bytes=1000)
    assert all(body.decode("utf-16-be").endswith("\n") for body in bodies)


@settings(max_examples=60)
@given(
    words=st.lists(st.sampled_from(["a", "13800138000", "你好", "\u0a0a\u0a00", "\n", "\r\n", "\r"]), max_size=30),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
)
def test_lines_are_counted_by_any_line_end_and_the_last_one_needs_none(words, encoding):
    text = "".join(words)
    tally = jobs.pump(StubEngine(), Reader(text.encode(encoding), chunk=7), encoding, lambda _text: None)
    assert tally.lines == len(text.splitlines())
    assert tally.counts["CN_MOBILE"] <= words.count("13800138000")


@pytest.mark.parametrize("encoding", ["auto", "utf-16-le", "gb18030"])
def test_every_value_of_a_line_of_many_megabytes_is_replaced_whole(encoding):
    codec = "utf-8" if encoding == "auto" else encoding
    data = ('{"phone":"13800138000","名字":"无"},' * 160_000).encode(codec)
    out, bodies = scrubbed(data, encoding)
    assert out == data.replace("13800138000".encode(codec), "<CN_MOBILE>".encode(codec))
    assert max(map(len, bodies)) <= lines.BUFFER_BYTES


def test_a_key_before_the_cut_of_a_long_line_is_seen_with_its_value():
    keyed = StubEngine(re.compile(rb"(?<=secret: )\w+"))
    data = b"".join(b"word%06d secret: value%06d, " % (n, n) for n in range(170_000))
    out, _ = scrubbed(data, engine=keyed)
    assert b"value" not in out
    assert out.count(LABEL) == 170_000


def test_a_finding_longer_than_a_piece_is_dropped_to_its_end():
    image = StubEngine(re.compile(rb"data:image/png;base64,[A-Za-z0-9+/]*|(?<=base64,)[A-Za-z0-9+/]{9,}"))
    data = b'{"a":1,"face":"data:image/png;base64,' + b"QUJD" * 2_500_000 + b'","b":2}\n'
    out, _ = scrubbed(data, engine=image)
    assert b"QUJD" not in out
    assert out.startswith(b'{"a":1,"face":"' + LABEL)
    assert out.endswith(b'","b":2}\n')


@pytest.mark.parametrize("filler", [b"x", "好".encode()])
def test_a_long_line_without_a_delimiter_passes_byte_for_byte(filler):
    data = filler * (9_000_000 // len(filler)) + b"\n"
    out, bodies = scrubbed(data)
    assert out == data
    assert max(map(len, bodies)) <= lines.BUFFER_BYTES


def test_a_whole_line_is_given_on_before_its_writer_writes_more():
    blocks = lines.Blocks(Reader(b"one\ntwo\nthr", chunk=11, stalls=True), "auto", lambda _data: [])
    buffer = bytearray(lines.BUFFER_BYTES)
    block = blocks.next(buffer)
    assert block is not None
    assert bytes(buffer[block.start : block.end]) == b"one\ntwo\n"


def test_who_does_not_wait_gets_a_block_once_a_line_is_whole():
    class Pushed(Reader):
        """Has what was pushed."""

        def __init__(self):
            super().__init__(b"")

        def push(self, data):
            self._stream = io.BytesIO(data)

        def ready(self):
            return self._stream.tell() < len(self._stream.getvalue())

    source, buffer = Pushed(), bytearray(lines.BUFFER_BYTES)
    blocks = lines.Blocks(source, "auto", lambda _data: [])
    given = []
    for data in (b"o", b"ne\nt", b"wo\r", b"three\nfour\rfi", b"ve"):
        source.push(data)
        given.append([])
        while (block := blocks.next(buffer, wait=False)) is not None:
            given[-1].append(bytes(buffer[block.start : block.end]))
        assert not blocks.ended
    assert given == [[], [b"one\n"], [], [b"two\rthree\n", b"four\r"], []]
    block = blocks.next(buffer)
    assert bytes(buffer[block.start : block.end]) == b"five"
    assert blocks.ended
