"""Below the torch line nothing loads torch; and this check can fail, which is tested too."""

import json
import subprocess
import sys

import pytest

BELOW = ("errors", "reference", "arithmetic", "language", "planning", "zoo", "drawing")
EVERY_MODULE = """
import importlib, json, pkgutil, sys
for name in {names}:
    package = importlib.import_module("striate." + name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
        importlib.import_module(module.name)
print(json.dumps([*sys.modules]))
"""


def loaded_by(code):
    """The names of all modules that a fresh Python has loaded after running this."""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def test_nothing_below_the_line_loads_torch():
    loaded = loaded_by(EVERY_MODULE.format(names=BELOW))
    assert "striate.planning.fixes" in loaded
    assert "striate.drawing.charts" in loaded
    assert "torch" not in loaded


@pytest.mark.parametrize("above", ["nn"])
def test_the_check_sees_torch_where_it_is_loaded(above):
    assert "torch" in loaded_by(EVERY_MODULE.format(names=(*BELOW, above)))


def test_planning_a_network_loads_neither_torch_nor_matplotlib():
    loaded = loaded_by(
        "import json, sys, striate\nstr(striate.plan('lenet5'))\nprint(json.dumps([*sys.modules]))"
    )
    assert "striate.planning" in loaded
    assert not {"torch", "matplotlib", "sklearn", "safetensors"} & {*loaded}


def test_importing_striate_loads_nothing_heavy():
    loaded = loaded_by("import json, sys, striate; print(json.dumps([*sys.modules]))")
    inside = {name for name in loaded if name.startswith("striate")}
    assert inside == {"striate"}
    assert not {"torch", "numpy", "matplotlib", "rich", "cyclopts"} & {*loaded}


FILMS = """
import json, sys, striate
film = striate.draw("conv", input=7, kernel=3, stride=2, padding=1)
assert len(film.html()) > 1000 and len(film.svg()) > 1000
{more}
print(json.dumps([*sys.modules]))
"""


def test_a_film_loads_neither_torch_nor_matplotlib_nor_pillow():
    loaded = loaded_by(FILMS.format(more=""))
    assert "striate.drawing.films.kinds.convolution" in loaded
    assert not {"torch", "matplotlib", "PIL", "rich", "sklearn", "pandas"} & {*loaded}


def test_the_check_sees_pillow_where_it_is_loaded():
    assert "PIL" in loaded_by(FILMS.format(more="import PIL"))


def test_drawing_a_network_loads_neither_torch_nor_numpy():
    drawn = "import json, sys, striate\nstriate.draw('lenet5').html()\n"
    loaded = loaded_by(drawn + "print(json.dumps([*sys.modules]))")
    assert "striate.drawing.networks.drawing" in loaded
    assert not {"torch", "matplotlib", "PIL", "numpy"} & {*loaded}
