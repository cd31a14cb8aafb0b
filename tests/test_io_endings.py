"""How a run ends when something goes wrong: what is left behind, what is said, with which exit code."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.command import COMMAND, ENVIRONMENT, LINE, PHONE, is_clean, run, start

LABELLED = LINE.replace(PHONE, "<CN_MOBILE>").replace("10.1.2.3", "<IP_ADDRESS>")
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(LINE * 3, encoding="utf-8")
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


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_missing_input_is_told_with_exit_code_3(tmp_path):
    result = run("scrub", tmp_path / "missing.log")
    assert result.returncode == 3
    assert b"missing.log" in result.stderr
    assert is_clean(result)


def test_one_unreadable_input_of_several_is_told_and_the_others_are_done(log, tmp_path):
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8b\x08 not gzip")
    result = run("scrub", tmp_path / "bad.gz", log, "--out-dir", tmp_path / "out")
    assert result.returncode == 3
    assert b"bad.gz" in result.stderr
    assert (tmp_path / "out" / "app.log").read_text(encoding="utf-8") == LABELLED * 3
    assert not (tmp_path / "out" / "bad.gz").exists()


def test_one_missing_input_of_several_is_told_and_the_others_are_done(log, tmp_path):
    result = run("scrub", tmp_path / "missing.log", log, "--out-dir", tmp_path / "out")
    assert result.returncode == 3
    assert b"missing.log" in result.stderr
    assert (tmp_path / "out" / "app.log").read_text(encoding="utf-8") == LABELLED * 3


@pytest.mark.skipif(is_root, reason="root may read everything")
def test_a_file_without_permission_is_told_with_exit_code_3(log):
    log.chmod(0)
    assert run("scrub", log).returncode == 3


def test_a_target_that_cannot_be_written_is_told_with_exit_code_4(log, tmp_path):
    result = run("scrub", log, "-o", tmp_path / "no-such-folder" / "app.log" / "x")
    assert result.returncode in (0, 4)  # a missing folder may be made
    result = run("scrub", log, "-o", log / "below-a-file")
    assert result.returncode == 4
    assert is_clean(result)


def test_a_full_device_is_told_with_exit_code_4(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(LINE * 30_000, encoding="utf-8")
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    result = run("scrub", path, "-o", "/dev/full")
    assert result.returncode == 4
    assert b"full" in result.stderr
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [*COMMAND, "scrub", str(path)], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
    assert process.returncode == 4
    assert is_clean(process)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_leaves_the_old_output_and_no_temporary_file(small_disk, tmp_path, jobs):
    source = tmp_path / "app.log"
    source.write_text(LINE * 30_000, encoding="utf-8")
    target = small_disk / "out.log"
    target.write_text("old", encoding="utf-8")
    result = run("scrub", source, "-o", target, "--jobs", jobs)
    assert result.returncode == 4
    assert b"out.log" in result.stderr
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in small_disk.iterdir()] == ["out.log"]
    assert is_clean(result)


def test_a_reader_that_has_enough_ends_the_run_quietly(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(LINE * 12_000, encoding="utf-8")
    for command in ("scrub", "scan"):
        more = [] if command == "scrub" else ["--format", "jsonl"]
        process = start(command, path, *more)
        assert process.stdout.readline()
        process.stdout.close()
        _, errors = process.communicate(timeout=30)
        assert b"Traceback" not in errors
        assert b"Exception ignored" not in errors
        assert process.returncode == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(tmp_path, jobs, number):
    out = tmp_path / "out.log"
    out.write_text("old", encoding="utf-8")
    process = start("scrub", "-", "-o", out, "--jobs", jobs, start_new_session=True)
    process.stdin.write((LINE * 1000).encode())
    process.stdin.flush()
    assert wait_for(lambda: len(list(tmp_path.iterdir())) > 1)
    time.sleep(0.2)
    os.killpg(process.pid, number)  # as a terminal does: to the whole group
    _, errors = process.communicate(timeout=20)
    assert process.returncode in (130, 143) if number == signal.SIGTERM else process.returncode == 130
    assert b"Traceback" not in errors
    assert out.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.log"]


def test_a_worker_that_is_killed_ends_the_run_without_output(tmp_path):
    path, out = tmp_path / "app.log", tmp_path / "out.log"
    path.write_text(LINE * 250_000, encoding="utf-8")
    process = start("scrub", path, "-o", out, "--jobs", "2")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.parent.exists():
        process.communicate(timeout=60)
        pytest.skip("no /proc here")
    assert wait_for(lambda: len(children.read_text(encoding="ascii").split()) == 2)
    os.kill(int(children.read_text(encoding="ascii").split()[0]), signal.SIGKILL)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (3, 4)
    assert b"worker" in errors
    assert b"Traceback" not in errors
    assert [p.name for p in tmp_path.iterdir()] == ["app.log"]


def test_in_place_refuses_a_file_that_changed_meanwhile(tmp_path):
    path = tmp_path / "app.log"
    path.write_text(LINE * 120_000, encoding="utf-8")
    process = start("scrub", path, "--in-place", "--jobs", "1")
    assert wait_for(lambda: len(list(tmp_path.iterdir())) > 1)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("one more line\n")
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (3, 4)
    assert b"changed" in errors
    assert path.read_text(encoding="utf-8").endswith("one more line\n")
    assert [p.name for p in tmp_path.iterdir()] == ["app.log"]


def test_a_pipe_gets_each_whole_line_at_once():
    process = start("scrub", "-")
    process.stdin.write((LINE + "half a line " + PHONE[:6]).encode())
    process.stdin.flush()
    assert process.stdout.readline().decode() == LABELLED
    process.stdin.write((PHONE[6:] + "\n").encode())
    process.stdin.close()
    assert process.stdout.readline() == b"half a line <CN_MOBILE>\n"
    process.wait(10)
    process.stdout.close()
    process.stderr.close()


@pytest.fixture
def followed(tmp_path):
    """A followed log: its path, its output, and a way to say how long a text takes to come out."""
    path, out = tmp_path / "app.log", tmp_path / "out.log"
    path.write_text(LINE, encoding="utf-8")
    process = start("scrub", path, "--follow", "-o", out, stdin=subprocess.DEVNULL)
    assert wait_for(lambda: out.exists() and out.read_text(encoding="utf-8") == LABELLED)
    yield path, out, process
    if process.poll() is None:
        process.kill()
    process.communicate()


def ends_with(out, text):
    return wait_for(lambda: out.read_text(encoding="utf-8").endswith(text), 1.0)


def append(path, text):
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)


def test_follow_holds_half_a_line_and_gives_the_whole_within_a_second(followed):
    path, out, _ = followed
    append(path, f"call {PHONE[:7]}")
    assert not wait_for(lambda: "call" in out.read_text(encoding="utf-8"), 0.6)
    append(path, f"{PHONE[7:]} now\n")
    assert ends_with(out, "call <CN_MOBILE> now\n")


def test_follow_survives_rotation_by_rename(followed):
    path, out, _ = followed
    append(path, f"last of the old {PHONE}\n")
    path.rename(path.with_suffix(".1"))
    append(path.with_suffix(".1"), "late\n")
    path.write_text(f"first of the new {PHONE}\n", encoding="utf-8")
    assert ends_with(out, "last of the old <CN_MOBILE>\nlate\nfirst of the new <CN_MOBILE>\n")


def test_follow_survives_copytruncate(followed):
    path, out, _ = followed
    with path.open("r+b") as stream:
        stream.truncate(0)
    time.sleep(0.5)
    append(path, f"after {PHONE}\n")
    assert ends_with(out, "after <CN_MOBILE>\n")


def test_follow_gives_the_held_tail_scrubbed_when_it_is_interrupted(followed):
    path, out, process = followed
    append(path, f"tail {PHONE}")
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert out.read_text(encoding="utf-8").endswith("tail <CN_MOBILE>")


def test_no_message_holds_a_value(tmp_path):
    (tmp_path / f"{PHONE}.zip").write_bytes(b"PK\x03\x04 broken")
    result = run("scrub", "-", "-o", tmp_path / "out", data=b"\x89PNG\r\n\x1a\n" + PHONE.encode())
    assert result.returncode == 3
    assert is_clean(result)
