r"""What does a value say, once its escapes are undone, and how is a result written in the escapes of the value?

The escapes are those of decoded views (detect/views.py): percent, \uXXXX, \xNN, HTML entities, zero-width characters,
within one another to the same depth. `plain` undoes them, `canonical` (transform/spelling.py) gives one spelling to
values that are the same, and `spelled` writes a result as the value was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from anonkit.detect.views import MAX_DEPTH
from anonkit.transform.base import Transform

MEMO_VALUES = 1 << 16
MEMO_VALUE_BYTES = 64

_Kind = Literal["percent", "unicode", "hex", "html"]
_ESCAPE = re.compile(
    rb"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    rb"|(?P<unicode>(?:\\{1,9}u[0-9a-fA-F]{4})+)"
    rb"|(?P<hex>(?:\\{1,9}x[0-9a-fA-F]{2})+)"
    rb"|(?P<html>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|quot|lt|gt|amp|nbsp|apos);)"
    rb"|(?P<slash>\\{1,9}/)"
    rb"|(?P<none>(?:\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad)+)"
)
_ESCAPED = re.compile(rb"[%\\&]|\xe2[\x80\x81]|\xef\xbb|\xc2\xad")  # where one of them may begin
_ORDER: tuple[_Kind, ...] = ("percent", "unicode", "hex", "html")
_HEX_BYTE = re.compile(rb"[%x]([0-9A-Fa-f]{2})")
_HEX_UNIT = re.compile(rb"u([0-9A-Fa-f]{4})")
_IN_STRINGS = re.compile(r"[^ !#-\[\]-~]")  # what a JSON string does not hold as it is
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_HEX_RADIX = 16
_DELIMITERS = ",;|&"
_NEVER = re.compile(r'["\\\x00-\x1f\x7f]')
_RISKY = re.compile(rf"{_NEVER.pattern}|[{_DELIMITERS}']")


def plain(value: bytes) -> str:
    r"""The text that a value spells. Bytes that are no UTF-8 stay as \xNN, so that all of it can be encoded again."""
    if _ESCAPED.search(value) is None:
        return value.decode("utf-8", "backslashreplace")
    for _ in range(MAX_DEPTH):
        decoded = _ESCAPE.sub(_undone, value)
        if decoded == value:
            break
        value = decoded
    return value.decode("utf-8", "backslashreplace")


def spelled(text: str, like: bytes) -> bytes:
    r"""`text` in the escapes of `like`: those of each level, the outermost last.

    Percent: all but unreserved characters (RFC 3986) and the `*` of masks. \u and \x: what is not ASCII, and what a
    string cannot hold, with as many backslashes. HTML: & < > and quotes. Everything else is written as UTF-8.
    """
    for escape in reversed(_levels(like)):
        text = _WRITERS[escape.kind](text, escape.backslashes)
    return text.encode()


def fits(result: str, text: str) -> bool:
    r"""Whether a result can stand where the plain `text` stood, be it in JSON, CSV, SQL or a query string.

    Not with a quote, a backslash or a control character: of `\\"abc` a mask would show half an escape. Nor with more
    delimiters than were there, since nobody knows what is in quotes; nor with some of the ' alone, of which two in a
    row, or one behind a backslash, are one in SQL.
    """
    if _RISKY.search(result) is None:
        return True
    if _NEVER.search(result) is not None:
        return False
    if "'" in result and ("\\" in text or result.count("'") != text.count("'")):
        return False
    return all(result.count(sign) <= text.count(sign) for sign in _DELIMITERS)


def by_value(function: Callable[[str], str | bytes], *, remember: bool, label: bytes | None = None) -> Transform:
    """A transformation that treats each distinct value once: plain, then `function`, then spelled like the value.

    function  a result in bytes (a label) is taken as it is, without the escapes of the value
    label     what takes the place of results that could break the syntax around them; None to take any
    remember  whether results are kept for later calls: those of the last `MEMO_VALUES` short values or fewer
    """
    memo: dict[bytes, bytes] = {}

    def result_of(value: bytes) -> bytes:
        text = plain(value)
        result = function(text)
        if isinstance(result, bytes):
            return result
        return spelled(result, value) if label is None or fits(result, text) else label

    def transform(values: Sequence[bytes]) -> list[bytes]:
        results = dict.fromkeys(values, b"")
        for value in results:
            result = memo.get(value)
            if result is None:
                result = result_of(value)
                if remember and len(value) <= MEMO_VALUE_BYTES:
                    if len(memo) >= MEMO_VALUES:
                        memo.clear()
                    memo[value] = result
            results[value] = result
        return [results[value] for value in values]

    return transform


@dataclass(frozen=True, slots=True)
class _Escape:
    """How a level of a value is escaped; `backslashes` before each u or x."""

    kind: _Kind
    backslashes: int = 0


def _levels(value: bytes) -> list[_Escape]:
    """The escapes of a value, the outermost first; of a level that mixes them, the one that says most."""
    levels: list[_Escape] = []
    if value.isascii() and b"%" not in value and b"\\" not in value and b"&" not in value:
        return levels
    for _ in range(MAX_DEPTH):
        runs = {run.lastgroup: run[0] for run in reversed(list(_ESCAPE.finditer(value)))}
        kind = next((kind for kind in _ORDER if kind in runs), None)
        if kind is not None:
            levels.append(_Escape(kind, len(runs[kind]) - len(runs[kind].lstrip(b"\\"))))
        elif not runs:
            break
        value = _ESCAPE.sub(_undone, value)
    return levels


def _undone(run: re.Match[bytes]) -> bytes:
    kind = run.lastgroup
    if kind in ("percent", "hex"):
        return bytes(int(byte, _HEX_RADIX) for byte in _HEX_BYTE.findall(run[0]))
    if kind == "unicode":
        units = b"".join(bytes.fromhex(unit.decode()) for unit in _HEX_UNIT.findall(run[0]))
        return units.decode("utf-16-be", "replace").encode()
    if kind == "html":
        return html.unescape(run[0].decode()).replace("\xa0", " ").encode("utf-8", "replace")
    return b"/" if kind == "slash" else b""


def _percent(text: str, _backslashes: int) -> str:
    return quote(text, safe="*")


def _unicode(text: str, backslashes: int) -> str:
    return _IN_STRINGS.sub(lambda character: _units(character[0], "\\" * backslashes + "u"), text)


def _units(character: str, mark: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(mark + units[at : at + 4] for at in range(0, len(units), 4))


def _hex(text: str, backslashes: int) -> str:
    mark = "\\" * backslashes + "x"
    return _NOT_ASCII.sub(lambda character: "".join(f"{mark}{byte:02x}" for byte in character[0].encode()), text)


def _html(text: str, _backslashes: int) -> str:
    return html.escape(text)


_WRITERS: dict[_Kind, Callable[[str, int], str]] = {
    "percent": _percent, "unicode": _unicode, "hex": _hex, "html": _html,
}  # fmt: skip
