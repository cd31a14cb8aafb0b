"""`anonkit train-names`: make the model of names from the public sources, and from texts of one's own."""

from __future__ import annotations

import argparse
import gc
import importlib.util
import io
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonkit.errors import UsageError
from anonkit.training.settings import Settings

if TYPE_CHECKING:
    from anonkit.detect.names.model import Model
    from anonkit.training.sentences import Sentence


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `train-names` to the commands."""
    train = commands.add_parser("train-names")
    train.add_argument("--data", type=Path, required=True, metavar="DIR",
                       help="the public sources, laid out as docs/names.md says")  # fmt: skip
    train.add_argument("-o", "--output", required=True, metavar="FILE", help="where the model is written (.npz)")
    train.add_argument("--seed", type=int, default=1, metavar="N",
                       help="of all that is random: same seed and texts, same file (default: 1)")  # fmt: skip
    train.add_argument("--corpus", type=Path, action="append", default=[], metavar="FILE|DIR",
                       help="labelled texts of your own: BIO or BMES columns, JSON lines, or sentences with "
                       "{person=...}; may be given several times")  # fmt: skip
    train.add_argument("--rounds", type=int, default=Settings.rounds, metavar="N",
                       help="how often all texts are gone through, in stochastic gradient descent (default: "
                       f"{Settings.rounds})")  # fmt: skip
    train.add_argument("--hold-out", action="append", default=[], metavar="FAMILY",
                       help="leave out a family of templates, to see how well it is found; may be given several "
                       "times")  # fmt: skip
    train.add_argument("--report", action="store_true", help="print scores when done")
    train.set_defaults(run=_train)


def _train(arguments: Namespace) -> int:
    if importlib.util.find_spec("pycrfsuite") is None:
        msg = "train-names needs the package python-crfsuite; pip install 'anonkit[train]'"
        raise UsageError(msg)
    if arguments.rounds < 1:
        msg = "--rounds must be 1 or more"
        raise UsageError(msg)
    if Path(arguments.output).is_dir() and arguments.output:
        msg = f"{arguments.output}: is a folder; name a file in it with -o, such as names.npz"
        raise UsageError(msg)
    from anonkit.io import outputs  # noqa: PLC0415  keeps --help light
    from anonkit.training import recipe  # noqa: PLC0415

    gc.enable()  # minutes, and much memory
    content = io.BytesIO()
    with outputs.output(arguments.output) as out:  # first: whether it can be written is told before minutes of work
        if (arguments.data / "weibo").is_dir():
            _say("weibo is never trained with, as its text is under Weibo's terms; it is read for --report alone")
        texts = recipe.texts(
            arguments.data, arguments.seed, held_out=arguments.hold_out, own=arguments.corpus, say=_say
        )
        rounds = f"{arguments.rounds} round{'' if arguments.rounds == 1 else 's'}"
        _say(f"{len(texts)} texts, {sum(len(text.text) for text in texts)} characters, {rounds}")
        model = _model(arguments, texts)
        model.save(content)
        with outputs.writing(arguments.output):
            out.write(content.getvalue())
    if arguments.report:
        from anonkit.training import report  # noqa: PLC0415

        for line in report.table(report.rows(model, arguments.data, arguments.seed, arguments.hold_out)):
            print(line, file=sys.stderr if arguments.output == "-" else sys.stdout)
    return 0


def _say(sentence: str) -> None:
    print(f"anonkit: {sentence}", file=sys.stderr)


def _model(arguments: Namespace, texts: list[Sentence]) -> Model:
    from anonkit.training.knowledge import knowledge  # noqa: PLC0415
    from anonkit.training.train import train  # noqa: PLC0415

    known = knowledge(arguments.data, [text.text for text in texts])
    settings = Settings(rounds=arguments.rounds)
    if not sys.stderr.isatty():
        return train(known, texts, settings, _about(arguments), verbose=False)
    with _bars(texts, arguments.rounds) as read:
        return train(known, read, settings, _about(arguments), verbose=True)


def _about(arguments: Namespace) -> str:
    """What the file says of itself. No name of a file: it may be a secret."""
    held = f" without {', '.join(sorted(set(arguments.hold_out)))}" if arguments.hold_out else ""
    own = "; and texts of somebody's own, whose terms count too" if arguments.corpus else ""
    return (
        f"anonkit train-names --seed {arguments.seed} --rounds {arguments.rounds}{held}. CC BY-SA 4.0. Made from "
        "UNER_Chinese-GSDSIMP and UNER_Chinese-PUD (Universal NER on Universal Dependencies, CC BY-SA), CrossWOZ "
        f"(Apache-2.0), Administrative-divisions-of-China (WTFPL), jieba (MIT), texts and lists of anonkit{own}"
    )


@contextmanager
def _bars(texts: list[Sentence], rounds: int) -> Iterator[Iterable[Sentence]]:
    """Shows on the terminal how far reading `texts` is, then which round it is: crfsuite prints each."""
    from tqdm import tqdm  # noqa: PLC0415  only on a terminal

    with tqdm(total=rounds, desc="rounds", leave=False, file=sys.stderr) as bar, redirect_stdout(_Rounds(bar)):
        yield tqdm(texts, desc="features", leave=False, file=sys.stderr)


class _Rounds(io.TextIOBase):
    """Moves a bar at each round that is printed here."""

    def __init__(self, bar: Any) -> None:  # noqa: ANN401  tqdm has no types
        super().__init__()
        self._bar = bar

    def write(self, text: str) -> int:
        if rounds := text.count("***** Epoch #"):
            self._bar.update(rounds)
        return len(text)
