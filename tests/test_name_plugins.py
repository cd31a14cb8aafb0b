"""Do other pipelines, own models and lists find names where a policy says so, and what do they cost?"""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import sys
import time
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonkit
from anonkit import Policy, Scrubber
from anonkit.detect.names import model, pipeline_engines, pipeline_source, pipelines, sources
from anonkit.detect.names.pipeline_engines import Span
from anonkit.detect.names.pipeline_places import has_stanza
from anonkit.detect.names.pipeline_source import PipelineSource
from anonkit.detect.names.places import is_address
from anonkit.errors import InputError, PolicyError
from anonkit.model import Action, NameSources
from tests.in_process import run

FAMILY, GIVEN = "王李张刘陈杨", "伟芳娜敏静强磊军洋勇"
PLACES = (
    ("海淀区", "朝阳区", "滨湖区", "西湖区"),
    ("中关村大街", "文三路", "太湖路", "丹山路"),
    ("北京市", "无锡市", "杭州市"),
)
FORMS = (
    (("用户", None), ("", "PERSON"), ("登录成功", None)),
    (("请联系", None), ("", "PERSON"), ("处理", None)),
    (
        ("由", None),
        ("", "PERSON"),
        ("审批通过,人在", None),
        (PLACES[2], "GPE"),
        (PLACES[0], "GPE"),
        (PLACES[1], "FAC"),
        ("附近", None),
    ),
    (("来自", None), (PLACES[2], "GPE"), ("的请求", None)),
    (("系统任务执行完成", None),),
)


def _sentence(rnd):
    text, entities = "", []
    for words, label in rnd.choice(FORMS):
        word = words if label is None else rnd.choice(words) if words else rnd.choice(FAMILY) + rnd.choice(GIVEN)
        if label:
            entities.append((len(text), len(text) + len(word), label))
        text += word
    return text, {"entities": entities}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """A pipeline of spaCy's that has learnt a few forms of sentences."""
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("zh")
    vectors = {
        "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 32, "depth": 2,
        "embed_size": 500, "window_size": 1, "maxout_pieces": 2, "subword_features": False,
    }  # fmt: skip
    ner = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": False,
        "hidden_width": 32, "maxout_pieces": 2, "use_upper": True, "tok2vec": vectors,
    }  # fmt: skip
    nlp.add_pipe("ner", config={"model": ner})
    spacy.util.fix_random_seed(1)
    rnd = random.Random(1)
    data = [Example.from_dict(nlp.make_doc(text), said) for text, said in (_sentence(rnd) for _ in range(250))]
    nlp.initialize(lambda: data)
    for _ in range(15):
        rnd.shuffle(data)
        for first in range(0, len(data), 25):
            nlp.update(data[first : first + 25])
    folder = tmp_path_factory.mktemp("pipeline") / "model"
    nlp.to_disk(folder)
    return folder


@pytest.fixture(autouse=True)
def _nothing_loaded():
    sources._kept.clear()


def _policy(*engines, **more):
    return replace(Policy.load("anonymize"), name="own", source="", names=NameSources(engines, **more))


def _file(folder, names, action="label"):
    file = folder / "own.toml"
    file.write_text(f'promise = "anonymize"\ndefault = "{action}"\n\n[names]\n{names}\n', encoding="utf-8")
    return str(file)


LINE = "用户刘静登录成功"


def test_a_pipeline_takes_the_place_of_the_model_that_comes_with_anonkit(pipeline, monkeypatch):
    from anonkit.detect.names import finder

    monkeypatch.setattr(finder, "names", lambda: pytest.fail("is not asked"))
    assert anonkit.scrub(LINE, _policy(f"spacy:{pipeline}")) == "用户<PERSON>登录成功"


def test_what_all_engines_find_counts_together(pipeline):
    text = "请联系刘静处理\n我叫王小明,住在北京市海淀区中关村大街27号\n"
    found = {
        engines: {(f.start, f.end, f.entity) for f in Scrubber(policy=_policy(*engines)).scan(text)}
        for engines in [("anonkit",), (f"spacy:{pipeline}",), ("anonkit", f"spacy:{pipeline}")]
    }
    alone, plugin, both = found.values()
    assert (3, 5, "PERSON") in plugin
    assert (10, 13, "PERSON") in alone
    assert {(3, 5, "PERSON"), (10, 13, "PERSON")} <= both


def test_a_policy_without_engines_finds_no_names_in_prose():
    assert anonkit.scrub("我叫王小明", _policy()) != "我叫王小明"  # 我叫 is a key
    assert anonkit.scrub("用户张伟通过手机13512345678登录成功", _policy()) == "用户张伟通过手机<CN_MOBILE>登录成功"


def test_the_default_is_the_model_that_comes_with_anonkit(tmp_path):
    file = _file(tmp_path, "")
    assert Policy.load(file).names == NameSources(("anonkit",))
    assert anonkit.scrub("用户张伟通过手机13512345678登录成功", file) == "用户<PERSON>通过手机<CN_MOBILE>登录成功"


def test_a_pipeline_finds_people_and_addresses_but_no_bare_city(pipeline):
    scrubber = Scrubber(policy=_policy(f"spacy:{pipeline}"))
    text = "由李娜审批通过,人在无锡市滨湖区太湖路附近"
    assert [text[f.start : f.end] for f in scrubber.scan(text)] == ["李娜", "无锡市滨湖区太湖路"]
    assert not scrubber.scan("来自无锡市的请求")


@pytest.mark.parametrize(
    ("text", "places", "addresses"),
    [
        ("在无锡市滨湖区太湖大道", [(1, 4), (4, 7), (7, 11)], [(1, 11)]),
        ("在太湖大道88号3栋1602室登录", [(1, 5)], [(1, 15)]),
        ("在无锡市88号", [(1, 4)], []),
        ("滨湖区,无锡市", [(0, 3), (4, 7)], [(0, 3)]),
        ("在 滨湖区 登录", [(1, 6)], [(2, 5)]),
        ("在无锡市登录", [(1, 4)], []),
    ],
)
def test_places_that_touch_are_one_address_with_the_number_of_the_house(text, places, addresses):
    plugin = PipelineSource(lambda _: [[Span(start, end, "LOC", 0.9) for start, end in places]])
    found = [(n.start, n.end) for n in plugin.find(text.encode())]
    assert found == [(len(text[:start].encode()), len(text[:end].encode())) for start, end in addresses]


@pytest.mark.parametrize("place", "海淀区 北京市海淀区 文三路 丹山路88号 3栋1602室 安镇街道 浦东新区 和平村".split())
def test_a_place_from_district_or_road_level_down_is_an_address(place):
    assert is_address(place)


@pytest.mark.parametrize("place", "北京 北京市 无锡市 江苏省 云南省昆明市 中国 长江 太平洋 首都机场 ·".split())
def test_a_city_or_what_is_larger_is_no_address(place):
    assert not is_address(place)


class Reader:
    """Finds 张 and the character after it; remembers what it was asked."""

    def __init__(self, label="PER", score=0.85):
        self.calls, self.label, self.score = [], label, score

    def __call__(self, texts):
        self.calls.append(list(texts))
        found = [[i for i in range(len(text) - 1) if text[i] == "张"] for text in texts]
        return [[Span(i, i + 2, self.label, self.score) for i in of_text] for of_text in found]


def test_the_new_runs_of_a_block_are_read_as_they_are_in_one_call():
    reader = Reader()
    plugin = PipelineSource(reader)
    block = "A1用户张三登录\nabc\nA2用户张三登录\nA1用户张三登录\n".encode()
    assert len(plugin.find(block)) == 3
    assert reader.calls == [["A1用户张三登录", "A2用户张三登录"]]
    again = plugin.find(b"x\n" + block)
    assert len(reader.calls) == 1
    assert [(n.end - n.start, n.entity) for n in again] == [(6, "PERSON")] * 3


def test_the_memory_is_bounded_and_holds_no_text(monkeypatch):
    monkeypatch.setattr(pipeline_source, "MOST_KNOWN", 10)
    plugin = PipelineSource(Reader())
    for number in range(50):
        assert len(plugin.find(f"第{number}号张三\n".encode())) == 1
        assert len(plugin._known) <= 11
    assert "张三".encode() not in repr(plugin._known).encode()
    assert b"\xe5\xbc\xa0" not in b"".join(plugin._known)


@given(st.lists(st.text("张三,13。*<>/aé😀 \n", max_size=40), max_size=5), st.binary(max_size=3))
def test_positions_are_bytes_of_the_block(texts, junk):
    block = junk.join(text.encode() for text in texts)
    for name in PipelineSource(Reader(score=1.0)).find(block):
        value = block[name.start : name.end]
        assert value.startswith("张".encode())
        assert len(value.decode(errors="surrogateescape").rstrip()) in (1, 2)


@given(st.text("张三, 。", max_size=5000))
def test_long_texts_are_cut_into_pieces_that_make_up_the_whole(text):
    pieces = list(pipeline_source._pieces(text))
    assert "".join(text[start:end] for start, end in pieces) == text
    assert all(end - start <= pipeline_source._LONGEST for start, end in pieces)


def test_a_text_of_any_length_is_read_in_pieces():
    reader = Reader()
    block = ("张三," * 4000).encode()
    assert len(PipelineSource(reader).find(block)) == 4000
    assert max(map(len, reader.calls[0])) <= pipeline_source._LONGEST


@pytest.mark.parametrize(
    ("label", "entity"),
    [("PER", "PERSON"), ("PERSON", "PERSON"), ("per", "PERSON"), ("ORG", "ORGANIZATION"), ("company", "ORGANIZATION"),
     ("GPE", None), ("DATE", None), ("O", None)],
)  # fmt: skip
def test_labels_of_the_usual_schemes_are_told_apart(label, entity):
    found = PipelineSource(Reader(label)).find("用户张三登录".encode())
    assert [name.entity for name in found] == ([entity] if entity else [])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<x>张三登录", 0),
        ("李*张三", 0),
        ("<PERSON>和张三", 0),
        ("<name>张三</name>", 1),
        ("张三", 1),
        ("<PERSON>\n张三登录", 1),
        ("张三\n<PERSON>", 1),
        ("**\n张三\n*", 1),
    ],
)
def test_beside_what_was_scrubbed_only_what_is_sure_counts_but_elements_of_xml_do(text, count):
    assert len(PipelineSource(Reader()).find(text.encode())) == count
    assert len(PipelineSource(Reader(score=0.99)).find(text.encode())) == text.count("张三")


def test_scrubbing_twice_changes_nothing(pipeline):
    rnd = random.Random(3)
    text = "".join(",".join(_sentence(rnd)[0] for _ in range(3)) + "\n" for _ in range(60))
    scrubber = Scrubber(policy=_policy(f"spacy:{pipeline}"))
    once = scrubber.scrub(text)
    assert once.count("<PERSON>") > 50
    assert scrubber.scrub(once) == once


def test_text_without_chinese_loads_nothing(monkeypatch):
    monkeypatch.setattr(pipelines, "load", lambda *_: pytest.fail("is loaded"))
    scrubber = Scrubber(policy=_policy("anonkit", f"spacy:{Path(__file__).parent}"))
    assert scrubber.scrub("user zhang wei 13812345678\n") == "user zhang wei <CN_MOBILE>\n"


def test_a_pipeline_is_loaded_once_in_a_process(pipeline, monkeypatch):
    loaded = []
    load = pipelines.load
    monkeypatch.setattr(pipelines, "load", lambda *what: loaded.append(what) or load(*what))
    for _ in range(3):
        assert "<PERSON>" in Scrubber(policy=_policy(f"spacy:{pipeline}")).scrub(LINE)
    assert len(loaded) == 1


@pytest.mark.parametrize(
    ("engine", "words"),
    [("spcy:zh", "unknown engine of names 'spcy:zh'; known are anonkit, spacy:MODEL"),
     ("spacy:", "the engine of names 'spacy:' says no model; write spacy:MODEL"),
     ("jieba", "unknown engine of names 'jieba'")],
)  # fmt: skip
def test_an_unknown_engine_is_named_with_file_line_and_remedy(tmp_path, engine, words):
    with pytest.raises(PolicyError) as error:
        Policy.load(_file(tmp_path, f'engines = ["anonkit",\n  "{engine}"]'))
    assert str(error.value).startswith(f"{tmp_path / 'own.toml'}, line 6: {words}")
    with pytest.raises(PolicyError, match=words[:20]):
        Scrubber(policy=_policy(engine))


def test_a_model_that_is_not_there_is_told_at_once_and_never_fetched(monkeypatch):
    import spacy.cli

    monkeypatch.setattr(spacy.cli, "download", lambda *_: pytest.fail("asks the network"))
    with pytest.raises(
        PolicyError, match=r"zh_not_there is not on this machine.*`python -m spacy download zh_not_there`"
    ):
        Scrubber(policy=_policy("spacy:zh_not_there"))
    with pytest.raises(PolicyError, match="check the path"):
        Scrubber(policy=_policy("spacy:./not_there"))


@pytest.mark.parametrize("kind", ["stanza", "transformers", "gliner", "spacy"])
def test_a_package_that_is_not_installed_is_told_with_the_command_that_installs_it(kind, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(PolicyError, match=rf"{kind}:zh needs {kind}, .*`pip install 'anonkit\[{kind}\]'`"):
        Scrubber(policy=_policy(f"{kind}:zh"))


def test_what_cannot_be_loaded_is_told_by_its_name(tmp_path):
    (tmp_path / "config.cfg").write_text("[nlp]\n", encoding="utf-8")
    scrubber = Scrubber(policy=_policy(f"spacy:{tmp_path}"))
    with pytest.raises(PolicyError, match=r"spacy:.* cannot be loaded \(.*\); install it again, or name another"):
        scrubber.scrub(LINE)


def test_a_pipeline_that_fails_stops_the_run_and_says_nothing_of_the_text(monkeypatch, tmp_path):
    def load(_):
        def read(texts):
            raise ValueError(texts[0])

        return read

    monkeypatch.setitem(pipelines.KINDS, "spacy", replace(pipelines.KINDS["spacy"], load=load))
    with pytest.raises(InputError) as error:
        Scrubber(policy=_policy(f"spacy:{tmp_path}")).scrub(LINE)
    assert "刘静" not in str(error.value)
    assert error.value.__context__ is None or error.value.__suppress_context__


def test_a_text_that_transformers_pass_over_is_no_text_without_names():
    strict = pipeline_engines._Strict(lambda texts: 1 / (isinstance(texts, str) and texts == "good"))
    with pytest.raises(ZeroDivisionError):
        strict(["good", "good"])
    strict("good")
    strict.require_none_failed()  # a batch that fails is tried text by text
    with pytest.raises(ZeroDivisionError):
        strict("bad")
    with pytest.raises(ValueError, match="could not be read"):
        strict.require_none_failed()
    strict.require_none_failed()


STATE = {
    "offline": lambda: os.environ.get("HF_HUB_OFFLINE"),
    "filters": lambda: list(warnings.filters),
    "stderr": lambda: sys.stderr,
}


def _spying(monkeypatch, tmp_path, seen):
    """A pipeline that keeps what it sees of the process while it is loaded and while it reads."""

    def see(when):
        seen[when] = {name: look() for name, look in STATE.items()}

    def load(_):
        see("loading")
        return lambda texts: see("reading") or [[] for _ in texts]

    monkeypatch.setitem(pipelines.KINDS, "spacy", replace(pipelines.KINDS["spacy"], load=load))
    return pipelines.load("spacy", str(tmp_path))


def test_nothing_of_the_process_is_changed_while_a_pipeline_reads_and_stderr_never(monkeypatch, tmp_path):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    seen, stderr = {}, sys.stderr
    read = _spying(monkeypatch, tmp_path, seen)
    before = {name: look() for name, look in STATE.items()}
    read(["张三"])
    assert seen["reading"] == before
    assert seen["loading"]["offline"] == "1"
    assert seen["loading"]["stderr"] is stderr


def test_one_pipeline_is_loaded_at_a_time(monkeypatch, tmp_path):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    inside, most = [], []

    def load(_):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return lambda texts: [[] for _ in texts]

    monkeypatch.setitem(pipelines.KINDS, "spacy", replace(pipelines.KINDS["spacy"], load=load))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: pipelines.load("spacy", str(tmp_path)), range(8)))
    assert most == [1] * 8
    assert "HF_HUB_OFFLINE" not in os.environ


def test_a_warning_that_quotes_the_text_is_not_shown(monkeypatch, tmp_path):
    _spying(monkeypatch, tmp_path, {})
    warnings.warn("Can't set named entities because ...:\nWords: ['刘静']", stacklevel=1)  # an error in the tests


def test_whether_stanza_has_a_language_is_asked_of_its_folders_alone(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "stanza", None)  # an import of it fails
    monkeypatch.setenv("STANZA_RESOURCES_DIR", str(tmp_path / "told"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    for folder in ("told", "stanza_resources", "cache/1.11.0/resources"):
        assert not has_stanza("zh")
        (tmp_path / folder / "zh-hans").mkdir(parents=True)
        assert has_stanza("zh")
        assert not has_stanza("en")
        monkeypatch.delenv("STANZA_RESOURCES_DIR", raising=False)
        if folder == "stanza_resources":
            shutil.rmtree(tmp_path / folder)
            directories = SimpleNamespace(user_cache_dir=lambda *_: str(tmp_path / "cache"))
            monkeypatch.setitem(sys.modules, "platformdirs", directories)


def test_a_list_is_kept_by_nothing_but_the_scrubber_that_finds_with_it(tmp_path):
    (tmp_path / "staff.txt").write_text("水生\n", encoding="utf-8")
    these = sources.Sources(NameSources((), (str(tmp_path / "staff.txt"),)))
    gone = weakref.ref(these._lists[0])
    del these
    gc.collect()
    assert gone() is None


def test_an_own_model_is_read_once_until_its_file_is_another_and_few_are_kept(monkeypatch, tmp_path):
    read = []
    monkeypatch.setattr(sources, "own_model", read.append)
    file = str(tmp_path / "own.npz")
    one = sources._model(file, (1, 1, 1))
    assert sources._model(file, (1, 1, 1)) is one
    assert sources._model(file, (1, 1, 2)) is not one
    assert len(read) == 2
    for number in range(50):
        sources._model(file, (2, 2, number))
    assert len(sources._kept) <= 8


def test_a_forked_process_waits_for_no_thread_of_its_parent():
    source = PipelineSource(Reader())
    with source._lock, pipelines._loading, sources._keeping:  # another thread's, which the child does not have
        child = os.fork()
        if not child:
            signal.alarm(20)
            with pipelines._loading, sources._keeping:
                os._exit(len(source.find("用户张三登录".encode())) != 1)
    assert os.waitpid(child, 0)[1] == 0


def test_hugging_face_is_offline_while_a_pipeline_loads_and_as_before_afterwards(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    constants = type(sys)("huggingface_hub.constants")
    constants.HF_HUB_OFFLINE = False
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", constants)
    with pipelines._offline():
        assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"
        assert constants.HF_HUB_OFFLINE
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert "TRANSFORMERS_OFFLINE" not in os.environ
    assert not constants.HF_HUB_OFFLINE


def test_an_own_model_is_named_as_seen_from_the_folder_of_the_policy(tmp_path, monkeypatch):
    shutil.copy(model.SHIPPED, tmp_path / "own.npz")
    monkeypatch.chdir("/")
    file = _file(tmp_path, 'engines = ["own.npz"]')
    assert Policy.load(file).names.engines == (str(tmp_path / "own.npz"),)
    assert anonkit.scrub("用户张伟通过手机13512345678登录成功", file) == "用户<PERSON>通过手机<CN_MOBILE>登录成功"
    (tmp_path / "own.npz").unlink()
    with pytest.raises(PolicyError, match=r"own\.npz: cannot be read \(No such file or directory\)"):
        Scrubber(policy=file)


def test_an_own_model_that_is_none_is_told(tmp_path):
    (tmp_path / "own.npz").write_bytes(b"no model")
    with pytest.raises(PolicyError, match="is no model of names; `anonkit train-names` makes one"):
        Scrubber(policy=_file(tmp_path, 'engines = ["own.npz"]'))


def test_pipelines_and_lists_are_named_as_seen_from_the_folder_of_the_policy(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    _file(tmp_path / "sub", 'engines = ["spacy:./model", "spacy:/a/b", "spacy:zh_core_web_sm"]\nlists = ["a.txt"]')
    names = Policy.load("sub/own.toml").names
    assert names.engines == (f"spacy:{tmp_path}/sub/model", "spacy:/a/b", "spacy:zh_core_web_sm")
    assert names.lists == (f"{tmp_path}/sub/a.txt",)


def test_a_policy_finds_its_lists_wherever_the_process_is_when_they_are_read(tmp_path, monkeypatch):
    (tmp_path / "staff.txt").write_text("水生\n", encoding="utf-8")
    _file(tmp_path, 'engines = []\nlists = ["staff.txt"]')
    monkeypatch.chdir(tmp_path)
    policy = Policy.load("own.toml")
    monkeypatch.chdir("/")
    assert anonkit.scrub("请转告水生\n", policy) == "请转告<PERSON>\n"


def test_a_list_that_is_not_there_is_told_before_a_byte_is_read(tmp_path):
    with pytest.raises(PolicyError, match=r"none\.txt: cannot be read"):
        Scrubber(policy=_file(tmp_path, 'lists = ["none.txt"]'))


def test_a_list_of_a_policy_is_read(tmp_path):
    (tmp_path / "staff.txt").write_text("水生\n高兴\n", encoding="utf-8")
    file = _file(tmp_path, 'engines = []\nlists = ["staff.txt"]')
    assert anonkit.scrub("请转告水生\n", file) == "请转告<PERSON>\n"
    (tmp_path / "staff.txt").write_text("另外一人\n", encoding="utf-8")
    assert anonkit.scrub("请转告水生\n", file) == "请转告水生\n"  # no scrubber of before the change


@pytest.mark.parametrize("names", ['engines = "anonkit"', "engines = [1]", 'engine = ["anonkit"]', 'lists = [""]'])
def test_what_the_table_cannot_say_is_told(tmp_path, names):
    with pytest.raises(PolicyError, match=r"own\.toml, line 5: "):
        Policy.load(_file(tmp_path, names))


def test_a_policy_made_in_python_must_name_texts():
    with pytest.raises(PolicyError, match="names must be NameSources"):
        Scrubber(policy=replace(Policy("a", "mask", Action("label")), names=NameSources(engines=["anonkit"])))


def test_what_is_denied_is_found_beside_names(pipeline):
    policy = replace(_policy(f"spacy:{pipeline}"), deny=anonkit.model.Values(("登录",)))
    assert anonkit.scrub(LINE, policy) == "用户<PERSON><DENIED>成功"


def test_commands_take_the_names_of_the_policy(pipeline, tmp_path):
    (tmp_path / "app.log").write_text(LINE + "\n", encoding="utf-8")
    file = _file(tmp_path, f'engines = ["spacy:{pipeline}"]')
    assert run("scrub", tmp_path / "app.log", "--policy", file).stdout.decode() == "用户<PERSON>登录成功\n"
    assert b"PERSON" in run("scan", tmp_path / "app.log", "--policy", file).stdout
    explained = run("explain", LINE, "--policy", file)
    assert explained.stdout.decode().startswith("用户[刘静](PERSON)登录成功\n")
    assert run("policy", "lint", file).returncode == 0
    changed = run("policy", "diff", "anonymize", file).stdout.decode()
    assert f"names: anonkit -> spacy:{pipeline}\n" in changed


def test_worker_processes_find_what_one_process_finds(pipeline, tmp_path):
    rnd = random.Random(5)
    lines = [f"2024-05-01 INFO {i % 50} {_sentence(rnd)[0]}\n" for i in range(300)]
    (tmp_path / "app.log").write_text("".join(lines) * 200, encoding="utf-8")
    file = _file(tmp_path, f'engines = ["spacy:{pipeline}"]')
    for jobs in (1, 2):
        done = run("scrub", tmp_path / "app.log", "--policy", file, "--jobs", jobs, "-o", tmp_path / f"{jobs}.out")
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "1.out").read_bytes() == (tmp_path / "2.out").read_bytes()
    assert (tmp_path / "1.out").read_bytes().count(b"<PERSON>") > 10_000
