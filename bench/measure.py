"""What does one peer cost: runs it in a process of its own and reads the clock and the kernel's account of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import patterns

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer: its name, how to run it on a file, and on how many bytes.

    command      makes the words of the command from (source, target)
    inside       it times itself and prints a JSON object; otherwise its output goes to the target, start included
    limit_bytes  how much of a corpus it gets; None for all
    """

    name: str
    command: Callable[[str, str], list[str]]
    inside: bool = False
    limit_bytes: int | None = None
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost: sizes in bytes, times in seconds, memory in bytes (the largest process)."""

    size_bytes: int
    wall_s: float
    cpu_s: float
    peak_bytes: int
    findings: int | None = None

    @property
    def mb_per_s(self) -> float:
        """Million bytes of input per second of wall clock."""
        return self.size_bytes / self.wall_s / 1e6


def _inside(name: str, limit_bytes: int | None = None) -> Peer:
    words = [] if limit_bytes is None else [str(limit_bytes)]
    titles = {
        "anonkit": "anonkit, scrub_block in memory",
        "anonkit-without-names": "anonkit, the same without the model of names",
        "anonkit-deidentify": "anonkit, `deidentify` in memory (AES-SIV)",
        "anonkit-linked": "anonkit, `linked` labels in memory (two passes)",
        "raw-scan": "Vectorscan alone (our database, empty callback)",
        "python-re": "Python re, five plain patterns",
        "presidio": "Presidio, five plain patterns, NoOpNlpEngine",
    }
    return Peer(
        titles[name],
        lambda source, _: [sys.executable, "-m", "bench.inside", name, source, *words],
        inside=True,
        limit_bytes=limit_bytes,
    )


def _cli(jobs: int) -> Peer:
    return Peer(
        f"anonkit scrub --jobs {jobs}, file to file",
        lambda source, target: [
            sys.executable, "-m", "anonkit.cli", "scrub", source, "-o", target, "--jobs", str(jobs), "--quiet",
        ],
    )  # fmt: skip


def peers(presidio_bytes: int) -> list[Peer]:
    """All peers, anonkit first; Presidio gets `presidio_bytes` of each corpus, as it is slow."""
    c_locale = (("LC_ALL", "C"),)
    return [
        *with_and_without_names(),
        _inside("anonkit-deidentify"),
        _inside("anonkit-linked"),
        _cli(1),
        _cli(2),
        _inside("raw-scan"),
        Peer("sed -E", lambda source, _: patterns.sed(source), environment=(("LC_ALL", "C.UTF-8"),)),
        Peer("sed -E, LC_ALL=C", lambda source, _: patterns.sed(source), environment=c_locale),
        Peer("perl -pe", lambda source, _: patterns.perl(source), environment=c_locale),
        Peer("rg --passthru -r", lambda source, _: patterns.ripgrep(source)),
        _inside("python-re"),
        _inside("presidio", presidio_bytes),
    ]


def with_and_without_names() -> list[Peer]:
    """Anonkit in memory, with the model of names and without it."""
    return [_inside("anonkit"), _inside("anonkit-without-names")]


def best_of(peer: Peer, source: Path, target: Path, rounds: int) -> Cost | str:
    """Run `peer` on `source` `rounds` times; the fastest run, or a sentence that says why there is none."""
    command = peer.command(str(source), str(target))
    if shutil.which(command[0]) is None:
        return "not installed"
    costs = []
    for _ in range(1 if peer.limit_bytes is not None else rounds):
        target.unlink(missing_ok=True)
        cost = _run(peer, command, source, target)
        if isinstance(cost, str):
            return cost
        costs.append(cost)
    return min(costs, key=lambda cost: cost.wall_s)


def _run(peer: Peer, command: list[str], source: Path, target: Path) -> Cost | str:
    """Run `command` once."""
    environment = {**os.environ, **dict(peer.environment)}
    writes_target = str(target) in command
    with Path(os.devnull).open("wb") if writes_target else target.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, env=environment
        )
        # wait4 tells what this process and the children that it waited for have used, and of no other.
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return f"failed (exit code {process.returncode})"
    peak_bytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if peer.inside:
        told = json.loads(target.read_bytes())
        return Cost(told["bytes"], told["wall_s"], told["cpu_s"], peak_bytes, told["findings"])
    return Cost(source.stat().st_size, wall_s, usage.ru_utime + usage.ru_stime, peak_bytes)
