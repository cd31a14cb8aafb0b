import base64
import contextlib
import hashlib
import hmac
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.errors import TokenError
from anonkit.model import Action, Parameter
from anonkit.transform import operations, tagged, token
from anonkit.transform.base import Subject, Transform
from anonkit.transform.digests import KeyedHash
from anonkit.transform.plain import plain
from anonkit.transform.spelling import canonical

MASTER = bytes(range(32))
TAGS = {"aes": "k3f4q2.p6zc", "sm4": "k3f4q2.p6zc.202611.sm4"}
SUITES = list(TAGS)
BRACKETS = [*product(("<", "%3C", "%3c", "&lt;", "\\u003c", "\\\\\\\\u003C"), (">", "%3E", "&gt;", "\\u003e"))]
ENTITIES = ["CN_MOBILE", "EMAIL_ADDRESS", "ADDRESS", "IP_ADDRESS", "USER_ID"]


class Made:
    """A secret for tests: HMACs of a fixed master."""

    outlives_run = True

    def __init__(self, entity: str = "CN_MOBILE", suite: str = "aes", master: bytes = MASTER) -> None:
        self.tag, self.cipher, self._key = TAGS[suite], suite, hmac.digest(master, entity.encode(), "sha256")

    def derive(self, use: str, size_bytes: int) -> bytes:
        return b"".join(hmac.digest(self._key, b"%d %b" % (i, use.encode()), "sha256") for i in range(2))[:size_bytes]


def opened(secret: Made, tagged_value: re.Match[bytes]) -> bytes | None:
    """The value of a token; None where the secret is another, or the token was changed."""
    try:
        return tagged.opener(secret)(tagged_value["body"])
    except TokenError:
        return None


def built(
    name: str,
    entity: str = "CN_MOBILE",
    suite: str = "aes",
    parameters: Mapping[str, Parameter] | None = None,
    **others: object,
) -> Transform:
    subject = Subject(entity, cipher=suite, secret=Made(entity, suite), **others)
    return operations.build(Action(name, parameters or {}), subject)


# what stays and what goes


def test_keep_keeps_and_redact_leaves_nothing():
    values = [b"13800138000", b"a%40b.cn", b""]
    assert built("keep")(values) == values
    assert built("redact")(values) == [b"", b"", b""]


def test_a_label_says_what_was_there_in_the_style_of_the_policy():
    assert built("label")([b"1", b"2"]) == [b"<CN_MOBILE>"] * 2
    assert built("label", title="手机号码", label_style="chinese")([b"1"]) == ["<手机号码>".encode()]
    assert built("label", title="手机号码")([b"1"]) == [b"<CN_MOBILE>"]


@pytest.mark.parametrize("title", ["", 'a"b', "a<b", "a>b", "a,b", "a\\b", "a\nb", "a%b", "a&b"])
def test_a_title_that_would_break_the_syntax_is_not_written(title):
    assert built("label", title=title, label_style="chinese")([b"1"]) == [b"<CN_MOBILE>"]


def test_numbers_count_in_the_order_of_first_appearance_over_all_calls():
    number = built("number")
    assert number([b"13900139000", b"13800138000", b"13900139000"]) == [
        b"<CN_MOBILE#1>",
        b"<CN_MOBILE#2>",
        b"<CN_MOBILE#1>",
    ]
    assert number([b"13700137000", b"+86 138-0013-8000"]) == [b"<CN_MOBILE#3>", b"<CN_MOBILE#2>"]
    assert built("number")([b"13700137000"]) == [b"<CN_MOBILE#1>"]


def test_numbers_do_not_keep_the_values():
    number = built("number")
    number([b"13800138000"])
    cells = [cell.cell_contents for cell in number.__closure__]
    assert b"13800138000" not in repr(cells).encode()


# pseudonyms


@pytest.mark.parametrize("suite", SUITES)
def test_all_spellings_of_a_value_have_one_pseudonym(suite):
    pseudonym = built("pseudonym", suite=suite)
    spellings = ["13800138000", "+86 138-0013-8000", "１３８００１３８０００", "%2B86-13800138000", "0086 13800138000"]
    assert len(set(pseudonym([text.encode() for text in spellings]))) == 1


@pytest.mark.parametrize("suite", SUITES)
def test_a_pseudonym_is_the_hmac_of_the_canonical_value(suite):
    key = Made(suite=suite).derive("hmac", 32)
    text = built("pseudonym", suite=suite, parameters={"length": 43})([b"+8613800138000"])[0]
    digest = base64.urlsafe_b64encode(KeyedHash(suite, key).digests([b"13800138000"])[0]).rstrip(b"=")
    assert text == f"<CN_MOBILE~{TAGS[suite]}~".encode() + digest + b">"
    assert built("pseudonym", suite=suite)([b"13800138000"])[0] == text[: -1 - 43 + 22] + b">"


@pytest.mark.parametrize("suite", SUITES)
def test_other_values_entities_and_keys_have_other_pseudonyms(suite):
    def body(entity: str, value: bytes, master: bytes = MASTER) -> bytes:
        subject = Subject(entity, cipher=suite, secret=Made(entity, suite, master))
        return operations.build(Action("pseudonym"), subject)([value])[0].split(b"~")[2]

    first = body("CN_MOBILE", b"13800138000")
    assert first not in (
        body("CN_MOBILE", b"13800138001"),
        body("USER_ID", b"13800138000"),
        body("CN_MOBILE", b"13800138000", MASTER[::-1]),
    )


@pytest.mark.parametrize("length", [11, 22, 43])
def test_a_pseudonym_is_as_long_as_wanted(length):
    result = built("pseudonym", parameters={"length": length})([b"13800138000"])[0]
    assert len(result.rpartition(b"~")[2]) == length + 1
    assert token.OURS.fullmatch(result)


@pytest.mark.parametrize("length", [10, 44, 0, -1, "22", True, 22.0])
def test_a_pseudonym_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match="length must be"):
        built("pseudonym", parameters={"length": length})


@pytest.mark.parametrize("name", ["pseudonym", "encrypt"])
def test_what_needs_a_key_says_so(name):
    with pytest.raises(ValueError, match=f"{name} needs a key"):
        operations.build(Action(name), Subject("CN_MOBILE"))


# encryption


@pytest.mark.parametrize("suite", SUITES)
@given(st.lists(st.one_of(st.binary(min_size=1, max_size=60), st.text(min_size=1).map(str.encode)), max_size=40))
def test_what_is_encrypted_comes_back_byte_for_byte(suite, values):
    for value, result in zip(values, built("encrypt", suite=suite)(values), strict=True):
        match = token.ENCRYPTED.fullmatch(result)
        assert match["tag"].decode() == TAGS[suite]
        assert opened(Made(suite=suite), match) == value


@pytest.mark.parametrize("suite", SUITES)
def test_encryption_keeps_the_spelling_and_gives_equal_values_the_same(suite):
    encrypt = built("encrypt", suite=suite)
    one, two, three = encrypt([b"13800138000", b"+86 13800138000", b"13800138000"])
    assert one == three != two


@pytest.mark.parametrize("suite", SUITES)
def test_a_token_opens_under_its_own_entity_and_key_only(suite):
    match = token.ENCRYPTED.fullmatch(built("encrypt", suite=suite)([b"13800138000"])[0])
    assert opened(Made("USER_ID", suite), match) is None
    assert opened(Made("CN_MOBILE", suite, MASTER[::-1]), match) is None
    with pytest.raises(TokenError):
        tagged.opener(Made("USER_ID", suite))(match["body"])


@pytest.mark.parametrize("suite", SUITES)
def test_no_changed_character_of_a_token_opens(suite):
    result = built("encrypt", suite=suite)([b"13800138000"])[0]
    opening = result.rindex(b":") + 1
    for at in range(opening, len(result) - 1):
        for other in b"A_-5":
            changed = result[:at] + bytes([other]) + result[at + 1 :]
            match = token.ENCRYPTED.fullmatch(changed)
            assert changed == result or match is None or opened(Made(suite=suite), match) is None


@pytest.mark.parametrize("body", [b"A" * 21 + b"B", b"A" * 23 + b"=", b"A" * 22 + b"+/", b"A" * 25, b"", b"\xff"])
def test_a_body_that_nobody_writes_is_refused(body):
    with pytest.raises(TokenError):
        token.sealed(body)


@given(st.binary(min_size=1))
def test_a_body_is_read_as_it_was_written(data):
    assert token.sealed(token._bodies([data])[0]) == data


# hashes


PUSH_TOKEN = b"740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"


def test_a_hash_is_that_of_the_canonical_value():
    digest = base64.urlsafe_b64encode(hashlib.sha256(PUSH_TOKEN).digest()).rstrip(b"=")
    assert built("hash", "PUSH_TOKEN")([PUSH_TOKEN.upper()]) == [b"<PUSH_TOKEN~sha256~" + digest + b">"]
    assert built("hash", "PUSH_TOKEN", "sm4")([PUSH_TOKEN])[0].startswith(b"<PUSH_TOKEN~sm3~")


@pytest.mark.parametrize("entity", ["CN_MOBILE", "CN_ID_CARD", "IP_ADDRESS", "IMEI", "MAC_ADDRESS", "SECRET", "PERSON"])
def test_what_can_be_searched_is_not_hashed_without_a_key(entity):
    with pytest.raises(ValueError, match=f"hash is not safe for {entity}: .*; use pseudonym"):
        built("hash", entity)


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("FACE_IMAGE", "face_u8812_0001.jpg"),
        ("FACE_IMAGE", "aG9tZXBhZ2UvMTM4MDAxMzgwMDAvZmFjZTAx13800138000.jpg"),
        ("FACE_FEATURE", "1380013800013800138000138001380001"),
        ("BIOMETRIC", "FP20231102001"),
        ("BIOMETRIC", "dept/zhangsan/13800138000/left/thumb/1"),
        ("BIOMETRIC", "ZhangSanLeftThumbFinanceDepartment"),
        ("SESSION_TOKEN", "a3f5c9d21b4e4f6a8c7d"),
        ("PUSH_TOKEN", "1104a89792e1fd5b8cf"),
    ],
)
def test_what_is_short_or_no_random_value_gets_the_label(entity, value):
    assert built("hash", entity)([value.encode()]) == [f"<{entity}>".encode()]


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("FACE_IMAGE", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4"),
        ("FACE_FEATURE", "AAAAPwAAgD8AAIC/AABAQAAAoEAAAMBAAADgQAAAAEEAABBBAAAgQQ=="),
        ("FACE_FEATURE", "[0.12, -0.03,0.44,0.91,0.27,-0.55,0.08,0.13,0.62,-0.71,0.02,0.35,0.48,-0.16,0.29,0.77]"),
        ("BIOMETRIC", "Rk1SACAyMAAAAAD0AAABQAFoAMUAxQEAAAAoJECFACZoAA=="),
        ("SESSION_TOKEN", "8F2B1C6D9E0A4F3B8C7D6E5F4A3B2C1D"),
    ],
)
def test_what_is_random_or_measured_is_hashed(entity, value):
    assert built("hash", entity)([value.encode()])[0].startswith(f"<{entity}~sha256~".encode())


# what could turn them back


def test_each_operation_says_truly_what_could_turn_it_back():
    said = {
        name: operations.OPERATIONS[name].reversal("CN_MOBILE", {})
        for name in ("keep", "redact", "label", "number", "pseudonym", "encrypt", "hash")
    }
    assert {name: reversal.by for name, reversal in said.items()} == {
        "keep": "reader",
        "redact": "nothing",
        "label": "nothing",
        "number": "nothing",
        "pseudonym": "key",
        "encrypt": "key",
        "hash": "search",
    }
    assert [name for name, reversal in said.items() if not reversal.consistent] == ["redact", "label"]
    assert said["hash"].candidates_bits == 128
    assert said["keep"].candidates_bits == 0


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("name", ["label", "number", "pseudonym", "encrypt"])
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=4, max_size=40).map(str.encode), min_size=1, max_size=9))
def test_nothing_of_the_value_stays_in_what_is_written(name, entity, values):
    for value, result in zip(values, built(name, entity)(values), strict=True):
        body = re.split(rb"[:~]", result)[-1]
        assert value not in body
        assert token.OURS.fullmatch(result)


# tokens


def written(suite: str) -> list[bytes]:
    """One of each form."""
    forms = [
        *(built(name, suite=suite)([b"13800138000"])[0] for name in ("label", "number", "pseudonym", "encrypt")),
        built("hash", "PUSH_TOKEN", suite)([PUSH_TOKEN])[0],
    ]
    return [*forms, forms[3][:-1] + token.ADDED_QUOTES + b">"]


@pytest.mark.parametrize(("opening", "close"), BRACKETS)
@pytest.mark.parametrize("suite", SUITES)
def test_all_that_is_written_is_found_in_all_brackets(suite, opening, close):
    for form in written(suite):
        text = opening.encode() + form[1:-1] + close.encode()
        match = token.OURS.fullmatch(text)
        assert match["entity"] in (b"CN_MOBILE", b"PUSH_TOKEN")
        assert (match["open"].decode(), match["close"].decode()) == (opening, close)
        complete = token.ENCRYPTED.fullmatch(text)
        assert (complete is not None) == (b":" in form)
        assert token.CUT.search(text) is None


@pytest.mark.parametrize(("opening", "close"), BRACKETS)
def test_a_token_tells_its_parts(opening, close):
    tag, body = b"k3f4q2.p6zc.20264", b"AbC-_" * 5
    for mark in (b"", b"~"):
        text = opening.encode() + b"CN_MOBILE:" + tag + b":" + body + mark + close.encode()
        assert token.ENCRYPTED.search(b"a" + text + b"b").groupdict() == {
            "open": opening.encode(),
            "entity": b"CN_MOBILE",
            "tag": tag,
            "body": body,
            "mark": mark,
            "close": close.encode(),
        }


@pytest.mark.parametrize("tail", [b"", b"\n", b'"}', b" and more", b"*", b"<CN_MOBILE>"])
@pytest.mark.parametrize("suite", SUITES)
def test_a_token_that_was_cut_off_is_found_with_the_id_of_its_key(suite, tail):
    result = built("encrypt", suite=suite)([b"13800138000"])[0]
    known = result.index(b".") + 1
    for size in range(known, len(result)):
        text = b"x" + result[:size] + tail
        match = token.CUT.search(text)
        assert match["tag"].startswith(b"k3f4q2."), size
        assert match["entity"] == b"CN_MOBILE"
        assert match.start() == 1
        assert token.ENCRYPTED.search(text) is None
    # where the text ends, even before that
    for size in range(result.index(b":") + 1, known):
        assert token.CUT.search(result[:size])
        assert token.CUT.search(result[:size] + b"\n") is None


@pytest.mark.parametrize(
    "text",
    ["<LEVEL:abc def>", "<a:k3f4q2.p6zc:x>", "<CN_MOBILE>", "<CN_MOBILE#3>", "<CN_MOBILE~k3f4q2.p6zc~AbCdEfGhIjK>"],
)
def test_what_is_no_token_of_encrypt_is_not_taken_for_one_that_was_cut(text):
    assert token.CUT.search(text.encode()) is None
    assert token.ENCRYPTED.search(text.encode()) is None


@pytest.mark.parametrize(
    "text",
    [
        "<div>",
        "<C>",
        "<CN_MOBILE",
        "<CN_MOBILE#>",
        "<CN_MOBILE~13800138000>",
        "<CN_MOBILE:13800138000>",
        "<CN_MOBILE:k3f4q2.p6zc:13800138000>",
        "<CN_MOBILE~k3f4q2.p6zc~1380013800>",
        "<CN_MOBILE~md5~13800138000>",
        "<CN_MOBILE~K3F4Q2.p6zc~13800138000>",
        "<CN_MOBILE~k3f4q2~13800138000>",
        "<CN_MOBILE~k3f4q2.p6zc~" + "1" * 44 + ">",
    ],
)
def test_what_is_not_written_like_ours_is_not_ours(text):
    assert token.OURS.search(text.encode()) is None


def test_a_body_of_megabytes_is_found():
    value = b"iVBORw0KGgo" * 200_000
    result = built("encrypt")([value])[0]
    text = b'{"image":"' + result + b'"}'
    assert token.OURS.search(text)[0] == result
    assert opened(Made(), token.ENCRYPTED.search(text)) == value
    assert token.CUT.search(text) is None
    assert token.CUT.search(text[:1_000_000])


HOSTILE = [
    *("<", "<A", "<AB:", "<AB#1", "~>", "A", "a", "\\", "\\\\u003c"),
    "<" + "A" * 31,
    "<CN_MOBILE:k3f4q2.",
    "<CN_MOBILE:k3f4q2.p6zc:",
    "<AB:k3f4q2.p6zc:" + "a" * 30,
    "&lt;AB:k3f4q2.p6zc.2026.sm4:" + "_" * 22 + "~",
    "%3CAB~k3f4q2.p6zc~" + "a" * 43,
]


@pytest.mark.parametrize("head", ["", "<AB:k3f4q2.p6zc:", "<AB~k3f4q2.p6zc~", "<AB:k3f4q2."])
@pytest.mark.parametrize("unit", HOSTILE)
def test_matching_comes_to_an_end_on_hostile_text(head, unit):
    # not linear, this would take hours
    text = (head + unit * (1_000_000 // len(unit))).encode()
    for expression in (token.OURS, token.ENCRYPTED):
        assert expression.search(text) is None
    for _ in token.CUT.finditer(text):
        pass


# the table


def test_operations_that_are_not_used_are_not_imported():
    code = "import sys; from anonkit.transform.operations import *; build(Action('label'), Subject('X_1'));"
    code += "print([m for m in ('cryptography', 'faker', 'anonkit.transform.surrogate') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_table_names_each_operation_once_and_says_what_it_does():
    for name, operation in operations.OPERATIONS.items():
        assert operation.name == name
        assert name in operations.OPERATIONS
        assert operation.summary
        assert not operation.summary.endswith(".")


def test_a_name_that_is_no_operation_is_not_in_the_table():
    assert "scramble" not in operations.OPERATIONS
    with pytest.raises(KeyError):
        operations.OPERATIONS["scramble"]
    assert len(operations.OPERATIONS) == len(list(operations.OPERATIONS)) == 13


def test_unknown_operations_and_parameters_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="there is no operation 'scramble'; it is one of keep, "):
        built("scramble")
    with pytest.raises(ValueError, match="pseudonym has no parameter 'size'; it has: length"):
        built("pseudonym", parameters={"size": 3})
    with pytest.raises(ValueError, match="label has no parameter 'style'; it has: none"):
        built("label", parameters={"style": "x"})


@pytest.mark.parametrize("name", [name for name, one in operations.OPERATIONS.items() if one.entities])
def test_no_operation_is_made_for_an_entity_that_it_is_not_for(name):
    with pytest.raises(ValueError):
        built(name, "NO_SUCH_ENTITY")


def entities_of(name: str) -> list[str]:
    """Entities that an operation can be built for."""
    fitting = []
    for entity in sorted(operations.OPERATIONS[name].entities or [*ENTITIES, "DATE_OF_BIRTH", "PUSH_TOKEN"]):
        with contextlib.suppress(ValueError):
            built(name, entity)
            fitting.append(entity)
    return fitting


@pytest.mark.parametrize("name", list(operations.OPERATIONS))
def test_every_operation_gives_one_result_for_each_value_of_its_entities(name):
    entities = entities_of(name)
    assert entities
    for entity in entities:
        transform = built(name, entity)
        for values in ([], [b"13800138000"], [b"x", "张三".encode(), b"\xff", b"%E5"]):
            assert len(transform(values)) == len(values)


@pytest.mark.parametrize("name", [name for name, one in operations.OPERATIONS.items() if one.needs_key])
def test_no_transformation_with_a_key_is_pickled(name):
    entity = entities_of(name)[0]
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(built(name, entity))


@given(st.text(max_size=30))
def test_canonical_values_are_what_pseudonyms_are_made_of(text):
    spelling = canonical(plain(text.encode()), "USER_ID").encode()
    pseudonym = built("pseudonym", "USER_ID")
    if canonical(plain(spelling), "USER_ID").encode() == spelling:  # it may look escaped itself
        assert pseudonym([text.encode()]) == pseudonym([spelling])


def test_tokens_stand_in_json_strings_as_they_are():
    for form in written("aes"):
        assert json.loads(b'"' + form + b'"') == form.decode()
