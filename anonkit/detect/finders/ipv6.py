"""IPv6 addresses in all their spellings (RFC 4291, RFC 5952, RFC 4007): not a C++ name, a slice or a time."""

from __future__ import annotations

import re
import socket

import numpy as np

from anonkit.detect.block import Block, Ints, shifted, where
from anonkit.detect.context import fills_line

IPV6 = rb"::|(?:[0-9A-Fa-f]{1,4}:){7}|(?:[0-9A-Fa-f]{1,4}:){6}\d{1,3}\."

_SURE = 0.95
_EUI64_GROUPS = 8
_HEX_RUN = re.compile(rb"[0-9A-Fa-f:.]{1,64}")
_ZONE = re.compile(rb"%[0-9A-Za-z][0-9A-Za-z._-]{0,15}(?![0-9A-Za-z%])")
_PREFIX = re.compile(rb"/(?:12[0-8]|1[01]\d|[1-9]?\d)(?![0-9A-Za-z])")
_MAPPED = re.compile(rb"[0-9A-Fa-f:]*:\d{1,3}(?:\.\d{1,3}){3}\Z")
_LEADING_ZERO = re.compile(rb"[:.]0\d")
_LONG_GROUP = 3
_TIME = re.compile(rb"[\d:]*")
_COLONS = frozenset(b":")
_GROUP_BYTES = 4
_GREATER = 62
_LABEL_BEFORE = re.compile(rb"<[A-Z][A-Z0-9_]*>\Z")
_COLON, _DOT = b":."

_Rows = list[tuple[int, int, float]]


def colons(block: Block) -> Ints:
    """Behind two colons side by side, and behind the fourth of at least six with 1 to 4 bytes between each two."""
    colons = block.run(_COLONS)
    pairs = where(colons & shifted(colons, 1)) + 2
    # colons behind which two more follow: those of a time of day do not
    followed = colons
    for _ in range(2):
        followed = colons & (shifted(followed, 2) | shifted(followed, 3) | shifted(followed, 4) | shifted(followed, 5))
    positions = where(followed)
    near = np.diff(positions) <= _GROUP_BYTES + 1
    row = near[:-2] & near[1:-1] & near[2:] if len(near) > 2 else near[:0]  # noqa: PLR2004  three gaps, four colons
    return np.concatenate((pairs, positions[3:][row] + 1))


def addresses(buffer: bytes, ends: Ints) -> _Rows:
    """The addresses around the ends of the hits, each a start, an end and how sure it is."""
    rows: _Rows = []
    done = 0
    for hit in np.sort(ends).tolist():
        if hit <= done:
            continue
        run_back = _HEX_RUN.match(buffer[hit - 1 : max(hit - 66, 0) : -1])
        start = hit - (run_back.end() if run_back else 0)
        run = _HEX_RUN.match(buffer, start)
        if run is None:
            continue
        done = run.end()
        address = _whole_address(buffer, start, run.end())
        if address is not None:
            rows.append((*address, _SURE))
    return rows


def _whole_address(buffer: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The address in the run of hex digits, colons and dots at [start, end), without the syntax around it."""
    if buffer[start] == 58 and buffer[start + 1] != 58 and not _at_line_start(buffer, start):  # noqa: PLR2004  key:fe80::1
        start += 1
    elif buffer[start - 1 : start].isalnum() or buffer[start - 1] in b"_.":
        return None
    if buffer[start - 1] == _GREATER and _LABEL_BEFORE.search(buffer, max(0, start - 40), start):
        return None  # glued to a finding, as which it was not seen either
    whole = fills_line(buffer, start, end)
    full_stop = buffer[end - 1] == _DOT
    colon = buffer[end - 1] == _COLON and buffer[end - 2] != _COLON and buffer[end] in b" \t"
    if full_stop or (colon and not whole):
        end -= 1
    if buffer[end : end + 1].isalnum() or buffer[end] == 95:  # noqa: PLR2004
        return None
    text = buffer[start:end]
    if not _is_v6(text):
        return None
    zone = _ZONE.match(buffer, end)
    if zone is not None:
        end = zone.end()
    elif buffer[end] == 37:  # noqa: PLR2004
        return None
    prefix = _PREFIX.match(buffer, end)
    end = prefix.end() if prefix else end
    groups = text.split(b":")
    if len(groups) == _EUI64_GROUPS and all(len(group) == 2 for group in groups):  # noqa: PLR2004  an EUI-64
        return None
    if buffer[end : end + 1].isalnum() or not (fills_line(buffer, start, end) or _convincing(text, prefix is not None)):
        return None
    return start, end


def _at_line_start(buffer: bytes, start: int) -> bool:
    return buffer[start - 1] in b"\n\r"


def _is_v6(text: bytes) -> bool:
    if b"." in text and (not _MAPPED.match(text) or _LEADING_ZERO.search(text[text.rfind(b":") :])):
        return False
    try:
        socket.inet_pton(socket.AF_INET6, text.decode("ascii"))
    except (OSError, UnicodeDecodeError):
        return False
    return True


def _convincing(text: bytes, has_prefix: bool) -> bool:  # noqa: FBT001
    """Whether the text is an address even within other text: not a C++ name, a slice or a time."""
    if text == b"::1" or b"." in text:
        return True
    groups = [g for g in text.split(b":") if g]
    if not groups or (not any(c in b"0123456789" for c in text) and len(groups) < _LONG_GROUP):
        return False
    longest = max(len(g) for g in groups)
    if longest < _LONG_GROUP and (text.isdigit() or not any(c in b"0123456789" for c in text) or _TIME.fullmatch(text)):
        return False
    return has_prefix or len(groups) >= _LONG_GROUP or longest >= _LONG_GROUP
