"""Runs the real command in a process of its own, as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import anonkit

PHONE = "13800138000"
LINE = f"2024-05-01 INFO 用户手机号为{PHONE}，来自10.1.2.3的请求\n"
COMMAND = [sys.executable, "-m", "anonkit.cli"]
# The anonkit that these tests import is the one that runs: the checkout or an installed wheel.
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(Path(anonkit.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]),
    "PYTHONIOENCODING": "utf-8",
}


def run(*arguments, data=None, **options):
    """The finished process; its output as bytes."""
    words = [str(a) for a in arguments]
    return subprocess.run(
        [*COMMAND, *words], input=data, capture_output=True, env=ENVIRONMENT, timeout=60, check=False, **options
    )


def start(*arguments, **options):
    """The running process, with pipes."""
    words = [str(a) for a in arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([*COMMAND, *words], env=ENVIRONMENT, **pipes)


def is_clean(result):
    """Whether the process says what it has to say in sentences, and none of them holds a value."""
    return b"Traceback" not in result.stderr and PHONE.encode() not in result.stderr
