"""In which syntax a key and its value are known, beyond the examples of the cards; and what only looks like one."""

import re

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
