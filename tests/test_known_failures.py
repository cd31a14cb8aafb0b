"""What anonkit is known to get wrong. Each fails today; the day one passes, the suite says so."""

import pytest

import anonkit

LEAKS = {
    "a family name that is a preposition": ("用户由利登录成功", "由利"),
    "a nickname that no list holds": ("小胖子说明天不来", "小胖子"),
}
FALSE_ALARMS = {
    "the weather, which is a nickname too": "无锡市今日多云转小雨",
    "a place that begins with a family name, as the value of a bare name": '{"name":"张江高"}',
}


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize("what", LEAKS)
def test_this_is_scrubbed(what):
    text, value = LEAKS[what]
    assert value not in anonkit.scrub(text)


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize("what", FALSE_ALARMS)
def test_this_is_left_alone(what):
    assert anonkit.scrub(FALSE_ALARMS[what]) == FALSE_ALARMS[what]
