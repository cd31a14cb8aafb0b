"""What is a key, and how do the secrets of recipients, purposes, entities and epochs come from it?

Derivation is HKDF (RFC 5869) with SHA-256, or with SM3 where the policy chose the SM suite. Two recipients get secrets
that have nothing in common, so that they cannot join their copies. The purpose enters by its code, which stands in the
tag: restoring needs the key and the recipient, and no policy.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import Self

from anonkit.errors import KeyFileError
from anonkit.keys import tags
from anonkit.keys.tags import Tag
from anonkit.model import CipherName
from anonkit.unpicklable import Unpicklable

SECRET_BYTES = 32
GENERATION_ID_CHARACTERS = 8
_DIGEST_BYTES = 32
_VERSION = b"anonkit 1"
# of random bytes, fewer come once in 10^40 keys
_LEAST_DISTINCT_BYTES = 8


class Generation(Unpicklable):
    """One master secret of a key; `created` says when it was made (ISO 8601, UTC), where that is known."""

    __slots__ = ("_is_wiped", "_secret", "created", "id")

    def __init__(self, secret: bytearray, created: str = "") -> None:
        if len(secret) != SECRET_BYTES or len(set(secret)) < _LEAST_DISTINCT_BYTES:
            msg = f"a key is {SECRET_BYTES} random bytes; make one with `anonkit keys new FILE`"
            raise KeyFileError(msg)
        self._secret = secret
        self._is_wiped = False
        self.created = created
        self.id = tags.letters(self.derive((b"generation",), "aes", _DIGEST_BYTES), GENERATION_ID_CHARACTERS)

    def __repr__(self) -> str:
        return f"Generation({self.id})"

    def derive(self, names: Sequence[bytes], cipher: CipherName, size_bytes: int) -> bytes:
        """Key material for `names`; other names, another cipher or size give material that has nothing in common."""
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  keeps commands without a key light
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        if self._is_wiped:
            msg = f"key {self.id} was wiped; load it again"
            raise KeyFileError(msg)
        fields = (_VERSION, *names, cipher.encode(), str(size_bytes).encode())
        info = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
        algorithm = hashes.SM3() if cipher == "sm4" else hashes.SHA256()
        return HKDF(algorithm, size_bytes, None, info).derive(self._secret)

    def tag_id(self, recipient: str) -> str:
        """What names this generation in tags for a recipient."""
        return tags.letters(self.derive((b"tag", tags.named(recipient)), "aes", _DIGEST_BYTES), tags.KEY_ID_CHARACTERS)

    def secret_text(self) -> bytes:
        """The master secret in base64, for a key file and nothing else. Raises KeyFileError once wiped."""
        if self._is_wiped:
            msg = f"key {self.id} was wiped; load it again"
            raise KeyFileError(msg)
        return base64.b64encode(self._secret)

    def wipe(self) -> None:
        """Overwrite the secret; whatever was derived from it and is still held elsewhere stays."""
        self._is_wiped = True
        self._secret[:] = bytes(len(self._secret))


class KeySecret(Unpicklable):
    """The secret of one entity, for one recipient, purpose and epoch: a `transform.base.Secret`."""

    __slots__ = ("_generation", "_names", "_outlives_run", "_tag")

    def __init__(self, generation: Generation, tag: Tag, names: Sequence[bytes], *, outlives_run: bool) -> None:
        self._generation, self._tag, self._names, self._outlives_run = generation, tag, names, outlives_run

    def __repr__(self) -> str:
        return f"KeySecret({self._tag})"

    @property
    def tag(self) -> str:
        """What names the key in a tagged value."""
        return str(self._tag)

    @property
    def cipher(self) -> CipherName:
        """The suite that it is for."""
        return self._tag.cipher

    @property
    def outlives_run(self) -> bool:
        """Whether someone may hold it tomorrow."""
        return self._outlives_run

    def derive(self, use: str, size_bytes: int) -> bytes:
        """Key material for one use ("siv", "hmac", ...), the same for the same use and size."""
        return self._generation.derive((*self._names, use.encode()), self._tag.cipher, size_bytes)


class Key(Unpicklable):
    """One or more generations of a master secret, the newest last: it makes what is new, the others still restore.

    outlives_run  False where it was made in memory for one run
    """

    __slots__ = ("generations", "outlives_run")

    def __init__(self, generations: Sequence[Generation], *, outlives_run: bool = True) -> None:
        if not generations:
            msg = "a key has a generation; make one with `anonkit keys new FILE`"
            raise KeyFileError(msg)
        self.generations = tuple(generations)
        self.outlives_run = outlives_run

    @classmethod
    def for_run(cls) -> Self:
        """A key for one run: random, in memory only, other the next time. Who makes it wipes it."""
        return cls([Generation(bytearray(os.urandom(SECRET_BYTES)))], outlives_run=False)

    def __repr__(self) -> str:
        return f"Key({', '.join(generation.id for generation in self.generations)})"

    @property
    def id(self) -> str:
        """The id of the newest generation."""
        return self.generations[-1].id

    def secret(self, entity: str, *, recipient: str, purpose: str, cipher: CipherName, epoch: str) -> KeySecret:
        """The secret with which new values of an entity are made.

        epoch  the code of the epoch (see epochs.py), empty for none

        Raises ValueError for an epoch that is no such code.
        """
        newest = self.generations[-1]
        tag = Tag(newest.tag_id(recipient), tags.purpose_code(purpose), epoch, cipher)
        if tags.parse(str(tag)) != tag:
            msg = "an epoch is 4, 5, 6 or 8 digits, or empty"
            raise ValueError(msg)
        return self._secret(newest, tag, entity, recipient)

    def secret_of(self, tag: str, entity: str, *, recipient: str) -> KeySecret | None:
        """The secret that a tagged value of an entity was made with; None where it is of another key or recipient."""
        parsed = tags.parse(tag)
        if parsed is None:
            return None
        for generation in reversed(self.generations):
            if generation.tag_id(recipient) == parsed.key_id:
                return self._secret(generation, parsed, entity, recipient)
        return None

    def wipe(self) -> None:
        """Overwrite all generations; from then on nothing can be derived, by secrets made before neither."""
        for generation in self.generations:
            generation.wipe()

    def _secret(self, generation: Generation, tag: Tag, entity: str, recipient: str) -> KeySecret:
        names = (b"value", tags.named(recipient), tag.purpose_code.encode(), entity.encode(), tag.epoch.encode())
        return KeySecret(generation, tag, names, outlives_run=self.outlives_run)
