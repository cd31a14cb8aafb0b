"""User agents: the last field of an access line, and strings that begin as they do (RFC 9110, section 10.1.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from anonkit.detect.block import NEWLINE, PAD_BYTES, Block, Ints, table
from anonkit.detect.finders.base import Finder, Found, Trigger, found

_QUOTED = rb'[^"\\\n]*(?:\\.[^"\\\n]*)*'
_REFERRER_AND_AGENT = re.compile(rb'"' + _QUOTED + rb'"[ \t]"(' + _QUOTED + rb')"')
# product/version, (comment), [comment], and the bare words that browsers put between them
_PARTS = re.compile(
    rb"[A-Za-z][A-Za-z0-9._+-]*[/ ]v?\d[A-Za-z0-9._:+-]*(?:/[A-Za-z0-9._-]+)*"
    rb"(?:[ +]?(?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^][\n]*\])"
    rb"|[ +]?[A-Za-z][A-Za-z0-9._-]*/[A-Za-z0-9._:+-]+(?:/[A-Za-z0-9._-]+)*"
    rb"|[ +](?:Mobile|Safari|Gecko|like|KHTML,?|UNTRUSTED|Firefox|Chrome|Language|NetType|Opera|bot|spider|U;|"
    rb"MMWEBID|MMWEBSDK)\b)*"
)
_PRODUCT_BACKWARDS = re.compile(rb"[/ ]?[A-Za-z0-9_.-]{0,30}")
_BACKSLASH, _QUOTE, _DASH = b'\\"-'
_BLANK, _BEGINS_LABEL = table(b" \t"), table(b"<%&")
_OUR_LABEL = re.compile(rb"(?:<|%3C|&lt;)[A-Z][A-Z0-9_]*(?:>|%3E|&gt;)")
_SURE = 0.95
_ESCAPE_BYTES = {ord("u"): 5, ord("x"): 3, ord("n"): 1, ord("r"): 1, ord("t"): 1}
_QUOTES = b"\"'`"


def _find(block: Block, hits: Sequence[Ints]) -> Found:
    access_lines, products = hits
    start, end = _last_fields(block, access_lines)
    # products that stand in the fields are found already
    before = np.searchsorted(start, products) - 1
    within = (before >= 0) & (products <= end[before]) if len(start) else np.zeros(len(products), bool)
    more = found(_around_products(block.buffer, products[~within]))
    sure = np.full(len(start), _SURE)
    return np.concatenate((start, more[0])), np.concatenate((end, more[1])), np.concatenate((sure, more[2]))


def _last_fields(block: Block, ends: Ints) -> tuple[Ints, Ints]:
    """The field behind the referrer, whose opening quotes end at `ends`, in access lines."""
    if not len(ends):
        return ends, ends
    # a line may be cut off: behind the last quote comes the end of the text
    quotes = np.concatenate((block.positions(_QUOTE), np.full(4, len(block) - PAD_BYTES)))
    at = np.searchsorted(quotes, ends - 1)
    closing, opening, last = quotes[at + 1], quotes[at + 2], quotes[at + 3]
    plain = (opening == closing + 2) & _BLANK[block.raw[closing + 1]]
    plain &= ~block.holds(NEWLINE, ends, last) & ~block.holds(_BACKSLASH, ends, last)
    start, end = opening[plain] + 1, last[plain]
    others = (_REFERRER_AND_AGENT.match(block.buffer, end - 1) for end in ends[~plain].tolist())
    more = np.array([line.span(1) for line in others if line is not None], np.int64).reshape(-1, 2)
    start, end = np.concatenate((start, more[:, 0])), np.concatenate((end, more[:, 1]))
    given = (end > start) & ~((end == start + 1) & (block.raw[start] == _DASH))
    for row in np.flatnonzero(given & _BEGINS_LABEL[block.raw[start]]).tolist():
        given[row] = _OUR_LABEL.fullmatch(block.buffer, int(start[row]), int(end[row])) is None
    order = np.argsort(start[given], kind="stable")
    return start[given][order], end[given][order]


def _around_products(buffer: bytes, ends: Ints) -> list[tuple[int, int, float]]:
    rows: list[tuple[int, int, float]] = []
    done = 0
    for end in ends.tolist():
        if end <= done:
            continue
        product = _PRODUCT_BACKWARDS.match(buffer[end - 1 : max(end - 40, 0) : -1])
        start = end - (product.end() if product else 0)
        if buffer[start - 1] == _BACKSLASH:  # the letters of an escape
            start += _ESCAPE_BYTES.get(buffer[start], 0)
        done = _end(buffer, start) if not buffer[start - 1 : start].isalnum() else end
        if done > max(start, end):
            rows.append((start, done, 0.9))
    return rows


def _end(buffer: bytes, start: int) -> int:
    before = buffer[start - 1]
    limit = min(len(buffer) - 1, start + 2048)
    line_end = buffer.find(b"\n", start, limit)
    line_end = limit if line_end < 0 else line_end
    # never past a double quote, at whatever level of escape
    quote = buffer.find(b'"', start, line_end)
    if quote >= 0:
        line_end = start + len(buffer[start:quote].rstrip(b"\\"))
    if before in _QUOTES:  # quoted: all of it, to the same quote
        end = quote if before == _QUOTE else buffer.find(bytes([before]), start, line_end)
        if end >= 0:
            return start + len(buffer[start:end].rstrip(b"\\"))
    if before == 10 or buffer[max(0, start - 12) : start].lower().endswith(b"user-agent: "):  # noqa: PLR2004
        return start + len(buffer[start:line_end].rstrip(b" \t\r"))
    parts = _PARTS.match(buffer, start, line_end)
    if parts is None:
        return start
    return parts.end()


USER_AGENT = Finder(
    (
        Trigger(rb'" [1-5]\d\d (?:\d{1,15}|-) "'),
        Trigger(
            rb"(?:Mozilla[/ ]|Opera/|Dalvik/|okhttp/|CFNetwork/|MicroMessenger/|UCWEB|UCBrowser/|MQQBrowser/|"
            rb"AppleWebKit/|Apache-HttpClient/|PostmanRuntime/|python-requests/|Python-urllib/|Go-http-client/|curl/|Wget/|"
            rb"axios/|node-fetch/|Java/1|aliyun-sdk|AlipayClient|DingTalk/|Nokia|SonyEricsson|BlackBerry|DoCoMo/|"
            rb"SAMSUNG-|Googlebot|Baiduspider|bingbot|YisouSpider|Sogou web)",
        ),
    ),
    _find,
)
