"""How fast is the work alone: runs one Python peer over one file and times only its calls.

    python -m bench.inside PEER FILE [BYTES]

Blocks of whole lines, about 2 MiB each, are read one after the other; reading, imports and set-up are not timed.
Prints one JSON object: bytes, wall_s, cpu_s, findings.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.patterns import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WARM_UP: Final = "热身 warm up 13812345678\n".encode()  # Chinese, so that the model of names is there
BLOCK_BYTES: Final = 1 << 21  # as the command reads


def anonkit_scrub_block() -> Callable[[bytes], int]:
    """Return anonkit's own way: every default card, labels written."""
    from anonkit import Scrubber

    scrubber = Scrubber()
    return lambda block: sum(scrubber.scrub_block(block)[1].values())


def anonkit_without_names() -> Callable[[bytes], int]:
    """Return the same without the model of names: rules with keys still find some."""
    from dataclasses import replace

    from anonkit import Scrubber
    from anonkit.model import NameSources

    scrubber = Scrubber(policy=replace(Scrubber().policy, names=NameSources(engines=())))
    return lambda block: sum(scrubber.scrub_block(block)[1].values())


def anonkit_deidentify() -> Callable[[bytes], int]:
    """Return the same with every value encrypted: what a transformation and a key cost."""
    from anonkit import Scrubber
    from anonkit.keys.key import Key

    key = Key.for_run()
    scrubber = Scrubber(policy="deidentify", key=key)
    return lambda block: sum(scrubber.scrub_block(block)[1].values())


def anonkit_linked(source: Path) -> Callable[[bytes], int]:
    """Return the second of two passes; the first goes over all of `source` at the first block, and is timed with it."""
    from anonkit import Action, Policy, Scrubber

    scrubber = Scrubber(policy=Policy("linked", "deidentify", Action("label"), combination="linked"))
    second: list[Scrubber] = []

    def work(block: bytes) -> int:
        if block == WARM_UP:
            return sum(scrubber.scrub_block(block)[1].values())
        if not second:
            first = scrubber.first_pass()
            if first is not None:
                for one in blocks(source, 1 << 62):
                    first.scrub_block(one)
                first.settle()
                second.append(scrubber.after(first))
        return sum(second[0].scrub_block(block)[1].values())

    return work


def raw_scan() -> Callable[[bytes], int]:
    """Return the scan of anonkit's database with a callback that does nothing: the floor of what it could cost."""
    from anonkit import Scrubber

    database = Scrubber().engine.scanner.database

    def on_match(*_: object) -> None:
        """Do nothing."""

    def work(block: bytes) -> int:
        database.scan(block, match_event_handler=on_match)
        return 0

    return work


def python_re() -> Callable[[bytes], int]:
    """Return the five plain patterns, one `sub` after the other."""
    rules = [(re.compile(one.encode()), f"<{name}>".encode()) for name, one in PLAIN.items()]

    def work(block: bytes) -> int:
        findings = 0
        for pattern, label in rules:
            block, count = pattern.subn(label, block)
            findings += count
        return findings

    return work


def presidio() -> Callable[[bytes], int]:
    """Return Presidio at its fastest: the five plain patterns, no language model, line by line."""
    import logging

    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine
    from presidio_anonymizer import AnonymizerEngine

    logging.disable(logging.WARNING)
    recognizers = [
        PatternRecognizer(supported_entity=name, patterns=[Pattern(name, one, 0.9)]) for name, one in PLAIN.items()
    ]
    registry = RecognizerRegistry(recognizers=recognizers)
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "no-op"}]),
        supported_languages=["en"],
    )
    anonymizer = AnonymizerEngine()

    def work(block: bytes) -> int:
        findings = 0
        for line in block.decode().splitlines():
            found = analyzer.analyze(line, language="en")
            findings += len(found)
            anonymizer.anonymize(line, found)
        return findings

    return work


PEERS: Final = {
    "anonkit": anonkit_scrub_block,
    "anonkit-without-names": anonkit_without_names,
    "anonkit-deidentify": anonkit_deidentify,
    "raw-scan": raw_scan,
    "python-re": python_re,
    "presidio": presidio,
}


def blocks(source: Path, limit_bytes: int) -> Iterator[bytes]:
    """Yield the first `limit_bytes` of `source` as blocks of whole lines."""
    with source.open("rb") as lines:
        while limit_bytes > 0:
            block = lines.read(min(BLOCK_BYTES, limit_bytes)) + lines.readline()
            if not block:
                return
            limit_bytes -= len(block)
            yield block


def main(peer: str, source: Path, limit_bytes: int) -> None:
    """Run `peer` over `source` and print what it cost."""
    work = anonkit_linked(source) if peer == "anonkit-linked" else PEERS[peer]()
    work(WARM_UP)
    wall_s = cpu_s = 0.0
    done_bytes = findings = 0
    for block in blocks(source, limit_bytes):
        wall, cpu = time.perf_counter(), time.process_time()
        findings += work(block)
        wall_s += time.perf_counter() - wall
        cpu_s += time.process_time() - cpu
        done_bytes += len(block)
    print(json.dumps({"bytes": done_bytes, "wall_s": wall_s, "cpu_s": cpu_s, "findings": findings}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1 << 62)
