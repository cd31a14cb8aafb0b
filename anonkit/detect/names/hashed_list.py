"""How is a list of names kept so that nobody reads the names from it, and they are found all the same?

Each name is HMAC-SHA256 (RFC 2104), under a salt that stands in the file or under a key of the caller. Under a salt a
name can be found by trying names: it keeps the list from being read, not from being searched. Under a key it takes the
key to try. What is looked up first are the beginnings of names (matching.HEADS), as HMACs of 64 bits of their own; of
them the file tells how many there are, and of the names how many there are and which lengths occur.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

from anonkit.detect.names.labels import ENTITIES
from anonkit.detect.names.matching import Matcher, by_head, heads
from anonkit.errors import KeyFileError, UsageError
from anonkit.unpicklable import Unpicklable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anonkit.detect.names.finder import Name
    from anonkit.keys.key import Generation, Key

_ENTITIES = tuple(ENTITIES.values())
_MAGIC = "anonkit names"
_VERSION = "1"
_END = "whole "
_SALT_BYTES = 32
_HASH_BYTES, _HEAD_BYTES = 32, 8
_BEFORE_HEADS = b"\0"  # no name begins so: what a beginning hashes to says nothing of a name that is the same
_MOST_KNOWN = 1 << 17
_ASCII = 0x80
_UNKNOWN = ""


class HashedNames(Unpicklable):
    """Names of a hashed list. Remembers what of a text is none of them: a bounded memory, of this process."""

    def __init__(self, book: _Book) -> None:
        """Of a book; see `parsed`."""
        self._book = book
        self._matcher = Matcher(book)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._book.entities)

    def __repr__(self) -> str:
        """How many names there are."""
        return f"HashedNames({len(self)} names)"

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position, with confidence 1."""
        return self._matcher.find(block)


class _Book:
    """Names and beginnings as they are in the file."""

    def __init__(
        self, secret: bytes, entities: dict[bytes, str], begins: frozenset[bytes], lengths: frozenset[tuple[bool, int]]
    ) -> None:
        self._secret, self.entities, self._begins, self.lengths = secret, entities, begins, lengths
        self._behind = {
            (is_ascii, size): of_size
            for is_ascii in (True, False)
            for size, of_size in by_head(n for ascii_too, n in lengths if ascii_too is is_ascii).items()
        }
        self._known: dict[bytes, str | None] = {}

    def begins(self, head: bytes) -> bool:
        return _hashed_head(self._secret, head) in self._begins

    def lengths_behind(self, head: bytes) -> tuple[int, ...]:
        return self._behind.get((head[0] < _ASCII, len(head)), ())

    def entity(self, name: bytes) -> str | None:
        known = self._known.get(name, _UNKNOWN)
        if known == _UNKNOWN:
            known = self.entities.get(_hashed(self._secret, name))
            if len(self._known) >= _MOST_KNOWN:
                self._known = {}
            self._known[name] = known
        return known


def is_hashed(content: bytes) -> bool:
    """Whether this is the content of a hashed list."""
    return content.startswith(_MAGIC.encode())


def hashed(entities: Mapping[str, str], key: Key | None = None) -> bytes:
    """The content of the hashed list of these names.

    entities  what each name is
    key       whose newest generation the names are hashed under; a new salt unless told
    """
    if key is None:
        secret = os.urandom(_SALT_BYTES)
        under = f"salt {secret.hex()}"
        about = "hashed under a salt: who tries names finds those that are in it, so keep it to yourself"
    else:
        secret = _secret(key.generations[-1])
        under = f"key {key.id}"
        about = "hashed under a key: without it nobody can try names"
    names = {name.encode("utf-8", "surrogatepass"): entity for name, entity in entities.items()}
    lengths = {is_ascii: {len(n) for n in names if (n[0] < _ASCII) is is_ascii} for is_ascii in (True, False)}
    begins = sorted({_hashed_head(secret, head).hex() for name in names for head in heads(name)})
    lines = (
        f"{_MAGIC} {_VERSION}",
        f"# {about}",
        under,
        *(f"{_LENGTHS[is_ascii]} {' '.join(map(str, sorted(found)))}" for is_ascii, found in lengths.items() if found),
        f"counts {len(begins)} {len(names)}",  # of beginnings, of names
        *begins,
        *sorted(f"{_hashed(secret, name).hex()} {entity}" for name, entity in names.items()),
    )
    content = "".join(f"{line}\n" for line in lines).encode()
    return content + f"{_END}{_hashed(secret, content).hex()}\n".encode()


_LENGTHS = {True: "ascii", False: "other"}
_IS_ASCII = {word: is_ascii for is_ascii, word in _LENGTHS.items()}


def parsed(content: bytes, source: str, key: Key | None) -> HashedNames:
    """The hashed list with this content.

    source  what errors call it

    Raises UsageError, where it was changed or cut off; KeyFileError where it needs a key, or another one.
    """
    text = content.decode("ascii", "replace")
    if text.partition("\n")[0] != f"{_MAGIC} {_VERSION}":
        msg = f"{source}: is a hashed list of another version of anonkit; make it again with `anonkit names hash`"
        raise UsageError(msg)
    try:
        body, _, mac = text.rpartition(_END)
        lines = body.split("\n")[1:-1]
        at = next(i for i, line in enumerate(lines) if line.startswith("counts "))
        facts = {word: rest.split() for word, _, rest in (line.partition(" ") for line in lines[: at + 1])}
        split = at + 1 + int(facts["counts"][0])
        begins = frozenset(_of_size(line, _HEAD_BYTES) for line in lines[at + 1 : split])
        rows = [line.split(" ") for line in lines[split:]]
        entities = {_of_size(digest, _HASH_BYTES): _ENTITIES[_ENTITIES.index(entity)] for digest, entity in rows}
        lengths = frozenset((a, int(n)) for word, a in _IS_ASCII.items() for n in facts.get(word, ()))
        salt = _of_size(facts["salt"][0], _SALT_BYTES) if "salt" in facts else None
        made_with = "" if salt is not None else facts["key"][0]
        said = _of_size(mac.removesuffix("\n"), _HASH_BYTES)
    except (ValueError, KeyError, IndexError, StopIteration):
        raise _changed(source) from None
    secret = salt if salt is not None else _secret(_generation(key, made_with, source))
    if not hmac.compare_digest(said, _hashed(secret, body.encode())):
        raise _changed(source)
    return HashedNames(_Book(secret, entities, begins, lengths))


def _changed(source: str) -> UsageError:
    return UsageError(f"{source}: was changed or cut off; make the hashed list again with `anonkit names hash`")


def _of_size(digits: str, size_bytes: int) -> bytes:
    value = bytes.fromhex(digits)
    if len(value) != size_bytes:
        raise ValueError
    return value


def _generation(key: Key | None, made_with: str, source: str) -> Generation:
    if key is None:
        msg = f"{source}: was hashed under a key; name that key, on the command line with --names-key"
        raise KeyFileError(msg)
    for generation in key.generations:
        if generation.id == made_with:
            return generation
    msg = f"{source}: was hashed under another key; name that key, or make the list again"
    raise KeyFileError(msg)


def _secret(generation: Generation) -> bytes:
    return generation.derive((b"names",), "aes", _SALT_BYTES)


def _hashed(secret: bytes, name: bytes) -> bytes:
    return hmac.digest(secret, name, "sha256")


def _hashed_head(secret: bytes, head: bytes) -> bytes:
    return hmac.digest(secret, _BEFORE_HEADS + head, "sha256")[:_HEAD_BYTES]
