"""The script's types are judged by TypeScript's compiler, which never sees anything but it."""

import subprocess
import sys
from pathlib import Path

import pytest
from house.test_lower_half import node

import striate.drawing.pages as pages

SCRIPT = sorted((Path(pages.__file__).parent / "script").glob("*.js"))
MODULES = Path(sys.prefix) / "browser" / "node_modules"
OPTIONS = "--checkJs --allowJs --strict --noEmit --target es2022 --lib es2022,dom,dom.iterable"


def checked(paths):
    """What the compiler says about the parts of a script."""
    compiler = MODULES / "typescript" / "bin" / "tsc"
    if not compiler.is_file() or node() is None:
        pytest.skip("TypeScript is not installed: `make browser` does that")
    command = [node(), str(compiler), *OPTIONS.split(), "--types", "", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_script_is_typed():
    ran = checked(SCRIPT)
    assert ran.returncode == 0, ran.stdout


def test_a_fault_in_it_would_be_seen(tmp_path):
    for part in SCRIPT:
        text = part.read_text("utf-8").replace("text.startsWith(", "text.startWith(")
        (tmp_path / part.name).write_text(text, "utf-8")
    ran = checked(tmp_path / part.name for part in SCRIPT)
    assert ran.returncode != 0
    assert "'startWith' does not exist" in ran.stdout


def test_the_script_is_short_and_fetches_nothing():
    text = "".join(part.read_text("utf-8") for part in SCRIPT)
    assert len(text.encode()) < 30_000
    for word in ("fetch(", "XMLHttp", "import ", "WebSocket", "eval(", "innerHTML"):
        assert word not in text
