"""Which columns does a file have, by their names, for those who name columns on the command line?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from anonkit.io import formats, streams
from anonkit.io.texts import Counted, Options, is_tar, unpacked

if TYPE_CHECKING:
    import pyarrow as pa


def of_file(path: str, options: Options) -> set[str] | None:
    """The names of the columns of a table, those of nested ones as paths: user.phone.

    None where they are not known before all is read: in text that is no table, archives, and columns of maps.

    Raises InputError, UsageError.
    """
    with streams.open_stream(path) as (stream, head, kind, poll):
        table = formats.table_of(kind, stream)
        if table is not None:
            with formats.opened_table(table, stream, path) as (module, opened):
                parts = module.tables(opened, path)
                if table == "xlsx":
                    return {column.name for part in parts for column in part.columns}
                first = next(parts, None)
                names: set[Any] = {None} if first is None else {name for one in first.schema for name in _paths(one)}
                return None if None in names else names
        if kind.form == "zip":
            return None
        source, inner = unpacked(Counted(stream, len(head), lambda _: None), head, kind, path, poll)
        _, dialect = (None, None) if is_tar(inner) else options.begun(source, inner, path)
        return None if dialect is None else {name.decode("utf-8", "replace") for name in dialect.names}


def _paths(field: pa.Field, above: str = "") -> Iterator[Any]:
    """The path of a column and of what is nested in it; None for what the schema does not tell."""
    import pyarrow as pa  # noqa: PLC0415  for binary tables only

    kind, path = field.type, above + field.name
    while pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        kind = kind.value_type
    if pa.types.is_struct(kind):
        for one in kind.fields:
            yield from _paths(one, f"{path}.")
    elif pa.types.is_nested(kind):
        yield None
    else:
        yield path
