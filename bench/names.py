"""How well and how fast are people, addresses and organisations found? Writes its part of docs/names.md.

python -m bench.names --data DIR                          everything; some minutes
python -m bench.names --data DIR --set CLUENER=dev.json   with texts that only you may use
python -m bench.names --data DIR --sets Weibo --no-speed  a quick look; writes nothing unless --write is given

DIR is laid out as for `anonkit train-names`. A set may be in any form that `anonkit train-names --corpus` takes
(columns of characters and labels, JSON lines, sentences with {person=...}), or in that of CLUENER.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anonkit.detect.names.labels import ENTITIES
from anonkit.training.evaluate import Score
from bench import corpora, measure, report
from bench.measure import Cost
from bench.name_scores import FINDERS, Finder, Texts, score, sets

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "names.md"
BEGIN, END = "<!-- scores: begin (printed by bench/names.py) -->", "<!-- scores: end -->"
_LOGS: Final = {"mixed": "company log, Chinese in two lines of five", "access": "access log, no Chinese"}
SCORES = """\
F1, with precision and recall, counts spans that are exactly right, in per cent. *leak* is the share of entities of
which a character stays; what is found as an organisation, which is kept by default, hides no person and no address.
*false* are findings that touch nothing that is marked, per 1,000 lines. *anonkit* is `anonkit.scan`, rules and model
together; *jieba.posseg* is what it calls nr, ns and nt. Addresses are places from a district or a road down; what the
sets of others call a place beyond that is not counted, and to jieba.posseg, for which each city is one, it is false."""
SPEED = """\
In seconds of one core, the best of some rounds, each measure in a process of its own in the same run; characters are
code points. New text is the runs of the public texts in simplified script, each read anew, nothing remembered."""


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.names", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public sources")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=FILE", help="a set of your own")
    parser.add_argument("--sets", nargs="+", metavar="WORD", help="only sets whose name holds one of these")
    parser.add_argument("--mb", type=int, default=30, help="size of each log in million bytes (30)")
    parser.add_argument("--seed", type=int, default=20250601, help="seed of the logs")
    parser.add_argument("--rounds", type=int, default=3, help="runs over each log, of which the best counts (3)")
    parser.add_argument("--no-speed", action="store_true", help="scores only")
    parser.add_argument("--write", action="store_true", help="write docs/names.md even for a partial run")
    options = parser.parse_args(words)
    for one in options.set:
        name, _, file = one.partition("=")
        if not name or not Path(file).is_file():
            parser.error(f"--set {name}: no such file; write --set NAME=FILE")
    return options


def main(words: Sequence[str]) -> int:
    """Measure, print, and write the part of the document when the run was complete."""
    options = arguments(words)
    chosen = [one for one in sets(options.data, options.set)
              if not options.sets or any(word.lower() in one.name.lower() for word in options.sets)]  # fmt: skip
    parts = [scores(chosen)]
    if not options.no_speed:
        parts += [SPEED, speed(options, chosen)]
    told = [words[i] for i in range(len(words)) if words[i] != "--data" and (i == 0 or words[i - 1] != "--data")]
    # files of one's own stay unnamed
    told = [word.partition("=")[0] + "=FILE" if "=" in word else word for word in told]
    command = shlex.join(["python", "-m", "bench.names", "--data", "DIR", *told])
    head = f"Written by `{command}`; do not edit. {datetime.now(UTC):%Y-%m-%d}, {report.machine()}."
    text = "\n\n".join([head, SCORES, *parts])
    print("\n" + text)
    if options.write or not (options.sets or options.no_speed):
        return _written(text)
    return 0


def _written(text: str) -> int:
    """Put the text between the marks of the document."""
    whole = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.is_file() else ""
    before, begins, rest = whole.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not begins or not ends:
        print(f"{DOCUMENT.relative_to(ROOT)} has no {BEGIN} and {END}: nothing written", file=sys.stderr)
        return 1
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    print(f"written to {DOCUMENT.relative_to(ROOT)}")
    return 0


def scores(chosen: Sequence[Texts]) -> str:
    """The table of scores."""
    head = "".join(f" {name}: F1 (P / R) | leak | false |" for name in FINDERS)
    lines = [f"| texts | entity | n |{head}", "|---|---|---:|" + "---:|" * (3 * len(FINDERS))]
    finders: dict[str, Finder] = {name: make() for name, make in FINDERS.items()}
    for one in chosen:
        sentences = one.read()
        print(f"{one.name}: {len(sentences)} lines", file=sys.stderr, flush=True)
        tallies = {name: score(sentences, find) for name, find in finders.items()}
        name = f"{one.name}, {len(sentences):,} lines" + (f"; {one.note}" if one.note else "")
        for entity in ENTITIES.values():
            of_entity = [tallies[finder].get(entity, Score()) for finder in finders]
            if of_entity[0].gold:
                cells = "".join(_cells(tally, len(sentences)) for tally in of_entity)
                lines.append(f"| {name} | {entity} | {of_entity[0].gold:,} |{cells}")
    return "\n".join(lines)


def _cells(tally: Score, lines: int) -> str:
    score = f"{100 * tally.f1:.1f} ({100 * tally.precision:.0f} / {100 * tally.recall:.0f})"
    return f" {score} | {100 * tally.leaked / tally.gold:.1f} % | {1000 * tally.false / lines:.1f} |"


def speed(options: argparse.Namespace, chosen: Sequence[Texts]) -> str:
    """The table of speeds."""
    lines = ["| what | result |", "|---|---:|"]

    def told(what: str, result: str) -> None:
        lines.append(f"| {what} | {result} |")
        print(lines[-1], file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.txt"
        file.write_text(_new_text(options.data, chosen), encoding="utf-8")
        got = {what: _measured(what, file) for what in ("load", "model", "lines", "posseg")}
        load, batch, single, peer = (got[what] for what in ("load", "model", "lines", "posseg"))
        told("load", f"{load['load_s']:.2f} s")
        memory = f"{load['loaded_bytes'] / 1e6:.0f} MB, {load['read_bytes'] / 1e6:.0f} MB"
        told("memory that the model adds: loaded, and with a batch that is read", memory)
        told("the model alone, new text, batches of 40,000 characters", _rate(batch, "characters"))
        told("the model alone, new text, one line a call", f"{_rate(single, 'lines')}, {_rate(single, 'characters')}")
        told(
            "jieba.posseg, the same text",
            f"{peer['bytes'] / peer['cpu_s'] / 1e6:.2f} MB/s, {_rate(peer, 'characters')}",
        )
        for name, about in _LOGS.items():
            source = corpora.corpus(name, ROOT / "bench" / ".corpora", options.mb, options.seed)
            for peer_ in measure.with_and_without_names():
                cost = measure.best_of(peer_, source, Path(folder) / "output", options.rounds)
                told(f"{name} ({about}), {peer_.name}", _of_one_core(cost))
    return "\n".join(lines)


def _of_one_core(cost: Cost | str) -> str:
    return cost if isinstance(cost, str) else f"{cost.size_bytes / cost.cpu_s / 1e6:.1f} MB/s"


def _rate(got: dict[str, float], what: str) -> str:
    return f"{got[what] / got['cpu_s']:,.0f} {what}/s"


def _measured(what: str, file: Path) -> dict[str, float]:
    """What `bench.name_speed` says, in a process of its own."""
    words = [sys.executable, "-m", "bench.name_speed", what, str(file)]
    output = subprocess.run(words, check=True, capture_output=True, cwd=ROOT).stdout
    got: dict[str, float] = json.loads(output)
    return got


def _new_text(data: Path, chosen: Sequence[Texts]) -> str:
    """Lines to be fast on: the public texts in simplified script, which are the most; else those that are scored.

    jieba.posseg takes ten times as long for traditional script: a character that it does not know may be anything.
    """
    from anonkit.training.corpora import uner

    files = [file for name in ("test", "train", "dev") if (file := data / "uner" / f"{name}.iob2").is_file()]
    sentences = [s for file in files for s in uner(file)] or [s for one in chosen for s in one.read()]
    return "".join(s.text + "\n" for s in sentences)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
