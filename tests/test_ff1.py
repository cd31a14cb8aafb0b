import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.transform.blocks import block_cipher
from anonkit.transform.ff1 import Ff1, Permutation

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
KEY = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94")
AES = block_cipher("aes", KEY)
SM4 = block_cipher("sm4", KEY[:16])

# NIST, "FF1 samples", to SP 800-38G: bytes of the key, radix, tweak, plaintext, ciphertext
SAMPLES = [
    (16, 10, "", "0123456789", "2433477484"),
    (16, 10, "39383736353433323130", "0123456789", "6124200773"),
    (16, 36, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (24, 10, "", "0123456789", "2830668132"),
    (24, 10, "39383736353433323130", "0123456789", "2496655549"),
    (24, 36, "3737373770717273373737", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (32, 10, "", "0123456789", "6657667009"),
    (32, 10, "39383736353433323130", "0123456789", "1001623463"),
    (32, 36, "3737373770717273373737", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
]
# What libffx 2.0.1, another implementation, gives where the samples do not reach: halves beyond 12 bytes, and tweaks
# that fill blocks. AES-256, the same columns.
LONG = [
    (
        32,
        16,
        "",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "45eca87f6bb0b985430ffd20be9c44733987a31793730e71de8feecf2ece9bec",
    ),
    (
        32,
        10,
        "313131313131313131313131313131313131313131",
        "012345678901234567890123456789012345678901234567890123456789",
        "395946120664575381112033300004217476272450519221236083215545",
    ),
    (
        32,
        36,
        "ffffffffffffffffffffffff",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "4hx5y3sbr3ep98hg02cwfn4ybkaig6suip2wrwc5ac7lbn84jh",
    ),
    (32, 10, "353535353535353535353535353535", "98765432", "86715062"),
    (32, 10, "3535353535353535353535353535353535353535353535353535353535353535", "98765432", "72352837"),
    (
        32,
        16,
        "00000000000000000000000000000000",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "548875b3f1ac307e08919fc162eca463c009bb22e1fe68727fbbdfc53fd3872",
    ),
]


def enciphered(cipher, text):
    return "".join(ALPHABET[numeral] for numeral in cipher.encrypt([ALPHABET.index(char) for char in text]))


def deciphered(cipher, text):
    return "".join(ALPHABET[numeral] for numeral in cipher.decrypt([ALPHABET.index(char) for char in text]))


@pytest.mark.parametrize(("key_bytes", "radix", "tweak", "plain", "result"), SAMPLES + LONG)
def test_results_are_those_of_nist_and_of_another_implementation(key_bytes, radix, tweak, plain, result):
    cipher = Ff1(block_cipher("aes", KEY[:key_bytes]), radix, len(plain), bytes.fromhex(tweak))
    assert enciphered(cipher, plain) == result
    assert deciphered(cipher, result) == plain


@pytest.mark.parametrize("length", [6, 8, 19, 60])
def test_sm4_turns_back_and_gives_other_results_than_aes(length):
    text = ("0123456789" * 6)[:length]
    with_sm4, with_aes = (enciphered(Ff1(cipher, 10, length, b"t"), text) for cipher in (SM4, AES))
    assert deciphered(Ff1(SM4, 10, length, b"t"), with_sm4) == text
    assert len({text, with_sm4, with_aes}) == 3


@pytest.mark.parametrize(("radix", "length"), [(10, 5), (999, 2), (2, 19), (1, 60), (65_537, 2), (10_000_000, 1)])
def test_domains_under_a_million_and_other_radices_are_refused(radix, length):
    with pytest.raises(ValueError, match="1,000,000"):
        Ff1(AES, radix, length)


def test_a_permutation_of_less_than_a_million_numbers_is_refused():
    with pytest.raises(ValueError, match="1,000,000"):
        Permutation(AES, 999_999)
    assert Permutation(AES, 1_000_000).size == 1_000_000


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1_000_000, 1 << 300), st.binary(max_size=40), st.sampled_from([AES, SM4]))
def test_a_permutation_stays_in_its_domain_and_turns_back(data, size, tweak, cipher):
    permutation = Permutation(cipher, size, tweak)
    number = data.draw(st.sampled_from([0, size - 1]) | st.integers(0, size - 1))
    result = permutation.encrypt(number)
    assert 0 <= result < size
    assert permutation.decrypt(result) == number


def test_no_two_numbers_meet_where_the_walk_takes_more_steps():
    size = 1_002_002  # 1002 ** 2 is the least square that holds it
    permutation = Permutation(AES, size, b"walk")
    numbers = [*range(20_000), *range(size - 20_000, size)]
    results = {permutation.encrypt(number) for number in numbers}
    assert len(results) == len(numbers)
    assert max(results) < size


def test_powers_of_ten_are_enciphered_as_any_other_ff1_does():
    assert Permutation(block_cipher("aes", KEY[:16]), 10**10).encrypt(123456789) == 2433477484


def test_tweaks_and_keys_make_other_permutations():
    results = {
        Permutation(cipher, 10**8, tweak).encrypt(12345678) for cipher in (AES, SM4) for tweak in (b"", b"a", b"b")
    }
    assert len(results) == 6


def test_numbers_and_numerals_beyond_the_domain_are_refused_without_being_told():
    for number in (-1, 20_000_001):
        with pytest.raises(ValueError, match="0 to 20000000") as error:
            Permutation(AES, 20_000_001).encrypt(number)
        assert "20000001" not in str(error.value)
        with pytest.raises(ValueError):
            Permutation(AES, 20_000_001).decrypt(number)
    with pytest.raises(ValueError):
        Ff1(AES, 10, 8).encrypt([0] * 7)
    with pytest.raises(ValueError):
        Ff1(AES, 10, 8).decrypt([10] * 8)


def test_ciphers_are_not_pickled():
    for cipher in (Ff1(AES, 10, 8), Permutation(AES, 10**8)):
        with pytest.raises(TypeError):
            pickle.dumps(cipher)
        assert KEY.hex()[:8] not in repr(cipher).lower()
