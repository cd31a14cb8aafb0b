"""What happens in a call of `anonkit.anonymize`? Columns are read and counted, and a solver decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from anonkit.anonymity import counting, losses
from anonkit.anonymity.columns import Encoded, Table, encode_all, order_of
from anonkit.anonymity.criteria import Criterion
from anonkit.anonymity.hierarchy import Codes
from anonkit.anonymity.histogram import Histogram
from anonkit.anonymity.leaves import Placed, hierarchy_of, placed
from anonkit.anonymity.models import Closeness, Demands, HierarchicalT, KMap, OrderedT, Presence, demands_of
from anonkit.anonymity.release import Recoded, Release, label_name, positions
from anonkit.anonymity.result import Result, Search
from anonkit.anonymity.search import solve
from anonkit.anonymity.solution import Solution
from anonkit.errors import UsageError
from anonkit.tables import data

if TYPE_CHECKING:
    from anonkit.model import Policy
    from anonkit.scrubber import Scrubber

LARGEST_LATTICE = 1_000_000
"""With more nodes than this the table is recoded locally, unless it is told otherwise."""
MOST_NODES = 50_000_000
"""With more than this no optimum is looked for: each node takes some dozens of bytes."""
BY_CALLER = "named by the caller"
Method = Literal["optimal", "local"]


class NoQuasiError(UsageError):
    """No quasi-identifier was named, and the profile tells none."""


def anonymize(  # noqa: PLR0913, PLR0917  the contract's own words
    table: Any,  # noqa: ANN401  of any package
    quasi: Any = None,  # noqa: ANN401  a label or several
    k: int | KMap = 5,
    l: object = None,  # noqa: E741  the name that the papers gave it
    t: object = None,
    delta: Presence | None = None,
    sensitive: str | Iterable[str] | None = None,
    suppress: float = 0.05,
    hierarchies: Mapping[Any, object] | None = None,
    loss: str = "normalised",
    weights: Mapping[Any, float] | None = None,
    *,
    subject: object = None,
    method: Method | None = None,
    seconds: float | None = None,
    policy: str | Policy | Scrubber = "anonymize",
) -> Result:
    """See `anonkit.anonymize`; a scrubber may stand for the policy."""
    demands = demands_of(k, l, t, delta, sensitive)
    _check(suppress, loss, method, seconds)
    given = Table.of(table)
    roles = _roles(given, quasi, demands, subject, table)
    _check_index(given, roles)
    names = tuple(roles.quasi)
    hierarchies = _by_place(given, hierarchies, roles, "hierarchies")
    weighting = _by_place(given, weights, roles, "weights")
    read = _Read.of(given, roles, demands)
    limit = math.floor(Fraction(str(suppress)) * given.rows)
    release = Release(_snapshot(given), roles.places, read.quasi, _unchanged(read.quasi), roles.subject, policy)
    if policy != "anonymize":
        release.scrubber  # noqa: B018  a policy that is wrong says so now
    if not given.rows:
        return Result(release, names, roles.why, Search.none(names, loss, demands))
    read = _as_released(read, release, roles, demands)
    leaves = [
        placed(label_name(name), hierarchies.get(place), column, read.population[number] if read.population else None)
        for number, (name, place, column) in enumerate(zip(names, roles.places, read.quasi, strict=True))
    ]
    histogram, tuples = counting.histogram(
        [label_name(name) for name in names], read.quasi, leaves, read.sensitive, read.subject, read.population
    )
    if any(not isinstance(weight, int | float) for weight in weighting.values()):
        raise UsageError("weights are numbers from 0, by column")
    criteria = _of_columns(demands, given, roles, read.sensitive).criteria(histogram)
    shares = None if weights is None else [float(weighting.get(place, 1.0)) for place in roles.places]
    asked = _Asked(histogram, tuples, demands, criteria, limit, loss, shares, seconds)
    is_local = method == "local" or (method is None and histogram.nodes > LARGEST_LATTICE)
    if not is_local and histogram.nodes > MOST_NODES:
        raise UsageError(
            f"there are {histogram.nodes:,} combinations of levels, too many to look for the optimum: use"
            ' hierarchies with fewer levels, or method="local"'
        )
    recoded, search = _locally(asked, leaves) if is_local else _optimally(asked)
    search = replace(search, suggested=_suggested(names, leaves))
    return Result(replace(release, recoded=recoded), names, roles.why, search)


@dataclass(frozen=True, slots=True)
class _Roles:
    """Which columns are what, by their places.

    Attributes:
        quasi: the labels of the quasi-identifiers.
        places: of these.
        why: of each, why it is one.
        sensitive: the places of the sensitive columns, by label.
        subject: whose distinct values count.
    """

    quasi: tuple[Any, ...]
    places: tuple[int, ...]
    why: tuple[str, ...]
    sensitive: Mapping[str, int]
    subject: int | None


@dataclass(frozen=True, slots=True)
class _Read:
    """The columns that count, as numbers."""

    quasi: tuple[Encoded, ...]
    sensitive: Mapping[str, Encoded]
    subject: Encoded | None
    population: tuple[Encoded, ...]

    @classmethod
    def of(cls, table: Table, roles: _Roles, demands: Demands) -> _Read:
        """Raises UsageError for columns that hold lists or structs, and what the population lacks."""
        places = [*roles.places, *roles.sensitive.values()]
        if roles.subject is not None:
            places.append(roles.subject)
        made = encode_all([(label_name(table.names[place]), table.columns[place]) for place in places])
        size = len(roles.places)
        sensitive = dict(zip(roles.sensitive, made[size : size + len(roles.sensitive)], strict=True))
        population: list[Encoded] = []
        if demands.population is not None:
            others = Table.of(demands.population)
            population = encode_all([(label_name(name), others.columns[others.place(name)]) for name in roles.quasi])
        return cls(tuple(made[:size]), sensitive, None if roles.subject is None else made[-1], tuple(population))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a solver is asked."""

    histogram: Histogram
    tuples: tuple[Codes, ...]
    demands: Demands
    criteria: Sequence[Criterion]
    limit: int
    loss: str
    weights: list[float] | None
    seconds: float | None


def _check(suppress: float, loss: str, method: str | None, seconds: float | None) -> None:
    if isinstance(suppress, bool) or not isinstance(suppress, int | float) or not 0 <= suppress <= 1:
        raise UsageError("suppress is the share of rows that may be suppressed, from 0 to 1")
    if loss not in losses.NAMES:
        raise UsageError(f'there is no loss "{loss}"; there are {", ".join(losses.NAMES)}')
    if method not in (None, "optimal", "local"):
        raise UsageError('method is "optimal" or "local"; leave it away, and the size of the lattice decides')
    if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
        raise UsageError("seconds is how long a search may take, above 0")


def _roles(table: Table, quasi: object, demands: Demands, subject: object, x: object) -> _Roles:
    sensitive = {name: table.place(name) for name in demands.sensitive}
    place = None if subject is None else table.place(subject)
    if place is not None and place in sensitive.values():
        raise UsageError(f'column "{subject}" cannot be sensitive and the subject')
    if quasi is None:
        places, why = _profiled(table, x, {*sensitive.values(), place})
    else:
        named = list(quasi) if isinstance(quasi, Iterable) and not _is_label(table, quasi) else [quasi]
        places = [table.place(name) for name in dict.fromkeys(named)]
        why = [BY_CALLER] * len(places)
        if not places:
            raise UsageError("quasi names no column; leave it away, and anonkit.profile tells the quasi-identifiers")
    for one in places:
        if one in sensitive.values() or one == place:
            what = "sensitive" if one in sensitive.values() else "the subject"
            raise UsageError(f'column "{table.names[one]}" cannot be {what} and a quasi-identifier')
    return _Roles(tuple(table.names[one] for one in places), tuple(places), tuple(why), sensitive, place)


def _is_label(table: Table, named: object) -> bool:
    """Whether it names one column: text, or a tuple that is the label of one."""
    return isinstance(named, str) or (isinstance(named, tuple) and named in table.names)


def _profiled(table: Table, x: object, others: set[int | None]) -> tuple[list[int], list[str]]:
    """The columns that `anonkit.profile` calls quasi-identifiers, and what speaks for each."""
    from anonkit.tables import profile  # noqa: PLC0415  heavy
    from anonkit.tables.attributes import Role  # noqa: PLC0415  as above
    from anonkit.tables.flat import flattened  # noqa: PLC0415  as above

    whole = data.table(x if table.package == "pandas" else table.whole)
    told = iter(profile.profile_under("anonymize", whole).columns)
    places, why = [], []
    for place, name in enumerate(whole.column_names):
        parts = [next(told) for _ in flattened(str(name), whole.column(place))]
        is_one = len(parts) == 1 and parts[0].role is Role.QUASI
        if is_one and place < len(table.names) and place not in others:
            places.append(place)
            why.append("; ".join(("anonkit.profile: quasi-identifier", *parts[0].evidence)))
    if not places:
        raise NoQuasiError("anonkit.profile found no quasi-identifier in the table; name them: quasi=[...]")
    return places, why


def _check_index(table: Table, roles: _Roles) -> None:
    """An index comes out as it is: what is told of a row is not also a level of it."""
    if table.package != "pandas":
        return
    places = [*roles.places, *roles.sensitive.values(), *([] if roles.subject is None else [roles.subject])]
    named = {label_name(table.names[place]) for place in places}
    for level in table.whole.index.names:
        if level is not None and label_name(level) in named:
            raise UsageError(
                f'the index is called "{label_name(level)}", as a column that counts is, and would come out as it is:'
                " drop it with reset_index(drop=True)"
            )


def _by_place(table: Table, given: Mapping[Any, Any] | None, roles: _Roles, what: str) -> dict[int, Any]:
    made = {table.place(name): one for name, one in (given or {}).items()}
    extra = [table.names[place] for place in made if place not in roles.places]
    if extra:
        raise UsageError(f'{what} name column "{extra[0]}", which is no quasi-identifier; add it to quasi')
    return made


def _snapshot(table: Table) -> Table:
    """The table as it is now, whatever happens to it before the released one is built."""
    if table.package != "pandas":
        return table
    import pandas as pd  # noqa: PLC0415  where one is given, it is there

    copies_on_write = int(pd.__version__.partition(".")[0]) >= 3  # noqa: PLR2004  from pandas 3 on
    return Table.of(table.whole.copy(deep=not copies_on_write))


def _unchanged(quasi: Sequence[Encoded]) -> Recoded:
    nothing = np.empty(0, np.int64)
    empty = tuple(nothing for _ in quasi)
    return Recoded(empty, np.empty(0, np.bool_), tuple(None for _ in quasi), empty)


def _as_released(read: _Read, release: Release, roles: _Roles, demands: Demands) -> _Read:
    """With the values of sensitive columns told apart as far as the released table does, where l or t is asked."""
    asked = {*demands.diversities, *demands.closenesses}
    sensitive = {
        name: counting.as_released(release.scrubber, label_name(name), release.table, roles.sensitive[name], column)
        if name in asked
        else column
        for name, column in read.sensitive.items()
    }
    return replace(read, sensitive=sensitive)


def _of_columns(demands: Demands, table: Table, roles: _Roles, sensitive: Mapping[str, Encoded]) -> Demands:
    """With hierarchies that were read, and orders of columns that have one, where t-closeness asks for some."""
    read: dict[str, Closeness] = {}
    for name, kind in demands.closenesses.items():
        values = dict.fromkeys(value for value in sensitive[name].listed() if value is not None)
        if isinstance(kind, HierarchicalT):
            read[name] = replace(kind, hierarchy=hierarchy_of(name, kind.hierarchy, list(values)))
        elif isinstance(kind, OrderedT) and kind.order is None:
            order = order_of(table.columns[roles.sensitive[name]])
            if order is not None:  # what no row has is no step between others
                read[name] = replace(kind, order=[value for value in order if value in values])
    return replace(demands, closenesses={**demands.closenesses, **read}) if read else demands


def _suggested(names: Sequence[Any], leaves: Sequence[Placed]) -> dict[Any, str]:
    return {name: one.why for name, one in zip(names, leaves, strict=True) if one.why}


def _optimally(asked: _Asked) -> tuple[Recoded, Search]:
    histogram = asked.histogram
    found = solve(
        histogram,
        k=asked.demands.k,
        criteria=asked.criteria,
        limit=asked.limit,
        loss=asked.loss,
        weights=asked.weights,
        seconds=asked.seconds,
    )
    if found is None:
        raise _impossible(asked)
    return _recoded(asked, found)


def _recoded(asked: _Asked, found: Solution) -> tuple[Recoded, Search]:
    """What becomes of the tuples at a node."""
    histogram, cells, levels = asked.histogram, asked.histogram.cells, found.levels
    codes = tuple(
        one.codes[level][leaf] for one, level, leaf in zip(histogram.hierarchies, levels, cells.codes, strict=True)
    )
    groups, fails = found.classes.groups, found.classes.fails
    every = np.ones(len(groups), np.bool_)
    of_classes = tuple(groups.codes(number, every) for number in range(len(levels)))
    labels = [one.labels[level] for one, level in zip(histogram.hierarchies, levels, strict=True)]
    class_of = positions(codes, of_classes, [len(one) for one in labels])
    recoded = Recoded(
        asked.tuples,
        fails[class_of],
        tuple(one if level else None for one, level in zip(labels, levels, strict=True)),
        codes,
    )
    search = Search(
        histogram=histogram,
        demands=asked.demands,
        limit=asked.limit,
        loss_name=asked.loss,
        weights=asked.weights,
        levels=levels,
        class_of=np.where(fails[class_of], -1, class_of),
        codes=of_classes,
        sizes=groups.counts,
        released=~fails,
        loss=found.loss,
        bound=found.bound,
        is_optimal=found.is_optimal,
        checks=found.checks,
        nodes=found.nodes,
        seconds=found.seconds,
        spans=tuple(
            one.leaves[level][code] for one, level, code in zip(histogram.hierarchies, levels, of_classes, strict=True)
        ),
    )
    return recoded, search


def _locally(asked: _Asked, leaves: Sequence[Placed]) -> tuple[Recoded, Search]:
    from anonkit.anonymity.mondrian import recode  # noqa: PLC0415  only where it is asked for

    histogram = asked.histogram
    ordered = [name for name, one in zip(histogram.names, leaves, strict=True) if one.is_ordered]
    found = recode(
        histogram,
        k=asked.demands.k,
        criteria=asked.criteria,
        limit=asked.limit,
        loss=asked.loss,
        weights=asked.weights,
        ordered=ordered,
        seconds=asked.seconds,
    )
    if found is None:
        raise _impossible(asked)
    gone = found.classes < 0
    class_of = np.maximum(found.classes, 0)
    size = len(found.sizes)
    recoded = Recoded(
        asked.tuples,
        gone,
        found.labels,
        tuple(codes[class_of] if size else class_of for codes in found.codes),
    )
    search = Search(
        histogram=histogram,
        demands=asked.demands,
        limit=asked.limit,
        loss_name=asked.loss,
        weights=asked.weights,
        levels=None,
        class_of=found.classes,
        codes=found.codes,
        sizes=found.sizes,
        released=np.ones(size, np.bool_),
        loss=found.loss,
        bound=None,
        is_optimal=False,
        checks=(),
        nodes=histogram.nodes,
        seconds=found.seconds,
        spans=found.spans,
    )
    return recoded, search


def _impossible(asked: _Asked) -> UsageError:
    """Why there is no result."""
    rows, k = asked.histogram.rows, asked.demands.k
    if k > rows:
        return UsageError(
            f"k is {k:,}, and the table has {rows:,} rows: ask for {rows:,} at most, or let all rows be suppressed"
            " (suppress=1)"
        )
    return UsageError(
        f"no generalisation gives what is asked with {asked.limit:,} of {rows:,} rows suppressed at most: ask for less,"
        " let more rows be suppressed (suppress), or let hierarchies end in one value for all"
    )
