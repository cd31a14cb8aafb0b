"""The errors that anonkit raises on purpose.

    AnonkitError
    ├── UsageError           exit code 2: arguments that do not go together
    │   ├── CardError        a recognizer card is broken
    │   ├── PolicyError      a policy is broken, unknown, or breaks its promise
    │   ├── HierarchyError   a generalisation hierarchy is broken, or lacks values of its column
    │   ├── KeyFileError     a key is missing, broken, destroyed, or open to others
    │   └── TokenError       a tagged value cannot be restored: wrong key, or changed since
    ├── InputError           exit code 3: an input could not be read
    └── OutputError          exit code 4: an output could not be written

A message is one sentence that names the file and the remedy. It never holds a value from the data.
"""

from __future__ import annotations


class AnonkitError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line exits with."""

    exit_code = 2


class UsageError(AnonkitError):
    """Arguments that are wrong or do not go together."""


class CardError(UsageError):
    """A recognizer card is broken."""


class PolicyError(UsageError):
    """A policy is broken, unknown, or breaks its promise."""


class HierarchyError(UsageError):
    """A generalisation hierarchy is broken, or does not list the values of its column."""


class KeyFileError(UsageError):
    """A key is missing, broken, destroyed, or open to others."""


class TokenError(UsageError):
    """A tagged value cannot be restored: it belongs to another key, or was changed."""


class InputError(AnonkitError):
    """An input could not be read."""

    exit_code = 3


class OutputError(AnonkitError):
    """An output could not be written."""

    exit_code = 4
