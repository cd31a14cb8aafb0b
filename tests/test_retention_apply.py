"""What `anonkit retain --apply` changes, what it never touches, and how it ends when something goes wrong."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import stat
import subprocess
import tarfile
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonkit import Scrubber
from anonkit.errors import InputError
from anonkit.io.texts import Options
from anonkit.retention import apply
from anonkit.retention.periods import Periods
from tests.command import PHONE, is_clean, run, start

NOW = "2024-11-03"
HELD, DUE, OVERDUE = "2024-05-03", "2024-05-02", "2023-11-02"
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def line(day, text=f"手机号 {PHONE} 登录"):
    return f"{day} 10:00:00 INFO {text}\n"


def labelled(day):
    return line(day).replace(PHONE, "<CN_MOBILE>")


@pytest.fixture(scope="module")
def scrubber():
    return Scrubber(policy="retention")


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(line(OVERDUE) + line(DUE) + line(HELD), encoding="utf-8")
    return path


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = is_root and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False, capture_output=True
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def retain(*words):
    return run("retain", *words, "--now", NOW)


def state(path):
    facts = path.stat()
    return facts.st_ino, facts.st_mtime_ns, facts.st_size, path.read_bytes()


def wait_for(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_a_plan_counts_what_is_held_due_and_overdue_and_changes_nothing(log):
    before = state(log)
    log.with_name("other.txt").write_text("nothing\n", encoding="utf-8")
    result = retain(log.parent, "--format", "jsonl")
    assert result.returncode == 0
    plans = {Path(p["file"]).name: p for p in map(json.loads, result.stdout.splitlines())}
    assert plans["app.log"]["records"] == {"hold": 1, "due": 1, "overdue": 1, "undated": 0}
    assert sum(plans["app.log"]["bytes"].values()) == log.stat().st_size
    assert (plans["app.log"]["oldest"], plans["app.log"]["newest"]) == (OVERDUE, HELD)
    assert plans["other.txt"]["records"] == {"hold": 0, "due": 0, "overdue": 0, "undated": 1}
    assert plans["other.txt"]["oldest"] is None
    assert state(log) == before


def test_the_table_names_the_period_and_holds_no_value(log):
    result = retain(log)
    assert b"184 days" in result.stdout
    assert b"app.log" in result.stdout
    assert PHONE.encode() not in result.stdout + result.stderr
    assert b"1096 days" in retain(log, "--kind", "transaction").stdout


def test_what_is_due_is_anonymized_and_what_is_held_stays(log):
    os.utime(log, (1_700_000_000, 1_700_000_000))
    log.chmod(0o640)
    report = log.with_name("report.json")
    result = retain(log, "--apply", "--report", report)
    assert result.returncode == 0
    assert log.read_text(encoding="utf-8") == labelled(OVERDUE) + labelled(DUE) + line(HELD)
    assert stat.S_IMODE(log.stat().st_mode) == 0o640
    assert log.stat().st_mtime == 1_700_000_000  # it says the year of times without one
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["files"][0]["replaced"] == {"CN_MOBILE": 2}
    assert told["files"][0]["changed"]
    assert PHONE not in report.read_text(encoding="utf-8")
    assert b"CN_MOBILE 2" in result.stderr
    assert sorted(p.name for p in log.parent.iterdir()) == ["app.log", "report.json"]


def test_a_second_apply_changes_nothing(log):
    assert retain(log, "--apply").returncode == 0
    before = state(log)
    assert retain(log, "--apply").returncode == 0
    assert state(log) == before


def test_a_file_that_is_all_held_is_not_touched(log):
    log.write_text(line(HELD) * 3, encoding="utf-8")
    before = state(log)
    assert retain(log, "--apply").returncode == 0
    assert state(log) == before


def test_a_file_without_any_time_is_held(log):
    log.write_text(f"手机号 {PHONE}\n", encoding="utf-8")
    before = state(log)
    assert retain(log, "--apply").returncode == 0
    assert state(log) == before


@pytest.mark.parametrize(("newest", "is_due"), [(DUE, True), (HELD, False)])
def test_records_without_a_time_are_as_old_as_the_youngest_record(log, newest, is_due):
    log.write_text(f"手机号 {PHONE}\n" + line(OVERDUE) + line(newest), encoding="utf-8")
    retain(log, "--apply")
    assert (PHONE not in log.read_text(encoding="utf-8").splitlines()[0]) == is_due


def test_records_without_a_time_are_held_while_one_of_them_shows_a_day_that_is(log):
    log.write_text(line(DUE) + f"手机号 {PHONE}\nclosed {HELD}\n", encoding="utf-8")
    assert retain(log, "--apply").returncode == 0
    assert log.read_text(encoding="utf-8") == labelled(DUE) + f"手机号 {PHONE}\nclosed {HELD}\n"


def test_check_exits_1_until_what_is_due_was_anonymized(log):
    before = state(log)
    assert retain(log, "--check").returncode == 1
    assert state(log) == before
    assert retain(log, "--apply").returncode == 0
    assert retain(log, "--check").returncode == 0
    log.write_text(line(HELD), encoding="utf-8")
    assert retain(log, "--check").returncode == 0


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "utf-16"])
def test_encodings_and_compression_stay_what_they_are(tmp_path, codec):
    text = labelled(DUE) + line(HELD)
    plain, packed = tmp_path / "app.log", tmp_path / "app.log.gz"
    data = (line(DUE) + line(HELD)).encode(codec)
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    assert retain(tmp_path, "--apply").returncode == 0
    assert plain.read_bytes() == text.encode(codec)
    assert gzip.decompress(packed.read_bytes()) == text.encode(codec)


def test_zstandard_is_written_back_as_zstandard(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    path = tmp_path / "app.log.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress((line(DUE) + line(HELD)).encode()))
    assert retain(path, "--apply").returncode == 0
    assert zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes()).decode() == labelled(DUE) + line(
        HELD
    )


def test_archives_are_planned_but_not_changed(log):
    path = log.with_name("logs.tar")
    with tarfile.open(path, "w") as archive:
        archive.add(log, "app.log")
    before = state(path)
    assert b"logs.tar!app.log" in retain(path).stdout
    assert retain(path, "--check").returncode == 1
    result = retain(path, "--apply")
    assert result.returncode == 3
    assert b"unpack" in result.stderr
    assert state(path) == before


def test_syslog_gets_its_year_from_the_file_and_keeps_it(log):
    log.write_text(f"Dec 30 10:00:00 host app: {PHONE}\nJan  2 10:00:00 host app: {PHONE}\n", encoding="utf-8")
    written = time.mktime((2024, 1, 3, 12, 0, 0, 0, 0, 0))
    os.utime(log, (written, written))
    plans = [json.loads(run("retain", log, "--now", "2024-07-02", "--format", "jsonl").stdout) for _ in range(2)]
    assert plans[0]["records"] == {"hold": 1, "due": 1, "overdue": 0, "undated": 0}
    assert run("retain", log, "--now", "2024-07-02", "--apply").returncode == 0
    after = json.loads(run("retain", log, "--now", "2024-07-02", "--format", "jsonl").stdout)
    assert (after["oldest"], after["newest"]) == ("2023-12-30", "2024-01-02")
    assert log.read_text(encoding="utf-8").count(PHONE) == 1


RECORDS = st.tuples(
    st.sampled_from([OVERDUE, DUE, HELD, "2024-11-01", ""]),
    st.sampled_from(
        [f"手机号 {PHONE}", "x", "\tat a.B", "\xa0", '"', '{"a": 1}', "mail a@b.example.com", "-----BEGIN"]
    ),
    st.sampled_from(["\n", "\r\n"]),
)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(RECORDS, max_size=30))
def test_held_lines_stay_byte_for_byte(scrubber, tmp_path, codec, parts):
    lines = [(f"{day} 10:00:00 {text}{end}" if day else f"{text}{end}").encode(codec) for day, text, end in parts]
    path = tmp_path / "app.log"
    path.write_bytes(b"".join(lines))
    apply.apply_file(scrubber, str(path), Options(codec, str), Periods("log", 184, 365, DAY))
    feed = "\n".encode(codec)
    after = path.read_bytes().decode(codec).encode().splitlines(keepends=True)
    assert len(after) == len(lines)
    held = {HELD, "2024-11-01"}
    is_mixed = any(day in held for day, _, _ in parts)
    for (day, _, _), old, new in zip(parts, lines, after, strict=True):
        if day in held or (not day and is_mixed):
            assert new == old.decode(codec).encode()
        elif day:
            assert PHONE.encode() not in new
    assert path.read_bytes().endswith(feed) or not lines


DAY = 20_030  # 2024-11-03


def test_many_blocks_and_a_long_line_are_treated_alike(scrubber, log):
    long = f"{DUE} 10:00:00 " + f"手机号 {PHONE}, " * 300_000 + "\n"
    short = (line(DUE) + line(HELD)) * 10_000 + line(DUE) * 10_000
    log.write_text(short + long + line(HELD), encoding="utf-8")
    done = apply.apply_file(scrubber, str(log), Options("auto", str), Periods("log", 184, 365, DAY))
    after = log.read_text(encoding="utf-8")
    assert done.replaced == Counter({"CN_MOBILE": 320_000})
    assert after.count(PHONE) == 10_001
    assert after == (labelled(DUE) + line(HELD)) * 10_000 + labelled(DUE) * 10_000 + long.replace(
        PHONE, "<CN_MOBILE>"
    ) + line(HELD)


def test_a_full_disk_leaves_the_file_as_it_was(small_disk):
    path = small_disk / "app.log"
    path.write_text(line(DUE) * 3500, encoding="utf-8")
    before = state(path)
    result = retain(path, "--apply")
    assert result.returncode == 4
    assert b"full" in result.stderr
    assert is_clean(result)
    assert state(path) == before
    assert [p.name for p in small_disk.iterdir()] == ["app.log"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_the_file_as_it_was(log, number):
    log.write_text(line(DUE) * 80_000, encoding="utf-8")
    before = state(log)
    process = start("retain", log, "--apply", "--now", NOW)
    assert wait_for(lambda: len(list(log.parent.iterdir())) > 1)
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert state(log) == before
    assert [p.name for p in log.parent.iterdir()] == ["app.log"]


def test_a_file_that_changes_meanwhile_is_left_as_it_is(log):
    log.write_text(line(DUE) * 80_000, encoding="utf-8")
    process = start("retain", log, "--apply", "--now", NOW)
    assert wait_for(lambda: len(list(log.parent.iterdir())) > 1)
    with log.open("a", encoding="utf-8") as stream:
        stream.write(line(HELD))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert b"changed" in errors
    assert log.read_text(encoding="utf-8") == line(DUE) * 80_000 + line(HELD)


def test_a_file_that_a_program_still_writes_is_left_as_it_is(log):
    fcntl = pytest.importorskip("fcntl")
    if not hasattr(fcntl, "F_SETLEASE"):
        pytest.skip("only Linux tells who writes")
    before = state(log)
    with log.open("a", encoding="utf-8"):
        result = retain(log, "--apply")
    assert result.returncode == 3
    assert b"open for writing" in result.stderr
    assert state(log) == before


def test_one_file_that_fails_does_not_keep_the_others(log):
    bad = log.with_name("a.gz")
    bad.write_bytes(gzip.compress(line(DUE).encode() * 1000)[:-9])
    before = state(bad)
    result = retain(log.parent, "--apply")
    assert result.returncode == 3
    assert b"damaged" in result.stderr
    assert PHONE not in log.read_text(encoding="utf-8").splitlines()[0]
    assert state(bad) == before
    assert is_clean(result)


def test_a_line_without_end_is_told_and_left(monkeypatch, scrubber, log):
    from anonkit.retention import records

    monkeypatch.setattr(records, "_MOST_LINE_BYTES", 100)
    monkeypatch.setattr(records, "_CHUNK_BYTES", 50)
    log.write_text("x" * 1000, encoding="utf-8")
    with pytest.raises(InputError, match="256 MB"):
        apply.apply_file(scrubber, str(log), Options("auto", str), Periods("log", 184, 365, DAY))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--kind", "invoice"], b"may be log"),
        (["--policy", "deidentify"], b"no [retention]"),
        (["--now", "yesterday"], b"--now"),
        (["--apply", "--check"], b"one of"),
        (["--encoding", "klingon"], b"--encoding"),
    ],
)
def test_wrong_use_is_told_with_exit_code_2(log, words, said):
    result = run("retain", log, *words)
    assert result.returncode == 2
    assert said in result.stderr
    assert is_clean(result)


def test_only_a_policy_that_anonymizes_may_be_applied(log):
    policy = log.with_name("mine.toml")
    policy.write_text(
        'promise = "mask"\ndefault = "mask"\n[retention]\nlog = { hold_days = 184, overdue_days = 365 }\n',
        encoding="utf-8",
    )
    before = state(log)
    for words in ([], ["--check"], ["--apply"]):
        result = retain(log, "--policy", policy, *words)
        assert result.returncode == 2
        assert b"does not anonymize" in result.stderr
    assert state(log) == before


def test_a_policy_that_does_not_anonymize_is_refused_before_a_key_is_asked_for(log):
    policy = log.with_name("mine.toml")
    policy.write_text(
        'promise = "deidentify"\ndefault = "pseudonym"\n[retention]\nlog = { hold_days = 184, overdue_days = 365 }\n',
        encoding="utf-8",
    )
    assert b"does not anonymize" in retain(log, "--policy", policy, "--apply").stderr


def test_a_day_to_come_is_refused_by_apply_and_told_by_a_plan(log):
    before = state(log)
    result = run("retain", log, "--apply", "--now", "2090-01-01")
    assert result.returncode == 2
    assert b"still to come" in result.stderr
    assert state(log) == before
    result = run("retain", log, "--now", "2090-01-01")
    assert result.returncode == 0
    assert b"still to come" in result.stderr


def test_a_file_with_another_name_is_left_as_it_is(log):
    other = log.with_name("other.log.1")
    other.hardlink_to(log)
    before = state(log)
    result = retain(log, "--apply")
    assert result.returncode == 3
    assert b"hard links" in result.stderr
    assert state(log) == before
    other.unlink()
    assert retain(log, "--apply").returncode == 0


def test_stdin_is_planned_but_cannot_be_applied(log):
    result = run("retain", "-", "--now", NOW, data=log.read_bytes())
    assert result.returncode == 0
    assert b"stdin" in result.stdout
    assert run("retain", "-", "--apply", data=b"").returncode == 2


def test_a_missing_input_is_told_with_exit_code_3(tmp_path):
    result = retain(tmp_path / "missing.log")
    assert result.returncode == 3
    assert b"missing.log" in result.stderr
