"""What does anjana make of a table, and how long does it take? Runs in anjana's own interpreter, for its own pandas.

PYTHON bench/anjana_peer.py TABLE.csv OUT.csv ROUNDS K PERCENT COLUMN=HIERARCHY.csv ...

All columns named are quasi-identifiers; files are `;`-separated. Prints a JSON object.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from importlib.metadata import version

import pandas as pd


def main(words: list[str]) -> int:
    """Measure the calls, the least of ROUNDS; the table and the hierarchies are read before."""
    from anjana.anonymity import k_anonymity

    table, out, rounds, k, percent = words[:5]
    files = dict(word.split("=", 1) for word in words[5:])
    frame = pd.read_csv(table, sep=";", dtype=str)
    hierarchies = {
        name: {level: column.to_numpy() for level, column in pd.read_csv(path, sep=";", header=None, dtype=str).items()}
        for name, path in files.items()
    }
    seconds, cpu_s = [], []
    for _ in range(int(rounds)):
        began, cpu = time.perf_counter(), time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            made = k_anonymity(frame.copy(), [], list(files), int(k), int(percent), hierarchies)
        seconds.append(time.perf_counter() - began)
        cpu_s.append(time.process_time() - cpu)
    made[list(files)].to_csv(out, sep=";", index=False)
    versions = [f"{name} {version(name)}" for name in ("anjana", "pandas")]
    told = {"seconds": min(seconds), "cpu_s": min(cpu_s), "rows": len(made), "versions": versions}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
