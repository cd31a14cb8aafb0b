"""Does the lint see what the exceptions of a policy let through, whatever they are, and in seconds?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from anonkit import catalog
from anonkit.model import Action, Policy, Values
from anonkit.policy import lint, patterns
from anonkit.policy.samples import samples
from anonkit.transform.spelling import canonical

CARDS = catalog.load(examples=False)


def found(promise="anonymize", **allow):
    policy = replace(Policy("mine", promise, Action("label")), allow=Values(**allow))
    return lint.findings(policy, CARDS)


def test_there_are_some_hundred_samples_and_each_time_the_same():
    made = samples()
    assert set(made) <= {card.entity for card in CARDS}
    assert len(made["IP_ADDRESS"]) >= 400
    assert {value.split(".")[0] for value in made["IP_ADDRESS"] if "." in value} >= {str(n) for n in range(1, 224)} - {
        "127"
    }
    assert {value[:3] for value in made["CN_MOBILE"]} == {str(n) for n in range(130, 200)}
    assert made == samples.__wrapped__()
    assert all(canonical(value, "CN_ID_CARD") == value and len(value) == 18 for value in made["CN_ID_CARD"])


@pytest.mark.parametrize(
    "pattern",
    [
        r"117\..*", r".*@qq\.com", r"[0-9]{7}", r"u_[a-z]+", r"zhang.*", r"王.+", r"(?i)[0-9a-f]{64}", r"\w+",
        r"440\d+[0-9X]", r"wxid_.*", r"010-?\d{8}", r"京.*", r"19[0-9]{2}\d{4}|.*@163\.com", r"6222\d+",
    ],
)  # fmt: skip
def test_a_pattern_for_values_of_people_is_refused(pattern):
    assert any(c.is_refusal and "through" in c.sentence for c in found(patterns=(pattern,)))


@pytest.mark.parametrize(
    "pattern", [r"400-\d{3}-\d{4}", r"955\d{2}", r"100\d\d", r"ORD\d{10}", r"[A-Z]+-\d{2}", r"v\d+\.\d+"]
)
def test_a_pattern_for_nobodys_values_is_not(pattern):
    assert not found(patterns=(pattern,))
    assert not found("deidentify", patterns=(pattern,))


@pytest.mark.parametrize("value", ["张三", "zhangsan", "广东省深圳市南山区科技路1号", "1990-05-06", "u_abc"])
def test_a_value_that_may_be_somebodys_is_told_and_not_shown(value):
    (complaint,) = found(values=(value,))
    assert value not in complaint.sentence


def test_many_unknown_values_are_told_in_few_lines():
    told = found(values=tuple(f"name {chr(97 + n % 26)} {chr(97 + n // 26)}" for n in range(500)))
    assert len(told) == 20
    assert "nor 480 more" in " ".join(c.sentence for c in told)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"values": ("x",) * (patterns.MOST_VALUES + 1)}, "100,001 values"),
        ({"patterns": ("x",) * (patterns.MOST_PATTERNS + 1)}, "1,001 patterns"),
        ({"patterns": ("a?" * 50_000,)}, "100,000 characters"),
        ({"patterns": ("(.*)*",)}, "can take forever"),
    ],
)
@pytest.mark.parametrize("name", ["allow", "deny"])
def test_a_list_that_takes_long_is_refused_before_it_is_looked_through(name, table, reason):
    policy = replace(Policy("mine", "mask", Action("label")), **{name: Values(**table)})
    assert any(c.is_refusal and reason in c.sentence for c in lint.findings(policy, CARDS))


def test_a_threshold_that_loses_a_direct_identifier_altogether_is_no_deidentification():
    refused = {
        c.path
        for c in lint.findings(replace(Policy("m", "deidentify", Action("label")), threshold=1.0), CARDS)
        if c.is_refusal
    }
    assert refused == {("threshold",)}
    some = replace(Policy("m", "deidentify", Action("label")), threshold=0.6)
    assert lint.findings(some, CARDS)
    assert not any(c.is_refusal for c in lint.findings(some, CARDS))


def test_no_sample_takes_long_to_look_at():
    assert all(len(value) <= 64 for values in samples().values() for value in values)
    assert all(re.fullmatch(r"\S+", value) for values in samples().values() for value in values)
