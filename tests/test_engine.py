"""What holds for every text: positions, idempotence, independence of lines, syntax, time; and a policy's prose."""

import base64
import json
import multiprocessing
import random
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import anonkit
from anonkit.detect import validators, vectors
from anonkit.detect.block import PAD_BYTES, Block
from anonkit.scrubber import Scrubber
from anonkit.scrubbing import explaining
from tests import generators

DATA = Path(__file__).parent / "data"
FRAGMENTS = [
    *"13812345678 11010519491231002X 6222021234567890128".split(),
    *"10.1.2.3 a.b@example.com phone= 手机号 姓名：张伟 password= abc123".split(),
    *"{\"mobile\": } \" ' \\ \\\" \\n , : = & ? %31 %E5%BC%A0 \\u5f20".split(),
    *"<CN_MOBILE> < > </a> token: user root [ ] (".split(),
    *"版本 1.2.3.4 v 苏B12345 3c:22:fb:0a:1b:2c http://x.cn/?q= １３８".split(),
    *"地址:北京市海淀区中关村大街27号 ::1 fe80::1%eth0".split(),
    *"|password| 验证码 8842 为 Qw(2024)t7 </entry> 邮箱 张伟@example.com android_id 9774d56d682e549c".split(),
    ' key="pwd">', " name='phone' value='",
    *"120.312345,31.491169 imei 863514378900258 a 1 X ， 中".split(),
    *"赵磊 王芳 张伟、李娜 /q?m=%E8%B5%B5%E7%A3%8A %E7%8E%8B%E8%8A%B3".split(),
    *"\\u8d75\\u78ca \\u738b\\u82b3 &#36213;&#30922;".split(),
    "\n", "\r\n", " ", "\u200b", "INSERT INTO t (name, phone) VALUES ('", "Mozilla/5.0 (X11) ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
KEYS = ["phone", "name", "lng", "a", "token", "data"]
RELAXED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@RELAXED
@given(TEXTS)
def test_findings_are_sorted_do_not_overlap_and_lie_in_the_text(text):
    last = 0
    for finding in anonkit.scan(text):
        assert last <= finding.start < finding.end <= len(text)
        last = finding.end


@RELAXED
@given(TEXTS)
def test_scrubbing_twice_gives_what_scrubbing_once_gives(text):
    once = anonkit.scrub(text)
    assert anonkit.scrub(once) == once


@RELAXED
@given(st.lists(TEXTS.filter(lambda t: "\n" not in t and "\r" not in t), min_size=2, max_size=4))
def test_what_is_found_in_a_line_does_not_depend_on_other_lines(lines):
    together = anonkit.scrub("\n".join(lines))
    assert together == "\n".join(anonkit.scrub(line) for line in lines)


@RELAXED
@given(st.binary(max_size=200), st.sampled_from(["13812345678", "手机13812345678", "", "password=abc12345"]))
def test_any_bytes_are_taken_and_the_edits_explain_the_output(noise, value):
    block = noise + b" " + value.encode() + b" " + noise
    scrubber = Scrubber()
    out, at = [], 0
    for edit in scrubber.edits(block):
        out += [block[at : edit.start], edit.replacement]
        at = edit.end
    assert b"".join([*out, block[at:]]) == scrubber.scrub_block(block)[0]


@RELAXED
@given(st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**12) | st.sampled_from([13812345678, 120.312345]) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
))  # fmt: skip
def test_a_json_line_still_parses_after(value):
    value = [value]  # a number alone in its line is a list of numbers rather than JSON
    for line in (json.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps({"log": json.dumps(value)})):
        json.loads(anonkit.scrub(line))


@pytest.mark.parametrize(
    "unit",
    [
        "13812345678,",
        "a@b.cn ",
        "phone=",
        '{"a":[1,',
        "%31",
        "\\u5f20",
        "::",
        "1.2.3.",
        "ip-",
        "(",
        "姓名",
        "<a>",
        "face",
        '"" ',
        "ab|1",
        ' key="a">',
        "pwd=",
        "token=",
        "?token=abcdefg1%26",
        "pwd=''a",
        "<pwd>a",
    ],
)
def test_time_grows_with_the_size_of_the_input_and_no_faster(unit):
    scrubber = Scrubber()

    def seconds(size):
        block = (unit * (size // len(unit.encode()) + 1)).encode()
        began = time.process_time()
        scrubber.scrub_block(block)
        return time.process_time() - began

    seconds(20_000)
    assert seconds(800_000) < 16 * seconds(100_000) + 0.5  # quadratic would be 64 times


@pytest.mark.parametrize("name", sorted(vectors.VECTORS))
def test_a_vector_agrees_with_the_validator_of_its_name(name):
    rng = random.Random(name)
    values = [
        generators.cn_id_card(rng) if name == "cn_id_card" else str(rng.randrange(10 ** (n - 1), 10**n))
        for n in range(11, 20)
        for _ in range(60)
    ]
    values += ["1" * n for n in range(11, 20)] + [
        "0" * 15,
        "13800000000",
        "13812345678",
        "6222021234567890128",
        "863514378900258",
    ]
    values += [generators.mac(rng) for _ in range(60)] + ["00:00:00:00:00:00", "FF-FF-FF-FF-FF-FF", "02:00:00:00:00:00"]
    letters = "abcxyzABCXYZ0123456789_-.:/@ p0P"
    values += ["".join(rng.choices(letters, k=rng.randrange(1, 70))) for _ in range(3000)]
    values += ["0x12ab34cd", "http://a.b/c1", "a1" * 30, "root", "null1", "aaaa1111", "user12", "12345", "00000"]
    encoded = [v.encode() for v in values]
    block = Block(b"\n".join(encoded))
    lengths = np.array([len(v) for v in encoded])
    start = PAD_BYTES + np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    verdicts = vectors.VECTORS[name](block, start, start + lengths)
    for value, verdict in zip(encoded, verdicts.tolist(), strict=True):
        if verdict != vectors.ASK:
            assert bool(verdict) == validators.VALIDATORS[name](value), value
    assert (verdicts != vectors.ASK).any()


def test_in_a_privacy_policy_nothing_is_found_but_organisations_and_the_street_of_the_company():
    text = (DATA / "privacy_policy.txt").read_text(encoding="utf-8")
    found = {(f.entity, text[f.start : f.end]) for f in anonkit.scan(text)}
    assert {(entity, value) for entity, value in found if entity != "ORGANIZATION"} == {
        ("ADDRESS", "江苏省无锡市锡山区安镇街道丹山路88号")
    }


@pytest.mark.parametrize("key", ["邮箱", "邮箱：", "电子邮箱:", "我的邮箱是", "邮箱地址为"])
def test_the_key_before_a_mailbox_in_any_script_that_fills_its_line_is_none_of_it(key):
    assert anonkit.scrub(f"{key}张伟@example.com") == f"{key}<EMAIL_ADDRESS>"
    assert anonkit.scrub("张伟@example.com") == "<EMAIL_ADDRESS>"


def private_key(lines):
    rng = random.Random(lines)
    body = [base64.b64encode(rng.randbytes(48)).decode() for _ in range(lines)]
    return ["key: -----BEGIN RSA PRIVATE KEY-----", *body, "Aw==", "-----END RSA PRIVATE KEY-----", "loaded"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n  "])
def test_of_a_private_key_every_line_between_its_first_and_last_is_scrubbed(newline):
    key = private_key(25)
    scrubbed = newline.join([key[0], *["<SECRET>"] * 26, *key[-2:]])
    assert anonkit.scrub(newline.join(key)) == scrubbed
    assert anonkit.scrub(scrubbed) == scrubbed


@pytest.mark.parametrize("lines", [1, 2, 13, 26, 27])
def test_a_private_key_is_scrubbed_as_well_where_the_border_of_a_block_parts_it(lines):
    key = private_key(25)
    halves = [anonkit.scrub("\n".join(half)) for half in (key[:lines], key[lines:])]
    assert "\n".join(halves) == anonkit.scrub("\n".join(key))


def test_a_certificate_and_prose_about_private_keys_are_left_alone():
    certificate = "\n".join(private_key(9)).replace("RSA PRIVATE KEY", "CERTIFICATE")
    prose = "wants a -----BEGIN PRIVATE KEY-----\nand more\nloading\n-----END PRIVATE KEY----- was not there"
    assert anonkit.scan(certificate + "\n" + prose) == []


def test_versions_in_a_user_agent_are_no_addresses():
    agent = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0.5845.96 UCBrowser/15.5.2.1 NSS/3.16.2.3"
    for line in (
        agent,
        f'1.2.3.4 - - [01/Jun/2025:08:00:00 +0800] "GET / HTTP/1.1" 200 12 "-" "{agent}"',
        f"ua={agent} x=1",
    ):
        assert [line[f.start : f.end] for f in anonkit.scan(line) if f.entity == "IP_ADDRESS"] in ([], ["1.2.3.4"])


def test_entities_and_skip_choose_what_is_scrubbed_and_a_skipped_email_still_hides_no_phone():
    text = "13812345678@163.com 10.1.2.3"
    assert anonkit.scrub(text) == "<EMAIL_ADDRESS> <IP_ADDRESS>"
    assert anonkit.scrub(text, skip=["EMAIL_ADDRESS"]) == "<CN_MOBILE>@163.com <IP_ADDRESS>"
    assert anonkit.scrub(text, entities=["IP_ADDRESS"]) == "13812345678@163.com <IP_ADDRESS>"
    with pytest.raises(anonkit.UsageError):
        anonkit.scrub(text, entities=["NO_SUCH"])


@pytest.mark.parametrize("text", [
    "INSERT INTO t (phone, password) VALUES ('13812345678', 'Qw2024t7')",
    '<phone>13812345678</phone><entry key="password">Qw2024t7</entry>', "phone|13812345678|password|Qw2024t7",
])  # fmt: skip
def test_entities_choose_among_keys_that_stand_apart_from_their_values_as_well(text):
    assert [f.entity for f in anonkit.scan(text, entities=["CN_MOBILE"])] == ["CN_MOBILE"]
    assert [f.entity for f in anonkit.scan(text)] == ["CN_MOBILE", "SECRET"]


def test_a_kept_organisation_is_found_and_left_alone_unless_it_is_asked_for():
    text = "统一社会信用代码91320205FPNJKWNYU0"
    assert [f.entity for f in anonkit.scan(text)] == ["CN_USCC"]
    assert anonkit.scrub(text) == text
    assert anonkit.scrub(text, entities=["CN_USCC"]) == "统一社会信用代码<CN_USCC>"


@pytest.mark.parametrize(("text", "scrubbed"), [
    ('{"phone":13812345678}', '{"phone":"<CN_MOBILE>"}'),
    ('{\\"phone\\":13812345678}', '{\\"phone\\":\\"<CN_MOBILE>\\"}'),
    ('{"a":[13812345678,13912345678]}', '{"a":["<CN_MOBILE>","<CN_MOBILE>"]}'),
    ('["{\\"a\\":", 13812345678]', '["{\\"a\\":", "<CN_MOBILE>"]'),
    ("{'phone': 13812345678}", "{'phone': '<CN_MOBILE>'}"),
    ("UPDATE t SET phone = 13812345678 WHERE id=1", "UPDATE t SET phone = '<CN_MOBILE>' WHERE id=1"),
    ("GET /api?phone=13812345678&x=1", "GET /api?phone=%3CCN_MOBILE%3E&x=1"),
    ("<phone>13812345678</phone>", "<phone>&lt;CN_MOBILE&gt;</phone>"),
    ("INSERT INTO t (id, name) VALUES (5, '张伟')", "INSERT INTO t (id, name) VALUES (5, '<PERSON>')"),
    ("phone=13812345678 ok", "phone=<CN_MOBILE> ok"),
])  # fmt: skip
def test_the_output_keeps_the_syntax_it_had(text, scrubbed):
    assert anonkit.scrub(text) == scrubbed


@pytest.mark.parametrize("text", [
    "Jun  1 08:00:00 web nginx: 61.2.3.4 - - GET /", "redis/10.0.0.5 is down", "x=61.2.3.4",
    "java 61.2.3.4 refused", "client: 61.2.3.4, server: a", "library 61.2.3.4",
    "36.152.44.95 登录成功", "master/61.2.3.4:8080", "redis 61.2.3.4 is down", "mysql 10.0.0.5 refused",
    "10.1.2.3 -> 8.8.4.4", "log web-10.1.2.3-20231102.log",
])  # fmt: skip
def test_an_address_behind_a_word_is_one(text):
    assert "IP_ADDRESS" in {f.entity for f in anonkit.scan(text)}


@pytest.mark.parametrize("text", [
    "image=nginx:1.2.3.4",
    "openssl 1.1.1.1", "libssl 1.1.1.23", "python-3.8.10.1", "spring-core-5.3.9.4.jar", "1.1.1.1 注册与登录",
    "/app.js?v=4.4.8.8",
    "version 4.15.0.112 upgraded to 5.4.0.26", "升级到2.2.13.6之后", "versionName=1.2.3.4", "Chrome/10.0.0.1",
    "IMM76D.CN_tpad-10.6.1.8-20130315", "mysql 8.0.32.1",
    "image: redis:6.2.7.1", "opencv-python-4.5.1.48", "iOS 16.1.2.3", "com.example.mm 8.0.32.1", "v1.2.3.4 -> 1.2.3.5",
])  # fmt: skip
def test_a_version_is_no_address(text):
    assert anonkit.scan(text) == []


@pytest.mark.parametrize(("text", "scrubbed"), [
    ("WHERE phone LIKE '%13812345678%'", "WHERE phone LIKE '%<CN_MOBILE>%'"),
    ("card LIKE '%6222021234567890128%'", "card LIKE '%<BANK_CARD>%'"),
    ("mail LIKE '%ad@example.cn%'", "mail LIKE '%<EMAIL_ADDRESS>%'"),
    ("a=%2013812345678&b=1", "a=%20<CN_MOBILE>&b=1"), ("ip LIKE '%61.2.3.4%'", "ip LIKE '%<IP_ADDRESS>%'"),
    ("msg=version%204.15.0.112%20ok", "msg=version%204.15.0.112%20ok"),
])  # fmt: skip
def test_a_value_behind_a_percent_sign_is_found_whether_or_not_that_begins_an_escape(text, scrubbed):
    assert anonkit.scrub(text) == scrubbed


def test_null_in_an_insert_statement_stays_null():
    text = "INSERT INTO t (user_id, password, name) VALUES (NULL, NULL, N'张三'), (NEWID(), NULL, 'x')"
    assert anonkit.scrub(text) == text.replace("张三", "<PERSON>")


@pytest.mark.parametrize("quotes", ["-", '-"', '-" "', '-" "Mozilla/5.0 (X'])
def test_an_access_line_may_be_cut_off(quotes):
    line = '10.1.2.3 - - [02/Jan/2024:03:04:05 +0800] "GET / HTTP/1.1" 200 1 "' + quotes
    assert anonkit.scrub(line).startswith("<IP_ADDRESS> - - [")
    assert anonkit.scrub("a\n" + line + "\n" + line).count("<IP_ADDRESS>") == 2


def test_a_label_in_the_field_of_the_user_agent_is_no_user_agent():
    assert not anonkit.scan('- - [02/Jan/2024:03:04:05 +0800] "GET / HTTP/1.1" 200 1 "-" "<USER_AGENT>"')


@pytest.mark.parametrize(("text", "entity"), [
    ("meid: 6228488744002593", "IMEI"), ("\ufeffphone=19849330544", "CN_MOBILE"),
    ('{"uid":"17732569874","a":"\\u5f20"}', "CN_MOBILE"), ("身份证号:220102196511196823", "CN_ID_CARD"),
])  # fmt: skip
def test_of_two_readings_the_same_wins_whatever_other_lines_and_escapes_there_are(text, entity):
    for before in ("", "868584205990702\n", "11010519801221476X\n"):
        assert [f.entity for f in anonkit.scan(before + text)][-1] == entity


@pytest.mark.parametrize("text", [
    "A123456(3)9.184.235.210", "132.677892,7.145423(021)65235936", "１６６ １９４０ ００９８171.189.183.224",
    "来自IP203.0.113.7的请求", "passportNo:H92935497+85294062427",
])  # fmt: skip
def test_what_is_glued_to_a_finding_is_found_at_once(text):
    once = anonkit.scrub(text)
    assert anonkit.scrub(once) == once
    assert not any(c.isdigit() for c in once)


@pytest.mark.parametrize("after", ["to 10.2.3.5 sent", ", 8.8.8.8", "-> 8.8.8.8:53", "到8.8.8.8"])
def test_a_version_in_the_line_above_says_nothing_of_an_address(after):
    assert anonkit.scrub("version 1.2.3.4\n" + after).endswith(anonkit.scrub(after))
    assert "<IP_ADDRESS>" in anonkit.scrub(after)


def test_many_blanks_after_the_word_do_not_make_a_version_an_address():
    assert anonkit.scrub("version        1.2.3.4 ok") == "version        1.2.3.4 ok"


def own_cards(tmp_path, *cards):
    for number, (entity, facts, match) in enumerate(cards):
        text = f'entity = "{entity}"\ntitle = "x"\ntitle_en = "x"\nclass = "direct"\n{facts}\n[[match]]\n{match}\n'
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
    return Scrubber(tmp_path)


def test_the_pattern_of_a_card_holds_besides_its_validator(tmp_path):
    scrubber = own_cards(
        tmp_path,
        ("CCB_CARD", "confidence = 0.95", "pattern = '621700[0-9]{13}'\nvalidator = 'bank_card'"),
        ("OUR_PHONE", "confidence = 0.95", "pattern = '138[0-9]{8}'\nvalidator = 'cn_mobile'"),
        ("PART_NO", "confidence = 0.95", "pattern = 'X[0-9]{11}|[0-9]{6}X[0-9]{6}'"),
    )
    text = "a 6222021234567890128 b 13912345678 c 13812345678 d X12345678901 e 123456X123456"
    assert scrubber.scrub(text) == "a <BANK_CARD> b <CN_MOBILE> c <OUR_PHONE> d <PART_NO> e <PART_NO>"


def test_every_fact_of_a_card_but_its_examples_changes_the_digest_of_the_database(tmp_path):
    digests = set()
    for facts, context in (("confidence = 0.3", "工号"), ("confidence = 0.3", "员工"), ("confidence = 0.6", "员工")):
        scrubber = own_cards(tmp_path, ("ROOM", f'{facts}\ncontext = ["{context}"]', "pattern = 'RM-[0-9]{6}'"))
        digests.add(scrubber.engine.book.digest)
        assert scrubber.scrub(f"{context} RM-123456") == f"{context} <ROOM>"
    assert len(digests) == 3


def test_explain_gives_a_value_the_same_reason_wherever_it_stands():
    reasons = [
        {f.entity: f.evidence.context for f, _, _ in explaining.explain(Scrubber(), text)}["IP_ADDRESS"]
        for text in ("版本 1.2.3.4 手机 13812345678", "手机 13812345678 版本 1.2.3.4")
    ]
    assert reasons[0] == reasons[1] == ("-版本",)


def test_threads_that_scan_do_not_keep_a_forked_child_waiting():
    text = "手机号13812345678 来自10.1.2.3 " * 4000
    stop = threading.Event()

    def scan():
        while not stop.is_set():
            anonkit.scrub(text)

    threads = [threading.Thread(target=scan) for _ in range(2)]
    for thread in threads:
        thread.start()
    context = multiprocessing.get_context("fork")
    try:
        for _ in range(5):
            child = context.Process(target=anonkit.scrub, args=("手机号13812345678",))
            with warnings.catch_warnings():  # newer Pythons warn of what is tried here
                warnings.simplefilter("ignore", DeprecationWarning)
                child.start()
            child.join(20)
            assert child.exitcode == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_the_plain_numbers_that_fill_logs_are_told_by_their_validators_alone():
    told = {rule.card.entity for rule in Scrubber().engine.book.rules if rule.pattern_is_checked}
    assert told == {"CN_MOBILE", "CN_ID_CARD"}


def test_what_the_validators_of_secrets_saw_is_not_kept():
    scrubber = Scrubber()
    values = ["Zk@2023!x9Q", "482915", "7c9e6679f74e4b0db9f1"]
    text = scrubber.scrub(f"password={values[0]}\n验证码:{values[1]}\ntoken={values[2]}\nname=张伟")
    assert text.count("<SECRET>") == 3
    kept = {value.decode() for memo in scrubber.engine.book._memos.values() for value in memo}
    assert "张伟" in kept
    assert not kept & set(values)
