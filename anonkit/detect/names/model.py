"""How likely is each label at each character? The weights, and the file they lie in.

A row of weights has one number of 16 bits for each label. The scores are sums of them, so a text has the same
scores alone and in a batch.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.detect.names.characters import PAD, Characters
from anonkit.detect.names.features import HASHED, REACH, SMALL, Knowledge, keys_of_characters, sources
from anonkit.detect.names.hashed import HashTable
from anonkit.detect.names.labels import IMPOSSIBLE, LABELS, O
from anonkit.detect.names.lexicon import Lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHIPPED = Path(__file__).with_name("names.npz")
HIGHEST = 16_000
"""The trainer makes no sum of weights higher, nor lower than its opposite. `fits` counts all that a score adds up."""
_IMPOSSIBLE = 8_000
_ARRAYS_OF_BATCH_BYTES = 16 << 20


@dataclass(frozen=True)
class Model:
    """A linear-chain conditional random field (Lafferty, McCallum, Pereira 2001) over characters.

    Attributes:
        known: characters and word lists.
        vocabulary: from hashed keys to rows of weights.
        weights: of each template (source, offset) the rows; row 0 of a hashed source is of keys that training did not
            keep. Each row is one complex number of 16 bytes, the fastest thing for numpy to fetch: 8 times int16.
        transitions: [from, to], in the unit of the weights.
        unit: how many units make a weight of 1 (natural logarithm of the odds).
        about: what the model was made from, for people.
    """

    known: Knowledge
    vocabulary: HashTable
    weights: dict[tuple[str, int], NDArray[np.complex128]]
    transitions: NDArray[np.int32]
    unit: int
    about: str

    def scores(self, flat: NDArray[np.uint16]) -> NDArray[np.int16]:
        """The score of each label at each character of a flat text (see features.flatten): (characters, labels).

        Whoever reads them may think that O stands before and after each run. In training nothing did, so what that
        transition costs is given back to the first and to the last character.
        """
        inner = len(flat) - 2 * REACH
        out = np.zeros((len(flat), len(LABELS)), np.int16)
        total = out[REACH:-REACH].reshape(-1)
        rows = np.empty(inner, np.complex128)
        added = rows.view(np.int16)
        for source, key in sources(self.known, flat).items():
            known: NDArray[Any] = flat if source == "U" else key
            if source in HASHED and source != "U":
                known = self.vocabulary.find(key.astype(np.uint64, copy=False))
            number = known.astype(np.intp)  # the type of indices: else each look-up makes a copy
            for offset, table in self._tables[source]:
                np.take(table, number[REACH + offset : REACH + offset + inner], out=rows, mode="clip")
                np.add(total, added, out=total)
        text = flat != PAD
        out[np.flatnonzero(text[1:] & ~text[:-1]) + 1] -= self._possible[O]
        out[np.flatnonzero(text[:-1] & ~text[1:])] -= self._possible[:, O]
        return out

    @functools.cached_property
    def _possible(self) -> NDArray[np.int16]:
        """The transitions, 0 for those that cannot be."""
        return np.where(self.transitions < -HIGHEST, 0, self.transitions).astype(np.int16)

    @functools.cached_property
    def _tables(self) -> dict[str, list[tuple[int, NDArray[np.complex128]]]]:
        """The weights of each source by offset; those of single characters by number, which saves a look-up."""
        tables = {source: [(offset, self.weights[source, offset]) for offset in HASHED[source]] for source in HASHED}
        tables |= {source: [(offset, self.weights[source, offset]) for offset in SMALL[source][0]] for source in SMALL}
        rows = self.vocabulary.find(keys_of_characters(np.arange(len(self.known.characters.kind)).astype(np.uint16)))
        tables["U"] = [(offset, np.take(table, rows, mode="clip")) for offset, table in tables["U"]]
        here = tables["U"][HASHED["U"].index(0)][1].view(np.int16).reshape(-1, len(LABELS))
        here += self._impossible
        return tables

    @property
    def _impossible(self) -> NDArray[np.int16]:
        """What is taken from the scores of labels that a character cannot have, by the number of the character."""
        table = np.zeros((len(self.known.characters.kind), len(LABELS)), np.int16)
        for characters, labels in IMPOSSIBLE.items():
            for character in characters:
                table[self.known.characters.number[ord(character)], list(labels)] = -_IMPOSSIBLE
        return table

    def bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """No score of a label is lower, nor higher: all weights, what is taken for impossible ones, and the edges."""
        edges = np.stack((self._possible[O], self._possible[:, O])).astype(np.int64)
        lows, highs = np.minimum(-edges, 0).sum(axis=0) - _IMPOSSIBLE, np.maximum(-edges, 0).sum(axis=0)
        for table in self.weights.values():
            rows = table.view(np.int16).reshape(-1, len(LABELS))
            lows += rows.min(axis=0)
            highs += rows.max(axis=0)
        return lows, highs

    def save(self, file: Path | io.BytesIO) -> None:
        """Write the model, always the same bytes for the same model."""
        arrays: dict[str, Any] = {
            "number": self.known.characters.number,
            "kind": self.known.characters.kind,
            "surname": self.known.characters.surname,
            "given": self.known.characters.given,
            "alone": self.known.characters.alone,
            "words": self.known.lexicon.table.slots,
            "lists": self.known.lexicon.lists,
            "vocabulary": self.vocabulary.slots,
            "transitions": self.transitions,
            "unit": np.int64(self.unit),
            "about": np.frombuffer(self.about.encode(), np.uint8),
        }
        for (source, offset), rows in self.weights.items():
            arrays[f"weights {source} {offset}"] = rows.view(np.int16)
        np.savez_compressed(file, **arrays)


def load(file: Path = SHIPPED) -> Model:
    """The model in `file`. Raises PolicyError where it holds none, or one that could not be worked with.

    All arrays are checked: names, types, shapes, what is in them, and whether all sums of weights fit into 16 bits;
    but not those of the shipped model, which is known to be good (see the tests), and should be there at once.
    """
    _keep_memory()
    if file == SHIPPED:
        return _model(_arrays(file))
    from anonkit.detect.names import stored  # noqa: PLC0415  with zipfile; for models of one's own only

    stored.require(file)
    try:
        arrays = _arrays(file)
        model = _model(arrays)
        sound = stored.is_sound(arrays) and fits(model)
    except Exception:  # noqa: BLE001  zipfile, zlib, numpy: a broken file makes them raise anything
        sound = False
    if not sound:
        raise stored.none(file)
    return model


def _keep_memory() -> None:
    """Have the C library keep the memory of arrays for the next ones.

    glibc gives the top of the heap back to the system where it is larger than twice the largest block that was freed
    so far. The arrays of a batch would be mapped anew each time, which takes a fifth of the time of reading it.
    """
    np.empty(_ARRAYS_OF_BATCH_BYTES, np.uint8)


def fits(model: Model) -> bool:
    """Whether all scores, and all transitions that may be, fit into 16 bits."""
    bits = np.iinfo(np.int16)
    lows, highs = model.bounds()
    return bool(lows.min() >= bits.min and highs.max() <= bits.max and model.transitions.max() <= HIGHEST)


def _arrays(file: Path) -> dict[str, NDArray[Any]]:
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def _model(arrays: dict[str, NDArray[Any]]) -> Model:
    characters = Characters(arrays["number"], arrays["kind"], arrays["surname"], arrays["given"], arrays["alone"])
    weights = {}
    for name, rows in arrays.items():
        if name.startswith("weights "):
            _, source, offset = name.split()
            weights[source, int(offset)] = rows.view(np.complex128)
    return Model(
        Knowledge(characters, Lexicon(_table(arrays["words"]), arrays["lists"])),
        _table(arrays["vocabulary"]),
        weights,
        arrays["transitions"],
        int(arrays["unit"]),
        arrays["about"].tobytes().decode(),
    )


def _table(slots: NDArray[np.uint32]) -> HashTable:
    return HashTable(len(slots).bit_length() - 1, slots)


@functools.cache
def shipped() -> Model:
    """The model of the package, read once."""
    return load()
