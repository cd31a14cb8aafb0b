"""Cells that are one plain value each are found as the engine finds them, though it looks at a few of them only."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit import Scrubber, catalog
from anonkit.detect import whole_cells
from anonkit.detect.cells import Cells
from anonkit.detect.engine import Engine
from anonkit.detect.names.exact import ExactNames
from anonkit.keys.key import Key
from tests import generators

_MANY = 300
_KEYS = sorted({key.strip('*:：="[【「 ') for card in catalog.load() for match in card.matches for key in match.keys})


def laid_out(columns, *, by_row=False):
    """A text with cells, and where they are; `columns` has pairs of a name and as many cells each."""
    rows = range(len(columns[0][1]))
    order = [(c, r) for r in rows for c in range(len(columns))] if by_row else None
    text, places = bytearray(), []
    for column, row in order or [(c, r) for c in range(len(columns)) for r in rows]:
        cell = columns[column][1][row].encode()
        places.append((len(text), len(text) + len(cell), column, row))
        text += cell + b"\n"
    numbers = (np.array(one, np.int64) for one in zip(*places, strict=True))
    return bytes(text), Cells(*numbers, tuple(name.encode() for name, _ in columns))


def plainly(engine, block, threshold, rules, cells):
    """Leave all to the engine, in place of `whole_cells.find`."""
    return engine.find(block, threshold, rules, cells)


def columns_of(found):
    return list(
        zip(found.start.tolist(), found.end.tolist(), found.rule.tolist(), found.confidence.tolist(), strict=True)
    )


def ipv4(rng):
    return ".".join(str(rng.randrange(256)) for _ in range(4))


def mobile(rng):
    return f"1{rng.choice('3589')}{generators.digits(rng, 9)}"


def near_miss(rng):
    value = rng.choice((mobile, generators.cn_id_card, ipv4, generators.uscc, generators.bank_card))(rng)
    at = rng.choice((0, len(value), rng.randrange(len(value) + 1)))
    change = rng.choice(("", " ", "x", "0", ".", "张", "\n", "%31", "１", "<CN_MOBILE>", "\t", "-"))
    return value[:at] + change + value[at + rng.randrange(2) :]


def free_text(rng):
    words = [
        "联系",
        mobile(rng),
        "，",
        ipv4(rng),
        "收货人王小明",
        "北京市海淀区中关村大街5号",
        " ",
        "版本",
        "a@b.cn",
        "\n",
        "",
    ]
    return "".join(rng.choices(words, k=3))


_MAKERS = (mobile, generators.cn_id_card, ipv4, generators.cn_mobile, generators.bank_card, near_miss, free_text)
_SMALL = ("1.2.3.4", "0.0.0.0", "127.0.0.1", "10.0.0.1", "255.255.255.255", "13800000000", "")


@st.composite
def tables(draw):
    """Columns of any names; their cells are mostly of one kind, plain or nearly so."""
    rng = random.Random(draw(st.integers(0, 1 << 32)))
    columns = []
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(["", "c1", "备注", "版本", "phone", "订单号", *_KEYS]))
        mostly, others = draw(st.sampled_from(_MAKERS)), draw(st.sampled_from(_MAKERS))
        purity = draw(st.sampled_from((0.0, 0.5, 0.97, 1.0)))
        cells = [(mostly if rng.random() < purity else others)(rng) for _ in range(_MANY)]
        columns.append((name, [rng.choice(_SMALL) if rng.random() < 0.02 else cell for cell in cells]))
    return columns, draw(st.booleans())


def _scrubbers():
    yield Scrubber()
    for name in ("public", "mask"):
        yield Scrubber(policy=name)
    yield Scrubber(policy="deidentify", key=Key.for_run())
    yield Scrubber(entities=["CN_MOBILE", "ADDRESS"])
    yield Scrubber(entities=["QQ", "USER_ID", "PHONE_NUMBER", "IMEI"])
    yield Scrubber(skip=["CN_ID_CARD", "PERSON"])
    yield from (Scrubber(threshold=least) for least in (0.1, 0.7, 0.92, 0.96, 1.0))
    yield Scrubber(fields=("phone=redact", "c1=label"))


@pytest.fixture(scope="module")
def scrubbers():
    return list(_scrubbers())


@settings(max_examples=60)
@given(tables(), st.data())
def test_findings_and_edits_are_those_of_the_engine_alone(scrubbers, table, data):
    columns, by_row = table
    scrubber = data.draw(st.sampled_from(scrubbers))
    text, cells = laid_out(columns, by_row=by_row)
    found, edits = scrubber.find_in_cells(text, cells), scrubber.edits_of_cells(text, cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_cells, "find", plainly)
        assert columns_of(found) == columns_of(scrubber.find_in_cells(text, cells))
        plain = scrubber.edits_of_cells(text, cells)
    assert edits.spliced(text) == plain.spliced(text)
    assert edits.number.tolist() == plain.number.tolist()


@pytest.mark.parametrize("make", [mobile, generators.cn_id_card, ipv4])
@pytest.mark.parametrize("prefix", ["", "user_"])
def test_no_key_of_any_card_makes_one_value_of_a_kind_something_else_than_another(make, prefix):
    rng = random.Random(prefix)
    scrubber = Scrubber(entities=[card.entity for card in catalog.load()])
    for first in range(0, len(_KEYS), 50):
        columns = [(prefix + key, [make(rng) for _ in range(150)]) for key in _KEYS[first : first + 50]]
        text, cells = laid_out(columns)
        found = scrubber.find_in_cells(text, cells)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(whole_cells, "find", plainly)
            assert columns_of(found) == columns_of(scrubber.find_in_cells(text, cells))


def looked_at(monkeypatch, scrubber, columns):
    """How many bytes of cells the engine looks at."""
    seen = []
    plain = Engine.find
    monkeypatch.setattr(
        Engine,
        "find",
        lambda engine, block, *rest, **how: seen.append(len(block)) or plain(engine, block, *rest, **how),
    )
    scrubber.find_in_cells(*laid_out(columns))
    return sum(seen)


@pytest.mark.parametrize(("name", "make"), [("phone", mobile), ("身份证号", generators.cn_id_card), ("c1", ipv4)])
def test_the_engine_looks_at_a_few_cells_of_a_kind(monkeypatch, name, make):
    rng = random.Random(name)
    columns = [(name, [make(rng) for _ in range(20_000)])]
    assert looked_at(monkeypatch, Scrubber(), columns) < len(laid_out(columns)[0]) / 5


_CARD = """entity = "STAFF_PHONE"
title = "员工电话"
title_en = "Phone of staff"
class = "direct"
confidence = 0.99
[[match]]
pattern = "1381234[0-9]{4}"
[[example]]
text = "13812345678"
find = ["13812345678"]
[[example]]
why = "another number"
text = "13912345678"
find = []
"""


def test_own_cards_and_lists_of_names_may_take_some_of_such_values(tmp_path):
    (tmp_path / "staff.toml").write_text(_CARD, encoding="utf-8")
    rng = random.Random(1)
    cells = [*(mobile(rng) for _ in range(2000)), "13812345678", "13912345678", *(mobile(rng) for _ in range(2000))]
    text, places = laid_out([("phone", cells)])
    for scrubber, entity in (
        (Scrubber(tmp_path), "STAFF_PHONE"),
        (Scrubber().with_lists([ExactNames(["13812345678"])]), "PERSON"),
    ):
        found = scrubber.find_in_cells(text, places)
        entity_at = dict(zip(found.start.tolist(), (scrubber.entities[n] for n in found.rule.tolist()), strict=True))
        assert [entity_at[at] for at in places.start[2000:2002].tolist()] == [entity, "CN_MOBILE"]
