"""Under `linked`: what counts as personal, over records, files and links, and what does not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonkit
from anonkit import Action, Policy, Scrubber
from anonkit.linking import links as linking
from anonkit.linking.links import Hasher, HashSet, Links, Records
from tests.command import is_clean, run

LINKED = Policy("linked", "deidentify", Action("label"), combination="linked")
TOKEN = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
HASHER = Hasher()


def records(lines):
    """Each value is a letter for its class and a name: D direct, L linkable, Q quasi."""
    rows = [(number, value) for number, line in enumerate(lines) for value in line]
    return Records(
        np.array([number for number, _ in rows], np.int64),
        np.array([value[0] == "D" for _, value in rows], bool),
        np.array([value[0] == "L" for _, value in rows], bool),
        HASHER.hashes("X", [value for _, value in rows]),
    )


def personal(blocks, names):
    links = Links()
    for block in blocks:
        links.add(records(block))
    links.settle()
    return {name for name in names if links.are_personal(HASHER.hashes("X", [name]))[0]}


def by_definition(lines):
    """The rule, said slowly."""
    found, before = set(), None
    while found != before:
        before = set(found)
        for line in lines:
            if any(v[0] == "D" or (v[0] == "L" and v in found) for v in line):
                found |= {v for v in line if v[0] != "D"}
    return found


VALUES = [f"{kind}{n}" for kind in "DLQ" for n in range(5)]
LINES = st.lists(st.lists(st.sampled_from(VALUES), max_size=4), max_size=12)


@given(st.lists(LINES, max_size=3))
def test_links_are_followed_as_the_rule_says_whatever_the_order(blocks):
    lines = [line for block in blocks for line in block]
    assert personal([b for b in blocks if any(b)], VALUES) - {f"D{n}" for n in range(5)} == by_definition(lines)


@given(LINES)
def test_links_are_followed_over_the_borders_of_what_is_read_at_once(lines):
    rows, linking._CHUNK_ROWS = linking._CHUNK_ROWS, 2
    try:
        assert personal([lines], [v for v in VALUES if v[0] != "D"]) == by_definition(lines)
    finally:
        linking._CHUNK_ROWS = rows


@given(st.lists(st.lists(st.integers(0, 99)), max_size=30))
def test_a_set_of_hashes_holds_what_was_added_in_memory_and_on_disk(batches):
    most, linking._IN_MEMORY = linking._IN_MEMORY, 16
    try:
        held = HashSet()
        for batch in batches:
            held.add(np.array(batch, np.uint64))
        expected = [number in {n for batch in batches for n in batch} for number in range(100)]
        assert held.contains(np.arange(100, dtype=np.uint64)).tolist() == expected
    finally:
        linking._IN_MEMORY = most


def test_a_chain_of_links_is_followed_to_its_end_in_one_go():
    chain = [[f"L{n}", f"L{n + 1}"] for n in range(20_000)]
    assert personal([chain, [["L20000", "D"]]], ["L0", "L9999", "M"]) == {"L0", "L9999"}


@pytest.mark.parametrize(("line", "scrubbed"), [
    ("phone=13812345678 ip=8.8.8.8", "phone=<CN_MOBILE> ip=<IP_ADDRESS>"),
    ("ip=8.8.4.4 ok", "ip=8.8.4.4 ok"),
    (f"phone=13812345678 deviceId={TOKEN}\ndeviceId={TOKEN} ip=8.8.8.8\nip=8.8.8.8",
     "phone=<CN_MOBILE> deviceId=<DEVICE_ID>\ndeviceId=<DEVICE_ID> ip=<IP_ADDRESS>\nip=<IP_ADDRESS>"),
    ("ip=8.8.8.8\nphone=13812345678 ip=８.８.８.８", "ip=<IP_ADDRESS>\nphone=<CN_MOBILE> ip=<IP_ADDRESS>"),
    ("password=abc12345", "password=<SECRET>"),
    ("ERROR ip=8.8.8.8\n  at com.x.Y(phone=13812345678)\nINFO ip=8.8.4.4",
     "ERROR ip=<IP_ADDRESS>\n  at com.x.Y(phone=<CN_MOBILE>)\nINFO ip=8.8.4.4"),
    ('{\n "user": {\n  "phone": "13812345678"\n },\n "ip": "8.8.8.8"\n}\n{"ip":"8.8.4.4"}',
     '{\n "user": {\n  "phone": "<CN_MOBILE>"\n },\n "ip": "<IP_ADDRESS>"\n}\n{"ip":"8.8.4.4"}'),
    ("  ip=8.8.4.4", "  ip=<IP_ADDRESS>"),  # the rest of a record that nobody saw
])  # fmt: skip
def test_a_linkable_value_goes_where_a_direct_one_is_linked_to_it(line, scrubbed):
    assert anonkit.scrub(line, policy=LINKED) == scrubbed


def test_without_a_first_pass_everything_is_scrubbed():
    assert Scrubber(None, LINKED).scrub_block(b"ip=8.8.4.4")[0] == b"ip=<IP_ADDRESS>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_links_hold_in_every_encoding(encoding):
    text = f"姓名=张三 deviceId={TOKEN}\n设备 deviceId={TOKEN}\nip=8.8.4.4"
    scrubbed = anonkit.scrub(text.encode(encoding), policy=LINKED).decode(encoding)
    assert scrubbed == "姓名=<PERSON> deviceId=<DEVICE_ID>\n设备 deviceId=<DEVICE_ID>\nip=8.8.4.4"


@pytest.fixture
def policy_file(tmp_path):
    file = tmp_path / "linked.toml"
    file.write_text('promise = "deidentify"\ncombination = "linked"\ndefault = "label"\n', encoding="utf-8")
    return file


@pytest.mark.parametrize("jobs", [1, 2])
def test_links_go_from_one_file_to_another_and_the_report_says_what_was_kept_and_why(tmp_path, policy_file, jobs):
    (tmp_path / "a.log").write_text(f"deviceId={TOKEN} ip=9.9.9.9\nip=8.8.4.4\n" * 3, encoding="utf-8")
    (tmp_path / "b.log").write_text(f"phone=13812345678 deviceId={TOKEN}\n" * 40_000, encoding="gb18030")
    report = tmp_path / "report.json"
    result = run("scrub", tmp_path / "a.log", tmp_path / "b.log", "--out-dir", tmp_path / "out", "--policy",
                 policy_file, "--jobs", jobs, "--report", report)  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert is_clean(result)
    first = (tmp_path / "out" / "a.log").read_text(encoding="utf-8")
    assert first == "deviceId=<DEVICE_ID> ip=<IP_ADDRESS>\nip=8.8.4.4\n" * 3
    assert b"IP_ADDRESS 3" in result.stderr.split(b"kept", 1)[1]
    assert json.loads(report.read_text())["kept_as_not_linked"] == {"IP_ADDRESS": 3}


@pytest.mark.parametrize("arguments", [("-",), ("--follow",)])
def test_what_can_be_read_once_only_is_refused(tmp_path, policy_file, arguments):
    (tmp_path / "a.log").write_text("ip=8.8.4.4\n", encoding="utf-8")
    source = [] if "-" in arguments else [tmp_path / "a.log"]
    result = run("scrub", *arguments, *source, "--policy", policy_file, data=b"ip=8.8.4.4\n")
    assert result.returncode == 2
    assert b"twice" in result.stderr
    assert result.stdout == b""


def test_links_want_to_see_all_entities():
    with pytest.raises(anonkit.UsageError, match="linked"):
        Scrubber(None, LINKED, skip=["CN_MOBILE"])
