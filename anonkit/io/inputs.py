"""Which files are meant by what the user wrote, and where does the output of each go?"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonkit.errors import InputError, UsageError
from anonkit.io import partitions
from anonkit.io.partitions import Partition
from anonkit.io.streams import STDIN, reading

_SUMMARIES = ("_metadata", "_common_metadata")
_CHECKSUM = re.compile(r"\..+\.crc")


@dataclass(frozen=True, slots=True)
class Task:
    """One input and its output; no output where nothing is written."""

    source: str
    target: str | None
    in_place: bool = False
    named: bool = False  # by the user, with -o


def expand(inputs: Sequence[str], failed: Callable[[InputError], object] | None = None) -> list[tuple[str, Path]]:
    """The files that `inputs` mean, each with the name it has below the input that named it.

    inputs  paths, globs, folders (all files in them, recursively), "-" for stdin
    failed  is told of an input that does not exist or cannot be listed, where there are others

    Raises InputError for such an input where `failed` is not given, UsageError for an empty name.
    """
    found: list[tuple[str, Path]] = []
    for name in inputs:
        if not name:
            msg = "an input has no name; give a path, or - for stdin"
            raise UsageError(msg)
        try:
            with reading(name):
                found += _expand(name)
        except InputError as error:
            if failed is None or len(inputs) == 1:
                raise
            failed(error)
    return found


def _expand(name: str) -> list[tuple[str, Path]]:
    path = Path(name)
    if name == STDIN:
        return [(STDIN, Path("stdin"))]
    if path.is_dir():
        return sorted((str(p), p.relative_to(path)) for p in _files_below(path))
    if os.path.lexists(name):
        return [(name, Path(path.name))]
    matches = [m for m in sorted(glob.glob(name, recursive=True)) if Path(m).is_file()]  # noqa: PTH207  absolute patterns too
    if not matches:
        msg = f"{name}: no such file or folder; check the path"
        raise InputError(msg)
    return [(m, Path(Path(m).name)) for m in matches]


def _files_below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for base, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        yield from (Path(base, name) for name in names if Path(base, name).is_file())


def tasks(  # noqa: PLR0913  the options of the command
    inputs: Sequence[str],
    *,
    out: str | None,
    out_dir: str | None,
    in_place: bool,
    rename: Callable[[str], str],
    failed: Callable[[InputError], object] | None = None,
    left_out: Callable[[str], object] = lambda _path: None,
    treat: partitions.Treat | None = None,
) -> list[Task]:
    """Where each input goes.

    rename    takes personal values out of a file name
    failed    is told of inputs that do not exist, where there are others
    left_out  is told of files that have no place in a new folder, as they sum up others that will not be the same
    treat     what the values in names of partition folders become; they stay unless told

    Raises UsageError where the options do not say it, and for --in-place where such values would not stay, InputError
    for inputs that do not exist.
    """
    if sum((out is not None, out_dir is not None, in_place)) > 1:
        msg = "use one of -o, --out-dir and --in-place"
        raise UsageError(msg)
    found = expand(inputs, failed)
    if in_place:
        if any(source == STDIN for source, _ in found):
            msg = "--in-place needs files; stdin has no place"
            raise UsageError(msg)
        if treat is not None:
            partitions.refuse_in_place([name for _, name in found], treat)
        return [Task(source, source, in_place=True) for source, _ in found]
    if out_dir is not None:
        taken: set[Path] = set()
        made: list[Task] = []
        for source, name in found:
            if _sums_up(source, name):
                left_out(source)
            else:
                made.append(Task(source, str(_unused(Path(out_dir) / _renamed(name, rename, treat), taken))))
        return made
    if len(found) > 1:
        msg = f"{len(found)} inputs need --out-dir or --in-place"
        raise UsageError(msg)
    return [Task(source, STDIN if out is None else out, named=out is not None) for source, _ in found]


def _sums_up(source: str, name: Path) -> bool:
    """Whether a file holds the statistics of a Parquet folder or, as Hadoop writes them, checksums of another file."""
    is_summary = name.name in _SUMMARIES
    if not is_summary and not (_CHECKSUM.fullmatch(name.name) and Path(source).with_name(name.name[1:-4]).exists()):
        return False
    with reading(source), Path(source).open("rb") as file:
        return file.read(4) == (b"PAR1" if is_summary else b"crc\0")


def _renamed(name: Path, rename: Callable[[str], str], treat: partitions.Treat | None) -> Path:
    return Path(*(_folder(part, rename, treat) for part in name.parts[:-1]), rename(name.name))


def _folder(folder: str, rename: Callable[[str], str], treat: partitions.Treat | None) -> str:
    """The name of a folder; of `phone=138...` the value only, read and written with Hive's escapes."""
    partition = Partition.of(folder) if treat is not None else None
    if partition is None or treat is None:
        return rename(folder)
    return partition.with_value(rename(partition.column), treat(partition)[0])


def _unused(path: Path, taken: set[Path]) -> Path:
    """`path`, or with -2, -3, ... before its ending where two names became one."""
    candidate, number = path, 1
    while candidate in taken:
        number += 1
        stem, dot, ending = path.name.partition(".")
        candidate = path.with_name(f"{stem}-{number}{dot}{ending}")
    taken.add(candidate)
    return candidate
