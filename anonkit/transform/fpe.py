"""How does a value become another valid one of the same form, and how does it come back? FPE of its domain.

FF1 permutes the values of a domain (transform/domains): all that a value has in common with the others of its domain
is the tweak, with the entity, so that equal digits behind another prefix give other digits. A result that no value of
the domain is written by is enciphered again, so it stays a permutation. Separators, width and +86 stay around the
digits.

Values that have no domain become the label of their entity. One lower-case x at the end of an identity number
comes back as X.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from anonkit.model import Parameter
from anonkit.transform.base import Operation, Reversal, Subject, Transform
from anonkit.transform.blocks import block_cipher
from anonkit.transform.domains import DOMAINS, PARAMETERS
from anonkit.transform.ff1 import Permutation
from anonkit.transform.label import label_of
from anonkit.transform.plain import by_value
from anonkit.transform.width import is_widened, narrow, widened

_KEY_BYTES = {"aes": 32, "sm4": 16}
_MOST_PERMUTATIONS = 1024
_BIN_DIGITS = (6, 8)


class DomainCipher:
    """Permutes the values of the domains of one entity, under its key.

    use  what the key is derived for; ValueError where the entity has no domain or a parameter is none of its values
    """

    def __init__(self, subject: Subject, use: str) -> None:
        if subject.entity not in DOMAINS:
            raise ValueError(f"{subject.entity} has no domain of values to stay in; use encrypt or surrogate for it")
        if subject.secret is None:
            raise ValueError("fpe needs a key; name one, or use an operation without")
        self._entity, self._reader = subject.entity, DOMAINS[subject.entity]
        self._parameters = _checked(subject.parameters)
        cipher = subject.secret.cipher
        blocks = block_cipher(cipher, subject.secret.derive(use, _KEY_BYTES[cipher]))

        @lru_cache(_MOST_PERMUTATIONS)
        def permutation(domain: str, size: int) -> Permutation:
            return Permutation(blocks, size, f"{subject.entity}\0{domain}".encode())

        self._permutation = permutation

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds its key and is not pickled")

    def encrypted(self, text: str) -> str | None:
        """Another value of the same domain; None where the value has none."""
        return self._moved(text, Permutation.encrypt)

    def decrypted(self, text: str) -> str | None:
        """The value that `encrypted` gave this one for; None where it has no domain."""
        return self._moved(text, Permutation.decrypt)

    def _moved(self, text: str, step: Callable[[Permutation, int], int]) -> str | None:
        bare = text if text.isascii() and text.isalnum() else "".join(narrow(char) for char in text if char.isalnum())
        member = self._reader(bare, self._parameters)
        if member is None:
            return None
        permutation = self._permutation(member.domain, member.size)
        number, written = member.number, ""
        while not written:
            number = step(permutation, number)
            written = member.write(number)
        return written if text is bare else _in_place(written, text)


def _checked(parameters: Mapping[str, Parameter]) -> Mapping[str, Parameter]:
    """The parameters with the defaults of what is not said; ValueError where one is none of its values."""
    for name, value in parameters.items():
        if name == "bin_digits":
            if value not in _BIN_DIGITS:
                raise ValueError("bin_digits is 6 or 8, as many digits as an issuer's number has")
        elif not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")
    return {**PARAMETERS, **parameters}


def _in_place(written: str, text: str) -> str:
    """The letters and digits of `written` where those of `text` are, full-width where they are."""
    signs = iter(written)
    return "".join(
        char if not char.isalnum() else widened(next(signs)) if is_widened(char) else next(signs) for char in text
    )


def _build(subject: Subject) -> Transform:
    cipher = DomainCipher(subject, "fpe")
    label = label_of(subject)
    return by_value(
        lambda text: (text.encode() != label and cipher.encrypted(text)) or label, remember=True, label=label
    )


def decrypt_for(subject: Subject) -> Transform:
    """The inverse, for columns of which it is known that all values are results; what is none stays as it is."""
    cipher = DomainCipher(subject, "fpe")
    label = label_of(subject)
    return by_value(lambda text: (text.encode() != label and cipher.decrypted(text)) or text, remember=True)


def _reversal(_entity: str, _parameters: Mapping[str, Parameter]) -> Reversal:
    return Reversal("key", consistent=True)


FPE = Operation(
    name="fpe",
    summary="another valid value of the same form, by format-preserving encryption (FF1)",
    parameters=PARAMETERS,
    reversal=_reversal,
    build=_build,
    entities=frozenset(DOMAINS),
    needs_key=True,
    looks_real=True,
)
