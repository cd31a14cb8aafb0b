"""Which locks are free in a forked process, whatever the threads of its parent were at?"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class ForkLock:
    """A lock for each process: only the thread that forks goes on in the child, where nobody would release the old one.

    Not to be forked within: the child would release what it has not taken.
    """

    def __init__(self) -> None:
        """Free."""
        self._of_process: dict[int, threading.Lock] = {}

    def __enter__(self) -> None:
        """Wait until it is free, and take it."""
        self._of_process.setdefault(os.getpid(), threading.Lock()).acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Release it."""
        self._of_process[os.getpid()].release()
