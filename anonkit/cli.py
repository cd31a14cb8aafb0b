"""The command line: parse, call, exit code; no logic."""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from anonkit import __version__
from anonkit.commands.options import EXIT_CODES
from anonkit.errors import AnonkitError, OutputError

# Each is a module with `add_to`, of which only the one that is meant is loaded: that saves 10 ms, and 25 of --help.
_COMMANDS = {
    "scrub": "replace personal values as a policy says",
    "scan": "say what is there and where, without the values",
    "profile": "say what each column of a table holds, and what a policy does to it",
    "anonymize": "make a table k-anonymous with the least loss, proven",
    "explain": "show why each candidate in a text was or was not taken",
    "recognizers": "the catalogue of cards",
    "keys": "make, list, rotate and destroy keys",
    "restore": "put back the values that a key encrypted",
    "retain": "say which records are held, due and overdue; anonymize what is due",
    "policy": "the policies: list, show, lint, diff, schema",
    "names": "make a hashed list of names, from which nobody reads them",
    "train-names": "train the model of names, with texts of your own too",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    try:
        with contextlib.suppress(AttributeError, ValueError):
            signal.signal(signal.SIGTERM, _terminate)
            signal.signal(signal.SIGHUP, _terminate)
        for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
            if getattr(sys, name) is None:  # closed by the caller: what is written goes nowhere
                setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if number == 0 else "w"))
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        _start_quickly()
        words = list(sys.argv[1:] if argv is None else argv)
        arguments = _parser(words).parse_args(words)
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except AnonkitError as error:
        return _told(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _told("interrupted; outputs that were not complete were not written", _INTERRUPTED)
    except BrokenPipeError:
        # whoever read our output has what they wanted; keep the interpreter from flushing into the closed pipe
        _silence_stdout()
        return 0
    except OSError as error:
        _silence_stdout()
        return _told(f"stdout: cannot be written ({error.strerror}); send the output elsewhere", OutputError.exit_code)
    finally:
        gc.enable()
    return code


_INTERRUPTED = 130


def _start_quickly() -> None:
    """Spare a short run what only a long one could gain from."""
    gc.disable()  # what imports and cards leave behind stays: looking through it again and again finds nothing
    # numpy's linear algebra, which anonkit does not use, would start threads
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _told(sentence: str, code: int) -> int:
    with contextlib.suppress(OSError):
        print(f"anonkit: error: {sentence}", file=sys.stderr)
    return code


def _silence_stdout() -> None:
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _terminate(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


class _OneSentence(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"anonkit: error: {message}; see {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = _OneSentence(
        prog="anonkit", description="Find personal information in Chinese logs and data, and scrub it.",
        epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"anonkit {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    if words and words[0] in _COMMANDS:
        importlib.import_module(f"anonkit.commands.{words[0].replace('-', '_')}").add_to(commands)
        return parser
    for name, about in _COMMANDS.items():
        commands.add_parser(name, help=about)
    return parser


if __name__ == "__main__":
    sys.exit(main())
