"""In which syntax a key and its value are known, beyond the examples of the cards; and what only looks like one."""

import json
import re

import numpy as np
import pytest

import anonkit


@pytest.mark.parametrize("text", [
    "user_id <> [[100234567]] AND user_id != '[[100234568]]' AND birthday >= '[[1990-01-02]]'",
    "real_name LIKE '[[张三丰]]%' or real_name not like '[[张三丰]]%' or birthday BETWEEN '[[1990-01-02]]'",
    '{userId: {$eq: "[[100234567]]"}, "openid": {"$in": ["[[oUpF8uMuAJO_M2pxb1Q9zNjWeS6o]]"]}}',
    '{"term":{"userId":{"value":"[[100234567]]"}}} {"term":{"userId.keyword":"[[100234567]]"}}',
    "token【[[a1b2c3d4e5f6a7b8]]】userId【[[100234567]]】",
    'user.setPassword("[[Abc123456]]"); session.setToken("[[a1b2c3d4e5f6a7b8]]");',
    'map.put("realName", "[[张三丰]]"); redis.set(\'password\', \'[[Abc123456]]\'); map.put("userId", [[100234567]])',
    's:8:"password";s:9:"[[Abc123456]]";s:6:"userId";i:[[100234567]];',
    "userId ==> [[100234567]]",
    '{"key":"姓名","value":"[[张三丰]]"}',
    "联系人1:[[张三丰]] 联系人2：[[李小明]]",
])  # fmt: skip
def test_the_value_of_a_key_is_found_in(text):
    values = [found.start for found in anonkit.scan(text.replace("[[", "").replace("]]", ""))]
    assert values == [m.start() - 4 * i for i, m in enumerate(re.finditer(r"\[\[", text))]


def test_the_name_of_an_element_may_be_chinese():
    assert anonkit.scrub("<姓名>张三丰</姓名>") == "<姓名>&lt;PERSON&gt;</姓名>"


@pytest.mark.parametrize("text", [
    "if (userName != null && password != null)",
    "where user_id <> 0 and name like '%任务%' and status in ('a','b')",
    '["userName", "password", "token"]',
    'map.put("type", "userName"); map.put("userName", userName); map.put("password", password);',
    'request.getParameter("password"); obj.setToken(token); @Column(name = "user_name", length = 32)',
    '{"userId":{"type":"keyword"},"properties":{"userName":{"type":"string","value":null}}}',
    's:4:"name";s:6:"高级";s:8:"username";N;',
    "联系人1000条 手机号1个 工号2位 密码1次 <姓名></姓名><金额>100</金额>",
    "token【必填】 userId【选填】 password【8-20位】",
    "SELECT user_id FROM t WHERE user_id != ? AND user_name LIKE CONCAT('%', ?, '%')",
])  # fmt: skip
def test_a_key_without_a_value_gives_nothing(text):
    assert anonkit.scan(text) == []


@pytest.mark.parametrize("text", [
    "POST /l?password=«P%40ss%26w0rd»&z=3",
    "GET /l?password=«%40abc%26w0rd»&z=3",
    "GET /l?password=«ab(c%20d)e%26f»&z=3",
    "pwd=«abc%3Bdef%2Cghi»; a=1",
    "GET /a?token=«abcdef123%26ghi%3Djkl»&x=1 token=«ab%2Bcdefghij1%26xyz»",
    "url=http%3A%2F%2Fx.cn%2F%3Fpassword%3D«abcd%2526d»%26z%3D1&y=2",
    "SET password='«it''s me»', pwd=\"«he\"\"llo»\" WHERE id=1",
    "INSERT INTO t (id, password) VALUES (7, '«ab''cd e»'), (8, '')",
    "<password>«a&amp;b c»</password> <db pwd=''><password><![CDATA[«a<b c»]]></password>",
    '<entry key="password">«a&amp;b c»</entry>',
    '{"password":{"v":"«abcdef»"}} {"password":{"val":«123456»}}',
])  # fmt: skip
def test_a_secret_is_found_to_its_end(text):
    values = re.findall("«(.*?)»", text)
    plain = text.replace("«", "").replace("»", "")
    assert [plain[found.start : found.end] for found in anonkit.scan(plain)] == values


@pytest.mark.parametrize(("text", "scrubbed"), [
    ('7,"{""password"":""abcd"",""b"":""c""}",ok', '7,"{""password"":""<SECRET>"",""b"":""c""}",ok'),
    ("VALUES ('{''password'':''abcd'',''b'':''c''}')", "VALUES ('{''password'':''<SECRET>'',''b'':''c''}')"),
    ("password='''' y=''a b'' password='' x='y'", "password='''' y=''a b'' password='' x='y'"),
    ('{"password":"","x":""} <db pwd=""><a>b c</a>', '{"password":"","x":""} <db pwd=""><a>b c</a>'),
    ("<password>&lt;SECRET&gt;</password>", "<password>&lt;SECRET&gt;</password>"),
])  # fmt: skip
def test_quotes_that_are_doubled_all_around_end_values(text, scrubbed):
    assert anonkit.scrub(text) == scrubbed


@pytest.mark.parametrize("number", ["1e+14", "1.2345678901235e+14", "25E+3", "1e14", "12e-5", "1.3812345678E10"])
@pytest.mark.parametrize("key", ["user_id", "uid", "mobile", "lng", "secret", "imei", "cvv"])
def test_of_a_number_with_an_exponent_all_or_nothing_is_taken(key, number):
    for value in (number, f"[{number},{number}]"):
        out = json.loads(anonkit.scrub(f'{{"{key}":{value},"n":1}}'))
        assert out["n"] == 1
        assert all(v == float(number) or re.fullmatch("<[A-Z_]+>", str(v)) for v in np.atleast_1d(out[key]))
    if key == "user_id":
        assert anonkit.scrub(f'{{"user_id":{number}}}') == '{"user_id":"<USER_ID>"}'


def test_a_label_before_an_equals_sign_is_no_key():
    for text in ("user_id=<USER_ID>=abc123", "<USER_ID>= abc123", "pwd=%3CSECRET%3E=abc123"):
        assert anonkit.scan(text) == []
