"""What did anonymity cost? Levels, losses, sizes of classes and risk, before and after, as text, data and HTML."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.release import label_name
from anonkit.anonymity.result import shown
from anonkit.tables.profile_page import printable

if TYPE_CHECKING:
    from anonkit.anonymity.result import Result, Search

BUCKETS = (1, 2, 3, 5, 10, 20, 50, 100, 1000, 10_000)
"""Where the ranges of the histogram of class sizes begin."""
_STYLE = """
.anonkit-report{font:13px/1.45 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;overflow-x:auto}
.anonkit-report table{border-collapse:collapse;margin:0 0 10px}
.anonkit-report th,.anonkit-report td{text-align:left;vertical-align:top;padding:3px 8px}
.anonkit-report tr{border-bottom:1px solid #8884}
.anonkit-report td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
""".strip()


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the classes are, and what that means for whoever is known to be in the table (prosecutor risk).

    Attributes:
        classes: how many.
        rows: in all of them.
        least, median, mean, most: of their sizes; None where there is no class.
        histogram: how many classes there are with sizes from each of BUCKETS on.
        highest_risk: 1 / size of the smallest class: the chance to find a row whose quasi-identifiers are known.
        mean_risk: the same on average over the rows.
    """

    classes: int
    rows: int
    least: int | None
    median: float | None
    mean: float | None
    most: int | None
    histogram: tuple[int, ...]
    highest_risk: float
    mean_risk: float

    @classmethod
    def of(cls, sizes: Codes) -> Sizes:
        """Of the rows of each class."""
        number, rows = len(sizes), int(sizes.sum())
        bucket = np.searchsorted(BUCKETS, sizes, side="right") - 1
        histogram = tuple(int(n) for n in np.bincount(bucket, minlength=len(BUCKETS)))
        if not number:
            return cls(0, 0, None, None, None, None, histogram, 0.0, 0.0)
        least, most = int(sizes.min()), int(sizes.max())
        return cls(
            number, rows, least, float(np.median(sizes)), rows / number, most, histogram, 1 / least, number / rows
        )


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """A quasi-identifier, before and after.

    Attributes:
        name: of the column, scrubbed.
        why: why it is a quasi-identifier.
        level: to which it was generalised, 0 for not at all; None where classes differ.
        levels: how many levels there are, the values among them.
        hierarchy: why it has this hierarchy, where anonkit suggested it; "given" otherwise.
        before: how many different values there were.
        after: how many different ones are released, suppressed rows left out.
        loss: which part of what it told is lost: the normalised loss of this column alone, 0 to 1.
        scrubbed: how many of its released values held direct identifiers, and were scrubbed.
    """

    name: str
    why: str
    level: int | None
    levels: int
    hierarchy: str
    before: int
    after: int
    loss: float
    scrubbed: int


@dataclass(frozen=True, slots=True)
class Path:
    """The nodes that were looked at, in their order.

    Attributes:
        heights: of each, the sum of its levels.
        losses: what each costs; None where too many rows would have been suppressed.
        best: which of them was chosen; None for local recoding.
    """

    heights: tuple[int, ...]
    losses: tuple[float | None, ...]
    best: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a release cost. `str` is text, and a notebook shows it as HTML.

    Attributes:
        rows: of the table.
        suppressed: of these.
        suppressed_limit: how many might have been.
        asked: the models, in words.
        loss_name, loss: which loss, and how much.
        bound: no full-domain generalisation costs less; None where nobody looked.
        is_optimal: whether the optimum is proven.
        proof: that in words.
        nodes_checked, nodes, seconds: of the search.
        columns: the quasi-identifiers.
        before, after: the classes of the table as it came, and of what is released.
        path: through the lattice.
    """

    rows: int
    suppressed: int
    suppressed_limit: int
    asked: str
    loss_name: str
    loss: float
    bound: float | None
    is_optimal: bool
    proof: str
    nodes_checked: int
    nodes: int
    seconds: float
    columns: tuple[ColumnReport, ...]
    before: Sizes
    after: Sizes
    path: Path

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        widths = [max(len(row[at]) for row in _cells(self)) for at in range(len(_HEADINGS))]
        table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in _cells(self)]
        facts = [f"{name}: {value}" for name, value in _facts(self)]
        sizes = [
            "classes   " + "".join(f"{name:>12}" for name in _SIZES),
            *(
                f"{name:<10}" + "".join(f"{cell:>12}" for cell in _sizes(one))
                for name, one in (("before", self.before), ("after", self.after))
            ),
        ]
        notes = [f"{one.name}: {note}" for one in self.columns for note in _notes(one)]
        return "\n".join(line.rstrip() for line in [*facts, "", *table, "", *sizes, "", *notes])

    def _repr_html_(self) -> str:
        return "".join(_html(self))


def report(result: Result) -> Report:
    """The report of a result."""
    search = result.search
    rows = search.histogram.rows
    scrubbed = result.release.direct if rows else {}
    path, best = search.checks, None
    if search.levels is not None:
        best = next((number for number, one in enumerate(path) if one.levels == search.levels), None)
    return Report(
        rows,
        result.suppressed,
        search.limit,
        result.release.scrubber.scrub(asked(search)),
        search.loss_name,
        search.loss,
        search.bound,
        search.is_optimal,
        result.proof,
        result.nodes_checked,
        result.nodes,
        search.seconds,
        tuple(_column(result, number, scrubbed) for number in range(len(result.quasi))),
        Sizes.of(search.histogram.cells.counts),
        Sizes.of(search.sizes[search.released]),
        Path(tuple(sum(one.levels) for one in path), tuple(one.loss for one in path), best),
    )


def asked(search: Search) -> str:
    """The models in words, such as `k = 5, distinct l = 3 of occupation`."""
    demands = search.demands
    told = [f"k = {demands.k}"] if demands.map_k is None else [f"k-map, k = {demands.map_k}"]
    if demands.presence is not None:
        told.append("delta-presence from {:g} to {:g}".format(*demands.presence))
    told += [f"{_model(kind)} of {name}" for name, kind in (*demands.diversities.items(), *demands.closenesses.items())]
    return ", ".join(told)


def _model(kind: object) -> str:
    known = {
        "DistinctL": "distinct l", "EntropyL": "entropy l", "RecursiveL": "recursive (c, l)",
        "EqualT": "t (equal distance)", "OrderedT": "t (ordered distance)",
        "HierarchicalT": "t (hierarchical distance)",
    }  # fmt: skip
    said = [f"{getattr(kind, name):g}" for name in ("c", "l", "t") if hasattr(kind, name)]
    value = said[0] if len(said) == 1 else f"({', '.join(said)})"
    return f"{known.get(type(kind).__name__, type(kind).__name__)} = {value}"


def _column(result: Result, number: int, scrubbed: dict[str, int]) -> ColumnReport:
    search = result.search
    histogram = search.histogram
    label = label_name(result.quasi[number])
    name = result.release.scrubber.scrub(label)
    if not histogram.rows:
        return ColumnReport(name, result.why[number], 0, 1, "none needed", 0, 0, 0.0, 0)
    codes = histogram.cells.codes[number]
    kept = search.codes[number][search.released]
    return ColumnReport(
        name,
        result.why[number],
        None if search.levels is None else search.levels[number],
        histogram.hierarchies[number].height,
        search.suggested.get(result.quasi[number], "given"),
        len(np.unique(codes)),
        len(np.unique(kept)),
        _loss(search, number),
        scrubbed.get(label, 0),
    )


def _loss(search: Search, number: int) -> float:
    """The normalised loss of a column, see losses.py."""
    histogram = search.histogram
    hierarchy, cells = histogram.hierarchies[number], histogram.cells
    if hierarchy.size < 2:  # noqa: PLR2004  a column that told nothing
        return 0.0
    told = np.append(search.spans[number], hierarchy.size)  # the last one: suppressed
    total = float(told[search.class_of] @ cells.counts)
    return max((total - histogram.rows) / (histogram.rows * (hierarchy.size - 1)), 0.0)


_HEADINGS = ("column", "level", "loss", "values", "released")
_SIZES = ("number", "smallest", "median", "mean", "largest", "risk, most", "risk, mean")


def _cells(report: Report) -> list[tuple[str, ...]]:
    rows = [
        (
            printable(one.name),
            f"{'mixed' if one.level is None else one.level} of {one.levels - 1}",
            f"{one.loss:.1%}",
            f"{one.before:,}",
            f"{one.after:,}",
        )
        for one in report.columns
    ]
    return [_HEADINGS, *rows]


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "asked", report.asked
    share = report.suppressed / report.rows if report.rows else 0
    limit = f"{report.suppressed_limit:,} allowed"
    yield "rows", f"{report.rows:,}, {report.suppressed:,} suppressed ({share:.2%}; {limit})"
    yield f"{report.loss_name} loss", f"{shown(report.loss)}; {report.proof}"
    yield "search", f"{report.seconds:.3f} s"


def _sizes(sizes: Sizes) -> Sequence[str]:
    if not sizes.classes:
        return ["0", *["-"] * (len(_SIZES) - 1)]
    return (
        f"{sizes.classes:,}", f"{sizes.least:,}", f"{sizes.median:,.1f}", f"{sizes.mean:,.1f}", f"{sizes.most:,}",
        f"{sizes.highest_risk:.2%}", f"{sizes.mean_risk:.2%}",
    )  # fmt: skip


def _notes(one: ColumnReport) -> Iterator[str]:
    yield f"quasi-identifier, {one.why}"
    if one.hierarchy != "given":
        yield f"hierarchy suggested: {one.hierarchy}"
    if one.scrubbed:
        yield f"{one.scrubbed:,} released values held direct identifiers, and were scrubbed"


def _html(report: Report) -> Iterator[str]:
    yield f'<style>{_STYLE}</style><div class="anonkit-report"><table>'
    for name, value in _facts(report):
        yield f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
    yield "</table>"
    headings, *rows = _cells(report)
    notes = ["; ".join(_notes(one)) for one in report.columns]
    yield from _table_html([*headings, "why"], [[*row, note] for row, note in zip(rows, notes, strict=True)])
    sizes = [["before", *_sizes(report.before)], ["after", *_sizes(report.after)]]
    yield from _table_html(["classes", *_SIZES], sizes)
    yield "</div>"


def _table_html(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"<table><tr>{''.join(f'<th>{escape(one)}</th>' for one in headings)}</tr>"
    for first, *rest in rows:
        cells = "".join(f"<td{_number(cell)}>{escape(cell)}</td>" for cell in rest)
        yield f"<tr><th>{escape(first)}</th>{cells}</tr>"
    yield "</table>"


def _number(cell: str) -> str:
    return ' class="n"' if cell[:1].isdigit() or cell == "-" else ""
