"""What do people get who install anonkit: the public names, light imports, a README that runs, samples that rebuild."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import faker
import pandas as pd
import pytest

import anonkit

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"faker", "jieba", "numpy", "pandas", "presidio_analyzer", "presidio_anonymizer", "spacy", "tqdm", "zstandard"}
READMES = ["README.md", "README.zh-CN.md"]


def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run this Python with `words`."""
    return subprocess.run([sys.executable, *words], capture_output=True, encoding="utf-8", check=True, **options)  # type: ignore[call-overload]


def modules_after(program: str) -> set[str]:
    """Top-level modules that are loaded once `program` has run."""
    told = run("-c", program + "\nimport sys; print('\\n'.join(sys.modules))").stdout
    return {name.split(".")[0] for name in told.split()}


def sample_script():
    """The script that makes the samples, as a module."""
    place = ROOT / "data" / "samples" / "make_samples.py"
    spec = importlib.util.spec_from_file_location("make_samples", place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_public_names_are_these():
    assert sorted(anonkit.__all__) == [
        "Action",
        "AnonkitError",
        "CardError",
        "Edit",
        "Evidence",
        "Finding",
        "HierarchyError",
        "InputError",
        "KeyFileError",
        "OutputError",
        "Policy",
        "PolicyError",
        "Scrubber",
        "TokenError",
        "UsageError",
        "__version__",
        "anonymize",
        "profile",
        "restore",
        "scan",
        "scrub",
    ]


def test_every_public_name_is_there():
    for name in anonkit.__all__:
        assert getattr(anonkit, name) is not None


def test_importing_the_scrubber_does_not_replace_the_function_scrub():
    assert anonkit.Scrubber
    assert callable(anonkit.scrub)


def test_the_version_is_that_of_the_installed_package():
    try:
        installed = metadata.version("anonkit")
    except metadata.PackageNotFoundError:
        pytest.skip("anonkit is not installed here, only on the path")
    assert installed == anonkit.__version__


def test_import_loads_no_heavy_package():
    assert not modules_after("import anonkit") & (HEAVY | {"hyperscan"})


def test_a_scrub_loads_no_package_that_it_does_not_need():
    loaded = modules_after("import anonkit; anonkit.scrub('13812345678')")
    assert not loaded & (HEAVY - {"numpy"})


def test_the_help_loads_no_heavy_package():
    program = (
        "import contextlib, io, anonkit.cli\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    anonkit.cli.main(['--help'])"
    )
    assert not modules_after(program) & (HEAVY | {"hyperscan"})


def test_the_package_is_typed_and_brings_its_cards():
    place = Path(anonkit.__file__).parent
    assert (place / "py.typed").exists()
    folders = [place / "recognizers", place.parent / "recognizers"]
    assert any(len(list(folder.glob("*.toml"))) >= 30 for folder in folders)


def test_the_dependencies_named_by_users_are_declared():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=!~ ]", one)[0] for one in declared}
    assert names >= {"presidio-analyzer", "presidio-anonymizer", "jieba", "pandas", "faker", "hyperscan"}


@pytest.mark.parametrize("name", READMES)
def test_the_python_of_the_readme_prints_what_it_says(name):
    blocks = re.findall(r"```python\n(>>>.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    # how a frame is shown is a matter of pandas
    shown = blocks if int(pd.__version__.partition(".")[0]) >= 3 else blocks[:1]
    examples = doctest.DocTestParser().get_doctest("\n".join(shown), {}, name, name, 0)
    result = doctest.DocTestRunner(verbose=False).run(examples)
    assert result.attempted == (5 if len(shown) == 2 else 3)
    assert result.failed == 0


@pytest.mark.parametrize("name", READMES)
def test_the_first_command_of_the_readme_prints_what_it_says(name):
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    command, *expected = blocks[0].splitlines()
    text = shlex.split(command.removeprefix("$ echo "))[0]
    assert command.endswith("| anonkit scrub -")
    words = [sys.executable, "-c", "import sys, anonkit.cli; sys.exit(anonkit.cli.main())", "scrub", "-"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(words, input=text + "\n", capture_output=True, encoding="utf-8", check=True, env=environment)
    assert done.stdout.splitlines() + done.stderr.splitlines() == expected


@pytest.mark.parametrize("name", READMES)
def test_the_card_of_the_readme_passes_its_own_examples(name, tmp_path):
    card = re.search(r"```toml\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert card
    (tmp_path / "employee_no.toml").write_text(card[1], encoding="utf-8")
    words = ["recognizers", "test", "--cards", str(tmp_path)]
    run("-c", "import sys, anonkit.cli; sys.exit(anonkit.cli.main())", *words)


def test_both_readmes_show_the_same_code():
    shown = [
        re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL) for name in READMES
    ]
    assert shown[0] == shown[1]


def test_the_samples_are_the_same_bytes_every_time():
    script = sample_script()
    assert script.make() == script.make()


def test_the_samples_are_what_their_script_makes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = next(one for one in project["optional-dependencies"]["dev"] if one.startswith("faker=="))
    if pinned.removeprefix("faker==") != faker.VERSION:
        pytest.skip(f"the samples were made with {pinned}")
    for name, content in sample_script().make().items():
        assert (ROOT / "data" / "samples" / name).read_bytes() == content, (
            f"run data/samples/make_samples.py for {name}"
        )


def test_the_samples_have_100_to_300_lines_with_something_to_find_in_each_file():
    for name in ("app.log", "access.log", "events.jsonl", "feedback.csv"):
        content = (ROOT / "data" / "samples" / name).read_bytes()
        assert 100 <= content.count(b"\n") <= 300
        assert anonkit.scrub(content) != content
