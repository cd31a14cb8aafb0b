"""Does the reading of names do what it promises, whatever the weights are?"""

from __future__ import annotations

import itertools
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.detect.names import finder, runs
from anonkit.detect.names.characters import OTHER, UNKNOWN, fold, number_table
from anonkit.detect.names.decode import segments, spans, viterbi
from anonkit.detect.names.features import REACH, flatten
from anonkit.detect.names.finder import Names, read
from anonkit.detect.names.hashed import HashTable, longer, tops, without_collisions
from anonkit.detect.names.labels import (
    B_ADDR,
    B_ORG,
    B_PER,
    E_PER,
    FORBIDDEN,
    I_ADDR,
    I_ORG,
    I_PER,
    LABELS,
    PREVIOUS,
    O,
    encode,
)  # fmt: skip
from anonkit.detect.names.lexicon import LONGEST, sequence_keys, word_key
from anonkit.detect.names.model import fits, load, shipped
from anonkit.errors import UsageError

EASY = "用户张伟通过手机13512345678登录成功，我叫王小明,住在北京市海淀区中关村大街27号"
WORDS = [
    "我叫王小明", "用户张伟登录成功", "住在北京市海淀区中关村大街27号", "，", "。", "！", " ", "\n", "\r\n", "\t", "\0",
    "<PERSON>", "*", "13512345678", "abc", "XYZ-9#", "李", "号", "１２３", "ＡＢ", "張偉", "欧阳娜娜", "·", "é", "𠮷",
    "😀", "系统", "无锡市公安局", "name=", '"', "a" * 30, "0" * 17,
]  # fmt: skip
CUT = [b"\xe4\xbd", b"\xed\xa0\x80", b"\xe5", b"\xff", b"\xf0\x9f"]  # no characters of UTF-8
EVERYTHING = 1 << 20  # a margin that leaves nothing out

blocks = st.lists(st.sampled_from(WORDS), max_size=12).map("".join).map(str.encode)
broken = st.lists(
    st.one_of(blocks, st.binary(max_size=4), st.sampled_from(CUT)), max_size=6
).map(b"".join)  # fmt: skip


def some_transitions(random, spread):
    transitions = np.full((len(LABELS), len(LABELS)), FORBIDDEN, np.int32)
    for to, before in PREVIOUS.items():
        for label in before:
            transitions[label, to] = random.integers(-spread, spread + 1)
    return transitions


@st.composite
def problems(draw, longest=4, most=3):
    """A flat text of a few short runs, with random scores and transitions."""
    lengths = draw(st.lists(st.integers(1, longest), min_size=1, max_size=most))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([1, 10, 3000]))
    flat = np.zeros(REACH + sum(length + REACH for length in lengths), np.uint16)
    at = REACH
    for length in lengths:
        flat[at : at + length] = 3
        at += length + REACH
    scores = random.integers(-spread, spread + 1, (len(flat), len(LABELS))).astype(np.int16)
    scores[flat == 0] = 0
    return flat, scores, some_transitions(random, spread)


def weight(labels, scores, transitions):
    """What a labelling of a run between two O is worth; None if it is not allowed."""
    steps = [int(transitions[a, b]) for a, b in itertools.pairwise([O, *labels, O])]
    if FORBIDDEN in steps:
        return None
    return sum(steps) + sum(int(scores[i, label]) for i, label in enumerate(labels))


def stretches(flat):
    """Start and end of what lies between the pads."""
    edges = np.flatnonzero(np.diff((flat != 0).astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_labelling_is_worth_more_than_the_one_that_is_chosen(problem):
    flat, scores, transitions = problem
    labels = viterbi(scores, segments(flat, scores, transitions, EVERYTHING), transitions)
    assert not labels[flat == 0].any()
    for start, end in stretches(flat):
        here = scores[start:end]
        every = (weight(o, here, transitions) for o in itertools.product(range(len(LABELS)), repeat=end - start))
        assert weight(labels[start:end].tolist(), here, transitions) == max(w for w in every if w is not None)


@settings(max_examples=60, deadline=None)
@given(problems(longest=40, most=8), st.integers(0, 3000))
def test_stretches_are_labelled_side_by_side_as_each_alone(problem, margin):
    flat, scores, transitions = problem
    labels = viterbi(scores, segments(flat, scores, transitions, margin), transitions)
    for start, end in stretches(flat):
        part = slice(start - REACH, end + REACH)
        alone = viterbi(scores[part], segments(flat[part], scores[part], transitions, margin), transitions)
        assert labels[part].tolist() == alone.tolist()


@settings(max_examples=60, deadline=None)
@given(problems(longest=12), st.integers(0, 3000))
def test_labels_are_allowed_whatever_the_margin(problem, margin):
    flat, scores, transitions = problem
    labels = viterbi(scores, segments(flat, scores, transitions, margin), transitions)
    assert weight(labels.tolist(), scores, transitions) is not None


@settings(max_examples=60, deadline=None)
@given(problems(longest=12))
def test_the_evidence_of_a_name_is_by_how_much_it_outdoes_no_name(problem):
    flat, scores, transitions = problem
    labels = viterbi(scores, segments(flat, scores, transitions, EVERYTHING), transitions)
    whole = weight(labels.tolist(), scores, transitions)
    found = [part.tolist() for part in spans(labels, scores, transitions)]
    for start, end, label, evidence in zip(*found, strict=True):
        assert labels[start] == label
        assert labels[end - 1] in (E_PER, I_ADDR, I_ORG)
        without = labels.copy()
        without[start:end] = O
        assert evidence == whole - weight(without.tolist(), scores, transitions)
    assert len(found[0]) == np.isin(labels, [B_PER, B_ADDR, B_ORG]).sum()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(2, 6), st.sampled_from(["PER", "ADDR", "ORG"])), max_size=5))
def test_spans_reads_what_encode_writes(pieces):
    wanted, at = [], 1
    for gap, length, kind in pieces:
        wanted.append((at + gap, at + gap + length, kind))
        at += gap + length
    labels = np.array([LABELS.index(label) for label in encode(at + 1, wanted)], np.uint8)
    zeros = np.zeros((len(labels), len(LABELS)), np.int16)
    start, end, label, _ = spans(labels, zeros, np.zeros((len(LABELS), len(LABELS)), np.int32))
    kinds = [{B_PER: "PER", B_ADDR: "ADDR", B_ORG: "ORG"}[x] for x in label.tolist()]
    assert list(zip(start.tolist(), end.tolist(), kinds, strict=True)) == wanted


def test_a_name_has_no_single_character():
    assert encode(3, [(1, 2, "PER")]) == ["O"] * 3
    assert {B_PER, B_ADDR, B_ORG, I_PER}.isdisjoint(PREVIOUS[O])


@settings(max_examples=60, deadline=None)
@given(st.lists(blocks, min_size=1, max_size=8))
def test_a_run_is_read_in_a_batch_as_alone(texts):
    keys = [block[start:end] for block in texts for start, end in runs.find(block)]
    assert list(read(shipped(), keys)) == [answer for key in keys for answer in read(shipped(), [key])]


@settings(max_examples=100, deadline=None)
@given(broken)
def test_names_lie_within_runs_in_order_and_apart(block):
    found = Names(shipped).find(block)
    where = runs.find(block)
    last = 0
    for name in found:
        assert last <= name.start < name.end
        assert any(start <= name.start and name.end <= end for start, end in where)
        assert 0 <= name.confidence <= 1
        last = name.end


@settings(max_examples=100, deadline=None)
@given(broken)
def test_names_begin_and_end_with_whole_characters(block):
    valid = block.decode("utf-8", "ignore").encode()
    for name in Names(shipped).find(valid):
        assert valid[name.start : name.end].decode("utf-8")


@settings(max_examples=200, deadline=None)
@given(broken)
def test_the_runs_of_a_block_are_those_of_its_lines(block):
    expected, at = [], 0
    for line in block.split(b"\n"):
        expected += [(at + start, at + end) for start, end in runs.find(line)]
        at += len(line) + 1
    assert runs.find(block) == expected


@settings(max_examples=200, deadline=None)
@given(broken)
def test_runs_are_in_order_apart_and_without_marks(block):
    last = 0
    for start, end in runs.find(block):
        assert last <= start < end <= len(block)
        assert not set(block[start:end]) & set(b"\r\n<>*")
        last = end


def test_a_run_takes_few_letters_of_its_neighbours():
    assert runs.find(b"-" + b"a" * 30 + "张伟".encode() + b"0" * 30) == [(15, 53)]
    assert runs.find("x=张伟 a".encode()) == [(2, 8)]


@given(st.binary(max_size=60).map(lambda data: bytes(b & 0x7F for b in data)))
def test_text_without_chinese_characters_has_no_runs(block):
    assert runs.find(block) == []


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=30))
def test_each_chinese_character_is_in_a_run(text):
    block = text.encode()
    covered = {i for start, end in runs.find(block) for i in range(start, end)}
    assert len(covered) == len(block)


@settings(max_examples=60, deadline=None)
@given(st.lists(broken, min_size=1, max_size=4))
def test_lines_are_read_alone_as_in_a_block(lines):
    lines = [line.replace(b"\n", b"") for line in lines]
    expected, at = [], 0
    for line in lines:
        expected += [n._replace(start=n.start + at, end=n.end + at) for n in Names(shipped).find(line)]
        at += len(line) + 1
    assert Names(shipped).find(b"\n".join(lines)) == expected


@settings(max_examples=60, deadline=None)
@given(broken, broken)
def test_what_is_remembered_changes_nothing(first, second):
    fresh = Names(shipped).find(second)
    reader = Names(shipped)
    reader.find(first)
    assert reader.find(second) == fresh
    assert reader.find(second) == fresh


def test_a_full_memory_is_emptied(monkeypatch):
    monkeypatch.setattr(finder, "MOST_KNOWN", 3)
    reader = Names(shipped)
    for i in range(10):
        word = "甲乙丙丁戊己庚辛壬癸"[i]
        assert reader.find(f"我叫王小明{word}".encode()) == Names(shipped).find(f"我叫王小明{word}".encode())
        assert len(reader._known) <= 3


def test_long_runs_are_not_remembered():
    reader = Names(shipped)
    reader.find(("我叫王小明," * 100).encode())
    assert not reader._known


@settings(max_examples=30, deadline=None)
@given(st.lists(blocks, min_size=1, max_size=6))
def test_the_size_of_batches_changes_nothing(texts):
    block = b"\n".join(texts)
    whole = Names(shipped).find(block)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finder, "_BATCH", 5)
        assert Names(shipped).find(block) == whole


@settings(max_examples=60, deadline=None)
@given(blocks, st.integers(0, 9), st.sampled_from("abcxyz"), st.sampled_from("ABCXYZ"))
def test_other_digits_and_letters_change_nothing(block, digit, small, capital):
    other = {b: digit + 0x30 if 0x30 <= b <= 0x39 else b for b in range(256)}
    other |= dict.fromkeys(range(0x61, 0x7B), ord(small)) | dict.fromkeys(range(0x41, 0x5B), ord(capital))
    changed = block.translate(bytes(other[b] for b in range(256)))
    assert Names(shipped).find(changed) == Names(shipped).find(block)
    keys = [block[start:end] for start, end in runs.find(block)]
    assert list(read(shipped(), [key.translate(runs.FOLD) for key in keys])) == list(read(shipped(), keys))


def test_easy_names_are_found():
    block = EASY.encode()
    found = {(block[n.start : n.end].decode(), n.entity) for n in Names(shipped).find(block)}
    assert {("张伟", "PERSON"), ("王小明", "PERSON")} <= found


keys64 = st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=60)


@given(keys64, st.integers(4, 20))
def test_a_table_finds_what_was_put_in_and_nothing_else(keys, bits):
    keys = np.array(keys, np.uint64)
    kept = without_collisions(keys, bits)
    table = HashTable.of(tops(keys[kept]), bits)
    assert table.find(keys[kept]).tolist() == list(range(1, len(kept) + 1))
    # Others share their slot with one that is in, and are told from it by the check.
    check = tops(keys) >> np.uint32(32 - bits - 12)
    others = np.setdiff1d(np.arange(len(keys)), kept)
    others = others[~np.isin(check[others], check[kept])]
    assert not table.find(keys[others]).any()


@given(keys64, st.integers(4, 20))
def test_the_more_important_key_keeps_its_slot(keys, bits):
    keys = np.array(keys, np.uint64)
    slot = (tops(keys) >> np.uint32(32 - bits)).tolist()
    kept = without_collisions(keys, bits).tolist()
    assert kept == sorted(kept)
    assert kept == [i for i in range(len(keys)) if slot[i] not in slot[:i]]


def test_an_empty_table_finds_nothing():
    table = HashTable.of(np.empty(0, np.uint32), 8)
    assert not table.find(np.arange(1000, dtype=np.uint64)).any()


@given(
    st.lists(st.integers(0, 0xFFFF), min_size=2, max_size=5), st.lists(st.integers(0, 0xFFFF), min_size=2, max_size=5)
)
def test_different_sequences_have_different_keys(one, other):
    def key(numbers):
        found = np.array(numbers[:1], np.uint64)
        for number in numbers[1:]:
            found = longer(found, np.array([number], np.uint64))
        return int(found[0])

    assert (key(one) == key(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0", "7"), ("a", "z"), ("A", "Z"), ("0", "３"), ("a", "ｑ"), ("A", "Ｑ"), ("(", "（"), (",", "，"),
        (" ", "\u3000"), (" ", "\u00a0"), ("·", "•"), ("·", "‧"),
        ("张", "張"), ("陈", "陳"), ("国", "國"), ("东", "東"),
    ],
)  # fmt: skip
def test_forms_of_a_character_are_one_to_the_model(one, other):
    first, second = shipped().known.characters.numbers(one + other).tolist()
    assert first == second


def test_other_characters_are_not_one_to_the_model():
    numbers = shipped().known.characters.numbers("0aA张王 ,·市").tolist()
    assert len(set(numbers)) == len(numbers)


@given(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
def test_folding_twice_is_folding_once(character):
    once = fold(character, {"張": "张"})
    assert fold(once, {"張": "张"}) == once


@given(st.text(max_size=20))
def test_each_character_has_one_number(text):
    numbers = shipped().known.characters.numbers(text)
    assert len(numbers) == len(text)
    assert (numbers < len(shipped().known.characters.kind)).all()
    assert numbers.tolist() == [int(shipped().known.characters.numbers(c)[0]) for c in text]


def test_a_table_of_numbers_folds_forms_and_script():
    table = number_table("张0aA(·", {"張": "张"})
    for one, others in {"张": "張", "0": "9０９", "a": "zａｚ", "A": "ZＡＺ", "(": "（", "·": "•・‧"}.items():
        assert [int(table[ord(other)]) for other in others] == [int(table[ord(one)])] * len(others)
    assert len({int(table[ord(c)]) for c in "张0aA(·"}) == 6
    assert table[ord("李")] == UNKNOWN
    assert table[ord("é")] == table[0xFFFF] == OTHER


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50), st.integers(6, 20))
def test_few_keys_are_found_as_all_are(numbers, bits):
    keys = np.array(numbers, np.uint64)
    kept = keys[without_collisions(keys, bits)][::2]
    table = HashTable.of(tops(kept), bits)
    at, found = table.found(keys)
    rest = np.delete(np.arange(len(keys)), at)
    assert table.find(keys)[at].tolist() == found.tolist()
    assert not table.find(keys)[rest].any()
    assert table.find(keys).tolist() == [table.find_one(key) for key in numbers]


@given(st.lists(st.text(max_size=6), min_size=1, max_size=5))
def test_texts_lie_apart_in_the_flat_text(texts):
    flat, starts = flatten(shipped().known.characters, texts)
    end = 0
    for start, text in zip(starts.tolist(), texts, strict=True):
        assert start == end + REACH
        assert not flat[end:start].any()
        end = start + len(text)
        assert flat[start:end].tolist() == shipped().known.characters.numbers(text).tolist()
    assert len(flat) == end + REACH


def test_no_text_can_overflow_the_scores():
    highest = sum(int(np.abs(rows.view(np.int16).astype(np.int64)).max()) for rows in shipped().weights.values())
    assert highest <= np.iinfo(np.int16).max


def test_a_saved_model_is_read_as_it_was_and_saved_the_same(tmp_path):
    from anonkit.detect.names.model import load

    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    shipped().save(first)
    again = load(first)
    again.save(second)
    assert first.read_bytes() == second.read_bytes()
    key = EASY.encode()
    assert list(read(again, [key])) == list(read(shipped(), [key]))
    assert again.about == shipped().about


@pytest.mark.parametrize(
    ("block", "cut_off"),
    [
        ("<PERSON>,张伟", True),
        ("张伟,<PHONE>", True),
        ("<张伟>", True),
        ("<name>张伟</name>", False),  # the text of an element
        ("<PERSON>\n张伟\n<PERSON>", False),  # other lines
        ("找张伟。", False),
    ],
)
def test_what_stands_beside_a_mark_in_its_line_is_cut_off_but_the_text_of_an_element_is_not(block, cut_off):
    data = block.encode()
    start = data.index("张".encode())
    assert runs.is_cut_off(data, start, start + 6) is cut_off


@pytest.mark.parametrize("sign", ["，", "、", "：", "\u3000", ",", " ", ": ", "）"])
@pytest.mark.parametrize("offset", [0, 1, 2, 3, 4])
def test_a_long_run_is_cut_behind_a_sign_and_never_through_a_name(sign, offset):
    text = "在册名单中"[:offset] + f"王小明{sign}" * 400
    data = text.encode()
    where = runs.find(data)
    parts = [data[start:end].decode() for start, end in where]
    assert len(parts) > 3
    assert all(part.startswith("王小明") for part in parts[1:])
    assert all(part.rstrip(sign).endswith("王小明") for part in parts)
    assert "".join(parts).count("王小明") == 400
    assert all(sum(c >= "\u3000" for c in part) <= runs.LONGEST for part in parts)


def test_a_run_of_characters_without_a_sign_is_cut_all_the_same():
    where = runs.find(("王" * 1000).encode())
    assert [(end - start) // 3 for start, end in where] == [300, 300, 300, 100]


def test_the_memory_of_names_goes_into_no_pickle():
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(Names(shipped))


def test_no_sum_of_the_shipped_weights_is_too_high_for_16_bits():
    assert fits(shipped())


def test_scores_stay_within_the_bounds_of_their_model():
    lows, highs = shipped().bounds()
    flat, _ = flatten(shipped().known.characters, [EASY, "王", "a", "“"])
    scores = shipped().scores(flat)
    assert (scores >= lows).all()
    assert (scores <= highs).all()


@pytest.mark.parametrize("what", ["weights", "edges"])
def test_a_model_whose_sums_could_be_too_high_is_refused_by_name(what, tmp_path):
    model = shipped()
    if what == "weights":
        (key, table), *_ = model.weights.items()
        rows = table.view(np.int16).reshape(-1, len(LABELS)).copy()
        rows[1, O] = 31_000
        model = replace(model, weights=model.weights | {key: rows.view(np.complex128).reshape(-1)})
    else:
        transitions = model.transitions.copy()
        transitions[O, O] = transitions[O, B_PER] = 15_000
        model = replace(model, transitions=transitions)
    file = tmp_path / "own.npz"
    model.save(file)
    with pytest.raises(UsageError, match=r"own\.npz.*train-names"):
        load(file)


def test_a_word_of_the_lists_is_told_from_a_name():
    known = shipped().known
    assert all(map(known.is_word, ["高级", "任务", "苏州", "温度"]))
    assert not any(map(known.is_word, ["王小明", "张伟", "天", "", "不存在的长词语", "𠮷野"]))


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=LONGEST))
def test_one_sequence_is_looked_up_as_many_are(numbers):
    (key,) = sequence_keys(np.array(numbers, np.uint16), len(numbers))[-1]
    assert word_key(numbers) == key
    table = shipped().known.lexicon.table
    assert table.find_one(int(key)) == table.find(np.array([key]))[0]
    small = HashTable.of(tops(np.array([key])), 8)
    assert small.find_one(int(key)) == 1
