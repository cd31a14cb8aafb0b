"""Where are the models of pipelines on this machine? Nothing here asks the network, or imports what is heavy."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_STANZA_NAMES = {"zh": "zh-hans"}


def is_path(model: str) -> bool:
    """Whether a model is named by its folder, not by a name."""
    return model.startswith(".") or Path(model).is_absolute()


def is_installed(model: str) -> bool:
    """Whether spaCy's model is a folder, or an installed package."""
    if is_path(model):
        return Path(model).exists()
    import importlib.metadata  # noqa: PLC0415  as above

    with contextlib.suppress(importlib.metadata.PackageNotFoundError, ValueError):
        importlib.metadata.distribution(model)
        return True
    return False


def has_stanza(model: str) -> bool:
    """Whether stanza has models of a language in one of the folders where its versions look for them."""
    name = _STANZA_NAMES.get(model, model)
    return any((folder / name).is_dir() for folder in _stanza_folders())


def _stanza_folders() -> list[Path]:
    """As stanza/resources/common.py has them, which is not imported: all of stanza, and torch, come with it."""
    told = os.environ.get("STANZA_RESOURCES_DIR")
    if told is not None:
        return [Path(told)]
    folders = [Path.home() / "stanza_resources"]  # up to 1.11
    with contextlib.suppress(ImportError):
        from platformdirs import user_cache_dir  # noqa: PLC0415  comes with stanza, from then on

        folders += Path(user_cache_dir("stanza", "StanfordNLP")).glob("*/resources")  # one for each version
    return folders


def is_cached(model: str) -> bool:
    """Whether a model of Hugging Face's is a folder, or in the cache."""
    if is_path(model):
        return Path(model).is_dir()
    try:
        return Path(snapshot(model)).is_dir()
    except (OSError, ValueError):
        return False


def snapshot(model: str) -> str:
    """The folder of a model: where a folder is read, nothing asks the network. Raises OSError, ValueError."""
    if is_path(model):
        return model
    from huggingface_hub import snapshot_download  # noqa: PLC0415  light, and there with both libraries

    return str(snapshot_download(model, local_files_only=True))
