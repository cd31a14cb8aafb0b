"""After `import anonkit.pandas`, frames and series of pandas have `.anonkit.scrub()`, `.scan()` and `.profile()`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

import anonkit
from anonkit.model import Policy

if TYPE_CHECKING:
    from anonkit.keys.key import Key
    from anonkit.tables.profile import Profile


@pd.api.extensions.register_dataframe_accessor("anonkit")
@pd.api.extensions.register_series_accessor("anonkit")
class Accessor:
    """What anonkit does with a frame or a series; neither is ever changed in place."""

    def __init__(self, data: Any) -> None:  # noqa: ANN401  pandas has no types
        self._data = data

    def __repr__(self) -> str:
        return "<anonkit: .scrub(), .scan(), .profile()>"

    def scrub(
        self,
        policy: str | Policy | None = None,
        key: str | Key | None = None,
        recipient: str | None = None,
        entities: Sequence[str] | None = None,
        skip: Sequence[str] | None = None,
    ) -> Any:  # noqa: ANN401  as above
        """Do with the personal information as the policy says, and return the same type; see `anonkit.scrub`."""
        return anonkit.scrub(self._data, policy, key, recipient, entities, skip)

    def scan(
        self,
        entities: Sequence[str] | None = None,
        skip: Sequence[str] | None = None,
        threshold: float | None = None,
    ) -> pd.DataFrame:
        """What is found, one row a finding: column, row, entity, start, end, confidence; see `anonkit.scan`."""
        return anonkit.scan(self._data, entities, skip, threshold)

    def profile(
        self,
        policy: str | Policy | None = None,
        roles: Mapping[str, str] | None = None,
        rows: int | None = None,
    ) -> Profile:
        """What each column holds, its role with the evidence, and what the policy would do; see `anonkit.profile`."""
        return anonkit.profile(self._data, policy, roles, rows)
