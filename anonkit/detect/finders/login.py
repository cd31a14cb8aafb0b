"""User names in the sentences of sshd, PAM, su and sudo, and in access logs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonkit.detect.block import Block, Ints
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_SENTENCES = (
    rb"(?:invalid|illegal|authenticating|disconnected from|by|closed for|opened for|failure for|banned|locked) user "
    rb"|(?:password|publickey|keyboard-interactive/pam|hostbased|none|gssapi-with-mic) for "
    rb"(?:invalid user |illegal user )?"
    rb"|attempts exceeded for (?:invalid user )?"
    rb"|rhost=[^ \n]{0,80} {1,3}user="
)
_ACCESS_LINE = rb"[0-9A-Fa-f] - (?:[A-Za-z0-9_.@]|-[A-Za-z0-9_.@-])[A-Za-z0-9_.@-]{0,63} \[\d\d/"
_ACCESS_USER = re.compile(rb" - ([A-Za-z0-9_.@-]{1,64}) \[\d\d/\Z")
_NAME = re.compile(rb"[A-Za-z0-9_$][A-Za-z0-9_.@$-]{0,63}")
# words that follow these sentences where no name does
_NOT_NAMES = frozenset(b"unknown user from port for by is was not name list request id has".split())
_AFTER_NAME = re.compile(rb"[ \t]{0,2}(?:\r?\n|from |by |\(|port |on |\[|service|:|;|,|$|\"|'|\\)")


def _find_names(block: Block, hits: Sequence[Ints]) -> Found:
    buffer = block.buffer
    sentences, access_lines = hits
    users = (_ACCESS_USER.search(buffer, max(0, end - 72), end) for end in access_lines.tolist())
    rows = [(*user.span(1), 0.9) for user in users if user is not None]
    for end in sorted(set(sentences.tolist())):
        name = _NAME.match(buffer, end)
        if name is None or name[0].lower() in _NOT_NAMES:
            continue
        stop = name.end() - (name[0][-1:] in (b".", b"-"))
        if _AFTER_NAME.match(buffer, stop):
            rows.append((end, stop, 0.9))
    return found(rows)


LOGIN = Finder((Trigger(_SENTENCES, caseless=True), Trigger(_ACCESS_LINE)), _find_names)
