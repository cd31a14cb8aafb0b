"""How a card's match is written as an expression of the database.

A pattern becomes  LEFT pattern RIGHT  (the neighbours are part of the match, so that a match is reported once, at its
only end); a keyed value becomes  KEY SEPARATOR OPENING FIRST  (FIRST is the set of bytes that the value may begin
with, so that `name=` is reported only where something like a name follows). Behind a Latin key a blank alone is a
separator only where the value is a long number.
"""

from __future__ import annotations

import functools
import re
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from anonkit.detect.keyed import ANY

LEFT = {
    "word": rb"[^0-9A-Za-z]",
    "digits": rb"[^0-9]",
    "dotted": rb"[^0-9A-Za-z.]",
    "token": rb"[^0-9A-Za-z_.+-]",
    "octets": rb"[^0-9A-Za-z]",
    "none": b"",
}
RIGHT = {
    "word": rb"[^0-9A-Za-z]",
    "digits": rb"[^0-9]",
    "dotted": rb"[^0-9A-Za-z]",
    "token": rb"[^0-9A-Za-z_+-]",
    "octets": rb"[^0-9A-Za-z]",
    "none": b"",
}

# words of SQL statements, in which a bare number that becomes text needs quotes
STATEMENT = rb"(?:insert[ \t]{1,4}into|replace[ \t]{1,4}into|[ \t]set[ \t]|where[ \t]|values[ \t]{0,4}\()"
_COPULA = "(?:改|变更|修改|更新|更改)?为|是|改成"
_COLON = "(?:={1,2}>|:=|->|[!<>]=|<>|=|:|：|＝|%3[AaDd])".encode()
_OPENING = "(?:" + r"""[bu]?\\{0,9}["'`]|[\[(<]|Some\(|Optional\[|【|「|『|（|“|‘|《""" + ")"
OPENING = b"(?:" + _OPENING.encode() + rb"[ \t]{0,2}){0,3}"
# what `{any}` begins with: bare one of these, in quotes a Chinese letter as well
_ANY_FIRST = rb"[!-(*+\-./0-9;<>-\[^-|~]"
_QUOTED_CJK = OPENING + rb"\\{0,9}[\"'`][\xe4-\xe9]"

# "name":"phone","value":
_NAMED_VALUE = rb"\\{0,9}\"[ \t]?,[ \t]?\\{0,9}\"(?:value|val|content)\\{0,9}\"[ \t]?:[ \t]?"
# in queries: phone: {$eq: "138...", "phone":{"value":"138..."
_OPERATOR = rb"(?:\{[ \t]?\\{0,9}[\"']?(?:\$[a-z]{2,5}|value|val|v|query)\\{0,9}[\"']?[ \t]?:[ \t]?)?"
# `"phone":`, `phone =`, `phone != `, `phone为`, `'phone' =>`, `\"phone\":`, `<phone>`, `[phone]:`, `phone LIKE '`,
# `setPhone("`, `phone【`
LATIN_SEPARATOR = (
    rb"(?:(?:\\{0,9}[\"'`]{1,2}\]?|\])?[ \t]{0,3}(?:" + _COLON + b"|" + _COPULA.encode() + rb")[ \t]{0,8}" + _OPERATOR
    + rb"|>(?:<!\[CDATA\[)?"
    rb"|" + _NAMED_VALUE
    + rb"|[ \t]{1,3}(?:not[ \t])?(?:in|like|between)[ \t]{1,3}(?:\([ \t]?|[\"'])"
    + r"|\(\\{0,9}[\"']|\[|【|「)".encode()
)  # fmt: skip
# `手机号码:`, `手机号为`, `手机号 138`, `手机号138`, `手机号】138`, `<手机号>138`, `手机号1: 138`
CJK_SEPARATOR = (
    "(?:(?:号码|号|码|编号|ID|id)?".encode()
    + rb"(?:\\{0,9}[\"'`]{1,2}|"
    + "】|」|）|”".encode()
    + rb"|[\])>])?[ \t]{0,3}(?:"
    + _COLON
    + f"|{_COPULA}|叫|→".encode()
    + rb")?[ \t]{0,8}|"
    + _NAMED_VALUE
    + rb"|\d{1,2}[ \t]?"
    + _COLON
    + rb"[ \t]{0,8})"
)
# where a key begins that no other word may stand before
_ALONE = rb"(?:[^0-9A-Za-z_-]|\\[nrt]|[ -]-|\.set)"
_KEY_SUFFIX = rb"(?:s|es|list|[_-]?(?:no|nos|num|number|str|value|val|text|\d{1,2})|\.keyword)?"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MIDDLE_OF_CJK = frozenset(range(0x80, 0xC0))


# every run of eleven digits or more is reported once, at its eleventh
DIGIT_RUN = rb"[^0-9]\d{11}"
DIGIT_RUN_DIGITS = 11
_WEAK_GAP_BYTES = 56
_NOT_ASCII = 0x80


@functools.lru_cache(maxsize=512)
def _parsed(regex: bytes) -> Any:  # noqa: ANN401  sre's own untyped tree
    return _parser.parse(regex)


def pattern_expression(pattern: bytes, boundary: str, group: bytes = b"(?:") -> bytes:
    """The expression of a self-evident pattern."""
    # a Chinese character begins a value wherever it stands
    left = b"" if min(first_bytes(pattern)) >= _NOT_ASCII else LEFT[boundary]
    return left + group + pattern + b")" + RIGHT[boundary]


def weak_expression(context: tuple[str, ...], pattern: bytes, boundary: str) -> bytes:
    """The expression of a pattern that counts only behind one of its card's context words."""
    words = b"|".join(re.escape(w).encode() for w in sorted(set(context)))
    return b"(?:" + words + b")[^\\n]{0,%d}" % _WEAK_GAP_BYTES + pattern_expression(pattern, boundary)


def whole_expression(pattern: bytes, group: bytes = b"(?:") -> bytes:
    """The expression of a pattern that fills its line, but for blanks and quotes."""
    return rb"\n[ \t\"']{0,4}" + group + pattern + rb")[ \t\"',;\r]{0,4}\n"


def digit_run(pattern: bytes) -> tuple[int, int] | None:
    """Least and greatest length of a pattern of digits only (an X may end it), eleven or more; else None."""
    parsed = _parsed(pattern)
    low, high = parsed.getwidth()
    items = list(parsed)
    digits = _all_bytes(items[:-1]) <= _DIGITS
    if low < DIGIT_RUN_DIGITS or high > _LONGEST_RUN or not digits or not _is_plain(items[-1]):
        return None
    return low, high


def width(regex: bytes) -> int:
    """The most bytes that a match of `regex` takes."""
    return int(min(_parsed(regex).getwidth()[1], 4096))


def least_width(regex: bytes) -> int:
    """The least bytes that a match of `regex` takes."""
    return int(_parsed(regex).getwidth()[0])


def groups(regex: bytes) -> int:
    """How many groups `regex` has."""
    return int(_parsed(regex).state.groups) - 1


_LONGEST_RUN = 24
_DIGITS_AND_X = frozenset(b"0123456789Xx")


def _is_plain(item: Any) -> bool:  # noqa: ANN401
    """Whether the last item of a number is digits, or one digit that may be an X in capitals or not."""
    found = _all_bytes([item])
    return found <= _DIGITS or (item[0] is sre.IN and found == _DIGITS_AND_X)


_DIGITS = frozenset(b"0123456789")
_HEX_DIGITS = frozenset(b"0123456789ABCDEFabcdef")
_SIGNS = frozenset(b" :.-")
_LEAST_HEX, _LEAST_NUMBER = 12, 14
# `mac 3c22fb0a1b2c`: a blank alone, before what can only be a value
_BLANK = rb"|[ \t]{1,2}"


def _all_bytes(items: Any) -> set[int]:  # noqa: ANN401  sre's own untyped tree
    """All bytes that may stand anywhere in a match."""
    found: set[int] = set()
    for op, arg in items:
        if op is sre.LITERAL:
            found.add(arg)
        elif op is sre.NOT_LITERAL:
            found |= set(range(256)) - {arg}
        elif op is sre.IN:
            found |= members_of(arg)
        elif op is sre.SUBPATTERN:
            found |= _all_bytes(arg[3])
        elif op is sre.BRANCH:
            found = found.union(*(_all_bytes(branch) for branch in arg[1]))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            found |= _all_bytes(arg[2])
        else:
            return set(range(256))
    return found


def one_run(regex: bytes) -> tuple[frozenset[int], frozenset[int], frozenset[int], int, int] | None:
    """A regex that is one run: the bytes that it may begin with, hold and end with, and its least and most bytes.

    None for any other regex. First and last are among the bytes that it may hold.
    """
    parts = [(op, arg) for op, arg in _parsed(regex)]
    sets: list[frozenset[int]] = []
    low = high = 0
    repeat = None
    for number, (op, arg) in enumerate(parts):
        if op is sre.IN:
            sets.append(frozenset(members_of(arg)))
            low, high = low + 1, high + 1
        elif op is sre.MAX_REPEAT and len(arg[2]) == 1 and arg[2][0][0] is sre.IN and repeat is None:
            repeat = number
            sets.append(frozenset(members_of(arg[2][0][1])))
            low, high = low + arg[0], high + int(arg[1])
        else:
            return None
    if repeat is None or len(parts) > 3 or repeat > 1:  # noqa: PLR2004  first, run, last
        return None
    inside = sets[repeat]
    first, last = sets[0], sets[-1]
    return (first, inside, last, low, high) if first <= inside and last <= inside else None


def may_hold(regex: bytes, byte: int) -> bool:
    """Whether `byte` may stand in a match of `regex`."""
    return byte in _all_bytes(_parsed(regex))


def key_regex(key: str) -> bytes:
    """A Latin key in all the cases it may be written in: "idCard" takes id_card, id-card, IdCard, IDCARD, idcard.

    One that a card spells with a blank, "id card", takes a blank as well: each costs something in every scan.
    """
    words = _WORD.findall(key.lstrip("*"))
    joint = b"[ _-]?" if " " in key else b"[_-]?"
    return joint.join(re.escape(w.lower()).encode() for w in words)


def keyed_expressions(keys: tuple[str, ...], value: bytes) -> list[bytes]:
    """The expressions for the value of any of `keys`; they end one byte into the value."""
    first = OPENING + _byte_class(first_bytes(value))
    if value == ANY:
        first = b"(?:" + OPENING + _ANY_FIRST + b"|" + _QUOTED_CJK + b")"
    return [prefix + first for prefix in _key_prefixes(keys, _BLANK if _is_number(value) else b"")]


def key_groups(keys: tuple[str, ...]) -> int:
    """How many expressions `keyed_expressions` gives."""
    latin = [k for k in keys if k.isascii()]
    return any(not k.startswith("*") for k in latin) + any(k.startswith("*") for k in latin) + (len(latin) < len(keys))


def key_before(keys: tuple[str, ...]) -> bytes:
    """A regex for any of `keys` with all that follows it, up to where its value begins."""
    return b"(?i)(?:" + b"|".join(_key_prefixes(keys)) + b")" + OPENING + rb"\Z"


def key_prefix(key: str) -> bytes:
    """A regex for one key, in the case it is written in or another, with all that follows up to its value."""
    name = key_regex(key) if key.isascii() and _WORD.findall(key) else re.escape(key).encode()
    if key.isascii():
        return b"(?i)" + _ALONE + b"(?:" + name + b")" + LATIN_SEPARATOR + OPENING
    return b"(?:" + name + b")" + CJK_SEPARATOR + OPENING


def _is_number(value: bytes) -> bool:
    """Whether a value is a number so long that no word of prose is one: 12 hex digits or 14 digits at least."""
    if value == ANY:
        return False
    members = _all_bytes(_parsed(value))
    least = _LEAST_NUMBER if members <= _DIGITS_AND_X | _SIGNS else _LEAST_HEX
    return members <= _HEX_DIGITS | _DIGITS_AND_X | _SIGNS and least_width(value) >= least


def _key_prefixes(keys: tuple[str, ...], separator: bytes = b"") -> list[bytes]:
    """Regexes for the keys with all that follows up to a value's opening; `separator` is one more behind Latin ones."""
    latin = [k for k in keys if k.isascii()]
    behind = _KEY_SUFFIX + (b"(?:" + LATIN_SEPARATOR + separator + b")" if separator else LATIN_SEPARATOR)
    groups = (
        (_ALONE, [key_regex(k) for k in latin if not k.startswith("*")], behind),
        (b"", [key_regex(k) for k in latin if k.startswith("*")], behind),
        (b"", [re.escape(k).encode() for k in keys if not k.isascii()], CJK_SEPARATOR),
    )
    return [
        left + b"(?:" + b"|".join(_longest_first(alternatives)) + b")" + right
        for left, alternatives, right in groups
        if alternatives
    ]


def _longest_first(words: list[bytes]) -> list[bytes]:
    return sorted(set(words), key=lambda word: (-len(word), word))


def first_bytes(regex: bytes) -> set[int]:
    """The bytes that a match of `regex` may begin with (too many rather than too few)."""
    found, _ = _first(_parsed(regex))
    return found


def _first(items: Any) -> tuple[set[int], bool]:  # noqa: ANN401  sre's own untyped tree
    """First bytes of a sequence, and whether the sequence can be empty."""
    found: set[int] = set()
    for op, arg in items:
        here, empty = _first_of(op, arg)
        found |= here
        if not empty:
            return found, False
    return found, True


def _first_of(op: Any, arg: Any) -> tuple[set[int], bool]:  # noqa: ANN401
    if op is sre.LITERAL:
        return {arg}, False
    if op is sre.IN:
        return members_of(arg), False
    if op is sre.SUBPATTERN:
        return _first(arg[3])
    if op is sre.BRANCH:
        parts = [_first(branch) for branch in arg[1]]
        return set().union(*(p[0] for p in parts)), any(p[1] for p in parts)
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        found, empty = _first(arg[2])
        return found, empty or arg[0] == 0
    return set(range(256)), False


def members_of(items: Any) -> set[int]:  # noqa: ANN401  sre's own untyped tree
    """The bytes of a parsed class."""
    found: set[int] = set()
    negate = False
    for op, arg in items:
        if op is sre.NEGATE:
            negate = True
        elif op is sre.LITERAL:
            found.add(arg)
        elif op is sre.RANGE:
            found |= set(range(arg[0], arg[1] + 1))
        else:
            found |= _category(arg)
    return set(range(256)) - found if negate else found


@functools.cache
def _category(category: Any) -> frozenset[int]:  # noqa: ANN401
    letter = {
        sre.CATEGORY_DIGIT: rb"\d", sre.CATEGORY_NOT_DIGIT: rb"\D", sre.CATEGORY_WORD: rb"\w",
        sre.CATEGORY_NOT_WORD: rb"\W", sre.CATEGORY_SPACE: rb"\s", sre.CATEGORY_NOT_SPACE: rb"\S",
    }[category]  # fmt: skip
    return frozenset(m[0][0] for m in re.finditer(letter, bytes(range(256))))


def _byte_class(members: set[int]) -> bytes:
    # never a byte from the middle of a character, a quote or a blank: the opening has eaten those
    members = members - _MIDDLE_OF_CJK - set(b" \t\r\n\"'`\\")
    return b"[" + b"".join(b"\\x%02x" % b for b in sorted(members)) + b"]"
