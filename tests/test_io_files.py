"""Encodings, compression and archives through the real command: the same container out as in, and nothing leaks."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile

import pytest
import zstandard

from tests.command import COMMAND, ENVIRONMENT, LINE, PHONE, is_clean, run

LABELLED = LINE.replace(PHONE, "<CN_MOBILE>").replace("10.1.2.3", "<IP_ADDRESS>")
TEXT, SCRUBBED = (LINE * 3).encode(), (LABELLED * 3).encode()

PACK = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}
UNPACK = {
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read(),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_and_line_ends_come_out_as_they_came_in(encoding):
    text = LINE + LINE.replace("\n", "\r\n") + LINE.replace("\n", "\r") + "没有换行"
    expected = text.replace(PHONE, "<CN_MOBILE>").replace("10.1.2.3", "<IP_ADDRESS>")
    assert run("scrub", "-", data=text.encode(encoding)).stdout == expected.encode(encoding)


def test_the_encoding_that_is_named_beats_the_mark():
    data = b"\xff\xfe" + LINE.encode("gbk")
    assert run("scrub", "-", "--encoding", "gbk", data=data).stdout == b"\xff\xfe" + LABELLED.encode("gbk")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_value_right_after_the_byte_order_mark_is_found(encoding):
    data = ("\ufeff" if encoding == "utf-8" else "").encode() + f"{PHONE}\nabc\n".encode(encoding)
    assert PHONE.encode(encoding)[2:] not in run("scrub", "-", data=data).stdout


def test_nul_bytes_and_invalid_bytes_pass():
    data = b"a\0b\xff\xfe\x80\xc3( \n" + LINE.encode() + b"\xe4\xb8"
    assert run("scrub", "-", data=data).stdout == data.replace(LINE.encode(), LABELLED.encode())


@pytest.mark.parametrize("form", PACK)
def test_compressed_files_come_out_compressed_alike(tmp_path, form):
    path = tmp_path / f"app.log.{form}"
    path.write_bytes(PACK[form](TEXT[: len(TEXT) // 2]) + PACK[form](TEXT[len(TEXT) // 2 :]))
    out = tmp_path / f"out.log.{form}"
    result = run("scrub", path, "-o", out)
    assert result.returncode == 0, result.stderr
    assert UNPACK[form](out.read_bytes()) == SCRUBBED


def test_compressed_output_says_neither_name_nor_time(tmp_path):
    path = tmp_path / "app.log"
    path.write_bytes(TEXT)
    out = tmp_path / "13800138000.log.gz"
    assert run("scrub", path, "-o", out).returncode == 0
    assert b"13800138000" not in out.read_bytes()
    assert out.read_bytes()[3] & 8 == 0


def test_the_name_of_the_output_decides_its_compression(tmp_path):
    path = tmp_path / "app.log.gz"
    path.write_bytes(gzip.compress(TEXT))
    assert run("scrub", path, "-o", tmp_path / "out.log").returncode == 0
    assert (tmp_path / "out.log").read_bytes() == SCRUBBED
    assert run("scrub", path, "-o", tmp_path / "out.log.xz").returncode == 0
    assert lzma.decompress((tmp_path / "out.log.xz").read_bytes()) == SCRUBBED


@pytest.mark.parametrize("form", PACK)
def test_a_truncated_file_is_an_error_that_names_it_and_leaves_no_output(tmp_path, form):
    packed = PACK[form](b"".join(os.urandom(30).hex().encode() + b"\n" for _ in range(6_000)))
    path = tmp_path / f"app.log.{form}"
    path.write_bytes(PACK[form](TEXT) + packed[: int(len(packed) * 0.9)])
    out = tmp_path / "out.log"
    out.write_bytes(b"old")
    result = run("scrub", path, "-o", out)
    assert result.returncode == 3
    assert path.name.encode() in result.stderr
    assert out.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, out.name])
    assert is_clean(result)


def test_a_zip_is_scrubbed_member_by_member(tmp_path):
    path, out = tmp_path / "logs.zip", tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(f"sub/{PHONE}.log", (2024, 5, 1, 10, 20, 30))
        info.external_attr = 0o100640 << 16
        archive.writestr(info, TEXT)
        archive.writestr("empty.log", b"")
        archive.comment = f"from {PHONE}".encode()
    result = run("scrub", path, "-o", out)
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(out) as archive:
        first, second = archive.infolist()
        assert archive.read(first) == SCRUBBED
        assert (first.filename, second.filename) == ("sub/CN_MOBILE.log", "empty.log")
        assert first.date_time == (2024, 5, 1, 10, 20, 30)
        assert first.external_attr >> 16 == 0o100640
    assert PHONE.encode() not in out.read_bytes()


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tgz", "tar.xz"])
def test_a_tar_is_scrubbed_member_by_member(tmp_path, suffix):
    path, out = tmp_path / f"logs.{suffix}", tmp_path / f"out.{suffix}"
    mode = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz", "tar.xz": "w:xz"}[suffix]
    long_name = "深" * 60 + f"/{PHONE}.log"  # a name that only a pax header can hold
    with tarfile.open(path, mode, format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo(long_name)
        info.size, info.mode, info.mtime = len(TEXT), 0o640, 1_700_000_000
        archive.addfile(info, io.BytesIO(TEXT))
        link = tarfile.TarInfo("latest.log")
        link.type, link.linkname = tarfile.SYMTYPE, long_name
        archive.addfile(link)
    result = run("scrub", path, "-o", out)
    assert result.returncode == 0, result.stderr
    with tarfile.open(out, "r:*") as archive:
        member, latest = archive.getmembers()
        content = archive.extractfile(member)
        assert content is not None
        assert content.read() == SCRUBBED
        assert (member.mode, member.mtime) == (0o640, 1_700_000_000)
        assert PHONE not in member.name
        assert latest.issym()
        assert latest.linkname == member.name


@pytest.mark.parametrize(("name", "magic"), [("out.tar", b""), ("out.tgz", b"\x1f\x8b"), ("out.tar.xz", b"\xfd7zXZ")])
def test_the_name_of_an_output_archive_decides_its_compression(tmp_path, name, magic):
    path = tmp_path / "logs.tar.gz"
    path.write_bytes(archive_of("tar.gz"))
    assert run("scrub", path, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / name).read_bytes().startswith(magic or b"sub/")


@pytest.mark.parametrize("suffix", ["zip", "tar", "tar.gz"])
def test_an_archive_is_scanned_member_by_member(tmp_path, suffix):
    path = tmp_path / f"logs.{suffix}"
    path.write_bytes(archive_of(suffix))
    result = run("scan", path, "--format", "jsonl")
    assert result.returncode == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["file"].removeprefix(str(tmp_path)) for row in rows] == [f"/logs.{suffix}!sub/CN_MOBILE.log"] * 6
    assert [row["line"] for row in rows] == [1, 1, 2, 2, 3, 3]
    assert PHONE not in result.stdout.decode()
    table = run("scan", path).stdout.decode()
    assert "!empty.log\n  nothing found" in table


@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
def test_an_archive_that_is_damaged_is_told_by_scan(tmp_path, suffix):
    path = tmp_path / f"logs.{suffix}"
    data = archive_of(suffix)
    path.write_bytes(data[:60] + b"damaged!" + data[68:])
    result = run("scan", path)
    assert result.returncode == 3
    assert path.name.encode() in result.stderr
    assert is_clean(result)


def archive_of(suffix):
    """An archive of a log whose name and lines hold a value, and an empty one."""
    packed = io.BytesIO()
    if suffix == "zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"sub/{PHONE}.log", TEXT)
            archive.writestr("empty.log", b"")
        return packed.getvalue()
    with tarfile.open(fileobj=packed, mode="w:gz" if suffix == "tar.gz" else "w") as archive:
        for name, content in ((f"sub/{PHONE}.log", TEXT), ("empty.log", b"")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("name", ["photo.png", "app.log"])
def test_a_binary_file_is_refused_by_its_bytes_and_named(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    result = run("scrub", path, "-o", tmp_path / "out")
    assert result.returncode == 3
    assert b"PNG" in result.stderr
    assert name.encode() in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_archive_with_a_binary_member_is_refused_whole(tmp_path):
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.log", TEXT)
        archive.writestr(f"{PHONE}.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
    result = run("scrub", path, "-o", tmp_path / "out.zip")
    assert result.returncode == 3
    assert is_clean(result)
    assert not (tmp_path / "out.zip").exists()


def test_a_zip_that_is_damaged_is_an_error_and_leaves_no_output(tmp_path):
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.log", TEXT)
    path.write_bytes(path.read_bytes()[:-30])
    result = run("scrub", path, "-o", tmp_path / "out.zip")
    assert result.returncode == 3
    assert is_clean(result)
    assert not (tmp_path / "out.zip").exists()


def test_every_value_of_a_line_of_many_megabytes_is_replaced(tmp_path):
    path = tmp_path / "big.json"
    item = f'{{"手机":"{PHONE}"}},'
    path.write_bytes((item * 220_000 + "\n").encode())
    out = run("scrub", path, "--entities", "CN_MOBILE").stdout
    assert out == (item.replace(PHONE, "<CN_MOBILE>") * 220_000 + "\n").encode()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16-le"])
def test_a_value_with_spaces_is_not_cut_in_a_long_line(tmp_path, encoding):
    # The only delimiters of the line are inside values, so that a cut has to avoid them.
    path = tmp_path / "big.txt"
    item = ("无" * 4000) + "手机138 0013 8000"
    text = item * (9_000_000 // len(item.encode(encoding)))
    path.write_bytes(text.encode(encoding))
    out = run("scrub", path, "--entities", "CN_MOBILE", "--encoding", encoding).stdout
    assert out.decode(encoding) == text.replace("138 0013 8000", "<CN_MOBILE>")


# In a process of its own: a child begins with the peak of its parent, and pytest is large.
PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of the peak differs elsewhere")
@pytest.mark.parametrize(
    "form",
    ["gz", "zst"],
)
def test_a_small_file_that_unpacks_to_a_huge_one_does_not_fill_the_memory(tmp_path, form):
    path = tmp_path / f"app.log.{form}"
    path.write_bytes(PACK[form]((b"ok" * 40 + b"\n") * 1_600_000))
    result = subprocess.run(
        [sys.executable, "-c", PEAK, *COMMAND, "scrub", str(path), "-o", os.devnull],
        capture_output=True, env=ENVIRONMENT, check=True,
    )  # fmt: skip
    code, peak_kib = map(int, result.stdout.split())
    assert code == 0
    assert peak_kib <= 160 * 1024
