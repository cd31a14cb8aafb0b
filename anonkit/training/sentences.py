"""What does a line of a sentence file say? Text with slots, filled at random."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from anonkit.training.fillers import Fillers

FOLDER = Path(__file__).with_name("sentences")
_PIECE = re.compile(r"\{\{|\}\}|\{([a-z_]+)(?:=([^{}]*))?\}|[^{}]+")

# What a slot's text is labelled with.
LABEL_OF = {
    **dict.fromkeys(("person", "minority", "foreign", "japanese", "korean", "latin", "given", "titled", "nick"), "PER"),
    **dict.fromkeys(("address", "place"), "ADDR"),
    **dict.fromkeys(("org", "school", "hospital", "gov", "bank", "shop"), "ORG"),
}


@dataclass(frozen=True)
class Sentence:
    """A text with its labelled spans.

    Attributes:
        text: any text without line ends.
        spans: start, end (half-open, characters), PER | ADDR | ORG; in order, not overlapping.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Template:
    """Pieces: (None, text) as it is, (kind, None) filled at random, (kind, text) with a label."""

    pieces: tuple[tuple[str | None, str | None], ...]

    @classmethod
    def parse(cls, line: str) -> Template:
        """The template in a line.

        Raises:
            ValueError: a brace has no partner.
        """
        pieces: list[tuple[str | None, str | None]] = []
        at = 0
        for match in _PIECE.finditer(line):
            if match.start() != at:
                break
            at = match.end()
            whole = match.group()
            if match.group(1):
                pieces.append((match.group(1), match.group(2)))
            else:
                pieces.append((None, whole[0] if whole in ("{{", "}}") else whole))
        if at != len(line):
            raise ValueError(f"a brace without a partner at character {at}")
        return cls(tuple(pieces))

    def fill(self, fillers: Fillers, random: random.Random) -> Sentence:
        """The sentence with other values in its slots each time."""
        text = ""
        spans = []
        for kind, literal in self.pieces:
            value = literal if literal is not None else fillers.value(kind or "", random)
            label = LABEL_OF.get(kind or "")
            if label:
                spans.append((len(text), len(text) + len(value), label))
            text += value
        return Sentence(text, tuple(spans))


def read(file: Path) -> Iterator[Template]:
    """The templates of a file; lines that begin with # are comments.

    Raises:
        ValueError: with the file and the number of the line that is none.
    """
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                yield Template.parse(line)
            except ValueError as error:
                raise ValueError(f"{file}, line {number}: {error}") from None
