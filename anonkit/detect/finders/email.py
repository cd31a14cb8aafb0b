"""E-mail addresses: the part before an @ is read backwards, the domain forwards."""

from __future__ import annotations

import re

from anonkit.detect.candidates import Ints
from anonkit.detect.finders.base import Finder, Found, Trigger

_LOCAL_BACKWARDS = re.compile(rb"[A-Za-z0-9._+-]{1,64}")
_LETTER = rb"(?:[A-Za-z0-9]|[\xc3-\xf4][\x80-\xbf]{1,3})"
_LABEL = _LETTER + rb"(?:(?:-|" + _LETTER + rb"){0,61}" + _LETTER + rb")?"
_DOMAIN = re.compile(
    rb"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}(?:[Xx][Nn]--[A-Za-z0-9-]{1,59}|[A-Za-z]{2,24})(?![A-Za-z0-9_-])"
)
_QUOTED_LOCAL = re.compile(rb'"(?:[^"\\\n]|\\.){1,64}"\Z')
_ATOM = rb"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[\xc3-\xf4][\x80-\xbf]{1,3})+"
# alone in its line the standard's full alphabet holds, international addresses included (RFC 5322, RFC 6531)
_WHOLE = re.compile(
    rb"(?!git@)(?=[^@\n]{1,64}@)(?:" + _ATOM + rb"(?:\." + _ATOM + rb')*|"(?:[^"\\\n]|\\.){1,62}")@'
    rb"(?:" + _LABEL + rb"\.){1,6}(?:[Xx][Nn]--[A-Za-z0-9-]{1,59}|[A-Za-z]{2,24})\Z"
)  # fmt: skip
# what ends like a domain but is a file, a unit or a method
NOT_TLDS = frozenset(
    b"png jpg jpeg gif svg webp bmp ico css js mjs ts tsx jsx vue json xml yml yaml html htm txt log md csv conf cfg "
    b"ini properties java class jar war py pyc go rs rb php c h cpp so dll exe sh bat sql db zip gz tar bz2 xz zst "
    b"service socket slice scope mount target timer device path swap automount local_dir run invoke handle apply "
    b"accept call get put post set".split()
)
_OBJECT_HASH = re.compile(rb"(?=[0-9a-f]*\d)[0-9a-f]{5,8}\Z")
_CREDENTIALS = re.compile(rb"://[^\s/@]{0,64}:[^\s/@]{0,64}\Z")
_MAX_WHOLE = 320
_DOT, _BACKSLASH = b".\\"
_ESCAPE_BYTES = {ord("u"): 5, ord("x"): 3} | dict.fromkeys(b"nrtbf", 1)
_BORDERS = frozenset(b"\n \t\r,;:=<>([{")


def _find(buffer: bytes, _trigger: int, ends: Ints) -> Found:
    found: Found = []
    for end in ends.tolist():
        at = end - 2  # the trigger ends one byte behind the @
        domain = _DOMAIN.match(buffer, at + 1)
        if domain is None or domain[0].rpartition(b".")[2].lower() in NOT_TLDS:
            found += _whole_line(buffer, at)
            continue
        local = _LOCAL_BACKWARDS.match(buffer[at - 1 : max(at - 66, 0) : -1])
        if local is None:
            found += _whole_line(buffer, at)
            continue
        start = at - local.end()
        if buffer[start - 1] == _BACKSLASH:  # an escape such as \n, not letters of the name
            start += _ESCAPE_BYTES.get(buffer[start], 0)
        if buffer[start] in b".-+":
            start = at - len(buffer[start:at].lstrip(b".-+"))
        name = buffer[start:at]
        if not _plausible(name, domain[0]):
            continue
        if _CREDENTIALS.search(buffer, max(0, start - 80), start):  # https://user:password@host
            continue
        # a stranger mailbox may fill the line: what stands before it then is a letter of its own
        whole = _whole_line(buffer, at) if buffer[start - 1] not in _BORDERS and buffer[domain.end()] in b"\r\n" else []
        found += whole or [(start, domain.end(), 0.95)]
    return found


def _plausible(name: bytes, domain: bytes) -> bool:
    if not name or name == b"git" or name[-1] == _DOT or b".." in name or not name.strip(b"._-+"):
        return False
    # com.acme.Order@6d06d69c.run is a Java object, not a mailbox
    return not (name.rpartition(b".")[2][:1].isupper() and _OBJECT_HASH.match(domain.partition(b".")[0]))


def _whole_line(buffer: bytes, at: int) -> Found:
    start = buffer.rfind(b"\n", max(0, at - 80), at) + 1
    end = buffer.find(b"\n", at, at + 256)
    if not start or end < 0 or end - start > _MAX_WHOLE:
        return []
    line = buffer[start:end]
    inner = line.strip(b" \t\r")
    start += len(line) - len(line.lstrip(b" \t\r"))
    if not _WHOLE.match(inner):
        return []
    domain = inner.rpartition(b"@")[2]
    if domain.rpartition(b".")[2].lower() in NOT_TLDS:
        return []
    key = inner.find(b"=")  # email=a@b.cn is a key and its value, not a strange mailbox
    if 0 < key < inner.find(b"@") or not re.match(rb'[A-Za-z0-9"\xc3-\xf4]', inner) or b"://" in inner or b"/" in inner:
        return []
    return [(start, start + len(inner), 0.9)]


EMAIL = Finder((Trigger(rb"[^ \t\r\n@]@(?:[0-9A-Za-z]|[\xc3-\xf4])"),), _find)
