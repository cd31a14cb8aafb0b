"""A key file is for its owner alone, is never half written, and once destroyed stays destroyed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys

import pytest

from anonkit.errors import KeyFileError
from anonkit.keys import files, references, tombstones
from tests.command import COMMAND, ENVIRONMENT
from tests.in_process import run

posix = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


@pytest.fixture
def path(tmp_path):
    """A key file."""
    files.create(tmp_path / "a.key")
    return tmp_path / "a.key"


def secrets_of(path):
    """What must never be shown."""
    return [line.split('"')[1] for line in path.read_text().splitlines() if line.startswith("secret")]


@posix
@pytest.mark.parametrize("umask", [0, 0o077, 0o777])
def test_a_new_key_file_and_a_rotated_one_are_for_their_owner_alone(tmp_path, umask):
    before = os.umask(umask)
    try:
        files.create(tmp_path / "a.key")
        assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) & ~0o600 == 0
        (tmp_path / "a.key").chmod(0o600)
        files.rotate(tmp_path / "a.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) & ~0o600 == 0


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o660])
def test_a_key_that_others_can_reach_is_refused(path, mode):
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        references.load(str(path))


@posix
def test_a_key_that_others_can_reach_can_be_destroyed(path):
    path.chmod(0o644)
    files.destroy(path)
    assert not path.exists()


def test_new_does_not_touch_what_stands_there(path, tmp_path):
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="exists"):
        files.create(path)
    assert path.read_bytes() == before
    with pytest.raises(KeyFileError):
        files.create(tmp_path / "no such folder" / "a.key")
    assert [p.name for p in tmp_path.iterdir()] == ["a.key"]


def test_new_does_not_follow_a_link_to_nowhere(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError, match="exists"):
        files.create(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"hello", b"[key]\n", b"key = 1", b"key = []", b"[[key]]\n", b"[[key]]\nid = 1", b"\xff\xfe\0",
        b"[" * 40_000, b"A" * 44, b"0" * 64, b"x" * 70_000, b'[[key]]\nid = "aaaaaaaa"\ncreated = ""\nsecret = 3\n',
    ],
)  # fmt: skip
def test_a_broken_key_file_is_refused_in_one_sentence_that_shows_nothing_of_it(tmp_path, content):
    path = tmp_path / "a.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"a\.key: is no key") as error:
        references.load(str(path))
    assert "AAAA" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_key_file_is_refused_wherever_a_byte_of_its_tables_is_changed(path):
    content = path.read_bytes()
    begin = content.index(b"[[key]]")
    padding = content.rindex(b'="')
    for place in range(begin, len(content) - 1):
        changed = bytearray(content)
        changed[place] ^= 0x15
        if place in (begin - 1, padding) or content[place : place + 1] in b" \n":
            continue
        if b"created" in content[content.rindex(b"\n", 0, place) : place]:
            continue  # the time is for people
        path.write_bytes(changed)
        with pytest.raises(KeyFileError):
            files.read(path)


def test_a_folder_a_pipe_and_nothing_are_no_keys(tmp_path):
    with pytest.raises(KeyFileError, match="is no key file"):
        references.load(str(tmp_path))
    with pytest.raises(KeyFileError, match="anonkit keys new"):
        references.load(str(tmp_path / "none"))
    with pytest.raises(KeyFileError):
        references.load("")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe", 0o600)
        with pytest.raises(KeyFileError, match="is no key file"):
            references.load(str(tmp_path / "pipe"))


def test_rotation_keeps_the_older_generations_and_the_newest_makes_what_is_new(path):
    first = references.load(str(path))
    made = files.rotate(path)
    key = references.load(str(path))
    assert [generation.id for generation in key.generations] == [first.id, made.id]
    old = first.secret("CN_MOBILE", recipient="", purpose="", cipher="aes", epoch="")
    found = key.secret_of(old.tag, "CN_MOBILE", recipient="")
    assert found is not None
    assert found.derive("siv", 32) == old.derive("siv", 32)
    new = key.secret("CN_MOBILE", recipient="", purpose="", cipher="aes", epoch="")
    assert new.tag != old.tag
    assert first.secret_of(new.tag, "CN_MOBILE", recipient="") is None


def test_a_rotation_that_fails_changes_nothing(path, monkeypatch):
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(KeyFileError, match="No space left"):
        files.rotate(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["a.key"]


LOCKS = """
import sys, time
from pathlib import Path
from anonkit.keys import disk
with disk.locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.readline()
    if sys.argv[2:]:
        disk.shred(Path(sys.argv[1]), b"")
"""


def started(*words):
    """A Python program that does something to a key file, and what it says first."""
    words = [str(word) for word in words]
    return subprocess.Popen(
        [sys.executable, "-c", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )  # fmt: skip


CHANGES = "import sys; from anonkit.keys import files; getattr(files, sys.argv[1])(sys.argv[2])"


@posix
@pytest.mark.parametrize("what", ["rotate", "destroy"])
def test_rotating_and_destroying_wait_for_each_other(path, what):
    before = path.read_bytes()
    with started(LOCKS, path) as holder:
        assert holder.stdout.readline() == b"locked\n"
        with started(CHANGES, what, path) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(0.7)
            assert path.read_bytes() == before
            holder.communicate(b"\n")
            assert waiting.wait(20) == 0
    assert not path.exists() or path.read_bytes() != before


@posix
def test_a_rotation_that_waited_does_not_bring_a_destroyed_key_back(path):
    with started(LOCKS, path, "destroys") as holder:
        assert holder.stdout.readline() == b"locked\n"
        with started(CHANGES, "rotate", path) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(0.7)
            holder.communicate(b"\n")
            assert b"KeyFileError" in waiting.communicate(timeout=20)[1]
    assert list(path.parent.iterdir()) == []


@posix
def test_several_rotations_at_once_all_count(path):
    running = [started(CHANGES, "rotate", path) for _ in range(3)]
    for process in running:
        assert process.communicate(timeout=20)[1] == b""
    assert len(files.read(path)) == 4
    assert [p.name for p in path.parent.iterdir()] == ["a.key"]


@pytest.mark.parametrize("what", [files.rotate, files.destroy])
def test_what_a_rotation_that_crashed_left_is_overwritten_and_deleted(path, what):
    """It holds the secrets of all generations."""
    left, other = path.with_name(".a.key.rotating"), path.with_name("hard link")
    shutil.copy2(path, left)
    os.link(left, other)
    secret = secrets_of(path)[0].encode()
    what(path)
    assert not left.exists()
    assert secret not in other.read_bytes()


@posix
def test_a_key_that_its_owner_made_read_only_can_be_rotated_and_destroyed(path):
    path.chmod(0o400)
    files.rotate(path)
    path.chmod(0o400)
    files.destroy(path)
    assert not path.exists()


def test_a_destroyed_key_is_overwritten_and_gone_and_its_backup_is_refused(path):
    backup, other = path.with_name("backup"), path.with_name("hard link")
    shutil.copy2(path, backup)
    os.link(path, other)
    secret = secrets_of(path)[0]
    (key_id,) = files.destroy(path)
    assert not path.exists()
    assert secret.encode() not in other.read_bytes()
    tombstone = json.loads(path.with_name("a.key.destroyed").read_text())
    time = tombstone["destroyed"][0]["time"]
    assert tombstone == {"destroyed": [{"id": key_id, "time": time}]}
    for name in (path, backup):
        with pytest.raises(KeyFileError, match=time):
            references.load(str(name))
    shutil.copy2(backup, path)
    with pytest.raises(KeyFileError, match=f"{key_id} was destroyed at {time}"):
        references.load(str(path))
    with pytest.raises(KeyFileError):
        files.rotate(path)


class CrashError(Exception):
    """Stands for a loss of power: nothing that follows is done."""


@pytest.mark.parametrize("name", ["open", "unlink"])
def test_a_destroy_that_was_interrupted_can_be_finished(path, monkeypatch, name):
    """Before the key is overwritten, and after."""
    other = path.with_name("hard link")
    os.link(path, other)
    secret = secrets_of(path)[0].encode()
    with monkeypatch.context() as patch:
        whole = getattr(type(path), name)

        def crash(place, *arguments, **options):
            if place == path:
                raise CrashError
            return whole(place, *arguments, **options)

        patch.setattr(type(path), name, crash)
        with pytest.raises(CrashError):
            files.destroy(path)
    assert path.exists()
    ids = tuple(tombstones.destroyed(path.parent))
    with pytest.raises(KeyFileError):
        references.load(str(path))
    assert files.destroy(path) == ids
    assert not path.exists()
    assert secret not in other.read_bytes()


def test_a_backup_that_was_put_back_can_be_destroyed_and_the_first_time_stands(path, monkeypatch):
    content = path.read_bytes()
    ids = files.destroy(path)
    times = tombstones.destroyed(path.parent)
    monkeypatch.setattr(files, "now", lambda: "2099-01-01T00:00:00Z")
    path.write_bytes(content)
    assert files.destroy(path) == ids
    assert not path.exists()
    assert tombstones.destroyed(path.parent) == times


def test_destroy_does_not_touch_what_is_no_key_although_one_was_destroyed_there(path):
    files.destroy(path)
    path.write_bytes(b"notes")
    with pytest.raises(KeyFileError, match="is no key"):
        files.destroy(path)
    assert path.read_bytes() == b"notes"


def test_a_rotated_key_of_which_an_older_generation_was_destroyed_is_refused(path):
    backup = path.with_name("backup")
    shutil.copy2(path, backup)
    files.rotate(backup)
    files.destroy(path)
    with pytest.raises(KeyFileError, match="destroyed"):
        references.load(str(backup))


def test_a_tombstone_tells_of_every_key_that_stood_at_its_place(path):
    ids = [*files.destroy(path), files.create(path).id]
    files.destroy(path)
    assert list(tombstones.destroyed(path.parent)) == ids


def test_a_tombstone_that_cannot_be_read_forbids_all_keys_in_its_folder(path):
    path.with_name("b.key.destroyed").write_text("{")
    with pytest.raises(KeyFileError, match=r"b.key.destroyed"):
        references.load(str(path))


@posix
@pytest.mark.parametrize("umask", [0, 0o077])
def test_all_who_use_the_folder_can_read_a_tombstone(path, umask):
    """Else one user's `destroy` would forbid the keys of all others."""
    before = os.umask(umask)
    try:
        files.destroy(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.with_name("a.key.destroyed").stat().st_mode) == 0o644


@posix
def test_the_tombstone_of_a_key_counts_in_a_folder_that_cannot_be_listed(path, monkeypatch):
    backup = path.read_bytes()
    files.destroy(path)
    path.write_bytes(backup)
    path.chmod(0o600)

    def unlistable(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "iterdir", unlistable)  # root, who may run this, can list all
    with pytest.raises(KeyFileError, match="was destroyed at"):
        references.load(str(path))


def test_through_a_link_the_key_itself_is_destroyed(path, tmp_path):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "my.key"
    link.symlink_to(path)
    shutil.copy2(path, tmp_path / "backup")
    files.destroy(link)
    assert not path.exists()
    assert not link.is_symlink()
    with pytest.raises(KeyFileError, match="destroyed"):
        references.load(str(tmp_path / "backup"))


def test_keys_come_from_the_environment_as_text_of_a_file_in_base64_or_in_hexadecimal(path, monkeypatch):
    key = references.load(str(path))
    secret = secrets_of(path)[0]
    in_hexadecimal = __import__("base64").b64decode(secret).hex()
    for content in (
        path.read_text(),
        secret,
        secret.rstrip("="),
        secret + "\n",
        in_hexadecimal,
        in_hexadecimal.upper(),
    ):
        monkeypatch.setenv("MY_KEY", content)
        assert references.load("env:MY_KEY").id == key.id
    monkeypatch.setenv("MY_KEY", "not a key")
    with pytest.raises(KeyFileError, match="env:MY_KEY") as error:
        references.load("env:MY_KEY")
    assert "not a key" not in str(error.value)
    monkeypatch.delenv("MY_KEY")
    with pytest.raises(KeyFileError, match="no such variable"):
        references.load("env:MY_KEY")


def test_keys_come_from_a_command_that_is_run_without_a_shell(path):
    key = references.load(str(path))
    assert references.load(f"cmd:cat '{path}'").id == key.id
    with pytest.raises(KeyFileError):
        references.load(f"cmd:cat '{path}' | cat")


def test_of_a_command_that_fails_its_exit_code_is_told_and_nothing_that_it_said():
    """`sh -x`, or a client of a key store that tells much, says the key."""
    script = "import sys; print('PRINTED'); print('SAID', file=sys.stderr); sys.exit(int(sys.argv[1]))"
    for code, told in (("3", "exit code 3; run it yourself"), ("0", "is no key")):
        with pytest.raises(KeyFileError, match=told) as error:
            references.load(f'cmd:{sys.executable} -c "{script}" {code}')
        assert not any(word in str(error.value) for word in ("PRINTED", "SAID", "argv"))


IN_HEXADECIMAL, IN_BASE64 = "0123456789abcdef" * 4, "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdE="


@pytest.mark.parametrize("material", [IN_HEXADECIMAL, IN_HEXADECIMAL[:40], IN_BASE64, IN_BASE64[:-1], f"{IN_BASE64}\n"])
@pytest.mark.parametrize("kind", ["", "env:", "cmd:"])
def test_a_key_that_is_given_instead_of_its_place_is_not_shown(tmp_path, monkeypatch, material, kind):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyFileError, match="looks like a key itself") as error:
        references.load(kind + material + (" now" if kind == "cmd:" else ""))
    assert material[:8] not in str(error.value)


def test_a_key_file_that_is_given_as_a_whole_is_not_shown(path):
    for what in (references.load, files.destroy, files.rotate):
        with pytest.raises(KeyFileError, match="looks like a key itself") as error:
            what(path.read_text())
        assert secrets_of(path)[0] not in str(error.value)


def test_a_path_that_looks_like_a_key_is_a_path(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path.rename(IN_HEXADECIMAL)
    assert references.load(IN_HEXADECIMAL).id
    with pytest.raises(KeyFileError, match="no such key file"):
        references.load(f"{tmp_path}/{'x' * 43}"[-200:])


@pytest.mark.parametrize("command", ["", " ", "'", "no-such-program-anywhere", "/", "a\0b"])
def test_a_command_that_cannot_be_run_is_told(command):
    with pytest.raises(KeyFileError, match="cmd:"):
        references.load(f"cmd:{command}")


@posix
def test_a_command_has_its_time_and_what_it_started_cannot_extend_it(monkeypatch):
    monkeypatch.setattr(references, "COMMAND_TIMEOUT_S", 0.2)
    with pytest.raises(KeyFileError, match=r"within 0\.2 s"):
        references.load("cmd:sh -c 'sleep 5; true'")


def test_the_commands_say_ids_and_never_the_secret(path):
    results = [run("keys", "show", path, "--recipient", "ACME"), run("keys", "list", path.parent)]
    results += [run("keys", "rotate", path)]
    ids = [generation.id for generation in references.load(str(path)).generations]
    secrets = secrets_of(path)
    results += [run("keys", "new", path), run("keys", "show", path), run("keys", "destroy", path, data=b"")]
    assert [result.returncode for result in results] == [0, 0, 0, 2, 0, 2]
    results += [run("keys", "destroy", path, "--yes"), run("keys", "show", path), run("keys", "list", path.parent)]
    assert [result.returncode for result in results[6:]] == [0, 2, 0]
    said = b"".join(result.stdout + result.stderr for result in results).decode()
    assert "Traceback" not in said
    assert all(key_id in said for key_id in ids)
    assert not any(secret in said or secret.rstrip("=") in said for secret in secrets)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at /proc")  # noqa: PTH112
def test_no_process_has_a_key_among_its_arguments(path, tmp_path):
    """While the command for the key runs, it looks at all command lines, and at the environment that it gets."""
    secret = secrets_of(path)[0]
    looked = tmp_path / "looked"
    script = tmp_path / "kms.sh"
    script.write_text(f"cat /proc/[0-9]*/cmdline /proc/self/environ 2>/dev/null >'{looked}'; cat '{path}'\n")
    result = subprocess.run(
        [*COMMAND, "keys", "show", f"cmd:sh {script}"], capture_output=True, env=ENVIRONMENT, check=False, timeout=60
    )
    assert result.returncode == 0
    assert looked.read_bytes().count(b"anonkit.cli") >= 1
    assert secret.encode() not in looked.read_bytes()
