"""What is a thing that is to be scrubbed or scanned: of pandas, of Arrow, of polars?

The package is told by the class, so that none is imported that the caller has not imported before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from anonkit.scrubber import Scrubber

_PACKAGES = ("pandas", "pyarrow", "polars")


def package(x: object) -> str | None:
    """The package whose table, column or the like it is, subclasses included; None for others."""
    roots = (cls.__module__.partition(".")[0] for cls in type(x).__mro__)
    return next((root for root in roots if root in _PACKAGES), None)


def scrub(scrubber: Scrubber, x: Any) -> tuple[Any, Counter[str]]:  # noqa: ANN401  of any package
    """Scrub a table, a column or the like; returns one of the same type, and the number of replacements.

    pandas   DataFrame, Series, Index
    pyarrow  Table, RecordBatch, RecordBatchReader, Array, ChunkedArray
    polars   DataFrame, Series; LazyFrame, which is collected, as what becomes of columns of numbers depends on them

    Raises UsageError for a policy that cannot treat cells, TypeError for other things.
    """
    match package(x):
        case "pandas":
            from anonkit.tables import frames  # noqa: PLC0415  heavy

            return frames.scrub(scrubber, x)
        case "pyarrow":
            from anonkit.tables import arrow  # noqa: PLC0415  heavy

            return arrow.scrub(scrubber, x)
        case "polars":
            from anonkit.tables import polars_frames  # noqa: PLC0415  heavy

            return polars_frames.scrub(scrubber, x)
    msg = f"anonkit scrubs str, bytes, and tables of pandas, pyarrow and polars, not {type(x).__name__}"
    raise TypeError(msg)


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
    match package(x):
        case "pandas":
            from anonkit.tables import frames  # noqa: PLC0415  heavy

            return frames.scan(scrubber, x)
        case "pyarrow":
            from anonkit.tables import findings  # noqa: PLC0415  heavy

            return findings.in_arrow(scrubber, x)
        case "polars":
            from anonkit.tables import polars_frames  # noqa: PLC0415  heavy

            return polars_frames.scan(scrubber, x)
    msg = f"anonkit scans str, and tables of pandas, pyarrow and polars, not {type(x).__name__}"
    raise TypeError(msg)


def table(x: Any) -> pa.Table:  # noqa: ANN401  of any package
    """A table, a column or the like as a table of Arrow, to be looked at. Raises TypeError for other things."""
    match package(x):
        case "pandas":
            from anonkit.tables import frames  # noqa: PLC0415  heavy

            return frames.table(x)
        case "pyarrow":
            import pyarrow as pa  # noqa: PLC0415  heavy

            if isinstance(x, pa.Array | pa.ChunkedArray):
                return pa.table({"": x})
            if isinstance(x, pa.RecordBatchReader):
                return x.read_all()
            return pa.Table.from_batches([x]) if isinstance(x, pa.RecordBatch) else x
        case "polars":
            frame = x.collect() if hasattr(x, "collect") else x.to_frame() if hasattr(x, "to_frame") else x
            return frame.to_arrow()
    msg = f"anonkit profiles tables of pandas, pyarrow and polars, not {type(x).__name__}"
    raise TypeError(msg)
