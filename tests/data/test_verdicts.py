"""data.verdicts: what is remembered is right, and nothing depends on remembering it."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from striate.data.checking import checking
from striate.data.checking.checking import check
from striate.data.checking.examining import Facts
from striate.data.checking.verdicts import Verdicts

LONG_AGO = 1_600_000_000


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def photos(tmp_path):
    for label in ("ant", "bee"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(3):
            path = tmp_path / "photos" / label / f"{number}.png"
            noise = np.random.default_rng([number, len(label + str(path))])
            Image.fromarray(noise.integers(0, 256, (9, 9, 3), dtype=np.uint8)).save(path)
            os.utime(path, (LONG_AGO, LONG_AGO))
    (tmp_path / "photos" / "bee" / "broken.png").write_bytes(b"no image")
    return tmp_path / "photos"


@pytest.fixture
def decoded(monkeypatch):
    """The names of the files that are decoded from here on."""
    names, examine = [], checking.examine

    def counted(path, name, *, keep=False):
        names.append(name)
        return examine(path, name, keep=keep)

    monkeypatch.setattr(checking, "examine", counted)
    return names


def test_the_second_time_nothing_is_decoded_and_everything_is_the_same(cache, photos, decoded):
    first = check(photos)
    assert len(decoded) == 7
    assert check(photos) == first
    assert len(decoded) == 7


def test_a_file_that_is_moved_is_known_and_one_that_changes_is_not(cache, photos, decoded):
    check(photos)
    decoded.clear()
    (photos / "ant" / "0.png").rename(photos / "ant" / "9.png")
    changed = photos / "ant" / "1.png"
    changed.write_bytes(changed.read_bytes()[:-40])
    found = check(photos)
    assert decoded == ["ant/1.png"]
    assert [p.file for p in found.problems] == ["ant/1.png", "bee/broken.png"]


def test_a_file_that_changes_in_its_place_and_time_is_seen(cache, photos, decoded):
    path = photos / "ant" / "new.png"
    path.write_bytes((photos / "ant" / "0.png").read_bytes())
    made = path.stat()
    check(photos)
    content = bytearray(path.read_bytes())
    content[-30] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(made.st_atime_ns, made.st_mtime_ns))
    assert "ant/new.png" in {p.file for p in check(photos).problems}


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000, None])
def test_a_damaged_memory_is_made_anew(cache, photos, decoded, damage):
    first = check(photos)
    path = cache / "verdicts.sqlite"
    content = bytearray(path.read_bytes())
    content[100:3000] = b"\xaa" * 2900
    path.write_bytes(bytes(content) if damage is None else damage)
    assert check(photos) == first
    decoded.clear()
    check(photos)
    assert check(photos) == first
    assert decoded == []


def test_without_a_place_to_remember_all_is_found_out(photos, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "file" / "cache"))
    assert len(check(photos).problems) == 1


def test_what_another_version_found_does_not_count(tmp_path, monkeypatch):
    path = tmp_path / "verdicts.sqlite"
    with Verdicts(path) as verdicts:
        verdicts.add(b"sha", Facts(format="PNG"), keep=False)
    monkeypatch.setattr("striate.data.checking.verdicts.VERSION", 2)
    with Verdicts(path) as verdicts:
        assert verdicts.find(b"sha", keep=False) is None
        verdicts.add(b"sha", Facts(format="GIF"), keep=False)
    monkeypatch.setattr("striate.data.checking.verdicts.VERSION", 1)
    with Verdicts(path) as verdicts:
        assert verdicts.find(b"sha", keep=False).format == "PNG"


WRITE = """
import sys
from pathlib import Path
from striate.data.checking.examining import Facts
from striate.data.checking.verdicts import Verdicts
with Verdicts(Path(sys.argv[1])) as verdicts:
    print("begun", flush=True)
    for number in range(int(sys.argv[3])):
        verdicts.add(f"{sys.argv[2]} {number}".encode(), Facts(format="PNG"), keep=False)
"""


def writer(path, name, count):
    command = [sys.executable, "-c", WRITE, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_two_processes_write_at_once_and_lose_nothing(tmp_path):
    path = tmp_path / "verdicts.sqlite"
    for process in [writer(path, name, 1000) for name in ("a", "b")]:
        process.communicate()
        assert process.returncode == 0
    with Verdicts(path) as verdicts:
        for name in ("a", "b"):
            for number in (0, 500, 999):
                assert verdicts.find(f"{name} {number}".encode(), keep=False)


def test_a_kill_leaves_a_memory_that_works(tmp_path):
    path = tmp_path / "verdicts.sqlite"
    process = writer(path, "killed", 10**8)
    process.stdout.readline()
    time.sleep(0.3)
    process.kill()
    process.communicate()
    with Verdicts(path) as verdicts:
        assert verdicts.find(b"killed 0", keep=False)
        verdicts.add(b"next", Facts(format="PNG"), keep=False)
    with Verdicts(path) as verdicts:
        assert verdicts.find(b"next", keep=False)
