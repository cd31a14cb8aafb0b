"""Which attribute of people does a column have, by its name and by its values? The attributes are in roles.toml."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from anonkit.detect.cells import spellings
from anonkit.errors import UsageError

NEARLY_ALL = 0.95
_HALF = 0.5
_MOST_LOOKED_AT = 0.8
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u4e00-\u9fff]+")
_GENERIC = frozenset(("code", "cd", "name", "value", "desc", "cn", "zh", "text", "label", "info"))
_GENERIC_CHINESE = re.compile("(?:代码|编码|名称|描述|信息)\\Z")
_NO_ANSWER = frozenset("未知 不详 其他 其它 无 保密 未填写 未说明 unknown other others none n/a na null - --".split())
_CODE_POINT = re.compile(r"\\x\{([0-9a-f]+)\}")


class Role(StrEnum):
    """What a column is to whoever wants to know whom a row is about."""

    DIRECT = "direct identifier"
    LINKABLE = "linkable"
    QUASI = "quasi-identifier"
    SENSITIVE = "sensitive"
    FREE_TEXT = "free text"
    POSSIBLE = "possible identifier"
    HARMLESS = "harmless"

    @classmethod
    def of(cls, name: str) -> Role:
        """The role of this name, or of its first word: "direct", "free_text". Raises UsageError."""
        said = str(name).strip().casefold().replace("_", " ")
        for role in cls:
            if said in (role.value, role.name.casefold().replace("_", " "), role.value.replace("-", " ")):
                return role
        msg = f"unknown role {name!r}; it is one of {', '.join(role.value for role in cls)}"
        raise UsageError(msg)


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something of people that columns hold; see roles.toml for what each field says."""

    name: str
    role: Role
    names: tuple[str, ...] = ()
    form: re.Pattern[str] | None = None
    values: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    looks: re.Pattern[str] | None = None
    entities: frozenset[str] = frozenset()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """Different values of a column and how often each occurs; never part of what is reported."""

    texts: Sequence[str]
    counts: Sequence[int]

    @property
    def rows(self) -> int:
        """How many there are in all."""
        return sum(self.counts)

    def share(self, pattern: re.Pattern[str]) -> float:
        """The share of rows whose whole value matches."""
        rows = sum(n for text, n in zip(self.texts, self.counts, strict=True) if pattern.fullmatch(text.strip()))
        return rows / max(1, self.rows)


@dataclass(frozen=True, slots=True)
class Match:
    """An attribute that a column has. `rows` is the share of rows that look like it; None where none need to."""

    attribute: Attribute
    is_named: bool
    rows: float | None


@functools.cache
def attributes() -> tuple[Attribute, ...]:
    """All of them, in the order of the file."""
    import tomllib  # noqa: PLC0415  only where tables are profiled

    text = Path(__file__).with_name("roles.toml").read_text(encoding="utf-8")
    return tuple(_attribute(data) for data in tomllib.loads(text)["attribute"])


def _attribute(data: Mapping[str, Any]) -> Attribute:
    known = {"name", "role", "names", "form", "values", "weak", "looks", "entities", "source"}
    if unknown := data.keys() - known:
        msg = f"roles.toml: {data.get('name')}: unknown keys {sorted(unknown)}"
        raise ValueError(msg)
    return Attribute(
        data["name"],
        Role(data["role"]),
        tuple(data.get("names", ())),
        _pattern(data.get("form")),
        frozenset(data.get("values", ())),
        frozenset(data.get("weak", ())),
        _pattern(data.get("looks")),
        frozenset(data.get("entities", ())),
        data.get("source", ""),
    )


def _pattern(regex: str | None) -> re.Pattern[str] | None:
    return (
        None if regex is None else re.compile(_CODE_POINT.sub(lambda code: chr(int(code[1], 16)), regex), re.IGNORECASE)
    )


def told(column: str, values: Values) -> Match | None:
    """The attribute of a column: the one that its name says, if its values do not gainsay it, else by its values.

    Values of a closed list come before a name.
    """
    for attribute in attributes():
        rows = _listed(attribute, values)
        if rows is not None:
            return Match(attribute, attribute is named(column), rows)
    by_name = named(column)
    if by_name is not None and values.rows:
        rows = None if by_name.form is None else values.share(by_name.form)
        if rows is None or rows >= _HALF:
            return Match(by_name, is_named=True, rows=rows)
    for attribute in attributes():
        rows = 0.0 if attribute.looks is None else values.share(attribute.looks)
        if rows >= _MOST_LOOKED_AT:
            return Match(attribute, is_named=False, rows=rows)
    return None


def named(column: str) -> Attribute | None:
    """The attribute that the name of a column says, that of the longest words; of a path the last name counts."""
    best: tuple[int, Attribute] | None = None
    for spelling in spellings(column.encode("utf-8", "replace")):
        name = spelling.decode("utf-8", "replace").rsplit(".", 1)[-1]
        for said, attribute in _said(name):
            if best is None or said > best[0]:
                best = said, attribute
    return None if best is None else best[1]


def _said(name: str) -> list[tuple[int, Attribute]]:
    words = [word.casefold() for word in _WORD.findall(name)]
    found = _ending(words)
    if len(words) > 1 and words[-1] in _GENERIC:
        found += _ending(words[:-1])
    bare = _GENERIC_CHINESE.sub("", words[-1]) if words else ""
    if bare and bare != words[-1]:
        found += _ending([*words[:-1], bare])
    return found


def _ending(words: Sequence[str]) -> list[tuple[int, Attribute]]:
    whole = "".join(words)
    found: list[tuple[int, Attribute]] = []
    for start in range(len(words)):
        end = "".join(words[start:])
        attribute = _names().get(end) if len(end) > 1 or end == whole else None
        attribute = attribute or (_names().get(f"={end}") if end == whole else None)
        if attribute is not None:
            found.append((len(end), attribute))
    last = words[-1] if words else ""
    if last and not last.isascii():  # no words are told apart in Chinese
        ends = (last[start:] for start in range(1, len(last) - 1))
        found += [(len(end), _names()[end]) for end in ends if end in _names()]
    return found


@functools.cache
def _names() -> dict[str, Attribute]:
    """By name without blanks, with `=` before those that must be whole; the first attribute that has it."""
    names: dict[str, Attribute] = {}
    for attribute in attributes():
        for name in attribute.names:
            names.setdefault(name.replace(" ", "").casefold(), attribute)
    return names


def _listed(attribute: Attribute, values: Values) -> float | None:
    """The share of rows with values of the attribute's list, if nearly all are and tell; else None."""
    if not attribute.values or not values.rows:
        return None
    told = weak = other = 0
    seen: set[str] = set()
    for text, count in zip(values.texts, values.counts, strict=True):
        value = text.strip().casefold()
        if value in attribute.values:
            told += count
        elif value in attribute.weak:
            weak += count
            seen.add(value)
        elif value in _NO_ANSWER:
            other += count
    if not told and (not seen or seen != attribute.weak):
        return None
    return (told + weak) / values.rows if (told + weak + other) >= NEARLY_ALL * values.rows else None
