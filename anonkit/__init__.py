"""anonkit finds personal information in Chinese logs and data and de-identifies it before anyone shares them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from anonkit.errors import (
    AnonkitError,
    CardError,
    HierarchyError,
    InputError,
    KeyFileError,
    OutputError,
    PolicyError,
    TokenError,
    UsageError,
)
from anonkit.model import Action, Edit, Evidence, Finding, Policy

if TYPE_CHECKING:
    from anonkit.anonymity.models import KMap, Presence
    from anonkit.anonymity.result import Result
    from anonkit.keys.key import Key
    from anonkit.scrubber import Scrubber
    from anonkit.tables.profile import Profile

__version__ = "0.1.0"

__all__ = [
    "Action",
    "AnonkitError",
    "CardError",
    "Edit",
    "Evidence",
    "Finding",
    "HierarchyError",
    "InputError",
    "KeyFileError",
    "OutputError",
    "Policy",
    "PolicyError",
    "Scrubber",
    "TokenError",
    "UsageError",
    "__version__",
    "anonymize",
    "profile",
    "restore",
    "scan",
    "scrub",
]

_Data = TypeVar("_Data")


@overload
def scan(
    text: str,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> list[Finding]: ...


@overload
def scan(
    text: object,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> Any: ...  # noqa: ANN401  a table of the package of the data


def scan(
    text: object,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
    threshold: float | None = None,
) -> Any:
    """Find personal information in `text`.

    text       text, or a table or column of pandas, pyarrow or polars
    entities   look for these only; names an entity that is off by default to have it found
    skip       look for all but these
    threshold  the least confidence of a finding, 0 to 1; 0.5 unless told

    Returns findings sorted by position, not overlapping, with positions in code points; entities that are kept by
    default (organisations) are among them. Of a table it is a table of the same package, one row a finding: column
    (its name, scrubbed), row (its position; -1 for what stands in none, such as the name of a column), entity, start,
    end, confidence. Raises UsageError for an unknown entity, TypeError for other types of `text`.
    """
    from anonkit.shared import shared_scrubber  # noqa: PLC0415  keeps `import anonkit` light

    scrubber = shared_scrubber(entities=entities, skip=skip, threshold=threshold)
    if isinstance(text, str):
        return scrubber.scan(text)
    from anonkit.tables import data  # noqa: PLC0415  only where tables are scanned

    return data.scan(scrubber, text)


def scrub(
    x: _Data,
    policy: str | Policy | None = None,
    key: str | Key | None = None,
    recipient: str | None = None,
    entities: Sequence[str] | None = None,
    skip: Sequence[str] | None = None,
) -> _Data:
    """Do with the personal information in `x` as the policy says, and return the same type.

    x          text; bytes (UTF-8 or GB18030, decided per line; what is not a finding comes back byte for byte); a
               DataFrame, Series or Index of pandas; a Table, RecordBatch, RecordBatchReader or Array of pyarrow; a
               DataFrame, Series or LazyFrame of polars. Types, indexes, nulls and clean cells stay; a column of
               numbers with findings becomes text, or keeps its type where the results are numbers or nothing
    policy     a policy, the name of a built-in one, or a policy file; "anonymize" (labels such as <CN_MOBILE>) unless
               told
    key        for policies that need one: a key file, env:NAME, or cmd:COMMAND
    recipient  who gets the result: two recipients get different pseudonyms
    entities   scrub these only
    skip       scrub all but these

    Raises UsageError for an unknown entity or a key that does not go with the policy, PolicyError for a policy that is
    unknown, broken, or breaks its promise, KeyFileError where the key cannot be had, TypeError for other types of `x`.
    """
    from anonkit.shared import shared_scrubber  # noqa: PLC0415

    scrubber = shared_scrubber(policy=policy, key=key, recipient=recipient, entities=entities, skip=skip)
    if not isinstance(x, str | bytes):
        from anonkit.tables import data  # noqa: PLC0415  only where tables are scrubbed

        made: _Data = data.scrub_once(scrubber, x)
        return made
    try:
        return scrubber.scrub(x)
    finally:
        scrubber.close()


def profile(
    x: object, policy: str | Policy | None = None, roles: Mapping[str, str] | None = None, rows: int | None = None
) -> Profile:
    """What each column of a table holds, in which role and why, and what a policy would do with it; never a value.

    x       a table or column of pandas, pyarrow or polars
    policy  a policy, the name of a built-in one, or a policy file; "anonymize" unless told; no key is needed
    roles   what is known of columns, by name: "direct", "linkable", "quasi", "sensitive", "free-text", "harmless" or
            "possible"
    rows    in how many rows entities are looked for, evenly chosen; up to 100,000 unless told

    `print` shows it as a table, a notebook as HTML. Raises UsageError for an unknown column or role, PolicyError, and
    TypeError for other types of `x`.
    """
    from anonkit.tables import data, profile  # noqa: PLC0415  only where tables are profiled

    return profile.profile_under(policy, data.table(x), roles, rows)


def anonymize(  # noqa: PLR0913, PLR0917  one call, all that can be asked
    table: object,
    quasi: object = None,
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
    method: Literal["optimal", "local"] | None = None,
    seconds: float | None = None,
    policy: str | Policy = "anonymize",
) -> Result:
    """Hide everybody in a crowd: k-anonymity and its kin, with the least loss possible.

    table        a DataFrame of pandas or polars, a Table of pyarrow
    quasi        the quasi-identifiers; those that `profile` finds unless told
    k            how many rows have the same quasi-identifiers, at least; or `KMap(k, population)`
    l            how diverse `sensitive` is in each class: a number of distinct values, DistinctL, EntropyL or
                 RecursiveL; or these by column
    t            how far its distribution may be from that of the table: a number (equal distance), EqualT, OrderedT or
                 HierarchicalT; or these by column
    delta        `Presence(low, high, population)`
    sensitive    the columns that `l` and `t` are asked of
    suppress     the share of rows that may be suppressed
    hierarchies  by column: the path of a CSV file (`;`, no header), a table, or a builder such as Ages(); one is
                 suggested for other columns
    loss         "normalised", "normalised-mean", "discernibility", "entropy" or "class-size"
    weights      of the columns, in the loss
    subject      the column that tells whom a row is about, where subjects count and not rows
    method       "optimal", or "local" (local recoding); by the size of the lattice unless told
    seconds      how long the search may take; what it gives then says how far from the optimum it may be
    policy       for the other columns, which are scrubbed; the subject is emptied

    Models are in `anonkit.anonymity.models`, builders in `anonkit.anonymity.hierarchies`. The result has `table`,
    `levels`, `suppressed`, `loss`, `optimal`, `bound`, `nodes_checked`, `report` and `plot()`.

    Raises UsageError for what does not go together or cannot be had, HierarchyError for a hierarchy that is broken or
    lacks values of its column, TypeError for what is no table.
    """
    from anonkit.anonymity import api  # noqa: PLC0415  keeps `import anonkit` light

    return api.anonymize(
        table, quasi, k, l, t, delta, sensitive, suppress, hierarchies, loss, weights,
        subject=subject, method=method, seconds=seconds, policy=policy,
    )  # fmt: skip


def restore(x: _Data, key: str | Key, recipient: str | None = None) -> _Data:
    """Put back the values that a policy with `encrypt` took out of `x`, as far as the key can, byte for byte.

    x          text or bytes that anonkit wrote, or that hold parts of it; a table of pandas, pyarrow or polars
    key        the key they were made with: a key file, env:NAME, or cmd:COMMAND
    recipient  whose copy it is

    Raises KeyFileError where the key cannot be had, TokenError where it is the wrong one or a tagged value was changed.
    """
    from anonkit.restoring.tokens import restored  # noqa: PLC0415  keeps `import anonkit` light

    return restored(x, key, recipient or "")


def __getattr__(name: str) -> object:
    if name == "Scrubber":
        from anonkit.scrubber import Scrubber  # noqa: PLC0415

        return Scrubber
    msg = f"module 'anonkit' has no attribute {name!r}"
    raise AttributeError(msg)
