"""What README shows is run: its commands, its Python, and the network files in it."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file

import striate
from striate.cli import main

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _blocks(kind: str) -> list[str]:
    return [text for language, text in BLOCKS if language == kind]


def _photos(folder: Path) -> None:
    """Class folders of photos that are told apart by their colour."""
    for label, colour in {
        "ant": (150, 60, 40),
        "bee": (200, 180, 30),
        "leaf": (40, 140, 60),
    }.items():
        (folder / label).mkdir(parents=True)
        for seed in range(12):
            levels = np.random.default_rng(seed).normal(colour, 30, (60, 80, 3))
            picture = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
            picture.save(folder / label / f"{seed}.jpg")


def _weights(path: Path) -> None:
    """Weights as they are published, made by chance, for images that are small and fast."""
    look = {"mean": "0.5,0.4,0.3", "std": "0.2,0.2,0.2", "resize": "72", "crop": "64"}
    model = striate.build("squeezenet1_0", classes=1000)
    save_file(dict(model.state_dict()), path, {**look, "architecture": "squeezenet1_0"})


NETS = """
from torch import nn

class Net(nn.Sequential):
    def __init__(self, classes=10):
        head = nn.Linear(8 * 30 * 30, classes)
        super().__init__(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), head)
"""


def test_every_command_runs_in_order(tmp_path, monkeypatch):
    _photos(tmp_path / "photos")
    (tmp_path / "nets.py").write_text(NETS, "utf-8")
    _weights(tmp_path / "squeezenet1_0.safetensors")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    commands = [line for text in _blocks("sh") for line in text.splitlines() if line.strip()]
    assert len(commands) >= 6
    for command in commands:
        program, *tokens = shlex.split(command)
        assert program == "striate"
        main(tokens)  # leaves with an exit code where something is wrong


def test_every_piece_of_python_runs(capsys):
    for text in _blocks("python"):
        exec(compile(text, str(README), "exec"), {})
    assert "INPUT 1x28x28" in capsys.readouterr().out


def test_the_network_file_is_a_network():
    (text,) = (text for text in _blocks("") if text.startswith("BLOCK("))
    paths = [row.path for row in striate.plan(text).rows]
    assert "2.shortcut.0" in paths


def test_the_working_shown_is_the_working_printed():
    (text,) = (text for text in _blocks("") if text.startswith("c3: CONV"))
    shown = [line for line in text.splitlines() if "..." not in line]
    assert shown == striate.plan("lenet5").explain("c3").splitlines()[: len(shown)]


def test_the_error_shown_is_the_error_printed():
    (text,) = (text for text in _blocks("") if text.startswith("ShapeError"))
    with pytest.raises(striate.errors.ShapeError) as caught:
        striate.plan("INPUT 1x7x7 -> conv2: CONV 3 3x3 stride=3", strict=True)
    printed = str(caught.value)
    assert all(line.removeprefix("ShapeError: ") in printed for line in text.splitlines())
