"""Which options do several commands have, and which Scrubber do they ask for?"""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anonkit.detect.names.sources import Source
    from anonkit.keys.key import Key
    from anonkit.scrubber import Scrubber

EXIT_CODES = """exit codes:
  0  done
  1  --check: something would change
  2  wrong use, a broken card, policy or key, or a tagged value that cannot be restored
  3  an input could not be read
  4  an output could not be written
  130  interrupted
"""
INPUTS = "files, globs, folders (recursive), - for stdin"


def add_detection(parser: argparse.ArgumentParser) -> None:
    """What is looked for."""
    parser.add_argument("--entities", type=names, metavar="A,B", help="these entities only")
    parser.add_argument("--skip", type=names, metavar="C,D", help="all but these entities")
    parser.add_argument(
        "--threshold", type=float, metavar="X", help="least confidence of a finding, 0 to 1 (default: 0.5)"
    )
    add_cards(parser)
    parser.add_argument("--policy", default="anonymize", metavar="NAME|FILE",
                        help="a built-in policy or a policy file (default: anonymize, labels)")  # fmt: skip


def add_names(parser: argparse.ArgumentParser, *, learns: bool, has_key: bool = False) -> None:
    """Which names are known before, or from the inputs themselves."""
    parser.add_argument("--names-list", action="append", default=[], type=Path, metavar="FILE",
                        help="find these names: one a line, or a hashed list; repeatable")  # fmt: skip
    usual = " (default: --key, with policies that use one)" if has_key else ""
    parser.add_argument("--names-key", metavar="KEY",
                        help=f"what hashed lists were made with, here and in the policy{usual}")  # fmt: skip
    if learns:
        parser.add_argument("--learn-names", action="store_true",
                            help="read inputs twice: names behind 姓名= and the like are found everywhere")  # fmt: skip


def add_cards(parser: argparse.ArgumentParser) -> None:
    """Cards of one's own."""
    parser.add_argument("--cards", type=Path, metavar="DIR", help="a folder of your own cards, too")


def add_encoding(parser: argparse.ArgumentParser) -> None:
    """How bytes are text."""
    parser.add_argument("--encoding", default="auto", metavar="NAME",
                        help="utf-8, gb18030, big5, utf-16, ... (default: detected, line by line)")  # fmt: skip


def add_format(parser: argparse.ArgumentParser, *names: str) -> None:
    """Which inputs are tables."""
    from anonkit.io.formats import FORMATS  # noqa: PLC0415  keeps --help light

    parser.add_argument(*names, dest="input_format", choices=FORMATS, default="auto",
                        help="how inputs are read; auto: tables by name and content, text: all as text")  # fmt: skip


def names(text: str) -> list[str]:
    """What is written A,B."""
    return [name.strip() for name in text.split(",") if name.strip()]


def scrubber_of(arguments: argparse.Namespace) -> Scrubber:
    """The Scrubber that the options ask for; it only finds where there is no --key among them."""
    from anonkit.scrubber import Scrubber  # noqa: PLC0415  keeps --help light

    options = vars(arguments)
    names_key = _key(options.get("names_key"))
    scrubber = Scrubber(
        arguments.cards, arguments.policy, arguments.entities, arguments.skip, arguments.threshold,
        options.get("field", ()), key=options.get("key"), recipient=options.get("recipient"),
        only_finds="key" not in options, names_key=names_key,
    )  # fmt: skip
    if options.get("names_list"):
        scrubber = scrubber.with_lists(_lists(arguments.names_list, names_key or _key(options.get("key"))))
    gc.freeze()  # what was built to be kept need not be looked through again
    gc.enable()
    return scrubber


def _key(reference: str | None) -> Key | None:
    """The key that an option names. Raises KeyFileError."""
    if reference is None:
        return None
    from anonkit.keys import references  # noqa: PLC0415  only with keys

    return references.load(reference)


def _lists(files: list[Path], key: Key | None) -> list[Source]:
    """The lists of names that the options name. Raises UsageError, KeyFileError."""
    from anonkit.detect.names import lists  # noqa: PLC0415  for lists only

    return [lists.read_list(path, key) for path in dict.fromkeys(files)]
