"""Does the TOML of a user's policy say what a policy can say, and if not, on which line?

The form is the model's business (schema.py); here is what takes cards and operations to know. Whether the promise is
kept is the lint's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anonkit.errors import PolicyError, UsageError
from anonkit.model import Action, Parameter, Policy, Recognizer
from anonkit.policy import parse, patterns, periods, schema, trials
from anonkit.policy.lines import KeyPath, key_lines, line_of
from anonkit.policy.schema import near
from anonkit.transform.operations import OPERATIONS

Problem = tuple[KeyPath, str]
_AT_LINE = re.compile(r" \((at line (\d+), column \d+|at end of document)\)$")
_ACTION_TABLES = ("entities", "classes", "columns")


def load(text: str, name: str, cards: Sequence[Recognizer], source: str) -> Policy:
    """The policy that a text says; raises PolicyError, which names the file, the line and the remedy."""
    data = parsed(text, source)
    found = schema.problems(data) or list(_problems(data, cards))
    policy = None
    if not found:
        policy = parse.policy(data, name, cards, source)
        found = list(_misfits(policy, data, cards))
    if policy is None or found:
        lines = key_lines(text)
        line, sentence = min((line_of(lines, path), sentence) for path, sentence in _together(found))
        msg = f"{source}, line {line}: {sentence}"
        raise PolicyError(msg)
    return policy


def _together(found: Sequence[Problem]) -> Sequence[Problem]:
    """What is missing at the top in one sentence, the rest as it is."""
    missing = [path[0] for path, sentence in found if len(path) == 1 and sentence.endswith("is missing; add it")]
    if len(missing) < 2:  # noqa: PLR2004  one is told already
        return found
    names = " and ".join(repr(name) for name in missing)
    example = 'promise = "deidentify" and default = "encrypt"'
    told: Problem = ((missing[0],), f"{names} are missing; add them, such as {example}")
    return [told, *(problem for problem in found if problem[0] not in [(name,) for name in missing])]


def parsed(text: str, source: str) -> Mapping[str, Any]:
    """The TOML of a policy, of which nothing else is checked; raises PolicyError, which names the file and the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = at[2] if at and at[2] else text.count("\n") + 1
        what = _AT_LINE.sub("", str(error))
        msg = f"{source}, line {line}: is not TOML ({what[:1].lower()}{what[1:]}); correct this line"
        raise PolicyError(msg) from None
    except RecursionError:
        msg = f"{source}: is nested too deep; a policy has tables and values, two or three levels of them"
        raise PolicyError(msg) from None


def _problems(data: Mapping[str, Any], cards: Sequence[Recognizer]) -> Iterator[Problem]:
    """What no policy can be made of."""
    entities = sorted({card.entity for card in cards})
    lists = sorted({name for card in cards for name in card.sensitive})
    for table in ("entities", "thresholds"):
        for entity in data.get(table, {}):
            if entity not in entities:
                yield (table, entity), _unknown_entity(entity, entities)
    yield from _action_problems(("default",), data["default"], None)
    for table in _ACTION_TABLES:
        for name, said in data.get(table, {}).items():
            yield from _action_problems((table, name), said, entities if table == "columns" else None)
    for column in data.get("columns", {}):
        yield from _column_problems(column)
    for number, name in enumerate(data.get("sensitive", ())):
        if name not in lists:
            yield ("sensitive", number), f"unknown list of sensitive information {name!r}; {near(name, lists)}"
    yield from _combination_problems(data, cards)
    for table in ("allow", "deny"):
        for number, pattern in enumerate(data.get(table, {}).get("patterns", ())):
            if wrong := patterns.problem(pattern):
                yield (table, "patterns", number), f"this pattern {wrong}"
        for number, value in enumerate(data.get(table, {}).get("values", ())):
            if patterns.has_line_end(value):
                yield (table, "values", number), f"this value {patterns.LINE_END}"
    yield from _engine_problems(data.get("names", {}).get("engines", ()))
    yield from _table_problems(data)


def _engine_problems(engines: Sequence[str]) -> Iterator[Problem]:
    """Engines of names that there cannot be; whether one is installed is asked where it is to be used."""
    if engines:
        from anonkit.detect.names import sources  # noqa: PLC0415  for policies that name some only

        for number, engine in enumerate(engines):
            if wrong := sources.wrong(engine):
                yield ("names", "engines", number), wrong


def _table_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """What is asked of tables that no table can give."""
    said = data.get("table", {})
    quasi, sensitive = said.get("quasi", ()), said.get("sensitive", ())
    asked = [name for name in ("l", "t") if said.get(name) is not None]
    if asked and not sensitive:
        yield ("table", asked[0]), f'{asked[0]!r} is asked of a sensitive column; add sensitive = ["..."]'
    if sensitive and not asked:
        yield ("table", "sensitive"), "'sensitive' alone asks for nothing; add l, such as l = 3, or t, such as t = 0.2"
    both = next((name for name in sensitive if name in quasi), None)
    if both is not None:
        yield ("table", "sensitive"), f"column {both!r} cannot be sensitive and a quasi-identifier; take one out"
    if said.get("subject") in (*quasi, *sensitive):
        yield ("table", "subject"), f"column {said['subject']!r} has another part in the table; take one out"
    for table in ("hierarchies", "weights"):
        for name in said.get(table, {}):
            if quasi and name not in quasi:
                yield ("table", table, name), f"column {name!r} is no quasi-identifier; add it to quasi"
    for name in (*quasi, said.get("subject")):
        if name in data.get("columns", {}):
            why = "is generalised as a whole" if name in quasi else "is emptied"
            yield ("columns", name), f"column {name!r} {why}, as [table] says; take this line out, or it from there"


def _unknown_entity(entity: str, known: Sequence[str]) -> str:
    hint = near(entity, known)
    return f"unknown entity {entity!r}; " + (
        "`anonkit recognizers list` shows the known ones" if hint.startswith("known") else hint
    )


def _action_problems(path: KeyPath, said: str | Mapping[str, Any], entities: Sequence[str] | None) -> Iterator[Problem]:
    """Unknown operations and parameters. `entities`: those that the parameter `entity` may name, for columns."""
    action = parse.action(said)
    if action.do not in OPERATIONS:
        yield path, f"unknown operation {action.do!r}; {near(action.do, list(OPERATIONS))}"
        return
    known = OPERATIONS[action.do].parameters
    for name, value in action.parameters.items():
        if entities is not None and name == "entity":
            if value not in entities:
                yield (*path, name), _unknown_entity(str(value), entities)
        elif name not in known:
            hint = near(name, list(known)) if known else "it takes none"
            yield (*path, name), f"{action.do} has no parameter {name!r}; {hint}"
        elif not _is_like(value, known[name]):
            yield (*path, name), f"{name!r} must be {_KINDS[type(known[name])]}"


_KINDS: dict[type, str] = {str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number"}


def _is_like(value: object, default: Parameter) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)


def _column_problems(column: str) -> Iterator[Problem]:
    from anonkit import fields  # noqa: PLC0415  with the engine's expressions, for policies with columns only

    try:
        fields.rule(column, Action("label"))
    except UsageError:
        yield ("columns", column), f"column {column!r} is no key and no JSON path such as user.name or items[*].sn"


def _combination_problems(data: Mapping[str, Any], cards: Sequence[Recognizer]) -> Iterator[Problem]:
    """What cannot go together, or has no effect where it stands."""
    if data["promise"] == "anonymize":
        for key, why in _NOT_ANONYMIZED.items():
            if data.get(key) not in (None, False, "treat-all"):
                yield (key,), why
    if data.get("combination") == "linked" and "table" in data:
        yield ("combination",), _LINKED_TABLE
    for kind, period in data.get("retention", {}).items():
        if wrong := periods.problem(kind, period["hold_days"], period["overdue_days"]):
            yield ("retention", kind, "hold_days"), wrong
    has_sensitive = bool(data.get("sensitive")) or any(card.class_ == "sensitive" for card in cards)
    if "sensitive" in data.get("classes", {}) and not has_sensitive:
        why = 'no entity counts as sensitive; say which lists do, such as sensitive = ["pipl-28"]'
        yield ("classes", "sensitive"), why


_LINKED_TABLE = '"linked" reads tables as text, which [table] cannot; write "treat-all", or take [table] out'
_NO_KEY = 'does not go with promise = "anonymize", under which nobody keeps a key; take this line out'
_NOT_ANONYMIZED = {
    "combination": '"linked" keeps device and log data that PIPL 4 counts as personal, which cannot be anonymized; '
    'write "treat-all", or promise = "deidentify"',
    "key": f"a key {_NO_KEY}",
    "per_recipient": f"per_recipient {_NO_KEY}",
}


def _misfits(policy: Policy, data: Mapping[str, Any], cards: Sequence[Recognizer]) -> Iterator[Problem]:
    """Operations that do not fit what they are for."""
    classes = {card.entity: card.class_ for card in cards}
    for card in cards:
        entity = card.entity
        if not policy.looks_for(card):
            continue
        if entity in data.get("entities", {}):
            path: KeyPath = ("entities", entity)
        elif entity in policy.entities:
            path = ("classes", "sensitive")
        else:
            path = ("classes", card.class_) if card.class_ in policy.classes else ("default",)
        yield from _misfit(path, policy, entity, policy.action(entity, card.class_))
    for column, action in policy.columns.items():
        named = action.target
        if OPERATIONS[action.do].entities is not None and named not in classes:
            yield ("columns", column), f'{action.do} must know what stands there; add entity = "..." to this line'
        elif named:
            yield from _misfit(("columns", column), policy, named, action.without_target())


def _misfit(path: KeyPath, policy: Policy, entity: str, action: Action) -> Iterator[Problem]:
    if action.do == "hash":
        return  # what is too few to be hashed is the lint's business, which says how fast it is undone
    wrong = trials.problem(action, entity, policy.label_style, policy.cipher)
    if wrong is not None:
        where = "" if path[-1] == entity else f"; say something else for {entity} under [entities]"
        yield path, f"{wrong}{where}"
