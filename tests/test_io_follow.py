"""A log is followed through rotation and truncation, whatever happens between two looks at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time

import pytest

from anonkit.io import lines, tail
from anonkit.io.rotation import Log
from tests.stub_engine import StubEngine


@pytest.fixture
def log(tmp_path):
    """A log of one line that was read."""
    (tmp_path / "app.log").write_bytes(b"0 first\n")
    log = Log(str(tmp_path / "app.log"))
    assert news(log) == [b"0 first\n"]
    yield log
    log.close()


def news(log):
    """What a look brings, and the next one, which is the first to leave a rotated file; parts of one file joined."""
    files = [b""]
    for part in [*log.news(), *log.news()]:
        if part is None:
            files.append(b"")
        else:
            files[-1] += part
    return files


def append(path, data):
    with path.open("ab") as stream:
        stream.write(data)


def rotate(folder, first):
    """As logrotate does: app.log.1 becomes app.log.2, app.log becomes app.log.1, and a new app.log begins."""
    for number in (3, 2, 1):
        old = folder / f"app.log.{number}"
        if old.exists():
            old.rename(folder / f"app.log.{number + 1}")
    (folder / "app.log").rename(folder / "app.log.1")
    append(folder / "app.log", first)


def test_nothing_is_lost_between_rotations_that_no_look_fell_between(log, tmp_path):
    append(tmp_path / "app.log", b"0 last\n")
    rotate(tmp_path, b"1 all\n")
    rotate(tmp_path, b"2 half a li")
    rotate(tmp_path, b"3 all\n")
    assert news(log) == [b"0 last\n", b"1 all\n", b"2 half a li", b"3 all\n"]
    append(tmp_path / "app.log", b"3 more\n")
    assert news(log) == [b"3 more\n"]


def test_nothing_is_lost_where_every_rotation_throws_a_file_away_whose_number_is_used_again(log, tmp_path):
    for number in range(4):
        (tmp_path / f"app.log.{number + 1}").write_bytes(b"long ago, and longer than what comes\n" * 9)
    news(log)
    (tmp_path / "app.log.4").unlink()
    rotate(tmp_path, b"1 all\n")
    (tmp_path / "app.log.4").unlink()
    rotate(tmp_path, b"2 all\n")
    assert news(log) == [b"", b"1 all\n", b"2 all\n"]


@pytest.mark.parametrize("name", ["app.log-20240501", "app-2024-05-01.log", "app.1.log", "app.log.old"])
def test_a_rotated_file_is_known_by_its_name(log, tmp_path, name):
    rotate(tmp_path, b"1 all\n")
    (tmp_path / "app.log").rename(tmp_path / name)
    append(tmp_path / "app.log", b"2 all\n")
    assert news(log) == [b"", b"1 all\n", b"2 all\n"]


@pytest.mark.parametrize("name", ["app-error.log", "application.log", "other.log.1", "app.log.2.gz"])
def test_other_files_that_come_meanwhile_are_not_read(log, tmp_path, name):
    (tmp_path / name).write_bytes(b"other\n")
    rotate(tmp_path, b"1 all\n")
    assert news(log) == [b"", b"1 all\n"]


def test_what_lay_beside_the_log_before_is_not_read(tmp_path):
    for name in ("app.log", "app.log.1", "app.log.2"):
        (tmp_path / name).write_bytes(name.encode() + b"\n")
    with contextlib.closing(Log(str(tmp_path / "app.log"))) as log:
        assert news(log) == [b"app.log\n"]
        append(tmp_path / "app.log.1", b"late\n")
        rotate(tmp_path, b"new\n")
        assert news(log) == [b"", b"new\n"]


def test_who_still_holds_the_renamed_file_has_until_the_next_look_to_write(log, tmp_path):
    rotate(tmp_path, b"1 all\n")
    assert list(log.news()) == []
    append(tmp_path / "app.log.1", b"0 late\n")
    assert list(log.news()) == [b"0 late\n", None, b"1 all\n"]


@pytest.mark.parametrize("regrown", [b"", b"1 new\n", b"1 new, and longer than what was there before\n" * 9])
def test_a_truncated_file_is_read_from_its_start_however_much_it_grew_again(log, tmp_path, regrown):
    with (tmp_path / "app.log").open("r+b") as stream:
        stream.truncate(0)
        stream.write(regrown)
    assert news(log) == [b"", regrown]
    append(tmp_path / "app.log", b"1 more\n")
    assert news(log) == [b"1 more\n"]


@pytest.mark.parametrize("size", [300, 5000])
def test_a_large_file_that_begins_again_as_it_did_is_known_by_where_it_was_left(tmp_path, size):
    path = tmp_path / "app.log"
    path.write_bytes(b"header\n" * size + b"0 first\n")
    with contextlib.closing(Log(str(path))) as log:
        news(log)
        again = b"header\n" * size + b"1 after\nand more\n"
        path.write_bytes(again)
        assert news(log) == [b"", again]


def test_what_copytruncate_cut_off_before_it_was_read_is_read_from_the_copy(log, tmp_path):
    append(tmp_path / "app.log", b"0 last\n")
    shutil.copy(tmp_path / "app.log", tmp_path / "app.log.1")
    os.truncate(tmp_path / "app.log", 0)
    append(tmp_path / "app.log", b"1 all, and longer than the one before\n")
    assert news(log) == [b"0 last\n", b"1 all, and longer than the one before\n"]


def test_a_copy_of_what_was_read_is_not_read_again(log, tmp_path):
    shutil.copy(tmp_path / "app.log", tmp_path / "app.log.1")
    os.truncate(tmp_path / "app.log", 0)
    assert news(log) == [b"", b""]


def test_a_log_that_is_gone_for_a_while_is_waited_for(log, tmp_path):
    (tmp_path / "app.log").unlink()
    assert news(log) == [b""]
    append(tmp_path / "app.log", b"1 all\n")
    assert news(log) == [b"", b"1 all\n"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_every_line_of_a_log_that_rotates_all_the_time_comes_out_once_and_in_order(tmp_path, encoding):
    path, out, done = tmp_path / "app.log", [], threading.Event()
    lines = [f"line {number:05} 13800138000 好\n" for number in range(400)]
    path.write_bytes(lines[0].encode(encoding))

    def write():
        for number, line in enumerate(lines[1:], 1):
            if number % 25 == 0:
                rotate(tmp_path, b"")
                (tmp_path / "app.log.1").rename(tmp_path / f"app.log.0-{number}")
            data = line.encode(encoding)
            append(path, data[:9])
            append(path, data[9:])
            time.sleep(0.003)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    stops = iter(lambda: done.is_set() and time.sleep(0.5) is None, None)
    finished = []

    def stop():
        finished.append(next(stops))
        return len(finished) > 3 and all(finished[-3:])  # a rotation needs two looks

    tail.follow(StubEngine(), str(path), out.append, lambda: None, encoding=encoding, stop=stop)
    writer.join()
    assert b"".join(out).decode(encoding) == "".join(lines).replace("13800138000", "<CN_MOBILE>")


class Followed:
    """What a log becomes that is fed part by part."""

    def __init__(self, encoding, engine=None):
        self.out = b""
        self._lines = tail._Lines(engine or StubEngine(), self._write, lambda: None, encoding)
        self.feed, self.end = self._lines.feed, self._lines.end

    def _write(self, data):
        self.out += data


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_a_log_that_is_read_in_parts_of_any_size_comes_out_as_if_read_whole(encoding, size):
    text = "one 13800138000\n\u0a0a\u0a00\u000a\r\r\n好13800138000\rno end 13800138000"
    data = text.encode(encoding, "replace")
    log = Followed(encoding)
    for start in range(0, len(data), size):
        log.feed(data[start : start + size])
    log.end()
    assert log.out == data.replace("13800138000".encode(encoding), "<CN_MOBILE>".encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_line_in_utf16_comes_out_although_what_follows_looks_like_a_line_end(encoding):
    log = Followed(encoding)
    log.feed("one\n\u0a0a\u0a00\u0a0a".encode(encoding))
    assert log.out == "one\n".encode(encoding)
    log.feed("\u0a00\n".encode(encoding))
    assert log.out.decode(encoding) == "one\n\u0a0a\u0a00\u0a0a\u0a00\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_lines_that_end_with_a_carriage_return_come_out_once_the_next_begins(encoding):
    log = Followed(encoding)
    for part, expected in (
        ("one\r", ""),
        ("two\rthr", "one\rtwo\r"),
        ("ee\r", "one\rtwo\r"),
        ("\n", "one\rtwo\rthree\r\n"),
    ):
        log.feed(part.encode(encoding))
        assert log.out.decode(encoding) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_line_without_end_is_cut_as_in_a_file_and_takes_linear_time(encoding):
    item = "word 13800138000, ".encode(encoding)
    data = item * (12_000_000 // len(item))
    log, began = Followed(encoding), time.perf_counter()
    for start in range(0, len(data), 40_001):
        log.feed(data[start : start + 40_001])
        assert start - len(log.out) <= lines.BUFFER_BYTES  # a label is as long as a number
    log.end()
    assert log.out == data.replace("13800138000".encode(encoding), "<CN_MOBILE>".encode(encoding))
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(("place", "size"), [("scrub_block", 40), ("edits", 5_000_000)])
def test_who_interrupts_gets_everything_that_was_read_once(place, size):
    class Interrupted(StubEngine):
        """Is interrupted once."""

        def edits(self, utf8):
            self._come("edits")
            return super().edits(utf8)

        def scrub_block(self, utf8):
            self._come("scrub_block")
            return super().scrub_block(utf8)

        def _come(self, here):
            nonlocal place
            if here == place:
                place = ""
                raise KeyboardInterrupt

    data = b"word 13800138000, " * (size // 18) + b"\nhalf a line"
    log = Followed("utf-8", Interrupted())
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  where it comes is looked at
        for start in range(0, len(data), 1 << 20):
            log.feed(data[start : start + (1 << 20)])
    read = data[: start + (1 << 20)]
    log.end()
    assert log.out == read.replace(b"13800138000", b"<CN_MOBILE>")
