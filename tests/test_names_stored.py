"""Models of one's own: what is no model is told before anything is written, and never by a traceback."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit import PolicyError, Scrubber
from anonkit.detect.names import stored
from anonkit.detect.names.model import SHIPPED, load
from tests.in_process import run

LINE = "用户张伟通过手机13512345678登录成功\n"


@pytest.fixture(scope="module")
def arrays():
    with np.load(SHIPPED) as file:
        return dict(file)


def changed(table, at, value):
    table = table.copy()
    table[at] = value
    return table


BY_HEAD = {
    "an empty array": lambda a: {"kind": a["kind"][:0]},
    "an empty array of weights": lambda a: {"weights U 0": a["weights U 0"][:0]},
    "an array of two dimensions": lambda a: {"weights W 0": a["weights W 0"].reshape(-1, 8)},
    "a number where an array belongs": lambda _: {"kind": np.uint8(3)},
    "other types": lambda a: {"words": a["words"].astype(np.int64)},
    "floats": lambda a: {"weights U 0": a["weights U 0"].astype(np.float16)},
    "another order of bytes": lambda a: {"weights U 0": a["weights U 0"].astype(">i2")},
    "objects": lambda _: {"lists": np.array([{}], object)},
    "a list of words of half the size": lambda a: {"words": a["words"][: 1 << 19]},
    "a vocabulary of half the size": lambda a: {"vocabulary": a["vocabulary"][: 1 << 19]},
    "weights of half the size": lambda a: {"weights A 0": a["weights A 0"][: 1 << 14]},
    "one table of half the size": lambda a: {"weights B 0": a["weights B 0"][: len(a["weights B 0"]) // 16 * 8]},
    "part of a row": lambda a: {f"weights U {i}": a[f"weights U {i}"][:-1] for i in range(-3, 4)},
    "fewer characters": lambda a: {"surname": a["surname"][:-1]},
    "transitions of other labels": lambda a: {"transitions": a["transitions"][:7, :7]},
    "a huge unit": lambda _: {"unit": np.int64(1 << 40)},
    "no unit": lambda _: {"unit": np.int64(0)},
    "a unit below zero": lambda _: {"unit": np.int64(-5)},
    "no text": lambda _: {"about": np.array([0xFF], np.uint8)},
    "one array too many": lambda _: {"weights X 0": np.zeros(8, np.int16)},
}
BY_VALUES = {
    "a character beyond the last": lambda a: {"number": changed(a["number"], 65, len(a["kind"]))},
    "a pad that is none": lambda a: {"number": changed(a["number"], 0, 1)},
    "a character that is a pad": lambda a: {"number": changed(a["number"], 65, 0)},
    "a kind beyond the last": lambda a: {"kind": changed(a["kind"], 5, 16)},
    "a family name beyond the most frequent": lambda a: {"surname": changed(a["surname"], 5, 4)},
    "a given name beyond the likeliest": lambda a: {"given": changed(a["given"], (5, 1), 6)},
    "a list beyond the last, of a character": lambda a: {"alone": changed(a["alone"], 5, 1 << 17)},
    "a list beyond the last, of a word": lambda a: {"lists": changed(a["lists"], 5, 1 << 17)},
    "lists of what is no word": lambda a: {"lists": changed(a["lists"], 0, 1)},
    "a word beyond the last": lambda a: {"words": changed(a["words"], 5, len(a["lists"]))},
    "a row beyond the last": lambda a: {"vocabulary": changed(a["vocabulary"], 5, (1 << 20) - 1)},
    "weights that are too high": lambda a: {"weights U 0": changed(a["weights U 0"], 8, 32_000)},
    "a transition that cannot be": lambda a: {"transitions": changed(a["transitions"], (0, 1), 0)},
    "a transition that is too high": lambda a: {"transitions": changed(a["transitions"], (0, 0), 1 << 20)},
    "a transition that is too low": lambda a: {"transitions": changed(a["transitions"], (0, 0), -(1 << 30))},
}
SENTENCE = "is no model of names; `anonkit train-names` makes one"


def refused(act, file):
    with pytest.raises(PolicyError, match=f"^{re.escape(f'{file}: {SENTENCE}')}$"):
        act(file)


def policy(folder):
    file = folder / "own.toml"
    file.write_text('promise = "anonymize"\ndefault = "label"\n[names]\nengines = ["own.npz"]\n', encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("case", BY_HEAD)
def test_arrays_of_another_form_are_seen_by_the_head_of_the_file(case, arrays, tmp_path):
    file = tmp_path / "own.npz"
    np.savez(file, **arrays | BY_HEAD[case](arrays))
    refused(stored.require, file)
    refused(load, file)


@pytest.mark.parametrize("case", BY_VALUES)
def test_arrays_that_hold_what_they_cannot_are_refused_when_they_are_read(case, arrays, tmp_path):
    file = tmp_path / "own.npz"
    np.savez(file, **arrays | BY_VALUES[case](arrays))
    stored.require(file)
    refused(load, file)


@pytest.mark.parametrize("name", ["kind", "about", "unit", "transitions", "weights U 0", "weights D 0"])
def test_a_missing_array_is_refused(name, arrays, tmp_path):
    file = tmp_path / "own.npz"
    np.savez(file, **{key: value for key, value in arrays.items() if key != name})
    refused(stored.require, file)
    refused(load, file)


def test_what_is_no_archive_of_arrays_is_refused(tmp_path):
    file = tmp_path / "own.npz"
    array, archive = io.BytesIO(), io.BytesIO()
    np.save(array, np.zeros(3))
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("readme.txt", "no model")
    for content in (b"", b"no model", array.getvalue(), archive.getvalue(), SHIPPED.read_bytes()[:100_000]):
        file.write_bytes(content)
        refused(stored.require, file)
        refused(load, file)


def test_a_folder_is_no_model(tmp_path):
    refused(stored.require, tmp_path)
    refused(load, tmp_path)


@pytest.mark.parametrize("content", [b"", SHIPPED.read_bytes()[:-1000]])
@pytest.mark.parametrize("text", [LINE, "by Zhang Wei\n"])
def test_a_broken_model_ends_a_run_before_a_byte_is_written(content, text, tmp_path):
    (tmp_path / "own.npz").write_bytes(content)
    log, out = tmp_path / "a.log", tmp_path / "clean.log"
    log.write_text(text, encoding="utf-8")
    for words in (["scrub", log, "-o", out], ["scrub", log], ["scrub", log, "--in-place"], ["scan", log]):
        done = run(*words, "--policy", policy(tmp_path))
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
        assert SENTENCE.encode() in done.stderr
    assert not out.exists()
    assert log.read_text(encoding="utf-8") == text


def test_the_shipped_model_passes_the_whole_check(tmp_path):
    file = tmp_path / "own.npz"
    file.write_bytes(SHIPPED.read_bytes())
    load(file)
    assert Scrubber(policy=policy(tmp_path)).scrub(LINE) == "用户<PERSON>通过手机<CN_MOBILE>登录成功\n"


@settings(max_examples=25, deadline=None)
@given(at=st.integers(-6000, -1) | st.integers(0, 3000) | st.integers(0, 1 << 20), by=st.integers(1, 255))
def test_a_file_with_damage_anywhere_is_a_model_or_refused(at, by, tmp_path_factory):
    content = bytearray(SHIPPED.read_bytes())
    content[at] ^= by
    file = tmp_path_factory.mktemp("damaged") / "own.npz"
    file.write_bytes(content)
    with contextlib.suppress(PolicyError):
        load(file)
