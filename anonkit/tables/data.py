"""What is a thing that is to be scrubbed or scanned: of pandas, of Arrow, of polars?

The package is told by the class, so that none is imported that the caller has not imported before.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.scrubber import Scrubber

_MODULES = {"pandas": "frames", "pyarrow": "arrow", "polars": "polars_frames"}
"""What treats the things of each package, each with `scrub`, `scan` and `table`."""


def package(x: object) -> str | None:
    """The package whose table, column or the like it is, subclasses included; None for others."""
    roots = (cls.__module__.partition(".")[0] for cls in type(x).__mro__)
    return next((root for root in roots if root in _MODULES), None)


def _module(x: object, what: str) -> Any:  # noqa: ANN401  one of the modules
    """What treats a thing. Raises TypeError where nothing does."""
    root = package(x)
    if root is None:
        msg = f"anonkit {what} tables of pandas, pyarrow and polars, not {type(x).__name__}"
        raise TypeError(msg)
    return importlib.import_module(f"anonkit.tables.{_MODULES[root]}")  # heavy


def scrub(scrubber: Scrubber, x: Any) -> tuple[Any, Counter[str]]:  # noqa: ANN401  of any package
    """Scrub a table, a column or the like; returns one of the same type, and the number of replacements.

    pandas   DataFrame, Series, Index
    pyarrow  Table, RecordBatch, RecordBatchReader, Array, ChunkedArray
    polars   DataFrame, Series; LazyFrame, which is collected, as what becomes of columns of numbers depends on them

    Raises UsageError for a policy that cannot treat cells, TypeError for other things.
    """
    made: tuple[Any, Counter[str]] = _module(x, "scrubs str, bytes, and").scrub(scrubber, x)
    return made


def scrub_once(scrubber: Scrubber, x: Any) -> Any:  # noqa: ANN401  as above
    """Scrub with a scrubber that is closed afterwards; that of a stream of Arrow batches is at the end of it."""
    is_stream = package(x) == "pyarrow" and hasattr(x, "read_next_batch")
    try:
        made, _ = scrub(scrubber, x)
    except BaseException:
        scrubber.close()
        raise
    if not is_stream:
        scrubber.close()
        return made
    import pyarrow as pa  # noqa: PLC0415  heavy

    return pa.RecordBatchReader.from_batches(made.schema, _closing(scrubber, made))


def _closing(scrubber: Scrubber, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    finally:
        scrubber.close()


def scan(scrubber: Scrubber, x: Any) -> Any:  # noqa: ANN401  of any package
    """What is found in a table, a column or the like, as a table of the same package; see `anonkit.scan`."""
    return _module(x, "scans str, and").scan(scrubber, x)


def table(x: Any) -> pa.Table:  # noqa: ANN401  of any package
    """A table, a column or the like as a table of Arrow, to be looked at. Raises TypeError for other things."""
    return _module(x, "profiles").table(x)
