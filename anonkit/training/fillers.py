"""Which kinds of slots do sentences have, and what fills each?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from anonkit.training import organisations, people, places, plain
from anonkit.training.lists import Lists

Maker = Callable[[Lists, Random], str]


def _plain(maker: Callable[[Random], str]) -> Maker:
    return lambda _, random: maker(random)


KINDS: dict[str, Maker] = {
    "person": people.person,
    "given": people.given,
    "minority": people.minority,
    "foreign": people.foreign,
    "japanese": people.japanese,
    "korean": people.korean,
    "latin": people.latin,
    "titled": people.titled,
    "nick": people.nick,
    "address": places.address,
    "place": places.place,
    "city": places.city,
    "org": organisations.org,
    "bank": organisations.bank,
    "school": organisations.school,
    "hospital": organisations.hospital,
    "gov": organisations.gov,
    "shop": organisations.shop,
    "thing": organisations.thing,
    "mobile": _plain(plain.mobile),
    "landline": _plain(plain.landline),
    "idcard": _plain(plain.idcard),
    "card": _plain(plain.card),
    "email": _plain(plain.email),
    "ip": _plain(plain.ip),
    "date": _plain(plain.date),
    "time": _plain(plain.time),
    "datetime": _plain(plain.datetime),
    "year": _plain(plain.year),
    "int": _plain(plain.whole),
    "num": _plain(plain.num),
    "amount": _plain(plain.amount),
    "letters": _plain(plain.letters),
    "order": _plain(plain.order),
    "hex": _plain(plain.hexadecimal),
    "uuid": _plain(plain.uuid),
    "plate": _plain(plain.plate),
}
"""The kinds of slots. Parts of names, such as a family name, are none: they would be learnt to be no names."""


class Fillers:
    """Random values for slots."""

    def __init__(self, folder: Path) -> None:
        """Lists of the package, and the divisions and addresses of `folder`, which are read when they are needed."""
        self._lists = Lists(folder)

    def value(self, kind: str, random: Random) -> str:
        """A value for a slot of this kind.

        Raises:
            ValueError: there is no such kind.
        """
        maker = KINDS.get(kind)
        if maker is None:
            raise ValueError(f"no kind of slot is called {kind}")
        return maker(self._lists, random)
