"""Local recoding: parts that may be released, labels that are true, losses as they are defined."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonkit.anonymity.criteria import (
    Distinct,
    Entropy,
    EqualDistance,
    InPopulation,
    Recursive,
    Sensitive,
    ShareOfPopulation,
    Subjects,
)
from anonkit.anonymity.grouping import Grouping
from anonkit.anonymity.hierarchy import Hierarchy
from anonkit.anonymity.histogram import POPULATION, SUBJECTS, Histogram, counted
from anonkit.anonymity.losses import NAMES
from anonkit.anonymity.mondrian import recode
from anonkit.anonymity.search import solve
from anonkit.errors import UsageError


@st.composite
def hierarchies(draw, *, has_root=False):
    """Leaves that are whole numbers, perhaps a null; the labels of a level tell the level."""
    size = draw(st.integers(1, 7))
    codes = list(range(size))
    levels = [[str(leaf * 3) for leaf in codes]]
    for level in range(1, draw(st.integers(1, 3)) + 1):
        merged = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
        codes = [merged[code % size] for code in codes]
        levels.append([f"L{level}.{code}" for code in codes])
    if has_root or draw(st.booleans()):
        levels.append(["*"] * size)
    hierarchy = Hierarchy.from_levels(levels)
    return hierarchy.with_null() if draw(st.booleans()) else hierarchy


@st.composite
def tables(draw, *, has_root=False):
    """A histogram with a sensitive column, subjects and a population, and its rows as leaves and value."""
    made = tuple(draw(st.lists(hierarchies(has_root=has_root), min_size=1, max_size=3)))
    row = st.tuples(*(st.integers(0, hierarchy.size - 1) for hierarchy in made), st.integers(0, 3))
    rows = draw(st.lists(row, min_size=1, max_size=40))
    strangers = draw(st.lists(row, max_size=40))
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)]
    codes, values = tuple(columns[:-1]), columns[-1]
    everyone = [np.array(column, np.int64) for column in zip(*rows, *rows, *strangers, strict=True)][:-1]
    in_table = np.arange(len(everyone[0])) < len(rows)
    further = {
        "illness": counted(codes, values),
        SUBJECTS: counted(codes, np.arange(len(rows)) // 2),
        POPULATION: counted(tuple(everyone), in_table.astype(np.int64)),
    }
    names = tuple(f"q{number}" for number in range(len(made)))
    return Histogram(names, made, counted(codes), further), rows, strangers


def models(histogram):
    column = Sensitive.column(histogram, "illness")
    return {
        "none": [],
        "distinct": [Distinct(column, 2)],
        "entropy": [Entropy(column, 1.7)],
        "recursive": [Recursive(column, 2.0, 2)],
        "t": [EqualDistance(column, 0.3)],
        "subjects": [Subjects(2)],
        "k-map": [InPopulation(4)],
        "presence": [ShareOfPopulation(0.0, 0.45)],
        "two": [Distinct(column, 2), Subjects(2)],
    }


MODELS = "none distinct entropy recursive t subjects k-map presence two".split()


def released(histogram, recoding, rows):
    """Of each row the labels it is released with, None where it is suppressed."""
    cell = {
        tuple(int(codes[number]) for codes in histogram.cells.codes): number
        for number in range(len(histogram.cells.counts))
    }
    out = []
    for row in rows:
        which = int(recoding.classes[cell[row[:-1]]])
        labels = zip(recoding.labels, recoding.codes, strict=True)
        out.append(None if which < 0 else tuple(known[codes[which]] for known, codes in labels))
    return out


def leaves_under(hierarchy, label, *, is_ordered):
    """The leaves that a label stands for, of the lowest level that has it."""
    if label == "*":
        return set(range(hierarchy.size))
    for labels, codes in zip(hierarchy.labels, hierarchy.codes, strict=True):
        if label in labels:
            return set(np.flatnonzero(codes == labels.index(label)).tolist())
    assert is_ordered
    ends = [leaves_under(hierarchy, end, is_ordered=False) for end in label.split("/")]
    return set(range(min(ends[0]), max(ends[1]) + 1))  # the leaves stand in the order of their numbers, nulls last


def holds(model, histogram, rows, members, under, strangers):
    """Whether a class of rows, by their numbers, may be released; `under` are the leaves of its labels."""
    values = Counter(rows[row][-1] for row in members)
    shares = sorted((count / len(members) for count in values.values()), reverse=True)
    table = Counter(row[-1] for row in rows)
    population = sum(all(leaf in set_ for leaf, set_ in zip(row, under, strict=False)) for row in [*rows, *strangers])
    return {
        "none": lambda: True,
        "distinct": lambda: len(values) >= 2,
        "entropy": lambda: -sum(p * math.log(p) for p in shares) >= math.log(1.7) - 1e-9,
        "recursive": lambda: shares[0] < 2 * sum(shares[1:]),
        "t": lambda: sum(abs(values[v] / len(members) - table[v] / len(rows)) for v in table) / 2 <= 0.3 + 1e-9,
        "subjects": lambda: len({row // 2 for row in members}) >= 2,
        "k-map": lambda: population >= 4,
        "presence": lambda: len(members) / population <= 0.45 + 1e-9,
        "two": lambda: len(values) >= 2 and len({row // 2 for row in members}) >= 2,
    }[model]()


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(1, 6), st.sampled_from(MODELS), st.integers(0, 6), st.booleans(), st.sampled_from(NAMES))
def test_every_class_that_is_released_satisfies_k_and_the_models_and_labels_are_true(
    table, k, model, limit, is_ordered, loss
):
    histogram, rows, strangers = table
    ordered = histogram.names if is_ordered else ()
    found = recode(histogram, k=k, criteria=models(histogram)[model], limit=limit, ordered=ordered, loss=loss)
    if found is None:
        return
    out = released(histogram, found, rows)
    assert found.suppressed == out.count(None) <= max(limit, 0)
    spans = {
        tuple(known[code] for known, code in zip(found.labels, codes, strict=True)): [int(own) for own in span]
        for codes, span in zip(zip(*found.codes, strict=True), zip(*found.spans, strict=True), strict=True)
    }
    classes = defaultdict(list)
    for number, labels in enumerate(out):
        if labels is not None:
            classes[labels].append(number)
    assert sorted(map(len, classes.values())) == sorted(found.sizes.tolist())
    for labels, members in classes.items():
        under = [
            leaves_under(hierarchy, label, is_ordered=is_ordered)
            for hierarchy, label in zip(histogram.hierarchies, labels, strict=True)
        ]
        assert len(members) >= k
        assert [len(own) for own in under] == spans[labels]
        assert all(leaf in own for row in members for leaf, own in zip(rows[row], under, strict=False))
        assert holds(model, histogram, rows, members, under, strangers)


@settings(max_examples=100, deadline=None)
@given(tables(has_root=True), st.integers(1, 6), st.sampled_from(MODELS), st.integers(0, 6), st.sampled_from(NAMES))
def test_it_is_no_worse_than_the_table_with_nothing_told_and_there_if_that_is(table, k, model, limit, loss):
    histogram, _, _ = table
    criteria = models(histogram)[model]
    top = tuple(height - 1 for height in histogram.heights)
    tables = {"": histogram.cells, **histogram.further}
    is_released = histogram.rows >= k and all(
        criterion.holds(Grouping(histogram.hierarchies, tables[criterion.of]).at(top)).all() for criterion in criteria
    )
    found = recode(histogram, k=k, criteria=criteria, limit=limit, loss=loss, ordered=("q0",))
    assert found is not None or (not is_released and histogram.rows > limit)
    if found is not None:
        nothing_told = recode(histogram, k=histogram.rows + 1, limit=histogram.rows, loss=loss)
        assert found.loss <= nothing_told.loss + 1e-9


@settings(max_examples=100, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(0, 5), st.booleans())
def test_losses_are_as_they_are_defined(table, k, limit, is_ordered):
    histogram, rows, _ = table
    for loss in NAMES:
        found = recode(histogram, k=k, limit=limit, loss=loss, ordered=histogram.names if is_ordered else ())
        if found is None:
            continue
        out = released(histogram, found, rows)
        number = len(rows)
        shares, bits = [], 0.0
        for column, hierarchy in enumerate(histogram.hierarchies):
            frequency = Counter(row[column] for row in rows)
            every = set(range(hierarchy.size))
            told = [
                every if labels is None else leaves_under(hierarchy, labels[column], is_ordered=is_ordered)
                for labels in out
            ]
            least = number / hierarchy.size
            total = sum(len(own) / hierarchy.size for own in told)
            shares.append(max((total - least) / (number - least), 0) if hierarchy.size > 1 else 0.0)
            bits -= sum(
                math.log2(frequency[row[column]] / sum(frequency[leaf] for leaf in own))
                for row, own in zip(rows, told, strict=True)
            )
        classes = Counter(labels for labels in out if labels is not None)
        expected = {
            "normalised": math.prod(1 + share for share in shares) ** (1 / len(shares)) - 1,
            "normalised-mean": sum(shares) / len(shares),
            "discernibility": sum(size**2 for size in classes.values()) + number * out.count(None),
            "entropy": bits,
            "class-size": number / (len(classes) + (None in out)),
        }
        if loss.startswith("normalised"):  # ten digits are kept, so what is shared with nobody else may differ by that
            assert found.loss == pytest.approx(expected[loss], abs=1e-9)
        else:
            assert found.loss == pytest.approx(expected[loss])


@settings(max_examples=50, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(0, 5), st.randoms())
def test_the_order_of_the_rows_changes_nothing(table, k, limit, random):
    histogram, rows, _ = table
    mixed = list(rows)
    random.shuffle(mixed)
    order = np.array(random.sample(range(len(histogram.cells.counts)), len(histogram.cells.counts)))
    cells = histogram.cells
    other = Histogram(
        histogram.names,
        histogram.hierarchies,
        type(cells)(tuple(codes[order] for codes in cells.codes), cells.counts[order]),
        histogram.further,
    )
    one, two = (recode(each, k=k, limit=limit, ordered=("q0",)) for each in (histogram, other))
    assert (one is None) == (two is None)
    if one is not None:
        assert Counter(released(histogram, one, rows)) == Counter(released(other, two, mixed))


@settings(max_examples=50, deadline=None)
@given(tables(), st.sampled_from(NAMES))
def test_what_need_not_be_made_coarser_is_not(table, loss):
    histogram, _, _ = table
    found = recode(histogram, k=1, loss=loss)
    assert found.loss == pytest.approx(solve(histogram, k=1, loss=loss).loss, abs=1e-9)
    assert len(found.sizes) == len(histogram.cells.counts)


def _table(columns, hierarchies, counts=None, further=None):
    codes = tuple(
        np.array([hierarchy.position[value] for value in column])
        for column, hierarchy in zip(columns, hierarchies, strict=True)
    )
    cells = counted(codes, weights=None if counts is None else np.array(counts))
    return Histogram(tuple("abc"[: len(codes)]), tuple(hierarchies), cells, further or {})


def _numbers(*values):
    return Hierarchy.from_levels([[str(value) for value in values], ["*"] * len(values)])


PLACES = Hierarchy.from_rows(
    [
        ("Lyon", "France", "*"),
        ("Paris", "France", "*"),
        ("Rome", "Italy", "*"),
        ("Oslo", "Norway", "*"),
    ]
)


def _banded(values, width, *, top="*"):
    bands = [f"{value // width * width}-{value // width * width + width - 1}" for value in values]
    return Hierarchy.from_levels([[str(value) for value in values], bands, [top] * len(values)])


def test_a_line_is_cut_between_bands_and_told_from_band_to_band():
    values = [11, 12, 25, 26, 31, 38, 41, 43, 77, 78]
    histogram = _table([[str(value) for value in values]], [_banded(values, 10)])
    found = recode(histogram, k=4, ordered=["a"])
    assert dict(zip(found.labels[0], found.sizes.tolist(), strict=True)) == {"10-29": 4, "30-79": 6}


def test_no_range_ends_with_the_lowest_or_highest_value_of_a_part():
    values = [2003, 2417, 3101, 3555, 41234, 41987, 83999, 7654321]
    for hierarchy in (_banded(values, 1000), _numbers(*values)):
        found = recode(_table([[str(value) for value in values]], [hierarchy]), k=2, ordered=["a"])
        told = " ".join(str(label) for label in found.labels[0])
        assert not any(str(value) in told for value in values)


def test_numbers_have_their_own_order_however_they_are_listed():
    values = [57, 9, 101, 8, 55, 102]
    histogram = _table([[str(value) for value in values]], [_banded(values, 10)])
    assert set(recode(histogram, k=2, ordered=["a"]).labels[0]) == {"0-9", "50-59", "100-109"}


def test_dates_are_told_with_a_slash_as_they_have_dashes():
    days = [
        "2024-03-01",
        "2023-01-31",
        "2024-12-24",
        "2022-05-05",
        "2023-01-01",
        "2024-03-09",
        "2022-05-04",
        "2024-12-25",
    ]
    days = Hierarchy.from_levels([days, [day[:7] for day in days], ["*"] * 8])
    histogram = _table([list(days.labels[0])], [days])
    assert set(recode(histogram, k=4, ordered=["a"]).labels[0]) == {"2022-05/2023-01", "2024-03/2024-12"}


def test_a_range_that_is_a_band_of_the_hierarchy_has_its_name():
    bands = Hierarchy.from_rows([("1", "low", "*"), ("2", "low", "*"), ("3", "high", "*"), ("4", "high", "*")])
    histogram = _table([["1", "2", "3", "4"]], [bands])
    assert set(recode(histogram, k=2, ordered=["a"]).labels[0]) == {"low", "high"}


def test_nulls_lie_in_no_range():
    numbers = _numbers(1, 2, 3).with_null()
    histogram = _table([["1", "2", "3", None]], [numbers], [3, 3, 3, 3])
    assert set(recode(histogram, k=3, ordered=["a"]).labels[0]) == {"1", "2", "3", None}
    histogram = _table([["1", "2", "3", None]], [numbers], [3, 3, 3, 1])
    assert "*" in recode(histogram, k=3, ordered=["a"]).labels[0]


def test_what_is_too_small_alone_stays_together_under_the_common_value():
    histogram = _table([["Lyon", "Paris", "Rome", "Oslo"]], [PLACES], [5, 6, 2, 3])
    found = recode(histogram, k=5)
    assert dict(zip(found.labels[0], found.sizes[np.argsort(found.codes[0])].tolist(), strict=True)) == {
        "Lyon": 5,
        "Paris": 6,
        "*": 5,
    }


def test_a_few_rows_are_suppressed_where_that_saves_more():
    histogram = _table([["Lyon", "Paris", "Rome"]], [PLACES], [500, 600, 1])
    assert recode(histogram, k=5).suppressed == 0
    found = recode(histogram, k=5, limit=1)
    assert found.suppressed == 1
    assert set(found.labels[0]) == {"Lyon", "Paris"}
    assert found.classes.tolist().count(-1) == 1


def test_the_rows_of_the_population_that_look_like_a_class_count_for_k_map():
    codes = (np.array([PLACES.position[value] for value in ("Lyon", "Paris", "Rome", "Rome", "Rome")]),)
    population = counted(codes, np.array([1, 1, 0, 0, 0]))
    histogram = _table([["Lyon", "Paris"]], [PLACES], further={POPULATION: population})
    assert recode(histogram, k=1, criteria=[InPopulation(3)]).labels == (("*",),)
    assert recode(histogram, k=1, criteria=[InPopulation(4)]) is None


def test_nothing_is_told_if_the_limit_lets_all_rows_be_suppressed_and_else_there_is_no_recoding():
    histogram = _table([["Lyon", "Paris"]], [PLACES])
    assert recode(histogram, k=3) is None
    found = recode(histogram, k=3, limit=2)
    assert (found.suppressed, found.loss, found.labels) == (2, pytest.approx(1.0), ((),))


def test_an_empty_table_is_recoded_to_nothing():
    found = recode(_table([[]], [PLACES]), k=3)
    assert (len(found.classes), len(found.sizes), found.suppressed, found.loss) == (0, 0, 0, 0.0)


def test_a_loss_that_is_none_is_refused():
    with pytest.raises(UsageError, match="there is no loss"):
        recode(_table([["Lyon"]], [PLACES]), k=1, loss="precision")


def test_weights_say_which_column_is_told_more_of():
    numbers = _numbers(*range(4))
    square = [[str(i) for i in range(4) for _ in range(4)], [str(i) for _ in range(4) for i in range(4)]]
    histogram = _table(square, [numbers, numbers])
    first = recode(histogram, k=4, ordered="ab", weights=[9, 1])
    assert [len(labels) for labels in first.labels] == [4, 1]
    second = recode(histogram, k=4, ordered="ab", weights=[1, 9])
    assert [len(labels) for labels in second.labels] == [1, 4]


def test_the_limit_holds_for_all_parts_together():
    floors = Hierarchy.from_rows([("1", "*"), ("2", "*")])
    columns = [["Lyon", "Paris", "Rome"] * 2, ["1"] * 3 + ["2"] * 3]
    histogram = _table(columns, [PLACES, floors], [500, 600, 1, 500, 600, 1])
    assert [recode(histogram, k=5, limit=limit, weights=[1, 9]).suppressed for limit in (0, 1, 2, 3)] == [0, 1, 2, 2]


def test_a_value_of_the_table_is_told_apart_from_those_that_only_the_population_has():
    numbers = _numbers(1, 2, 3)
    population = counted((np.array([0, 0, 0, 1, 2]),), np.array([1, 0, 0, 0, 0]))
    histogram = _table([["1"]], [numbers], further={POPULATION: population})
    assert recode(histogram, k=1, criteria=[InPopulation(2)], ordered=["a"]).labels == (("1",),)
    assert recode(histogram, k=1, criteria=[InPopulation(3)], ordered=["a"]).labels == (("*",),)


def test_a_part_that_gets_another_one_and_may_still_not_be_released_is_not_cut():
    codes = tuple(np.array([[0, 1, 2, 2, 2, 3, 3, 3]]))
    illness = np.array([0, 0, 0, 0, 1, 0, 1, 1])
    histogram = Histogram(("a",), (PLACES,), counted(codes), {"illness": counted(codes, illness)})
    close = [EqualDistance(Sensitive.column(histogram, "illness"), 0.3)]
    found = recode(histogram, k=2, criteria=close)
    assert (set(found.labels[0]), found.suppressed) == ({"*", "Oslo"}, 0)
    assert sorted(found.sizes.tolist()) == [3, 5]


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(1, 6), st.sampled_from(MODELS), st.integers(0, 6), st.booleans(), st.sampled_from(NAMES))
def test_it_is_never_worse_than_the_optimum_of_a_small_lattice(table, k, model, limit, is_ordered, loss):
    histogram, _, _ = table
    asked = {"k": k, "criteria": models(histogram)[model], "limit": limit, "loss": loss}
    best = solve(histogram, **asked)
    found = recode(histogram, **asked, ordered=histogram.names if is_ordered else ())
    if best is not None:
        assert found.loss <= best.loss * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("lattice", [0, 20_000])
def test_a_table_that_fails_as_a_whole_is_recoded_where_enough_may_be_suppressed(monkeypatch, lattice):
    monkeypatch.setattr("anonkit.anonymity.mondrian.SMALL_LATTICE", lattice)
    sex = Hierarchy.from_rows([("m", "*"), ("f", "*")])
    codes, values = (np.array([0] * 60 + [1] * 10),), np.array([0] * 60 + [0, 1] * 5)
    histogram = Histogram(("sex",), (sex,), counted(codes), {"illness": counted(codes, values)})
    diverse = [Recursive(Sensitive.column(histogram, "illness"), 1.5, 2)]
    found = recode(histogram, k=5, criteria=diverse, limit=63)
    assert (found.suppressed, found.labels, found.sizes.tolist()) == (60, (("f",),), [10])
    assert recode(histogram, k=5, criteria=diverse, limit=59) is None


@pytest.mark.parametrize("loss", NAMES)
def test_more_columns_than_an_array_has_dimensions_are_recoded(loss):
    random = np.random.default_rng(1)
    codes = tuple(random.integers(0, 4, (70, 50)))
    histogram = Histogram(tuple(f"q{n}" for n in range(70)), (PLACES,) * 70, counted(codes))
    assert recode(histogram, k=5, loss=loss).sizes.min() >= 5


@settings(max_examples=50, deadline=None)
@given(tables(), st.integers(1, 4), st.integers(0, 5), st.sampled_from(["none", "t", "entropy"]), st.randoms())
def test_the_order_in_which_hierarchies_list_their_values_changes_nothing(table, k, limit, model, random):
    histogram, rows, _ = table
    orders = [random.sample(range(one.size), one.size) for one in histogram.hierarchies]
    listed = tuple(
        Hierarchy.from_levels(
            [[labels[codes[leaf]] for leaf in order] for labels, codes in zip(own.labels, own.codes, strict=True)]
        )
        for own, order in zip(histogram.hierarchies, orders, strict=True)
    )
    moved = [[(*(order.index(leaf) for order, leaf in zip(orders, row, strict=False)), row[-1]) for row in rows]][0]
    codes = tuple(np.array(column) for column in zip(*moved, strict=True))
    other = Histogram(histogram.names, listed, counted(codes[:-1]), {"illness": counted(codes[:-1], codes[-1])})
    one, two = (
        recode(each, k=k, limit=limit, criteria=models_of(each, model), ordered=("q0",)) for each in (histogram, other)
    )
    assert (one is None) == (two is None)
    if one is not None:
        assert (one.loss, one.suppressed) == (pytest.approx(two.loss), two.suppressed)
        assert Counter(released(histogram, one, rows)) == Counter(released(other, two, moved))


def models_of(histogram, model):
    column = Sensitive.column(histogram, "illness")
    return {"none": [], "t": [EqualDistance(column, 0.3)], "entropy": [Entropy(column, 1.7)]}[model]


def test_when_time_is_up_the_parts_that_there_are_are_released():
    random = np.random.default_rng(1)
    values = list(range(1000))
    histogram = Histogram(("a", "b"), (_banded(values, 10),) * 2, counted(tuple(random.integers(0, 1000, (2, 5000)))))
    found = recode(histogram, k=5, ordered="ab", seconds=1e-9)
    assert found.sizes.min() >= 5
    assert found.loss > recode(histogram, k=5, ordered="ab").loss
