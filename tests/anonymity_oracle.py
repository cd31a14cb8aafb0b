"""What a solver has to find, by trying every node of the lattice: plain Python, straight from the definitions.

Nothing of anonkit is imported. A table is a list of rows; a row has a tuple of quasi-identifiers, a sensitive value,
and a subject. A hierarchy is a dict from the value to what it becomes at each level, the value itself first.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

Value = Hashable
Levels = tuple[int, ...]
Ladder = dict[Value, tuple[Value, ...]]

LOSSES = ("normalised", "normalised-mean", "discernibility", "entropy", "class-size")
CLOSE = 1e-12


@dataclass(frozen=True)
class Row:
    quasi: tuple[Value, ...]
    sensitive: Value = None
    subject: Value = None


@dataclass(frozen=True)
class Table:
    """What is asked: rows, one hierarchy a quasi-identifier, and perhaps a population (tuples of quasi-identifiers)."""

    rows: list[Row]
    ladders: list[Ladder]
    population: list[tuple[Value, ...]]
    by_subject: bool = False

    @property
    def nodes(self) -> list[Levels]:
        heights = [len(next(iter(ladder.values()))) for ladder in self.ladders]
        return list(itertools.product(*map(range, heights)))

    def generalised(self, quasi: Sequence[Value], levels: Levels) -> tuple[Value, ...]:
        return tuple(ladder[value][level] for ladder, value, level in zip(self.ladders, quasi, levels, strict=True))

    def classes(self, levels: Levels) -> dict[tuple[Value, ...], list[Row]]:
        found = defaultdict(list)
        for row in self.rows:
            found[self.generalised(row.quasi, levels)].append(row)
        return found

    def alike(self, levels: Levels) -> Counter[tuple[Value, ...]]:
        return Counter(self.generalised(quasi, levels) for quasi in self.population)

    def spread(self, rows: Iterable[Row]) -> Counter[Value]:
        """How many rows have each sensitive value, or how many subjects."""
        if self.by_subject:
            return Counter(value for value, _ in {(row.sensitive, row.subject) for row in rows})
        return Counter(row.sensitive for row in rows)


Model = Callable[[Table, list[Row], int], bool]
"""Whether a class, of these rows, may be released; the last is how many rows of the population look like it."""


def at_least(k: int) -> Model:
    def holds(table: Table, rows: list[Row], _: int) -> bool:
        return len({row.subject for row in rows} if table.by_subject else rows) >= k

    return holds


def k_map(k: int) -> Model:
    return lambda _table, _rows, population: population >= k


def presence(low: float, high: float) -> Model:
    def holds(_: Table, rows: list[Row], population: int) -> bool:
        return population > 0 and low - CLOSE <= len(rows) / population <= high + CLOSE

    return holds


def distinct(number: int) -> Model:
    return lambda table, rows, _: len(table.spread(rows)) >= number


def entropy(number: float) -> Model:
    def holds(table: Table, rows: list[Row], _: int) -> bool:
        spread = table.spread(rows)
        total = spread.total()
        return -sum(n / total * math.log(n / total) for n in spread.values()) >= math.log(number) - CLOSE

    return holds


def recursive(c: float, number: int) -> Model:
    def holds(table: Table, rows: list[Row], _: int) -> bool:
        counts = sorted(table.spread(rows).values(), reverse=True)
        return counts[0] < Fraction(str(c)) * sum(counts[number - 1 :])

    return holds


def _differences(table: Table, rows: list[Row]) -> dict[Value, Fraction]:
    every, here = table.spread(table.rows), table.spread(rows)
    return {value: Fraction(here[value], here.total()) - Fraction(every[value], every.total()) for value in every}


def equal_distance(differences: dict[Value, Fraction]) -> Fraction:
    return sum(map(abs, differences.values()), Fraction()) / 2


def ordered_distance(differences: dict[Value, Fraction], order: Sequence[Value]) -> Fraction:
    if len(order) < 2:
        return Fraction()
    running = itertools.accumulate(differences.get(value, Fraction()) for value in order)
    return sum(map(abs, running), Fraction()) / (len(order) - 1)


def hierarchical_distance(differences: dict[Value, Fraction], ladder: Ladder) -> Fraction:
    """As Li, Li and Venkatasubramanian write it: costs of the inner nodes, from the leaves to the root."""
    rooted = {value: [*steps, "the root of all"] for value, steps in ladder.items()}
    height = next(level for level in itertools.count() if len({steps[level] for steps in rooted.values()}) == 1)
    total = Fraction()
    for level in range(1, height + 1):
        children: dict[Value, dict[Value, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for value, difference in differences.items():
            children[rooted[value][level]][rooted[value][level - 1]] += difference
        for extras in children.values():
            much = sum((extra for extra in extras.values() if extra > 0), Fraction())
            little = -sum((extra for extra in extras.values() if extra < 0), Fraction())
            total += Fraction(level, height) * min(much, little)
    return total


def equal_t(t: float) -> Model:
    return lambda table, rows, _: equal_distance(_differences(table, rows)) <= t + CLOSE


def ordered_t(t: float, order: Sequence[Value]) -> Model:
    return lambda table, rows, _: ordered_distance(_differences(table, rows), order) <= t + CLOSE


def hierarchical_t(t: float, ladder: Ladder) -> Model:
    return lambda table, rows, _: hierarchical_distance(_differences(table, rows), ladder) <= t + CLOSE


@dataclass(frozen=True)
class Node:
    """A node of the lattice, under some models: which rows stay, and which are suppressed."""

    levels: Levels
    kept: list[list[Row]]
    suppressed: list[Row]


def node_of(table: Table, levels: Levels, models: Sequence[Model]) -> Node:
    alike = table.alike(levels)
    kept, suppressed = [], []
    for name, rows in table.classes(levels).items():
        if all(model(table, rows, alike[name]) for model in models):
            kept.append(rows)
        else:
            suppressed += rows
    return Node(levels, kept, suppressed)


def loss_of(table: Table, node: Node, loss: str, weights: Sequence[float] | None = None) -> float:
    number = len(table.rows)
    if loss == "discernibility":
        return float(sum(len(rows) ** 2 for rows in node.kept) + number * len(node.suppressed))
    if loss == "class-size":
        return number / max(len(node.kept) + bool(node.suppressed), 1)
    shares = list(weights or [1.0] * len(table.ladders))
    if loss == "entropy":
        return sum(share * _entropy(table, node, column) for column, share in enumerate(shares))
    parts = [_generalisation(table, node, column) for column in range(len(table.ladders))]
    if loss == "normalised-mean":
        return sum(share * part for share, part in zip(shares, parts, strict=True)) / sum(shares)
    logs = sum(share * math.log(1 + part) for share, part in zip(shares, parts, strict=True))
    return math.exp(logs / sum(shares)) - 1


def _generalisation(table: Table, node: Node, column: int) -> float:
    ladder, level = table.ladders[column], node.levels[column]
    number, leaves = len(table.rows), len(ladder)
    under = Counter(steps[level] for steps in ladder.values())
    total = Fraction(len(node.suppressed))
    total += sum(Fraction(under[ladder[row.quasi[column]][level]], leaves) for rows in node.kept for row in rows)
    least, most = Fraction(number, leaves), Fraction(number)
    part = (total - least) / (most - least) if most > least else Fraction()
    return math.floor(max(part, Fraction()) * 10**10) / 10**10


def _entropy(table: Table, node: Node, column: int) -> float:
    ladder, level = table.ladders[column], node.levels[column]
    own = Counter(row.quasi[column] for row in table.rows)
    coarse = Counter(ladder[row.quasi[column]][level] for row in table.rows)
    bits = 0.0
    for row in itertools.chain.from_iterable(node.kept):
        value = row.quasi[column]
        bits -= math.log2(own[value] / coarse[ladder[value][level]])
    return bits - sum(math.log2(own[row.quasi[column]] / len(table.rows)) for row in node.suppressed)


@dataclass(frozen=True)
class Optimum:
    """The least loss, and the nodes that have it; `suppressed` is the fewest rows that one of them suppresses."""

    loss: float
    suppressed: int
    levels: list[Levels]


def optimum(
    table: Table, nodes: Sequence[Node], limit: int, loss: str, weights: Sequence[float] | None = None
) -> Optimum | None:
    """None where every node suppresses more rows than `limit`."""
    feasible = [node for node in nodes if len(node.suppressed) <= limit]
    if not feasible:
        return None
    losses = [loss_of(table, node, loss, weights) for node in feasible]
    least = min(losses)
    near = [node for node, lost in zip(feasible, losses, strict=True) if lost <= least + CLOSE * max(1, abs(least))]
    return Optimum(least, min(len(node.suppressed) for node in near), [node.levels for node in near])
