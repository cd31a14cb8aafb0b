"""Restoring gives back every byte, whatever stands around it, or says why not and gives back nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tarfile
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anonkit import Action, Policy, Scrubber
from anonkit.errors import KeyFileError, OutputError, TokenError, UsageError
from anonkit.keys import files, references
from anonkit.keys.key import Generation, Key
from anonkit.restoring.columns import Columns
from anonkit.restoring.tokens import Restorer, restored
from anonkit.transform import tagged
from anonkit.transform.base import Subject
from anonkit.transform.operations import OPERATIONS
from tests import command
from tests.in_process import run

KEY = Key([Generation(bytearray(range(32)))])
OTHER = Key([Generation(bytearray(range(32, 64)))])
PHONE = b"13800138000"
BARE = [b"13800138000", b"-13.5", b"1e9", b"[1, 2]", b"116.39, 39.9", b"true", b"null", b"0138"]


def tokens_of(*values, key=KEY, recipient="", entity="CN_MOBILE", cipher="aes", epoch="", purpose=""):
    """The tokens of these values."""
    secret = key.secret(entity, recipient=recipient, purpose=purpose, cipher=cipher, epoch=epoch)
    return tagged.ENCRYPT.build(Subject(entity, secret=secret, cipher=cipher))(values)


def token_of(value=PHONE, **how):
    return tokens_of(value, **how)[0]


TOKEN = token_of()


def in_url(token):
    return b"GET /a?x=%3C" + token[1:-1] + b"%3E&y=1"


def in_xml(token):
    return b"<a>&lt;" + token[1:-1] + b"&gt;</a>"


def in_go_json(token):
    return rb'{"a":"\u003c' + token[1:-1] + rb'\u003e"}'


def in_json_in_json(token):
    return rb'{"a":"{\"b\":\"\\u003c' + token[1:-1] + rb'\\u003e\"}"}'


CARRIERS = {
    "alone": (lambda token: token, b"%b"),
    "in a line": (lambda token: b"2026-11-24 user " + token + b" logged in\r\n", b"2026-11-24 user %b logged in\r\n"),
    "in JSON": (lambda token: b'{"a":"' + token + b'","b":1}', b'{"a":"%b","b":1}'),
    "in JSON of Go": (in_go_json, b'{"a":"%b"}'),
    "in JSON in JSON": (in_json_in_json, rb'{"a":"{\"b\":\"%b\"}"}'),
    "in SQL": (lambda token: b"VALUES ('" + token + b"', 1)", b"VALUES ('%b', 1)"),
    "in a URL": (in_url, b"GET /a?x=%b&y=1"),
    "in XML": (in_xml, b"<a>%b</a>"),
    "in CSV": (lambda token: b'1,"' + token + b'",' + token + b"\n", b'1,"%b",%b\n'),
    "twice": (lambda token: token + token, b"%b%b"),
    "behind GBK that ends in a backslash": (lambda token: b"\x81\\\\u003c" + token[1:-1] + b"\\u003e", b"\x81\\%b"),
    "behind a part of a token": (lambda token: b"<CN_MOBILE" + token, b"<CN_MOBILE%b"),
}


def filled(template, value):
    return template.replace(b"%b", value)


@pytest.mark.parametrize("carrier", CARRIERS)
@settings(max_examples=40)
@given(value=st.binary(max_size=60), cipher=st.sampled_from(["aes", "sm4"]), epoch=st.sampled_from(["", "202611"]))
@example(value=b"", cipher="aes", epoch="")
@example(value="姓名".encode("gb18030"), cipher="aes", epoch="2026")
@example(value=b'"quoted"', cipher="sm4", epoch="")
@example(value=TOKEN, cipher="sm4", epoch="")
def test_any_bytes_come_back_from_any_carrier(carrier, value, cipher, epoch):
    written, original = CARRIERS[carrier]
    text = written(token_of(value, cipher=cipher, epoch=epoch, purpose="analysis"))
    assert restored(text, KEY) == filled(original, value)


def quoted_as_scrubbed(value, level, sign=b""):
    """A bare value as it is scrubbed in JSON at a level of escape; see transform/syntax.py."""
    backslashes = b"\\" * (2**level - 1)
    return backslashes + b'"' + sign + backslashes + rb"\u003c" + token_of(value)[1:] + backslashes + b'"'


@pytest.mark.parametrize("value", BARE)
@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("sign", [b"", b"-"])
def test_quotes_that_a_bare_value_got_go_with_the_token(value, level, sign):
    for around in (b"{%b}", b'{"a":%b, "b": 1}', b"%b", b"[%b,%b]"):
        text = filled(around, quoted_as_scrubbed(value, level, sign))
        assert restored(text, KEY) == filled(around, sign + value)


@pytest.mark.parametrize("value", BARE)
@pytest.mark.parametrize("quote", [b"'", rb"\'", rb"\\\'"])
def test_single_quotes_that_a_bare_value_got_go_with_the_token(value, quote):
    marked = token_of(value)[:-1] + b"~>"
    assert restored(b"SET a=" + quote + marked + quote + b" WHERE", KEY) == b"SET a=" + value + b" WHERE"
    assert restored(b"SET a=" + quote + b"-" + marked + quote, KEY) == b"SET a=-" + value


@pytest.mark.parametrize("value", [b"a@b.com", b'1"', b"1 OR 1=1", b"", b"tru"])
def test_quotes_stay_around_what_was_no_bare_value(value):
    assert restored(quoted_as_scrubbed(value, 0), KEY) == b'"' + value + b'"'
    assert restored(b"'" + token_of(value)[:-1] + b"~>'", KEY) == b"'" + value + b"'"


@pytest.mark.parametrize("text", [b'"%b', b'%b"', b"%b", b"'%b'", rb'\"%b"', rb'"%b\"', b'"x%b"'])
def test_quotes_that_do_not_match_stay(text):
    written = filled(text, rb"\u003c" + TOKEN[1:])
    assert restored(written, KEY) == filled(text, PHONE)


@given(st.binary(max_size=200), st.binary(max_size=200))
@example(b"\xff\xfe", b"<a>")
@example(b"<", b">")
@example(b"<CN_MOBILE:", b":abcdef.abcd>")
def test_what_stands_around_a_token_stays(before, after):
    text = b"-" + before.replace(b"\0", b"") + b" " + TOKEN + b" " + after.replace(b"\0", b"")
    assert restored(text, KEY) == text.replace(TOKEN, PHONE)


@given(st.text(max_size=50), st.text(max_size=50))
def test_text_comes_back_as_text(before, value):
    text = before + " " + token_of(value.encode()).decode()
    assert restored(text, KEY) == before + " " + value


def test_text_holds_what_was_gb18030_as_text():
    assert restored(token_of("张三".encode("gb18030")).decode(), KEY) == "张三"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_in_utf_16_values_are_written_as_the_rest(encoding):
    text = "姓名：{}，手机：{}\r\n第二行 {}\r\n"
    tokens = [token.decode() for token in tokens_of("张三丰😀".encode(), PHONE, b"\xed\xa0\x80"[:0])]
    written = text.format(*tokens).encode(encoding)
    assert restored(written, KEY) == text.format("张三丰😀", PHONE.decode(), "").encode(encoding)


def test_tokens_of_all_generations_are_restored():
    older, newer = KEY.generations[0], OTHER.generations[0]
    assert restored(TOKEN + token_of(b"new", key=OTHER), Key([older, newer])) == PHONE + b"new"


def test_tokens_of_other_keys_and_recipients_stay():
    others = token_of(key=OTHER) + token_of(recipient="B")
    assert restored(TOKEN + others, KEY) == PHONE + others
    assert restored(TOKEN + others, KEY, "B") == TOKEN + token_of(key=OTHER) + PHONE
    assert Restorer(KEY).scrub_block(TOKEN + others)[1] == {"CN_MOBILE": 1, "left CN_MOBILE": 2}


@pytest.mark.parametrize("how", [{"key": OTHER}, {"recipient": "B"}])
def test_where_all_tokens_are_of_others_the_key_is_the_wrong_one(how):
    with pytest.raises(TokenError, match="none of its 3 tagged values was made with this key for this recipient"):
        restored(token_of(**how) * 3, KEY)


@pytest.mark.parametrize(
    "text",
    [b"", b"nothing here", b"<CN_MOBILE>", b"<CN_MOBILE#3>", b"<CN_MOBILE~abcdef.abcd~" + b"A" * 22 + b">", b"<B:"],
)
def test_what_holds_no_tokens_stays_as_it_is(text):
    assert restored(text, KEY) == text


ALPHABET = b"Aa2z7_-:.<>~ \n\xff"


@pytest.mark.parametrize("token", [TOKEN, token_of(cipher="sm4", epoch="202611", purpose="x")], ids=["aes", "sm4"])
@pytest.mark.parametrize("beside", [b"", b" " + TOKEN], ids=["alone", "beside another"])
def test_a_token_in_which_anything_was_changed_gives_no_garbage(token, beside):
    """A change is an error, or what is there is no token of ours any more, and stays as it is."""
    body = token.rindex(b":") + 1
    kept = 0
    for place in range(len(token)):
        edits = [bytes([char]) for char in ALPHABET if char != token[place]]
        for changed in [token[:place] + edit + token[place + 1 :] for edit in [b"", *edits]]:
            try:
                result = restored(changed + beside, KEY)
            except TokenError:
                continue
            kept += 1
            assert result in (changed + beside, changed + beside.replace(TOKEN, PHONE))
            assert place <= token.index(b":") + 8, "behind the id of the key every change is noticed"
    assert body > token.index(b":") + 8
    assert kept < 250


def test_a_change_within_the_body_or_the_tag_is_told_with_its_line_and_without_the_value():
    for place in range(TOKEN.index(b".") + 1, len(TOKEN) - 1):
        if TOKEN[place] == ord(":"):
            continue
        swapped = b"a" if TOKEN[place] != ord("a") else b"b"
        with pytest.raises(TokenError, match="the input, line 3: a tagged CN_MOBILE was changed") as error:
            restored(b"one\n%b\n" % TOKEN + TOKEN[:place] + swapped + TOKEN[place + 1 :] + b"\n", KEY)
        assert "138" not in str(error.value)
        assert TOKEN[place - 4 : place].decode() not in str(error.value)


@pytest.mark.parametrize("form", ["alone", "in a URL", "in XML", "in JSON of Go", "in JSON in JSON"])
def test_a_text_that_was_cut_off_in_a_token_is_an_error(form):
    text = CARRIERS[form][0](TOKEN)
    opened = text.index(b"CN_MOBILE:") + len(b"CN_MOBILE:")
    close = text.rindex(TOKEN[-12:-1]) + 11
    for end in range(opened + 1, close + 1):
        with pytest.raises(TokenError, match="cut off"):
            restored(text[:end], KEY)
        with pytest.raises(TokenError, match="cut off"):
            restored(TOKEN + text[:end], KEY)
        if end > opened + 6:
            with pytest.raises(TokenError, match="cut off"):
                restored(text[:end] + b"\n" + TOKEN, KEY)
    for end in range(opened + 1):
        assert restored(text[:end], KEY) == text[:end]


def test_a_token_in_two_lines_is_an_error():
    with pytest.raises(TokenError, match="line 1"):
        restored(TOKEN[:40] + b"\n" + TOKEN[40:], KEY)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [TOKEN, TOKEN[:-5], TOKEN[1:], b"<", b":", b"\\", b'"', b"\n", b"%3C", b"x", token_of(key=OTHER)]
        )
    )
)
def test_blocks_and_edits_say_the_same(parts):
    data = b"".join(parts)
    restorer = Restorer(KEY)
    text, counts = restorer.scrub_block(data)
    at, pieces = 0, []
    for edit in restorer.edits(data):
        assert at <= edit.start < edit.end
        pieces += (data[at : edit.start], edit.replacement)
        at = edit.end
    assert b"".join([*pieces, data[at:]]) == text
    assert sum(counts.values()) == len(restorer.edits(data))


def test_only_text_and_bytes_are_restored():
    for wrong in (1, None, bytearray(b"x"), [TOKEN]):
        with pytest.raises(TypeError, match="str and bytes"):
            restored(wrong, KEY)


# --- files ---


@pytest.fixture
def key_file(tmp_path):
    """The name of a key file."""
    files.create(tmp_path / "a.key")
    return str(tmp_path / "a.key")


@pytest.fixture
def key(key_file):
    """The key in it."""
    return references.load(key_file)


LINES = b"2026-11-24 phone %b\n\xb0\xa1\xff\n"


@pytest.fixture
def scrubbed(tmp_path, key):
    """A file with tokens of the key."""
    path = tmp_path / "in.log"
    path.write_bytes(filled(LINES, token_of(key=key)) * 3)
    return path


def test_restore_writes_the_original_and_says_how_much(tmp_path, key, key_file, scrubbed):
    others = token_of(key=OTHER, entity="EMAIL_ADDRESS")
    scrubbed.write_bytes(scrubbed.read_bytes() + others)
    result = run("restore", scrubbed, "-o", tmp_path / "out", "--key", key_file)
    assert result.returncode == 0
    assert (tmp_path / "out").read_bytes() == filled(LINES, PHONE) * 3 + others
    assert result.stderr.decode().split(";", 1)[1].strip() == (
        "restored 3 (CN_MOBILE 3); left 1 (EMAIL_ADDRESS 1) of other keys or recipients"
    )
    assert run("restore", scrubbed, "--key", key_file, "--quiet").stdout == (tmp_path / "out").read_bytes()
    result = command.run("restore", "-", "--key", key_file, data=scrubbed.read_bytes())
    assert result.stdout == (tmp_path / "out").read_bytes()


def test_restore_of_what_holds_no_tokens_says_so(tmp_path, key_file):
    (tmp_path / "in").write_bytes(b"nothing\n")
    result = run("restore", tmp_path / "in", "--key", key_file)
    assert (result.returncode, result.stdout) == (0, b"nothing\n")
    assert b"no tagged values" in result.stderr


@pytest.mark.parametrize("bad", [TOKEN[:30], None], ids=["cut", "foreign"])
def test_what_cannot_be_restored_writes_nothing_anywhere(tmp_path, key, key_file, scrubbed, bad):
    what = token_of(recipient="B", key=key) if bad is None else token_of(key=key)[:30]
    path = tmp_path / "bad.log"
    path.write_bytes(b"fine\n" * 600_000 + what + b"\n")
    before = path.read_bytes()
    for words in (
        [path],
        [path, "-o", tmp_path / "out"],
        [path, "--in-place"],
        [path, "--jobs", "2", "-o", tmp_path / "o"],
    ):
        how = command.run if "--jobs" in words else run
        result = how("restore", *words, "--key", key_file)
        assert (result.returncode, result.stdout) == (2, b"")
        assert str(path).encode() + (b": none of" if bad is None else b", line 600001: ") in result.stderr
        assert b"Traceback" not in result.stderr
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.key", "bad.log", "in.log"]
    result = run("restore", path, scrubbed, "--out-dir", tmp_path / "out", "--key", key_file)
    assert result.returncode == 2
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["in.log"]


def packed(name, data):
    """An archive with the same text twice, and one without tokens."""
    out = io.BytesIO()
    if name.endswith("zip"):
        with zipfile.ZipFile(out, "w") as archive:
            for member, text in (("a", data), ("b", b"none"), ("c", data)):
                archive.writestr(member, text)
    else:
        with tarfile.open(fileobj=out, mode="w:gz" if name.endswith("gz") else "w") as archive:
            for member, text in (("a", data), ("b", b"none"), ("c", data)):
                info = tarfile.TarInfo(member)
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text))
    return out.getvalue()


def unpacked(name, data):
    if name.endswith("zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [archive.read(member) for member in archive.namelist()]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [archive.extractfile(member).read() for member in archive]


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_archives_are_restored_and_a_broken_token_in_one_is_an_error(tmp_path, key, key_file, name):
    token = token_of(key=key)
    (tmp_path / name).write_bytes(packed(name, b"a " + token))
    assert run("restore", tmp_path / name, "-o", tmp_path / f"out-{name}", "--key", key_file).returncode == 0
    assert unpacked(name, (tmp_path / f"out-{name}").read_bytes()) == [b"a " + PHONE, b"none", b"a " + PHONE]
    for bad in (token[:-3], token_of(key=OTHER)):
        (tmp_path / name).write_bytes(packed(name, bad))
        result = run("restore", tmp_path / name, "-o", tmp_path / "no", "--key", key_file)
        assert result.returncode == 2
        assert not (tmp_path / "no").exists()


def test_compressed_files_are_restored(tmp_path, key_file, scrubbed):
    (tmp_path / "a.gz").write_bytes(gzip.compress(scrubbed.read_bytes()))
    assert run("restore", tmp_path / "a.gz", "--in-place", "--key", key_file).returncode == 0
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == filled(LINES, PHONE) * 3


@pytest.mark.parametrize(("encoding", "times"), [("utf-8", 2), ("utf-16-le", 1)])
def test_long_lines_are_not_cut_in_a_token(tmp_path, key, key_file, encoding, times):
    tokens = [token.decode() for token in tokens_of(*(b"%d" % n for n in range(16_000)), b"x" * 300_000, key=key)]
    quoted = [f'"\\u003c{token[1:]}"' for token in tokens]
    line = ('{"a":[' + ",".join(quoted) + "]," + "&lt;" + "&gt;&lt;".join(t[1:-1] for t in tokens) + "&gt;") * times
    (tmp_path / "long").write_bytes(line.encode(encoding))
    result = run("restore", tmp_path / "long", "--key", key_file)
    values = [*map(str, range(16_000)), "x" * 300_000]
    numbers = ",".join([*values[:-1], '"' + values[-1] + '"'])
    assert result.stdout == (('{"a":[' + numbers + "]," + "".join(values)) * times).encode(encoding)


def test_several_processes_give_what_one_gives(tmp_path, key_file, scrubbed):
    (tmp_path / "big").write_bytes(scrubbed.read_bytes() * 20_000)
    for jobs in ("1", "2"):
        assert (
            command.run(
                "restore", tmp_path / "big", "-o", tmp_path / jobs, "--jobs", jobs, "--key", key_file
            ).returncode
            == 0
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() == filled(LINES, PHONE) * 60_000


def test_a_destroyed_key_restores_nothing(tmp_path, key, key_file, scrubbed):
    files.destroy(key_file)
    result = run("restore", scrubbed, "-o", tmp_path / "out", "--key", key_file)
    assert result.returncode == 2
    assert b"was destroyed at" in result.stderr
    assert not (tmp_path / "out").exists()
    with pytest.raises(KeyFileError, match="destroyed"):
        restored(token_of(key=key), key_file)


# --- columns ---

POLICY = """
promise = "deidentify"
default = "encrypt"
purpose = "test"
recipient = "B"
[columns]
phone = { do = "fpe", entity = "CN_MOBILE" }
"user.ip" = { do = "ip_prefix", entity = "IP_ADDRESS" }
"""


def column(operation, entity, value, key):
    """What a policy makes of a value in a column."""
    secret = key.secret(entity, recipient="B", purpose="test", cipher="aes", epoch="")
    return OPERATIONS[operation].build(Subject(entity, secret=secret))([value])[0]


def test_values_without_a_tag_are_restored_in_columns_that_a_policy_names_and_nowhere_else(tmp_path, key, key_file):
    (tmp_path / "p.toml").write_text(POLICY)
    phone, ip = column("fpe", "CN_MOBILE", PHONE, key), column("ip_prefix", "IP_ADDRESS", b"8.8.8.8", key)
    assert PHONE not in phone
    token = token_of(b"a@b.com", key=key, entity="EMAIL_ADDRESS", recipient="B", purpose="test")
    line = b'{"phone":%b,"tel":%b,"user":{"ip":"%b"},"ip":"%b","phone":"%b","phone":"<CN_MOBILE>"}\n'
    (tmp_path / "in").write_bytes(line % (phone, phone, ip, ip, token))
    words = ["restore", tmp_path / "in", "--key", key_file]
    result = run(*words, "--policy", tmp_path / "p.toml")
    assert result.stdout == line % (PHONE, phone, b"8.8.8.8", ip, b"a@b.com")
    assert b"nothing tells whether this is the key" in result.stderr
    assert run(*words, "--recipient", "B").stdout == line % (phone, phone, ip, ip, b"a@b.com")


def test_columns_whose_values_change_with_the_epoch_are_refused(tmp_path, key_file):
    (tmp_path / "p.toml").write_text('epoch = "month"\n' + POLICY)
    (tmp_path / "in").write_bytes(b"x\n")
    result = run("restore", tmp_path / "in", "--key", key_file, "--policy", tmp_path / "p.toml")
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"epoch" in result.stderr


# --- one value ---


def entries(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_value_is_given_and_the_request_recorded_without_it(tmp_path, key, key_file):
    token = token_of("张三 13800138000".encode(), key=key, entity="PERSON", recipient="B")
    words = ["--key", key_file, "--recipient", "B"]
    results = [run("restore", "--value", token.decode(), *words), run("restore", "--value", "-", *words, data=token)]
    results += [run("restore", "--value", "%3C" + token[1:-1].decode() + "%3E", *words)]
    assert [result.stdout.decode() for result in results] == ["张三 13800138000\n"] * 3
    path = tmp_path / "a.key.requests.jsonl"
    found = entries(path)
    assert [sorted(entry) for entry in found] == [["entity", "key", "time", "token_sha256"]] * 3
    assert {(entry["entity"], entry["key"]) for entry in found} == {("PERSON", key.id)}
    assert len({entry["token_sha256"] for entry in found}) == 1
    assert "138" not in path.read_text().replace(found[0]["token_sha256"], "")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_value_whose_request_cannot_be_recorded_is_not_shown(tmp_path, key, key_file):
    (tmp_path / "a.key.requests.jsonl").mkdir()
    result = run("restore", "--value", token_of(key=key).decode(), "--key", key_file)
    assert (result.returncode, result.stdout) == (OutputError.exit_code, b"")
    if os.path.exists("/dev/full"):  # noqa: PTH110
        words = ["--key", key_file, "--record", "/dev/full"]
        result = run("restore", "--value", token_of(key=key).decode(), *words)
        assert (result.returncode, result.stdout) == (OutputError.exit_code, b"")


def test_a_key_that_is_no_file_needs_a_record(tmp_path, key, key_file):
    words = ["restore", "--value", token_of(key=key).decode(), "--key", f"cmd:cat {key_file}"]
    result = run(*words)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"--record" in result.stderr
    assert run(*words, "--record", tmp_path / "r").stdout == PHONE + b"\n"
    assert len(entries(tmp_path / "r")) == 1


def test_what_is_no_token_of_the_key_is_neither_shown_nor_recorded(tmp_path, key, key_file):
    token = token_of(key=key).decode()
    for wrong in (TOKEN.decode(), token[:-5] + ">", token[:-1], "13800138000", token + token, ""):
        result = run("restore", "--value", wrong, "--key", key_file)
        assert (result.returncode, result.stdout) == (2, b"")
        assert b"Traceback" not in result.stderr
        assert b"138" not in result.stderr
    assert not (tmp_path / "a.key.requests.jsonl").exists()


def test_restore_takes_inputs_or_a_value(key_file):
    for words in ([], ["x", "--value", "y"]):
        assert run("restore", *words, "--key", key_file).returncode == 2


def test_a_reader_that_goes_away_is_no_error(key_file, scrubbed):
    process = command.start("restore", scrubbed, "--key", key_file)
    process.stdout.close()
    process.stdin.close()
    assert process.wait(60) in (0, -13)
    process.stderr.close()


def test_dates_come_back_with_the_person_of_their_record():
    columns = {"birthday": Action("shift", {"entity": "DATE_OF_BIRTH"})}
    policy = Policy("dates", "deidentify", Action("encrypt"), columns=columns)
    key = Key.for_run()
    born = '"birthday":"1990-05-06"}\n'
    text = '{"uid":"u10023",' + born + '{"uid":"u10024",' + born + "{" + born
    scrubbed = Scrubber(None, policy, key=key).scrub(text)
    assert "1990-05-06" not in scrubbed
    restorer = Restorer(key, "", Columns(policy, key, ""))
    assert restorer.scrub_block(scrubbed.encode())[0].decode() == text


def test_dates_whose_person_cannot_be_restored_are_refused():
    columns = {"birthday": Action("shift", {"entity": "DATE_OF_BIRTH"})}
    policy = Policy("dates", "deidentify", Action("pseudonym"), columns=columns)
    with pytest.raises(UsageError, match="USER_ID"):
        Columns(policy, Key.for_run(), "")


CARD = """
entity     = "EMPLOYEE_NO"
title      = "员工编号"
title_en   = "Employee number"
class      = "direct"
confidence = 0.6
[[match]]
pattern = 'EMP-\\d{6}'
[[example]]
text = "EMP-204518"
find = ["EMP-204518"]
[[example]]
text = "EMP-2045"
find = []
"""
OWN = """
promise = "deidentify"
default = "encrypt"
[entities]
EMPLOYEE_NO = "encrypt"
[columns]
birthday = { do = "shift", entity = "DATE_OF_BIRTH", person = "EMPLOYEE_NO" }
"""


def test_a_policy_that_names_an_entity_of_ones_own_cards_restores_with_these_cards(tmp_path, key_file):
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "employee_no.toml").write_text(CARD, encoding="utf-8")
    (tmp_path / "own.toml").write_text(OWN)
    content = b'{"nr":"EMP-204518","birthday":"1990-05-06"}\n{"nr":"EMP-204519","birthday":"1990-05-06"}\n'
    (tmp_path / "in.jsonl").write_bytes(content)
    words = ["--policy", tmp_path / "own.toml", "--key", key_file]
    cards = ["--cards", tmp_path / "cards"]
    scrubbed = run("scrub", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", *words, *cards)
    assert scrubbed.returncode == 0
    assert b"1990-05-06" not in (tmp_path / "out.jsonl").read_bytes()
    assert run("restore", tmp_path / "out.jsonl", *words, *cards).stdout == content
    assert run("restore", tmp_path / "out.jsonl", *words).returncode == 2
