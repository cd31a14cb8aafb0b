"""Values are made coarser in the format that they have; what cannot be read becomes a label."""

import ipaddress
import math
import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.address_levels import levels
from anonkit.transform.base import Subject
from anonkit.transform.generalise import GENERALISE
from tests import generators

ENTITIES = ["IP_ADDRESS", "GEO_COORDINATE", "ADDRESS", "USER_AGENT", "DATE_OF_BIRTH", "TIMESTAMP", "SALARY"]


def generalise(value: str, entity: str, **parameters: object) -> str:
    return GENERALISE.build(Subject(entity, parameters=parameters))([value.encode()])[0].decode()


@pytest.mark.parametrize(("value", "parameters", "result"), [
    ("10.1.2.3", {}, "10.1.0.0/16"),
    ("10.1.2.3", {"prefix_v4": 24}, "10.1.2.0/24"),
    ("10.1.2.3", {"prefix_v4": 0}, "0.0.0.0/0"),
    ("10.0.0.0/8", {}, "10.0.0.0/8"),
    ("10.1.0.0/16", {}, "10.1.0.0/16"),
    ("10-77-20-248", {}, "10-77-0-0"),
    ("2001:db8::8a2e:370:7334", {}, "2001:db8::/32"),
    ("2001:db8:1:2::1", {"prefix_v6": 48}, "2001:db8:1::/48"),
    ("fe80::1%eth0", {}, "fe80::/32"),
    ("::ffff:10.1.2.3", {}, "::ffff:10.1.0.0/112"),
    ("::ffff:10.1.0.0/112", {}, "::ffff:10.1.0.0/112"),
    ("１０．１．２．３", {}, "10.1.0.0/16"),
    ("1.2.3.4.5", {}, "<IP_ADDRESS>"),
    ("10.1.2.3/40", {}, "<IP_ADDRESS>"),
    ("999.1.1.1", {}, "<IP_ADDRESS>"),
])  # fmt: skip
def test_addresses_become_networks(value, parameters, result):
    assert generalise(value, "IP_ADDRESS", **parameters) == result


@given(st.ip_addresses(), st.integers(0, 31), st.integers(0, 127))
def test_an_address_is_in_its_network(address, v4, v6):
    result = generalise(str(address), "IP_ADDRESS", prefix_v4=v4, prefix_v6=v6)
    assert address in ipaddress.ip_network(result)
    if address.version == 4 or address.ipv4_mapped is None:
        assert ipaddress.ip_network(result).prefixlen == (v4 if address.version == 4 else v6)


@pytest.mark.parametrize(("value", "to", "result"), [
    ("1990-07-12", "", "1990"),
    ("1990-07-12", "month", "1990-07"),
    ("1990/7/12", "month", "1990/7"),
    ("1990年7月12日", "month", "1990年7月"),
    ("1990年7月12日", "year", "1990年"),
    ("1990年7月12日", "decade", "1990年代"),
    ("1990-07-12", "decade", "1990-1999"),
    ("19900712", "month", "199007"),
    ("07/12/1990", "month", "12/1990"),
    ("12/31/1990", "month", "12/1990"),
    ("July 12, 1990", "month", "July 1990"),
    ("12 Jul 1990", "month", "Jul 1990"),
    ("647712000000", "month", "1990-07"),
    ("-315619200", "year", "1960"),
    ("1990-07-12T00:00:00.000+0800", "month", "1990-07"),
    ("1990-07", "month", "1990-07"),
    ("1990-07", "year", "1990"),
    ("1990", "month", "<DATE_OF_BIRTH>"),
    ("1990-02-30", "year", "<DATE_OF_BIRTH>"),
    ("0000-00-00", "year", "<DATE_OF_BIRTH>"),
    ("2090-01-01", "age_band", "<DATE_OF_BIRTH>"),
    ("1990-07-12", "age_band", "30-39"),
    ("1990年7月", "age_band", "30-39岁"),
    ("1930-01-01", "age_band", "90+"),
    ("1935-01-01", "age_band", "80-89"),
    ("1850-01-01", "age_band", "<DATE_OF_BIRTH>"),
])  # fmt: skip
def test_dates_of_birth_keep_their_format_up_to_a_level(value, to, result):
    assert generalise(value, "DATE_OF_BIRTH", to=to, this_year=2024) == result


@pytest.mark.parametrize(("year", "band", "result"), [
    (1990, 5, "30-34"), (1990, 20, "20-39"), (1936, 20, "80+"), (1990, 50, "0-49"), (1940, 50, "50+"),
])  # fmt: skip
def test_bands_of_age_have_the_width_that_is_asked(year, band, result):
    assert generalise(f"{year}-01-01", "DATE_OF_BIRTH", to="age_band", band_years=band, this_year=2024) == result


@pytest.mark.parametrize(("value", "to", "result"), [
    ("2023-11-02 09:12:44.120", "", "2023-11-02"),
    ("2023-11-02T09:12:44Z", "hour", "2023-11-02T09Z"),
    ("2023-11-02T09:12:44+08:00", "hour", "2023-11-02T09+08:00"),
    ("2023-11-02 09:12:44", "hour", "2023-11-02 09"),
    ("2023-11-02 09:12:44", "month", "2023-11"),
    ("02/Nov/2023:10:00:00 +0800", "day", "02/Nov/2023"),
    ("02/Nov/2023:10:00:00 +0800", "hour", "02/Nov/2023:10 +0800"),
    ("02/Nov/2023:10:00:00 +0800", "month", "Nov/2023"),
    ("2023年11月2日 10时20分", "day", "2023年11月2日"),
    ("2023年11月2日 10时20分", "hour", "2023年11月2日 10时"),
    ("1699923456", "day", "2023-11-14"),
    ("1699923456789", "hour", "2023-11-14T00Z"),
    ("1699923456789", "year", "2023"),
    ("2023-11", "day", "<TIMESTAMP>"),
    ("2023-11-02", "hour", "<TIMESTAMP>"),
    ("yesterday", "day", "<TIMESTAMP>"),
])  # fmt: skip
def test_timestamps_keep_their_format_up_to_a_level(value, to, result):
    assert generalise(value, "TIMESTAMP", to=to) == result


@pytest.mark.parametrize(("value", "decimals", "result"), [
    ("120.312345", 1, "120.3"), ("31.491169", 2, "31.49"), ("-31.491169", 0, "-31"), ("31.5", 1, "31.5"),
    ("31", 1, "31"),
    ("31°29′28″N", 1, "31.5°N"), ("120°18'44.5\"E", 2, "120.31°E"), ("3129.4702", 1, "3130.0000"),
    ("12018.7407", 1, "12018.0000"), ("12018.7407", 0, "12000.0000"), ("１２０．３１２３４５", 1, "120.3"),
    ("31.55°N", 1, "31.6°N"), ("200.5", 1, "<GEO_COORDINATE>"), ("nan", 1, "<GEO_COORDINATE>"),
    ("", 1, "<GEO_COORDINATE>"),
])  # fmt: skip
def test_coordinates_have_fewer_digits_in_their_notation(value, decimals, result):
    assert generalise(value, "GEO_COORDINATE", decimals=decimals) == result


@pytest.mark.parametrize(("value", "province", "city", "district"), [
    ("江苏省无锡市锡山区安镇街道丹山路88号3栋1602室", "江苏省", "江苏省无锡市", "江苏省无锡市锡山区"),
    ("北京市海淀区中关村大街27号", "北京市", "北京市", "北京市海淀区"),
    ("上海市浦东新区世纪大道100号", "上海市", "上海市", "上海市浦东新区"),
    ("杭州市西湖区文三路１８号", "", "杭州市", "杭州市西湖区"),
    ("江苏省苏州市工业园区星湖街1号", "江苏省", "江苏省苏州市", "江苏省苏州市工业园区"),
    ("江苏省苏州市昆山市花桥镇", "江苏省", "江苏省苏州市", "江苏省苏州市昆山市"),
    ("广东深圳市南山区科技园1号", "广东", "广东深圳市", "广东深圳市南山区"),
    ("云南省大理白族自治州大理市古城5号", "云南省", "云南省大理白族自治州", "云南省大理白族自治州大理市"),
    ("新疆维吾尔自治区喀什地区疏附县1号", "新疆维吾尔自治区", "新疆维吾尔自治区喀什地区",
     "新疆维吾尔自治区喀什地区疏附县"),
    ("内蒙古自治区锡林郭勒盟多伦县1号", "内蒙古自治区", "内蒙古自治区锡林郭勒盟", "内蒙古自治区锡林郭勒盟多伦县"),
    ("内蒙古呼伦贝尔市鄂温克族自治旗1号", "内蒙古", "内蒙古呼伦贝尔市", "内蒙古呼伦贝尔市鄂温克族自治旗"),
    ("江苏省 无锡市 锡山区 丹山路1号", "江苏省", "江苏省 无锡市", "江苏省 无锡市 锡山区"),
    ("河北省唐山市路南区新华道1号", "河北省", "河北省唐山市", "河北省唐山市路南区"),
    ("江苏省无锡市阳光小区3栋", "江苏省", "江苏省无锡市", ""),
    ("中山路市政府1号", "", "", ""),
    ("丹山路88号市民中心", "", "", ""),
    ("88 Danshan Road, Wuxi", "", "", ""),
    ("阳光超市3号", "", "", ""),
])  # fmt: skip
def test_addresses_end_at_a_level_that_they_name(value, province, city, district):
    results = [generalise(value, "ADDRESS", to=to) for to in ("province", "city", "district")]
    assert results == [level or "<ADDRESS>" for level in (province, city, district)]


@given(st.text(st.sampled_from("江苏省无锡市山区县自治州旗小路号1 丹"), max_size=16))
def test_levels_lie_within_one_another(address):
    found = levels(address)
    ends = [end for end in (found.province, found.city, found.district) if end]
    assert ends == sorted(ends)
    assert all(end <= len(address) for end in ends)


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"Mozilla/5.0 (Linux; Android 10; SM-G981B) {WEBKIT} Chrome/116.0.5845.96 Mobile Safari/537.36"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) {WEBKIT} Version/16.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(("value", "result"), [
    (CHROME, "Chrome 116 on Android"),
    (CHROME + " MicroMessenger/8.0.32.2300(0x2800205D)", "WeChat 8 on Android"),
    (CHROME + " Edg/117.0.2045.31", "Edge 117 on Android"),
    (IPHONE, "Safari 16 on iOS"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/118.0", "Firefox 118 on Windows"),
    ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer 11 on Windows"),
    ("Dalvik/2.1.0 (Linux; U; Android 9; MI 8)", "Dalvik 2 on Android"),
    ("Chrome 116 on Android", "Chrome 116 on Android"),
    ("okhttp/4.9.3", "okhttp 4"),
    ("curl/7.88.1", "curl 7"),
    ("Dalvik/2.1.0 (Linux; U; Android 12; PEEM00 Build/SP1A)", "Dalvik 2 on Android"),
    ("MyApp/5.2.1", "<USER_AGENT>"),
    ("Chrome/13812345678", "<USER_AGENT>"),
    ("", "<USER_AGENT>"),
])  # fmt: skip
def test_user_agents_become_family_major_version_and_system(value, result):
    assert generalise(value, "USER_AGENT") == result


@pytest.mark.parametrize(("value", "band", "result"), [
    ("12345", 10000, "10000~19999"), ("12,345.60", 10000, "10000~19999"), ("0", 10, "0~9"), ("-1", 10, "-10~-1"),
    ("¥19999.99", 10000, "¥10000~19999"), ("15000元", 5000, "15000~19999元"), ("1e5", 10, "<SALARY>"),
    ("abc", 10, "<SALARY>"),
    ("10000~19999", 10000, "10000~19999"), ("10001~19999", 10000, "<SALARY>"), ("10000~19998", 10000, "<SALARY>"),
    ("10001~20000", 10000, "<SALARY>"),
    ("13812345678", 10**9, "13000000000~13999999999"), ("１２３４５", 10000, "10000~19999"), ("", 10, "<SALARY>"),
])  # fmt: skip
def test_numbers_become_bands(value, band, result):
    assert generalise(value, "SALARY", band=band) == result


@pytest.mark.parametrize("entity", ENTITIES)
@given(value=st.one_of(
    st.text(max_size=20), st.decimals(allow_nan=False).map(str), st.integers().map(str), st.ip_addresses().map(str),
    st.datetimes().map(str), st.dates().map(str),
))  # fmt: skip
def test_it_never_fails_and_doing_it_twice_changes_nothing(entity, value):
    transform = GENERALISE.build(Subject(entity))
    once = transform([value.encode("utf-8", "replace")])
    if once != [f"<{entity}>".encode()]:
        assert transform(once) == once


@pytest.mark.parametrize("to", ["month", "year", "decade", "age_band"])
@given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 1, 1)))
def test_a_level_of_a_date_is_a_level_of_itself(to, day):
    transform = GENERALISE.build(Subject("DATE_OF_BIRTH", parameters={"to": to, "this_year": 2024}))
    for format_ in ("%Y-%m-%d", "%Y年%m月%d日", "%Y%m%d", "%b %d, %Y", "%d/%m/%Y"):
        once = transform([day.strftime(format_).encode()])[0]
        assert once != b"<DATE_OF_BIRTH>"
        if to != "month" or format_[1] == "Y":
            assert transform([once]) == [once]


def test_escapes_are_read_and_written_again():
    transform = GENERALISE.build(Subject("DATE_OF_BIRTH", parameters={"to": "month"}))
    assert transform([rb"1990\u5e747\u670812\u65e5"]) == [rb"1990\u5e747\u6708"]
    assert transform([b"%E5%B9%B4"]) == [b"<DATE_OF_BIRTH>"]


def test_the_label_has_the_style_of_the_policy():
    subject = Subject("DATE_OF_BIRTH", "出生日期", label_style="chinese")
    assert GENERALISE.build(subject)([b"x"]) == ["<出生日期>".encode()]


@pytest.mark.parametrize(("entity", "parameters"), [
    ("CN_MOBILE", {}), ("PERSON", {}), ("IP_ADDRESS", {"prefix_v4": 32}), ("IP_ADDRESS", {"prefix_v6": 128}),
    ("IP_ADDRESS", {"prefix_v4": "16"}), ("DATE_OF_BIRTH", {"to": "day"}), ("TIMESTAMP", {"to": "age_band"}),
    ("ADDRESS", {"to": "street"}), ("GEO_COORDINATE", {"decimals": 4}), ("SALARY", {"band": 1}),
    ("SALARY", {"band": 0.5}),
    ("DATE_OF_BIRTH", {"band_years": 1}),
])  # fmt: skip
def test_what_does_not_fit_is_refused(entity, parameters):
    with pytest.raises(ValueError, match=r"must be|nothing is coarser"):
        GENERALISE.build(Subject(entity, parameters=parameters))


@pytest.mark.parametrize(("entity", "parameters", "bits"), [
    ("IP_ADDRESS", {}, 16), ("IP_ADDRESS", {"prefix_v4": 24}, 8), ("DATE_OF_BIRTH", {}, math.log2(365)),
    ("DATE_OF_BIRTH", {"to": "age_band", "band_years": 5}, math.log2(5 * 365)), ("TIMESTAMP", {}, math.log2(86_400)),
    ("GEO_COORDINATE", {"decimals": 2}, math.log2(10**4)), ("ADDRESS", {}, None), ("SALARY", {"band": 1024}, 10),
])  # fmt: skip
def test_it_says_how_many_values_have_the_same_result(entity, parameters, bits):
    reversal = GENERALISE.reversal(entity, parameters)
    assert reversal.by == "search"
    assert reversal.candidates_bits == (None if bits is None else pytest.approx(bits))


def test_generated_addresses_are_all_read():
    rng = random.Random(20)
    values = [generators.ipv4(rng) for _ in range(500)] + [generators.ipv6(rng) for _ in range(500)]
    results = GENERALISE.build(Subject("IP_ADDRESS"))([value.encode() for value in values])
    assert b"<IP_ADDRESS>" not in results
