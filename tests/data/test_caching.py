"""data.caching: photos in a file are those in memory, whoever is killed or comes at once."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from striate.data import keeping
from striate.data.photos import caching, developing
from striate.data.sources.fetching import cache_folder
from striate.data.sources.loading import load_folder
from striate.errors import DataError

FLAT = {"cat": 6, "dog": 5}
LOADING = """
import sys
from pathlib import Path
from types import SimpleNamespace
from striate.data.photos import caching
from striate.data.sources.loading import load_folder
caching.FEW = 0
print(load_folder(Path(sys.argv[1]), (24, 24)).digest)
"""


@pytest.fixture
def many(monkeypatch):
    """Every set is too large for memory."""
    monkeypatch.setattr(caching, "FEW", 0)


def folder():
    return cache_folder() / "images"


def left():
    """What is in the cache, but for the empty files that are locks."""
    return sorted(path.name for path in folder().iterdir() if path.suffix != ".lock")


def seen(root, shape=(24, 24)):
    found = load_folder(root, shape)
    return found, found.splits["train"].images[:]


def test_the_cache_gives_what_memory_gives(lay, many, monkeypatch):
    root = lay(FLAT, size=(60, 40))
    Image.new("L", (50, 70), 9).save(root / "cat" / "grey.png")
    (root / "dog" / "000.png").write_bytes(b"no image")
    made, first = seen(root)
    monkeypatch.setattr(developing, "decode", None)  # from here on no file is decoded
    again, second = seen(root)
    assert made.splits["train"].images.mapped
    monkeypatch.undo()
    plain, third = seen(root)
    assert plain.splits["train"].images.mapped is None
    assert torch.equal(first, third)
    assert torch.equal(second, third)
    for found in (made, again):
        assert found.splits["train"].files == plain.splits["train"].files
        assert (found.problems, found.notes) == (plain.problems, plain.notes)
        assert [problem.file for problem in found.problems] == ["dog/000.png"]
        assert (found.digest, found.mean, found.std) == (plain.digest, plain.mean, plain.std)


def test_photos_are_kept_in_memory_as_long_as_they_are_few(lay):
    seen(lay(FLAT, size=(60, 40)))
    assert not folder().exists()


def test_a_moved_set_is_found_and_a_changed_one_is_made_again(lay, many, tmp_path):
    root = lay(FLAT, size=(60, 40))
    seen(root)
    (kept,) = left()
    moved = root.rename(tmp_path / "elsewhere")
    seen(moved)
    assert left() == [kept]
    seen(moved, (25, 24))
    assert len(left()) == 2
    Image.new("RGB", (60, 40), (1, 2, 3)).save(moved / "cat" / "000.png")
    changed, images = seen(moved)
    assert len(left()) == 3
    assert images[0, :, 0, 0].tolist() == [1, 2, 3]
    assert changed.splits["train"].files[0] == "cat/000.png"


@pytest.mark.parametrize("name", [caching.PIXELS, caching.TABLE, caching.FACTS])
@pytest.mark.parametrize("harm", ["cut", "gone", "nonsense"])
def test_what_is_damaged_is_made_again(lay, many, name, harm):
    root = lay(FLAT, size=(60, 40))
    _, images = seen(root)
    path = folder() / left()[0] / name
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-7] if harm == "cut" else b"?" * (len(content) // 2))
    assert torch.equal(seen(root)[1], images)
    assert path.read_bytes() == content


def started(root, *, until=None):
    """A process that loads; killed as soon as `until` says so."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOADING, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    while until and process.poll() is None:
        if until():
            process.kill()
            process.wait()
        time.sleep(0.001)
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_kill_in_the_middle_leaves_nothing_that_is_taken_for_whole(lay, many):
    root = lay({"cat": 60, "dog": 60}, size=(420, 420))

    def half_written():
        return any(part.stat().st_size for part in folder().glob(f"*.part/{caching.PIXELS}"))

    process = started(root, until=half_written)
    assert process.returncode == -signal.SIGKILL, process.stderr.read()
    assert [Path(name).suffix for name in left()] == [".part"]
    process.stdout.close()
    process.stderr.close()
    found, images = seen(root)
    assert len(left()) == 1
    assert not list(folder().glob("*.part"))
    assert torch.equal(images[7], seen(root)[0].splits["train"].images[7])
    assert len(found.splits["train"]) == 120


def test_two_processes_at_once_find_the_same(lay, many):
    root = lay(FLAT, size=(60, 40))
    both = [started(root), started(root)]
    printed = [process.communicate(timeout=100) for process in both]
    digests = {out for out, _ in printed}
    assert [process.returncode for process in both] == [0, 0], printed
    assert digests == {seen(root)[0].digest + "\n"}
    assert len(left()) == 1


def test_what_another_process_is_writing_is_not_swept(lay, many):
    seen(lay(FLAT, size=(60, 40)))
    for name in ("dead", "alive"):
        (folder() / f"{name}.part").mkdir()
    with keeping.locked(folder() / "alive.lock"):
        keeping.sweep(folder())
    assert (folder() / "alive.part").exists()
    assert not (folder() / "dead.part").exists()


def test_a_full_disk_is_a_sentence_and_leaves_nothing(lay, many, monkeypatch):
    root = lay(FLAT, size=(60, 40))

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(caching.os, "fsync", full)
    with pytest.raises(DataError, match=r"its disk is too full for the about .* GB") as refused:
        seen(root)
    assert "STRIATE_CACHE" in refused.value.help[0]
    assert left() == []


def test_a_disk_that_will_be_full_is_refused_before_it_is(lay, many, monkeypatch):
    monkeypatch.setattr(caching.shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000))
    monkeypatch.setattr(caching, "develop", None)
    with pytest.raises(DataError, match="its disk is too full"):
        seen(lay(FLAT, size=(60, 40)))


def test_a_cache_that_cannot_be_made_is_a_sentence(lay, many, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"photos cannot be kept in .*images: "):
        seen(lay(FLAT, size=(60, 40)))
