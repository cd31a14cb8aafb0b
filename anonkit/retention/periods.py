"""How long is a record held, and from when on is it overdue?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from anonkit.errors import PolicyError, UsageError
from anonkit.model import Policy
from anonkit.policy.periods import problem

State = Literal["hold", "due", "overdue"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of one kind of record, on one day.

    kind          the kind, as the policy names it
    hold_days     a record is held until it is older than this
    overdue_days  and overdue once it is older than this
    today         the day that ages are counted to, in days since 1970-01-01
    """

    kind: str
    hold_days: int
    overdue_days: int
    today: int

    def state(self, day: int | None) -> State:
        """What a record of this day is. One of which no day is known is held."""
        age_days = 0 if day is None else self.today - day
        if age_days <= self.hold_days:
            return "hold"
        return "due" if age_days <= self.overdue_days else "overdue"


def periods(policy: Policy, kind: str, today: int) -> Periods:
    """The periods of a policy for one kind of record.

    Raises UsageError where it has none or does not anonymize, PolicyError where they are shorter than the law allows.
    """
    if not policy.retention:
        msg = f"policy {policy.name!r} has no [retention] periods; use --policy retention, or add them"
        raise UsageError(msg)
    if policy.promise != "anonymize":
        msg = f"policy {policy.name!r} does not anonymize, as what is due must be; use --policy retention"
        raise UsageError(msg)
    if kind not in policy.retention:
        msg = f"policy {policy.name!r} has no period for {kind!r}; --kind may be {', '.join(policy.retention)}"
        raise UsageError(msg)
    hold_days, overdue_days = policy.retention[kind]
    if wrong := problem(kind, hold_days, overdue_days):
        msg = f"{policy.source or policy.name}: {wrong}"
        raise PolicyError(msg)
    return Periods(kind, hold_days, overdue_days, today)
