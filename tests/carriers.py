"""In what do values arrive? Carriers: each puts a text into a line as programs do, and reads a part of it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Carrier:
    """`put` makes the line that carries a text; `back` gives what a part of that line said in the text."""

    name: str
    put: Callable[[str], str]
    back: Callable[[str], str]


def _same(part: str) -> str:
    return part


def _from_json(part: str) -> str:
    return str(json.loads(f'"{part}"'))


def _from_json_twice(part: str) -> str:
    return _from_json(_from_json(part))


CARRIERS = (
    Carrier("bare", lambda t: t, _same),
    Carrier("JSON value", lambda t: json.dumps({"msg": t, "n": 1}, ensure_ascii=False), _from_json),
    Carrier(
        "JSON in JSON",
        lambda t: json.dumps({"body": json.dumps({"msg": t, "n": 1}, ensure_ascii=False)}, ensure_ascii=False),
        _from_json_twice,
    ),
    Carrier("CSV cell", lambda t: f'7,"{t.replace(chr(34), chr(34) * 2)}",ok', lambda p: p.replace('""', '"')),
    Carrier("query string", lambda t: f"GET /api?msg={quote(t)}&n=1 HTTP/1.1", unquote),
    Carrier(
        "SQL insert",
        lambda t: f"INSERT INTO feedback (id, msg) VALUES (7, '{t.replace(chr(39), chr(39) * 2)}');",
        lambda p: p.replace("''", "'"),
    ),
    Carrier(
        "Java log", lambda t: f"2023-11-02 09:12:44.120  INFO 2317 --- [exec-7] c.e.u.FeedbackService : {t}", _same
    ),
    Carrier("（）", lambda t: f"提示（{t}）完毕", _same),
    Carrier("【】", lambda t: f"提示【{t}】完毕", _same),
    Carrier("「」", lambda t: f"提示「{t}」完毕", _same),
)
