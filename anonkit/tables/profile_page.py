"""How is the profile of a table shown: as text, as a page of HTML, as data?"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from anonkit.model import Action
from anonkit.tables.roles import share

if TYPE_CHECKING:
    from anonkit.tables.profile import ColumnProfile, EntityShare, Profile

FIELDS = (
    "column", "type", "role", "set_by_hand", "nulls", "distinct", "uniqueness", "once", "length", "holds", "changed",
    "policy", "evidence",
)  # fmt: skip
_HEADINGS = ("column", "type", "role", "null", "distinct", "unique", "length", "holds", "policy")
_TO_THE_RIGHT = {"null", "distinct", "unique", "length"}
_MOST_NAME_WIDTH = 40
_MOST_LISTED = 3
_BY_HAND = "set by hand"
_COLOURS = {
    "direct identifier": "#b42318",
    "sensitive": "#b42318",
    "linkable": "#b54708",
    "quasi-identifier": "#b54708",
    "possible identifier": "#7a5af8",
    "free text": "#175cd3",
    "harmless": "#475467",
}
_STYLE = """
.anonkit-profile{font:13px/1.45 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;overflow-x:auto}
.anonkit-profile table{border-collapse:collapse}
.anonkit-profile caption{text-align:left;padding:0 8px 6px}
.anonkit-profile th,.anonkit-profile td{text-align:left;vertical-align:top;padding:4px 8px}
.anonkit-profile tr{border-bottom:1px solid #8884}
.anonkit-profile td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.anonkit-profile small{opacity:.75;display:block;max-width:36em}
.anonkit-profile .bar{display:inline-block;width:60px;height:8px;background:#8883;border-radius:2px;margin-right:6px}
.anonkit-profile .bar i{display:block;height:8px;background:#528bff;border-radius:2px}
.anonkit-profile b{font-weight:600}
""".strip()


def action_text(action: Action) -> str:
    """`mask`, or with parameters `mask (keep_first = 3)`."""
    said = ", ".join(f"{name} = {value}" for name, value in action.parameters.items())
    return f"{action.do} ({said})" if said else action.do


def policy_text(entities: Sequence[EntityShare], changed: float) -> str:
    """What a policy does to a column: its action and the share of rows that it changes; `keep` where it does nothing.

    changed  the share of rows in which it does something
    """
    by_action: dict[str, list[str]] = {}
    for one in entities:
        if one.action != "keep":
            by_action.setdefault(one.action, []).append(one.entity)
    if not by_action:
        return "keep"
    if len(by_action) == 1:
        return f"{next(iter(by_action))} {share(changed, 1)}"
    return f"{'; '.join(f'{action} {some(ours)}' for action, ours in by_action.items())}: {share(changed, 1)}"


def some(words: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    if len(words) <= _MOST_LISTED + 1:
        return ", ".join(words)
    return f"{', '.join(words[:_MOST_LISTED])} and {len(words) - _MOST_LISTED} more"


def rows(profile: Profile) -> list[dict[str, Any]]:
    """A row for each column, with the fields of FIELDS."""
    return [
        {
            "column": printable(column.name),
            "type": column.type,
            "role": column.role.value,
            "set_by_hand": column.is_set_by_hand,
            "nulls": column.nulls,
            "distinct": column.distinct,
            "uniqueness": column.uniqueness,
            "once": column.once,
            "length": column.length,
            "holds": _holds(column),
            "changed": column.changed,
            "policy": column.policy,
            "evidence": "; ".join(column.evidence),
        }
        for column in profile.columns
    ]


def data(profile: Profile) -> dict[str, Any]:
    """All of it as plain data."""
    whole = dataclasses.asdict(profile)
    for column, one in zip(whole["columns"], profile.columns, strict=True):
        column["role"] = one.role.value
        column["evidence"] = list(one.evidence)
        column["entities"] = [
            {("class" if name == "class_" else name): value for name, value in entity.items()}
            for entity in column["entities"]
        ]
    return {**{name: whole[name] for name in ("rows", "looked_at", "policy")}, "columns": list(whole["columns"])}


def text(profile: Profile) -> str:
    """A table, and below it what speaks for each role."""
    cells = [_HEADINGS, *(tuple(_cells(column)) for column in profile.columns)]
    widths = [max(_width(row[at]) for row in cells) for at in range(len(_HEADINGS))]
    lines = [_headline(profile), ""]
    for row in cells:
        padded = [
            _padded(cell, width, to_the_right=name in _TO_THE_RIGHT)
            for cell, width, name in zip(row, widths, _HEADINGS, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    if profile.columns:
        lines += ["", "evidence"]
        width = max(_width(row[0]) for row in cells[1:])
        lines += [
            f"{_padded(row[0], width)}  {'; '.join(column.evidence)}"
            for row, column in zip(cells[1:], profile.columns, strict=True)
        ]
    return "\n".join(lines)


def html(profile: Profile) -> str:
    """A table of HTML that needs nothing else."""
    head = "".join(f"<th>{name}</th>" for name in (*_HEADINGS, "evidence"))
    body = "".join(f"<tr>{''.join(_html_cells(column))}</tr>" for column in profile.columns)
    return (
        f'<div class="anonkit-profile"><style>{_STYLE}</style><table><caption>{escape(_headline(profile))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def page(profiles: Sequence[tuple[str, Profile]]) -> str:
    """Profiles with their titles as a whole document."""
    body = "\n".join(f"<h1>{escape(printable(title))}</h1>{html(profile)}" for title, profile in profiles)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>anonkit profile</title>'
        "<style>h1{font:600 16px system-ui,sans-serif}</style>"
        f"</head><body>{body}</body></html>\n"
    )


def _headline(profile: Profile) -> str:
    columns = f"{len(profile.columns)} column{'' if len(profile.columns) == 1 else 's'}"
    told = f"{profile.rows:,} row{'' if profile.rows == 1 else 's'}, {columns}; policy {printable(profile.policy)}"
    if profile.looked_at == profile.rows:
        return told
    return f"{told}; entities in an even sample of {profile.looked_at:,} rows, nulls and different values in all"


def _cells(column: ColumnProfile) -> Iterator[str]:
    yield _cut(printable(column.name))
    yield _cut(printable(column.type))
    yield f"{column.role.value} (by hand)" if column.is_set_by_hand else column.role.value
    yield share(column.nulls, 1)
    yield f"{column.distinct:,}"
    yield share(column.uniqueness, 1)
    yield str(column.length)
    yield some([f"{one.entity} {share(one.share, 1)}" for one in column.entities]) or "-"
    yield column.policy


def _html_cells(column: ColumnProfile) -> Iterator[str]:
    cells = list(_cells(column))
    for name, cell in zip(_HEADINGS, cells, strict=True):
        if name == "column":
            yield f"<td><b>{escape(printable(column.name))}</b></td>"
        elif name == "role":
            by_hand = f"<small>{_BY_HAND}</small>" if column.is_set_by_hand else ""
            yield f'<td><b style="color:{_COLOURS[column.role.value]}">{escape(column.role.value)}</b>{by_hand}</td>'
        elif name in ("null", "unique"):
            part = column.nulls if name == "null" else column.uniqueness
            yield f'<td class="n">{_bar(part)}{escape(cell)}</td>'
        elif name == "holds":
            told = (f"{_bar(one.share)}{escape(one.entity)} {escape(share(one.share, 1))}" for one in column.entities)
            yield f"<td>{'<br>'.join(told) or '-'}</td>"
        else:
            css = ' class="n"' if name in _TO_THE_RIGHT else ""
            yield f"<td{css}>{escape(cell)}</td>"
    yield f"<td><small>{'<br>'.join(map(escape, column.evidence))}</small></td>"


def _bar(part: float) -> str:
    return f'<span class="bar"><i style="width:{min(100.0, 100 * part):.1f}%"></i></span>'


def _holds(column: ColumnProfile) -> str:
    return ", ".join(f"{one.entity} {share(one.share, 1)}" for one in column.entities)


def printable(text: str) -> str:
    """Without signs that would move the cursor, end the line or turn its direction."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _cut(text: str) -> str:
    """At most as wide as a column may be."""
    if _width(text) <= _MOST_NAME_WIDTH:
        return text
    while _width(text) >= _MOST_NAME_WIDTH:
        text = text[:-1]
    return f"{text}…"


def _width(text: str) -> int:
    """In columns of a terminal, of which a Chinese character takes two, and what stands above another none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _padded(text: str, width: int, *, to_the_right: bool = False) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if to_the_right else text + blanks
