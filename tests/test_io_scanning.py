"""What is scanned is what is scrubbed, also where a line is cut."""

from __future__ import annotations

import json

import pytest

from tests.command import run


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16-le"])
def test_scan_finds_in_a_line_of_many_megabytes_what_scrub_replaces(tmp_path, encoding):
    path, report = tmp_path / "long.log", tmp_path / "report.json"
    # the value follows its key behind the cut: nearly all of the line is values, and a cut follows a quote
    line = "".join(f'用户 password = "s3cr3t{number:06}{"x" * 900}" ' for number in range(10_000))
    path.write_bytes(f"{line}\nlast 13800138000\n".encode(encoding))
    options = ("--encoding", encoding)
    assert run("scrub", path, "-o", tmp_path / "out.log", "--report", report, *options).returncode == 0
    counts = json.loads(report.read_bytes())["files"][0]["counts"]
    rows = [json.loads(row) for row in run("scan", path, "--format", "jsonl", *options).stdout.splitlines()]
    found = [row for row in rows if row["entity"] in counts]
    assert {entity: sum(row["entity"] == entity for row in found) for entity in counts} == counts
    assert len(found) == line.count("password") + 1
    text = line.splitlines()[0]
    assert all(text[row["start"] - 1 : row["end"]].startswith("s3cr3t") for row in found if row["line"] == 1)
    assert (found[-1]["line"], found[-1]["start"], found[-1]["end"]) == (2, 6, 16)
