r"""How are results written that carry a tag, and how are they found again?

    <CN_MOBILE#3>           number (in a URL %23 for #)
    <CN_MOBILE~TAG~BODY>    pseudonym; nobody needs to read it back
    <CN_MOBILE:TAG:BODY>    encrypt; BODY is base64url without padding (RFC 4648, section 5) of what Siv gives
    <PUSH_TOKEN~sm3~BODY>   hash, of SHA-256 or SM3

TAG names the key (keys/tags.py). The `<` may be written `%3C`, `&lt;` or `\u003c` (at any level of JSON in JSON),
the `>` `%3E`, `&gt;` or `\u003e`. A token that got quotes, because a bare number stood there, says so: in JSON it opens
with `\u003c` and closes with `>`, in SQL and CSV it ends in `~>`.

All expressions take time linear in the text: what repeats is bounded or possessive, and nothing that repeats can begin
the next match.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Sequence

from anonkit.errors import TokenError

ADDED_QUOTES = b"~"

_OPEN = rb"(?P<open><|%3[Cc]|&lt;|\\{1,16}+u003[cC])"
_CLOSE = rb"(?P<close>>|%3[Ee]|&gt;|\\{1,16}+u003[eE])"
_ENTITY = rb"(?P<entity>[A-Z][A-Z0-9_]{1,30}+)"
_KEY_ID = rb"[a-z2-7]{6}\."
_PURPOSE = rb"[a-z2-7]{4}(?:\.(?:\d{8}|\d{4,6}))?+(?:\.sm4)?+"
_TAG = _KEY_ID + _PURPOSE
# 22 characters are the 16 bytes of a synthetic IV
_SEALED = rb"[A-Za-z0-9_-]{22,}+"
_DIGEST = rb"[A-Za-z0-9_-]{11,43}+"

ENCRYPTED = re.compile(_OPEN + _ENTITY + rb":(?P<tag>" + _TAG + rb"):(?P<body>" + _SEALED + rb")(?P<mark>~?+)" + _CLOSE)
"""A complete token of encrypt."""

_WHOLE = _PURPOSE + rb":" + _SEALED + rb"~?+" + _CLOSE.replace(b"?P<close>", b"?:")
_PART = _KEY_ID + rb"(?!" + _WHOLE + rb")[a-z0-9.]{0,17}+"
CUT = re.compile(_OPEN + _ENTITY + rb":(?P<tag>" + _PART + rb"|[a-z2-7]{0,6}+\Z)(?::[A-Za-z0-9_-]*+)?+")
"""The beginning of a token of encrypt that is not complete; `tag` is what is left of it, with the whole id of the key.

Only where the text ends may the id be cut off too.
"""

_TAGGED = rb":" + _TAG + rb":" + _SEALED + rb"~?+|~(?:" + _TAG + rb"|sha256|sm3)~" + _DIGEST
OURS = re.compile(_OPEN + _ENTITY + rb"(?:(?:\#|%23)\d{1,9}+|" + _TAGGED + rb")?+" + _CLOSE)
"""Whatever anonkit writes in place of a value, but for labels in Chinese and results that look like values."""

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_STANDARD = bytes.maketrans(b"-_", b"+/")


def encrypted(entity: str, tag: str, sealed: Iterable[bytes]) -> list[bytes]:
    """Tokens of encrypt for what Siv gave for each of the values."""
    opening = f"<{entity}:{tag}:".encode()
    return [opening + body + b">" for body in _bodies(sealed)]


def pseudonyms(entity: str, tag: str, digests: Iterable[bytes], length: int) -> list[bytes]:
    """Pseudonyms of `length` characters, six bits each, for digests of 32 bytes.

    `tag` may be the name of a hash function, where no key was used.
    """
    opening = f"<{entity}~{tag}~".encode()
    return [opening + body[:length] + b">" for body in _bodies(digests)]


def numbers(entity: str, counts: Iterable[int]) -> list[bytes]:
    """Numbered labels."""
    return [b"<%b#%d>" % (entity.encode(), count) for count in counts]


def sealed(body: bytes) -> bytes:
    """What Siv gave, from the body of a token; raises TokenError where this is not how it is written."""
    try:
        data = a2b_base64(body.translate(_STANDARD) + b"=" * (-len(body) % 4))
    except ValueError:
        data = b""
    if not data or _bodies([data])[0] != body:  # such as bits behind the last byte, which no tag protects
        raise TokenError("a tagged value was changed after it was made: its body is no base64url.")
    return data


def _bodies(values: Iterable[bytes]) -> Sequence[bytes]:
    # all at once: the standard library's urlsafe_b64encode costs as much as the encryption
    return b"".join(map(b2a_base64, values)).translate(_URL_SAFE, b"=").split()
