"""data.remembering: a file is read again exactly when it may have changed."""

import hashlib
import os
import sqlite3
import time

import pytest

from striate.data.photos import remembering
from striate.data.photos.remembering import UNREADABLE, contents
from striate.data.sources.fetching import cache_folder
from striate.data.sources.folders import Entry


def entry(path, content=None, age=60, **place):
    """A file, last changed so many seconds ago."""
    if content is not None:
        path.write_bytes(content)
        past = time.time_ns() - age * 10**9
        os.utime(path, ns=(past, past))
    return Entry(path, path.name, "train", "a", **place)


@pytest.fixture
def read(monkeypatch):
    """The names of the files that are read."""
    names = []

    def content(entry):
        names.append(entry.file)
        return plain(entry)

    plain = remembering._content
    monkeypatch.setattr(remembering, "_content", content)
    return names


def test_a_file_is_read_once(tmp_path, read):
    entries = [entry(tmp_path / name, name.encode()) for name in "abc"]
    first = contents(entries)
    assert first == [hashlib.sha256(name.encode()).digest() for name in "abc"]
    assert contents(entries[::-1]) == first[::-1]
    assert sorted(read) == ["a", "b", "c"]


def test_a_file_is_read_again_when_it_changes(tmp_path, read):
    path = tmp_path / "a"
    (old,) = contents([entry(path, b"old", age=60)])
    same_size = contents([entry(path, b"new", age=50)])
    same_time = contents([entry(path, b"newer", age=50)])
    assert len({old, *same_size, *same_time}) == 3
    assert read == ["a"] * 3


def test_a_file_that_was_changed_a_moment_ago_is_read_again(tmp_path, read):
    fresh = [entry(tmp_path / "a", b"old", age=0)]
    assert contents(fresh) == contents(fresh)
    assert read == ["a", "a"]


def test_what_cannot_be_read_is_none_and_is_not_remembered(tmp_path):
    gone = entry(tmp_path / "gone")
    assert contents([gone, entry(tmp_path)]) == [UNREADABLE, UNREADABLE]
    assert contents([entry(tmp_path / "gone", b"here")]) != [UNREADABLE]


def test_a_pipe_is_not_waited_for(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names here")
    os.mkfifo(tmp_path / "pipe")
    assert contents([entry(tmp_path / "pipe")]) == [UNREADABLE]


def test_parts_of_one_file_are_told_apart(tmp_path):
    path = tmp_path / "a"
    parts = [entry(path, b"abcd", start=start, length=2) for start in (0, 2)]
    wanted = [hashlib.sha256(part).digest() for part in (b"ab", b"cd")]
    assert contents(parts) == contents(parts) == wanted


@pytest.mark.parametrize("harm", [b"no database", b""])
def test_damage_costs_nothing_but_time(tmp_path, read, harm):
    entries = [entry(tmp_path / "a", b"abc")]
    first, memory = contents(entries), cache_folder() / "contents.sqlite"
    memory.write_bytes(harm)
    assert contents(entries) == first
    assert contents(entries) == first
    assert contents(entries) == first
    assert len(read) < 4


def test_a_memory_that_is_in_use_is_waited_for_and_kept(tmp_path, read, monkeypatch):
    entries = [entry(tmp_path / "a", b"abc")]
    first = contents(entries)
    monkeypatch.setattr(remembering, "PATIENCE", 0.01)
    other = sqlite3.connect(cache_folder() / "contents.sqlite")
    other.execute("BEGIN EXCLUSIVE")
    assert contents(entries) == first
    other.rollback()
    other.close()
    assert contents(entries) == first
    assert len(read) == 2


def test_a_cache_that_cannot_be_made_costs_nothing_but_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "file"))
    assert contents([entry(tmp_path / "a", b"abc")]) == [hashlib.sha256(b"abc").digest()]
