"""What does an Avro schema say, and how is it written with other names, types, symbols, defaults and docs?"""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from anonkit.tables import typed
from anonkit.tables.fields import Fields
from anonkit.tables.trees import Fate

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

Json = Any
_PRIMITIVE = frozenset("null boolean int long float double bytes string".split())
_NAMED = frozenset("record error enum fixed".split())
_OWN_KEYS = frozenset(
    "type name namespace aliases fields symbols size items values default doc order logicalType precision scale".split()
)
LOGICAL: dict[tuple[str, str], type] = {
    ("int", "date"): dt.date,
    ("int", "time-millis"): dt.time,
    ("long", "time-micros"): dt.time,
    ("long", "timestamp-millis"): dt.datetime,
    ("long", "timestamp-micros"): dt.datetime,
    ("long", "local-timestamp-millis"): dt.datetime,
    ("long", "local-timestamp-micros"): dt.datetime,
    ("bytes", "decimal"): decimal.Decimal,
    ("fixed", "decimal"): decimal.Decimal,
    ("string", "uuid"): uuid.UUID,
}
"""Types and logical types that fastavro reads as more than the type is, and as what."""

_NO_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(eq=False, slots=True)
class Node:
    """A type in a schema, once for all places where it is named.

    Attributes:
        kind: a primitive type, or record, enum, fixed, array, map, union.
        raw: the JSON that defines it.
        path: what a column of it is called: the names of the fields that lead to it, with dots.
        name: with namespace, of a named type.
        parts: fields of a record, branches of a union, what an array or a map holds.
        fate: what becomes of values that are no text.
        symbols: of an enum, what each becomes.
    """

    kind: str
    raw: Json
    path: str
    name: str = ""
    parts: list[Node] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    fate: Fate = field(default_factory=Fate)
    symbols: dict[str, str] = field(default_factory=dict)

    @property
    def logical(self) -> str:
        """The logical type that values are read as; empty where there is none."""
        told = str(self.raw.get("logicalType", "")) if isinstance(self.raw, dict) else ""
        return told if (self.kind, told) in LOGICAL else ""

    @property
    def is_leaf(self) -> bool:
        """Whether values have a text and no parts."""
        return self.kind in ("int", "long", "float", "double", "bytes", "string", "fixed")


def parsed(raw: Json) -> tuple[Node, list[Node]]:
    """The type that JSON tells of, and all types in it. Raises LookupError or TypeError for what is none."""
    known: dict[str, Node] = {}
    every: list[Node] = []

    def node(raw: Json, path: str, space: str) -> Node:
        if isinstance(raw, str) and raw not in _PRIMITIVE:
            return known[_full(raw, space)] if _full(raw, space) in known else known[raw]
        if isinstance(raw, dict) and isinstance(raw["type"], list | dict):
            return node(raw["type"], path, space)
        kind = "union" if isinstance(raw, list) else raw if isinstance(raw, str) else raw["type"]
        if kind not in _PRIMITIVE | _NAMED | {"array", "map", "union"}:
            return node(kind, path, space)
        made = Node("record" if kind == "error" else kind, raw, path)
        every.append(made)
        if kind in _NAMED:
            made.name = _full(raw["name"], raw.get("namespace", space))
            space = made.name.rpartition(".")[0]
            known[made.name] = made
        if kind in ("record", "error"):
            for one in raw["fields"]:
                made.fields.append(one["name"])
                made.parts.append(node(one["type"], f"{path}.{one['name']}" if path else one["name"], space))
        elif kind == "union":
            made.parts = [node(one, path, space) for one in raw]
        elif kind in ("array", "map"):
            made.parts = [node(raw["items" if kind == "array" else "values"], path, space)]
        return made

    return node(raw, "", ""), every


def _full(name: str, space: str | None) -> str:
    return name if "." in name or not space else f"{space}.{name}"


class Renamer:
    """Takes personal values out of schemas.

    fields  who scrubs names and other texts that a schema carries along
    """

    def __init__(self, scrubber: Scrubber, fields: Fields) -> None:
        self._scrubber, self._fields = scrubber, fields

    def settle(self, every: Sequence[Node]) -> None:
        """Tell what becomes of symbols, and of types because of the defaults that fields have."""
        for node in every:
            if node.kind == "enum":
                node.symbols = self._symbols(node)
            elif node.kind == "record":
                for raw, part in zip(node.raw["fields"], node.parts, strict=True):
                    if "default" in raw:
                        self._settle_default(part, raw["default"])

    def written(self, node: Node) -> Json:
        """The schema as JSON."""
        return self._json(node, set(), in_union=False)

    def fields_of(self, node: Node) -> list[str]:
        """The names of the fields of a record."""
        return _unlike(
            [_named(name, old) for name, old in zip(self._fields.names(node.fields), node.fields, strict=True)]
        )

    def name_of(self, node: Node) -> str:
        """The full name of a named type."""
        return _dotted(self._fields.text(node.name), node.name)

    def cells(self, path: str, values: list[Any], kind: pa.DataType | None, fate: Fate) -> list[Any]:
        """Values of a column, scrubbed."""
        (made,) = typed.scrub(self._scrubber, [typed.Column(path, pa.array(values, kind))], [[fate]])
        found: list[Any] = made.values.to_pylist()
        return found

    def _symbols(self, node: Node) -> dict[str, str]:
        old = node.raw["symbols"]
        cells = self.cells(node.path, old, pa.string(), Fate())
        new = [self._fields.text(cell) for cell in cells]
        return {one: _named(other, one) for one, other in zip(old, new, strict=True)}

    def _settle_default(self, node: Node, value: Json) -> None:
        if node.kind == "union":
            for part in node.parts:
                if part.is_leaf:
                    self._settle_default(part, value)
        elif node.kind == "array" and isinstance(value, list):
            for one in value:
                self._settle_default(node.parts[0], one)
        elif node.kind == "map" and isinstance(value, dict):
            for one in value.values():
                self._settle_default(node.parts[0], one)
        elif node.kind == "record" and isinstance(value, dict):
            for name, part in zip(node.fields, node.parts, strict=True):
                if name in value:
                    self._settle_default(part, value[name])
        elif node.is_leaf and isinstance(value, int | float) and not isinstance(value, bool):
            kind = pa.int64() if isinstance(value, int) else pa.float64()
            (made,) = typed.scrub(self._scrubber, [typed.Column(node.path, pa.array([value], kind))])
            if made.touched.any():
                node.fate = node.fate.or_(Fate(made.values.type != kind, made.has_new_nulls))

    def _default(self, node: Node, value: Json) -> Json:
        if node.kind == "union":
            return self._default(next((part for part in node.parts if _fits(part, value)), node.parts[0]), value)
        if node.kind == "enum":
            return node.symbols.get(value, value)
        if node.kind == "array":
            return [self._default(node.parts[0], one) for one in value]
        if node.kind == "map":
            return {self._fields.text(key): self._default(node.parts[0], one) for key, one in value.items()}
        if node.kind == "record":
            names = dict(zip(node.fields, zip(self.fields_of(node), node.parts, strict=True), strict=True))
            return {names[key][0]: self._default(names[key][1], one) for key, one in value.items() if key in names}
        if node.is_leaf and value is not None and not isinstance(value, bool):
            kind = {int: pa.int64(), float: pa.float64()}.get(type(value), pa.string())
            (new,) = self.cells(node.path, [value], kind, node.fate if not isinstance(value, str) else Fate())
            return new
        return value

    def _json(self, node: Node, done: set[str], *, in_union: bool) -> Json:
        made = self._as_text(node) if node.fate.is_text else self._plain(node, done)
        if node.fate.has_new_nulls and not node.fate.is_text and not in_union:
            return [made, "null"]
        return made

    @staticmethod
    def _as_text(node: Node) -> Json:
        return "bytes" if node.kind == "fixed" and not node.logical else "string"

    def _plain(self, node: Node, done: set[str]) -> Json:
        if node.kind == "union":
            parts = [self._json(part, done, in_union=True) for part in node.parts]
            if any(part.fate.has_new_nulls for part in node.parts):
                parts.append("null")
            return [part for number, part in enumerate(parts) if part not in parts[:number]]
        if isinstance(node.raw, str):
            return node.raw
        if node.name:
            name = self.name_of(node)
            if name in done:
                return name
            done.add(name)
        made = self._extras(node.raw)
        made["type"] = node.raw["type"]
        if node.name:
            made["name"] = name
        if node.kind == "enum":
            made["symbols"] = list(dict.fromkeys(node.symbols.values()))
            if "default" in node.raw:
                made["default"] = node.symbols.get(node.raw["default"], node.raw["default"])
        elif node.kind in ("array", "map"):
            made["items" if node.kind == "array" else "values"] = self._json(node.parts[0], done, in_union=False)
        elif node.kind == "record":
            made["fields"] = [
                self._field(raw, name, part, done)
                for raw, name, part in zip(node.raw["fields"], self.fields_of(node), node.parts, strict=True)
            ]
        for key in ("size", "logicalType", "precision", "scale"):
            if key in node.raw:
                made[key] = node.raw[key]
        return made

    def _field(self, raw: Json, name: str, node: Node, done: set[str]) -> Json:
        made = self._extras(raw)
        made["name"], made["type"] = name, self._json(node, done, in_union=False)
        if "order" in raw:
            made["order"] = raw["order"]
        if "default" in raw:
            made["default"] = self._default(node, raw["default"])
        return made

    def _extras(self, raw: Json) -> dict[str, Json]:
        made: dict[str, Json] = {
            self._fields.text(key): self._fields.json(key, value) for key, value in raw.items() if key not in _OWN_KEYS
        }
        if "doc" in raw:
            made["doc"] = self._fields.text(raw["doc"]) if isinstance(raw["doc"], str) else None
        if "aliases" in raw:
            made["aliases"] = [_dotted(self._fields.text(alias), alias) for alias in raw["aliases"]]
        return made


def _fits(node: Node, value: Json) -> bool:
    """Whether a default is one of a branch of a union."""
    if value is None:
        return node.kind == "null"
    kinds: dict[type, tuple[str, ...]] = {
        bool: ("boolean",),
        int: ("int", "long", "float", "double"),
        float: ("float", "double"),
        str: ("string", "bytes", "enum", "fixed"),
        list: ("array",),
        dict: ("record", "map"),
    }
    return node.kind in kinds.get(type(value), ())


def _named(text: str, old: str) -> str:
    """A name as Avro wants it: letters, digits and underscores, no digit first."""
    if text == old:
        return old
    name = _NO_NAME.sub("_", text).strip("_") or "_"
    return f"_{name}" if name[0].isdigit() else name


def _dotted(text: str, old: str) -> str:
    return old if text == old else ".".join(_named(part, "") for part in text.split("."))


def _unlike(names: list[str]) -> list[str]:
    made: list[str] = []
    for name in names:
        free, number = name, 1
        while free in made or (free != name and free in names):
            number += 1
            free = f"{name}_{number}"
        made.append(free)
    return made
