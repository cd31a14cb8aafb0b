"""How does the table in a file become anonymous, as `[table]` of a policy or the command asks?

The table is read into memory as a whole. Quasi-identifiers are generalised, all other columns are scrubbed. What that
takes is loaded for tables only.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anonkit.errors import InputError, UsageError
from anonkit.io import arrow_alone, formats, jobs, kinds
from anonkit.io.jobs import Tally, Write
from anonkit.io.streams import Source
from anonkit.model import TableRule

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.anonymity.report import Report
    from anonkit.io.delimited import Dialect
    from anonkit.io.encodings import Encoding
    from anonkit.io.kinds import Table
    from anonkit.scrubber import Scrubber

_WRITTEN: tuple[Table, ...] = ("parquet", "ipc")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a table: counts and names of columns, never a value.

    Attributes:
        name: of the file, or of the member of an archive.
        report: what it cost; None where it has no quasi-identifier, so that nothing but scrubbing was done.
    """

    name: str
    report: Report | None

    @property
    def is_changed(self) -> bool:
        """Whether quasi-identifiers were generalised, or rows suppressed."""
        return self.report is not None and (
            self.report.suppressed > 0 or any(one.level != 0 for one in self.report.columns)
        )

    def to_dict(self, rename: Callable[[str], str]) -> dict[str, Any]:
        """For JSON, with a scrubbed name."""
        return {"table": rename(self.name), **({} if self.report is None else self.report.to_dict())}

    def __str__(self) -> str:
        report = self.report
        if report is None:
            return f"{self.name}: no column is a quasi-identifier, as far as anonkit can tell; its cells were scrubbed"
        from anonkit.anonymity.result import shown  # noqa: PLC0415  heavy

        columns = ", ".join(
            f"{one.name} ({'mixed levels' if one.level is None else f'level {one.level} of {one.levels - 1}'})"
            for one in report.columns
        )
        return (
            f"{self.name}: {report.asked} in {columns}; {report.suppressed:,} of {report.rows:,} rows suppressed"
            f" ({report.suppressed_limit:,} allowed); {report.loss_name} loss {shown(report.loss)}, {report.proof}"
        )


@dataclass(frozen=True, slots=True)
class Anonymizer:
    """Makes tables anonymous, each by itself.

    Attributes:
        scrubber: for all that is no quasi-identifier.
        rule: what is asked.
        must_be_tables: whether what holds no table is refused, and a table without quasi-identifiers.
        told: what became of each so far.
    """

    scrubber: Scrubber
    rule: TableRule
    must_be_tables: bool = False
    told: list[Told] = field(default_factory=list)

    def refuse_text(self, name: str) -> None:
        """Raise InputError where what holds no table is refused."""
        if self.must_be_tables:
            raise InputError(f"{name}: holds no table; name a CSV, Parquet or Arrow file")

    def delimited(self, source: Source, encoding: Encoding, dialect: Dialect, write: Write, name: str) -> Tally:
        """Write delimited text anew. Raises InputError, UsageError."""
        arrow_alone.spare_pandas()
        import pyarrow as pa  # noqa: PLC0415  heavy

        from anonkit.io import delimited_tables  # noqa: PLC0415  heavy

        whole = _all(source)
        text = delimited_tables.read(whole, encoding, dialect, name)
        if not text.table.num_columns:
            self.refuse_text(name)
        made = self._made(text.table, name) if text.table.num_columns else None
        if made is None:
            return jobs.pump(self.scrubber, Source(io.BytesIO(whole), b"", name), encoding, write, dialect)
        table, counts = made
        texts = pa.Table.from_arrays([one.cast(pa.large_string()) for one in table.columns], table.column_names)
        counts += delimited_tables.write(text, texts, self.scrubber, write, name)
        return Tally(counts, table.num_rows)

    def binary(self, kind: Table, stream: Any, target: Any, name: str) -> Tally | None:  # noqa: ANN401  binary files
        """Write a binary table anew; None, and nothing is written, where it has no quasi-identifier.

        Raises InputError, UsageError.
        """
        if kind not in _WRITTEN:
            what = kinds.TABLE_NAMES[kind]
            raise UsageError(f"{name}: is {what}, which anonkit cannot make anonymous; save it as CSV or Parquet")
        arrow_alone.spare_pandas()
        with formats.opened_table(kind, stream, name) as (_, source):
            from anonkit.io import binary_tables  # noqa: PLC0415  heavy

            made = self._made(binary_tables.read(kind, source, name), name)
            if made is None:
                return None
            binary_tables.write(kind, made[0], source, target, name)
            return Tally(made[1])

    def _made(self, table: pa.Table, name: str) -> tuple[pa.Table, Counter[str]] | None:
        """The table, and the number of replacements; None where it has no quasi-identifier."""
        from anonkit.io import anonymous_tables  # noqa: PLC0415  heavy

        made = anonymous_tables.made(table, self.rule, self.scrubber, name)
        if made is None and self.must_be_tables:
            raise UsageError(f"{name}: anonkit profile finds no quasi-identifier; name them: --quasi A,B")
        self.told.append(Told(name, None if made is None else made.report))
        return None if made is None else (made.table, made.counts)


def _all(source: Source) -> bytes:
    """What is left to read of a source."""
    whole, buffer = bytearray(), memoryview(bytearray(1 << 20))
    while size := source.readinto(buffer):
        whole += buffer[:size]
    return bytes(whole)
