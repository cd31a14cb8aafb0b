"""What is asked of a table of a file, and how is the released one built, with the number of replacements?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anonkit.anonymity.api import NoQuasiError, anonymize
from anonkit.anonymity.release_arrow import counted
from anonkit.errors import AnonkitError, HierarchyError, UsageError
from anonkit.model import TableRule

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.anonymity.report import Report
    from anonkit.anonymity.result import Result
    from anonkit.scrubber import Scrubber


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A released table.

    Attributes:
        table: all of it.
        counts: the number of replacements in what is no quasi-identifier.
        report: what it cost, with scrubbed names of columns.
    """

    table: pa.Table
    counts: Counter[str]
    report: Report


def made(table: pa.Table, rule: TableRule, scrubber: Scrubber, name: str) -> Made | None:
    """The table as the rule asks; None where no quasi-identifier is named, and the profile tells none.

    Raises UsageError, HierarchyError and InputError, with the name of the file.
    """
    try:
        result = _result(table, rule, scrubber)
    except NoQuasiError:
        return None
    except AnonkitError as error:
        raise _with_name(error, name, rule.hierarchies) from None
    try:
        return Made(*counted(result.release), result.report)
    except UsageError as error:
        raise _with_name(error, name, {}) from None


def _result(table: pa.Table, rule: TableRule, scrubber: Scrubber) -> Result:
    """What is asked of a table, found. Raises UsageError, HierarchyError, InputError."""
    return anonymize(
        table,
        list(rule.quasi) or None,
        rule.k,
        rule.l,
        rule.t,
        sensitive=rule.sensitive or None,
        suppress=rule.suppress,
        hierarchies=_of_columns(rule.hierarchies, table, rule),
        loss=rule.loss,
        weights=_of_columns(rule.weights, table, rule),
        subject=rule.subject,
        seconds=rule.seconds,
        policy=scrubber,
    )


def _of_columns(said: Mapping[str, Any], table: pa.Table, rule: TableRule) -> Mapping[str, Any] | None:
    """What is said of columns; where the profile tells the quasi-identifiers, those that the table lacks do no harm."""
    known = said if rule.quasi else {name: one for name, one in said.items() if name in table.column_names}
    return known or None


def _with_name(error: AnonkitError, name: str, hierarchies: Mapping[str, str]) -> AnonkitError:
    """The error with the name of the input, and of the hierarchy that lacks values."""
    said = str(error).replace(", or let all rows be suppressed (suppress=1)", ", or let all rows be suppressed")
    if any(said.startswith(f"{file}:") for file in hierarchies.values()):
        return error
    if isinstance(error, HierarchyError):
        said += next((f" in {file}" for column, file in hierarchies.items() if f'column "{column}"' in said), "")
    return type(error)(f"{name}: {said}")
