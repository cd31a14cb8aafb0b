"""E-mail addresses: the part before an @ is read backwards, the domain forwards."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from anonkit.detect.block import ALNUM, LETTERS, Block, Ints, Mask, between, table
from anonkit.detect.finders.base import Finder, Found, Trigger, found
from anonkit.detect.words import MAIL_WORDS

_LOCAL_BACKWARDS = re.compile(rb"[A-Za-z0-9._+-]{1,64}")
_LETTER = rb"(?:[A-Za-z0-9]|[\xc3-\xf4][\x80-\xbf]{1,3})"
_LABEL = _LETTER + rb"(?:(?:-|" + _LETTER + rb"){0,61}" + _LETTER + rb")?"
_DOMAIN = re.compile(
    rb"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}(?:[Xx][Nn]--[A-Za-z0-9-]{1,59}|[A-Za-z]{2,24})(?![A-Za-z0-9_-])"
)
_ATOM = rb"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[\xc3-\xf4][\x80-\xbf]{1,3})+"
# alone in its line the standard's full alphabet holds, international addresses included (RFC 5322, RFC 6531)
_WHOLE = re.compile(
    rb"(?!git@)(?=[^@\n]{1,64}@)(?:" + _ATOM + rb"(?:\." + _ATOM + rb')*|"(?:[^"\\\n]|\\.){1,62}")@'
    rb"(?:" + _LABEL + rb"\.){1,6}(?:[Xx][Nn]--[A-Za-z0-9-]{1,59}|[A-Za-z]{2,24})\Z"
)  # fmt: skip
# 邮箱：zhang@example.com is a key and its value, not a strange mailbox
_KEY = re.compile(
    rb"[^@]*(?:" + b"|".join(MAIL_WORDS) + ")(?:地址|账号|号)?[ \t]{0,2}(?:为|是|：|:|=)?[ \t]{0,2}(?=[^@])".encode()
)
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
_SURE = 0.95
_LOCAL_BYTES, _DOMAIN_BYTES = 48, 48
_MOST_DOTS, _LONGEST_TLD = 6, 24
_CREDENTIALS_BYTES = 140
_CAPITAL = table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_IN_LOCAL = ALNUM | table(b"._+-")
_IN_DOMAIN = ALNUM | table(b".-")
_PLAIN_BORDER = table(b"\n \t\r,;:=<>([{\"'" + bytes(range(0x80, 0x100)))
_NO_BORDER = table(b"_\r\n")
_BORDERS = frozenset(b"\n \t\r,;:=<>([{")


_Rows = list[tuple[int, int, float]]


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    at = hits[0] - 2  # the trigger ends one byte behind the @
    start, label, end, plain = _plain(block, at)
    buffer = block.buffer
    labels = zip(label[plain].tolist(), end[plain].tolist(), strict=True)
    plain[plain] = [buffer[first:last].lower() not in NOT_TLDS for first, last in labels]
    others = found([row for position in at[~plain].tolist() for row in _one(buffer, position)])
    start, end, sure = start[plain], end[plain], np.full(int(plain.sum()), _SURE)
    if not len(others[0]):
        return start, end, sure
    first, last, confidence = (np.concatenate(columns) for columns in zip((start, end, sure), others, strict=True))
    order = np.argsort(first, kind="stable")
    return first[order], last[order], confidence[order]


def _plain(block: Block, at: Ints) -> tuple[Ints, Ints, Ints, Mask]:
    """Where the addresses around each @ start, their last labels begin, and they end; and which of them are plain.

    Of these no more than the last label needs to be looked at.

    Plain is one of small letters and digits, parted by single dots and the like, between blanks or signs.
    """
    local = block.behind(at, _LOCAL_BYTES)[:, ::-1]
    domain = block.ahead(at + 1, _DOMAIN_BYTES)
    in_local, in_domain = _IN_LOCAL[local], _IN_DOMAIN[domain]
    local_size, domain_size = np.argmin(in_local, axis=1), np.argmin(in_domain, axis=1)
    start, end = at - local_size, at + 1 + domain_size
    plain = ~in_local.all(axis=1) & ~in_domain.all(axis=1) & (local_size > 0) & (local_size != len(b"git"))
    before, first, after, last = block.raw[start - 1], block.raw[start], block.raw[end], block.raw[end - 1]
    plain &= _PLAIN_BORDER[before] & ALNUM[first] & ALNUM[block.raw[at - 1]] & ~_NO_BORDER[after]
    plain &= ALNUM[block.raw[at + 1]] & ALNUM[last]
    # two signs side by side, such as the dots of a..b, and capitals, as in Order@6d06d69c.run
    here = np.arange(_LOCAL_BYTES) < local_size[:, None]
    signs = ~ALNUM[local] & here
    plain &= ~(signs[:, 1:] & signs[:, :-1]).any(axis=1) & ~(_CAPITAL[local] & here).any(axis=1)
    inside = np.arange(_DOMAIN_BYTES) < domain_size[:, None]
    signs = ~ALNUM[domain] & inside
    plain &= ~(signs[:, 1:] & signs[:, :-1]).any(axis=1)
    # the last label: letters, at least two
    dots = (domain == _DOT) & inside
    top = domain_size - (_DOMAIN_BYTES - np.argmax(dots[:, ::-1], axis=1))
    letters = (LETTERS[domain] & inside & (np.arange(_DOMAIN_BYTES) >= (domain_size - top)[:, None])).sum(axis=1)
    plain &= dots.any(axis=1) & (dots.sum(axis=1) <= _MOST_DOTS) & (letters == top) & (top >= 2) & (top <= _LONGEST_TLD)  # noqa: PLR2004
    # https://user:password@host
    schemes = block.sequences(b"://")
    if len(schemes):
        plain &= ~between(schemes, start - _CREDENTIALS_BYTES, start)
    return start, end - top, end, plain


def _one(buffer: bytes, at: int) -> _Rows:
    """The address around the @ at `at`, looked at closely."""
    domain = _DOMAIN.match(buffer, at + 1)
    local = _LOCAL_BACKWARDS.match(buffer[at - 1 : max(at - 66, 0) : -1])
    if domain is None or local is None or domain[0].rpartition(b".")[2].lower() in NOT_TLDS:
        return _whole_line(buffer, at)
    start = at - local.end()
    if buffer[start - 1] == _BACKSLASH:  # an escape such as \n, not letters of the name
        start += _ESCAPE_BYTES.get(buffer[start], 0)
    if buffer[start] in b".-+":
        start = at - len(buffer[start:at].lstrip(b".-+"))
    if not _plausible(buffer[start:at], domain[0]):
        return []
    if _CREDENTIALS.search(buffer, max(0, start - 80), start):  # https://user:password@host
        return []
    # a stranger mailbox may fill the line: what stands before it then is a letter of its own
    whole = _whole_line(buffer, at) if buffer[start - 1] not in _BORDERS and buffer[domain.end()] in b"\r\n" else []
    return whole or [(start, domain.end(), _SURE)]


def _plausible(name: bytes, domain: bytes) -> bool:
    if not name or name == b"git" or name[-1] == _DOT or b".." in name or not name.strip(b"._-+"):
        return False
    # com.acme.Order@6d06d69c.run is a Java object, not a mailbox
    return not (name.rpartition(b".")[2][:1].isupper() and _OBJECT_HASH.match(domain.partition(b".")[0]))


def _whole_line(buffer: bytes, at: int) -> _Rows:
    start = buffer.rfind(b"\n", max(0, at - 80), at) + 1
    end = buffer.find(b"\n", at, at + 256)
    if not start or end < 0 or end - start > _MAX_WHOLE:
        return []
    line = buffer[start:end]
    inner = line.strip(b" \t\r")
    start += len(line) - len(line.lstrip(b" \t\r"))
    words = _KEY.match(inner)
    if words is not None:
        start, inner = start + words.end(), inner[words.end() :]
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
