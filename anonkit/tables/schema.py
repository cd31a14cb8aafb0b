"""What is the schema of columns that were scrubbed, with all that it carries along?"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from anonkit.tables import pandas_schema
from anonkit.tables.fields import Fields
from anonkit.tables.typed import Scrubbed

_PANDAS = b"pandas"
_EXTENSION = b"ARROW:extension:"


def scrubbed(before: pa.Schema, made: Sequence[Scrubbed], fields: Fields) -> pa.Schema:
    """The schema of scrubbed columns, with scrubbed names and metadata."""
    old = [before.field(number) for number in range(len(before.names))]
    new = [
        _field(field, column.values.type, has_new_nulls=column.has_new_nulls)
        for field, column in zip(fields.scrubbed(old), made, strict=True)
    ]
    metadata = before.metadata
    if metadata:
        rest = {key: value for key, value in metadata.items() if key != _PANDAS}
        new_metadata = fields.metadata(rest)
        if _PANDAS in metadata:
            has_new_nulls = [column.has_new_nulls for column in made]
            new_metadata[_PANDAS] = pandas_schema.scrubbed(metadata[_PANDAS], old, new, has_new_nulls, fields)
        metadata = new_metadata
    return pa.schema(new, metadata=metadata)


def _field(field: pa.Field, kind: pa.DataType, *, has_new_nulls: bool) -> pa.Field:
    if kind != field.type and field.metadata:
        # an extension type that nobody registered is told by metadata, and holds for the storage type only
        rest = {key: value for key, value in field.metadata.items() if not key.startswith(_EXTENSION)}
        field = field.with_metadata(rest) if rest else field.remove_metadata()
    return field.with_type(kind).with_nullable(field.nullable or has_new_nulls)
