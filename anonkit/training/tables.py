"""How do the weights that crfsuite found become the tables of the model?"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.detect.names.features import HASHED, SMALL, Knowledge
from anonkit.detect.names.hashed import HashTable, tops, without_collisions
from anonkit.detect.names.labels import B_PER, FORBIDDEN, LABELS, PREVIOUS
from anonkit.detect.names.model import HIGHEST, Model
from anonkit.training.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_BITS = 20
_INDEX = {label: index for index, label in enumerate(LABELS)}

_Cells = dict[int, "NDArray[np.float64]"]
"""Of one key: the weights of the labels by offset."""
_Rows = dict[str, dict[int, _Cells]]
"""By source and key."""


def model(known: Knowledge, info: Any, settings: Settings, about: str) -> Model:  # noqa: ANN401  pycrfsuite has no types
    """The model with the weights of `info`, in whole units, as large as fit into 16 bits."""
    unit = _unit(info.state_features)
    rows = _rows(info.state_features)
    kept = _kept(rows, settings)
    keys = np.concatenate([kept[source] for source in HASHED])
    numbers = np.concatenate([np.arange(1, len(kept[source]) + 1) for source in HASHED])
    weights = {**_hashed(rows, kept, unit), **_small(rows, unit)}
    return Model(
        known,
        HashTable.of(tops(keys), _BITS, numbers),
        {name: np.ascontiguousarray(table).view(np.complex128).reshape(-1) for name, table in weights.items()},
        _transitions(info.transitions, unit, settings.recall),
        unit,
        about,
    )


def _unit(features: Mapping[tuple[str, str], float]) -> int:
    """How many units a weight of 1 is: the highest weights of all templates together are HIGHEST."""
    highest: dict[str, float] = collections.defaultdict(float)
    for (attribute, _), weight in features.items():
        template = attribute.partition(":")[0]
        highest[template] = max(highest[template], abs(weight))
    return int(HIGHEST / sum(highest.values()))


def _rows(features: Mapping[tuple[str, str], float]) -> _Rows:
    """The weights of the attributes that train._attributes wrote: source, offset, colon, key in hexadecimal."""
    rows: _Rows = {source: collections.defaultdict(dict) for source in [*HASHED, *SMALL]}
    for (attribute, label), weight in features.items():
        template, _, key = attribute.partition(":")
        cells = rows[template[0]][int(key, 16)]
        cells.setdefault(int(template[1:]), np.zeros(len(LABELS)))[_INDEX[label]] = weight
    return rows


def _kept(rows: _Rows, settings: Settings) -> dict[str, NDArray[np.uint64]]:
    """The hashed keys of each source that are worth a slot of the table: the weightiest, which go before others."""
    hashed = [(source, key) for source in HASHED for key in rows[source]]
    importance = np.array([max(float(np.abs(w).max()) for w in rows[s][k].values()) for s, k in hashed])
    order = np.argsort(-importance, kind="stable")
    order = order[importance[order] >= settings.smallest][: settings.most]
    chosen = order[without_collisions(np.array([hashed[i][1] for i in order], np.uint64), _BITS)]
    kept: dict[str, list[int]] = {source: [] for source in HASHED}
    for i in chosen.tolist():
        source, key = hashed[i]
        kept[source].append(key)
    return {source: np.array(keys, np.uint64) for source, keys in kept.items()}


def _hashed(rows: _Rows, kept: Mapping[str, NDArray[np.uint64]], unit: int) -> dict[tuple[str, int], NDArray[np.int16]]:
    """The tables of hashed sources, each with a row 0 for keys that are not kept."""
    tables = {
        (source, offset): np.zeros((len(kept[source]) + 1, len(LABELS)), np.int16)
        for source, offsets in HASHED.items()
        for offset in offsets
    }
    for source, keys in kept.items():
        for row, key in enumerate(keys.tolist(), 1):
            for offset, weight in rows[source][key].items():
                tables[source, offset][row] = np.rint(weight * unit)
    return tables


def _small(rows: _Rows, unit: int) -> dict[tuple[str, int], NDArray[np.int16]]:
    """The tables of sources that are small numbers."""
    tables = {
        (source, offset): np.zeros((size, len(LABELS)), np.int16)
        for source, (offsets, size) in SMALL.items()
        for offset in offsets
    }
    for source in SMALL:
        for key, cells in rows[source].items():
            for offset, weight in cells.items():
                tables[source, offset][key] = np.rint(weight * unit)
    return tables


def _transitions(found: Mapping[tuple[str, str], float], unit: int, recall: float) -> NDArray[np.int32]:
    """The weights of transitions, [from, to]; to begin a person weighs `recall` more than it was trained to."""
    out = np.full((len(LABELS), len(LABELS)), FORBIDDEN, np.int32)
    for to, before in PREVIOUS.items():
        for label in before:
            weight = round(found.get((LABELS[label], LABELS[to]), 0.0) * unit)
            out[label, to] = weight + (round(recall * unit) if to == B_PER else 0)
    return out
