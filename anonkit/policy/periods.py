"""Can records be held for as long as a policy says?"""

from __future__ import annotations

# Cybersecurity Law art. 21(3): network logs are kept for at least six months.
_LEAST_HOLD_DAYS = {"log": 180}


def problem(kind: str, hold_days: int, overdue_days: int) -> str | None:
    """What is wrong with the periods of a kind of record, and the remedy; None where nothing is."""
    least = _LEAST_HOLD_DAYS.get(kind, 0)
    if hold_days < least:
        return (
            f"{kind!r} is held for {hold_days} days, but network logs must be kept for six months "
            f"(Cybersecurity Law, article 21(3)); make hold_days {least} or more"
        )
    if hold_days > overdue_days:
        return f"{kind!r} must be held for longer than until it is overdue; make overdue_days at least hold_days"
    return None
