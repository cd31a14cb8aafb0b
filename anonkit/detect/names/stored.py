"""Is a file a model of names, whole and of a form that the finder can work with?

Names, types and shapes of its arrays stand at the front of each, so that `require` needs not unpack them; what is in
them, `is_sound` looks through.
"""

from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from anonkit.detect.names.characters import FIRST, PAD, T_FOREIGN
from anonkit.detect.names.features import HASHED, SMALL
from anonkit.detect.names.hashed import MOST
from anonkit.detect.names.labels import FORBIDDEN, LABELS, PREVIOUS
from anonkit.detect.names.lexicon import LISTS
from anonkit.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_POINTS, _SLOTS = 1 << 16, 1 << 20
_LONGEST_ABOUT = 1 << 16
_MOST_UNIT = 1 << 20
"""How many units make a weight of 1: with more, a margin of them does not fit into the scores."""
_HIGHEST_SURNAME, _HIGHEST_GIVEN = 3, 5
_Size = str | int | tuple[int, int]
"""Of one dimension: so many, as many as others with the same letter, or from .. to."""

_ARRAYS: dict[str, tuple[str, tuple[_Size, ...]]] = {
    "number": ("uint16", (_POINTS,)),
    "kind": ("uint8", ("characters",)),
    "surname": ("uint8", ("characters",)),
    "given": ("uint8", ("characters", 2)),
    "alone": ("uint32", ("characters",)),
    "words": ("uint32", (_SLOTS,)),
    "lists": ("uint32", ((1, MOST + 1),)),
    "vocabulary": ("uint32", (_SLOTS,)),
    "transitions": ("int32", (len(LABELS), len(LABELS))),
    "unit": ("int64", ()),
    "about": ("uint8", ((0, _LONGEST_ABOUT),)),
    **{f"weights {source} {o}": ("int16", (source,)) for source, offsets in HASHED.items() for o in offsets},
    **{
        f"weights {source} {o}": ("int16", (size * len(LABELS),))
        for source, (offsets, size) in SMALL.items()
        for o in offsets
    },
}
"""All that a model has: types and shapes. The weights of a hashed source are as many at each offset."""
_FREE: dict[str, tuple[int, int, int]] = {
    "characters": (FIRST, _POINTS, 1),
    **dict.fromkeys(HASHED, (len(LABELS), (MOST + 1) * len(LABELS), len(LABELS))),
}
"""What stands for a size: from .. to, in steps."""


def none(file: Path) -> PolicyError:
    """The error for a file that is no model."""
    return PolicyError(f"{file}: is no model of names; `anonkit train-names` makes one")


def require(file: Path) -> None:
    """Raise PolicyError where a file cannot be read, or is no model by its head: names, types and shapes of arrays."""
    try:
        fits = stat.S_ISREG(file.stat().st_mode) and _head_fits(file)
    except OSError as error:
        msg = f"{file}: cannot be read ({error.strerror}); check the path and its permissions"
        raise PolicyError(msg) from None
    except Exception:  # noqa: BLE001  zipfile, zlib, numpy: a broken file makes them raise anything
        fits = False
    if not fits:
        raise none(file)


def _head_fits(file: Path) -> bool:
    with zipfile.ZipFile(file) as archive:
        if sorted(archive.namelist()) != sorted(f"{name}.npy" for name in _ARRAYS):
            return False
        heads = {name: _head(archive, name) for name in _ARRAYS}
        if not _fit(heads):
            return False
        _value(archive, "about").tobytes().decode()
        return 1 <= int(_value(archive, "unit")) <= _MOST_UNIT


def _value(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with _opened(archive, name) as stream:
        value: NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return value


def _opened(archive: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401  numpy's types want more than it needs
    return archive.open(f"{name}.npy")


def _head(archive: zipfile.ZipFile, name: str) -> tuple[str, tuple[int, ...]]:
    """The type and the shape of an array, which is not unpacked."""
    with _opened(archive, name) as stream:
        if np.lib.format.read_magic(stream) != (1, 0):
            return "", ()
        shape, _, kind = np.lib.format.read_array_header_1_0(stream)
    return kind.name if kind.isnative else "", shape


def _fit(heads: Mapping[str, tuple[str, tuple[int, ...]]]) -> bool:
    """Whether types and shapes are those of _ARRAYS."""
    sizes: dict[str, int] = {}
    for name, (kind, wanted) in _ARRAYS.items():
        found, shape = heads[name]
        if found != kind or len(shape) != len(wanted):
            return False
        for size, said in zip(shape, wanted, strict=True):
            if isinstance(said, str):
                low, high, step = _FREE[said]
                fits = low <= size <= high and size % step == 0 and sizes.setdefault(said, size) == size
            elif isinstance(said, tuple):
                fits = said[0] <= size <= said[1]
            else:
                fits = size == said
            if not fits:
                return False
    return True


def is_sound(arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Whether what is in the arrays is within its bounds; types and shapes must be right. Takes some milliseconds."""
    number, transitions = arrays["number"], arrays["transitions"]
    allowed = np.zeros(transitions.shape, bool)
    for to, before in PREVIOUS.items():
        allowed[list(before), to] = True
    rows = max(len(arrays[f"weights {source} {offsets[0]}"]) // len(LABELS) for source, offsets in HASHED.items())
    return bool(
        number[0] == PAD
        and number[1:].min() > PAD
        and number.max() < len(arrays["kind"])
        and arrays["kind"].max() <= T_FOREIGN
        and arrays["surname"].max() <= _HIGHEST_SURNAME
        and arrays["given"].max() <= _HIGHEST_GIVEN
        and arrays["alone"].max() < 1 << len(LISTS)
        and arrays["lists"].max() < 1 << len(LISTS)
        and arrays["lists"][0] == 0
        and (arrays["words"] & MOST).max() < len(arrays["lists"])
        and (arrays["vocabulary"] & MOST).max() < rows
        and transitions.min() >= FORBIDDEN
        and (transitions[~allowed] == FORBIDDEN).all()
    )
