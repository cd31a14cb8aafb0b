"""How fast does a table become k-anonymous, and is it the optimum? Writes docs/k-anonymity-benchmark.md.

python -m bench.anonymity                            the made-up table; about ten minutes
python -m bench.anonymity --adult DIR                Adult too: DIR has adult.csv and hierarchies/adult_hierarchy_*.csv
python -m bench.anonymity --anjana PYTHON            anjana too, in an interpreter that has it (and an old pandas)
python -m bench.anonymity --rounds 1 --rows 300000   a quick look; only a run with --write, or without words, is written

Every optimum is checked against a plain look at all nodes (every_node.py), every table against pycanon. A sentence that
is not true ends the run: nothing is written then.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench import adult_like, every_node, report
from bench.adult_like import ROWS, SENSITIVE, Sample
from bench.anonymity_peers import LOSS, USUAL, peers
from bench.anonymity_work import (
    DisprovedError,
    anonymized,
    check_optimum,
    check_table,
    counted,
    least,
    quasi_of,
    searched,
)
from bench.every_node import LOSSES, Case, Tuples

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "k-anonymity-benchmark.md"
CASES: Final = (Case(5, 0), USUAL, Case(10, 0), Case(10, 0.05), Case(5, 0.05, l=3), Case(5, 0.05, t=0.2))
NOISE: Final = {"made-up": 0.122, "Adult": 0.2385}
"""So that 3,000,000 rows have about 569,000 distinct tuples."""
ENOUGH_S: Final = 10.0
CONFIGURATIONS: Final = (
    "| k, l, t; suppressed at most | loss | least | sum of levels | suppressed | nodes checked "
    "| search, s | CPU s | whole call, s | CPU s |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)
MANY: Final = (
    "| table | distinct tuples | k | loss | nodes checked | histogram, s | CPU s | search, s | CPU s | whole call, s "
    "| CPU s | whole call / histogram | `.table`, s | CPU s |\n" + "|---|" + "---:|" * 13
)
ABOUT: Final = """\
The made-up table (bench/adult_like.py, seed {seed}) has the shape of UCI Adult: {rows:,} rows, nine quasi-identifiers
that depend on each other, hierarchies of two to five levels, {nodes:,} nodes. With *l* (distinct) and *t* (equal
distance) the column `{sensitive}` is sensitive, and the other eight are the quasi-identifiers. Times are the least of
{rounds} rounds in one process that take turns (of fewer where they take more than {enough_s:g} s): of the clock, and of
all processors. *Search*: from the histogram of the distinct tuples to the proven optimum. *Whole call*:
`anonkit.anonymize(frame, ...)` of a DataFrame of pandas with its hierarchies as CSV files, and `.table` built."""
CHECKED: Final = """\
Each loss equals, to 1e-9, the least one of all nodes, and the suppressed rows are as many (bench/every_node.py, plain
numpy). pycanon {pycanon} finds k rows or more in each class of every table released, and l values where asked."""
LARGE: Final = """\
{rows:,} rows, 5 %, normalised loss: the table again and again in another order, and that with a k as many times
larger, which is as hard as the table itself; and with cells replaced at random by others of their column. *Histogram*:
columns read and distinct tuples counted. *Whole call*: that, the search, and all else but `.table`, which is told
apart. The least of {rounds} rounds."""
PEERS: Final = """\
k=5, 5 %, normalised loss, the same CSV files. *Every node*: plain numpy over the distinct tuples, all nodes; once.
anjana looks for a table that is k-anonymous, not for the one with the least loss; its call gets the table and the
hierarchies in memory, without the time to read them. The loss of its table is taken as that of the others."""


def configurations(sample: Sample, rounds: int) -> str:
    """All cases and losses, as a table."""
    lines = [CONFIGURATIONS]
    best = {}
    for has_sensitive in (False, True):
        asked = [(case, loss) for case in CASES if case.has_sensitive == has_sensitive for loss in LOSSES]
        tuples = Tuples.count(sample.frame, sample.hierarchies, SENSITIVE if has_sensitive else None)
        best.update(zip(asked, every_node.optima(tuples, asked), strict=True))
    for case, loss in itertools.product(CASES, LOSSES):
        result = anonymized(sample, sample.frame, case, loss)
        check_optimum(result, best[case, loss])
        check_table(result.table, quasi_of(sample, case), case)
        search, call = least(
            rounds,
            lambda result=result, case=case, loss=loss: searched(result, case, loss),
            lambda case=case, loss=loss: anonymized(sample, sample.frame, case, loss).table,
            enough_s=ENOUGH_S,
        )
        levels = sum(level or 0 for level in result.levels.values())
        lines.append(
            f"| {case} | {loss} | {_shown(loss, result.loss)} | {levels} | {result.suppressed:,} "
            f"| {result.nodes_checked:,} / {result.nodes:,} | {search} | {call} |"
        )
        _tell(lines[-1])
    return "\n".join(lines)


def _shown(loss: str, number: float) -> str:
    if loss in ("normalised", "normalised-mean"):
        return f"{number:.6f}"
    return f"{number:,.3f}" if loss == "class-size" else f"{number:,.0f}"


def many_rows(sample: Sample, rows: int, rounds: int, seed: int) -> list[str]:
    """Many rows: with the distinct tuples of the sample, and with many more."""
    lines = []
    usual, noise = USUAL.k, NOISE[sample.name]
    for share, ks in ((0.0, (usual, usual * max(rows // len(sample.frame), 1))), (noise, (usual,))):
        frame, tuples = adult_like.large(sample, rows, share, seed)
        for k in ks:
            case = Case(k, USUAL.suppress)
            result = anonymized(sample, frame, case, LOSS)
            if not result.optimal or len(result.search.histogram.cells.counts) != tuples:
                msg = f"{sample.name}: {result!r}, {tuples} distinct tuples"
                raise DisprovedError(msg)
            histogram, search, call = least(
                rounds,
                lambda frame=frame: counted(sample, frame),
                lambda result=result, case=case: searched(result, case, LOSS),
                lambda frame=frame, case=case: anonymized(sample, frame, case, LOSS),
            )
            (table,) = least(1, lambda result=result: result.table)
            lines.append(
                f"| {sample.name} | {tuples:,} | {k} | {result.loss:.6f} "
                f"| {result.nodes_checked:,} / {result.nodes:,} | {histogram} | {search} | {call} "
                f"| {call.clock / histogram.clock:.2f} | {table} |"
            )
            _tell(lines[-1])
    return lines


def _tell(line: str) -> None:
    print(line, flush=True)


def document(samples: Sequence[Sample], options: argparse.Namespace, command: str, folder: Path) -> str:
    """Measure, and return the whole of docs/k-anonymity-benchmark.md."""
    parts, compared, others = [], [], []
    for sample in samples:
        parts += [f"## {sample.name}", configurations(sample, options.rounds)]
        table, others = peers(sample, options.rounds, options.anjana, folder)
        compared += [f"### {sample.name}", table]
        _tell(table)
    many = [line for sample in samples for line in many_rows(sample, options.rows, options.large_rounds, options.seed)]
    packages = ("anonkit", "numpy", "pandas", "pyarrow", "pycanon")
    versions = ", ".join([report.versions()[0], *(f"{name} {version(name)}" for name in packages)])
    if others:
        versions += f"; in an interpreter of its own {', '.join(others)}"
    nodes = len(list(Tuples.count(samples[0].frame, samples[0].hierarchies, None).nodes))
    about = ABOUT.format(
        seed=options.seed, rows=ROWS, nodes=nodes, sensitive=SENSITIVE, rounds=options.rounds, enough_s=ENOUGH_S
    )
    if len(samples) > 1:
        about += f"\nAdult has the same shape and {len(samples[1].frame):,} rows."
    load = f"Load of the last 15 minutes when it ended: {os.getloadavg()[2]:.1f}, of which this is about 1."
    written = [
        "# k-anonymity: benchmark",
        f"Written by `{command}`; do not edit. {datetime.now(UTC):%Y-%m-%d}, {report.machine()}. {load}",
        f"Versions: {versions}.",
        about,
        CHECKED.format(pycanon=version("pycanon")),
        *parts,
        "## Others",
        PEERS,
        *compared,
        "## Many rows",
        LARGE.format(rows=options.rows, rounds=options.large_rounds),
        "\n".join([MANY, *many]),
    ]
    return "\n\n".join(written) + "\n"


def main(words: list[str]) -> int:
    """Measure, print, and write the document when the run was complete."""
    parser = argparse.ArgumentParser(prog="python -m bench.anonymity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--adult", metavar="DIR", type=Path, help="adult.csv and hierarchies/adult_hierarchy_*.csv")
    parser.add_argument("--anjana", metavar="PYTHON", help="an interpreter that has anjana")
    parser.add_argument("--rounds", type=int, default=5, help="of which the least time counts (5)")
    parser.add_argument("--large-rounds", type=int, default=3, help="the same with many rows (3)")
    parser.add_argument("--rows", type=int, default=3_000_000, help="how many these are (3,000,000)")
    parser.add_argument("--seed", type=int, default=20250601)
    parser.add_argument("--write", action="store_true", help="write the document even for a partial run")
    options = parser.parse_args(words)
    shown = shlex.join(["python", "-m", "bench.anonymity", *words])
    if options.adult is not None:
        shown = shown.replace(shlex.quote(str(options.adult)), "DIR")
    if options.anjana is not None:
        shown = shown.replace(shlex.quote(options.anjana), "PYTHON")
    with tempfile.TemporaryDirectory() as name:
        samples = [adult_like.made_up(Path(name), options.seed)]
        if options.adult is not None:
            samples.append(adult_like.adult(options.adult))
        text = document(samples, options, shown, Path(name))
    print("\n" + text)
    if options.write or not words:
        DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
