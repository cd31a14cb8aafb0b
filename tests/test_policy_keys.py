"""What do `keys new`, `rotate` and `destroy` say of what is no file, or cannot be one?"""

from __future__ import annotations

import pytest

from tests.command import run


@pytest.mark.parametrize("action", ["new", "rotate", "destroy"])
def test_a_key_in_the_environment_is_kept_elsewhere(action, tmp_path):
    done = run("keys", action, "env:TEAM_KEY", cwd=tmp_path)
    assert done.returncode == 2
    assert b"env: keys are" in done.stderr
    assert b"where they are kept" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_key_that_cannot_be_written_is_an_output_that_cannot(tmp_path):
    done = run("keys", "new", tmp_path / "missing" / "team.key")
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    (tmp_path / "there.key").touch()
    assert run("keys", "new", tmp_path / "there.key").returncode == 2
