"""Which transformations leave a label in a value's place, with or without something that tells values apart?

keep and redact are here too, as the two ends. All of them work on a whole batch at once and remember no value.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from string import ascii_letters, ascii_uppercase, digits, hexdigits
from threading import Lock

from anonkit.transform import parameters, token
from anonkit.transform.base import Operation, Reversal, Secret, Subject, Transform
from anonkit.transform.label import always, label_of
from anonkit.transform.plain import plain
from anonkit.transform.spaces import SPACES
from anonkit.transform.spelling import canonical

LEAST_LENGTH, USUAL_LENGTH, MOST_LENGTH = 11, 22, 43
"""Of pseudonyms, in characters of six bits. With 11 (66 bits) one in a million runs over 10^7 values has two alike."""

_HMAC_KEY_BYTES = 32
_NUMBERED_BYTES = 16

# Only what is random or measured in at least 128 bits: nobody can try all values. A mobile number has 32.
_BEYOND_SEARCH = frozenset(entity for entity, space in SPACES.items() if space.hashed_bits)
_BEYOND_SEARCH_BITS = min(SPACES[entity].hashed_bits for entity in _BEYOND_SEARCH)
# The cards of these entities also find short ones: numbers of a face, names of files, with the number of a person in
# them. 32 characters in a row are 128 bits even in hex; a vector has 16 numbers.
_LONG = re.compile(rb"[A-Za-z0-9+/]{32,}+")
_VECTOR = re.compile(rb"\[(?:[ \t]*+-?[0-9.eE+-]++[ \t]*+[,\]]){16,}+")
_FILE = re.compile(rb"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_DIGITS, _UPPER, _HEX = (frozenset(text.encode()) for text in (digits, ascii_uppercase, hexdigits))
_LETTERS = frozenset(ascii_letters.encode())


def opener(secret: Secret) -> Callable[[bytes], bytes]:
    """Takes the body of a token, gives the value; raises TokenError where it is of another secret, or was changed."""
    from anonkit.transform.siv import KEY_BYTES, Siv  # noqa: PLC0415  labels need no ciphers

    decrypt = Siv(secret.cipher, secret.derive("siv", KEY_BYTES[secret.cipher])).decrypt
    return lambda body: decrypt(token.sealed(body))


def _number(subject: Subject) -> Transform:
    """Numbers in the order of first appearance.

    What tells values apart are digests under a key of this transformation alone, 16 bytes each, as long as it lives;
    the values themselves are not kept.
    """
    entity, run_key, lock = subject.entity, os.urandom(_NUMBERED_BYTES), Lock()
    counts: dict[bytes, int] = {}

    def transform(values: Sequence[bytes]) -> list[bytes]:
        digests = [
            blake2b(value, digest_size=_NUMBERED_BYTES, key=run_key).digest() for value in _canonical(values, entity)
        ]
        with lock:
            return token.numbers(entity, [counts.setdefault(digest, len(counts) + 1) for digest in digests])

    return transform


def _pseudonym(subject: Subject) -> Transform:
    """HMAC of the canonical value, so that all spellings of a value get the same."""
    from anonkit.transform.digests import KeyedHash  # noqa: PLC0415  as above

    length = parameters.integer(subject.parameters, "length", USUAL_LENGTH, low=LEAST_LENGTH, high=MOST_LENGTH)
    secret, entity = _secret(subject, "pseudonym"), subject.entity
    keyed, tag = KeyedHash(secret.cipher, secret.derive("hmac", _HMAC_KEY_BYTES)), secret.tag
    return lambda values: token.pseudonyms(entity, tag, keyed.digests(_canonical(values, entity)), length)


def _encrypt(subject: Subject) -> Transform:
    """The values as they stand in the text, escapes and all, so that restoring gives back every byte."""
    from anonkit.transform.siv import KEY_BYTES, Siv  # noqa: PLC0415  as above

    secret, entity = _secret(subject, "encrypt"), subject.entity
    tag = secret.tag
    siv = Siv(secret.cipher, secret.derive("siv", KEY_BYTES[secret.cipher]))
    return lambda values: token.encrypted(entity, tag, siv.encrypt_many(values))


def _hash(subject: Subject) -> Transform:
    """Hashes what is beyond search; what is too short or a file's name gets the label."""
    from anonkit.transform import digests  # noqa: PLC0415  as above

    entity, cipher = subject.entity, subject.cipher
    if entity not in _BEYOND_SEARCH:
        raise ValueError(
            f"hash is not safe for {entity}: there are so few values that all of them can be tried; use pseudonym"
        )
    other = label_of(subject)

    def transform(values: Sequence[bytes]) -> list[bytes]:
        spellings = _canonical(values, entity)
        hashed = token.pseudonyms(entity, digests.NAMES[cipher], digests.digests(cipher, spellings), MOST_LENGTH)
        return [result if _is_beyond_search(value) else other for value, result in zip(spellings, hashed, strict=True)]

    return transform


def _is_beyond_search(value: bytes) -> bool:
    """Whether a value looks random, as hex and base64 do: neither words or a path, nor numbers side by side."""
    if _VECTOR.fullmatch(value):
        return True
    run = _LONG.search(value)
    if run is None or _FILE.search(value):
        return False
    letters = set(run[0]) & _LETTERS
    has_both_cases = not letters <= _UPPER and not letters.isdisjoint(_UPPER)
    is_hex = bool(letters) and letters <= _HEX
    return not _DIGITS.isdisjoint(run[0]) and (has_both_cases or is_hex)


def _canonical(values: Sequence[bytes], entity: str) -> list[bytes]:
    return [canonical(plain(value), entity).encode() for value in values]


def _secret(subject: Subject, operation: str) -> Secret:
    if subject.secret is None:
        raise ValueError(f"{operation} needs a key: give --key FILE, or use an operation without one")
    return subject.secret


NUMBER = Operation(
    name="number",
    summary="a label that tells values apart within one run: <CN_MOBILE#3>",
    parameters={},
    reversal=always(Reversal("nothing", consistent=True)),
    build=_number,
)
PSEUDONYM = Operation(
    name="pseudonym",
    summary="keyed, the same for all spellings of a value, not restorable: <CN_MOBILE~TAG~BODY>",
    parameters={"length": USUAL_LENGTH},
    reversal=always(Reversal("key", consistent=True)),
    build=_pseudonym,
    needs_key=True,
)
ENCRYPT = Operation(
    name="encrypt",
    summary="the key restores every byte of it: <CN_MOBILE:TAG:BODY>",
    parameters={},
    reversal=always(Reversal("key", consistent=True)),
    build=_encrypt,
    needs_key=True,
)
HASH = Operation(
    name="hash",
    summary="a hash without a key, for what is beyond search: <PUSH_TOKEN~sha256~BODY>",
    parameters={},
    reversal=always(Reversal("search", _BEYOND_SEARCH_BITS, consistent=True)),
    build=_hash,
    entities=_BEYOND_SEARCH,
)
