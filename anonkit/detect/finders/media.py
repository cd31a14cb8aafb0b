"""Faces: images as data, and files that are named for a face."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonkit.detect.block import Block, Ints
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_DATA_URL = re.compile(
    rb"data:image/[A-Za-z0-9.+-]{1,20};base64,(?:[A-Za-z0-9+/]|%2[BbFf]|\\/){16,}(?:=|%3[Dd]|\\u003d){0,2}"
)
# a JPEG, PNG or WebP as it begins in base64, behind a key that speaks of a face
_MAGIC = rb"(?:/9j/|\\/9j\\/|iVBORw0KGgo|UklGR)[A-Za-z0-9+/\\]{16}"
_MAGICS = (rb"\/9j", b"/9j/", b"iVBORw0KGgo", b"UklGR")
_MAGIC_BYTES = 32
_RAW = re.compile(rb"(?:[A-Za-z0-9+/]|\\/){80,}={0,2}")
_KEY_BYTES = 48
_KEY = re.compile(
    rb"((?:[A-Za-z0-9_-]|[\x80-\xff]){1,40})\\{0,9}[\"']?(?:[ \t]?(?:[:=>]|=>)[ \t]?|\xef\xbc\x9a)\\{0,9}[\"']?\Z"
)
_PATH_BACKWARDS = re.compile(rb"(?:[A-Za-z0-9_.@~%/-]|[\x80-\xbf]{1,3}[\xc3-\xf4]){1,200}")
_FACE_WORDS = frozenset(
    b"face faces facial faceimg faceimage facephoto facepic avatar avatars headimg headpic headphoto portrait selfie "
    b"idphoto livephoto liveness".split()
)
_NO_FACES = frozenset(b"icon icons default logo placeholder btn button bg background sprite emoji".split())
_GREATER = 62
# glued words in the names of fields
_FACE_NAMES = (b"headimg", b"headimage", b"headpic", b"headphoto", b"idphoto", b"livephoto")
_FACE_CJK = tuple(w.encode() for w in ("人脸", "面部", "头像", "自拍", "证件照", "活体"))
_WORD = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _find_images(block: Block, hits: Sequence[Ints]) -> Found:
    buffer = block.buffer
    data, names, raw = hits
    urls = (_DATA_URL.match(buffer, end - 11) for end in data.tolist())
    rows = [(url.start(), url.end(), 0.95) for url in urls if url is not None]
    done = 0
    for end in raw.tolist():
        if end > done:
            start = _image_start(buffer, end)
            image = _RAW.match(buffer, start)
            key = _KEY.search(buffer, max(0, start - _KEY_BYTES), start)
            done = image.end() if image is not None else end
            if image is not None and key is not None and _names_a_face(key[1]):
                rows.append((start, done, 0.9))
    for end in names.tolist():
        path = _PATH_BACKWARDS.match(buffer[end - 2 : max(end - 204, 0) : -1])
        if path is not None:
            start = end - 1 - path.end()
            name = buffer.rfind(b"/", start, end - 1) + 1 or start
            if buffer[start - 1] != _GREATER and _shows_a_face(buffer[start:name], buffer[name : end - 1]):
                rows.append((name, end - 1, 0.8))
    return found(rows)


def _image_start(buffer: bytes, end: int) -> int:
    """Where the base64 begins of whose first bytes some end at `end`."""
    window = buffer[max(0, end - _MAGIC_BYTES) : end]
    return end - len(window) + min(at for m in _MAGICS if (at := window.find(m)) >= 0)


def _names_a_face(key: bytes) -> bool:
    name = key.replace(b"_", b"").replace(b"-", b"").lower()
    return _shows_a_face(b"", key) or any(word in name for word in _FACE_NAMES)


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
        Trigger(_MAGIC),
    ),
    _find_images,
)
