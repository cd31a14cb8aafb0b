"""How the results read: the tables of docs/benchmarks.md, and the facts about the machine beside them."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.measure import Cost, Peer

Results = dict[str, list[tuple["Peer", "Cost | str"]]]

HEADER = "| what | MB/s | anonkit is × faster | CPU s | peak MB | findings / MB |\n|---|---:|---:|---:|---:|---:|"
METHOD = """\
Corpora of {size_mb} MB each (10^6 bytes), seed {seed}, every value distinct; best of {rounds} runs, each in a process
of its own, one after the other. Rows that say *in memory*, and those of Vectorscan, Python re and Presidio, time the
calls alone, on blocks of about 2 MiB; the others are whole commands from file to file, start included. Peak memory is
that of the largest process; what is below 20 MB is the harness, not the program. sed, perl, rg, Python re and Presidio
get five plain patterns (64 hex digits, identity number, mobile number, mail address, IPv4), and a 64-digit hash or an
eleven-digit order number is a finding to them; anonkit looks for everything that its cards describe, so the findings
are not the same ones."""
ABOUT = {
    "mixed": "A company's application log: Spring lines, JSON payloads, logfmt, SQL, access lines, Chinese prose.",
    "clean": "The same kind of log with nothing personal in it, but with everything that looks like it.",
    "access": "A web server's access log, combined format.",
    "jsonl": "Events as JSON lines, JSON inside JSON, phone numbers as bare numbers.",
}


def table(rows: list[tuple[Peer, Cost | str]]) -> str:
    """The results of one corpus as a table; ratios are against the first row, anonkit in memory."""
    first = rows[0][1]
    lines = [HEADER]
    for peer, cost in rows:
        if isinstance(cost, str):
            lines.append(f"| {peer.name} | {cost} | | | | |")
            continue
        name = peer.name
        if peer.limit_bytes is not None:
            name += f" (the first {peer.limit_bytes / 1e6:g} MB)"
        ratio = "" if isinstance(first, str) or cost is first else f"{first.mb_per_s / cost.mb_per_s:.2f}"
        found = f"{cost.findings / cost.size_bytes * 1e6:,.0f}" if cost.findings else ""
        speed = f"{cost.mb_per_s:.1f}" if cost.mb_per_s >= 10 else f"{cost.mb_per_s:.2f}"
        lines.append(f"| {name} | {speed} | {ratio} | {cost.cpu_s:.2f} | {cost.peak_bytes / 1e6:.0f} | {found} |")
    return "\n".join(lines)


def document(results: Results, command: str, size_mb: int, seed: int, rounds: int) -> str:
    """The whole of docs/benchmarks.md."""
    parts = [
        "# Benchmarks",
        f"Written by `{command}`; do not edit. {datetime.now(UTC):%Y-%m-%d}, {machine()}.",
        f"Versions: {', '.join(versions())}.",
        METHOD.format(size_mb=size_mb, seed=seed, rounds=rounds),
    ]
    for corpus, rows in results.items():
        parts += [f"## {corpus}", ABOUT[corpus], table(rows)]
        parts += [line for line in [_jobs(rows)] if line]
    return "\n\n".join(parts) + "\n"


def _jobs(rows: list[tuple[Peer, Cost | str]]) -> str:
    """Return a sentence on what the second job brings, where both were measured."""
    speeds = [cost.mb_per_s for peer, cost in rows if "--jobs" in peer.name and not isinstance(cost, str)]
    return f"Two jobs are {speeds[1] / speeds[0]:.2f} × as fast as one." if len(speeds) == 2 else ""


def machine() -> str:
    """The processor, how many of it, and the system."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line[:10] == "model name"]
        model = names[0] if names else model
    return f"{os.cpu_count()} × {model}, {platform.system()} {platform.release()}"


def versions() -> list[str]:
    """What was measured, with versions; a program that is absent is not listed."""
    listed = [f"Python {platform.python_version()}"]
    for package in ("anonkit", "hyperscan", "presidio-analyzer", "presidio-anonymizer"):
        try:
            listed.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    for program, words in {"sed": ["--version"], "perl": ["-e", "print $^V"], "rg": ["--version"]}.items():
        try:
            told = subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        first = told.splitlines()[0]
        listed.append(first if program in first or "ripgrep" in first else f"{program} {first}")
    return listed
