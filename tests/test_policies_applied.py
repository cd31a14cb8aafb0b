"""What policies do to text: what remains, what is the same, what comes back, and what does not."""

from __future__ import annotations

import base64
import dataclasses
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonkit
from anonkit import Action, Policy, Scrubber, shared
from anonkit.keys.key import Key
from anonkit.model import Values
from anonkit.policy.files import BUILTINS
from anonkit.restoring.tokens import restored
from anonkit.scrubbing.edits import Edits
from anonkit.transform.operations import OPERATIONS
from tests.test_engine import RELAXED, TEXTS

KEY = Key.for_run()
KEY.outlives_run = True  # it stands for one in a file
LINES = [
    "手机号为{phone}，身份证{id}，从{ip}登录",
    '{{"phone":{phone},"name":"{name}","deviceToken":"{token}","email":"{mail}"}}',
    "INSERT INTO users (name, phone, id_card) VALUES ('{name}', {phone}, '{id}');",
    "GET /api?mobile={phone}&idCard={id} HTTP/1.1 {ip} imei={imei}",
]
NAMED = "姓名：{name}，"
ONE = {"name": "张伟", "phone": "13812345678", "id": "11010519491231002X", "ip": "117.136.0.25",
       "token": "a1b2c3d4e5f60718293a4b5c6d7e8f90" * 2, "mail": "zhang.wei@corp-mail.cn",
       "imei": "863514378900258"}  # fmt: skip
OTHER = {"name": "李强", "phone": "15987654321", "id": "440524188001010014", "ip": "223.5.5.201",
         "token": "90f8e7d6c5b4a39281706f5e4d3c2b1a" * 2, "mail": "li.qiang99@other.com",
         "imei": "490154203237518"}  # fmt: skip
ANONYMOUS = [name for name in BUILTINS if name in ("anonymize", "public", "retention", "shutdown")]


def text(values):
    return "\n".join((NAMED + line).format(**values) for line in LINES) + "\n"


def policy(do, promise="deidentify", **options):
    parameters = options.pop("parameters", {})
    return Policy(do, promise, Action(do, parameters), **{"purpose": "test", **options})


def scrubber(name, **options):
    needs_key = name not in (*ANONYMOUS, "mask")
    return Scrubber(None, name, key=KEY if needs_key else None, recipient="ACME" if needs_key else None, **options)


RESTORABLE = [Scrubber(None, policy("encrypt", cipher=cipher), key=KEY) for cipher in ("aes", "sm4")]
TWICE = [
    *RESTORABLE,
    Scrubber(None, policy("pseudonym"), key=KEY),
    Scrubber(None, policy("redact")),
    Scrubber(None, policy("label", label_style="chinese")),
]


@pytest.mark.parametrize("name", BUILTINS)
def test_no_value_remains_under_a_built_in_policy(name):
    scrubbed = scrubber(name).scrub(text(ONE))
    for kind, value in ONE.items():
        assert value not in scrubbed, kind


@pytest.mark.parametrize("name", ANONYMOUS)
def test_what_is_anonymized_does_not_depend_on_the_values_so_that_nothing_can_find_them(name):
    assert scrubber(name).scrub(text(ONE)) == scrubber(name).scrub(text(OTHER))


@pytest.mark.parametrize("name", ["deidentify", "transfer", "share-affiliate", "share-partner"])
def test_two_recipients_share_no_token_and_one_recipient_shares_all(name):
    tokens = [
        set(re.findall(r"<[A-Z_]+[:~][^>]*>", Scrubber(None, name, key=KEY, recipient=who).scrub(text(ONE))))
        for who in ("ACME", "ACME", "Other")
    ]
    assert tokens[0] == tokens[1]
    assert tokens[0]
    assert not tokens[0] & tokens[2]


@pytest.mark.parametrize("do", ["pseudonym", "surrogate"])
def test_under_anonymize_a_run_is_consistent_and_two_runs_share_nothing(do):
    one = Policy("run", "anonymize", Action("label"), entities={"PERSON": Action(do)})
    line = "姓名=欧阳修文 ok\n"
    scrubber = Scrubber(None, one)
    first, again = scrubber.scrub(line), scrubber.scrub(line)
    assert first == again
    runs = {first, *(anonkit.scrub(line, policy=one) for _ in range(3))}
    assert len(runs) > 2
    assert line not in runs


def test_a_run_that_was_closed_treats_nothing_any_more():
    one = Scrubber(None, Policy("run", "anonymize", Action("label"), entities={"PERSON": Action("pseudonym")}))
    one.close()
    with pytest.raises(anonkit.UsageError, match="closed"):
        one.scrub("姓名=张三丰")


def test_the_key_of_a_run_is_gone_when_it_is_closed():
    one = Scrubber(None, Policy("run", "anonymize", Action("label"), entities={"PERSON": Action("pseudonym")}))
    key = one._decision.key
    one.close()
    assert not any(key.generations[0]._secret)
    with pytest.raises(anonkit.KeyFileError):
        key.secret("PERSON", recipient="", purpose="", cipher="aes", epoch="")


def test_a_key_that_lasts_is_not_wiped_when_a_scrubber_is_closed():
    one = Scrubber(None, policy("encrypt"), key=KEY)
    one.close()
    assert restored(one.scrub("手机13812345678"), KEY) == "手机13812345678"


@RELAXED
@given(TEXTS)
def test_what_was_encrypted_comes_back_byte_for_byte(text):
    for one in RESTORABLE:
        assert restored(one.scrub(text), KEY) == text


@RELAXED
@given(TEXTS)
def test_scrubbing_twice_changes_nothing_more_under_each_operation(text):
    for one in TWICE:
        once = one.scrub(text)
        assert one.scrub(once) == once


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
def test_values_come_back_in_the_encoding_they_had(encoding):
    data = (text(ONE) + "地址：北京市海淀区中关村大街27号1103室\r\nname=张三\n").encode(encoding)
    one = RESTORABLE[0]
    scrubbed = one.scrub(data)
    assert "海淀区".encode(encoding)[-4:] not in scrubbed
    assert restored(scrubbed, KEY) == data


@pytest.mark.parametrize("line", [
    '{"phone":13812345678}', '{"phone": 13812345678, "x": [13812345678, 15987654321]}',
    '{"lng":-116.397128,"lat":39.9}',
    '{"m":"{\\"phone\\":13812345678}"}', "{'phone': 13812345678}",
    "INSERT INTO t (phone) VALUES (13812345678), (15987654321);", "update t set x=1 where phone=13812345678",
    "http://x.cn/?m=13812345678&e=a%40b.cn", "<phone>13812345678</phone>", '"13812345678","张伟"',
    "手机１３８１２３４５６７８，", "\\u5f20 phone=%31%33%38%31%32%33%34%35%36%37%38",
])  # fmt: skip
def test_what_the_syntax_added_goes_again(line):
    for one in RESTORABLE:
        scrubbed = one.scrub(line)
        assert ":" in scrubbed
        assert restored(scrubbed, KEY) == line


def test_a_bare_number_and_a_string_of_json_become_the_same_string():
    one = RESTORABLE[0]
    bare, string = (json.loads(one.scrub(line)) for line in ('{"phone":13812345678}', '{"phone":"13812345678"}'))
    assert bare == string


def test_text_that_only_looks_like_a_result_of_our_key_survives():
    token = RESTORABLE[0].scrub("手机13812345678")[2:]
    for text in (token[:-6] + "AAAAA>", token[:30], f"x {token[:-1]}", token.replace("CN_MOBILE", "PERSON")):
        scrubbed = RESTORABLE[0].scrub(text)
        assert "<TAGGED:" in scrubbed
        assert restored(scrubbed, KEY) == text
        assert RESTORABLE[0].scrub(scrubbed) == scrubbed


def test_a_value_around_an_earlier_result_is_encrypted_with_that_result():
    text = "Mozilla/5.0 (X11; 1.2.3.4<CN_MOBILE#4>) Firefox/1"
    assert restored(RESTORABLE[0].scrub(text), KEY) == text


def test_spellings_of_one_value_get_one_pseudonym():
    one = Scrubber(None, policy("pseudonym"), key=KEY)
    spellings = ["13812345678", "+8613812345678", "138-1234-5678", "１３８１２３４５６７８", '"13812345678"']
    tokens = {re.search(r"<CN_MOBILE~[^>]*>", one.scrub(f"手机号：{s}，"))[0] for s in spellings}
    assert len(tokens) == 1


def test_spellings_of_one_birthday_get_one_pseudonym():
    one = Scrubber(None, policy("pseudonym"), key=KEY)
    spellings = ["1990-03-04", "1990/3/4", "1990年3月4日", "19900304"]
    tokens = {re.search(r"<DATE_OF_BIRTH~[^>]*>", one.scrub(f"生日：{s}，"))[0] for s in spellings}
    assert len(tokens) == 1


def test_what_is_redacted_takes_no_neighbour_with_it():
    line = 'password=abc12345 user=bob ip=1.2.3.4 密码：abc12345 登录 {"phone":13812345678,"a":1}'
    scrubbed = Scrubber(None, policy("redact")).scrub(line)
    assert scrubbed == 'password="" user="" ip= 密码："" 登录 {"phone":"","a":1}'.replace("ip= ", 'ip="" ')


@pytest.mark.parametrize("do", ["fpe", "ip_prefix"])
def test_a_number_that_stays_a_number_needs_no_quotes(do):
    entities = {"CN_MOBILE": Action("fpe"), "IP_ADDRESS": Action("ip_prefix")}
    one = Scrubber(None, policy("encrypt", entities=entities), key=KEY)
    line = json.loads(one.scrub('{"phone":13812345678,"ip":"117.136.0.25"}'))
    assert isinstance(line["phone"], int)
    assert str(line["phone"]).startswith("138")
    assert line["phone"] != 13812345678
    assert line["ip"] != "117.136.0.25"


def test_what_a_policy_allows_stays_and_what_it_denies_goes():
    one = Scrubber(None, Policy(
        "lists", "deidentify", Action("label"),
        allow=Values(values=("13800138000",), patterns=(r"10\.\d+\.\d+\.\d+",)),
        deny=Values(values=("青松计划",), patterns=(r"PRJ-\d+",), hashed=(
            "sha256:5b5d5d4e7b5b1cd7b4d1d5cb5a9b2f4c9c0b4a5c1f2e3d4c5b6a798897a6b5c4",
        )),
    ))  # fmt: skip
    line = "手机13800138000 手机13812345678 10.1.2.3 117.136.0.25 青松计划 PRJ-77 APRJ-78x"
    assert one.scrub(line) == ("手机13800138000 手机<CN_MOBILE> 10.1.2.3 <IP_ADDRESS> <DENIED> <DENIED> APRJ-78x")


def test_a_list_of_hashes_names_values_without_showing_them():
    import hashlib

    hashed = ("sha256:" + hashlib.sha256("青松".encode()).hexdigest(),)
    one = Scrubber(None, Policy("lists", "deidentify", Action("label"), deny=Values(hashed=hashed)))
    assert one.scrub("项目 青松, 青松岭") == "项目 <DENIED>, 青松岭"


def test_an_entity_may_have_a_threshold_of_its_own():
    one = Scrubber(None, Policy("strict", "mask", Action("label"), thresholds={"CN_MOBILE": 1.0}))
    assert one.scrub("手机13812345678 a.b@corp.cn") == "手机13812345678 <EMAIL_ADDRESS>"


def test_a_policy_switches_on_what_it_names():
    line = "host=web01.corp.cn ok"
    assert scrubber("anonymize").scrub(line) == line
    assert scrubber("shutdown").scrub(line) == "host=<HOSTNAME> ok"


def test_a_policy_in_python_is_linted_as_one_in_a_file():
    with pytest.raises(anonkit.PolicyError, match="CN_MOBILE"):
        anonkit.scrub("x", policy=Policy("bad", "anonymize", Action("label"), entities={"CN_MOBILE": Action("mask")}))


def test_a_policy_that_needs_a_key_says_so_and_one_that_needs_none_refuses_it():
    with pytest.raises(anonkit.UsageError, match="needs a key"):
        anonkit.scrub("x", policy="deidentify")
    with pytest.raises(anonkit.UsageError, match="no key"):
        anonkit.scrub("x", key="some.key")


def test_a_policy_file_runs_no_command_unless_the_caller_says_it(tmp_path):
    file = tmp_path / "p.toml"
    file.write_text(
        f'promise = "deidentify"\ndefault = "encrypt"\nkey = "cmd:touch {tmp_path}/ran"\n', encoding="utf-8"
    )
    with pytest.raises(anonkit.UsageError, match="--key"):
        anonkit.scrub("x", policy=str(file))
    assert not (tmp_path / "ran").exists()


def test_a_key_that_was_destroyed_or_changed_is_not_used_from_memory(tmp_path, monkeypatch):
    first, second = (base64.b64encode(bytes(range(n, n + 32))).decode() for n in (1, 2))
    monkeypatch.setenv("ANONKIT_TEST_KEY", first)
    one = anonkit.scrub("手机13812345678", policy="deidentify", key="env:ANONKIT_TEST_KEY")
    monkeypatch.setenv("ANONKIT_TEST_KEY", second)
    assert anonkit.scrub("手机13812345678", policy="deidentify", key="env:ANONKIT_TEST_KEY") != one
    monkeypatch.delenv("ANONKIT_TEST_KEY")
    with pytest.raises(anonkit.KeyFileError):
        anonkit.scrub("手机13812345678", policy="deidentify", key="env:ANONKIT_TEST_KEY")


def test_the_same_call_gets_the_same_scrubber_where_no_key_is_in_it():
    assert shared.shared_scrubber("mask") is shared.shared_scrubber("mask")
    run = Policy("run", "anonymize", Action("number"))
    assert shared.shared_scrubber(run) is not shared.shared_scrubber(run)


@pytest.mark.parametrize("hidden", [
    "<TEL#13800138000>", "<CN_MOBILE#13800138000>", "<ORDER~abcdef.abcd~13800138000>", "<LOGIN>13800138000",
    "<CN_MOBILE~aaaaaa.aaaa~13800138000>", "<CN_MOBILE:aaaaaa.bbbb:AAAAAAAAAAAAAAA-13800138000>",
])  # fmt: skip
def test_what_is_dressed_up_as_a_result_is_found(hidden):
    assert "13800138000" not in anonkit.scrub(hidden)


@pytest.mark.parametrize("do", ["fpe", "mask", "generalise"])
def test_an_operation_is_done_once_where_others_are_redacted(do):
    entity, value = ("IP_ADDRESS", r"ip=(\S+)") if do == "generalise" else ("CN_MOBILE", r"手机(\S+)")
    line = "password=abc12345 手机13812345678 ip=117.136.0.25"
    results = set()
    for default in ("label", "redact"):
        one = Policy("p", "mask", Action(default), entities={entity: Action(do)})
        results.add(re.search(value, Scrubber(None, one, key=KEY if do == "fpe" else None).scrub(line))[1])
    assert len(results) == 1


EDITS = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), st.binary(max_size=3)), max_size=4)


def edits_of(rows, size):
    """Edits of a text of that size, from any rows."""
    taken, at = [], 0
    for low, high, new in sorted((min(a, b), max(a, b), new) for a, b, new in rows):
        if low >= at and high <= size and (not taken or low > taken[-1][0]):
            taken.append((low, high, new))
            at = high
    columns = [np.array([row[n] for row in taken], np.int64) for n in (0, 1)]
    return Edits(*columns, np.zeros(len(taken), np.int64), [row[2] for row in taken])


@given(st.binary(max_size=14), EDITS, EDITS)
def test_two_sets_of_edits_come_to_one(text, first, second):
    one = edits_of(first, len(text))
    made = one.spliced(text)
    two = edits_of(second, len(made))
    both = one.then(text, two)
    assert both.spliced(text) == two.spliced(made)
    assert (both.start <= both.end).all()
    assert (both.end[:-1] <= both.start[1:]).all()
    for start in range(len(made)):
        place = one.origin((start, start + 1))
        assert place is None or text[slice(*place)] == made[start : start + 1]


@pytest.mark.parametrize(("text", "scrubbed"), [
    ("<note>some long text</note>", "<note>&lt;NOTE&gt;</note>"),
    ("<note></note><a>1</a>", "<note></note><a>1</a>"),
    ("note=+86 138-1234-5678 x", "note=<NOTE> x"),
    ("INSERT INTO t (a, note) VALUES (1, 'z'), (2, 'y');",
     "INSERT INTO t (a, note) VALUES (1, '<NOTE>'), (2, '<NOTE>');"),
    ('{"note":"x y","a":1}', '{"note":"<NOTE>","a":1}'),
    ("note=13900001234", "note=<NOTE>"),
])  # fmt: skip
def test_a_column_is_taken_whole_wherever_its_value_stands(text, scrubbed):
    one = Policy("columns", "deidentify", Action("label"), columns={"note": Action("label")})
    assert Scrubber(None, one).scrub(text) == scrubbed


def test_a_number_in_a_url_does_not_begin_a_fragment():
    one = Scrubber(None, Policy("numbers", "deidentify", Action("number")))
    scrubbed = one.scrub("GET http://a.cn/?phone=13812345678&x=1")
    assert scrubbed == "GET http://a.cn/?phone=%3CCN_MOBILE%231%3E&x=1"
    assert one.scrub(scrubbed) == scrubbed


@pytest.mark.parametrize("end", ["log <ERROR:{0}", "x<SC:{0}", "%3CNE:{0}", "<CN_MOBILE:{1}", "<CN_MOBILE:{1}."])
def test_a_text_that_ends_as_a_token_of_ours_begins_comes_back(end):
    key_id = KEY.generations[-1].tag_id("")
    text = end.format(key_id[:1], key_id)
    assert restored(RESTORABLE[0].scrub(text), KEY) == text


def test_a_key_that_is_none_is_a_type_error():
    with pytest.raises(TypeError, match="int"):
        anonkit.scrub("x", policy="deidentify", key=5)


def test_only_operations_that_say_so_write_what_looks_real():
    said = {name for name, operation in OPERATIONS.items() if operation.looks_real}
    assert said == {"fpe", "ip_prefix", "shift", "surrogate"}
    line = "手机号：13812345678 ip=117.136.0.25 生日：1990-03-04 姓名：张三丰"
    entities = {"fpe": "CN_MOBILE", "ip_prefix": "IP_ADDRESS", "shift": "DATE_OF_BIRTH", "surrogate": "PERSON"}
    for do, entity in entities.items():
        one = Scrubber(None, policy("label", entities={entity: Action(do)}), key=KEY)
        found = {finding.entity for finding in anonkit.scan(one.scrub(line))}
        assert found == {entity}


def test_a_policy_can_be_loaded_and_changed_in_python():
    built_in = Policy.load("deidentify")
    assert built_in.promise == "deidentify"
    changed = dataclasses.replace(built_in, default=Action("pseudonym"))
    assert re.fullmatch("手机<CN_MOBILE~.*>", Scrubber(None, changed, key=KEY).scrub("手机13812345678"))
