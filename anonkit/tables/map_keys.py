"""How are the scrubbed keys of Arrow maps told apart, so that a dictionary made of a map keeps all of its values?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyarrow import types

from anonkit.detect.block import Ints, Mask
from anonkit.tables import leaves, naming
from anonkit.tables.foreign import of_type


def apart(before: pa.Array, after: pa.Array, touched: Mask, maps: Ints) -> pa.Array:
    """The keys after, with a number where they changed and became the same within a map; if they are text or bytes.

    A key that a map has twice before it has twice afterwards.

    touched  which keys changed
    maps     the number of the map of each key, in order
    """
    kind = after.type
    if types.is_dictionary(kind):
        made = apart(before, after.dictionary_decode(), touched, maps).dictionary_encode()
        return pa.DictionaryArray.from_arrays(made.indices.cast(kind.index_type), made.dictionary, ordered=kind.ordered)
    if not leaves.is_text(kind) and not leaves.is_bytes(kind):
        return after
    wide = after.cast(pa.large_binary())  # text may be no UTF-8
    crowded = _crowded(wide, touched, maps)
    if not len(crowded):
        return after
    made = wide.to_pylist()
    for low, high in zip(
        np.searchsorted(maps, crowded).tolist(), np.searchsorted(maps, crowded, "right").tolist(), strict=True
    ):
        made[low:high] = _apart(before.slice(low, high - low), made[low:high], touched[low:high].tolist())
    return of_type(pa.array(made, pa.large_binary()), kind)


def _crowded(keys: pa.Array, touched: Mask, maps: Ints) -> Ints:
    """The maps in which keys are the same, one of them a key that changed."""
    codes = keys.dictionary_encode()
    places = maps * len(codes.dictionary) + codes.indices.to_numpy()
    _, which, sizes = np.unique(places, return_inverse=True, return_counts=True)
    return np.unique(maps[touched & (sizes[which] > 1)])


def _apart(before: pa.Array, after: list[bytes], touched: list[bool]) -> list[bytes]:
    """The keys of one map."""
    old = _binary(before).to_pylist()
    keys = list(zip(old, after, strict=True))
    once = dict(zip(keys, touched, strict=True))
    stays = [None if is_new else new for (_, new), is_new in once.items()]
    made = dict(zip(once, naming.apart(stays, [new for _, new in once]), strict=True))
    return [made[key] for key in keys]


def _binary(values: pa.Array) -> pa.Array:
    """Text as bytes: it may be no UTF-8."""
    if types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values.cast(pa.large_binary()) if leaves.is_text(values.type) else values
