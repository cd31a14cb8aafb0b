"""The solver finds what trying every node finds: on small random tables, for every model and every loss."""

from __future__ import annotations

import os
import random

import pytest

from anonkit.anonymity import grouping
from anonkit.anonymity.search import solve
from tests import anonymity_oracle as oracle
from tests.anonymity_tables import MODELS, SUBJECT_MODELS, Case, case

TABLES = 300
ASKED = [(model, False) for model in MODELS] + [(model, True) for model in SUBJECT_MODELS]
NAMES = [f"{model} of {'subjects' if by_subject else 'rows'}" for model, by_subject in ASKED]
every_model = pytest.mark.parametrize(("model", "by_subject"), ASKED, ids=NAMES)


def losses_for(seed: int) -> tuple[str, ...]:
    """One after the other, a loss for each table; all where tests are to look further."""
    if os.environ.get("ANONKIT_TESTS") == "random":
        return oracle.LOSSES
    return (oracle.LOSSES[seed % len(oracle.LOSSES)],)


def weights_for(seed: int, loss: str, columns: int) -> list[float] | None:
    draw = random.Random(seed)
    weights = [draw.choice((0.0, 0.5, 1.0, 2.0)) for _ in range(columns)]
    if draw.random() < 0.5 or not any(weights) or loss in ("discernibility", "class-size"):
        return None
    return weights


def check(made: Case, seed: int, losses: tuple[str, ...]) -> None:
    nodes = [oracle.node_of(made.table, levels, made.models) for levels in made.table.nodes]
    suppressed = {node.levels: len(node.suppressed) for node in nodes}
    for loss in losses:
        weights = weights_for(seed, loss, len(made.table.ladders))
        best = oracle.optimum(made.table, nodes, made.limit, loss, weights)
        found = solve(made.histogram, k=made.k, criteria=made.criteria, limit=made.limit, loss=loss, weights=weights)
        where = f"table {seed}, {loss}, weights {weights}"
        if best is None or found is None:
            assert (best is None) == (found is None), where
            continue
        assert found.loss == pytest.approx(best.loss, rel=1e-9, abs=1e-9), where
        assert found.levels in best.levels, where
        assert found.suppressed == best.suppressed == suppressed[found.levels], where
        assert found.is_optimal, where
        assert found.nodes == len(nodes), where
        assert len(found.checks) == len({one.levels for one in found.checks}) <= len(nodes), where
        for one in found.checks:
            assert one.suppressed == suppressed[one.levels], where


@every_model
def test_solver_finds_the_optimum_that_trying_every_node_finds(model, by_subject):
    for seed in range(TABLES if not by_subject else 100):
        check(case(seed, model, by_subject=by_subject), seed, losses_for(seed + ASKED.index((model, by_subject))))


@pytest.mark.parametrize("bits", [0, 12])
@every_model
def test_codes_that_lie_side_by_side_give_the_same_as_packed_ones(model, by_subject, bits, monkeypatch):
    monkeypatch.setattr(grouping, "_BITS", bits)
    for seed in range(TABLES, TABLES + 12):
        check(case(seed, model, by_subject=by_subject), seed, losses_for(seed))


@every_model
def test_tables_of_these_tests_are_not_all_easy(model, by_subject):
    """Else the tests above would prove nothing: there are optima that suppress rows, and the model changes some."""
    suppressing = changed = missing = 0
    for seed in range(60):
        made = case(seed, model, by_subject=by_subject)
        nodes = [oracle.node_of(made.table, levels, made.models) for levels in made.table.nodes]
        free = [oracle.node_of(made.table, levels, [oracle.at_least(made.k)]) for levels in made.table.nodes]
        best = oracle.optimum(made.table, nodes, made.limit, "normalised-mean")
        other = oracle.optimum(made.table, free, made.limit, "normalised-mean")
        suppressing += best is not None and 0 < best.suppressed < len(made.table.rows)
        missing += best is None
        changed += best != other
    assert suppressing >= 5
    assert missing <= 40
    assert changed >= 8 or model == "k"
