"""`striate evaluate` on other images than those of the run, and on parts of its own."""

import csv
import json

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from striate import train
from striate.training import Recipe

NET = "INPUT -> CONV 8 3x3 -> RELU -> FC"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a network that was trained on digits for a moment."""
    recipe = Recipe(epochs=3, batch=64, precision="float32", layout="contiguous", threads=1)
    project = tmp_path_factory.mktemp("project")
    return str(train("digits", NET, recipe=recipe, project=project).folder)


@pytest.fixture
def threes_and_sevens(tmp_path):
    """Threes and sevens of several sizes in class folders, one file of them broken."""
    levels, labels = load_digits(return_X_y=True)
    for place in range(200):
        folder = tmp_path / "other" / str(labels[place])
        if labels[place] in (3, 7):
            folder.mkdir(parents=True, exist_ok=True)
            picture = Image.fromarray((levels[place].reshape(8, 8) * 15.9).astype(np.uint8))
            picture.resize((20, 24) if place % 3 else (16, 16)).save(folder / f"{place}.png")
    (tmp_path / "other" / "3" / "broken.png").write_bytes(b"no image")
    return tmp_path / "other"


def test_other_images_with_some_of_the_classes_judge(striate, run, threes_and_sevens):
    printed = striate("evaluate", run, "--data", "other", "--json", "--save", "predictions.csv")
    form = json.loads(printed.out)
    judged = form["judged_by"]
    assert (judged["split"], judged["images"]) == ("all", form["count"])
    assert judged["source"] == str(threes_and_sevens)
    assert judged["left_out"][0].startswith("3/broken.png: ")
    assert {one["name"] for one in form["classes"] if one["count"]} == {"3", "7"}
    with (threes_and_sevens.parent / "predictions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == form["count"] == len({row["file"] for row in rows})
    right = sum(row["label"] == row["said"] for row in rows)
    assert right / len(rows) == pytest.approx(form["accuracy"])
    assert all(row["file"].startswith(f"{row['label']}/") for row in rows)
    told = " ".join(striate("evaluate", run, "--data", "other").out.split())
    assert (
        f"Judged by all images of {threes_and_sevens}: {form['count']} images; 1 file left" in told
    )
    assert "images are 8x8: the centre of each, resized" in told
    assert set(judged["notes"]) >= {"images are grey: none has a colour"}


@pytest.mark.parametrize(
    ("split", "count", "says"),
    [
        ("test", 360, "Judged by test of digits: 360 images."),
        ("val", 180, "Judged by val of digits, which chose its weights: 180 images."),
        ("train", 1257, "Judged by train of digits, from which it learned: 1257 images."),
        ("all", 1797, "among them those from which it learned: 1797 images."),
    ],
)
def test_any_split_can_judge(striate, run, split, count, says):
    assert json.loads(striate("evaluate", run, "--split", split, "--json").out)["count"] == count
    assert says in " ".join(striate("evaluate", run, "--split", split).out.split())


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (("--data", "other", "--split", "test"), "other has no split 'test'"),
        (("--split", "none"), "digits has no split 'none'"),
        (("--data", "nowhere"), "neither a folder nor a known set"),
        (("--save", "nowhere/predictions.csv"), "cannot be written"),
    ],
)
def test_a_slip_is_a_sentence(striate, run, threes_and_sevens, tokens, says):
    printed = striate("evaluate", run, *tokens)
    assert printed.code == 2
    assert says in printed.err
    assert "help: " in printed.err


def test_a_class_that_the_network_does_not_know_is_refused(striate, run, threes_and_sevens):
    (threes_and_sevens / "3").rename(threes_and_sevens / "three")
    printed = striate("evaluate", run, "--data", "other")
    assert printed.code == 2
    assert "has a class that the network does not know: 'three'" in printed.err


def test_a_logger_that_is_not_there_stops_before_anything_is_written(striate, tmp_path):
    printed = striate("train", "digits", "--net", NET, "--log", "carrier-pigeon")
    assert printed.code == 2
    assert "there is no logger 'carrier-pigeon'" in printed.err
    assert not (tmp_path / "runs").exists()
