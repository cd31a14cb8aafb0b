"""Names that the caller knows: where they are found, how lists are read, and what hashed ones give away."""

from __future__ import annotations

import copy
import pickle
import re
import shutil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import anonkit
from anonkit import Policy, Scrubber
from anonkit.detect.names import hashed_list, matching, model
from anonkit.detect.names.exact import ExactNames
from anonkit.detect.names.finder import Name
from anonkit.detect.names.joined import joined
from anonkit.detect.names.labels import KIND_OF
from anonkit.detect.names.lists import read_list, read_plain
from anonkit.keys import files
from anonkit.keys.key import Key
from anonkit.model import NameSources
from tests.in_process import run

ALPHABET = "王小明天é·a1 B_\n。"
NAMES = st.dictionaries(
    st.text("王小明天é·aB1", min_size=2, max_size=7), st.sampled_from(sorted(KIND_OF)), min_size=1, max_size=6
)


def is_letter(character):
    return (character.isascii() and character.isalnum()) or "\u00c0" <= character < "\u0580"


def by_definition(text, entities):
    """The rule, said slowly: (start, end, entity) in bytes."""
    spans = set()
    for name, entity in entities.items():
        for start in range(len(text) - len(name) + 1):
            end = start + len(name)
            cut = (start > 0 and is_letter(text[start - 1]) and is_letter(name[0])) or (
                end < len(text) and is_letter(text[end]) and is_letter(name[-1])
            )
            if text[start:end] == name and not cut:
                spans.add((len(text[:start].encode()), len(text[:end].encode()), entity))
    united = []
    for start, end, entity in sorted(spans, key=lambda span: (span[2], span[0], span[1])):
        if united and united[-1][2] == entity and start < united[-1][1]:
            start, end = united[-1][0], max(end, united[-1][1])  # noqa: PLW2901  the span grows
            united.pop()
        united.append((start, end, entity))
    return sorted(united)


def places(found):
    assert [name.start for name in found] == sorted(name.start for name in found)
    assert all(name.confidence == 1.0 for name in found)
    return sorted((name.start, name.end, name.entity) for name in found)


def hashed(entities, key=None, read_with=None):
    return hashed_list.parsed(hashed_list.hashed(entities, key), "staff.names", read_with or key)


@given(st.text(ALPHABET, max_size=40), NAMES)
@example("王小明", {"王小": "PERSON", "王小明": "ORGANIZATION", "小明": "PERSON"})
@example("aB1 aB", {"aB": "PERSON"})
@example("éa a éa", {"éa": "PERSON", "a ": "PERSON"})
def test_names_are_found_as_the_rule_says_in_plain_lists_and_in_hashed_ones(text, entities):
    expected = by_definition(text, entities)
    assert places(ExactNames.of(entities).find(text.encode())) == expected
    assert places(hashed(entities).find(text.encode())) == expected


@given(
    st.lists(st.text("王李张小明天", min_size=2, max_size=4), min_size=1, max_size=30),
    st.text("王李张小明天", max_size=60),
)
def test_a_memory_that_is_too_small_changes_nothing(names, text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_MEMO_BITS", dict.fromkeys(matching.HEADS, 1))
        patch.setattr(hashed_list, "_MOST_KNOWN", 2)
        for one in (ExactNames(names), hashed(dict.fromkeys(names, "PERSON"))):
            for _ in range(2):  # the second time some of it is remembered
                assert places(one.find(text.encode())) == by_definition(text, dict.fromkeys(names, "PERSON"))


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_bytes_that_are_no_text_neither_hide_a_name_nor_stop_the_search(before, behind):
    block = before + "\n王小明\n".encode() + behind
    start = len(before) + 1
    assert Name(start, start + 9, "PERSON", 1.0) in ExactNames(["王小明"]).find(block)


def test_latin_names_need_the_borders_of_words_and_chinese_ones_do_not():
    found = ExactNames(["Zhang Wei", "Li", "王小"]).find(
        "用户Zhang Wei登录 Zhang Weiss Lin xLi Li_2 Li2 老王小明".encode()
    )
    text = "用户Zhang Wei登录 Zhang Weiss Lin xLi Li_2 Li2 老王小明".encode()
    assert [text[name.start : name.end].decode() for name in found] == ["Zhang Wei", "Li", "王小"]


def test_a_listed_name_takes_in_what_a_guess_reaches_beyond_it():
    name = Name(3, 12, "PERSON", 1.0)
    guesses = [Name(0, 6, "PERSON", 0.9), Name(6, 9, "PERSON", 0.9), Name(9, 30, "ADDRESS", 0.8)]
    assert Name(0, 30, "PERSON", 1.0) in joined([name], guesses)


def test_a_listed_name_takes_in_no_organisation_and_nothing_unlikely():
    name = Name(3, 12, "PERSON", 1.0)
    guesses = [Name(0, 6, "PERSON", 0.3), Name(9, 30, "ORGANIZATION", 0.9)]
    assert set(joined([name], guesses)) == {name, *guesses}


def test_a_listed_name_is_as_sure_as_can_be_where_the_model_finds_it_too():
    assert joined([Name(3, 9, "PERSON", 1.0)], [Name(3, 9, "PERSON", 0.9)]) == [Name(3, 9, "PERSON", 1.0)]


def test_names_that_no_model_finds_are_scrubbed_whole():
    scrubber = Scrubber(policy=Policy("bare", "anonymize", anonkit.Action("label"), names=NameSources(())))
    assert scrubber.scrub("报表高兴审核") == "报表高兴审核"
    assert scrubber.with_lists([ExactNames(["高兴"])]).scrub("报表高兴审核") == "报表<PERSON>审核"
    assert scrubber.scrub("报表高兴审核") == "报表高兴审核"


@pytest.mark.parametrize("text", ["name=%E9%AB%98%E5%85%B4&x=1", r'{"msg":"\u9ad8\u5174"}', "高\u200b兴"])
def test_names_are_found_in_other_spellings(text):
    names = [f.entity for f in Scrubber().with_lists([ExactNames(["高兴"])]).scan(text)]
    assert names == ["PERSON"]


def test_scrubbing_twice_changes_nothing():
    scrubber = Scrubber().with_lists([ExactNames(["高兴", "王小明", "Zhang Wei"])])
    once = scrubber.scrub("高兴高兴王小明13812345678王小明 Zhang Wei高兴\n")
    assert scrubber.scrub(once) == once
    assert "王小明" not in once
    assert "高兴" not in once


def write(folder, content, name="names.txt"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_list_has_a_name_a_line_comments_and_entities(tmp_path, encoding, line_end):
    lines = ["# 员工", "", "王小明", " 张 三 \t", "云图科技\tORGANIZATION", "丹山路88号\t ADDRESS", "王小明"]
    path = write(tmp_path, line_end.join(lines).encode(encoding))
    assert read_plain(path) == {
        "王小明": "PERSON", "张 三": "PERSON", "云图科技": "ORGANIZATION", "丹山路88号": "ADDRESS"
    }  # fmt: skip
    assert len(read_list(path)) == 4


SECRET = "王密"
REFUSED = {
    "a name of one character": (f"{SECRET}\n王\n", "line 2: a name of one character would be found everywhere"),
    "no letter": (f"{SECRET}\n12345\n", "line 2: a name without a letter"),
    "an unknown entity": (f"{SECRET}\tPEOPLE\n", "line 1: behind the tab stands none of PERSON, ADDRESS, ORGANIZATION"),
    "a third column": (f"{SECRET}\tPERSON\t1\n", "line 1: behind the tab stands none of"),
    "a control character": (f"{SECRET}\x00\n", "line 1: holds a control character"),
    "a whole text": (f"{SECRET}\n{SECRET * 60}\n", "line 2: is longer than 100 characters"),
    "nothing": ("# none\n\n", "holds no names"),
    "another encoding": (SECRET.encode("utf-16"), "is neither UTF-8 nor GB18030 text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_list_is_refused_with_file_line_and_remedy_and_without_a_name(tmp_path, case):
    content, sentence = REFUSED[case]
    path = write(tmp_path, content)
    with pytest.raises(anonkit.UsageError, match=f"{re.escape(str(path))}.*{sentence}.*;") as error:
        read_list(path)
    assert SECRET not in str(error.value)


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(anonkit.UsageError, match=re.escape(str(path))):
            read_list(path)


def test_nothing_shows_the_names():
    for one in (ExactNames([SECRET]), hashed({SECRET: "PERSON"})):
        assert repr(one) in ("ExactNames(1 names)", "HashedNames(1 names)")


def test_nothing_that_holds_names_is_pickled_or_copied():
    for one in (ExactNames([SECRET]), hashed({SECRET: "PERSON"})):
        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="neither pickled nor copied"):
                way(one)


@pytest.mark.parametrize("name", ["", "王", "a"])
def test_a_name_that_stands_everywhere_is_refused(name):
    with pytest.raises(anonkit.UsageError, match="a name has 2 characters or more;"):
        ExactNames([SECRET, name])


@pytest.fixture
def key(tmp_path):
    files.create(tmp_path / "key")
    return Key(files.read(tmp_path / "key"))


ENTITIES = {"王小明": "PERSON", "Zhang Wei": "PERSON", "云图科技": "ORGANIZATION"}


def test_a_hashed_list_holds_no_name_and_not_the_order_of_the_names(key):
    for content in (hashed_list.hashed(ENTITIES), hashed_list.hashed(ENTITIES, key)):
        for name in ("王小明", "王小", "Zhang"):
            for spelled in (name.encode(), name.encode("gb18030"), name.encode().hex().encode()):
                assert spelled not in content
    assert hashed_list.hashed(ENTITIES, key) == hashed_list.hashed(dict(reversed(ENTITIES.items())), key)


def test_two_salts_give_nothing_in_common():
    one, other = (set(hashed_list.hashed(ENTITIES).split()) for _ in range(2))
    assert max(map(len, one & other)) < 16


def test_a_list_that_was_hashed_under_a_key_wants_that_key_which_may_have_been_rotated(tmp_path, key):
    content = hashed_list.hashed(ENTITIES, key)
    files.rotate(tmp_path / "key")
    rotated = Key(files.read(tmp_path / "key"))
    assert len(hashed_list.parsed(content, "staff.names", rotated).find("王小明".encode())) == 1
    with pytest.raises(anonkit.KeyFileError, match=r"staff.names: was hashed under a key; .*--names-key"):
        hashed_list.parsed(content, "staff.names", None)
    with pytest.raises(anonkit.KeyFileError, match=r"staff.names: was hashed under another key"):
        hashed_list.parsed(content, "staff.names", Key.for_run())


@given(st.data())
def test_a_hashed_list_that_lost_or_changed_anything_is_refused(data):
    content = hashed_list.hashed(ENTITIES)
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, len(content)))
    new = data.draw(st.sampled_from([b"", b"0", b"\n", b" "]))
    changed = content[:start] + new + content[end:]
    if changed == content or not hashed_list.is_hashed(changed):
        return
    with pytest.raises(anonkit.UsageError, match="anonkit names hash"):
        hashed_list.parsed(changed, "staff.names", None)


def test_no_line_of_a_hashed_list_can_be_taken_out():
    lines = hashed_list.hashed(ENTITIES).splitlines(keepends=True)
    for number in range(1, len(lines)):
        with pytest.raises(anonkit.UsageError, match="anonkit names hash"):
            hashed_list.parsed(b"".join(lines[:number] + lines[number + 1 :]), "staff.names", None)


LOG = "今天水生来了 Zhang Weisheng\n订单由Zhang Wei处理\n"


def test_the_command_hashes_a_list_and_scrubs_with_it_as_with_the_list_itself(tmp_path):
    names, log = write(tmp_path, "水生\nZhang Wei\n"), write(tmp_path, LOG, "a.log")
    assert run("keys", "new", tmp_path / "key").returncode == 0
    salted, keyed = tmp_path / "salted.names", tmp_path / "keyed.names"
    assert b"2 names, hashed under a salt" in run("names", "hash", names, "-o", salted).stdout
    made = run("names", "hash", names, "-o", keyed, "--key", tmp_path / "key")
    assert made.returncode == 0
    assert "水生" not in made.stdout.decode() + made.stderr.decode()
    wanted = "今天<PERSON>来了 Zhang Weisheng\n订单由<PERSON>处理\n"
    for more in (
        ["--names-list", names],
        ["--names-list", salted],
        ["--names-list", keyed, "--names-key", tmp_path / "key"],
    ):
        done = run("scrub", log, "--quiet", "--entities", "PERSON", *more)
        assert (done.returncode, done.stdout.decode()) == (0, wanted)
    without = run("scrub", log, "--names-list", keyed)
    assert (without.returncode, without.stdout) == (2, b"")


def test_scan_and_explain_take_lists_too(tmp_path):
    names, log = write(tmp_path, "Zhang Wei\n"), write(tmp_path, "by Zhang Wei\n", "a.log")
    assert b"PERSON" in run("scan", log, "--names-list", names).stdout
    assert b"3-12 PERSON 1.00" in run("explain", "by Zhang Wei", "--names-list", names).stdout
    assert b"PERSON" not in run("scan", log).stdout


def test_several_lists_count_together(tmp_path):
    lists = [write(tmp_path, "Zhang Wei\n", "one"), write(tmp_path, "Li Na\tADDRESS\n", "two")]
    log = write(tmp_path, "Zhang Wei, Li Na\n", "a.log")
    more = [word for path in lists for word in ("--names-list", path)]
    assert run("scrub", log, "--quiet", *more).stdout == b"<PERSON>, <ADDRESS>\n"


def test_a_policy_names_lists_beside_it_and_its_key_reads_hashed_ones(tmp_path):
    names, log = write(tmp_path, "Zhang Wei\n"), write(tmp_path, "by Zhang Wei\n", "a.log")
    assert run("keys", "new", tmp_path / "key").returncode == 0
    assert run("names", "hash", names, "-o", tmp_path / "staff.names", "--key", tmp_path / "key").returncode == 0
    policy = write(
        tmp_path, 'promise = "deidentify"\ndefault = "pseudonym"\n[names]\nlists = ["staff.names"]\n', "p.toml"
    )
    done = run("scrub", log, "--policy", policy, "--key", tmp_path / "key", "--quiet")
    assert done.returncode == 0
    assert b"Zhang" not in done.stdout


def keyed(folder, name="key", names="Zhang Wei\n"):
    """A key, and staff.names made with it."""
    assert run("keys", "new", folder / name).returncode == 0
    words = (write(folder, names, "staff.txt"), "-o", folder / "staff.names", "--key", folder / name)
    assert run("names", "hash", *words).returncode == 0
    return str(folder / name)


@pytest.mark.parametrize("command", ["scrub", "scan", "explain"])
def test_the_key_of_lists_counts_for_those_of_a_policy_that_uses_none(tmp_path, command):
    key, log = keyed(tmp_path), write(tmp_path, "by Zhang Wei\n", "a.log")
    policy = write(tmp_path, 'promise = "anonymize"\ndefault = "label"\n[names]\nlists = ["staff.names"]\n', "p.toml")
    words = (command, "by Zhang Wei" if command == "explain" else log, "--policy", policy)
    done = run(*words, "--names-key", key)
    assert done.returncode == 0
    assert b"PERSON" in done.stdout
    without = run(*words)
    assert (without.returncode, without.stdout) == (2, b"")
    assert b"was hashed under a key; name that key, on the command line with --names-key" in without.stderr
    assert Scrubber(policy=str(policy), names_key=key).scrub("by Zhang Wei") == "by <PERSON>"


def test_the_key_of_lists_counts_besides_that_of_the_policy(tmp_path):
    key, log = keyed(tmp_path), write(tmp_path, "by Zhang Wei, Li Na\n", "a.log")
    other = keyed(tmp_path, "other", "Li Na\n")
    (tmp_path / "staff.names").rename(tmp_path / "other.names")
    assert run("names", "hash", write(tmp_path, "Zhang Wei\n"), "-o", tmp_path / "staff.names", "--key", key).stdout
    table = '[names]\nlists = ["staff.names", "other.names"]\n'
    policy = write(tmp_path, f'promise = "deidentify"\ndefault = "pseudonym"\n{table}', "p.toml")
    done = run("scrub", log, "--policy", policy, "--key", key, "--names-key", other, "--quiet")
    assert done.returncode == 0
    assert b"Zhang" not in done.stdout
    assert b"Li Na" not in done.stdout
    wrong = run("scrub", log, "--policy", policy, "--key", key, "--quiet")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert b"other.names: was hashed under another key" in wrong.stderr


def test_a_key_of_lists_that_is_none_is_told():
    with pytest.raises(TypeError, match="a key is named by a str"):
        Scrubber(names_key=3)


def test_help_says_of_scrub_alone_that_the_key_of_lists_may_be_that_of_the_policy():
    said = {command: b"(default: --key" in run(command, "--help").stdout for command in ("scrub", "scan", "explain")}
    assert said == {"scrub": True, "scan": False, "explain": False}


@pytest.mark.parametrize("lists", [[SECRET], SECRET, [3], None, 3, [None], ExactNames([SECRET]), [b"ab"], b"ab"])
def test_what_is_no_list_of_lists_is_refused_at_once(lists):
    with pytest.raises(anonkit.UsageError, match=r"with_lists\(\[ExactNames\(names\)\]\)") as error:
        Scrubber().with_lists(lists)
    assert SECRET not in str(error.value)


def test_a_list_is_not_hashed_into_itself(tmp_path):
    names = write(tmp_path, "水生\n")
    done = run("names", "hash", names, "-o", names)
    assert done.returncode == 2
    assert b"is the input itself; write the hashed list into another file" in done.stderr
    assert b"--in-place" not in done.stderr


def test_a_list_is_no_input_and_no_output(tmp_path):
    names, log = write(tmp_path, "水生\n"), write(tmp_path, LOG, "a.log")
    for words in (["scrub", log, "-o", names], ["scrub", names, "--in-place"], ["scrub", log, "--report", names]):
        done = run(*words, "--names-list", names)
        assert (done.returncode, names.read_text()) == (2, "水生\n")
    done = run("names", "hash", names, "-o", names)
    assert (done.returncode, names.read_text()) == (2, "水生\n")


@pytest.mark.parametrize("how", [("-o",), ("--in-place",), ("--report",), ("--follow", "-o")])
@pytest.mark.parametrize("which", ["staff.txt", "own.npz"])
def test_what_a_policy_finds_names_with_is_no_input_and_no_output(tmp_path, which, how):
    log = write(tmp_path, LOG, "a.log")
    write(tmp_path, "水生\n", "staff.txt")
    shutil.copy(model.SHIPPED, tmp_path / "own.npz")
    table = '[names]\nengines = ["own.npz"]\nlists = ["staff.txt"]\n'
    policy = write(tmp_path, f'promise = "anonymize"\ndefault = "label"\n{table}', "p.toml")
    taken = tmp_path / which
    before = taken.read_bytes()
    words = [taken, *how] if how == ("--in-place",) else [log, *how, taken]
    done = run("scrub", *words, "--policy", policy)
    assert (done.returncode, taken.read_bytes()) == (2, before)
    assert b"is a list or a model of names of this run" in done.stderr
