"""How many distinct values a second does each transformation treat on one core? Writes docs/transforms.md.

python -m bench.transforms                      everything; about two minutes
python -m bench.transforms --values 5000        a quick look; writes nothing unless --write is given
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hmac import HMAC

from anonkit.keys.key import SECRET_BYTES, Generation, Key, KeySecret
from anonkit.model import Action, CipherName
from anonkit.transform import operations, tagged, token
from anonkit.transform.base import Subject
from bench import report
from bench.values import GIVEN, Values

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "transforms.md"
BATCH = 1000
SUITES: dict[CipherName, str] = {"aes": "AES, SHA-256", "sm4": "SM4, SM3"}
METHOD = """\
Each of {values:,} distinct values (of dates, all that there are) once, in batches of {batch:,}, which is about what a
block of the log hands over; the best of {rounds} rounds, each with a new transformation that remembers nothing, in
seconds of one core. Derivation of keys and imports do not count. Target for pseudonym and encrypt: 250,000. Values that
come again cost less where a transformation remembers (mask, fpe, ip_prefix, generalise, shift, surrogate): only the
first time is paid in full."""

Work = Callable[[Sequence[bytes]], object]


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured: values of a kind, and what makes the work, anew for each round."""

    name: str
    kind: str
    make: Callable[[], Work]


def kinds(count: int, seed: int) -> dict[str, list[bytes]]:
    """Distinct values of the entities, and what encrypting them gives, for restoring."""
    made = Values(seed)
    makers: dict[str, Callable[[], str]] = {
        "CN_MOBILE": made.mobile,
        "CN_ID_CARD": made.id_card,
        "BANK_CARD": made.bank_card,
        "EMAIL_ADDRESS": lambda: made.opaque(6).lower() + made.email(),
        "IP_ADDRESS": made.ipv4,
        "PERSON": lambda: made.person() + made.pick(GIVEN) + made.pick(GIVEN),
        "ADDRESS": lambda: made.address() + made.digits(5),
        "PUSH_TOKEN": lambda: made.hex(64),
        "DATE_OF_BIRTH": made.birthday,
    }
    found = {}
    for entity, maker in makers.items():
        values: dict[bytes, None] = {}
        for _ in range(4 * count):
            values[maker().encode()] = None
            if len(values) == count:
                break
        found[entity] = list(values)
    for suite in SUITES:
        found[f"token, {suite}"] = _transform("encrypt", "CN_MOBILE", suite)(found["CN_MOBILE"])
    return found


def rows() -> list[Row]:
    """All that is measured: the primitives alone, then the transformations."""
    found = [
        Row("HMAC-SHA-256, copied", "CN_MOBILE", lambda: _hmac(hashes.SHA256())),
        Row("HMAC-SM3, copied", "CN_MOBILE", lambda: _hmac(hashes.SM3())),
        Row("AES-256-SIV of the library", "CN_MOBILE", _aes_siv),
        Row("SM4-CMAC and SM4-CTR, one after the other", "CN_MOBILE", _sm4),
    ]
    for name in ("pseudonym", "encrypt"):
        for entity in ("CN_MOBILE", "CN_ID_CARD", "EMAIL_ADDRESS", "IP_ADDRESS", "PUSH_TOKEN", "PERSON", "ADDRESS"):
            found += [_row(name, entity, suite) for suite in SUITES]
    found += [_restore_row(suite) for suite in SUITES]
    for entity in ("CN_MOBILE", "CN_ID_CARD", "BANK_CARD"):
        found += [_row("fpe", entity, suite) for suite in SUITES]
    found += [_row("ip_prefix", "IP_ADDRESS", suite) for suite in SUITES]
    found += [_row("number", "CN_MOBILE"), _row("hash", "PUSH_TOKEN")]
    found += [_row("mask", entity) for entity in ("CN_MOBILE", "PERSON")]
    found += [_row("generalise", "IP_ADDRESS"), _row("generalise", "ADDRESS"), _row("shift", "DATE_OF_BIRTH")]
    found += [_row("surrogate", entity) for entity in ("CN_MOBILE", "PERSON", "ADDRESS")]
    return found


def _row(name: str, entity: str, suite: CipherName = "aes") -> Row:
    keyed = operations.OPERATIONS[name].needs_key
    return Row(f"{name}, {SUITES[suite]}" if keyed else name, entity, lambda: _transform(name, entity, suite))


def _restore_row(suite: CipherName) -> Row:
    return Row(f"restore, {SUITES[suite]}", f"token, {suite}", lambda: _restore(suite))


def _secret(entity: str, suite: CipherName) -> KeySecret:
    key = Key([Generation(bytearray(range(SECRET_BYTES)))])
    return key.secret(entity, recipient="", purpose="bench", cipher=suite, epoch="")


def _transform(name: str, entity: str, suite: CipherName) -> Callable[[Sequence[bytes]], list[bytes]]:
    return operations.build(Action(name), Subject(entity, cipher=suite, secret=_secret(entity, suite)))


def _restore(suite: CipherName) -> Work:
    opens, find = tagged.opener(_secret("CN_MOBILE", suite)), token.ENCRYPTED.fullmatch
    return lambda values: [opens(match["body"]) for match in map(find, values) if match]


def _hmac(algorithm: hashes.HashAlgorithm) -> Work:
    keyed = HMAC(os.urandom(32), algorithm)

    def work(values: Sequence[bytes]) -> None:
        for value in values:
            state = keyed.copy()
            state.update(value)
            state.finalize()

    return work


def _aes_siv() -> Work:
    encrypt = AESSIV(os.urandom(64)).encrypt
    return lambda values: [encrypt(value, None) for value in values]


def _sm4() -> Work:
    key = algorithms.SM4(os.urandom(16))
    mac = CMAC(key)

    def work(values: Sequence[bytes]) -> None:
        for value in values:
            state = mac.copy()
            state.update(value)
            Cipher(key, modes.CTR(state.finalize())).encryptor().update(value)

    return work


def speed(row: Row, values: Sequence[bytes], rounds: int) -> float:
    """Values a second, of the best round."""
    best = float("inf")
    batches = [values[at : at + BATCH] for at in range(0, len(values), BATCH)]
    for _ in range(rounds):
        work = row.make()
        work(values[:1])  # imports and tables
        begin = time.process_time()
        for batch in batches:
            work(batch)
        best = min(best, time.process_time() - begin)
    return len(values) / best


def main(words: list[str]) -> int:
    """Measure, print, and write the document when the run was complete."""
    parser = argparse.ArgumentParser(prog="python -m bench.transforms", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--values", type=int, default=20_000, help="how many values of each kind (20000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the best counts (5)")
    parser.add_argument("--seed", type=int, default=20250601, help="seed of the values")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    parser.add_argument("--write", action="store_true", help="write docs/transforms.md even for a partial run")
    options = parser.parse_args(words)
    values = kinds(options.values, options.seed)
    lines = ["| what | values | values/s |", "|---|---|---:|"]
    for row in rows():
        if options.only in row.name:
            lines.append(f"| {row.name} | {row.kind} | {speed(row, values[row.kind], options.rounds):,.0f} |")
            print(lines[-1], flush=True)
    command = shlex.join(["python", "-m", "bench.transforms", *words])
    text = "\n\n".join(
        [
            "# Speed of the transformations",
            f"Written by `{command}`; do not edit. {datetime.now(UTC):%Y-%m-%d}, {report.machine()}, {_versions()}.",
            METHOD.format(values=options.values, batch=BATCH, rounds=options.rounds),
            "\n".join(lines),
        ]
    )
    if options.write or not words:
        DOCUMENT.write_text(text + "\n", encoding="utf-8")
        print(f"written to {DOCUMENT.relative_to(ROOT)}")
    return 0


def _versions() -> str:
    import cryptography

    return f"Python {sys.version.split()[0]}, cryptography {cryptography.__version__}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
