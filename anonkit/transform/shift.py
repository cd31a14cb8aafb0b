"""How are dates moved, all of a person's by the same number of days, so that the time between them is kept?

The offset is what an HMAC of the person under the key says: of -days to days, but 0. Whoever holds the key can move
the dates back, and so can whoever tries the 2 x days offsets and knows one true date of the person. It is
de-identification, then, never anonymization.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence

from anonkit.model import Parameter
from anonkit.transform.base import Operation, Reversal, Subject, Transform
from anonkit.transform.dates import read
from anonkit.transform.digests import KeyedHash
from anonkit.transform.label import label_of
from anonkit.transform.parameters import IDENTIFIERS, integer
from anonkit.transform.plain import by_value
from anonkit.transform.width import narrow

PERSON = "USER_ID"
DAYS = 365
_MOST_DAYS = 36_500
_KEY_BYTES = 32
_PERSONS_REMEMBERED = 1 << 14

ByPerson = Callable[[Sequence[bytes], Sequence[bytes]], list[bytes]]
"""From values and, for each, the canonical id of its person (empty where none is known) to the moved values."""


def shift_for(subject: Subject, *, back: bool = False) -> ByPerson:
    """The transformation for values of which some have a person; its inverse where it goes `back`.

    A value without a person is moved by the offset of the key itself. What is no date, or names no day, becomes the
    label. Raises ValueError where the entity is none of dates, a parameter does not fit, or there is no key.
    """
    if subject.entity in IDENTIFIERS:
        raise ValueError(f"{subject.entity} is no date; shift is for DATE_OF_BIRTH and TIMESTAMP")
    days = integer(subject.parameters, "days", DAYS, low=1, high=_MOST_DAYS)
    if subject.secret is None:
        raise ValueError("shift needs a key")
    keyed = KeyedHash(subject.secret.cipher, subject.secret.derive("shift", _KEY_BYTES))
    label = label_of(subject)

    @functools.lru_cache(maxsize=_PERSONS_REMEMBERED)
    def transform_of(person: bytes) -> Transform:
        offset = _offset(keyed.digest(person), days) * (-1 if back else 1)

        def moved(text: str) -> str | bytes:
            written = read(narrow(text).strip())
            result = written.moved(offset) if written is not None and written.has_day else None
            return label if result is None else result

        return by_value(moved, remember=False, label=label)

    def transform(values: Sequence[bytes], persons: Sequence[bytes]) -> list[bytes]:
        rows_of: dict[bytes, list[int]] = {}
        for row, person in enumerate(persons):
            rows_of.setdefault(person, []).append(row)
        results = [b""] * len(values)
        for person, rows in rows_of.items():
            moved = transform_of(person)([values[row] for row in rows])
            for row, result in zip(rows, moved, strict=True):
                results[row] = result
        return results

    return transform


def _offset(digest: bytes, days: int) -> int:
    """From -days to days, never 0."""
    number = int.from_bytes(digest) % (2 * days)
    return number - days if number < days else number - days + 1


def _reversal(_entity: str, parameters: Mapping[str, Parameter]) -> Reversal:
    """Without the key, by whoever knows one true date of the person: there are no more offsets than that."""
    days = integer(parameters, "days", DAYS, low=1, high=_MOST_DAYS)
    return Reversal("search", candidates_bits=math.log2(2 * days), consistent=True)


def _build(subject: Subject) -> Transform:
    by_person = shift_for(subject)
    return lambda values: by_person(values, [b""] * len(values))


SHIFT = Operation(
    "shift",
    "dates are moved by up to `days` days, all of a person's by the same number (DATE_OF_BIRTH, TIMESTAMP)",
    {"days": DAYS, "person": PERSON},
    _reversal,
    _build,
    needs_key=True,
    looks_real=True,
)
