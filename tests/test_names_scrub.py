"""Names in free text, from end to end: what is scrubbed, what is left alone, and that nothing depends on company."""

import json
from pathlib import Path

import pytest

import anonkit
from anonkit import Scrubber
from anonkit.detect.names import edges
from anonkit.detect.names.lexicon import BIT
from anonkit.keys.key import Key
from anonkit.training import corpora

LINES = [s for file in sorted((Path(__file__).parent / "data" / "names").glob("*.txt")) for s in corpora.marked(file)]
TEXTS = [s.text for s in LINES]


@pytest.mark.parametrize("policy", ["label", "deidentify"])
def test_scrubbing_a_second_time_changes_nothing(policy):
    scrubber = Scrubber() if policy == "label" else Scrubber(policy=policy, key=Key.for_run())
    once = [scrubber.scrub(text) for text in TEXTS]
    assert [scrubber.scrub(text) for text in once] == once


def test_a_line_gives_the_same_alone_and_among_others():
    together = anonkit.scrub("\n".join(TEXTS)).split("\n")
    assert together == [anonkit.scrub(text) for text in TEXTS]


@pytest.mark.parametrize("text", [
    "用户王小明来电,快件改寄北京市海淀区中关村大街27号",
    "张伟、李娜和王芳已签到",
    "请联系欧阳静怡（行政部）",
    "审批人：陈志强，已通过",
    "林女士反映空调不制冷",
    "老王说明天到",
    "买买提·艾力提交了申请",
    "总统克林顿在白宫发表讲话",
])  # fmt: skip
def test_a_name_in_prose_is_found_in_every_spelling(text):
    plain = {f.entity for f in anonkit.scan(text)}
    assert "PERSON" in plain
    escaped = json.dumps({"msg": text}, ensure_ascii=True)
    assert plain == {f.entity for f in anonkit.scan(escaped)}
    assert json.loads(anonkit.scrub(escaped))["msg"] == anonkit.scrub(text)


@pytest.mark.parametrize("text", [
    "任务管理器启动,高级配置加载完成,温度正常,方向向东",
    "马上处理,张贴公告,江湖王者归来",
    "由系统自动处理,审批人未指定",
    "北京到上海的车票已售完",
    "IMEI、IMSI、OAID、QQ、VIP 均已脱敏",
    "由Jenkins自动构建,Redis连接失败",
    "无锡市今日多云转阵雨",
    '{"city":"苏州","status":"关闭","type":"安装","name":"任务"}',
    "金华 无锡 宁波 长春",
])  # fmt: skip
def test_words_that_look_like_names_are_left_alone(text):
    assert anonkit.scrub(text) == text


def test_an_address_goes_as_a_whole_and_a_bare_city_stays():
    text = "收货地址改为江苏省无锡市锡山区安镇街道丹山路88号3栋1602室,货从苏州发出"
    assert anonkit.scrub(text) == "收货地址改为<ADDRESS>,货从苏州发出"


def test_an_organisation_is_found_and_kept():
    text = "张伟就职于苏州云图科技有限公司"
    assert "ORGANIZATION" in {f.entity for f in anonkit.scan(text)}
    assert anonkit.scrub(text) == "<PERSON>就职于苏州云图科技有限公司"


def test_a_name_ends_where_the_sentence_goes_on_though_a_key_stands_before_it():
    assert anonkit.scrub("收件人李娜电话联系不上") == "收件人<PERSON>电话联系不上"


def test_latin_words_are_names_only_if_they_are_known_to_be():
    assert anonkit.scrub("用户Tom反馈无法登录") == "用户<PERSON>反馈无法登录"
    assert anonkit.scrub("用户Redis反馈无法登录") == "用户Redis反馈无法登录"


@pytest.mark.parametrize(("text", "scrubbed"), [
    ("地址:海淀区文三路8号(已核实)", "地址:<ADDRESS>(已核实)"),
    ("家住海淀区文三路8号的王女士反映水压低", "家住<ADDRESS>的<PERSON>反映水压低"),
    ("家庭住址海淀区文三路8号联系电话13812345678", "家庭住址<ADDRESS>联系电话<CN_MOBILE>"),
    ("addr=海淀区文三路8号 -> geocode failed", "addr=<ADDRESS> -> geocode failed"),
    ("13812345678一横路437号", "<CN_MOBILE><ADDRESS>"),
    ("西湖区万科城3#502", "<ADDRESS>"),
    ("马厂镇王庄村三组", "<ADDRESS>"),
    ('{"x":"ok\\t翠苑四区8号"}', '{"x":"ok\\t<ADDRESS>"}'),
    ("('王芳','翠苑四区8号',1)", "('<PERSON>','<ADDRESS>',1)"),
])  # fmt: skip
def test_an_address_ends_where_the_text_says_so_and_takes_nothing_of_its_neighbours(text, scrubbed):
    assert anonkit.scrub(text) == scrubbed


def test_what_a_mask_has_left_of_a_name_is_no_name():
    for text in ("向张**转账", "和贾**", "姓名:张*"):
        assert anonkit.scrub(text) == text


@pytest.mark.parametrize("text", [
    "地址=改则县改则镇鲁仁路5号", "收货地址:更新街88号3栋", "送货地址：变更路6号院2号楼", "住址:修改巷12号1室",
])  # fmt: skip
def test_an_address_may_begin_as_a_verb_of_changing_does(text):
    key, _, value = text.replace("：", ":").replace("=", ":").partition(":")
    assert anonkit.scrub(text) == text.replace(value, "<ADDRESS>"), key


@pytest.mark.parametrize("text", [
    "请联系车经理确认方案",
    "6-2-1房女士来电",
    "我们的项主任今天休息",
    "——占老师",
    "会诊：段医师→池主任",
])  # fmt: skip
def test_a_family_name_that_is_a_word_is_a_person_with_a_title(text):
    assert [f.entity for f in anonkit.scan(text) if f.entity == "PERSON"] != []


@pytest.mark.parametrize("text", [
    "项目经理已确认",
    "华东大区经理岗位",
    "向老师提问,应医生要求复查,请和老师沟通",
    "班主任会议,高老师们",
    "买了康师傅和老干妈,去钱大妈买菜",
])  # fmt: skip
def test_a_title_alone_is_nobody(text):
    assert edges.titled(text) == []


def test_a_title_glued_to_other_text_is_left_to_the_model():
    assert edges.titled("汽车经理") == edges.titled("安全主任") == []
    assert edges.titled("请车经理,转柴主任处理") == [(1, 4), (6, 9)]


def test_an_address_ends_before_what_is_only_near_it():
    text = "海淀区中关村大街00号院门口"
    assert edges.address(text, 0, len(text)) == (0, len(text) - 2)


def test_an_address_begins_behind_the_verb_that_touches_its_number():
    text = "放00栋0单元"
    assert edges.address(text, 0, len(text)) == (1, len(text))
    assert edges.address("到达路0号", 0, 5) == (0, 5)


def test_an_address_goes_on_with_the_building_behind_the_number_of_the_house():
    text = "天河区体育西路000号建和中心00A,请速"
    number = text.index("号") + 1
    assert text[: edges.address(text, 0, number)[1]] == "天河区体育西路000号建和中心00A"


def test_a_building_that_a_sentence_goes_on_behind_is_left():
    text = "体育西路000号客服中心电话已变更"
    assert edges.address(text, 0, text.index("号") + 1) == (0, text.index("号") + 1)


def test_a_word_alone_is_a_person_the_harder_the_more_it_is_known_as_something_else():
    def least(*lists: str, text: str = "高远") -> float:
        return edges.least(text, 0, len(text), sum(BIT[name] for name in lists))

    rare, used, place = least("common"), least("common", "frequent"), least("common", "place")
    organisation = least("common", "organisation")
    assert 0 < rare < used < place < 1 < organisation
    assert least("common", "frequent", "given") == least("common", "person") == rare
    in_a_sentence = edges.least("请高远签字", 1, 3, BIT["common"] | BIT["frequent"])
    assert in_a_sentence == 0


@pytest.mark.parametrize(
    "text",
    ["插件“王小明”已升级", "重启节点：“李娜”、“王小明”", "“李娜”“王小明”两台主机下线", "脚本仓库「王小明」无法访问"],
)
def test_what_stands_in_quotes_beside_a_part_of_a_system_is_its_name(text):
    assert not [found for found in anonkit.scan(text) if found.entity == "PERSON"]


@pytest.mark.parametrize(
    "text", ["插件作者“王小明”已登录", "“王小明”主机管理员已离职", "客户“王小明”来电", "脚本由“王小明”提交,节点正常"]
)
def test_who_stands_in_quotes_beside_a_role_is_a_person(text):
    assert [text[found.start : found.end] for found in anonkit.scan(text) if found.entity == "PERSON"] == ["王小明"]
