"""What does a call of `anonkit.anonymize` hand back?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import numpy.typing as npt

from anonkit.anonymity.grouping import Levels
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import Cells, Histogram
from anonkit.anonymity.models import Demands
from anonkit.anonymity.release import Release, label_name
from anonkit.anonymity.solution import Check
from anonkit.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from anonkit.anonymity.report import Report


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Search:
    """What was asked of a table, and what a solver found.

    Attributes:
        histogram: of the table.
        demands: the models that were asked for.
        limit: how many rows might be suppressed.
        loss_name: which loss.
        weights: of the quasi-identifiers.
        levels: of the quasi-identifiers; None where classes have values of different levels (local recoding).
        class_of: of each distinct tuple, its class; -1 where it is suppressed.
        codes: for each quasi-identifier the code of each class.
        sizes: the rows of each class.
        released: which classes are.
        loss: that of the release.
        bound: no full-domain generalisation costs less; None where nobody looked.
        is_optimal: whether that is proven.
        checks: the nodes that were looked at.
        nodes: how many there are.
        seconds: how long it took.
        suggested: the quasi-identifiers whose hierarchy was suggested, and why it was this one.
        spans: for each quasi-identifier how many leaves lie under the value of each class.
    """

    histogram: Histogram
    demands: Demands
    limit: int
    loss_name: str
    weights: Sequence[float] | None
    levels: Levels | None
    class_of: Codes
    codes: tuple[Codes, ...]
    sizes: Codes
    released: npt.NDArray[np.bool_]
    loss: float
    bound: float | None
    is_optimal: bool
    checks: tuple[Check, ...]
    nodes: int
    seconds: float
    suggested: Mapping[Any, str] = field(default_factory=dict)
    spans: tuple[Codes, ...] = ()

    @classmethod
    def none(cls, names: Sequence[Any], loss: str, demands: Demands) -> Search:
        """Of a table without rows: there is nothing to find."""
        empty = np.empty(0, np.int64)
        cells = Cells(tuple(empty for _ in names), empty)
        histogram = Histogram(tuple(map(label_name, names)), (), cells)
        none = tuple(empty for _ in names)
        no = np.empty(0, np.bool_)
        levels = (0,) * len(names)
        return cls(
            histogram=histogram, demands=demands, limit=0, loss_name=loss, weights=None, levels=levels, class_of=empty,
            codes=none, sizes=empty, released=no, loss=0.0, bound=0.0, is_optimal=True, checks=(), nodes=1,
            seconds=0.0,
        )  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """A table that is anonymous in the sense of the models that were asked for, and what it cost.

    `table`, `report` and `plot()` are made when they are asked for. Nothing but `table` shows values. It keeps the
    table as it came, in memory alone: it cannot be pickled.

    Attributes:
        release: how the table is built.
        quasi: the quasi-identifiers, as the table names them.
        why: of each, why it is one.
        search: what was asked, and found.
    """

    release: Release
    quasi: tuple[Any, ...]
    why: tuple[str, ...]
    search: Search

    @cached_property
    def table(self) -> Any:  # noqa: ANN401  of the package of the table
        """The released table: of the same type, with the same rows in the same order, and the same index.

        Quasi-identifiers are text where they are generalised and keep their type where they are not. A suppressed row
        has "*" in them (null where their type is kept and no text), and nothing in all other columns. These are
        scrubbed, and the subject column is empty. Raises UsageError where the policy cannot treat a column.
        """
        return self.release.build()

    @property
    def levels(self) -> dict[Any, int | None]:
        """The level of each quasi-identifier, 0 for its values; None where classes differ (local recoding)."""
        levels = self.search.levels
        return dict(zip(self.quasi, (None,) * len(self.quasi) if levels is None else levels, strict=True))

    @cached_property
    def suppressed(self) -> int:
        """How many rows are suppressed."""
        return int(self.search.histogram.cells.counts[self.search.class_of < 0].sum())

    @cached_property
    def suppressed_rows(self) -> npt.NDArray[np.bool_]:
        """Of each row, in the order of the table, whether it is suppressed."""
        return self.release.suppressed if self.release.table.rows else np.empty(0, np.bool_)

    @property
    def loss(self) -> float:
        """What the release costs, as the loss that was asked for defines it."""
        return self.search.loss

    @property
    def optimal(self) -> bool:
        """Whether it is proven that no full-domain generalisation costs less."""
        return self.search.is_optimal

    @property
    def bound(self) -> float | None:
        """No full-domain generalisation costs less than this; None where nobody looked (local recoding)."""
        return self.search.bound

    @property
    def nodes_checked(self) -> int:
        """How many nodes of the lattice were looked at."""
        return len(self.search.checks)

    @property
    def nodes(self) -> int:
        """How many nodes the lattice has."""
        return self.search.nodes

    @property
    def seconds(self) -> float:
        """How long the search took."""
        return self.search.seconds

    @property
    def method(self) -> str:
        """What was done: "optimal" is full-domain generalisation, "local" local recoding."""
        return "local" if self.search.levels is None else "optimal"

    @property
    def suggested(self) -> dict[Any, str]:
        """The quasi-identifiers whose hierarchy was suggested by anonkit, and why it is this one."""
        return dict(self.search.suggested)

    @property
    def classes(self) -> int:
        """How many equivalence classes are released."""
        return int(self.search.released.sum())

    @cached_property
    def report(self) -> Report:
        """What it cost: before and after. `str` is text, `to_dict()` plain data, and a notebook shows it as HTML."""
        from anonkit.anonymity.report import report  # noqa: PLC0415  made when it is asked for

        return report(self)

    def plot(self) -> Figure:
        """Three plots: sizes of classes, loss by column, the path through the lattice; a figure of matplotlib.

        `result.plot().savefig("cost.png")` writes it. Raises UsageError where matplotlib is not installed.
        """
        try:
            from anonkit.anonymity import plots  # noqa: PLC0415  an extra
        except ImportError:
            raise UsageError('plots need matplotlib: pip install "anonkit[plot]"') from None
        return plots.plot(self.report)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise UsageError("a result keeps the table as it came, and is not pickled: save result.table")

    def __repr__(self) -> str:
        rows = self.search.histogram.rows
        return (
            f"<anonkit.Result: {rows:,} rows, {self.suppressed:,} suppressed, {self.classes:,} classes,"
            f" {self.search.loss_name} loss {shown(self.loss)}, {self.proof}>"
        )

    def _repr_html_(self) -> str:
        return self.report._repr_html_()

    @property
    def proof(self) -> str:
        """How good it is, in words."""
        if self.search.levels is None:
            return "local recoding"
        if self.optimal:
            return f"optimal, {self.nodes_checked:,} of {self.nodes:,} nodes checked"
        return (
            f"not proven optimal: no better than {shown(self.bound)}, {self.nodes_checked:,} of {self.nodes:,} nodes"
            f" checked in {self.seconds:.1f} s"
        )


def shown(number: float | None) -> str:
    """A number for people."""
    if number is None or not math.isfinite(number):
        return "?"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4f}"  # noqa: PLR2004  no digits that say nothing
