"""Small random tables, as the oracle and as anonkit take them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Histogram, counted
from anonkit.anonymity.models import (
    DistinctL,
    EntropyL,
    EqualT,
    HierarchicalT,
    KMap,
    OrderedT,
    Presence,
    RecursiveL,
    demands_of,
)
from tests import anonymity_oracle as oracle


@dataclass(frozen=True)
class Case:
    """A table, what is asked of it, and the same as the oracle puts it."""

    table: oracle.Table
    histogram: Histogram
    k: int
    criteria: list[Criterion]
    models: list[oracle.Model]
    limit: int


def ladder(draw: random.Random, *, leaves: int, height: int, nulls: bool) -> oracle.Ladder:
    """A random hierarchy; its top may be more than one value, its levels may be the same."""
    groups = list(range(leaves))
    steps = [[f"v{number}"] for number in range(leaves)]
    for level in range(1, height):
        names = sorted(set(groups))
        if level == height - 1 and draw.random() < 0.7:
            become = dict.fromkeys(names, 0)
        else:
            become = {name: draw.choice(names[: max(1, draw.randint(1, len(names)))]) for name in names}
        groups = [become[group] for group in groups]
        is_top = len(set(groups)) == 1
        for line, group in zip(steps, groups, strict=True):
            line.append("*" if is_top else f"{level}/{group}")
    made: oracle.Ladder = {line[0]: tuple(line) for line in steps}
    if nulls:
        tops = [len({line[level] for line in steps}) == 1 and leaves > 1 for level in range(height)]
        made[None] = tuple(steps[0][level] if is_top else None for level, is_top in enumerate(tops))
    return made


def table_of(seed: int) -> tuple[random.Random, oracle.Table]:
    draw = random.Random(seed)
    columns = draw.randint(1, 4)
    tallest = 3 if columns == 4 else 4
    ladders = [
        ladder(draw, leaves=draw.randint(1, 6), height=draw.randint(1, tallest), nulls=draw.random() < 0.3)
        for _ in range(columns)
    ]
    kinds = draw.choice((1, 2, 3, 4, 5, 5, 6))
    rows = [
        oracle.Row(
            tuple(_skewed(draw, list(steps)) for steps in ladders),
            f"s{int(kinds * draw.random() ** 1.5)}",
            f"p{draw.randint(0, 15)}",
        )
        for _ in range(max(draw.randint(1, 40), draw.randint(1, 40)))
    ]
    known = [row.quasi for row in rows if draw.random() < 0.97]
    others = [tuple(draw.choice(list(steps)) for steps in ladders) for _ in range(draw.randint(0, 60))]
    return draw, oracle.Table(rows, ladders, known + others)


def _skewed(draw: random.Random, values: list[oracle.Value]) -> oracle.Value:
    return values[int(len(values) * draw.random() ** draw.choice((1, 2)))]


def hierarchy_of(steps: oracle.Ladder) -> Hierarchy:
    return Hierarchy.from_rows(steps.values())


def histogram_of(table: oracle.Table, labels: Sequence[oracle.Value]) -> Histogram:
    hierarchies = tuple(hierarchy_of(steps) for steps in table.ladders)

    def codes(tuples: Sequence[tuple[oracle.Value, ...]]) -> tuple[np.ndarray, ...]:
        return tuple(
            np.array([hierarchy.position[values[column]] for values in tuples], np.int64)
            for column, hierarchy in enumerate(hierarchies)
        )

    quasi = codes([row.quasi for row in table.rows])
    number = {label: code for code, label in enumerate(labels)}
    sensitive = np.array([number[row.sensitive] for row in table.rows], np.int64)
    subjects = np.unique([row.subject for row in table.rows], return_inverse=True)[1].astype(np.int64)
    both = codes([row.quasi for row in table.rows] + table.population)
    is_row = np.array([1] * len(table.rows) + [0] * len(table.population), np.int64)
    further, pairs = {"illness": counted(quasi, sensitive), POPULATION: counted(both, is_row)}, {}
    if table.by_subject:
        distinct, pair = np.unique(subjects * len(labels) + sensitive, return_inverse=True)
        further |= {SUBJECTS: counted(quasi, subjects), "illness": counted(quasi, pair.astype(np.int64))}
        pairs["illness"] = distinct % len(labels)
    names = tuple(f"q{column}" for column in range(len(hierarchies)))
    return Histogram(names, hierarchies, counted(quasi), further, {"illness": tuple(labels)}, pairs)


Asked = dict[str, object]
MODELS: dict[str, Callable[[random.Random, int, list[str], oracle.Ladder], tuple[Asked, list[oracle.Model]]]] = {}


def _model(name: str):
    def kept(function):
        MODELS[name] = function
        return function

    return kept


@_model("k")
def _k(draw, k, order, steps):
    return {}, []


@_model("distinct")
def _distinct(draw, k, order, steps):
    number = draw.randint(1, 4)
    return {"l": draw.choice((number, DistinctL(number)))}, [oracle.distinct(number)]


@_model("entropy")
def _entropy(draw, k, order, steps):
    number = draw.choice((1, 1.5, 2, 2.5, 3))
    return {"l": EntropyL(number)}, [oracle.entropy(number)]


@_model("recursive")
def _recursive(draw, k, order, steps):
    c, number = draw.choice((0.1, 0.5, 1, 1.5, 3, 3, 5)), draw.randint(1, 3)
    return {"l": RecursiveL(c, number)}, [oracle.recursive(c, number)]


@_model("equal")
def _equal(draw, k, order, steps):
    t = draw.choice((0.1, 0.2, 0.25, 0.5))
    return {"t": draw.choice((t, EqualT(t)))}, [oracle.equal_t(t)]


@_model("ordered")
def _ordered(draw, k, order, steps):
    t = draw.choice((0.05, 0.1, 0.2, 0.25))
    if draw.random() < 0.3:
        return {"t": {"illness": OrderedT(t)}}, [oracle.ordered_t(t, sorted(order))]
    longer = [*order, *["none has this"] * draw.randint(0, 1)]
    draw.shuffle(longer)
    return {"t": OrderedT(t, longer)}, [oracle.ordered_t(t, longer)]


@_model("hierarchical")
def _hierarchical(draw, k, order, steps):
    t = draw.choice((0.05, 0.1, 0.2, 0.25))
    return {"t": HierarchicalT(t, hierarchy_of(steps))}, [oracle.hierarchical_t(t, steps)]


@_model("presence")
def _presence(draw, k, order, steps):
    low, high = draw.choice((0, 0, 0.1, 0.25)), draw.choice((0.5, 0.75, 0.9, 1))
    return {"delta": Presence(low, high, "the population")}, [oracle.presence(low, high)]


@_model("k-map")
def _k_map(draw, k, order, steps):
    return {"k": KMap(k + 1, "the population")}, [oracle.k_map(k + 1)]


@_model("all")
def _all(draw, k, order, steps):
    number, c, t, high = draw.randint(1, 2), draw.choice((1.5, 3, 5)), draw.choice((0.3, 0.5)), draw.choice((0.75, 1))
    asked = {"l": RecursiveL(c, number), "t": t, "delta": Presence(0, high, "the population")}
    return asked, [oracle.recursive(c, number), oracle.equal_t(t), oracle.presence(0, high)]


SUBJECT_MODELS = ("k", "distinct", "entropy", "recursive", "equal", "ordered", "hierarchical")


def case(seed: int, model: str, *, by_subject: bool = False) -> Case:
    draw, table = table_of(seed)
    table = replace(table, by_subject=by_subject)
    seen = sorted({row.sensitive for row in table.rows})
    draw.shuffle(seen)
    steps = ladder(draw, leaves=6, height=draw.randint(1, 4), nulls=False)
    steps = {f"s{value[1:]}": (f"s{value[1:]}", *above[1:]) for value, above in steps.items()}
    k, share = draw.randint(1, 6), draw.choice((0, 0.1, 0.2, 0.3, 0.5, draw.random(), 1))
    asked, models = MODELS[model](draw, k, seen, steps)
    histogram = histogram_of(table, seen)
    demands = demands_of(**({"k": k, "sensitive": "illness"} | asked))
    if model != "k-map":
        models = [oracle.at_least(k), *models]
    return Case(table, histogram, demands.k, demands.criteria(histogram), models, int(share * len(table.rows)))
