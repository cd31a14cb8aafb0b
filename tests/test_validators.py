"""Do the validators accept what the standards print, and refuse what only looks like it?"""

from __future__ import annotations

import ipaddress
import random
from datetime import UTC, datetime, timedelta

import pytest

from anonkit.detect.validators import TRIMMERS, VALIDATORS
from tests import generators

ACCEPTED = {
    "cn_id_card": "11010519491231002X 11010519491231002x 110101-19900101-1237 110101491001001 830000195702172673",
    "hk_id": "Z0977986 W520128(7) A494866[4] z867821a OV290326[A]",
    "tw_id": "B176944193 K101189797 X231071923",
    "mo_id": "1234567(8) 5123456/7 71234568",
    "luhn": "4111111111111111 6222-0212-3456-7890-128",
    "bank_card": "4111111111111111 371449635398431 30569309025904 6222021234567890128 8171999927660000",
    "uscc": "91320205FPNJKWNYU0 12610102QU4LT3AW0G",
    "imei": "863514378900258 86351437890025 8635143789002581",
    "iccid": "89860126985149139423 8986002285076263799 898602B8191650210482",
    "imsi": "460012698514913 460114166305842",
    "ipv4": "10.1.2.3 255.255.255.255 10.0.0.0/8",
    "ipv4_dashed": "ip-10-77-20-248",
    "ipv6": "fe80::1%eth0 2001:db8::8a2e:370:7334 ::ffff:10.0.0.5 2001:db8::/32 1:2:3:4:5:6:7:8 1:2:3:4:5:6:10.0.0.5",
    "mac": "3C:22:FB:0A:1B:2C 3c-22-fb-0a-1b-2d 0012.3456.789A 3c22fb0a1b2d 01:02:03:04:05:06:07:ab",
    "hex_token": "740f4707bebcf74f",
    "cn_mobile": "13812345678 +86-139-1234-5678 008618311006933 8615912345678 17412345678 1440123456789 19212345678",
    "cn_landline": "0510-88201234 (010)62345678 021-6234567 +86-10-62345678 0936-4211235",
    "cn_landline_extension": "010-62345678 010-62345678-1234 010-12345678-1234 010-12345678",
    "local_number": "89076543 8834-5712",
    "plate": "苏B12345 京A·12345 苏BD12345 川A5678学",
    "longitude": "120.312345 -0.1275",
    "latitude": "31.491169 -33.86",
    "birth_date": "1990-07-12 19900712 1990/7/12 1990年7月12日 1990.07 07/12/1990 12-07-1990 2000-02-29 "
    "647712000000 647712000 -315619200000",
    "opaque": "7c9e6679f74e4b0d oGZUI0egBJY1zhBYw2KhdUfwVJJE",
    "password": "Zk@2023!x 123456 hunter2 Qw(2024)t7 口令Qw2024t7",
    "one_time_code": "8842 123456 00123456",
    "option_password": "hunter2 Zk@2023!x secret",
    "told_password": "Zk2023abcd 123456 hunter2.",
    "handle": "root zhang_san88 10086",
    "long_handle": "root 100861",
    "e164": "+1-415-555-2671 +6581234567",
    "mailbox": "汉字@example.com a@b.cn",
    "mixed_token": "oGZUI0egBJY1zhBYw2KhdUfwVJJE",
    "nickname": "爱吃鱼的猫 Tom_88 123",
    "device_code": "A1B2C3D4 a3f5c9d2-1b4e",
    "serial_number": "FVFXC2ABQ6LR 1234567890",
    "chinese_name": "张伟 欧阳静怡",
    "address": "江苏省无锡市锡山区丹山路88号 丹山路88号",
    "organization": "江苏某某股份有限公司",
    "not_uniform": "12345",
}
REFUSED = {
    "cn_id_card": "110105194912310021 110101199013011234 "
    "110101199002301230 000101199001011234 183451200198801019 110101491041001 1101",
    "hk_id": "W520128(8) 98765432 M4578601 A1234567890",
    "tw_id": "A185034995 X431071923 GE9800as98",
    "mo_id": "2234567(8) 123456(7) 11111111",
    "luhn": "4111111111111112 0000000000000000 abc",
    "bank_card": "7992739871370004 41111111111111111 4111111111111112 1234567890123456",
    "uscc": "91320205FPNJKWNYU1 91320205FPNJKWNYU",
    "imei": "863514378900259 000000000000000 12",
    "iccid": "79860126985149139423 898601269851491",
    "imsi": "460992698514913 310012698514913 46001269851491",
    "ipv4": "0.0.0.0 256.1.1.1 192.168.001.1 1.2.3 10.0.0.0/33 1.2.3.4.5",
    "ipv4_dashed": "ip-10-77-20-256 nothing",
    "ipv6": ":: ::%eth0 1::2::3 2001:db8::/129 12345::1 g::1 1:2:3:4:5:6:7 1:2:3:4:5:6:7::8 ::1.2.3 fe80::1%",
    "mac": "FF:FF:FF:FF:FF:FF 02:00:00:00:00:00 000000000000 10:2F:33-AC-29-C3 3c:22:fb:0a:1b 3c:22:fb0a:1b:2c:1",
    "hex_token": "0000000000000000 ffff0000ffff0000",
    "cn_mobile": "12812345678 11111111111 1381234567 15412345678 98615912345678",
    "cn_landline": "0300-2345678 010-12345678 0510-882012 2023-11022359",
    "cn_landline_extension": "010-62345678-123456 2023-11-02",
    "local_number": "12345678 22222222 20231102",
    "plate": "京ABCDEF 沪AO1234",
    "longitude": "190.5 0.0 x",
    "latitude": "91.5 0.0",
    "birth_date": "1990-02-30 1990-13-01 2990-01-01 12345678 1990 1900-02-29 9999999999 -9999999999",
    "opaque": "AppWindowToken com.example.token 12345678 aaaaaaaa short",
    "password": "required <label> /home/work 6-20 req.getPassword() encrypt(raw) 不能为空 长度6至20位",
    "one_time_code": "0000 123 123456789 12a4",
    "option_password": "PASSWORD TEXT file /etc/secret",
    "told_password": "incorrect required 8 expired",
    "handle": "0 1234 11111 system null unknown",
    "long_handle": "10037 1000",
    "e164": "+12345 +1111111111",
    "mailbox": "img@2x.png app@1.js",
    "mixed_token": "openApplicationUserInterface o123456789",
    "nickname": "未设置 system -- null",
    "device_code": "0 loading 00000000 10.0.0.8 1234567",
    "serial_number": "disabled 12345 00000000",
    "chinese_name": "高级 任务 温度 方向 马上 张贴 江湖",
    "address": "地址错误 10.0.0.8:80",
    "organization": "毫秒 C00123",
    "not_uniform": "00000000 xxxx 0101",
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in ACCEPTED.items() for v in values.split()])
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert VALIDATORS[name](value.encode())


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in REFUSED.items() for v in values.split()])
def test_a_value_that_only_looks_valid_is_refused(name: str, value: str) -> None:
    assert not VALIDATORS[name](value.encode())


@pytest.mark.parametrize("name", ["cn_id_card", "hk_id", "tw_id", "bank_card", "uscc", "imei"])
def test_every_other_check_digit_is_refused(name: str) -> None:
    for value in generators.sample(getattr(generators, name), 500):
        assert VALIDATORS[name](value.encode())
        assert not VALIDATORS[name](generators.broken(value).encode())


@pytest.mark.parametrize("name", ["cn_mobile", "cn_landline", "plate", "mac", "ipv4", "ipv6", "imsi", "iccid"])
def test_every_generated_value_is_accepted(name: str) -> None:
    assert all(VALIDATORS[name](v.encode()) for v in generators.sample(getattr(generators, name), 500))


def test_ipv6_addresses_are_those_of_the_standard_library() -> None:
    rng = random.Random(6)
    parts = [b"::", b":", b":", b"1", b"ab", b"ffff", b"0", b"12345", b"g", b"1.2.3.4", b"01.2.3.4", b"2001"]
    for _ in range(20_000):
        value = b"".join(rng.choices(parts, k=rng.randrange(2, 17)))
        try:
            expected = len(value) > 2 and ipaddress.IPv6Address(value.decode()) is not None
        except ValueError:
            expected = False
        assert VALIDATORS["ipv6"](value) == expected


def test_a_birth_may_lie_a_year_ahead_of_a_wrong_clock_but_not_two() -> None:
    today = datetime.now(tz=UTC).date()
    assert VALIDATORS["birth_date"]((today + timedelta(days=360)).isoformat().encode())
    assert not VALIDATORS["birth_date"]((today + timedelta(days=730)).isoformat().encode())


@pytest.mark.parametrize("name", sorted(VALIDATORS))
def test_a_validator_answers_for_any_bytes(name: str) -> None:
    rng = random.Random(name)
    alphabet = [bytes([b]) for b in range(256)] + [b"0", b"1", b"9", b"-", b".", b":", b" ", b"/"] * 30
    for _ in range(2000):
        value = b"".join(rng.choices(alphabet, k=rng.randrange(1, 24)))
        assert VALIDATORS[name](value) in (True, False)


@pytest.mark.parametrize("name", sorted(TRIMMERS))
def test_a_trimmer_cuts_nothing_before_other_bytes_than_it_says(name: str) -> None:
    rng = random.Random(name)
    words = [
        "张三",
        "李小明",
        "北京市 海淀区",
        "上海,路8号",
        "123456",
        "和",
        "公司",
        "先生",
        ":",
        "：",
        "=",
        "次",
        "-1",
        " ms",
        "a",
    ]
    cut = 0
    for _ in range(20_000):
        value, before, after = ("".join(rng.choices(words, k=rng.randrange(1, 4))).encode() for _ in range(3))
        if TRIMMERS[name].cut(value, before[-3:], after[:30]) < len(value):
            assert after[0] in TRIMMERS[name].before
            cut += 1
    assert cut
