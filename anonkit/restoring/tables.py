"""How are tables restored? On the way on which they are scrubbed, by what restores in place of what scrubs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from anonkit.restoring.tokens import LEFT, Restorer, as_text, broken, is_broken, refuse_foreign
from anonkit.scrubbing.edits import Edits
from anonkit.tables import data

if TYPE_CHECKING:
    from anonkit.detect.cells import Cells
    from anonkit.restoring.tokens import Found
    from anonkit.scrubber import Scrubber

_WHAT = "the table"


def restored(restorer: Restorer, x: Any) -> Any:  # noqa: ANN401  of any package
    """A table, a column or the like with the values that a key can put back; of the same type, and the input stays.

    A column of numbers that became text stays text. Raises TokenError as for text, TypeError for other things and for
    readers, whose last batch would tell whether the first may be seen.
    """
    if data.package(x) is None:
        msg = f"anonkit restores str and bytes, and tables of pandas, pyarrow and polars, not {type(x).__name__}"
        raise TypeError(msg)
    if hasattr(x, "read_next_batch"):
        raise TypeError("anonkit restores tables of Arrow, not their readers; read it first: reader.read_all()")
    cells = _Cells(restorer)
    made, _ = data.scrub(cast("Scrubber", cells), x)
    refuse_foreign(cells.counts, _WHAT)
    return made


class _Cells:
    """Restores cells, as a `Scrubber` scrubs them."""

    goes_by_value = False  # entities are numbered as they are met: each cell is looked at

    def __init__(self, restorer: Restorer) -> None:
        self._restorer = restorer
        self._numbers: dict[str, int] = {}
        self.counts: Counter[str] = Counter()

    @property
    def entities(self) -> list[str]:
        """The entity of each number of an edit, of those met so far."""
        return list(self._numbers)

    def edits_of_cells(self, utf8: bytes, cells: Cells, _original_of: object = None) -> Edits:
        """What is put back into cells."""
        found = [one for one in self._restorer.find(utf8) if self._is_ours(one, cells)]
        numbers = [self._numbers.setdefault(one.entity, len(self._numbers)) for one in found]
        values = [as_text(one.replacement).encode("utf-8", "surrogatepass") for one in found]
        return Edits(
            np.array([one.start for one in found], np.int64),
            np.array([one.end for one in found], np.int64),
            np.array(numbers, np.int64),
            values,
        )

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        """A name, restored."""
        parts, at = [], 0
        found = [one for one in self._restorer.find(utf8) if self._is_ours(one, None)]
        for one in found:
            parts += [utf8[at : one.start], as_text(one.replacement).encode("utf-8", "surrogatepass")]
            at = one.end
        return b"".join([*parts, utf8[at:]]), dict(Counter(one.entity for one in found))

    def _is_ours(self, found: Found, cells: Cells | None) -> bool:
        """Whether a token is put back; raises TokenError where it was changed or cut off."""
        self.counts[found.entity] += 1
        if is_broken(found.entity):
            row = 0 if cells is None else int(cells.row_at(np.array([found.start]))[0]) + 1
            raise broken(found.entity, _WHAT, row)
        return not found.entity.startswith(LEFT)
