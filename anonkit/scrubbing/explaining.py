"""Why was each candidate in a text taken or not, and what does the model of names say of the text around it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from anonkit.detect import views
from anonkit.detect.names import model as models
from anonkit.detect.names import runs, sources
from anonkit.detect.names.finder import read
from anonkit.detect.names.labels import ENTITIES, ENTITY_OF, LABELS, encode
from anonkit.detect.names.marginals import of_text
from anonkit.model import Finding

if TYPE_CHECKING:
    from anonkit.detect.names.model import Model
    from anonkit.scrubber import Scrubber

# low enough to see what words against a value took from it
_LEAST_THRESHOLD = -1.0
_KIND = {entity: kind for kind, entity in ENTITIES.items()}
_BEGIN = {entity: label for label, entity in ENTITY_OF.items()}

Row = tuple[Finding, bool, str]
_Span = tuple[int, int, str]
_Origin = Callable[[int, int], tuple[int, int] | None]


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


def explain(scrubber: Scrubber, text: str) -> list[Row]:
    """All candidates of `text`, whether each was taken, and why; in the order of their positions."""
    taken = scrubber.scan(text)
    known = {(f.entity, f.start, f.end) for f in taken}
    rows = [(f, True, "kept by default" if scrubber.keeps(f.entity) else "scrubbed") for f in taken]
    for other in scrubber.candidates(text, _LEAST_THRESHOLD):
        place = (other.entity, other.start, other.end)
        if place in known:
            continue
        known.add(place)
        winner = next((f for f in taken if f.start < other.end and f.end > other.start), None)
        if other.confidence < scrubber.threshold:
            reason = f"less sure than the threshold {scrubber.threshold:g}"
        else:
            reason = f"overlaps {winner.entity}, which wins" if winner else "refused"
        rows.append((other, False, reason))
    return sorted(rows, key=lambda row: (row[0].start, row[0].end))


def labelled(scrubber: Scrubber, text: str, rows: list[Row]) -> list[Run]:
    """What the model says of the runs of `text` that hold a person, an address or an organisation.

    A run is read as it stands in the text; where nothing is read in the clear one level of escapes is undone.
    Nothing where the policy has names found by other pipelines only.

    Args:
        scrubber: whose policy says which model.
        text: what was explained.
        rows: what `explain` said of it.
    """
    model = _model(scrubber) if any(f.entity in _KIND for f, _, _ in rows) else None
    if model is None:
        return []
    at = [0]
    for character in text:
        at.append(at[-1] + len(character.encode("utf-8", "surrogatepass")))
    wanted = [(at[f.start], at[f.end], f.entity) for f, _, _ in rows if f.entity in _KIND]
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
        edges = [first]
        for character in characters:
            edges.append(edges[-1] + len(character.encode("utf-8", "surrogateescape")))
        places = [place for low, high in pairwise(edges) if (place := origin(low, high))]
        here = [span for span in wanted if places and span[0] < places[-1][1] and span[1] > places[0][0]]
        if not here or len(places) < len(characters) or not all(s in point and e in point for s, e in places):
            continue
        number = {edge - first: i for i, edge in enumerate(edges)}
        of_model = [(number[n.start], number[n.end], n.entity) for n in next(iter(read(model, [block[first:last]])))]
        begins, ends = {s: i for i, (s, _) in enumerate(places)}, {e: i + 1 for i, (_, e) in enumerate(places)}
        of_rows = [(begins[s], ends[e], entity) for s, e, entity in here if s in begins and e in ends]
        chances = of_text(model, characters)
        labels = encode(len(characters), [(s, e, _KIND[entity]) for s, e, entity in of_model])
        yield Run(
            tuple(
                LabelledCharacter(point[s], point[e], c, label, float(chances.of_labels[i, LABELS.index(label)]))
                for i, ((s, e), c, label) in enumerate(zip(places, characters, labels, strict=True))
            ),
            tuple(
                ProbableName(kind, point[places[s][0]], point[places[e - 1][1]], chances.of_name(s, e, _BEGIN[kind]))
                for s, e, kind in sorted({*of_model, *of_rows})
            ),
        )
