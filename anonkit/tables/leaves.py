"""How are values of one Arrow type read as text, and how does scrubbed text become values of the type again?

What a value reads as is what a CSV file would hold: whole numbers without a point, never with an exponent; dates as
ISO text, the time of day left out where it is midnight (see days.py); the local time of a time zone. A value comes
back where its text reads the same again: 0138 is not the number 138.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

if TYPE_CHECKING:
    from anonkit.detect.block import Mask

_MOST_WHOLE = 2.0**63
_MOST_STRING_BYTES = (1 << 31) - 1
_MOST_PADDING_BYTES = 64
_BYTE_BITS = 8
_DAY_SECONDS = 86_400
_SECOND_OF_UNIT = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_UUID_DASHES = (8, 13, 18, 23)
_UUID = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
UUID = "arrow.uuid"


def is_text(kind: pa.DataType) -> bool:
    """Whether values are text."""
    return kind in (pa.string(), pa.large_string(), pa.string_view())


def is_bytes(kind: pa.DataType) -> bool:
    """Whether values are bytes, as many as there are."""
    return kind in (pa.binary(), pa.large_binary(), pa.binary_view())


def is_uuid(kind: pa.DataType) -> bool:
    """Whether values are UUIDs, kept as sixteen bytes."""
    return isinstance(kind, pa.BaseExtensionType) and kind.extension_name == UUID


def is_days(kind: pa.DataType) -> bool:
    """Whether values are dates, or times with dates."""
    return bool(types.is_date(kind) or types.is_timestamp(kind))


def reads(kind: pa.DataType) -> bool:
    """Whether values of a type without children have a text: not truth values, times of day and spans of time."""
    return (
        is_text(kind)
        or is_bytes(kind)
        or is_uuid(kind)
        or types.is_fixed_size_binary(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or is_days(kind)
    )


def read(values: pa.Array) -> pa.Array:
    """The text of each value of a type that has one, or its bytes; null where there is no value."""
    kind = values.type
    if is_text(kind) or is_bytes(kind):
        return values
    if is_uuid(kind):
        return _read_uuid(values.storage)
    if types.is_fixed_size_binary(kind):
        return values.cast(pa.binary()) if values.nbytes < _MOST_STRING_BYTES else values.cast(pa.large_binary())
    if types.is_floating(kind):
        return _read_floats(values)
    if types.is_decimal(kind):
        return _read_decimals(values)
    if types.is_timestamp(kind):
        return _read_timestamps(values)
    return values.cast(pa.string())


def written(before: pa.Array, texts: pa.Array, touched: Mask) -> pa.Array | None:
    """Values of the type before, where what was scrubbed is a value of it again, or nothing; None where it is not.

    texts    of all values, scrubbed
    touched  which of them were
    """
    if is_text(before.type) or is_bytes(before.type):
        return texts
    mask = pa.array(touched)
    new = texts.filter(mask)
    empty = pc.equal(pc.binary_length(new), 0)
    new = pc.if_else(empty, pa.scalar(None, new.type), new)
    try:
        values = _parsed(new, before.type)
        same = pc.all(pc.equal(read(values).cast(new.type), new)).as_py()  # nulls are passed over
    except pa.ArrowInvalid:
        return None
    if same is False or values.null_count != new.null_count:
        return None
    if is_uuid(before.type):
        storage = pc.replace_with_mask(before.storage, mask, values.storage)
        return pa.ExtensionArray.from_storage(before.type, storage)
    return pc.replace_with_mask(before, mask, values)


def text_type(kind: pa.DataType) -> pa.DataType:
    """The type of what was scrubbed and is no value of the type any more."""
    if is_text(kind) or is_bytes(kind):
        return kind
    return pa.binary() if types.is_fixed_size_binary(kind) else pa.string()


def tidy(values: pa.Array) -> pa.Array:
    """The same values of a type without children, with nothing under nulls and nothing beside a slice."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(kind, tidy(values.storage))
    if kind in (pa.string_view(), pa.binary_view()):
        wide = pa.large_string() if kind == pa.string_view() else pa.large_binary()
        return tidy(values.cast(wide)).cast(kind)
    if types.is_null(kind) or types.is_boolean(kind):
        return values
    if not len(values):
        return pa.nulls(0, kind) if any(buffer is not None and buffer.size for buffer in values.buffers()) else values
    if is_text(kind) or is_bytes(kind):
        return values if _is_tidy_text(values) else values.take(pa.array(np.arange(len(values))))
    return _tidy_numbers(values)


def _is_tidy_text(values: pa.Array) -> bool:
    _, offsets, data = values.buffers()
    kind = np.int64 if types.is_large_unicode(values.type) or types.is_large_binary(values.type) else np.int32
    at = np.frombuffer(offsets, kind)[values.offset : values.offset + len(values) + 1]
    if at[0] or _has_more(data, int(at[-1])):
        return False
    return not values.null_count or not np.diff(at)[nulls(values)].any()


def _has_more(data: pa.Buffer | None, size: int) -> bool:
    """Whether a buffer holds more than its first bytes and a little padding."""
    if data is None or data.size == size:
        return False
    return data.size - size > _MOST_PADDING_BYTES or bool(np.frombuffer(data, np.uint8)[size:].any())


def _tidy_numbers(values: pa.Array) -> pa.Array:
    size = values.type.bit_width // _BYTE_BITS
    _, data = values.buffers()
    if data is None or not size:
        return values
    if not values.null_count:
        if values.offset == 0 and not _has_more(data, len(values) * size):
            return values
        return pa.concat_arrays([values])
    cells = np.frombuffer(data, np.uint8)[values.offset * size : (values.offset + len(values)) * size]
    cells = cells.reshape(len(values), size)
    gone = nulls(values)
    if values.offset == 0 and not cells[gone].any() and not _has_more(data, len(values) * size):
        return values
    cells = cells.copy()
    cells[gone] = 0
    return pa.Array.from_buffers(values.type, len(values), [validity(values), pa.py_buffer(cells)])


def nulls(values: pa.Array) -> Mask:
    """Where there is no value."""
    mask: Mask = values.is_null().to_numpy(zero_copy_only=False)
    return mask


def validity(values: pa.Array) -> pa.Buffer | None:
    """The bitmap of what is there, from its first bit on; None where all is."""
    if not values.null_count:
        return None
    return pa.py_buffer(np.packbits(~nulls(values), bitorder="little"))


def _read_floats(values: pa.Array) -> pa.Array:
    numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        is_whole = (np.trunc(numbers) == numbers) & (np.abs(numbers) < _MOST_WHOLE)
    whole = pa.array(np.where(is_whole, numbers, 0).astype(np.int64), mask=~is_whole).cast(pa.string())
    rest = ~(is_whole | nulls(values))
    if not rest.any():
        return whole
    texts = values.filter(pa.array(rest)).cast(pa.string())
    # large ones, which Arrow writes with an exponent
    large = np.flatnonzero(np.abs(numbers[rest]) >= 1)
    large = large[pc.match_substring(texts.take(pa.array(large)), "e").to_numpy(zero_copy_only=False)]
    if len(large):
        plain = [f"{number:.0f}" if number == int(number) else repr(number) for number in numbers[rest][large].tolist()]
        is_large = np.zeros(len(texts), np.bool_)
        is_large[large] = True
        texts = pc.replace_with_mask(texts, pa.array(is_large), pa.array(plain, pa.string()))
    return pc.replace_with_mask(whole, pa.array(rest), texts)


def _read_decimals(values: pa.Array) -> pa.Array:
    if values.type.scale < 0:
        return pa.array([None if value is None else f"{value:f}" for value in values.to_pylist()], pa.string())
    texts = values.cast(pa.string())
    return pc.replace_substring_regex(texts, r"\.0+$", "") if values.type.scale else texts


def _read_timestamps(values: pa.Array) -> pa.Array:
    if values.type.tz is not None:
        values = pc.local_timestamp(values)
    ticks = pc.fill_null(values.cast(pa.int64()), 0).to_numpy()
    second = _SECOND_OF_UNIT[values.type.unit]
    is_midnight = ticks % (_DAY_SECONDS * second) == 0
    dates = values.cast(pa.date32()).cast(pa.string())
    if is_midnight.all():
        return dates
    if not (ticks % second).any():
        values = values.cast(pa.timestamp("s"))
    times = pc.replace_substring(values.cast(pa.string()), " ", "T")
    if values.type.unit != "s":
        times = pc.ascii_rtrim(pc.ascii_rtrim(times, "0"), ".")
    return pc.if_else(pa.array(is_midnight), dates, times)


def _read_uuid(values: pa.Array) -> pa.Array:
    values = tidy(values)
    raw = np.zeros((len(values), 16), np.uint8)
    if values.buffers()[1] is not None:
        raw[:] = np.frombuffer(values.buffers()[1], np.uint8)[: 16 * len(values)].reshape(-1, 16)
    digits = np.frombuffer(raw.tobytes().hex().encode(), np.uint8).reshape(-1, 32)
    texts = np.insert(digits, [dash - row for row, dash in enumerate(_UUID_DASHES)], ord("-"), axis=1)
    fixed = pa.Array.from_buffers(
        pa.binary(texts.shape[1]), len(values), [validity(values), pa.py_buffer(np.ascontiguousarray(texts))]
    )
    return fixed.cast(pa.binary()).cast(pa.string())


def _parsed(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Values from their texts. Raises ArrowInvalid where one is not of the type."""
    if is_uuid(kind):
        return _parsed_uuid(texts, kind)
    if types.is_fixed_size_binary(kind):
        return texts.cast(kind)
    if types.is_timestamp(kind) and kind.tz is not None:
        local = texts.cast(pa.timestamp(kind.unit))
        return pc.assume_timezone(local, kind.tz, ambiguous="earliest", nonexistent="earliest")
    if kind == pa.float16():
        texts = texts.cast(pa.float64())
    return texts.cast(kind)


def _parsed_uuid(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    if pc.any(pc.invert(pc.match_substring_regex(texts, _UUID))).as_py():
        raise pa.ArrowInvalid("not a UUID")
    digits = pc.replace_substring(pc.fill_null(texts, "0" * 32), "-", "")
    raw = bytes.fromhex("".join(digits.to_pylist()))
    mask = validity(texts)
    return pa.ExtensionArray.from_storage(
        kind, pa.Array.from_buffers(pa.binary(16), len(texts), [mask, pa.py_buffer(raw)])
    )
