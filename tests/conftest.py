"""The same examples in every run, so that a change alone makes a test fail; ANONKIT_TESTS=random looks further."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile(os.environ.get("ANONKIT_TESTS", "same"))
