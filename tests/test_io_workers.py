"""Several processes give what one gives, whatever happened to the file before, and as soon."""

from __future__ import annotations

import gzip
import select

import pytest

from anonkit.errors import InputError, OutputError
from anonkit.io import jobs, outputs
from anonkit.io.workers import Workers
from tests.command import LINE, PHONE, is_clean, run, start
from tests.stub_engine import StubEngine
from tests.test_io_lines import Reader

LABELLED = LINE.replace(PHONE, "<CN_MOBILE>").replace("10.1.2.3", "<IP_ADDRESS>")
DATA = b"".join(b"line %07d of the next file, 13800138000\n" % n for n in range(150_000))


class Failing(Reader):
    """Gives all of its data, then fails."""

    def readinto(self, buffer):
        if not (size := super().readinto(buffer)):
            message = "cut off"
            raise InputError(message)
        return size


def pumped(workers, data):
    """All of `data`, scrubbed by the workers, and what it held."""
    written = []
    tally = workers.pump(Reader(data), "utf-8", lambda text: written.append(bytes(text)))
    return b"".join(written), tally


def pumped_alone(data):
    written = []
    tally = jobs.pump(StubEngine(), Reader(data), "utf-8", lambda text: written.append(bytes(text)))
    return b"".join(written), tally


def test_a_file_after_one_that_is_cut_off_gets_its_own_lines_and_no_others(tmp_path):
    lines = "".join(f"{number} {LINE}" for number in range(130_000)).encode()
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(lines, 1)[:-2000])
    (tmp_path / "b.log").write_text(LINE * 40_000, encoding="utf-8")
    result = run("scrub", tmp_path / "a.log.gz", tmp_path / "b.log", "--out-dir", tmp_path / "out", "--jobs", "2")
    assert result.returncode == 3
    assert is_clean(result)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.log"]
    assert (tmp_path / "out" / "b.log").read_text(encoding="utf-8") == LABELLED * 40_000


def test_workers_are_as_new_after_an_input_that_fails():
    with Workers(StubEngine(), 2) as workers:
        for _ in range(2):
            with pytest.raises(InputError, match="cut off"):
                workers.pump(Failing(b"of the failed file\n" * 500_000), "utf-8", lambda _text: None)
            assert pumped(workers, DATA) == pumped_alone(DATA)


def test_workers_are_as_new_after_an_output_that_fails():
    def full(_text):
        raise OSError(28, "No space left on device")

    with Workers(StubEngine(), 2) as workers:
        with pytest.raises(OutputError), outputs.writing("out.log"):
            workers.pump(Reader(b"of the failed file\n" * 500_000), "utf-8", full)
        assert pumped(workers, DATA) == pumped_alone(DATA)


def test_after_a_worker_died_every_other_input_fails_and_none_waits():
    with Workers(StubEngine(), 2) as workers:
        workers._processes[0].kill()
        workers._processes[0].join()
        for _ in range(2):
            with pytest.raises(InputError, match="worker"):
                pumped(workers, DATA)


def test_after_an_interrupt_the_workers_take_no_other_input():
    def interrupted(_text):
        raise KeyboardInterrupt

    with Workers(StubEngine(), 2) as workers:
        with pytest.raises(KeyboardInterrupt):
            workers.pump(Reader(DATA), "utf-8", interrupted)
        with pytest.raises(InputError):
            pumped(workers, DATA)


@pytest.mark.parametrize("then", [b"", b"half a line"])
def test_a_line_of_a_pipe_comes_out_before_its_writer_writes_another(then):
    process = start("scrub", "-", "--jobs", "2", bufsize=0)
    process.stdin.write(LINE.encode() + then)
    assert select.select([process.stdout], [], [], 20)[0], "nothing came out"
    assert process.stdout.readline().decode() == LABELLED
    process.stdin.write(b" and more\n")
    process.stdin.close()
    assert process.stdout.read() == then + b" and more\n"
    process.wait(10)
    process.stdout.close()
    process.stderr.close()
