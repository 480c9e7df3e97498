"""Every command and every piece of Python in docs/films.md runs, and writes what it names."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from striate.cli import main
from striate.drawing.films.scenes.options import KINDS, Options

PAGE = Path(__file__).parents[2] / "docs/films.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder with a photo in it, to work in."""
    monkeypatch.chdir(tmp_path)
    levels = np.random.default_rng(0).integers(0, 256, (30, 40, 3))
    Image.fromarray(levels.astype(np.uint8)).save("photo.png")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_its_file(command, folder, capsys):
    program, *tokens = shlex.split(command)
    assert program == "striate"
    main(tokens)
    name = tokens[tokens.index("-o") + 1]
    assert name in capsys.readouterr().out
    content = (folder / name).read_bytes()
    begins = {".html": b"<!doctype html>", ".svg": b"<svg", ".png": b"\x89png"}[Path(name).suffix]
    assert content[:15].lower().startswith(begins)


def test_its_python_runs(folder, capsys):
    (text,) = (text for kind, text in BLOCKS if kind == "python")
    exec(compile(text, str(PAGE), "exec"), {})
    assert capsys.readouterr().out.endswith(" = 4\n")
    assert (folder / "first.png").is_file()


def test_every_kind_of_film_is_shown():
    shown = {shlex.split(command)[2] for command in COMMANDS}
    assert {*KINDS} <= shown


def test_every_option_is_shown():
    text = PAGE.read_text("utf-8")
    named = {one.name for one in fields(Options)} - {"weights"}  # arrays, in Python alone
    flags = {"--no-count" if name == "count" else f"--{name}" for name in named}
    assert {flag for flag in flags if flag not in text} == set()
