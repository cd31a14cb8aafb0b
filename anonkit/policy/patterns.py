r"""What does a regular expression of a policy match within a line, and can it take forever?

A pattern of Python's `re` has no limit of time. What is refused is the usual cause of patterns that take forever: a
group that is repeated without end and may consist of nothing but a repetition without end, such as `(\d+)*` or
`(\w+\s?)+`, which splits a run of n characters in 2^n ways. Alternatives that match the same, `(a|a)*`, and many
parts that need not be there, `a?a?a?`, are seen by trying: what takes long on some dozen characters takes forever on a
line.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_FLAGS = re.compile(r"(?:\s*\(\?[aiLmsux]+\))*")
_KEPT_FLAGS = re.ASCII | re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE
# what begins or ends with an ASCII letter or digit does not stand within a longer run of such
_BEFORE, _AFTER = "(?<![0-9A-Za-z](?=[0-9A-Za-z]))", "(?!(?<=[0-9A-Za-z])[0-9A-Za-z])"


MOST_CHARACTERS = 1000  # of a pattern
MOST_PATTERNS, MOST_VALUES = 1000, 100_000  # of a list; that many are looked through in seconds

LINE_END = "has a line end in it, across which nothing is found; list what stands in each line"


def has_line_end(value: str) -> bool:
    """Whether a listed value would reach beyond its line."""
    return "\n" in value or "\r" in value


def bordered(pattern: str) -> re.Pattern[str]:
    """The pattern for a search within a line: its matches are words of their own; raises re.error."""
    flags = re.compile(pattern).flags & _KEPT_FLAGS
    flagged = _FLAGS.match(pattern)
    body = pattern[flagged.end() :] if flagged else pattern
    end_of_comment = "\n" if flags & re.VERBOSE else ""
    return re.compile(f"{_BEFORE}(?:{body}{end_of_comment}){_AFTER}", flags)


def problem(pattern: str) -> str | None:
    """What is wrong with a pattern, and the remedy, without the pattern itself; None where nothing is."""
    if len(pattern) > MOST_CHARACTERS:
        return f"has {len(pattern):,} characters, and {MOST_CHARACTERS:,} are the most; make several of it"
    try:
        compiled = bordered(pattern)
    except re.error as error:
        return f"is no regular expression of Python: {error.msg}"
    except (OverflowError, RecursionError):
        return "is no regular expression of Python: too large"
    if _Reader(pattern, is_verbose=bool(compiled.flags & re.VERBOSE)).takes_forever():
        why = "repeats a group that is itself a repetition, which can take forever"
        return rf"{why}; write the inner one with a second +, as in (\d++)+, or leave one of them out"
    if _is_slow(re.compile(pattern)):
        return "matches a short run of characters in so many ways that it can take forever; use fewer | and ? and *"
    return None


def _is_slow(compiled: re.Pattern[str]) -> bool:
    """Whether runs of characters that no match ends with take far longer than a look at each character."""
    for length in _LENGTHS:
        for sign in _PROBES:
            began = time.thread_time()
            compiled.fullmatch(sign * length + "\0")
            if time.thread_time() - began > _SLOW_S:
                return True
    return False


# --- the form of a pattern ---

_TOKEN = re.compile(
    r"(?P<comment>\(\?\#[^)]*\)|\(\?[aiLmsux]+\))"
    r"|(?P<open>\((?:\?(?:P<\w+>|<?[=!]|[aiLmsux-]*:|>|\(\w+\)))?)"
    r"|(?P<reference>\(\?P=\w+\))"
    r"|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<repeat>(?:[*+?]|\{(?P<low>\d*)(?:(?P<comma>,)(?P<high>\d*))?(?<!\{)\})(?P<how>[?+]?))"
    r"|(?P<edge>[\^$]|\\[AbBZ])"
    r"|(?P<one>\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.)",
    re.DOTALL,
)
_IGNORED = re.compile(r"\s+|#[^\n]*")  # where a pattern is verbose
_PROBES = ("1", "a", "A", "张", " ", ".", "-", "_")
_LENGTHS = (*range(1, 25), *range(32, 97, 8))  # growing slowly, so that what is slow is left before it takes forever
_SLOW_S = 0.02  # what is linear takes a millionth of a second
_MANY = 12  # so often is without end: 2^12 ways are felt


@dataclass(slots=True)
class _Part:
    """A part of a pattern.

    is_optional  it may match nothing
    is_endless   it may be repeated without end
    is_atomic    it gives nothing back of what it took
    inner        the alternatives of a group
    """

    is_optional: bool = False
    is_endless: bool = False
    is_atomic: bool = False
    inner: list[list[_Part]] = field(default_factory=list)

    def is_mere_repetition(self) -> bool:
        """Whether what it matches may be a repetition and nothing else."""
        return (self.is_endless and not self.is_atomic) or self.has_mere_repetition()

    def has_mere_repetition(self) -> bool:
        """The same of what is inside."""
        return not self.is_atomic and any(
            part.is_mere_repetition() and all(other.is_optional for other in parts if other is not part)
            for parts in self.inner
            for part in parts
        )

    def all_parts(self) -> Iterator[_Part]:
        yield self
        for parts in self.inner:
            for part in parts:
                yield from part.all_parts()


class _Reader:
    """Reads a pattern that Python has accepted."""

    def __init__(self, pattern: str, *, is_verbose: bool) -> None:
        self._pattern, self._at, self._is_verbose = pattern, 0, is_verbose

    def takes_forever(self) -> bool:
        whole = _Part(inner=self._alternatives())
        return any(part.is_endless and part.has_mere_repetition() for part in whole.all_parts())

    def _alternatives(self) -> list[list[_Part]]:
        """Up to the end of the group."""
        found: list[list[_Part]] = [[]]
        while token := self._next():
            kind = token.lastgroup
            if kind == "close":
                break
            if kind == "bar":
                found.append([])
            elif kind == "open":
                found[-1].append(self._group(token[0]))
            elif kind == "repeat" and found[-1]:
                _repeat(found[-1][-1], token)
            elif kind != "comment":
                found[-1].append(_Part(is_optional=kind == "edge"))
        return found

    def _group(self, opening: str) -> _Part:
        inner = self._alternatives()
        looks_around = opening[-1] in "=!"
        is_optional = looks_around or any(all(part.is_optional for part in parts) for parts in inner)
        return _Part(is_optional, is_atomic=looks_around or opening == "(?>", inner=inner)

    def _next(self) -> re.Match[str] | None:
        while self._is_verbose and (ignored := _IGNORED.match(self._pattern, self._at)):
            self._at = ignored.end()
        token = _TOKEN.match(self._pattern, self._at)
        if token:
            self._at = token.end()
        return token


def _repeat(part: _Part, token: re.Match[str]) -> None:
    """Take in what stands behind a part: *, +, ?, {3}, {3,}, {,5}, or these with a ? or + of their own."""
    sign = token["repeat"][0]
    low = token["low"] if sign == "{" else {"*": "0", "+": "1", "?": "0"}[sign]
    high = token["high"] if sign == "{" and token["comma"] else {"?": "1", "{": low}.get(sign, "")
    is_many = not high or int(high) >= _MANY
    if token["how"] == "+":
        part.is_atomic = True
    else:
        part.is_endless = part.is_endless or is_many
    part.is_optional = part.is_optional or not int(low or 0)
