"""What is measured of k-anonymity, by which clock, and is what comes out right?"""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.adult_like import SENSITIVE, Sample
from bench.every_node import Case, Optimum

if TYPE_CHECKING:
    import pandas as pd

    from anonkit.anonymity.result import Result


class DisprovedError(Exception):
    """A sentence of the document is not true."""


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a work takes: of the clock, and of all processors together."""

    clock: float = math.inf
    cpu: float = math.inf

    def __str__(self) -> str:
        return " | ".join(f"{one:.3f}" if one < 1 else f"{one:.2f}" for one in (self.clock, self.cpu))


def least(rounds: int, *works: Callable[[], object], enough_s: float = math.inf) -> list[Seconds]:
    """The least time of each work; they take turns, until the rounds are done or `enough_s` have passed."""
    least = [Seconds() for _ in works]
    first = time.perf_counter()
    for _ in range(rounds):
        if time.perf_counter() - first > enough_s:
            break
        for number, work in enumerate(works):
            began, cpu = time.perf_counter(), _cpu_s()
            work()
            one = Seconds(time.perf_counter() - began, _cpu_s() - cpu)
            least[number] = Seconds(min(least[number].clock, one.clock), min(least[number].cpu, one.cpu))
    return least


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def quasi_of(sample: Sample, case: Case) -> list[str]:
    """The quasi-identifiers of a case."""
    return [name for name in sample.columns if not (case.has_sensitive and name == SENSITIVE)]


def anonymized(sample: Sample, frame: pd.DataFrame, case: Case, loss: str) -> Result:
    """The call that is measured."""
    import anonkit

    quasi = quasi_of(sample, case)
    return anonkit.anonymize(
        frame,
        quasi=quasi,
        k=case.k,
        l=case.l or None,
        t=case.t or None,
        sensitive=SENSITIVE if case.has_sensitive else None,
        suppress=case.suppress,
        hierarchies={name: sample.files[name] for name in quasi},
        loss=loss,
    )


def searched(result: Result, case: Case, loss: str) -> None:
    """The search alone, again."""
    from anonkit.anonymity.search import solve

    histogram, demands = result.search.histogram, result.search.demands
    limit = math.floor(case.suppress * histogram.rows)
    solve(histogram, k=case.k, criteria=demands.criteria(histogram), limit=limit, loss=loss)


def counted(sample: Sample, frame: pd.DataFrame) -> None:
    """The histogram alone."""
    from anonkit.anonymity import counting
    from anonkit.anonymity.columns import Table, encode_all
    from anonkit.anonymity.leaves import placed

    columns = encode_all(list(zip(sample.columns, Table.of(frame).columns, strict=True)))
    leaves = [placed(name, sample.files[name], one) for name, one in zip(sample.columns, columns, strict=True)]
    counting.histogram(sample.columns, columns, leaves, {})


def check_table(table: pd.DataFrame, quasi: Sequence[str], case: Case) -> None:
    """Let pycanon count the rows, and the values, of each class that is released."""
    from pycanon import anonymity

    gone = (table[list(quasi)].isna() | (table[list(quasi)] == "*")).all(axis=1)
    released = table[~gone].reset_index(drop=True)
    found = anonymity.k_anonymity(released, list(quasi))
    if found < case.k:
        msg = f"pycanon finds a class of {found} rows in a table of {case}"
        raise DisprovedError(msg)
    if case.l and (values := anonymity.l_diversity(released, list(quasi), [SENSITIVE])) < case.l:
        msg = f"pycanon finds a class of {values} values in a table of {case}"
        raise DisprovedError(msg)


def check_optimum(result: Result, optimum: Optimum | None) -> None:
    """Compare with the least loss of all nodes."""
    if optimum is None or not math.isclose(result.loss, optimum.loss, rel_tol=1e-9, abs_tol=1e-9):
        msg = f"the solver's loss is {result.loss}, the best of all nodes {optimum}"
        raise DisprovedError(msg)
    if not result.optimal or result.suppressed != optimum.suppressed:
        msg = f"{result.suppressed} rows suppressed, proven: {result.optimal}; the best of all nodes {optimum}"
        raise DisprovedError(msg)
