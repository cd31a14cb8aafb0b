"""What does the released table look like? Generalised quasi-identifiers, suppressed rows, and the rest scrubbed.

Of what is suppressed or generalised nothing is left over: no unused category, no value under a null.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonkit.anonymity.columns import Encoded, Ints, Table
from anonkit.anonymity.hierarchies import text_of
from anonkit.anonymity.hierarchy import SUPPRESSED, Codes
from anonkit.tables import data, text

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_MODULES = {"pandas": "release_pandas", "pyarrow": "release_arrow", "polars": "release_polars"}
_MOST_KEY = 1 << 62
_ALL_KEYS = 1 << 24
_DIRECT = ("direct", "secret")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Recoded:
    """What a solver decided, by distinct tuple.

    Attributes:
        tuples: for each quasi-identifier the number of its value, in the order of `Encoded.values`.
        suppressed: which tuples are suppressed.
        labels: for each quasi-identifier its generalised values, None for nulls; None where it keeps its values.
        codes: for each quasi-identifier, which of its labels each tuple has.
    """

    tuples: tuple[Codes, ...]
    suppressed: npt.NDArray[np.bool_]
    labels: tuple[tuple[str | None, ...] | None, ...]
    codes: tuple[Codes, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Column:
    """A quasi-identifier as it is released.

    Attributes:
        codes: of each row, which of the labels, or of the values, it has; -1 where it is suppressed.
        labels: its generalised values; None where it keeps its values.
        first: the first row with each value, as equal values are to look the same.
    """

    codes: Ints
    labels: tuple[str | None, ...] | None
    first: Codes

    def text(self) -> pa.Array:
        """As text, with the sign of what is suppressed. Raises ValueError where it keeps its values."""
        if self.labels is None:
            raise ValueError("the column keeps its values")
        labels = pa.array([*self.labels, SUPPRESSED], pa.large_string())
        return labels.take(pa.array(self.codes % len(labels)))


@dataclass(frozen=True, eq=False, repr=False)
class Release:
    """A table to be built when it is asked for.

    Attributes:
        table: as it came.
        quasi: which columns are quasi-identifiers.
        encoded: these, as numbers.
        recoded: what becomes of them.
        subject: which column tells whom a row is about.
        policy: for all other columns; or the scrubber itself.
    """

    table: Table
    quasi: tuple[int, ...]
    encoded: tuple[Encoded, ...]
    recoded: Recoded
    subject: int | None = None
    policy: Any = "anonymize"

    @cached_property
    def scrubber(self) -> Scrubber:
        """What scrubs; made when it is needed. Raises UsageError, PolicyError."""
        from anonkit.scrubber import Scrubber  # noqa: PLC0415  as said
        from anonkit.shared import shared_scrubber  # noqa: PLC0415  as said

        if isinstance(self.policy, Scrubber):
            return self.policy
        return shared_scrubber(policy=self.policy)

    @cached_property
    def direct(self) -> dict[str, int]:
        """By quasi-identifier, how many of its released values hold direct identifiers; these are scrubbed."""
        return {self._name(number): found for number, (_, found) in self._labels.items() if found}

    @cached_property
    def _labels(self) -> dict[int, tuple[tuple[str | None, ...], int]]:
        """By the place of a quasi-identifier, its labels, scrubbed where they hold direct identifiers."""
        made = {}
        for number, (encoded, labels) in enumerate(zip(self.encoded, self.recoded.labels, strict=True)):
            shown = _texts(encoded.values) if labels is None else labels
            made[number] = without_direct(self.scrubber, self._name(number), tuple(map(_unicode, shown)))
        return made

    def _name(self, number: int) -> str:
        return label_name(self.table.names[self.quasi[number]])

    @cached_property
    def suppressed(self) -> npt.NDArray[np.bool_]:
        """Which rows are suppressed."""
        return self.recoded.suppressed[self._tuple_of_row]

    @cached_property
    def _tuple_of_row(self) -> npt.NDArray[np.int64]:
        return positions([one.codes for one in self.encoded], self.recoded.tuples, [one.size for one in self.encoded])

    def columns(self) -> dict[int, Column]:
        """The quasi-identifiers as they are released, by their place in the table."""
        made = {}
        gone = self.suppressed
        of_row = self._tuple_of_row
        for number, (place, encoded) in enumerate(zip(self.quasi, self.encoded, strict=True)):
            labels, found = self._labels[number]
            keeps = self.recoded.labels[number] is None
            codes = encoded.codes if keeps else self.recoded.codes[number].astype(np.int32)[of_row]
            if gone.any():
                codes = np.where(gone, np.int32(-1), codes)
            made[place] = Column(codes, None if keeps and not found else labels, encoded.first)
        return made

    def build(self) -> Any:  # noqa: ANN401  of the package of the table
        """The table, in the form it came in. Raises UsageError where the policy cannot treat cells."""
        module = importlib.import_module(f"anonkit.anonymity.{_MODULES[self.table.package]}")  # heavy
        made = module.build(self)
        if self.table.form == "lazy":
            return made.lazy()
        if self.table.form == "batch":
            columns = [column.combine_chunks() for column in made.columns]
            return pa.RecordBatch.from_arrays(columns, schema=made.schema)
        return made


def label_name(label: object) -> str:
    """The name that a label of a column is."""
    if isinstance(label, str):
        return label
    if isinstance(label, tuple):
        return ".".join(name for one in label if (name := label_name(one)))
    return "" if label is None or label != label else str(label)  # noqa: PLR0124  NaN


def _texts(values: Sequence[object]) -> tuple[str | None, ...]:
    return tuple(None if value is None else text_of(value) for value in values)


def _unicode(label: str | None) -> str | None:
    """The label, with U+FFFD in place of what is no character (half of a pair)."""
    if label is None or label.isascii():
        return label
    return _SURROGATE.sub("\ufffd", label)


def positions(rows: Sequence[npt.NDArray[Any]], tuples: Sequence[Codes], sizes: Sequence[int]) -> npt.NDArray[np.int64]:
    """Which of the distinct tuples each row has; both are told column by column, numbers below `sizes`."""
    key_of_row = np.zeros(len(rows[0]), np.int64)
    key = np.zeros(len(tuples[0]), np.int64)
    span = 1
    for row_codes, codes, size in zip(rows, tuples, sizes, strict=True):
        if span * size >= _MOST_KEY:  # numbered anew: each beginning of a row is one of a tuple
            known, key = np.unique(key, return_inverse=True)
            key_of_row, span = np.searchsorted(known, key_of_row), len(known)
        key_of_row *= size
        key_of_row += row_codes
        key = key * size + codes
        span *= max(size, 1)
    if span <= _ALL_KEYS:
        number = np.zeros(span, np.int64)
        number[key] = np.arange(len(key))
        return number[key_of_row]
    found: npt.NDArray[np.int64] = pc.index_in(pa.array(key_of_row), pa.array(key)).to_numpy().astype(np.int64)
    return found


def without_direct(scrubber: Scrubber, name: str, labels: tuple[str | None, ...]) -> tuple[tuple[str | None, ...], int]:
    """Labels of a column, scrubbed where they hold direct identifiers or secrets, and how many did.

    What is scrubbed depends on the label alone, so that classes at most become one; l-diversity and t-closeness of two
    classes hold for both together.
    """
    table = pa.table({name: pa.array(labels, pa.string())})
    class_of = {rule.card.entity: rule.card.class_ for rule in scrubber.engine.book.rules}
    found = text.find_in_columns(scrubber, [text.TextColumn(name, table.column(0).combine_chunks())])
    rows = {
        row
        for row, number in zip(found.row.tolist(), found.entity.tolist(), strict=True)
        if class_of.get(scrubber.entities[number], "direct") in _DIRECT
    }
    if not rows:
        return labels, 0
    made, _ = data.scrub(scrubber, table)
    new = made.column(0).to_pylist()
    return tuple(new[row] if row in rows else label for row, label in enumerate(labels)), len(rows)
