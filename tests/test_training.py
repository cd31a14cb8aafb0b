"""Where the model of names comes from: corpora of others, the recipe, and the command that trains it."""

from __future__ import annotations

import argparse
import functools
import io
import json
import os
import random
import re
import subprocess
import sys
import tomllib
import zipfile
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonkit
from anonkit.commands import train_names
from anonkit.detect.names.finder import Names
from anonkit.detect.names.hashed import MOST, HashTable, tops, without_collisions
from anonkit.detect.names.lexicon import BIT
from anonkit.detect.names.model import load, shipped
from anonkit.errors import InputError, UsageError
from anonkit.training import corpora, evaluate, knowledge, recipe, report, sentences, tables
from anonkit.training.fillers import KINDS, Fillers
from anonkit.training.lists import Lists
from anonkit.training.recipe import Amounts
from anonkit.training.sentences import Sentence, Template
from anonkit.training.settings import Settings
from tests.command import ENVIRONMENT
from tests.in_process import run

ROOT = Path(__file__).resolve().parent.parent
SMALL = Amounts(copies=1, swaps=1, cells=30, turns=20, pairs=10)
KEPT = "traditional"
SECRET = "欧阳秘密"


def bio(text, spans):
    """The columns of BIO for a text, a character a line."""
    labels = ["O"] * len(text)
    for start, end, kind in spans:
        labels[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return "".join(f"{c}\t{label}\n" for c, label in zip(text, labels, strict=True)) + "\n"


def bmes(text, spans):
    """The columns of BMES."""
    labels = ["O"] * len(text)
    for start, end, kind in spans:
        middle = [f"M-{kind}"] * (end - start - 2)
        labels[start:end] = [f"S-{kind}"] if end - start == 1 else [f"B-{kind}", *middle, f"E-{kind}"]
    return "".join(f"{c} {label}\n" for c, label in zip(text, labels, strict=True)) + "\n"


def iob2(words):
    """A sentence of Universal NER."""
    lines = [f"{n}\t{word}\t{label}\t-\t-" for n, (word, label) in enumerate(words, 1)]
    return "# sent_id = 1\n" + "\n".join(lines) + "\n\n"


def with_marks(text, spans):
    """A sentence with marks."""
    names = {"PER": "person", "ADDR": "address", "ORG": "org"}
    out, at = "", 0
    for start, end, kind in spans:
        out += f"{text[at:start]}{{{names[kind]}={text[start:end]}}}"
        at = end
    return out + text[at:] + "\n"


def as_json(text, spans):
    """A line of JSON."""
    return json.dumps({"text": text, "spans": spans}, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The public sources in miniature."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("uner", "crosswoz", "divisions", "weibo"):
        (folder / name).mkdir()
    told = [("记者", "O"), ("王小明", "B-PER"), ("在", "O"), ("海淀区", "B-LOC"), ("说", "O"), ("。", "O")]
    far = [("中国", "B-LOC"), ("的", "O"), ("约翰·史密斯", "B-PER"), ("到", "O"), ("清华", "B-ORG"), ("大学", "I-ORG")]
    for name in ("train", "dev", "test", "pud"):
        (folder / "uner" / f"{name}.iob2").write_text((iob2(told) + iob2(far)) * 4, encoding="utf-8")
    for name in ("hotel", "restaurant", "attraction"):
        content = json.dumps([[name, {"地址": f"北京市朝阳区{road}"}] for road in ("", "建国路88号")])
        (folder / "crosswoz" / f"{name}_db.json").write_text(content, encoding="utf-8")
    turns = ["它在北京市朝阳区建国路88号。", "好的，再见。", "地址是别处某路。"]
    dialogues = {"1": {"messages": [{"content": turn} for turn in turns]}}
    with zipfile.ZipFile(folder / "crosswoz" / "val.json.zip", "w") as archive:
        archive.writestr("val.json", json.dumps(dialogues))
    tree = {"江苏省": {"无锡市": {"锡山区": ["安镇街道", "东港镇"], "滨湖区": ["河埒街道"]}}}
    tree["北京市"] = {"市辖区": {"海淀区": ["中关村街道"], "朝阳区": ["建外街道"]}}
    (folder / "divisions" / "pcas.json").write_text(json.dumps(tree), encoding="utf-8")
    for name in ("dev", "test"):
        (folder / "weibo" / f"{name}.conll").write_text(bio("微博里的张伟", [(4, 6, "PER.NAM")]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def values(data):
    return Fillers(data)


def texts(data, seed=1, **more):
    """The texts of the recipe, but of one family of templates only."""
    others = [name for name in recipe.families() if name != KEPT]
    return recipe.texts(data, seed, **{"amounts": SMALL, "held_out": others, **more})


# -- corpora

LABELLED = st.lists(
    st.tuples(st.text("王小明在北京路1号a的", min_size=1, max_size=4), st.sampled_from(["", "PER", "ADDR", "ORG"])),
    min_size=1,
    max_size=8,
)


@given(LABELLED)
def test_every_format_gives_the_text_and_the_spans_back(tmp_path_factory, pieces):
    text, spans = "", []
    for piece, label in pieces:
        if label:
            spans.append((len(text), len(text) + len(piece), label))
        text += piece
    text = text.replace("1", "一").replace("a", "甲")  # between latin letters of columns stands a blank
    file = tmp_path_factory.getbasetemp() / "corpus"
    for write, read in (
        (bio, corpora.conll),
        (bmes, corpora.conll),
        (as_json, corpora.json_lines),
        (with_marks, corpora.marked),
    ):
        file.write_text(write(text, spans), encoding="utf-8")
        assert list(read(file)) == [Sentence(text, tuple(spans))]


@pytest.mark.parametrize("write", [bio, bmes, as_json, with_marks])
def test_the_format_of_a_corpus_is_told_by_its_content(tmp_path, values, write):
    told = Sentence("经办人张伟，住锡山区安镇街道", ((3, 5, "PER"), (7, 14, "ADDR")))
    (tmp_path / "any.name").write_text(write(told.text, told.spans) * 2, encoding="utf-8")
    assert corpora.own(tmp_path / "any.name", values, "1") == [told, told]


def test_universal_ner_is_read_as_a_corpus_of_ones_own_too(data, values):
    file = data / "uner" / "train.iob2"
    assert corpora.own(file, values, "1") == list(corpora.uner(file))


def test_all_files_of_a_folder_are_read_but_the_hidden(tmp_path, values):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.bio").write_text(bio("张伟来了", [(0, 2, "PER")]), encoding="utf-8")
    (tmp_path / "a.txt").write_text("{person=李娜}走了\n", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\x00\xff")
    assert [s.text for s in corpora.own(tmp_path, values, "1")] == ["李娜走了", "张伟来了"]


def test_places_above_a_district_are_no_addresses_but_what_is_called_an_address_is_one(tmp_path):
    (tmp_path / "x").write_text(
        as_json("中国海淀区山区", [[0, 2, "LOC"], [2, 5, "LOC"], [5, 7, "GPE"]]) + as_json("海淀", [[0, 2, "address"]]),
        encoding="utf-8",
    )
    assert [s.spans for s in corpora.json_lines(tmp_path / "x")] == [((2, 5, "ADDR"),), ((0, 2, "ADDR"),)]


def test_nominal_mentions_and_other_labels_are_text(tmp_path):
    spans = [[0, 2, "PER.NOM"], [2, 4, "PER.NAM"], [4, 6, "TITLE"], [6, 8, "PRO"]]
    (tmp_path / "x").write_text(as_json("老师张伟经理专业", spans), encoding="utf-8")
    assert [s.spans for s in corpora.json_lines(tmp_path / "x")] == [((2, 4, "PER"),)]


def test_of_overlapping_spans_the_longest_counts(tmp_path):
    (tmp_path / "x").write_text(
        as_json("北京大学王明", [[0, 2, "ADDR"], [0, 4, "ORG"], [4, 6, "PER"]]), encoding="utf-8"
    )
    assert [s.spans for s in corpora.json_lines(tmp_path / "x")] == [((0, 4, "ORG"), (4, 6, "PER"))]


def test_the_places_in_words_of_weibo_ner_are_no_text(tmp_path):
    (tmp_path / "x").write_text("张0\tB-PER.NAM\n伟1\tI-PER.NAM\n\ufffd\ufffd0\tO\n5\x30\tO\n", encoding="utf-8")
    assert list(corpora.conll(tmp_path / "x")) == [Sentence("张伟\ufffd\ufffd5", ((0, 2, "PER"),))]


def test_a_blank_in_columns_is_a_blank_and_a_docstart_is_no_text(tmp_path):
    (tmp_path / "x").write_text("-DOCSTART- O\n\n张 B-PER\n O\n伟 I-PER\n", encoding="utf-8")
    assert [s.text for s in corpora.conll(tmp_path / "x")] == ["张 伟"]


def test_empty_slots_of_a_corpus_are_filled_the_same_way_for_the_same_seed(tmp_path, values):
    (tmp_path / "x").write_text("仓管员{person}签收\n" * 5, encoding="utf-8")
    first, second, other = (corpora.own(tmp_path / "x", values, seed) for seed in ("1", "1", "2"))
    assert first == second != other
    assert all(s.spans[0][0] == 3 and s.spans[0][2] == "PER" for s in first)


BROKEN = {
    "columns": f"张 B-PER\n{SECRET} 住在\n",
    "json": as_json("张伟", [[0, 2, "PER"]]) + f'{{"text": "{SECRET}"\n',
    "span": as_json("张伟", [[0, 2, "PER"]]) + as_json(SECRET, [[0, 9, "PER"]]),
    "no text": as_json("张伟", []) + f'{{"name": "{SECRET}", "spans": []}}\n',
    "brace": f"我是{{person={SECRET}\n",
    "kind": f"我是{{customer={SECRET}}}\n",
    "slot": f"{SECRET}是{{customer}}\n",
    "labels": bio(SECRET, [(0, 4, "SECRET")]),
    "empty": "\n",
    "universal": iob2([("张", "O")]).rstrip() + f"\n{SECRET}\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_corpus_is_told_with_its_file_but_no_value(tmp_path, values, name):
    file = tmp_path / "corpus"
    file.write_text(BROKEN[name], encoding="utf-8")
    with pytest.raises(InputError, match="corpus") as error:
        corpora.own(file, values, "1")
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_corpus_that_is_missing_or_not_utf8_is_an_input_error(tmp_path, values):
    with pytest.raises(InputError, match="cannot be read"):
        corpora.own(tmp_path / "none", values, "1")
    (tmp_path / "gbk").write_bytes("张伟 O".encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        corpora.own(tmp_path / "gbk", values, "1")


GOOD = as_json("张伟", [[0, 2, "PER"]])
WRONG_LINES = {
    "a float": '{"text": "%s", "spans": [[1.0, 3, "PER"]]}',
    "a whole float": '{"text": "%s", "spans": [[1, 3.0, "PER"]]}',
    "true": '{"text": "%s", "spans": [[true, 3, "PER"]]}',
    "a number for a text": '{"text": 5, "spans": []}',
    "a list for a text": '{"text": ["%s"], "spans": []}',
    "no text": '{"text": null, "spans": []}',
    "a number for a label": '{"text": "%s", "spans": [[0, 3, 7]]}',
    "half a pair": '{"text": "%s\\ud800", "spans": []}',
    "brackets": '{"text": "%s", "spans": ' + "[" * 100_000 + "]" * 100_000 + "}",
}


@pytest.mark.parametrize("at", [1, 3])
@pytest.mark.parametrize("name", WRONG_LINES)
def test_a_json_line_of_another_shape_is_told_with_file_and_line(tmp_path, values, name, at):
    lines = [GOOD] * 2
    lines.insert(at - 1, WRONG_LINES[name].replace("%s", SECRET) + "\n")
    (tmp_path / "corpus").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=f"corpus, line {at}: is not") as error:
        corpora.own(tmp_path / "corpus", values, "1")
    assert SECRET not in str(error.value)


NO_MARKS = {
    "plain text": f"{SECRET}今天来了\n",
    "csv": f"name,city\n{SECRET},北京\n",
    "lists": f'["{SECRET}", 1]\n[1,2]\n',
    "labels in small letters": "张 b-per\n伟 i-per\n",
    "labels first": "B-PER 张\nI-PER 伟\n",
    "other slots": f"{SECRET}于{{date}}\n",
}


@pytest.mark.parametrize("name", NO_MARKS)
def test_what_is_in_none_of_the_formats_is_refused_as_its_names_would_be_learnt_to_be_none(tmp_path, values, name):
    (tmp_path / "corpus").write_text(NO_MARKS[name], encoding="utf-8")
    with pytest.raises(InputError, match="corpus: is read as sentences with marks, but holds no mark") as error:
        corpora.own(tmp_path / "corpus", values, "1")
    assert SECRET not in str(error.value)
    (tmp_path / "good").write_text("{person=张伟}来了\n", encoding="utf-8")
    with pytest.raises(InputError, match="corpus: "):  # each file of a folder counts for itself
        corpora.own(tmp_path, values, "1")


@pytest.mark.parametrize("mark", ["{person=}", "{org= }", "{customer}", "{date=今天}", "{person"])
def test_a_mark_that_is_wrong_is_told_with_its_line(tmp_path, values, mark):
    (tmp_path / "corpus").write_text(f"# a comment\n{{person=张伟}}来了\n{SECRET}是{mark}\n", encoding="utf-8")
    with pytest.raises(InputError, match="corpus, line 3: ") as error:
        corpora.own(tmp_path / "corpus", values, "1")
    assert SECRET not in str(error.value)


def test_a_word_of_universal_ner_that_is_empty_is_told_with_its_line(tmp_path, values):
    (tmp_path / "corpus").write_text(iob2([("a", "B-PER"), ("", "I-PER")]), encoding="utf-8")
    with pytest.raises(InputError, match="corpus, line 3: "):
        corpora.own(tmp_path / "corpus", values, "1")


def test_a_byte_order_mark_is_no_text_of_a_sentence_with_marks(tmp_path):
    (tmp_path / "x").write_text("\ufeff{person=张伟}来了\n", encoding="utf-8")
    assert list(corpora.marked(tmp_path / "x")) == [Sentence("张伟来了", ((0, 2, "PER"),))]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (bio("张伟", [(0, 2, "PER")]), "columns"),
        (iob2([("张伟", "B-PER")]), "columns of Universal NER"),
        (GOOD, "JSON lines"),
        ("{person=张伟}\n", "sentences with marks"),
    ],
)
def test_what_a_corpus_was_taken_for_is_told(tmp_path, values, content, form):
    told = []
    (tmp_path / "x").write_text(content, encoding="utf-8")
    corpora.own(tmp_path / "x", values, "1", told.append)
    assert told == [f"{tmp_path / 'x'}: read as {form}; sentences: 1, names: 1"]


@pytest.mark.parametrize("content", [bio("张伟", []), as_json("张伟", []), as_json("中国", [[0, 2, "LOC"]])])
def test_a_corpus_whose_labels_name_nothing_is_warned_of(tmp_path, values, content):
    told = []
    (tmp_path / "x").write_text(content, encoding="utf-8")
    assert corpora.own(tmp_path / "x", values, "1", told.append)[0].spans == ()
    assert told[1].startswith(f"{tmp_path / 'x'}: no name is labelled")


# -- what fills slots


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 10**6))
def test_each_kind_of_slot_has_values_and_the_same_ones_for_the_same_seed(values, kind, seed):
    first, second = (values.value(kind, random.Random(seed)) for _ in range(2))
    assert first == second
    assert first.strip()


def test_all_that_is_labelled_and_all_that_stands_in_cells_is_a_kind_of_slot():
    assert set(KINDS) >= {*sentences.LABEL_OF, *recipe._CELLS}


NO_KINDS = sorted({name.strip("_") for one in (Fillers, Lists, object) for name in dir(one)} - set(KINDS))


@pytest.mark.parametrize("name", ["any", "list", "lists", "frequent", "surname", "road", *NO_KINDS])
def test_a_slot_can_ask_for_values_only_and_for_no_part_of_the_program(tmp_path, values, name):
    (tmp_path / "x").write_text(f"我是{{{name}}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="no kind of slot"):
        corpora.own(tmp_path / "x", values, "1")


# -- the recipe


def test_the_same_seed_gives_the_same_texts_and_another_seed_others(data):
    assert texts(data) == texts(data)
    assert texts(data) != texts(data, 2)


def test_all_spans_lie_within_their_texts_in_order(data):
    for text in texts(data):
        ends = [0, *(place for start, end, _ in text.spans for place in (start, end)), len(text.text)]
        assert ends == sorted(ends)
        assert all(end > start for start, end, _ in text.spans)


def test_a_family_that_is_held_out_is_in_no_text_and_changes_nothing_else(data):
    no_pairs = Amounts(copies=1, swaps=1, cells=30, turns=20, pairs=0)
    others = [name for name in recipe.families() if name not in (KEPT, "logs")]
    both = recipe.texts(data, 1, no_pairs, others)
    one = recipe.texts(data, 1, no_pairs, [*others, "logs"])
    marker = next(t for t in recipe.templates("logs") if not recipe.has_slot(t)).pieces[0][1]
    assert any(s.text == marker for s in both)
    assert not any(s.text == marker for s in one)
    rest = iter(both)
    assert all(s in rest for s in one)


def test_a_family_that_is_not_there_is_told_with_those_that_are(data):
    with pytest.raises(UsageError, match="logs"):
        recipe.texts(data, 1, SMALL, ["nothing"])


def test_a_folder_without_the_sources_is_told_what_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"uner/train\.iob2"):
        recipe.texts(tmp_path, 1, SMALL)


def archive_of(content):
    """A zip archive with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("val.json", content)
    return out.getvalue()


BROKEN_SOURCES = [
    ("crosswoz/val.json.zip", b"PK"),
    ("crosswoz/val.json.zip", archive_of("a" * 999).replace(b"K\x4c", b"\xff\xff\xff\xff", 1)),
    *[("crosswoz/val.json.zip", archive_of(x)) for x in ("{", "[]", "{}", '{"1": {}}', '{"1": {"messages": [5]}}')],
    *[("crosswoz/hotel_db.json", x) for x in (b"{", b"{}", b"[]", b"[1]", b'[["a"]]', b'[["a", {}]]', b"[" * 100_000)],
    ("crosswoz/hotel_db.json", b'[["a", {"\xe5\x9c\xb0\xe5\x9d\x80": 5}]]'),
    *[("divisions/pcas.json", x) for x in (b"{}", b"[1", b"[1]", b"\xff", b'{"a": 5}', b'{"a": {"b": {"c": [5]}}}')],
]


@contextmanager
def broken(file, content):
    """Another content of a file, for a while."""
    whole = file.read_bytes()
    try:
        file.write_bytes(content)
        yield
    finally:
        file.write_bytes(whole)


@pytest.mark.parametrize(("file", "content"), BROKEN_SOURCES)
def test_a_broken_source_is_named_by_whoever_reads_it(data, file, content):
    def dialogues():
        list(recipe.dialogues(data, random.Random(1), 5))

    def cells():
        list(recipe.cells(Fillers(data), random.Random(1), 300))

    readers = {"val.json.zip": [dialogues], "hotel_db.json": [dialogues, cells], "pcas.json": [cells]}
    for read in readers[Path(file).name]:
        with broken(data / file, content), pytest.raises(InputError, match=Path(file).name):
            read()


@pytest.mark.parametrize(
    ("file", "content"), [("crosswoz/hotel_db.json", b'[["a", {"x'), ("divisions/pcas.json", b"{}")]
)
def test_the_command_names_a_broken_source_and_writes_nothing(data, tmp_path, file, content):
    pytest.importorskip("pycrfsuite")
    with broken(data / file, content):
        done = run("train-names", "--data", data, "-o", tmp_path / "x.npz", *but(KEPT))
    assert done.returncode == 3
    assert Path(file).name in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_file_and_line_of_a_broken_corpus(data, tmp_path):
    pytest.importorskip("pycrfsuite")
    (tmp_path / "corpus").write_text(GOOD + WRONG_LINES["brackets"] + "\n", encoding="utf-8")
    done = run("train-names", "--data", data, "-o", "-", "--corpus", tmp_path / "corpus", *but(KEPT))
    assert done.returncode == 3
    assert "corpus, line 2: " in done.stderr.decode()
    assert done.stdout == b""


def test_weibo_is_in_no_text(data):
    assert not any("微博里的" in s.text for s in texts(data))


def test_corpora_of_ones_own_are_trained_with_and_copied_with_other_people(data, tmp_path):
    (tmp_path / "x").write_text("仓库签收人{person=张伟}\n", encoding="utf-8")
    mine = [s for s in texts(data, own=[tmp_path / "x"]) if s.text.startswith("仓库签收人")]
    assert mine[0].text == "仓库签收人张伟"
    assert len(mine) >= 2
    assert any("张伟" not in s.text for s in mine)


@given(st.integers(0, 200))
def test_other_people_are_of_the_same_kind_and_all_else_stays(values, seed):
    told = Sentence(
        "请王小明和约翰·史密斯、Tom Lee到锡山区，", ((1, 4, "PER"), (5, 11, "PER"), (12, 19, "PER"), (20, 23, "ADDR"))
    )
    (new,) = recipe.with_other_people([told, Sentence("没有人", ())], values, random.Random(seed))
    chinese, foreign, latin, place = (new.text[start:end] for start, end, _ in new.spans)
    assert new.text == f"请{chinese}和{foreign}、{latin}到{place}，"
    assert place == "锡山区"
    assert latin.isascii()
    assert chinese != "王小明"
    assert not foreign.isascii() or foreign[1:2] == "·"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("张伟", "person"),
        ("欧阳建国", "person"),
        ("王女士", "titled"),
        ("老王", "nick"),
        ("秀英", "given"),
        ("佐藤健一", "japanese"),
        ("约翰·史密斯", "foreign"),
        ("克林顿", "foreign"),
        ("Tom Lee", "latin"),
        ("马拉多纳", None),
    ],
)
def test_a_name_is_replaced_by_one_of_its_kind_or_stays_where_that_is_in_doubt(name, kind):
    assert recipe._kind_of_person(name) == kind


def test_addresses_in_dialogues_are_labelled_and_turns_with_unknown_ones_left_out(data):
    turns = {s.text: s.spans for s in recipe.dialogues(data, random.Random(1), 10)}
    assert turns == {"它在北京市朝阳区建国路88号。": ((2, 14, "ADDR"),), "好的，再见。": ()}


def test_cells_are_whole_names_or_values_without_a_label(values):
    cells = list(recipe.cells(values, random.Random(1), 300))
    assert all(not s.spans or s.spans[0][:2] == (0, len(s.text)) for s in cells)
    assert {label for s in cells for *_, label in s.spans} == {"PER", "ADDR", "ORG"}
    assert any(not s.spans for s in cells)


def test_a_pair_has_the_names_of_both(values):
    one, two = Sentence("张伟来", ((0, 2, "PER"),)), Sentence("见李娜", ((1, 3, "PER"),))
    for pair in recipe.pairs([one, two], random.Random(3), 20):
        assert {pair.text[a:b] for a, b, _ in pair.spans} <= {"张伟", "李娜"}
        assert len(pair.spans) == 2


def test_a_template_without_a_slot_is_there_once(values):
    fixed, open_ = Template.parse("启动完成"), Template.parse("用户{person}登录")
    filled = list(recipe.filled([fixed, open_], values, random.Random(1), 4))
    assert [s.text for s in filled].count("启动完成") == 1
    assert len(filled) == 5


# -- knowledge


def test_each_list_of_words_is_used():
    """A list that nobody reads is a promise that nobody keeps."""
    package = Path(recipe.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in package.glob("*.py"))
    for file in (package / "words").glob("*.txt"):
        assert re.search(rf"""["']{file.stem}["']""", source), file.name


def test_half_of_the_names_are_left_out_in_training_and_no_other_words(data, few):
    whole = knowledge._lists(data, few, lambda _: True)
    none = knowledge._lists(data, few, lambda _: False)
    names = {word for word in whole if whole[word] != none.get(word)}
    assert {"秀英", "阿里巴巴"} <= names
    assert not names & {"欧阳", "锡山区", "经办人", "女士"}
    bits = {BIT[name] for name in ("given", "foreign", "person", "organisation", "road")}
    assert not any(whole[word] & ~none.get(word, 0) & ~sum(bits) for word in names)


def test_a_table_gives_each_key_the_number_that_it_was_given_and_refuses_what_does_not_fit():
    keys = np.arange(1, 50, dtype=np.uint64)
    kept = keys[without_collisions(keys, 12)]
    numbers = np.arange(len(kept)) % 7 + 1
    table = HashTable.of(tops(kept), 12, numbers)
    assert table.find(kept).tolist() == numbers.tolist()
    for bad in (0, MOST + 1):
        with pytest.raises(ValueError, match=str(MOST)):
            HashTable.of(tops(kept[:1]), 12, np.array([bad]))


# -- training

TRAIN = """
import sys
from pathlib import Path
from anonkit.training import knowledge, recipe, settings, train
words = dict(list(knowledge._jieba().items())[::200])
knowledge._jieba = lambda: words
data, out, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
others = [name for name in recipe.families() if name != sys.argv[4]]
texts = recipe.texts(data, seed, recipe.Amounts(1, 1, 30, 20, 10), others)
known = knowledge.knowledge(data, [text.text for text in texts])
train.train(known, texts, settings.Settings(rounds=15), "test", verbose=False).save(out)
"""


def test_two_trainings_with_the_same_seed_give_the_same_bits(data, tmp_path):
    pytest.importorskip("pycrfsuite")
    runs = [("a", "1"), ("b", "2")]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TRAIN, data, tmp_path / f"{name}.npz", "1", KEPT],
            env={**ENVIRONMENT, "PYTHONHASHSEED": hashes},
        )
        for name, hashes in runs
    ]
    assert [process.wait(120) for process in processes] == [0, 0]
    first, second = ((tmp_path / f"{name}.npz").read_bytes() for name, _ in runs)
    assert first == second


@pytest.mark.parametrize("rounds", [[], ["--rounds", "7"]])
def test_as_many_rounds_are_trained_as_asked_and_as_the_help_says_by_default(rounds):
    help_ = " ".join(run("train-names", "--help").stdout.decode().split())
    assert "stochastic gradient descent" in help_
    assert f"(default: {Settings().rounds})" in help_
    parser = argparse.ArgumentParser()
    train_names.add_to(parser.add_subparsers())
    asked = parser.parse_args(["train-names", "--data", "x", "-o", "y", *rounds])
    assert asked.rounds == (7 if rounds else Settings().rounds)


def test_no_more_hashed_features_are_kept_than_asked_the_weightiest_first():
    features = {(f"U0:{key:x}", "O"): key / 100 for key in range(1, 60)} | {("B0:5", "B-PER"): 0.99, ("W0:3", "O"): 0.5}
    rows = tables._rows(features)
    kept = tables._kept(rows, Settings(smallest=0.4, most=6))
    assert kept["B"].tolist() == [5]
    assert kept["U"].tolist() == [59, 58, 57, 56, 55]
    assert sum(map(len, tables._kept(rows, Settings(smallest=0.5)).values())) == 11


@pytest.fixture(scope="module")
def few():
    """A few words of jieba."""
    return dict(list(knowledge._jieba().items())[::200])


@pytest.fixture
def quick(monkeypatch, few):
    """The command trains on little, with a few words of jieba."""
    pytest.importorskip("pycrfsuite")
    monkeypatch.setattr(knowledge, "_jieba", lambda: few)
    monkeypatch.setattr(recipe, "texts", functools.partial(recipe.texts, amounts=SMALL))


def but(*kept):
    """Options that hold out all families but these."""
    return [word for name in recipe.families() if name not in kept for word in ("--hold-out", name)]


def test_the_command_learns_from_a_corpus_of_ones_own_and_reports(quick, data, tmp_path):
    (tmp_path / "mine.txt").write_text("仓库签收人{person}于今日入库\n" * 60, encoding="utf-8")
    out = tmp_path / "mine.npz"
    words = ["--data", data, "--seed", 3, "-o", out, "--corpus", tmp_path / "mine.txt", "--rounds", 25, "--report"]
    with mock.patch.object(report, "rows", functools.partial(_few_rows, report.rows)):
        done = run("train-names", *words, *but(KEPT))
    assert done.returncode == 0, done.stderr
    model = load(out)
    assert "--seed 3" in model.about
    assert "mine" not in model.about
    found = Names(lambda: model).find("仓库签收人周建平于今日入库".encode())
    assert [(name.start, name.end, name.entity) for name in found] == [(15, 24, "PERSON")]
    told = done.stdout.decode().splitlines()
    assert told[0].split() == ["texts", "entity", "n", "F1", "leak", "false"]
    for name in ("logs (held out)", f"{KEPT} (other fillings)", "UNER GSDSimp test", "Weibo"):
        assert any(line.startswith(name) for line in told)
    assert b"never trained with" in done.stderr
    assert b"\r" not in done.stderr


def _few_rows(rows, model, data, seed, held_out):
    """The report, of two families only."""
    with mock.patch.object(recipe, "families", return_value=["logs", KEPT]):
        yield from rows(model, data, seed, held_out)


def test_without_crfsuite_the_command_says_what_to_install(data, tmp_path):
    with mock.patch.dict(sys.modules, {"pycrfsuite": None}):
        done = run("train-names", "--data", data, "-o", tmp_path / "x.npz")
    assert done.returncode == 2
    assert b"pip install 'anonkit[train]'" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "x.npz").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--rounds", "0"], 2, "--rounds"),
        (["--hold-out", "nothing"], 2, "traditional"),
        (["--corpus", "/nowhere/x"], 3, "/nowhere/x"),
        (["--data", "/nowhere"], 3, "docs/names.md"),
        (["-o", "/nowhere/x.npz"], 4, "/nowhere/x.npz"),
        (["-o", "/"], 2, "/: is a folder; name a file"),
        (["-o", ""], 2, "-o has no name"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(quick, data, tmp_path, words, code, told):
    done = run("train-names", "--data", data, "-o", tmp_path / "x.npz", *words)
    assert done.returncode == code
    assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", ["", ".", "none/x.npz", "closed/x.npz"])
def test_where_the_model_cannot_go_is_told_before_texts_are_built(data, tmp_path, output):
    pytest.importorskip("pycrfsuite")
    (tmp_path / "closed").mkdir(0o500)
    if output.startswith("closed") and os.access(tmp_path / "closed", os.W_OK):
        pytest.skip("root may write anywhere")
    with mock.patch.object(recipe, "texts", side_effect=AssertionError("built")):
        done = run("train-names", "--data", data, "-o", tmp_path / output if output != "" else "")
    assert done.returncode == (4 if "/" in output else 2)
    assert done.stderr.count(b"\n") == 1
    assert b"--out-dir" not in done.stderr


def test_the_command_tells_what_corpora_were_taken_for_and_counts_one_round(quick, data, tmp_path):
    (tmp_path / "mine.txt").write_text("{person=张伟}来了\n", encoding="utf-8")
    words = ["--data", data, "-o", tmp_path / "x.npz", "--corpus", tmp_path / "mine.txt", "--rounds", 1]
    done = run("train-names", *words, *but(KEPT))
    assert done.returncode == 0, done.stderr
    told = done.stderr.decode()
    assert f"{tmp_path / 'mine.txt'}: read as sentences with marks; sentences: 1, names: 1\n" in told
    assert " 1 round\n" in told


LINES = [
    "用户张伟通过手机13512345678登录成功",
    "\U0001f600我叫王小明,住在北京市海淀区中关村大街27号",
    "没有人",
    "",
    "用户张伟\n登录成功",
]


@given(st.lists(st.sampled_from(LINES), max_size=6))
def test_a_model_is_scored_by_what_scrubbing_finds_with_it(texts):
    found = evaluate.find(shipped(), texts)
    assert len(found) == len(texts)
    for text, spans in zip(texts, found, strict=True):
        names = [name for name in Names(shipped).find(text.encode()) if name.confidence >= 0.5]
        assert [(text[start:end].encode(), entity) for start, end, entity in spans] == [
            (text.encode()[name.start : name.end], name.entity) for name in names
        ]


def test_scores_count_what_is_right_what_leaks_and_what_is_false():
    told = [
        Sentence("张伟在海淀区", ((0, 2, "PER"), (3, 6, "ADDR"))),
        Sentence("李娜和王芳", ((0, 2, "PER"), (3, 5, "PER"))),
        Sentence("高峰时段", ()),
    ]
    found = [[(0, 2, "PERSON"), (3, 5, "ADDRESS")], [(0, 2, "PERSON")], [(0, 2, "PERSON")]]
    counts = evaluate.count(told, found)
    assert counts["PERSON"] == evaluate.Score(gold=3, found=3, right=2, leaked=1, false=1)
    assert counts["ADDRESS"] == evaluate.Score(gold=1, found=1, right=0, leaked=1, false=0)
    assert counts["PERSON"].precision == counts["PERSON"].recall == counts["PERSON"].f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("entity", "leaks"), [("PERSON", (0, 0)), ("ORGANIZATION", (1, 0)), ("PHONE_NUMBER", (0, 0)), (None, (1, 1))]
)
def test_what_is_taken_for_an_organisation_hides_no_person_as_it_is_kept(entity, leaks):
    told = [Sentence("张伟", ((0, 2, "PER"),)), Sentence("平安", ((0, 2, "ORG"),))]
    counts = evaluate.count(told, [[(0, 2, entity)] if entity else []] * 2)
    assert (counts["PERSON"].leaked, counts["ORGANIZATION"].leaked) == leaks


def test_a_table_has_a_line_for_each_score():
    score = evaluate.Score(gold=4, found=4, right=3, leaked=1, false=2)
    head, line, none = report.table([report.Row("logs", "PERSON", score), report.Row("x", "PERSON", evaluate.Score())])
    assert line.split() == ["logs", "PERSON", "4", "0.750", "0.250", "2"]
    assert none.split() == ["x", "PERSON", "0", "-", "-", "0"]
    assert len(head) == len(line) == len(none)


# -- what is told and shipped


def test_the_corpora_that_the_page_shows_are_read(tmp_path, values):
    page = ROOT / "docs" / "names.md"
    if not page.exists():
        pytest.skip("no checkout")
    shown = re.findall(r"```(?:text|json)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(shown) == 3
    for number, content in enumerate(shown):
        (tmp_path / str(number)).write_text(content, encoding="utf-8")
        assert all(s.spans[0][2] == "PER" for s in corpora.own(tmp_path / str(number), values, "1"))


def test_the_page_tells_the_sources_that_are_needed_and_labels_that_are_known():
    page = ROOT / "docs" / "names.md"
    if not page.exists():
        pytest.skip("no checkout")
    told = page.read_text(encoding="utf-8")
    for name in recipe.NEEDED:
        assert Path(name).name in told
    for label, ours in corpora._LABELS.items():
        assert re.search(rf"\b{label}\b", told), ours


def test_the_wheel_brings_the_model_its_licence_and_what_it_is_made_from():
    wheel = pytest.importorskip("hatchling.builders.wheel")
    if not (ROOT / "recognizers").exists():
        pytest.skip("no checkout, the wheel itself is tested")
    inside = {file.distribution_path for file in wheel.WheelBuilder(str(ROOT)).recurse_included_files()}
    names = [f"anonkit/training/sentences/{family}.txt" for family in recipe.families()]
    assert inside >= {*names, "anonkit/detect/names/names.npz", "anonkit/training/words/surnames.txt"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "anonkit/detect/names/LICENSE-names.npz.txt" in project["license-files"]
    assert all((ROOT / file).is_file() for file in project["license-files"])
    assert any(one.startswith("python-crfsuite") for one in project["optional-dependencies"]["train"])
    assert not any("crfsuite" in one for one in project["dependencies"])


def test_the_licence_of_the_model_names_all_sources():
    text = (Path(anonkit.__file__).parent / "detect" / "names" / "LICENSE-names.npz.txt").read_text(encoding="utf-8")
    for source in (
        "UNER_Chinese-GSDSIMP",
        "UNER_Chinese-PUD",
        "CrossWOZ",
        "Administrative-divisions-of-China",
        "jieba",
    ):
        assert source in text
    assert "https://creativecommons.org/licenses/by-sa/4.0/legalcode" in text


def test_every_template_of_every_family_can_be_filled(values):
    for family in recipe.families():
        for template in sentences.read(sentences.FOLDER / f"{family}.txt"):
            template.fill(values, random.Random(1))
