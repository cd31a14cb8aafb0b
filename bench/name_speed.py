"""How fast are names found, and what does it take? Each measure runs in a process of its own.

python -m bench.name_speed model|lines|load|posseg FILE   prints a JSON object; FILE holds lines of text
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

BATCH_CHARACTERS: Final = 40_000
_ROUNDS: Final = 5
_LINES: Final = 2000
_POSSEG_BYTES: Final = 300_000


def _keys(file: Path) -> list[bytes]:
    """The distinct runs of the lines of a file: all new to the model, which remembers none of them here."""
    from anonkit.detect.names import runs

    block = file.read_bytes()
    return list(dict.fromkeys(block[start:end] for start, end in runs.find(block)))


def model(file: Path) -> dict[str, float]:
    """The model alone: characters a second of one core, in batches."""
    from anonkit.detect.names.finder import read
    from anonkit.detect.names.model import shipped

    batches: list[list[bytes]] = [[]]
    size = total = 0
    for key in _keys(file):
        characters = len(key.decode("utf-8", "replace"))
        if size + characters > BATCH_CHARACTERS:
            batches.append([])
            size = 0
        batches[-1].append(key)
        size += characters
        total += characters
    known = shipped()
    list(read(known, batches[0]))
    best = float("inf")
    for _ in range(_ROUNDS):
        begin = time.process_time()
        for batch in batches:
            list(read(known, batch))
        best = min(best, time.process_time() - begin)
    return {"characters": total, "cpu_s": best, "batches": len(batches)}


def lines(file: Path) -> dict[str, float]:
    """One line a call: lines and characters a second."""
    from anonkit.detect.names.finder import Names
    from anonkit.detect.names.model import shipped

    each = list(dict.fromkeys(file.read_bytes().splitlines()))[:_LINES]
    best = float("inf")
    for _ in range(_ROUNDS):
        reader = Names(shipped)
        reader.find("热身".encode())
        begin = time.process_time()
        for line in each:
            reader.find(line)
        best = min(best, time.process_time() - begin)
    return {"lines": len(each), "characters": sum(len(x.decode("utf-8", "replace")) for x in each), "cpu_s": best}


def load(file: Path) -> dict[str, float]:
    """Load time in seconds, and what the model adds to the memory of the process, a batch that is read included."""
    import anonkit

    anonkit.scan("a@example.com 13812345678")
    before = _resident_bytes()
    begin = time.perf_counter()
    from anonkit.detect.names.finder import names

    reader = names()
    load_s = time.perf_counter() - begin
    loaded = _resident_bytes()
    reader.find(file.read_bytes()[: 3 * BATCH_CHARACTERS])
    return {"load_s": load_s, "loaded_bytes": loaded - before, "read_bytes": _resident_bytes() - before}


def _resident_bytes() -> int:
    """What this process holds now. The peak would not do: a child begins with that of its parent."""
    kilobytes = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], check=True, capture_output=True).stdout
    return int(kilobytes) * 1024


def posseg(file: Path) -> dict[str, float]:
    """jieba.posseg on the beginning of the same lines."""
    from bench.name_scores import posseg as peer

    find = peer()
    data = file.read_bytes()[:_POSSEG_BYTES]
    text = data.decode("utf-8", "ignore").splitlines()
    find(text[:5])
    begin = time.process_time()
    find(text)
    return {"bytes": len(data), "characters": sum(map(len, text)), "cpu_s": time.process_time() - begin}


MEASURES: Final[dict[str, Callable[[Path], dict[str, float]]]] = {
    "model": model,
    "lines": lines,
    "load": load,
    "posseg": posseg,
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](Path(sys.argv[2]))))
