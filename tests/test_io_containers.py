"""Names in an archive stay apart when values in them become labels."""

from __future__ import annotations

import time
import zipfile

from anonkit.io.containers import _Unused
from tests.in_process import run


def test_members_that_become_one_name_are_numbered_past_names_that_are_there():
    unused = _Unused(lambda part: "n.tar.gz" if part.startswith("1") else part)
    names = ["d/1", "d/n-3.tar.gz", "d/2", "d/1", "e/1", "d/1", "d/1/", "d/1/"]
    renamed = ["d/n.tar.gz", "d/n-3.tar.gz", "d/2", "d/n-2.tar.gz", "e/n.tar.gz", "d/n-4.tar.gz"]
    assert [unused(name) for name in names] == [*renamed, "d/n.tar.gz/", "d/n.tar.gz/"]


def test_many_members_that_become_one_name_take_linear_time():
    unused, began = _Unused(lambda _part: "CN_MOBILE.log"), time.perf_counter()
    assert len({unused(f"{number}.log") for number in range(20_000)}) == 20_000
    assert time.perf_counter() - began < 2


def test_an_archive_with_a_member_that_is_no_text_writes_nothing_to_stdout(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.log", "tel 13812345678\n")
        archive.writestr("b.log", b"\x7fELF" + bytes(100))
    result = run("scrub", tmp_path / "a.zip")
    assert result.returncode == 3
    assert result.stdout == b""
