"""What must not leave memory by a pickle: keys, and names that a caller knows or that were learnt."""

from __future__ import annotations

from typing import NoReturn


class Unpicklable:
    """Goes into no pickle and no copy: other processes get it by fork."""

    __slots__ = ()

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        """Raise TypeError."""
        msg = "keys and names are neither pickled nor copied; give them to workers by fork, or load them where needed"
        raise TypeError(msg)
