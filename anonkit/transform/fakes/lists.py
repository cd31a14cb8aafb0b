"""What are made-up values drawn from? The lists of lists.toml, which are the same on every machine."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Lists(NamedTuple):
    """Names, places and companies as the file has them; of families, common ones more often."""

    families: tuple[str, ...]
    male: str
    female: str
    pinyin_families: tuple[str, ...]
    pinyin_given: tuple[str, ...]
    latin_families: tuple[str, ...]
    latin_given: tuple[str, ...]
    provinces: tuple[str, ...]
    cities: tuple[str, ...]
    districts: tuple[str, ...]
    companies: tuple[str, ...]


@cache
def lists() -> Lists:
    """The lists, read when the first name is wanted; `male` and `female` are characters of given names."""
    told = tomllib.loads(Path(__file__).with_name("lists.toml").read_text(encoding="utf-8"))
    families = tuple(name for times, names in told.pop("families") for name in names for _ in range(times))
    words = {name: tuple(text.split()) for name, text in told.items()}
    (male,), (female,) = words.pop("male"), words.pop("female")
    return Lists(families, male, female, **words)
