"""Which values stand in formulas, and how do names in them change?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from anonkit.io.tables.xlsx.markup import Replacement, replaced

_WORD = rb"[A-Za-z_\\\x80-\xff][A-Za-z0-9_.?\\\x80-\xff]*"
_TOKEN = re.compile(
    rb'"(?P<string>(?:[^"]|"")*)"'
    rb"|'(?P<quoted>(?:[^']|'')*)'!"
    rb"|(?P<column>\[(?:[^\[\]']|'.)*\])"
    rb"|(?P<sheets>" + _WORD + rb"(?::" + _WORD + rb")?)!"
    rb"|(?P<word>" + _WORD + rb")(?P<call>\s*\()?"
    rb"|(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"\A(?:'((?:[^']|'')*)'|(" + _WORD + rb"))!\$?([A-Z]{1,3})\$?([0-9]{1,7})")
NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
"""What may be written as a number, of which Excel keeps fifteen digits."""
_MARKED = re.compile(rb"[\[\]#'@]")
_ESCAPED = re.compile(rb"'(.)", re.DOTALL)
_LEAST_DIGITS = 5
_AROUND_ROWS = (b"$", b":")
_CONSTANTS = (b"TRUE", b"FALSE")


@dataclass(frozen=True, slots=True)
class Renames:
    """The names that change, and what they become: of sheets, of columns of tables, and of ranges (in lower case)."""

    sheets: dict[bytes, bytes] = field(default_factory=dict)
    columns: dict[bytes, bytes] = field(default_factory=dict)
    words: dict[bytes, bytes] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.columns or self.words)


def literals(formula: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where values stand in a formula, and the quotes around them, which numbers do not have.

    What is in single quotes is the name of a sheet, maybe with the path of a workbook.
    """
    for match in _TOKEN.finditer(formula):
        if match.lastgroup == "string":
            yield *match.span("string"), b'"'
        elif match.lastgroup == "quoted":
            yield *match.span("quoted"), b"'"
        elif match.lastgroup == "number":
            start, end = match.span()
            in_reference = formula[start - 1 : start] in _AROUND_ROWS or formula[end : end + 1] == b":"
            if end - start >= _LEAST_DIGITS and not in_reference:
                yield start, end, b""


def literal(text: bytes, quote: bytes, edits: list[Replacement]) -> list[Replacement]:
    """Edits of a value as edits of how a formula spells it."""
    if quote:
        return [(start, end, new.replace(quote, quote * 2)) for start, end, new in edits]
    new = replaced(text, edits)
    return [(0, len(text), new if NUMBER.fullmatch(new) else string(new))]


def string(text: bytes) -> bytes:
    """A text as formulas spell it."""
    return b'"' + text.replace(b'"', b'""') + b'"'


def strung(formula: bytes) -> bytes:
    """All its strings and numbers in one."""
    return b"".join(m["string"] or m["number"] or b"" for m in _TOKEN.finditer(formula))


def is_constant(formula: bytes) -> bool:
    """Whether it comes to the same whatever is in the cells."""
    return all(
        match.lastgroup in ("string", "number", "call") or match["word"] in _CONSTANTS
        for match in _TOKEN.finditer(formula)
    )


def renamed(formula: bytes, renames: Renames) -> list[Replacement]:
    """What changes in a formula where names change."""
    edits: list[Replacement] = []
    for match in _TOKEN.finditer(formula):
        group = match.lastgroup
        if group in ("quoted", "sheets"):
            old = match[group].replace(b"''", b"'") if group == "quoted" else match[group]
            new = _sheets(old, renames.sheets)
            if new != old:
                edits.append((match.start(), match.end(), b"'" + new.replace(b"'", b"''") + b"'!"))
        elif group == "column":
            old = _ESCAPED.sub(rb"\1", match["column"][1:-1])
            at = b"@" * old.startswith(b"@")
            new = renames.columns.get(old.removeprefix(at), old)
            if new is not old:
                edits.append((match.start(), match.end(), b"[" + at + _MARKED.sub(rb"'\g<0>", new) + b"]"))
        elif group in ("word", "call") and match["word"].lower() in renames.words:
            edits.append((*match.span("word"), renames.words[match["word"].lower()]))
    return edits


def reference(formula: bytes) -> tuple[bytes, bytes, int] | None:
    """The sheet, column and row that a reference to a range begins with; None for other formulas."""
    match = _REFERENCE.match(formula)
    if match is None:
        return None
    sheet = match[1].replace(b"''", b"'") if match[1] is not None else match[2]
    return sheet, match[3], int(match[4])


def _sheets(names: bytes, renames: dict[bytes, bytes]) -> bytes:
    """The name of a sheet, or two with a colon, behind the number or path of a workbook."""
    workbook, bracket, sheets = names.rpartition(b"]")
    return workbook + bracket + b":".join(renames.get(name, name) for name in sheets.split(b":"))
