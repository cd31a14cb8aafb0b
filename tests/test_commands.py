"""The table of commands, and the modules that are only loaded where a command is meant."""

from __future__ import annotations

import subprocess
import sys

import pytest

from anonkit import cli
from tests.command import ENVIRONMENT
from tests.in_process import run


def test_the_help_names_every_command_with_its_line():
    told = " ".join(run("--help").stdout.decode().split())
    assert all(f" {name} {about} " in told for name, about in cli._COMMANDS.items())


@pytest.mark.parametrize("name", cli._COMMANDS)
def test_every_command_has_a_module_with_its_options(name):
    result = run(name, "--help")
    assert result.returncode == 0
    assert f"usage: anonkit {name} ".encode() in result.stdout


@pytest.mark.parametrize("words", [[], ["no-such"], ["--no-such"], ["--no-such", "scrub", "x"]])
def test_what_is_no_command_is_told(words):
    result = run(*words)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"anonkit: error: ")
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("words", "modules"), [("--help", ""), ("keys list /", "keys"), ("policy list", "policy")])
def test_the_modules_of_other_commands_are_not_loaded(words, modules):
    code = "import sys; from anonkit.cli import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
    code += "print('LOADED', *(name for name in sys.modules if name.startswith(('anonkit.commands.', 'anonkit.io'))))"
    command = [sys.executable, "-c", code, *words.split()]
    told = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True).stdout.decode()
    loaded = told.split("LOADED", 1)[1].split()
    assert sorted(loaded) == sorted(f"anonkit.commands.{name}" for name in ["options", *modules.split()])
