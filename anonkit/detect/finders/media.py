"""Faces: images as data, files that are named for a face, and lists of numbers that describe one."""

from __future__ import annotations

import re

from anonkit.detect.candidates import Ints
from anonkit.detect.finders.base import Finder, Found, Trigger

_DATA_URL = re.compile(rb"data:image/[A-Za-z0-9.+-]{1,20};base64,(?:[A-Za-z0-9+/]|%2[BbFf]|\\/){16,}(?:=|%3[Dd]|\\u003d){0,2}")
_PATH_BACKWARDS = re.compile(rb"(?:[A-Za-z0-9_.@~%/-]|[\x80-\xbf]{1,3}[\xc3-\xf4]){1,200}")
_FACE_WORDS = frozenset(
    b"face faces facial faceimg faceimage facephoto facepic avatar avatars headimg headpic headphoto portrait selfie "
    b"idphoto livephoto liveness".split()
)
_FACE_CJK = tuple(w.encode() for w in ("人脸", "面部", "头像", "自拍", "证件照", "活体"))
_WORD = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_FACE_KEY = (
    rb"(?:face|facial|feature|embedding|" + "特征|人脸|面部".encode() + rb")[A-Za-z_-]{0,24}(?:"
    + "值|向量|数据|信息".encode() + rb"){0,2}\\{0,9}[\"']?[ \t]{0,3}(?:[:=]|\xef\xbc\x9a)[ \t]{0,3}\\{0,9}[\"']?\[[ \t]{0,3}-?\d"
)  # fmt: skip
_FACE_IN_KEY = re.compile(
    rb"(?i)(?:face|facial|"
    + "人脸|面部|特征值".encode()
    + rb")[^,;{}\[\]]{0,40}\Z|(?<![A-Za-z_])(?:feature|features|featureVector|faceEmbedding)[\\\"' \t:=]{0,12}\Z"
)
_FLOATS = re.compile(rb"\[[ \t]{0,3}-?\d[\d.eE+-]{0,30}(?:[ \t]{0,3},[ \t]{0,3}-?\d[\d.eE+-]{0,30}){15,4095}[ \t]{0,3}\]")


def _find_images(buffer: bytes, trigger: int, _starts: Ints, ends: Ints) -> Found:
    found: Found = []
    for end in ends.tolist():
        if trigger == 0:
            url = _DATA_URL.match(buffer, end - 11)
            if url is not None:
                found.append((url.start(), url.end(), 0.95))
            continue
        path = _PATH_BACKWARDS.match(buffer[end - 2 : max(end - 204, 0) : -1])
        if path is not None:
            start = end - 1 - path.end()
            name = buffer.rfind(b"/", start, end) + 1 or start
            if _shows_a_face(buffer[start:name], buffer[name : end - 1]):
                found.append((name, end - 1, 0.8))
    return found


def _shows_a_face(folder: bytes, name: bytes) -> bool:
    for part in (folder, name):
        if any(word in part for word in _FACE_CJK) or any(w.lower() in _FACE_WORDS for w in _WORD.findall(part)):
            return True
    return False


def _find_floats(buffer: bytes, _trigger: int, _starts: Ints, ends: Ints) -> Found:
    found: Found = []
    for end in ends.tolist():
        start = buffer.rfind(b"[", max(0, end - 8), end)
        if not _FACE_IN_KEY.search(buffer[max(0, start - 60) : start]):
            continue
        floats = _FLOATS.match(buffer, start, start + 65536)
        if floats is not None:
            found.append((floats.start(), floats.end(), 0.9))
    return found


IMAGE = Finder(
    (Trigger(rb"data:image/"), Trigger(rb"[0-9A-Za-z_)\x80-\xbf-]\.(?:jpe?g|png|bmp|webp|heic|gif)[^0-9A-Za-z.]", caseless=True)),
    _find_images,
)
FLOAT_LIST = Finder((Trigger(_FACE_KEY, caseless=True),), _find_floats)
