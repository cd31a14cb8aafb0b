"""People, addresses and organisations: no trigger says where they are, the model of `detect.names` does."""

from __future__ import annotations

from collections.abc import Sequence

from anonkit.detect.block import Block, Ints
from anonkit.detect.finders.base import Finder, Found, found


def _nothing(block: Block, hits: Sequence[Ints]) -> Found:  # noqa: ARG001  as all finders
    return found([])


PERSON = Finder((), _nothing, "PERSON")
ADDRESS = Finder((), _nothing, "ADDRESS")
ORGANIZATION = Finder((), _nothing, "ORGANIZATION")
