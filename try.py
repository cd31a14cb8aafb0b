#!/usr/bin/env python3
"""Try anonkit in a fresh checkout: makes .venv, installs anonkit into it, scrubs a sample; "test" runs the tests too.

    python3 try.py          scrub data/samples/app.log
    python3 try.py test     the same, then run the tests (words after "test" go to pytest)

Needs Python 3.11 or newer and nothing else; pip is the only thing that uses the network. The second run starts at
once; the environment is renewed when pyproject.toml changes.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = PROGRAMS / ("python.exe" if sys.platform == "win32" else "python")
ANONKIT = PROGRAMS / ("anonkit.exe" if sys.platform == "win32" else "anonkit")
SAMPLE = Path("data", "samples", "app.log")


def main(words: list[str]) -> int:
    """Do what the module says; returns the exit code."""
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"try.py: anonkit needs Python 3.11 or newer, this is {found}.", file=sys.stderr)
        return 2
    if words and words[0] != "test":
        print('try.py: usage: "python3 try.py" or "python3 try.py test [pytest arguments]".', file=sys.stderr)
        return 2
    code = install("dev" if words else "") or run(ANONKIT, "scrub", str(SAMPLE))
    if words and code == 0:
        code = run(PYTHON, "-m", "pytest", *words[1:])
    return code


def install(extra: str) -> int:
    """Install anonkit and its `extra` into .venv, unless that is already so; returns pip's exit code."""
    stamp = ENVIRONMENT / f"installed-{extra or 'plain'}"
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + f"{ROOT} {sys.version}".encode()).hexdigest()
    stamps = [stamp, ENVIRONMENT / "installed-dev"]
    if ANONKIT.exists() and any(known.exists() and known.read_text() == digest for known in stamps):
        return 0
    print(f"try.py: installing anonkit into {ENVIRONMENT} (a minute or two, once)", file=sys.stderr, flush=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=not _is_ours(ENVIRONMENT))
    except subprocess.CalledProcessError:
        print("try.py: this Python cannot make environments; install its venv package (python3-venv).", file=sys.stderr)
        return 2
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    code = run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target)
    if code == 0:
        stamp.write_text(digest)
    else:
        print("try.py: pip could not install anonkit; its message is above.", file=sys.stderr)
    return code


def _is_ours(environment: Path) -> bool:
    """Whether `environment` can be kept: this very version of Python made it."""
    settings = environment / "pyvenv.cfg"
    wanted = "version = " + ".".join(map(str, sys.version_info[:3]))
    return PYTHON.exists() and settings.exists() and wanted in settings.read_text().splitlines()


def run(program: Path, *words: str) -> int:
    """Run a program of .venv in the checkout; returns its exit code."""
    return subprocess.run([program, *words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
