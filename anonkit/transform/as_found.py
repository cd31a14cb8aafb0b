"""How does an encrypted value hold the bytes that were found, where they are not UTF-8?

Values are encrypted as they stand in the UTF-8 copy of a text. In GB18030 and the like that is not what was found, and
whoever restores could not tell: a line whose only Chinese characters were a name is ASCII once the name is encrypted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonkit.transform import tagged, token
from anonkit.transform.base import Subject, Transform

if TYPE_CHECKING:
    from anonkit.keys.key import Key


class AsFound:
    """Encrypts values once more, with the key and for the recipient that their tokens were made with and for."""

    def __init__(self, key: Key, recipient: str) -> None:
        self._key, self._recipient = key, recipient
        self._transforms: dict[tuple[bytes, bytes], Transform | None] = {}

    def replacement(self, of_copy: bytes, original: bytes) -> bytes:
        """What takes the place of `original`, given what takes the place of its UTF-8 copy.

        The same where that is no token, or where all of it is ASCII.
        """
        if original.isascii():
            return of_copy
        match = token.ENCRYPTED.search(of_copy)
        transform = self._transform(match["entity"], match["tag"]) if match else None
        if match is None or transform is None:
            return of_copy
        made = token.ENCRYPTED.fullmatch(transform([original])[0])
        return of_copy if made is None else of_copy[: match.start("body")] + made["body"] + of_copy[match.end("body") :]

    def _transform(self, entity: bytes, tag: bytes) -> Transform | None:
        of = entity, tag
        if of not in self._transforms:
            name = entity.decode()
            secret = self._key.secret_of(tag.decode(), name, recipient=self._recipient)
            self._transforms[of] = tagged.ENCRYPT.build(Subject(name, secret=secret)) if secret else None
        return self._transforms[of]
