"""Which locks are free in a forked process, whatever the threads of its parent were at?"""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class ForkLock:
    """A lock of one process: only the thread that forks goes on in the child, where nobody would release it."""

    def __init__(self) -> None:
        """Free."""
        self._lock = threading.Lock()
        _all.add(self)

    def __enter__(self) -> None:
        """Wait until it is free, and take it."""
        self._lock.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Release it."""
        self._lock.release()

    def renew(self) -> None:
        """Make it free; the thread that held it must be gone."""
        self._lock = threading.Lock()


_all: weakref.WeakSet[ForkLock] = weakref.WeakSet()


def _renew_all() -> None:
    for lock in list(_all):
        lock.renew()


os.register_at_fork(after_in_child=_renew_all)
