"""How is a pipeline of spaCy, stanza, transformers or GLiNER read and asked? Presidio's engines drive them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from anonkit.detect.names.pipeline_places import snapshot

_CHINESE = "zh"
_BATCH = 64
_USUAL_SCORE = 0.85
"""Presidio's, for pipelines that give no probability."""


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


class _AsTheyAre(dict[str, str]):
    """Presidio's table of labels, which leaves all of them alone: without one it warns at every finding."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> str:
        return label


def spacy(model: str) -> Read:
    """A pipeline of spaCy's."""
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415  heavy

    engine = SpacyNlpEngine([_model(model)], _configuration())
    engine.load()
    return _batched(engine)


def stanza(model: str) -> Read:
    """Stanza's pipeline of a language."""
    from presidio_analyzer.nlp_engine import StanzaNlpEngine  # noqa: PLC0415  heavy

    _one_thread_after_fork()
    engine = StanzaNlpEngine([_model(model)], _configuration(), download_if_missing=False)
    engine.load()
    return _batched(engine)


def transformers(model: str) -> Read:
    """Presidio's engine, whose spaCy part only cuts characters here, so that no model of spaCy's is needed."""
    import spacy as library  # noqa: PLC0415  heavy
    from presidio_analyzer.nlp_engine import TransformersNlpEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine.huggingface_token_pipe import FACTORY_NAME  # noqa: PLC0415

    _one_thread_after_fork()
    both = {"spacy": _CHINESE, "transformers": model}
    engine: Any = TransformersNlpEngine([{"lang_code": _CHINESE, "model_name": both}], _configuration())
    pipeline = library.blank(_CHINESE)
    configuration = {
        "model": snapshot(model), "aggregation_strategy": "max", "spans_key": engine.entity_key,
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


def gliner(model: str) -> Read:
    """A model of GLiNER's, asked for people, addresses and organisations."""
    from presidio_analyzer.predefined_recognizers import GLiNERRecognizer  # noqa: PLC0415  heavy

    _one_thread_after_fork()
    labels = {"person": "PERSON", "address": "ADDRESS", "organization": "ORGANIZATION"}
    recognizer = GLiNERRecognizer(
        entity_mapping=labels, model_name=snapshot(model), supported_language=_CHINESE, local_files_only=True
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


def _one_thread_after_fork() -> None:
    """In a worker process torch has one thread: its pool does not survive a fork, and there is a worker a core."""
    import multiprocessing  # noqa: PLC0415  for torch only

    import torch  # noqa: PLC0415  heavy

    if multiprocessing.parent_process() is not None:
        torch.set_num_threads(1)
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
