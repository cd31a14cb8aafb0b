"""Two recipients, purposes, entities and epochs have secrets that have nothing in common; no secret gets out."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonkit.errors import KeyFileError
from anonkit.keys import epochs, tags
from anonkit.keys.key import Generation, Key
from anonkit.keys.tags import Tag

KEY = Key([Generation(bytearray(range(32)))])
WHAT = {"entity": "CN_MOBILE", "recipient": "ACME", "purpose": "analysis", "cipher": "aes", "epoch": "202611"}
NAMES = st.text(max_size=12)
CIPHERS = st.sampled_from(["aes", "sm4"])
EPOCHS = st.sampled_from(["", "2026", "20264", "202611", "20261124"])


def secret(**changed):
    what = WHAT | changed
    return KEY.secret(what.pop("entity"), **what)


def test_derivation_stays_what_it_is():
    """Else what older versions made could not be restored: these change in no release."""
    assert KEY.id == "ugwd474s"
    assert secret().tag == "7dct6x.5z6v.202611"
    assert secret(cipher="sm4", epoch="").tag == "7dct6x.5z6v.sm4"
    assert secret().derive("siv", 16).hex() == "0af1e10bc55147643529191d1ad5b354"
    assert secret(cipher="sm4", epoch="").derive("siv", 16).hex() == "51ca6839549a69c90867af2ac17b5e23"


def test_derivation_is_hkdf_over_fields_with_their_lengths():
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    code = tags.purpose_code("analysis").encode()
    fields = [b"anonkit 1", b"value", b"ACME", code, b"CN_MOBILE", b"202611", b"siv", b"aes", b"64"]
    info = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    assert secret().derive("siv", 64) == HKDF(hashes.SHA256(), 64, None, info).derive(bytes(range(32)))


def test_whatever_differs_the_secrets_differ():
    other = {"entity": "EMAIL_ADDRESS", "recipient": "ACME2", "purpose": "audit", "cipher": "sm4", "epoch": "202612"}
    seen = set()
    for changed in product(*((WHAT[name], other[name]) for name in WHAT)):
        one = secret(**dict(zip(WHAT, changed, strict=True)))
        seen |= {one.derive(use, size)[:16] for use in ("siv", "hmac") for size in (16, 32, 64)}
    assert len(seen) == 2**5 * 6


def test_names_cannot_be_shifted_from_one_field_into_the_next():
    assert secret(entity="AB", epoch="2026").derive("c", 32) != secret(entity="A", epoch="2026").derive("Bc", 32)
    made = {
        secret(recipient=r, purpose="", entity=e).derive("x", 32) for r, e in (("a", "bc"), ("ab", "c"), ("abc", ""))
    }
    assert len(made) == 3


@given(NAMES, NAMES, NAMES, CIPHERS, EPOCHS)
def test_the_tag_and_the_recipient_give_the_secret_again(entity, recipient, purpose, cipher, epoch):
    made = KEY.secret(entity, recipient=recipient, purpose=purpose, cipher=cipher, epoch=epoch)
    found = KEY.secret_of(made.tag, entity, recipient=recipient)
    assert found is not None
    assert found.tag == made.tag
    assert found.derive("siv", 64) == made.derive("siv", 64)
    assert KEY.secret_of(made.tag, entity, recipient=recipient + "x") is None
    assert Key.for_run().secret_of(made.tag, entity, recipient=recipient) is None


def test_a_name_is_the_same_in_all_spellings_of_unicode():
    assert secret(recipient="Caf\u00e9").tag == secret(recipient=" Cafe\u0301").tag


@given(st.from_regex(r"[a-z2-7]{6}\.[a-z2-7]{4}(\.([0-9]{4,6}|[0-9]{8}))?(\.sm4)?", fullmatch=True).filter(str.isascii))
def test_a_tag_that_is_read_is_written_the_same(text):
    assert str(tags.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "k3f9q2.p8zc", "abcdef.abcd.", "abcdef.abcd.1", "abcdef.abcd.2026.2026", "abcdef.abcd.sm4.2026",
        "ABCDEF.abcd", "abcdef.abcd\n", "abcdef.abcd.２０２６",
    ],
)  # fmt: skip
def test_what_is_no_tag_is_none(text):
    assert tags.parse(text) is None
    assert KEY.secret_of(text, "CN_MOBILE", recipient="") is None


def test_a_tag_says_nothing_of_the_key_to_who_does_not_have_it():
    """Tags of two recipients share nothing but the code of the purpose."""
    one, two = (tags.parse(secret(recipient=name).tag) for name in ("a", "b"))
    assert isinstance(one, Tag)
    assert isinstance(two, Tag)
    assert one.key_id != two.key_id
    assert KEY.id[:6] not in (one.key_id, two.key_id)


@pytest.mark.parametrize("epoch", ["1", "202", "2026111", "2026-11", "x", "202611240"])
def test_an_epoch_that_is_none_is_refused(epoch):
    with pytest.raises(ValueError, match="an epoch is"):
        secret(epoch=epoch)


@pytest.mark.parametrize(
    ("epoch", "code"),
    [("none", ""), ("year", "2026"), ("quarter", "20264"), ("month", "202611"), ("day", "20261124")],
)
def test_epochs_are_told_by_their_digits(epoch, code):
    assert epochs.code(epoch, date(2026, 11, 24)) == code


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_quarter_has_three_months(day):
    assert epochs.code("quarter", day) == f"{day.year}{1 + (day.month - 1) // 3}"


def test_a_key_for_a_run_does_not_outlive_it_and_is_another_each_time():
    one, two = Key.for_run(), Key.for_run()
    made = one.secret("CN_MOBILE", recipient="", purpose="", cipher="aes", epoch="")
    assert not one.outlives_run
    assert not made.outlives_run
    assert KEY.outlives_run
    assert secret().outlives_run
    assert one.id != two.id


def test_a_wiped_key_derives_nothing_and_holds_nothing():
    key = Key.for_run()
    made = key.secret("CN_MOBILE", recipient="", purpose="", cipher="aes", epoch="")
    master = key.generations[0]._secret
    key.wipe()
    assert master == bytes(32)
    for ask in (
        lambda: made.derive("siv", 32),
        lambda: key.secret("CN_MOBILE", recipient="", purpose="", cipher="aes", epoch=""),
        lambda: key.secret_of(made.tag, "CN_MOBILE", recipient=""),
        key.generations[0].secret_text,
    ):
        with pytest.raises(KeyFileError, match="wiped"):
            ask()


@pytest.mark.parametrize("what", [KEY, KEY.generations[0], secret()], ids=["key", "generation", "secret"])
def test_nothing_that_holds_a_secret_is_pickled_copied_or_shown(what):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="fork"):
            pickle.dumps([what], protocol)
    for copied in (copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="fork"):
            copied(what)
    assert "bytearray" not in repr(what)
    assert bytes(range(32)).hex() not in repr(what)
    assert not hasattr(what, "__dict__")


@pytest.mark.parametrize(
    "secret", [bytes(32), b"a" * 32, bytes(range(31)), b"", bytes(range(33)), b"1234567" * 4 + b"1234"]
)
def test_what_is_not_random_or_not_32_bytes_is_no_key(secret):
    with pytest.raises(KeyFileError, match="32 random bytes"):
        Generation(bytearray(secret))
