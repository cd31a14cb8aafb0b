"""Which pipelines of spaCy, stanza, transformers and GLiNER can be named, and how is one had without a download?

Left alone these fetch what is not installed; here a model that is not there is an error with its remedy.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anonkit.detect.names import pipeline_engines as engines
from anonkit.detect.names.locks import ForkLock
from anonkit.detect.names.pipeline_engines import Read, Span
from anonkit.detect.names.pipeline_places import has_stanza, is_cached, is_installed, is_path
from anonkit.errors import InputError, PolicyError

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_QUOTES = "Can't set named entities"
"""How a warning begins that quotes the text, of Presidio's engine for stanza; nobody is to see it."""
_loading = ForkLock()
"""The environment and the filter of warnings are those of the process: one thread at a time changes them."""


@dataclass(frozen=True)
class Kind:
    """How pipelines of one kind are had.

    Attributes:
        model: what stands after the colon, for people.
        package: what must be there to be imported.
        extra: of anonkit's, which installs the package.
        is_there: whether a model is on this machine; does not import the package.
        remedy: how a model comes onto this machine.
        load: reads it.
    """

    model: str
    package: str
    extra: str
    is_there: Callable[[str], bool]
    remedy: str
    load: Callable[[str], Read]


def missing(kind: str, model: str) -> str | None:
    """What is not on this machine of a pipeline, and the remedy; None where all is."""
    import importlib.util  # noqa: PLC0415  for policies that name a pipeline only

    known = KINDS[kind]
    if importlib.util.find_spec(known.package) is None:
        return f"{kind}:{model} needs {known.package}, which is not installed; `pip install 'anonkit[{known.extra}]'`"
    if not known.is_there(model):
        remedy = "check the path" if is_path(model) else known.remedy.format(model=model)
        return f"the model of {kind}:{model} is not on this machine, and anonkit downloads nothing; {remedy}"
    return None


def load(kind: str, model: str) -> Read:
    """The pipeline, read now; raises PolicyError, which names it and the remedy."""
    problem = missing(kind, model)
    if problem is not None:
        raise PolicyError(problem)
    try:
        with _loading, _offline(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = KINDS[kind].load(model)
        with _loading:
            warnings.filterwarnings("ignore", message=_QUOTES)
    except Exception as error:  # noqa: BLE001  whatever a library says of a model; there is no text in it yet
        why = (str(error).splitlines() or [""])[0][:200]
        msg = f"{kind}:{model} cannot be loaded ({type(error).__name__}: {why}); install it again, or name another"
        raise PolicyError(msg) from None

    def guarded(texts: Sequence[str]) -> list[list[Span]]:
        try:
            return read(texts)
        except Exception as error:  # noqa: BLE001  errors of a pipeline quote the text
            msg = f"{kind}:{model} failed ({type(error).__name__}); take it out of [names] in the policy"
            raise InputError(msg) from None

    return guarded


@contextlib.contextmanager
def _offline() -> Iterator[None]:
    """Hugging Face's libraries look at these when they are imported, and at the constant afterwards."""
    before = {name: os.environ.get(name) for name in _OFFLINE}
    os.environ.update(dict.fromkeys(_OFFLINE, "1"))
    constants: Any = sys.modules.get("huggingface_hub.constants")
    was = getattr(constants, "HF_HUB_OFFLINE", None)
    if constants is not None:
        constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        if constants is not None:
            constants.HF_HUB_OFFLINE = was
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_FETCH = "fetch it where there is a network: `hf download {model}`"
KINDS: Mapping[str, Kind] = {
    "spacy": Kind(
        "MODEL", "spacy", "spacy", is_installed, "`python -m spacy download {model}` installs it", engines.spacy
    ),
    "stanza": Kind(
        "LANGUAGE", "stanza", "stanza", has_stanza,
        "fetch it where there is a network: `python -c \"import stanza; stanza.download('{model}')\"`", engines.stanza,
    ),
    "transformers": Kind("MODEL", "transformers", "transformers", is_cached, _FETCH, engines.transformers),
    "gliner": Kind("MODEL", "gliner", "gliner", is_cached, _FETCH, engines.gliner),
}  # fmt: skip
