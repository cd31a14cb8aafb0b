"""How is a pipeline of spaCy, stanza, transformers or GLiNER loaded and asked, without ever downloading one?

Presidio's engines drive them. Left alone these fetch what is not installed; here a model that is not there is an error
with its remedy.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonkit.errors import InputError, PolicyError

_CHINESE = "zh"
_BATCH = 64
_USUAL_SCORE = 0.85
"""Presidio's, for pipelines that give no probability."""
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


@dataclass(frozen=True, slots=True)
class Span:
    """What a pipeline found in a text.

    Attributes:
        start, end: code points of the text; half-open.
        label: the pipeline's own.
        score: 0..1.
    """

    start: int
    end: int
    label: str
    score: float


Read = Callable[[Sequence[str]], list[list[Span]]]
"""What a pipeline finds in each of some texts, all of which it gets at once."""


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
        remedy = "check the path" if _is_path(model) else known.remedy.format(model=model)
        return f"the model of {kind}:{model} is not on this machine, and anonkit downloads nothing; {remedy}"
    return None


def load(kind: str, model: str) -> Read:
    """The pipeline, read now; raises PolicyError, which names it and the remedy."""
    problem = missing(kind, model)
    if problem is not None:
        raise PolicyError(problem)
    try:
        with _offline(), warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):  # bars of progress
            warnings.simplefilter("ignore")
            read = KINDS[kind].load(model)
    except Exception as error:  # noqa: BLE001  whatever a library says of a model; there is no text in it yet
        why = (str(error).splitlines() or [""])[0][:200]
        msg = f"{kind}:{model} cannot be loaded ({type(error).__name__}: {why}); install it again, or name another"
        raise PolicyError(msg) from None

    def quietly(texts: Sequence[str]) -> list[list[Span]]:
        # warnings and errors of a pipeline quote the text
        with _offline(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return read(texts)
            except Exception as error:  # noqa: BLE001  as above
                msg = f"{kind}:{model} failed ({type(error).__name__}); take it out of [names] in the policy"
                raise InputError(msg) from None

    return quietly


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


class _AsTheyAre(dict[str, str]):
    """Presidio's table of labels, which leaves all of them alone: without one it warns at every finding."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> str:
        return label


def _spacy(model: str) -> Read:
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415  heavy

    engine = SpacyNlpEngine([_model(model)], _configuration())
    engine.load()
    return _batched(engine)


def _stanza(model: str) -> Read:
    from presidio_analyzer.nlp_engine import StanzaNlpEngine  # noqa: PLC0415  heavy

    _one_thread_after_fork()
    engine = StanzaNlpEngine([_model(model)], _configuration(), download_if_missing=False)
    engine.load()
    return _batched(engine)


def _transformers(model: str) -> Read:
    """Presidio's engine, whose spaCy part only cuts characters here, so that no model of spaCy's is needed."""
    import spacy  # noqa: PLC0415  heavy
    from presidio_analyzer.nlp_engine import TransformersNlpEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine.huggingface_token_pipe import FACTORY_NAME  # noqa: PLC0415

    _one_thread_after_fork()
    both = {"spacy": _CHINESE, "transformers": model}
    engine: Any = TransformersNlpEngine([{"lang_code": _CHINESE, "model_name": both}], _configuration())
    pipeline = spacy.blank(_CHINESE)
    configuration = {
        "model": _snapshot(model), "aggregation_strategy": "max", "spans_key": engine.entity_key,
        "pipeline_kwargs": {"batch_size": _BATCH},
    }  # fmt: skip
    component: Any = pipeline.add_pipe(FACTORY_NAME, config=configuration)
    strict = component.pipeline = _Strict(component.pipeline)
    engine.nlp = {_CHINESE: pipeline}
    batched = _batched(engine)

    def read(texts: Sequence[str]) -> list[list[Span]]:
        found = batched(texts)
        strict.require_none_failed()
        return found

    return read


class _Strict:
    """Remembers that a text could not be read: Presidio's component would pass over it, and its names would stay."""

    def __init__(self, pipeline: Callable[[Any], Any]) -> None:
        self._pipeline = pipeline
        self._failed = False

    def __call__(self, texts: str | list[str]) -> Any:  # noqa: ANN401  of Hugging Face's pipelines
        try:
            return self._pipeline(texts)
        except Exception:
            self._failed |= isinstance(texts, str)  # a batch is tried again, text by text
            raise

    def require_none_failed(self) -> None:
        failed, self._failed = self._failed, False
        if failed:
            raise ValueError("a text could not be read")


def _gliner(model: str) -> Read:
    from presidio_analyzer.predefined_recognizers import GLiNERRecognizer  # noqa: PLC0415  heavy

    _one_thread_after_fork()
    labels = {"person": "PERSON", "address": "ADDRESS", "organization": "ORGANIZATION"}
    recognizer = GLiNERRecognizer(
        entity_mapping=labels, model_name=_snapshot(model), supported_language=_CHINESE, local_files_only=True
    )
    gliner: Any = recognizer.gliner
    if gliner.config.words_splitter_type == "whitespace":  # in Chinese that makes one word of a sentence
        gliner.data_processor.words_splitter = _words()

    def read(texts: Sequence[str]) -> list[list[Span]]:
        found = gliner.inference(
            list(texts), recognizer.gliner_labels, threshold=recognizer.threshold, batch_size=_BATCH
        )
        return [
            [Span(one["start"], one["end"], one["label"], float(one["score"])) for one in of_text] for of_text in found
        ]

    return read


def _model(name: str) -> dict[str, str]:
    return {"lang_code": _CHINESE, "model_name": name}


def _configuration() -> Any:  # noqa: ANN401  Presidio has no types
    from presidio_analyzer.nlp_engine import NerModelConfiguration  # noqa: PLC0415  heavy

    configuration = NerModelConfiguration(default_score=_USUAL_SCORE)
    configuration.model_to_presidio_entity_mapping = _AsTheyAre()
    return configuration


def _batched(engine: Any) -> Read:  # noqa: ANN401  as above
    """One call of `process_batch` for all texts."""

    def read(texts: Sequence[str]) -> list[list[Span]]:
        # spaCy keeps each new word for ever but for those of a memory zone, which it has from 3.8 on
        with getattr(engine.nlp[_CHINESE], "memory_zone", contextlib.nullcontext)():
            return [_spans(artifacts) for _, artifacts in engine.process_batch(list(texts), _CHINESE, _BATCH)]

    return read


def _words() -> Callable[[str], Iterator[tuple[str, int, int]]]:
    """What cuts Chinese into words for GLiNER, whose own way to do it takes another package."""
    import logging  # noqa: PLC0415  for policies that name GLiNER only

    import jieba  # noqa: PLC0415

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()

    def words(text: str) -> Iterator[tuple[str, int, int]]:
        return (word for word in tokenizer.tokenize(text) if not word[0].isspace())

    return words


def _spans(artifacts: Any) -> list[Span]:  # noqa: ANN401  as above
    scored = zip(artifacts.entities, artifacts.scores, strict=True)
    return [Span(one.start_char, one.end_char, one.label_, float(score)) for one, score in scored]


def _is_path(model: str) -> bool:
    return model.startswith(".") or Path(model).is_absolute()


def _is_installed(model: str) -> bool:
    """Whether spaCy's model is a folder, or an installed package."""
    if _is_path(model):
        return Path(model).exists()
    import importlib.metadata  # noqa: PLC0415  as above

    with contextlib.suppress(importlib.metadata.PackageNotFoundError, ValueError):
        importlib.metadata.distribution(model)
        return True
    return False


def _has_stanza(model: str) -> bool:
    """Whether stanza has models of a language where it looks for them."""
    from stanza.resources.common import DEFAULT_MODEL_DIR  # noqa: PLC0415  stanza alone knows where

    names = {_CHINESE: "zh-hans"}
    return Path(DEFAULT_MODEL_DIR, names.get(model, model)).is_dir()


def _is_cached(model: str) -> bool:
    """Whether a model of Hugging Face's is a folder, or in the cache."""
    if _is_path(model):
        return Path(model).is_dir()
    try:
        return Path(_snapshot(model)).is_dir()
    except (OSError, ValueError):
        return False


def _snapshot(model: str) -> str:
    """The folder of a model: where a folder is read, nothing asks the network. Raises OSError, ValueError."""
    if _is_path(model):
        return model
    from huggingface_hub import snapshot_download  # noqa: PLC0415  light, and there with both libraries

    return str(snapshot_download(model, local_files_only=True))


def _one_thread_after_fork() -> None:
    """In a worker process torch has one thread: its pool does not survive a fork, and there is a worker a core."""
    import multiprocessing  # noqa: PLC0415  for torch only

    import torch  # noqa: PLC0415  heavy

    if multiprocessing.parent_process() is not None:
        torch.set_num_threads(1)
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))


_FETCH = "fetch it where there is a network: `hf download {model}`"
KINDS: Mapping[str, Kind] = {
    "spacy": Kind(
        "MODEL", "spacy", "spacy", _is_installed, "`python -m spacy download {model}` installs it", _spacy
    ),
    "stanza": Kind(
        "LANGUAGE", "stanza", "stanza", _has_stanza,
        "fetch it where there is a network: `python -c \"import stanza; stanza.download('{model}')\"`", _stanza,
    ),
    "transformers": Kind("MODEL", "transformers", "transformers", _is_cached, _FETCH, _transformers),
    "gliner": Kind("MODEL", "gliner", "gliner", _is_cached, _FETCH, _gliner),
}  # fmt: skip
