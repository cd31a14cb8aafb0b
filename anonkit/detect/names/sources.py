"""Who looks for names, as a policy says: the shipped model, one of the user's own, other pipelines, lists of names.

Nothing heavy is imported, and no model read, before there is Chinese text to be looked at.
"""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from anonkit.detect.names.locks import ForkLock
from anonkit.errors import KeyFileError, PolicyError
from anonkit.model import NameSources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anonkit.detect.names.finder import Name
    from anonkit.detect.names.model import Model
    from anonkit.keys.key import Key

SHIPPED = "anonkit"
_MODEL_FILE = ".npz"
_State = tuple[int, int, int]
"""Of a file: another one once the file is another."""


class Source(Protocol):
    """What finds names in text. What it finds in a line depends on nothing but the line."""

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines, by position; they may overlap what other sources find."""
        ...


class Sources:
    """All that a policy names, as one source.

    Lists are read at once, since nothing is known of their text: names in latin letters stand in lines without
    Chinese, too. Models are read, each once in a process, when the first Chinese text comes.

    Raises PolicyError where a source is unknown, not installed, or a file that is not there.
    """

    def __init__(self, names: NameSources = NameSources(), keys: Sequence[Key] = ()) -> None:  # noqa: B008  immutable
        """Of a policy; `keys` are those that lists may have been hashed under, the likeliest first."""
        for engine in names.engines:
            _require(engine)
        self._engines = {engine: _state(engine) if is_file(engine) else None for engine in names.engines}
        self._lists = tuple(_list(file, keys) for file in dict.fromkeys(names.lists))

    @property
    def may_find(self) -> bool:
        """Whether the policy names any source."""
        return bool(self._engines or self._lists)

    def find(self, block: bytes) -> list[Name]:
        """The names in a block of UTF-8 lines: sorted by position, each once, those of several sources overlapping."""
        listed = [name for one in self._lists for name in one.find(block)]
        if block.isascii():
            guessed = []
        elif len(self._engines) == 1:
            ((engine, state),) = self._engines.items()
            guessed = _model(engine, state).find(block)
        else:
            found = [_model(engine, state).find(block) for engine, state in self._engines.items()]
            guessed = sorted({name for names in found for name in names}, key=_order)
        if not listed:
            return guessed
        from anonkit.detect.names.joined import joined  # noqa: PLC0415  where lists find something only

        return joined(listed, guessed)


def _order(name: Name) -> tuple[int, int, str, float]:
    return name.start, name.end, name.entity, name.confidence


def wrong(engine: str) -> str | None:
    """Why there can be no engine of this name, and the remedy; None where there may be one, installed or not."""
    if engine == SHIPPED or engine.endswith(_MODEL_FILE):
        return None
    from anonkit.detect.names import pipelines  # noqa: PLC0415  for policies that name one only

    kind, _, model = engine.partition(":")
    if kind not in pipelines.KINDS:
        named = (f"{name}:{known.model}" for name, known in pipelines.KINDS.items())
        return f"unknown engine of names {engine!r}; known are {', '.join((SHIPPED, *named, f'FILE{_MODEL_FILE}'))}"
    if not model:
        return f"the engine of names {engine!r} says no model; write {kind}:{pipelines.KINDS[kind].model}"
    return None


def is_file(engine: str) -> bool:
    """Whether an engine is a file that may change while we run."""
    return engine.endswith(_MODEL_FILE)


def files(names: NameSources) -> tuple[str, ...]:
    """The files that these sources are read from: lists and models of one's own."""
    return (*names.lists, *filter(is_file, names.engines))


def _require(engine: str) -> None:
    """Raise PolicyError where an engine is not there, before a byte is read. Reads no model, asks no network."""
    problem = wrong(engine)
    if problem is None and is_file(engine):
        _require_model(engine, _state(engine))
    elif problem is None and engine != SHIPPED:
        from anonkit.detect.names import pipelines  # noqa: PLC0415  as above

        problem = pipelines.missing(*engine.split(":", 1))
    if problem is not None:
        raise PolicyError(problem)


@functools.lru_cache(maxsize=64)
def _require_model(file: str, _file: _State) -> None:
    """Look at the head of a model, once: it is read when there is text, and then output may have been written."""
    from anonkit.detect.names import stored  # noqa: PLC0415  for policies with models of one's own only

    stored.require(Path(file))


def _state(file: str) -> _State:
    try:
        facts = Path(file).stat()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file name"
        msg = f"{file}: cannot be read ({why}); correct the path in [names], which counts from the policy's folder"
        raise PolicyError(msg) from None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _list(file: str, keys: Sequence[Key]) -> Source:
    """A list, read now; nothing but the sources keeps its names and the key."""
    from anonkit.detect.names import lists  # noqa: PLC0415  for policies with lists only

    _state(file)
    for key in keys[:-1]:
        with contextlib.suppress(KeyFileError):  # it was hashed under another one
            return lists.read_list(Path(file), key)
    return lists.read_list(Path(file), keys[-1] if keys else None)


_MOST_KEPT = 8
_kept: dict[tuple[str, _State | None], Source] = {}
"""The engines that were read in this process, the last of them, each as it was in its file then."""
_keeping = ForkLock()


def _model(engine: str, state: _State | None) -> Source:
    """The engine of this name, read at the first call."""
    with _keeping:
        known = _kept.get((engine, state))
        if known is None:
            known = _read(engine)
            if len(_kept) >= _MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[engine, state] = known
        return known


def _read(engine: str) -> Source:
    if engine == SHIPPED:
        from anonkit.detect.names import finder  # noqa: PLC0415  with numpy's arrays, where there is Chinese text

        return finder.names()
    if is_file(engine):
        from anonkit.detect.names import finder  # noqa: PLC0415  as above

        model = own_model(engine)
        return finder.Names(lambda: model)
    from anonkit.detect.names import pipelines  # noqa: PLC0415  as above
    from anonkit.detect.names.pipeline_source import PipelineSource  # noqa: PLC0415

    return PipelineSource(pipelines.load(*engine.split(":", 1)))


def own_model(file: str) -> Model:
    """A model in a file of the user's. Raises PolicyError where it is none."""
    from anonkit.detect.names import model  # noqa: PLC0415  as above

    return model.load(Path(file))
