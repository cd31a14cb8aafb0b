"""Values of keys: from where a key's separator ends, take the value that stands there, and its brothers in an array."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

MAX_VALUE_BYTES = 8192

# `{any}` in a card: whatever the syntax delimits, to the closing quote or tag or else to the next delimiter; a round
# bracket that is closed again is a part of the value, and so is a quote that is doubled, where quotes are not.
ANY = b"{any}"
_SIGN = rb"[!#$*+\-./0-9:=?@A-Z^_a-z~]"
_ESCAPE = rb"%[0-9A-Fa-f]{2}"
_ANY_SIGN = _SIGN + rb"|%(?!20|22|26|27|2[Cc]|3[Bb]|0[AaDd])"


def _bare(sign: bytes) -> bytes:
    return rb"(?:" + sign + rb"|\((?:" + sign + rb"){0,64}\))+"


_ANY = re.compile(
    rb"(?<=\\\")[^\"\\\r\n]+(?:\\{2,9}[^\"\\\r\n]+)*"  # behind \" to \"
    rb"|(?<=\\')[^'\\\r\n]+(?:\\{2,9}[^'\\\r\n]+)*"
    rb"|(?<=\\\")(?:[^\"\\\r\n]|\\.)+"
    rb"|(?<=\\')(?:[^'\\\r\n]|\\.)+"
    rb"|(?<=\"\")(?:[^\"\\\r\n]|\\.)++(?=\"\"|\Z)"  # else the quotes hold nothing
    rb"|(?<='')(?:[^'\\\r\n]|\\.)++(?=''|\Z)"
    rb"|(?<=[^\"]\")(?:[^\"\\\r\n]|\\.)(?:[^\"\\\r\n]|\\.|\"\")*"
    rb"|(?<=[^']')(?:[^'\\\r\n]|\\.)(?:[^'\\\r\n]|\\.|'')*"
    rb"|(?<=`)[^`\r\n]+"
    rb"|(?<=[^=\-]>)[^<\r\n]{1,128}+(?=</)"
    rb"|(?<=<!\[CDATA\[)[^\]\r\n]{1,128}+(?=\]\]>)"
    rb"|(?<==)" + _bare(_ANY_SIGN + b"|" + _ESCAPE)  # what is escaped ends no parameter
    + rb"|" + _bare(_ANY_SIGN)
)  # fmt: skip
# the rest of a parameter of a query: escapes, and what needs none
_REST_OF_PARAMETER = re.compile(b"(?:" + _ESCAPE + b"|" + _SIGN + b")+")
_EXPONENT = re.compile(rb"(?<![0-9A-Za-z.])\d+(?:\.\d+)?[eE]\+\d+(?![0-9A-Za-z.])")
_NEXT_IN_ARRAY = re.compile(rb"(?:\\{0,9}[\"'])?[ \t]{0,3},[ \t]{0,3}(?:\\{0,9}[\"'])?")
_NOT_VALUE = re.compile(
    rb"(?i:null|none|nil|true|false|undefined|unknown|n/a|nan|empty|redacted|masked|filtered|hidden|\(null\))\Z"
    rb"|(?i:your|my|the)[-_ ]?(?:password|token|key|secret)"
    rb"|<[A-Z][A-Z0-9_]{1,30}>|%3C[A-Z][A-Z0-9_]{1,30}%3E|&lt;[A-Z]|\$\{|\#\{|\{\{|%[sd]\Z|\[(?:REDACTED|FILTERED|MASKED)"
)
_MASKS = (b"**", b".*.*", b":*:*")
_NOT_VALUE_FIRST = frozenset(b"nNtTfFuUeErRmMhHyY(<%&$#{[")
_LAST_IS_WHOLE = rb"(?:(?<![0-9A-Za-z])|(?![0-9A-Za-z]))"


def value_pattern(value: bytes) -> re.Pattern[bytes]:
    """What matches the value that begins at a position; its groups are those of `value`."""
    return _ANY if value == ANY else re.compile(b"(?:" + value + b")" + _LAST_IS_WHOLE)


def compile_value(value: bytes) -> Callable[[bytes, int, int], re.Match[bytes] | None]:
    """A function (buffer, position, limit) -> match of the value that begins at the position."""
    return value_pattern(value).match


def is_no_value(value: bytes) -> bool:
    """Whether a value says that there is none, or is masked or a label already."""
    if b"*" in value and any(mask in value for mask in _MASKS):
        return True
    return value[0] in _NOT_VALUE_FIRST and _NOT_VALUE.match(value) is not None


def whole_number(buffer: bytes, start: int, end: int) -> int:
    """Where a value ends of which an exponent may have been cut off, as in 1e+14: behind that, if it is a number."""
    number = _EXPONENT.match(buffer, start, start + MAX_VALUE_BYTES) if buffer[end : end + 1] == b"+" else None
    return end if number is None else max(end, number.end())


def whole_parameter(buffer: bytes, end: int) -> int:
    """Where the value of a parameter of a query ends, of which escapes are left behind `end`."""
    rest = _REST_OF_PARAMETER.match(buffer, end, end + MAX_VALUE_BYTES)
    return end if rest is None else rest.end()


_OPENING = rb"(?:[ \t\"'`\[({<bu\\]|\xe3\x80[\x80-\x9f]|\xef\xbc\x88|\xe2\x80[\x98\x9c]){0,12}\Z"
_OUR_LABEL = re.compile(rb"(?:<|%3C|&lt;)(?:/[^<>\n]*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:>|%3E|&gt;)=?" + _OPENING)
_LABEL_VALUE = re.compile(rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?:>|%3E|&gt;)")


def is_our_label(buffer: bytes, at: int) -> bool:
    """Whether a label stands where the value at `at` begins, or where its key should be.

    A closing tag is no key either; a tag in capitals is one where it is closed again, as <PHONE>138...</PHONE>.
    """
    if buffer[max(0, at - 4) : at].endswith((b"<", b"%3C", b"&lt;")) and _LABEL_VALUE.match(buffer, at, at + 40):
        return True
    before = buffer[max(0, at - 60) : at]
    tag = _OUR_LABEL.search(before) if b">" in before or b"%3E" in before or b"&gt;" in before else None
    if tag is None:
        return False
    name = tag[0].strip(b" ").partition(b">")[0][1:]
    return tag[0].startswith(b"</") or buffer.find(b"</" + name + b">", at, at + 256) < 0


def array_values(
    buffer: bytes, end: int, match: Callable[[bytes, int, int], re.Match[bytes] | None]
) -> Iterator[tuple[int, int]]:
    """The values of an array that come after the one that ends at `end`."""
    while True:
        after = _NEXT_IN_ARRAY.match(buffer, end, end + 24)
        if after is None:
            return
        at = after.end()
        found = match(buffer, at, at + MAX_VALUE_BYTES)
        if found is None:
            return
        end = whole_number(buffer, at, found.end())
        yield at, end
