"""Masks have the familiar forms, show no value as a whole, and change nothing when they are masked again."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit import scrub
from anonkit.transform.base import Subject
from anonkit.transform.hiding import CHARACTERS
from anonkit.transform.mask import MASK, NEVER_SHOWN, masked
from anonkit.transform.mask_forms import FORMS
from anonkit.transform.spelling import canonical
from anonkit.transform.width import narrow
from tests import generators

FAMILIAR = [
    ("CN_MOBILE", "13812345678", "138****5678"),
    ("CN_MOBILE", "+86 138-1234-5678", "+86 138-****-5678"),
    ("CN_MOBILE", "8613812345678", "86138****5678"),
    ("CN_MOBILE", "008613812345678", "0086138****5678"),
    ("CN_MOBILE", "(+86)13812345678", "(+86)138****5678"),
    ("CN_MOBILE", "1440123456789", "144******6789"),
    ("CN_MOBILE", "１３８１２３４５６７８", "138****5678"),
    ("CN_MOBILE", "1381234", "138****"),
    ("CN_MOBILE", "138", "1**"),
    ("CN_LANDLINE", "0915-2345679", "0915-*****79"),
    ("CN_LANDLINE", "09152345679", "0915*****79"),
    ("CN_LANDLINE", "(010)62345678", "(010)******78"),
    ("CN_LANDLINE", "（0351）8908291", "(0351)*****91"),
    ("CN_LANDLINE", "+86 10 6234 5678", "+86 10 **** **78"),
    ("CN_LANDLINE", "+86 (10) 6234 5678", "+86 (10) **** **78"),
    ("CN_LANDLINE", "010-62345678-1234", "010-******78-****"),
    ("CN_LANDLINE", "010-62345678转12", "010-******78转**"),
    ("CN_LANDLINE", "62345678 or 9", "******** ** *"),
    ("CN_LANDLINE", "88345712", "******12"),
    ("PHONE_NUMBER", "+852 9123 4567", "+852 **** 4567"),
    ("PHONE_NUMBER", "85366123456", "853****3456"),
    ("PHONE_NUMBER", "+1-415-555-2671", "+1-***-***-2671"),
    ("PHONE_NUMBER", "+886 912 345 678", "+886 *** **5 678"),
    ("PHONE_NUMBER", "+355 69 212 3456", "+355 ** *** 3456"),
    ("PHONE_NUMBER", "0912-345-678", "****-**5-678"),
    ("CN_ID_CARD", "51010519491231001X", "5***************1X"),
    ("CN_ID_CARD", "510105491231001", "5************01"),
    ("CN_ID_CARD", "W520128(7)", "W*****8(7)"),
    ("CN_PASSPORT", "E12345678", "E******78"),
    ("CN_TRAVEL_PERMIT", "H1234567801", "H********01"),
    ("BANK_CARD", "6222 0212 3456 1234", "6222 **** **** 1234"),
    ("BANK_CARD", "6222021234567890123", "6222***********0123"),
    ("BANK_CARD", "62220212", "6222****"),
    ("CN_PLATE", "苏D45670", "苏D4***0"),
    ("CN_PLATE", "京A·12345", "京A·1***5"),
    ("CN_PLATE", "苏BD12345", "苏BD****5"),
    ("CN_PLATE", "粤Z1234港", "粤Z1***港"),
    ("EMAIL_ADDRESS", "dong@x.com", "d***@x.com"),
    ("EMAIL_ADDRESS", "do@x.com", "d***@x.com"),
    ("EMAIL_ADDRESS", "d@x.com", "***@x.com"),
    ("EMAIL_ADDRESS", "13912345678@163.com@x.com", "1***@x.com"),
    ("EMAIL_ADDRESS", "汉字@example.com", "汉***@example.com"),
    ("EMAIL_ADDRESS", "@x.com", "@*.***"),
    ("EMAIL_ADDRESS", "no address", "** *******"),
    ("IP_ADDRESS", "192.168.1.100", "192.168.*.*"),
    ("IP_ADDRESS", "10.0.0.0/8", "10.0.*.*/8"),
    ("IP_ADDRESS", "10-77-20-248", "10-77-*-*"),
    ("IP_ADDRESS", "::ffff:10.1.2.3", "::ffff:10.1.*.*"),
    ("IP_ADDRESS", "2001:db8::8a2e:370:7334", "2001:db8:*:*:*:*:*:*"),
    ("IP_ADDRESS", "[2001:db8::1]", "2001:db8:*:*:*:*:*:*"),
    ("IP_ADDRESS", "fe80::1%eth0", "fe80:0:*:*:*:*:*:*%eth0"),
    ("IP_ADDRESS", "2001:db8::/48", "2001:db8:*:*:*:*:*:*/48"),
    ("IP_ADDRESS", "2001:db8::/4+8", "****:***::/***"),
    ("IP_ADDRESS", "1.2.3", "*.*.*"),
    ("MAC_ADDRESS", "3C:22:FB:0A:1B:2C", "3C:22:FB:**:**:**"),
    ("MAC_ADDRESS", "3c22fb0a1b2c", "3c22fb******"),
    ("MAC_ADDRESS", "0012.3456.789A", "0012.34**.****"),
    ("PUSH_TOKEN", "740f4707bebcf74f" * 4, "740f" + "*" * 56 + "f74f"),
    ("PUSH_TOKEN", "<" + "740f4707 bebcf74f " * 3 + "740f4707 bebcf74f>", "740f" + "*" * 56 + "f74f"),
    ("PUSH_TOKEN", "1104a89792e1fd5b8cf", "1104***********b8cf"),
    ("PUSH_TOKEN", "1104a89792e", "1104****92e"),
    ("IMEI", "863514378900258", "8635*******0258"),
    ("IMSI", "460012698514913", "46001********13"),
    ("ICCID", "89860126985149139423", "898601**********9423"),
    ("ANDROID_ID", "8f14e45fceea167a", "8f14********167a"),
    ("ADVERTISING_ID", "6D92078A-8246-4BA4-AE5B-76104861E7DC", "6D92****-****-****-****-********E7DC"),
    ("USER_ID", "zhang_san88", "*********88"),
    ("USER_ID", "root", "**ot"),
    ("USER_ID", "bob", "**b"),
    ("USER_ID", "7", "*"),
    ("QQ", "982745613", "98*****13"),
    ("QQ", "55123", "55***"),
    ("GEO_COORDINATE", "120.312345", "120.3*****"),
    ("GEO_COORDINATE", "31.49", "31.4*"),
    ("GEO_COORDINATE", "31.4", "31.*"),
    ("GEO_COORDINATE", "31", "**"),
    ("GEO_COORDINATE", "3129.4702", "3129.****"),
    ("GEO_COORDINATE", "31°29′28.5″N", "31°29′**.*″N"),
    ("USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64) Chrome/116.0.5845.96 Safari/537.36", "Chrome 116 on Linux"),
    ("DATE_OF_BIRTH", "1990-07-12", "199*-**-**"),
    ("DATE_OF_BIRTH", "1990年7月12日", "199*年*月**日"),
    ("DATE_OF_BIRTH", "19900712", "199*****"),
    ("DATE_OF_BIRTH", "07/12/1990", "**/**/199*"),
    ("DATE_OF_BIRTH", "July 12, 1990", "**** **, 199*"),
    ("DATE_OF_BIRTH", "1990", "199*"),
    ("DATE_OF_BIRTH", "647712000000", "************"),
    ("TIMESTAMP", "2023-11-02 09:12:44", "2023-11-02 **:**:**"),
    ("TIMESTAMP", "2023-11-02T09:12:44Z", "2023-11-02T**:**:**Z"),
    ("TIMESTAMP", "02/Nov/2023:10:00:00 +0800", "02/Nov/2023:**:**:** +****"),
    ("TIMESTAMP", "2023-11-02", "****-**-**"),
    ("TIMESTAMP", "1699923456", "**********"),
    ("PERSON", "张", "*"),
    ("PERSON", "张伟", "张*"),
    ("PERSON", "王小明", "王**"),
    ("PERSON", "欧阳静怡", "欧***"),
    ("PERSON", "欧阳修", "欧**"),
    ("PERSON", "买买提·艾力", "买**·**"),
    ("PERSON", "林女士", "林**"),
    ("PERSON", "老王", "老*"),
    ("PERSON", "Zhang Wei", "Z**** ***"),
    ("ADDRESS", "江苏省无锡市锡山区安镇街道丹山路88号3栋1602室", "江苏*无锡****"),
    ("ADDRESS", "北京市海淀区中关村大街27号", "北京****"),
    ("ADDRESS", "内蒙古自治区 呼和浩特市 1号", "内蒙古*呼和浩特****"),
    ("ADDRESS", "云南省大理白族自治州大理市1号", "云南*大理白族****"),
    ("ADDRESS", "江苏省无锡市", "江苏*无锡****"),
    ("ADDRESS", "无锡市", "无锡****"),
    ("ADDRESS", "江苏", "****"),
    ("ADDRESS", "丹山路88号", "****"),
    ("ORGANIZATION", "无锡小天鹅电器有限公司", "无锡*******公司"),
    ("HOSTNAME", "node-7.dc1.example.cn", "****-*.dc1.example.cn"),
    ("HOSTNAME", "web01-prod", "*****-****"),
    ("URL", "https://u:p@example.com/a/b?id=7", "https://example.com/****"),
    ("URL", "https://example.com", "https://****"),
    ("SEARCH_QUERY", "糖尿病饮食", "*****"),
    ("BADGE", "A10086", "A****6"),
    ("BADGE", "😀😀", "😀*"),
    ("BADGE", "--", "***"),
    ("BADGE", "", "***"),
]


@pytest.mark.parametrize(("entity", "value", "result"), FAMILIAR)
def test_the_familiar_form_is(entity, value, result):
    assert masked(value, entity) == result


@pytest.mark.parametrize(("entity", "value", "first", "last", "result"), [
    ("CN_MOBILE", "13812345678", 3, 0, "138********"),
    ("CN_MOBILE", "13812345678", 3, 2, "138******78"),
    ("CN_MOBILE", "+86 138-1234-5678", 3, 2, "+86 138-****-**78"),
    ("CN_MOBILE", "13812345678", 11, 11, "1381234****"),
    ("CN_MOBILE", "13812345678", 0, 20, "****2345678"),
    ("CN_LANDLINE", "010-62345678-12", 2, 2, "010-62****78-**"),
    ("EMAIL_ADDRESS", "zhangwei@x.com", 2, 1, "zh*****i@x.com"),
    ("EMAIL_ADDRESS", "z@x.com", 2, 1, "*@x.com"),
    ("PERSON", "王小明", 0, 1, "**明"),
    ("PERSON", "王小明", 3, 3, "王**"),
    ("IP_ADDRESS", "192.168.1.100", 3, 0, "192.***.*.***"),
    ("GEO_COORDINATE", "120.312345", 3, 0, "120.******"),
    ("USER_AGENT", "MyApp/5.2.1", 4, 0, "MyAp*/*.*.*"),
    ("BADGE", "ab", 9, 9, "a*"),
    ("BADGE", "a", 9, 9, "*"),
])  # fmt: skip
def test_ends_are_shown_as_far_as_enough_stays_hidden(entity, value, first, last, result):
    assert masked(value, entity, first=first, last=last) == result


@pytest.mark.parametrize("entity", sorted(NEVER_SHOWN))
def test_secrets_and_biometric_data_become_labels(entity):
    for parameters in ({}, {"keep_first": 2}):
        assert MASK.build(Subject(entity, parameters=parameters))([b"hunter2hunter2"]) == [f"<{entity}>".encode()]
    assert MASK.reversal(entity, {}).by == "nothing"


def test_an_unknown_user_agent_becomes_a_label():
    assert MASK.build(Subject("USER_AGENT"))([b"MyApp/5.2.1"]) == [b"<USER_AGENT>"]


def test_escapes_are_read_and_written_again():
    transform = MASK.build(Subject("PERSON"))
    assert transform([rb"\u5f20\u4f1f", b"%E5%BC%A0%E4%BC%9F", b"&#24352;&#20255;"]) == [
        rb"\u5f20*", b"%E5%BC%A0*", "张*".encode(),
    ]  # fmt: skip
    assert MASK.build(Subject("EMAIL_ADDRESS"))([b"zhang%40x.com"]) == [b"z***%40x.com"]


ENTITIES = sorted({*FORMS, "USER_AGENT", "BADGE"})
GENERATORS = [
    ("CN_MOBILE", generators.cn_mobile), ("CN_LANDLINE", generators.cn_landline), ("CN_ID_CARD", generators.cn_id_card),
    ("CN_ID_CARD", generators.hk_id), ("CN_ID_CARD", generators.tw_id), ("BANK_CARD", generators.bank_card),
    ("CN_USCC", generators.uscc), ("CN_PLATE", generators.plate), ("MAC_ADDRESS", generators.mac),
    ("IP_ADDRESS", generators.ipv4), ("IP_ADDRESS", generators.ipv6), ("EMAIL_ADDRESS", generators.email),
    ("IMEI", generators.imei), ("ICCID", generators.iccid), ("IMSI", generators.imsi),
]  # fmt: skip
KEPT = [(0, 0), (1, 0), (0, 1), (3, 4), (6, 4), (50, 50)]
NEARLY = st.text(st.sampled_from("0123456789+-() ./:%@*#_×●abfxXAZT年月日省市区路京·　张欧阳°′″N\u200b"), max_size=24)


@st.composite
def changed(draw: st.DrawFn) -> str:
    """A usual value with one character more, another, or less."""
    value = draw(st.sampled_from([value for _, value, _ in FAMILIAR]))
    at = draw(st.integers(0, len(value)))
    sign = draw(st.sampled_from(["", *"+-() ./:%@*#_×0aXx年市;&张\u200b"]))
    return value[:at] + sign + value[at + draw(st.integers(0, 1)) :]


def hides(value: str, entity: str, first: int, last: int, character: str) -> None:
    """The mask is none of the value, holds it nowhere, and has itself as its mask."""
    result = masked(value, entity, first=first, last=last, character=character)
    if result is None:
        return
    one = canonical(value, entity)
    if one.strip() and not set(one) & set(CHARACTERS) and one != result:
        assert one not in result
        assert one not in canonical(result, entity)
    if entity != "USER_AGENT":
        assert character in result
    assert masked(result, entity, first=first, last=last, character=character) == result


@pytest.mark.parametrize(("entity", "generator"), GENERATORS)
def test_no_generated_value_is_shown_whole_and_masks_are_masks_of_themselves(entity, generator):
    rng = random.Random(20)
    for value, (first, last) in itertools.product(generators.sample(generator, 60), KEPT):
        hides(value, entity, first, last, rng.choice(CHARACTERS))


@pytest.mark.parametrize("entity", ENTITIES)
@given(
    value=st.one_of(st.text(max_size=16), NEARLY, changed()),
    kept=st.sampled_from(KEPT),
    character=st.sampled_from(CHARACTERS),
)
def test_no_value_is_shown_whole_and_masks_are_masks_of_themselves(entity, value, kept, character):
    hides(value, entity, *kept, character)


@given(st.text(min_size=1, max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_at_most_half_of_a_short_value_is_shown_and_four_characters_of_a_longer_one_are_not(value, first, last):
    value = "".join(c for c in narrow(value) if c.isalnum())
    result = masked(value, "BADGE", first=first, last=last)
    shown = sum(c != "*" for c in result)
    assert shown <= (len(value) // 2 if len(value) <= 8 else len(value) - 4)


@pytest.mark.parametrize("entity", sorted(set(FORMS) - {"CN_PLATE"}))
@given(value=st.text(st.sampled_from("0123456789abcdef张欧阳"), min_size=1, max_size=6))
def test_at_most_half_of_a_value_shorter_than_its_entity_is_shown(entity, value):
    assert sum(c != "*" for c in masked(value, entity)) <= max(len(value) // 2, 3 * (entity == "DATE_OF_BIRTH"))


@pytest.mark.parametrize("value", generators.sample(generators.cn_mobile, 50))
def test_masks_of_mobiles_keep_their_length(value):
    assert len(masked(value, "CN_MOBILE")) == len(value)


@pytest.mark.parametrize(("entity", "parameters", "bits"), [
    ("CN_MOBILE", {}, math.log2(10_000)),
    ("CN_MOBILE", {"keep_first": 3}, math.log2(10**8)),
    ("CN_MOBILE", {"keep_first": 3, "keep_last": 2}, math.log2(10**6)),
    ("CN_MOBILE", {"keep_first": 11}, math.log2(10_000)),
    ("IP_ADDRESS", {}, 16),
    ("MAC_ADDRESS", {}, 24),
    ("BANK_CARD", {}, math.log2(10**7)),
    ("CN_ID_CARD", {"keep_first": 6, "keep_last": 4}, math.log2(43_830 / 11)),
    ("CN_ID_CARD", {"keep_first": 6}, math.log2(43_830 * 999)),
    ("EMAIL_ADDRESS", {}, None),
    ("BADGE", {}, None),
])  # fmt: skip
def test_it_says_how_many_values_have_the_same_mask(entity, parameters, bits):
    reversal = MASK.reversal(entity, parameters)
    assert (reversal.by, reversal.consistent) == ("reader", True)
    assert reversal.candidates_bits == (None if bits is None else pytest.approx(bits, abs=0.05))


@pytest.mark.parametrize("parameters", [
    {"keep_first": -1}, {"keep_last": True}, {"keep_first": "3"}, {"character": "x"}, {"character": "**"},
    {"character": "<"},
    {"character": 0.5},
])  # fmt: skip
def test_what_does_not_fit_is_refused(parameters):
    with pytest.raises(ValueError, match="must be"):
        MASK.build(Subject("CN_MOBILE", parameters=parameters))


MASKED_ALREADY = [
    '{{"address":"{}"}}', "收货地址 {} 电话", "我住在{}，请", "address={}&x=1",
]  # fmt: skip


@pytest.mark.parametrize("text", MASKED_ALREADY)
@pytest.mark.parametrize("city", "无锡市 杭州市 石家庄市 兰州市 北镇市 阿里地区 大理白族自治州".split())
def test_masked_addresses_are_not_found_again(city, text):
    for province in ("", "江苏省", "内蒙古自治区", "四川"):
        masked_once = scrub(text.format(f"{province}{city}锡山区丹山路88号"), "mask")
        assert "丹山" not in masked_once
        assert scrub(masked_once, "mask") == masked_once


def test_another_character_may_hide():
    assert MASK.build(Subject("CN_MOBILE", parameters={"character": "#"}))([b"13812345678"]) == [b"138####5678"]
