"""What do others take for the usual case: a look at every node, anjana, and anonkit as a command?"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import adult_like, every_node
from bench.adult_like import Sample
from bench.anonymity_work import DisprovedError, Seconds, anonymized, check_optimum, check_table, least, searched
from bench.every_node import Case, Tuples

USUAL: Final = Case(5, 0.05)
LOSS: Final = "normalised"
HEADER: Final = (
    "| what | loss | suppressed | nodes checked | s | CPU s | CPU, x whole call |\n|---|---:|---:|---:|---:|---:|---:|"
)
_SCRIPT: Final = Path(__file__).resolve().parent / "anjana_peer.py"


@dataclass(frozen=True, slots=True)
class Row:
    """One peer: what it found, at what cost."""

    name: str
    loss: float
    suppressed: int
    nodes: str
    seconds: Seconds


def peers(sample: Sample, rounds: int, anjana: str | None, folder: Path) -> tuple[str, list[str]]:
    """The usual case by all, as a table; and what is installed in anjana's interpreter."""
    result = anonymized(sample, sample.frame, USUAL, LOSS)
    nodes = f"{result.nodes_checked:,}"
    command = command_words(sample, folder / "anonkit.csv")
    try:
        search, call, whole = least(
            rounds,
            lambda: searched(result, USUAL, LOSS),
            lambda: anonymized(sample, sample.frame, USUAL, LOSS).table,
            lambda: subprocess.run(command, check=True, capture_output=True),
        )
    except subprocess.CalledProcessError as error:
        msg = f"anonkit anonymize: {error.stderr.decode(errors='replace')[-300:]}"
        raise DisprovedError(msg) from None
    check_table(adult_like.read_table(folder / "anonkit.csv"), sample.columns, USUAL)
    rows = [
        Row("anonkit, search alone", result.loss, result.suppressed, nodes, search),
        Row("anonkit, whole call", result.loss, result.suppressed, nodes, call),
        Row("`anonkit anonymize`, CSV to CSV, start included", result.loss, result.suppressed, nodes, whole),
    ]
    tuples = Tuples.count(sample.frame, sample.hierarchies, None)
    found = []
    (every,) = least(1, lambda: found.append(every_node.optima(tuples, [(USUAL, LOSS)])[0]))
    check_optimum(result, found[0])
    rows.append(Row("every node, numpy", result.loss, result.suppressed, f"{result.nodes:,}", every))
    versions: list[str] = []
    if anjana is not None:
        row, versions = _anjana(sample, tuples, rounds, anjana, folder)
        rows.append(row)
    lines = [
        f"| {row.name} | {row.loss:.6f} | {row.suppressed:,} | {row.nodes} | {row.seconds} "
        f"| {row.seconds.cpu / call.cpu:.1f} |"
        for row in rows
    ]
    return "\n".join([HEADER, *lines]), versions


def command_words(sample: Sample, target: Path) -> list[str]:
    """The whole command, from CSV to CSV."""
    hierarchies = [word for name, path in sample.files.items() for word in ("--hierarchy", f"{name}={path}")]
    return [
        sys.executable, "-m", "anonkit.cli", "anonymize", str(sample.file), "-o", str(target), "--quiet",
        "--quasi", ",".join(sample.columns), "--k", str(USUAL.k), "--suppress", str(USUAL.suppress), *hierarchies,
    ]  # fmt: skip


def _anjana(sample: Sample, tuples: Tuples, rounds: int, python: str, folder: Path) -> tuple[Row, list[str]]:
    """What it makes of a table, and which versions did."""
    target = folder / "anjana.csv"
    words = [python, str(_SCRIPT), str(sample.file), str(target), str(rounds), str(USUAL.k)]
    words += [str(round(100 * USUAL.suppress)), *(f"{name}={path}" for name, path in sample.files.items())]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    table = adult_like.read_table(target)
    check_table(table, sample.columns, USUAL)
    node = []
    for name in sample.columns:
        seen = set(table[name].astype(str))
        levels = zip(*sample.hierarchies[name], strict=True)
        node.append(next(number for number, labels in enumerate(levels) if seen <= set(labels)))
    optimum = every_node.evaluated(tuples, tuple(node), [(USUAL, LOSS)])[0]
    if optimum is None or len(sample.frame) - made["rows"] != optimum.suppressed:
        msg = f"anjana's table of {made['rows']} rows is not what its levels {node} give: {optimum}"
        raise DisprovedError(msg)
    seconds = Seconds(made["seconds"], made["cpu_s"])
    return Row("anjana, `k_anonymity`", optimum.loss, optimum.suppressed, "", seconds), made["versions"]
