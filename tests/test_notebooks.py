"""Do the notebooks run, and print what is stored in them?"""

from __future__ import annotations

import re

import pandas as pd
import pytest

pytest.importorskip("nbclient", reason="nbclient, of the extra dev, runs the notebooks")

from tests import notebooks

NAMES = ["01-first-steps", "02-logs-before-sharing"]
PANDAS = "3"
"""Tables are stored as this version of pandas writes them."""
MOST_BYTES = 400_000

pytestmark = [
    pytest.mark.skipif(not notebooks.FOLDER.is_dir(), reason="the folder of the notebooks is not here"),
    pytest.mark.parametrize("name", NAMES),
]


def place_of(name):
    return notebooks.FOLDER / f"{name}.ipynb"


def test_a_notebook_prints_and_draws_what_is_stored(name, tmp_path):
    stored = notebooks.shown(notebooks.stored(place_of(name)))
    done = notebooks.shown(notebooks.executed(notebooks.stored(place_of(name)), tmp_path))
    if pd.__version__.split(".")[0] != PANDAS:
        pytest.skip(f"it runs; what it prints is compared with pandas {PANDAS} only")
    assert done == stored, "if this is as it should be: python -m tests.notebooks"


def test_a_notebook_is_stored_as_it_was_run_from_top_to_bottom_without_complaints(name):
    cells = [cell for cell in notebooks.stored(place_of(name)).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(output.get("name") != "stderr" for cell in cells for output in cell.outputs)


def test_a_notebook_tells_nothing_of_the_machine_and_the_time_it_was_run_at(name):
    notebook = notebooks.stored(place_of(name))
    assert notebook.metadata == notebooks.METADATA
    assert not any(cell.metadata for cell in notebook.cells)
    for text in notebooks.shown(notebook):
        assert not re.search(r"(?:^|[\s\"'(=])(?:/|[A-Z]:\\)(?:tmp|home|root|usr|var|work|Users)\b|ipykernel_\d", text)


def test_a_notebook_is_small(name):
    assert place_of(name).stat().st_size < MOST_BYTES


def test_an_english_sentence_stands_below_every_heading(name):
    for cell in notebooks.stored(place_of(name)).cells:
        if cell.cell_type == "markdown":
            for heading, below in re.findall(r"^(#.*)\n\n(.*)$", cell.source, re.MULTILINE):
                assert re.fullmatch(r"\*[ -~]+[.?]\*", below), heading
