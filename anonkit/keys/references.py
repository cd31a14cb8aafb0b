"""Where is the key that somebody names: in a file, in the environment, or behind a command?"""

from __future__ import annotations

import os
import shlex
import subprocess

from anonkit.errors import KeyFileError
from anonkit.keys import files
from anonkit.keys.key import Key

ENVIRONMENT, COMMAND = "env:", "cmd:"
COMMAND_TIMEOUT_S = 30
_REMEDY = "it must be the text of a key file, or 32 random bytes in base64 or hexadecimal"


def load(reference: str) -> Key:
    """The key that a reference names.

    FILE         a key file
    env:NAME     an environment variable that holds the text of a key file, or 32 bytes in base64 or hexadecimal
    cmd:COMMAND  a command that prints the same within 30 seconds; it is run without a shell

    Raises KeyFileError, never with any part of what was read.
    """
    if reference.startswith(ENVIRONMENT):
        return _from_environment(reference)
    if reference.startswith(COMMAND):
        return _from_command(reference.removeprefix(COMMAND))
    if not reference:
        msg = "--key has no value; name a key file, env:NAME or cmd:COMMAND"
        raise KeyFileError(msg)
    return Key(files.read(reference))


def is_file(reference: str) -> bool:
    """Whether a reference names a file."""
    return not reference.startswith((ENVIRONMENT, COMMAND))


def _from_environment(reference: str) -> Key:
    name = reference.removeprefix(ENVIRONMENT)
    content = os.environ.get(name)
    if not content:
        files.refuse_material(name)
        msg = f"{reference}: the environment has no such variable; set it to the text of a key file"
        raise KeyFileError(msg)
    return Key(files.parse(content.encode("utf-8", "surrogateescape"), reference, _REMEDY))


def _from_command(command: str) -> Key:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        msg = "cmd: has no command, or a quote that is not closed; write cmd:'PROGRAM ARGUMENT...'"
        raise KeyFileError(msg)
    name = f"{COMMAND}{words[0]}"  # its arguments may be secrets themselves
    return Key(files.parse(_output(words, name), name, _REMEDY))


def _output(words: list[str], name: str) -> bytes:
    """What a command prints. Nothing of it is told, of its errors neither: `sh -x` shows there what it prints."""
    try:
        done = subprocess.run(  # noqa: S603  the user's own command, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        msg = f"{name}: printed no key within {COMMAND_TIMEOUT_S} s; run it yourself to see what it waits for"
        raise KeyFileError(msg) from None
    except (OSError, ValueError) as error:
        files.refuse_material(words[0])
        msg = f"{name}: cannot be run ({getattr(error, 'strerror', 'a NUL byte in it')}); check the command"
        raise KeyFileError(msg) from None
    if done.returncode:
        msg = f"{name}: failed with exit code {done.returncode}; run it yourself to see why"
        raise KeyFileError(msg)
    return done.stdout
