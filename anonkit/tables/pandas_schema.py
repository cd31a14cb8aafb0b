"""What becomes of the JSON that pandas keeps in a schema? It names the columns, their types and what a user noted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyarrow import types

from anonkit.tables.fields import Fields

_TEXT_IS_A_TYPE = 3
"""The version of pandas in which text is no longer a column of objects."""


def scrubbed(
    text: bytes, before: Sequence[pa.Field], after: Sequence[pa.Field], has_new_nulls: Sequence[bool], fields: Fields
) -> bytes:
    """The JSON for a schema with other names and types: no personal value, and pandas reads it as it did.

    before, after  the fields of the schema
    has_new_nulls  for each, whether values of it went
    """
    try:
        known = json.loads(text)
        new = _scrubbed(json.loads(text), before, after, has_new_nulls, fields)
    except (ValueError, TypeError, KeyError, AttributeError):  # none of pandas' making
        return fields.value("pandas", text)
    return text if new == known else json.dumps(new).encode()


def _scrubbed(
    schema: dict[str, Any],
    before: Sequence[pa.Field],
    after: Sequence[pa.Field],
    has_new_nulls: Sequence[bool],
    fields: Fields,
) -> dict[str, Any]:
    renamed = {old.name: new.name for old, new in zip(before, after, strict=True)}
    columns = {old.name: (old, new, gone) for old, new, gone in zip(before, after, has_new_nulls, strict=True)}

    def name_of(name: Any) -> Any:  # noqa: ANN401  JSON
        if isinstance(name, str):
            return renamed[name] if name in renamed else fields.text(name)
        return name

    text_type = "str" if int(schema["pandas_version"].split(".")[0]) >= _TEXT_IS_A_TYPE else "object"
    for column in schema.get("columns", ()):
        _retype(text_type, column, columns.get(column.get("field_name") or column.get("name")))
        for key in ("name", "field_name"):
            if key in column:
                column[key] = name_of(column[key])
    index = schema.get("index_columns", [])
    for number, entry in enumerate(index):
        if isinstance(entry, dict):
            entry["name"] = name_of(entry.get("name"))
        else:
            index[number] = name_of(entry)
    are_renamed = any(old != new for old, new in renamed.items())
    for level in schema.get("column_indexes", ()):
        for key in ("name", "field_name"):
            if key in level:
                level[key] = name_of(level[key])
        if are_renamed and level.get("pandas_type") != "unicode":
            # names that were numbers or dates are text now
            level.update(pandas_type="unicode", numpy_type="object", metadata={"encoding": "UTF-8"})
    taken_care_of = ("columns", "index_columns", "column_indexes", "creator", "pandas_version")
    for key in [key for key in schema if key not in taken_care_of]:
        value = schema.pop(key)
        schema[fields.text(key)] = fields.json(key, value)
    return schema


def _retype(text_type: str, column: dict[str, Any], change: tuple[pa.Field, pa.Field, bool] | None) -> None:
    if change is None:
        return
    old, new, has_new_nulls = change
    if new.type != old.type and not types.is_dictionary(new.type):
        from pyarrow.pandas_compat import get_logical_type  # noqa: PLC0415  knows pandas

        column.update(
            pandas_type=get_logical_type(new.type),
            numpy_type=text_type if types.is_string(new.type) else "object",
            metadata=None,
        )
    elif has_new_nulls and types.is_integer(new.type):
        # an integer that may be missing has a type of its own in pandas
        column["numpy_type"] = str(column["numpy_type"]).replace("uint", "UInt").replace("int", "Int")
