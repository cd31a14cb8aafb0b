"""The only module where detection, policy and transformation meet."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from anonkit import catalog
from anonkit import fields as fields_module
from anonkit.detect.block import PAD_BYTES, Block
from anonkit.detect.candidates import Candidates, concatenate
from anonkit.detect.engine import THRESHOLD, Engine, Findings
from anonkit.errors import PolicyError, UsageError
from anonkit.model import Edit, Evidence, Finding, Recognizer
from anonkit.transform import syntax
from anonkit.transform.label import label

_Data = TypeVar("_Data", str, bytes)
_CONTINUATION, _LEAD_OF_TWO = 0x80, 0xC0
_NO_EVIDENCE = Evidence("", "")
POLICIES = ("anonymize",)
# low enough to see what words against a value took from it
_EXPLAIN_THRESHOLD = -1.0


class Scrubber:
    """Finds personal information and replaces it; built once, immutable, safe across threads and fork.

    cards_dir  a folder of one's own cards, besides the shipped ones
    policy     name of a policy; "anonymize" replaces each value by a label
    entities   these only (names an entity that is off by default to have it found)
    skip       all but these
    threshold  the least confidence of a finding, 0 to 1; 0.5 unless told
    fields     rules PATH=ACTION for fields of JSON lines, or for keys, that need no detection

    Raises UsageError, CardError, PolicyError.
    """

    def __init__(
        self,
        cards_dir: Path | None = None,
        policy: str | None = None,
        entities: Sequence[str] | None = None,
        skip: Sequence[str] | None = None,
        threshold: float | None = None,
        fields: Sequence[str] = (),
    ) -> None:
        self.policy = policy or "anonymize"
        if self.policy not in POLICIES:
            msg = f"unknown policy {self.policy!r}; known are {', '.join(POLICIES)}"
            raise PolicyError(msg)
        if threshold is not None and not 0 <= threshold <= 1:
            msg = "threshold must lie between 0 and 1"
            raise UsageError(msg)
        self.threshold = THRESHOLD if threshold is None else threshold
        cards = catalog.load(cards_dir, examples=False)
        _check_known(cards, [*(entities or ()), *(skip or ())])
        wanted = set(entities or ())
        self._engine = _engine(tuple(c for c in cards if c.default != "off" or c.entity in wanted))
        rules = self._engine.book.rules
        chosen = {
            i
            for i, rule in enumerate(rules)
            if (not wanted or rule.card.entity in wanted) and rule.card.entity not in (skip or ())
        }
        self._rules = None if len(chosen) == len(rules) else frozenset(chosen)
        # asked for by name, a kept entity is scrubbed
        self._kept = np.array([r.card.default == "kept" and r.card.entity not in wanted for r in rules] * 2)
        self._entities = [r.card.entity for r in rules] * 2
        self._labels = [label(r.card.entity) for r in rules] * 2
        self._fields = fields_module.parse(fields)
        self._field_numbers = {rule: len(self._entities) + number for number, rule in enumerate(self._fields)}
        self._entities += ["FIELD"] * len(self._fields)
        self._labels += [rule.label for rule in self._fields]
        self._kept = np.concatenate((self._kept, np.array([r.action == "keep" for r in self._fields], bool)))

    @property
    def engine(self) -> Engine:
        """The engine, for benchmarks."""
        return self._engine

    def scan(self, text: str) -> list[Finding]:
        """The findings in `text`, positions in code points; see anonkit.scan."""
        block = text.encode("utf-8", "surrogatepass")
        return _in_code_points(block, self.locate(block))

    def scrub(self, x: _Data) -> _Data:
        """Replace the personal information in `x`; see anonkit.scrub."""
        if isinstance(x, str):
            block = x.encode("utf-8", "surrogatepass")
            return self.scrub_block(block)[0].decode("utf-8", "surrogatepass")
        if isinstance(x, bytes):
            from anonkit.io import encodings, splice  # noqa: PLC0415  only where bytes are scrubbed

            return splice.scrub(self, x, encodings.detect(x))[0]
        msg = f"anonkit scrubs str and bytes, not {type(x).__name__}"
        raise TypeError(msg)

    def locate(self, utf8: bytes, *, evidence: bool = True) -> list[Finding]:
        """The findings in a block of UTF-8 lines, kept entities included, positions in bytes.

        evidence  False leaves it empty, which is faster
        """
        findings = self._engine.find(Block(utf8), self.threshold, self._rules)
        return [self._finding(findings, row, evidence=evidence) for row in range(len(findings.found))]

    def edits(self, utf8: bytes) -> list[Edit]:
        """What `scrub_block` would replace in a block of UTF-8 lines: sorted, not overlapping."""
        found, replacements = self._replacements(Block(utf8))
        return [
            Edit(start - PAD_BYTES, end - PAD_BYTES, replacement, self._entities[rule])
            for start, end, rule, replacement in zip(
                found.start.tolist(), found.end.tolist(), found.rule.tolist(), replacements, strict=True
            )
        ]

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """Scrub a block of whole lines of UTF-8; returns it with the number of replacements of each entity.

        Invalid UTF-8 and everything else that is not a finding comes out byte for byte.
        """
        block = Block(utf8)
        found, replacements = self._replacements(block)
        if not replacements:
            return utf8, {}
        buffer = block.buffer
        begins = [PAD_BYTES, *found.end.tolist()]
        ends = [*found.start.tolist(), PAD_BYTES + len(utf8)]
        parts = [b""] * (2 * len(begins) - 1)
        parts[::2] = [buffer[begin:end] for begin, end in zip(begins, ends, strict=True)]
        parts[1::2] = replacements
        counts: Counter[str] = Counter()
        sizes = np.bincount(found.rule)
        for number in np.flatnonzero(sizes).tolist():
            counts[self._entities[number]] += int(sizes[number])
        return b"".join(parts), dict(counts)

    def _with_fields(self, block: Block, found: Candidates) -> Candidates:
        """The findings outside the fields that rules name, and these fields."""
        rows = [(s, e, self._field_numbers[rule], 1.0) for s, e, rule in fields_module.find(block.buffer, self._fields)]
        if not rows:
            return found
        start, end, number, confidence = (np.array(c) for c in zip(*rows, strict=True))
        # a finding lies outside where the next field after its start begins behind it, and the one before has ended
        after = np.searchsorted(end, found.start, "right")
        outside = (after == len(start)) | (start[np.minimum(after, len(start) - 1)] >= found.end)
        both = concatenate([found.take(outside), Candidates(start, end, number, confidence)])
        return both.take(np.argsort(both.start, kind="stable"))

    def scrub_name(self, name: str) -> str:
        """A file's name without personal values: labels without angle brackets, which file systems do not like."""
        return self.scrub(name).replace("<", "").replace(">", "").replace("%3C", "").replace("%3E", "")

    def explain(self, text: str) -> list[tuple[Finding, bool, str]]:
        """All candidates of `text`, whether each was taken, and why; in the order of their positions."""
        block = text.encode("utf-8", "surrogatepass")
        taken = self.locate(block)
        spans = {(f.entity, f.start, f.end): True for f in taken}
        rows = [(f, True, "kept by default" if self._is_kept(f.entity) else "scrubbed") for f in taken]
        findings = self._engine.find(Block(block), _EXPLAIN_THRESHOLD, self._rules, overlaps=True)
        for row in range(len(findings.found)):
            other = self._finding(findings, row, evidence=True)
            key = (other.entity, other.start, other.end)
            if key in spans:
                continue
            spans[key] = False
            winner = next((f for f in taken if f.start < other.end and f.end > other.start), None)
            if other.confidence < self.threshold:
                reason = f"less sure than the threshold {self.threshold:g}"
            else:
                reason = f"overlaps {winner.entity}, which wins" if winner else "refused"
            rows.append((other, False, reason))
        located = _in_code_points(block, [f for f, _, _ in rows])
        return sorted(
            ((f, kept, reason) for f, (_, kept, reason) in zip(located, rows, strict=True)),
            key=lambda r: (r[0].start, r[0].end),
        )

    def _is_kept(self, entity: str) -> bool:
        return any(kept for kept, name in zip(self._kept, self._entities, strict=True) if name == entity)

    def _finding(self, findings: Findings, row: int, *, evidence: bool) -> Finding:
        """The finding in `row`, positions in bytes of the text."""
        found = findings.found
        return Finding(
            self._entities[int(found.rule[row])],
            int(found.start[row]) - PAD_BYTES,
            int(found.end[row]) - PAD_BYTES,
            round(float(found.confidence[row]), 3),
            self._engine.evidence(findings, row) if evidence else _NO_EVIDENCE,
        )

    def _replacements(self, block: Block) -> tuple[Candidates, list[bytes]]:
        findings = self._engine.find(block, self.threshold, self._rules)
        found = self._with_fields(block, findings.found) if self._fields else findings.found
        found = found.take(~self._kept[found.rule])
        labels = self._labels
        replacements = [labels[rule] for rule in found.rule.tolist()]
        return syntax.fitted(block, found, findings.statements, replacements) if replacements else (found, replacements)


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


def shared_scrubber(
    policy: str | None = None,
    key: str | None = None,
    recipient: str | None = None,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> Scrubber:
    """A scrubber for these options, the same one for the same options."""
    if key is not None or recipient is not None:
        msg = f"the policy {policy or 'anonymize'!r} uses no key; leave key and recipient out"
        raise UsageError(msg)
    return _cached(policy, _names(entities), _names(skip), threshold)


def _names(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else (names,) if isinstance(names, str) else tuple(names)


@functools.lru_cache(maxsize=64)
def _cached(
    policy: str | None, entities: tuple[str, ...] | None, skip: tuple[str, ...] | None, threshold: float | None
) -> Scrubber:
    return Scrubber(None, policy, entities, skip, threshold)
