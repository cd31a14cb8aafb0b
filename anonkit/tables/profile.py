"""What does a table hold, column by column: which entities, in what role, how unique, and what becomes of it?

Nothing here keeps or shows a value of the table: a profile is counts, names of entities, and scrubbed names of columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import types

from anonkit import catalog, fields
from anonkit.errors import UsageError
from anonkit.model import Action, EntityClass, Policy
from anonkit.policy import columns as named_columns
from anonkit.policy import files
from anonkit.tables import leaves, measures, profile_page
from anonkit.tables.attributes import Role
from anonkit.tables.flat import Flat, flattened
from anonkit.tables.measures import Seen
from anonkit.tables.roles import Facts, Found, by_hand, judged

if TYPE_CHECKING:
    import pandas as pd

    from anonkit.scrubber import Scrubber

USUAL_ROWS = 100_000
"""How many rows are looked at unless more are asked for; distinct values and nulls are counted in all."""
SENSITIVE_LISTS = ("pipl-28", "gbt45574")
"""What counts as sensitive where a policy does not say."""


@dataclass(frozen=True, slots=True)
class EntityShare:
    """An entity in a column.

    Attributes:
        entity: its name.
        class_: of its card; empty for what a policy names without a card.
        share: of the rows with a value that were looked at, those it was found in.
        filled: those it fills for the most part.
        action: what the policy does to it, such as "label" or "mask (keep_first = 3)".
    """

    entity: str
    class_: str
    share: float
    filled: float
    action: str


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column, or what is nested in one.

    Attributes:
        name: the path to it, scrubbed.
        type: of Arrow.
        role: what it is; see `evidence`.
        is_set_by_hand: whether somebody said so.
        evidence: what speaks for the role, in words, without a value.
        rows: how many cells there are; of lists, all elements.
        nulls: the share of cells without a value; empty text is none.
        distinct: how many different values there are.
        uniqueness: how many different values there are for each cell with one.
        once: the share of cells whose value occurs once.
        length: the median length of values, in characters of their text.
        entities: what was found, the commonest first.
        changed: the share of cells with a value that the policy changes.
        policy: what it does, in words.
    """

    name: str
    type: str
    role: Role
    is_set_by_hand: bool
    evidence: tuple[str, ...]
    rows: int
    nulls: float
    distinct: int
    uniqueness: float
    once: float
    length: int
    entities: tuple[EntityShare, ...]
    changed: float
    policy: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a table holds. `str` is a table of it, and a notebook shows it as HTML.

    Attributes:
        columns: in their order.
        rows: how many rows there are.
        looked_at: in how many of them entities were looked for: all, or a sample from the whole length.
        policy: the name of the policy.
    """

    columns: tuple[ColumnProfile, ...]
    rows: int
    looked_at: int
    policy: str

    def __str__(self) -> str:
        return profile_page.text(self)

    def _repr_html_(self) -> str:
        return profile_page.html(self)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        return profile_page.data(self)

    def to_frame(self) -> pd.DataFrame:
        """A row for each column."""
        import pandas as pd  # noqa: PLC0415  only where it is asked for

        return pd.DataFrame(profile_page.rows(self), columns=list(profile_page.FIELDS))


def profile(
    scrubber: Scrubber,
    table: pa.Table,
    roles: Mapping[str, Role | str] | None = None,
    rows: int | None = None,
    policy: Policy | None = None,
) -> Profile:
    """Tell what the columns of a table hold.

    scrubber  what finds; one that only finds will do
    roles     by the name of a column, or the path to what is nested in it; these hold whatever is found
    rows      in how many rows entities are looked for, taken evenly from the whole length; 100,000 unless told.
              Nulls and different values are counted in all rows
    policy    whose actions are told; that of the scrubber unless told

    Raises UsageError for roles that are none, or of columns that are not there, and for a number of rows below one.
    """
    if rows is not None and rows < 1:
        msg = "rows must be 1 or more"
        raise UsageError(msg)
    said = {name: role if isinstance(role, Role) else Role.of(role) for name, role in (roles or {}).items()}
    names = [str(name) for name in table.column_names]
    whole = [list(flattened(name, table.column(number))) for number, name in enumerate(names)]
    sample = _sample(table, USUAL_ROWS if rows is None else rows)
    looked = whole if sample is table else [list(flattened(n, sample.column(number))) for number, n in enumerate(names)]
    flats = [flat for column in whole for flat in column]
    _check_names(said, [*names, *(flat.name for flat in flats)])
    seen = measures.seen(scrubber, [flat for column in looked for flat in column])
    actions = _Actions(scrubber, policy or scrubber.policy)
    profiles: list[ColumnProfile] = []
    tops = [name for name, column in zip(names, whole, strict=True) for _ in column]
    for top, flat, cells in zip(tops, flats, seen, strict=True):
        profiles.append(_profiled(flat, cells, said.get(flat.name, said.get(top)), actions))
    return Profile(tuple(profiles), table.num_rows, sample.num_rows, actions.policy.name)


def profile_under(
    policy: str | Policy | None,
    table: pa.Table,
    roles: Mapping[str, Role | str] | None = None,
    rows: int | None = None,
) -> Profile:
    """The same under a policy, the name of a built-in one or a policy file; "anonymize" unless told. It needs no key.

    Raises UsageError as `profile` does, and PolicyError.
    """
    from anonkit.scrubber import Scrubber  # noqa: PLC0415  where one is given, it is there

    cards = catalog.load(examples=False)
    said = policy if isinstance(policy, Policy) else files.load(policy or "anonymize", cards)
    return profile(Scrubber(policy=said, only_finds=True), table, roles, rows, said)


def _check_names(said: Mapping[str, Role], names: Sequence[str]) -> None:
    known = set(names)
    missing = sum(name not in known for name in said)
    if missing:
        msg = f"{missing} of the roles are of columns that the table does not have; write columns as the table does"
        raise UsageError(msg)


def _sample(table: pa.Table, most: int) -> pa.Table:
    """A row from each of as many equal parts of the table, the same in every run; which of a part is random."""
    if table.num_rows <= most:
        return table
    within = np.random.default_rng(0).random(most)
    at = ((np.arange(most) + within) * (table.num_rows / most)).astype(np.int64)
    return table.take(pa.array(np.minimum(at, table.num_rows - 1)))


class _Actions:
    """What a policy does to what was found, by the number of a finding."""

    def __init__(self, scrubber: Scrubber, policy: Policy) -> None:
        self.scrubber, self.policy = scrubber, policy
        rules = scrubber.engine.book.rules
        self.cards = list(dict.fromkeys(rule.card for rule in rules))
        self.known = self.cards if scrubber.policy is policy else [*self.cards, *catalog.load(examples=False)]
        self._classes: dict[str, EntityClass] = {card.entity: card.class_ for card in reversed(self.known)}
        counting = policy.sensitive or SENSITIVE_LISTS
        self._lists = {card.entity: tuple(one for one in card.sensitive if one in counting) for card in self.known}
        self._columns = [fields.rule(path, action) for path, action in policy.columns.items()]

    def class_of(self, entity: str) -> EntityClass | None:
        """Of the cards of an entity."""
        return self._classes.get(entity)

    def lists_of(self, entity: str) -> tuple[str, ...]:
        """The lists of sensitive information that an entity is on, of those that count for the policy."""
        return self._lists.get(entity, ())

    def of(self, entity: str, column: str) -> Action:
        """What happens to an entity in a column."""
        rule = fields.of_column(column.encode("utf-8", "replace"), self._columns)
        if rule is not None and rule.entity == entity:
            return rule.action
        class_ = self.class_of(entity)
        action = self.policy.default if class_ is None else self.policy.action(entity, class_)
        if action.do == "keep" and not self.scrubber.keeps(entity):
            return self.policy.default  # asked for by name
        return action

    def shown(self, name: str) -> str:
        """The name of a column, without what is personal in it, whatever the policy keeps."""
        shown, at = [], 0
        for finding in self.scrubber.scan(name):
            if self.class_of(finding.entity) != "organisation":
                shown += [name[at : finding.start], f"<{finding.entity}>"]
                at = finding.end
        return "".join([*shown, name[at:]])


def _profiled(flat: Flat, seen: Seen, role: Role | None, actions: _Actions) -> ColumnProfile:
    counted, kind = measures.counted(flat.values), flat.values.type  # noqa: PD011  not of pandas
    present = len(seen.texts) - seen.texts.null_count
    entities = actions.scrubber.entities
    found = sorted(
        (
            Found(entity, actions.class_of(entity), *counts, actions.lists_of(entity))
            for entity, counts in ((entities[number], counts) for number, counts in seen.found.items())
        ),
        key=lambda one: (-one.rows, one.entity),
    )
    facts = Facts(
        flat.name,
        tuple(sorted({card.entity for card in _named(flat.name, actions) if card.class_ != "organisation"})),
        present,
        tuple(found),
        measures.values(seen.texts),
        types.is_boolean(kind),
        leaves.is_bytes(kind) or types.is_fixed_size_binary(kind),
        counted.span,
        counted.present,
        counted.distinct,
        counted.once,
    )
    judgement = judged(facts) if role is None else by_hand(role, facts)
    shares = tuple(
        EntityShare(
            one.entity,
            one.class_ or "",
            one.rows / present,
            one.filled / present,
            profile_page.action_text(actions.of(one.entity, flat.name)),
        )
        for one in found
    )
    kept = {share.entity for share in shares if share.action == "keep"}
    changed: float = sum(
        count for numbers, count in seen.any_of.items() if any(entities[n] not in kept for n in numbers)
    )
    changed /= max(1, present)
    total = len(flat.values)
    return ColumnProfile(
        actions.shown(flat.name),
        flat.type,
        judgement.role,
        role is not None,
        judgement.evidence,
        total,
        (total - counted.present) / total if total else 0.0,
        counted.distinct,
        facts.uniqueness,
        counted.once / counted.present if counted.present else 0.0,
        measures.length(seen.texts),
        shares,
        changed,
        profile_page.policy_text(shares, changed),
    )


def _named(column: str, actions: _Actions) -> Sequence[Any]:
    return named_columns.named(column, actions.cards)
