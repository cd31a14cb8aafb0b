"""User names in the sentences of sshd, PAM, su, systemd, cron and MySQL, in access logs and behind ssh."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonkit.detect.block import Block, Ints
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_SENTENCES = (
    rb"(?:invalid|illegal|authenticating|disconnected from|by|closed for|opened for|failure for|banned|locked) user "
    rb"|(?:password|publickey|keyboard-interactive/pam|hostbased|none|gssapi-with-mic) for "
    rb"(?:invalid user |illegal user )?"
    rb"|session [0-9a-z]{1,12} of user "
    rb"|denied for user ['\"]?"
    rb"|attempts exceeded for (?:invalid user )?"
    rb"|rhost=[^ \n]{0,80} {1,3}user="
)
_ACCESS_LINE = rb"[0-9A-Fa-f] - (?:[A-Za-z0-9_.@]|-[A-Za-z0-9_.@-])[A-Za-z0-9_.@-]{0,63} \[\d\d/"
_ACCESS_USER = re.compile(rb" - ([A-Za-z0-9_.@-]{1,64}) \[\d\d/\Z")
# (zhangsan) CMD (ls), and an account of MySQL: 'zhangsan'@'10.0.0.5'
_QUOTED = rb"\) (?:CMD|LIST|RELOAD|REPLACE|BEGIN EDIT|END EDIT) \(|'@'"
_QUOTED_USER = re.compile(
    rb"\(([A-Za-z_][A-Za-z0-9_.-]{0,31})\) [A-Z]{3,8}(?: EDIT)? \(\Z|'([A-Za-z0-9_][A-Za-z0-9_.$-]{0,31})'@'\Z"
)
_QUOTED_BYTES = 64
# ssh -p 22 zhangsan@10.0.0.5
_REMOTE = rb"[^A-Za-z](?:ssh|scp|sftp|rsync|ssh-copy-id) {1,2}[^ \n]"
_REMOTE_USER = re.compile(rb"(?:[^ \n@]{1,80} {1,2}){0,8}?([A-Za-z_][A-Za-z0-9_.-]{0,31})@[0-9A-Za-z\[]")
_NAME = re.compile(rb"[A-Za-z0-9_$][A-Za-z0-9_.@$-]{0,63}")
# opened for user root by zhangsan(uid=1000)
_BY = re.compile(rb"(?:\(uid=\d{1,10}\))? by ([A-Za-z0-9_][A-Za-z0-9_.$-]{0,63})\(uid=")
# words that follow these sentences where no name does
_NOT_NAMES = frozenset(b"unknown user from port for by is was not name list request id has".split())
_AFTER_NAME = re.compile(rb"[ \t]{0,2}(?:\r?\n|from |by |\(|port |on |\[|service|:|;|,|$|\"|'|\\)")
# New session 12 of user zhangsan.
_OF_USER = b"of user "


def _find_names(block: Block, hits: Sequence[Ints]) -> Found:
    buffer = block.buffer
    sentences, access_lines, quoted, remote = hits
    users = (_ACCESS_USER.search(buffer, max(0, end - 72), end) for end in access_lines.tolist())
    rows = [(*user.span(1), 0.9) for user in users if user is not None]
    for end in quoted.tolist():
        user = _QUOTED_USER.search(buffer, max(0, end - _QUOTED_BYTES), end)
        if user is not None:
            rows.append((*user.span(user.lastindex or 0), 0.9))
    for end in remote.tolist():
        user = _REMOTE_USER.match(buffer, end - 1)
        if user is not None and user[1] != b"git":
            rows.append((*user.span(1), 0.9))
    for end in sorted(set(sentences.tolist())):
        name = _NAME.match(buffer, end)
        if name is None or name[0].lower() in _NOT_NAMES:
            continue
        stop = name.end() - (name[0][-1:] in (b".", b"-"))
        if _AFTER_NAME.match(buffer, stop) or buffer[end - len(_OF_USER) : end].lower() == _OF_USER:
            rows.append((end, stop, 0.9))
        other = _BY.match(buffer, stop)
        if other is not None and other[1] != b"LOGIN":  # the login program itself
            rows.append((*other.span(1), 0.9))
    return found(sorted(set(rows)))


LOGIN = Finder(
    (Trigger(_SENTENCES, caseless=True), Trigger(_ACCESS_LINE), Trigger(_QUOTED), Trigger(_REMOTE)),
    _find_names,
)
