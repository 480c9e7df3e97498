"""What README shows is run: its commands, its Python, and the network files in it."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import striate

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _blocks(kind: str) -> list[str]:
    return [text for language, text in BLOCKS if language == kind]


def test_every_command_runs_in_order(tmp_path):
    commands = [line for text in _blocks("sh") for line in text.splitlines() if line.strip()]
    assert len(commands) >= 6
    for command in commands:
        program, *tokens = shlex.split(command)
        assert program == "striate"
        done = subprocess.run(
            [sys.executable, "-m", "striate", *tokens],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stderr)


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
