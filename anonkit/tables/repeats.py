"""Which columns have few different values? Each of those is looked at once, since a cell stands for itself."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonkit.detect.block import Ints

_SAMPLED_ROWS = 4096
# of the rows, so that what is saved pays for finding the different values
_MOST_SHARE = 0.5


def folded(values: pa.Array) -> tuple[pa.Array, Ints] | None:
    """The different values of a column of text or bytes, and which of them each row has; None where they are many."""
    if len(values) < _SAMPLED_ROWS:
        return None
    sample = values.take(pa.array(np.linspace(0, len(values) - 1, _SAMPLED_ROWS).astype(np.int64)))
    again = _SAMPLED_ROWS - len(sample.dictionary_encode("encode").dictionary)
    # as with birthdays: of so many pairs of rows so many are alike
    if again * _MOST_SHARE * len(values) < _SAMPLED_ROWS**2 / 2:
        return None
    encoded = values.dictionary_encode("encode")
    if len(encoded.dictionary) > _MOST_SHARE * len(values):
        return None
    return encoded.dictionary, encoded.indices.to_numpy().astype(np.int64)


def rows_with(codes: Ints, of_values: Ints) -> tuple[Ints, Ints]:
    """For what was found in some of the different values: which of it each row has, and the rows, ascending."""
    order = np.argsort(codes, kind="stable")
    first = np.searchsorted(codes, of_values, sorter=order)
    times = np.searchsorted(codes, of_values, "right", sorter=order) - first
    which = np.repeat(np.arange(len(of_values)), times)
    begins = np.cumsum(times) - times
    rows = order[np.arange(len(which)) + np.repeat(first - begins, times)]
    in_order = np.lexsort((which, rows))
    return which[in_order], rows[in_order]


def unfolded(values: pa.Array, codes: Ints, kind: pa.DataType, most_bytes: int) -> pa.Array | pa.ChunkedArray:
    """The values of all rows, of the type; in chunks of so many bytes about."""
    sizes = pc.fill_null(pc.binary_length(values), 0).to_numpy()
    ends = np.cumsum(sizes[codes])
    cuts = np.searchsorted(ends, np.arange(most_bytes, int(ends[-1]), most_bytes)) if len(ends) else np.empty(0)
    edges = [0, *dict.fromkeys(cut for cut in cuts.tolist() if cut), len(codes)]
    chunks = [values.take(pa.array(codes[low:high])).cast(kind) for low, high in itertools.pairwise(edges)]
    return chunks[0] if len(chunks) == 1 else pa.chunked_array(chunks)
