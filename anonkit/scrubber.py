"""The only module where detection, policy and transformation meet."""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from anonkit import catalog
from anonkit.detect.block import PAD_BYTES, Mask
from anonkit.detect.candidates import Candidates
from anonkit.detect.engine import Engine, Findings
from anonkit.detect.names.sources import SHIPPED, Sources, is_file
from anonkit.errors import UsageError
from anonkit.model import Edit, EntityClass, Evidence, Finding, NameSources, Policy, Recognizer
from anonkit.scrubbing.decision import decide
from anonkit.scrubbing.edits import Edits
from anonkit.scrubbing.exceptions import Exceptions
from anonkit.scrubbing.results import Results
from anonkit.scrubbing.search import Search
from anonkit.scrubbing.treatment import Treatment
from anonkit.transform import syntax
from anonkit.transform.label import label

if TYPE_CHECKING:
    from anonkit.detect.cells import Cells
    from anonkit.detect.names.sources import Source
    from anonkit.keys.key import Key
    from anonkit.linking.first_pass import FirstPass
    from anonkit.restoring.tokens import Restorer

OriginalOf = Callable[[Sequence[tuple[int, int]]], list[bytes]]
_Data = TypeVar("_Data")
_Text = TypeVar("_Text", str, bytes)
_CONTINUATION, _LEAD_OF_TWO = 0x80, 0xC0
_NO_EVIDENCE = Evidence("", "")
_MOST_ROUNDS = 4


class Scrubber:
    """Finds personal information and does with it what a policy says; built once, immutable, safe in threads and fork.

    cards_dir  a folder of one's own cards, besides the shipped ones
    policy     a policy, the name of a built-in one, or a policy file; "anonymize" (labels, no key) unless told
    entities   these only (names an entity that is off or kept by default to have it scrubbed)
    skip       all but these
    threshold  the least confidence of a finding, 0 to 1; that of the policy, or 0.5, unless told
    fields     rules PATH=ACTION for fields of JSON lines, or for keys, that need no detection
    key        where the key is (a file, env:NAME, cmd:COMMAND), or the key, for policies that need one
    names_key  what hashed lists of names that the policy names were made with, if not with that key
    recipient  who gets the result: two recipients get different pseudonyms; that of the policy unless told
    only_finds nothing will be scrubbed, so that no key is needed

    Raises UsageError, CardError, PolicyError, KeyFileError.
    """

    def __init__(  # noqa: PLR0913  the contract's own words
        self,
        cards_dir: Path | None = None,
        policy: str | Policy | None = None,
        entities: Sequence[str] | None = None,
        skip: Sequence[str] | None = None,
        threshold: float | None = None,
        fields: Sequence[str] = (),
        *,
        key: str | Key | None = None,
        recipient: str | None = None,
        only_finds: bool = False,
        names_key: str | Key | None = None,
    ) -> None:
        if threshold is not None and not 0 <= threshold <= 1:
            msg = "threshold must lie between 0 and 1"
            raise UsageError(msg)
        cards = catalog.load(cards_dir, examples=False)
        _check_known(cards, [*(entities or ()), *(skip or ())])
        self._decision = decision = decide(
            policy or "anonymize", cards, entities, fields, key, recipient, only_finds=only_finds
        )
        if decision.policy.combination == "linked" and (entities or skip) and not only_finds:
            msg = "a policy with `linked` looks at all entities to tell what is linked; leave entities and skip out"
            raise UsageError(msg)
        engine = _engine(tuple(c for c in cards if decision.wants(c)))
        self._engine = engine.with_names(Sources(decision.policy.names, _names_keys(names_key, decision.key)))
        rules = self._engine.book.rules
        wanted, unwanted = set(entities or ()), set(skip or ())
        chosen = frozenset(
            i
            for i, rule in enumerate(rules)
            if (not wanted or rule.card.entity in wanted) and rule.card.entity not in unwanted
        )
        kinds = decision.kinds([rule.card for rule in rules] * 2)
        self._treatment = Treatment(decision.policy, kinds, decision.secret_of)
        self._entities = self._treatment.entities
        self._labels = [label(entity) for entity in self._entities]
        self._tagged = len(self._entities) - 1
        thresholds = decision.thresholds(self._entities, threshold)
        self.threshold = float(thresholds.min())
        self._first_pass: FirstPass | None = None
        # <姓名> is a label only where this policy writes such ones: elsewhere it may be an element of XML
        in_chinese = decision.policy.label_style == "chinese"
        titles = {card.title: card.entity for card in cards} if in_chinese else {}
        self._search = Search(
            self._engine,
            None if len(chosen) == len(rules) else chosen,
            thresholds,
            decision.fields,
            Exceptions(decision.policy.allow),
            Exceptions(decision.policy.deny),
            Results(self._entities, titles, self._restorer()),
            self._entities,
            is_usual=cards_dir is None and _only_models(decision.policy.names),
        )

    @property
    def policy(self) -> Policy:
        """The policy that is carried out."""
        return self._decision.policy

    @property
    def key_id(self) -> str | None:
        """The id of the key that it works with; None where there is none, or one for this run alone."""
        key = self._decision.key
        return key.id if key is not None and key.outlives_run else None

    @property
    def recipient(self) -> str:
        """Who gets the result, if that makes a difference."""
        return self._decision.recipient if self.key_id is not None else ""

    @property
    def is_restorable(self) -> bool:
        """Whether all or some of what is scrubbed can be restored from the result."""
        return self._treatment.encrypts

    @property
    def engine(self) -> Engine:
        """The engine, for benchmarks."""
        return self._engine

    @property
    def counts(self) -> bool:
        """Whether values are numbered as they come, so that one process must see them all."""
        return self._treatment.counts

    @property
    def goes_by_value(self) -> bool:
        """Whether what becomes of a cell depends on no other cell, not on the order of cells either."""
        return self._treatment.goes_by_value

    def _restorer(self) -> Restorer | None:
        """What will read the results again, if they can be restored."""
        if not self.is_restorable or self._decision.key is None:
            return None
        from anonkit.restoring.tokens import Restorer  # noqa: PLC0415  only for such policies

        return Restorer(self._decision.key, self._decision.recipient)

    def with_lists(self, lists: Sequence[Source]) -> Scrubber:
        """The same scrubber, which finds the names of these lists too; see detect/names/exact.py.

        Raises UsageError for what is no sequence of lists.
        """
        if not isinstance(lists, Sequence) or not all(map(_finds, lists)):
            msg = "with_lists takes a list of lists of names: with_lists([ExactNames(names)]), or what read_list gives"
            raise UsageError(msg)
        engine = self._engine.with_lists(lists)
        other = copy.copy(self)
        other._engine, other._search = engine, self._search.using(engine)  # noqa: SLF001  our own
        return other

    def names_told(self, utf8: bytes) -> set[str]:
        """The names of people in whole lines of UTF-8 that their keys tell for sure; see learning/sure.py."""
        from anonkit.learning import sure  # noqa: PLC0415  for --learn-names only

        return sure.names(self._search.read(utf8)[0], self._engine)

    def first_pass(self) -> FirstPass | None:
        """What all inputs must go through first, if the policy scrubs what is linked; without it, all is scrubbed."""
        if self.policy.combination != "linked":
            return None
        from anonkit.linking.first_pass import FirstPass  # noqa: PLC0415  only for such policies

        of_rules = [rule.card.class_ for rule in self._engine.book.rules] * 2
        classes: list[EntityClass | None] = [*of_rules, *[None] * (len(self._entities) - len(of_rules))]
        return FirstPass(self._search, self._entities, classes)

    def after(self, first_pass: FirstPass) -> Scrubber:
        """A scrubber for the same inputs that leaves alone what is not linked; the first pass must be settled."""
        second = copy.copy(self)
        second._first_pass = first_pass  # noqa: SLF001  our own
        return second

    def close(self) -> None:
        """End the run: a key that was made for it is overwritten, and what was derived from it let go."""
        key = self._decision.key
        if key is not None and not key.outlives_run:
            key.wipe()
            self._treatment.forget()

    def scan(self, text: str) -> list[Finding]:
        """The findings in `text`, positions in code points; see anonkit.scan."""
        block = text.encode("utf-8", "surrogatepass")
        return _in_code_points(block, self.locate(block))

    def scrub(self, x: _Data) -> _Data:
        """Do with the personal information in `x` what the policy says; see anonkit.scrub."""
        if not isinstance(x, str | bytes):
            from anonkit.tables import data  # noqa: PLC0415  only where tables are scrubbed

            made: _Data = data.scrub(self, x)[0]
            return made
        scrubbed: _Data = self._scrub_text(cast("Any", x))
        return scrubbed

    def _scrub_text(self, x: _Text) -> _Text:
        first = self.first_pass() if self._first_pass is None else None
        if first is not None:
            with contextlib.closing(first):
                _scrubbed(first, x)
                first.settle()
                return _scrubbed(self.after(first), x)
        return _scrubbed(self, x)

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:
        """The findings in a block of UTF-8 lines, kept entities included, positions in bytes.

        evidence  False leaves it empty, which is faster
        """
        found = self._search.find(utf8)
        findings = Findings(found.block, found.found, found.statements)
        here = found.original(found.found)
        return [self._finding(findings, here, row, evidence=evidence) for row in range(len(here))]

    def edits(self, utf8: bytes, original_of: OriginalOf | None = None) -> list[Edit]:
        """What `scrub_block` would replace in a block of UTF-8 lines: sorted, not overlapping.

        original_of  the bytes that ranges of the block, ascending, were in the input, if `utf8` is a copy of it
        """
        edits = self._edits(utf8, original_of)
        return [
            Edit(start, end, text, self._entities[number])
            for start, end, number, text in zip(
                edits.start.tolist(), edits.end.tolist(), edits.number.tolist(), edits.texts, strict=True
            )
        ]

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Scrub a block of whole lines of UTF-8; returns it with the number of replacements of each entity.

        Invalid UTF-8 and everything else that is not a finding comes out byte for byte.
        """
        edits = self._edits(utf8)
        if not len(edits):
            return utf8, {}
        return edits.spliced(utf8), dict(edits.counts(self._entities))

    def find_in_cells(self, utf8: bytes, cells: Cells) -> Candidates:
        """The findings in a text that holds cells of a table, kept entities included: sorted, not overlapping.

        Positions are bytes of the text, and the number of each finding is that of its entity in `entities`.
        """
        found = self._search.find(utf8, cells)
        here = found.original(found.found)
        return Candidates(here.start - PAD_BYTES, here.end - PAD_BYTES, here.rule, here.confidence)

    def edits_of_cells(self, utf8: bytes, cells: Cells, original_of: OriginalOf | None = None) -> Edits:
        """What is replaced in a text that holds cells of a table, and by what; none reaches from one cell to another.

        Numbers and `original_of` are those of `find_in_cells` and `edits`. Raises UsageError for a policy with
        `linked`.
        """
        if self.policy.combination == "linked":
            msg = f"the policy {self.policy.name!r} has `linked`, which cells of tables cannot be scrubbed with yet"
            raise UsageError(msg)
        return self._edits(utf8, original_of, cells)

    @property
    def entities(self) -> Sequence[str]:
        """The entity of each number of a finding."""
        return self._entities

    @property
    def labels(self) -> Sequence[bytes]:
        """The label of each number of a finding."""
        return self._labels

    @property
    def kept(self) -> Mask:
        """For each number of a finding, whether such findings stay as they are."""
        return self._treatment.kept

    def scrub_name(self, name: str) -> str:
        """A file's name without personal values: labels without angle brackets, which file systems do not like."""
        utf8 = name.encode("utf-8", "surrogatepass")
        found = self._search.find(utf8)
        rows = found.found.take(~self._treatment.kept[found.found.rule])
        labels = [self._labels[rule].strip(b"<>") for rule in rows.rule.tolist()]
        return _at(found.original(rows), labels).spliced(utf8).decode("utf-8", "surrogatepass")

    def candidates(self, text: str, threshold: float) -> list[Finding]:
        """All that may be something in `text` and is as sure as `threshold`, overlapping, taken or not."""
        block = text.encode("utf-8", "surrogatepass")
        findings = self._search.candidates(block, threshold)
        found = findings.found
        return _in_code_points(block, [self._finding(findings, found, row, evidence=True) for row in range(len(found))])

    def keeps(self, entity: str) -> bool:
        """Whether findings of an entity stay as they are."""
        return any(kept for kept, name in zip(self._treatment.kept, self._entities, strict=True) if name == entity)

    def _finding(self, findings: Findings, here: Candidates, row: int, *, evidence: bool) -> Finding:
        """The finding in `row`, at its place in the text; `here` has the places in the padded text."""
        return Finding(
            self._entities[int(here.rule[row])],
            int(here.start[row]) - PAD_BYTES,
            int(here.end[row]) - PAD_BYTES,
            round(float(here.confidence[row]), 3),
            self._evidence(findings, row) if evidence else _NO_EVIDENCE,
        )

    def _evidence(self, findings: Findings, row: int) -> Evidence:
        if findings.found.rule[row] < 2 * len(self._engine.book.rules):
            return self._engine.evidence(findings, row)
        return Evidence(self.policy.source or self.policy.name, "named by the policy or by --field")

    def _edits(self, utf8: bytes, original_of: OriginalOf | None = None, cells: Cells | None = None) -> Edits:
        """What is replaced, and by what.

        Where values go without a trace their neighbours come together, and where what only looks like a result is
        taken away its neighbours come to light: so these are looked at again. What this run wrote is left alone.
        """
        edits = self._round(utf8, original_of, cells)
        for _ in range(_MOST_ROUNDS):
            if not self._treatment.redacts and not (edits.number == self._tagged).any():
                break
            made = edits.spliced(utf8)
            there = None if cells is None else cells.moved(edits.at)
            more = edits.apart_from_written(self._round(made, _originals_of(made, edits, original_of), there))
            if not len(more):
                break
            edits = edits.then(utf8, more)
        return edits

    def _round(self, utf8: bytes, original_of: OriginalOf | None = None, cells: Cells | None = None) -> Edits:
        if self._first_pass is None:
            found = self._search.find(utf8, cells)
            scrubbed = ~self._treatment.kept[found.found.rule]
        else:
            found, personal = self._first_pass.found(utf8)
            scrubbed = personal & ~self._treatment.kept[found.found.rule]
        rows = found.found.take(scrubbed)
        if not len(rows):
            return _at(rows, [])

        def originals(of: Candidates) -> list[bytes]:
            here = found.original(of)
            spans = list(zip((here.start - PAD_BYTES).tolist(), (here.end - PAD_BYTES).tolist(), strict=True))
            return original_of(spans) if original_of is not None else [utf8[start:end] for start, end in spans]

        is_copy = original_of is not None or found.earlier is not None
        records = None if found.cells is None else found.cells.row_at(rows.start)
        texts = self._treatment.replacements(found.block, rows, originals if is_copy else None, records)
        rows, texts = syntax.fitted(
            found.block, rows, found.statements, texts, may_stay_bare=self._treatment.may_stay_bare
        )
        return _at(found.original(rows), texts)


def _only_models(names: NameSources) -> bool:
    """Whether names are found by nothing but models of anonkit, which read Chinese text only."""
    return not names.lists and all(engine == SHIPPED or is_file(engine) for engine in names.engines)


def _names_keys(named: str | Key | None, own: Key | None) -> list[Key]:
    """The keys that lists may have been hashed under: the one named for them, and the policy's, but none of one run."""
    if isinstance(named, str):
        from anonkit.keys import references  # noqa: PLC0415  only where one is named

        named = references.load(named)
    elif named is not None and not hasattr(named, "generations"):
        msg = f"a key is named by a str (a file, env:NAME, cmd:COMMAND), not by {type(named).__name__}"
        raise TypeError(msg)
    return [key for key in (named, own) if key is not None and key.outlives_run]


def _finds(source: object) -> bool:
    """Whether it is a source of names; text, too, has a method `find`."""
    return not isinstance(source, str | bytes | bytearray) and callable(getattr(source, "find", None))


def _originals_of(made: bytes, edits: Edits, original_of: OriginalOf | None) -> OriginalOf | None:
    """As `original_of`, for what edits made of the copy; where values went without a trace, the bytes of the copy."""
    if original_of is None:
        return None

    def of_made(spans: Sequence[tuple[int, int]]) -> list[bytes]:
        before = [edits.origin(span) for span in spans]
        known = iter(original_of([span for span in before if span is not None]))
        return [
            made[first:last] if span is None else next(known) for (first, last), span in zip(spans, before, strict=True)
        ]

    return of_made


def _at(found: Candidates, texts: list[bytes]) -> Edits:
    """Edits of a text, from places in the padded text."""
    return Edits(found.start - PAD_BYTES, found.end - PAD_BYTES, found.rule, texts)


def _scrubbed(engine: Scrubber | FirstPass, x: _Text) -> _Text:
    if isinstance(x, str):
        block = x.encode("utf-8", "surrogatepass")
        return engine.scrub_block(block)[0].decode("utf-8", "surrogatepass")
    from anonkit.io import encodings, splice  # noqa: PLC0415  only where bytes are scrubbed

    return splice.scrub(engine, x, encodings.detect(x))[0]


def _check_known(cards: Sequence[Recognizer], names: Sequence[str]) -> None:
    known = {c.entity for c in cards}
    for name in names:
        if name not in known:
            msg = f"unknown entity {name!r}; `anonkit recognizers list` shows the known ones"
            raise UsageError(msg)


def _in_code_points(block: bytes, findings: list[Finding]) -> list[Finding]:
    if not findings or block.isascii():
        return findings
    raw = np.frombuffer(block, np.uint8)
    points = np.concatenate(([0], np.cumsum((raw < _CONTINUATION) | (raw >= _LEAD_OF_TWO))))
    return [Finding(f.entity, int(points[f.start]), int(points[f.end]), f.confidence, f.evidence) for f in findings]


@functools.lru_cache(maxsize=8)
def _engine(cards: tuple[Recognizer, ...]) -> Engine:
    return Engine(cards)
