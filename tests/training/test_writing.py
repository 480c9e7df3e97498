"""A file is the old one or the new one, whole, whatever goes wrong while it is written."""

import os

import pytest

from striate.training.writing import sweep, write_whole


def fail(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("stage", ["fsync", "replace"])
def test_a_failed_attempt_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, stage):
    path = tmp_path / "weights"
    write_whole(path, b"old")
    monkeypatch.setattr(os, stage, fail)
    monkeypatch.setattr("pathlib.Path.replace", fail) if stage == "replace" else None
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_durable_before_it_has_its_name(tmp_path, monkeypatch):
    path, seen = tmp_path / "weights", []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(path.exists()))
    write_whole(path, b"new")
    assert seen[0] is False
    assert seen[1:] in ([True], [])  # the folder, where the system can


def test_names_that_are_not_unicode_can_be_written(tmp_path):
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    write_whole(tmp_path / "names", name)
    assert (tmp_path / "names").read_bytes() == b"caf\xe9"


def test_what_a_killed_process_left_is_swept(tmp_path):
    (tmp_path / "weights").mkdir()
    for name in ("checkpoint.safetensors.part", "weights/best.safetensors.part", "net.cnn"):
        (tmp_path / name).write_text("")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["net.cnn"]
