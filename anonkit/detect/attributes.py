"""Keys that are values themselves: in an attribute, in a call, in what PHP serializes, and between pipes.

<entry key="pwd">..., put("pwd", "..."), s:3:"pwd";s:6:"...";, |realName|...|
"""

from __future__ import annotations

import re

import numpy as np

from anonkit.detect.block import Block, Ints, table

_QUOTES = rb"\\{0,9}[\"']{1,2}"
_NAME = rb"[^ \t\n\"'<>=|\\]{1,48}"
_BEFORE_VALUE = rb"(?:[ \t]?>|[ \t]{1,3}(?:value|val|content)[ \t]?=)"
_IN_ATTRIBUTE = rb"[ \t](?:key|name)[ \t]?=[ \t]?" + _QUOTES, _QUOTES + _BEFORE_VALUE
_IN_CALL = (
    rb"(?:put|set|add|append|attribute|attr|header|param|parameter|property|field|cookie)\([ \t]?" + _QUOTES,
    _QUOTES + rb"[ \t]?,[ \t]?",
)
_SERIALIZED = rb"s:\d{1,4}:" + _QUOTES, _QUOTES + rb";[is](?::\d{1,7})?:"
# ends right before a value or its quotes
ATTRIBUTE = b"|".join(before + _NAME + after for before, after in (_IN_ATTRIBUTE, _IN_CALL, _SERIALIZED))
_ATTRIBUTE_BYTES = 128
_KEY = re.compile(
    b"(?i)(?:"
    + b"|".join(before + b"(" + _NAME + b")" + after for before, after in (_IN_ATTRIBUTE, _IN_CALL, _SERIALIZED))
    + rb")\Z"
)
_CALL = 2
# in a call a word without quotes is a variable
_VALUE_IN_CALL = frozenset(b"\"'\\0123456789")
_OPENING = re.compile(rb"(?:<!\[CDATA\[)?[ \t]{0,8}(?:\\{0,9}[\"']){0,2}")
# what a page shows beside a field rather than a value of it: Forgot password
_CAPTION = re.compile(rb"[A-Z][a-z]+(?: [A-Za-z]+){0,6}<")
_PIPE = ord("|")
_LEAST_KEY_BYTES, _MOST_KEY_BYTES = 2, 32
_IN_KEY = table(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
# the names of columns stand side by side as well, and nothing may stand there
_COLUMN = re.compile(rb"[A-Za-z_]+(?![0-9A-Za-z_@.+#$!*-])|[\s|\"'\\<]")


def attributes(block: Block, ends: Ints) -> dict[bytes, list[int]]:
    """For the hits of ATTRIBUTE that end at `ends`, the keys and where their values begin."""
    buffer = block.buffer
    found: dict[bytes, list[int]] = {}
    for end in ends.tolist():
        key = _KEY.search(buffer, max(0, end - _ATTRIBUTE_BYTES), end)
        opening = _OPENING.match(buffer, end)
        if key is None or opening is None or _CAPTION.match(buffer, opening.end()):
            continue
        if key.lastindex != _CALL or buffer[end] in _VALUE_IN_CALL:
            found.setdefault(key[key.lastindex or 0], []).append(opening.end())
    return found


def piped(block: Block) -> dict[bytes, list[int]]:
    """The words that stand between pipes, or at the beginning of a line before one, and where what follows begins."""
    found: dict[bytes, list[int]] = {}
    if b"|" not in block.buffer:
        return found
    pipes = block.positions(_PIPE)
    newlines = block.newlines
    border = np.maximum(newlines[np.searchsorted(newlines, pipes) - 1], np.append(0, pipes[:-1]))
    size = pipes - border - 1
    rows = np.flatnonzero((size >= _LEAST_KEY_BYTES) & (size <= _MOST_KEY_BYTES))
    pipes, size = pipes[rows], size[rows]
    outside = np.arange(_MOST_KEY_BYTES) < _MOST_KEY_BYTES - size[:, None]
    words = (_IN_KEY[block.behind(pipes, _MOST_KEY_BYTES)] | outside).all(axis=1)
    buffer = block.buffer
    for pipe, length in zip(pipes[words].tolist(), size[words].tolist(), strict=True):
        if not _COLUMN.match(buffer, pipe + 1):
            found.setdefault(buffer[pipe - length : pipe], []).append(pipe + 1)
    return found
