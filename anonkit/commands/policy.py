"""`anonkit policy`: the policies that there are, what they say, whether they keep their promise, how they differ."""

from __future__ import annotations

import dataclasses
import unicodedata
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit.errors import PolicyError

if TYPE_CHECKING:
    from anonkit.model import Action, Policy, Recognizer, Values
    from anonkit.policy.lint import Complaint, Treated

_DESCRIPTION = "What happens to what is found, and what is promised of the result."


def add_to(commands: Any) -> None:  # noqa: ANN401  argparse has no public type for this
    """Add the command to a parser's subparsers."""
    policy = commands.add_parser(
        "policy", help="the policies: list, show, lint, diff, schema", description=_DESCRIPTION
    )
    actions = policy.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the built-in policies, a line each")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="what a policy says, with its comments: a file to copy and change")
    show.set_defaults(run=_show)
    lint = actions.add_parser("lint", help="whether a policy keeps its promise: exit code 0, or 2 where it does not")
    lint.set_defaults(run=_lint)
    for action in (show, lint):
        action.add_argument("policy", metavar="NAME|FILE", help="a built-in policy or a policy file")
    diff = actions.add_parser("diff", help="what changes from one policy to another, entity by entity")
    diff.set_defaults(run=_diff)
    for name in ("before", "after"):
        diff.add_argument(name, metavar="NAME|FILE", help="a built-in policy or a policy file")
    schema = actions.add_parser("schema", help="the JSON Schema of policy files, for editors")
    schema.set_defaults(run=_schema)
    for action in (lint, diff):
        action.add_argument("--cards", type=Path, metavar="DIR", help="a folder of your own cards, too")


def _list(_arguments: Namespace) -> int:
    from anonkit.policy import files  # noqa: PLC0415  keeps --help light

    for name in files.BUILTINS:
        policy = files.load(name, ())
        about = next(line[2:] for line in files.text(name).splitlines() if line.startswith("# "))
        print(f"{name:<16} {policy.promise:<11} {_padded(policy.title, 17)}{about}")
    return 0


def _show(arguments: Namespace) -> int:
    from anonkit.policy import files  # noqa: PLC0415  as above

    text = files.text(arguments.policy)
    if arguments.policy not in files.BUILTINS:
        from anonkit.policy import check  # noqa: PLC0415  as above

        check.parsed(text, arguments.policy)
    print(text, end="")
    return 0


def _schema(_arguments: Namespace) -> int:
    from anonkit.policy import files  # noqa: PLC0415  as above

    print(files.SCHEMA.read_text(encoding="utf-8"), end="")
    return 0


def _lint(arguments: Namespace) -> int:
    from anonkit import catalog  # noqa: PLC0415  as above
    from anonkit.policy import files, lint  # noqa: PLC0415

    cards = catalog.load(arguments.cards)
    policy = files.load(arguments.policy, cards)
    treated = lint.treatments(policy, cards)
    _print_table(policy, treated)
    complaints = [*lint.findings(policy, cards), *_key_complaints(policy)]
    text = files.text(arguments.policy)
    for complaint in complaints:
        print(
            f"{'refused' if complaint.is_refusal else 'warning'}: {_place(policy, text, complaint)}{complaint.sentence}"
        )
    refused = sum(complaint.is_refusal for complaint in complaints)
    if refused:
        print(f"{policy.name}: {refused} refused; nothing is scrubbed with this policy")
        return PolicyError.exit_code
    print(f"{policy.name}: keeps its promise, {policy.promise}, for what is found; {len(complaints)} warnings")
    return 0


def _key_complaints(policy: Policy) -> Iterator[Complaint]:
    """A warning where the key is not there: it may be elsewhere where the policy is used."""
    from anonkit.keys import references  # noqa: PLC0415  as above
    from anonkit.policy.lint import Complaint  # noqa: PLC0415  as above

    if policy.key is not None and references.is_file(policy.key) and not Path(policy.key).exists():
        sentence = "`key` names a file that is not there; make it with `anonkit keys new`, or say --key when you scrub"
        yield Complaint(("key",), is_refusal=False, sentence=sentence)


def _place(policy: Policy, text: str, complaint: Complaint) -> str:
    from anonkit.policy.lines import key_lines, line_of  # noqa: PLC0415  as above

    return f"{policy.source}, line {line_of(key_lines(text), complaint.path)}: "


_BY = {"nothing": "nothing", "key": "its key", "search": "search", "reader": "reading it"}


def _print_table(policy: Policy, treated: Sequence[Treated]) -> None:
    rows = [("entity", "", "operation", "reversed by", "values", "a core tries all in", "a GPU in", "verdict")]
    rows += [
        (one.name, one.title, action_text(one.action), _reversed_by(one, policy), *_search(one.entity), _verdict(one))
        for one in treated
    ]
    widths = [max(_width(row[column]) for row in rows) + 2 for column in range(len(rows[0]))]
    for row in rows:
        print("".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _search(entity: str) -> tuple[str, str, str]:
    """How many values an entity has, and how long it takes to try them all."""
    from anonkit.policy.spaces import GPU, PYTHON_CORE, duration  # noqa: PLC0415  as above
    from anonkit.transform.spaces import SPACES  # noqa: PLC0415

    space = SPACES.get(entity)
    if space is None:
        return "unknown", "", ""
    if not space.is_enumerable:
        return f"2^{space.bits:g}", "never", "never"
    return f"2^{space.bits:g}", duration(2**space.bits / PYTHON_CORE), duration(2**space.bits / GPU)


def _reversed_by(one: Treated, policy: Policy) -> str:
    if one.reversal is None:
        return "?"
    if one.reversal.by == "key" and policy.promise == "anonymize" and policy.key is None:
        return "nothing after the run"
    if one.reversal.by == "reader" and one.reversal.candidates_bits:
        from anonkit.policy.promises import count  # noqa: PLC0415  as above

        return f"reading it, {count(one.reversal.candidates_bits)} left"
    return _BY[one.reversal.by]


def _verdict(one: Treated) -> str:
    if one.complaint is None:
        return "kept" if one.action.do == "keep" else "safe"
    return "REFUSED" if one.complaint.is_refusal else "warning"


def _diff(arguments: Namespace) -> int:
    from anonkit import catalog  # noqa: PLC0415  as above
    from anonkit.policy import files  # noqa: PLC0415

    cards = catalog.load(arguments.cards, examples=False)
    before, after = (files.load(name, cards) for name in (arguments.before, arguments.after))
    same = True
    for name, old, new in changes(before, after, cards):
        print(f"{name}: {old} -> {new}")
        same = False
    if same:
        print(f"{before.name} and {after.name} do the same")
    return 0


# the title is for people, and what happens to entities and classes is told for each entity
_TOLD_OTHERWISE = ("name", "source", "title", "default", "entities", "classes")


def changes(before: Policy, after: Policy, cards: Sequence[Recognizer]) -> Iterator[tuple[str, str, str]]:
    """What differs, how it is before, and how it is after: settings, then entities, then what is in tables."""
    from anonkit.model import Values  # noqa: PLC0415  as above

    told = [field.name for field in dataclasses.fields(before) if field.name not in _TOLD_OTHERWISE]
    values = [(name, getattr(before, name), getattr(after, name)) for name in told]
    for name, old, new in values:
        if old != new and not isinstance(old, Mapping | Values):
            yield name, _setting(old), _setting(new)
    for card in {card.entity: card for card in reversed(cards)}.values():
        texts = [_treatment(policy, card) for policy in (before, after)]
        if texts[0] != texts[1]:
            yield f"{card.entity} {card.title}", texts[0], texts[1]
    for table, old, new in values:
        if isinstance(old, Mapping):
            for name in sorted(old.keys() | new.keys()):
                if old.get(name) != new.get(name):
                    yield f"{table} {name}", _setting(old.get(name)), _setting(new.get(name))
        elif isinstance(old, Values):
            yield from _changes_of_list(table, old, new)


def _changes_of_list(table: str, before: Values, after: Values) -> Iterator[tuple[str, str, str]]:
    """How many, not which: lists of values are personal themselves."""
    for field in dataclasses.fields(before):
        old, new = (getattr(values, field.name) for values in (before, after))
        if old != new:
            gone, come = len(set(old) - set(new)), len(set(new) - set(old))
            yield f"{table} {field.name}", f"{len(old)}", f"{len(new)} ({gone} gone, {come} new)"


def _setting(value: object) -> str:
    from anonkit.model import Action  # noqa: PLC0415  as above

    if isinstance(value, Action):
        return action_text(value)
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return f"hold {value[0]} days, overdue after {value[1]}"
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def _treatment(policy: Policy, card: Recognizer) -> str:
    if not policy.looks_for(card):
        return "not looked for"
    return action_text(policy.action(card.entity, card.class_))


def action_text(action: Action) -> str:
    """`mask`, or with parameters `mask (keep_first = 3)`."""
    said = ", ".join(f"{name} = {value}" for name, value in action.parameters.items())
    return f"{action.do} ({said})" if said else action.do


def _width(text: str) -> int:
    """In columns of a terminal, of which a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
