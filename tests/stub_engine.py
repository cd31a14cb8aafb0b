"""An engine that finds mobile numbers and nothing else, so that the tests of bytes in and out know every edit."""

from __future__ import annotations

import re

from anonkit.model import Edit, Evidence, Finding

LABEL = b"<CN_MOBILE>"
PHONE = re.compile(rb"(?<!\d)1[3-9]\d{9}(?!\d)")


class StubEngine:
    is_restorable = False

    def __init__(self, pattern: re.Pattern[bytes] = PHONE) -> None:
        self._pattern = pattern

    def scrub_block(self, utf8: bytes) -> tuple[bytes, dict[str, int]]:
        scrubbed, count = self._pattern.subn(LABEL, utf8)
        return scrubbed, {"CN_MOBILE": count} if count else {}

    def edits(self, utf8: bytes, original_of=None) -> list[Edit]:
        return [Edit(m.start(), m.end(), LABEL, "CN_MOBILE") for m in self._pattern.finditer(utf8)]

    def locate(self, utf8: bytes) -> list[Finding]:
        evidence = Evidence("stub.toml", "pattern 1")
        return [Finding("CN_MOBILE", e.start, e.end, 1.0, evidence) for e in self.edits(utf8)]

    def scrub(self, x: bytes) -> bytes:
        return self.scrub_block(x)[0]
