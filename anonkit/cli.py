"""The command line: parse, call, exit code; no logic."""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from anonkit import __version__
from anonkit.commands import keys, policy, restore, retain
from anonkit.errors import AnonkitError, OutputError

if TYPE_CHECKING:
    from anonkit.scrubber import Scrubber

_EPILOG = """exit codes:
  0  done
  1  --check: something would change
  2  wrong use, or a broken card or policy
  3  an input could not be read
  4  an output could not be written
  130  interrupted
"""


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
        arguments = _parser().parse_args(argv)
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


def _parser() -> argparse.ArgumentParser:
    parser = _OneSentence(
        prog="anonkit", description="Find personal information in Chinese logs and data, and scrub it.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"anonkit {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_scrub(commands)
    _add_scan(commands)
    explain = commands.add_parser("explain", help="show why each candidate in a text was or was not taken")
    explain.add_argument("text", help="the text, - for stdin")
    explain.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)"
    )
    _add_detection(explain)
    explain.set_defaults(run=_explain)
    _add_recognizers(commands)
    keys.add_to(commands)
    restore.add_to(commands)
    retain.add_to(commands)
    policy.add_to(commands)
    return parser


def _add_scrub(commands: argparse._SubParsersAction[_OneSentence]) -> None:
    scrub = commands.add_parser("scrub", help="replace personal values as a policy says", epilog=_EPILOG,
                                formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    scrub.add_argument("inputs", nargs="+", metavar="INPUT", help="files, globs, folders (recursive), - for stdin")
    scrub.add_argument("-o", "--output", metavar="OUT", help="write here; one input without -o goes to stdout")
    scrub.add_argument("--out-dir", metavar="DIR", help="write every file below this folder, under its (scrubbed) name")
    scrub.add_argument("--in-place", action="store_true", help="replace the inputs themselves")
    scrub.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    scrub.add_argument("--follow", action="store_true", help="keep up with one growing or rotated file")
    scrub.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: up to 4 from 32 MB on)")
    scrub.add_argument("--report", metavar="FILE.json", help="write counts per file and entity here; never a value")
    scrub.add_argument("--key", metavar="KEY", help="FILE, env:NAME or cmd:COMMAND, for policies that need a key")
    scrub.add_argument("--recipient", metavar="NAME", help="who gets the result: two recipients cannot join theirs")
    scrub.add_argument("--field", action="append", default=[], metavar="PATH=ACTION",
                       help="keep, redact, label, mask ... a JSON path (user.name, items[*].sn) or key")  # fmt: skip
    scrub.add_argument("--quiet", action="store_true", help="no summary and no progress bar")
    _add_encoding(scrub)
    _add_detection(scrub)
    scrub.set_defaults(run=_scrub)


def _add_scan(commands: argparse._SubParsersAction[_OneSentence]) -> None:
    scan = commands.add_parser("scan", help="say what is there and where, without the values")
    scan.add_argument("inputs", nargs="+", metavar="INPUT", help="files, globs, folders (recursive), - for stdin")
    scan.add_argument("--format", choices=("table", "jsonl", "csv"), default="table",
                      help="table: counts per entity and file; jsonl, csv: one finding a line")  # fmt: skip
    scan.add_argument("--show-values", action="store_true", help="print the values too (jsonl, csv)")
    _add_encoding(scan)
    _add_detection(scan)
    scan.set_defaults(run=_scan)


def _add_recognizers(commands: argparse._SubParsersAction[_OneSentence]) -> None:
    recognizers = commands.add_parser("recognizers", help="the catalogue of cards")
    actions = recognizers.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all cards, a line each")
    listing.set_defaults(run=_list_cards)
    show = actions.add_parser("show", help="one entity's cards")
    show.add_argument("entity")
    show.set_defaults(run=_show_card)
    test = actions.add_parser("test", help="run the examples of the cards (of --cards alone, where given)")
    test.set_defaults(run=_test_cards)
    for action in (listing, show, test):
        action.add_argument("--cards", type=Path, metavar="DIR", help="a folder of your own cards, too")


def _add_detection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entities", type=_names, metavar="A,B", help="these entities only")
    parser.add_argument("--skip", type=_names, metavar="C,D", help="all but these entities")
    parser.add_argument(
        "--threshold", type=float, metavar="X", help="least confidence of a finding, 0 to 1 (default: 0.5)"
    )
    parser.add_argument("--cards", type=Path, metavar="DIR", help="a folder of your own cards, too")
    parser.add_argument("--policy", default="anonymize", metavar="NAME|FILE",
                        help="a built-in policy or a policy file (default: anonymize, labels)")  # fmt: skip


def _add_encoding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--encoding", default="auto", metavar="NAME",
                        help="utf-8, gb18030, big5, utf-16, ... (default: detected, line by line)")  # fmt: skip


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _scrubber(arguments: argparse.Namespace) -> Scrubber:
    from anonkit.scrubber import Scrubber  # noqa: PLC0415  keeps --help light

    options = vars(arguments)
    scrubber = Scrubber(
        arguments.cards, arguments.policy, arguments.entities, arguments.skip, arguments.threshold,
        options.get("field", ()), key=options.get("key"), recipient=options.get("recipient"),
        only_finds="key" not in options,
    )  # fmt: skip
    gc.freeze()
    gc.enable()
    return scrubber


def _scrub(arguments: argparse.Namespace) -> int:
    from anonkit.commands.scrub import scrub  # noqa: PLC0415

    scrubber = _scrubber(arguments)
    try:
        return scrub(arguments, scrubber)
    finally:
        scrubber.close()


def _scan(arguments: argparse.Namespace) -> int:
    from anonkit.commands.scan import scan  # noqa: PLC0415

    return scan(arguments, _scrubber(arguments))


def _explain(arguments: argparse.Namespace) -> int:
    from anonkit.commands.explain import explain  # noqa: PLC0415

    return explain(arguments, _scrubber(arguments))


def _list_cards(arguments: argparse.Namespace) -> int:
    from anonkit.commands.recognizers import list_cards  # noqa: PLC0415

    return list_cards(arguments)


def _show_card(arguments: argparse.Namespace) -> int:
    from anonkit.commands.recognizers import show_card  # noqa: PLC0415

    return show_card(arguments)


def _test_cards(arguments: argparse.Namespace) -> int:
    from anonkit.commands.recognizers import test_cards  # noqa: PLC0415

    return test_cards(arguments)


if __name__ == "__main__":
    sys.exit(main())
