"""Faces: images as data, and files that are named for a face."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonkit.detect.block import Block, Ints
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_DATA_URL = re.compile(
    rb"data:image/[A-Za-z0-9.+-]{1,20};base64,(?:[A-Za-z0-9+/]|%2[BbFf]|\\/){16,}(?:=|%3[Dd]|\\u003d){0,2}"
)
_PATH_BACKWARDS = re.compile(rb"(?:[A-Za-z0-9_.@~%/-]|[\x80-\xbf]{1,3}[\xc3-\xf4]){1,200}")
_FACE_WORDS = frozenset(
    b"face faces facial faceimg faceimage facephoto facepic avatar avatars headimg headpic headphoto portrait selfie "
    b"idphoto livephoto liveness".split()
)
_NO_FACES = frozenset(b"icon icons default logo placeholder btn button bg background sprite emoji".split())
_GREATER = 62
_FACE_CJK = tuple(w.encode() for w in ("人脸", "面部", "头像", "自拍", "证件照", "活体"))
_WORD = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _find_images(block: Block, hits: Sequence[Ints]) -> Found:
    buffer = block.buffer
    data, names = hits
    urls = (_DATA_URL.match(buffer, end - 11) for end in data.tolist())
    rows = [(url.start(), url.end(), 0.95) for url in urls if url is not None]
    for end in names.tolist():
        path = _PATH_BACKWARDS.match(buffer[end - 2 : max(end - 204, 0) : -1])
        if path is not None:
            start = end - 1 - path.end()
            name = buffer.rfind(b"/", start, end - 1) + 1 or start
            if buffer[start - 1] != _GREATER and _shows_a_face(buffer[start:name], buffer[name : end - 1]):
                rows.append((name, end - 1, 0.8))
    return found(rows)


def _shows_a_face(folder: bytes, name: bytes) -> bool:
    if any(word.lower() in _NO_FACES for word in _WORD.findall(name)) or name[:7] == b"avatar.":
        return False
    for part in (folder, name):
        if any(word in part for word in _FACE_CJK) or any(w.lower() in _FACE_WORDS for w in _WORD.findall(part)):
            return True
    return False


IMAGE = Finder(
    (
        Trigger(rb"data:image/"),
        Trigger(rb"[0-9A-Za-z_)\x80-\xbf-]\.(?:jpe?g|png|bmp|webp|heic|gif)[^0-9A-Za-z.]", caseless=True),
    ),
    _find_images,
)
