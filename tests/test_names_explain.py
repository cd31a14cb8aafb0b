"""Is what `anonkit explain` says of names true?"""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit import Scrubber
from anonkit.detect.names.labels import (
    B_ADDR,
    B_ORG,
    B_PER,
    E_PER,
    I_ADDR,
    I_ORG,
    I_PER,
    LABELS,
    PREVIOUS,
    O,
)  # fmt: skip
from anonkit.detect.names.marginals import marginals, of_text
from anonkit.detect.names.model import shipped
from anonkit.scrubbing import explaining, readings
from tests.command import run

EASY = "我叫王小明,住在北京市海淀区中关村大街27号"
UNIT = 100
FORBIDDEN = -(1 << 20)
INNER = {B_PER: (I_PER, E_PER), B_ADDR: (I_ADDR, I_ADDR), B_ORG: (I_ORG, I_ORG)}


@st.composite
def problems(draw, longest=4):
    """Scores of a short text and transitions, in hundredths of natural logarithms."""
    size = draw(st.integers(1, longest))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([1, 100, 1000]))
    transitions = np.full((len(LABELS), len(LABELS)), FORBIDDEN, np.int32)
    for to, before in PREVIOUS.items():
        for label in before:
            transitions[label, to] = random.integers(-spread, spread + 1)
    return random.integers(-spread, spread + 1, (size, len(LABELS))).astype(np.int16), transitions


def labellings(scores, transitions):
    """All labellings of a text between two O, with their weights."""
    for labels in itertools.product(range(len(LABELS)), repeat=len(scores)):
        steps = [transitions[a, b] for a, b in itertools.pairwise([O, *labels, O])]
        if min(steps) > FORBIDDEN:
            total = sum(int(s) for s in steps) + sum(int(scores[i, label]) for i, label in enumerate(labels))
            yield labels, np.exp(total / UNIT)


def names_of(labels):
    """Start, end and first label of each name of a labelling that is allowed."""
    found = []
    for start, label in enumerate(labels):
        if label in INNER:
            end = start + 1
            while end < len(labels) and labels[end] in INNER[label]:
                end += 1
                if labels[end - 1] == E_PER:
                    break
            found.append((start, end, label))
    return found


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_probabilities_are_those_of_all_labellings_together(problem):
    scores, transitions = problem
    every = list(labellings(scores, transitions))
    total = sum(weight for _, weight in every)
    of_labels = np.zeros(scores.shape)
    of_names: dict[tuple[int, int, int], float] = {}
    for labels, weight in every:
        of_labels[np.arange(len(labels)), labels] += weight / total
        for name in names_of(labels):
            of_names[name] = of_names.get(name, 0.0) + weight / total
    answer = marginals(scores, transitions, UNIT)
    np.testing.assert_allclose(answer.of_labels, of_labels, atol=1e-9)
    for start in range(len(scores)):
        for end in range(start, len(scores) + 1):
            for begin in INNER:
                expected = of_names.get((start, end, begin), 0.0)
                assert answer.of_name(start, end, begin) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.text("我叫王小明在北京市海淀区住a1,。 ", min_size=1, max_size=200))
def test_the_labels_of_a_character_have_the_probability_one_together(text):
    of_labels = of_text(shipped(), text).of_labels
    assert of_labels.shape == (len(text), len(LABELS))
    np.testing.assert_allclose(of_labels.sum(axis=1), 1, atol=1e-6)


def test_a_long_run_has_probabilities_too():
    answer = of_text(shipped(), EASY * 200)
    assert np.isfinite(answer.of_labels).all()
    assert answer.of_name(2, 5, B_PER) > 0.5


def explained(text, **options):
    scrubber = Scrubber(**options)
    rows = explaining.explain(scrubber, text)
    return rows, readings.labelled(scrubber, text, rows)


def test_each_character_of_a_run_with_a_name_has_its_label():
    _, (run_,) = explained(EASY)
    assert "".join(c.character for c in run_.characters) == EASY
    assert [c.label for c in run_.characters[:6]] == ["O", "O", "B-PER", "I-PER", "E-PER", "O"]
    assert all(0 <= c.probability <= 1 for c in run_.characters)
    assert all(EASY[c.start : c.end] == c.character for c in run_.characters)


def test_a_found_name_has_its_probability():
    _, (run_,) = explained(EASY)
    (person,) = [name for name in run_.names if name.entity == "PERSON"]
    assert (person.start, person.end) == (2, 5)
    assert 0.5 < person.probability <= 1


@pytest.mark.parametrize("text", [EASY, "姓名:王任务", '{"realName":"王高级"} 完成', "联系人张伟,王小明"])
def test_each_candidate_has_the_probability_that_the_model_gives_it(text):
    rows, runs = explained(text)
    places = {(f.entity, f.start, f.end) for f, _, _ in rows if f.entity in ("PERSON", "ADDRESS", "ORGANIZATION")}
    assert places
    assert places <= {(n.entity, n.start, n.end) for run_ in runs for n in run_.names}


def test_text_without_names_has_no_labels():
    assert explained("系统启动完成, 手机13512345678")[1] == []
    assert explained("mail a@example.com")[1] == []


def test_what_is_not_looked_for_has_no_labels():
    assert explained(EASY, skip=["PERSON", "ADDRESS", "ORGANIZATION"])[1] == []


@pytest.mark.parametrize("before", ["", "𠮷😀 ", "\ud800", "a\n"])
def test_positions_are_code_points_of_the_text(before):
    text = before + EASY
    _, runs = explained(text)
    (person,) = [n for run_ in runs for n in run_.names if n.entity == "PERSON"]
    assert text[person.start : person.end] == "王小明"


def names_by(tmp_path, engines):
    file = tmp_path / "own.toml"
    file.write_text(
        f'promise = "anonymize"\ndefault = "label"\n[names]\nengines = {json.dumps(engines)}\n', encoding="utf-8"
    )
    return str(file)


def test_a_model_of_ones_own_is_the_one_that_is_shown(tmp_path):
    shipped().save(tmp_path / "mine.npz")
    _, runs = explained(EASY, policy=names_by(tmp_path, ["mine.npz"]))
    assert runs == explained(EASY)[1]


@pytest.mark.parametrize("text", [EASY, "by Zhang Wei"])
def test_a_model_that_is_none_is_told_in_a_sentence(tmp_path, text):
    (tmp_path / "mine.npz").write_bytes(b"no model")
    (tmp_path / "staff.txt").write_text("Zhang Wei\n", encoding="utf-8")
    policy = names_by(tmp_path, ["mine.npz"])
    done = run("explain", text, "--policy", policy, "--names-list", tmp_path / "staff.txt")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert b"is no model of names; `anonkit train-names` makes one" in done.stderr


def test_without_a_model_there_are_no_labels(tmp_path):
    text = f"姓名:王小明 {EASY}"
    rows, runs = explained(text, policy=names_by(tmp_path, []))
    assert "PERSON" in {f.entity for f, _, _ in rows}
    assert runs == []


def test_labels_of_escaped_characters_stand_where_the_escapes_are():
    escaped = EASY.encode("unicode_escape").decode()
    text = f'{{"message": "{escaped}"}}'
    _, runs = explained(text)
    characters = [c for run_ in runs for c in run_.characters if c.label.endswith("PER")]
    assert [c.character for c in characters] == list("王小明")
    assert [text[c.start : c.end] for c in characters] == [c.encode("unicode_escape").decode() for c in "王小明"]


def test_what_is_remembered_of_a_text_is_not_in_a_repr():
    _, runs = explained(EASY)
    assert not set("王小明海淀") & set(repr(runs))


def test_the_command_shows_labels_and_probabilities_beside_the_reasons():
    shown = run("explain", EASY).stdout.decode()
    assert "[王小明](PERSON)" in shown
    assert "王 B-PER" in shown
    assert "2-5 PERSON: probability 0." in shown or "2-5 PERSON: probability 1." in shown


def test_the_json_form_holds_the_same_and_no_character_of_the_text():
    result = run("explain", EASY, "--format", "json")
    assert result.returncode == 0
    told = json.loads(result.stdout)
    (labelled,) = told["runs"]
    assert [c["label"] for c in labelled["characters"][2:5]] == ["B-PER", "I-PER", "E-PER"]
    assert {"entity", "start", "end", "probability"} == set(labelled["names"][0])
    assert (2, 5, "PERSON", True) in {(c["start"], c["end"], c["entity"], c["taken"]) for c in told["candidates"]}
    without_words = json.dumps([{**c, "context": []} for c in told["candidates"]] + told["runs"], ensure_ascii=False)
    assert not {c for c in EASY if not c.isascii()} & set(without_words)
