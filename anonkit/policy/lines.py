"""On which line of a TOML text does each key stand? tomllib does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

KeyPath = tuple[str | int, ...]
"""Where in a TOML text: names of keys, and numbers of elements of arrays."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")  # a date may hold a space


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, on which each key of a valid TOML text is first named; elements of arrays count from 0."""
    return _Reader(text).read()


def line_of(lines: dict[KeyPath, int], path: Sequence[str | int]) -> int:
    """The line of a path, or of the nearest table around it; 1 where there is none."""
    for size in range(len(path), 0, -1):
        if (line := lines.get(tuple(path[:size]))) is not None:
            return line
    return 1


class _Reader:
    """Walks through a text that tomllib has accepted, and so does not check it again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line, self._counted = 1, 0  # the line of what stands at `_counted`
        self._found: dict[KeyPath, int] = {}
        self._elements: dict[KeyPath, int] = {}  # arrays of tables, with the number of their last element

    def read(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._takes("[["):
                *path, name = self._key()
                table = (*self._resolved(path), name)
                self._elements[table] = number = self._elements.get(table, -1) + 1
                table = (*table, number)
                self._note(table)
                self._takes("]]")
            elif self._takes("["):
                table = self._resolved(self._key())
                self._note(table)
                self._takes("]")
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._found

    def _pair(self, table: KeyPath) -> None:
        path = (*table, *self._key())
        self._note(path)
        self._takes("=")
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._takes("["):
            self._items("]", path)
        elif self._takes("{"):
            self._items("}", path)
        elif string := _STRING.match(self._text, self._at):
            self._at = string.end()
        else:
            self._skip(_SCALAR)

    def _items(self, closing: str, path: KeyPath) -> None:
        """The rest of an array or an inline table."""
        number = 0
        self._skip(_BLANK)
        while not self._takes(closing):
            if closing == "]":
                self._note((*path, number))
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
            self._skip(_BLANK)
            self._takes(",")
            self._skip(_BLANK)

    def _key(self) -> KeyPath:
        """A key with its dots."""
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _STRING.match(self._text, self._at) or _BARE_KEY.match(self._text, self._at)
            if match is None:  # no TOML, which the caller has ruled out
                raise ValueError("not TOML")
            self._at = match.end()
            raw = match[0]
            names.append(tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw)
            self._skip(_SPACE)
            if not self._takes("."):
                return tuple(names)

    def _resolved(self, path: Sequence[str | int]) -> KeyPath:
        """The path of a table header: within an array of tables, its last element is meant."""
        resolved: KeyPath = ()
        for name in path:
            resolved = (*resolved, name)
            if resolved in self._elements:
                resolved = (*resolved, self._elements[resolved])
        return resolved

    def _note(self, path: KeyPath) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        for size in range(1, len(path) + 1):
            self._found.setdefault(path[:size], self._line)

    def _takes(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self._text, self._at):
            self._at = match.end()
