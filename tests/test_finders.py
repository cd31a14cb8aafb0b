"""What the finders find and what they leave alone, beyond the examples of their cards; and in what time."""

import base64
import random
import time

import pytest

import anonkit
from anonkit.detect.block import Block
from anonkit.detect.rules import Kind
from anonkit.scrubber import Scrubber

BEGIN, END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
FULL_LINE = base64.b64encode(random.Random(5).randbytes(48)).decode()


def assert_time_is_linear(make, entities=None):
    scrubber = Scrubber(entities=entities)

    def seconds(size):
        block = make(size).encode()
        began = time.process_time()
        scrubber.scrub_block(block)
        return time.process_time() - began

    seconds(20_000)
    assert seconds(400_000) < 16 * seconds(50_000) + 0.4  # quadratic would be 64 times


@pytest.mark.parametrize("unit", [BEGIN, END, BEGIN + "A", BEGIN + FULL_LINE, BEGIN + "\n", END + "\n", BEGIN + END])
def test_the_borders_of_many_private_keys_take_linear_time(unit):
    assert_time_is_linear(lambda size: unit * (size // len(unit)))


def test_many_ends_below_the_body_of_a_private_key_take_linear_time():
    assert_time_is_linear(lambda size: (FULL_LINE + "\n") * (size // 130) + END * (size // 50))


@pytest.mark.parametrize("text", [
    f"hello\nworld\n{END}\n",
    f"{BEGIN}\nfoo\n",
    f"{BEGIN}\nfoo",
    f"{BEGIN} and more words that are none of a key",
])  # fmt: skip
def test_words_beside_one_border_of_a_private_key_are_none_of_it(text):
    assert anonkit.scan(text) == []


@pytest.mark.parametrize(("text", "scrubbed"), [
    (f"MIIEvQIBADANBgkqhk9a\n{END}", f"<SECRET>\n{END}"),
    (f"{BEGIN}\nfoo\n{END}", f"{BEGIN}\n<SECRET>\n{END}"),
    (f"{FULL_LINE}\nfoo\n{END}", f"<SECRET>\n<SECRET>\n{END}"),
    (f"key={BEGIN}\\n{FULL_LINE}\\nAw==\\n{END}\\n, x", "key=<SECRET>\\n, x"),
    (f"{BEGIN} {FULL_LINE} {END}", "<SECRET>"),
])  # fmt: skip
def test_what_can_only_be_a_private_key_is_scrubbed(text, scrubbed):
    assert anonkit.scrub(text) == scrubbed


@pytest.mark.parametrize(("text", "scrubbed"), [
    ('"location":"113.943062,22.549099,35.0"', '"location":"#,#,35.0"'),
    ('"coordinates":[[113.943062,22.549099,12.5],[113.943162,22.549199,12]]', '"coordinates":[[#,#,12.5],[#,#,12]]'),
    ("POLYGON ((113.943062 22.549099, 113.943162 22.549199, 113.9434 22.5495))", "POLYGON ((# #, # #, # #))"),
    ("N31.491169, E120.312345; S31.491169 W 70.312345", "N#, E#; S# W #"),
    ("定位成功：113.943062,22.549099,精度35米", "定位成功：#,#,精度35米"),
])  # fmt: skip
def test_behind_a_word_for_a_place_a_pair_of_numbers_is_one_whatever_follows(text, scrubbed):
    assert anonkit.scrub(text).replace('"<GEO_COORDINATE>"', "#").replace("<GEO_COORDINATE>", "#") == scrubbed


@pytest.mark.parametrize("value", [
    "13812345678", "6222021234567890128", "11010519491231002X", "10.1.2.3", "00:1A:2B:3C:4D:5E", "021-65235936",
])  # fmt: skip
def test_a_pair_beside_a_value_of_its_own_is_no_vector_and_is_found_at_once(value):
    for text in (f"{value},31.2304,121.4737", f"31.2304,121.4737,{value}", f"{value}, 31.2304, 121.4737, {value}"):
        once = anonkit.scrub(text)
        assert once.count("<GEO_COORDINATE>") == 2
        assert anonkit.scrub(once) == once
    assert not anonkit.scan(f"{value}1.5,31.2304,121.4737,5.5", entities=["GEO_COORDINATE"])


@pytest.mark.parametrize("text", [
    "00:1A:2B:3C:4D:5E-10.1.2.3", "10.1.2.33-00:1A:2B:3C:4D:5E", "00-1A-2B-3C-4D-5E-10.1.2.3 up",
])  # fmt: skip
def test_a_mac_and_an_ip_address_with_a_sign_between_are_both_found(text):
    assert {found.entity for found in anonkit.scan(text)} == {"MAC_ADDRESS", "IP_ADDRESS"}


def test_more_pairs_of_hex_digits_than_those_of_a_mac_address_are_none():
    for text in ("00:1A:2B:3C:4D:5E-10.", "00:1A:2B:3C:4D:5E:10 x", "a 33-00:1A:2B:3C:4D:5E", ".33-00:1A:2B:3C:4D:5E"):
        assert anonkit.scan(text) == []


@pytest.mark.parametrize("text", [
    "[113.943062,22.549099,12.5]",
    "weights=113.943062,22.549099,35.0,1.0",
    "latency=113.943062,22.549099,35.0",
    "position of item 3: 113.943062,22.549099,35.0",
])  # fmt: skip
def test_a_pair_among_other_numbers_is_no_place_without_such_a_word(text):
    assert anonkit.scan(text) == []


@pytest.mark.parametrize(("text", "user"), [
    ("Access denied for user 'zhangsan'@'10.0.0.5' (using password: YES)", "zhangsan"),
    ("Access denied for user zhangsan", "zhangsan"),
    ("GRANT ALL ON app.* TO 'zhangsan'@'%'", "zhangsan"),
    ("Started Session 41 of user zhangsan.", "zhangsan"),
    ("(li.si) BEGIN EDIT (li.si)", "li.si"),
    ("scp -P 22 app.jar zhangsan@10.0.0.5:/srv", "zhangsan"),
    ("session opened for user root(uid=0) by zhangsan(uid=1000)", "zhangsan"),
])  # fmt: skip
def test_a_sentence_of_a_service_names_its_user(text, user):
    assert text.index(user) in [found.start for found in anonkit.scan(text, entities=["USER_ID"])]


@pytest.mark.parametrize("text", [
    "ssh to the host and mail@ nobody", "access denied for user of this page", "(a) CMDS (b) (CMD) CMD", "n'@' '@'x",
    "the value is None for e.g. modules",
])  # fmt: skip
def test_a_sentence_about_users_names_none(text):
    assert anonkit.scan(text) == []


@pytest.mark.parametrize("unit", [" ssh a", "'a'@'", "(a) CMD (", "for user a by a(uid=", "denied for user '"])
def test_sentences_about_users_take_linear_time(unit):
    assert_time_is_linear(lambda size: unit * (size // len(unit)))


@pytest.mark.parametrize("key", ['"faceImage":"', "faceImage=", "'face_photo': '", "人脸照片：", '{\\"headImg\\":\\"'])
@pytest.mark.parametrize("size", [90, 30_000])
def test_a_raw_jpeg_behind_a_key_that_speaks_of_a_face_is_one_whatever_its_size(key, size):
    image = "/9j/4AAQSkZJRgABAQ" + base64.b64encode(random.Random(size).randbytes(size)).decode()
    assert anonkit.scrub(key + image + '" x').endswith('<FACE_IMAGE>" x')
    assert anonkit.scan("thumbnail=" + image) == []


@pytest.mark.parametrize("unit", ["/9j/4AAQSkZJRgABAQAAA", "faceImage=/9j/4AAQSkZJRgABAQAAA", "a=UklGR/9j/"])
def test_raw_images_take_linear_time(unit):
    assert_time_is_linear(lambda size: unit * (size // len(unit)))


def test_a_web_address_is_looked_at_once_however_many_ends_it_could_have():
    scrubber = Scrubber(entities=["URL"])
    block = Block(b"GET http://www.example.com/a/b?x=1&y=2&z=3 200\n" * 50)
    hits = [ends for action, ends in scrubber.engine.scanner.hits(block) if action.kind in (Kind.PATTERN, Kind.TRIGGER)]
    assert [len(ends) for ends in hits] == [50]


@pytest.mark.parametrize("unit", ["http://", "http://a.b/", "http://a.b/c\n", "a.cn.", "wss://a"])
def test_web_addresses_and_host_names_take_linear_time(unit):
    assert_time_is_linear(lambda size: unit * (size // len(unit)), entities=["URL", "HOSTNAME"])


AGENT = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36"


@pytest.mark.parametrize("text", [
    """{"x":"'[[""" + AGENT + """]]","b":1,"c":"x'y"}""",
    '{"x":"`[[' + AGENT + ']]","b":1,"c":"x`y"}',
    '{"x":"GET / User-Agent: [[' + AGENT + ']]","b":1,"c":"x"}',
    '{"x":"{\\"a\\":\\"\'[[' + AGENT + ']]\\",\\"b\\":\\"it\'s\\"}"}',
    '{"x":"\\"[[' + AGENT + ']]","b":"a\\"c"}',
    '{"x":"by [[Mozilla/5.0]] (X11","b":"c)"}',
    "ua is '[[" + AGENT + " and more]]' ok",
])  # fmt: skip
def test_a_user_agent_ends_before_any_double_quote(text):
    plain = text.replace("[[", "").replace("]]", "")
    start = text.index("[[")
    spans = [(f.start, f.end) for f in anonkit.scan(plain) if f.entity == "USER_AGENT"]
    assert spans == [(start, text.index("]]") - 2)]
