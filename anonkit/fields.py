"""Rules for fields, without detection: by the path of a JSON line, or by a key in any syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from anonkit.detect.expressions import key_prefix
from anonkit.detect.keyed import ANY, MAX_VALUE_BYTES, compile_value
from anonkit.detect.statements import inserted
from anonkit.errors import UsageError
from anonkit.model import Action
from anonkit.transform.operations import OPERATIONS

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\*)\]")
_TOKEN = re.compile(rb'[ \t\r]*(?:"((?:[^"\\\n]|\\.)*)"|([{}\[\],:])|([^\s{}\[\],:"]+))')
_MOST_NAME = 31
_ELEMENT = re.compile(rb"[^<\n]+")
_INSERT = re.compile(rb"(?i)\b(?:insert|replace)[ \t]+(?:ignore[ \t]+)?into\b")
_EMPTY_VALUE = re.compile(rb"(?<!\"\")(?<!'')[ \t]?[=:][ \t]?(?:\"\"|'')[ \t]*\Z|>[ \t]*<[^<>]*\Z")
_match_any = compile_value(ANY)


@dataclass(frozen=True)
class FieldRule:
    """What happens to the values at a path: `steps` are names, indices as text, or * for any."""

    path: str
    steps: tuple[str, ...]
    action: Action = field(hash=False)

    @property
    def is_key(self) -> bool:
        """Whether it is one name, which holds at any depth and in any syntax."""
        return len(self.steps) == 1 and not self.path.startswith("$")

    @cached_property
    def key(self) -> re.Pattern[bytes]:
        """The name as a key, up to where its value begins."""
        return re.compile(key_prefix(self.steps[0]))

    @property
    def entity(self) -> str:
        """What the values count as: the parameter `entity`, or the last name of the path, as names of entities are."""
        if self.action.target:
            return self.action.target
        names = [s for s in self.steps if not s.isdigit() and s != "*"]
        name = re.sub(r"[^0-9A-Z]+", "_", names[-1].upper() if names else "").strip("_")[:_MOST_NAME]
        return name if len(name) > 1 and name[0].isalpha() else "FIELD"

    def takes(self, path: Sequence[str]) -> bool:
        """Whether a value at `path` is meant, or lies within what is meant."""
        if self.is_key:
            return self.steps[0] in path
        return len(path) >= len(self.steps) and all(s in ("*", p) for s, p in zip(self.steps, path, strict=False))


def parse(rules: Sequence[str]) -> tuple[FieldRule, ...]:
    """Rules written PATH=ACTION, such as user.name=label, $.items[*].sn=redact or token=keep; raises UsageError."""
    return tuple(_parse(text) for text in rules)


def _parse(text: str) -> FieldRule:
    path, _, action = text.rpartition("=")
    if action not in OPERATIONS or not path:
        msg = f"--field {text!r}: write PATH=ACTION, where ACTION is one of {', '.join(OPERATIONS)}"
        raise UsageError(msg)
    return rule(path, Action(action))


def rule(path: str, action: Action) -> FieldRule:
    """The rule for a path; raises UsageError where it is none."""
    body = path.removeprefix("$").removeprefix(".")
    steps = tuple(name or index for name, index in _STEP.findall(body))
    if not steps or "".join(f".{n}" if n else f"[{i}]" for n, i in _STEP.findall(body)).lstrip(".") != body:
        msg = f"field {path!r}: this is not a JSON path such as user.name or items[*].sn"
        raise UsageError(msg)
    return FieldRule(path, steps, action)


def of_column(name: bytes, rules: Sequence[FieldRule]) -> FieldRule | None:
    """The first of the rules that means a column of this name, in whatever case; None if none does.

    Of what is nested in a column the name is the path, such as user.phone.
    """
    column = name.decode("utf-8", "replace").strip().casefold()
    path = column.split(".")
    return next((rule for rule in rules if _means(rule, column, path)), None)


def _means(rule: FieldRule, column: str, path: Sequence[str]) -> bool:
    steps = [step.casefold() for step in rule.steps]
    if rule.is_key:
        return steps[0] == column or steps[0] in path
    return len(path) >= len(steps) and all(s in ("*", p) for s, p in zip(steps, path, strict=False))


def find(block: bytes, rules: Sequence[FieldRule]) -> Iterator[tuple[int, int, FieldRule]]:
    """The ranges of the values that rules name, ascending, not overlapping, with their rules."""
    inserts = _inserted(block, rules)
    at = 0
    while at < len(block):
        end = block.find(b"\n", at)
        end = len(block) if end < 0 else end
        yield from _in_line(block, at, end, rules, inserts)
        at = end + 1


def _inserted(block: bytes, rules: Sequence[FieldRule]) -> list[tuple[int, FieldRule]]:
    """Where values of INSERT statements begin whose columns rules name, in their order."""
    named = {rule.steps[0].lower().encode(): rule for rule in rules if rule.is_key}
    if not named or b"(" not in block:
        return []
    columns = inserted(block, [match.end() for match in _INSERT.finditer(block)])
    found = [(at, named[c.lower()]) for c, places in columns.items() if c.lower() in named for at in places]
    return sorted(found, key=itemgetter(0))


def _in_line(
    block: bytes, start: int, end: int, rules: Sequence[FieldRule], inserts: Sequence[tuple[int, FieldRule]]
) -> Iterator[tuple[int, int, FieldRule]]:
    found: list[tuple[int, int, FieldRule]] = []
    if block[start:end].lstrip()[:1] in (b"{", b"["):
        for first, last, path in _values(block, start, end):
            named = next((r for r in rules if r.takes(path)), None)
            if named is not None and first < last:
                found.append((first, last, named))
    keyed = [(at, rule) for at, rule in inserts if start <= at < end]
    for named in rules:
        if named.is_key:
            # the byte before tells whether a key begins
            keys = named.key.finditer(block, max(0, start - 1), end)
            keyed += [(key.end(), named) for key in keys if not _EMPTY_VALUE.search(key[0])]
    done = start
    for at, named in sorted(keyed, key=itemgetter(0)):
        if at < done:
            continue
        value = _match_value(block, at, min(end, at + MAX_VALUE_BYTES))
        if value is not None:
            done = value.end()
            found.append((*value.span(), named))
    yield from _without_overlaps(found)


def _without_overlaps(found: Sequence[tuple[int, int, FieldRule]]) -> Iterator[tuple[int, int, FieldRule]]:
    """Of ranges that overlap the one that is listed first; both kinds of ranges are sorted and free of overlaps."""
    first = sorted(range(len(found)), key=lambda row: (found[row][0], row))
    kept: list[int] = []
    for row in first:
        if kept and found[kept[-1]][1] > found[row][0]:
            kept[-1] = min(kept[-1], row)
            continue
        kept.append(row)
    return (found[row] for row in kept)


def _match_value(block: bytes, at: int, limit: int) -> re.Match[bytes] | None:
    """The value of a key: of an element of XML up to the next tag, else what the syntax delimits."""
    if block[at - 1 : at] == b">":
        return _ELEMENT.match(block, at, limit)
    return _match_any(block, at, limit)


def _values(block: bytes, start: int, end: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The scalar values of a JSON line, strings without their quotes, each with its path."""
    path: list[str] = []
    in_array: list[bool] = []
    key = False  # whether the next string of an object is a key
    for token in _TOKEN.finditer(block, start, end):
        sign = token[2]
        if sign in (b"{", b"["):
            in_array.append(sign == b"[")
            path.append("0" if sign == b"[" else "")
            key = sign == b"{"
        elif sign in (b"}", b"]"):
            if not in_array:
                return
            in_array.pop()
            path.pop()
            key = False
        elif sign == b"," and in_array:
            if in_array[-1]:
                path[-1] = str(int(path[-1]) + 1)
            key = not in_array[-1]
        elif sign == b":":
            key = False
        elif token[1] is not None and key:
            path[-1] = token[1].decode("utf-8", "replace")
        elif token[1] is not None:
            yield token.start(1), token.end(1), tuple(path)
        elif token[3] is not None:
            yield token.start(3), token.end(3), tuple(path)
