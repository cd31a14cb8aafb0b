"""Which words and places are there to choose from?"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from anonkit.errors import InputError

WORDS = Path(__file__).with_name("words")
_NO_CITY = "市辖区 县 省直辖县级行政区划 自治区直辖县级行政区划".split()
_SUFFIXES = "维吾尔自治区 壮族自治区 回族自治区 特别行政区 自治区 自治州 地区 省 市 区 县".split()


@functools.cache
def words(name: str) -> tuple[str, ...]:
    """The list `name` of this package, the more frequent first."""
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(x.strip() for x in lines if x.strip() and not x.startswith("# ")))


@dataclass(frozen=True)
class Division:
    """A town with what it lies in, by the full names: 江苏省, 无锡市, 锡山区, 安镇街道.

    Attributes:
        city: empty where the county lies directly in its province.
    """

    province: str
    city: str
    county: str
    town: str


def divisions(folder: Path) -> list[Division]:
    """All towns of `folder`/divisions/pcas.json, in its order.

    Raises:
        InputError: the file is broken.
    """
    file = folder / "divisions" / "pcas.json"
    tree = parsed(file, content(file))
    try:
        found = [
            Division(province, "" if city in _NO_CITY else city, county, town)
            for province, cities in tree.items()
            for city, counties in cities.items()
            for county, towns in counties.items()
            for town in towns
        ]
    except (AttributeError, TypeError):
        raise not_whole(file) from None
    if not found or not all(isinstance(one.town, str) for one in found):
        raise not_whole(file)
    return found


def addresses(folder: Path) -> list[str]:
    """The addresses of hotels, restaurants and sights in the databases of CrossWOZ, in their order.

    Raises:
        InputError: a file is broken.
    """
    found = []
    for name in ("hotel", "restaurant", "attraction"):
        file = folder / "crosswoz" / f"{name}_db.json"
        try:
            of_file = [(facts.get("地址") or "").strip() for _, facts in parsed(file, content(file))]
        except (AttributeError, TypeError, ValueError):
            raise not_whole(file) from None
        if not any(of_file):
            raise not_whole(file)
        found += of_file
    return found


def content(file: Path) -> bytes:
    """What a file of the public sources holds.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        msg = f"{file}: cannot be read: {error.strerror}; check the path and its permissions"
        raise InputError(msg) from None


def parsed(file: Path, text: bytes) -> Any:  # noqa: ANN401  whatever the file holds
    """The JSON of `file`.

    Raises:
        InputError: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        msg = f"{file}: is no JSON; fetch it again"
        raise InputError(msg) from None


def not_whole(file: Path) -> InputError:
    """What is raised for a file of the public sources that does not hold what it should."""
    return InputError(f"{file}: does not hold what docs/names.md says; fetch it again")


def short(name: str) -> str:
    """A division without its suffix: 江苏, 无锡; as it is where nothing would be left."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


class Lists:
    """The lists of the package, and the divisions and addresses of a folder, each read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        """Reads nothing yet; `folder` holds divisions/ and crosswoz/."""
        self._folder = folder

    def any(self, name: str, random: Random) -> str:
        """An entry of a list, each as likely as the others."""
        return random.choice(words(name))

    def frequent(self, name: str, random: Random, power: float = 2.0) -> str:
        """An entry of a list, those at its front more often: the higher the power, the more so."""
        entries = words(name)
        return entries[int(len(entries) * random.random() ** power)]

    @functools.cached_property
    def words_that_may_be_names(self) -> list[str]:
        """Words such as 高峰 and 张力 that are names as well: only what stands around them tells."""
        surnames, given = set(words("surnames")[:250]), set(words("given_one")[:250])
        likely = given | {name[1:] for name in words("given_two")[:2000]}
        return [word for word in words("false_names") if word[0] in surnames and word[1:] in likely]

    @functools.cached_property
    def given_characters(self) -> str:
        """The characters of given names, each as often as it stands in them."""
        return "".join(words("given_two")) + "".join(words("given_one"))

    @functools.cached_property
    def divisions(self) -> list[Division]:
        """All towns."""
        return divisions(self._folder)

    @functools.cached_property
    def hotels(self) -> list[str]:
        """The addresses of hotels, restaurants and sights in CrossWOZ."""
        found = [x for x in addresses(self._folder) if 6 <= len(x) <= 40 and "，" not in x and ";" not in x]
        if not found:
            raise not_whole(self._folder / "crosswoz" / "hotel_db.json")
        return found
