"""A command run in this process: its exit code, and what it printed where."""

from typing import NamedTuple

import pytest

from striate.cli import main


class Printed(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def striate(capsys, tmp_path, monkeypatch):
    """Run `striate TOKENS...` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*tokens: str) -> Printed:
        code = 0
        try:
            main(tokens)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Printed(code, *capsys.readouterr())

    return run
