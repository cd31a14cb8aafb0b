"""Which values could stand in place of this one, and which of them, counted, is it?

A reader takes the letters and digits of a value (its separators, brackets and width are not its business) as a number
within a domain: of all mobile numbers with this prefix, of all identity numbers of this region, and so on. The values
of one domain, and no others, are written by its numbers; so a permutation of the numbers is one of the values.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from anonkit.model import Parameter
from anonkit.transform.ff1 import LEAST_DOMAIN

DIGITS = string.digits
_CLASSES = (DIGITS, string.ascii_lowercase, string.ascii_uppercase)


@dataclass(frozen=True, slots=True)
class Member:
    """A value as a number.

    domain  what all values of the domain have in common, and where they differ
    size    how many numbers there are, a million at least; some may write no value of the domain
    number  the value, 0 to size - 1
    write   from a number to its value; empty where it is none of the domain
    """

    domain: str
    size: int
    number: int
    write: Callable[[int], str]

    def __repr__(self) -> str:
        return "Member(...)"  # it is a value


Reader = Callable[[str, Mapping[str, Parameter]], Member | None]
"""From the letters and digits of a value to what it is in its domain; None where none is known, or it is too small."""

Fits = Callable[[str], bool]
Finish = Callable[[str], str]


class Alphabet(Protocol):
    """What can stand at one place of a value: the letters of a string, or strings."""

    def index(self, symbol: str, /) -> int:
        """Which one it is; ValueError where it is none of them."""

    def __getitem__(self, at: int, /) -> str: ...
    def __len__(self) -> int: ...


def spelled_in(
    symbols: Sequence[str], alphabets: Sequence[Alphabet], fits: Fits, finish: Finish = str
) -> Member | None:
    """The member that is one symbol after the other, each of its own alphabet; an alphabet of one is kept.

    fits    which texts are values of the domain; should hold for most
    finish  adds what follows from the rest, such as a check digit
    """
    number, size = 0, 1
    for symbol, alphabet in zip(symbols, alphabets, strict=True):
        try:
            number = number * len(alphabet) + alphabet.index(symbol)
        except ValueError:
            return None
        size *= len(alphabet)
    if size < LEAST_DOMAIN or not fits("".join(symbols)):
        return None

    def write(number: int) -> str:
        written = []
        for alphabet in reversed(alphabets):
            number, at = divmod(number, len(alphabet))
            written.append(alphabet[at])
        text = "".join(reversed(written))
        return finish(text) if fits(text) else ""

    common = "".join(alphabet[0] if len(alphabet) == 1 else "*" for alphabet in alphabets)
    return Member(common, size, number, write)


def numbered(kept: str, free: str, fits: Fits, finish: Finish = str) -> Member | None:
    """The same for a value that keeps its beginning, where digits follow and any others could."""
    digits = len(free)
    size = 10**digits
    if not (free.isascii() and free.isdigit()) or size < LEAST_DOMAIN or not fits(kept + free):
        return None

    def write(number: int) -> str:
        text = f"{kept}{number:0{digits}d}"
        return finish(text) if fits(text) else ""

    return Member(kept + "*" * digits, size, int(free), write)


def same_classes(bare: str, fits: Fits, kept: int = 0) -> Member | None:
    """ASCII letters and digits become others of their class and case, but for the first `kept`."""
    alphabets = [char if at < kept else _class_of(char) for at, char in enumerate(bare)]
    return spelled_in(bare, alphabets, fits) if bare.isascii() else None


def differ(least: int) -> Fits:
    """At least so many different characters: what has fewer is nobody's, as validators see it."""
    return lambda text: len(set(text)) >= least


def _class_of(char: str) -> str:
    return next((letters for letters in _CLASSES if char in letters), char)
