"""How are .gz, .bz2, .xz and .zst read and written, one chunk at a time?"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Literal, cast, get_args

from anonkit.errors import InputError, UsageError
from anonkit.io.files import Sink, Source

Compression = Literal["gz", "bz2", "xz", "zst"]

# 1 KiB of Zstandard can hold 32 MiB: small bites keep the memory of a hostile file bounded.
_ZSTD_BITE_BYTES = 1 << 10
_CHUNK_BYTES = 1 << 20


def by_name(name: str) -> Compression | None:
    """Return the compression that the name of a file asks for."""
    suffix = name.lower().rpartition(".")[2]
    suffix = {"tgz": "gz", "tbz2": "bz2", "txz": "xz", "tzst": "zst"}.get(suffix, suffix)
    return cast("Compression", suffix) if suffix in get_args(Compression) else None


def reader(source: Source, compression: Compression) -> Source:
    """Return what `source` holds, decompressed; concatenated members are read one after the other.

    Reading raises InputError where the data are damaged or end too early.
    """
    return _Decompressed(_decompressor(source, compression), source, compression)


@contextmanager
def writer(sink: Sink, compression: Compression | None) -> Iterator[Sink]:
    """Give a sink that compresses into `sink`; nothing but the data is in it, no name and no time.

    The end of the compressed data is written only where no error occurred.
    """
    if compression is None:
        yield sink
        return
    stream = _compressor(sink, compression)
    out = _Compressed(stream, sink)
    try:
        yield out
    except BaseException:
        sink.mute()
        stream.close()
        raise
    stream.close()


class _Decompressed(Source):
    def __init__(self, stream: IO[bytes], source: Source, compression: Compression) -> None:
        super().__init__(stream, source.name)
        self._below = source
        self._compression = compression

    def ready(self) -> bool:
        return True

    def _fill(self, view: memoryview) -> int:
        try:
            return self._stream.readinto(view) or 0
        except EOFError:
            raise InputError(
                f"{self.name}: the {self._compression} data end too early; get a complete copy of the file"
            ) from None
        except (gzip.BadGzipFile, zlib.error, lzma.LZMAError, OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{self.name}: the {self._compression} data are damaged; get a good copy") from None


class _Compressed(Sink):
    def __init__(self, stream: IO[bytes], below: Sink) -> None:
        super().__init__(cast("io.RawIOBase", stream), below.name)


def _decompressor(source: Source, compression: Compression) -> IO[bytes]:
    if compression == "gz":
        return gzip.GzipFile(fileobj=source, mode="rb")
    if compression == "bz2":
        return bz2.BZ2File(cast("IO[bytes]", source))
    if compression == "xz":
        return lzma.LZMAFile(cast("IO[bytes]", source))
    return cast("IO[bytes]", _ZstdReader(source))


def _compressor(sink: Sink, compression: Compression) -> IO[bytes]:
    if compression == "gz":
        return gzip.GzipFile(filename="", fileobj=sink, mode="wb", compresslevel=6, mtime=0)
    if compression == "bz2":
        return bz2.BZ2File(cast("IO[bytes]", sink), "wb")
    if compression == "xz":
        return lzma.LZMAFile(cast("IO[bytes]", sink), "wb")
    stream = _zstandard(sink.name).ZstdCompressor(level=3).stream_writer(sink, closefd=False)
    return cast("IO[bytes]", stream)


class _ZstdReader(io.RawIOBase):
    """Reads concatenated Zstandard frames and, as `stream_reader` of the library does not, notices a truncated one."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._library = _zstandard(source.name)
        self._frame: Any = None
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  as in the standard library: any writable buffer
        while not self._output:
            if not self._input:
                self._input = self._source.read(_CHUNK_BYTES) or b""
            if not self._input:
                if self._frame is not None:
                    raise EOFError
                return 0
            self._decompress()
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._output))
        view[:count] = self._output[:count]
        self._output = self._output[count:]
        return count

    def _decompress(self) -> None:
        if self._frame is None:
            self._frame = self._library.ZstdDecompressor().decompressobj()
        bite, self._input = self._input[:_ZSTD_BITE_BYTES], self._input[_ZSTD_BITE_BYTES:]
        try:
            self._output = memoryview(self._frame.decompress(bite))
        except self._library.ZstdError:
            raise ValueError from None
        if self._frame.eof:
            self._input = self._frame.unused_data + self._input
            self._frame = None


def _zstandard(name: str) -> Any:  # noqa: ANN401  an optional library
    try:
        import zstandard
    except ImportError:
        raise UsageError(f"{name}: .zst needs the zstandard package; run: pip install 'anonkit[zstd]'") from None
    return zstandard
