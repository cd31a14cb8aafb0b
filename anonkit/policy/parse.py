"""What does the TOML of a policy say, as the types of the model?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from anonkit.model import Action, NameSources, Policy, Recognizer, TableRule, Values


def policy(data: Mapping[str, Any], name: str, cards: Sequence[Recognizer], source: str = "") -> Policy:
    """The policy that checked data says (see schema.py and check.py).

    What `[classes] sensitive` says holds for the entities on a list that `sensitive` names, too (but for those that
    are off by default: a list switches no card on).
    """
    classes = _actions(data, "classes")
    sensitive = tuple(data.get("sensitive", ()))
    entities = _actions(data, "entities")
    if "sensitive" in classes:
        listed = {
            card.entity: classes["sensitive"]
            for card in cards
            if card.default != "off" and not set(sensitive).isdisjoint(card.sensitive)
        }
        entities = {**listed, **entities}
    read: dict[str, Any] = {
        "name": name,
        "source": source,
        "default": action(data["default"]),
        "entities": entities,
        "classes": classes,
        "columns": _actions(data, "columns"),
        "thresholds": dict(data.get("thresholds", {})),
        "allow": _values(data, "allow"),
        "deny": _values(data, "deny"),
        "names": _names(data, Path(source).parent),
        "retention": {kind: (p["hold_days"], p["overdue_days"]) for kind, p in data.get("retention", {}).items()},
        "sensitive": sensitive,
        "release": dict(data.get("release", {})),
        "table": _table(data, Path(source).parent),
    }
    as_written = {f.name: data[f.name] for f in fields(Policy) if f.name in data and f.name not in read}
    return Policy(**read, **as_written)


def action(said: str | Mapping[str, Any]) -> Action:
    """An action: `"label"`, or a table with `do` and parameters."""
    if isinstance(said, str):
        return Action(said)
    return Action(said["do"], {name: value for name, value in said.items() if name != "do"})


def _actions(data: Mapping[str, Any], table: str) -> dict[str, Action]:
    return {name: action(said) for name, said in data.get(table, {}).items()}


def _values(data: Mapping[str, Any], table: str) -> Values:
    return Values(**{name: tuple(values) for name, values in data.get(table, {}).items()})


def _table(data: Mapping[str, Any], folder: Path) -> TableRule | None:
    """What is asked of tables, with files of hierarchies at their places."""
    if "table" not in data:
        return None
    said = dict(data["table"])
    folder = folder.absolute()
    files = {column: str(folder / file) for column, file in said.get("hierarchies", {}).items()}
    lists = {name: tuple(said.get(name, ())) for name in ("quasi", "sensitive")}
    return TableRule(**{**said, **lists, "hierarchies": files, "weights": dict(said.get("weights", {}))})


def _names(data: Mapping[str, Any], folder: Path) -> NameSources:
    """The sources of names, files among them at their places: a policy names them as seen from its own folder."""
    said = data.get("names", {})
    folder = folder.absolute()  # the process may be elsewhere when they are read
    engines = tuple(_placed(engine, folder) for engine in said.get("engines", NameSources().engines))
    return NameSources(engines, tuple(str(folder / file) for file in said.get("lists", ())))


def _placed(engine: str, folder: Path) -> str:
    """`spacy:./model` and `own.npz` with the folder before them; `spacy:zh_core_web_sm` is the name of a package."""
    if engine.endswith(".npz"):
        return str(folder / engine)
    kind, colon, model = engine.partition(":")
    return f"{kind}:{folder / model}" if colon and model.startswith(".") else engine
