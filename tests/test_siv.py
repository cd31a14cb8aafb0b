import hashlib
import hmac
import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from anonkit.errors import TokenError
from anonkit.transform import digests, siv
from anonkit.transform.digests import KeyedHash
from anonkit.transform.siv import KEY_BYTES, BlockSiv, Siv

SUITES = ["aes", "sm4"]
KEYS = {suite: bytes(range(7, 7 + size)) for suite, size in KEY_BYTES.items()}
# every length around the ends of blocks, often enough for the batch
LENGTHS = [*range(1, 50), 63, 64, 65, 255, 256, 257, 1000]


def values_of(seed: int, lengths: list[int]) -> list[bytes]:
    rng = random.Random(seed)
    return [rng.randbytes(length) for length in lengths]


# RFC 5297, appendix A: deterministic, and with a nonce as the last of the associated data
RFC_5297 = [
    (
        "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        ["101112131415161718191a1b1c1d1e1f2021222324252627"],
        "112233445566778899aabbccddee",
        "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
    ),
    (
        "7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
        [
            "00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
            "102030405060708090a0",
            "09f911029d74e35bd84156c5635688c0",
        ],
        "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553",
        (
            "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17"
            "dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d"
        ),
    ),
]


@pytest.mark.parametrize(("key", "associated", "value", "sealed"), RFC_5297)
@pytest.mark.parametrize("count", [1, 100])
def test_the_construction_gives_the_vectors_of_rfc_5297(key, associated, value, sealed, count):
    mode = BlockSiv(algorithms.AES, bytes.fromhex(key), map(bytes.fromhex, associated))
    assert mode.encrypt_many([bytes.fromhex(value)] * count) == [bytes.fromhex(sealed)] * count
    assert mode.decrypt(bytes.fromhex(sealed)) == bytes.fromhex(value)


@pytest.mark.parametrize("key_bytes", [32, 48, 64])
@pytest.mark.parametrize("associated", [[], [b"entity"], [b"entity", b"", b"x" * 40]])
def test_the_construction_over_aes_is_the_mode_of_the_library(key_bytes, associated):
    key = bytes(range(key_bytes))
    library, ours = AESSIV(key), BlockSiv(algorithms.AES, key, associated)
    values = values_of(1, [0, *LENGTHS] + 20 * LENGTHS)
    sealed = [library.encrypt(value, associated or None) for value in values]
    assert ours.encrypt_many(values) == sealed
    assert [ours.decrypt(data) for data in sealed] == values


def test_aes_is_the_mode_of_the_library():
    library, ours = AESSIV(KEYS["aes"]), Siv("aes", KEYS["aes"])
    values = values_of(2, LENGTHS)
    assert ours.encrypt_many(values) == [library.encrypt(value, None) for value in values]


def test_sm4_is_the_construction_over_sm4_of_gb_t_32907():
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encipher = Cipher(algorithms.SM4(block), modes.ECB()).encryptor().update
    assert encipher(block).hex() == "681edf34d206965e86b3e94f536e4246"
    for _ in range(1_000_000):
        block = encipher(block)
    assert block.hex() == "595298c7c6fd271f0402f804c33d3f66"
    values = values_of(3, LENGTHS)
    assert Siv("sm4", KEYS["sm4"]).encrypt_many(values) == BlockSiv(algorithms.SM4, KEYS["sm4"]).encrypt_many(values)


@pytest.mark.parametrize("suite", SUITES)
def test_a_value_gives_the_same_alone_and_among_many(suite):
    mode = Siv(suite, KEYS[suite])
    values = values_of(4, 40 * LENGTHS)
    random.Random(5).shuffle(values)
    alone = [mode.encrypt_many([value])[0] for value in values]
    assert mode.encrypt_many(values) == alone
    assert mode.encrypt_many([*values, *values]) == alone + alone
    assert [len(data) for data in alone] == [len(value) + 16 for value in values]


def test_more_values_than_are_taken_at_once_stay_in_order():
    mode = Siv("sm4", KEYS["sm4"])
    values = [b"%011d" % number for number in range(2 * siv._MOST_VALUES + 7)]
    assert [mode.decrypt(data) for data in mode.encrypt_many(values)] == values


def test_counters_carry_from_byte_to_byte():
    # IVs whose last two bytes are nearly full come once in a few thousand values of many blocks
    mode, library = BlockSiv(algorithms.AES, KEYS["aes"]), AESSIV(KEYS["aes"])
    values = [b"%0255d" % number for number in range(12_000)]
    sealed = mode.encrypt_many(values)
    assert any(int.from_bytes(data[14:16]) + 15 >= 1 << 16 for data in sealed)
    assert sealed == [library.encrypt(value, None) for value in values]


@pytest.mark.parametrize("suite", SUITES)
@given(st.lists(st.binary(min_size=1, max_size=70), max_size=60))
def test_what_is_decrypted_is_what_was_encrypted(suite, values):
    mode = Siv(suite, KEYS[suite])
    assert [mode.decrypt(data) for data in mode.encrypt_many(values)] == values


@pytest.mark.parametrize("suite", SUITES)
def test_an_image_of_a_megabyte_is_encrypted_as_well(suite):
    mode = Siv(suite, KEYS[suite])
    value = random.Random(6).randbytes(1_000_000)
    assert mode.decrypt(mode.encrypt_many([value])[0]) == value


@pytest.mark.parametrize("suite", SUITES)
def test_an_empty_value_is_encrypted_as_well(suite):
    mode = Siv(suite, KEYS[suite])
    assert mode.decrypt(mode.encrypt_many([b""])[0]) == b""
    assert mode.encrypt_many([]) == []


@pytest.mark.parametrize("suite", SUITES)
def test_every_changed_bit_and_every_cut_is_noticed(suite):
    mode = Siv(suite, KEYS[suite])
    data = mode.encrypt_many([b"13800138000"])[0]
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TokenError):
            mode.decrypt(bytes(changed))
    for other in (*(data[:size] for size in range(len(data))), data + b"\0", b"\0" + data):
        with pytest.raises(TokenError):
            mode.decrypt(other)


@pytest.mark.parametrize("suite", SUITES)
def test_another_key_opens_nothing_and_gives_other_bytes(suite):
    mode, other = Siv(suite, KEYS[suite]), Siv(suite, KEYS[suite][::-1])
    data = mode.encrypt_many([b"13800138000"])[0]
    assert other.encrypt_many([b"13800138000"]) != [data]
    with pytest.raises(TokenError) as error:
        other.decrypt(data)
    assert "13800138000" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("suite", SUITES)
def test_threads_may_share_a_mode(suite):
    mode = Siv(suite, KEYS[suite])
    values = values_of(7, 60 * [11, 18, 300] + [5_000_000])
    sealed = mode.encrypt_many(values)
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(mode.encrypt_many, [values] * 8):
            assert result == sealed
        assert list(pool.map(mode.decrypt, sealed)) == values


@pytest.mark.parametrize("suite", SUITES)
def test_a_key_of_another_size_is_refused_and_none_is_shown_or_pickled(suite):
    with pytest.raises(ValueError, match=f"{KEY_BYTES[suite]} bytes"):
        Siv(suite, KEYS[suite][1:])
    for holder in (Siv(suite, KEYS[suite]), KeyedHash(suite, KEYS[suite])):
        assert KEYS[suite].hex() not in repr(holder)
        with pytest.raises(TypeError):
            pickle.dumps(holder)


# GB/T 32905-2016, annex A
@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_vectors_of_gb_t_32905(text, digest):
    assert digests.digests("sm4", [text])[0].hex() == digest


def test_sha_256_is_that_of_python():
    values = values_of(8, LENGTHS)
    assert digests.digests("aes", values) == [hashlib.sha256(value).digest() for value in values]


# RFC 4231, cases 1, 2 and 6; for SM3 GM/T 0042-2015, D.3
@pytest.mark.parametrize(
    ("suite", "key", "text", "digest"),
    [
        ("aes", b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            "aes",
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            "aes",
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            "sm4",
            bytes(range(1, 33)),
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        ("sm4", bytes(range(1, 38)), b"\xcd" * 50, "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae"),
    ],
)
def test_hmac_gives_published_vectors(suite, key, text, digest):
    assert [result.hex() for result in KeyedHash(suite, key).digests([text, text])] == [digest, digest]


def test_hmac_sm3_is_that_of_rfc_2104():
    key, values = bytes(range(32)), values_of(9, LENGTHS)
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    expected = digests.digests(
        "sm4", [outer + digest for digest in digests.digests("sm4", [inner + v for v in values])]
    )
    assert KeyedHash("sm4", key).digests(values) == expected


def test_hmac_sha_256_is_that_of_python():
    key, values = bytes(range(32)), values_of(10, LENGTHS)
    assert KeyedHash("aes", key).digests(values) == [hmac.digest(key, value, "sha256") for value in values]
