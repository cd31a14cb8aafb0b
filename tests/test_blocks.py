"""What bitmaps tell of a block is what regular expressions and the database tell of it."""

import random
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.detect.block import DIGITS, PAD_BYTES, Block, between, holds_at, is_in, shifted, where
from anonkit.detect.database import CASELESS, compile_database
from anonkit.detect.rules import Kind
from anonkit.detect.shapes import shape
from anonkit.scrubber import Scrubber
from bench import corpora
from bench.values import Values

BOOK = Scrubber().engine.book
SHAPED = BOOK.shaped_actions
BITS = st.lists(st.booleans(), min_size=1, max_size=300)


def bitmap(bits):
    padded = np.zeros(-(-len(bits) // 64) * 64, bool)
    padded[: len(bits)] = bits
    return np.packbits(padded, bitorder="little").view(np.uint64)


def hits_of(expression, buffer):
    ends = set()
    compile_database([expression]).scan(buffer, match_event_handler=lambda _id, _start, end, *_: ends.add(end))
    return ends


@given(BITS)
def test_where_tells_the_positions_of_the_bits(bits):
    assert where(bitmap(bits)).tolist() == [i for i, bit in enumerate(bits) if bit]


@given(BITS, st.integers(-200, 200))
def test_shifted_tells_what_stands_further_on_or_before(bits, distance):
    found = set(where(shifted(bitmap(bits), distance)).tolist())
    size = len(bitmap(bits)) * 64
    assert found == {i - distance for i, bit in enumerate(bits) if bit and 0 <= i - distance < size}


@given(BITS, st.lists(st.integers(0, 299), max_size=20))
def test_holds_at_tells_single_bits(bits, positions):
    positions = [p for p in positions if p < len(bits)]
    assert holds_at(bitmap(bits), np.array(positions, np.int64)).tolist() == [bits[p] for p in positions]


@given(st.lists(st.integers(0, 99), unique=True), st.lists(st.integers(0, 99)), st.integers(0, 20))
def test_between_and_is_in_tell_whether_one_of_the_positions_is_there(positions, starts, length):
    positions, starts = np.array(sorted(positions), np.int64), np.array(starts, np.int64)
    held = between(positions, starts, starts + length).tolist()
    assert held == [any(s <= p < s + length for p in positions) for s in starts]
    assert is_in(starts, positions).tolist() == [s in positions for s in starts]


@given(st.text("0123456789ab :\n", max_size=200), st.integers(1, 12))
def test_a_run_begins_where_so_many_bytes_of_a_class_stand(text, count):
    block = Block(text.encode())
    found = where(block.run(DIGITS, count)).tolist()
    assert found == [m.start() for m in re.finditer(rb"(?=[0-9]{%d})" % count, block.buffer)]


@given(st.text(":/*<>a ", max_size=200), st.sampled_from([b"://", b"**", b"</", b"aa"]))
def test_sequences_are_found_where_they_stand(text, needle):
    block = Block(text.encode())
    found = block.sequences(needle).tolist()
    assert found == [m.start() for m in re.finditer(b"(?=" + re.escape(needle) + b")", block.buffer)]


@pytest.mark.parametrize(
    "regex",
    [
        rb"[^0-9]\d{11}",
        rb"[ -]\d{4}[ -]{1,2}\d{4}",
        rb"(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5}",
        rb"\d-[1-9]\d{6}",
        rb"[^ \t\r\n@]@(?:[0-9A-Za-z]|[\xc3-\xf4])",
        rb"\d\.\d{1,3}\.\d{1,3}\.\d",
    ],
)
def test_a_shape_ends_where_the_expression_does(regex):
    rng = random.Random(0)
    text = "".join(rng.choice(["12", "345678", "-", ":", ".", " ", "ab", "@", "0", "中"]) for _ in range(20_000))
    block = Block(text.encode())
    ends = {m.end(1) for m in re.finditer(b"(?=(" + regex + b"))", block.buffer)}
    # an alternative that is longer ends elsewhere
    ends |= {m.start() + n for n in range(2, 24) for m in re.finditer(b"(?=" + regex + b")", block.buffer)
             if re.fullmatch(regex, block.buffer[m.start() : m.start() + n])}  # fmt: skip
    assert set(shape(regex).ends(block).tolist()) == ends


@pytest.mark.parametrize("regex", [rb"eyJ[A-Za-z0-9_-]{8}", rb"a+", rb"(?:a|bc|d{1,9}){3}"])
def test_what_holds_a_literal_or_an_open_repeat_has_no_shape(regex):
    assert shape(regex) is None


@pytest.mark.parametrize("name", ["mixed", "access", "jsonl"])
def test_a_large_block_gives_what_its_lines_give_one_by_one(name):
    values = Values(7)
    lines = "".join(corpora.LINES[name](values) + "\n" for _ in range(700))
    assert len(lines.encode()) > 1 << 16, "bitmaps are used from this size on"
    scrubber = Scrubber()
    assert scrubber.scrub(lines) == "".join(scrubber.scrub(line) for line in lines.splitlines(keepends=True))


def test_every_trigger_that_bitmaps_replace_hits_where_the_database_does():
    values = Values(11)
    text = "".join(corpora.mixed_line(values) + "\n" for _ in range(1500)).encode()
    text += b"[fe80::1] 2001:db8:0:1:2:3:4:5 a 3c-22-fb-0a-1b-2c 6222 0212 3456 7890 128 118.123456,31.123456 x@y.cn\n"
    block = Block(text)
    expressions = dict(zip(SHAPED, BOOK.expressions(SHAPED), strict=True))
    told = {action: set(ends.tolist()) for find, actions in BOOK.shaped for ends in [find(block)] for action in actions}
    for action in SHAPED:
        expression = expressions[action]
        assert not expression.flags & CASELESS
        hits = hits_of(expression, block.buffer)
        if action in told and action.kind is not Kind.FINDER:
            assert told[action] == hits
        elif action in told:  # a finder may be told more, and elsewhere in the same value
            assert all(any(abs(end - other) < PAD_BYTES for other in told[action]) for end in hits)
