"""The one command: makes the corpora, measures anonkit and its peers in the same run, writes docs/benchmarks.md.

python -m bench                         everything; about ten minutes
python -m bench --corpora mixed --mb 5  a quick look; writes nothing unless --write is given
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

from bench import corpora, measure, report

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "benchmarks.md"


def arguments(words: list[str]) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mb", type=int, default=30, help="size of each corpus in million bytes (30)")
    parser.add_argument("--seed", type=int, default=20250601, help="seed of the corpora")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each peer, of which the best counts (3)")
    parser.add_argument("--presidio-mb", type=float, default=0.3, help="how much of a corpus Presidio gets (0.3)")
    parser.add_argument("--corpora", nargs="+", choices=list(corpora.LINES), default=list(corpora.LINES))
    parser.add_argument("--only", default="", help="measure only the peers whose name holds this")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md even for a partial run")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Measure, print, and write the document when the run was complete."""
    options = arguments(words)
    chosen = [peer for peer in measure.peers(int(options.presidio_mb * 1e6)) if options.only in peer.name]
    results: report.Results = {}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "output"
        for name in options.corpora:
            source = corpora.corpus(name, ROOT / "bench" / ".corpora", options.mb, options.seed)
            results[name] = []
            print(f"\n{name} ({source.stat().st_size / 1e6:.1f} MB)", flush=True)
            for peer in chosen:
                cost = measure.best_of(peer, source, target, options.rounds)
                results[name].append((peer, cost))
                told = cost if isinstance(cost, str) else f"{cost.mb_per_s:9.2f} MB/s  CPU {cost.cpu_s:7.2f} s"
                print(f"  {peer.name:52} {told}", flush=True)
    command = shlex.join(["python", "-m", "bench", *words])
    text = report.document(results, command, options.mb, options.seed, options.rounds)
    print("\n" + text)
    if options.write or not (words or options.only):
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")
        print(f"written to {DOCUMENT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
