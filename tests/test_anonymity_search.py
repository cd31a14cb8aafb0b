"""What the search rules out without looking at it, and what it says when time is up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from anonkit.anonymity.criteria import Distance, ShareOfPopulation
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.histogram import POPULATION, Histogram, counted
from anonkit.anonymity.judge import Judge
from anonkit.anonymity.search import solve
from anonkit.errors import UsageError
from tests.anonymity_tables import case

FLAT = Hierarchy.from_rows([["a", "*"], ["b", "*"]])


def constant_columns(number):
    codes = np.zeros(10, np.int64)
    return Histogram(tuple(map(str, range(number))), (FLAT,) * number, counted((codes,) * number))


def test_levels_that_join_no_values_of_the_table_are_not_looked_at():
    found = solve(constant_columns(14), k=5)
    assert found.levels == (0,) * 14
    assert len(found.checks) <= 2 < found.nodes


@pytest.mark.parametrize("kind", ["equal", "ordered", "hierarchical"])
def test_finer_nodes_suppress_the_rows_that_a_distance_says_they_do(kind):
    compared = 0
    for seed in range(80):
        made = case(seed, kind, by_subject=False)
        judge = Judge(made.histogram, made.k, made.criteria)
        assert any(isinstance(one, Distance) for one in made.criteria)
        nodes = {one: judge.classes(one) for one in itertools.product(*map(range, made.histogram.heights))}
        for coarse, fine in itertools.product(nodes, nodes):
            if all(a >= b for a, b in zip(coarse, fine, strict=True)):
                compared += nodes[coarse].below > 0
                assert nodes[coarse].below <= nodes[fine].rows(nodes[fine].fails), (seed, coarse, fine)
    assert compared > 100


def test_no_solution_in_time_is_told_from_no_solution():
    codes = np.repeat([0, 1], (10, 6)).astype(np.int64)
    population = np.repeat([0, 1], (20, 6)).astype(np.int64)
    marked = counted((np.concatenate((codes, population)),), np.repeat([1, 0], (16, 26)).astype(np.int64))
    histogram = Histogram(("x",), (FLAT,), counted((codes,)), {POPULATION: marked})
    presence = ShareOfPopulation(0.0, 0.55)
    assert solve(histogram, k=1, criteria=[presence], limit=8).levels == (0,)
    with pytest.raises(UsageError, match="were too short to find a solution"):
        solve(histogram, k=1, criteria=[presence], limit=8, seconds=1e-9)
    assert solve(histogram, k=1, criteria=[ShareOfPopulation(0.9, 0.95)], limit=8) is None
