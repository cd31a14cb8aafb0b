"""`anonkit scan`: say what is there and where."""

from __future__ import annotations

import argparse
import contextlib
import functools
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from typing import Any

from anonkit.commands import options, tasks
from anonkit.errors import AnonkitError, InputError


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `scan` to the commands."""
    scan = commands.add_parser("scan")
    scan.add_argument("inputs", nargs="+", metavar="INPUT", help=options.INPUTS)
    scan.add_argument("--format", choices=("table", "jsonl", "csv"), default="table",
                      help="table: counts per entity and file; jsonl, csv: one finding a line")  # fmt: skip
    scan.add_argument("--show-values", action="store_true", help="print the values too (jsonl, csv)")
    options.add_format(scan, "--input-format")
    options.add_encoding(scan)
    options.add_detection(scan)
    options.add_names(scan, learns=True)
    scan.set_defaults(run=_scan)


def _scan(arguments: Namespace) -> int:
    from anonkit.io import encodings, inputs, scanning, streams  # noqa: PLC0415  keeps --help light
    from anonkit.io.texts import Options  # noqa: PLC0415

    scrubber = options.scrubber_of(arguments)
    asked = tasks.format_for(arguments.input_format, scrubber.policy)
    how = Options(encodings.named(arguments.encoding), scrubber.scrub_name, format=asked)
    failed: AnonkitError | None = None
    counts: dict[str, Counter[str]] = {}
    names = functools.lru_cache(maxsize=1 << 12)(scrubber.scrub)  # of columns, which may hold values
    write = _row_writer(arguments.format, show_values=arguments.show_values)
    sources = inputs.expand(arguments.inputs)
    if arguments.learn_names:
        from anonkit.commands import learning  # noqa: PLC0415  only where it is asked for

        scrubber, learnt = learning.learnt(arguments, scrubber, [source for source, _ in sources], how)
        print(f"anonkit: names learnt from keys: {learnt}", file=sys.stderr)
    for source, _ in sources:
        name = scrubber.scrub_name("stdin" if source == streams.STDIN else source)
        try:
            with contextlib.closing(scanning.scan_file(scrubber, source, how)) as texts:
                for member, rows in texts:
                    shown = f"{name}!{scrubber.scrub_name(member)}" if member else name
                    tally = counts.setdefault(shown, Counter())
                    for row in rows:
                        finding = row.finding
                        tally[finding.entity] += 1
                        write({
                            "file": shown, "line": row.line, "start": finding.start + 1, "end": finding.end,
                            "entity": finding.entity, "confidence": finding.confidence, "value": row.value,
                            "column": names(row.column), "row": row.record,
                        })  # fmt: skip
        except InputError as error:
            if len(sources) == 1:
                raise
            print(f"anonkit: error: {error}", file=sys.stderr)
            failed = failed or error
    if arguments.format == "table":
        _table(counts)
    return failed.exit_code if failed else 0


def _row_writer(form: str, *, show_values: bool) -> Callable[[dict[str, Any]], object]:
    """Writes one finding: file, line, first and last column (all from 1), entity, confidence; the value if asked.

    Of tables also the name of the column, and the number of the record, from 1; it is 0 in the header.
    """
    names = ["file", "line", "start", "end", "entity", "confidence", *(["value"] if show_values else [])]
    of_table = ["column", "row"]
    if form == "jsonl":
        import json  # noqa: PLC0415  these only where they are asked for

        def line(row: dict[str, Any]) -> None:
            wanted = names if row["row"] is None else [*names, *of_table]
            print(json.dumps({name: row[name] for name in wanted}, ensure_ascii=False))

        return line
    if form == "csv":
        import csv  # noqa: PLC0415

        writer = csv.DictWriter(sys.stdout, [*names, *of_table], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        return writer.writerow
    return lambda _row: None


def _table(counts: dict[str, Counter[str]]) -> None:
    entities = sorted({e for tally in counts.values() for e in tally})
    if not entities:
        print("nothing found")
        return
    width = max(len("entity"), *(len(e) for e in entities))
    for name, tally in counts.items():
        print(f"{name}")
        for entity, n in tally.most_common():
            print(f"  {entity:<{width}}  {n:>8}")
        if not tally:
            print("  nothing found")
