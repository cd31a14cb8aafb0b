"""What becomes of the settings of printers, whose names may be those of people? They are bytes in no known form."""

from __future__ import annotations

from anonkit.io.tables.xlsx.texts import Desk, Texts

_UNIT_BYTES = 2


def scrub(desk: Desk, data: bytes) -> bytes:
    """The bytes with stars for what is found in them, read as UTF-16 and as UTF-8; of the same size."""
    made = bytearray(data)
    for shift in (0, 1):
        units = data[shift : len(data) - (len(data) - shift) % _UNIT_BYTES]
        text = units.decode("utf-16-le", "surrogatepass").replace("\0", "\n")
        for first, last in _found(desk, text.encode("utf-8", "surrogatepass")):
            before = text.encode("utf-8", "surrogatepass")
            low = shift + _utf16_size(before[:first])
            high = shift + _utf16_size(before[:last])
            made[low:high] = b"*\0" * ((high - low) // _UNIT_BYTES)
    for first, last in _found(desk, data.replace(b"\0", b"\n")):
        made[first:last] = b"*" * (last - first)
    return bytes(made)


def _utf16_size(text: bytes) -> int:
    return len(text.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass"))


def _found(desk: Desk, text: bytes) -> list[tuple[int, int]]:
    edits = desk.edits(Texts([text], [0], [desk.next_record()])).get(0, [])
    return [(start, end) for start, end, _ in edits]
