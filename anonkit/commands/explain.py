"""`anonkit explain`: why was each candidate in a text taken or not?"""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from typing import Any

from anonkit.commands import options

_STDIN = "-"


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `explain` to the commands."""
    explain = commands.add_parser("explain")
    explain.add_argument("text", help="the text, - for stdin")
    explain.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)"
    )
    options.add_detection(explain)
    explain.set_defaults(run=_explain)


def _explain(arguments: Namespace) -> int:
    from anonkit.scrubbing import explaining  # noqa: PLC0415  keeps --help light

    scrubber = options.scrubber_of(arguments)
    text = sys.stdin.read() if arguments.text == _STDIN else arguments.text
    colour = arguments.color == "always" or (arguments.color == "auto" and sys.stdout.isatty())
    rows = explaining.explain(scrubber, text)
    taken = [finding for finding, kept, _ in rows if kept]
    shown, at = [], 0
    for finding in taken:
        value = text[finding.start : finding.end]
        mark = f"\033[1;33m{value}\033[0m" if colour else f"[{value}]"
        shown += [text[at : finding.start], mark, f"({finding.entity})"]
        at = finding.end
    print("".join([*shown, text[at:]]))
    for finding, kept, reason in rows:
        e = finding.evidence
        facts = [f"{e.card} {e.match}", *([f"validator {e.validator}"] if e.validator else []),
                 *([f"context {', '.join(e.context)}"] if e.context else []),
                 *([e.view] if e.view else [])]  # fmt: skip
        sign = "taken  " if kept else "refused"
        what = f"{finding.start}-{finding.end} {finding.entity} {finding.confidence:.2f}"
        print(f"{sign} {what}: {'; '.join(facts)}; {reason}")
    return 0
