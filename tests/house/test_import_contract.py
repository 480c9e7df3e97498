"""The order of the house holds; and the machine that says so notices when it does not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def check(folder):
    """Let import-linter judge the package that lies in a folder."""
    run = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", run, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "striate", tmp_path / "striate", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contract(copy):
    judged = check(copy)
    assert judged.returncode == 0, judged.stdout
    assert "3 kept, 0 broken" in judged.stdout


@pytest.mark.parametrize(
    ("where", "planted", "contract"),
    [
        ("arithmetic/formula.py", "import striate.planning", "the house"),
        ("zoo/shelf.py", "import striate.drawing", "the house"),
        ("nn/build.py", "import striate.opening", "the house"),
        ("language/lexer.py", "import torch", "nothing below the torch line"),
        ("reference/sweep.py", "import striate.errors", "an oracle borrows nothing"),
    ],
)
def test_a_planted_import_breaks_it(copy, where, planted, contract):
    path = copy / "striate" / where
    path.write_text(f"{path.read_text('utf-8')}\n{planted}\n", "utf-8")
    judged = check(copy)
    assert judged.returncode != 0
    broken = [line for line in judged.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), judged.stdout


def test_a_folder_that_the_contract_does_not_know_breaks_it(copy):
    (copy / "striate" / "helpers").mkdir()
    (copy / "striate" / "helpers" / "__init__.py").write_text("", "utf-8")
    assert check(copy).returncode != 0
