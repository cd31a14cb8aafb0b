"""What does `--learn-names` do before a command looks at its inputs: which names does it learn from them?"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from anonkit.errors import InputError, UsageError
from anonkit.io.streams import STDIN

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from anonkit.io.texts import Options
    from anonkit.scrubber import Scrubber

_PERSON = "PERSON"


def learnt(arguments: Namespace, scrubber: Scrubber, sources: Sequence[str], how: Options) -> tuple[Scrubber, int]:
    """A scrubber that finds the names that the inputs tell for sure, too; and how many these are.

    The names stay in memory: worker processes get them by fork. Raises UsageError where an input cannot be read twice,
    or tells too many names.
    """
    from anonkit.io import inputs, run  # noqa: PLC0415  keeps --help light
    from anonkit.learning.learning_pass import LearningPass  # noqa: PLC0415  only where it is asked for

    if _PERSON in (arguments.skip or ()) or _PERSON not in (arguments.entities or (_PERSON,)):
        msg = "--learn-names finds people; leave it out, or have PERSON looked for"
        raise UsageError(msg)
    for source in sources:
        _require_file(source)
    first = LearningPass(scrubber)
    for source in sources:
        with contextlib.suppress(InputError):  # which the second pass tells
            run.scrub_file(first, inputs.Task(source, None), how, None)
    names = first.learnt()
    return (scrubber, 0) if names is None else (scrubber.with_lists([names]), len(names))


def _require_file(source: str) -> None:
    """Raise UsageError for stdin, a pipe or a device: what was read is gone."""
    path = Path(source)
    if source != STDIN and (path.is_file() or not path.exists()):  # what is not there is told where it is read
        return
    name = "stdin" if source == STDIN else source
    msg = f"{name}: --learn-names reads its inputs twice; name regular files"
    raise UsageError(msg)
