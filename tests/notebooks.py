"""Runs the notebooks of the checkout. `python -m tests.notebooks` stores what they print and draw now.

What is stored depends on no machine and no day: neither times nor paths nor versions are kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from unittest import mock

import nbformat
from nbclient import NotebookClient

import anonkit

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# The anonkit that these tests import is the one that runs, as in tests/command.py.
PACKAGE = Path(anonkit.__file__).parent.parent
TIMEOUT_S = 300


def places():
    """The notebooks, in their order; none where the folder is not there."""
    return sorted(FOLDER.glob("*.ipynb"))


def stored(place):
    """A notebook as it is in the checkout."""
    return nbformat.read(place, as_version=4)


def executed(notebook, scratch):
    """A notebook after a run of all its cells, in a folder of its own and whatever the settings of the user are."""
    work, commands = scratch / "work", scratch / "commands"
    work.mkdir()
    commands.mkdir()
    command = commands / "anonkit"  # for where anonkit is on the path and not installed
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m anonkit.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {
        "PYTHONPATH": os.pathsep.join([str(PACKAGE), os.environ.get("PYTHONPATH", "")]),
        "PATH": os.pathsep.join([str(commands), os.environ.get("PATH", "")]),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONUTF8": "1",
    }
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(work)}},
        record_timing=False,
        coalesce_streams=True,
    )
    with mock.patch.dict(os.environ, environment):
        return client.execute()


def shown(notebook):
    """What each cell shows: what it prints, its tables and results as text and as HTML, and that there is a plot.

    Not what goes to stderr, where packages say that they build a cache and the like.
    """
    return ["\n".join(text for output in cell.get("outputs", []) for text in _texts(output)) for cell in notebook.cells]


def _texts(output):
    if output.output_type == "stream":
        return [output.text] if output.name == "stdout" else []
    if output.output_type == "error":
        return [f"{output.ename}: {output.evalue}"]
    return [text if kind.startswith("text/") else kind for kind, text in sorted(output.data.items())]


def plain(notebook):
    """A notebook without what differs from one run to the next, or from one machine to the next."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
        cell.metadata = nbformat.from_dict({})
    return notebook


def main():
    """Run all notebooks, and store them with their outputs."""
    for place in places():
        with tempfile.TemporaryDirectory() as scratch:
            notebook = plain(executed(stored(place), Path(scratch)))
        nbformat.validate(notebook)
        nbformat.write(notebook, place)


if __name__ == "__main__":
    main()
