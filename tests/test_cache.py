"""What is kept between runs gives what would have been made anew, and is never trusted where others could write it."""

from __future__ import annotations

import os

import pytest

from anonkit import cache, catalog
from anonkit.errors import CardError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ANONKIT_CACHE", str(tmp_path))
    return tmp_path / "anonkit"


def test_cards_that_were_kept_are_the_cards_that_were_read(folder):
    fresh = tuple(catalog.read_card(path, examples=False) for path in catalog.card_files())
    assert catalog.load(examples=False) == fresh
    assert len(list(folder.glob("*.json"))) == 1
    assert catalog.load(examples=False) == fresh


@pytest.mark.parametrize(
    "content", [b"", b"[", b"[]", b"[1]", b'[{"matches": [{}]}]', b'{"a": 1}', b"\xff", b'[{"matches":1}]']
)
def test_kept_cards_that_are_damaged_are_read_again(folder, content):
    fresh = catalog.load(examples=False)
    (kept,) = folder.glob("*.json")
    kept.write_bytes(content)
    assert catalog.load(examples=False) == fresh
    assert catalog.load(examples=False) == fresh


def test_ones_own_cards_are_read_every_time(folder, tmp_path):
    cards = tmp_path / "cards"
    cards.mkdir()
    card = 'entity = "XX"\ntitle = "x"\ntitle_en = "x"\nclass = "direct"\nconfidence = 1\n[[match]]\npattern = "x%d"\n'
    for number in (1, 2):
        (cards / "x.toml").write_text(card % number, encoding="utf-8")
        assert catalog.load(cards, examples=False)[-1].matches[0].pattern == f"x{number}"
    (cards / "x.toml").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(CardError, match=r"x\.toml"):
        catalog.load(cards, examples=False)


def test_the_folder_is_its_owners_alone(folder):
    cache.keep("a.json", b"content")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert cache.read("a.json") == b"content"
    folder.chmod(0o770)
    assert cache.read("a.json") is None
    cache.keep("b.json", b"content")
    assert not (folder / "b.json").exists()


def test_the_oldest_files_of_a_kind_go(folder):
    cache.keep("a.hsdb", b"")
    for number in range(20):
        cache.keep(f"{number}.json", b"")
    assert len(list(folder.glob("*.json"))) == 16
    assert (folder / "a.hsdb").exists()


def test_where_nothing_can_be_kept_nothing_is_missed(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ANONKIT_CACHE", str(tmp_path / "file"))
    cache.keep("a.json", b"content")
    assert cache.read("a.json") is None


def test_what_cannot_be_written_leaves_nothing_behind(folder, monkeypatch):
    def full(*_names):
        raise OSError(28, "No space left on device")

    cache.keep("a.json", b"content")
    monkeypatch.setattr("pathlib.Path.replace", full)
    cache.keep("b.json", b"content")
    monkeypatch.undo()
    assert [path.name for path in folder.iterdir()] == ["a.json"]


def test_what_is_read_every_day_stays_when_others_come(folder):
    cache.keep("a.json", b"content")
    os.utime(folder / "a.json", (0, 0))
    for number in range(20):
        assert cache.read("a.json") == b"content"
        cache.keep(f"{number}.json", b"")
    assert (folder / "a.json").exists()


def test_what_cannot_be_touched_is_read_all_the_same(folder, monkeypatch):
    def refused(*_arguments, **_options):
        raise PermissionError

    cache.keep("a.json", b"content")
    monkeypatch.setattr("os.utime", refused)
    assert cache.read("a.json") == b"content"
