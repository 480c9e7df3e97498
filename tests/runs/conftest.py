"""Runs on digits with a network so small that training takes a second."""

from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from striate import runs
from striate.language import read
from striate.tasks import classify
from striate.training import Manner, Recipe

NETWORK = "INPUT -> CONV 4 3x3 stride=2 pad=1 -> BN -> RELU -> DROPOUT 0.2 -> FC"
RECIPE = Recipe(
    epochs=2,
    batch=64,
    optimizer="adamw",
    lr=0.01,
    precision="float32",
    layout="contiguous",
    threads=1,
)


@pytest.fixture(autouse=True)
def features(tmp_path, monkeypatch):
    """Where features are kept: nothing from another test."""
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "features"


@pytest.fixture
def train(tmp_path):
    """Train quietly on digits, or on another source, into the project of this test."""

    def run(source="digits", network=NETWORK, recipe=RECIPE, **options):
        tree = read(network).called("tiny")
        manner = Manner(console=Console(quiet=True))
        options = {"project": tmp_path / "runs", "manner": manner} | options
        return runs.train(source, tree, classify, recipe, **options)

    return run


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished run on digits."""
    project = tmp_path_factory.mktemp("project") / "runs"
    manner = Manner(console=Console(quiet=True))
    tree = read(NETWORK).called("tiny")
    return runs.train("digits", tree, classify, RECIPE, project=project, manner=manner)


@pytest.fixture
def recipe():
    """The recipe of the finished run, before anything was chosen."""
    return RECIPE


@pytest.fixture
def photos(tmp_path):
    """A folder of grey and of red pictures, 40 each, in class folders without splits."""
    for name, colour in (("grey", (90, 90, 90)), ("red", (200, 20, 20))):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(40):
            colour_here = tuple(level + number for level in colour)
            path = tmp_path / "photos" / name / f"{number:02}.png"
            Image.new("RGB", (24, 20), colour_here).save(path)
    return Path(tmp_path / "photos")
