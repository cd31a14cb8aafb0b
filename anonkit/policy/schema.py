"""What may stand in a policy file, as a pydantic model, and as the JSON Schema that editors read?

Imported for users' files only: pydantic takes a tenth of a second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from anonkit.model import (
    CipherName,
    Combination,
    EntityClass,
    Epoch,
    LabelStyle,
    LossName,
    NameSources,
    Promise,
    Recognizer,
    TableRule,
)
from anonkit.policy.lines import KeyPath
from anonkit.transform.base import Operation

ENTITY_PATTERN = "^[A-Z][A-Z0-9_]{1,30}$"
_SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"

Text = Annotated[str, Field(min_length=1)]
Confidence = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0, le=36525)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ActionTable(BaseModel):
    """The name of an operation, or a table with `do`, the name, and the parameters of the operation."""

    model_config = ConfigDict(extra="allow", strict=True)

    do: str

    @model_validator(mode="before")
    @classmethod
    def _named(cls, said: object) -> object:
        return {"do": said} if isinstance(said, str) else said


class ValuesTable(_Table):
    """Values by themselves, by patterns that match a whole value, or hashed."""

    values: list[Text] = []
    patterns: list[Text] = []
    hashed: list[Annotated[str, Field(pattern="^(sha256|sm3):[0-9a-fA-F]{64}$")]] = []


class NamesTable(_Table):
    """Who finds people, addresses and organisations; what all of them find counts together."""

    engines: Annotated[
        list[Text],
        Field(
            description="anonkit, spacy:MODEL, stanza:LANGUAGE, transformers:MODEL, gliner:MODEL, "
            "or FILE.npz of `anonkit train-names`"
        ),
    ] = list(NameSources().engines)
    lists: Annotated[list[Text], Field(description="files of names, as seen from the folder of the policy")] = []


class PeriodTable(_Table):
    """For how many days a record must be held, and after how many it is overdue."""

    hold_days: Days
    overdue_days: Days


class ReleaseTable(_Table):
    """What the sender of a release has to know (PIPL 13, 21-23, 29, 38-40, 55-56)."""

    legal_basis: Text = ""
    pia_ref: Text = ""
    cross_border: Text = ""
    consent: Text = ""


_USUAL = TableRule()


class TableTable(_Table):
    """How anonymous a table becomes: each row looks like others in the quasi-identifiers, with the least loss."""

    k: Annotated[int, Field(ge=1, description="how many rows, or subjects, look alike at least")] = _USUAL.k
    quasi: Annotated[
        list[Text], Field(description="the quasi-identifiers; those that `anonkit profile` tells if none is named")
    ] = []
    sensitive: Annotated[list[Text], Field(description="the columns that l and t are asked of")] = []
    l: Annotated[  # noqa: E741  the name that the papers gave it
        int | None, Field(ge=1, description="how many values of these every class has at least")
    ] = None
    t: Annotated[
        float | None, Field(ge=0, le=1, description="how far these are from their distribution in the table at most")
    ] = None
    suppress: Annotated[float, Field(ge=0, le=1, description="the share of rows that may be suppressed")] = (
        _USUAL.suppress
    )
    loss: Annotated[LossName, Field(description="by which loss the least is found")] = _USUAL.loss
    subject: Annotated[
        Text | None, Field(description="the column whose distinct values count in place of rows; it is emptied")
    ] = None
    hierarchies: Annotated[
        dict[Text, Text],
        Field(
            description="CSV files (;-separated, no header) by quasi-identifier, as seen from the folder of the policy"
        ),
    ] = {}
    weights: Annotated[
        dict[Text, Annotated[float, Field(gt=0)]], Field(description="how much the loss of a quasi-identifier counts")
    ] = {}
    seconds: Annotated[float | None, Field(gt=0, description="how long the search may take")] = None


class PolicyFile(_Table):
    """A policy of anonkit: what happens to personal information, and what is promised of the result."""

    promise: Annotated[
        Promise,
        Field(description="nothing turns the result back; a key does; or a mask for the eye"),
    ]
    default: Annotated[
        ActionTable, Field(description="what happens to personal entities for which nothing more exact is said")
    ]
    title: Annotated[str, Field(description="a name for people")] = ""
    purpose: Annotated[str, Field(description="what the result is for; other purposes get other pseudonyms")] = ""
    recipient: Annotated[str, Field(description="who gets the result; other recipients get other pseudonyms")] = ""
    per_recipient: Annotated[bool, Field(description="whether a recipient must be named, here or by --recipient")] = (
        False
    )
    key: Annotated[Text | None, Field(description="where the key is: a file, env:NAME or cmd:COMMAND")] = None
    cipher: Annotated[CipherName, Field(description="aes with SHA-256, or sm4 with SM3")] = "aes"
    epoch: Annotated[Epoch, Field(description="how long values stay the same")] = "none"
    label_style: Annotated[LabelStyle, Field(description="<CN_MOBILE> or <手机号码>")] = "entity"
    threshold: Annotated[Confidence | None, Field(description="the least confidence of a finding")] = None
    combination: Annotated[
        Combination,
        Field(description="linked: linkable and quasi values count only where a direct one is linked to them"),
    ] = "treat-all"
    sensitive: Annotated[list[Text], Field(description="which lists of the cards say what is sensitive")] = []
    entities: Annotated[dict[str, ActionTable], Field(description="by entity; comes before classes")] = {}
    classes: Annotated[dict[EntityClass, ActionTable], Field(description="by class of the entity's card")] = {}
    columns: Annotated[
        dict[Text, ActionTable], Field(description="by column, key or JSON path; `entity` says what is there")
    ] = {}
    thresholds: Annotated[dict[str, Confidence], Field(description="the least confidence by entity")] = {}
    allow: Annotated[ValuesTable, Field(description="values that are no findings")] = ValuesTable()
    deny: Annotated[ValuesTable, Field(description="values that always are findings")] = ValuesTable()
    names: Annotated[NamesTable, Field(description="who finds people, addresses and organisations")] = NamesTable()
    retention: Annotated[
        dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_-]*$")], PeriodTable],
        Field(description="periods by kind of record"),
    ] = {}
    release: Annotated[ReleaseTable, Field(description="what the sender of a release has to know")] = ReleaseTable()
    table: Annotated[TableTable | None, Field(description="makes tables k-anonymous when their files are scrubbed")] = (
        None
    )


def problems(data: Mapping[str, Any]) -> list[tuple[KeyPath, str]]:
    """Where in the data something does not fit the model, and why; never a value from lists of values."""
    try:
        PolicyFile.model_validate(data)
    except ValidationError as error:
        return [_problem(dict(one)) for one in error.errors(include_url=False, include_input=False)]
    return []


_MUST_BE = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}  # fmt: skip
_SENTENCES: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "missing": lambda name, _: f"{name!r} is missing; add it",
    "literal_error": lambda name, context: f"{name!r} must be one of {context['expected']}",
    "greater_than_equal": lambda name, context: f"{name!r} must be {context['ge']:g} or more",
    "greater_than": lambda name, context: f"{name!r} must be above {context['gt']:g}",
    "less_than_equal": lambda name, context: f"{name!r} must be {context['le']:g} or less",
    "string_too_short": lambda name, _: f"{name!r} must not be empty; leave it out or write something",
}


def _problem(error: Mapping[str, Any]) -> tuple[KeyPath, str]:
    """The path and the sentence of one of pydantic's errors."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    kind, context = error["type"], error.get("ctx", {})
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        return path, f"unknown key {name!r}; {near(name, known)}"
    if error["loc"][-1] == "[key]" and kind == "literal_error":
        return path, f"unknown class {name!r}; known are {context['expected']}"
    if kind == "model_type" and path[0] in ("default", "entities", "classes", "columns"):
        return path, f'{name!r} must be an operation, or a table with do = "..." and parameters'
    if kind == "missing" and name == "do":
        return path, 'a table for an action needs do = "...", the name of an operation'
    if name == "hashed":
        return path, "'hashed' must hold sha256: or sm3: with 64 hex digits after it"
    if kind in _MUST_BE:
        return path, f"{name!r} must be {_MUST_BE[kind]}"
    if kind in _SENTENCES:
        return path, _SENTENCES[kind](name, context)
    return path, f"{name!r} is not what it must be; docs/policies.md shows how it is written"


def near(name: str, known: Sequence[str]) -> str:
    """The end of a sentence on an unknown name: the nearest known one, or all of them where they are few."""
    import difflib  # noqa: PLC0415  for errors only

    if close := difflib.get_close_matches(name, known, 1) or difflib.get_close_matches(name.upper(), known, 1):
        return f"did you mean {close[0]}?"
    return f"known are {', '.join(known)}"


def _keys_at(path: Sequence[str | int]) -> list[str]:
    """The keys that a table of the model may hold."""
    tables: dict[str, type[BaseModel]] = {
        "allow": ValuesTable,
        "deny": ValuesTable,
        "names": NamesTable,
        "retention": PeriodTable,
        "release": ReleaseTable,
        "table": TableTable,
    }
    return list((tables.get(str(path[0]), PolicyFile) if path else PolicyFile).model_fields)


def json_schema(operations: Mapping[str, Operation], cards: Sequence[Recognizer]) -> dict[str, Any]:
    """The JSON Schema of a policy file, with the operations, their parameters and the entities by name."""
    schema = PolicyFile.model_json_schema()
    parts = schema["$defs"]
    parts["ActionTable"] = _action_schema(operations)
    entities = sorted({card.entity: card.title for card in cards}.items())
    for table in ("entities", "thresholds"):
        one = schema["properties"][table]
        one["propertyNames"] = {"pattern": ENTITY_PATTERN}
        one["properties"] = {entity: {**one["additionalProperties"], "title": title} for entity, title in entities}
    return {"$schema": _SCHEMA_ID, **schema, "title": "anonkit policy"}


_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


def _action_schema(operations: Mapping[str, Operation]) -> dict[str, Any]:
    tables = [
        {
            "type": "object",
            "title": operation.name,
            "description": operation.summary,
            "properties": {
                "do": {"const": operation.name},
                **{
                    name: {"type": _JSON_TYPES[type(default)], "default": default}
                    for name, default in operation.parameters.items()
                },
                "entity": {"type": "string", "pattern": ENTITY_PATTERN},
            },
            "required": ["do"],
            "additionalProperties": False,
        }
        for operation in operations.values()
    ]
    names = {"type": "string", "enum": list(operations)}
    return {"title": "action", "description": ActionTable.__doc__, "anyOf": [names, *tables]}


def main() -> None:
    """Write the schema to stdout, as policy.schema.json holds it: `python -m anonkit.policy.schema`."""
    import json  # noqa: PLC0415  here only

    from anonkit import catalog  # noqa: PLC0415
    from anonkit.transform.operations import OPERATIONS  # noqa: PLC0415

    schema = json_schema(OPERATIONS, catalog.load(examples=False))
    sys.stdout.write(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
