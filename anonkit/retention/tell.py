"""How are plans told: as a table, and as objects for JSON? Counts and dates, never a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from anonkit.io.streams import STDIN
from anonkit.retention.periods import STATES, Periods
from anonkit.retention.plan import Plan, Share
from anonkit.retention.times import as_date

Rename = Callable[[str], str]
"""Takes personal values out of a file name."""

_COLUMNS = ("hold", "due", "overdue", "undated", "due bytes", "oldest", "newest", "file")


def table(plans: Sequence[Plan], periods: Periods, rename: Rename) -> list[str]:
    """The lines of a table: records a text, and in all."""
    rows = [_COLUMNS, *(_row(plan, name(plan, rename)) for plan in plans)]
    if len(plans) > 1:
        rows.append(_row(_sum(plans), f"{len(plans)} texts"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS) - 1)]
    lines = [
        "  ".join([*(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]
    lines.append(
        f"kind {periods.kind}: held for {periods.hold_days} days, overdue after {periods.overdue_days}, "
        f"counted to {as_date(periods.today)}"
    )
    if any(plan.undated.records for plan in plans):
        lines.append(
            "undated: records without a time, as old as the youngest of their text; held where all are undated"
        )
    return lines


def as_object(plan: Plan, rename: Rename) -> dict[str, Any]:
    """A plan for JSON."""
    return {
        "file": name(plan, rename),
        "records": {state: plan.shares[state].records for state in STATES} | {"undated": plan.undated.records},
        "bytes": {state: plan.shares[state].bytes for state in STATES} | {"undated": plan.undated.bytes},
        "undated_is": plan.undated_is,
        "oldest": _date(plan.oldest) or None,
        "newest": _date(plan.newest) or None,
    }


def name(plan: Plan, rename: Rename) -> str:
    """What a text is called, personal values taken out."""
    shown = rename("stdin" if plan.source == STDIN else plan.source)
    return f"{shown}!{rename(plan.member)}" if plan.member else shown


def _row(plan: Plan, shown: str) -> tuple[str, ...]:
    return (
        *(f"{plan.shares[state].records:,}" for state in STATES),
        f"{plan.undated.records:,}",
        f"{plan.late.bytes:,}",
        _date(plan.oldest) or "-",
        _date(plan.newest) or "-",
        shown,
    )


def _sum(plans: Sequence[Plan]) -> Plan:
    return Plan(
        "",
        "",
        {state: sum((plan.shares[state] for plan in plans), Share()) for state in STATES},
        sum((plan.undated for plan in plans), Share()),
        "hold",
        min((plan.oldest for plan in plans if plan.oldest is not None), default=None),
        max((plan.newest for plan in plans if plan.newest is not None), default=None),
    )


def _date(day: int | None) -> str:
    return "" if day is None else as_date(day).isoformat()
