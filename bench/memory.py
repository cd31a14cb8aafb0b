"""How much memory does `anonkit scrub FILE -o OUT` take with large tables? Prints the one of docs/tables-benchmark.md.

python -m bench.memory             a CSV of 5 GB, Parquet files of 2 GB; about an hour, and 15 GB of disk
python -m bench.memory --gb 0.5    a quick look: a tenth of each

The rows are those of bench.tables: a few thousand are made, and repeated with other phones, identity numbers and
addresses in their columns and in their texts, so that values are distinct and memory that grows with them would be
seen. Peak memory is that of all processes of the command: the sum of their proportional shares (PSS), looked at every
tenth of a second, and beside it the largest resident set that one of them ever had.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from bench import tables

if TYPE_CHECKING:
    import pyarrow as pa

HEADER: Final = "| file | GB | s | MB/s | peak PSS, MB | largest process, MB |\n|---|---:|---:|---:|---:|---:|"
_BASE_ROWS, _SEED = 20_000, 20250601
_GROUP_ROWS = 200_000
_PARQUET_SHARE = 0.4  # 2 GB beside 5
_PAUSE_S = 0.1
_ID_WEIGHTS: Final = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))

Make = Callable[[Path, int], None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took; bytes and seconds."""

    size: int
    seconds: float
    pss: int
    largest: int


def blocks() -> Iterator[pa.Table]:
    """Endless parts of one table, with values that do not come again."""
    import pyarrow as pa
    import pyarrow.compute as pc

    frame = tables.frame(_BASE_ROWS, _SEED)
    base = {name: pa.array(frame[name].tolist(), pa.string()) for name in ("feedback", "remark")}
    random = np.random.default_rng(_SEED)
    while True:
        remarks = base["remark"].take(random.permutation(_BASE_ROWS))
        columns = {
            "feedback": pc.binary_join_element_wise(base["feedback"], pa.scalar(",回电"), _phones(random), ""),
            "remark": pc.binary_join_element_wise(remarks, pa.scalar(",来自"), _addresses(random), ""),
            "phone": _phones(random),
            "id_card": _id_cards(random),
            "client_ip": _addresses(random),
        }
        yield pa.table(columns)


def _digits(random: np.random.Generator, count: int) -> np.ndarray:
    return random.integers(0, 10, (_BASE_ROWS, count))


def _joined(digits: np.ndarray) -> pa.Array:
    """A text of each row of digits, where 10 is X."""
    import pyarrow as pa

    signs = np.frombuffer(b"0123456789X", np.uint8)[digits]
    width = digits.shape[1]
    return pa.array(np.ascontiguousarray(signs).view(f"S{width}").reshape(-1)).cast(pa.string())


def _phones(random: np.random.Generator) -> pa.Array:
    digits = _digits(random, 11)
    digits[:, 0] = 1
    digits[:, 1] = random.choice((3, 5, 8), _BASE_ROWS)
    digits[:, 2] = random.integers(5, 10, _BASE_ROWS)
    return _joined(digits)


def _id_cards(random: np.random.Generator) -> pa.Array:
    """Resident identity numbers with their check digits (GB 11643-1999)."""
    digits = _digits(random, 18)
    digits[:, :6] = (3, 1, 0, 1, 1, 5)
    digits[:, 6:8] = (1, 9)
    digits[:, 8] = random.integers(5, 10, _BASE_ROWS)
    digits[:, 10:12] = 0
    digits[:, 11] = random.integers(1, 10, _BASE_ROWS)
    digits[:, 12] = 1
    digits[:, 17] = np.array((1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2))[digits[:, :17] @ _ID_WEIGHTS % 11]
    return _joined(digits)


def _addresses(random: np.random.Generator) -> pa.Array:
    import pyarrow as pa

    parts = random.integers(1, 255, (_BASE_ROWS, 4)).astype(str)
    return pa.array([".".join(row) for row in parts.tolist()])


def csv(path: Path, size: int) -> None:
    """A CSV file of about so many bytes."""
    from pyarrow import csv as writer

    rows = blocks()
    with path.open("wb") as out:
        writer.write_csv(next(rows), out)
        while out.tell() < size:
            writer.write_csv(next(rows), out, writer.WriteOptions(include_header=False))


def parquet(path: Path, size: int) -> None:
    """A Parquet file of about so many bytes, in many row groups."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = blocks()
    with pq.ParquetWriter(path, next(rows).schema, compression="none") as writer:
        while path.stat().st_size < size:
            parts = [next(rows) for _ in range(_GROUP_ROWS // _BASE_ROWS)]
            writer.write_table(pa.concat_tables(parts), row_group_size=_GROUP_ROWS)


def one_group(path: Path, size: int) -> None:
    """A Parquet file of about so many bytes in a single row group, made in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = blocks()
    first = next(rows)
    pq.write_table(first, path, compression="none")
    parts = [first, *(next(rows) for _ in range(size // path.stat().st_size))]
    pq.write_table(pa.concat_tables(parts), path, row_group_size=len(parts) * _BASE_ROWS, compression="none")


SHAPES: Final[dict[str, tuple[str, float, Make]]] = {
    "csv": ("CSV", 1, csv),
    "parquet": (f"Parquet, row groups of {_GROUP_ROWS:,} rows", _PARQUET_SHARE, parquet),
    "one-group": ("Parquet, one row group", _PARQUET_SHARE, one_group),
}


def measured(source: Path, target: Path) -> Cost:
    """What it takes to scrub one file into another."""
    command = [sys.executable, "-m", "anonkit.cli", "scrub", str(source), "-o", str(target), "--quiet"]
    began, pss, largest = time.monotonic(), 0, 0
    process = subprocess.Popen(command)
    while process.poll() is None:
        there = _tree(process.pid)
        pss = max(pss, sum(_bytes(one, "smaps_rollup", "Pss:") for one in there))
        largest = max(largest, *(_bytes(one, "status", "VmHWM:") for one in there))
        time.sleep(_PAUSE_S)
    seconds = time.monotonic() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(source.stat().st_size, seconds, pss, largest)


def _tree(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:  # it has ended
                continue
    return found


def _bytes(pid: int, file: str, field: str) -> int:
    """A size that Linux tells of a process; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(field)), 0)


def main(words: list[str]) -> int:
    """Make each file, measure, print a row."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gb", type=float, default=5, help="size of the CSV in 10^9 bytes; Parquet has 0.4 of it (5)")
    parser.add_argument("--only", nargs="+", choices=list(SHAPES), default=list(SHAPES))
    parser.add_argument("--dir", type=Path, help="a folder with room for the files (that of temporary files)")
    options = parser.parse_args(words)
    print(HEADER)
    for name in options.only:
        title, share, make = SHAPES[name]
        with tempfile.TemporaryDirectory(dir=options.dir) as folder:
            suffix = "csv" if make is csv else "parquet"
            source = Path(folder) / f"table.{suffix}"
            make(source, int(options.gb * share * 1e9))
            cost = measured(source, Path(folder) / f"scrubbed.{suffix}")
        speed = cost.size / cost.seconds / 1e6
        print(
            f"| {title} | {cost.size / 1e9:.2f} | {cost.seconds:,.0f} | {speed:.1f} | {cost.pss / 1e6:.0f} "
            f"| {cost.largest / 1e6:.0f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
