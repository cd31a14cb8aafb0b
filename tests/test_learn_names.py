"""`--learn-names`: which names keys tell for sure, where they are found then, and that nobody reads them elsewhere."""

from __future__ import annotations

import copy
import gzip
import json
import os
import pickle
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit import Scrubber
from anonkit.learning import learning_pass
from anonkit.learning.learning_pass import LearningPass
from anonkit.learning.learnt import Learnt
from tests.in_process import run

NO_MODEL = 'promise = "anonymize"\ndefault = "label"\n[names]\nengines = []\n'


def told(text):
    """The names that are learnt from a text."""
    first = LearningPass(Scrubber())
    first.scrub_block(text.encode())
    names = first.learnt()
    return [] if names is None else [name for name in first._told if found(names, name)]


def found(names, text):
    block = text.encode()
    return [block[name.start : name.end].decode() for name in names.find(block)]


SURE = {
    "姓名=毕海清 职务=工程师\n": "毕海清",
    '{"realName":"毕海清","age":31}\n': "毕海清",
    '{"user":{"real_name" : "毕海清"}}\n': "毕海清",
    "联系人：毕海清,电话\n": "毕海清",
    "审批人:毕海清\n": "毕海清",
    "持卡人【毕海清】\n": "毕海清",
    "real_name=%E6%AF%95%E6%B5%B7%E6%B8%85&step=2\n": "毕海清",
    r'{"realName":"\u6bd5\u6d77\u6e05"}' + "\n": "毕海清",
    "姓名=毕海 \n": "毕海",
    "姓名:欧阳静怡\n": "欧阳静怡",
    "姓名:买买提·艾力 \n": "买买提·艾力",
}


@pytest.mark.parametrize("text", SURE)
def test_a_key_for_names_of_people_tells_a_whole_name(text):
    assert told(text) == [SURE[text]]


UNSURE = {
    "a key for anything": '{"name":"毕海清"}\n',
    "an account": '{"userName":"毕海清","nickName":"毕海","昵称":"毕海"}\n',
    "no sign between key and value": "姓名毕海清\n",
    "text goes on": "姓名:毕海清理\n",
    "a title": "姓名:毕先生 \n联系人：毕经理\n审批人=毕海总\n",
    "a nickname": "姓名:老王 \n联系人：小毕\n",
    "words": "姓名=高兴 \n姓名:方便\n姓名：高级\n",
    "masked": "姓名=毕** \n姓名:毕*清\n",
    "a result": "姓名=<PERSON>\n",
    "none": "姓名=\nrealName=null\n",
    "a free text": "毕海清今天来了\n",
    "letters": "姓名=Zhang Wei\n",
}


@pytest.mark.parametrize("case", UNSURE)
def test_nothing_is_learnt_from_what_is_not_sure(case):
    assert told(UNSURE[case]) == []


def test_a_learnt_name_is_found_in_longer_words_but_not_where_common_words_make_it_up():
    names = Learnt(["毕海", "张经", "王平"])
    assert found(names, "用户毕海登录,毕海清") == ["毕海", "毕海"]
    assert found(names, "张经来了") == ["张经"]
    assert found(names, "在国王平台上") == []
    assert found(names, "问国王平了没") == ["王平"]
    assert found(names, "王平台上") == ["王平"]


@given(st.text("毕海清国王平台上要\n。<>a1", max_size=60))
def test_what_is_found_in_a_line_depends_on_that_line_alone(text):
    names = Learnt(["毕海", "王平", "毕海清"])
    lines = text.split("\n")
    assert found(names, text) == [name for line in lines for name in found(names, line)]


def test_nothing_shows_what_was_learnt():
    first = LearningPass(Scrubber())
    first.scrub_block("姓名=毕海清\n".encode())
    assert (repr(first), repr(first.learnt())) == ("LearningPass()", "Learnt(1 names)")


def test_nothing_that_was_learnt_is_pickled_or_copied():
    first = LearningPass(Scrubber())
    first.scrub_block("姓名=毕海清\n".encode())
    for one in (first, first.learnt()):
        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="neither pickled nor copied"):
                way(one)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "p.toml").write_text(NO_MODEL)
    (tmp_path / "in").mkdir()
    return tmp_path


def write(folder, name, text):
    path = folder / "in" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def scrub(folder, *words, policy="p.toml"):
    return run("scrub", *words, "--policy", folder / policy)


def test_a_name_told_in_one_file_is_found_in_all_of_them_only_where_that_was_asked_for(folder):
    write(folder, "a.log", "订单由毕海清审核\n")
    write(folder, "b.log", "姓名=毕海清\n")
    for more, wanted in (([], "订单由毕海清审核\n"), (["--learn-names"], "订单由<PERSON>审核\n")):
        done = scrub(folder, folder / "in", "--out-dir", folder / "out", *more)
        assert done.returncode == 0
        assert (folder / "out" / "a.log").read_text() == wanted
        assert (folder / "out" / "b.log").read_text() == "姓名=<PERSON>\n"


def test_names_are_learnt_from_what_is_compressed_packed_or_gb18030_too(folder):
    write(folder, "a.log", "毕海清、欧阳静怡、王清平在场\n")
    write(folder, "b.log.gz", gzip.compress("姓名=毕海清\n".encode()))
    write(folder, "c.log", "姓名=王清平\n".encode("gb18030"))
    with zipfile.ZipFile(folder / "in" / "d.zip", "w") as archive:
        archive.writestr("d.log", "姓名=欧阳静怡\n")
    assert scrub(folder, folder / "in", "--out-dir", folder / "out", "--learn-names").returncode == 0
    assert (folder / "out" / "a.log").read_text() == "<PERSON>、<PERSON>、<PERSON>在场\n"


def test_files_are_named_without_learnt_names(folder):
    write(folder, "毕海清.log", "姓名=毕海清\n")
    assert scrub(folder, folder / "in", "--out-dir", folder / "out", "--learn-names").returncode == 0
    assert [path.name for path in (folder / "out").iterdir()] == ["PERSON.log"]


def test_workers_find_what_was_learnt(folder):
    filler = "2024-05-01 INFO nothing to see here, move along\n" * 60_000
    log = write(folder, "a.log", f"订单由毕海清审核\n{filler}姓名=毕海清\n")
    done = scrub(folder, log, "-o", folder / "out.log", "--learn-names", "--jobs", "2")
    assert done.returncode == 0
    assert (folder / "out.log").read_text() == f"订单由<PERSON>审核\n{filler}姓名=<PERSON>\n"


def test_summary_and_report_say_how_many_names_and_none_of_them(folder):
    log = write(folder, "a.log", "姓名=毕海清\n姓名=毕海清\n联系人：欧阳静怡\n")
    done = scrub(folder, log, "-o", folder / "out.log", "--learn-names", "--report", folder / "r.json")
    assert "names learnt from keys: 2" in done.stderr.decode()
    report = (folder / "r.json").read_text()
    assert json.loads(report)["names_learnt"] == 2
    assert "毕海清" not in report + done.stderr.decode()
    scrub(folder, log, "-o", folder / "out.log", "--report", folder / "r.json")
    assert "names_learnt" not in json.loads((folder / "r.json").read_text())


def test_scan_learns_too(folder):
    log = write(folder, "a.log", "订单由毕海清审核\n姓名=毕海清\n")
    done = run("scan", log, "--learn-names", "--format", "csv", "--policy", folder / "p.toml")
    assert [line.split(",")[1:6] for line in done.stdout.decode().splitlines()[1:]] == [
        ["1", "4", "6", "PERSON", "1.0"], ["2", "4", "6", "PERSON", "1.0"]
    ]  # fmt: skip
    assert done.stderr.decode() == "anonkit: names learnt from keys: 1\n"


def test_linked_values_of_a_learnt_person_count(folder):
    linked = NO_MODEL.replace("[names]", 'combination = "linked"\n[names]').replace("anonymize", "deidentify")
    (folder / "linked.toml").write_text(linked)
    log = write(folder, "a.log", "毕海清 10.20.30.40\n姓名=毕海清\n其他 10.20.30.41\n")
    done = scrub(folder, log, "--learn-names", policy="linked.toml")
    assert done.stdout.decode() == "<PERSON> <IP_ADDRESS>\n姓名=<PERSON>\n其他 10.20.30.41\n"


def test_what_cannot_be_read_twice_is_refused(folder):
    log = write(folder, "a.log", "姓名=毕海清\n")
    os.mkfifo(folder / "pipe")
    for words in (["-"], [log, folder / "pipe", "--out-dir", folder / "out"], [log, "--follow"]):
        done = scrub(folder, *words, "--learn-names")
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"--learn-names" in done.stderr
        assert b"twice" in done.stderr
    done = run("scan", "-", "--learn-names", data="姓名=毕海清\n".encode())
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_run_that_looks_for_no_people_learns_none(folder):
    log = write(folder, "a.log", "姓名=毕海清\n")
    for more in (["--skip", "PERSON"], ["--entities", "CN_MOBILE"]):
        assert scrub(folder, log, "--learn-names", *more).returncode == 2


def test_an_input_that_is_not_there_is_told_once_and_keeps_no_other(folder):
    log = write(folder, "a.log", "毕海清\n姓名=毕海清\n")
    done = scrub(folder, log, folder / "none.log", "--out-dir", folder / "out", "--learn-names")
    assert done.returncode == 3
    assert done.stderr.decode().count("no such file") == 1
    assert (folder / "out" / "a.log").read_text() == "<PERSON>\n姓名=<PERSON>\n"


def test_names_beyond_the_limit_stop_the_run_with_the_remedy(folder, monkeypatch):
    monkeypatch.setattr(learning_pass, "MOST_NAMES", 2)
    log = write(folder, "a.log", "姓名=毕海清\n姓名=欧阳静怡\n")
    assert scrub(folder, log, "--learn-names").returncode == 0
    log = write(folder, "a.log", "姓名=毕海清\n姓名=欧阳静怡\n姓名=王清平\n")
    done = scrub(folder, log, "--learn-names")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--learn-names: more than 2 names are told; name fewer inputs" in done.stderr
