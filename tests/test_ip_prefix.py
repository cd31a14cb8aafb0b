import pickle
import re
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anonkit.detect.validators import VALIDATORS
from anonkit.transform import addresses
from anonkit.transform.base import Subject
from anonkit.transform.blocks import block_cipher
from anonkit.transform.ip_prefix import IP_PREFIX, AddressCipher, decrypt_for
from anonkit.transform.pfx import PrefixCipher

FIRST_KEY = "0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301"
SECOND_KEY = "2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a"
# draft-denis-ipcrypt, test vectors of ipcrypt-pfx
VECTORS = [
    (FIRST_KEY, "0.0.0.0", "151.82.155.134"),
    (FIRST_KEY, "255.255.255.255", "94.185.169.89"),
    (FIRST_KEY, "192.0.2.1", "100.115.72.131"),
    (FIRST_KEY, "2001:db8::1", "c180:5dd4:2587:3524:30ab:fa65:6ab6:f88"),
    (FIRST_KEY, "2001:db8::2", "c180:5dd4:2587:3524:30ab:fa65:6ab6:f8a"),
    (FIRST_KEY, "2001:db8:1234:5678:9abc:def0:1234:5678", "c180:5dd4:3f39:5792:2334:a348:e913:4af5"),
    (SECOND_KEY, "10.0.0.47", "19.214.210.244"),
    (SECOND_KEY, "10.0.0.129", "19.214.210.80"),
    (SECOND_KEY, "10.0.0.234", "19.214.210.30"),
    (SECOND_KEY, "172.16.5.193", "210.78.229.136"),
    (SECOND_KEY, "172.16.97.42", "210.78.179.241"),
    (SECOND_KEY, "172.16.248.177", "210.78.121.215"),
    (SECOND_KEY, "2001:db8::a5c9:4e2f:bb91:5a7d", "7cec:702c:1243:f70:1956:125:b9bd:1aba"),
    (SECOND_KEY, "2001:db8::7234:d8f1:3c6e:9a52", "7cec:702c:1243:f70:a3ef:c8e:95c1:cd0d"),
    (SECOND_KEY, "2001:db8::f1e0:937b:26d4:8c1a", "7cec:702c:1243:f70:443c:c8e:6a62:b64d"),
    (SECOND_KEY, "2001:db8:3a5c::e7d1:4b9f:2c8a:f673", "7cec:702c:3503:bef:e616:96bd:be33:a9b9"),
]
READ = [
    ("36.152.44.95", "36.152.44.95", "", "", "", "", False),
    ("36-152-44-95", "36.152.44.95", "", "", "", "", False),
    ("10.0.0.0/8", "10.0.0.0", "", "/8", "", "/8", False),
    ("10.0.0.1:8080", "10.0.0.1", "", ":8080", "", "", True),
    ("[::1]:443", "::1", "[", "]:443", "", "", True),
    ("fe80::1%eth0/64", "fe80::1", "", "%eth0/64", "%eth0", "/64", False),
    ("::ffff:10.0.0.5", "::ffff:10.0.0.5", "", "", "", "", False),
    ("2400:3200:BAF0::AB", "2400:3200:baf0::ab", "", "", "", "", False),
]
NO_ADDRESSES = "1.2.3 1.2.3.4.5 1.2-3.4 300.1.1.1 001.2.3.4 1.2.3.4/33 ::/129 1.2.3.4%a 1::2::3 12 /8 [] % 12:34".split(
    " "
)
LEFT_ALONE = (
    "0.0.0.1 10.0.0.0 10.255.255.255 100.64.0.1 127.0.0.1 169.254.1.1 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 "
    "192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1"
    " 255.255.255.255 :: fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 3fff::1 ::ffff:10.0.0.5 ::ffff:a00:5"
    " ::1 64:ff9b::192.168.1.1 4000::1 100::1 10.0.0.0/8 10.0.0.1:8080 [::1]:443 10-77-20-248 １０．０．０．１"
).split()


class Secret:
    tag = "k3f9q2.p8zc"
    outlives_run = True

    def __init__(self, name=b"a", cipher="aes"):
        self.name, self.cipher = name, cipher

    def derive(self, use, size_bytes):
        return (self.name + use.encode() * 4)[:size_bytes]


def subject(cipher="aes", secret=None):
    return Subject("IP_ADDRESS", secret=secret or Secret(cipher=cipher))


@pytest.mark.parametrize(("text", "address", "before", "after", "zone", "length", "has_port"), READ)
def test_an_address_is_read_with_what_stands_around_it(text, address, before, after, zone, length, has_port):
    written = addresses.read(text)
    assert written.address == ip_address(address)
    assert (written.before, written.after, written.zone, written.length) == (before, after, zone, length)
    assert written.has_port == has_port
    assert written.before + written.host + written.after == text
    assert written.host not in repr(written)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_not_read(text):
    assert addresses.read(text) is None


TRANSFORMS = {cipher: (IP_PREFIX.build(subject(cipher)), decrypt_for(subject(cipher))) for cipher in ("aes", "sm4")}
CIPHERS = st.sampled_from(["aes", "sm4"])
PUBLIC_V4 = st.integers(0, (1 << 32) - 1).filter(lambda address: IPv4Address(address).is_global)
PUBLIC_V6 = st.integers(1 << 125, (1 << 126) - 1).filter(lambda address: IPv6Address(address).is_global)


def changed(*texts, cipher="aes"):
    return [result.decode() for result in TRANSFORMS[cipher][0]([text.encode() for text in texts])]


def restored(*texts, cipher="aes"):
    return [result.decode() for result in TRANSFORMS[cipher][1]([text.encode() for text in texts])]


def prefix_cipher(key, cipher="aes"):
    return PrefixCipher(*(block_cipher(cipher, half) for half in (bytes.fromhex(key)[:16], bytes.fromhex(key)[16:])))


def shared_bits(one, other, bits):
    return bits - (int(ip_address(one)) ^ int(ip_address(other))).bit_length()


@pytest.mark.parametrize(("key", "plain", "result"), VECTORS)
def test_results_are_the_published_ones(key, plain, result):
    cipher, address = prefix_cipher(key), ip_address(plain)
    encrypt, decrypt = (
        (cipher.encrypt_v4, cipher.decrypt_v4) if address.version == 4 else (cipher.encrypt, cipher.decrypt)
    )
    assert type(address)(encrypt(int(address))) == ip_address(result)
    assert type(address)(decrypt(int(ip_address(result)))) == address


@settings(max_examples=60, deadline=None)
@given(CIPHERS, st.integers(0, (1 << 128) - 1), st.sampled_from([0, 3, 16, 96]), st.integers(0, 127))
def test_any_ciphers_turn_back_and_keep_exactly_the_bits_that_addresses_share(name, address, start, bit):
    cipher = prefix_cipher(FIRST_KEY, name)
    result, neighbour = cipher.encrypt(address, start), cipher.encrypt(address ^ 1 << bit, start)
    assert cipher.decrypt(result, start) == address
    assert (result ^ neighbour).bit_length() == bit + 1
    assert result >> 128 - start == address >> 128 - start


def test_sm4_gives_other_results_than_aes():
    assert changed("36.152.44.95") != changed("36.152.44.95", cipher="sm4")


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_private_and_reserved_addresses_stay_what_they_are(text):
    assert changed(text) == [text] == restored(text)


@settings(max_examples=300, deadline=None)
@given(CIPHERS, PUBLIC_V4.map(IPv4Address) | PUBLIC_V6.map(IPv6Address))
def test_public_addresses_become_public_ones_and_turn_back(cipher, address):
    (result,) = changed(str(address), cipher=cipher)
    assert ip_address(result).is_global
    assert ip_address(result).version == address.version
    assert restored(result, cipher=cipher) == [str(address)]
    assert VALIDATORS[f"ipv{address.version}"](result.encode())


def test_no_two_addresses_meet_where_many_walk():
    addresses = [str(IPv4Address(address)) for address in range(1 << 24, 1 << 32, 1_000_003)]
    addresses = [address for address in addresses if IPv4Address(address).is_global]
    results = changed(*addresses)
    assert len(set(results)) == len(addresses)
    assert not [result for result in results if not IPv4Address(result).is_global]


@settings(max_examples=200, deadline=None)
@given(PUBLIC_V4, st.integers(0, 7))
def test_addresses_of_one_24_share_exactly_as_many_bits_afterwards(address, bit):
    neighbour = address ^ 1 << bit
    assume(IPv4Address(neighbour).is_global)
    texts = [str(IPv4Address(one)) for one in (address, neighbour)]
    assert shared_bits(*changed(*texts), 32) == shared_bits(*texts, 32) == 31 - bit


@settings(max_examples=100, deadline=None)
@given(PUBLIC_V6, st.integers(0, 79))
def test_addresses_of_one_48_share_exactly_as_many_bits_afterwards(address, bit):
    texts = [str(IPv6Address(one)) for one in (address, address ^ 1 << bit)]
    assert shared_bits(*changed(*texts), 128) == 127 - bit


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("36.152.44.0/24", r"\d+(\.\d+){3}/24"),
        ("36.152.44.95:8080", r"\d+(\.\d+){3}:8080"),
        ("36-152-44-95", r"\d+(-\d+){3}"),
        ("３６．１５２．４４．９５", r"[０-９]+(．[０-９]+){3}"),
        ("[2408:8000::1]:443", r"\[[0-9a-f:]+\]:443"),
        ("2408:8000::1%eth0/64", r"[0-9a-f:]+%eth0/64"),
        ("2408:8000::ABCD", r"[0-9A-F:]+"),
        ("::ffff:36.152.44.95", r"::ffff:\d+(\.\d+){3}"),
        ("::ffff:2498:2c5f", r"::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}"),
        ("64:ff9b::36.152.44.95", r"64:ff9b::\d+(\.\d+){3}"),
        ("::36.152.44.95", r"::\d+(\.\d+){3}"),
    ],
)
def test_the_spelling_is_kept_and_turns_back(text, pattern):
    (result,) = changed(text)
    assert re.fullmatch(pattern, result)
    assert result != text
    assert restored(result) == [text]


def test_other_spellings_of_an_ipv6_address_give_that_of_rfc_5952():
    spellings = ["2408:8000::1", "2408:8000:0:0:0:0:0:1", "2408:8000:0000:0000:0000:0000:0000:0001"]
    assert len(set(changed(*spellings))) == 1
    assert restored(*changed(*spellings)) == ["2408:8000::1"] * 3


def test_an_address_within_another_is_changed_as_on_its_own():
    plain, mapped, hexadecimal = changed("36.152.44.95", "::ffff:36.152.44.95", "::ffff:2498:2c5f")
    assert mapped == f"::ffff:{plain}"
    assert IPv6Address(hexadecimal) == IPv6Address(mapped)


@pytest.mark.parametrize(
    "text",
    ["", "1.2.3", "256.1.1.1", "192.168.001.001", "1.2.3.4.5", "12:34", "a::b::c", "host", "²²²", "<IP_ADDRESS>"],
)
def test_what_is_no_address_becomes_the_label_and_is_left_alone_on_the_way_back(text):
    assert changed(text) == ["<IP_ADDRESS>"]
    assert restored(text) == [text]


def test_keys_give_other_results():
    other = IP_PREFIX.build(subject(secret=Secret(b"b")))
    assert other([b"36.152.44.95"]) != [changed("36.152.44.95")[0].encode()]


# Results are kept in files for years: none of these may change.
@pytest.mark.parametrize(
    ("cipher", "text", "result"),
    [
        ("aes", "36.152.44.95", "220.81.33.112"),
        ("aes", "1.2.3.4", "100.142.114.40"),
        ("aes", "2408:8000::1", "20c4:47e0:9cbe:577f:f7d1:bd5a:5f1e:195d"),
        ("aes", "223.5.5.5", "76.226.140.152"),
        ("sm4", "36.152.44.95", "80.110.249.253"),
        ("sm4", "1.2.3.4", "123.172.141.178"),
        ("sm4", "2408:8000::1", "3e71:219f:d422:18c2:ed2a:6a88:a3e0:c360"),
        ("sm4", "223.5.5.5", "171.249.133.69"),
    ],
)
def test_results_of_today_can_be_turned_back_tomorrow(cipher, text, result):
    assert changed(text, cipher=cipher) == [result]


def test_it_declares_that_readers_see_the_addresses_that_stay():
    reversal = IP_PREFIX.reversal("IP_ADDRESS", {})
    assert (reversal.by, reversal.consistent) == ("reader", True)
    assert IP_PREFIX.needs_key
    assert IP_PREFIX.looks_real
    assert IP_PREFIX.entities == {"IP_ADDRESS"}


def test_a_missing_key_is_refused_and_a_key_is_not_pickled():
    for make in (IP_PREFIX.build, decrypt_for):
        with pytest.raises(ValueError, match="ip_prefix is for IP_ADDRESS"):
            make(Subject("PERSON", secret=Secret()))
    with pytest.raises(ValueError, match="needs a key"):
        IP_PREFIX.build(Subject("IP_ADDRESS"))
    for cipher in (AddressCipher(subject(), "ip_prefix"), prefix_cipher(FIRST_KEY)):
        with pytest.raises(TypeError):
            pickle.dumps(cipher)
