"""What does a tag such as `k3f7q2.p5zc.202611.sm4` say, and how is it written?

kkkkkk  which generation of which key, for which recipient: nobody without the key can tell whose it is
pppp    a digest of the purpose, so that keys of two purposes differ and restoring needs no policy
EPOCH   digits such as 2026, 20264 (fourth quarter), 202611, 20261124; left out where there is no epoch
sm4     where SM4 and SM3 are used rather than AES and SHA-256
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass

from anonkit.model import CipherName

KEY_ID_CHARACTERS = 6
PURPOSE_CHARACTERS = 4
_TAG = re.compile(r"([a-z2-7]{6})\.([a-z2-7]{4})(?:\.(\d{4,6}|\d{8}))?(\.sm4)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tag:
    """The parts of a tag; `epoch` is empty where there is none."""

    key_id: str
    purpose_code: str
    epoch: str = ""
    cipher: CipherName = "aes"

    def __str__(self) -> str:
        parts = [self.key_id, self.purpose_code, self.epoch, "sm4" if self.cipher == "sm4" else ""]
        return ".".join(part for part in parts if part)


def parse(text: str) -> Tag | None:
    """The tag that `text` is; None where it is none."""
    match = _TAG.fullmatch(text)
    return Tag(match[1], match[2], match[3] or "", "sm4" if match[4] else "aes") if match else None


def letters(digest: bytes, count: int) -> str:
    """The first `count` letters and digits (a-z, 2-7: RFC 4648 base32) of a digest, five bits each."""
    return base64.b32encode(digest).decode().lower()[:count]


def purpose_code(purpose: str) -> str:
    """The code of a purpose. Of a million purposes two share one: purposes are told apart, not kept secret."""
    return letters(hashlib.sha256(b"anonkit purpose\0" + named(purpose)).digest(), PURPOSE_CHARACTERS)


def named(name: str) -> bytes:
    """The bytes of a recipient's or purpose's name, the same for all ways in which Unicode can spell it."""
    return unicodedata.normalize("NFC", name).strip().encode("utf-8", "surrogatepass")
