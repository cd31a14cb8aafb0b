"""Is what only appears beside findings found at once, so that scrubbing twice changes nothing?"""

import json
import urllib.parse

import pytest

from anonkit.detect.block import Block
from anonkit.detect.engine import Engine
from anonkit.detect.names.finder import Name
from anonkit.detect.overlaps import _goes_too_far
from anonkit.scrubber import Scrubber

CARDS = Scrubber().engine.book.cards


class Overlapping:
    """Finds 王小明 and 小明来 only where their neighbour on the left has been taken away."""

    def find(self, block):
        at = block.find(">和王小明来".encode())
        if at < 0:
            return []
        at += 4
        return [Name(at, at + 9, "PERSON", 0.99), Name(at + 3, at + 12, "PERSON", 0.99)]


def test_of_new_names_that_overlap_one_is_found():
    block = Block("13812345678和王小明来\n".encode())
    found = Engine(CARDS).with_names(Overlapping()).find(block).found
    assert len(found) == 2
    assert (found.end[:-1] <= found.start[1:]).all()


class AfterMarks:
    """Finds a name behind a mark only; before others, it needs them taken away."""

    def find(self, block):
        found = []
        for name in ("赵磊", "王芳"):
            at = block.find(b">" + name.encode())
            if at >= 0:
                found.append(Name(at + 1, at + 7, "PERSON", 0.99))
        return found


@pytest.mark.parametrize("escaped", [
    lambda text: "GET /q?m=" + urllib.parse.quote(text) + "&x=1",
    lambda text: json.dumps({"msg": text}),
    lambda text: json.dumps(json.dumps({"msg": text})),
    lambda text: "".join(f"&#{ord(c)};" for c in text),
    lambda text: text,
])  # fmt: skip
def test_names_in_escapes_are_found_beside_what_is_taken_away(escaped):
    engine = Engine(CARDS).with_names(AfterMarks())
    found = engine.find(Block((escaped("13812345678赵磊王芳") + "\n").encode())).found
    assert len(found) == 3


def test_escapes_that_spell_no_chinese_are_not_looked_at_again(monkeypatch):
    looks = []
    engine = Scrubber().engine
    monkeypatch.setattr(Engine, "_find_names", lambda *_: looks.append(1))
    engine.find(Block(b"GET /?q=%22a%22 13812345678 &quot; \\n13912345678\n"))
    assert not looks


@pytest.mark.parametrize(("text", "name", "keyed", "too_far"), [
    ("收件人李娜电话", "李娜", "李娜电", True),
    ("收件人李娜电\n", "李娜", "李娜电", False),  # the line ends with it
    ('"收件人":"李娜电"', "李娜", "李娜电", False),  # and so do its quotes
    ("地址中关村大街27号乙", "中关村大街", "中关村大街27号", False),  # the number of a house
    ("地址:文三路8号(已核实)", "文三路8号", "文三路8号(已核实)", True),
    ("收件人李娜", "李娜", "李娜", False),
    ("收件人李娜娜说", "李娜娜", "李娜", False),
])  # fmt: skip
def test_the_value_of_a_key_goes_too_far_where_it_runs_on_into_the_sentence(text, name, keyed, too_far):
    buffer = Block((text + "\n").encode()).buffer
    start = buffer.index(name[:2].encode())
    entity = "ADDRESS" if text.startswith("地址") else "PERSON"
    assert _goes_too_far(buffer, entity, start + len(name.encode()), start + len(keyed.encode())) is too_far


class Short:
    """Finds 李娜 wherever it stands."""

    def find(self, block):
        at = block.find("李娜".encode())
        return [Name(at, at + 6, "PERSON", 0.9)] if at >= 0 else []


def test_a_name_that_the_source_sees_beats_the_key_that_takes_more_of_the_sentence():
    engine = Engine(CARDS).with_names(Short())
    block = Block("收件人李娜电话联系不上\n".encode())
    found = engine.find(block).found
    values = [block.buffer[s:e].decode() for s, e in zip(found.start.tolist(), found.end.tolist(), strict=True)]
    assert values == ["李娜"]
