"""What does the model of names say of the text around a person, an address or an organisation?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from anonkit.detect import views
from anonkit.detect.names import model as models
from anonkit.detect.names import runs, sources
from anonkit.detect.names.finder import read
from anonkit.detect.names.labels import ENTITY_OF, KIND_OF, LABELS, encode
from anonkit.detect.names.marginals import of_text

if TYPE_CHECKING:
    from anonkit.detect.names.model import Model
    from anonkit.model import Finding
    from anonkit.scrubber import Scrubber

_BEGIN = {entity: label for label, entity in ENTITY_OF.items()}

_Place = tuple[int, int]
_Span = tuple[int, int, str]
_Origin = Callable[[int, int], _Place | None]


@dataclass(frozen=True, slots=True)
class LabelledCharacter:
    """A character with the label that the model gives it; positions in code points of the text, half-open."""

    start: int
    end: int
    character: str = field(repr=False)
    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class ProbableName:
    """How probable it is to the model that exactly this is a name; positions in code points of the text, half-open."""

    entity: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch that the model reads, and the names that it or a rule found there."""

    characters: tuple[LabelledCharacter, ...]
    names: tuple[ProbableName, ...]


def labelled(scrubber: Scrubber, text: str, rows: Sequence[tuple[Finding, bool, str]]) -> list[Run]:
    """What the model says of the runs of `text` that hold a person, an address or an organisation.

    A run is read as it stands in the text; where nothing is read in the clear one level of escapes is undone.
    Nothing where the policy has names found by other pipelines only.

    Args:
        scrubber: whose policy says which model.
        text: what was explained.
        rows: what explaining.explain said of it.
    """
    model = _model(scrubber) if any(f.entity in KIND_OF for f, _, _ in rows) else None
    if model is None:
        return []
    at = [0]
    for character in text:
        at.append(at[-1] + len(character.encode("utf-8", "surrogatepass")))
    wanted = [(at[f.start], at[f.end], f.entity) for f, _, _ in rows if f.entity in KIND_OF]
    utf8 = text.encode("utf-8", "surrogatepass")
    point = {byte: number for number, byte in enumerate(at)}
    found = list(_read(model, utf8, wanted, lambda start, end: (start, end), point))
    seen = [(run.characters[0].start, run.characters[-1].end) for run in found]
    hidden = [span for span in wanted if not any(at[low] < span[1] and at[high] > span[0] for low, high in seen)]
    if hidden:
        view = views.decoded(utf8, [start for start, _, _ in hidden])
        found += _read(model, view.text, hidden, view.origin, point)
    return sorted(found, key=lambda run: run.characters[0].start)


def _model(scrubber: Scrubber) -> Model | None:
    """The model that the policy names; of several the first."""
    for engine in scrubber.policy.names.engines:
        if engine == sources.SHIPPED:
            return models.shipped()
        if sources.is_file(engine):
            return sources.own_model(engine)
    return None


def _read(model: Model, block: bytes, wanted: list[_Span], origin: _Origin, point: dict[int, int]) -> Iterator[Run]:
    """The runs of a block that overlap what is wanted.

    Args:
        model: what reads them.
        block: UTF-8: the text, or a view of it.
        wanted: start, end and entity of candidates, in bytes of the text.
        origin: which bytes of the text a range of the block is made of; None if they are not in one piece.
        point: the code point that begins at each byte of the text; other bytes are missing.
    """
    for first, last in runs.find(block):
        characters = block[first:last].decode("utf-8", "surrogateescape")
        widths = (len(character.encode("utf-8", "surrogateescape")) for character in characters)
        edges = list(accumulate(widths, initial=first))
        places = [place for low, high in pairwise(edges) if (place := origin(low, high))]
        if len(places) < len(characters) or not all(s in point and e in point for s, e in places):
            continue
        here = [span for span in wanted if span[0] < places[-1][1] and span[1] > places[0][0]]
        if here:
            found = _found(model, block[first:last], edges)
            points = [(point[s], point[e]) for s, e in places]
            yield _run(model, characters, found, _in_characters(here, places), points)


def _found(model: Model, run: bytes, edges: list[int]) -> list[_Span]:
    """The names of a run in its characters, which begin and end at the edges."""
    number = {edge - edges[0]: i for i, edge in enumerate(edges)}
    (names,) = read(model, [run])
    return [(number[name.start], number[name.end], name.entity) for name in names]


def _in_characters(spans: list[_Span], places: list[_Place]) -> list[_Span]:
    """Spans of the text in the characters of a run, which stand at the places; without those that cut a character."""
    begins, ends = {s: i for i, (s, _) in enumerate(places)}, {e: i + 1 for i, (_, e) in enumerate(places)}
    return [(begins[s], ends[e], entity) for s, e, entity in spans if s in begins and e in ends]


def _run(model: Model, characters: str, found: list[_Span], candidates: list[_Span], points: list[_Place]) -> Run:
    """What the model says of a run.

    Args:
        model: what reads it.
        characters: of the run.
        found: its names, in characters of the run.
        candidates: what else may be a name there.
        points: where each character stands, in code points of the text.
    """
    chances = of_text(model, characters)
    labels = encode(len(characters), [(s, e, KIND_OF[entity]) for s, e, entity in found])
    return Run(
        tuple(
            LabelledCharacter(*points[i], character, label, float(chances.of_labels[i, LABELS.index(label)]))
            for i, (character, label) in enumerate(zip(characters, labels, strict=True))
        ),
        tuple(
            ProbableName(kind, points[s][0], points[e - 1][1], chances.of_name(s, e, _BEGIN[kind]))
            for s, e, kind in sorted({*found, *candidates})
        ),
    )
