"""Do the cards keep their word? Every example of every card, bare and in carriers, and generated values."""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

import anonkit
from anonkit import catalog
from tests import generators
from tests.carriers import CARRIERS, Carrier

if TYPE_CHECKING:
    from anonkit.model import Example, Recognizer
    from tests.generators import Generator

CARDS = catalog.load()
LEAST = 4


def _named(card: Recognizer, example: Example, number: int) -> str:
    return f"{card.source}-{number}-{example.why or 'hit'}"


EXAMPLES = [
    pytest.param(card, example, id=_named(card, example, number))
    for card in CARDS
    for number, example in enumerate(card.examples, 1)
]


def found_in(text: str, entity: str) -> list[str]:
    return [text[f.start : f.end] for f in anonkit.scan(text, entities=[entity])]


@functools.cache
def _fills_its_line(card: Recognizer, example: Example) -> bool:
    """Whether an example is one whole value, found only because it fills its line."""
    return example.find == (example.text,) and not found_in(f"x {example.text} y", card.entity)


@pytest.mark.parametrize(("card", "example"), EXAMPLES)
def test_an_example_gives_what_it_says(card: Recognizer, example: Example) -> None:
    assert tuple(found_in(example.text, card.entity)) == example.find


@pytest.mark.parametrize("carrier", CARRIERS[1:], ids=lambda c: c.name)
@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.source)
def test_examples_give_the_same_in_every_carrier(card: Recognizer, carrier: Carrier) -> None:
    own = len(found_in(carrier.put(""), card.entity))  # a log line has a timestamp of its own
    differing = []
    for example in card.examples:
        if _fills_its_line(card, example):
            continue
        line = carrier.put(example.text)
        found = tuple(unquote(carrier.back(part)) for part in found_in(line, card.entity)[own:])
        if found != tuple(unquote(value) for value in example.find):
            differing.append((line, found))
    assert differing == []


@pytest.mark.parametrize("card", CARDS, ids=lambda c: c.source)
def test_a_card_has_both_titles_and_enough_hits_and_near_misses(card: Recognizer) -> None:
    hits = sum(bool(e.find) for e in card.examples)
    misses = len(card.examples) - hits
    assert hits >= LEAST
    assert misses >= LEAST
    assert all(e.why for e in card.examples if not e.find), "a near miss says why"
    assert not card.title.isascii()
    assert card.title_en.isascii()


def test_there_is_a_card_for_every_entity_and_files_are_named_after_them() -> None:
    for card in CARDS:
        assert card.source.removesuffix(".toml").startswith(card.entity.lower())
    assert {c.entity for c in CARDS} == set(
        """CN_MOBILE CN_LANDLINE PHONE_NUMBER CN_ID_CARD CN_PASSPORT CN_TRAVEL_PERMIT BANK_CARD CN_USCC CN_PLATE
        EMAIL_ADDRESS IP_ADDRESS MAC_ADDRESS PUSH_TOKEN IMEI IMSI ICCID ANDROID_ID ADVERTISING_ID DEVICE_ID USER_ID
        WECHAT_ID QQ OPENID GEO_COORDINATE SECRET SESSION_TOKEN USER_AGENT DATE_OF_BIRTH FACE_IMAGE FACE_FEATURE
        BIOMETRIC PERSON ADDRESS ORGANIZATION HOSTNAME URL SEARCH_QUERY TIMESTAMP""".split()
    )


# entity, generator of valid values, the words before a value where it needs some
GENERATED: list[tuple[str, Generator, str]] = [
    ("CN_ID_CARD", generators.cn_id_card, ""),
    ("CN_ID_CARD", generators.hk_id, "证件"),
    ("CN_ID_CARD", generators.tw_id, "身分證 "),
    ("BANK_CARD", generators.bank_card, ""),
    ("CN_USCC", generators.uscc, "税号"),
    ("IMEI", generators.imei, "imei="),
    ("IMSI", generators.imsi, "imsi="),
    ("ICCID", generators.iccid, ""),
    ("CN_MOBILE", generators.cn_mobile, ""),
    ("CN_LANDLINE", generators.cn_landline, ""),
    ("CN_PLATE", generators.plate, "车牌"),
    ("MAC_ADDRESS", generators.mac, ""),
    ("IP_ADDRESS", generators.ipv4, ""),
    ("IP_ADDRESS", generators.ipv6, ""),
    ("EMAIL_ADDRESS", generators.email, ""),
    ("SECRET", generators.jwt, ""),
]
WITH_CHECK_DIGIT = ("cn_id_card", "hk_id", "tw_id", "bank_card", "uscc", "imei")
COUNT = 300


def _block(carrier: Carrier, words: str, values: list[str]) -> str:
    """The values in prose, one a line: `请核对 VALUE 是否正确`, glued to Chinese on one side in every other line."""
    return "\n".join(
        carrier.put(f"请核对{' ' if number % 2 else ''}{words}{value}{' ' if number % 3 else ''}是否正确")
        for number, value in enumerate(values)
    )


def _ids(case: object) -> str:
    return getattr(case, "__name__", None) or getattr(case, "name", None) or str(case)


@pytest.mark.parametrize("carrier", CARRIERS, ids=_ids)
@pytest.mark.parametrize(("entity", "generator", "words"), GENERATED, ids=_ids)
def test_every_generated_value_is_found_in_every_carrier(
    entity: str, generator: Generator, words: str, carrier: Carrier
) -> None:
    values = generators.sample(generator, COUNT)
    block = _block(carrier, words, values)
    found = {carrier.back(part) for part in found_in(block, entity)}
    assert [v for v in values if v not in found] == []


@pytest.mark.parametrize("carrier", CARRIERS, ids=_ids)
@pytest.mark.parametrize(
    ("entity", "generator", "words"), [c for c in GENERATED if c[1].__name__ in WITH_CHECK_DIGIT], ids=_ids
)
def test_no_value_with_a_broken_check_digit_is_found(
    entity: str, generator: Generator, words: str, carrier: Carrier
) -> None:
    values = [generators.broken(v) for v in generators.sample(generator, COUNT)]
    assert found_in(_block(carrier, words, values), entity) == []


def test_random_numbers_are_next_to_never_identity_cards_or_companies() -> None:
    rng = random.Random(7)
    text = "\n".join(f"id {generators.digits(rng, 18)} done" for _ in range(5000))
    assert len(found_in(text, "CN_ID_CARD") + found_in(text, "CN_USCC")) <= 200
