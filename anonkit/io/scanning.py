"""What is found in one file, and where?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonkit.io import jobs, splice, streams
from anonkit.io.encodings import Encoding
from anonkit.io.engine import Engine
from anonkit.io.lines import BUFFER_BYTES, Blocks
from anonkit.io.streams import Source
from anonkit.io.texts import Counted, Options, Reader, is_tar, unpacked
from anonkit.model import Finding

Row = tuple[int, Finding, str]
"""Line (from 1), finding with columns in code points of its line (from 0), and the value."""


def scan_file(engine: Engine, path: str, options: Options) -> Iterator[tuple[str, Iterator[Row]]]:
    """The texts in a file, each to be read before the next: its name in an archive, else "", and its findings.

    Raises InputError.
    """
    name = "stdin" if path == streams.STDIN else path
    with streams.open_stream(path) as (stream, head, kind, poll):
        if kind.form == "zip":
            from anonkit.io import containers  # noqa: PLC0415  only for archives

            members = containers.zip_texts(stream, name)
        else:
            source, inner = unpacked(Counted(stream, len(head), options.progress), head, kind, name, poll)
            if is_tar(inner):
                from anonkit.io import containers  # noqa: PLC0415

                members = containers.tar_texts(Reader(source), name)
            else:
                members = iter([("", source, inner)])
        for member, text, begin in members:
            yield member, _rows(engine, text, options.encoding_of(begin))


def _rows(engine: Engine, source: Source, encoding: Encoding) -> Iterator[Row]:
    blocks = Blocks(source, encoding, jobs.spans_of(engine, encoding))
    buffer = bytearray(BUFFER_BYTES)
    line, column = 1, 0
    while (block := blocks.next(buffer)) is not None:
        data = bytes(memoryview(buffer)[: block.length])
        runs = splice.copies(data, encoding)
        utf8 = splice.utf8_copy(runs)
        position, end = splice.to_copy(runs, block.start), splice.to_copy(runs, block.end)
        for finding in engine.locate(utf8, evidence=False):
            if not position <= finding.start < end:  # in the context, which is part of another block
                continue
            line, column = _advanced(line, column, utf8[position : finding.start])
            position = finding.start
            value = utf8[position : finding.end].decode("utf-8", "replace")
            last = column + len(value)
            yield line, Finding(finding.entity, column, last, finding.confidence, finding.evidence), value
        line, column = _advanced(line, column, utf8[position:end])


_LINE_END = re.compile(rb"\r\n|\n|\r")


def _advanced(line: int, column: int, passed: bytes) -> tuple[int, int]:
    """Line and column behind `passed`; a line feed, a carriage return or both end a line."""
    ends = _LINE_END.findall(passed)
    if not ends:
        return line, column + len(passed.decode("utf-8", "replace"))
    rest = passed[max(passed.rfind(b"\n"), passed.rfind(b"\r")) + 1 :]
    return line + len(ends), len(rest.decode("utf-8", "replace"))
