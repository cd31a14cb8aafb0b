"""Runs the command in this process, for tests that ask for its exit code and what it says: a start is spared.

What signals, forks and closed pipes do is asked of a real process: tests/command.py.
"""

from __future__ import annotations

import gc
import io
import signal
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest import mock

from anonkit.cli import main

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@dataclass(frozen=True)
class Result:
    """As of a finished process."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments, data=b""):
    """What the command does with these arguments and this stdin."""
    out, err = io.BytesIO(), io.BytesIO()
    texts = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (out, err)]
    handlers = [signal.getsignal(number) for number in _SIGNALS]
    try:
        with (
            mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")),
            redirect_stdout(texts[0]),
            redirect_stderr(texts[1]),
        ):
            code = main([str(argument) for argument in arguments])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        gc.unfreeze()  # a command looks through nothing for which it has no time; here there is time
        for number, handler in zip(_SIGNALS, handlers, strict=True):
            signal.signal(number, handler)
    return Result(code or 0, out.getvalue(), err.getvalue())
