"""What a value says under its escapes, its one spelling, and results written in the escapes of the value."""

import csv
import html
import io
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.transform.base import Subject
from anonkit.transform.operations import OPERATIONS
from anonkit.transform.plain import by_value, fits, plain, spelled
from anonkit.transform.spelling import canonical
from tests import generators

ENTITIES = (
    "CN_MOBILE CN_LANDLINE PHONE_NUMBER CN_ID_CARD CN_PASSPORT CN_TRAVEL_PERMIT BANK_CARD CN_USCC CN_PLATE "
    "EMAIL_ADDRESS IP_ADDRESS MAC_ADDRESS PUSH_TOKEN IMEI IMSI ICCID ANDROID_ID ADVERTISING_ID DEVICE_ID USER_ID QQ "
    "PERSON NO_CARD"
).split()


def unicode_escapes(text: str, backslashes: int = 1) -> str:
    units = text.encode("utf-16-be").hex()
    return "".join("\\" * backslashes + "u" + units[at : at + 4] for at in range(0, len(units), 4))


@pytest.mark.parametrize(("value", "text"), [
    (b"13812345678", "13812345678"),
    (b"%2B8613812345678", "+8613812345678"),
    (b"zhang%2540example.com", "zhang@example.com"),
    (rb"\u5f20\u4e09", "张三"),
    (rb"\\\\u5f20\\\\u4e09", "张三"),
    (rb"\ud83d\ude00", "😀"),
    (rb"\xE5\xBC\xA0", "张"),
    (b"&#24352;&#x4e09;", "张三"),
    (b"A&amp;B&nbsp;C", "A&B C"),
    ("138\u200b1234\ufeff5678".encode(), "13812345678"),
    (rb"https:\/\/x.com\/a", "https://x.com/a"),
    ("１３８".encode(), "１３８"),
    (b"%D5%C5", r"\xd5\xc5"),
    (rb"\ud83d", "\ufffd"),
    (b"100%", "100%"),
])  # fmt: skip
def test_escapes_are_undone(value, text):
    assert plain(value) == text


@given(st.binary(max_size=40))
def test_plain_never_raises_and_can_be_encoded_again(value):
    plain(value).encode()


@pytest.mark.parametrize("escaped", [
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    unicode_escapes,
    lambda text: unicode_escapes(text, 2),
    lambda text: quote(unicode_escapes(text), safe=""),
    lambda text: html.escape(text + "&"),
    str,
])  # fmt: skip
@given(text=st.text(st.characters(blacklist_characters="\\%&", blacklist_categories=("Cs", "Cf", "Cc"))))
def test_what_is_spelled_like_a_value_says_the_same(escaped, text):
    like = escaped("张@三").encode()
    if plain(text.encode()) == text:
        assert plain(spelled(text, like)) == text


@pytest.mark.parametrize(("text", "like", "result"), [
    ("138****5678", b"%2B8613812345678", b"138****5678"),
    ("z***@x.com", b"zhang%40x.com", b"z***%40x.com"),
    ("z***@x.com", b"zhang%2540x.com", b"z***%2540x.com"),
    ("张*", rb"\u5f20\u4e09", rb"\u5f20*"),
    ("张*", rb"\\\\u5f20\\\\u4e09", rb"\\\\u5f20*"),
    ("张*", rb"\xe5\xbc\xa0\xe4\xb8\x89", rb"\xe5\xbc\xa0*"),
    ("<张&*>", b"&#24352;&lt;", "&lt;张&amp;*&gt;".encode()),
    ("张*", "张三".encode(), "张*".encode()),
    ("张*", b"%5Cu5f20", b"%5Cu5f20*"),
    ('"', rb"\u5f20", rb"\u0022"),
    ("😀", rb"\u5f20", rb"\ud83d\ude00"),
])  # fmt: skip
def test_a_result_is_written_in_the_escapes_of_the_value(text, like, result):
    assert spelled(text, like) == result


@pytest.mark.parametrize(("entity", "one", "spellings"), [
    ("CN_MOBILE", "13812345678", ["+86 138-1234-5678", "008613812345678", "8613812345678", "138 1234 5678",
                                  "１３８１２３４５６７８", "(+86)13812345678", "138.1234.5678", "138\u200b12345678"]),
    ("CN_MOBILE", "1440123456789", ["+861440123456789"]),
    ("CN_MOBILE", "98123456789", ["+8698123456789"]),
    ("CN_LANDLINE", "01062345678", ["010-62345678", "(010)62345678", "（010） 6234-5678", "+86 10 6234 5678",
                                    "0086-10-62345678", "+86 (10) 6234 5678", "０１０－６２３４５６７８"]),
    ("CN_LANDLINE", "01062345678-1234", ["010-62345678-1234", "010-62345678转1234", "+86 10 62345678-1234"]),
    ("CN_LANDLINE", "62345678", ["6234-5678"]),
    ("PHONE_NUMBER", "+85291234567", ["+852 9123 4567", "00852-91234567", "85291234567"]),
    ("PHONE_NUMBER", "+886912345678", ["0912-345-678", "+886 0912 345 678", "886912345678",
                                       "＋８８６９１２３４５６７８"]),
    ("PHONE_NUMBER", "+442079460958", ["+44 20 7946 0958", "+44 (0)20 7946 0958", "0044 2079460958"]),
    ("CN_ID_CARD", "11010519491231002X", ["11010519491231002x", "110105 19491231 002X",
                                           "１１０１０５１９４９１２３１００２ｘ"]),
    ("CN_ID_CARD", "W5201287", ["W520128(7)", "w520128（7）"]),
    ("CN_ID_CARD", "71234569", ["7123456/9"]),
    ("BANK_CARD", "6222021234567890123", ["6222 0212 3456 7890 123", "6222-0212-3456-7890-123"]),
    ("CN_PLATE", "京A12345", ["京A·12345", "京a-12345", "京Ａ・12345"]),
    ("EMAIL_ADDRESS", "Li.Wei@example.com", ["Li.Wei@Example.COM", "Li.Wei＠example．com"]),
    ("MAC_ADDRESS", "3c:22:fb:0a:1b:2c", ["3C:22:FB:0A:1B:2C", "3c-22-fb-0a-1b-2c", "3c22fb0a1b2c", "3c22.fb0a.1b2c"]),
    ("MAC_ADDRESS", "3c:22:fb:0a:1b:2c:CMCC", ["3C-22-FB-0A-1B-2C:CMCC"]),
    ("IP_ADDRESS", "2001:db8::1", ["2001:0DB8:0:0:0:0:0:1", "[2001:db8::1]"]),
    ("IP_ADDRESS", "fe80::1%eth0", ["FE80::1%eth0"]),
    ("IP_ADDRESS", "::ffff:10.0.0.5", ["::FFFF:10.0.0.5", "::ffff:a00:5"]),
    ("IP_ADDRESS", "10.0.0.0/8", ["１０．０．０．０/8"]),
    ("IP_ADDRESS", "10.77.20.248", ["10-77-20-248"]),
    ("IMEI", "863514378900258", ["86 351437 890025 8", "86-351437-890025-8"]),
    ("IMEI", "a10000ab12cd34", ["A10000AB12CD34"]),
    ("ADVERTISING_ID", "6d92078a-8246-4ba4-ae5b-76104861e7dc", ["6D92078A-8246-4BA4-AE5B-76104861E7DC"]),
    ("PUSH_TOKEN", "740f4707bebcf74f" * 4, ["<" + "740f4707 bebcf74f " * 3 + "740f4707 bebcf74f>",
                                            "740F4707BEBCF74F" * 4,
                                            "{length = 32, bytes = 0x" + "740f4707bebcf74f " * 4 + "}"]),
])  # fmt: skip
def test_spellings_of_one_value_agree(entity, one, spellings):
    assert [canonical(spelling, entity) for spelling in [one, *spellings]] == [one] * (len(spellings) + 1)


@pytest.mark.parametrize(("entity", "value"), [
    ("CN_MOBILE", "138123"), ("CN_MOBILE", "138****5678"), ("CN_LANDLINE", "10-20"), ("IP_ADDRESS", "010.001.002.003"),
    ("IP_ADDRESS", "1.2.3.4.5"), ("MAC_ADDRESS", "3c:22"), ("EMAIL_ADDRESS", "ABC"), ("PHONE_NUMBER", "ABC-1"),
    ("PUSH_TOKEN", "IQAAAACy0a2z:APA91"), ("DEVICE_ID", "PF-2XK9-77QW"), ("PERSON", "欧阳 A"), ("CN_ID_CARD", "无 X"),
    ("IMEI", "无"),
])  # fmt: skip
def test_an_odd_value_comes_back_as_it_is(entity, value):
    assert canonical(value, entity) == value


NEARLY = st.text(st.sampled_from("0123456789+-() ./:%abfxXAZ京·@<>{}１０　张\u200b"), max_size=24)


@pytest.mark.parametrize("entity", ENTITIES)
@given(text=st.one_of(st.text(max_size=20), NEARLY))
def test_the_one_spelling_has_itself_as_its_spelling(entity, text):
    one = canonical(text, entity)
    assert canonical(one, entity) == one


@pytest.mark.parametrize(("entity", "generator", "digits"), [
    ("CN_MOBILE", generators.cn_mobile, 11), ("CN_LANDLINE", generators.cn_landline, (10, 11, 12)),
    ("BANK_CARD", generators.bank_card, range(14, 20)), ("IMEI", generators.imei, 15),
])  # fmt: skip
def test_generated_numbers_become_digits_alone(entity, generator, digits):
    for value in generators.sample(generator, 300):
        one = canonical(value, entity)
        assert one.isdigit()
        assert len(one) in (digits if not isinstance(digits, int) else (digits,))


def test_each_distinct_value_is_treated_once():
    seen = []

    def treat(text):
        seen.append(text)
        return text.upper()

    transform = by_value(treat, remember=True)
    assert transform([b"a", b"b", b"a%40"]) == [b"A", b"B", b"A%40"]
    assert transform([b"b", b"a", b"b"]) == [b"B", b"A", b"B"]
    assert seen == ["a", "b", "a@"]


def test_nothing_is_kept_of_secrets_and_of_long_values():
    seen = []

    def treat(text):
        seen.append(text)
        return "x"

    secret, long = by_value(treat, remember=False), by_value(treat, remember=True)
    for _ in range(2):
        assert secret([b"s", b"s"]) == [b"x", b"x"]
        assert long([b"l" * 65]) == [b"x"]
    assert seen == ["s", "l" * 65] * 2


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("anonkit.transform.plain.MEMO_VALUES", 4)
    seen = []

    def treat(text):
        seen.append(text)
        return text

    transform = by_value(treat, remember=True)
    assert transform([b"1", b"2", b"1", b"3", b"4"]) == [b"1", b"2", b"1", b"3", b"4"]
    transform([b"1"])
    assert seen == ["1", "2", "3", "4"]
    transform([b"5"])
    transform([b"1"])
    assert seen == ["1", "2", "3", "4", "5", "1"]


def test_a_label_is_not_escaped():
    assert by_value(lambda _: b"<PERSON>", remember=False)([b"%E5%BC%A0"]) == [b"<PERSON>"]


@pytest.mark.parametrize(("result", "text", "can_stand"), [
    ("张*", "张三", True),
    ('"*', '"a', False),
    ("\\*", "\\n", False),
    ("a\x00*", "a\x00b", False),
    ("a\n*", "a\nb", False),
    ("O'*****", "O'Brien", True),
    ("O''*****", "O''Brien", True),
    ("O*'*****", "O\\'Brien", False),
    ("O'Neil", "Brien", False),
    ("Dalvik 2, Android", "Dalvik/2.1.0 (Linux; U; Android 9)", False),
    ("1, 2", "3, 4", True),
    ("a;b", "ab", False),
])  # fmt: skip
def test_a_result_must_fit_into_the_syntax_around_it(result, text, can_stand):
    assert fits(result, text) == can_stand
    assert by_value(lambda _: result, remember=False, label=b"<X>")([text.encode()]) == [
        result.encode() if can_stand else b"<X>"
    ]


class Secret:
    tag, cipher, outlives_run = "k3f9q2.p8zc", "aes", True

    def derive(self, use, size_bytes):
        return use.encode().ljust(size_bytes, b"\0")[:size_bytes]


RESULTS_IN_TEXT = [
    ("mask", {}), ("mask", {"keep_first": 1, "keep_last": 1}), ("mask", {"keep_first": 2, "keep_last": 3}),
    ("generalise", {}), ("fpe", {}), ("ip_prefix", {}), ("shift", {}), ("surrogate", {}),
]  # fmt: skip
IN_STRINGS = st.text(st.sampled_from("0123abc张伟省市路号'\"\\,;\n\t -.:/@*"), min_size=1, max_size=12)


def results(entity, values):
    """What each operation that knows the entity makes of the values."""
    for name, parameters in RESULTS_IN_TEXT:
        try:
            transform = OPERATIONS[name].build(Subject(entity, parameters=parameters, secret=Secret()))
        except ValueError:
            continue
        yield from transform(values)


SOME = ["PERSON", "ADDRESS", "CN_MOBILE", "EMAIL_ADDRESS", "USER_ID", "USER_AGENT", "TIMESTAMP", "IP_ADDRESS", "BADGE"]


@pytest.mark.parametrize("entity", SOME)
@given(text=IN_STRINGS)
def test_json_csv_and_sql_hold_results_as_they_held_values(entity, text):
    for result in results(entity, [json.dumps(text, ensure_ascii=False)[1:-1].encode()]):
        assert set(json.loads(f'{{"a": "{result.decode()}", "b": 1}}')) == {"a", "b"}
    written = io.StringIO()
    csv.writer(written).writerow([text, "b"])
    cell = written.getvalue().removesuffix(",b\r\n")
    quote, cell = ('"', cell[1:-1]) if cell != text else ("", cell)
    for result in results(entity, [cell.encode()]):
        assert len(next(csv.reader(io.StringIO(f"{quote}{result.decode()}{quote},b\r\n"), strict=True))) == 2
    for escape in ("''", "\\'"):
        value = text.replace("\\", "\\\\").replace("'", escape)
        for result in results(entity, [value.encode()]):
            assert SQL_STRING.fullmatch(f"'{result.decode()}'")


SQL_STRING = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL)
