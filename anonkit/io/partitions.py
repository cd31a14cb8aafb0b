"""What do the names of folders of a partitioned table (phone=138.../) hold, and what do they become?

The name is a cell of a column that all rows of the folder have: it is treated as one, by the policy's action.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from anonkit.detect.cells import Cells
from anonkit.errors import UsageError

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_PARTITION = re.compile(r"([^=%/]+)=(.*)", re.DOTALL)
"""The column's name and the value that all its rows have."""

_UNSAFE_IN_HIVE = re.compile(r'[\x00-\x1f"#%\x27*/:=?\\\x7f{\[\]^<>|]')
NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, slots=True)
class Partition:
    """A folder of a partitioned table: the name of its column, its value as it is written, and the value."""

    column: str
    written: str
    value: str

    @classmethod
    def of(cls, folder: str) -> Partition | None:
        """The partition that the name of a folder tells; None for other folders."""
        match = _PARTITION.fullmatch(folder)
        if match is None:
            return None
        plain = match[2]
        if "%" in plain:
            import urllib.parse  # noqa: PLC0415  few values are escaped

            plain = urllib.parse.unquote(plain, errors="surrogateescape")
        return cls(match[1], match[2], plain)

    def with_value(self, column: str, value: str) -> str:
        """The name of the folder with another value."""
        written = self.written if value == self.value else _UNSAFE_IN_HIVE.sub(_escaped, value) or NULL
        return f"{column}={written}"


def _escaped(sign: re.Match[str]) -> str:
    return f"%{ord(sign[0]):02X}"


Treat = Callable[[Partition], tuple[str, Counter[str]]]
"""What the value of a partition becomes, and what is replaced in it."""


def treat(scrubber: Scrubber) -> Treat:
    """What a scrubber makes of partitions; labels lose their angle brackets, which file systems do not like."""

    def treated(partition: Partition) -> tuple[str, Counter[str]]:
        utf8 = partition.value.encode("utf-8", "surrogateescape")
        if partition.value == NULL or scrubber.policy.combination == "linked":
            return _by_name(partition)
        first = np.zeros(1, np.int64)
        cell = Cells(first, np.array([len(utf8)], np.int64), first, first, (partition.column.encode(),))
        edits = scrubber.edits_of_cells(utf8, cell)
        if not len(edits):
            return _by_name(partition)
        labels = {label: label.strip(b"<>") for label in scrubber.labels}
        texts = [labels.get(text, text) for text in edits.texts]
        made = type(edits)(edits.start, edits.end, edits.number, texts).spliced(utf8)
        return made.decode("utf-8", "surrogateescape"), edits.counts(scrubber.entities)

    def _by_name(partition: Partition) -> tuple[str, Counter[str]]:
        """As the name of a file is treated, in which the column stands before its value: more is found that way."""
        begin = f"{partition.column}="
        whole = scrubber.scrub_name(f"{begin}{partition.value}")
        made = whole.removeprefix(begin) if whole.startswith(begin) else scrubber.scrub_name(partition.value)
        if made == partition.value:
            return made, Counter()
        return made, Counter(one.entity for one in scrubber.scan(f"{begin}{partition.value}"))

    return treated


def below(names: Iterable[Path]) -> list[Partition]:
    """The partitions of folders in which there are files of these names, each folder once."""
    folders = {parent: None for name in names for parent in [*name.parents][-2::-1]}
    found = (Partition.of(folder.name) for folder in folders)
    return [one for one in found if one is not None]


def counted(names: Iterable[Path], treated: Treat) -> Counter[str]:
    """What is replaced in the names of partition folders."""
    counts: Counter[str] = Counter()
    for one in below(names):
        counts += treated(one)[1]
    return counts


def refuse_in_place(names: Iterable[Path], treated: Treat) -> None:
    """Raise UsageError where a partition folder holds something in its name, which stays where it is."""
    for one in below(names):
        if treated(one)[1]:
            msg = "names of partition folders hold personal values, and --in-place renames nothing; use --out-dir"
            raise UsageError(msg)
