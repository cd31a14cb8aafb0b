"""Which texts, in which amounts and in which order, is the model trained with?

Each part draws from random numbers of its own, so that a sentence more in one file changes nothing in the others.
"""

from __future__ import annotations

import functools
import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonkit.errors import InputError, UsageError
from anonkit.training import corpora, lists
from anonkit.training import sentences as files
from anonkit.training.fillers import Fillers
from anonkit.training.sentences import LABEL_OF, Sentence, Template

NEEDED = (
    *(f"uner/{name}.iob2" for name in ("train", "dev", "test", "pud")),
    *(f"crosswoz/{name}" for name in ("hotel_db.json", "restaurant_db.json", "attraction_db.json", "val.json.zip")),
    "divisions/pcas.json",
)
"""The files of the public sources; docs/names.md says where they come from."""

# What stands alone in the cell of a table, and how often.
_CELLS = (
    *["person"] * 6, "foreign", "minority", "japanese", "korean", "titled", "nick", "latin",
    *["address"] * 3, "place", *["org"] * 2, "school", "gov", *["city"] * 4, *["thing"] * 4, "date", "mobile",
)  # fmt: skip
# What stands between two sentences of a line.
_BETWEEN = ("，", ",", " ", "  ", "、", "|", "，")
# Turns that speak of places where no known address stands: whether there is one, nobody has marked.
_OF_PLACES = ("地址", "路", "号", "区")


@dataclass(frozen=True)
class Amounts:
    """How much of each part there is.

    Attributes:
        copies: fillings of each template with a slot.
        swaps: copies of the labelled public texts with other people in them.
        cells: names and addresses alone.
        turns: of dialogues, the most.
        pairs: lines joined of two sentences.
    """

    copies: int = 2
    swaps: int = 1
    cells: int = 3000
    turns: int = 1500
    pairs: int = 2000


def check(data: Path) -> None:
    """Raise InputError unless all that is needed is in the folder `data`."""
    missing = [name for name in NEEDED if not (data / name).is_file()]
    if missing:
        msg = f"{data}: has no {', '.join(missing)}; docs/names.md says where they come from"
        raise InputError(msg)


def families() -> list[str]:
    """The families of templates: the names of the files of sentences."""
    return sorted(file.stem for file in files.FOLDER.glob("*.txt"))


def templates(family: str) -> list[Template]:
    """The templates of a family.

    Raises:
        UsageError: there is no such family.
    """
    if family not in families():
        msg = f"no family of templates is called {family!r}; there are {', '.join(families())}"
        raise UsageError(msg)
    return list(files.read(files.FOLDER / f"{family}.txt"))


def has_slot(template: Template) -> bool:
    """Whether each filling is another."""
    return any(kind is not None and text is None for kind, text in template.pieces)


def texts(
    data: Path,
    seed: int,
    amounts: Amounts = Amounts(),
    held_out: Iterable[str] = (),
    own: Sequence[Path] = (),
    say: Callable[[str], None] = lambda _: None,
) -> list[Sentence]:
    """All sentences to train with, the same for the same arguments and files.

    Args:
        data: the folder of the public sources, see NEEDED.
        seed: of all that is random.
        amounts: how much of each part.
        held_out: families of templates that are left out.
        own: files and folders of a user's own labelled texts.
        say: is told what the files of `own` were taken for.

    Raises:
        InputError: a file is missing or broken.
        UsageError: a family to hold out does not exist.
    """
    check(data)
    for family in held_out:
        templates(family)
    values = Fillers(data)
    out: list[Sentence] = []
    for family in families():
        if family not in set(held_out):
            out += filled(templates(family), values, _random(seed, family), amounts.copies)
    labelled = [s for name in ("train", "dev") for s in corpora.uner(data / "uner" / f"{name}.iob2")]
    for path in own:
        labelled += corpora.own(path, values, f"{seed} own", say)
    out += labelled
    for number in range(amounts.swaps):
        out += with_other_people(labelled, values, _random(seed, f"people {number}"))
    # In traditional script, in which no names are made up.
    out += corpora.uner(data / "uner" / "pud.iob2")
    out += dialogues(data, _random(seed, "turns"), amounts.turns)
    out += cells(values, _random(seed, "cells"), amounts.cells)
    out += pairs(out, _random(seed, "pairs"), amounts.pairs)
    return out


def _random(seed: int, part: str) -> random.Random:
    return random.Random(f"{seed} {part}")


def filled(lines: Iterable[Template], values: Fillers, numbers: random.Random, copies: int) -> Iterator[Sentence]:
    """Each template `copies` times with other values; once if it has no slot."""
    for template in lines:
        for _ in range(copies if has_slot(template) else 1):
            yield template.fill(values, numbers)


def with_other_people(labelled: Iterable[Sentence], values: Fillers, numbers: random.Random) -> Iterator[Sentence]:
    """The sentences that speak of people, with others of their kind in their places."""
    for sentence in labelled:
        if not any(label == "PER" for *_, label in sentence.spans):
            continue
        text, at = "", 0
        spans = []
        for start, end, label in sentence.spans:
            value = sentence.text[start:end]
            kind = _kind_of_person(value) if label == "PER" else None
            text += sentence.text[at:start]
            new = values.value(kind, numbers) if kind else value
            spans.append((len(text), len(text) + len(new), label))
            text += new
            at = end
        yield Sentence(text + sentence.text[at:], tuple(spans))


def _kind_of_person(name: str) -> str | None:
    """The kind of slot that gives such names; none where a name may be of several kinds."""
    first, rest = name[:1], name[1:]
    for kind, is_it in (
        ("latin", name.isascii()),
        ("foreign", "·" in name),
        ("nick", first in "老小阿" and len(rest) == 1),
        ("titled", first in _listed("surnames") and rest in _listed("titles_after_surname")),
        ("person", name[:2] in _listed("compound_surnames") and len(name) in (3, 4)),
        ("japanese", name[:2] in _listed("japanese_surnames") and len(name) in (2, 3, 4)),
        ("person", first in _listed("surnames") and len(name) in (2, 3)),
        ("given", name in _listed("given_two")),
        ("foreign", first not in _listed("surnames")),
    ):
        if is_it:
            return kind
    return None


@functools.cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(lists.words(name))


def dialogues(data: Path, numbers: random.Random, most: int) -> Iterator[Sentence]:
    """Turns of CrossWOZ, with the addresses of its databases labelled; hotels and restaurants are no organisations.

    Raises:
        InputError: a file is broken.
    """
    addresses = {address for address in lists.addresses(data) if len(address) > 5}
    longest_first = sorted(addresses, key=lambda address: (-len(address), address))
    turns = _turns(data / "crosswoz" / "val.json.zip")
    numbers.shuffle(turns)
    for turn in turns[:most]:
        spans = _places_of(longest_first, turn)
        if spans or not any(word in turn for word in _OF_PLACES):
            yield Sentence(turn, tuple(spans))


def _turns(file: Path) -> list[str]:
    """What is said in the dialogues of an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(lists.content(file))) as archive:
            content = archive.read(archive.namelist()[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, RuntimeError):
        msg = f"{file}: is no whole zip archive; fetch it again"
        raise InputError(msg) from None
    dialogues = lists.parsed(file, content)
    try:
        turns = [turn["content"] for dialogue in dialogues.values() for turn in dialogue["messages"]]
    except (AttributeError, KeyError, TypeError):
        raise lists.not_whole(file) from None
    if not turns or not all(isinstance(turn, str) for turn in turns):
        raise lists.not_whole(file)
    return turns


def _places_of(addresses: Sequence[str], text: str) -> list[tuple[int, int, str]]:
    """Where one of the addresses stands, the longest first, none within another."""
    spans: list[tuple[int, int, str]] = []
    for address in addresses:
        start = text.find(address)
        end = start + len(address)
        if start >= 0 and not any(start < b and end > a for a, b, _ in spans):
            spans.append((start, end, "ADDR"))
    return sorted(spans)


def cells(values: Fillers, numbers: random.Random, count: int) -> Iterator[Sentence]:
    """Names, addresses and other values alone, as in the cells of a table."""
    for _ in range(count):
        kind = numbers.choice(_CELLS)
        value = values.value(kind, numbers)
        label = LABEL_OF.get(kind)
        yield Sentence(value, ((0, len(value), label),) if label else ())


def pairs(lines: Sequence[Sentence], numbers: random.Random, count: int) -> list[Sentence]:
    """Lines joined of two of `lines` at random."""
    out = []
    for _ in range(count):
        first, second = numbers.choice(lines), numbers.choice(lines)
        head = first.text + numbers.choice(_BETWEEN)
        moved = tuple((start + len(head), end + len(head), label) for start, end, label in second.spans)
        out.append(Sentence(head + second.text, first.spans + moved))
    return out
