"""How is text decompressed, and compressed again?"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from anonkit.errors import InputError, OutputError
from anonkit.io.kinds import Form, Kind
from anonkit.io.streams import STDIN, Source, reading

_SUFFIXES: dict[str, Form] = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst"}
_TAR_SUFFIXES: dict[str, Form] = {
    **_SUFFIXES, ".tgz": "gz", ".tbz": "bz2", ".tbz2": "bz2", ".txz": "xz", ".tzst": "zst", ".tar": "text",
}  # fmt: skip
_ZSTD_BYTES = 1 << 10


def decompressed(stream: Any, head: bytes, kind: Kind, name: str, poll: int | None) -> Source:  # noqa: ANN401
    """A source of the text in `stream`, whose first bytes are `head`. Raises InputError."""
    if kind.form in ("text", "tar"):
        return Source(stream, head, name, poll)
    whole = io.BufferedReader(_Rejoined(head, stream), 1 << 18)
    with reading(name):
        if kind.form == "gz":
            import gzip  # noqa: PLC0415  these only for compressed files

            return Source(gzip.GzipFile(fileobj=whole), b"", name)
        if kind.form == "bz2":
            import bz2  # noqa: PLC0415

            return Source(bz2.BZ2File(whole), b"", name)
        if kind.form == "xz":
            import lzma  # noqa: PLC0415

            return Source(lzma.LZMAFile(whole), b"", name)
    zstandard = _zstandard(name, InputError)
    return Source(_Zstd(whole, zstandard), b"", name)


class _Rejoined(io.RawIOBase):
    """A stream with the bytes in front that were read from it already."""

    def __init__(self, head: bytes, stream: Any) -> None:  # noqa: ANN401
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        if self._head:
            size = min(len(buffer), len(self._head))
            buffer[:size] = self._head[:size]
            self._head = self._head[size:]
            return size
        return self._stream.readinto(buffer) or 0


class _Zstd:
    """Reads zstandard frame by frame, so that a frame that is cut off is noticed; its errors are EOFError."""

    def __init__(self, stream: Any, zstandard: Any) -> None:  # noqa: ANN401  a buffered reader
        self._stream, self._zstandard = stream, zstandard
        self._frame: Any = None
        self._ready = memoryview(b"")

    def readinto(self, buffer: memoryview) -> int:
        while not self._ready:
            data = self._stream.read1(_ZSTD_BYTES)  # a little unpacks to a lot
            if not data:
                if self._frame is not None and not self._frame.eof:
                    raise EOFError
                return 0
            parts = []
            while data:
                if self._frame is None or self._frame.eof:
                    self._frame = self._zstandard.ZstdDecompressor().decompressobj()
                try:
                    parts.append(self._frame.decompress(data))
                except self._zstandard.ZstdError:
                    raise EOFError from None
                data = self._frame.unused_data if self._frame.eof else b""
            self._ready = memoryview(b"".join(parts))
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def _zstandard(name: str, error: Callable[[str], Exception]) -> Any:  # noqa: ANN401
    try:
        import zstandard  # noqa: PLC0415  optional
    except ImportError:
        msg = f"{name}: reading and writing .zst needs the package zstandard; pip install 'anonkit[zstd]'"
        raise error(msg) from None
    return zstandard


def compression_of(target: str, source: Form, *, is_tar: bool) -> Form:
    """How the output is compressed: as its name says, else as the input was."""
    suffix = Path(target).suffix.lower() if target != STDIN else ""
    if is_tar:
        return _TAR_SUFFIXES.get(suffix, source)
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    return "text" if suffix and source in _SUFFIXES.values() else source


@contextlib.contextmanager
def compressed(raw: IO[bytes], form: Form, name: str) -> Iterator[IO[bytes]]:
    """A stream that writes into `raw`, compressed."""
    if form == "gz":
        import gzip  # noqa: PLC0415

        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6) as out:
            yield out  # type: ignore[misc]
    elif form == "bz2":
        import bz2  # noqa: PLC0415

        with bz2.BZ2File(raw, "wb") as out:
            yield out
    elif form == "xz":
        import lzma  # noqa: PLC0415

        with lzma.LZMAFile(raw, "wb") as out:
            yield out
    elif form == "zst":
        with _zstandard(name, OutputError).ZstdCompressor().stream_writer(raw, closefd=False) as out:
            yield out
    else:
        yield raw
