"""Reads and checks the cards; the only reader of recognizers/."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from anonkit import cache
from anonkit.errors import CardError
from anonkit.model import Default, EntityClass, Example, Match, Recognizer

BOUNDARIES = ("word", "digits", "dotted", "token", "octets", "none")
KEYED_CONFIDENCE = 0.85

# One Chinese character (U+4E00 to U+9FFF) as UTF-8 bytes, written `{cjk}` in a card.
NAMED_CLASSES = {"{cjk}": r"(?:[\xe4-\xe9][\x80-\xbf][\x80-\xbf])"}

_CARD_KEYS = {
    "entity", "title", "title_en", "class", "sensitive", "references", "confidence", "context", "against", "default",
    "finder", "match", "example",
}  # fmt: skip
_MATCH_KEYS = {"pattern", "trigger", "keys", "value", "boundary", "validator", "confidence", "whole"}
_EXAMPLE_KEYS = {"text", "find", "why"}


def shipped_folder() -> Path:
    """The folder of the cards that come with anonkit: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "recognizers"
    return inside if inside.is_dir() else package.parent / "recognizers"


def card_files(cards_dir: Path | None = None) -> list[Path]:
    """The card files in a stable order: the shipped ones, then the user's.

    Raises CardError where a folder has no card in it.
    """
    files: list[Path] = []
    for folder in [shipped_folder(), *([cards_dir] if cards_dir is not None else [])]:
        found = sorted(folder.glob("*.toml"))
        if not found:
            msg = f"{folder}: no recognizer card (*.toml) in this folder; name a folder that holds cards"
            raise CardError(msg)
        files += found
    return files


def load(cards_dir: Path | None = None, *, examples: bool = True) -> tuple[Recognizer, ...]:
    """Read all cards.

    cards_dir  a folder of one's own cards, read after the shipped ones
    examples   False leaves the examples unread: they stand last in a card, and most of its text is examples

    Raises CardError, which names file, key and remedy.
    """
    files = card_files(cards_dir)
    shipped = [path for path in files if path.parent == shipped_folder()]
    own = (read_card(path, examples=examples) for path in files[len(shipped) :])
    first = (read_card(path) for path in shipped) if examples else _without_examples(shipped)
    cards = (*first, *own)
    if wrong := class_conflict(cards):
        raise CardError(wrong)
    return cards


def class_conflict(cards: Sequence[Recognizer]) -> str | None:
    """A sentence on the first card whose class is not that of the cards of its entity before it; None if none is.

    Of two classes the weaker would have values kept.
    """
    classes: dict[str, Recognizer] = {}
    for card in cards:
        first = classes.setdefault(card.entity, card)
        if card.class_ != first.class_:
            why = f"has the class {card.class_!r}, but {card.entity} is {first.class_!r} in {first.source or 'another'}"
            return f"{card.source or 'a card'}: {why}; give it that class, or another entity"
    return None


def _without_examples(files: Sequence[Path]) -> tuple[Recognizer, ...]:
    """The shipped cards as they were kept the last time, which is ten times as fast as reading them."""
    import json  # noqa: PLC0415  only here

    content = hashlib.sha256(Path(__file__).read_bytes())  # what is kept is what this code made of the cards
    for path in files:
        content.update(b"%s\0%s\0" % (path.name.encode(), path.read_bytes()))
    name = f"{content.hexdigest()[:32]}.json"
    if (kept := cache.read(name)) is not None:
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            cards = tuple(_restored(card) for card in json.loads(kept))
            if len(cards) == len(files):
                return cards
    cards = tuple(read_card(path, examples=False) for path in files)
    cache.keep(name, json.dumps([dataclasses.asdict(card) for card in cards]).encode())
    return cards


def _restored(data: dict[str, Any]) -> Recognizer:
    matches = tuple(Match(**{**match, "keys": tuple(match["keys"])}) for match in data.pop("matches"))
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    return Recognizer(**{**data, **lists, "matches": matches})


def read_card(path: Path, *, examples: bool = True) -> Recognizer:
    """Read one card; raises CardError."""
    import tomllib  # noqa: PLC0415  not where the cards are cached

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as UTF-8 text ({type(error).__name__}); check the file and its permissions"
        raise CardError(msg) from None
    if not examples:
        text = text.partition("\n[[example]]")[0]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{path}: not valid TOML: {error}"
        raise CardError(msg) from None
    return _recognizer(path, data, check=examples or path.parent != shipped_folder())


def _recognizer(path: Path, data: Mapping[str, Any], *, check: bool) -> Recognizer:
    _only(path, "the card", data, _CARD_KEYS)
    for key in ("entity", "title", "title_en", "class", "confidence"):
        if key not in data:
            raise _broken(path, f"{key!r} is missing; add it at the top of the card")
    entity = data["entity"]
    if not isinstance(entity, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]{1,30}", entity):
        raise _broken(path, "entity must be UPPER_CASE letters, digits and _, 31 of them at most")
    if data["class"] not in get_args(EntityClass):
        raise _broken(path, f"class must be one of {', '.join(get_args(EntityClass))}")
    default = data.get("default", "scrubbed")
    if default not in get_args(Default):
        raise _broken(path, f"default must be one of {', '.join(get_args(Default))}")
    matches = tuple(_match(path, i, m, check=check) for i, m in enumerate(data.get("match", []), 1))
    if not matches and not data.get("finder"):
        raise _broken(path, "a card needs a [[match]] or a finder")
    return Recognizer(
        entity=entity,
        title=str(data["title"]),
        title_en=str(data["title_en"]),
        class_=data["class"],
        confidence=_confidence(path, data["confidence"]),
        sensitive=_words(path, data, "sensitive"),
        references=_words(path, data, "references"),
        context=_words(path, data, "context"),
        against=_words(path, data, "against"),
        default=default,
        finder=data.get("finder"),
        matches=matches,
        examples=tuple(_example(path, e) for e in data.get("example", [])),
        source=path.name,
    )


def _match(path: Path, number: int, data: Mapping[str, Any], *, check: bool) -> Match:
    where = f"[[match]] {number}"
    _only(path, where, data, _MATCH_KEYS)
    keyed = "keys" in data or "value" in data
    if keyed == ("pattern" in data) or (keyed and not ("keys" in data and "value" in data)):
        raise _broken(path, f"{where} needs either a pattern, or keys and a value")
    for key in ("pattern", "trigger", "value"):
        if check and key in data:
            _check_regex(path, where, key, data[key])
    boundary = data.get("boundary", "word")
    if boundary not in BOUNDARIES:
        raise _broken(path, f"{where}: boundary must be one of {', '.join(BOUNDARIES)}")
    confidence = data.get("confidence")
    return Match(
        pattern=_expand(data["pattern"]) if "pattern" in data else None,
        trigger=data.get("trigger"),
        keys=_words(path, data, "keys"),
        value=_expand(data["value"]) if "value" in data else None,
        boundary=boundary,
        validator=data.get("validator"),
        confidence=None if confidence is None else _confidence(path, confidence),
        whole=bool(data.get("whole", False)),
    )


def _example(path: Path, data: Mapping[str, Any]) -> Example:
    _only(path, "[[example]]", data, _EXAMPLE_KEYS)
    if "text" not in data or "find" not in data:
        raise _broken(path, "an [[example]] needs text and find (find = [] for a near miss)")
    return Example(str(data["text"]), tuple(str(v) for v in data["find"]), str(data.get("why", "")))


def _expand(regex: str) -> str:
    for name, char_class in NAMED_CLASSES.items():
        regex = regex.replace(name, char_class)
    return regex


def regex_bytes(regex: str) -> bytes:
    """A card's regex as the bytes that are compiled: its Chinese letters in UTF-8, its escapes as written.

    Long lists of Chinese words, such as family names, become trees, in which `re` finds its way faster.
    """
    return _with_trees(regex)


_WORD_LIST = re.compile("\\(\\?:((?:[\u4e00-\u9fff]{1,4}\\|){12,}[\u4e00-\u9fff]{1,4})\\)")


@functools.lru_cache(maxsize=512)
def _with_trees(regex: str) -> bytes:
    parts = _WORD_LIST.split(regex)
    return b"".join(
        b"(?:" + _tree(sorted({w.encode() for w in part.split("|")})) + b")" if number % 2 else part.encode()
        for number, part in enumerate(parts)
    )


def _tree(words: list[bytes]) -> bytes:
    """A regex for `words`, longer words before their beginnings."""
    ends = b"" in words
    branches: dict[bytes, list[bytes]] = {}
    for word in words:
        if word:
            branches.setdefault(word[:1], []).append(word[1:])
    last = [first for first, rest in branches.items() if rest == [b""]]
    parts = [_byte(first) + _tree(rest) for first, rest in branches.items() if rest != [b""]]
    if last:
        parts.append(b"[" + b"".join(map(_byte, last)) + b"]")
    return b"(?:" + b"|".join(parts) + (b")?" if ends else b")") if parts else b""


def _byte(byte: bytes) -> bytes:
    return b"\\x%02x" % byte[0]


def _check_regex(path: Path, where: str, key: str, regex: object) -> None:
    if not isinstance(regex, str):
        raise _broken(path, f"{where}: {key} must be text")
    for bad, why in (
        (r"\b", "word borders"),
        ("(?=", "look-ahead"),
        ("(?!", "look-ahead"),
        ("(?<", "look-behind or named groups"),
    ):
        if bad in regex.replace("\\\\", ""):
            raise _broken(
                path, f"{where}: {key} uses {why} ({bad}), which Vectorscan does not know; use boundary instead"
            )
    for char_class in re.findall(r"\[[^\]]*\]", regex):
        if not char_class.isascii():
            raise _broken(path, f"{where}: {key} has a letter outside ASCII in a class; write an alternation (京|津)")
    try:
        re.compile(regex_bytes(_expand(regex)))
    except re.error as error:
        msg = f"{where}: {key} is not a regular expression: {error.msg}"
        raise _broken(path, msg) from None


def _words(path: Path, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words = data.get(key, [])
    if not isinstance(words, list) or not all(isinstance(w, str) and w for w in words):
        raise _broken(path, f"{key} must be a list of words")
    return tuple(words)


def _confidence(path: Path, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise _broken(path, "confidence must be a number above 0 and at most 1")
    return float(value)


def _only(path: Path, where: str, data: Mapping[str, Any], known: set[str]) -> None:
    if not isinstance(data, Mapping):
        raise _broken(path, f"{where} must be a table")
    for key in data:
        if key not in known:
            raise _broken(path, f"{where} has the unknown key {key!r}; known are {', '.join(sorted(known))}")


def _broken(path: Path, why: str) -> CardError:
    return CardError(f"{path}: {why}")
