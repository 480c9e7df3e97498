"""A learning rate is found, drawn and told, and no run folder is left behind."""

import json

import pytest
from rich.console import Console

from striate.errors import OptionError, RunError
from striate.language import read
from striate.runs.finding import PICTURE, find_rate, spread
from striate.tasks import classify
from striate.training import Manner, Recipe


@pytest.fixture
def find(tmp_path):
    def run(**options):
        tree = read("INPUT -> CONV 4 3x3 -> BN -> RELU -> POOL -> FC").called("tiny")
        recipe = Recipe(precision="float32", layout="contiguous", threads=1, time=60, ema=0.9)
        manner = Manner(console=Console(quiet=True))
        options = {"project": tmp_path / "runs", "manner": manner, "steps": 40} | options
        return find_rate("digits", tree, classify, recipe, **options)

    return run


def test_what_is_found_is_told_and_drawn(find, tmp_path):
    found = find()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [PICTURE]
    assert found.picture.read_bytes()[1:4] == b"PNG"
    form = json.loads(json.dumps(found.as_dict()))
    assert list(form) == [
        *("suggested", "lowest", "optimizer", "batch", "rates", "losses", "smoothed", "picture")
    ]
    assert (form["optimizer"], form["batch"]) == ("sgd", 128)
    assert 1e-4 < form["suggested"] < 1
    printed = " ".join(str(found).split())
    assert f"A tenth of that is suggested for sgd in batches of 128: {found.suggested:g}" in printed
    assert len(str(found).split("\n\n")[0].splitlines()) == 13


def test_a_project_that_cannot_be_written_is_named(find, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"find-lr\.png cannot be written"):
        find(project=tmp_path / "file")


def test_the_table_shows_the_ends():
    assert spread(1, 12) == [0]
    assert (spread(100, 12)[0], spread(100, 12)[-1], len(spread(100, 12))) == (0, 99, 12)


@pytest.mark.parametrize("steps", [9, "40", 20.5, None])
def test_a_number_of_steps_that_is_none_is_refused_before_anything_is_tried(find, steps):
    with pytest.raises(OptionError, match=f"cannot be found in {steps} steps"):
        find(steps=steps)
