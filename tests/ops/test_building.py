"""The compiled kernel is built where it can be; where it cannot, torch alone does the same."""

import ctypes
import os
import subprocess
import sys

import pytest
import torch

from striate.arithmetic import Window
from striate.ops import convolve, memory
from striate.ops.native import building, kernel

compiled = pytest.mark.skipif(kernel.library() is None, reason="no C compiler")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache, and nothing loaded from another."""
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    kernel.library.cache_clear()
    yield building.cache()
    kernel.library.cache_clear()


def works():
    x, weight = torch.ones(1, 3, 5), torch.ones(2, 3, 4, 2)
    return bool((convolve(x, weight, Window.of(2)) == 6).all())


def compiler(tmp_path, text, monkeypatch):
    """Put a compiler of our own in front of those that are there."""
    made = tmp_path / "cc"
    made.write_text(f"#!{sys.executable}\n{text}\n", "utf-8")
    made.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


@compiled
def test_it_is_built_once_and_kept(folder, monkeypatch):
    assert building.load() is not None
    (kept,) = folder.iterdir()
    monkeypatch.setattr(building, "build", lambda *given: pytest.fail("built again"))
    assert building.load() is not None
    assert [*folder.iterdir()] == [kept]


def test_without_a_compiler_torch_does_it(folder, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert kernel.library() is None
    assert works()
    assert not folder.exists()


def test_it_can_be_done_without(folder, monkeypatch):
    monkeypatch.setenv("STRIATE_NATIVE", "0")
    assert kernel.library() is None
    assert works()


def test_windows_has_no_way_to_a_compiler(folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert kernel.library() is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no compiler there")
@pytest.mark.parametrize(
    "text", ["raise SystemExit('internal compiler error')", "import time; time.sleep(60)"]
)
def test_a_compiler_that_fails_or_hangs_is_given_up(folder, tmp_path, monkeypatch, text):
    answers = "import sys\nif '--version' in sys.argv: raise SystemExit(print('cc 1.0'))\n"
    compiler(tmp_path, answers + text, monkeypatch)
    monkeypatch.setattr(building, "PATIENCE", 1)
    assert kernel.library() is None
    assert works()
    assert not [*folder.iterdir()]


@pytest.mark.parametrize("sources", [("tiled.c", "nothing.h")])
def test_without_its_text_torch_does_it(folder, monkeypatch, sources):
    monkeypatch.setattr(building, "SOURCES", sources)
    assert kernel.library() is None
    assert works()


def test_a_cache_that_cannot_be_written_is_no_hindrance(folder, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
    assert kernel.library() is None
    assert works()


@compiled
@pytest.mark.slow
def test_a_damaged_library_is_built_anew(folder):
    """Half of a library would end the process: what is damaged must never be opened."""
    assert building.load() is not None
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    for left in (0, 100, len(whole) // 2, len(whole) - 1):
        kept.unlink()  # the one that is open stays as it is
        kept.write_bytes(whole[:left])
        assert not building._whole(kept)
    assert building.load() is not None
    assert any(map(building._whole, folder.iterdir()))


@compiled
@pytest.mark.parametrize("what", ["_processor", "threads_of_torch", "FLAGS"])
def test_another_machine_has_another_library(what, folder, monkeypatch):
    name = building._fingerprint("cc")
    other = {"_processor": lambda: b"another", "threads_of_torch": list, "FLAGS": ("-O1",)}[what]
    if what == "threads_of_torch" and not building.threads_of_torch():
        pytest.skip("torch has no OpenMP library of its own here")
    monkeypatch.setattr(building, what, other)
    assert building._fingerprint("cc") != name


@compiled
@pytest.mark.slow
def test_two_that_build_at_once_both_get_it(folder):
    code = "from striate.ops.native.building import load; raise SystemExit(load() is None)"
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [one.wait(120) for one in started] == [0, 0]
    assert all(building._whole(path) for path in folder.iterdir())


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_only_linux_is_asked_for_huge_pages(system, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ctypes, "CDLL", lambda *given: pytest.fail("a library was opened"))
    memory._advise.cache_clear()
    assert memory.fresh(torch.ones(1), 2 * memory.LEAST).numel() == 2 * memory.LEAST
