"""`anonkit explain`: why was each candidate in a text taken or not, and what does the model of names say of it?"""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from anonkit.commands import options

if TYPE_CHECKING:
    from anonkit.scrubbing.explaining import Row
    from anonkit.scrubbing.readings import Run

_STDIN = "-"
_CHARACTERS_A_LINE = 10


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `explain` to the commands."""
    explain = commands.add_parser("explain")
    explain.add_argument("text", help="the text, - for stdin")
    explain.add_argument(
        "--format", choices=("text", "json"), default="text",
        help="text: the text with its findings, and the reasons; json: positions and reasons without the text",
    )  # fmt: skip
    explain.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)"
    )
    options.add_detection(explain)
    options.add_names(explain, learns=False)
    explain.set_defaults(run=_explain)


def _explain(arguments: Namespace) -> int:
    from anonkit.scrubbing import explaining, readings  # noqa: PLC0415  keeps --help light

    scrubber = options.scrubber_of(arguments)
    text = sys.stdin.read() if arguments.text == _STDIN else arguments.text
    rows = explaining.explain(scrubber, text)
    runs = readings.labelled(scrubber, text, rows)
    if arguments.format == "json":
        import json  # noqa: PLC0415  only where it is asked for

        print(json.dumps({"candidates": [_fields(row) for row in rows], "runs": [_labels(run) for run in runs]}))
        return 0
    colour = arguments.color == "always" or (arguments.color == "auto" and sys.stdout.isatty())
    print(_marked(text, rows, colour=colour))
    for row in rows:
        print(_reason(row))
    for run in runs:
        print(_told(run))
    return 0


def _marked(text: str, rows: list[Row], *, colour: bool) -> str:
    """The text with what was taken in brackets, or in colour."""
    shown, at = [], 0
    for finding in (finding for finding, kept, _ in rows if kept):
        value = text[finding.start : finding.end]
        mark = f"\033[1;33m{value}\033[0m" if colour else f"[{value}]"
        shown += [text[at : finding.start], mark, f"({finding.entity})"]
        at = finding.end
    return "".join([*shown, text[at:]])


def _reason(row: Row) -> str:
    finding, kept, reason = row
    e = finding.evidence
    facts = [f"{e.card} {e.match}", *([f"validator {e.validator}"] if e.validator else []),
             *([f"context {', '.join(e.context)}"] if e.context else []),
             *([e.view] if e.view else [])]  # fmt: skip
    sign = "taken  " if kept else "refused"
    what = f"{finding.start}-{finding.end} {finding.entity} {finding.confidence:.2f}"
    return f"{sign} {what}: {'; '.join(facts)}; {reason}"


def _told(run: Run) -> str:
    """The label of each character with its probability, and the probability of each name."""
    characters = run.characters
    lines = [f"model   {characters[0].start}-{characters[-1].end}: each character, its label, how probable that is"]
    each = [f"{_visible(c.character)} {c.label} {c.probability:.2f}" for c in characters]
    starts = range(0, len(each), _CHARACTERS_A_LINE)
    lines += ["        " + "  ".join(each[at : at + _CHARACTERS_A_LINE]) for at in starts]
    lines += [f"        {n.start}-{n.end} {n.entity}: probability {n.probability:.3f}" for n in run.names]
    return "\n".join(lines)


def _visible(character: str) -> str:
    return "␣" if character.isspace() else character if character.isprintable() else "\ufffd"


def _fields(row: Row) -> dict[str, object]:
    """A candidate without its value."""
    finding, kept, reason = row
    e = finding.evidence
    return {
        "start": finding.start, "end": finding.end, "entity": finding.entity, "confidence": finding.confidence,
        "taken": kept, "reason": reason, "card": e.card, "match": e.match, "validator": e.validator,
        "context": list(e.context), "view": e.view,
    }  # fmt: skip


def _labels(run: Run) -> dict[str, object]:
    """A run without its characters."""
    return {
        "start": run.characters[0].start,
        "end": run.characters[-1].end,
        "characters": [
            {"start": c.start, "end": c.end, "label": c.label, "probability": round(c.probability, 4)}
            for c in run.characters
        ],
        "names": [
            {"start": n.start, "end": n.end, "entity": n.entity, "probability": round(n.probability, 4)}
            for n in run.names
        ],
    }
