"""Which column does a cell belong to, and what is it called? What tables say, and else the first row of names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anonkit.io.tables.xlsx.cells import Cell
from anonkit.io.tables.xlsx.names import Area, Sheet
from anonkit.policy import columns

HEADER_ROWS = 50
"""How many rows are looked at to find the names of columns."""
_MOST_KEY_CHARACTERS = 40
_MOST_NAME_BYTES = 200
_TEXTS = ("shared", "text", "rich")

HoldFindings = Callable[[list[bytes]], bool]


@dataclass(frozen=True, slots=True)
class Header:
    """The row of names, 0 if there is none, and the names by number of column."""

    row: int
    names: dict[int, bytes]


class Layout:
    """The names of the columns of a sheet, which may change from row to row."""

    def __init__(self, sheet: Sheet, header: Header, number: Callable[[bytes], int]) -> None:
        below = {column: number(name) for column, name in header.names.items()}
        edges = {0, header.row, header.row + 1}
        for table in sheet.tables:
            edges |= {table.area.top, table.area.top + table.has_header, table.area.bottom + 1}
        self._edges = sorted(edges)
        self._bands: list[dict[int, int]] = []
        for row in self._edges:
            band = dict(below) if header.row and row > header.row else {}
            for table in sheet.tables:
                if table.area.top <= row <= table.area.bottom:
                    is_header = table.has_header and row == table.area.top
                    for at in range(table.area.left, table.area.right + 1):
                        band.pop(at, None)
                    for at, name in enumerate(table.columns, table.area.left):
                        if not is_header:
                            band[at] = number(name)
            self._bands.append(band)

    def at(self, row: int) -> dict[int, int]:
        """The numbers of the names in a row, by number of column."""
        return self._bands[bisect_right(self._edges, row) - 1]


def header(cells: Sequence[Cell], sheet: Sheet, hold_findings: HoldFindings) -> Header:
    """The names of the columns of a sheet, found in its first rows.

    The row of its filter; else the first that is as wide as half of the widest and has a key of a card, or nothing but
    texts, no two of which are alike, without findings: so a title is not taken for it. Cells of tables are left out.
    """
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        if not any(_is_in(cell, table.area) for table in sheet.tables):
            rows.setdefault(cell.row, []).append(cell)
    if sheet.filter_row in rows:
        return _header(rows[sheet.filter_row])
    widest = max(map(len, rows.values()), default=0)
    for found in rows.values():
        if 2 * len(found) < widest:
            continue
        if _has_key(found) or (_are_names(found) and not hold_findings([cell.text for cell in found])):
            return _header(found)
    return Header(0, {})


def _header(cells: Sequence[Cell]) -> Header:
    return Header(cells[0].row, {c.column: c.text.strip() for c in cells if c.filling in _TEXTS})


def _has_key(cells: Sequence[Cell]) -> bool:
    return len(cells) > 1 and any(
        cell.filling in _TEXTS and columns.is_key(cell.text.decode("utf-8", "replace")) for cell in cells
    )


def _are_names(cells: Sequence[Cell]) -> bool:
    texts = [cell.text.strip() for cell in cells]
    are_texts = all(cell.filling in _TEXTS and cell.formula is None for cell in cells)
    return are_texts and len(set(texts)) == len(texts) and all(0 < len(text) <= _MOST_NAME_BYTES for text in texts)


def _is_in(cell: Cell, area: Area) -> bool:
    return area.left <= cell.column <= area.right and area.top <= cell.row <= area.bottom
