"""The commands, run as a user runs them: what comes out, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys

import pytest

from tests.command import ENVIRONMENT, LINE, PHONE, is_clean, run

LABELLED = LINE.replace(PHONE, "<CN_MOBILE>").replace("10.1.2.3", "<IP_ADDRESS>")


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(LINE * 3, encoding="utf-8")
    return path


def test_one_input_goes_to_stdout_and_the_summary_to_stderr(log):
    result = run("scrub", log)
    assert result.returncode == 0
    assert result.stdout.decode() == LABELLED * 3
    assert b"policy anonymize" in result.stderr
    assert b"CN_MOBILE 3" in result.stderr
    assert b"anonymized" not in result.stderr
    assert is_clean(result)


def test_stdin_is_a_dash():
    assert run("scrub", "-", data=LINE.encode()).stdout.decode() == LABELLED


def test_quiet_says_nothing(log):
    assert run("scrub", log, "--quiet").stderr == b""


def test_scrubbing_twice_changes_nothing_more(log):
    once = run("scrub", log).stdout
    assert run("scrub", "-", data=once).stdout == once


def test_an_output_file_has_the_mode_of_its_input(log, tmp_path):
    log.chmod(0o640)
    out = tmp_path / "out.log"
    assert run("scrub", log, "-o", out).returncode == 0
    assert out.read_text(encoding="utf-8") == LABELLED * 3
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_in_place_replaces_the_file_and_keeps_mode_and_link(log, tmp_path):
    log.chmod(0o604)
    link = tmp_path / "link.log"
    link.symlink_to(log.name)
    assert run("scrub", link, "--in-place").returncode == 0
    assert link.is_symlink()
    assert log.read_text(encoding="utf-8") == LABELLED * 3
    assert stat.S_IMODE(log.stat().st_mode) == 0o604


def test_an_output_of_the_same_name_is_not_taken_for_in_place(log):
    assert run("scrub", log, "-o", log).returncode == 2
    assert log.read_text(encoding="utf-8") == LINE * 3


def test_an_output_is_never_the_input(log, tmp_path):
    again = tmp_path / "again.log"
    os.link(log, again)
    result = run("scrub", log, "-o", again)
    assert result.returncode == 2
    assert b"--in-place" in result.stderr
    assert log.read_text(encoding="utf-8") == LINE * 3


def test_several_inputs_need_a_place(log, tmp_path):
    other = tmp_path / "other.log"
    other.write_text(LINE, encoding="utf-8")
    result = run("scrub", log, other)
    assert result.returncode == 2
    assert b"--out-dir" in result.stderr
    assert result.stdout == b""


def test_a_folder_keeps_its_tree_and_file_names_are_scrubbed(tmp_path):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    names = ["a.log", f"sub/{PHONE}.log", "sub/13900139000.log"]
    for name in names:
        (tmp_path / "in" / name).write_text(LINE, encoding="utf-8")
    out = tmp_path / "out"
    result = run("scrub", tmp_path / "in", "--out-dir", out)
    assert result.returncode == 0
    written = sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file())
    assert written == ["a.log", "sub/CN_MOBILE-2.log", "sub/CN_MOBILE.log"]
    assert all(p.read_text(encoding="utf-8") == LABELLED for p in out.rglob("*.log"))


def test_globs_are_expanded(log, tmp_path):
    (tmp_path / "b.log").write_text(LINE, encoding="utf-8")
    assert run("scrub", tmp_path / "*.log", "--out-dir", tmp_path / "out").returncode == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["app.log", "b.log"]


def test_check_writes_nothing_and_exits_1_where_something_would_change(log, tmp_path):
    result = run("scrub", log, "--check", "-o", tmp_path / "out.log")
    assert (result.returncode, result.stdout) == (1, b"")
    assert not (tmp_path / "out.log").exists()
    clean = tmp_path / "clean.log"
    clean.write_text("nothing here\n", encoding="utf-8")
    assert run("scrub", clean, "--check").returncode == 0
    assert run("scrub", log, clean, "--check").returncode == 1


def test_entities_and_skip_choose(log):
    only = run("scrub", log, "--entities", "CN_MOBILE").stdout.decode()
    assert "10.1.2.3" in only
    assert PHONE not in only
    skipped = run("scrub", log, "--skip", "CN_MOBILE").stdout.decode()
    assert PHONE in skipped
    assert "10.1.2.3" not in skipped


@pytest.mark.parametrize(
    "arguments",
    [
        ["--entities", "NO_SUCH"],
        ["--policy", "no-such"],
        ["--threshold", "7"],
        ["--encoding", "no-such"],
        ["--jobs", "0"],
        ["--cards", "no-such-folder"],
        ["--in-place", "--out-dir", "x"],
        ["--no-such-option"],
    ],
)
def test_wrong_use_is_told_in_a_sentence_with_exit_code_2(log, arguments):
    result = run("scrub", log, *arguments)
    assert result.returncode == 2
    assert b"error: " in result.stderr
    assert result.stdout == b""
    assert is_clean(result)


def test_json_lines_still_parse(tmp_path):
    path = tmp_path / "events.jsonl"
    rows = [{"phone": 13800138000, "ip": "10.1.2.3", "list": [13900139000, 1], "n": None}] * 3
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    out = [json.loads(line) for line in run("scrub", path).stdout.splitlines()]
    assert out == [{"phone": "<CN_MOBILE>", "ip": "<IP_ADDRESS>", "list": ["<CN_MOBILE>", 1], "n": None}] * 3


def test_a_field_rule_needs_no_detection(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"user":{"nick":"blue sky"},"n":1}\n', encoding="utf-8")
    result = run("scrub", path, "--field", "user.nick=redact")
    assert result.returncode == 0
    row = json.loads(result.stdout)
    assert "blue" not in json.dumps(row)
    assert row["n"] == 1


def test_a_report_counts_and_holds_no_value(tmp_path):
    path = tmp_path / f"{PHONE}.log"
    path.write_text(LINE * 2, encoding="utf-8")
    report = tmp_path / "report.json"
    assert run("scrub", path, "-o", tmp_path / "out.log", "--report", report).returncode == 0
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["policy"] == "anonymize"
    assert content["files"][0]["counts"] == {"CN_MOBILE": 2, "IP_ADDRESS": 2}
    assert content["files"][0]["lines"] == 2
    assert PHONE not in report.read_text(encoding="utf-8")


def test_several_jobs_give_what_one_gives(tmp_path):
    path = tmp_path / "app.log"
    path.write_text("".join(f"第{n}行 {LINE}" for n in range(60_000)), encoding="utf-8")
    one = run("scrub", path, "--jobs", "1")
    two = run("scrub", path, "--jobs", "2", "--report", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["files"][0]["lines"] == 60_000
    assert one.returncode == two.returncode == 0
    assert one.stdout == two.stdout
    assert one.stdout.count(b"<CN_MOBILE>") == 60_000


def test_scan_prints_a_table_without_values(log):
    result = run("scan", log)
    assert result.returncode == 0
    assert b"CN_MOBILE" in result.stdout
    assert PHONE.encode() not in result.stdout


def test_scan_gives_line_and_columns_in_code_points(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(f"一行\n你好 {PHONE} 再见\n", encoding="utf-8")
    (row,) = [json.loads(line) for line in run("scan", path, "--format", "jsonl").stdout.splitlines()]
    assert (row["line"], row["start"], row["end"], row["entity"]) == (2, 4, 14, "CN_MOBILE")
    assert PHONE not in json.dumps(row)
    (shown,) = [json.loads(x) for x in run("scan", path, "--format", "jsonl", "--show-values").stdout.splitlines()]
    assert shown["value"] == PHONE


def test_scan_as_csv_is_csv(log):
    rows = list(csv.DictReader(io.StringIO(run("scan", log, "--format", "csv").stdout.decode())))
    assert {row["entity"] for row in rows} == {"CN_MOBILE", "IP_ADDRESS"}
    assert [row["line"] for row in rows if row["entity"] == "CN_MOBILE"] == ["1", "2", "3"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_scan_counts_lines_by_any_line_end(tmp_path, end):
    path = tmp_path / "app.log"
    path.write_bytes(f"one{end}two{end}{PHONE}{end}".encode())
    (row,) = [json.loads(line) for line in run("scan", path, "--format", "jsonl").stdout.splitlines()]
    assert (row["line"], row["start"]) == (3, 1)


def test_scan_places_findings_of_a_utf16_file(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(f"一行\n你好 {PHONE}\n", encoding="utf-16")
    (row,) = [json.loads(line) for line in run("scan", path, "--format", "jsonl").stdout.splitlines()]
    assert (row["line"], row["start"]) == (2, 4)


def test_explain_colours_and_gives_reasons():
    result = run("explain", f"手机{PHONE}", "--color", "always")
    assert result.returncode == 0
    assert b"\033[" in result.stdout
    assert b"CN_MOBILE" in result.stdout
    assert b"\033[" not in run("explain", f"手机{PHONE}").stdout


def test_recognizers_list_show_and_test():
    assert b"CN_MOBILE" in run("recognizers", "list").stdout
    assert "手机".encode() in run("recognizers", "show", "CN_MOBILE").stdout
    assert run("recognizers", "show", "NO_SUCH").returncode == 2
    assert run("recognizers", "test", "--help").returncode == 0  # test_cards.py runs the examples


def test_a_folder_of_ones_own_cards_is_used_and_a_broken_card_is_named(tmp_path):
    cards = tmp_path / "cards"
    cards.mkdir()
    (cards / "broken.toml").write_text('entity = "X"\nno_such_key = 1\n', encoding="utf-8")
    result = run("scrub", "-", "--cards", cards, data=b"x\n")
    assert result.returncode == 2
    assert b"broken.toml" in result.stderr
    assert is_clean(result)


def test_a_short_run_loads_nothing_that_it_does_not_need(log, tmp_path):
    code = "import sys; from anonkit.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    log.write_text(
        "login 13812345678 caf\u00e9\n", encoding="utf-8"
    )  # the model of names is read for Chinese text only
    command = [sys.executable, "-c", code, "scrub", log, "-o", tmp_path / "out.log"]
    subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)  # keeps the cards
    loaded = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True).stdout.decode().split()
    assert "numpy" in loaded
    heavy = (
        "pandas presidio_analyzer jieba faker tqdm multiprocessing tempfile tarfile zipfile tomllib importlib.metadata"
    )
    assert not set(heavy.split()).intersection(loaded)
    assert "anonkit.detect.names.pipelines" not in loaded


def test_version_and_help_need_no_engine():
    assert run("--version").stdout.startswith(b"anonkit ")
    assert run("--help").returncode == 0
    assert run().returncode == 2


@pytest.mark.parametrize("place", ["-o", "--report", "folder"])
def test_a_key_is_never_an_input_or_output(tmp_path, place):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.log").write_text("13800138000\n", encoding="utf-8")
    key = (folder if place == "folder" else tmp_path) / "a.key"
    assert run("keys", "new", key).returncode == 0
    before = key.read_bytes()
    where = ["--in-place"] if place == "folder" else ["-o", tmp_path / "o", "--report", key]
    where = ["-o", key] if place == "-o" else where
    source = folder if place == "folder" else folder / "a.log"
    result = run("scrub", source, *where, "--policy", "deidentify", "--key", key)
    assert result.returncode == 2
    assert b"is the key itself" in result.stderr
    assert key.read_bytes() == before
    assert (folder / "a.log").read_bytes() == b"13800138000\n"
    (tmp_path / "staff.txt").write_text("水生\n", encoding="utf-8")
    result = run("scrub", source, *where, "--names-list", tmp_path / "staff.txt", "--names-key", key)
    assert result.returncode == 2
    assert b"is the key itself" in result.stderr
    assert key.read_bytes() == before


def test_no_key_is_followed_into(tmp_path):
    (tmp_path / "a.log").write_text("13800138000\n", encoding="utf-8")
    (tmp_path / "staff.txt").write_text("水生\n", encoding="utf-8")
    key = tmp_path / "a.key"
    assert run("keys", "new", key).returncode == 0
    before = key.read_bytes()
    more = ["--names-list", tmp_path / "staff.txt", "--names-key", key]
    result = run("scrub", "--follow", tmp_path / "a.log", "-o", key, *more)
    assert (result.returncode, key.read_bytes()) == (2, before)
    assert b"is the key itself" in result.stderr
