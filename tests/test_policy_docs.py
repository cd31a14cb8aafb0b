"""Does docs/policies.md say what is so?"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from anonkit import catalog
from anonkit.model import Policy
from anonkit.policy import check, files, lint
from anonkit.policy.spaces import GPU, PYTHON_CORE, duration

PAGE = (Path(__file__).parent.parent / "docs" / "policies.md").read_text(encoding="utf-8")
CARDS = catalog.load()


def test_the_policy_of_the_page_is_one_and_keeps_its_promise():
    text = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    policy = check.load(text, "agency", CARDS, "agency.toml")
    assert not lint.findings(policy, CARDS)


def test_every_built_in_policy_stands_on_the_page():
    section = PAGE.split("## The built-in policies\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([^`]*)` \|", section, re.MULTILINE) == [*files.BUILTINS]


def test_every_key_of_a_policy_stands_on_the_page():
    for field in fields(Policy):
        if field.name not in ("name", "source"):
            assert re.search(rf"\b{field.name}\b", PAGE), field.name


def test_the_lists_of_sensitive_information_on_the_page_are_those_of_the_cards():
    row = next(line for line in PAGE.splitlines() if line.startswith("| `sensitive` |"))
    assert set(re.findall("`([a-z0-9-]+)`", row)) - {"sensitive"} == {name for c in CARDS for name in c.sensitive}


@pytest.mark.parametrize(
    "row", [line for line in PAGE.splitlines() if re.search(r"\| 2\^", line)], ids=lambda row: row.split("|")[1].strip()
)
def test_the_times_of_the_page_are_computed(row):
    _, _, values, core, gpu, _ = (cell.strip() for cell in row.split("|"))
    count = 2 ** float(values.removeprefix("2^"))
    for said, rate in ((core, PYTHON_CORE), (gpu, GPU)):
        seconds = re.fullmatch(r"0\.(\d+) s", said)
        made = duration(count / rate)
        assert made == (f"{int(seconds[1].ljust(3, '0'))} ms" if seconds else said)
